"""When every initiative begins in the first futures, and what its building costs: worked out as a run does, without a run.

Only what waits for a trigger hangs on what happens in the run itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.core.calendar import month_index, month_of, years_of
from placeplan.core.tables import CapitalRow
from placeplan.explore.network import Network, in_order, pass_through
from placeplan.model.building import Building
from placeplan.model.draws import Draws
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.starts import Starts
from placeplan.model.uptake import NEVER, month_number
from placeplan.plan.authority import Relationship
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job
from placeplan.stress.scene import Scene

READ = frozenset({"start.slip", "capital.available", "capital.charge", "prices.general"})
"""Assumptions on which starts and the cost of buildings hang besides those that initiatives name."""


@dataclass(frozen=True)
class Begun:
    """Starts, ``[future]`` by initiative, in months from the run's first; ``inf`` is never."""

    months: tuple[str, ...]
    years: tuple[str, ...]
    draws: Draws
    building: Building
    wanted: Mapping[str, Array]
    """When each would begin if nothing stood in its way: its date, late as drawn; of a trigger, when it began."""
    start: Mapping[str, Array]
    ends: Mapping[str, Any]
    """Last month in which each works."""

    @property
    def count(self) -> int:
        """Futures."""
        return self.draws.count

    def month(self, number: float) -> str:
        """A month by its number, ``2016-04``."""
        return month_of(month_index(self.months[0]) + int(number))

    def number(self, month: str) -> int:
        """Months from the run's first."""
        return month_number(month, self.months[0])


def read_by(initiatives: Iterable[Initiative], relationships: Iterable[Relationship] = ()) -> frozenset[str]:
    """Ids of the assumptions on which the starts and buildings of some initiatives hang."""
    named = [q for i in initiatives for q in (i.delay, *((i.capital.secured, i.capital.overrun) if i.capital else ()))]
    named += [q for r in relationships for q in (r.weight, r.delay, r.leaves)]
    return READ | {q for q in named if isinstance(q, str)}


def begin(scene: Scene) -> Begun:
    """When everything begins in the first futures of a scene."""
    plan, runs = scene.plan, scene.runs
    futures, baseline = runs.first(runs.batch), runs.baseline(plan)
    drawn = runs.here.draws(plan, Job("", plan, futures), read_by(plan.initiatives, plan.relationships))
    draws, years = Draws(futures, dict(drawn)), years_of(baseline.months)
    building = Building([r for r in plan.tables.get("capital", ()) if isinstance(r, CapitalRow)], years, draws)
    starts = Starts(plan.initiatives, baseline.months, draws, building, plan.relationships)
    found = {i: to_inf(m) for i, m in starts.month.items()}
    if starts.waiting:
        found |= {i: _first_seen(scene.first[0], i) for i in sorted(starts.waiting)}
    wanted = {i.id: found[i.id] if i.trigger else starts.wanted(i) + draws.zeros() for i in plan.initiatives}
    return Begun(tuple(baseline.months), years, draws, building, wanted, found, starts.ends)


def to_inf(month: Array) -> Array:
    """Months as they are, ``inf`` for never.

    >>> to_inf(np.array([3.0, NEVER])).tolist()
    [3.0, inf]
    """
    found: Array = np.where(month >= NEVER, np.inf, month)
    return found


def _first_seen(outcomes: Outcomes, initiative: str) -> Array:
    """First month in which an initiative reaches anybody, ``[future]``; ``inf`` where it never does."""
    there = outcomes["uptake"].of(initiative) > 0
    found: Array = np.where(there.any(axis=1), there.argmax(axis=1).astype(float), np.inf)
    return found


def before(plan: Plan, initiative: str) -> tuple[str, ...]:
    """All that an initiative waits for, directly and by way of others, in order of id."""
    by_id, found, left = {i.id: i for i in plan.initiatives}, set[str](), [initiative]
    while left:
        new = {r for r in by_id[left.pop()].requires if r in by_id} - found
        found |= new
        left += new
    return tuple(sorted(found - {initiative}))


def after(plan: Plan, initiatives: Iterable[str]) -> tuple[str, ...]:
    """All that wait for any of some initiatives, in order of id."""
    given = set(initiatives)
    return tuple(sorted(i.id for i in plan.initiatives if i.id not in given and given & set(before(plan, i.id))))


def network_of(plan: Plan, begun: Begun, later: Mapping[str, float] | None = None) -> tuple[list[str], Network]:
    """The plan's initiatives as a network, in order of id: each is done when it has come to full uptake.

    Its duration is what it waits for building money, and its ramp; it is ready on its date, late as drawn, and ``later``
    by so many months. ``inf`` is never: no money, what it requires never came, or its own end comes first.
    """
    initiatives = sorted(plan.initiatives, key=lambda i: i.id)
    ids = [i.id for i in initiatives]
    first = [[ids.index(r) for r in i.requires if r in ids] for i in initiatives]
    durations, ready = np.zeros((len(ids), begun.count)), np.zeros((len(ids), begun.count))
    finish = np.full((len(ids), begun.count), np.inf)
    for n in in_order(first):
        i, start = initiatives[n], begun.start[ids[n]]
        there = np.isfinite(start)
        full = max(i.ramp_months, 1)
        finish[n] = np.where(start + full > begun.ends[i.id] + 1, np.inf, start + full)
        can = np.max([begun.wanted[i.id], *(finish[m] for m in first[n])], axis=0)
        waits = np.where(there, start, 0.0) - np.where(there, can, 0.0)
        durations[n] = np.where(np.isfinite(finish[n]), waits + full, np.inf)
        ready[n] = np.where(there, begun.wanted[i.id] + (later or {}).get(i.id, 0.0), np.inf)
    return ids, pass_through(durations, first, ready)
