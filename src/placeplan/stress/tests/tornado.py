"""A tornado: how far one assumption alone, from its low to its high end, swings the room that a promise has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from placeplan.compare.lanes import WIDE
from placeplan.explore.tornado import Tornado as Swings
from placeplan.explore.tornado import tornado
from placeplan.futures.assumptions import Assumption
from placeplan.model.outcomes import Array
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import drawn_names, promise_name
from placeplan.stress.grid.assumed import rank_correlation
from placeplan.stress.results.tests import StressRow
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import columns_of
from placeplan.stress.say import amount
from placeplan.stress.scene import Scene

WORLDS = 40
"""Worlds in which each is swung."""
SWUNG, LISTED = 40, 12
"""Assumptions that are swung, those that move most with the room in the futures at hand; and those that are listed."""
SMALLEST = 0.01
"""Share of the widest swing below which none is listed."""
ENDS = np.array([0.1, 0.9])


class Swung(NamedTuple):
    """What each assumption does to the room of one promise."""

    promise: Promise
    unit: str
    assumptions: tuple[str, ...]
    ends: Array
    """Value at the low and the high end, ``[assumption, end]``."""
    swings: Swings
    worlds: int


class TornadoTest(StressTest):
    """One at a time, from the 10th to the 90th percentile."""

    name, title = "tornado", "What swings it"
    question = "How far does one assumption alone move the plan?"
    method = (
        "Each thing that is not known is set low, and then high. Low is where its lowest tenth ends, and high is where its highest tenth begins. All else is as drawn, in the "
        f"same {WORLDS} worlds. The test tells how far the room of a promise moves. It takes the {SWUNG} things that move most with it. It is told of the promise that is kept "
        "in most nearly half of the futures."
    )
    source = "Howard 1988, Management Science 34:679 (tornado diagrams)"
    exactly = (
        f"Each assumption at the lowest tenth of its range and at the highest, all else as drawn, in the same {WORLDS} worlds: by how much the room of a promise"
        f" changes. The {SWUNG} that move most with it in the futures that were run. Told of the promise that holds in most nearly half of them."
    )
    alone, side_by_side = True, True

    def ask(self, plan: Plan) -> str:
        """There must be a promise that decides."""
        return "" if any(p.hard for p in plan.promises) else "There is no promise that decides, so nothing can swing."

    def foreseen(self, plan: Plan, futures: int) -> int:
        """Two ends of each."""
        return (2 * min(SWUNG, len(plan.assumptions)) + 1) * min(WORLDS, futures)

    def run(self, scene: Scene) -> Swung | None:
        """Swings of the hard promise nearest to half; None where none is known, or nothing has a range."""
        outcomes, plan = scene.first[0], scene.plan
        judge_from = plan.about.judge_from
        hard = [p for p in plan.promises if p.hard]
        read = [columns_of(p, outcomes, judge_from, full=False) for p in hard]
        known = [n for n, p in enumerate(hard) if np.isfinite(read[n][f"{p.id}/least"]).all()]
        if not known or scene.futures.count < 2:
            return None
        at = min(known, key=lambda n: abs(float(read[n][f"{hard[n].id}/whole"].mean()) - 0.5))
        promise, room = hard[at], read[at][f"{hard[at].id}/least"]
        moved = _most_moving(plan.assumptions, outcomes.draws, room)
        if not moved:
            return None
        ends = np.array([a.distribution.quantile(ENDS) for a in moved.values()])
        low, high, middle = _swing(scene, promise, tuple(moved), ends)
        found = tornado(middle, low, high)
        return Swung(promise, outcomes[promise.outcome].unit, tuple(moved), ends, found, middle.size)

    def tell(self, plan: Plan, found: Swung | None) -> dict[str, Any]:
        """The widest swing, and the ranked bars."""
        if found is None:
            return {"result": "not asked", "sentence": "No promise that decides is known, or nothing has a range."}
        called, known = drawn_names(plan), {a.id: a for a in plan.assumptions}
        told = promise_name(plan, found.promise)
        swing = found.swings.swing
        order = [int(n) for n in found.swings.order[:LISTED] if swing[n] > SMALLEST * swing.max()]
        if not order:
            return {"result": "shown", "sentence": f"No assumption alone moves {told}."}
        rows = tuple(
            StressRow(
                what=called(found.assumptions[n]), assumption=found.assumptions[n], figure=float(found.swings.high[n]), other=float(found.swings.low[n]), threshold=0.0,
                shown=f"{_signed(found.swings.low[n], found.unit)} to {_signed(found.swings.high[n], found.unit)}",
            )
            for n in order
        )  # fmt: skip
        top = order[0]
        low, high = (amount(float(v), known[found.assumptions[top].partition("@")[0]].unit) for v in found.ends[top])
        sentence = (
            f"Nothing alone swings {told} more than this: {called(found.assumptions[top])}."
            f" From {low} to {high}, the room changes by {amount(float(found.swings.swing[top]), found.unit)}."
        )
        return {
            "result": "shown", "figure": float(found.swings.swing[top]), "unit": found.unit, "sentence": sentence, "rows": rows,
            "futures": found.worlds,
            "behind": "Each bar goes from the change at the low end of the range to the change at the high end; left is worse. The mark stands where nothing changes.",
        }  # fmt: skip


def _most_moving(assumptions: Sequence[Assumption], draws: Any, room: Array) -> dict[str, Assumption]:
    """What moves most with the room, by name."""
    known = {a.id: a for a in assumptions}
    rho = {
        n: abs(rank_correlation(v, room)) for n, v in draws.items() if n.partition("@")[0] in known and np.ptp(v) > 0
    }
    most = sorted(rho, key=lambda n: (-rho[n], n))[:SWUNG]
    return {n: known[n.partition("@")[0]] for n in most}


def _swing(scene: Scene, promise: Promise, moved: Sequence[str], ends: Array) -> tuple[Array, Array, Array]:
    """Room with each at its low and its high end, ``[assumption, world]``, and with all as drawn, ``[world]``."""
    runs = scene.runs
    worlds = runs.first(min(WORLDS, runs.futures.count))
    n = worlds.count
    drawn = runs.here.draws(runs.plan, Job("", runs.plan, worlds))
    variants: list[tuple[str, float] | None] = [None]
    variants += [(name, float(v)) for side in (0, 1) for name, v in zip(moved, ends[:, side], strict=True)]
    rooms = []
    for start in range(0, len(variants), max(1, WIDE // n)):
        some = variants[start : start + max(1, WIDE // n)]
        draws = {name: np.tile(v, len(some)) for name, v in drawn.items()}
        for i, one in enumerate(some):
            if one:
                draws[one[0]][i * n : (i + 1) * n] = one[1]
        ids = tuple(int(i) for i in np.tile(worlds.numbers(), len(some)))
        found = runs.here.simulate(
            runs.plan, runs.baseline(runs.plan), replace(runs.futures, ids=ids, count=len(ids), first=0), (), runs.here.threads,
            draws=draws, keep=runs.judged, recordings=runs.here.recordings,
        )  # fmt: skip
        runs.progress.add(found.count, "what swings it")
        read = columns_of(promise, found, runs.plan.about.judge_from, full=False)
        rooms.append(read[f"{promise.id}/least"].reshape(len(some), n))
    whole = np.concatenate(rooms)
    low, high = np.split(whole[1:], 2)
    return low, high, whole[0]


def _signed(change: float, unit: str) -> str:
    return f"{'−' if change < 0 else '+'}{amount(abs(change), unit)}"
