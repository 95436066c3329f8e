"""Published series → rows of the plan's own tables of one base year, with what could not be made and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from placeplan.core.errors import Problem
from placeplan.core.tables import KEYS, TABLES, Row
from placeplan.series.joint import Joint, joint
from placeplan.series.layout import Gives
from placeplan.series.periods import year_of
from placeplan.series.read import Series
from placeplan.series.why import problem

PERIODS = {"month": 12, "quarter": 4}
"""Periods of a year; of others one is a whole year."""
ANY_YEAR = ("flows", "unit_costs", "organisations", "sites")
"""Tables whose rows may come from another year than the base year; the source says which."""
Found = dict[tuple[tuple[str, str], ...], float]
"""Columns of a row with what stands in them → figure of the year."""


@dataclass
class Made:
    """Rows of a plan's tables, and what could not be made."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """What is wanted of the series."""

    year: str
    codes: Collection[str]
    names: Mapping[str, str]
    """Names of codes, for files that have none."""


def plan_rows(series: Sequence[Series], year: str, codes: Collection[str] = ()) -> Made:
    """Rows of the base year from all series that give any.

    Args:
        series: what was read.
        year: base year, ``2016/17``.
        codes: only figures of these organisations and areas (of flows: of the organisations); empty: all.

    A year counts only if all its months or quarters are there, in one file or in several of one layout: a missing month is not zero.
    """
    made = Made()
    wanted = Wanted(year, codes, _names(series))
    seen: dict[tuple[str, ...], str] = {}
    for one in joint(series):
        told = len(made.problems)
        for gives in one.layout.gives:
            for row in _rows(one, gives, wanted, made.problems):
                key = (gives.table, *(str(getattr(row, k)) for k in KEYS[gives.table]))
                if seen.setdefault(key, one.name) == one.name:
                    made.rows.setdefault(gives.table, []).append(row)
                else:
                    what = f"{seen[key]} gives {' '.join(key)} as well; the first counts."
                    made.problems.append(problem(one.name, 0, "", "given-twice", what, "Give one of the two files.", severity="warning"))  # fmt: skip
        if one.layout.gives and one.name not in seen.values() and told == len(made.problems):
            made.problems.append(_nothing(one, year))
    return made


def _rows(one: Joint, gives: Gives, wanted: Wanted, problems: list[Problem]) -> Iterator[Row]:
    """Rows that one rule gives."""
    wanted = replace(wanted, year=before(wanted.year)) if gives.year_before else wanted
    found, lines = _found(one, gives, gives.measure, wanted, problems)
    pairs = {column: _found(one, gives, measure, wanted, [])[0] for column, measure in gives.pairs.items()}
    for key, figure in found.items():
        cells: dict[str, Any] = dict(key)
        if cells.get("sex") == "all":  # both sexes together stand beside each of them
            continue
        when = cells.pop("__when")
        if gives.column:
            per = pairs.get("per", {}).get(key)
            cells[gives.column] = figure if per is None else figure / per if per else None
        cells |= {column: values[key] for column, values in pairs.items() if key in values and column != "per"}
        cells |= {"source": f"{one.source}, {when}", "level": "published"} | (
            {"note": gives.note} if gives.note else {}
        )
        try:
            yield TABLES[gives.table][0].model_validate(cells)
        except ValidationError as refused:
            error = refused.errors()[0]
            what = f"{gives.table}: {', '.join(str(v) for k, v in key if k != '__when')} cannot stand in the plan: {error['loc'][0]}: {error['msg']}."
            problems.append(problem(one.name, lines.get(key, 0), "", "not-of-plan", what, "Look the row up in the file.", severity="warning"))  # fmt: skip


def _found(
    one: Joint, gives: Gives, measure: str, wanted: Wanted, problems: list[Problem]
) -> tuple[Found, dict[tuple[tuple[str, str], ...], int]]:
    """Figures of the year by the columns of their row, and the line of each."""
    measure, _, division = measure.partition("|")
    found: Found = defaultdict(float)
    lines: dict[tuple[tuple[str, str], ...], int] = {}
    left: dict[str, int] = {}
    part: set[tuple[tuple[str, str], ...]] = set()
    for cells, periods in _grouped(one, gives, measure, division, wanted, problems).items():
        told = dict(zip(("code", "name", "other", "of", "sex", "age", "text"), cells, strict=True))
        needed = PERIODS.get(one.layout.period.kind, 1) if gives.over_year != "last" else 1
        if gives.year_before and one.layout.period.kind in PERIODS and not max(periods).endswith(("-03", "Q4")):
            left[told["code"]] = len(periods)  # the base year begins where the year before ends, not a month earlier
            continue
        told["name"] = told["name"] or wanted.names.get(told["code"], told["code"])
        key = _key(gives, told, max(periods), wanted.year)
        if len(periods) < needed:
            left[told["code"]] = len(periods)
            part.add(key)
            continue
        values = [v for _, (v, _) in sorted(periods.items())]
        figure = {"sum": sum(values), "mean": sum(values) / len(values), "last": values[-1]}[gives.over_year]
        found[key] += figure
        lines.setdefault(key, min(line for _, line in periods.values()))
    if left:
        kind = one.layout.period.kind
        shown = ", ".join(f"{code} ({n} of {PERIODS[kind]} {kind}s)" for code, n in sorted(left.items())[:5])
        more = f" and {len(left) - 5} more" if len(left) > 5 else ""
        what = f"No {gives.table} of {gives.measure}: {wanted.year} is not whole for {shown}{more}."
        problems.append(problem(one.name, 0, "", "year-not-whole", what, "Find the missing part, or state the year yourself.", severity="warning"))  # fmt: skip
    return {key: figure for key, figure in found.items() if key not in part}, lines


