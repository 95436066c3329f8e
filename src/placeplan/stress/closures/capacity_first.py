"""Whether what takes up the care of a closure is there before it or with it, in each future and by the plan's own dates."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.uptake import ramp
from placeplan.plan.schema import Plan
from placeplan.stress.closures.closing import RAMPS, Closing, Receiving, late_on_paper, receiving
from placeplan.stress.results.tests import Result

Flags = np.ndarray[Any, np.dtype[np.bool_]]
FILLED = 0.90
"""Share of its posts that has to be filled where a closure relies on them; a judgement."""
ASKED, EVEN = 0.80, 0.50
"""Share of futures in which capacity has to come first: what is asked of a duty, and below which it fails."""
HAIR = 1e-9
FEW = 20
"""Futures with a closure below which a share of them passes nothing."""


class Capacity(NamedTuple):
    """Whether what takes up the care is there before the closure or with it."""

    receives: tuple[Receiving, ...]
    comes: int
    """Futures in which the closure comes within the run."""
    futures: int
    first: float
    """Of those, the share in which all that receives is there and staffed; NaN where it never comes."""
    open: float
    """The same without asking for staff."""
    filled: float
    """Share of the posts filled when it closes, where fewest are, middle future; NaN without posts."""
    paper: int | None
    """Months by which the plan's own dates put it after the closure."""

    @property
    def result(self) -> Result:
        """By the futures in which it comes; by the plan's dates where it never does. Nothing named is not shown."""
        if not self.receives:
            return "amber"
        if not self.comes:
            return "fail" if (self.paper or 0) > 0 else "amber"
        if self.first >= ASKED:
            return "pass" if self.comes >= FEW or self.comes == self.futures else "amber"
        return "amber" if self.first >= EVEN else "fail"


def begins(outcomes: Outcomes, initiative: str) -> Array:
    """Month in which an initiative begins, ``[future]``, counted from the run's first; beyond the last where it never does."""
    if initiative not in outcomes["started"].entities:
        return np.full(outcomes.count, float(len(outcomes.months)))
    begun = outcomes["started"].of(initiative) > 0
    return np.where(begun.any(axis=1), begun.argmax(axis=1), len(outcomes.months)).astype(float)


def in_place(outcomes: Outcomes, r: Receiving, closing: Closing, month: Array) -> Flags:
    """Whether something that receives has begun in the month of the closure, contacts and teams at full uptake.

    month: of the closure, ``[future]``.
    """
    began = begins(outcomes, r.initiative.id)
    if r.table in RAMPS and r.initiative is not closing.initiative:
        return np.asarray((began <= month) & (ramp(month - began, r.initiative.ramp_months) >= 1.0 - HAIR))
    return np.asarray(began <= month)


def filled_in(outcomes: Outcomes, initiative: str, month: Array) -> Array | None:
    """Share of an initiative's posts filled in the month of a closure, ``[future]``; None where it has none."""
    posts = outcomes.series.get("staffed")
    if posts is None or initiative not in posts.entities:
        return None
    found: Array = posts.of(initiative)[
        np.arange(outcomes.count), np.minimum(month, len(outcomes.months) - 1).astype(int)
    ]
    return found


def capacity_of(plan: Plan, outcomes: Outcomes, closing: Closing) -> Capacity:
    """Whether what receives is there first, by futures and by the plan's dates."""
    receives = tuple(receiving(plan, closing))
    month = begins(outcomes, closing.initiative.id)
    comes = month < len(outcomes.months)
    opened = np.ones(outcomes.count, dtype=bool)
    for r in receives:
        opened = opened & in_place(outcomes, r, closing, month)
    each = [filled_in(outcomes, i, month) for i in sorted({r.initiative.id for r in receives})]
    posts = [f for f in each if f is not None]
    fewest = np.min(posts, axis=0) if posts else np.full(outcomes.count, np.nan)
    there = opened & ~(fewest < FILLED)
    paper = late_on_paper(closing, list(receives), plan.about.start)
    if not comes.any():
        return Capacity(receives, 0, outcomes.count, np.nan, np.nan, np.nan, paper)
    shares = float(there[comes].mean()), float(opened[comes].mean()), float(np.median(fewest[comes]))
    return Capacity(receives, int(comes.sum()), outcomes.count, *shares, paper)
