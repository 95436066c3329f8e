"""Contracts in a run: who pays whom how much each month. Inside the footprint payments sum to zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.contracts.base import Contract
from placeplan.core.calendar import days_in, year_days
from placeplan.core.tables import Organisation
from placeplan.effects.base import Primitive
from placeplan.model.demand import Home
from placeplan.model.draws import Draws
from placeplan.model.money import price_index

Array = np.ndarray[Any, np.dtype[np.float64]]


def homes(contracts: Iterable[Contract], areas: Iterable[str]) -> dict[str, Home]:
    """By area, the contracts that pay for its people by name; areas with the same ones need not be told apart."""
    named = sorted((c.id, c.areas) for c in contracts if c.areas)
    return {area: tuple(c for c, own in named if area in own) for area in areas}


class Payments:
    """The contracts of a run in order of id, for one block of futures."""

    def __init__(
        self, baseline: Baseline, contracts: tuple[Contract, ...], organisations: Sequence[Organisation], draws: Draws,
        recontracts: tuple[tuple[str, Primitive], ...], started: Mapping[str, Array], ends: Mapping[str, float],
    ) -> None:  # fmt: skip
        self.baseline, self.draws = baseline, draws
        self.organisations = {o.id: o for o in organisations}
        self.contracts = tuple(sorted(contracts, key=lambda c: c.id))
        self.recontracts, self.started, self.ends = recontracts, started, ends
        self.profiles = {pod: baseline.base_profile(pod) for pod in baseline.pods}

    def month(
        self, number: int, everybody: Mapping[tuple[str, str], Any],
        residents: Mapping[Home, Mapping[tuple[str, str], Any]],
    ) -> dict[str, Any]:  # fmt: skip
        """£ of the month by contract, nominal, ``[future]``.

        everybody, residents: contacts by (organisation, pod). A payer of the footprint pays for residents (of the areas
        that its contract names), one from outside for people from beyond.
        """
        name = self.baseline.months[number]
        found = {}
        for c in self.contracts:
            active = self._active(c, number)
            if active is None:
                found[c.id] = np.zeros(self.draws.count)
                continue
            activity = {pod: self._activity(c, pod, everybody, residents) for pod in c.pods()}
            prices = {q: self.draws.of(q, c.payee, c.payer) for q in c.quantities()}
            shares = {pod: float(self.profiles[pod][number % 12]) for pod in c.pods() if pod in self.profiles}
            shares[""] = days_in(name) / year_days(name)
            index = price_index(self.draws.of(c.uplift, c.payee, c.payer), number // 12) if c.uplift else 1.0
            found[c.id] = c.payment(activity, prices, shares) * index * active
        return found

    def _activity(
        self, c: Contract, pod: str, everybody: Mapping[tuple[str, str], Any],
        residents: Mapping[Home, Mapping[tuple[str, str], Any]],
    ) -> Any:  # fmt: skip
        """The payee's contacts of the month that this payer pays for, ``[future]``."""
        at, own = (c.payee, pod), np.zeros(self.draws.count)
        outside = self.organisations[c.payer].type == "outside"
        for home in sorted(residents):
            if outside or not c.areas or c.id in home:
                own = own + residents[home].get(at, 0.0)
        return everybody.get(at, 0.0) - own if outside else own

    def _active(self, c: Contract, number: int) -> Any:
        """1 where the contract runs in this month, ``[future]``; None where it runs in none.

        Of the initiatives that begin or end it the last to have started decides; of two in one month, the one that ends it.
        """
        name = self.baseline.months[number]
        waits = c.starts == "by_initiative"
        if (not waits and name < (c.starts or name)) or name > (c.ends or name):
            return None
        if not all(self.organisations[side].exists(name) for side in (c.payer, c.payee)):
            return None
        active = np.full(self.draws.count, 0.0 if waits else 1.0)
        last = np.full(self.draws.count, -np.inf)
        for begins in (True, False):
            for initiative, p in self.recontracts:
                if (p.new if begins else p.old) == c.id and number <= self.ends[initiative]:
                    start = self.started[initiative]
                    decides = (start <= number) & (start >= last)
                    active, last = np.where(decides, float(begins), active), np.where(decides, start, last)
        return active
