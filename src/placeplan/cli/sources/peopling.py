"""The verb ``population``."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console

from placeplan.baseline.peopling import MET, SEXES, Given, NotMet, Peopled, balance, expectancies, peopled
from placeplan.baseline.projection import rows_for
from placeplan.cli.sources.published import published
from placeplan.cli.tell import print_json
from placeplan.core.errors import PlanError, Together
from placeplan.core.tables import PRINCIPAL, AreaPeople, Component, Level, Member, Projection, Row, Total, Variant
from placeplan.plan.located import problem
from placeplan.plan.peoplefile import PeopleFolder, read_people
from placeplan.plan.write import csv_text, refuse_used, write_files

LEVELS: tuple[Level, ...] = ("default", "published", "local")
FEW = 3
"""Sources named on a row that was made from many."""
BALANCE = ("variant", "area", "year", "before", "births", "deaths", "arrivals", "leavers", "after")
BY_VARIANT = ("variant", "area", "year", "people", "people_75_and_over")


def population(folder: Path, base: int, until: int, areas: Sequence[str], out: Path, as_json: bool) -> None:
    """Read people, rates, variants and totals; write a plan's areas.csv and population.csv, and how they came about."""
    refused = Together()
    refused.of(refuse_used, out)
    found_there = refused.of(published, folder, base, areas)
    read = refused.of(read_people, folder, found_there.rows, found_there.files) if found_there else None
    if until <= base:
        what = f"The last year, {until}, does not come after the base year, {base}."
        refused.problems.append(problem("--until", 0, "", "bad-year", what, "Give a later year."))
    if read is None or found_there is None or refused.problems:
        raise PlanError(refused.problems)
    with Console(stderr=True).status("projecting …"):
        found = _peopled(read, base, until)
    told, of = (*found_there.told, *_told(found, read)), _figures(found)
    write_files(_texts(found, told, of), out)
    if as_json:
        print_json({"ok": True, "folder": str(out), **of, "assumed": told})
        return
    typer.echo("\n".join([_sentence(of), *(f"- {line}" for line in told), f"Wrote {out}."]))


def _peopled(read: PeopleFolder, base: int, until: int) -> Peopled:
    given = Given(
        areas=read.rows("areas", AreaPeople), base=base, until=until, components=read.rows("components", Component),
        population=read.rows("population", Projection), variants=read.rows("variants", Variant),
        totals=read.rows("totals", Total), members=read.rows("members", Member),
    )  # fmt: skip
    if len(given.years) == 1:
        what = f"No year after {base} and up to {until} is in population.csv or totals.csv."
        raise PlanError([problem("--until", 0, "", "outside-run", what, "Give years that the tables have.")])
    try:
        return peopled(given)
    except NotMet as failed:
        row = failed.total
        what = (
            f"The areas of {row.of}, sex {row.sex}, ages {row.age}, add up to {failed.found:,.10g} in {row.year}"
            f" and cannot be made to add up to {row.people:,.10g}."
        )
        mend = (
            "Give somebody in areas.csv who can be scaled."
            if not failed.found
            else "Mend the totals of areas or of their parents: together they contradict each other."
        )
        raise PlanError([read.at(row).problem("totals-not-met", what, mend, "people")]) from failed


def _texts(found: Peopled, told: Iterable[str], of: dict[str, Any]) -> dict[str, str]:
    given = found.given
    texts = {
        "areas.csv": csv_text(AreaPeople, _areas(found)),
        "population.csv": csv_text(Projection, _projections(found)),
        "by_variant.csv": _csv(BY_VARIANT, _by_variant(found)),
        "README.md": _readme(found, told, of),
    }
    if given.components:
        rows = (row for course in found.courses.values() for row in balance(course, given))
        texts["balance.csv"] = _csv(BALANCE, ([row[c] for c in BALANCE] for row in rows))
    return texts


