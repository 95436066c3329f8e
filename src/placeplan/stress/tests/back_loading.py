"""How much of what a plan brings is left to its last years, when those who planned it may be gone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

LAST = 2
"""Years that count as last."""
OVER, MOST = 1.15, 1.5
"""How much more than of a plan that grows alike each year falls into the last years: amber, fail; a judgement."""


def even_share(years: int, last: int = LAST) -> float:
    """Share that falls into the last years where savings grow by as much each year: ``Σ_{k>n−last} k / Σ_{k≤n} k``.

    >>> even_share(5)
    0.6
    """
    return sum(range(years - last + 1, years + 1)) / (years * (years + 1) / 2)


class Found(NamedTuple):
    """What the plan brings against doing nothing, £ a year, mean over the futures."""

    years: tuple[str, ...]
    gain: Array
    """``[year]``"""
    futures: int


class BackLoading(StressTest):
    """Share of all gains in the last years."""

    name, title = "back-loading", "What is left to the end"
    question = "How much of what the plan brings falls into its last two years?"
    method = (
        "Each year, the money of all with the plan is set against their money if nothing is done. How much of all that is gained falls into the last two years? The test sets "
        "this against a plan that grows by the same step each year."
    )
    grounds = "The plans of 2016 left savings to their last years. How far from even is too far is a judgement."
    source = "CIPFA 2016"
    exactly = (
        "The position of all organisations with the plan less that with nothing done, by year; the share of all that is gained that falls into the last two years,"
        " against that of a plan that grows alike each year."
    )
    needs = frozenset({"position"})

    def ask(self, plan: Plan) -> str:
        """There must be years before the last two."""
        return "" if plan.about.months > 12 * LAST else f"The plan is run for {LAST} years only."

    def run(self, scene: Scene) -> Found:
        """Gain by year."""
        plan, nothing = (o["position"].by_year("system") for o in scene.first)
        return Found(scene.first[0].years, (plan - nothing).mean(axis=0), len(plan))

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The share of the last years, and each year's."""
        del plan
        gained = np.maximum(found.gain, 0.0)
        whole, even = float(gained.sum()), even_share(len(found.years))
        common = {"futures": found.futures, "unit": "share of what the plan brings"}
        if whole <= 0:
            return {
                **common,
                "result": "amber",
                "sentence": "In no year does the plan bring money against doing nothing, so nothing can be late.",
            }
        share = float(gained[-LAST:].sum()) / whole
        rows = tuple(
            StressRow(what=year, figure=float(g) / whole, shown=f"{g / whole:.0%} ({pounds(own)})")
            for year, g, own in zip(found.years, gained, found.gain, strict=True)
        )  # fmt: skip
        result = result_of(share, even)
        words = {
            "pass": f"a plan that grows alike each year leaves {even:.0%} to them.",
            "amber": f"a plan that grows alike each year leaves only {even:.0%} to them.",
            "fail": f"nearly all is left to the end; a plan that grows alike each year leaves {even:.0%} to it.",
        }
        when = f"{share:.0%} of the {pounds(whole)} that the plan brings falls into its last two years"
        return {
            **common, "result": result, "figure": share, "rows": rows, "sentence": f"{when}: {words[result]}",
            "threshold": f"at most {min(OVER * even, 1.0):.0%}; above {bound(even):.0%} fails",
        }  # fmt: skip


def bound(even: float) -> float:
    """Share above which nearly all is left to the end: half as much again as even, and no more than 95 %.

    >>> round(bound(0.6), 6), bound(0.9)
    (0.9, 0.95)
    """
    return min(MOST * even, 0.95)


def result_of(share: float, even: float) -> Result:
    """Pass, amber or fail by the share that falls into the last years.

    >>> result_of(0.6, 0.6), result_of(0.8, 0.6), result_of(0.95, 0.6)
    ('pass', 'amber', 'fail')
    """
    return "pass" if share <= OVER * even else "amber" if share <= bound(even) else "fail"
