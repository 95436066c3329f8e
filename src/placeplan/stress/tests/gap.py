"""Whether what is claimed is as large as the gap, and what of it the model finds."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import claimed_pounds
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

CLOSED = 1.0
OTHERS = (
    ("West Yorkshire 2016", 983 / 1070), ("Staffordshire 2016", 245 / 286), ("Norfolk 2016", 300 / 415),
    ("Sussex 2016", 530 / 864),
)  # fmt: skip
"""Share of their own gap that plans of 2016 claimed to close."""


class Found(NamedTuple):
    """£ a year in the last year, all organisations together."""

    gap: float
    """If nothing changes; positive where money is missing."""
    usual: float
    """What committed capacity and background efficiency take off it."""
    claimed: float
    found: float
    """What the model finds of the initiatives."""
    futures: int


def closed(claimed: float, usual: float, gap: float) -> float:
    """Share of a gap that is closed: ``(claimed + usual) / gap``, £ a year.

    >>> closed(240.0, 5.0, 286.0) < 1
    True
    """
    return (claimed + usual) / gap


class Gap(StressTest):
    """T18: whether the plan closes its own gap."""

    name, title = "gap", "Whether it adds up"
    question = "Do the savings that are claimed add up to the gap?"
    method = (
        "The test takes the money of all in the last year, if nothing is done. Beside it stand what is done in any case, and the sum of what the changes claim. Last comes "
        "what the model finds of them. This is the mean over the first futures, with chance held still."
    )
    source = "NHS Support Federation, 2017 (Norfolk, Staffordshire); Sussex Express, November 2016 (Sussex); Calderdale and Kirklees 999 Call, October 2016 (West Yorkshire)"
    exactly = (
        "The position of all organisations in the last year with nothing done; what is committed anyway; the sum of what initiatives claim"
        " for it in £; and what the model finds of them, means over the first futures with chance held."
    )

    def run(self, scene: Scene) -> Found:
        """Sums over the bridge."""
        steps = {s.id: s.amount for s in scene.bridge.steps}
        gap, usual = -steps["do_nothing"], steps["do_minimum"]
        claimed = sum(claimed_pounds(i) or 0.0 for i in scene.plan.initiatives)
        return Found(gap, usual, claimed, float(scene.bridge.whole.mean()) - usual, len(scene.bridge.whole))

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The share of the gap that is claimed, beside what is found and what others claimed."""
        del plan
        if found.gap <= 0:
            return {
                "result": "pass",
                "sentence": "There is no gap to close: with nothing done, no money is missing.",
                "futures": found.futures,
            }
        share, model = closed(found.claimed, found.usual, found.gap), closed(found.found, found.usual, found.gap)
        result: Result = "pass" if min(share, model) >= CLOSED else "amber" if model >= CLOSED else "fail"
        said = f"{pounds(found.claimed)} of savings are claimed" if found.claimed else "No saving is claimed in £"
        sentence = f"{said} against a gap of {pounds(found.gap)} a year; the model finds {_finds(found.found)}."
        rows = (
            StressRow(what="Gap if nothing changes", figure=1.0, shown=pounds(found.gap)),
            StressRow(what="Claimed, with what is committed", figure=share, threshold=CLOSED, shown=f"{share:.0%}"),
            StressRow(what="Found, with what is committed", figure=model, threshold=CLOSED, shown=f"{model:.0%}"),
            *(
                StressRow(what=f"{place}: claimed", figure=own, threshold=CLOSED, shown=f"{own:.0%}")
                for place, own in OTHERS
            ),
        )
        return {
            "result": result, "figure": model, "unit": "share of the gap", "threshold": "all of it", "sentence": sentence,
            "rows": rows, "futures": found.futures,
        }  # fmt: skip


def _finds(found: float) -> str:
    """What the model finds of what is claimed, £ a year, in words.

    >>> _finds(3e6), _finds(-3e6), _finds(0.0)
    ('£3m', 'none, as they cost £3m more than they save', 'none')
    """
    if abs(found) < 1.0:
        return "none"
    return pounds(found) if found > 0 else f"none, as they cost {pounds(-found)} more than they save"
