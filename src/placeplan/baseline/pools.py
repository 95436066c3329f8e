"""Pools of beds of the base year: those open, those occupied, who fills them, and what they lend each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.core.tables import Activity, BedStock, Boarding, Row, Stay

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class PoolStock:
    """Beds of one pool at one site: those open by month, the base year's occupied, and who fills them."""

    site: str
    organisation: str
    pool: str
    open: Array
    """Beds open, ``[month]``."""
    occupied: float | None
    escalation: float | None
    emergency: tuple[tuple[str, float], ...]
    """Pods that come as emergencies, and the share of their admissions that use this pool."""
    elective: tuple[tuple[str, float], ...]
    nights: Mapping[str, float]
    """Stated stays by pod, midnights; pods without one are fitted."""
    later: tuple[tuple[str, float], ...] = ()
    """Pods whose patients come from another pool of the site, and the share of their admissions that does."""
    then: str = ""
    """Pool of the site in which stays go on (``site/pool``); "": they end here."""
    ring_fenced: float | None = None
    slots: float | None = None
    """Theatre slots for planned admissions a working day; None: by assumption."""
    delayed: float | None = None
    """Of the beds occupied: by people ready to leave; None: by assumption."""
    by_day: bool = False
    """Counted by day, not at midnight."""

    @property
    def id(self) -> str:
        """``site/pool``."""
        return f"{self.site}/{self.pool}"

    @property
    def through(self) -> tuple[tuple[str, float, float], ...]:
        """Pods of the pool's emergencies: the share that begins here, and the share that comes from another pool."""
        direct, later = dict(self.emergency), dict(self.later)
        return tuple((pod, direct.get(pod, 0.0), later.get(pod, 0.0)) for pod in {**direct, **later})

    @property
    def further(self) -> tuple[object, ...]:
        """What a plan may add to a pool, where it does."""
        parts = (self.later, self.then, self.ring_fenced, self.slots, self.delayed, self.by_day)
        return parts if parts != ((), "", None, None, None, False) else ()


@dataclass(frozen=True)
class LentBeds:
    """Beds that one pool lends to another pool's emergencies."""

    home: str
    """The pool that is full, ``site/pool``."""
    other: str
    share: float
    """Share of the other pool's open beds."""
    longer: float | None
    """Nights against those in the own pool; None: by assumption."""


def boarding(tables: Mapping[str, tuple[Row, ...]]) -> tuple[LentBeds, ...]:
    """The boarding matrix, in order of `order`, then of names."""
    rows = [r for r in tables.get("boarding", ()) if isinstance(r, Boarding)]
    rows = sorted(rows, key=lambda r: (r.order, r.site, r.pool, r.to_pool))
    return tuple(LentBeds(f"{r.site}/{r.pool}", f"{r.site}/{r.to_pool}", r.share, r.longer) for r in rows)


def pools(
    tables: Mapping[str, tuple[Row, ...]], sites: Mapping[str, str], uses: Mapping[str, str], run: tuple[str, ...]
) -> tuple[PoolStock, ...]:
    """Pools in order of site and pool, with dated beds and the pods that fill them."""
    rows = [r for r in tables["beds"] if isinstance(r, BedStock)]
    active = [r for r in tables["activity"] if isinstance(r, Activity)]
    pods = {r.pod for r in active}
    stays = sorted((r for r in tables["stays"] if isinstance(r, Stay)), key=lambda r: (r.site, r.pod, r.pool))
    found = []
    for site, pool in sorted({(r.site, r.pool) for r in rows}):
        own = [r for r in rows if (r.site, r.pool) == (site, pool)]
        users = {s.pod: s for s in stays if (s.site, s.pool) == (site, pool)}
        if not any(s.site == site for s in stays) and len({r.pool for r in rows if r.site == site}) == 1:
            shares = dict.fromkeys(sorted({r.pod for r in active if r.site == site}), 1.0)
        else:
            shares = {pod: users[pod].share for pod in sorted(users) if pod in pods}
        found.append(
            PoolStock(
                site, sites[site], pool, _open(own, run), _total(own, "occupied", run), _total(own, "escalation", run),
                tuple((p, s) for p, s in shares.items() if uses.get(p) == "emergency"),
                tuple((p, s) for p, s in shares.items() if uses.get(p) == "elective"),
                {p: float(users[p].nights or 0.0) for p in users if users[p].nights is not None},
                later=tuple((s.pod, s.share) for s in stays if (s.site, s.then) == (site, pool) and s.pod in pods),
                then=next((f"{site}/{users[p].then}" for p in sorted(users) if users[p].then), ""),
                ring_fenced=_total(own, "ring_fenced", run), slots=_total(own, "slots", run),
                delayed=_total(own, "delayed", run), by_day=any(r.count == "daytime" for r in own),
            )
        )  # fmt: skip
    return tuple(found)


def _open(rows: list[BedStock], run: tuple[str, ...]) -> Array:
    """Beds open by month: the sum of the rows valid in it."""
    return np.array([
        math.fsum(r.available for r in rows if (r.valid_from or m) <= m <= (r.valid_to or m)) for m in run
    ])  # fmt: skip


def _total(rows: list[BedStock], column: str, run: tuple[str, ...]) -> float | None:
    """Sum of a column over the rows valid in the first month; None where no row states it."""
    values = [getattr(r, column) for r in rows if (r.valid_from or run[0]) <= run[0] <= (r.valid_to or run[0])]
    known = [v for v in values if v is not None]
    return math.fsum(known) if known else None
