"""Closures: whether what takes up the care is there first, whether beds that shut are free by then, and the tests of policy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import Activity, BedStock, Pod, Stay
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.closures.capacity_first import ASKED, EVEN, Capacity, capacity_of
from placeplan.stress.closures.closing import Closing, closings, in_words, places
from placeplan.stress.closures.four_tests import RESULTS, Answer, State, four_tests
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import hundred, upper_first
from placeplan.stress.scene import Scene
from placeplan.stress.seen import NEEDED, gravest, needed_in, three

ENGLAND = 4.50
"""Nights for each admission in England, 2016/17: 92,754 general and acute beds occupied at midnight (KH03, mean of four quarters) ×
365, over 7,518,799 admissions of a night or none (Monthly Activity Return: unplanned, and planned ordinary)."""
COUNTED = ("general", "medical", "surgical", "critical")
"""Pools that make up general and acute beds."""


def nights_used(occupied: float, admissions: float, days: float = 365.0) -> float:
    """Nights for each admission: ``occupied × days / admissions``; 0 where nobody is admitted.

    >>> round(nights_used(92_754, 7_518_799), 2)
    4.5
    """
    return occupied * days / admissions if admissions else 0.0


class Freed(NamedTuple):
    """Beds that care no longer needs in the last year against beds that are to shut."""

    shut: float
    freed: Array
    """``[future]``"""

    @property
    def share(self) -> float:
        """Of futures in which as many are free as shut."""
        return float((self.freed >= self.shut).mean())

    @property
    def result(self) -> Result:
        """Pass where as many are free in enough futures."""
        return "pass" if self.share >= ASKED else "amber" if self.share >= EVEN else "fail"


class Found(NamedTuple):
    """One closure with the answers to all tests."""

    closing: Closing
    capacity: Capacity
    freed: Freed | None
    """None where no beds are lost in all."""
    nights: float | None
    """Nights for each admission where beds are lost; None where they are not general and acute."""
    four: tuple[Answer, ...]

    @property
    def bed_test(self) -> Result | None:
        """The test of 2017: one of three has to be met; None where no beds are lost in all."""
        if self.freed is None:
            return None
        capacity: Result = self.capacity.result if self.enough else "fail"
        use: Result = "pass" if self.nights is not None and self.nights > ENGLAND else "fail"
        return min((capacity, self.freed.result, use), key=("pass", "amber", "fail").index)

    @property
    def places(self) -> float:
        """Beds and packages that open in their stead."""
        return places(self.closing, self.capacity.receives)

    @property
    def enough(self) -> bool:
        """Whether these, with the beds that are freed in the middle future, are as many as shut."""
        return self.freed is None or self.places + float(np.median(self.freed.freed)) >= self.freed.shut

    @property
    def result(self) -> Result:
        """The gravest of capacity, bed test and the four tests."""
        beds = [self.bed_test] if self.bed_test else []
        return gravest([self.capacity.result, *beds, *(RESULTS[a.state] for a in self.four)])


def freed_of(plan: Plan, whole: Outcomes, nothing: Outcomes, closing: Closing) -> Freed | None:
    """Beds that the plan's care no longer needs in pools of the kinds that shut, last year."""
    if not closing.lost:
        return None
    kinds = set(closing.beds)
    stock = {f"{b.site}/{b.pool}" for b in plan.tables["beds"] if isinstance(b, BedStock) and b.pool in kinds}
    freed = np.zeros(whole.count)
    for pool in sorted(stock & set(whole["occupied"].entities)):
        freed = freed + needed_in(nothing, pool) - needed_in(whole, pool)
    return Freed(closing.lost, freed)


