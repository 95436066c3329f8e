"""Worlds of one plan in which some have left, abreast on the same futures, and what each organisation has in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from placeplan.explore.arrays import Whole
from placeplan.futures.sample import Futures
from placeplan.incentives.parts import Left, Parts, Place, left_of
from placeplan.incentives.payoff import RATE, discount, worth_of_years
from placeplan.model.draws import Draws, WhatIf, effect
from placeplan.model.outcomes import Array
from placeplan.model.recordings import stoppable
from placeplan.plan.schema import Plan
from placeplan.stress.incentives.had import Had, Reader, had_of
from placeplan.stress.incentives.replies import Ready, Reply
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import judged
from placeplan.stress.runs.runner import Runs

FEWEST = 16
"""Futures of each set, at least."""
WIDE = 8192
"""Lanes of one call: enough that all sets of twelve organisations meet a few futures side by side, and outcomes still fit into memory."""


class World(NamedTuple):
    """What is otherwise than planned."""

    off: frozenset[str] = frozenset()
    """Initiatives that never begin."""
    undone: frozenset[Place] = frozenset()
    """Effects of others that are not done."""
    replies: frozenset[Reply] = frozenset()
    """What those who left do instead."""


PLANNED = World()


def where_gone(parts: Parts, gone: frozenset[str], replies: Mapping[str, Reply]) -> World:
    """The world in which some have left, each with its reply."""
    left: Left = left_of(parts, gone)
    used = (replies[o] for o in gone if o in replies)
    return World(left.off, left.undone, frozenset(r for r in used if r.option or r.withheld))


@dataclass
class Worlds:
    """Runs worlds of a plan, each in the first futures of a run."""

    runs: Runs
    ready: Ready
    parts: Parts
    rate: float = RATE
    """Real discount rate a year."""
    what: str = "who goes along"
    lanes: int = 0
    """Lanes run so far."""
    _known: dict[tuple[World, int], tuple[Array, ...]] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The plan with all replies in it."""
        return self.ready.plan

    @cached_property
    def reader(self) -> Reader:
        """What is read of each world."""
        return Reader(self.plan)

    @property
    def organisations(self) -> tuple[str, ...]:
        """Those of the place, in order of id."""
        return self.reader.organisations

    def run(self, worlds: Sequence[World], count: int) -> Had:
        """What each organisation has in each world, and what is promised, in the first ``count`` futures; each world is run once."""
        new = [w for w in dict.fromkeys(worlds) if (w, count) not in self._known]
        if new:
            parts = self.gathered(new, count, lambda had: had.parts, promised=True)
            self._known |= {(w, count): tuple(one[n] for one in parts) for n, w in enumerate(new)}
        known = zip(*(self._known[w, count] for w in worlds), strict=True)
        return had_of([np.stack(p) for p in known], self._years(count))

    def gathered(
        self, worlds: Sequence[World], count: int, read: Callable[[Had], Sequence[Array]], *, promised: bool = False
    ) -> list[Array]:
        """What is read of some worlds, each run anew, ``[world, …, future, …]``; nothing else is held, as there may be many.

        read: figures ``[world, …, future, …]``, the futures along the third axis; promised: whether it reads what the plan promises.
        """
        found: list[Array] = []
        for which, futures, had in self._some_at_a_time(worlds, count, promised):
            parts = read(had)
            if not found:
                found = [np.empty((len(worlds), p.shape[1], count, *p.shape[3:])) for p in parts]
            for whole, part in zip(found, parts, strict=True):
                whole[which, :, futures] = part
        return found

    def _some_at_a_time(
        self, worlds: Sequence[World], count: int, promised: bool
    ) -> Iterator[tuple[slice, slice, Had]]:
        """All worlds in a few futures, then in the next: what they have in common in a future is run once."""
        for low in range(0, len(worlds), WIDE):
            some = worlds[low : low + WIDE]
            each, few = self._what_if(some), max(1, WIDE // len(some))
            for first in range(0, count, few):
                futures = slice(first, min(first + few, count))
                parts = self._some(some, each, *_crossed(len(some), futures), count, promised)
                shape = len(some), futures.stop - futures.start
                apart = [np.moveaxis(one.reshape(len(one), *shape, *one.shape[2:]), 0, 1) for one in parts]
                yield slice(low, low + len(some)), futures, had_of(apart, self._years(count)[futures])

    def money_of(self, worlds: Sequence[World], at: Whole, count: int) -> Array:
        """Present value of what each organisation has in each world, in one future of the first ``count``, £ ``[organisation, world]``.

        at: the future of each world, as its place in the run; those of one future one after the other, so that what they share is run once.
        """
        found = np.empty((len(self.organisations), len(worlds)))
        for low in range(0, len(worlds), WIDE):
            some = tuple(dict.fromkeys(worlds[low : low + WIDE]))
            place = {world: n for n, world in enumerate(some)}
            which = np.array([place[world] for world in worlds[low : low + WIDE]])
            _, found[:, low : low + WIDE], *_ = self._some(
                some, self._what_if(some), which, at[low : low + WIDE], count
            )
        return found

    def _futures(self, count: int) -> Futures:
        return self.runs.first(count)

    def _drawn(self, count: int) -> Mapping[str, Array]:
        return self.runs.here.draws(self.plan, Job(self.what, self.plan, self._futures(count)))

    def _some(
        self, worlds: Sequence[World], each: WhatIf, which: Whole, at: Whole, count: int, promised: bool = False
    ) -> tuple[Array, ...]:
        """The parts of `Had` by organisation, ``[organisation, lane, …]``, in one call.

        each: what is otherwise in each world; which, at: the world and the future of each lane, by their places.
        """
        here, lanes = self.runs.here, self._lanes(worlds, each, which, at, count)
        outcomes = here.simulate(
            self.plan, here.baseline(self.plan), lanes.futures, (), here.threads,
            draws=lanes.values, what_if=lanes.what_if, keep=self.reader.keep(promised), recordings=here.recordings,
        )  # fmt: skip
        self.lanes += lanes.count
        self.runs.progress.add(lanes.count, self.what)
        return self.reader.parts(outcomes, self._factors(self._drawn(count), count, len(outcomes.years))[at], promised)

    def _lanes(self, worlds: Sequence[World], each: WhatIf, which: Whole, at: Whole, count: int) -> Draws:
        """Lanes of which each is one of some worlds in one of the futures."""
        ids = tuple(int(n) for n in self._futures(count).numbers()[at])
        drawn = {name: values[at] for name, values in self._drawn(count).items()}
        few = replace(self._futures(count), ids=ids, count=len(ids), first=0)
        return Draws(few, self._laid(worlds, which, drawn), each.some(which))

    def afforded(self, worlds: Sequence[World], count: int, work: float) -> int:
        """In how many of so many futures some worlds can be run for so much work, in operations of a tile: a power of 2, or all.

        All where there are few, 0 where the plan cannot be recorded, or not even one future can be run.
        """
        here, some = self.runs.here, worlds[:WIDE]
        if len(worlds) * count < here.recordings.many:
            return count
        few = slice(0, min(count, max(1, WIDE // len(some))))
        lanes = self._lanes(some, self._what_if(some), *_crossed(len(some), few), count)
        recording = here.recordings.of(self.plan, here.baseline(self.plan), lanes, self.reader.keep(False), None)
        if recording is None:
            return 0
        each = recording.work(stoppable(self.plan, lanes)) / few.stop * len(worlds) / len(some)
        return count if each * count <= work else 1 << max(int(work // each), 0).bit_length() >> 1

    def _laid(self, worlds: Sequence[World], which: Whole, of: Mapping[str, Array]) -> dict[str, Array]:
        """What is drawn, ``[lane]`` by name, without what is withheld from pools; replies begin on their day. of: with all of it."""
        drawn = dict(of)
        for option in self.ready.options:
            drawn[f"start.slip@{option}"] = np.zeros(len(which))
        for name, behind in self.ready.contributions.items():
            held = np.array([any(name in r.withheld for r in w.replies) for w in worlds])
            drawn[name] = behind.drawn(drawn, len(which)) * np.where(held, 0.0, 1.0)[which]
        return drawn

    def _what_if(self, worlds: Sequence[World]) -> WhatIf:
        """What is otherwise in each world."""
        used = [{r.option for r in w.replies} for w in worlds]
        off = {o: np.array([o not in own for own in used]) for o in self.ready.options}
        for i in (i.id for i in self.plan.initiatives if i.id not in off):
            off[i] = np.array([i in w.off for w in worlds])
        done = {
            effect(*place): np.array([0.0 if place in w.undone else 1.0 for w in worlds])
            for place, who in sorted(self.parts.deciders.items())
            if who
        }
        return WhatIf(off, done=done)

    def _factors(self, drawn: Mapping[str, Array], count: int, years: int) -> Array:
        """What £1 of each year is worth at the start, ``[future, year]``."""
        found: Array = discount(self.rate, drawn.get("prices.general", np.zeros(count)), years)
        return found

    def _years(self, count: int) -> Array:
        names = years_of(self.plan)
        paid = np.zeros(len(names))
        paid[list(judged(names, self.plan.about.judge_from))] = 1.0
        found: Array = worth_of_years(self._factors(self._drawn(count), count, len(names)), paid)
        return found


def _crossed(worlds: int, futures: slice) -> tuple[Whole, Whole]:
    """The world and the future of each lane where every world meets each of some futures, world by world."""
    at = np.arange(futures.start or 0, futures.stop)
    return np.repeat(np.arange(worlds), len(at)), np.tile(at, worlds)


def years_of(plan: Plan) -> tuple[str, ...]:
    """Financial years of a plan's run."""
    start = int(plan.about.start[:4])
    return tuple(f"{y}/{(y + 1) % 100:02d}" for y in range(start, start + plan.about.months // 12))
