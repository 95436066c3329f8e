"""Checks of the tables: every row stands once, and names only what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from placeplan.core.errors import Problem
from placeplan.core.tables import (
    KEYS,
    Activity,
    AreaPeople,
    BedStock,
    Flow,
    MoneyLine,
    Organisation,
    Package,
    Projection,
    Rate,
    Season,
    Site,
    Stay,
    UnitCost,
)
from placeplan.plan.checks.base import check, known, organisations, pools, unknown
from placeplan.plan.draft import Draft
from placeplan.plan.library import library
from placeplan.plan.located import Item, Path
from placeplan.plan.lookalike import double, folded


@check("duplicate-row")
def rows_stand_once(draft: Draft) -> Iterator[Problem]:
    """No two rows have the same key."""
    for table, key in KEYS.items():
        first: dict[tuple[object, ...], int] = {}
        for item in draft.tables.get(table, ()):
            values = tuple(getattr(item.value, column) for column in key)
            if not item.own:
                continue
            if values in first:
                said = ", ".join(f"{c} {v}" for c, v in zip(key, values, strict=True) if v not in (None, ""))
                what = f"Line {item.row} repeats line {first[values]}: {said}."
                yield item.problem("duplicate-row", what, "Keep one of the two rows, or add their figures up.", key[0])
            first.setdefault(values, item.row)


@check("look-alike-ids")
def ids_differ_to_the_eye(draft: Draft) -> Iterator[Problem]:
    """No two organisations, sites, areas or pods look the same."""
    for table in ("organisations", "sites", "areas", "pods"):
        seen: dict[str, str] = {}
        told: set[str] = set()
        for item in draft.tables.get(table, ()):
            name = str(getattr(item.value, KEYS[table][0]))
            twin = double(name, (seen.setdefault(folded(name), name),))
            if twin and item.own and name not in told:
                told.add(name)
                what = f"“{name}” looks like “{twin[0]}”: {twin[1]}."
                yield item.warning("look-alike-ids", what, "Give one of them a plainer code.", KEYS[table][0])


@check("unknown-organisation", "look-alike")
def rows_name_known_organisations(draft: Draft) -> Iterator[Problem]:
    """Sites, money lines and councils name organisations of the plan."""
    for site in draft.rows("sites", Site):
        yield from unknown(draft, site, "organisation", site.value.organisation, "organisation")
    for line in draft.rows("money", MoneyLine):
        yield from unknown(draft, line, "organisation", line.value.organisation, "organisation")
    for area in draft.rows("areas", AreaPeople):
        if area.value.council:
            yield from unknown(draft, area, "organisation", area.value.council, "council")


@check("not-a-council")
def councils_are_councils(draft: Draft) -> Iterator[Problem]:
    """The council of an area is one."""
    kinds = {name: o.type for name, o in organisations(draft).items()}
    for area in draft.rows("areas", AreaPeople):
        kind = kinds.get(area.value.council, "council")
        if kind != "council":
            what = f"“{area.value.council}” is of type {kind}, not a council."
            yield area.problem("not-a-council", what, "Name the council, or mend its type.", "council")


@check("unknown-site", "look-alike")
def rows_name_known_sites(draft: Draft) -> Iterator[Problem]:
    """Activity, flows, beds and stays stand at known sites."""
    for activity in draft.rows("activity", Activity):
        yield from unknown(draft, activity, "site", activity.value.site, "site")
    for flow in draft.rows("flows", Flow):
        yield from unknown(draft, flow, "site", flow.value.site, "site")
    for beds in draft.rows("beds", BedStock):
        yield from unknown(draft, beds, "site", beds.value.site, "site")
    for stay in draft.rows("stays", Stay):
        yield from unknown(draft, stay, "site", stay.value.site, "site")


@check("unknown-area", "look-alike")
def rows_name_known_areas(draft: Draft) -> Iterator[Problem]:
    """Activity, flows and projections name areas of the plan."""
    for activity in draft.rows("activity", Activity):
        if activity.value.area:
            yield from unknown(draft, activity, "area", activity.value.area, "area")
    for flow in draft.rows("flows", Flow):
        yield from unknown(draft, flow, "area", flow.value.area, "area")
    for year in draft.rows("population", Projection):
        yield from unknown(draft, year, "area", year.value.area, "area")


@check("unknown-pod", "look-alike")
def rows_name_known_pods(draft: Draft) -> Iterator[Problem]:
    """Every point of delivery is in pods.csv or in the library."""
    for activity in draft.rows("activity", Activity):
        yield from unknown(draft, activity, "pod", activity.value.pod, "pod", library_pods())
    for flow in draft.rows("flows", Flow):
        if flow.value.pod != "all":
            yield from unknown(draft, flow, "pod", flow.value.pod, "pod", library_pods())
    for stay in draft.rows("stays", Stay):
        yield from unknown(draft, stay, "pod", stay.value.pod, "pod", library_pods())
    for table, cls in (("rates", Rate), ("seasons", Season), ("unit_costs", UnitCost)):
        for row in draft.tables.get(table, ()):
            if row.own and isinstance(row.value, cls):
                yield from unknown(draft, row, "pod", row.value.pod, "pod", library_pods())


def library_pods() -> frozenset[str]:
    """Pods of the library."""
    return frozenset(str(getattr(i.value, "id", "")) for i in library().tables["pods"])


@check("unknown-pod", "pod-without-activity", "look-alike")
def drivers_are_active(draft: Draft) -> Iterator[Problem]:
    """A cost line moves with activity, beds, staff, packages, charges for them, or a pod with activity or packages."""
    words = ("none", "activity", "beds", "staff", "packages", "charges")
    given = {(i.value.council, i.value.kind) for i in draft.rows("packages", Package)}
    for line in draft.rows("money", MoneyLine):
        if line.value.driver not in words and (line.value.organisation, line.value.driver) not in given:
            yield from active_pod(draft, line, line.value.driver, "driver", words)


def active_pod(
    draft: Draft, item: Item[Any], pod: str, at: str | Path, words: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """A problem where a pod is not known, or known and without activity."""
    wrong = list(unknown(draft, item, "pod", pod, at, (*words, *library_pods())))
    yield from wrong
    if not wrong and draft.whole("activity") and pod not in known(draft, "active pod"):
        what, mend = f"{pod} has no row in activity.csv.", "Add its activity (0 where it is new), or name another pod."
        yield item.problem("pod-without-activity", what, mend, at)


@check("unknown-pool")
def stays_name_pools_that_are_there(draft: Draft) -> Iterator[Problem]:
    """A stay is in a pool for which the site has beds."""
    beds = pools(draft)
    for stay in draft.rows("stays", Stay) if draft.whole("beds") else ():
        if stay.value.pool not in beds.get(stay.value.site, {}):
            what = f"Site {stay.value.site} has no {stay.value.pool} beds."
            mend = "Add the pool to beds.csv, or name one of the site's pools."
            yield stay.problem("unknown-pool", what, mend, "pool")


@check("unknown-assumption", "look-alike")
def lines_name_known_assumptions(draft: Draft) -> Iterator[Problem]:
    """Price and volume growth of money lines are assumptions."""
    for line in draft.rows("money", MoneyLine):
        for column in ("inflator", "growth"):
            name = getattr(line.value, column)
            if name:
                yield from unknown(draft, line, "assumption", name, column)


@check("ends-before-start", "outside-run")
def dates_are_in_order(draft: Draft) -> Iterator[Problem]:
    """Organisations and beds begin before they end, and are there at some time of the run."""
    run = run_months(draft)
    rows: list[Item[Organisation] | Item[BedStock]] = [
        *draft.rows("organisations", Organisation),
        *draft.rows("beds", BedStock),
    ]
    for item in rows:
        first, last = item.value.valid_from, item.value.valid_to
        if first and last and last < first:
            what = f"It ends in {last}, before it starts in {first}."
            yield item.problem("ends-before-start", what, "Mend one of the two months.", "valid_to")
        elif run and first and first > run[1]:
            what = f"It starts in {first}, after the run ends in {run[1]}."
            yield item.problem("outside-run", what, "Mend the month, or leave the row out.", "valid_from")
        elif run and last and last < run[0]:
            what = f"It ends in {last}, before the run starts in {run[0]}."
            yield item.problem("outside-run", what, "Mend the month, or leave the row out.", "valid_to")


def run_months(draft: Draft) -> tuple[str, str] | None:
    """First and last month of the run; None where plan.yaml could not be read."""
    if draft.about is None:
        return None
    start = draft.about.value.start
    number = int(start[:4]) * 12 + int(start[5:]) - 1 + draft.about.value.months - 1
    return start, f"{number // 12}-{number % 12 + 1:02d}"
