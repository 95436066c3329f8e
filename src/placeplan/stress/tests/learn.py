"""What is worth learning first: by how much knowing an assumption would better the choice between the plans that have a name."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.explore.evppi import WORLDS_A_TERM, Worth, worth
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import drawn_names
from placeplan.stress.results.tests import StressRow
from placeplan.stress.runs.kept import Kept, hard_ones
from placeplan.stress.scene import Scene

FEWEST = WORLDS_A_TERM * 6
"""Futures that a fit of one assumption needs."""
LISTED = 10
SMALL, SMALLEST = 0.005, 0.0005
"""Gains below which learning changes little, and below which nothing is listed."""


def kept_share(kept: list[Array]) -> Array:
    """Share of the promises that decide which a future keeps, ``[future]``; those not due are left out.

    >>> kept_share([np.array([1.0, 0.0]), np.array([1.0, 1.0]), np.array([np.nan, 0.0])]).round(2).tolist()
    [1.0, 0.33]
    """
    found: Array = np.nanmean(kept, axis=0)
    return found


class Learned(NamedTuple):
    """What each assumption is worth knowing, and what the plans bring."""

    plans: tuple[tuple[str, float], ...]
    """Each plan that can be chosen, with the mean of what it is judged by."""
    worths: tuple[Worth, ...]
    futures: int
    whole: bool
    """Whether plans are judged by the chance of keeping all promises that decide; else by the share of them that is kept."""


class Learn(StressTest):
    """EVPPI between named plans."""

    name, title = "learn", "What is worth learning first"
    question = "Would knowing more about one thing change which plan is best?"
    method = (
        "The test sets the plan beside two others: what is agreed alone, and the least that has to be done. All meet the same futures. How many more promises would be kept if "
        "one thing were known before choosing? The same is done with worlds that are shuffled. That shows what is found where there is nothing to find."
    )
    source = "Strong, Oakley and Brennan 2014; Westfall and Young 1993"
    exactly = (
        "Between the plan, its commitments alone and the minimum, in the same futures: how much more of the promises would be kept if one assumption were known"
        " before choosing (expected value of partial perfect information, by regression). The same with worlds shuffled says what a fit finds where there is nothing."
    )
    alone, side_by_side = True, True

    def ask(self, plan: Plan) -> str:
        """There must be a promise that decides, and something to choose between."""
        if not any(p.hard for p in plan.promises):
            return "There is no promise that decides, so no plan is better than another."
        return "" if plan.initiatives else "The plan has no initiatives: there is nothing to choose."

    def run(self, scene: Scene) -> Learned | None:
        """What each assumption that is drawn is worth; None where there are too few futures."""
        ran = scene.ran
        if ran.plan.count < FEWEST or not hard_ones(ran.kept):
            return None
        count = ran.plan.count
        named: dict[str, tuple[Kept, ...]] = {"the plan": ran.kept, "the minimum": ran.kept_minimum}
        if any(i.status == "aspiration" for i in scene.plan.initiatives):
            named["its commitments alone"] = ran.strict.kept
        shares = [_judged(kept, count) for kept in named.values()]
        whole = np.stack([(s == 1).astype(float) for s in shares], axis=1)
        judged_whole = bool(np.ptp(whole, axis=0).any())
        utilities = whole if judged_whole else np.stack(shares, axis=1)
        moving = {n: v for n, v in scene.drawn_in_first(count).items() if np.ptp(v) > 0}
        found = worth(utilities, moving, scene.futures.seed)
        plans = tuple(zip(named, utilities.mean(axis=0).tolist(), strict=True))
        return Learned(plans, found, count, judged_whole)

    def tell(self, plan: Plan, found: Learned | None) -> dict[str, Any]:
        """What is worth most, where anything is beyond chance."""
        if found is None:
            return {"result": "not asked", "sentence": f"Too few futures to learn from: run {FEWEST} or more."}
        what = "the chance that all promises are kept" if found.whole else "the share of promises kept"
        called, clear = drawn_names(plan), [w for w in found.worths if w.clear]
        best = max(found.plans, key=lambda p: p[1])
        each = "; ".join(f"{name} {share:.0%}" for name, share in found.plans)
        told = f"{best[0][:1].upper()}{best[0][1:]} is best, whatever one thing turns out to be"
        if clear and clear[0].value >= SMALL:
            first = clear[0]
            sentence = f"Learn first: {called(first.name)}. To know it before choosing would add {points(first.value)} to {what}."
        elif clear:
            sentence = f"{told}: to know the most useful one would add {points(clear[0].value)} to {what}."
        else:
            sentence = f"{told}, as far as {found.futures:,} futures tell."
        rows = tuple(
            StressRow(
                what=called(w.name), figure=w.value, threshold=w.null,
                shown=f"{points(w.value)} ({points(w.low)} to {points(w.high)}){'' if w.clear else ', not beyond chance'}",
            )
            for w in found.worths[:LISTED] if w.value >= SMALLEST
        )  # fmt: skip
        most = found.worths[0].most if found.worths else 0.0
        return {
            "result": "shown", "figure": clear[0].value if clear else 0.0, "unit": what, "sentence": sentence, "rows": rows,
            "futures": found.futures,
            "behind": f"On average, of {what}: {each}. Knowing everything beforehand would be worth {points(most)}.",
        }  # fmt: skip


def points(share: float) -> str:
    """A share as points of a hundred.

    >>> points(0.0312), points(0.0)
    ('3.1 points', '0.0 points')
    """
    return f"{100 * share:.1f} points"


def _judged(kept: tuple[Kept, ...], count: int) -> Array:
    return kept_share([k.whole[:count] for k in hard_ones(kept)])
