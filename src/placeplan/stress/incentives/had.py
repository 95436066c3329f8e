"""What is read of a world: the surplus of each organisation, its own duties, and what the plan promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from placeplan.core.tables import Organisation
from placeplan.incentives.payoff import present_value
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.runs.kept import columns_of

POSITION = "position"
MONEY = frozenset({POSITION})
"""Outcomes of which a payment a year moves each year's figure by just as much."""


@dataclass(frozen=True)
class Had:
    """What each organisation had in some worlds, ``[world, organisation, future, …]``."""

    position: Array
    """Surplus of each year, £ nominal, ``[world, organisation, future, year]``."""
    money: Array
    """Its present value, £."""
    kept: Array
    """1 where it keeps its own statutory duties, all of them."""
    room: Array
    """£ a year left to its duties on money in the year in which least is; ``inf`` where it has none."""
    other: Array
    """1 where it keeps its duties on anything else."""
    promised: Array
    """1 where a hard promise of the plan is kept, ``[world, promise, future]``; of no promise where these were not asked for."""
    years: Array
    """What £1 in each year judged is worth at the start of the run, ``[future]``."""

    @property
    def parts(self) -> tuple[Array, ...]:
        """All that is told by world."""
        return self.position, self.money, self.kept, self.room, self.other, self.promised

    def some(self, worlds: slice) -> Had:
        """The same of some of the worlds."""
        return had_of([one[worlds] for one in self.parts], self.years)


def had_of(parts: Sequence[Array], years: Array) -> Had:
    """`Had` of its parts."""
    position, money, kept, room, other, promised = parts
    return Had(position, money, kept, room, other, promised, years)


@dataclass(frozen=True)
class Reader:
    """Reads the outcomes of a plan."""

    plan: Plan

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Those of the place, in order of id."""
        there = (o for o in self.plan.tables["organisations"] if isinstance(o, Organisation))
        return tuple(sorted(o.id for o in there if o.type != "outside"))

    @cached_property
    def hard(self) -> tuple[Promise, ...]:
        """Promises that decide."""
        return tuple(p for p in self.plan.promises if p.hard)

    @cached_property
    def duties(self) -> Mapping[str, tuple[Promise, ...]]:
        """By organisation, its own statutory duties: the hard promises that are about it."""
        return {o: tuple(p for p in self.hard if p.organisation == o) for o in self.organisations}

    def keep(self, promised: bool) -> frozenset[str]:
        """Outcomes that are read; promised: of every hard promise, not only of the organisations' own."""
        some = self.hard if promised else [p for own in self.duties.values() for p in own]
        return frozenset({POSITION}) | {p.outcome for p in some}

    def parts(self, outcomes: Outcomes, factors: Array, promised: bool) -> tuple[Array, ...]:
        """The parts of `Had`, ``[organisation, lane, …]``; factors: what £1 of each year is worth at the start, ``[lane, year]``."""
        count = len(self.organisations), outcomes.count
        position = np.stack([outcomes[POSITION].by_year(o) for o in self.organisations])
        kept, other, room = np.ones(count), np.ones(count), np.full(count, np.inf)
        read = {p.id: self._judged(p, outcomes) for p in (self.hard if promised else ())}
        for n, o in enumerate(self.organisations):
            for p in self.duties[o]:
                whole, least = read.get(p.id) or self._judged(p, outcomes)
                kept[n] = np.minimum(kept[n], whole)
                if p.outcome in MONEY and p.at_most is None and p.entity in ("", o) and p.statistic != "worst":
                    room[n] = np.minimum(room[n], np.where(np.isnan(least), np.inf, least))
                else:
                    other[n] = np.minimum(other[n], whole)
        each = [whole for whole, _ in read.values()]
        of_all = np.stack(each) if each else np.empty((0, outcomes.count))
        return position, present_value(position, factors), kept, room, other, of_all

    def _judged(self, p: Promise, outcomes: Outcomes) -> tuple[Array, Array]:
        """Whether a promise is kept, and the least room that it has, ``[lane]``; what is not known counts as kept."""
        read = columns_of(p, outcomes, self.plan.about.judge_from, full=False)
        known = np.asarray(read[f"{p.id}/known"], dtype=bool)
        return np.where(known & (read[f"{p.id}/whole"] == 0), 0.0, 1.0), np.asarray(read[f"{p.id}/least"])
