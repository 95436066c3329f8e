"""What breaks a plan: driver groups switched off, alone and together, in the futures that break."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.shapley import bootstrap, coalitions, shapley
from placeplan.futures.assumptions import DRIVERS
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.results.promises import Cause

NAMES: dict[str, str] = {
    "demand_growth": "Growth of demand",
    "delay": "Delay",
    "posts": "Posts to fill",
    "capital": "Building money",
    "care_supply": "Supply of care outside hospital",
    "prices": "Pay and prices",
    "efficiency": "Efficiency",
    "effect_strength": "Strength of the initiatives",
    "chance": "Chance from day to day",
    "other": "How beds, clinics and lists are used",
    "rest": "Everything else",
}
"""Driver groups in words; ``rest`` joins those that hardly move the margin."""
REST = "rest"
NO_SINGLE_CAUSE = "no single cause"
THE_PLAN = "the plan itself"
LEAST_SHARE = 0.30
MOST_PLAYERS = 6
"""Groups switched apart: exact over 2⁶ coalitions; where more are live, those that move the margin least go together."""

Play = Callable[[Sequence[frozenset[str]]], Array]
"""Room left to the outlined bound, ``[coalition, future]``, with only the named groups live."""


@dataclass(frozen=True)
class Found:
    """Causes of the outlined break."""

    causes: tuple[Cause, ...]
    verdict: str
    """Key of the driver that is the cause, `NO_SINGLE_CAUSE` or `THE_PLAN`."""
    needed: dict[str, float]
    """By driver: the share of the breaking futures in which the break goes away with this group alone held."""
    futures: int
    """Breaking futures used."""


def live_groups(plan: Plan) -> tuple[str, ...]:
    """Driver groups with at least one assumption that is not fixed, and chance."""
    found = {a.driver for a in plan.assumptions if not a.fixed}
    return (*(d for d in (*DRIVERS, "other") if d in found), CHANCE)


def most_used(futures: int) -> int:
    """Breaking futures used for the cause: a tenth of those run, at least 12 and at most 200."""
    return min(200, max(12, futures // 10))


def breaking_used(breaking: Sequence[int], futures: int) -> list[int]:
    """The futures used: an even spread of at most `most_used` of those that break.

    >>> breaking_used(range(100, 200), 200)[:3]
    [100, 105, 110]
    """
    wanted = most_used(futures)
    if len(breaking) <= wanted:
        return [int(b) for b in breaking]
    return [int(breaking[i * len(breaking) // wanted]) for i in range(wanted)]


def most_players(futures: int) -> int:
    """Groups switched apart: six, five where fewer than a thousand futures are run."""
    return MOST_PLAYERS if futures >= 1000 else MOST_PLAYERS - 1


def find_causes(groups: Sequence[str], play: Play, seed: int, most: int = MOST_PLAYERS) -> Found:
    """Share out the break over the driver groups by exact Shapley values.

    ``v(S)`` is the share of the futures given in which the outlined promise still breaks when only the groups in ``S``
    are live and the others stand at their median (chance at its expectation). Where it breaks with everything held, the
    plan itself is the cause. ``no single cause`` where the largest share is under 30 %, or its interval overlaps the next.
    """
    everyone = frozenset(groups)
    trial = [frozenset[str](), everyone, *(everyone - {g} for g in groups), *(frozenset({g}) for g in groups)]
    room = play(trial)
    still = room < 0
    n = len(groups)
    needed = {g: float((still[1] & ~still[2 + i]).mean()) for i, g in enumerate(groups)}
    if still[0].mean() > 0.5:
        return Found((), THE_PLAN, needed, room.shape[1])
    moved = np.abs(room[1] - room[2 : 2 + n]).mean(axis=1) + np.abs(room[2 + n :] - room[0]).mean(axis=1)
    players = _players(groups, moved, most)
    movers = frozenset(g for p in players.values() for g in p)
    # Groups that move nothing play no part, so a coalition is known by its movers alone.
    known = {s & movers: row for s, row in zip(trial, still, strict=True)}
    masks = coalitions(list(players))
    wanted = {m: frozenset(g for p in m for g in players[p]) for m in masks}
    missing = sorted({s for s in wanted.values() if s not in known}, key=sorted)
    if missing:
        known.update(zip(missing, play(missing) < 0, strict=True))
    value = np.array([known[wanted[m]] for m in masks], dtype=np.float64)
    return _tell(list(players), shapley(value), needed, seed)


def _players(groups: Sequence[str], moved: Array, most: int) -> dict[str, tuple[str, ...]]:
    """The groups that play: those that move the margin at all, the least of them together where they are too many."""
    live = [g for g, m in sorted(zip(groups, moved, strict=True), key=lambda x: -x[1]) if m > 0]
    if len(live) <= most:
        return {g: (g,) for g in groups if g in live}
    top, rest = live[: most - 1], live[most - 1 :]
    return {**{g: (g,) for g in groups if g in top}, REST: tuple(rest)}


def _tell(players: list[str], parts: Array, needed: dict[str, float], seed: int) -> Found:
    """Shares of the whole with their intervals, largest first, and the cause that may be named."""
    shares = _shares(parts)
    low, high = bootstrap(parts, seed, "causes", _shares)
    causes = [
        Cause(driver=p, name=NAMES[p], share=float(s), low=float(a), high=float(b))
        for p, s, a, b in zip(players, shares, low, high, strict=True)
    ]
    causes.sort(key=lambda c: -c.share)
    verdict = NO_SINGLE_CAUSE
    if causes and causes[0].share >= LEAST_SHARE and causes[0].driver != REST:
        clear = len(causes) == 1 or causes[0].low > causes[1].high
        verdict = causes[0].driver if clear else verdict
    return Found(tuple(causes), verdict, needed, parts.shape[1])


def _shares(parts: Array) -> Array:
    """Each player's part of the sum, ``[player]``; nothing where the sum is nothing."""
    means: Array = parts.mean(axis=1)
    total = float(means.sum())
    return means / total if abs(total) > 1e-12 else means * 0.0
