"""What carries the plan: of the variance of each promise's room, the share that each driver and assumption brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from placeplan.compare.lanes import WIDE
from placeplan.explore.sobol.indices import Indices, indices, leading
from placeplan.explore.sobol.pickfreeze import FEWEST, Runs, moved_together
from placeplan.model.outcomes import Array
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import drawn_names, promise_name
from placeplan.stress.results.tests import StressRow
from placeplan.stress.runs.batches import Job, split
from placeplan.stress.runs.kept import keep
from placeplan.stress.runs.runner import Runs as Ran
from placeplan.stress.say import lower_first
from placeplan.stress.scene import Scene
from placeplan.stress.verdict.causes import NAMES as DRIVER_NAMES

WORLDS = 200
"""Worlds of each of the two sets, at most."""
CHANCE = "chance"
"""All that hangs on a future's number: chance of its days, and how its years depart."""
CALLED = {**DRIVER_NAMES, CHANCE: "Chance, of days and of how each year departs,"}
OPENED, LISTED = 2, 8
"""Groups whose assumptions are looked at one by one; rows that are told, of groups and of assumptions."""


def half(futures: int, most: int = WORLDS) -> int:
    """Worlds of each set: half of the futures, none of which is in both, at most so many.

    >>> half(1000), half(100)
    (200, 50)
    """
    return min(futures // 2, most)


class Carried(NamedTuple):
    """Shares of the variance of one promise's room."""

    promise: Promise
    groups: tuple[str, ...]
    shares: Indices
    single: tuple[str, ...]
    """Assumptions of the groups that lead, each with its whose."""
    single_shares: Indices | None
    worlds: int


class Carries(StressTest):
    """Sobol's first-order and total indices, by group first."""

    name, title = "carries", "What carries it"
    question = "On which assumptions does it hang whether the plan works?"
    method = (
        "Does the plan work, or not? The test asks how much of that hangs on each thing that is not known. It makes two sets of worlds that share nothing. For each thing in "
        "turn, it takes this one from the second set and all else from the first. One number says what would go if the thing were known. Another says what would stay if all "
        "else were known. Things that move together are moved together. How sure this is comes from worlds drawn anew. It is told of the promise that is kept in most nearly "
        "half of the futures."
    )
    source = "Sobol 1993; Saltelli 2010; Janon 2014; Jansen 1999"
    exactly = (
        "Two sets of worlds that share nothing; for each driver a third, with that driver from the second set and all else from the first. First-order shares"
        " (Janon 2014) are what would go if the driver were known, total ones (Jansen 1999) what would stay if all else were. Drivers whose assumptions"
        " are correlated move together. Intervals of 95 % from worlds drawn anew. Told of the promise that holds in most nearly half of the futures."
    )

    alone, side_by_side = True, True

    def ask(self, plan: Plan) -> str:
        """There must be a promise that decides."""
        return "" if any(p.hard for p in plan.promises) else "There is no promise that decides, so nothing is carried."

    def foreseen(self, plan: Plan, futures: int) -> int:
        """Two sets, one for each driver, and one for each assumption of those that lead."""
        return half(futures) * (3 + len({a.driver for a in plan.assumptions}) + len(plan.assumptions) // 4)

    def run(self, scene: Scene) -> Carried | None:
        """Shares for the hard promise nearest to half; None where there are too few worlds, or none is known."""
        worlds = half(scene.futures.count)
        if worlds < FEWEST:
            return None
        design = _Design(scene.runs, worlds)
        groups = design.groups()
        sets = design.run([None, frozenset(design.every), *groups.values()])
        due = [n for n in range(len(design.hard)) if np.isfinite(sets[:, :, n]).all() and np.ptp(sets[0, :, n]) > 0]
        if not due:
            return None
        at = min(due, key=lambda n: abs(float((sets[:2, :, n] >= 0).mean()) - 0.5))
        shares = _shares(sets[:, :, [at]], scene.futures.seed, "groups")
        open_ = [list(groups.values())[g] for g in leading(shares, most=OPENED)]
        single = tuple(sorted(name for group in open_ for name in group if name != CHANCE))
        more = design.run([frozenset({name}) for name in single]) if single else None
        opened = (
            None
            if more is None
            else _shares(np.concatenate((sets[:2], more))[:, :, [at]], scene.futures.seed, "single")
        )
        return Carried(design.hard[at], tuple(groups), shares, single, opened, worlds)

    def tell(self, plan: Plan, found: Carried | None) -> dict[str, Any]:
        """The driver that carries most, and the ranked shares."""
        if found is None:
            few = f"Too few futures, or no promise that decides and moves: run {2 * FEWEST} or more."
            return {"result": "not asked", "sentence": few}
        called = drawn_names(plan)
        rows = [*_rows([(_driver(g).rstrip(","), "") for g in found.groups], found.shares)]
        if found.single_shares is not None:
            rows += _rows([(f"– {called(n)}", n) for n in found.single], found.single_shares)
        first = found.shares.total.value[:, 0]
        top = int(np.argmax(first))
        sentence = (
            f"{_driver(found.groups[top])} carries {first[top]:.0%} of how much room {promise_name(plan, found.promise)} has"
            f" ({found.shares.total.low[top, 0]:.0%} to {found.shares.total.high[top, 0]:.0%})."
        )
        return {
            "result": "shown", "figure": float(first[top]), "unit": "share of variance, with all interplay", "sentence": sentence,
            "rows": tuple(rows), "futures": 2 * found.worlds,
            "behind": "Shares with their interplay, and by themselves; those of drivers add up to more than the whole where they work together.",
        }  # fmt: skip


class _Design:
    """Worlds of two sets: futures 0 to n − 1, and n to 2n − 1; what a lane draws comes from either, name by name."""

    def __init__(self, runs: Ran, worlds: int) -> None:
        self.runs, self.worlds = runs, worlds
        self.hard = [p for p in runs.plan.promises if p.hard]
        both = runs.first(2 * worlds)
        self.drawn = runs.here.draws(runs.plan, Job("", runs.plan, both))
        self.numbers = both.numbers()
        self.every = (*(n for n, v in self.drawn.items() if np.ptp(v) > 0), CHANCE)

    def groups(self) -> dict[str, frozenset[str]]:
        """What is drawn by driver, those that are correlated together, and chance."""
        plan = self.runs.plan
        drivers = {a.id: a.driver for a in plan.assumptions}
        found: dict[str, list[str]] = {}
        for name in self.every[:-1]:
            found.setdefault(drivers[name.partition("@")[0]], []).append(name)
        tied = [pair for c in plan.correlations for pair in combinations(sorted(set(c.members)), 2)]
        ids = {g: sorted({n.partition("@")[0] for n in own}) for g, own in found.items()}
        joined = moved_together(ids, tied)
        together = {g: frozenset(n for n in self.every if n.partition("@")[0] in own) for g, own in joined.items()}
        return {**together, CHANCE: frozenset({CHANCE})}

    def run(self, swapped: Sequence[frozenset[str] | None]) -> Array:
        """Room of each hard promise, ``[set, world, promise]``: of worlds that take some names from the second set; None: none."""
        n, per_run = self.worlds, max(1, WIDE // self.worlds)
        found = []
        for start in range(0, len(swapped), per_run):
            some = [s or frozenset() for s in swapped[start : start + per_run]]
            draws = {
                name: np.concatenate([v[n:] if name in s else v[:n] for s in some]) for name, v in self.drawn.items()
            }
            ids = np.concatenate([self.numbers[n:] if CHANCE in s else self.numbers[:n] for s in some])
            found += self._rooms(draws, tuple(int(i) for i in ids), len(some))
        return np.array(found)

    def _rooms(self, draws: dict[str, Array], ids: tuple[int, ...], sets: int) -> list[Array]:
        runs = self.runs
        whole = runs.here.simulate(
            runs.plan, runs.baseline(runs.plan), replace(runs.futures, ids=ids, count=len(ids), first=0), (), runs.here.threads,
            draws=draws, keep=runs.judged, recordings=runs.here.recordings,
        )  # fmt: skip
        runs.progress.add(whole.count, "what carries it")
        judge_from = runs.plan.about.judge_from
        return [
            np.column_stack([keep(p, part, judge_from).margin for p in self.hard])
            for part in split(whole, [self.worlds] * sets)
        ]


def _shares(sets: Array, seed: int, what: str) -> Indices:
    return indices(Runs(sets[0], sets[1], sets[2:]), seed, what)


def _rows(called: Sequence[tuple[str, str]], shares: Indices) -> list[StressRow]:
    """The largest shares, in order. called: words, and the name that is drawn, blank for a group of them."""
    total, first = shares.total, shares.first
    order = sorted(range(len(called)), key=lambda g: (-float(total.value[g, 0]), called[g][0]))
    return [
        StressRow(
            what=called[g][0], assumption=called[g][1], figure=float(total.value[g, 0]),
            shown=f"{total.value[g, 0]:.0%} ({total.low[g, 0]:.0%} to {total.high[g, 0]:.0%}); by itself {max(first.value[g, 0], 0.0):.0%}",
        )
        for g in order[:LISTED]
    ]  # fmt: skip


def _driver(group: str) -> str:
    """Drivers in words; several that move together are named as one."""
    return " with ".join(
        name if n == 0 else lower_first(name) for n, name in enumerate(CALLED.get(g, g) for g in group.split(" + "))
    )
