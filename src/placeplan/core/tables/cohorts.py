"""Cohorts: named groups of people with needs of their own, inside the cells of sex and age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from placeplan.core.records import Id, NameOrBlank, described
from placeplan.core.tables.base import AgeBand, Row, Share


class Cohort(Row):
    """Which share of the people of some cells belongs to a cohort, and which share of their need.

    A row without area, sex or age holds for all of them; where several rows hold for a cell, the one that names the area
    goes before, then the one that names the sex, then the one with the narrower ages. Cells without a row have nobody of
    the cohort. How far cohorts overlap stands in `plan.yaml` (`overlap`).
    """

    cohort: Id
    """Id of the cohort: frail, care_home, diabetes."""
    name: NameOrBlank = ""
    """What it is called in words."""
    area: str = ""
    """Area of residence; blank: all."""
    sex: Literal["F", "M", "all"] = "all"
    age: AgeBand | None = None
    """Ages, on edges of the age bands of areas.csv: ``65+``, ``75-84``; blank: all."""
    people: Share = described("share of the cell's people")
    """Read where `need` is blank; beside it, it is only checked."""
    need: Share | None = described("share of the cell's need, in all pods; blank: as its share of people", default=None)


class CohortNeed(Row):
    """A cohort's share of the need of one pod, where it is not that of `cohorts.csv`. Rows hold as there."""

    cohort: Id
    pod: Id
    area: str = ""
    """Area of residence; blank: all."""
    sex: Literal["F", "M", "all"] = "all"
    age: AgeBand | None = None
    """Ages, on edges of the age bands of areas.csv; blank: all."""
    need: Share = described("share of the cell's need of the pod")


Shared = Cohort | CohortNeed


def age_edges(age: str) -> tuple[int, int]:
    """First and last year of age of a band; an open one ends with 200.

    >>> age_edges("85-89"), age_edges("90+")
    ((85, 89), (90, 200))
    """
    low, _, high = age.rstrip("+").partition("-")
    return int(low), int(high) if high else 200


def holds(row: Shared, area: str, sex: str, age: str) -> bool:
    """Whether a row is about a cell."""
    if row.area not in ("", area) or row.sex not in ("all", sex):
        return False
    if row.age is None:
        return True
    (first, last), (low, high) = age_edges(row.age), age_edges(age)
    return first <= low and high <= last


def closest(rows: Sequence[Any], area: str, sex: str, age: str) -> Any:
    """Of the rows about a cell, the one that goes before: area named, then sex named, then narrower ages; None: no row."""

    def order(row: Shared) -> tuple[bool, bool, int]:
        first, last = (0, 999) if row.age is None else age_edges(row.age)
        return row.area == "", row.sex == "all", last - first

    return min((r for r in rows if holds(r, area, sex, age)), key=order, default=None)


def cohort_shares(
    own: Sequence[Cohort], of_pod: Sequence[CohortNeed], area: str, sex: str, age: str
) -> tuple[float, float]:
    """A cohort's share of a cell's people, and of its need.

    own: its rows; of_pod: its rows about the pod in question.
    """
    row = closest(own, area, sex, age)
    people = row.people if row else 0.0
    need = people if row is None or row.need is None else row.need
    exact = closest(of_pod, area, sex, age) if of_pod else None
    return people, exact.need if exact else need
