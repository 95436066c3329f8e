"""How strong a plan says its effects on care are, and what studies of the same say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from placeplan.core.records import Quantity
from placeplan.core.tables import Evidence, Pod
from placeplan.effects.base import Effect
from placeplan.effects.prevent import Prevent
from placeplan.effects.shift import Shift
from placeplan.effects.shorten import Shorten
from placeplan.futures.distributions import DistributionBase, Elicited
from placeplan.futures.evidence import as_share, effect_of, limits, pooled
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

TENTHS = np.array([0.1, 0.5, 0.9])
STREAMS: Mapping[str, str] = {"ae_minors": "ae_type1", "ae_majors": "ae_type1"}
"""Points of delivery that are a part of another."""


class CareEffect(NamedTuple):
    """An effect that takes a share of care, of a stay or of a wait to leave."""

    initiative: Initiative
    number: int
    """Its place among the initiative's effects."""
    effect: Effect
    acts_on: str
    """``demand``, ``stay`` or ``delay``, as evidence says it."""
    pods: tuple[str, ...]
    """Points of delivery; of those that name none, every one of the plan."""
    share: Quantity
    whole: bool
    """Whether it is said of all who have this care, and not of a part who are reached."""


def care_effects(plan: Plan) -> Iterator[CareEffect]:
    """Every such effect of a plan, in its order."""
    every = tuple(p.id for p in plan.tables["pods"] if isinstance(p, Pod))
    for i in plan.initiatives:
        for n, effect in enumerate(i.effects):
            if not isinstance(effect, Prevent | Shift | Shorten):
                continue
            acts_on = "demand"
            if isinstance(effect, Shorten):
                acts_on = "stay" if effect.part == "clinical" else "delay"
            whole = i.peak == 1.0 and not effect.scope.cohorts and not effect.scope.areas
            yield CareEffect(i, n, effect, acts_on, effect.scope.pods or every, effect.share, whole)


def tenths(plan: Plan, quantity: Quantity) -> tuple[float, float, float]:
    """The 10, 50 and 90 % points of a quantity of a plan; a number is all three."""
    if not isinstance(quantity, str):
        return float(quantity), float(quantity), float(quantity)
    drawn = next(a for a in plan.assumptions if a.id == quantity).distribution.quantile(TENTHS)
    return float(drawn[0]), float(drawn[1]), float(drawn[2])


def middle(plan: Plan, quantity: Quantity) -> float:
    """The median of a quantity of a plan."""
    return tenths(plan, quantity)[1]


class Studied(NamedTuple):
    """What studies say of an effect."""

    rows: tuple[Evidence, ...]
    """Those that have a figure; where none has, all that are about it."""
    share: Elicited | None
    """Share removed where it was studied; None where no study has a figure."""
    part: bool
    """Whether it was studied in a part of those whom the plan means: a limit, as no effect on all is larger than on those reached."""


def studied(effect: CareEffect, evidence: Mapping[str, Evidence]) -> Studied:
    """The rows that an initiative names and that are about what one of its effects changes, taken together."""
    named = [evidence[key] for key in effect.initiative.evidence if key in evidence]
    rows = [
        r for r in named if r.category != "plan_expectation" and r.acts_on == effect.acts_on and _about(r, effect.pods)
    ]
    figures = [r for r in rows if r.measure == "change" and limits(r) is not None]
    stream = any(r.pods and not set(r.pods.split()) & set(effect.pods) for r in figures)
    part = stream or (effect.whole and any(r.part for r in figures))
    return Studied(tuple(figures or rows), together(figures), part)


def _about(row: Evidence, pods: Sequence[str]) -> bool:
    """Whether a row is about some of this care, or about a part of it; what names none is about all where it acts on any."""
    own = row.pods.split()
    return bool({*own, *(STREAMS[p] for p in own if p in STREAMS)} & set(pods)) or (not own and row.acts_on == "delay")


def together(rows: Sequence[Evidence]) -> Elicited | None:
    """Rows as one distribution of the share removed: pooled where they can be, else each alike (a mixture)."""
    if not rows:
        return None
    if len({(r.category, r.acts_on, r.pods, r.measure) for r in rows}) == 1:
        return as_share(pooled(rows).distribution)
    return mixed([as_share(found) for r in rows if (found := effect_of(r)) is not None])


GRID = (np.arange(199) + 0.5) / 199


def mixed(parts: Sequence[DistributionBase]) -> Elicited:
    """A mixture of some distributions, each as likely, through its 10, 50 and 90 % points, on 199 points of each.

    >>> one, other = Elicited(p10=0.0, p50=0.1, p90=0.2), Elicited(p10=0.4, p50=0.5, p90=0.6)
    >>> mixed([one]).p50, round(mixed([one, other]).p50, 1)
    (0.1, 0.3)
    """
    points = np.concatenate([p.quantile(GRID) for p in parts])
    low, half, high = (float(f"{v:.9g}") for v in np.quantile(points, TENTHS))
    return Elicited(p10=low, p50=half, p90=high, upper=1.0)
