"""Files that go with a parameter file: what part of a kind of care each multiplier reaches, and the people of each variant."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import Field

from placeplan.baseline.population import band_start, mid_years
from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.records import described
from placeplan.core.tables import AreaPeople, Positive, Projection, Row, Share
from placeplan.exchange.nhp.places import named_again
from placeplan.exchange.nhp.reading import Params
from placeplan.exchange.told import problem
from placeplan.plan.csvfile import read_table
from placeplan.plan.schema import Plan
from placeplan.plan.textfile import read_text

OLD = 75
"""Age from which people are told apart in the model's spread of people."""


class ShareRow(Row):
    """What part of a kind of care one multiplier reaches."""

    key: str
    """Key of the parameter file with dots, or code of a mitigator."""
    share: Share = described("share of the trust's care of this kind that the multiplier is about")


class VariantRow(Row):
    """People of one variant in one year."""

    variant: str
    """Name of the variant, as in the parameter file."""
    year: Annotated[int, Field(ge=1900, le=2200)] = described("calendar year, at its middle")
    people: Positive = described("people of all ages")
    people_75: Positive = described("people of 75 and over")


def _rows(file: FilePath, cls: type[Row]) -> tuple[tuple[int, Row], ...]:
    text = read_text(file, file.name)
    if isinstance(text, Problem):
        raise PlanError([text])
    items, _, problems = read_table(text, file.name, cls)
    if problems:
        raise PlanError(problems)
    return tuple((item.row, item.value) for item in items)


def read_shares(file: FilePath, params: Params, codes: Mapping[str, str]) -> dict[str, ShareRow]:
    """Shares by key; codes: key of each code.

    Raises:
        PlanError: where a line names a key that the file does not have, or one twice.
    """
    keys, found, problems = {e.key for e in params.entries}, dict[str, ShareRow](), []
    for line, row in _rows(file, ShareRow):
        assert isinstance(row, ShareRow)
        key = codes.get(row.key, row.key)
        if key not in keys:
            what, known = (
                f"{params.name} has no “{row.key}”.",
                sorted(keys | {c for c, k in codes.items() if k in keys}),
            )
            told = problem(
                file.name, line, "key", "unknown-share", what, named_again(row.key, known), nearest(row.key, known)
            )
            problems.append(told)
        elif key in found:
            problems.append(
                problem(file.name, line, "key", "key-twice", f"{row.key} has two shares.", "Keep one of the two.")
            )
        else:
            found[key] = row
    if problems:
        raise PlanError(problems)
    return found


def shares_to_ask(keys: list[tuple[str, str]]) -> str:
    """A table to fill in: key, share (blank), source, and what it is about.

    >>> print(shares_to_ask([("expat.op.100", "People who go elsewhere: op, 100")]), end="")
    key,share,source,note
    expat.op.100,,,"People who go elsewhere: op, 100"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("key", "share", "source", "note"))
    writer.writerows((key, "", "", about) for key, about in keys)
    return text.getvalue()


def deviation(later: float, base: float, planned: float, years: int) -> float:
    """How a variant departs from the plan's people for each year ahead: ``(log(later / base) − log(planned)) / years``.

    later, base: people of the variant at the end and in the base year; planned: people of the plan at the end against the
    base year. 5 % more people after 10 years than planned are half a per cent a year:

    >>> round(deviation(1.05 * 1.1e6, 1e6, 1.1, 10), 5)
    0.00488
    """
    return (math.log(later / base) - math.log(planned)) / years


def read_variants(file: FilePath, params: Params, plan: Plan) -> dict[str, tuple[float, float]]:
    """How each variant departs from the plan's people, for each year ahead: all people, and those of 75 and over.

    Raises:
        PlanError: where a variant with a chance has no people in the base year and in one later year.
    """
    weights = params.data["demographic_factors"]["variant_probabilities"]
    base, rows = int(plan.about.start[:4]), _rows(file, VariantRow)
    people = {(r.variant, r.year): r for _, r in rows if isinstance(r, VariantRow)}
    later = {year for _, year in people} - {base}
    lacking = [v for v in weights if weights[v] > 0 and not all((v, y) in people for y in (base, *later))]
    strange = [(line, r) for line, r in rows if isinstance(r, VariantRow) and r.variant not in weights]
    mend = f"Give each variant its people in {base} and in one later year, no others."
    problems = [
        problem(file.name, n, "variant", "variants-differ", f"{params.name} has no variant “{r.variant}”.", mend, nearest(r.variant, weights))
        for n, r in strange
    ]  # fmt: skip
    if len(later) != 1 or lacking or len(people) != len(rows) or max(later, default=0) <= base:
        who = f" of {', '.join(lacking)}" if lacking else ""
        problems.append(
            problem(file.name, 0, "", "variants-differ", f"The people{who} are not those of two years.", mend)
        )
    if problems:
        raise PlanError(problems)
    last = later.pop()
    grown = _planned(plan, base, last)
    return {
        v: (
            deviation(people[v, last].people, people[v, base].people, grown[0], last - base),
            deviation(people[v, last].people_75, people[v, base].people_75, grown[1], last - base),
        )
        for v in weights if weights[v] > 0
    }  # fmt: skip


def _planned(plan: Plan, base: int, last: int) -> tuple[float, float]:
    """People of the plan in a later year against the base year: of all ages, and of 75 and over."""
    rows = [r for r in plan.tables["areas"] if isinstance(r, AreaPeople)]
    areas, sexes = (sorted({getattr(r, name) for r in rows}) for name in ("area", "sex"))
    ages = sorted({r.age for r in rows}, key=band_start)
    found = mid_years(areas, sexes, ages, plan.tables, base, last - base + 1).sum(axis=(1, 2))
    old = [n for n, age in enumerate(ages) if band_start(age) >= OLD]
    every, older = found.sum(axis=1), found[:, old].sum(axis=1)
    return float(every[-1] / every[0]), float(older[-1] / older[0]) if older[0] > 0 else 1.0


def has_ranges(plan: Plan) -> bool:
    """Whether the plan's projection says itself how uncertain people are."""
    return any(r.low is not None and r.high is not None for r in plan.tables["population"] if isinstance(r, Projection))
