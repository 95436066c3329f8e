"""Contacts in a run: what each door of care can give this month, what it gives, and who waits, is lost or spills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity import contacts
from placeplan.core.calendar import days_in, year_days
from placeplan.core.sums import Groups, rows_of
from placeplan.core.tables import OUTSIDE, SYSTEM, ContactCapacity, Spill
from placeplan.model import uptake as up
from placeplan.model.compile import Compiled, NamedPrimitives
from placeplan.model.dated import amount_of
from placeplan.model.demand import Home
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow
from placeplan.model.following import Following
from placeplan.model.record import Recorder
from placeplan.model.spills import Place, Spills, parts, ways
from placeplan.model.workforce import Workforce
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class ClinicMonth:
    """One month at every door, contacts, ``[row, future]`` each."""

    asked: Array
    """Asked for in the month, those who came from other doors with them."""
    can: Array
    """Capacity."""
    given: Array
    backlog: Array
    """People who wait at the month's end."""
    left: Array
    """Contacts that will never be given here: lost, given up, gone elsewhere."""
    sent: Array
    """Contacts that come to other doors next month."""


class Clinics:
    """Every door whose contacts can run out, for one block of futures. Without contacts.csv there is none."""

    def __init__(
        self, plan: Plan, baseline: Baseline, draws: Draws, workforce: Workforce, effects: Compiled,
        started: Mapping[str, Array], ends: Mapping[str, Any], homes: tuple[Home, ...] = (),
    ) -> None:  # fmt: skip
        self.baseline, self.draws, self.workforce = baseline, draws, workforce
        self.rows, spills = _tables(plan)
        self.places: tuple[Place, ...] = tuple((r.site, r.pod) for r in self.rows)
        self.owners = tuple(baseline.site_organisation[r.site] for r in self.rows)
        self.started, self.ends, self.homes = started, ends, homes
        self.initiatives = {i.id: i for i in plan.initiatives}
        self.opening: NamedPrimitives = effects.on("contacts", verb="add")
        self.productive: NamedPrimitives = effects.on("productivity", verb="scale")
        known = {(p.organisation, p.group) for p in workforce.posts}
        self.plainly = [n for n, r in enumerate(self.rows) if r.group and (self.owners[n], r.group) not in known]
        """Rows of a staff group that staff.csv does not have: what each does changes here; else with the group's strength."""
        self.shape = (len(self.rows), draws.count)
        self.usual = self._rows([
            self._usual(r, o) * draws.left("contacts", o) for r, o in zip(self.rows, self.owners, strict=True)
        ])  # fmt: skip
        self.following = Following(self.rows, baseline, draws)
        self.gives_up = self._rows([self._gives_up(r, o) for r, o in zip(self.rows, self.owners, strict=True)])
        self.listed = np.array([r.unmet == "list" for r in self.rows], dtype=bool)
        self.backlog = self._rows([0.0 if r.unmet == "list" else r.backlog for r in self.rows])
        self.owed: Array | None = None
        """Of the backlog, the residents of each home, ``[row, home, future]``; from the first month on."""
        self.spills = Spills(
            ways(self.rows, spills, plan.assumptions, plan.about.form.spills, draws), homes, draws.count
        )
        self.now: ClinicMonth | None = None
        own = [n for n, r in enumerate(self.rows) if r.unmet != "list"]
        pods = sorted({self.places[n][1] for n in own})
        self.entities = ["/".join(self.places[n]) for n in own] + [f"{SYSTEM}/{pod}" for pod in pods]
        """Each door, and each pod for the system; whose list is elsewhere is not among them."""
        self.sums = Groups([*([n] for n in own), *([n for n in own if self.places[n][1] == pod] for pod in pods)])
        self.can = self.usual

    def _rows(self, rows: Sequence[Any]) -> Array:
        """One row a door, ``[row, future]``."""
        return rows_of(rows, self.draws.count)

    def _usual(self, row: ContactCapacity, owner: str) -> Any:
        """Capacity of the base year, contacts a month: as stated, of its staff, or by how much of it was used."""
        if row.capacity is not None:
            return row.capacity
        if row.wte is not None and row.contacts_per_wte is not None:
            return contacts.from_staff(row.wte, row.contacts_per_wte)
        streams = self.baseline.streams
        activity = sum((float(s.cells.sum()) for s in streams if (s.site, s.pod) == (row.site, row.pod)), 0.0)
        if row.used is not None or row.unmet == "list":  # where people stand on a list, no capacity was left over
            return contacts.from_use(activity, row.used or 1.0)
        used = np.maximum(self.draws.of("contacts.used", row.pod, owner), 0.01)
        return contacts.from_use(activity, used)

    def _gives_up(self, row: ContactCapacity, owner: str) -> Any:
        """Share of those not seen who are gone for good at the month's end: all, where nobody waits."""
        if row.unmet == "list":
            return 0.0
        if row.unmet != "waits":
            return 1.0
        if row.gives_up is not None:
            return row.gives_up
        return np.clip(self.draws.of("contacts.gives_up", row.pod, owner), 0.0, 1.0)

    def arrive(self, care: Flow) -> None:
        """Adds what spilled last month to the care asked for, before any door gives."""
        self.spills.arrive(care)

    def capacity(self, place: Place) -> Any:
        """Contacts that a door can give this month, ``[future]``; no limit where contacts.csv has no row for it."""
        if place not in self.places:
            return np.inf
        return self.can[self.places.index(place)]

    def waiting(self) -> dict[Place, Any]:
        """People in the backlog of each door where people wait, at the month's end, ``[future]``."""
        return {p: self.backlog[n] for n, p in enumerate(self.places) if self.rows[n].unmet == "waits"}

    def month(
        self, number: int, care: Flow, uptake: Mapping[str, Array], most: Mapping[Place, Any] | None = None
    ) -> None:
        """Gives care up to capacity, to all who ask and wait alike; what is on a list is left to the lists.

        most: by place, contacts that contracts have agreed, ``[future]``; None: no such limit.
        """
        if not self.rows:
            return
        self.can = self._capacities(number, uptake)
        self.following.month(number, care.untouched)
        asked = self._rows([care.activity.get(p, 0.0) for p in self.places])
        residents = parts(care, self.places, self.homes, self.draws)
        if self.owed is None:
            self.owed = residents * _share(self.backlog, asked)[:, None]
        limit = np.where(self.listed[:, None], np.inf, self.can)
        if most:
            agreed = self._rows([most.get(p, np.inf) for p in self.places])
            limit = np.minimum(limit, np.where(self.listed[:, None], np.inf, agreed))
        given = contacts.contacts_given(asked, self.backlog, limit)
        waiting = asked + self.backlog
        left = contacts.gone(waiting - given, self.gives_up)
        after = contacts.next_backlog(asked, self.backlog, given, left)
        served, lost = _share(given, waiting)[:, None], _share(left, waiting)[:, None]
        owed = residents + self.owed
        self._give(care, given, owed * served)
        sent = self.spills.send(left, owed * lost)
        self.owed = owed * _share(after, waiting)[:, None]
        self.backlog = after
        self.now = ClinicMonth(asked, self.can, given, after, left, sent)

    def _give(self, care: Flow, given: Array, residents: Array) -> None:
        """Sets what is given, and of it to the residents of each home."""
        for n, place in enumerate(self.places):
            care.give(place, given[n], {home: residents[n, h] for h, home in enumerate(self.homes)})

    def _capacities(self, number: int, uptake: Mapping[str, Array]) -> Array:
        """Contacts that each door can give in a month, ``[row, future]``."""
        name = self.baseline.months[number]
        strength = self._rows([
            self.workforce.strength(owner, row.group) if row.group else 1.0
            for row, owner in zip(self.rows, self.owners, strict=True)
        ])  # fmt: skip
        opened, productivity = self.draws.zeros(len(self.rows)), self.draws.ones(len(self.rows))
        for initiative, p in self.opening:
            own = amount_of(self.draws, initiative, p, self.started) * self._come(initiative, number)
            staffed = np.where(own > 0, self.workforce.staffed(initiative), 1.0)
            opened[self.places.index((p.site, p.pod))] += own * staffed
        for initiative, p in self.productive:
            change = uptake[initiative] * self.draws.amount(initiative, p) * p.ratio
            for n in self.plainly:
                if p.organisation in ("", self.owners[n]) and p.group in ("", self.rows[n].group):
                    productivity[n] *= np.maximum(1.0 - change, 0.0)
        grown, share = self.following.grown(), days_in(name) / year_days(name)
        found: Array = contacts.capacity(self.usual, strength, productivity, grown, opened, share)
        return found

    def _come(self, initiative: str, number: int) -> Any:
        """How far an initiative has come, 0 to 1, ``[future]``; 0 after its end."""
        i, start = self.initiatives[initiative], self.started[initiative]
        return up.ramp(number - start, i.ramp_months) * (number <= self.ends[initiative])

    def record(self, recorder: Recorder) -> None:
        """Writes down one month by door, and by pod for the system."""
        if self.now is None:
            return
        month = self.now
        parts = (month.asked, month.can, month.given, month.backlog, month.left, month.sent)
        asked, can, given, backlog, left, sent = self.sums(np.stack(parts, axis=1)).swapaxes(0, 1)
        values = {
            "asked": asked, "contacts_capacity": can, "not_given": np.maximum(asked - given, 0.0), "backlog": backlog,
            "lost": left, "spilled": sent, "wait_months": contacts.mean_wait(backlog, given + left),
            "used_capacity": np.where(can > 0, given / np.where(can > 0, can, 1.0), 0.0),
        }  # fmt: skip
        for outcome, value in values.items():
            recorder.each(outcome, self.entities, value)


def _share(part: Array, whole: Array) -> Array:
    """A part over the whole; 0 of nothing."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


def _tables(plan: Plan) -> tuple[tuple[ContactCapacity, ...], tuple[Spill, ...]]:
    """Doors in order of site and pod, and the ways between them; none where the component is off."""
    if plan.level("contacts") == "off":
        return (), ()
    rows = [r for r in plan.tables.get("contacts", ()) if isinstance(r, ContactCapacity) and r.site != OUTSIDE]
    spills = tuple(r for r in plan.tables.get("spills", ()) if isinstance(r, Spill))
    return tuple(sorted(rows, key=lambda r: (r.site, r.pod))), spills
