"""The verb ``replay``."""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import TextIO

import duckdb
import typer

from placeplan.cli.placing import Kind, refuse_file
from placeplan.cli.tell import print_json
from placeplan.core.errors import PlanError, Together
from placeplan.futures.sample import Futures
from placeplan.model.diary import Entry, diary
from placeplan.model.simulate import baseline_of
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan

MADE_BY = "placeplan replay"
"""Note in a Parquet file, by which an older one is known."""
KINDS = {
    ".csv": Kind("text", rf"\A{','.join(Entry._fields)}\n".encode()),
    ".parquet": Kind("smaller, for programs", MADE_BY.encode()),
}
TYPES = {name: "DOUBLE" if name == "value" else "VARCHAR" for name in Entry._fields}


def replay_folder(
    folder: Path, future: int, seed: int, assumption_set: str, out: Path | None, as_json: bool = False
) -> None:
    """Run one future of a plan by its number and write all of it: one figure a line."""
    refused = Together()
    if out is not None:
        refused.of(refuse_file, out, KINDS)
    plan = refused.of(read_plan, folder, assumption_set)
    if plan is None or refused.problems:
        raise PlanError(refused.problems)
    baseline = baseline_of(plan)
    entries = diary(plan, baseline, Futures(seed=seed, count=1, first=future)).entries()
    if out is not None:
        _put(entries, out)
        if as_json:
            print_json({"ok": True, "file": str(out.resolve())})
        else:
            typer.echo(f"Figures: {out.resolve()}")
    elif as_json:
        print_json([e._asdict() | {"value": e.value if isfinite(e.value) else None} for e in entries])
    else:
        _write_csv(entries, sys.stdout)


def _write_csv(entries: Iterable[Entry], file: TextIO) -> None:
    """Figures as CSV, each as exact as it is."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Entry._fields)
    writer.writerows(entries)


def _put(entries: Iterable[Entry], out: Path) -> None:
    """Write a file, whole or not at all."""
    with put_in_place(out) as aside:
        if out.suffix.lower() == ".csv":
            with aside.open("w", encoding="utf-8", newline="") as file:
                _write_csv(entries, file)
            return
        with tempfile.TemporaryDirectory(prefix=f"{aside.name}-", dir=aside.parent) as folder:
            table = Path(folder) / "table.csv"
            with table.open("w", encoding="utf-8", newline="") as file:
                _write_csv(entries, file)
            figures = duckdb.read_csv(str(table), header=True, dtype=TYPES, na_values="\x01")
            target = str(aside).replace("'", "''")
            figures.query(
                "figures", f"copy figures to '{target}' (format parquet, kv_metadata {{made_by: '{MADE_BY}'}})"
            )
