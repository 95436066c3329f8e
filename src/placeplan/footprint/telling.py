"""What a first plan says of itself: its description, its sources, its claims, and what was not to be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from placeplan.footprint.ground import Ground, Row
from placeplan.footprint.judged import BASE_YEAR, Unpublished
from placeplan.footprint.judged import rows as judged_rows
from placeplan.footprint.money import Budget
from placeplan.footprint.shelf import WANTED, Shelf, title
from placeplan.plan.schema import GIVEN_BY

GAP = "gap_2020_21"
NEWEST = "2020-06"
"""Month of the newest figure: small areas of mid-2020."""


def about(ground: Ground, tables: Mapping[str, list[Row]], made: Budget) -> dict[str, Any]:
    """The content of ``plan.yaml``."""
    place = ground.entry.name
    missing = ground.figures.shelf.missing()
    told = [{"what": f"{WANTED[x][0].upper()}{WANTED[x][1:]}", "reason": f"No file of it was in the folder: {title(x)}"} for x in missing]  # fmt: skip
    found: dict[str, Any] = {
        "placeplan": 1, "name": f"{place}: a first plan", "place": place, "about": _words(ground), "start": f"{BASE_YEAR[:4]}-04",
        "months": 60, "base_year": BASE_YEAR, "judge_from": "2017/18", "price_base": BASE_YEAR, "data_date": NEWEST,
        "levels": levels(tables), "claims": _claims(ground),
        "not_published": told + [{"what": r.what, "reason": r.reason} for r in judged_rows("unpublished", Unpublished)],
        "contradictions": _odd(ground, made),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value != []}


def _words(ground: Ground) -> str:
    people, groups = ground.people.total(), ground.groups
    named = ", ".join(t.name + (f" ({t.part:.0%} of it)" if t.part < 1 else "") for t in ground.trusts)
    bought = f" Care is bought by {', '.join(groups.values())}" + (", which stand here as one commissioner." if len(groups) > 1 else ".")  # fmt: skip
    left = f" Left to neighbours: {'; '.join(ground.people.left_out)}." if ground.people.left_out else ""
    return (
        f"{people:,.0f} people in {_many(len(ground.people.areas), 'area')}, {_many(len(ground.councils), 'council')} for social care.{bought if groups else ''} "
        f"Trusts: {named}.{left} Made by placeplan from published files: {BASE_YEAR} is the base year, judged shares stand where nothing is "
        "published, and nobody in the place has assured any of it."
    )  # fmt: skip


def _many(count: int, thing: str) -> str:
    """A count in words.

    >>> _many(1, "council"), _many(6, "council")
    ('1 council', '6 councils')
    """
    return f"{count} {thing}{'' if count == 1 else 's'}"


def levels(tables: Mapping[str, list[Row]]) -> dict[str, str]:
    """Level of each component that the plan has: published where at least half of its rows are."""
    found = {}
    for component, table in (GIVEN_BY | ({"flow": "flows"} if tables.get("flows") else {})).items():
        rows = tables.get(table, [])
        if rows and not (component == "equity" and any(r.get("quintile") in (None, "") for r in rows)):
            published = sum(r["level"] == "published" for r in rows)
            found[component] = "published" if 2 * published >= len(rows) else "default"
    return found | {"contracts": "default"}


def _claims(ground: Ground) -> list[dict[str, Any]]:
    """The gap as it was stated, each source once."""
    query = 'select value, "of" from tidy where code = ? order by line'
    found: dict[float, dict[str, Any]] = {}
    for one in ground.figures.shelf.series("footprint_facts"):
        for value, of in one.ask(query, str(ground.entry.number)):
            measure, _, rest = of.partition(", ")
            scope, _, said = rest.partition(", ")
            if measure == GAP and value:
                words = {"nhs": "the NHS", "health_and_social_care": "health and social care"}.get(scope, "what it covers is not said")  # fmt: skip
                found.setdefault(float(value), {
                    "what": f"If nothing changes, {ground.entry.name} is short of {value / 1e6:,.0f} million pounds by 2020/21 ({words})",
                    "outcome": "position", "value": float(value), "unit": "£ a year", "year": "2020/21", "source": said,
                })  # fmt: skip
    return list(found.values())


def _odd(ground: Ground, made: Budget) -> list[dict[str, str]]:
    """Sources that do not agree, and what was done."""
    found = []
    if made.cut < 1:
        found.append({
            "what": "What trusts earn here, and what the commissioner has",
            "values": f"Judged shares of trusts' income come to more than a sum a head allows, by {1 / made.cut - 1:.0%}",
            "used": "The sum a head; all contracts of trusts are cut by one factor, and commissioners of elsewhere are taken to pay the rest",
        })  # fmt: skip
    people, listed = ground.people.total(), ground.entry.people
    if abs(people / listed - 1) > 0.005:
        found.append({
            "what": "People", "values": f"{people:,.0f} in mid-2016 (estimates since revised) and {listed:,.0f} in mid-2017 (small areas)",
            "used": "The first",
        })  # fmt: skip
    return found


def sources(shelf: Shelf) -> list[dict[str, str]]:
    """The files that were used, with publisher, period and licence."""
    found = []
    for layout in WANTED:
        for n, one in enumerate(shelf.series(layout)):
            first, last = one.periods
            when = first if first == last else f"{first} to {last}"
            found.append({"id": f"{layout.upper()}{f'_{n + 1}' if n else ''}", "title": one.layout.title, "publisher": one.layout.publisher, "date": when, "licence": one.layout.licence})  # fmt: skip
    return found


def counts(tables: Mapping[str, Iterable[Row]]) -> list[tuple[str, int, int]]:
    """Table, its published rows, its rows on default."""
    found = []
    for table, rows in tables.items():
        levels_ = [r["level"] for r in rows]
        if levels_:
            found.append((table, levels_.count("published"), levels_.count("default")))
    return found
