"""What is left of a plan whose effects are what studies found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.variants import do_nothing
from placeplan.plan.benchmarks import evidence_for
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import claimed_pounds
from placeplan.stress.claimed.haircut import Cut, as_studied, cuts
from placeplan.stress.claimed.strength import care_effects
from placeplan.stress.results.money import bridge_futures
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.runs.batches import Job
from placeplan.stress.say import number, pounds
from placeplan.stress.scene import Scene

SURE = 0.8


def closed(plan: Array, nothing: Array, share: float) -> float:
    """Part of the gap that is closed in at least a share of the futures: ``quantile_{1−share}(plan − nothing) / −mean(nothing)``.

    plan, nothing: position of the last year, £, ``[future]``; the gap is what is missing with nothing done, on average.

    >>> closed(np.array([-50.0, -40.0, -90.0]), np.array([-100.0, -100.0, -100.0]), 0.5)
    0.5
    """
    return float(np.quantile(plan - nothing, 1.0 - share)) / -float(nothing.mean())


class LastPosition(NamedTuple):
    """Reads the position of all in the last year."""

    keep: frozenset[str] = frozenset({"position"})

    def columns(self, outcomes: Outcomes) -> dict[str, Array]:
        """``[future]``."""
        return {"last": outcomes["position"].by_year(SYSTEM)[:, -1]}


class Found(NamedTuple):
    """Position in the last year, ``[future]``, £: with nothing done, as the plan says, as studies say."""

    nothing: Array
    own: Array
    studied: Array
    claimed: float | None
    cuts: list[Cut]


class Haircut(StressTest):
    """T03, run: each effect in its distribution of the evidence."""

    name, title = "haircut", "If it does what studies found"
    question = "How much of the gap is closed if every effect is what studies found?"
    method = (
        "The plan is run again. Now each effect on care, on nights or on the wait to leave is what the studies found that the change names. It is never stronger than the plan "
        "says. If no study has a figure, the effect lies around nothing, and is as unsure as the plan says. If a study is of some of the people, the effect is no stronger "
        "than on them. All else is the same, and chance is held still."
    )
    grounds = "Plans tend to hope for too much."
    source = "the library’s evidence"
    exactly = (
        "Runs the plan again with each effect on care, stay or wait to leave as the studies that its initiative names found it, but no stronger than the plan says. Where none has a figure it lies around nothing, as wide as the plan’s own range;"
        " where studies are of a part of the people, it is no stronger than on that part. Chance is held; all else is the same."
    )
    alone = True

    def ask(self, plan: Plan) -> str:
        """There must be an effect on care."""
        return (
            ""
            if next(care_effects(plan), None)
            else "No initiative takes a share of care, of stays or of waits to leave."
        )

    def foreseen(self, plan: Plan, futures: int) -> int:
        """Three runs."""
        del plan
        return 3 * bridge_futures(futures)

    def run(self, scene: Scene) -> Found:
        """The plan both ways and nothing done, on the same futures."""
        runs, plan, found = scene.runs, scene.plan, cuts(scene.plan)
        futures = replace(runs.first(bridge_futures(runs.futures.count)), held=frozenset({CHANCE}))
        variants = (
            ("doing nothing", do_nothing(plan)),
            ("the plan", plan),
            ("as studies found", as_studied(plan, found)),
        )
        rows = runs.apart([Job(what, variant, futures) for what, variant in variants], (LastPosition(),))
        nothing, own, other = (r.of("last") for r in rows)
        claims = [c for i in plan.initiatives if (c := claimed_pounds(i))]
        return Found(nothing, own, other, sum(claims) if claims else None, found)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The gap closed at P50 and P80 both ways, and every effect that changes."""
        gap, count = -float(found.nothing.mean()), len(found.nothing)
        effects = tuple(_row(c) for c in found.cuts)
        without = sorted(
            i.name for i in plan.initiatives if i.effects and not set(i.evidence) & evidence_for(plan).keys()
        )
        behind = f"No evidence is named by: {', '.join(without)}." if without else ""
        common = {"futures": count, "unit": "share of the gap closed in 8 of 10 futures", "behind": behind}
        if gap <= 0:
            return {
                **common,
                "result": "shown",
                "rows": effects,
                "sentence": "With nothing done no money is missing, so there is no gap to close.",
            }
        shares = {
            (what, p): closed(position, found.nothing, p)
            for what, position in (("own", found.own), ("studied", found.studied))
            for p in (0.5, SURE)
        }
        asked = 1.0 if found.claimed is None else min(found.claimed / gap, 1.0)
        half, sure = shares["studied", 0.5], shares["studied", SURE]
        result = result_of(half, sure, asked)
        said = "The whole gap" if found.claimed is None else f"The claim of {pounds(found.claimed)}"
        sentence = f"With effects as studies found them the plan closes {_part(half)} of the gap of {pounds(gap)} in the middle future, and {_part(sure)} in 8 of 10; as it says itself, {_part(shares['own', 0.5])} and {_part(shares['own', SURE])}."
        rows = (
            StressRow(what=f"{said}, of the gap", figure=asked, shown=f"{asked:.0%}"),
            *(StressRow(what=what, figure=shares[key], threshold=asked, shown=f"{shares[key]:.0%}") for what, key in WAYS),
        )  # fmt: skip
        return {
            **common,
            "result": result,
            "figure": sure,
            "threshold": f"{asked:.0%}, as is claimed, in 8 of 10 futures",
            "sentence": sentence,
            "rows": (*rows, *effects),
        }


WAYS = (
    ("As the plan says: in half of the futures", ("own", 0.5)), ("As the plan says: in 8 of 10", ("own", SURE)),
    ("As studies found: in half of the futures", ("studied", 0.5)), ("As studies found: in 8 of 10", ("studied", SURE)),
)  # fmt: skip


def _part(share: float) -> str:
    """A share of a gap; below nought it is widened.

    >>> _part(0.25), _part(-0.1)
    ('25%', 'none')
    """
    return f"{share:.0%}" if share > 0 else "none"


def _row(c: Cut) -> StressRow:
    """One effect both ways."""
    own, studies = (
        f"{number(h, 'share')} ({number(low, 'share')} to {number(high, 'share')})"
        for low, h, high in (c.own, c.studied)
    )
    rows = f" [{', '.join(c.rows)}]" if c.rows else ""
    same = "as it is" if c.own == c.studied else f"run as {studies}"
    return StressRow(
        what=f"– {c.effect.initiative.name}: {c.effect.effect.about or c.effect.acts_on}", shown=f"{own}; {same}{rows}"
    )


def result_of(half: float, sure: float, asked: float) -> Result:
    """Pass where it is closed in 8 of 10 futures, amber where in half of them.

    >>> result_of(0.6, 0.5, 0.5), result_of(0.6, 0.4, 0.5), result_of(0.4, 0.3, 0.5)
    ('pass', 'amber', 'fail')
    """
    return "pass" if sure >= asked else "amber" if half >= asked else "fail"