def _grouped(
    one: Joint, gives: Gives, measure: str, division: str, wanted: Wanted, problems: list[Problem]
) -> Mapping[tuple[str, ...], dict[str, tuple[float, int]]]:
    """Figures by what they are of, each with its periods of the year."""
    marks = ", ".join("?" for _ in wanted.codes)
    columns = ("code", "text", "left(code, 3)") if gives.table == "sites" else ("code",)
    only = f"and ({' or '.join(f'{column} in ({marks})' for column in columns)})" if wanted.codes else ""
    query = f'select code, name, other, "of", sex, age, text, period, coalesce(value, 0), line from tidy where measure = ? {only}'
    if one.layout.period.kind == "year" and gives.table not in ANY_YEAR:
        query += f" and period {'>=' if gives.table == 'population' else '='} '{wanted.year[:4]}'"
    found: dict[tuple[str, ...], dict[str, tuple[float, int]]] = defaultdict(dict)
    came: dict[tuple[tuple[str, ...], str], Series] = {}
    twice: dict[str, tuple[str, str]] = {}
    for part, (*cells, period, value, line) in one.ask(query, measure, *[*wanted.codes] * len(columns)):
        fits = cells[3] == division if division else not gives.of or re.fullmatch(gives.of, cells[3])
        dated = gives.table in (*ANY_YEAR, "population", "areas") or year_of(period) == wanted.year
        if fits and dated:
            cells[3] = "" if division else cells[3]
            cells[6] = period if gives.table == "population" else cells[6]
            if came.setdefault((tuple(cells), period), part) is not part:
                twice.setdefault(
                    part.name, (came[tuple(cells), period].name, f"{gives.table} of {cells[0]} in {period}")
                )
                continue
            found[tuple(cells)][period] = (float(value), int(line))
    for name, (first, said) in twice.items():
        what = f"{first} gives {said} as well; the first counts."
        problems.append(problem(name, 0, "", "given-twice", what, "Give one of the two files.", severity="warning"))
    return found


def _key(gives: Gives, told: Mapping[str, str], period: str, year: str) -> tuple[tuple[str, str], ...]:
    """Columns of a row as the rule sets them, with the period for its source."""
    words = {"of": _word(gives, told["of"]), "text": _word(gives, told["text"])}
    given = {**told, **words, "code3": told["code"][:3], "band": five_years(told["age"]), "period": period}
    set_so = tuple((column, text.format_map(given)) for column, text in gives.sets.items())
    return (
        *set_so,
        ("__when", period if gives.table in (*ANY_YEAR, "population", "areas") or gives.over_year == "last" else year),
    )


def _word(gives: Gives, written: str) -> str:
    """The plan's word for a division, itself where the rule has none."""
    return next(
        (word for pattern, word in gives.words.items() if re.fullmatch(pattern, written, re.IGNORECASE)), written
    )


def _nothing(one: Joint, year: str) -> Problem:
    """That a file gives no row: mostly because it is of other years."""
    tables = " or ".join(dict.fromkeys(g.table for g in one.layout.gives))
    what = f"It gives no row of {tables}: nothing of {year} for what was asked; it is of {' to '.join(one.periods)}."
    return problem(
        one.name, 0, "", "year-not-there", what, "Find the file of that year, or ask for another.", severity="warning"
    )


def _names(series: Sequence[Series]) -> dict[str, str]:
    """Code → name, from all files that say it."""
    return {
        c: n
        for one in series
        for c, n in one.ask("select code, any_value(name) from rows where why is null and name <> '' group by 1")
    }


def before(year: str) -> str:
    """The financial year before one.

    >>> before("2016/17"), before("2000/01")
    ('2015/16', '1999/00')
    """
    start = int(year[:4]) - 1
    return f"{start}/{(start + 1) % 100:02d}"


def five_years(age: str) -> str:
    """The five-year band of a single year of age; a band stays.

    >>> five_years("7"), five_years("90"), five_years("101"), five_years("90+"), five_years("0-4")
    ('5-9', '90+', '90+', '90+', '0-4')
    """
    if not age.isdigit():
        return age
    start = int(age) // 5 * 5
    return "90+" if start >= 90 else f"{start}-{start + 4}"
