"""Whether the most deprived lose by the plan against the least deprived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np

from placeplan.core.tables import Pod, has_quintiles
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import lower_first
from placeplan.stress.scene import Scene

Measure = Literal["unmet_share", "travel_minutes", "activity_per_1000"]
BOUNDS: dict[Measure, tuple[float, float]] = {"unmet_share": (0.005, 0.02), "travel_minutes": (1.0, 5.0)}
"""By how much a gap may widen before it is told, and before it fails: share of all need, minutes; a judgement."""
WORDS: dict[Measure, str] = {
    "unmet_share": "need that is not met",
    "travel_minutes": "minutes by car",
    "activity_per_1000": "care for each 1,000 people",
}
CHANGED: dict[Measure, float] = {"unmet_share": 5e-4, "travel_minutes": 0.05, "activity_per_1000": 0.005}
"""By how much a gap changes before it has a line; where none does, the largest gaps have one."""
MOST = 6
"""Gaps that are listed where the plan changes none."""
NOTICED = 5e-4
"""Gaps below this share or so many minutes are none."""
ORDER: tuple[Result, ...] = ("shown", "pass", "amber", "fail")


def gap(deprived: Array, other: Array, measure: Measure) -> Array:
    """The most against the least deprived fifth: ``deprived − other``, or for care given ``deprived / other``; ``[future]``.

    >>> gap(np.array([0.3]), np.array([0.2]), "unmet_share").round(3).tolist(), gap(np.array([30.0]), np.array([20.0]), "activity_per_1000").tolist()
    ([0.1], [1.5])
    """
    found: Array = deprived / np.where(other > 0, other, np.nan) if measure == "activity_per_1000" else deprived - other
    return found


class Gap(NamedTuple):
    """One gap in the last year, means over the futures; above 0 the most deprived are worse off (care given: a ratio)."""

    measure: Measure
    what: str
    plan: float
    nothing: float

    @property
    def wider(self) -> float:
        """By how much the plan widens it."""
        return self.plan - self.nothing

    @property
    def result(self) -> Result:
        """Pass, amber or fail by how much wider it is; care given has no bound, as more of it may be more need."""
        if self.measure not in BOUNDS:
            return "shown"
        some, much = BOUNDS[self.measure]
        return "fail" if self.wider > much else "amber" if self.wider > some else "pass"


def ends(outcomes: Outcomes) -> tuple[str, str] | None:
    """The most and the least deprived fifth that the place has, as ``q1`` and ``q5``; None where there are not two."""
    if "unmet_share" not in outcomes.series:
        return None
    fifths = sorted({e.partition("/")[0] for e in outcomes["unmet_share"].entities})
    return (fifths[0], fifths[-1]) if len(fifths) > 1 else None


def gaps(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> Iterator[Gap]:
    """Every gap that the model computes here, by point of delivery."""
    fifths = ends(nothing)
    if fifths is None:
        return
    for measure in WORDS:
        for pod in (p for p in plan.tables["pods"] if isinstance(p, Pod)):
            names = [f"car/{pod.id}/{q}" if measure == "travel_minutes" else f"{q}/{pod.id}" for q in fifths]
            found = [_gap(o, measure, names) for o in (outcomes, nothing)]
            if max(abs(v) for v in found) >= NOTICED:  # false where the model has none
                yield Gap(measure, pod.name, *found)


def _gap(outcomes: Outcomes, measure: Measure, names: list[str]) -> float:
    """A gap in the last year, NaN where the model has none."""
    series = outcomes.series.get(measure)
    if series is None or not set(names) <= set(series.entities):
        return float("nan")
    deprived, other = (series.by_year(name)[:, -1] for name in names)
    return float(gap(deprived, other, measure).mean())


class Equity(StressTest):
    """T19: equity and access."""

    name, title = "equity", "Who gains and who loses"
    question = "Do the most deprived lose by the plan against the least deprived?"
    method = (
        "The test sets the fifth of areas where people have least against the fifth where they have most, in the last year. It does so with the plan, and with nothing done. "
        "It looks at need that is not met, and at minutes by car. How much care is given for each 1,000 people is only shown, as more care may mean more need."
    )
    grounds = "In the tenth of areas where people have least, the odds of coming to A&E are 1.7 times as high. By how much a gap may widen is a judgement."
    source = "ONS 2021-22"
    exactly = (
        "The most deprived fifth of areas that the place has against the least deprived, in the last year, with the plan and with nothing done: the share of need that is not met,"
        " minutes by car, and care given for each 1,000 people (which is shown, as more of it may be more need)."
    )
    needs = frozenset({"unmet_share", "travel_minutes", "activity_per_1000"})

    def ask(self, plan: Plan) -> str:
        """Every area must say its fifth, and there must be two."""
        rows = plan.tables["areas"]
        if not has_quintiles(rows):
            return "areas.csv does not say in which fifth of deprivation each area is (column quintile)."
        return (
            ""
            if len({getattr(r, "quintile", None) for r in rows}) > 1
            else "All areas are in one fifth of deprivation."
        )

    def run(self, scene: Scene) -> tuple[list[Gap], int]:
        """All gaps, those that widen most for their bound first."""
        found = list(gaps(scene.plan, *scene.first))
        return sorted(
            found, key=lambda g: (-ORDER.index(g.result), -g.wider / BOUNDS.get(g.measure, (1.0, 1.0))[0])
        ), scene.first[0].count

    def tell(self, plan: Plan, found: tuple[list[Gap], int]) -> dict[str, Any]:
        """The gap that widens most, and every one."""
        del plan
        each, futures = found
        judged = [g for g in each if g.measure in BOUNDS]
        if not judged:
            return {
                "result": "pass",
                "sentence": "There is no gap in unmet need or travel between the most and the least deprived fifth, with the plan or without it.",
                "futures": futures,
            }
        worst, wider = judged[0], [g for g in judged if g.result != "pass"]
        changed = [g for g in each if abs(g.wider) >= CHANGED[g.measure]]
        largest = sorted(judged, key=lambda g: -abs(g.plan) / BOUNDS[g.measure][0])[:MOST]
        rows = tuple(
            StressRow(what=f"{g.what}: {WORDS[g.measure]}", result=g.result, shown=_shown(g))
            for g in changed or largest
        )
        if wider:
            sentence = f"The plan widens {len(wider)} of {len(judged)} gaps between the most and the least deprived fifth. Most of all {WORDS[worst.measure]}, {lower_first(worst.what)}: {_change(worst)}."
        else:
            sentence = f"None of {len(judged)} gaps between the most and the least deprived fifth grows by the plan beyond what is small."
        return {
            "result": worst.result, "figure": worst.wider, "unit": "share of all need" if worst.measure == "unmet_share" else "minutes", "rows": rows,
            "threshold": "gaps grow by at most 0.5 points of need and a minute; by 2 points or 5 minutes fails", "sentence": sentence, "futures": futures,
        }  # fmt: skip


def _change(g: Gap) -> str:
    """By how much a gap widens."""
    return f"{g.wider * 100:.1f} points more" if g.measure == "unmet_share" else f"{g.wider:.1f} minutes more"


def _shown(g: Gap) -> str:
    """A gap with the plan and without it."""
    if g.measure == "activity_per_1000":
        return f"{g.plan:.2f} times as much, {g.nothing:.2f} if nothing is done"
    unit, scale = ("minutes", 1.0) if g.measure == "travel_minutes" else ("points", 100.0)
    return f"{_way(scale * g.plan, unit)} for the most deprived; if nothing is done, {_way(scale * g.nothing, unit)}"


def _way(amount: float, unit: str) -> str:
    """More or less of something.

    >>> _way(-10.24, "minutes"), _way(0.5, "points")
    ('10.2 minutes less', '0.5 points more')
    """
    return f"{abs(amount):.1f} {unit} {'more' if amount > 0 else 'less'}"
