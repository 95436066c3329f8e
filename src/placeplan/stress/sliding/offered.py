"""Which assumptions can be set by hand: those on which the promises hang most, each with its stops and in its own unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

import numpy as np

from placeplan.core.records import Record
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions.choice import Choice
from placeplan.model.recordings import read_itself
from placeplan.plan.schema import Plan
from placeplan.stress.findings import Findings
from placeplan.stress.say import number

MOST: Final = 6
"""Assumptions that are offered."""
STOPS: Final = 20
"""Steps between the ends of a range, at most."""
FEWEST: Final = 3
"""Stops below which there is nothing to move."""
ENDS: Final = (0.05, 0.95)
"""Quantiles between which an assumption can be set."""


class Slider(Record):
    """An assumption that can be set by hand."""

    id: str
    about: str
    """What it is, in the plan's words."""
    unit: str
    each: str
    """For whom it is set at once, where each draws its own: initiative, organisation …; blank: for the whole plan."""
    stops: tuple[float, ...]
    """Values at which it can be set, ascending, in its unit."""
    shown: tuple[str, ...]
    """The same as people write them."""
    plan: int
    """Place of the stop that stands for the plan's own middle: there it is left as uncertain as the plan says."""
    middle: str
    """The plan's own middle, as people write it."""
    source: str

    @property
    def low(self) -> float:
        """The lowest value that it can be set to."""
        return self.stops[0]

    @property
    def high(self) -> float:
        """The highest."""
        return self.stops[-1]


def hinges(findings: Findings) -> tuple[str, ...]:
    """Ids of the assumptions on which the promises that decide hang most, the strongest first.

    Each counts with the square of its rank correlation with a promise's room, weighed by ``P (1 − P)``, as a promise that is always
    or never kept is not moved. Then come those that move with the promise that is kept least (`Findings.assumed`).
    """
    weight: dict[str, float] = {}
    for promise in findings.promises:
        if promise.hard and promise.P is not None:
            open_ = 0.01 + promise.P * (1.0 - promise.P)
            for one in promise.goes_with:
                key = one.assumption.partition("@")[0]
                weight[key] = weight.get(key, 0.0) + open_ * one.rho**2
    first = sorted(weight, key=lambda key: (-weight[key], key))
    return tuple(dict.fromkeys((*first, *(a.id for a in findings.assumed if a.effect in ("large", "some", "small")))))


def offered(plan: Plan, wanted: Iterable[str], readable: Collection[str], most: int = MOST) -> tuple[Slider, ...]:
    """The sliders of a plan, of those wanted that have a range and that its months read.

    Args:
        plan: the plan.
        wanted: ids of assumptions, what matters most first.
        readable: ids of those that a recording reads as they are drawn (`ready`).
        most: how many.
    """
    known = {a.id: a for a in plan.assumptions}
    found = (slider(known[i]) for i in wanted if i in known and i in readable and not read_itself(plan, known[i]))
    return tuple([s for s in found if s is not None][:most])


def slider(a: Assumption) -> Slider | None:
    """An assumption as a slider; None where it has no range."""
    stops = stops_of(a)
    if a.fixed or len(stops) < FEWEST:
        return None
    middle = a.distribution.middle
    return Slider(
        id=a.id, about=a.about, unit=a.unit, each="" if a.per == "plan" else a.per, stops=stops,
        shown=tuple(number(v, a.unit) for v in stops), plan=int(np.argmin(np.abs(np.array(stops) - middle))),
        middle=number(middle, a.unit), source=a.source,
    )  # fmt: skip


def stops_of(a: Assumption) -> tuple[float, ...]:
    """Values at which an assumption can be set: those of a choice, else round numbers between its `ENDS`."""
    if isinstance(a.distribution, Choice):
        return tuple(sorted(set(a.distribution.values)))
    low, high = (float(v) for v in a.distribution.quantile(np.array(ENDS)))
    return rounded(low, high) if high > low else ()


def rounded(low: float, high: float, most: int = STOPS) -> tuple[float, ...]:
    """Round numbers from one to another, in steps of 1, 2 or 5 times a power of ten, so that there are at most so many steps.

    >>> rounded(0.0113, 0.0387, 6)
    (0.015, 0.02, 0.025, 0.03, 0.035)
    >>> rounded(-3.0, 9.0, 12)
    (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
    """
    least = Decimal(repr(high - low)) / most
    power = Decimal(1).scaleb(least.adjusted())
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= least)
    first = -(-Decimal(repr(low)) // step)
    last = Decimal(repr(high)) // step
    first += first * step < Decimal(repr(low))
    last -= last * step > Decimal(repr(high))
    return tuple(dict.fromkeys(float(step * n) for n in range(int(first), int(last) + 1)))
