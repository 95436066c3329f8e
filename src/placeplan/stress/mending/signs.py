"""Signs by which to turn to plan B: what the hard promises are about, seen in plan A month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from placeplan.core.outcomes import OUTCOMES
from placeplan.explore.arrays import Flags
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.pathways import NEVER, Rule, Trigger, Turns, candidates, fired, judge
from placeplan.model.outcomes import Array, Outcomes, over
from placeplan.plan.promises import Promise

YEAR = 12
RUNNING = (1, 3, 6)
"""Months for which a sign has to show."""
BOUNDS = 19
"""Bounds tried, at even quantiles of what is seen."""


@dataclass(frozen=True)
class Watch:
    """What a hard promise is about, as it is seen in plan A."""

    promise: Promise
    year: bool
    """Whether of the last twelve months; else of the month."""

    @property
    def name(self) -> str:
        """As triggers on it are called."""
        return f"{self.promise.id} {'year' if self.year else 'month'}"

    def of(self, outcomes: Outcomes) -> Array:
        """What is seen, ``[future, month]``; blank until there are twelve months where a year is watched."""
        monthly = outcomes[self.promise.outcome].of(self.promise.entity or self.promise.organisation)
        return last_twelve(monthly, self.promise.outcome) if self.year else monthly


@dataclass(frozen=True)
class Sign:
    """The best sign of those tried; it was chosen on other futures than those of these figures."""

    watch: Watch
    rule: Rule
    """What turning by it does, each future turned in the month after the sign."""
    tried: int

    @property
    def need(self) -> float:
        """Share of futures in which plan A breaks what is asked."""
        return self.rule.late.value + self.rule.saved.value + self.rule.missed.value

    @property
    def of_need(self) -> float:
        """Share that it comes in, of the futures in which plan A breaks what is asked; 0 where there is none."""
        return (self.need - self.rule.missed.value) / self.need if self.need else 0.0

    @property
    def of_others(self) -> float:
        """Share that it comes in, of the other futures; 0 where there is none."""
        return self.rule.needless.value / (1.0 - self.need) if self.need < 1 else 0.0


def watches(promises: Sequence[Promise]) -> tuple[Watch, ...]:
    """Everything that can be watched, each once: every month, and where a year is judged the last twelve months too."""
    found: dict[tuple[str, str, bool], Watch] = {}
    for p in promises:
        for year in (False, True) if p.statistic != "worst" else (False,):
            found.setdefault((p.outcome, p.entity or p.organisation, year), Watch(p, year))
    return tuple(found.values())


def last_twelve(monthly: Array, outcome: str) -> Array:
    """Of the last twelve months, their sum, mean or end, as a year is made of its months; monthly: ``[future, month]``.

    >>> last_twelve(np.arange(13.0)[None], "position")[0, 10:].tolist()
    [nan, 66.0, 78.0]
    """
    found = np.full(monthly.shape, np.nan)
    if monthly.shape[1] >= YEAR:
        found[:, YEAR - 1 :] = over(sliding_window_view(monthly, YEAR, axis=1), OUTCOMES[outcome].yearly)
    return found


def triggers(watch: Watch, seen: Array) -> list[tuple[Trigger, Array]]:
    """Triggers on the side on which the promise breaks, at bounds of three figures; none where nothing is seen in time."""
    finite = seen[:, np.isfinite(seen).all(axis=0)]
    if not finite.size:
        return []
    bounds = (True, watch.promise.at_most), (False, watch.promise.at_least)
    sides = {above for above, bound in bounds if bound is not None}
    every = (replace(t, bound=float(f"{t.bound:.3g}")) for t in candidates(watch.name, finite, RUNNING, BOUNDS))
    return [(t, seen) for t in dict.fromkeys(t for t in every if t.above in sides)]


def choose(among: Sequence[tuple[Trigger, Array]], turns: Turns, enough: float) -> tuple[Trigger, Array]:
    """Of the triggers by which enough futures keep all, the one that turns least without need; where none does, the one by which most do.

    On every other future, so that luck in choosing is not told as skill. Lead times are in the runs: whoever turns in a month
    opens nothing before its own lead time is over.
    """
    on = np.arange(0, len(turns.plan), 2)
    some = turns.only(on)
    rules = [judge(t, seen[on], some, 0) for t, seen in among]
    least = min(enough, max(r.kept.value for r in rules))
    return among[min(
        (n for n, r in enumerate(rules) if r.kept.value >= least),
        key=lambda n: (rules[n].needless.value, -rules[n].kept.value, rules[n].fires.value, n),
    )]  # fmt: skip


def told(watch: Watch, trigger: Trigger, seen: Array, turns: Turns, kept: Flags, tried: int) -> Sign:
    """What a trigger does in the futures on which it was not chosen; kept: of each future turned in the month after it fires."""
    off = np.arange(1, len(seen), 2)
    every = in_its_own_month(turns, fired(seen, trigger), kept)
    return Sign(watch, judge(trigger, seen[off], every.only(off), 0), tried)


def in_its_own_month(turns: Turns, firing: Places, kept: Flags) -> Turns:
    """Turns in which each future's own month after a sign was run, besides the months that were run for all.

    >>> two = Turns(np.array([False, False]), np.array([0, 12]), np.array([[True, True], [False, False]]))
    >>> in_its_own_month(two, np.array([4, NEVER]), np.array([True, False])).after(np.array([4, NEVER]), 0).tolist()
    [True, False]
    """
    fires = firing != NEVER
    months = np.unique(np.concatenate((turns.months, firing[fires] + 1)))
    later = np.minimum(np.searchsorted(turns.months, months), len(turns.months) - 1)
    turned = turns.turned[later].copy()
    at = np.flatnonzero(fires)
    turned[np.searchsorted(months, firing[at] + 1), at] = kept[at]
    return Turns(turns.plan, months, turned)
