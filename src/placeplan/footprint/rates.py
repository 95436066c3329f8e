"""How need depends on age where the library's rates do not fit what is counted: maternity with newborn, and planned admissions."""

from __future__ import annotations

from placeplan.footprint.ground import Ground, Row, rounded, row
from placeplan.footprint.people import AGES, SEXES
from placeplan.footprint.shelf import title
from placeplan.series.plan_rows import five_years

ENGLAND = "E92000001"
HES = {"admissions": "all", "emergency admissions": "emergency", "day cases": "day_case"}
BIRTHS = (AGES[0], *AGES[3:9])
"""Bands of the newborn and of mothers."""


def rates(ground: Ground) -> list[Row]:
    """Rows of ``rates.csv``: England's of 2018/19; none where its ages or its people are not there."""
    planned, births = _england(ground)
    if not planned:
        return []
    source = f"{title('hes_ages')}, England April 2018 to March 2019, over people of mid-2018: admissions less emergencies and day cases"
    made = [row(f"{source}; under 45 the shape of day cases", "default", pod="elective_admission", sex="all", age=a, per_1000=rounded(planned[a], 4)) for a in AGES]  # fmt: skip
    for sex in SEXES:
        for age in AGES:
            mothers = births[age] if age == AGES[0] else 2 * births[age] if sex == "F" else 0.0
            made.append(row(f"{source} and planned, newborn and 15 to 44", "default", pod="maternity_admission", sex=sex, age=age, per_1000=rounded(mothers, 4)))  # fmt: skip
    return made


def _england(ground: Ground) -> tuple[dict[str, float], dict[str, float]]:
    """Planned admissions, and those of mothers and newborn, per 1,000 people by five-year band.

    Below 45 the rest of ordinary admissions is mostly births: planned care there follows the day cases.
    """
    shelf = ground.figures.shelf
    people: dict[str, float] = {}
    for age, n in shelf.ask("population", "select age, sum(value) from tidy where code = ? and period = '2018' group by 1", ENGLAND):  # fmt: skip
        people[five_years(age)] = people.get(five_years(age), 0.0) + float(n)
    counted: dict[str, dict[str, float]] = {name: dict.fromkeys(AGES, 0.0) for name in HES.values()}
    unknown = dict.fromkeys(HES.values(), 0.0)
    query = "select age, measure, sum(value) from tidy where period between '2018-04' and '2019-03' and measure in (select unnest(?)) group by 1, 2"
    for age, measure, n in shelf.ask("hes_ages", query, list(HES)):
        if age == "unknown":
            unknown[HES[measure]] += float(n)
        else:
            counted[HES[measure]][five_years(age.split("-")[0].rstrip("+"))] += float(n)
    if not all(people.get(a) and counted["all"][a] for a in AGES):
        return {}, {}
    spread = {name: 1 + unknown[name] / sum(by_age.values()) for name, by_age in counted.items()}
    rate = {name: {a: 1000 * n * spread[name] / people[a] for a, n in by_age.items()} for name, by_age in counted.items()}  # fmt: skip
    rest = {a: rate["all"][a] - rate["emergency"][a] - rate["day_case"][a] for a in AGES}
    follow = rest["45-49"] / rate["day_case"]["45-49"]
    young = {a: follow * rate["day_case"][a] for a in AGES[:9]}
    births = {a: max(rest[a] - young[a], 0.0) if a in BIRTHS else 0.0 for a in AGES[:9]}
    return {a: young.get(a, rest[a]) for a in AGES}, {a: births.get(a, 0.0) for a in AGES}
