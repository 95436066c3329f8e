"""A plan with its effects as studies found them, in place of as it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from placeplan.core.tables import Evidence
from placeplan.effects.base import Effect
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import DistributionBase, Elicited
from placeplan.plan.benchmarks import evidence_for
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.claimed.strength import CareEffect, care_effects, studied, tenths

Three = tuple[float, float, float]


def unproven(own: Three) -> Three:
    """10, 50 and 90 % points of an effect that no study has a figure for: around 0, as wide as the plan's own range; of one figure, as wide as it is.

    What the plan itself expects to do harm stays as it is.

    >>> unproven((0.02, 0.04, 0.08)), unproven((0.05, 0.05, 0.05)), unproven((-0.06, -0.04, -0.02))
    ((-0.03, 0.0, 0.03), (-0.05, 0.0, 0.05), (-0.06, -0.04, -0.02))
    """
    low, half, high = own
    if half <= 0:
        return own
    width = round((high - low) / 2 or half, 12)
    return -width, 0.0, width


def thinned(own: Three, studies: Three) -> Three:
    """The same of an effect on all, where studies are of a part: no stronger than on that part, point by point.

    Where the part saw harm, all see some, no more than the part and no more than the plan's own size.

    >>> thinned((0.0, 0.02, 0.3), (0.05, 0.1, 0.2)), thinned((0.1, 0.1, 0.1), (-0.4, -0.05, 0.02))
    ((0.0, 0.02, 0.2), (-0.1, -0.05, 0.02))
    """
    points = sorted(min(x, e) if e >= 0 else min(max(e, -abs(x)), x) for x, e in zip(own, studies, strict=True))
    return points[0], points[1], points[2]


def lesser(own: Three, studies: Three) -> Three:
    """The same of an effect that was studied as the plan means it: the studies', and no stronger than the plan itself says, point by point.

    >>> lesser((0.1, 0.2, 0.3), (-0.05, 0.0, 0.05)), lesser((0.0, 0.01, 0.02), (0.02, 0.07, 0.09))
    ((-0.05, 0.0, 0.05), (0.0, 0.01, 0.02))
    """
    low, half, high = (min(x, e) for x, e in zip(own, studies, strict=True))
    return low, half, high


class Cut(NamedTuple):
    """One effect as the plan has it and as it is run."""

    effect: CareEffect
    own: Three
    studied: Three
    rows: tuple[str, ...]

    @property
    def distribution(self) -> DistributionBase:
        """Through the three points."""
        low, half, high = self.studied
        return Elicited(p10=low, p50=half, p90=high, upper=1.0)


def cuts(plan: Plan) -> list[Cut]:
    """Every effect on care of a plan, with what studies say in its place."""
    evidence = evidence_for(plan)
    return [_cut(plan, e, evidence) for e in care_effects(plan)]


def _cut(plan: Plan, effect: CareEffect, evidence: Mapping[str, Evidence]) -> Cut:
    own, found = tenths(plan, effect.share), studied(effect, evidence)
    rows = tuple(r.id for r in found.rows)
    if found.share is None:
        return Cut(effect, own, unproven(own), rows)
    studies = (found.share.p10, found.share.p50, found.share.p90)
    return Cut(effect, own, (thinned if found.part else lesser)(own, studies), rows)


def as_studied(plan: Plan, found: list[Cut]) -> Plan:
    """The plan with these effects as studies found them; an assumption that one effect alone names keeps its id, and so its draws."""
    named = Counter(q for i in plan.initiatives for e in i.effects for q in e.quantities() if isinstance(q, str))
    ids: dict[tuple[str, int], str] = {}
    replaced: dict[str, DistributionBase] = {}
    added: list[Assumption] = []
    for cut in found:
        share, place = cut.effect.share, (cut.effect.initiative.id, cut.effect.number)
        if isinstance(share, str) and named[share] == 1:
            replaced[share] = cut.distribution
        else:
            ids[place] = f"studied.{place[0]}.{place[1]}"[:64]
            added.append(_assumption(ids[place], cut))
    kept = tuple(a.model_copy(update={"distribution": replaced.get(a.id, a.distribution)}) for a in plan.assumptions)
    initiatives = tuple(_with(i, ids) for i in plan.initiatives)
    return plan.changed(assumptions=(*kept, *added), initiatives=initiatives)


def _with(i: Initiative, ids: Mapping[tuple[str, int], str]) -> Initiative:
    def effect(n: int, own: Effect) -> Effect:
        name = ids.get((i.id, n))
        return own if name is None else own.model_copy(update={"share": name})

    return i.model_copy(update={"effects": tuple(effect(n, e) for n, e in enumerate(i.effects))})


def _assumption(key: str, cut: Cut) -> Assumption:
    return Assumption(
        id=key, about=f"{cut.effect.initiative.name}, as studies found it", unit="share", distribution=cut.distribution,
        kind="evidence", driver="effect_strength", level="default", source="; ".join(cut.rows) or "no study has a figure",
    )  # fmt: skip
