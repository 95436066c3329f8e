"""Plan B: changed plans that none beats in all that matters, found on the plan's own levers and judged on fresh futures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.explore.plan_b.front import Choice, Front
from placeplan.explore.plan_b.ledger import Budget, Stop, never
from placeplan.explore.plan_b.objectives import Objective
from placeplan.explore.plan_b.search import search as search_designs
from placeplan.explore.plan_b.space import Column, Space
from placeplan.stress.levers.candidates import Scores
from placeplan.stress.levers.lever import Lever
from placeplan.stress.levers.screen import Screened
from placeplan.stress.results.tests import LeverMove

KEPT, ALL, DEFICIT = 0, 1, 2
"""Places among what is scored: share of hard promises kept, whether all are, the system's deficit; then positions and unmet need."""
CHANGES = 8
"""Levers that a plan B moves at most, so that people can see what it is."""
CHOICES = 8
"""Choices that are told, the least crowded of those that none beats."""
LEVERS = 60
"""Levers that are searched over, those that matter most."""
STILL = 1e-9


@dataclass(frozen=True)
class Sought:
    """What a search found, with what its numbers mean."""

    front: Front
    screened: Screened
    objectives: tuple[Objective, ...]
    organisations: tuple[str, ...]
    quintiles: int

    def value(self, choice: Choice, name: str) -> tuple[float, float, float]:
        """An objective of a choice, with its interval."""
        k = [o.name for o in self.objectives].index(name)
        return float(choice.value[k]), float(choice.low[k]), float(choice.high[k])

    def change(self, choice: Choice, name: str) -> tuple[float, float, float]:
        """The same less the plan's in the same futures."""
        k = [o.name for o in self.objectives].index(name)
        return float(choice.change[k]), float(choice.change_low[k]), float(choice.change_high[k])

    def moved(self, choice: Choice) -> tuple[str, ...]:
        """What is done otherwise than planned, in words."""
        return moved(self.screened.levers, choice.design)


def moved(levers: tuple[Lever, ...], design: Any) -> tuple[str, ...]:
    """What is done otherwise than planned, in words, in order of levers."""
    return tuple(one.words[place] for one, place in zip(levers, design, strict=True) if place != one.planned)


def moves_of(levers: tuple[Lever, ...], design: Any) -> tuple[LeverMove, ...]:
    """The same with what each lever is set to, so that a plan can be written that says it."""
    return tuple(
        LeverMove(lever=one.id, step=one.steps[place], words=one.words[place])
        for one, place in zip(levers, design, strict=True)
        if place != one.planned
    )


def space_of(screened: Screened, *, changes: int | None = None, money: float | None = None) -> Space:
    """Levers as columns: how far each step lies from the plan, and what it costs by itself.

    When an initiative starts and what it closes matter only where it is done. changes: most levers that may be moved;
    money: most money from outside, £ a year.
    """
    sizes = {one.of: f"size of {one.of}" for one in screened.levers if one.kind == "size"}
    columns = []
    for n, one in enumerate(screened.levers):
        moves = tuple(float(k != one.planned) for k in range(len(one.steps)))
        given = tuple(step * one.money for step in one.steps)
        use = (*([moves] if changes is not None else []), *([given] if money is not None else []))
        under = sizes.get(one.of, "") if one.kind in ("start", "closes", "building") else ""
        distance = tuple(one.distance(k) for k in range(len(one.steps)))
        columns.append(Column(one.id, one.planned, distance, tuple(float(c) for c in screened.costs(n)), use, under))
    limits = [float(x) for x in (changes, money) if x is not None]
    return Space(tuple(columns), tuple(limits))


def objectives_of(organisations: int, quintiles: int) -> tuple[Objective, ...]:
    """What plan B is to be good at."""
    first = DEFICIT + 1
    worst = tuple(range(first, first + organisations))
    fifths = tuple(range(first + organisations, first + organisations + quintiles))
    fair = (Objective("worst-hit fifth", "worst", fifths, step=0.0005),) if quintiles else ()
    return (
        Objective("promises kept", "mean", (KEPT,), more=True, step=0.005, span=1.0),
        Objective("deficit", "mean", (DEFICIT,), step=1e5),
        Objective("deficit in bad futures", "tail", (DEFICIT,), step=1e5),
        Objective("distance", "distance"),
        Objective("worst-hit organisation", "worst", worst, more=True, step=1e5),
        *fair,
    )


def scored(scores: Scores) -> Any:
    """What is scored, ``[design, future, outcome]``: promises kept, all kept, deficit, positions, unmet need by fifth."""
    whole = scores.kept.mean(axis=2), scores.all_kept, -scores.position.sum(axis=2)
    return np.concatenate((np.stack(whole, axis=2), scores.position, scores.unmet), axis=2)


def leading(screened: Screened, *, money: bool, most: int = LEVERS) -> Screened:
    """The levers that matter most, with money from outside where it may be given."""
    strength = screened.strength()
    own = [n for n, one in enumerate(screened.levers) if strength[n] > STILL and (money or one.kind != "funding")]
    return screened.only(sorted(sorted(own, key=lambda n: (-strength[n], n))[:most]))


def allowed(seed: int, futures: int, lanes: int, stop: Stop = never) -> Budget:
    """A budget whose last stage meets all futures, with as many fresh ones for the final figures."""
    ladder = (1, max(2, min(32, futures // 4)), max(3, min(200, futures // 2)), futures)
    return Budget(seed, lanes, ladder, futures, stop)


def search(screened: Screened, budget: Budget, *, money: float = 0.0, changes: int = CHANGES) -> Sought:
    """Looks for plan B.

    Args:
        screened: the plan's levers, each tried by itself.
        budget: what may be run (`allowed`).
        money: £ a year from outside that may be given.
        changes: levers that may be moved.

    Raises:
        ValueError: too few lanes for so many futures.
    """
    some = leading(screened, money=money > 0)
    c = some.candidates
    objectives = objectives_of(len(c.organisations), some.planned.unmet.shape[2])

    def evaluate(designs: Any, numbers: Any) -> Any:
        return scored(c.at(designs, numbers))

    space = space_of(some, changes=changes, money=money if money > 0 else None)
    front = search_designs(space, evaluate, objectives, budget, CHOICES)
    return Sought(front, some, objectives, c.organisations, some.planned.unmet.shape[2])
