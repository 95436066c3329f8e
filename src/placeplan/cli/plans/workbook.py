"""The verbs ``export`` and ``import``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from placeplan.cli.tell import print_json, print_problems
from placeplan.core.errors import PlanError
from placeplan.plan.aside import put_in_place, refuse_unwritable
from placeplan.plan.located import problem
from placeplan.plan.workbook.book import book_of, plan_texts
from placeplan.plan.workbook.draw import draw
from placeplan.plan.workbook.load import load
from placeplan.plan.write import refuse_used, write_files


def export_folder(folder: Path, out: Path, force: bool, as_json: bool) -> None:
    """Write a plan as a workbook; nothing that is there is overwritten without ``force``."""
    _refuse(out, force)
    with _told("reading the plan …") as told:
        book = book_of(folder)
        with put_in_place(out) as aside:
            draw(book, aside, lambda sheet: told(f"sheet {sheet}"))
    sheets = {name: len(rows) for name, rows in book.rows.items() if rows}
    if as_json:
        print_json({"ok": True, "file": str(out), "rows": sheets, "left_out": book.beside})
        return
    typer.echo(f"Wrote {out}: {sum(sheets.values()):,} rows in {len(sheets)} sheets.")
    if book.beside:
        typer.echo(f"Not part of the plan, and not in the workbook: {', '.join(book.beside)}.")
    typer.echo(f"Back again: placeplan import {shlex.quote(str(out))} FOLDER")


def import_workbook(workbook: Path, folder: Path, force: bool, as_json: bool) -> None:
    """Write the plan of a workbook as a folder; a plan that is there is only replaced with ``force``."""
    if not force:
        refuse_used(folder)
    elif folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what, mend = f"“{folder}” is not a folder.", "Give the folder of a plan, or one that is not there yet."
        raise PlanError([problem(folder.name, 0, "", "folder-in-use", what, mend)])
    with _told("reading the workbook …") as told:
        found = load(workbook, lambda sheet: told(f"reading {sheet}"))
    before = plan_texts(folder) if force and folder.is_dir() else {}
    if before or (force and folder.is_dir()):
        _replace(folder, before, found.files)
    else:
        write_files(found.files, folder)
    changed = sorted(name for name, text in found.files.items() if before.get(name) != text)
    gone = sorted(set(before) - set(found.files))
    if as_json:
        told_of = [p.as_dict() for p in found.warnings]
        print_json(
            {
                "ok": True,
                "folder": str(folder),
                "rows": found.rows,
                "written": changed,
                "removed": gone,
                "problems": told_of,
            }
        )
        return
    print_problems(found.warnings)
    typer.echo(f"Read {found.rows:,} rows in {found.sheets} sheets, all of them used.")
    typer.echo(f"Wrote {folder}: {len(found.files)} files{_differ(changed, gone) if before else ''}.")
    typer.echo(f"Next: placeplan test {shlex.quote(str(folder))}")


def _differ(changed: list[str], gone: list[str]) -> str:
    """Which files are not as they were.

    >>> _differ(["beds.csv"], []), _differ([], [])
    ('; changed: beds.csv', ', all as they were')
    """
    said = [f"{word}: {', '.join(names)}" for word, names in (("changed", changed), ("removed", gone)) if names]
    return f"; {'; '.join(said)}" if said else ", all as they were"


def _replace(folder: Path, before: dict[str, str], after: dict[str, str]) -> None:
    """Write the files that differ and remove those that are gone; what is no part of the plan is not touched."""
    for name, text in after.items():
        if before.get(name) != text:
            with put_in_place(folder / name) as aside:
                aside.write_text(text, encoding="utf-8", newline="")
    for name in set(before) - set(after):
        (folder / name).unlink()


def _refuse(out: Path, force: bool) -> None:
    """Raise PlanError for a file that is no workbook, or is there already."""
    found = []
    if out.suffix != ".xlsx":
        what = f"“{out.name}” does not end in .xlsx."
        found.append(problem(out.name, 0, "", "unknown-ending", what, f"Write {out.with_suffix('.xlsx').name}."))
    if out.is_dir() or out.is_symlink() or (out.exists() and not force):
        what, mend = f"“{out}” is there already.", "Give another name, or add --force to write over it."
        found.append(problem(out.name, 0, "", "folder-in-use", what, mend))
    else:
        try:
            refuse_unwritable(out, out.name)
        except PlanError as refused:
            found += refused.problems
    if found:
        raise PlanError(found)


@contextmanager
def _told(first: str) -> Iterator[Callable[[str], None]]:
    """A line on the terminal that says what is being done."""
    with Console(stderr=True).status(first) as status:
        yield lambda text: status.update(f"{text} …")
