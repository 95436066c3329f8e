"""What others would have published of a made-up place: totals that it was set up by, and some that are kept back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from placeplan.core.calendar import days_in
from placeplan.core.tables import (
    OUTSIDE,
    Activity,
    BedStock,
    MoneyLine,
    Organisation,
    Reconciliation,
    Row,
    Season,
)
from placeplan.plan.library import library
from placeplan.plan.synthetic_people import Dice, sites_of
from placeplan.plan.synthetic_place import POOLS, kinds_of, nights_of

Tables = Mapping[str, tuple[Row, ...]]
LEAST_BEDS = 40.0
"""Pools with fewer beds in use are not kept back by quarter: chance alone moves them by more than the limit."""
MISCOUNT = 0.01
"""How far what others count by quarter lies off, at most, as a share."""


def published(dice: Dice, tables: Tables, year: int) -> tuple[Row, ...]:
    """Rows of reconcile.csv: care and running costs as the tables say them, beds in use, and these by quarter, kept back."""
    whose = {s: o.id for o in tables["organisations"] if isinstance(o, Organisation) for s in sites_of(tables, o.id)}
    rows = [*_beds(tables), *_care(tables), *_costs(tables), *_quarters(dice, tables, year)]
    period = f"{year}/{(year + 1) % 100:02d}"
    return tuple(
        Reconciliation(
            what=what, organisation=whose.get(entity.partition("/")[0], entity), outcome=outcome, entity=entity,
            period=f"{period} {quarter}".strip(), statistic="mean" if unit == "beds" else "sum", published=figure, unit=unit,
            tolerance=0.05 if quarter or unit == "beds" else 0.03 if unit == "£" else 0.02,
            kind="predicted" if quarter else "fitted", source=dice.source,
        ) for what, outcome, entity, figure, unit, quarter in rows
    )  # fmt: skip


Figure = tuple[str, str, str, float, str, str]
"""What is compared, outcome, entity, figure, unit, quarter."""


def _used(tables: Tables) -> dict[tuple[str, str], float]:
    return {(b.site, b.pool): b.occupied for b in tables["beds"] if isinstance(b, BedStock) and b.occupied is not None}


def _beds(tables: Tables) -> Iterator[Figure]:
    for (site, pool), used in _used(tables).items():
        yield f"Beds occupied, {site} {pool}", "occupied", f"{site}/{pool}", used, "beds", ""


def _given(tables: Tables) -> dict[tuple[str, str], float]:
    """Contacts of the base year by site and pod."""
    found: dict[tuple[str, str], float] = {}
    for row in tables["activity"]:
        if isinstance(row, Activity) and row.site != OUTSIDE:
            found[row.site, row.pod] = found.get((row.site, row.pod), 0.0) + row.activity
    return found


def _care(tables: Tables) -> Iterator[Figure]:
    for (site, pod), number in _given(tables).items():
        yield f"{pod.replace('_', ' ').capitalize()}, {site}", "activity", f"{site}/{pod}", number, "a year", ""


def _costs(tables: Tables) -> Iterator[Figure]:
    """Running costs of who gives care; a commissioner's are what it pays others."""
    for org in tables["organisations"]:
        if isinstance(org, Organisation) and org.type not in ("commissioner", "outside"):
            lines = [r for r in tables["money"] if isinstance(r, MoneyLine) and r.organisation == org.id]
            if cost := sum(r.amount for r in lines if r.direction == "cost"):
                yield f"Running costs, {org.id}", "operating_cost", org.id, cost, "£", ""


def _quarters(dice: Dice, tables: Tables, year: int) -> Iterator[Figure]:
    """Beds in use by quarter: those of the year, by how many of their patients come in it, miscounted a little.

    ``beds × Σ pods' share of bed-days × season of the quarter``: no part of the model is asked.
    """
    given, used = _given(tables), _used(tables)
    for site, kind in kinds_of(tables):
        for pool, users in POOLS.get(kind, ()):
            if used.get((site, pool), 0.0) < LEAST_BEDS:
                continue
            days = {p: given[site, p] * share * nights_of(dice, site, p) for p, share in users.items()}
            for n in range(4):
                mean = sum(d * season(p, year, n) for p, d in days.items()) / sum(days.values())
                off = dice.between(1.0 - MISCOUNT, 1.0 + MISCOUNT, "miscount", f"{site}/{pool} {n}")
                figure = round(used[site, pool] * mean * off, 1)
                yield (
                    f"Beds occupied, {site} {pool}, Q{n + 1}",
                    "occupied",
                    f"{site}/{pool}",
                    figure,
                    "beds",
                    f"Q{n + 1}",
                )


def season(pod: str, year: int, quarter: int) -> float:
    """How busy the days of a quarter (0: April to June) are against those of the financial year.

    >>> season("emergency_admission", 2016, 3) > season("emergency_admission", 2016, 1)
    True
    """
    index = {
        r.value.month: r.value.index
        for r in library().tables["seasons"]
        if isinstance(r.value, Season) and r.value.pod == pod
    }
    months = [(n % 12 + 1, year + (n >= 12)) for n in range(3, 15)]
    days = [days_in(f"{y}-{m:02d}") for m, y in months]
    busy = [d * index.get(m, 1.0) for d, (m, _) in zip(days, months, strict=True)]
    own = slice(3 * quarter, 3 * quarter + 3)
    return sum(busy[own]) / sum(days[own]) / (sum(busy) / sum(days))
