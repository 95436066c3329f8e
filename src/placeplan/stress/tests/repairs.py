"""What would mend it: the smallest changes that keep each promise that is broken, and all of them that can be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from placeplan.core.outcomes import OUTCOMES
from placeplan.explore.plan_b.repair import Repair
from placeplan.explore.plan_b.repairing import SURE
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import promise_name
from placeplan.stress.levers.screen import PLANNED, WORLDS
from placeplan.stress.mending.plan_b import moves_of
from placeplan.stress.mending.repairs import ALL, CHANGES, FUTURES, Broken, Mended, least_kept, search, worst_first
from placeplan.stress.results.tests import ChangedPlan, StressRow
from placeplan.stress.say import amount, joined, lower_first, pounds
from placeplan.stress.scene import Scene

TOLD = 3
"""Repairs that are told of each promise, and of all."""


class Repairs(StressTest):
    """The cheapest repairs."""

    name, title = "repairs", "What would mend it"
    question = "What is the smallest change after which the promises hold?"
    method = (
        f"The test tries what in the plan can be set another way, up to {CHANGES} changes at once. Things are done or left out, done in part, or done at another time. Places "
        "stay open. Building money is made sure. There are more beds, visits, care packages, posts or money from outside. The cheapest single change comes first, then "
        f"several. A change is told only if the promise breaks again without any part of it. How often it is kept then comes from {FUTURES} futures that the search did not "
        "see. The cost is money from outside, and by how much all are worse off together."
    )
    source = "search of our own (decisions 35 and 36)"
    exactly = (
        f"Everything in the plan that can be set otherwise – done or left out, in part, earlier or later, closures kept, building money made sure, more beds, contacts,"
        f" packages, posts or money from outside – up to {CHANGES} changes at once. First the cheapest single change, then several; a change is told only where undoing any part of it"
        f" breaks the promise again, with its chance on {FUTURES} futures that the search did not see. Cost: money from outside, and by how much all positions together fall."
    )
    alone, by_itself, side_by_side = True, True, True

    def __init__(self, only: Sequence[str] = ()) -> None:
        self.only = only
        """Ids of the promises that are looked at; none: all."""

    def ask(self, plan: Plan) -> str:
        """There must be promises that decide."""
        return (
            ""
            if any(p.hard for p in plan.promises)
            else "There is no promise that decides, so nothing has to be mended."
        )

    def foreseen(self, plan: Plan, futures: int) -> int:
        """The levers by themselves, and the searches."""
        return min(PLANNED, futures) + 3 * len(plan.initiatives) * min(WORLDS, futures) + 2 * ALL

    def run(self, scene: Scene) -> Mended | None:
        """The search; None where no promise that decides is due and known."""
        levers = scene.levers
        return None if levers is None else search(levers, scene.futures.seed, only=self.only, stop=scene.stop)

    def tell(self, plan: Plan, found: Mended | None) -> dict[str, Any]:
        """What mends all, then what mends each."""
        if found is None:
            return {"result": "not asked", "sentence": "No promise that decides is due and known."}
        if not found.broken:
            return {
                "result": "pass",
                "sentence": "Every promise that decides is kept as surely as asked.",
                "futures": found.futures,
            }
        lines = [*_together(found), *(line for b in worst_first(found.broken) for line in _one(plan, found, b))]
        mended = [b for b in found.broken if b.found.repairs]
        return {
            "result": "fail" if any(map(hopeless, found.broken)) else "amber", "figure": float(len(mended)), "unit": "promises that a change would mend",
            "threshold": "every promise is kept as surely as asked", "sentence": _sentence(plan, found),
            "rows": tuple(row for row, _ in lines), "changed_plans": tuple(_changed(found, lines)), "futures": found.futures, "behind": _behind(found),
        }  # fmt: skip


def hopeless(b: Broken) -> bool:
    """Whether its search came to its end and found nothing; one that was ended early says nothing of what there is."""
    return not b.found.repairs and b.found.complete


def _sentence(plan: Plan, found: Mended) -> str:
    """The cheapest way to keep all that can be kept, and how much cannot."""
    lost = [b for b in found.broken if not b.found.repairs]
    mended = [b for b in found.broken if b.found.repairs]
    said = []
    best = _best(found)
    if best is not None:
        what = f"All {len(found.broken)}" if not lost else f"{len(mended)} of {len(found.broken)}"
        said.append(f"{what} broken promises would hold after {_counted(best, found)} at {pounds(best.cost)} a year.")
    elif mended:
        first = min(mended, key=lambda b: b.found.repairs[0].cost)
        words = joined([lower_first(w) for w in found.words(first.found.repairs[0])[:3]])
        several = found.together is None or found.together.complete
        said.append(
            f"{len(mended)} of {len(found.broken)} broken promises can be mended, but no way was found{'' if several else ' in time'} to mend all at once. Cheapest: {words}."
        )
    for which, how in (
        ([b for b in lost if hopeless(b)], "Nothing that was tried mends"),
        ([b for b in lost if not hopeless(b)], "The search ended before it found anything that mends"),
    ):
        if which:
            said.append(f"{how} {_named(plan, which)}.")
    return " ".join(said)


def _named(plan: Plan, some: Sequence[Broken]) -> str:
    """Promises by name; of many how many there are."""
    return joined([promise_name(plan, b.promise) for b in some]) if len(some) <= TOLD else f"{len(some)} promises"


def _best(found: Mended) -> Repair | None:
    """The cheapest that mends all that can be mended: of the search for all, or of the only promise there is to mend."""
    if found.together is not None:
        return found.together.repairs[0] if found.together.repairs else None
    mended = [b for b in found.broken if b.found.repairs]
    return mended[0].found.repairs[0] if len(mended) == 1 and len(found.asked) == 1 else None


def _counted(repair: Repair, found: Mended) -> str:
    moves = found.words(repair)
    return f"one change – {moves[0]} –" if len(moves) == 1 else f"{len(moves)} changes"


Line = tuple[StressRow, Repair | None]
"""A line of the table, and the changed plan that it tells of."""


def _changed(found: Mended, lines: Sequence[Line]) -> Iterator[ChangedPlan]:
    for n, (_, repair) in enumerate(lines):
        moves = moves_of(found.screened.levers, repair.design) if repair else ()
        if moves:
            yield ChangedPlan(row=n, moves=moves)


def _together(found: Mended) -> list[Line]:
    """What mends all that anything mends, the cheapest first; or what comes nearest."""
    if found.together is None:
        return []
    told = [(_row("All that can be kept", found, r, n), r) for n, r in enumerate(found.together.repairs[:TOLD])]
    nearest = found.together.nearest
    if not told and nearest is not None:
        told = [(_row("Nearest to keeping all that can be kept", found, nearest, 0), nearest)]
    return [*told]


def _one(plan: Plan, found: Mended, b: Broken) -> list[Line]:
    """One promise: how it stands, what mends it, and by how much its bound would have to give way."""
    name = promise_name(plan, b.promise)
    lines: list[Line] = [
        (StressRow(
            what=name, figure=b.kept, threshold=b.promise.asks, result="fail" if hopeless(b) else "amber",
            shown=f"kept in {b.kept:.0%} of futures, {b.promise.asks:.0%} asked; {_relaxed(b)}{'' if b.found.repairs or b.found.complete else '; not searched to the end'}",
        ), None)
    ]  # fmt: skip
    lines += [(_row("", found, r, n), r) for n, r in enumerate(b.found.repairs[:TOLD])]
    if not b.found.repairs and b.found.nearest is not None:
        lines.append((_row("nearest", found, b.found.nearest, 0), b.found.nearest))
    return lines


def _row(head: str, found: Mended, r: Repair, place: int) -> StressRow:
    """A repair: what is done, what it costs, how surely it keeps what is asked."""
    words = "; ".join(found.words(r)) or "nothing otherwise"
    what = f"{head}: {words}" if head and place == 0 else f"– or {words}" if place else f"– {words}"
    return StressRow(
        what=what, figure=least_kept(r), result="pass" if r.grade == SURE else "amber",
        shown=f"{pounds(r.cost)} a year; least kept in {least_kept(r):.0%} of futures",
    )  # fmt: skip


def _relaxed(b: Broken) -> str:
    """The bound that would be kept as surely as asked."""
    unit = OUTCOMES[b.promise.outcome].unit
    return f"or give way by {amount(b.short, unit)}"


def _behind(found: Mended) -> str:
    """What was asked of all, and how the search ended."""
    c = found.screened.candidates
    said = [f"{len(c.levered.levers)} levers, {c.lanes:,} runs of a future."]
    if found.stopped:
        said.append("The search ended before it was done: this is the best so far.")
    return " ".join(said)
