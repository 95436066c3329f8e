"""What of the beds stays the same all through a run: slots, beds of each kind, what pools lend, how stays react."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity import beds
from placeplan.core.calendar import month_days
from placeplan.model.draws import Draws
from placeplan.model.nights import Nights

Array = np.ndarray[Any, np.dtype[np.float64]]

PRESSURE = {"steady": 0.0, "shorter": -1.0, "longer": 1.0}
"""By form of stays: which way they go as beds fill."""


def usual_slots(ratio: Any, admissions: Any, working: Any) -> Any:
    """Theatre slots a working day where none are stated: ``ratio × admissions / working``.

    ratio: slots over what was used; admissions: planned ones of the base year; working: its working days.

    >>> usual_slots(1.1, 2530.0, 253)
    11.0
    """
    return ratio * admissions / working


def usual_escalation(share: Any, beds: Any) -> Any:
    """Escalation beds where none are stated: ``share × beds``, to the nearest whole one; beds: open in the first month.

    >>> float(usual_escalation(0.05, 310.0))
    16.0
    """
    return np.round(share * beds, 0)


class Terms:
    """Drivers of the beds that no month changes, ``[pool, future]``; what a plan does not have is None."""

    def __init__(self, baseline: Baseline, draws: Draws, fit: Nights, stays: str) -> None:
        self.pools, self.draws, self.fit = baseline.pools, draws, fit
        self.row = {p.id: n for n, p in enumerate(self.pools)}
        working = sum(d.working for m in baseline.months[:12] for d in month_days(m))
        self.slots = fit.rows([
            usual_slots(draws.of("elective.slots", p.id), fit.admitted(p, p.elective), working) if p.slots is None else p.slots
            for p in self.pools
        ])  # fmt: skip
        self.escalation = fit.rows([
            p.escalation if p.escalation is not None else usual_escalation(draws.of("beds.escalation", p.id), p.open[0] * draws.left("beds", p.organisation))
            for p in self.pools
        ])  # fmt: skip
        on = any(p.then for p in self.pools)
        self.onward = tuple(self.row.get(p.then, -1) for p in self.pools) if on else ()
        lent = baseline.boarding
        self.drivers: dict[str, Any] = {
            "ring_fenced": self._ring_fenced(), "onward": self.onward, "by_day": fit.by_day,
            "loans": tuple(beds.Loan(self.row[b.home], self.row[b.other], b.share) for b in lent),
            "longer": self._longer(baseline) if lent else None,
            "deaths": np.clip(fit.drawn("stay.deaths"), 0.0, 1.0),
            **self._pressure(stays),
        }  # fmt: skip

    def _ring_fenced(self) -> Array | None:
        """Beds kept for planned patients; None where no pool keeps any."""
        rows = [p.ring_fenced or 0.0 for p in self.pools]
        return self.fit.rows(rows) if any(rows) else None

    def _longer(self, baseline: Baseline) -> Array:
        """Nights of those who lie in another pool against the usual, ``[loan, future]``, at least 1."""
        rows = [self.draws.of("boarding.longer", b.home) if b.longer is None else b.longer for b in baseline.boarding]
        return np.maximum(self.fit.rows(rows), 1.0)

    def _pressure(self, stays: str) -> dict[str, Any]:
        """How stays react to full beds; nothing where they are steady."""

        def strength(form: str) -> Any:
            way = PRESSURE[form]
            return way * np.maximum(self.fit.drawn("stay.pressure"), 0.0) if way else way

        pressure = self.draws.in_form("stays", stays, strength)
        if isinstance(pressure, float):
            return {}
        return {"pressure": pressure, "pressure_from": self.fit.drawn("stay.pressure_from")}

    def with_later(self, daily: Array, planned: Array, goes_on: Array | None) -> Array:
        """Emergencies a day with those who come from another pool at a steady pace, ``[pool, future]``."""
        if goes_on is None:
            return daily
        found = daily.copy()
        for row, to in enumerate(self.onward):
            if to >= 0:
                found[to] += (daily[row] + planned[row]) * goes_on[row]
        return found
