"""Ways out of hospital: who needs which kind of care, from whom, and how many places that leaves for each pool.

A *supplier* is a stock of packages, or a pool of beds into which people step down. A *route* leads from one exit of one pool
to one supplier: the pool's patients need the care of the council where they live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.pools import PoolStock
from placeplan.core.sums import Groups
from placeplan.core.tables import OUTSIDE, AreaPeople, Row
from placeplan.core.tables.packages import Package, Pathway
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]

ELSEWHERE = -1
"""Supplier of people whose council gives no packages here, or who live beyond the footprint: never short."""
ROUNDING = 1e-9
ROOMY = 2.0
"""Where one council is short, another's people take at most so many times what they ask for: its room is not the other's."""


@dataclass(frozen=True)
class Route:
    """One exit of one pool to one supplier, and the part of the exit's people who need it from there."""

    exit: int
    pool: int
    supplier: int
    part: float


@dataclass
class Hospital:
    """What hospitals ask of the month, people, ``[route, future]`` unless stated."""

    needing: Array
    asked: Array
    own: Array
    """Places."""
    once: Array
    """Leave with their care at once, ``[exit, pool, future]``."""
    left: Array
    """Places a month left for those who are held up, ``[exit, pool, future]``."""


def rest_of(parts: Array) -> Array:
    """What shares leave of 1, ``[pool, future]``; nothing where they sum to 1 but for rounding."""
    rest: Array = 1.0 - parts.sum(axis=0)
    return np.where(rest > ROUNDING, rest, 0.0)


def council_shares(baseline: Baseline, tables: Mapping[str, Sequence[Row]], pool: PoolStock) -> dict[str, float]:
    """Where the emergency patients of a pool live, as shares by council; "" for nobody's, and for people from beyond."""
    council = {r.area: r.council for r in tables["areas"] if isinstance(r, AreaPeople)}
    use = dict(pool.emergency)
    found: dict[str, float] = {}
    for s in baseline.streams:
        if s.site == pool.site and s.pod in use:
            name = "" if s.area == OUTSIDE else council.get(s.area, "")
            found[name] = found.get(name, 0.0) + float(s.cells.sum()) * use[s.pod]
    total = sum(found.values())
    return {name: found[name] / total for name in sorted(found)} if total else {"": 1.0}


def supplier_parts(packages: Sequence[Package], kind: str, council: str) -> list[tuple[int, float]]:
    """Stocks that give a kind of care to the people of one council, and their parts by what starts there in a week."""
    own = [(n, p.in_use / p.weeks) for n, p in enumerate(packages) if (p.council, p.kind) == (council, kind)]
    total = sum(flow for _, flow in own)
    if not own:
        return [(ELSEWHERE, 1.0)]
    return [(n, flow / total if total else 1.0 / len(own)) for n, flow in own]


