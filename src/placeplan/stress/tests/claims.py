"""Where the savings go that are claimed: from each claim, step by step, to what the model finds."""

from __future__ import annotations

from typing import Any

from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import claimed_pounds
from placeplan.stress.claimed.shortfall import NAMES, STEPS, Shortfall, shortfalls
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import lower_first, pounds
from placeplan.stress.scene import Scene

ENOUGH, HALF = 0.95, 0.5
"""Share of a claim that counts as all of it; below half of it fails; a judgement."""


def kept(found: float, claimed: float) -> float:
    """Share of what is claimed that is found: ``found / claimed``.

    >>> kept(3.0, 4.0)
    0.75
    """
    return found / claimed


class Claims(StressTest):
    """Claimed against modelled saving, with a bridge."""

    name, title = "claims", "Where the claimed savings go"
    question = "How much of what is claimed does the model find, and where is the rest?"
    method = (
        "The test takes each change that claims to save money each year. It goes from the claim to what the model finds, step by step. First comes what other changes bring "
        "too. Then come costs that stay, what is not there yet, and posts that nobody fills. Then comes what one pays and another gets, and what the change itself costs. Last "
        "comes the rest. Each step takes from what is left, so that all steps add up."
    )
    grounds = "That 95% counts as all of it, and that less than half fails, are judgements."
    source = "CIPFA 2016"
    exactly = (
        "For each initiative that claims £ a year: what others bring too (it alone against it among all, same futures); average cost that stays; what is not there yet; posts not filled;"
        " payments that are another’s income; what the scheme costs; and the rest. In this order, each step takes from what is left, so that they sum to the difference."
    )
    needs = frozenset({"uptake", "staffed", "initiative_cost"})

    def ask(self, plan: Plan) -> str:
        """There must be claims in £."""
        return (
            "" if any(claimed_pounds(i) for i in plan.initiatives) else "No initiative says what it saves in £ a year."
        )

    def run(self, scene: Scene) -> tuple[list[Shortfall], int]:
        """Each claim's way to what is found."""
        return shortfalls(scene), len(scene.bridge.whole)

    def tell(self, plan: Plan, found: tuple[list[Shortfall], int]) -> dict[str, Any]:
        """The share found, the largest step of all claims, and each claim with its steps."""
        del plan
        each, futures = found
        claimed, model = sum(s.claimed for s in each), sum(s.found for s in each)
        steps = {name: sum(s.steps[name] for s in each) for name in STEPS}
        share = kept(model, claimed)
        rows = [StressRow(what="Claimed by all", figure=claimed, shown=pounds(claimed))]
        rows += [StressRow(what=f"– {NAMES[n]}", figure=-v, shown=pounds(-v)) for n, v in steps.items() if v]
        rows.append(StressRow(what="Found of it", figure=model, shown=pounds(model), result=result_of(share)))
        if len(each) > 1:
            rows += [
                StressRow(
                    what=f"{s.name}: claimed, found",
                    figure=s.found,
                    threshold=s.claimed,
                    result=result_of(kept(s.found, s.claimed)),
                    shown=_shown(s),
                )
                for s in each
            ]
        most = max(steps, key=lambda n: steps[n])
        finds = pounds(model) if model >= 0 else f"none, as it costs {pounds(-model)} more than it saves"
        sentence = f"Of {pounds(claimed)} a year that is claimed, the model finds {finds}."
        if share < ENOUGH:
            sentence += f" Most of what is missing, {pounds(steps[most])}: {lower_first(NAMES[most])}."
        return {
            "result": result_of(share), "figure": share, "unit": "share of what is claimed", "rows": tuple(rows), "futures": futures,
            "threshold": f"{ENOUGH:.0%}; below {HALF:.0%} fails", "sentence": sentence,
        }  # fmt: skip


def _shown(s: Shortfall) -> str:
    """A claim, what is found, and each step that takes something."""
    taken = "; ".join(f"{lower_first(NAMES[n])} {pounds(-v)}" for n, v in s.steps.items() if abs(v) >= 5e4)
    return f"{pounds(s.claimed)}, {pounds(s.found)}{f': {taken}' if taken else ''}"


def result_of(share: float) -> Result:
    """Pass, amber or fail by the share of a claim that is found.

    >>> result_of(1.2), result_of(0.7), result_of(0.2)
    ('pass', 'amber', 'fail')
    """
    return "pass" if share >= ENOUGH else "amber" if share >= HALF else "fail"