def nights_of(plan: Plan, closing: Closing) -> float | None:
    """Nights for each admission at the sites that lose general and acute beds, base year; None where nobody can say."""
    sites = {p.partition("/")[0] for p in closing.pools if p.partition("/")[2] in COUNTED}
    occupied = [
        b.occupied for b in plan.tables["beds"] if isinstance(b, BedStock) and b.site in sites and b.pool in COUNTED
    ]
    uses = {p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.beds != "none"}
    stays = [s for s in plan.tables["stays"] if isinstance(s, Stay) and s.site in sites]
    part = {(s.site, s.pod): 0.0 for s in stays}
    for s in (s for s in stays if s.pool in COUNTED):
        part[s.site, s.pod] += s.share
    admitted = sum(
        a.activity * part.get((a.site, a.pod), 0.0 if part else 1.0)
        for a in plan.tables["activity"]
        if isinstance(a, Activity) and a.site in sites and a.pod in uses
    )
    if not occupied or None in occupied or not admitted:
        return None
    return nights_used(sum(b for b in occupied if b is not None), admitted)


class Closures(StressTest):
    """T07: closures."""

    name, title = "closures", "Closures"
    question = "Is there somewhere else to go before a place closes, with people to staff it?"
    method = (
        "The test looks at each large closure. It shuts over 5% of a group of beds, or takes most of some care from a site, or the plan calls it one. First: is all that it "
        "opens or needs there in that month, in full use, with nine tenths of its posts filled? This is asked in each future, by the dates drawn there. Second: does the plan "
        "take enough care away to free the beds that shut, by the last year? Third: do patients stay more nights than in England? Their age is not looked at. One of these "
        "three is the bed test of 2017. The four tests of 2010 are answered from what the plan says."
    )
    grounds = (
        "The bed test is NHS England’s, from 1 April 2017. The four tests are from the Government’s mandate of 2010. Nine tenths of the posts, and 4 of 5 futures, are "
        "judgements."
    )
    source = "NHS England; KH03 and Monthly Activity Return 2016/17 (nights in England)"
    exactly = (
        "Each significant closure (over 5 % of a pool’s beds, most of some care leaving a site, or named as one). First: whether all that it opens or requires is there in the month it comes, at"
        " full uptake, nine tenths of its posts filled, by dates as drawn in each future. Second: whether care the plan takes away frees as many beds of that kind as shut, last year."
        " Third: whether more nights go into each admission than in England (not by age). One of the three is the bed test of 2017; the four tests of 2010 are answered from what the plan says."
    )
    needs = NEEDED | {"started", "staffed"}

    def ask(self, plan: Plan) -> str:
        """Something must close."""
        return (
            ""
            if closings(plan)
            else "The plan closes nothing of size: no beds, no place, and no most of any care at a site."
        )

    def run(self, scene: Scene) -> tuple[list[Found], int]:
        """Each closure with the answers to all tests."""
        plan, (whole, nothing) = scene.plan, scene.first
        found = [
            Found(
                c,
                capacity_of(plan, whole, c),
                freed_of(plan, whole, nothing, c),
                nights_of(plan, c),
                four_tests(plan, c),
            )
            for c in closings(plan)
        ]
        return found, whole.count

    def tell(self, plan: Plan, found: tuple[list[Found], int]) -> dict[str, Any]:
        """How many fail, and the worst."""
        each, futures = found
        bad = [f for f in each if f.result == "fail"]
        worst = min(each, key=lambda f: (RANK[f.capacity.result], RANK[f.result]))
        head = (
            f"{len(bad)} of {len(each)} closures fail a test." if bad else f"None of {len(each)} closures fails a test."
        )
        head = head if len(each) > 1 else ""
        first = worst.capacity.first
        return {
            "result": gravest([f.result for f in each]), "figure": first if np.isfinite(first) else None,
            "unit": "share of futures in which capacity comes first, worst closure", "threshold": f"at least {ASKED:.0%}; under {EVEN:.0%} fails",
            "sentence": f"{head} {worst.closing.initiative.name}: {_capacity(worst.capacity)}.".strip(), "behind": _behind(each),
            "rows": tuple(r for f in each for r in _rows(plan, f, futures)), "futures": futures,
        }  # fmt: skip


LACKS: tuple[State, ...] = ("not shown", "not met")
RANK: dict[Result, int] = {"fail": 0, "amber": 1, "pass": 2, "shown": 3, "not asked": 4}


