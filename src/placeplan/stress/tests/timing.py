"""When the money comes: a plan whose savings all fall into its first two years has not allowed for building and hiring."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

EARLY = 0.25
"""Share of all that a plan brings above which its first two years are too good to be true; a judgement (T08)."""
FIRST = 2
"""Years that count as first."""


def early_share(by_year: Array, first: int = FIRST) -> float:
    """Share of what a plan brings that falls into its first years: ``Σ first years / Σ all years``, £ against doing nothing.

    by_year: mean of each year. NaN where it brings nothing in all.

    >>> early_share(np.array([-2.0, 0.0, 2.0, 4.0, 6.0]))
    -0.2
    """
    whole = float(by_year.sum())
    return float(by_year[:first].sum()) / whole if whole > 0 else float("nan")


class Found(NamedTuple):
    """What the plan brings against doing nothing, £ a year."""

    years: tuple[str, ...]
    gain: Array
    """``[future, year]``"""
    share: float


class Timing(StressTest):
    """T08: how soon the plan's money is to come."""

    name, title = "timing", "When the money comes"
    question = "Does the plan count on savings before it can have built, hired and started?"
    method = "Each year, the money of all with the plan is set against their money if nothing is done, in the same futures. How much of the whole falls into the first two years?"
    grounds = "Vanguards, which tried new kinds of care, showed effects in their third year only. 25% as a limit is a judgement."
    source = "BMC Health Services Research 2021 (vanguards)"
    exactly = (
        "The position of all organisations with the plan less that with nothing done, in the same futures, by year; the share of the whole that falls"
        " into the first two years. Vanguards showed effects in their third year only."
    )
    needs = frozenset({"position"})

    def ask(self, plan: Plan) -> str:
        """There must be years after the first two."""
        return "" if plan.about.months > 12 * FIRST else f"The plan is run for {FIRST} years only."

    def run(self, scene: Scene) -> Found:
        """Position by year with the plan, less that with nothing done."""
        plan, nothing = (o["position"].by_year("system") for o in scene.first)
        gain = plan - nothing
        return Found(scene.first[0].years, gain, early_share(gain.mean(axis=0)))

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The share, and each year's gain with its range."""
        del plan
        low, mean, high = (
            *np.quantile(found.gain, 0.1, axis=0)[None],
            found.gain.mean(axis=0),
            np.quantile(found.gain, 0.9, axis=0),
        )
        rows = tuple(
            StressRow(what=year, figure=float(m), shown=f"{pounds(m)} ({pounds(a)} to {pounds(b)})")
            for year, a, m, b in zip(found.years, low, mean, high, strict=True)
        )  # fmt: skip
        whole = float(mean.sum())
        common = {"futures": len(found.gain), "rows": rows, "unit": "share of what the plan brings"}
        if whole <= 0:
            sentence = f"The plan brings no money in these years: {pounds(whole)} in all against doing nothing."
            return {**common, "result": "amber", "sentence": sentence}
        early = max(found.share, 0.0)
        fine = found.share <= EARLY
        part = f"{early:.0%} of the {pounds(whole)} that the plan brings falls into its first two years"
        sentence = (
            f"{part}: there is time to build and hire first." if fine else f"{part}: sooner than anybody has shown."
        )
        return {
            **common, "result": "pass" if fine else "fail", "figure": found.share, "sentence": sentence,
            "threshold": f"at most {EARLY:.0%} in the first two years",
        }  # fmt: skip
