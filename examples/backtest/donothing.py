"""A plan that does nothing, for one place and origin, filled from what had been published by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ageing
from published import MAR, Published

from placeplan.core.tables import TABLES, Row
from placeplan.futures.assumptions import Assumption, Correlation
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan, PlanFile

Rows = dict[str, list[dict[str, object]]]
DAYS = 365.25
GROUPS = {"consultants": "doctors", "managers": "managers"}
"""Series → staff group of the library."""


def plan_of(place: str, data: Published, settings: Mapping[str, Any]) -> Plan:
    """The plan: one area, one organisation and site a trust, no initiative, the library's assumptions."""
    year, rules = data.origin, settings["places"][place]
    people, rates = ageing.tables(data, rules["districts"], settings["people"])
    rows: Rows = {"areas": list(_areas(place, people)), "components": rates, "organisations": []}
    for trust in rules["trusts"]:
        care = _care(data, trust, settings)
        if care:
            rows["organisations"].append({"id": trust, "name": trust, "type": "acute"})
            _trust(rows, trust, care, data, settings)
    about = PlanFile(
        placeplan=1, name=f"{place}, nothing done from {year}", place=place, start=f"{year}-04",
        months=12 * (1 + settings["horizon"]), base_year=_label(year), judge_from=_label(year + 1),
        price_base=_label(year), data_date=f"{year + 1}-03",
    )  # fmt: skip
    plan = with_library(Plan(about, {name: _rows(name, rows.get(name, [])) for name in TABLES}))
    return _with_own(plan, settings["assumptions"], settings["correlations"])


def _with_own(plan: Plan, own: Mapping[str, Any], together: Mapping[str, float | None]) -> Plan:
    """The plan with other distributions and correlations than the library's; those that it does not read are left out."""

    def rank(c: Correlation) -> float | None:
        return together.get(", ".join(c.members), c.rank_correlation)

    return plan.changed(
        assumptions=tuple(
            Assumption.model_validate(a.model_dump() | {"distribution": own[a.id]}) if a.id in own else a
            for a in plan.assumptions
        ),
        correlations=tuple(
            c.model_copy(update={"rank_correlation": rank(c)}) for c in plan.correlations if rank(c) is not None
        ),
    )


def _label(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def _rows(table: str, rows: list[dict[str, object]]) -> tuple[Row, ...]:
    cls = TABLES[table][0]
    return tuple(cls.model_validate({**row, "source": "published series", "level": "published"}) for row in rows)


def _areas(place: str, people: Any) -> Iterator[dict[str, object]]:
    for s, sex in enumerate(ageing.SEXES):
        for a, age in enumerate(ageing.AGES):
            yield {"area": "all", "name": place, "sex": sex, "age": age, "people": float(people[s, a])}


def _care(data: Published, trust: str, settings: Mapping[str, Any]) -> dict[str, float]:
    """Care of the base year by point of delivery; where the return has none, of the newest year before.

    Before there was a return: emergencies as many as fill the beds.
    """
    care = {}
    for pod in MAR:
        years = data.years(pod, trust)
        if years:
            care[pod] = years[max(years)]
    if not care:
        full = data.year("occupied", trust, data.origin)
        if full:
            care["emergency_admission"] = DAYS * full / settings["beds"]["nights_without_return"]
    for pod in ("ae_type1", "ae_other"):
        found = data.year(pod, trust, data.origin)
        if found:
            care[pod] = found
    return {pod: n for pod, n in care.items() if n > 0}


def _trust(rows: Rows, trust: str, care: Mapping[str, float], data: Published, settings: Mapping[str, Any]) -> None:
    """Adds the rows of one trust."""
    rows.setdefault("activity", []).extend({"pod": pod, "site": trust, "activity": n} for pod, n in care.items())
    beds, full = (data.year(series, trust, data.origin) for series in ("available", "occupied"))
    if beds and full and full >= settings["series"]["beds_occupied"]["least"] and "emergency_admission" in care:
        rows.setdefault("beds", []).append({"site": trust, "pool": "general", "available": beds, "occupied": full})
        planned = _planned_nights(care, full, settings["beds"])
        for pod in ("emergency_admission", "elective_admission"):
            if pod in care:
                nights = {"nights": planned} if pod == "elective_admission" else {}
                rows.setdefault("stays", []).append({"site": trust, "pod": pod, "pool": "general", **nights})
    rows.setdefault("money", []).extend(_money(trust, data, settings["money"]))
    for series, group in GROUPS.items():
        people = data.year(series, trust, data.origin)
        if people and people >= settings["series"][series]["least"]:
            funded = people / (1.0 - settings["staff"]["empty_posts"])
            rows.setdefault("staff", []).append(
                {"organisation": trust, "group": group, "funded": funded, "in_post": people}
            )


def _planned_nights(care: Mapping[str, float], full: float, rule: Mapping[str, Any]) -> float:
    """Nights of a planned admission: the usual, or the mean of all where emergencies' would be out of bounds."""
    emergencies, planned = care["emergency_admission"], care.get("elective_admission", 0.0)
    left = (DAYS * full - planned * rule["planned_nights"]) / emergencies
    low, high = rule["emergency_nights"]
    return float(rule["planned_nights"] if low <= left <= high else DAYS * full / (emergencies + planned))


def _money(trust: str, data: Published, rule: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Income, cost and financing lines; none where the accounts of the base year are missing."""
    income, cost, position = (data.year(s, trust, data.origin) for s in ("income", "cost", "position"))
    if income is None or cost is None or position is None:
        return
    if abs(income - cost - position) > rule["exceptional"] * income:
        cost = income - position
    care = rule["care_income"] * income
    moved = {"driver": "activity", "variable": 1.0, "inflator": "prices.tariff", "kind": "other"}
    yield {"organisation": trust, "line": "income from care", "direction": "income", "amount": care, **moved}
    rest = {"amount": income - care, "inflator": "prices.general"}
    yield {"organisation": trust, "line": "other income", "direction": "income", **rest}
    for line, (share, driver, variable, stepped, inflator, efficiency) in rule["lines"].items():
        steps = {"steps": max(1, round(cost * share * stepped / rule["ward_cost"]))} if stepped else {}
        yield {
            "organisation": trust, "line": line, "direction": "cost", "amount": cost * share, "driver": driver,
            "variable": variable, "stepped": stepped, "inflator": inflator, "efficiency": efficiency, **steps,
        }  # fmt: skip
    net = income - cost - position
    yield {"organisation": trust, "line": "below the operating result", "direction": "financing", "amount": net}
