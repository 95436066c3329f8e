"""A workbook as a plan: its sheets read, made into files, checked like any folder, and every problem told by sheet and cell."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.folder import read_draft
from placeplan.plan.located import problem, written
from placeplan.plan.workbook.hidden import letters_of
from placeplan.plan.workbook.layout import ABOUT, ELEMENTS, layouts
from placeplan.plan.workbook.opened import Workbook
from placeplan.plan.workbook.sheets import read_workbook
from placeplan.plan.workbook.texts import Texts, texts_of
from placeplan.plan.write import write_files
from placeplan.plan.yamlfile import read_yaml


@dataclass(frozen=True)
class Loaded:
    """What a workbook holds: the files of the plan, what should be asked about, and how much was read."""

    files: dict[str, str]
    warnings: tuple[Problem, ...]
    rows: int
    sheets: int
    before: dict[str, str]
    """The YAML files as they were when the workbook was made."""


def load(path: Path, told: Callable[[str], None] = lambda _: None) -> Loaded:
    """The plan of a workbook.

    Raises:
        PlanError: with every problem and warning, by sheet and cell, where there is any problem.
    """
    book = read_workbook(path, told)
    made = texts_of(book)
    if not made.files:
        raise PlanError([*book.problems, _no_plan(book)])
    told("the plan as a whole")
    problems = sorted({*book.problems, *_checked(book, made)})
    if any(p.severity == "error" for p in problems):
        raise PlanError(problems)
    read = [s for s in book.sheets.values() if s.rows]
    return Loaded(made.files, tuple(problems), sum(len(s.rows) for s in read), len(read), made.before)


def _no_plan(book: Workbook) -> Problem:
    what = f"{book.name} holds no plan: there is nothing on any sheet of a plan."
    mend = "Take the workbook of a plan, from the page of its draft or by placeplan export FOLDER plan.xlsx, and fill that in."
    return problem(book.name, 0, "", "no-plan", what, mend)


def _checked(book: Workbook, made: Texts) -> list[Problem]:
    """What a check of the folder finds, placed in the workbook; not again what a cell was told for already."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "plan"
        write_files(made.files, folder)
        _, problems = read_draft(folder)
    told = {(p.file, p.column.partition(" ")[0]) for p in book.problems if p.column}
    told |= {(book.where(sheet), cell) for sheet, cell in book.blank}
    finder = _Finder(book, made)
    placed = [finder.placed(p) for p in problems]
    headless = {book.where(n) for n, s in book.sheets.items() if not s.head}
    return [
        p for p in placed if (p.file, p.column.partition(" ")[0]) not in told and not (p.file in headless and not p.row)
    ]


class _Finder:
    """Finds the cell of a problem in a file."""

    def __init__(self, book: Workbook, made: Texts) -> None:
        self.book, self.made = book, made
        self.paths: dict[str, dict[int, str]] = {}

    def placed(self, found: Problem) -> Problem:
        """The problem at its cell, its words those of the workbook."""
        sheet, row, column = self.spot(found)
        place = self.book.sheets[sheet].places.get(column, 0) if sheet in self.book.sheets else 0
        cell = f"{letters_of(place)}{row}" if place and row else ""
        shown = f"{cell} ({column})" if cell else column
        what, mend = (self.words(text, found.file) for text in (found.what, found.mend))
        where = self.book.where(sheet) if sheet else self.book.name
        return replace(found, file=where, row=row, column=shown, what=what, mend=mend)

    def spot(self, found: Problem) -> tuple[str, int, str]:
        """Sheet, row and column."""
        if found.file.endswith(".csv"):
            sheet = found.file.removesuffix(".csv")
            head = self.book.sheets[sheet].head if sheet in self.book.sheets else 0
            row = self.made.lines.get((found.file, found.row), (sheet, head if found.row == 1 else 0))[1]
            return sheet, row, found.column
        field = found.column
        while field:
            if (found.file, field) in self.made.spots:
                return self.made.spots[found.file, field]
            field = re.sub(r"(\.[^.() ]+| \(\d+\w\w\)|^[^.() ]+)$", "", field)
        near = self.near(found.file, found.row)
        return near or self.made.spots.get((found.file, ""), (self.sheet_of(found.file), 0, ""))

    def near(self, file: str, line: int) -> tuple[str, int, str] | None:
        """The spot of what stands in a line of a file."""
        if file not in self.paths and file in self.made.files:
            tree = read_yaml(self.made.files[file].removeprefix("\ufeff"), file)
            self.paths[file] = {n: written(p) for p, n in reversed(tree.lines.items())}
        field = self.paths.get(file, {}).get(line, "") if line else ""
        return self.made.spots.get((file, field)) if field else None

    def sheet_of(self, file: str) -> str:
        """The sheet that stands for a file; "" where none does."""
        if file == "plan.yaml":
            return ABOUT
        return next((s for s, (_, f) in ELEMENTS.items() if f == file or (f.endswith("/") and file.startswith(f))), "")

    def words(self, text: str, file: str) -> str:
        """A sentence that speaks of sheets and rows in place of files and lines."""

        def row(found: re.Match[str]) -> str:
            at = self.spot(Problem(file, int(found[2]), "", "", "", "", ""))[1]
            return f"{'Row' if found[1] == 'L' else 'row'} {at}" if at else found[0]

        text = re.sub(r"\b([Ll])ine (\d+)\b", row, text)
        text = text.replace("the line away", "the row away")
        text = re.sub(r"\b([a-z_]+)\.csv\b", lambda m: f"the sheet {m[1]}" if m[1] in layouts() else m[0], text)
        return text[:1].upper() + text[1:] if text[:4] == "the " else text
