"""Care outside hospital in a made-up place: packages, the ways out of hospital to them, and councils that balance."""

from __future__ import annotations

from placeplan.core.tables import Activity, BedStock, CouncilRules, MoneyLine, Package, Pathway, Row
from placeplan.plan.synthetic_money import price_of
from placeplan.plan.synthetic_place import Place

WEEKS = 365.0 / 7.0
LASTS = {"home_care_week": 45.0, "residential_week": 110.0, "nursing_week": 60.0}
"""Weeks a package lasts around which a place's own are drawn."""
CHARGED = 0.12
"""Share of the fee that people pay to the council."""
SELF = 0.5
"""Packages that people pay themselves, for each public one, in care homes."""


def care_tables(place: Place, lines: tuple[Row, ...]) -> tuple[tuple[Row, ...], dict[str, tuple[Row, ...]]]:
    """Money lines that follow packages, and the rows of packages.csv, pathways.csv and councils.csv."""
    councils = place.of_type("council")
    packages = tuple(row for org in councils for row in _packages(place, org))
    pathways = tuple(
        row for b in place.tables["beds"] if isinstance(b, BedStock) and b.pool in ("medical", "general")
        for row in _pathways(place, b) if packages
    )  # fmt: skip
    rules: list[Row] = []
    for org in councils:
        cost = _cost(packages, org)
        rules.append(
            CouncilRules(
                council=org, reserves=float(round(0.05 * cost, -3)), floor=float(round(0.02 * cost, -3)),
                balances_by="reserves charging eligibility fees", source=place.dice.source,
            )
        )  # fmt: skip
    return _paid(place, lines, packages), {"packages": packages, "pathways": pathways, "councils": tuple(rules)}


def _packages(place: Place, org: str) -> list[Package]:
    """Public packages as the activity says, and homes that people pay themselves."""
    rows: list[Package] = []
    for kind in (pod for o, pod in place.residents if o == org):
        use, fee = round(place.residents[org, kind] / WEEKS, 1), price_of(place, org, kind)
        weeks = round(LASTS[kind] * place.dice.between(0.85, 1.15, "lasts", f"{org} {kind}"), 1)
        group = "care_workers" if kind == "home_care_week" else ""
        rows.append(
            Package(council=org, kind=kind, capacity=round(use * 1.06, 1), in_use=use, weeks=weeks, fee=fee,
                    charge=round(CHARGED * fee, 2), group=group, source=place.dice.source)
        )  # fmt: skip
        if kind != "home_care_week":
            rows.append(
                Package(council=org, kind=kind, funder="self", capacity=round(SELF * use * 1.08, 1), in_use=round(SELF * use, 1),
                        weeks=weeks, source=place.dice.source)
            )  # fmt: skip
    return rows


def _pathways(place: Place, beds: BedStock) -> list[Pathway]:
    """Most go home without care; the others need home care, a bed in a community hospital, or a care home."""
    community = [o for o in place.of_type("community") if place.pools(o)]
    shares = {"1": 0.13, "2": _stepping_down(place, community[0]) if community else 0.0, "3": 0.03}
    rows = [
        Pathway(
            site=beds.site,
            pool=beds.pool,
            pathway="0",
            share=round(1.0 - sum(shares.values()), 6),
            source=place.dice.source,
        )
    ]
    needs = {"1": {"kind": "home_care_week"}, "3": {"kind": "nursing_week"}}
    needs["2"] = {"to_site": community[0], "to_pool": "community"} if community else {}
    return rows + [
        Pathway(site=beds.site, pool=beds.pool, pathway=p, share=share, source=place.dice.source, **needs[p])  # type: ignore[arg-type]
        for p, share in shares.items() if share
    ]  # fmt: skip


def _stepping_down(place: Place, site: str) -> float:
    """Share of emergencies that go on in a community hospital: what makes a third of its admissions."""
    rows = [r for r in place.tables["activity"] if isinstance(r, Activity)]
    into = sum(r.activity for r in rows if (r.site, r.pod) == (site, "community_admission"))
    return round(min(0.04, into / 3.0 / sum(r.activity for r in rows if r.pod == "emergency_admission")), 4)


def _cost(packages: tuple[Package, ...], org: str) -> float:
    """£ a year that a council's packages cost."""
    return sum(p.in_use * p.fee * WEEKS for p in packages if p.council == org)


def _paid(place: Place, lines: tuple[Row, ...], packages: tuple[Package, ...]) -> tuple[Row, ...]:
    """The lines with one that follows a council's packages, and one that follows what people pay back."""
    replaced = {pod.replace("_week", "").replace("_", " ") for pod in LASTS}
    found: list[Row] = []
    for r in lines:
        assert isinstance(r, MoneyLine)
        cost = _cost(packages, r.organisation)
        charges = float(round(CHARGED * cost, -3))
        if cost and r.direction == "income":
            back = {
                "line": "charges",
                "amount": charges,
                "driver": "charges",
                "variable": 1.0,
                "inflator": "prices.care",
                "kind": "fees",
            }
            found += [r.model_copy(update={"amount": r.amount - charges}), r.model_copy(update=back)]
        elif not cost or r.line not in replaced:
            found.append(r)
    for org in place.of_type("council"):
        cost = float(round(_cost(packages, org), -3))
        found.append(MoneyLine(organisation=org, line="packages", direction="cost", amount=cost, driver="packages", variable=1.0,
                               inflator="prices.care", source=place.dice.source))  # fmt: skip
    return tuple(found)
