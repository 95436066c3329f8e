"""Activity plans: contracts that limit activity itself; what is asked beyond them is not given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from placeplan.contracts.base import Contract
from placeplan.contracts.plans import PlannedActivity, agreed, given_share
from placeplan.model.flow import Flow
from placeplan.model.money import price_index
from placeplan.model.payments import Payments
from placeplan.model.record import SYSTEM, Recorder


class ActivityPlans:
    """The activity plans of a run's contracts, for one block of futures."""

    def __init__(self, payments: Payments) -> None:
        self.payments, self.draws, self.baseline = payments, payments.draws, payments.baseline
        self.plans = sorted(self._plans(), key=lambda found: (found[0].id, found[1].pod))
        self.room = [np.zeros(self.draws.count) for _ in self.plans]
        """Room that earlier months of the year have left, contacts, ``[future]``."""

    def _plans(self) -> Iterator[tuple[Contract, PlannedActivity]]:
        for c in self.payments.contracts:
            yield from ((c, p) for p in c.activity_plan)

    def month(self, number: int, care: Flow, recorder: Recorder) -> None:
        """Limits the care of a month to what was agreed, and writes down what was refused."""
        refused: dict[str, Any] = {}
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
            care.limit(at, homes, share)
        self.room[n] = np.where(active > 0, np.maximum(room - asked, 0.0), 0.0)
        return asked * (1.0 - share)

    def _agreed(self, c: Contract, p: PlannedActivity, number: int) -> Any:
        """`contracts.plans.agreed` of one month, contacts, ``[future]``."""
        profile = p.profile or self.payments.profiles[p.pod]
        index = price_index(self.draws.of(p.growth, c.payee, c.payer), number // 12)
        return agreed(p.contacts, float(profile[number % 12]), index)
