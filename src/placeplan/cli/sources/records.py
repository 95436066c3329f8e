"""The verbs ``records rates`` and ``records make``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import typer

from placeplan.baseline.extracts.counts import Counts, count
from placeplan.baseline.extracts.engines import DuckDB, Engine, PostgreSQL, Spark, need_ibis
from placeplan.baseline.extracts.place import Place, place_of
from placeplan.baseline.extracts.small import Small
from placeplan.baseline.extracts.sources import Source, Tell, from_files, from_table
from placeplan.baseline.extracts.tables import EXTRA, Rates, first_day, rates_of
from placeplan.baseline.extracts.tell import providers_told, reasons_told, warnings_of
from placeplan.cli.progress import with_progress
from placeplan.cli.sources.record_maps import read_lookup, read_map
from placeplan.cli.tell import print_json, print_problems
from placeplan.core.tables import TABLES, AreaPeople, Pod
from placeplan.futures.assumptions import Assumption, AssumptionFile
from placeplan.futures.distributions import Elicited
from placeplan.plan.folder import read_plan
from placeplan.plan.library import library
from placeplan.plan.schema import Plan
from placeplan.plan.write import csv_text, refuse_used, write_files, yaml_text

P90 = 1.2815515655446004
LEAST_ERROR = 0.0005
"""Least standard error that is written, so that three numbers stay apart."""


@dataclass(frozen=True)
class Asked:
    """What a user asked of records."""

    layout: str
    table: str
    areas: Path | None
    small: Small
    beyond: bool
    memory: str


def rates(folder: Path, extracts: str, out: Path, asked: Asked, as_json: bool) -> None:
    """Count records, and write what they say as tables of a plan."""
    need_ibis()
    refuse_used(out)
    layout, plan = read_map(asked.layout), read_plan(folder)
    place = place_for(plan, asked.areas)

    def run(tell: Tell) -> tuple[Source, Counts]:
        with engine_for(extracts, asked.memory) as engine:
            if isinstance(engine, DuckDB):
                source = from_files(engine, layout, Path(extracts), tell)
            else:
                source = from_table(engine, layout, asked.table)
            with _followed(engine, tell):
                return source, count(engine, layout, place, source, beyond=asked.beyond)

    source, counts = with_progress(run, "looking at the records")
    found = rates_of(counts, asked.small)
    write_files(files_of_rates(plan, found, counts), out)
    warned = list(warnings_of(counts, source))
    if as_json:
        told = {"ok": True, "folder": str(out), "audit": counts.audit.as_dict(), "hidden": found.hidden}
        print_json(told | {"problems": [p.as_dict() for p in warned]})
        return
    print_problems(warned, stderr=True)
    _say(place, source, counts, found, asked.small, out)


@contextmanager
def _followed(engine: Engine, tell: Tell) -> Iterator[None]:
    """Tells how far an engine has come with its answer, from a thread of its own."""
    over = Event()

    def follow() -> None:
        while not over.wait(0.25):
            tell(int(100 * (engine.progress() or 0.0)), 100, "counting rows")

    thread = Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def place_for(plan: Plan, areas: Path | None) -> Place:
    """The plan's place, with a lookup of small areas."""
    own = {r.area for r in plan.tables["areas"] if isinstance(r, AreaPeople)}
    lookup = read_lookup(areas, own) if areas else {}
    known = [*(item.value for item in library().tables["pods"]), *plan.tables["pods"]]
    pods = {row.id: row for row in known if isinstance(row, Pod)}
    return place_of({**plan.tables, "pods": tuple(pods.values())}, first_day(plan.about.start), lookup)


@contextmanager
def engine_for(extracts: str, memory: str) -> Iterator[Engine]:
    """Whoever holds the records: PostgreSQL by its address, ``spark``, else DuckDB over files."""
    if extracts.startswith(("postgresql://", "postgres://")):
        engine: Engine = PostgreSQL(extracts)
    else:
        engine = Spark() if extracts == "spark" else DuckDB(memory)
    try:
        yield engine
    finally:
        engine.close()


def files_of_rates(plan: Plan, found: Rates, counts: Counts) -> dict[str, str]:
    """Name of each file → its text."""
    classes = {name: cls for name, (cls, _) in TABLES.items()} | EXTRA
    texts = {f"{name}.csv": csv_text(classes[name], rows) for name, rows in found.tables.items()}
    assumed = _assumptions(plan, found)
    if assumed:
        data = AssumptionFile(assumptions=assumed).model_dump(mode="json", exclude_defaults=True)
        texts["assumptions.yaml"] = yaml_text({"assumptions": data["assumptions"]})
    audit = counts.audit.as_dict() | {"map": counts.layout.about, "hidden": found.hidden}
    return texts | {"audit.json": json.dumps(audit, indent=2, ensure_ascii=False) + "\n"}


def _assumptions(plan: Plan, found: Rates) -> tuple[Assumption, ...]:
    """The plan's assumptions that records say something of, with P10, P50 and P90 from the standard error."""
    known = {a.id: a for a in plan.assumptions}
    made = []
    for one in found.fitted:
        if one.id in known:
            spread = P90 * max(one.estimate.error, LEAST_ERROR)
            low, middle, high = (round(one.estimate.value + sign * spread, 5) for sign in (-1, 0, 1))
            said: dict[str, Any] = {"distribution": Elicited(p10=low, p50=middle, p90=high), "kind": "evidence"}
            made.append(
                known[one.id].model_copy(update=said | {"level": "local", "source": found.source, "note": one.note})
            )
    return tuple(made)


def _say(place: Place, source: Source, counts: Counts, found: Rates, small: Small, out: Path) -> None:
    """What was read and written, in words."""
    audit = counts.audit
    typer.echo(f"{audit.line}.")
    for reason, number, meaning in reasons_told(counts):
        typer.echo(f"  {number:>12,}  {meaning}  [{reason}]")
    for code, number, near in providers_told(counts, place, small):
        hint = f"; nearest in the plan: {near}" if near else ""
        typer.echo(f"      unknown provider {code}: about {number:,} rows{hint}")
    for name, number in audit.not_known.items():
        typer.echo(f"  {number:>12,}  count, but their {name} is not known")
    for note in source.notes:
        typer.echo(f"  {note}")
    for name, number in found.hidden.items():
        if number:
            typer.echo(
                f"  {name}: {number:,} figure{'s' if number > 1 else ''} of fewer than {small.least} people not shown"
            )
    written = ", ".join(f"{name} ({len(rows):,})" for name, rows in found.tables.items())
    typer.echo(
        f"Wrote {out}: {written}{', assumptions' if found.fitted else ''}, audit. Counts are rounded to {small.to}."
    )
