"""Contracts in a run: who pays whom how much each month. Inside the footprint payments sum to zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.contracts.base import Contract
from placeplan.core.calendar import days_in, year_days
from placeplan.effects.base import Primitive
from placeplan.model.draws import Draws
from placeplan.model.money import price_index

Array = np.ndarray[Any, np.dtype[np.float64]]


class Payments:
    """The contracts of a run in order of id, for one block of futures."""

    def __init__(
        self, baseline: Baseline, contracts: tuple[Contract, ...], outside: frozenset[str], draws: Draws,
        recontracts: tuple[tuple[str, Primitive], ...],
    ) -> None:  # fmt: skip
        self.baseline, self.draws, self.outside = baseline, draws, outside
        self.contracts = tuple(sorted(contracts, key=lambda c: c.id))
        self.recontracts = recontracts
        self.profiles = {pod: baseline.base_profile(pod) for pod in baseline.pods}

    def month(
        self, number: int, everybody: Mapping[tuple[str, str], Any], residents: Mapping[tuple[str, str], Any],
        started: Mapping[str, Array],
    ) -> dict[str, Any]:  # fmt: skip
        """£ of the month by contract, nominal, ``[future]``.

        A payer of the footprint pays for residents, one from outside for people from beyond.
        """
        name = self.baseline.months[number]
        found = {}
        for c in self.contracts:
            active = self._active(c, number, name, started)
            if active is None:
                found[c.id] = np.zeros(self.draws.count)
                continue
            activity = {pod: self._activity(c, pod, everybody, residents) for pod in c.pods()}
            prices = {q: self.draws.of(q, c.id) for q in c.quantities()}
            shares = {pod: float(self.profiles[pod][number % 12]) for pod in c.pods() if pod in self.profiles}
            shares[""] = days_in(name) / year_days(name)
            index = price_index(self.draws.of(c.uplift), number // 12) if c.uplift else 1.0
            found[c.id] = c.payment(activity, prices, shares) * index * active
        return found

    def _activity(
        self, c: Contract, pod: str, everybody: Mapping[tuple[str, str], Any], residents: Mapping[tuple[str, str], Any]
    ) -> Any:
        """The payee's contacts of the month that this payer pays for, ``[future]``."""
        own = residents.get((c.payee, pod), 0.0)
        if c.payer in self.outside:
            own = everybody.get((c.payee, pod), 0.0) - own
        return own + np.zeros(self.draws.count)

    def _active(self, c: Contract, number: int, name: str, started: Mapping[str, Array]) -> Any:
        """1 where the contract runs in this month, ``[future]``; None where it runs in none."""
        active: Any = np.ones(self.draws.count)
        if c.starts == "by_initiative":
            active = np.zeros(self.draws.count)
        elif (c.starts is not None and name < c.starts) or (c.ends is not None and name > c.ends):
            return None
        for initiative, p in self.recontracts:
            begun = (started[initiative] <= number).astype(float)
            if p.new == c.id:
                active = np.maximum(active, begun)
            if p.old == c.id:
                active = active * (1.0 - begun)
        return active
