"""Tidy tables, what was set aside and an account of it all, written into one new folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import TABLES, Row
from placeplan.plan.aside import put_in_place
from placeplan.plan.write import csv_text, refuse_used
from placeplan.series.read import Series
from placeplan.series.why import problem

Form = Literal["csv", "parquet"]
SHOWN = 5
"""Codes that are named; of more, how many there are."""


def write_series(series: Sequence[Series], out: Path, form: Form, plan: Mapping[str, Iterable[Row]]) -> dict[str, str]:
    """Write every series, its rows that were set aside, the plan's rows and ``series.json`` into a new or empty folder.

    Returns:
        Name of each series → its file.

    Raises:
        PlanError: where the folder is there and not empty.
        OSError: where it cannot be written.
    """
    refuse_used(out)
    files: dict[str, str] = {}
    taken: set[str] = set()
    with put_in_place(out) as aside:
        aside.mkdir()
        for one in series:
            stem = _stem(one, taken)
            files[one.name] = f"{stem}.{form}"
            _copy(
                one, 'select * from tidy order by line, measure, "of", sex, age, period', aside / files[one.name], form
            )
            if one.aside:
                query = f"select line, why, {_written(one)} from rows join raw using (line) where why is not null order by line"
                _copy(one, query, aside / f"{stem}-set-aside.csv", "csv")
        for table, rows in plan.items():
            (aside / "plan").mkdir(exist_ok=True)
            (aside / "plan" / f"{table}.csv").write_text(
                csv_text(TABLES[table][0], rows), encoding="utf-8", newline="\n"
            )
        text = json.dumps([account(one, files[one.name], aside) for one in series], indent=2, ensure_ascii=False)
        (aside / "series.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return files


def _stem(one: Series, taken: set[str]) -> str:
    """A file name that says what it is and of when; numbered where another has it."""
    when = "-".join(dict.fromkeys(one.periods)).replace("/", "-").replace(" ", "-")
    stem = name = f"{one.layout.id}-{when}"
    number = 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return name


def _written(one: Series) -> str:
    """Cells of a row as they were written, each under its own name."""
    named: dict[str, int] = {}
    for i, header in enumerate(one.place.header):
        name = header or f"column {i + 1}"
        named[name if name.lower() not in {n.lower() for n in named} else f"{name} ({i + 1})"] = i
    cells = [f'c{i} as "written: {name.replace(chr(34), chr(34) * 2)}"' for name, i in named.items()]
    return ", ".join([*cells, 'extra as "written beyond"'])


def _copy(one: Series, query: str, path: Path, form: Form) -> None:
    named = str(path).replace("'", "''")
    how = "format parquet, compression zstd" if form == "parquet" else "format csv, header"
    one.connection.execute(f"copy ({query}) to '{named}' ({how})")


def account(one: Series, file: str = "", folder: Path | None = None) -> dict[str, Any]:
    """What a file was, whose, of when, and where each of its rows went."""
    found = {
        "file": one.name, "layout": one.layout.id, "title": one.layout.title, "publisher": one.layout.publisher,
        "licence": one.layout.licence, "say": one.licence, "caution": one.layout.caution,
        "first": one.periods[0], "last": one.periods[1], "period_assumed": bool(one.assumed),
        "rows": one.rows, "used": one.used, "set_aside": one.aside, "cells": one.cells, "written_so": one.notes,
    }  # fmt: skip
    if folder is not None:
        found |= {"tidy": file, "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest()}
    return found


def unknown_codes(series: Sequence[Series]) -> list[Problem]:
    """Codes of organisations that no register among the files knows, with the nearest; none without a register."""
    registers = [s for s in series if s.layout.registers]
    known = {str(r[0]) for s in registers for r in s.ask("select distinct code from tidy")}
    found = []
    for one in series if known else ():
        if one.layout.registers or one.layout.code.shape not in ("provider", "trust", "site"):
            continue
        rows = one.ask("select code, min(line), count(*) from tidy group by 1 order by 1")
        strange = [(str(c), int(line), int(n)) for c, line, n in rows if c not in known and str(c)[:3] not in known]
        if strange:
            near = [nearest(code, {k for k in known if len(k) == len(code)}) for code, _, _ in strange[:SHOWN]]
            shown = ", ".join(
                f"{c}{f' (nearest {n})' if n else ''}" for (c, _, _), n in zip(strange, near, strict=False)
            )
            more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
            count = f"{len(strange)} codes are" if len(strange) > 1 else "1 code is"
            what = f"{count} not in {registers[0].name}: {shown}{more}. Their figures are used."
            column = one.place.header[one.place.at(one.layout.code.column) or 0]
            mend = "Look them up: merged and independent providers are often missing from a list of trusts."
            found.append(problem(one.name, strange[0][1], column, "unknown-code", what, mend, near[0], "warning"))
    return found
