"""What cash is really released: care that is not given saves its cost slowly and never all of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import claimed_pounds
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

SMALL = 50_000.0
"""£ a year of care below which nothing is told."""
FULL = 0.999
"""A claim of so much of average cost or more counts as all of it."""


class Released(NamedTuple):
    """One initiative that takes care away, £ a year in the last year, means over the futures."""

    id: str
    name: str
    average: float
    """The care that is no longer given, at national average cost."""
    found: float
    """What the position gains."""
    claimed: float | None


def cash_share(found: float, average: float) -> float:
    """Cash released of what the care costs on average: ``found / average``.

    >>> cash_share(7.0, 20.0)
    0.35
    """
    return found / average


class Stranded(StressTest):
    """T04: stranded cost."""

    name, title = "stranded", "What cash is released"
    question = "How much of what the avoided care costs is really saved?"
    method = (
        "The test takes each change that takes care away. It sets the money gained in the last year against what that care costs on average in England. Beds and teams close "
        "in whole steps, and buildings stay."
    )
    grounds = "Where less than the price was paid for more care, it was 30% of it at first. For 2015/16, 50% was proposed, and 70% came later (from memory). That little is saved in the first year is usual; under 35% is a judgement."
    source = "HSJ on the national tariff of 2015/16"
    exactly = (
        "For each initiative that takes care away: what the position gains in the last year, against that care at national average cost."
        " Beds and teams close in whole steps, and buildings stay."
    )

    def run(self, scene: Scene) -> tuple[list[Released], int]:
        """Initiatives that take care away, the largest first."""
        found = []
        for i in scene.plan.initiatives:
            part = scene.bridge.parts.get(i.id)
            if part is None:
                continue
            average = -float((part.forward.value.mean() + part.backward.value.mean()) / 2)
            if average >= SMALL:
                found.append(Released(i.id, i.name, average, float(part.found.mean()), claimed_pounds(i)))
        return sorted(found, key=lambda r: -r.average), len(scene.bridge.whole)

    def tell(self, plan: Plan, found: tuple[list[Released], int]) -> dict[str, Any]:
        """The share of all, and of each; booking full average cost fails."""
        del plan
        each, futures = found
        if not each:
            return {
                "result": "not asked",
                "sentence": "No initiative takes care away, so no cost can be left behind.",
                "futures": futures,
            }
        booked = [r for r in each if r.claimed is not None and cash_share(r.claimed, r.average) >= FULL]
        average, cash = sum(r.average for r in each), sum(r.found for r in each)
        rows = tuple(
            StressRow(
                what=r.name, figure=cash_share(r.found, r.average), threshold=1.0, result="fail" if r in booked else "pass",
                shown=f"{pounds(r.found)} of {pounds(r.average)}" + (f"; claimed {pounds(r.claimed)}" if r.claimed is not None else ""),
                initiative=r.id,
            )
            for r in each
        )  # fmt: skip
        came = (
            f"It leaves {pounds(cash)} a year in cash."
            if cash >= 0
            else f"It leaves no cash: the schemes cost {pounds(-cash)} a year more than they release."
        )
        sentence = f"Care worth {pounds(average)} a year at average cost is no longer given. {came}"
        if booked:
            sentence += f" {'Claims' if len(booked) > 1 else 'A claim'} of {len(booked)} {'book' if len(booked) > 1 else 'books'} all of the average cost or more."
        return {
            "result": "fail" if booked else "pass" if cash > 0 else "amber", "figure": cash_share(cash, average), "unit": "share of average cost",
            "threshold": "some cash is left, and no claim books the whole average cost", "sentence": sentence, "rows": rows, "futures": futures,
        }  # fmt: skip
