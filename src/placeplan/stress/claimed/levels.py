"""How much care a plan means to give, against what would come if nothing were done, and how usual such a change is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM, Evidence, Pod
from placeplan.effects.combine import keep
from placeplan.futures.distributions import Elicited
from placeplan.futures.evidence import as_share, effect_of, percentile
from placeplan.model.outcomes import Outcomes
from placeplan.plan.benchmarks import comparators, evidence_for, outside_views
from placeplan.plan.schema import Plan
from placeplan.stress.claimed.strength import mixed

NOTICED = 0.005
"""Share of care below which a change is none."""


def a_year(last: float, first: float, years: int) -> float:
    """Change a year that leads from one level to another: ``(last / first)^(1 / years) − 1``.

    >>> round(a_year(108.2, 100.0, 4), 4)
    0.0199
    """
    return float((last / first) ** (1.0 / years)) - 1.0


def beyond_people(change: float, trend: float, growth: float) -> float:
    """Change a year beyond people and their age: ``change − (trend − growth)``.

    change: a year, as planned; trend: a year if nothing is done; growth: that part of the trend that people and age do not explain.

    A plan that holds care still, where people and age add 1 of 3 % a year:

    >>> round(beyond_people(0.0, 0.03, 0.02), 6)
    -0.01
    """
    return change - (trend - growth)


class Level(NamedTuple):
    """What a plan means to give of one kind of care, in the last year."""

    pod: str
    name: str
    claimed: bool
    """Whether it is what the plan claims, and not what the model finds of it."""
    ratio: float
    """Planned level over the level if nothing is done."""
    change: float
    """Planned change a year since the base year."""
    trend: float
    """The same if nothing is done."""
    beyond: float
    """The planned change beyond people and age."""

    @property
    def cut(self) -> float:
        """Share less than if nothing is done; negative: more."""
        return 1.0 - self.ratio


def claimed_ratios(plan: Plan) -> dict[str, float]:
    """Level of care that the plan claims, over that if nothing is done, by point of delivery; where it claims any.

    Of several claims of one initiative on the same care – for parts of it – the mildest counts; initiatives multiply.
    """
    found: dict[str, list[float]] = {}
    for i in plan.initiatives:
        own: dict[str, list[float]] = {}
        for c in i.claims:
            if c.pod and c.value is not None and c.unit == "share":
                own.setdefault(c.pod, []).append(-c.value)
        for pod, cuts in own.items():
            found.setdefault(pod, []).append(min(cuts))
    return {pod: float(keep(cuts)) for pod, cuts in found.items()}


def levels(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> list[Level]:
    """Every kind of care that the plan changes or claims to change, means over the futures."""
    claims, found = claimed_ratios(plan), []
    for pod in (p for p in plan.tables["pods"] if isinstance(p, Pod)):
        name = f"{SYSTEM}/{pod.id}"
        if name not in nothing["activity"].entities or len(nothing.years) < 2:
            continue
        with_plan, without = (o["activity"].by_year(name).mean(axis=0) for o in (outcomes, nothing))
        if without[0] <= 0 or without[-1] <= 0:
            continue
        modelled, claimed = float(with_plan[-1] / without[-1]), claims.get(pod.id)
        growth = float(np.mean(nothing.draws.get(f"growth.{pod.id}", nothing.draws.get("growth.other", np.zeros(1)))))
        years = len(without) - 1
        trend = a_year(float(without[-1]), float(without[0]), years)
        for ratio, said in ((claimed, True), (modelled, False)):
            if ratio is not None and (said or abs(1 - ratio) >= NOTICED):
                change = a_year(ratio * float(without[-1]), float(without[0]), years)
                found.append(Level(pod.id, pod.name, said, ratio, change, trend, beyond_people(change, trend, growth)))
    return found


class Seen(NamedTuple):
    """How a cut compares with one kind of figures."""

    what: str
    percentile: float
    """Share of them that are no larger."""
    rows: int


def fastest(pod: str) -> tuple[float, str] | None:
    """The lowest growth a year beyond people and age that was ever delivered, and where; None where no figure is known."""
    known = [(c.low, c.about) for c in comparators() if c.growth == "net" and pod in c.pods.split()]
    return min(known, default=None)


def seen(level: Level, plan: Plan) -> list[Seen]:
    """Where a cut stands among what studies of whole populations found, what experts outside expect, and what plans of 2016 assumed."""
    evidence = evidence_for(plan)
    found = _studies(evidence, [level.pod], expected=False)
    own = [Seen("studies of whole populations found", percentile(mixed(found), level.cut), len(found))] if found else []
    return own + assumed_elsewhere(level.cut, [level.pod], "demand", evidence)


def assumed_elsewhere(
    share: float, pods: Collection[str], acts_on: str, evidence: Mapping[str, Evidence]
) -> list[Seen]:
    """Where a share that is taken away stands among what experts outside expect of the same care, and what plans of 2016 assumed."""
    parts = (
        ("experts outside expect, over some twenty years and of the part that can be avoided", _outside(pods, acts_on)),
        ("plans of 2016 assumed", _studies(evidence, pods, expected=True) if acts_on == "demand" else []),
    )
    return [Seen(what, percentile(mixed(given), share), len(given)) for what, given in parts if given]


def _studies(evidence: Mapping[str, Evidence], pods: Collection[str], *, expected: bool) -> list[Elicited]:
    rows = [
        r for r in evidence.values()
        if set(pods) & set(r.pods.split()) and r.acts_on == "demand" and not r.part and r.measure in ("change", "points")
        and (r.category == "plan_expectation") == expected
    ]  # fmt: skip
    return [as_share(found) for r in rows if (found := effect_of(r)) is not None]


def _outside(pods: Collection[str], acts_on: str) -> list[Elicited]:
    rows = (v for v in outside_views() if v.acts_on == acts_on and set(pods) & set(v.pods.split()))
    return [as_share(Elicited(p10=v.p10, p50=v.p50, p90=v.p90, lower=-100.0)) for v in rows]
