"""People as they are published, straight into the verb ``population``: estimates and projections in their own layouts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.tables import AreaPeople, Projection, Row
from placeplan.plan.located import problem
from placeplan.plan.peoplefile import READ
from placeplan.series.plan_rows import plan_rows
from placeplan.series.read import Series, read_series

WHOLES = ("K0", "E92", "W92", "S92", "N92", "E12", "E11", "E10", "E13", "E54")
"""How codes begin of what holds districts: countries, regions, counties, systems."""
SHOWN = 5
"""Codes that are named; of more, how many there are."""


@dataclass
class Published:
    """What published files say of people: rows of the plan's tables, and sentences for the reader."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def published(folder: Path, base: int, areas: Collection[str]) -> Published:
    """Tables that a folder has not and its published files give: ``areas`` of the base year, ``population`` of later ones.

    Args:
        folder: holds tables of its own, published files, or both.
        base: calendar year of the people of now.
        areas: codes of the areas; needed where files hold more than one kind.

    Raises:
        PlanError: where a file is of people and cannot be used, or nobody says which areas are meant.
    """
    found = Published()
    series, refused = _read(folder)
    own = {p.name.removesuffix(".csv") for p in folder.iterdir()} if folder.is_dir() else set()
    if not series:
        if refused and "areas" not in own:
            raise PlanError(refused)
        return found
    known = {str(c) for one in series for (c,) in one.ask("select distinct code from tidy")}
    problems = list(_which(known, areas, series[0].name))
    made = plan_rows(series, f"{base}/{(base + 1) % 100:02d}", areas)
    rows = dict(made.rows)
    projected = [r for r in rows.get("population", ()) if isinstance(r, Projection)]
    if not rows.get("areas") and (now := [r for r in projected if r.year == base]):
        rows["areas"] = list(_as_now(now, _names(series)))
        found.told.append(f"People of {base} are those of the projection; estimates were not among the files.")
    rows["population"] = [r for r in projected if r.year > base]
    found.rows = {name: given for name, given in rows.items() if given and name in READ and name not in own}
    if "areas" not in found.rows and "areas" not in own:
        problems += refused
        what = f"No published file has people of {base} for the areas asked for."
        problems.append(problem(series[0].name, 0, "", "missing-file", what, "Give the estimates of that year, or another --base."))  # fmt: skip
    if any(p.severity == "error" for p in problems):
        raise PlanError(problems)
    found.files = sorted({one.name.partition(" [")[0] for one in series})
    found.told += [f"Read as published: {one.name}: {one.source}. {one.licence}" for one in series]
    found.told += [f"{p.file}: {p.what}" for one in series for p in one.problems()]
    found.told += [f"{p.file}: {p.what}" for p in made.problems if p.code != "year-not-there"]
    return found


def _read(folder: Path) -> tuple[list[Series], list[Problem]]:
    """Series of people among the files of a folder; what is none of them is left for others to tell."""
    found: list[Series] = []
    refused: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.is_file() or path.name.startswith(".") or path.name.removesuffix(".csv") in READ:
            continue
        try:
            read = read_series(path)
        except PlanError as error:
            refused += [p for p in error.problems if p.nearest.startswith("population") or p.code == "half-file"]
            continue
        found += [one for one in read if {g.table for g in one.layout.gives} & {"areas", "population"}]
    return found, refused


def _which(known: Collection[str], areas: Collection[str], name: str) -> Iterator[Problem]:
    """Whether it is clear which areas are meant, so that nobody counts twice."""
    for code in areas:
        if code not in known:
            near = nearest(code, known)
            mend = f"Write “{near}”." if near else "Write an ONS code that a file has, such as E06000058."
            yield problem("--area", 0, "", "unknown-area", f"No published file has the area “{code}”.", mend, near)
    wholes = sorted(c for c in known if c.startswith(WHOLES))
    if not areas and wholes and len(wholes) < len(known):
        shown = ", ".join(wholes[:SHOWN]) + (f" and {len(wholes) - SHOWN} more" if len(wholes) > SHOWN else "")
        what = f"The files hold {len(known):,} areas, some of which hold others ({shown}): people would count twice."
        yield problem(name, 0, "", "areas-not-said", what, "Say which: --area E06000058 --area E06000059.")


def _as_now(rows: Sequence[Projection], names: dict[str, str]) -> Iterator[AreaPeople]:
    """Projected people of the base year as people of now."""
    for row in rows:
        given = {k: getattr(row, k) for k in ("area", "sex", "age", "people", "source", "level", "note")}
        yield AreaPeople(name=names.get(row.area, row.area), **given)


def _names(series: Sequence[Series]) -> dict[str, str]:
    """Names of areas, as the files have them."""
    query = "select code, any_value(name) from tidy where name <> '' group by 1"
    return {str(c): str(n) for one in series for c, n in one.ask(query)}
