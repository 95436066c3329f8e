"""The verb ``place``: a first plan from published files, and an account of what is published and what is not."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from placeplan.cli.tell import print_json, print_problems
from placeplan.core.errors import PlanError, Problem
from placeplan.footprint.build import FirstPlan, first_plan, workshop
from placeplan.footprint.judged import entries
from placeplan.footprint.shelf import WANTED, Shelf, open_shelf, title
from placeplan.footprint.telling import counts
from placeplan.footprint.where import find, listed, plain
from placeplan.plan.aside import refuse_unwritable
from placeplan.plan.located import problem
from placeplan.plan.write import refuse_used, write_files

SHOWN = 12
"""Names of files that are shown; of more, how many there are."""


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    name: str
    folder: Path
    out: Path
    renew: bool


def make(asked: Asked, as_json: bool) -> None:
    """Write the plan into a new folder, or its own files anew into one that is there, and tell what it rests on."""
    _refuse(asked)
    with Console(stderr=True).status("Looking at files …") as status:
        shelf = open_shelf(asked.folder, lambda name: status.update(f"Looking at {name} …"))
        if not shelf.files:
            raise PlanError([_nothing(asked.folder), *shelf.problems])
        entry = find(asked.name, listed(shelf))
        status.update("Reading …")
        plan = first_plan(workshop(shelf), entry)
    kept = _write(plan, asked)
    if as_json:
        print_json(_account(plan, shelf, asked, kept))
    else:
        _tell(plan, shelf, asked, kept)


def _refuse(asked: Asked) -> None:
    """Raises PlanError with all that is wrong with what was asked; a name that only the folder can know is looked up later."""
    wrong: list[Problem] = []
    if not asked.folder.is_dir():
        try:
            find(asked.name)
        except PlanError as refused:
            wrong += refused.problems
        what = f"“{asked.folder}” is {'a file' if asked.folder.exists() else 'not there'}."
        wrong.append(problem("FOLDER", 0, "", "no-published-files", what, "Give the folder in which the published files lie."))  # fmt: skip
    try:
        if asked.renew and asked.out.is_dir() and (asked.out / "plan.yaml").is_file():
            refuse_unwritable(asked.out / "plan.yaml")
        else:
            refuse_used(asked.out)
            refuse_unwritable(asked.out)
    except PlanError as refused:
        wrong += refused.problems
    if wrong:
        raise PlanError(wrong)


def _nothing(folder: Path) -> Problem:
    wanted = "; ".join(title(layout) for layout in ("small_area_lookup", "population", "mar", "kh03_totals", "trust_finance"))  # fmt: skip
    what = f"No file in “{folder}” is of a layout that a plan can use."
    return problem("FOLDER", 0, "", "no-published-files", what, f"Put published files there, first of all: {wanted}. All layouts: placeplan series.")  # fmt: skip


def _write(plan: FirstPlan, asked: Asked) -> list[str]:
    """Write the files; names of those in the folder that are somebody else's."""
    if not (asked.renew and (asked.out / "plan.yaml").is_file()):
        write_files(plan.texts, asked.out)
        return []
    for name, text in plan.texts.items():
        path = asked.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    there = (str(p.relative_to(asked.out)) for p in sorted(asked.out.rglob("*")) if p.is_file())
    return [name for name in there if name.replace("\\", "/") not in plan.texts]


def _account(plan: FirstPlan, shelf: Shelf, asked: Asked, kept: list[str]) -> dict[str, object]:
    return {
        "ok": True, "folder": str(asked.out), "footprint": plan.entry.number, "name": plan.entry.name,
        "tables": {table: {"published": p, "default": d} for table, p, d in counts(plan.tables)},
        "read": {layout: [p.name for p in shelf.files[layout]] for layout in WANTED if shelf.has(layout)},
        "missing": [{"layout": layout, "file": title(layout), "brings": brings} for layout, brings in shelf.missing().items()],
        "not_needed": sorted(p.name for paths in shelf.unneeded.values() for p in paths), "unknown": sorted(p.name for p in shelf.unknown), "twice": sorted(p.name for p in shelf.twice),
        "left_alone": kept, "problems": [p.as_dict() for p in shelf.problems],
    }  # fmt: skip


def _tell(plan: FirstPlan, shelf: Shelf, asked: Asked, kept: list[str]) -> None:
    console = Console(highlight=False)
    people = sum(float(r["people"]) for r in plan.tables["areas"])
    if plain(asked.name) not in {plain(c) for c in plan.entry.called()}:
        console.print(f"“{asked.name}” is taken as {plan.entry.name}.", markup=False, soft_wrap=True)
    console.print(f"{plan.entry.name}, footprint {plan.entry.number}: {people:,.0f} people", style="bold", markup=False)
    console.print()
    table = Table("rows of", "published", "on default", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, published, default in counts(plan.tables):
        table.add_row(name, f"{published:,}", f"{default:,}")
    console.print(table)
    console.print("\nDefault: figures from elsewhere, or judged. Each row says from where. Contracts are all judged.")
    missing = shelf.missing()
    if missing:
        console.print(f"\nNot in the folder, so on default or left out ({len(missing)}):", style="bold")
        for layout, brings in missing.items():
            console.print(f"  {brings}\n    from: {title(layout)}", markup=False, soft_wrap=True)
    used = sum(len(shelf.files[x]) for x in WANTED if shelf.has(x))
    other = sum(len(paths) for paths in shelf.unneeded.values())
    console.print(f"\nFiles: {used} used, {other} known and not needed, {len(shelf.unknown)} of no known layout{_named(shelf.unknown)}{_twice(shelf)}.", markup=False, soft_wrap=True)  # fmt: skip
    if kept:
        console.print(f"Left alone: {_listed(kept)}.", markup=False, soft_wrap=True)
    if shelf.problems:
        console.print()
        print_problems(shelf.problems)
    typed = shlex.quote(str(asked.out))
    typer.echo(f"Wrote {asked.out}. Next: placeplan check {typed}, placeplan calibrate {typed}, placeplan test {typed}")


def _twice(shelf: Shelf) -> str:
    return f"; {len(shelf.twice)} there a second time, counted once{_named(shelf.twice)}" if shelf.twice else ""


def _named(paths: list[Path]) -> str:
    return f" ({_listed([p.name for p in paths])})" if paths else ""


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def list_footprints(as_json: bool) -> None:
    """The 44 footprints with number, code and name."""
    if as_json:
        print_json([{"number": e.number, "ods": e.ods, "ons": e.ons, "name": e.name, "people": e.people} for e in entries()])  # fmt: skip
        return
    for e in entries():
        typer.echo(f"{e.number:>2}  {e.ods}  {e.ons}  {e.name}{f' ({e.also})' if e.also else ''}")
