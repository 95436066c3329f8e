"""What going along is worth to each organisation of a plan: replies, payoffs set by set, and who loses by which initiative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from placeplan.incentives.breaking import Break
from placeplan.incentives.game import Game
from placeplan.incentives.parts import Parts, gone_from, parts_of
from placeplan.incentives.replies import leaning, mean_and_half
from placeplan.model.outcomes import Array
from placeplan.stress.bridge import acting
from placeplan.stress.incentives.breaking import breaks_of
from placeplan.stress.incentives.drawn import Drawn, drawn_shares, every_set
from placeplan.stress.incentives.had import Had
from placeplan.stress.incentives.replies import Reply, with_replies
from placeplan.stress.incentives.worlds import FEWEST, PLANNED, World, Worlds, where_gone
from placeplan.stress.runs.runner import Runs

FUTURES = 256
"""Futures of what is told of the plan and of each that leaves it alone, at most."""
WORK = 1.6e10
"""Operations of a tile that running all sets may take, but for the least number of futures: some five minutes of two cores (decision 52)."""
XRAY = 64
"""Futures in which each initiative is left out, at most."""


class Change(NamedTuple):
    """A difference in the same futures: mean, and half of its 95 % interval."""

    mean: float
    half: float

    @property
    def clear(self) -> bool:
        """Whether its interval leaves out nought."""
        return abs(self.mean) > self.half

    @property
    def loss(self) -> bool:
        """Whether it clearly lies below nought."""
        return self.mean < -self.half


def change(samples: Array) -> Change:
    """The mean of some differences ``[future]`` with half its interval."""
    mean, half = mean_and_half(samples)
    return Change(float(mean), float(half))


@dataclass(frozen=True)
class Pairs:
    """The plan beside its alternatives in the same futures; organisations in order of id."""

    organisations: tuple[str, ...]
    planned: Had
    """As planned: one world."""
    minimum: Had
    """Nobody does anything of the plan: one world."""
    alone: Had
    """Each player in turn has left, with its best reply: one world a player."""
    fortress: Had
    """All players have left, each with its best reply: one world."""


@dataclass(frozen=True)
class XRay:
    """What each initiative brings each organisation, mean of added first and added last, in the same futures."""

    initiatives: tuple[str, ...]
    by_year: Array
    """£ nominal, ``[initiative, organisation, future, year]``; they sum to the plan less the minimum."""
    money: Array
    """Their present value, ``[initiative, organisation, future]``."""


@dataclass(frozen=True)
class Found:
    """All that is known of who goes along."""

    parts: Parts
    replies: Mapping[str, Reply]
    """Best reply of each player once it has left alone."""
    otherwise: Mapping[str, Reply]
    """Those whose best reply is another one where all have left."""
    pairs: Pairs
    xray: XRay
    breaks: tuple[Break, ...]
    """What becomes of the promises that decide if each left; whose leaving breaks most first."""
    game: Game | None
    """None where sets are run along drawn orders alone."""
    drawn: Drawn | None
    """Then: fair shares."""
    orders: int
    """Orders that were asked for in each future; 0: none."""
    worlds: Worlds

    @property
    def players(self) -> tuple[str, ...]:
        """In order of id."""
        return self.parts.players

    def place(self, organisation: str) -> int:
        """Place of an organisation among all."""
        return self.pairs.organisations.index(organisation)


def look(runs: Runs, *, futures: int = FUTURES, work: float = WORK, orders: int = 0) -> Found:
    """Runs the plan with and without each, and every set where they are few enough; else sets along drawn orders."""
    parts = parts_of(runs.plan)
    worlds = Worlds(runs, with_replies(runs.plan, parts.players), parts)
    count = min(runs.futures.count, futures)
    replies, otherwise = best_replies(worlds, count)
    pairs = pairs_of(worlds, replies, count)
    xray = xray_of(worlds, min(count, XRAY))
    some, every = bool(parts.players), every_set(len(parts.players), orders)
    game = game_of(worlds, replies, count, work) if some and every else None
    drawn = drawn_shares(worlds, replies, count, orders, work) if some and orders and not every else None
    breaks = breaks_of(worlds, replies, pairs.planned, pairs.alone, game) if some else ()
    return Found(parts, replies, otherwise, pairs, xray, breaks, game, drawn, orders, worlds)


def best_replies(worlds: Worlds, count: int) -> tuple[dict[str, Reply], dict[str, Reply]]:
    """By player its best reply where it leaves alone; and where all have left and keep what they have, if that is another."""
    players = worlds.parts.players
    keeps = {p: own[0] for p, own in worlds.ready.replies.items()}
    asked = [
        (p, alone, where_gone(worlds.parts, frozenset({p}) if alone else frozenset(players), {**keeps, p: reply}))
        for alone in (True, False)
        for p in players
        for reply in worlds.ready.replies[p]
    ]
    had = worlds.run([world for *_, world in asked], count)
    found: list[dict[str, Reply]] = [{}, {}]
    for p in players:
        at = worlds.organisations.index(p)
        for alone in (True, False):
            places = [n for n, (who, when, _) in enumerate(asked) if (who, when) == (p, alone)]
            best = _best(had.kept[places, at], had.money[places, at])
            found[0 if alone else 1][p] = worlds.ready.replies[p][best]
    return found[0], {p: r for p, r in found[1].items() if r != found[0][p]}


def _best(kept: Array, money: Array) -> int:
    """The best of some replies ``[reply, future]``: each later one must be better than the best before it."""
    best = 0
    for n in range(1, len(money)):
        if leaning(mean_and_half(kept[n] - kept[best]), (money[n] - money[best]).mean()) > 0:
            best = n
    return best


def pairs_of(worlds: Worlds, replies: Mapping[str, Reply], count: int) -> Pairs:
    """The plan, the minimum, each gone alone, and all gone."""
    players = worlds.parts.players
    every = frozenset(i.id for i in worlds.runs.plan.initiatives)
    alone = [where_gone(worlds.parts, frozenset({p}), replies) for p in players]
    fortress = where_gone(worlds.parts, frozenset(players), replies)
    asked = [PLANNED, World(every), *alone, fortress]
    had = worlds.run(asked, count)
    parts = (slice(0, 1), slice(1, 2), slice(2, 2 + len(players)), slice(2 + len(players), None))
    return Pairs(worlds.organisations, *(had.some(p) for p in parts))


def xray_of(worlds: Worlds, count: int) -> XRay:
    """Each initiative that does anything, added in order of id and in the reverse order, so that the parts sum to the whole."""
    plan = worlds.runs.plan
    every, done = frozenset(i.id for i in plan.initiatives), acting(plan)
    orders = (done, done[::-1])
    asked = [World(every - frozenset(order[:n])) for order in orders for n in range(len(done) + 1)]
    had = worlds.run(asked, count)
    halves = np.split(np.arange(len(asked)), 2)
    by_year, money = (
        (np.diff(of[halves[0]], axis=0) + np.diff(of[halves[1]], axis=0)[::-1]) / 2 for of in (had.position, had.money)
    )
    return XRay(tuple(done), by_year, money)


def game_of(worlds: Worlds, replies: Mapping[str, Reply], count: int, work: float) -> Game:
    """Every set in as many futures as may be run; sets that leave the same world are run once."""
    players = worlds.parts.players
    sets = [where_gone(worlds.parts, gone_from(players, s), replies) for s in range(1 << len(players))]
    different = list(dict.fromkeys(sets))
    each = max(min(count, FEWEST), worlds.afforded(different, count, work))
    worlds.runs.progress.spare(count * len(sets) - each * len(different))
    own = [worlds.organisations.index(p) for p in players]
    rest = [n for n in range(len(worlds.organisations)) if n not in own]

    def read(had: Had) -> tuple[Array, ...]:
        return had.money[:, own], had.kept[:, own], had.money[:, rest].sum(axis=1, keepdims=True)

    money, kept, others = worlds.gathered(different, each, read)
    place = {world: n for n, world in enumerate(different)}
    at = [place[world] for world in sets]
    return Game(players, money[at], kept[at], others[at, 0])


def against_leaving(found: Found) -> tuple[dict[str, Change], dict[str, Change]]:
    """By player, what going along brings it against leaving alone: in money, £ present value, and in duties kept."""
    p = found.pairs
    money, kept = {}, {}
    for n, player in enumerate(found.players):
        at = found.place(player)
        money[player] = change(p.planned.money[0, at] - p.alone.money[n, at])
        kept[player] = change(p.planned.kept[0, at] - p.alone.kept[n, at])
    return money, kept


def against_minimum(found: Found) -> dict[str, Change]:
    """By organisation, what the plan brings it against doing the minimum, £ present value."""
    p = found.pairs
    return {o: change(p.planned.money[0, n] - p.minimum.money[0, n]) for n, o in enumerate(p.organisations)}


def losses(found: Found) -> dict[str, dict[str, Change]]:
    """By organisation, the initiatives by which it clearly loses, £ present value, the largest loss first."""
    x = found.xray
    each = {
        o: {i: c for k, i in enumerate(x.initiatives) if (c := change(x.money[k, n])).loss}
        for n, o in enumerate(found.pairs.organisations)
    }
    return {o: dict(sorted(own.items(), key=lambda one: (one[1].mean, one[0]))) for o, own in each.items() if own}
