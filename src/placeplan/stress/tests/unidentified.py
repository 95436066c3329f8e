"""Savings with nothing behind them."""

from __future__ import annotations

from typing import Any

from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import claimed_pounds
from placeplan.stress.claimed.claims import only_unidentified
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

KINDS = ("nobody has said how", "no study finds such an effect", "an effect that studies found")


def behind(unidentified: float, unproven: float, whole: float) -> float:
    """Share of what is claimed that rests on anything: ``1 − (unidentified + unproven) / claimed``.

    >>> behind(20.0, 30.0, 100.0)
    0.5
    """
    return 1.0 - (unidentified + unproven) / whole


class Unidentified(StressTest):
    """What share of the claimed savings has a plan or evidence behind it."""

    name, title = "unidentified", "What is behind the savings"
    question = "How much of what is claimed has nothing behind it?"
    method = (
        "The test reads the plan. It looks at claims in £ where nobody has said how the money is saved. It also looks at claims where no study finds such an effect, or "
        "studies find the reverse."
    )
    grounds = "Few of nine plans of 2016 said how large the risk is that savings do not come."
    source = "CIPFA 2016"
    exactly = "Reads the plan: claims in £ of initiatives that are nothing but a saving nobody has identified, and of those whose evidence is none or speaks against them."

    def ask(self, plan: Plan) -> str:
        """There must be claims in £."""
        if any(claimed_pounds(i) for i in plan.initiatives):
            return ""
        return "No initiative says what it saves in £ a year."

    def run(self, scene: Scene) -> dict[str, float]:
        """£ a year claimed, by what is behind it."""
        found = dict.fromkeys(KINDS, 0.0)
        for i in scene.plan.initiatives:
            graded = KINDS[1] if i.evidence_grade in {"none", "adverse"} else KINDS[2]
            kind = KINDS[0] if i.effects and only_unidentified(i) else graded
            found[kind] += claimed_pounds(i) or 0.0
        return found

    def tell(self, plan: Plan, found: dict[str, float]) -> dict[str, Any]:
        """The three parts of what is claimed."""
        del plan
        whole = sum(found.values())
        share = behind(found[KINDS[0]], found[KINDS[1]], whole)
        rows = tuple(
            StressRow(what=kind.capitalize(), figure=v / whole, shown=f"{pounds(v)} ({v / whole:.0%})")
            for kind, v in found.items()
        )
        parts = ((found[KINDS[0]], "no plan behind it"), (found[KINDS[1]], "no evidence for it"))
        lacking = " and ".join(f"{pounds(v)} has {what}" for v, what in parts if v > 0)
        sentence = f"Of {pounds(whole)} a year that is claimed, {lacking or 'all has a plan and evidence behind it'}."
        return {
            "result": "pass" if share > 0.999 else "amber" if share >= 0.5 else "fail", "figure": share,
            "unit": "share of what is claimed", "threshold": "all of it; below half fails (a judgement)", "sentence": sentence, "rows": rows,
        }  # fmt: skip
