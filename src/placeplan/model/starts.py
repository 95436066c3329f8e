"""When initiatives begin in each future: as planned and delayed, when a trigger fires, and when there is money to build."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from placeplan.model.building import Building
from placeplan.model.dated import ENDS, HALT_FROM, HALT_MONTHS, after_halt, halted
from placeplan.model.draws import Draws
from placeplan.model.record import Recorder
from placeplan.model.relations import last_of, later_by
from placeplan.model.triggers import Triggers, trigger_start
from placeplan.model.uptake import NEVER, last_month, month_number
from placeplan.plan.authority import Relationship
from placeplan.plan.initiatives import Initiative

Array = np.ndarray[Any, np.dtype[np.float64]]
USUAL = "initiative.delay"
"""The delay of an initiative that states none; a trigger's lead time stands in its place."""


def months_late(delay: Any, slip: Any) -> Any:
    """Whole months by which an initiative begins late: ``floor(delay + slip + ½)``.

    delay: months, its own; slip: months that all share.

    >>> float(months_late(4.3, 1.5))
    6.0
    """
    return np.floor(delay + slip + 0.5)


class Starts:
    """The starts of a run, for one block of futures. A start that has been set never changes; `month` is given to all parts.

    ``start = planned + delay + slip``, or the trigger's; never before what it requires is at full uptake; never where a
    required initiative is missing or ends before it is full, where its capital does not come (drawn with the probability
    that it is secured), where its own end or a partner who leaves comes first, or where the year's building money is never enough.
    """

    def __init__(
        self, initiatives: Sequence[Initiative], months: Sequence[str], draws: Draws, building: Building,
        relationships: Sequence[Relationship] = (),
    ) -> None:  # fmt: skip
        self.months, self.draws, self.building = months, draws, building
        self.later = {i.id: later_by(i, relationships, draws) for i in initiatives}
        self.ends = {i.id: self._end(i, last_of(i, relationships, draws, len(months))) for i in initiatives}
        """Last month in which each works, ``[future]`` or for all alike; `NEVER` where it stays."""
        self.by_id = {i.id: i for i in initiatives}
        self.triggers = Triggers(sorted(initiatives, key=lambda i: i.id), months, draws)
        self.month: dict[str, Array] = {i.id: np.full(draws.count, NEVER) for i in initiatives}
        """Start month by initiative, ``[future]``, counted from the run's first; `NEVER` where it has not been set."""
        self.order = sorted(initiatives, key=_queue)
        self.waiting = frozenset(i.id for i in initiatives if self._waits(i))
        """Those whose start hangs on a trigger: all others have theirs before the run, or never."""
        self._set(None)

    def _end(self, i: Initiative, together: Any) -> Any:
        """Its own last month, or the one before its owner or a partner leaves where that comes first."""
        found: Any = last_month(i, self.months[0])
        for leaves in (self.draws.what_if.dated.get(ENDS + i.id), together):
            found = found if leaves is None else np.minimum(found, leaves)
        return found

    def look(self, number: int, recorder: Recorder) -> None:
        """At the month's end: triggers look at what was recorded, and where one may fire, starts are set anew."""
        if self.triggers.look(number, recorder):
            self._set(number)

    def _waits(self, i: Initiative, seen: frozenset[str] = frozenset()) -> bool:
        """Whether an initiative has a trigger, or requires one that has."""
        others = (self.by_id[r] for r in i.requires if r in self.by_id and r not in seen)
        return i.trigger is not None or any(self._waits(other, seen | {i.id}) for other in others)

    def _set(self, now: int | None) -> None:
        """Sets every start that can be known at the end of a month (None: before the run), first come first served."""
        found = {} if now is None else {i: start for i, start in self.month.items() if i not in self.waiting}
        for initiative in self.order:
            self._start(initiative, now, found)
        self.month.update(found)

    def _start(self, i: Initiative, now: int | None, found: dict[str, Array]) -> Array:
        """Start of an initiative, after those of what it requires."""
        if i.id in found:
            return found[i.id]
        start = self.wanted(i)
        for required in i.requires:
            other = self.by_id.get(required)
            start = np.maximum(start, self.full_from(other, self._start(other, now, found)) if other else NEVER)
        if now is not None:
            start = np.maximum(start, now + 1.0 + i.months_ahead)  # nothing that is decided now lies in the past
        start = self._halted(i, start, after_halt)
        if i.capital:
            chance = self.draws.of(i.capital.secured, i.id) * self.draws.of("capital.available", i.id)
            start = np.where(self.draws.world_uniform("capital", i.id, "capital") < chance, start, NEVER)
        if i.id in self.draws.what_if.off:
            start = np.where(self.draws.what_if.off[i.id], NEVER, start)
        last = self.ends[i.id]
        start = np.where(start > last, NEVER, np.minimum(start, NEVER))
        free = self.month[i.id] >= NEVER
        if i.capital:
            start = self.building.place(i, start, last, free)
        found[i.id] = np.where(free, start, self.month[i.id])
        return found[i.id]

    def wanted(self, i: Initiative) -> Array:
        """When it would begin if nothing stood in its way, ``[future]``."""
        delay, more = self.draws.of(i.delay, i.id), self.later[i.id]
        late = months_late(delay if more is None else delay + more, self.draws.of("start.slip", i.id))
        if i.trigger is None:
            found: Array = float(month_number(i.start or self.months[0], self.months[0])) + late
            return self._halted(i, found, halted)
        fired = self.triggers.fired(i.id)
        lead = late if i.delay != USUAL else 0.0 if more is None else months_late(more, 0.0)
        start = trigger_start(fired, i.trigger.lead_months, i.months_ahead) + lead
        return np.where(fired >= NEVER, NEVER, start)

    def full_from(self, i: Initiative, start: Array) -> Array:
        """First month after an initiative has come to full uptake, ``[future]``; `NEVER` where it ends before."""
        full = start + max(i.ramp_months, 1)
        return np.where(full > self.ends[i.id] + 1, NEVER, full)

    def _halted(self, i: Initiative, start: Array, by: Callable[..., Array]) -> Array:
        """A start as a halt leaves it; management actions are never halted."""
        since = self.draws.what_if.dated.get(HALT_FROM)
        if since is None or i.trigger:
            return start
        return by(start, i.months_ahead, since, self.draws.what_if.dated[HALT_MONTHS])


def _queue(i: Initiative) -> tuple[Any, ...]:
    """Order in the queue for building money: stated priority, then date, then id; what waits for a trigger comes last."""
    priority = i.capital.priority if i.capital and i.capital.priority else np.inf
    return priority, i.start or "9999-99", i.id