def _csv(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _areas(found: Peopled) -> Iterator[AreaPeople]:
    """People of the base year; where nothing had to fit, the rows as they were given."""
    given = found.given
    for row in given.areas:
        cell = (0, given.names.index(row.area), SEXES.index(row.sex), given.ages.index(row.age))
        people = float(found.people[cell])
        yield row if people == row.people else row.model_copy(update={"people": people})


def _projections(found: Peopled) -> Iterator[Projection]:
    given, source, level = found.given, _source(found.given), _level(found.given)
    for n, year in list(enumerate(given.years))[1:]:
        for a, s, g in np.ndindex(found.people.shape[1:]):
            low, high = (None if side is None else float(side[n, a, s, g]) for side in (found.low, found.high))
            yield Projection(
                area=given.names[a], sex=SEXES[s], age=given.ages[g], year=year, people=float(found.people[n, a, s, g]),  # type: ignore[arg-type]
                low=low, high=high, source=source, level=level,
            )  # fmt: skip


def _by_variant(found: Peopled) -> Iterator[tuple[Any, ...]]:
    given = found.given
    old = [n for n, age in enumerate(given.ages) if int(age.rstrip("+").split("-")[0]) >= 75]
    for name, course in found.courses.items():
        for n, year in enumerate(given.years):
            for a, area in enumerate(given.names):
                yield name, area, year, float(course.people[n, a].sum()), float(course.people[n, a][:, old].sum())


def _rows(given: Given) -> tuple[Row, ...]:
    return (*given.areas, *given.components, *given.population, *given.variants, *given.totals)


def _source(given: Given) -> str:
    """How a row came about, and from what."""
    names = list(dict.fromkeys(re.sub(r", \d{4}$", "", r.source) for r in _rows(given)))
    more = f"; and {len(names) - FEW} more" if len(names) > FEW else ""
    how = "read" if given.population else "projected by births, deaths and moves" if given.components else "as now"
    fit = ", made to add up to its parent" if given.totals else ""
    return f"placeplan population: {how}{fit}, from {'; '.join(names[:FEW])}{more}"


def _level(given: Given) -> Any:
    """The lowest level of all rows that went in."""
    return min((r.level for r in _rows(given)), key=LEVELS.index)


def _told(found: Peopled, read: PeopleFolder) -> Iterator[str]:
    """What was assumed, and what was not used."""
    given = found.given
    if given.components:
        yield from _of_rates(given)
    elif not given.population:
        yield "There are no rates and no projection: people change as the totals do, by sex and age."
    yield from _of_range(found)
    if given.totals:
        yield from _of_totals(found)
    if read.others:
        yield f"Not read: {', '.join(read.others)}."


def _of_rates(given: Given) -> Iterator[str]:
    own = {r.area for r in given.components if r.area}
    shared = [a for a in given.names if a not in own]
    none = [a for a in given.names if not rows_for(given.components, a)]
    yield "Rates stay as they are in all years, but for what variants change."
    yield "Of births 100 are girls to 105 boys; people of a band are spread evenly over its years of age, up to 100."
    if none:
        yield f"No rates for {', '.join(none)}: its people stay as they are."
    elif own and shared:
        yield f"{len(shared)} areas have no rates of their own and take those for all."
    if any(r.arrivals for r in given.components):
        yield "As many move in each year as in the base year; those who move out follow the number of people."


def _of_range(found: Peopled) -> Iterator[str]:
    if found.pairs:
        yield (
            "Low and high: the two variants of each driver are taken to hold 4 futures of 5 between them, and drivers"
            f" ({', '.join(found.pairs)}) to be independent. Who publishes variants gives them no probability."
        )
        lone = [v.variant for v in found.given.variants if not v.driver and v.variant != PRINCIPAL]
        half = [d for d, names in found.pairs.items() if len(names) == 1]
        if half:
            yield f"Only one variant says how {' and '.join(half)} may go: the range is open to that side alone."
        if lone:
            yield f"Shown, and no part of the range: {', '.join(lone)}."
    elif found.low is None:
        yield "There is no low and high: the plan will take the range of the library."


def _of_totals(found: Peopled) -> Iterator[str]:
    given = found.given
    central = found.courses[PRINCIPAL]
    before, after = (x.sum(axis=(2, 3)) for x in (central.free, central.people))
    change = np.abs(after - before) / np.maximum(before, 1.0)
    n, a = np.unravel_index(int(change.argmax()), change.shape)
    yield (
        f"Areas were scaled to the totals, which they meet to {MET:g} of each. The most changed:"
        f" {given.names[a]} in {given.years[n]}, by {(after - before)[n, a]:+,.0f} people ({change[n, a]:.1%})."
    )
    with_totals = {t.variant for t in given.totals}
    without = [name for name in found.courses if name not in with_totals]
    if without:
        yield f"{', '.join(without)}: no totals of its own; scaled as the central projection was."
    if PRINCIPAL not in with_totals:
        yield "The central projection has no totals, and was not scaled."


def _figures(found: Peopled) -> dict[str, Any]:
    given, last = found.given, found.people[-1].sum()
    sides = [None if side is None else float(side[-1].sum()) for side in (found.low, found.high)]
    return {
        "areas": len(given.names), "base": given.base, "until": given.years[-1], "people": float(found.people[0].sum()),
        "people_later": float(last), "low": sides[0], "high": sides[1],
        "variants": {n: float(c.people[-1].sum()) for n, c in found.courses.items()},
        "life_expectancy": {n: expectancies(given, n) for n in found.courses} if given.components else {},
    }  # fmt: skip


def _sentence(of: dict[str, Any]) -> str:
    areas = f"{of['areas']} area{'' if of['areas'] == 1 else 's'}"
    spread = "" if of["low"] is None else f" ({of['low']:,.0f} to {of['high']:,.0f} if all areas go the same way)"
    return (
        f"{of['people']:,.0f} people in {of['base']}, {of['people_later']:,.0f}{spread} in {of['until']}, in {areas}."
    )


def _readme(found: Peopled, told: Iterable[str], of: dict[str, Any]) -> str:
    lines = ["# People in later years", "", _sentence(of), "", "## What was assumed", "", *(f"- {t}" for t in told)]
    lines += ["", "## Variants", "", f"| variant | people in {of['until']} | years a girl lives | years a boy lives |"]
    lines += ["| --- | --- | --- | --- |"]
    for name, people in of["variants"].items():
        lives = of["life_expectancy"].get(name, {})
        lived = " | ".join(f"{lives[s]:.1f}" if s in lives else "–" for s in SEXES)
        lines.append(f"| {name} | {people:,.0f} | {lived} |")
    lines += [
        "", "`areas.csv` and `population.csv` belong into the plan's folder; take its `components.csv` away.",
        "`by_variant.csv` has every variant.",
        *(["`balance.csv` has births, deaths and moves of each year, as projected before areas were scaled."]
          if found.given.components else []),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
