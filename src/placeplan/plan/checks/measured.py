"""Checks of when what contracts measure is known."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem
from placeplan.plan.checks.base import check
from placeplan.plan.checks.running import courses
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@check("never-known")
def what_is_measured_is_known_in_time(draft: Draft) -> Iterator[Problem]:
    """What a contract measures is known before its last month: the run's first month, quarter or year has to be over."""
    told: set[str] = set()
    for course in courses(draft)[:1]:
        for item in course.contracts:
            months = course.months[item.value.id]
            for measure, at in item.value.measures() if months else ():
                known = course.run[MONTHS[measure.over] : MONTHS[measure.over] + 1]
                if item.value.id not in told and known and max(months) < known[0]:
                    told.add(item.value.id)
                    yield _unknown(item, max(months), measure.over, known[0], (*at, "over"))


def _unknown(item: Item[Contract], last: str, over: str, known: str, at: tuple[str | int, ...]) -> Problem:
    what = f"The first {over} is known in {known}, and it pays until {last}."
    return item.warning("never-known", what, "Measure a shorter time (month or quarter), or let it run longer.", at)
