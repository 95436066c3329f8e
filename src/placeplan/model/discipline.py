"""Who of a list is next, fitted to the base year: the mix of oldest-first and random, and whom age passes over."""

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
ASIDES, COARSE, ROUNDS = 5, 11, 3
"""Shares passed over that are tried at once, mixes tried for each, and how often their grid is made finer."""
MOST_ASIDE = 0.4
"""Largest share of routine patients that is tried as passed over by age."""
KEPT = 0.003
"""How far passing over may take the 18-week share from the one that the best mix without it gives."""
SETTLED = 240
"""Months after which a list at constant rates has its steady shape."""
SOON = 96
"""Months after which its shape is near enough to choose the share passed over by."""
MIXES = {"oldest_first": 1.0, "random": 0.0}
"""By discipline that is not fitted: share of routine patients who are next because they wait longest; nobody is passed over."""
STAGES = ("first", "overnight", "day")
"""What people of a list wait for: to be first seen, for a night in hospital, for care by day."""


@dataclass
class Queue:
    """People who wait for one thing, by urgency and waiting time, ``[bin, future]``."""

    urgent: Array
    routine: Array
    aside: Array | None = None
    """Routine patients who are passed over when it would be their turn by age, and are next by chance alone; None: nobody."""

    def __post_init__(self) -> None:
        if self.aside is None:
            self.aside = np.zeros_like(self.routine)

    @property
    def parts(self) -> tuple[Array, Array, Array]:
        """Urgent patients, routine ones, and those aside, ``[bin, future]``."""
        assert self.aside is not None
        return self.urgent, self.routine, self.aside

    @property
    def people(self) -> Array:
        """Everybody in the queue, ``[future]``."""
        urgent, routine, aside = (in_order(part) for part in self.parts)
        found: Array = urgent + routine + aside
        return found

    def a_month_on(self, share: Any) -> Array:
        """Everybody waits a month longer, and a share leaves without care; returns how many, ``[future]``."""
        before = self.people
        aged = (q.aged(part) for part in self.parts)
        self.urgent, self.routine, self.aside = (part - q.removed(part, share) for part in aged)
        found: Array = q.removed(before, share)
        return found

    def join(self, urgent: Any, routine: Any, aside: Any = 0.0) -> None:
        """People join with the time that they have waited, ``[bin, future]``."""
        own, others, passed = self.parts
        self.urgent, self.routine, self.aside = own + urgent, others + routine, passed + aside

    def start(self, starts: Any, urgent: Any, aside: Any = 0.0) -> None:
        """Clocks start: people join who have not waited yet, ``[future]``; urgent: the share of them that is; aside: of the rest."""
        own, others, passed = self.parts
        own[0] += starts * urgent
        routine = starts - starts * urgent
        others[0] += routine - routine * aside
        passed[0] += routine * aside

    def serve(self, number: Any, mix: Any) -> tuple[Any, Any, Any]:
        """Takes those who are next out of the queue, urgent, routine and aside, ``[bin, future]``."""
        own, others, passed = self.parts
        ahead, people, over = np.minimum(number, in_order(own)), in_order(others), in_order(passed)
        rest = np.minimum(number - ahead, people + over)
        places, part = q.not_aside(people, over, rest, mix)
        urgent, routine = q.urgent_first(own, others, ahead + places, part)
        aside = q.at_random(passed, rest - places)
        self.urgent, self.routine, self.aside = own - urgent, others - routine, passed - aside
        return urgent, routine, aside


def passed_on(taken: tuple[Any, ...], seen: Any, number: Any) -> tuple[Any, ...]:
    """Of those seen, the part that waits on for something else, urgent and routine alike: ``taken × number / seen``.

    taken: those seen, urgent and routine, by bin; number: those of them who wait on; people of the month.

    >>> [float(part) for part in passed_on((2.0, 8.0), 10.0, 5.0)]
    [1.0, 4.0]
    """
    share = number / np.where(seen > 0, seen, 1.0)
    return tuple(part * share for part in taken)


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
    over_52: float | None = None
    """Share that it has above 52 weeks; None: not known."""


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
    aside: float = 0.0
    """Share of routine patients who are passed over when it would be their turn by age."""