def _capacity(c: Capacity) -> str:
    """Whether what receives is there first, in words."""
    if not c.receives:
        return "nothing is named that takes up the care"
    late = c.paper or 0
    paper = f"; by the plan’s own dates it is {late} {'month' if late == 1 else 'months'} late" if late > 0 else ""
    if not c.comes:
        return f"it comes in no future within these years{paper}"
    some = "" if c.comes == c.futures else f"it comes in {c.comes} of {c.futures} futures; "
    whom = f"{some}what takes up the care is ready in {_share(c.first)} of {'the' if c.comes == c.futures else 'these'} futures"
    staff = (
        f", as {c.filled:.0%} of its posts are filled then"
        if np.isfinite(c.filled) and c.first < ASKED <= c.open
        else ""
    )
    return whom + staff + paper


def _share(share: float) -> str:
    """A share of futures in words.

    >>> _share(1.0), _share(0.0), _share(0.8)
    ('all', 'none', '80%')
    """
    return "all" if share >= 1 else "none" if share <= 0 else f"{share:.0%}"


def _behind(each: list[Found]) -> str:
    """What the closures lack most, counted over the four tests."""
    parts = []
    for test in (a.test for a in each[0].four):
        states = [a.state for f in each for a in f.four if a.test == test]
        counts = [f"{word} for {states.count(word)}" for word in LACKS if word in states]
        if counts:
            parts.append(f"{test} {' and '.join(counts)}")
    if not parts:
        return "All four tests of 2010 are met on paper by every closure; whether people were heard is for them to say."
    return f"Of the four tests of 2010: {'; '.join(parts)}."


def _bed_test(f: Found) -> str:
    """The test of 2017 in words, with the places that open in the beds' stead."""
    word = {"pass": "met", "amber": "not shown"}.get(f.bed_test or "", "not met")
    if f.freed is None or f.enough:
        return word
    return f"{word}; {f.places:,.0f} other beds and packages, and what is freed, are too few for {f.freed.shut:,.0f}"


def _rows(plan: Plan, f: Found, futures: int) -> list[StressRow]:
    """Capacity, beds, nights and the four tests of one closure."""
    name, c = f.closing.initiative.name, f.capacity
    names = in_words(plan, c.receives)
    rest = (
        f". What takes it up: {names}{'' if all(r.named for r in c.receives) else ' (elsewhere in the plan; the closure names nothing)'}"
        if names
        else ""
    )
    figure = c.first if np.isfinite(c.first) else None
    rows = [
        StressRow(
            what=f"{name}: capacity first",
            figure=figure,
            shown=upper_first(_capacity(c)) + rest,
            threshold=ASKED,
            result=c.result,
        )
    ]
    if f.freed is not None:
        low, middle, high = three(f.freed.freed)
        freed = f"{f.freed.shut:,.0f} shut; care taken away frees {middle:,.0f} ({low:,.0f} to {high:,.0f}): enough in {hundred(f.freed.share, futures)} futures"
        rows.append(
            StressRow(
                what=f"{name}: beds freed",
                figure=f.freed.share,
                shown=freed.replace("-", "−"),
                threshold=ASKED,
                result=f.freed.result,
            )
        )
        more = f.nights is not None and f.nights > ENGLAND
        nights = (
            "not compared: not general and acute beds"
            if f.nights is None
            else f"{f.nights:.1f} for each admission, {ENGLAND} in England"
        )
        rows.append(StressRow(what=f"{name}: nights used", shown=nights, result="pass" if more else "shown"))
        rows.append(StressRow(what=f"{name}: bed test of 2017", shown=_bed_test(f), result=f.bed_test or "shown"))
    shown = "; ".join(f"{a.test}: {a.state} ({a.why})" for a in f.four)
    rows.append(
        StressRow(what=f"{name}: four tests of 2010", shown=shown, result=gravest([RESULTS[a.state] for a in f.four]))
    )
    return [r.model_copy(update={"initiative": f.closing.initiative.id}) for r in rows]
