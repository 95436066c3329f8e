"""Packages as they would be without initiatives: what a saving on a council's costs is measured against."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.capacity import packages as eq
from placeplan.model.flow import Flow
from placeplan.model.packages import Packages
from placeplan.model.workforce import Workforce

Array = np.ndarray[Any, np.dtype[np.float64]]


def hospital_untouched(needing: Any, admissions: Any, usual: Any) -> Any:
    """People who would need care to leave hospital without initiatives: ``needing × usual / admissions``.

    needing: people of the month with them; admissions, usual: emergencies of the month with them and without.

    A fifth of the emergencies is prevented:

    >>> float(hospital_untouched(40.0, 80.0, 100.0))
    50.0
    """
    return needing * np.where(admissions > 0, usual / np.where(admissions > 0, admissions, 1.0), 1.0)


class CareUntouched:
    """The stocks of a run if no initiative had begun, for one block of futures.

    Councils decide as they do in the run. People from hospital start in the month in which they are ready, as far as there is
    room: those who would still wait in a bed are not followed.
    """

    def __init__(self, packages: Packages, workforce: Workforce) -> None:
        self.packages, self.workforce = packages, workforce
        self.in_use: Array = packages.in_use
        self.before = self.in_use
        self.waiting = np.zeros(packages.shape)
        self.capacity = np.zeros(packages.shape)
        self.emergencies: dict[int, tuple[Any, Any]] = {}
        """By pool: emergencies of the month with the initiatives and without, ``[future]``."""

    def begin(self, number: int, care: Flow) -> None:
        """A month begins; what would be given of each kind replaces what would be asked for."""
        p = self.packages
        self.capacity = p.offered(self.workforce, {})
        for n in sorted({r.pool for r in p.ways.routes}):
            pool = p.baseline.pools[n]
            self.emergencies[n] = (
                sum((care.activity.get((pool.site, pod), 0.0) * share for pod, share in pool.emergency), np.zeros(p.draws.count)),
                sum((care.untouched.get((pool.site, pod), 0.0) * share for pod, share in pool.emergency), np.zeros(p.draws.count)),
            )  # fmt: skip
        for place, contacts in p.given(number, self.in_use):
            if place in care.untouched:
                care.untouched[place] = contacts

    def settle(self) -> None:
        """The month ends, once it has for the packages of the run."""
        p, m = self.packages, self.packages.month
        assert p.community is not None
        room = eq.places(self.capacity, self.in_use, m.turns)
        hospital = np.minimum(self._from_hospital(), room)
        asked = self.waiting + p.community * p.usual_needs * m.days * p.eligible()
        own = eq.starts(asked, room - hospital)
        self.waiting = eq.in_use_after(asked - own, 0.0, m.turns)
        self.before = self.in_use
        after = eq.in_use_after(self.in_use, hospital + own, m.turns)
        self.in_use = after + p.moving(after)

    def _from_hospital(self) -> Array:
        """Packages that people leaving hospital would ask for this month, ``[stock, future]``."""
        p = self.packages
        if not p.ways.routes:
            return np.zeros(p.shape)
        now, untouched = (np.stack([self.emergencies[n][k] for n in p.ways.pool_of]) for k in (0, 1))
        usual = hospital_untouched(p.hospital.needing, now, untouched)
        stocks = len(p.rows)
        asking: Array = p.ways.by_supplier(usual)[:stocks] * p.each[:stocks]
        return asking
