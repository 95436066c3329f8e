"""How long people stay in each pool: fitted to the base year's beds, and its wait to leave taken out first."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.pools import PoolStock
from placeplan.core.calendar import year_days
from placeplan.core.sums import rows_of
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]

Users = tuple[tuple[str, float], ...]
"""Pods that use a pool, and the share of their admissions that does."""

MOST_SHARE = 0.99
"""Greatest share of stays that are short, or of nights that are delay: a draw beyond it counts as this."""
NO_DELAY = frozenset({"women_children", "virtual"})
"""Pools whose patients are not held up on leaving."""


def fitted_nights(occupied: Any, days: Any, elective_bed_days: Any, admissions: Any) -> Any:
    """Mean stay of emergencies that fills the base year's beds: ``(occupied × days − elective) / admissions``.

    occupied: beds at midnight, daily average; elective_bed_days, admissions: of the base year; midnights per admission.

    >>> round(float(fitted_nights(261.2, 365, 4352 * 3.0, 21816)), 2)
    3.77
    """
    return np.maximum((occupied * days - elective_bed_days) / admissions, 0.05)


def midnight_beds(occupied: Any, by_day: Any) -> Any:
    """Beds occupied at midnight where they were counted by day: ``occupied / by_day``.

    by_day: patients at the day's count over patients at midnight: people who come and go on one day are there as well.

    >>> round(midnight_beds(210.0, 1.05), 9)
    200.0
    """
    return occupied / by_day


def delay_share(delayed: Any, days: Any, bed_days: Any) -> Any:
    """Share of emergency bed-days that fall after people are ready to leave: ``least(1, delayed × days / bed_days)``.

    delayed: beds of people ready to leave, daily average of the base year; bed_days: of its emergencies.

    >>> float(delay_share(20.0, 365, 73000.0))
    0.1
    """
    return np.minimum(1.0, delayed * days / np.maximum(bed_days, 1e-12))


class Nights:
    """Mean stays by pool and pod, for one block of futures."""

    def __init__(self, baseline: Baseline, draws: Draws) -> None:
        self.baseline, self.draws, self.pools = baseline, draws, baseline.pools
        self.known: dict[str, Array] = {}
        self.base = {(s.site, s.pod): 0.0 for s in baseline.streams}
        for s in baseline.streams:
            self.base[s.site, s.pod] += float(s.cells.sum())
        self.days = year_days(baseline.months[0])
        ratio = [np.maximum(draws.of("beds.daytime", p.id), 1.0) if p.by_day else 1.0 for p in self.pools]
        self.by_day: Array | None = self.rows(ratio) if any(p.by_day for p in self.pools) else None
        """Patients at the pool's own count over patients at midnight, ``[pool, future]``; None: all are midnights."""
        self.of: list[dict[str, Any]] = self._all()
        """By pool: midnights per admission by pod."""

    def rows(self, rows: list[Any]) -> Array:
        """One row a pool, ``[pool, future]``."""
        return rows_of(rows, self.draws.count)

    def drawn(self, assumption: str) -> Array:
        """An assumption, each pool's own draw where it has one, ``[pool, future]``."""
        if assumption not in self.known:
            self.known[assumption] = self.rows([self.draws.of(assumption, p.id) for p in self.pools])
        return self.known[assumption]

    def admitted(self, pool: PoolStock, users: Users) -> float:
        """Base-year admissions to a pool of some pods."""
        return sum((self.base.get((pool.site, pod), 0.0) * share for pod, share in users), 0.0)

    def may_wait(self) -> Any:
        """Whether a pool's patients are held up on leaving at all, ``[pool, 1]``: by the plan alone."""
        some = [not (p.pool in NO_DELAY or p.then or p.delayed == 0.0) for p in self.pools]
        return np.array(some, dtype=bool)[:, None]

    def held_share(self) -> Array:
        """Share of emergency bed-days after people are ready to leave, ``[pool, future]``: as counted, or assumed."""
        rows = []
        for pool, nights, waits in zip(self.pools, self.of, self.may_wait()[:, 0], strict=True):
            if not waits:
                share: Any = 0.0
            elif pool.delayed is not None:
                users = emergencies(pool)
                bed_days: Any = sum((self.admitted(pool, (u,)) * nights[u[0]] for u in users), 0.0)
                share = delay_share(pool.delayed, self.days, bed_days)
            else:
                share = self.draws.of("stay.delay_share", pool.id)
            rows.append(np.clip(share, 0.0, MOST_SHARE))
        return self.rows(rows)

    def usual(self, pool: PoolStock, users: Users, nights: dict[str, Any]) -> Any:
        """Mean stay of some pods together at base-year numbers, midnights per admission; 0 where there are none."""
        admissions = self.admitted(pool, users)
        if not admissions:
            return sum((nights[pod] for pod, _ in users), 0.0) / len(users) if users else 0.0
        bed_days: Any = sum((self.admitted(pool, (u,)) * nights[u[0]] for u in users), 0.0)
        return bed_days / admissions

    def _all(self) -> list[dict[str, Any]]:
        """Mean stays by pool and pod: as stated, fitted, or as elsewhere where care is new."""
        found = [self._nights(p) for p in self.pools]
        for pool, nights in zip(self.pools, found, strict=True):
            for pod, _ in emergencies(pool):
                nights.setdefault(pod, self._elsewhere(pod, found))
        return found

    def _nights(self, pool: PoolStock) -> dict[str, Any]:
        """Mean stay by pod as stated, or fitted to the occupied beds: of emergencies, else of planned patients."""
        nights: dict[str, Any] = dict(pool.nights)
        urgent = emergencies(pool)
        unknown = tuple(u for u in urgent if u[0] not in nights)
        if not self.admitted(pool, urgent):
            unknown = (*unknown, *(u for u in pool.elective if u[0] not in nights))
        admissions = self.admitted(pool, unknown)
        fit = pool.occupied is not None and admissions > 0
        for pod, _ in pool.elective:
            if pod not in nights and not (fit and pod in dict(unknown)):
                nights[pod] = self.draws.of("stay.elective_nights", pool.id)
        if fit:
            users = [(pod, share) for pod, share in (*pool.elective, *urgent) if pod in nights]
            known: Any = sum((self.admitted(pool, (u,)) * nights[u[0]] for u in users), 0.0)
            fitted = fitted_nights(self._occupied(pool), self.days, known, admissions)
            nights |= {pod: fitted for pod, _ in unknown}
        return nights

    def _occupied(self, pool: PoolStock) -> Any:
        """Beds occupied at midnight in the base year."""
        if not pool.by_day:
            return pool.occupied
        return midnight_beds(pool.occupied, np.maximum(self.draws.of("beds.daytime", pool.id), 1.0))

    def _elsewhere(self, pod: str, nights: list[dict[str, Any]]) -> Any:
        """Mean stay of a pod over the pools that have it, else of all emergencies, else of planned patients."""
        known = [
            (u[0], self.admitted(pool, (u,)), own[u[0]])
            for pool, own in zip(self.pools, nights, strict=True)
            for u in emergencies(pool)
            if u[0] in own
        ]
        for users in ([(n, stay) for other, n, stay in known if other == pod], [(n, stay) for _, n, stay in known]):
            whole = sum(number for number, _ in users)
            if whole:
                return sum((number * stay for number, stay in users), 0.0) / whole
        return self.draws.of("stay.elective_nights")


def emergencies(pool: PoolStock) -> Users:
    """Pods of a pool's emergencies, with the share that comes from other pools."""
    if not pool.later:
        return pool.emergency
    return tuple((pod, direct + later) for pod, direct, later in pool.through)
