"""The verbs ``new``, ``schema`` and ``warm``."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

import typer
from rich.console import Console

from placeplan.cli.tell import print_json
from placeplan.plan.write import refuse_used, write_files, write_plan


@dataclass(frozen=True)
class Synthetic:
    """Size of a made-up place, and how much of the model it has."""

    areas: int
    organisations: int
    initiatives: int
    seed: int
    detail: Literal["plain", "whole"]


def new(folder: Path, synthetic: Synthetic | None, as_json: bool) -> None:
    """Write a plan to start from into a new or empty folder."""
    refuse_used(folder)
    if synthetic:
        from placeplan.plan.synthetic import make  # noqa: PLC0415 – only made where it is asked for

        size = (synthetic.areas, synthetic.organisations, synthetic.initiatives, synthetic.seed)
        write_plan(make(*size, detail=synthetic.detail), folder)
    else:
        from placeplan.plan.template import starter  # noqa: PLC0415

        write_files(starter(), folder)
    if as_json:
        print_json({"ok": True, "folder": str(folder), "synthetic": synthetic is not None})
    else:
        typed = shlex.quote(str(folder))
        typer.echo(f"Wrote {folder}. Next: placeplan check {typed}, then placeplan test {typed}")


def schema(out: Path | None, as_json: bool) -> None:
    """Print the JSON Schema of every file, or write one file each."""
    from placeplan.plan.jsonschema import schemas  # noqa: PLC0415

    if out is None:
        print_json(schemas())
        return
    refuse_used(out)
    found = schemas()
    texts = {f"{_file_name(name)}.schema.json": json.dumps(text, indent=2) + "\n" for name, text in found.items()}
    write_files(texts, out)
    if as_json:
        print_json({"ok": True, "folder": str(out), "files": sorted(texts)})
    else:
        typer.echo(f"Wrote {len(texts)} schemas to {out}.")


def _file_name(name: str) -> str:
    """``initiatives/*.yaml`` → ``initiatives``; ``beds.csv`` → ``beds``."""
    return name.partition("/")[0].partition(".")[0]


def warm_up(as_json: bool) -> None:
    """Compile what is not compiled yet, and say how long it took."""
    console = Console(stderr=True)
    started = perf_counter()
    with console.status("compiling …"):
        from placeplan.engine.warm import warm  # noqa: PLC0415 – the compiler itself takes a second

        warm()
    seconds = perf_counter() - started
    if as_json:
        print_json({"seconds": round(seconds, 1)})
        return
    typer.echo(f"Ready, after {seconds:.0f} seconds.")
