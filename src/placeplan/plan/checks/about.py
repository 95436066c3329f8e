"""Checks of plan.yaml, and of what people call their sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from placeplan.core.errors import Problem, nearest
from placeplan.core.records import Record
from placeplan.core.tables import has_quintiles
from placeplan.plan.checks.base import check
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item, Path
from placeplan.plan.schema import CAN_REST, COMPONENTS, ELEMENTS, GIVEN_BY

PATH = re.compile(r"\.\./|\.\.\\|~/|/[\w.-]+/|[A-Za-z]:\\|file:", re.IGNORECASE)


def year_of(month: str) -> str:
    """Financial year of a month.

    >>> year_of("2017-03"), year_of("2017-04")
    ('2016/17', '2017/18')
    """
    first = int(month[:4]) - (month[5:] < "04")
    return f"{first}/{(first + 1) % 100:02d}"


def years_of(draft: Draft) -> tuple[str, ...]:
    """Financial years of the run; none where plan.yaml could not be read."""
    if draft.about is None:
        return ()
    first = int(draft.about.value.start[:4])
    return tuple(year_of(f"{first + n}-04") for n in range(draft.about.value.months // 12))


def is_year(text: str) -> bool:
    """Whether a financial year names two years that follow each other.

    >>> is_year("2016/17"), is_year("2016/18")
    (True, False)
    """
    return bool(re.fullmatch(r"\d{4}/\d{2}", text)) and (int(text[:4]) + 1) % 100 == int(text[5:])


@check("bad-year")
def years_name_two_that_follow(draft: Draft) -> Iterator[Problem]:
    """Financial years are written as one year and the next."""
    if draft.about is None:
        return
    for column in ("base_year", "judge_from", "price_base"):
        year = getattr(draft.about.value, column)
        if not is_year(year):
            what = f"“{year}” is not a financial year: {year[:4]} is followed by {(int(year[:4]) + 1) % 100:02d}."
            yield draft.about.problem("bad-year", what, "Write a financial year as 2016/17.", column)


@check("start-not-april", "wrong-price-base", "judge-outside")
def the_years_fit(draft: Draft) -> Iterator[Problem]:
    """The run begins in April of the base year, in its prices, and the years judged lie in the run."""
    if draft.about is None:
        return
    item, about, years = draft.about, draft.about.value, years_of(draft)
    april = f"{about.base_year[:4]}-04"
    if about.start != april:
        what = f"The run starts in {about.start}, and the base year {about.base_year} in {april}."
        yield item.problem("start-not-april", what, f"Write start: {april}, or mend base_year.", "start")
    if about.price_base != about.base_year:
        what = f"Costs stand in prices of {about.price_base}, activity and money in those of {about.base_year}."
        mend = f"Bring every price to {about.base_year} and write price_base: {about.base_year}."
        yield item.problem("wrong-price-base", what, mend, "price_base")
    if is_year(about.judge_from) and about.judge_from not in years:
        what = f"{about.judge_from} is not a year of the run, {years[0]} to {years[-1]}."
        yield item.problem("judge-outside", what, "Choose a year of the run, or more months.", "judge_from")


@check("unknown-component")
def levels_are_of_components(draft: Draft) -> Iterator[Problem]:
    """Levels of detail name components of the model."""
    for name in draft.about.value.levels if draft.about else ():
        if name not in COMPONENTS and draft.about:
            near = nearest(name, COMPONENTS)
            mend = f"Write “{near}”." if near else f"Known: {', '.join(COMPONENTS)}."
            what = f"There is no component “{name}”."
            yield draft.about.problem("unknown-component", what, mend, ("levels", name), near)


@check("off-but-given", "level-of-nothing")
def levels_are_of_what_is_given(draft: Draft) -> Iterator[Problem]:
    """What has a level is given; what is given is not off, unless the model can leave it out."""
    about = draft.about
    for name, level in about.value.levels.items() if about else ():
        given = _given(draft, name)
        if about is None or given is None:
            continue
        file = f"{GIVEN_BY[name]}.csv" if name in GIVEN_BY else f"the folder {name}"
        if level == "off" and given and name not in CAN_REST:
            what = f"{name} is off, and {file} is there, which the model would use."
            yield about.problem("off-but-given", what, "State another level, or take the file away.", ("levels", name))
        elif level != "off" and not given:
            what = f"{name} stands on “{level}”, and nothing of it is given."
            mend = f"Give {file}{' with quintiles' if name == 'equity' else ''}, or take the level away."
            yield about.problem("level-of-nothing", what, mend, ("levels", name))


def _given(draft: Draft, component: str) -> bool | None:
    """Whether the plan has what a component needs; None where that could not be read."""
    if component in ("contracts", "initiatives"):
        there = bool(draft.contracts if component == "contracts" else draft.initiatives)
        return there or None if not draft.whole_elements() else there
    table = GIVEN_BY.get(component, "")
    if not table or not draft.whole(table):
        return None
    rows = tuple(item.value for item in draft.tables.get(table, ()))
    return has_quintiles(rows) if component == "equity" else bool(rows)


@check("outside-folder")
def sources_are_no_paths(draft: Draft) -> Iterator[Problem]:
    """A source is a dataset or a page, not a place on somebody's machine."""
    for item in _sourced(draft):
        for path, source in _sources(item.value, ()):
            if PATH.match(source):
                what, mend = f"“{source}” is a path.", "Name the dataset and filter, or the title and date of the page."
                yield item.problem("outside-folder", what, mend, path)


def _sourced(draft: Draft) -> Iterator[Item[Any]]:
    for rows in draft.tables.values():
        yield from (item for item in rows if item.own)
    for part in ELEMENTS:
        yield from (item for item in getattr(draft, part) if item.own)


def _sources(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Record):
        for name in type(value).model_fields:
            part = getattr(value, name)
            if name == "source":
                yield (*path, name), part
            elif isinstance(part, (Record, tuple)):
                yield from _sources(part, (*path, name))
    elif isinstance(value, tuple):
        for n, part in enumerate(value):
            yield from _sources(part, (*path, n))
