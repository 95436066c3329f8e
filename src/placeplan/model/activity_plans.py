"""Activity plans: contracts that limit activity itself; what is asked beyond them is not given.

Where people wait for a pod (a list, a door of contacts.csv) the plan is one more limit there, and who is not seen waits;
elsewhere what is asked beyond the plan is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from placeplan.contracts.base import Contract
from placeplan.contracts.plans import PlannedActivity, agreed, given_share
from placeplan.core.tables import SYSTEM
from placeplan.model.flow import Flow
from placeplan.model.payments import Payments
from placeplan.model.record import Recorder

Place = tuple[str, str]


class ActivityPlans:
    """The activity plans of a run's contracts, for one block of futures."""

    def __init__(self, payments: Payments, waiting: frozenset[Place] = frozenset()) -> None:
        self.payments, self.draws, self.baseline = payments, payments.draws, payments.baseline
        self.plans = sorted(self._plans(), key=lambda found: (found[0].id, found[1].pod))
        self.room = [np.zeros(self.draws.count) for _ in self.plans]
        """Room that earlier months of the year have left, contacts, ``[future]``."""
        self.waiting = waiting
        self.most: dict[Place, Any] = {}
        """By place where people wait: contacts that may be given this month, ``[future]``; infinite without a plan."""
        self.asked: dict[Place, Any] = {}
        """By the same: contacts that are asked for this month, ``[future]``."""

    def _plans(self) -> Iterator[tuple[Contract, PlannedActivity]]:
        for c in self.payments.contracts:
            yield from ((c, p) for p in c.activity_plan)

    def month(self, number: int, care: Flow, recorder: Recorder) -> None:
        """Limits the care of a month to what was agreed, and writes down what was refused."""
        refused: dict[str, Any] = {}
        self.most, self.asked = {}, {}
        for n, (c, p) in enumerate(self.plans):
            lost = self._limit(n, number, care)
            for entity in (f"{c.payee}/{p.pod}", f"{SYSTEM}/{p.pod}"):
                refused[entity] = refused.get(entity, 0.0) + lost
        for entity in sorted(refused):
            recorder.put("activity_refused", entity, refused[entity])

    def _limit(self, n: int, number: int, care: Flow) -> Any:
        """Holds one plan to its contacts; returns what was asked beyond it, ``[future]``.

        At all sites of the payee, the people for whom the contract pays get the same share (`contracts.plans.given_share`).
        """
        c, p = self.plans[n]
        active = self.payments.active(c, number)
        homes = self.payments.homes_of(c, care.resident)
        places = [
            at
            for at in sorted(care.activity)
            if at[1] == p.pod and self.baseline.site_organisation.get(at[0]) == c.payee
        ]
        asked = sum((care.asked_by(at, homes) for at in places), np.zeros(self.draws.count))
        before = self.room[n] if p.carries and number % 12 else 0.0
        room = before + self._agreed(c, p, number)
        share = np.where(active > 0, given_share(asked, room), 1.0)
        for at in places:
            if at in self.waiting:
                own = care.asked_by(at, homes)
                part = own / np.where(asked > 0, asked, 1.0)
                self._hold(at, care, np.where(active > 0, care.activity[at] - own + room * part, np.inf))
            else:
                care.limit(at, homes, share)
        self.room[n] = np.where(active > 0, np.maximum(room - asked, 0.0), 0.0)
        return asked * (1.0 - share)

    def _hold(self, place: Place, care: Flow, most: Any) -> None:
        """Lets no more be given at a place than its part of what was agreed, and all that others ask."""
        self.most[place] = np.minimum(self.most.get(place, np.inf), most)
        self.asked[place] = care.activity[place]

    def within(self, capacity: Callable[[Place], Any]) -> Callable[[Place], Any]:
        """A capacity by place, held to what was agreed; where nothing else limits it, a plan makes nobody come sooner."""

        def held(place: Place) -> Any:
            can = capacity(place)
            if place not in self.most:
                return can
            return np.minimum(np.where(np.isfinite(can), can, self.asked[place]), self.most[place])

        return held

    def _agreed(self, c: Contract, p: PlannedActivity, number: int) -> Any:
        """`contracts.plans.agreed` of one month, contacts, ``[future]``."""
        profile = p.profile or self.payments.profiles[p.pod]
        index = self.payments.prices(p.growth, number, c.payee, c.payer)
        return agreed(p.contacts, float(profile[number % 12]), index)
