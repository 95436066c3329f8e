"""The verb ``series``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer
from rich.console import Console

from placeplan.cli.tell import print_json, print_problems
from placeplan.core.errors import PlanError, Problem
from placeplan.plan.write import refuse_used
from placeplan.series.layout import layouts
from placeplan.series.plan_rows import Made, plan_rows
from placeplan.series.read import Series, read_series
from placeplan.series.telling import counted
from placeplan.series.why import ASIDE
from placeplan.series.write import Form, account, unknown_codes, write_series


@dataclass(frozen=True)
class Asked:
    """What was asked of the files."""

    layout: str = ""
    period: str = ""
    year: str = ""
    codes: Sequence[str] = ()
    form: Form = "csv"


@dataclass
class Answer:
    """What was read, and what was refused."""

    series: list[Series] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    made: Made = field(default_factory=Made)


def read_files(files: Sequence[Path], asked: Asked, out: Path | None, as_json: bool) -> int:
    """Say what each file is, and write its figures where a folder is given; 1 where a file was refused."""
    if out is not None:
        refuse_used(out)
    answer = _read(files, asked)
    warnings = [p for s in answer.series for p in s.problems()] + unknown_codes(answer.series) + answer.made.problems
    written = {}
    if out is not None and answer.series:
        written = write_series(answer.series, out, asked.form, answer.made.rows)
    if as_json:
        print_json({
            "ok": not answer.refused, "series": [account(s) | {"tidy": written.get(s.name)} for s in answer.series],
            "plan": {table: len(rows) for table, rows in answer.made.rows.items()},
            "problems": [p.as_dict() for p in (*answer.refused, *warnings)],
        })  # fmt: skip
    else:
        _tell(answer, warnings, written, out)
    return 1 if answer.refused else 0


def _read(files: Sequence[Path], asked: Asked) -> Answer:
    answer = Answer()
    with Console(stderr=True).status("Reading …") as status:
        for file in files:
            status.update(f"Reading {file.name} …")
            try:
                answer.series += read_series(file, asked.layout, asked.period)
            except PlanError as refused:
                answer.refused += refused.problems
        if asked.year:
            answer.made = plan_rows(answer.series, asked.year, asked.codes)
    return answer


def _tell(answer: Answer, warnings: Sequence[Problem], written: dict[str, str], out: Path | None) -> None:
    console = Console(highlight=False)
    for one in answer.series:
        first, last = one.periods
        console.print(f"{one.name}: {one.layout.title}  ({one.layout.id})", style="bold", markup=False, soft_wrap=True)
        when = first if first == last else f"{first} to {last}"
        lines = [f"{one.layout.publisher} · {when}", one.licence]
        lines += [f"Caution: {one.layout.caution}"] if one.layout.caution else []
        lines += [f"The file is {', '.join(one.notes)}."] if one.notes else []
        lines.append(sum_of_rows(one))
        lines += [f"Written: {written[one.name]}"] if one.name in written else []
        for line in lines:
            console.print(f"  {line}", markup=False, soft_wrap=True)
    for table, rows in answer.made.rows.items():
        console.print(f"{table}.csv: {len(rows):,} rows for a plan", markup=False)
    if out is not None and written:
        console.print(f"Written: {out}", markup=False, soft_wrap=True)
    if answer.refused or warnings:
        console.print()
        print_problems([*answer.refused, *warnings])


def sum_of_rows(one: Series) -> str:
    """Where each row of a file went, in one sentence."""
    aside = sum(one.aside.values())
    why = f" ({', '.join(counted(n, ASIDE[w][0]) for w, n in one.aside.items())})" if aside else ""
    return f"{one.rows:,} rows = {one.used:,} used + {aside:,} set aside{why}; {one.cells.get('figure', 0):,} figures"


def list_layouts(as_json: bool) -> None:
    """Every layout that is known."""
    if as_json:
        print_json(
            [{"id": x.id, "title": x.title, "publisher": x.publisher, "licence": x.licence} for x in layouts().values()]
        )
        return
    width = max(len(i) for i in layouts())
    for one in layouts().values():
        typer.echo(f"{one.id:{width}}  {one.publisher}: {one.title}")
