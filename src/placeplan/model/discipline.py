"""Who of a list is next, fitted to the base year: the mix of oldest-first and random that gives its 18-week share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from placeplan.core.sums import in_order
from placeplan.model import queues as q

Array = np.ndarray[Any, np.dtype[np.float64]]

GRID = 21
"""Mixes tried at once, from always random (0) to always the oldest (1)."""
SETTLED = 240
"""Months after which a list at constant rates has its steady shape."""
STAGES = ("first", "overnight", "day")
"""What people of a list wait for: to be first seen, for a night in hospital, for care by day."""


@dataclass
class Queue:
    """People who wait for one thing, by urgency and waiting time, ``[bin, future]``."""

    urgent: Array
    routine: Array

    @property
    def people(self) -> Array:
        """Everybody in the queue, ``[future]``."""
        found: Array = in_order(self.urgent) + in_order(self.routine)
        return found

    def a_month_on(self, share: Any) -> Array:
        """Everybody waits a month longer, and a share leaves without care; returns how many, ``[future]``."""
        before = self.people
        self.urgent, self.routine = q.aged(self.urgent), q.aged(self.routine)
        self.urgent = self.urgent - q.removed(self.urgent, share)
        self.routine = self.routine - q.removed(self.routine, share)
        return np.asarray(q.removed(before, share))

    def join(self, urgent: Any, routine: Any) -> None:
        """People join with the time that they have waited, ``[bin, future]``."""
        self.urgent, self.routine = self.urgent + urgent, self.routine + routine

    def start(self, starts: Any, urgent: Any) -> None:
        """Clocks start: people join who have not waited yet, ``[future]``; urgent: the share of them that is."""
        self.urgent[0] += starts * urgent
        self.routine[0] += starts - starts * urgent

    def serve(self, number: Any, mix: Any) -> tuple[Any, Any]:
        """Takes those who are next out of the queue, urgent and routine, ``[bin, future]``."""
        urgent, routine = q.urgent_first(self.urgent, self.routine, number, mix)
        self.urgent, self.routine = self.urgent - urgent, self.routine - routine
        return urgent, routine


def passed_on(taken: tuple[Any, Any], seen: Any, number: Any) -> tuple[Any, Any]:
    """Of those seen, the part that waits on for something else, urgent and routine alike: ``taken × number / seen``.

    taken: those seen, urgent and routine, by bin; number: those of them who wait on; people of the month.

    >>> [float(part) for part in passed_on((2.0, 8.0), 10.0, 5.0)]
    [1.0, 4.0]
    """
    share = number / np.where(seen > 0, seen, 1.0)
    return taken[0] * share, taken[1] * share


@dataclass(frozen=True)
class Rates:
    """A list at constant rates: what is listed, and people a month; the base year's at the middle of every assumption."""

    listed: tuple[float, float, float]
    """People waiting by stage."""
    served: tuple[float, float, float]
    """People a month who are first seen, admitted for the night, and cared for by day."""
    urgent: float
    removals: float
    """Share of those listed who leave without care, a month."""
    within_18: float
    """Share that the base year's list has within 18 weeks."""


@dataclass(frozen=True)
class Fitted:
    """What was fitted to the base year of one list."""

    mix: float
    """Share of routine patients who are next because they wait longest; the others are next by chance."""
    within_18: float
    over_52: float
    """Shares of the list at that mix: where they differ from the base year's, no mix gives those."""
    bins: Array
    """People of each stage by urgency and waiting time, ``[stage, urgency, bin]``."""


@lru_cache(maxsize=64)
def fitted(lists: tuple[Rates, ...]) -> tuple[Fitted, ...]:
    """The mix of each list whose steady shape has the base year's 18-week share: tried on a grid, then on a finer one.

    One parameter is fitted, to the 18-week share alone; the 52-week share that comes with it is told beside the
    published one.
    """
    if not lists:
        return ()
    low, high = np.zeros(len(lists)), np.ones(len(lists))
    wanted = np.array([r.within_18 for r in lists])
    for _ in range(2):
        grid = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, GRID)
        shares = _share(steady(lists, grid), q.WEEKS_18)
        mix = np.array([crossing(w, s, g) for w, s, g in zip(wanted, shares, grid, strict=True)])
        step = (high - low) / (GRID - 1)
        low, high = np.maximum(mix - step, 0.0), np.minimum(mix + step, 1.0)
    bins = steady(lists, mix[:, None])
    within, year = _share(bins, q.WEEKS_18)[:, 0], _share(bins, q.WEEKS_52)[:, 0]
    return tuple(
        Fitted(float(mix[n]), float(within[n]), float(1.0 - year[n]), bins[:, :, :, n, 0]) for n in range(len(lists))
    )


def out_of_reach(wanted: float | None, found: float, within: float = 0.02) -> bool:
    """Whether a published share is not what the fitted mix gives: ``|wanted − found| > within``, all shares.

    >>> out_of_reach(0.92, 0.90), out_of_reach(0.97, 0.94)
    (False, True)
    """
    return wanted is not None and abs(wanted - found) > within + 1e-12


def crossing(wanted: float, shares: Sequence[float] | Array, mixes: Sequence[float] | Array) -> float:
    """The mix at which a share that grows with it reaches what is wanted, between two tried ones; else the nearest end.

    >>> crossing(0.92, [0.8, 0.9, 1.0], [0.0, 0.5, 1.0])
    0.6
    """
    return round(float(np.interp(wanted, np.maximum.accumulate(np.asarray(shares, dtype=float)), mixes)), 9)


def _share(bins: Array, months: float) -> Array:
    """Share of each list that has waited less than some months, ``[list, mix]``."""
    every = bins.sum(axis=(0, 1))
    found: Array = q.share_of(q.waiting_less(every, months), in_order(every))
    return found


def steady(lists: Sequence[Rates], mix: Array) -> Array:
    """Lists after many months at the base year's rates, ``[stage, urgency, bin, list, mix]``; mix ``[list, mix]``.

    Who comes is who is served or leaves, so each stage keeps its number of people and takes on the shape of its mix.
    """
    shape = (q.BINS, *mix.shape)

    def column(values: Iterable[float]) -> Array:
        return np.array(list(values), dtype=float)[:, None]

    removals, urgent = column(r.removals for r in lists), column(r.urgent for r in lists)
    rates = [column(r.served[n] for r in lists) for n in range(len(STAGES))]
    stages = []
    for n in range(len(STAGES)):
        routine = np.zeros(shape)
        routine[0] = column(r.listed[n] for r in lists)
        stages.append(Queue(np.zeros(shape), routine))
    joining = [rates[n] + removals * stages[n].people for n in range(len(STAGES))]
    for _ in range(SETTLED):
        a_month(stages, joining, rates, urgent, removals, mix)
    return np.array([[s.urgent, s.routine] for s in stages])


def a_month(stages: list[Queue], joining: list[Any], places: list[Any], urgent: Any, removals: Any, mix: Any) -> None:
    """One month at constant rates: as in a run, but with the number of people who are listed for admission given."""
    for queue in stages:
        queue.a_month_on(removals)
    stages[0].start(joining[0], urgent)
    taken = stages[0].serve(places[0], mix)
    for queue, number, place in zip(stages[1:], joining[1:], places[1:], strict=True):
        queue.join(*passed_on(taken, places[0], number))
        queue.serve(place, mix)