class Pathways:
    """The exits of all pools, their shares and their routes."""

    def __init__(
        self, baseline: Baseline, tables: Mapping[str, Sequence[Row]], packages: Sequence[Package], draws: Draws
    ) -> None:
        self.draws = draws
        rows = [r for r in tables["pathways"] if isinstance(r, Pathway)]
        self.names = tuple(sorted({"0"} | {r.pathway for r in rows}))
        ids = {p.id: n for n, p in enumerate(baseline.pools)}
        rows = [r for r in rows if f"{r.site}/{r.pool}" in ids]
        self.pools = tuple(p.id for p in baseline.pools)
        self.beds = tuple(sorted({f"{r.to_site}/{r.to_pool}" for r in rows if r.to_site} & set(ids)))
        """Pools of beds into which people step down; their suppliers come after the packages."""
        self.bed_rows = [ids[name] for name in self.beds]
        self.share = np.zeros((len(self.names), len(self.pools)))
        """Share of those ready to leave, ``[exit, pool]``; 0 for exit 0, which asks for nothing."""
        self.modelled = np.zeros((len(self.pools), 1))
        """1 where the pool's ways out are given, ``[pool, 1]``."""
        parts: dict[tuple[int, int, int], float] = {}
        for r in rows:
            exit_, pool = self.names.index(r.pathway), ids[f"{r.site}/{r.pool}"]
            self.modelled[pool] = 1.0
            if r.pathway == "0":
                continue
            self.share[exit_, pool] += r.share
            for supplier, part in self._suppliers(baseline, tables, packages, r, baseline.pools[pool]):
                at = (exit_, pool, supplier)
                parts[at] = parts.get(at, 0.0) + part * r.share
        self.routes = tuple(
            Route(*at, parts[at] / self.share[at[0], at[1]]) for at in sorted(parts) if self.share[at[0], at[1]] > 0
        )
        """In order of exit, pool and supplier; the parts of an exit of a pool sum to 1."""
        self._by_route(len(packages) + len(self.beds))

    def _by_route(self, suppliers: int) -> None:
        """What each route has, in rows ``[route, 1]``, and how routes are summed."""
        self.exit_of, self.pool_of = [r.exit for r in self.routes], [r.pool for r in self.routes]
        self.supplier_of = [r.supplier for r in self.routes]
        self.part = np.array([[r.part] for r in self.routes]).reshape(-1, 1)
        self.near = np.array([[r.supplier != ELSEWHERE] for r in self.routes], dtype=bool).reshape(-1, 1)
        rows = list(enumerate(self.routes))
        self._suppliers_sum = Groups([[n for n, r in rows if r.supplier == one] for one in range(suppliers)])
        exits, pools = (range(n) for n in self.share.shape)
        self._exits_sum = Groups([[n for n, r in rows if (r.exit, r.pool) == (e, p)] for e in exits for p in pools])

    def _suppliers(
        self, baseline: Baseline, tables: Mapping[str, Sequence[Row]], packages: Sequence[Package], row: Pathway,
        pool: PoolStock,
    ) -> list[tuple[int, float]]:  # fmt: skip
        """Suppliers of one row of `pathways.csv` with their parts."""
        if row.to_site:
            return [(len(packages) + self.beds.index(f"{row.to_site}/{row.to_pool}"), 1.0)]
        return [
            (supplier, share * part)
            for council, share in council_shares(baseline, tables, pool).items()
            for supplier, part in supplier_parts(packages, row.kind, council)
        ]

    def by_supplier(self, values: Array) -> Array:
        """Sums of what each route has, ``[route, future] → [supplier, future]``; what goes elsewhere is left out."""
        found: Array = self._suppliers_sum(values)
        return found

    def by_exit(self, values: Array, start: Array | None = None) -> Array:
        """Sums over the routes of each exit of each pool, ``[exit, pool, future]``; start: to what they are added."""
        shape = (*self.share.shape, values.shape[1])
        first = None if start is None else start.reshape(-1, values.shape[1])
        found: Array = self._exits_sum(values, first).reshape(shape)
        return found

    def of_route(self, values: Array) -> Array:
        """What holds for each route's exit and pool, ``[exit, pool, future] → [route, future]``."""
        found: Array = values[self.exit_of, self.pool_of]
        return found

    def limits(self, room: Array, asked: Array) -> tuple[Array, Array]:
        """People of the month for whom there are places: by route, and by exit and pool ``[exit, pool, future]``.

        room: people of the month whom each supplier can take from hospital, ``[supplier, future]``; asked: by route.
        Suppliers divide what they have among those who ask. Where one of an exit's suppliers is short, the others give no
        more than `ROOMY` times what is asked of them.
        """
        every, places = self.by_supplier(asked)[self.supplier_of], room[self.supplier_of]
        shared = (every > 0) & np.isfinite(places) & self.near
        part = np.where(shared, places, 0.0) * asked / np.where(shared, every, 1.0)
        own = np.where(shared, part, np.inf)
        lacking = own + ROUNDING < asked * (1.0 - ROUNDING)
        short = self.of_route(self.by_exit(lacking.astype(float))) > 0
        own = np.where(short, np.minimum(own, ROOMY * asked), own)
        limit = self.by_exit(own)
        limit[self.share == 0.0] = np.inf
        return own, limit

    def portion(self, weights: Array) -> Array:
        """Each route's part of its exit's people by some weights, ``[route, future]``; its usual part where all are 0."""
        total = self.of_route(self.by_exit(weights))
        some = total > 0
        return np.where(some, weights / np.where(some, total, 1.0), self.part)

    def divided(self, left: Array, own: Array, asked: Array) -> Array:
        """Those who left by each exit ``[exit, pool, future]``, divided over its routes: nobody beyond its places."""
        part = self.portion(np.minimum(own, asked))
        first = np.minimum(self.of_route(left) * part, own)
        room = np.minimum(own, 1e9) - first
        spare = self.of_route(self.by_exit(room))
        rest = self.of_route(self.by_exit(-first, left))
        found: Array = first + rest * room / np.where(spare > 0, spare, 1.0)
        return found
