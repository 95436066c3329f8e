"""How strong each effect of a plan is among what studies found."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.core.tables import Evidence
from placeplan.futures.distributions import Elicited
from placeplan.futures.evidence import percentile
from placeplan.plan.benchmarks import evidence_for
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.claimed.levels import Seen, assumed_elsewhere
from placeplan.stress.claimed.strength import care_effects, middle, studied
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import number
from placeplan.stress.scene import Scene

HIGH, MOST = 0.80, 0.95
"""Share of places that would see no more, by studies: from which a middle is told, and from which it fails; a judgement."""
ORDER: tuple[Result, ...] = ("pass", "shown", "amber", "fail")


class Strength(NamedTuple):
    """One effect of the plan among what studies found."""

    initiative: str
    what: str
    share: float
    """Middle of what the plan says."""
    studies: Elicited | None
    percentile: float | None
    """Share of places that would see no more than the plan’s middle; None where studies cannot tell."""
    part: bool
    """Whether studies are of a part of those whom the plan means: then it is a limit and no more."""
    rows: tuple[Evidence, ...]
    elsewhere: list[Seen]
    """Where it stands among what experts outside expect, and what plans of 2016 assumed, of the same care."""

    @property
    def result(self) -> Result:
        """Pass, amber or fail; ``shown`` where studies say no more than that it is not too strong, or where nothing is hoped for."""
        if self.percentile is None:
            return "amber" if self.share > 0 and self.studies is None else "shown"
        strong: Result = "fail" if self.percentile > MOST else "amber" if self.percentile > HIGH else "pass"
        return "shown" if self.part and strong == "pass" else strong


class Found(NamedTuple):
    """Every effect on care, and who names no evidence at all."""

    effects: list[Strength]
    without: list[str]
    """Names of initiatives with effects and no row of the evidence."""


def strengths(plan: Plan) -> list[Strength]:
    """Every effect of a plan that takes a share of care, the strongest among its studies first."""
    evidence, found = evidence_for(plan), []
    for e in care_effects(plan):
        studies, share = studied(e, evidence), middle(plan, e.share)
        limit = studies.part and share < 0  # any harm to all may be that to a part, thinned
        place = None if studies.share is None or limit else percentile(studies.share, share)
        what = f"{e.initiative.name}: {e.effect.about or e.acts_on}"
        elsewhere = assumed_elsewhere(share, e.pods, e.acts_on, evidence)
        found.append(
            Strength(e.initiative.id, what, share, studies.share, place, studies.part, studies.rows, elsewhere)
        )
    return sorted(found, key=lambda s: (-ORDER.index(s.result), -(s.percentile or 0.0)))


class EvidenceTest(StressTest):
    """T03, read off the plan: the percentile of each effect in the evidence."""

    name, title = "evidence", "Whether studies found as much"
    question = "How strong are the plan’s effects among what studies found?"
    method = (
        "For each effect, the test takes the middle of what the plan says. It looks where this lies among what studies let a new place expect. These are the studies that the "
        "change names. They are put together where they can be. Else each counts the same. If studies are of some of the people only, they are an upper limit. Beside it "
        "stands what experts expect, and what the plans of 2016 said."
    )
    grounds = "The limits of 80 and 95 of 100 places are judgements."
    source = "the library’s evidence and the plan’s own"
    exactly = (
        "The middle of each effect on care, stay or wait to leave, among what the studies that its initiative names let a new place expect (pooled where they can be, else each alike)."
        " Where studies are of a part of those whom the plan means, they are an upper limit. Beside it: where it stands among experts’ expectations of what can be avoided and in the plans of 2016."
    )

    def ask(self, plan: Plan) -> str:
        """There must be an effect on care."""
        return (
            ""
            if next(care_effects(plan), None)
            else "No initiative takes a share of care, of stays or of waits to leave."
        )

    def run(self, scene: Scene) -> Found:
        """The effects and their percentiles."""
        evidence = evidence_for(scene.plan)
        without = [i.name for i in scene.plan.initiatives if i.effects and not set(i.evidence) & evidence.keys()]
        return Found(strengths(scene.plan), without)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """How many effects are stronger than studies found, and each with its rows."""
        del plan
        each = found.effects
        rows = [
            StressRow(
                what=s.what,
                figure=s.percentile,
                threshold=None if s.percentile is None else HIGH,
                result=s.result,
                shown=_shown(s),
                initiative=s.initiative,
            )
            for s in each
        ]
        if found.without:
            rows.append(StressRow(what="Initiatives that name no evidence", shown=", ".join(found.without)))
        known = [s.percentile for s in each if s.percentile is not None]
        return {
            "result": "pass" if each[0].result == "shown" else each[0].result, "figure": max(known, default=None), "rows": tuple(rows),
            "unit": "share of places that would see no more, of the strongest effect", "threshold": f"at most {HIGH:.0%}; above {MOST:.0%} fails",
            "sentence": _sentence(each), "behind": _behind(each, found.without),
        }  # fmt: skip


def _sentence(each: list[Strength]) -> str:
    """How many are too strong, and for one by how much."""
    strong = [s for s in each if s.percentile is not None and s.percentile > HIGH]
    unknown = [s for s in each if s.studies is None and s.share > 0]
    of = f"{len(each)} effect{'s' if len(each) > 1 else ''} on care"
    if strong:
        top = strong[0]
        part = f"{len(strong)} of {of} {'are' if len(strong) > 1 else 'is'} stronger than studies let {HIGH * 10:.0f} in 10 places expect"
        figure = (
            number(top.share, "share")
            if top.studies is None
            else f"{number(top.share, 'share')}, where studies found {number(top.studies.p50, 'share')}"
        )
        return f"{part}. The strongest: {top.what} ({figure})."
    if unknown:
        return f"No effect is stronger than studies found. But {len(unknown)} of {of} {'have' if len(unknown) > 1 else 'has'} no study with a figure behind {'them' if len(unknown) > 1 else 'it'}."
    return f"None of {of} is stronger than studies let {HIGH * 10:.0f} in 10 places expect."


def _behind(each: list[Strength], without: list[str]) -> str:
    """What is only a limit, and who names nothing."""
    limits = sum(s.part for s in each)
    told = (
        [
            f"Of {limits} effects, studies are of a part of the people only: how many are reached is the plan’s own figure."
        ]
        if limits
        else []
    )
    told += [f"No evidence is named by: {', '.join(without)}."] if without else []
    return " ".join(told)


def _shown(s: Strength) -> str:
    """The plan's figure, that of studies, and where it stands among them, among experts and among the plans of 2016."""
    rows = ", ".join(r.id for r in s.rows)
    also = "".join(
        f"; {'experts' if v.what.startswith('experts') else 'plans of 2016'} {v.percentile:.0%}" for v in s.elsewhere if s.share > 0
    )  # fmt: skip
    if s.studies is None:
        return f"{number(s.share, 'share')}; {f'no figure in {rows}' if rows else 'no study that counted this is named'}{also}"
    low, half, high = (number(v, "share") for v in (s.studies.p10, s.studies.p50, s.studies.p90))
    place = "the same, thinned" if s.percentile is None else f"no weaker than in {s.percentile:.0%} of places"
    return f"{number(s.share, 'share')}; studies{' of a part' if s.part else ''} {half} ({low} to {high}): {place} [{rows}]{also}"
