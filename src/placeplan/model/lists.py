"""Waiting lists in a run: from referral to being seen, and on to a night in hospital or care by day.

What limits care is given by others: contacts by `contacts.csv`, nights by beds and theatre slots. Where nothing does,
as many are served as ask in the base year's way, and the standing list stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity.beds import BedCounts
from placeplan.core.sums import Sums, in_order
from placeplan.core.tables import SYSTEM, WaitingList
from placeplan.model import queues as q
from placeplan.model.discipline import MIXES, STAGES, Fitted, Queue, Rates, fitted, passed_on
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow
from placeplan.model.list_base import MOST_REMOVED, Place, Stage, rates_of, rows_of, stages_of, usual_care
from placeplan.model.record import Recorder
from placeplan.model.theatre import Theatre
from placeplan.model.wards import Wards
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]
Capacity = Callable[[Place], Any]
"""Contacts that a pod at a site can give this month, ``[future]``; infinite where nothing limits them."""


def unlimited(_: Place) -> Any:
    """No limit on contacts."""
    return np.inf


@dataclass
class Counts:
    """People of one month, ``[future]``."""

    starts: Any = 0.0
    stops: Any = 0.0
    removals: Any = 0.0
    cancelled: Any = 0.0


@dataclass
class OneList:
    """One list of a run: what stands in its row, and who waits."""

    id: str
    organisation: str
    stages: dict[str, Stage]
    rates: Rates
    fit: Fitted
    removals: Any
    """Share that leaves without care a month, ``[future]``."""
    urgent: Any
    mix: Any
    aside: Any
    """Share of routine patients who are passed over when it would be their turn by age."""
    queues: dict[str, Queue] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    def asked(self, stage: str, care: Flow) -> Any:
        """Contacts of this list that are asked for in a month, ``[future]``."""
        own = self.stages.get(stage)
        return care.activity.get(own.place, 0.0) * own.share if own else 0.0

    def joining(self, stage: str, care: Flow) -> Any:
        """People who join a stage when all who come are seen, ``[future]``: those asked for, and who will leave unserved."""
        if stage not in self.stages:
            return 0.0
        n = STAGES.index(stage)
        gone = q.removed(self.rates.listed[n], self.removals)
        return q.clock_starts(self.asked(stage, care), gone, self.stages[stage].usual)

    def places(self, stage: str, care: Flow, capacity: Capacity) -> Any:
        """Contacts of a month that this list can have, ``[future]``."""
        own = self.stages[stage]
        return q.usual_or(capacity(own.place) * own.share if own.share else 0.0, self.asked(stage, care))

    def see(self, care: Flow, capacity: Capacity) -> Any:
        """Clocks start, people are seen, and those who need an admission wait on; returns how many were seen."""
        self.counts = Counts()
        for queue in self.queues.values():
            self.counts.removals = self.counts.removals + queue.a_month_on(self.removals)
        first, asked = self.queues["first"], self.asked("first", care)
        self.counts.starts = self.joining("first", care)
        first.start(self.counts.starts, self.urgent, self.aside)
        seen = q.served(first.people, self.places("first", care, capacity))
        taken = first.serve(seen, self.mix)
        wanted = {s: self.joining(s, care) for s in STAGES[1:] if s in self.stages}
        every: Any = sum(wanted.values(), np.zeros_like(seen))
        listed = q.for_admission(seen, asked, every)
        for stage, number in wanted.items():
            part = listed * q.share_of(number, every)
            self.queues[stage].join(*passed_on(taken, seen, part))
        self.counts.stops = seen - (listed if wanted else 0.0)
        return seen

    def serve(self, stage: str, number: Any) -> Any:
        """People of an admission stage are cared for, at most those who wait; their clocks stop. Returns how many."""
        given = q.served(self.queues[stage].people, number)
        self.queues[stage].serve(given, self.mix)
        self.counts.stops = self.counts.stops + given
        return given

    @property
    def bins(self) -> Array:
        """Everybody on the list by waiting time, ``[bin, future]``."""
        found: Array = np.zeros_like(self.queues["first"].urgent)
        for queue in self.queues.values():
            found = found + (queue.urgent + queue.routine + queue.parts[2])
        return found


class Lists:
    """All lists of a run, for one block of futures; without rows, nothing happens."""

    def __init__(
        self, plan: Plan, baseline: Baseline, draws: Draws, wards: Wards, capacity: Capacity = unlimited
    ) -> None:
        self.baseline, self.draws, self.capacity, self.usual = baseline, draws, capacity, usual_care(baseline)
        rows = rows_of(plan)
        rates = rates_of(rows, baseline, plan.assumptions)
        discipline = plan.about.form.discipline
        self.lists = [self._list(*one, discipline) for one in zip(rows, rates, fitted(rates), strict=True)]
        self.sums = Sums(name for one in self.lists for name in (one.id, one.organisation, SYSTEM))
        """Over each list, organisation and the system, of rows by `summed`."""
        self.summed = [n for n in range(len(self.lists)) for _ in range(3)]
        self.theatre = Theatre(wards, {one.id: s.place for one, s in self._with("overnight")})

    def _list(self, row: WaitingList, rates: Rates, fit: Fitted, discipline: str) -> OneList:
        """One list at its start: the base year's people, in the shape that was fitted."""
        org = self.baseline.site_organisation[row.site]
        stages = stages_of(row, self.usual)
        one = OneList(
            row.id, org, stages, rates, fit,
            np.clip(self.draws.of("list.removals", org), 0.0, MOST_REMOVED),
            np.clip(self.draws.of("list.urgent", org), 0.0, 1.0) if row.urgent is None else row.urgent,
            self.draws.in_form("discipline", discipline, {**MIXES, "fitted": fit.mix}.__getitem__),
            self.draws.in_form("discipline", discipline, {**dict.fromkeys(MIXES, 0.0), "fitted": fit.aside}.__getitem__),
        )  # fmt: skip
        lane = np.ones(self.draws.count)
        for n, stage in enumerate(STAGES):
            if stage in stages:
                one.queues[stage] = Queue(*(bins[:, None] * lane for bins in fit.bins[n]))
        return one

    def _with(self, stage: str) -> list[tuple[OneList, Stage]]:
        """Lists that have a stage, with it."""
        return [(one, one.stages[stage]) for one in self.lists if stage in one.stages]

    def waiting(self) -> dict[Place, Any]:
        """People who wait for each pod at each site, at the month's end, ``[future]``."""
        found: dict[Place, Any] = {}
        for one in self.lists:
            for stage, queue in one.queues.items():
                place = one.stages[stage].place
                found[place] = found.get(place, 0.0) + queue.people
        return found

    def enter(self, number: int, care: Flow, slots: Array | None = None) -> None:
        """Before the beds: people are seen, day cases done, and planned patients for the night fall due.

        slots: theatre slots a working day that initiatives added, ``[pool, future]``: they work the list down.
        """
        if not self.lists:
            return
        self.theatre.leave({one.id: one.removals for one, _ in self._with("overnight")})
        asked = dict(care.activity)
        seen = {one.id: one.see(care, self.capacity) for one in self.lists}
        days = {one.id: one.serve("day", one.places("day", care, self.capacity)) for one, _ in self._with("day")}
        due = {one.id: self._due(one, care, number, slots) for one, _ in self._with("overnight")}
        for stage, given in (("first", seen), ("day", days), ("overnight", due)):
            self._give(stage, given, care, asked)
        self.theatre.due = due | self.theatre.others(care.activity, due)

    def _due(self, one: OneList, care: Flow, number: int, slots: Array | None) -> Any:
        """Planned patients of a list who fall due in a month, ``[future]``; where no pool takes them, they are cared for."""
        places = one.places("overnight", care, self.capacity)
        if not self.theatre.has(one.stages["overnight"].place):
            return one.serve("overnight", places)
        if slots is not None:
            places = places + self.theatre.added(one.id, one.stages["overnight"].share, slots, number)
        return q.served(np.maximum(one.queues["overnight"].people - self.theatre.owed(one.id), 0.0), places)

    def _give(self, stage: str, given: Mapping[str, Any], care: Flow, asked: Mapping[Place, Any]) -> None:
        """Sets what each pod gives: to its lists, and to others who ask, as far as there is room."""
        by_place: dict[Place, list[tuple[OneList, Stage]]] = {}
        for one, own in self._with(stage):
            by_place.setdefault(own.place, []).append((one, own))
        for place, members in sorted(by_place.items()):
            rest = max(1.0 - sum(own.share for _, own in members), 0.0)
            others = q.served(asked.get(place, 0.0) * rest, self.capacity(place) * rest if rest else 0.0)
            care.give(place, sum((given[one.id] for one, _ in members), others))

    def month(self, counts: BedCounts, care: Flow) -> None:
        """After the beds: who was admitted leaves the list; who was put off has never left it."""
        if not self.theatre.places:
            return
        admitted, put_off = self.theatre.admitted(counts)
        for one in (one for one, own in self._with("overnight") if self.theatre.has(own.place)):
            admitted[one.id] = one.serve("overnight", admitted[one.id])
            one.counts.cancelled = put_off[one.id]
        for place, parts in self.theatre.places.items():
            if any(part in self.theatre.listed for part in parts):
                care.give(place, sum((admitted[part] for part in parts), np.zeros(self.draws.count)))

    def record(self, recorder: Recorder) -> None:
        """Writes down the month, by list, organisation and system."""
        if not self.lists:
            return
        bins = self.sums(np.stack([one.bins for one in self.lists])[self.summed]).swapaxes(0, 1)
        listed = in_order(bins)
        values = {
            "list": listed,
            "within_18": q.share_of(q.waiting_less(bins, q.WEEKS_18), listed),
            "over_52": listed - q.waiting_less(bins, q.WEEKS_52),
            "median_wait": q.median_weeks(bins),
        }
        for outcome, name in FLOWS.items():
            counts = np.stack([getattr(one.counts, name) + np.zeros(self.draws.count) for one in self.lists])
            values[outcome] = self.sums(counts[self.summed])
        for outcome, value in values.items():
            recorder.each(outcome, self.sums.names, value)


FLOWS = {"clock_starts": "starts", "clock_stops": "stops", "list_removals": "removals", "cancelled": "cancelled"}
"""Outcome and the count of a list behind it."""
