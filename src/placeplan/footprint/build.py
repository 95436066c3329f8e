"""All files of a first plan: tables, contracts and what it says of itself, as texts by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from placeplan.core.tables import TABLES
from placeplan.footprint import (
    aligned,
    beds,
    care,
    flows,
    money,
    near,
    paying,
    posts,
    prices,
    rates,
    social,
    telling,
    totals,
    waits,
)
from placeplan.footprint.figures import Figures
from placeplan.footprint.ground import COMMUNITY, HOSPITALS, MINDS, PRACTICES, Ground, Row, on, row
from placeplan.footprint.judged import Entry
from placeplan.footprint.people import AGES, LATER, NOW, SEXES, Places
from placeplan.footprint.shelf import Shelf, title
from placeplan.plan.write import csv_text, yaml_text

ONS = "ONS mid-year population estimates"
NAMED = {
    PRACTICES: ("General practices of {}", "primary_care"), COMMUNITY: ("Community care of {} by others", "community"),
    MINDS: ("Mental-health care of {} by others", "mental_health"), HOSPITALS: ("Hospitals of {}", "acute"),
}  # fmt: skip
"""Organisations that no register knows: their name and kind."""


@dataclass
class FirstPlan:
    """A first plan as files."""

    entry: Entry
    texts: dict[str, str]
    tables: dict[str, list[Row]]
    notes: list[str] = field(default_factory=list)


@dataclass
class Workshop:
    """A shelf with what all footprints share, so that many plans are made of one reading."""

    shelf: Shelf
    figures: Figures
    places: Places
    spent: Mapping[str, social.Spent]


def workshop(shelf: Shelf) -> Workshop:
    """Read what all footprints share."""
    figures = Figures(shelf)
    return Workshop(shelf, figures, Places(shelf), social.returned(figures))


def first_plan(shop: Workshop, entry: Entry) -> FirstPlan:
    """The files of one footprint's first plan.

    Raises:
        PlanError: where the files do not say who lives there.
    """
    ground = on(shop.figures, shop.places, entry)
    went = flows.flows(ground)
    given = care.care(ground, went)
    packs = social.packages(ground, shop.spent)
    budget = money.budget(ground, went, given)
    tables = _tables(ground, shop, went, given, packs, budget)
    contracts = paying.contracts(ground, went, given, budget, shop.spent)
    tables["organisations"] = organisations(ground, tables)
    texts = _texts(ground, shop, tables, contracts, budget)
    hospitals = {t.code: prices.residents(t.code, went, given) for t in ground.trusts if t.kind == "acute"}
    other = aligned.form(contracts.values(), hospitals)
    if other:
        texts["payment_forms/aligned.yaml"] = yaml_text(other)
    return FirstPlan(entry, texts, tables, ground.notes)


def _tables(
    ground: Ground, shop: Workshop, went: flows.Flows, given: list[Row], packs: list[Row], budget: money.Budget
) -> dict[str, list[Row]]:
    stock = beds.beds(ground, given)
    staffed = posts.staff(ground)
    listed = waits.lists(ground, given)
    spilled = waits.spills(given)
    kinds = {(p["council"], p["kind"]) for p in packs}
    return {
        "organisations": [], "areas": areas(ground), "population": population(ground),
        "activity": given + social.activity(ground, shop.spent, packs), "flows": flows.rows(ground, went), "seasons": waits.seasons(ground),
        "rates": rates.rates(ground),
        "unit_costs": prices.unit_costs(), "beds": stock, "stays": beds.stays(given, stock),
        "pathways": beds.ways_out(given, stock, packs), "lists": listed,
        "contacts": waits.contacts(given, staffed, listed, bool(spilled)), "spills": spilled, "staff": staffed,
        "packages": packs, "councils": social.councils(ground, shop.spent),
        "money": money.money(ground, budget, shop.spent, kinds),
        "reconcile": totals.totals(ground, given, stock, shop.spent, packs), **near.near(ground),
    }  # fmt: skip


def areas(ground: Ground) -> list[Row]:
    """Rows of ``areas.csv``."""
    source = (
        f"{ONS}, mid-{NOW}; a district has its share of its council's people in each broad band (small areas, mid-2020)"
    )
    return [
        row(source, "published", area=a.code, name=a.name, council=a.council, quintile=a.quintile, sex=sex, age=age, people=round(ground.people.counted.get((a.code, sex, age), 0.0), 1))
        for a in ground.people.areas for sex in SEXES for age in AGES
    ]  # fmt: skip


def population(ground: Ground) -> list[Row]:
    """Rows of ``population.csv``: each year on the way to where cohorts go on."""
    source = f"{ONS}: cohorts go on as from 2011 to 2016"
    made = []
    for area in ground.people.areas:
        for sex in SEXES:
            for age in AGES:
                now, later = (p.get((area.code, sex, age), 0.0) for p in (ground.people.counted, ground.people.later))
                for year in range(NOW, LATER + 1):
                    people = now * (later / now) ** ((year - NOW) / (LATER - NOW)) if now and later else now
                    made.append(row(source, "published", area=area.code, sex=sex, age=age, year=year, people=round(people, 1)))  # fmt: skip
    return made


def organisations(ground: Ground, tables: Mapping[str, list[Row]]) -> list[Row]:
    """Rows of ``organisations.csv``: whoever stands in another table."""
    groups, place = ground.groups, ground.entry.name
    name = f"Clinical commissioning groups of {place}" if len(groups) != 1 else next(iter(groups.values()))
    together = ", ".join(f"{n} ({c})" for c, n in groups.items()) if len(groups) > 1 else ""
    made = [row(title("footprint_groups"), "published" if groups else "default", together, id=ground.commissioner, name=name, type="commissioner")]  # fmt: skip
    for t in ground.trusts:
        part = f" (part of {place})" if t.part < 1 else ""
        made.append(row(title("providers"), "published", f"{t.why}; part taken: {t.part:.1%}", id=t.code, name=t.name + part, type=t.kind))  # fmt: skip
    used = {r["site"] for r in tables["activity"]}
    made += [row("Own name", "default", id=i, name=n.format(place), type=k) for i, (n, k) in NAMED.items() if i in used]
    for c in ground.councils:
        part = f" (part of {place})" if c.part < 1 else ""
        made.append(row("ONS codes of councils", "published", f"part taken: {c.part:.1%} of its people" if part else "", id=c.code, name=c.name + part, type="council"))  # fmt: skip
    made.append(row("ODS code", "published", id=paying.ENGLAND, name="NHS England", type="outside"))
    return made


def _texts(ground: Ground, shop: Workshop, tables: Mapping[str, list[Row]], contracts: Mapping[str, Any], budget: money.Budget) -> dict[str, str]:  # fmt: skip
    texts = {"plan.yaml": yaml_text(telling.about(ground, tables, budget))}
    for name, rows in tables.items():
        cls, needed = TABLES[name]
        if rows or needed:
            texts[f"{name}.csv"] = csv_text(cls, [cls.model_validate(_cells(r)) for r in rows])
    for name, contract in sorted(contracts.items()):
        texts[f"contracts/{name}.yaml"] = yaml_text(contract)
    return texts | {"sources.yaml": yaml_text({"sources": telling.sources(shop.shelf)})}


def _cells(given: Row) -> Row:
    """A row without its blanks, which stand for the default of their column."""
    return {column: value for column, value in given.items() if value not in ("", None)}
