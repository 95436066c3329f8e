"""Building money, cash and agreed positions of a made-up place, and what its money lines are spent on."""

from __future__ import annotations

from placeplan.core.tables import Balance, CapitalRow, ControlTotal, MoneyLine, Row
from placeplan.plan.synthetic_place import Place

KINDS = {
    "pay": "pay", "supplies": "supplies", "drugs": "drugs", "estates": "estate", "prescribing": "prescribing",
    "primary care": "primary_care", "continuing care": "continuing_healthcare", "care beyond the footprint": "commissioned",
    "allocation": "allocation", "social work": "pay",
}  # fmt: skip
"""Kinds of lines by name; the others stay ``other``."""
WEARS = 0.3
"""Share of estates that is depreciation."""


def kinds(lines: tuple[Row, ...]) -> tuple[Row, ...]:
    """The lines with their kinds, and depreciation on a line of its own."""
    found: list[Row] = []
    for r in lines:
        assert isinstance(r, MoneyLine)
        line = r.model_copy(update={"kind": KINDS.get(r.line, "other")})
        if r.line == "estates":
            wears = float(round(WEARS * r.amount, -3))
            fixed = {"driver": "none", "variable": 0.0, "stepped": 0.0, "inflator": ""}
            found.append(
                line.model_copy(update={"line": "depreciation", "kind": "depreciation", "amount": wears} | fixed)
            )
            line = line.model_copy(update={"amount": r.amount - wears})
        found.append(line)
    return tuple(found)


def financial(years: tuple[int, ...]) -> tuple[str, ...]:
    """Financial years of the run: all years but the last.

    >>> financial((2016, 2017, 2018))
    ('2016/17', '2017/18')
    """
    return tuple(f"{y}/{(y + 1) % 100:02d}" for y in years[:-1])


def capital(place: Place, years: tuple[int, ...]) -> tuple[Row, ...]:
    """A limit of all together and one of the first hospital each year, a sale, and a grant."""
    source, names = place.dice.source, financial(years)
    owner = (place.of_type("acute", "community") or place.of_type("commissioner"))[0]
    rows: list[Row] = []
    for year in names:
        rows.append(CapitalRow(organisation="system", year=year, kind="limit", amount=45_000_000.0, source=source))
        rows.append(CapitalRow(organisation=owner, year=year, kind="limit", amount=30_000_000.0, source=source))
    rows.append(CapitalRow(organisation=owner, year=names[-1], kind="receipt", amount=2_500_000.0, source=source))
    grant = f"{years[0] + len(names) - 1}-09"
    rows.append(
        CapitalRow(organisation=owner, year=names[-1], kind="grant", amount=1_000_000.0, month=grant, source=source)
    )
    return tuple(rows)


def balances(place: Place, lines: tuple[Row, ...]) -> tuple[Row, ...]:
    """Cash of every organisation: ten to thirty days of its cost."""
    cost: dict[str, float] = {}
    for r in lines:
        assert isinstance(r, MoneyLine)
        cost[r.organisation] = cost.get(r.organisation, 0.0) + (r.amount if r.direction == "cost" else 0.0)
    return tuple(
        Balance(organisation=org, cash=float(round(spent / 365.0 * place.dice.between(10, 30, "cash", org), -3)),
                source=place.dice.source)
        for org, spent in cost.items()
    )  # fmt: skip


def control_totals(place: Place, years: tuple[int, ...]) -> tuple[Row, ...]:
    """Agreed positions: each hospital a small deficit that shrinks, the system none."""
    rows: list[Row] = []
    for n, year in enumerate(financial(years)):
        for org in place.of_type("acute"):
            agreed = -float(round(place.dice.between(0.5e6, 2e6, "agreed", org) / (1 + n), -3))
            rows.append(ControlTotal(organisation=org, year=year, position=agreed, source=place.dice.source))
        rows.append(ControlTotal(organisation="system", year=year, position=0.0, source=place.dice.source))
    return tuple(rows)