@lru_cache(maxsize=64)
def fitted(lists: tuple[Rates, ...]) -> tuple[Fitted, ...]:
    """The mix of each list, and the share passed over by age, whose steady shape has its shares within 18 and above 52 weeks.

    The 18-week share goes before: where both cannot be had, as many are passed over as leave it met. Where nothing is said of
    52 weeks, or nobody has waited so long, nobody is passed over.
    """
    if not lists:
        return ()
    aside = _asides(lists)
    mix = _mixes(lists, aside, GRID)
    bins = steady(lists, mix[:, None], aside[:, None])
    within, year = _share(bins, q.WEEKS_18)[:, 0], _share(bins, q.WEEKS_52)[:, 0]
    return tuple(
        Fitted(float(mix[n]), float(within[n]), float(1.0 - year[n]), bins[:, :, :, n, 0], float(aside[n]))
        for n in range(len(lists))
    )


def _mixes(lists: Sequence[Rates], aside: Array, points: int, months: int = SETTLED) -> Array:
    """The mix of each list, ``[list]``, that gives its 18-week share with some aside: tried on a grid, then on a finer one."""
    low, high = np.zeros(len(lists)), np.ones(len(lists))
    for _ in range(2):
        grid = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, points)
        shares = _share(steady(lists, grid, aside[:, None], months), q.WEEKS_18)
        mix = np.array([crossing(r.within_18, s, g) for r, s, g in zip(lists, shares, grid, strict=True)])
        step = (high - low) / (points - 1)
        low, high = np.maximum(mix - step, 0.0), np.minimum(mix + step, 1.0)
    return mix


def _asides(lists: Sequence[Rates]) -> Array:
    """The share passed over of each list, ``[list]``, at which the mix of its 18-week share gives that above 52 weeks too."""
    aside = np.zeros(len(lists))
    asked = [n for n, r in enumerate(lists) if r.over_52]
    low, high = np.zeros(len(asked)), np.full(len(asked), MOST_ASIDE)
    best: list[float] = []
    for _ in range(ROUNDS if asked else 0):
        grid = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, ASIDES)
        every = [lists[n] for n in asked for _ in range(ASIDES)]
        bins = steady(every, _mixes(every, grid.ravel(), COARSE, SOON)[:, None], grid.reshape(-1, 1), SOON)
        within = _share(bins, q.WEEKS_18)[:, 0].reshape(grid.shape)
        over = 1.0 - _share(bins, q.WEEKS_52)[:, 0].reshape(grid.shape)
        best = best or [abs(w[0] - lists[n].within_18) + KEPT for n, w in zip(asked, within, strict=True)]
        for k, n in enumerate(asked):
            missed = np.abs(within[k] - lists[n].within_18) > best[k]
            kept = max(int(np.argmax(missed)), 1) if missed.any() else ASIDES
            aside[n] = crossing(lists[n].over_52 or 0.0, over[k][:kept], grid[k][:kept])
        step = (high - low) / (ASIDES - 1)
        low, high = np.maximum(aside[asked] - step, 0.0), np.minimum(aside[asked] + step, MOST_ASIDE)
    return aside


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


def steady(lists: Sequence[Rates], mix: Array, aside: Any = 0.0, months: int = SETTLED) -> Array:
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
    for _ in range(months):
        a_month(stages, joining, rates, urgent, removals, mix, aside)
    return np.array([s.parts for s in stages])


def a_month(
    stages: list[Queue], joining: list[Any], places: list[Any], urgent: Any, removals: Any, mix: Any, aside: Any
) -> None:
    """One month at constant rates: as in a run, but with the number of people who are listed for admission given."""
    for queue in stages:
        queue.a_month_on(removals)
    stages[0].start(joining[0], urgent, aside)
    taken = stages[0].serve(places[0], mix)
    for queue, number, place in zip(stages[1:], joining[1:], places[1:], strict=True):
        queue.join(*passed_on(taken, places[0], number))
        queue.serve(place, mix)
