"""Worlds of one plan abreast: the same futures with some of what moves them switched off, in as few calls as may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.compare.parts import Mask
from placeplan.compare.still import Held, Mover, as_in_base_year
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws, WhatIf
from placeplan.model.outcomes import Array
from placeplan.model.recording import OFF
from placeplan.model.recordings import MANY, Recordings
from placeplan.model.simulate import baseline_of, entities, simulate
from placeplan.plan.schema import Plan

WIDE = 1600
"""Lanes of one call: many take little longer than a hundred, and their outcomes still fit into memory."""
Tell = Callable[[int, int, str], None]
"""Progress: lanes (futures) done, lanes in all, what is being run."""


def laid(
    values: Mapping[str, Array], at: Any, still: Callable[[str], float], live: Callable[[str], Any]
) -> dict[str, Array]:
    """Drawn values of many lanes: those of the lane's own future where what they belong to is live, else where it stands still.

    ``values`` ``[future]`` by name; ``at`` the future of each lane; ``still`` and ``live`` ``[lane]`` by name.

    >>> laid({"g": np.array([0.01, 0.02])}, np.array([0, 1, 1]), lambda _: 0.0, lambda _: np.array([True, True, False]))
    {'g': array([0.01, 0.02, 0.  ])}
    """
    return {name: np.where(live(name), drawn[at], still(name)) for name, drawn in values.items()}


@dataclass
class Worlds:
    """The futures of a plan, in which each mover may be switched off."""

    plan: Plan
    futures: Futures
    movers: tuple[Mover, ...]
    outcome: str
    entity: str
    year: int
    """Position of the year among those of the run."""
    threads: int = 1
    """Cores to use; no bit depends on them."""
    tell: Tell | None = None
    done: int = 0
    total: int = 0
    """Lanes run, and lanes foreseen."""
    recordings: Recordings = field(default_factory=Recordings)
    _recorded: bool = False
    _known: dict[frozenset[Held], tuple[Plan, Baseline]] = field(default_factory=dict)

    def figures(self, mask: Mask) -> Array:
        """Figures of the base year and of the year asked for, ``[future, coalition, 2]``.

        mask: who moves, ``[future, coalition, mover]``.
        """
        count, each, _ = mask.shape
        lanes = mask.reshape(count * each, -1)
        self.total = max(self.total, self.done + len(lanes))
        if len(lanes) >= MANY * len(self._tables):
            self._record()
        lanes = self._begun(lanes & self.may_move())
        named = np.column_stack([np.repeat(np.arange(count), each), lanes])
        kept, which = np.unique(named, axis=0, return_inverse=True)
        at, lanes = kept[:, 0], kept[:, 1:].astype(bool)
        found = np.empty((len(at), 2))
        self.total = self.done + len(at)
        for held, own in self._by_tables(lanes):
            for part in np.array_split(own, max(1, -(-len(own) // WIDE))):
                found[part] = self._run(held, at[part], lanes[part])
                self.done += len(part)
                if self.tell:
                    self.tell(self.done, self.total, "the same futures, with and without each")
        return found[which.reshape(-1)].reshape(count, each, 2)

    def may_move(self) -> Mask:
        """Who can change the outcome at all, ``[mover]``: everybody but those on whom nothing hangs that was recorded of it.

        That is a proof, not a trial: a recording holds every step from the assumptions to the outcome.
        """
        read: frozenset[str] = frozenset()
        for held in self._tables:
            own = self.recordings.reads(self._variant(held)[0])
            if own is None:
                return np.ones(len(self.movers), dtype=bool)
            read |= {name.partition("@")[0] for name in own}
        return np.array(
            [bool(m.holds or read & {OFF + m.id if m.kind == "initiative" else "", *m.still}) for m in self.movers]
        )

    def _begun(self, lanes: Mask) -> Mask:
        """Who moves when what requires others that are off is off too: it never begins, so that it is the same world."""
        place = {m.id: n for n, m in enumerate(self.movers) if m.kind == "initiative"}
        found = lanes.copy()
        for _ in place:
            for i in self.plan.initiatives:
                found[:, place[i.id]] &= found[:, [place[r] for r in i.requires if r in place]].all(axis=1)
        return found

    @cached_property
    def _tables(self) -> tuple[frozenset[Held], ...]:
        """Which tables may be held, by the number that has a bit for each mover that holds some."""
        held = [m.holds for m in self.movers if m.holds]
        return tuple(frozenset(h for bit, h in enumerate(held) if kind >> bit & 1) for kind in range(1 << len(held)))

    def _by_tables(self, lanes: Mask) -> Iterator[tuple[frozenset[Held], Any]]:
        """Lanes that share their tables, with the tables that are held."""
        kinds = np.zeros(len(lanes), dtype=np.int64)
        for bit, n in enumerate(n for n, m in enumerate(self.movers) if m.holds):
            kinds += (~lanes[:, n]).astype(np.int64) << bit
        for kind in np.unique(kinds):
            yield self._tables[kind], np.flatnonzero(kinds == kind)

    def _record(self) -> None:
        """Records the plan with each of the tables held, side by side, once."""
        if self._recorded:
            return
        self._recorded = True
        if self.tell:
            self.tell(self.done, self.total, "recording what the months do")
        draws, kept = Draws(self.futures, dict(self._drawn)), frozenset({self.outcome})
        self.recordings.ahead([(*self._variant(h), draws, kept, self._months) for h in self._tables], self.threads)

    def _run(self, held: frozenset[Held], at: Any, live: Mask) -> Array:
        """Figures of some lanes, ``[lane, 2]``: their futures, and who moves in them ``[lane, mover]``."""
        plan, baseline = self._variant(held)
        column = {a: live[:, n] for n, m in enumerate(self.movers) for a in m.still}
        still = {a: v for m in self.movers for a, v in m.still.items()}
        always = np.ones(len(at), dtype=bool)
        draws = laid(
            self._drawn, at, lambda name: still.get(name.partition("@")[0], 0.0),
            lambda name: column.get(name.partition("@")[0], always),
        )  # fmt: skip
        off = {m.id: ~live[:, n] for n, m in enumerate(self.movers) if m.kind == "initiative"}
        ids = self.futures.numbers()[at]
        outcomes = simulate(
            plan, baseline, replace(self.futures, ids=tuple(int(i) for i in ids), count=len(ids), first=0),
            draws=draws, what_if=WhatIf(off), keep=frozenset({self.outcome}), threads=self.threads, until=self._months,
            recordings=self.recordings,
        )  # fmt: skip
        return outcomes[self.outcome].by_year(self.entity)[:, [0, self.year]]

    @property
    def _months(self) -> int:
        """Months that are run."""
        return 12 * (self.year + 1)

    @cached_property
    def _drawn(self) -> Mapping[str, Array]:
        """Every assumption in every future, ``[future]`` by name."""
        _, baseline = self._variant(frozenset())
        return draw(self.plan.assumptions, self.plan.correlations, (), self.futures, entities(self.plan, baseline))

    def _variant(self, held: frozenset[Held]) -> tuple[Plan, Baseline]:
        """The plan with some tables as in the base year, and its base year."""
        if held not in self._known:
            plan = as_in_base_year(self.plan, held)
            self._known[held] = plan, baseline_of(plan)
        return self._known[held]


def tile(coalitions: Mask, count: int) -> Mask:
    """The same coalitions in every future, ``[future, coalition, mover]``."""
    return np.broadcast_to(coalitions, (count, *coalitions.shape))
