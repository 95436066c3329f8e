"""The verb ``records make``: made-up records on the disk, file by file."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import typer

from placeplan.baseline.extracts.defects import ROW_RATES, as_told
from placeplan.baseline.extracts.make import make
from placeplan.baseline.extracts.recipe import Made, Recipe
from placeplan.baseline.extracts.sources import Tell
from placeplan.cli.progress import with_progress
from placeplan.cli.sources.record_maps import read_map
from placeplan.cli.sources.records import place_for
from placeplan.cli.tell import print_json
from placeplan.model.simulate import baseline_of
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan
from placeplan.plan.write import refuse_used


def make_records(folder: Path, out: Path, layout: str, rows: int, defects: float, seed: int, as_json: bool) -> None:
    """Write made-up records into a new folder, and say what was put in."""
    refuse_used(out)
    plan = read_plan(folder)
    baseline = baseline_of(plan, 12)
    recipe = Recipe(read_map(layout), place_for(plan, None), baseline, plan.tables, rows, defects, seed)
    made = Made()

    def run(tell: Tell) -> int:
        written = 0
        with put_in_place(out) as aside:
            aside.mkdir()
            for name, data in make(recipe, made):
                (aside / name).write_bytes(data)
                written += 1
                tell(made.rows, rows, "making records")
        return written

    written = with_progress(run, "making records")
    told = {"rows": made.rows, "files": written, "to_be_set_aside": as_told(made.aside)}
    if as_json:
        print_json({"ok": True, "folder": str(out), **told})
        return
    typer.echo(f"Wrote {written} file{'s' if written > 1 else ''} with {made.rows:,} made-up records to {out}.")
    if defects:
        rates = ", ".join(f"{name} {rate * defects:.1%}" for name, rate in ROW_RATES.items())
        typer.echo(f"Defects by row: {rates}. To be set aside: {json.dumps(told['to_be_set_aside'])}")
    typed = f"placeplan records rates {shlex.quote(str(folder))} {shlex.quote(str(out))} --map {layout} --out rates"
    typer.echo(f"Next: {typed}")
