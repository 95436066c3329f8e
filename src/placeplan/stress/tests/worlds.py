"""In which worlds the plan fails: a few limits of assumptions within which most of its failures lie."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.explore.prim.discovery import discover
from placeplan.explore.prim.limits import Box, Discovery, Limit
from placeplan.explore.prim.measured import measure
from placeplan.futures.assumptions import Assumption
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import names, promise_name
from placeplan.stress.results.tests import StressRow
from placeplan.stress.runs.kept import hard_ones
from placeplan.stress.say import joined, lower_first, number
from placeplan.stress.scene import Scene

FEWEST = 100
"""Futures below which no box is looked for."""
SEARCHED = 10_000
"""Futures in which boxes are looked for, at most: the search holds a table of all that they draw. Boxes are measured in all futures."""
CERTAIN = 0.05
"""What fails in fewer futures than this share, or is kept in fewer, has too little to be told apart by."""


def failing(kept: list[Array]) -> Array:
    """``[future]``: 1 where any hard promise is broken, by whether each is kept (1), broken (0) or not due.

    >>> failing([np.array([1.0, 0.0, np.nan]), np.array([1.0, 1.0, 1.0])]).tolist()
    [0.0, 1.0, 0.0]
    """
    found: Array = np.max([np.where(k == 0.0, 1.0, 0.0) for k in kept], axis=0, initial=0.0)
    return found


class Found(NamedTuple):
    """What fails, the boxes in which it does, and in what share of the futures; no boxes where it is too plain or too few."""

    what: str
    discovery: Discovery | None
    futures: int
    share: float


class Worlds(StressTest):
    """PRIM boxes over everything that is drawn."""

    name, title = "worlds", "In which worlds it fails"
    question = "What do the worlds in which the plan fails have in common?"
    method = (
        "The test takes the futures in which a promise that decides is broken. If one always is, it takes the promise that is kept in most nearly half. What do these worlds "
        "share? It looks for limits of at most four things that hold most of them and little else. It looks again where failures are shuffled, and in futures drawn anew."
    )
    source = "Friedman and Fisher 1999; Bryant and Lempert 2010"
    exactly = (
        "Of all futures, those in which a promise that decides is broken (any of them, or, where one always is, the one that is nearest to half);"
        " boxes of at most four assumptions that hold most of them and little else (patient rule induction)."
        " Each is looked for again where failures are shuffled, and in futures drawn anew."
    )
    side_by_side = True

    def ask(self, plan: Plan) -> str:
        """There must be a promise that decides."""
        return "" if any(p.hard for p in plan.promises) else "There is no promise that decides, so nothing can fail."

    def run(self, scene: Scene) -> Found:
        """The boxes of what fails in some futures and not in all: the plan itself, else the promise nearest to half."""
        ran, count = scene.ran, scene.futures.count
        hard = hard_ones(ran.kept)
        every = [
            ("The plan", failing([k.whole for k in hard])),
            *((promise_name(scene.plan, k.promise), failing([k.whole])) for k in hard),
        ]
        every[1:] = sorted(every[1:], key=lambda e: abs(float(e[1].mean()) - 0.5))
        what, fails = next((e for e in every if CERTAIN <= float(e[1].mean()) <= 1 - CERTAIN), every[0])
        share = float(fails.mean())
        if count < FEWEST or not CERTAIN <= share <= 1 - CERTAIN:
            return Found(what, None, count, share)
        drawn = {name: values for name, values in scene.drawn_in_first(SEARCHED).items() if np.ptp(values) > 0}
        if not drawn:
            return Found(what, None, count, share)
        table = np.column_stack(list(drawn.values()))
        between = scene.runs.progress.go_on
        found = discover(table, fails[: len(table)], list(drawn), scene.futures.seed, between=between)
        return Found(what, measure(found, ran.plan.draws, fails), count, share)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The first box in words, and every limit of every box."""
        what, discovery, count, share = found
        common = {"futures": count, "unit": "share of futures that fail", "figure": share}
        if discovery is None and count < FEWEST:
            few = f"{count} futures are too few to tell; run {FEWEST} or more."
            return {**common, "result": "not asked", "sentence": few}
        if discovery is None:
            told = f"{what} fails in {share:.0%} of futures, and no promise that decides fails in some and is kept in others."
            return {**common, "result": "shown", "sentence": told}
        if not discovery.boxes:
            nothing = f"{what} fails in {share:.0%} of futures, for many reasons or by chance: no few assumptions tell them from the others."
            return {**common, "result": "shown", "sentence": nothing}
        known, called = {a.id: a for a in plan.assumptions}, names(plan)
        first = discovery.boxes[0]
        where = joined([words(limit, known, called) for limit in first.limits])
        sentence = f"{what} fails in {first.density:.0%} of the futures in which {where}; they hold {first.coverage:.0%} of all its failures."
        rows = tuple(row for n, box in enumerate(discovery.boxes, 1) for row in _rows(n, box, known, called))
        return {**common, "result": "shown", "sentence": sentence, "rows": rows, "behind": _behind(first, count)}


def _rows(place: int, box: Box, known: dict[str, Assumption], called: dict[str, str]) -> list[StressRow]:
    head = f"{box.mass:.0%} of futures; {box.density:.0%} of them fail; {box.coverage:.0%} of all failures"
    each = [
        StressRow(what=f"– {words(limit, known, called)}", shown=_sure(box, limit), assumption=limit.name)
        for limit in box.limits
    ]
    return [StressRow(what=f"Box {place}", figure=box.density, shown=head), *each]


def _sure(box: Box, limit: Limit) -> str:
    """How far to trust a limit: its quasi-p-value, and how often it is found again."""
    again = next((s for s in box.again.inputs if s.name == limit.name), None) if box.again else None
    found = f"; found again {again.share:.0%} of the time" if again else ""
    p = "below 0.001" if limit.quasi_p < 0.001 else f"{limit.quasi_p:.3f}"
    return f"quasi-p {p}{found}"


def _behind(box: Box, futures: int) -> str:
    """Where boxes were looked for, how often shuffled failures give as much, and what a box is worth in futures that it was not found on."""
    shuffled = f"Shuffled failures give as much {box.chance:.0%} of the time."
    if futures > SEARCHED:
        shuffled = f"Boxes are looked for in the first {SEARCHED:,} futures and measured in all. {shuffled}"
    if box.again is None:
        return shuffled
    _, density, _ = box.again.density
    _, coverage, _ = box.again.coverage
    return f"{shuffled} On futures that it was not found on, such a box holds {coverage:.0%} of failures, and {density:.0%} of its futures fail."


def words(limit: Limit, known: dict[str, Assumption], called: dict[str, str]) -> str:
    """A limit as a condition: the assumption with whose it is, and where it lies."""
    key, _, entity = limit.name.partition("@")
    of = f" ({called.get(entity, entity)})" if entity else ""
    low, high = (None if end is None else number(end, known[key].unit) for end in (limit.low, limit.high))
    lies = f"is between {low} and {high}" if low and high else f"is {low} or more" if low else f"is {high} or less"
    return f"{lower_first(known[key].about)}{of} {lies}"
