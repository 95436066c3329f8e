"""A plan's folder as the rows of every sheet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from placeplan.core.errors import PlanError, Problem
from placeplan.core.tables import TABLES
from placeplan.plan.folder import read_draft
from placeplan.plan.located import problem
from placeplan.plan.reader import FOLDERS, LISTS
from placeplan.plan.workbook.cells import LONGEST, Cell
from placeplan.plan.workbook.csvrows import MARK, read_rows
from placeplan.plan.workbook.flat import Flat, flat
from placeplan.plan.workbook.kept import Piece, pieces
from placeplan.plan.workbook.layout import ABOUT, ELEMENTS, KEPT, Layout, fields_of_files, is_folder, layouts
from placeplan.plan.yamlfile import read_yaml

Row = dict[str, Cell]
MOST_ROWS = 1_048_000
"""Most rows that a sheet of Excel holds, less its head."""


@dataclass
class Book:
    """The rows of each sheet by name, a cell by column; and the files that are no part of the plan."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    def add(self, sheet: str, row: Row) -> None:
        """One more row."""
        self.rows.setdefault(sheet, []).append(row)


def book_of(folder: Path) -> Book:
    """The sheets of a plan.

    Raises:
        PlanError: with every problem of the plan, and of what no workbook holds.
    """
    _, problems = read_draft(folder)
    if any(p.severity == "error" for p in problems):
        raise PlanError(problems)
    texts = plan_texts(folder)
    book = Book(beside=tuple(sorted(_beside(folder, texts))))
    for name in TABLES:
        if f"{name}.csv" in texts:
            _table(book, layouts()[name], texts[f"{name}.csv"])
    _about(book, texts)
    for file, text in texts.items():
        if file.endswith(".yaml"):
            _yaml(book, file, text)
    found = list(_too_large(book))
    if found:
        raise PlanError(found)
    return book


def plan_texts(folder: Path) -> dict[str, str]:
    """The files of a plan as they are, byte-order mark and line ends included: name → text."""
    names = ["plan.yaml", *(f"{n}.csv" for n in TABLES), *LISTS]
    names += sorted(p.name for p in folder.glob("assumptions-*.yaml"))
    names += sorted(f"{p.parent.name}/{p.name}" for d in FOLDERS for p in folder.glob(f"{d}/*.yaml"))
    there = [n for n in names if (folder / n).is_file() and not PurePosixPath(n).name.startswith(".")]
    return {name: (folder / name).read_bytes().decode("utf-8", "surrogateescape") for name in there}


def _beside(folder: Path, texts: Mapping[str, str]) -> Iterator[str]:
    for path in folder.iterdir():
        if path.is_file() and path.name not in texts and not path.name.startswith("."):
            yield path.name


def _table(book: Book, layout: Layout, text: str) -> None:
    rows, written = read_rows(text, layout.columns)
    book.rows[layout.sheet] = list(rows)
    _keep(book, Piece(layout.file, "header", "", written.header))
    for raw in written.rows:
        _keep(book, Piece(layout.file, "row", "", raw))
    if written.end:
        _keep(book, Piece(layout.file, "end", "", written.end))


def _keep(book: Book, piece: Piece) -> None:
    """Adds a piece to the sheet of what was written; a long one over several rows."""
    text = stored(piece.text)
    for begin in range(0, max(len(text), 1), LONGEST - 100):
        part = piece.part if begin == 0 else "…"
        book.add(
            KEPT, {"file": piece.file, "part": part, "name": piece.name, "text": text[begin : begin + LONGEST - 100]}
        )


def stored(text: str) -> str:
    r"""A text as a cell keeps it: as JSON where a cell would change it.

    >>> stored("a,b\n"), stored("a,b\r\n")
    ('a,b\n', '"a,b\\r\\n"')
    """
    odd = re.search(r"[^\n\t\x20-\ud7ff\ue000-\ufefe\U00010000-\U0010ffff]|_x[0-9A-Fa-f]{4}_", text)
    if odd or text[:1] in ('"', "") or not text.strip():
        return json.dumps(text, ensure_ascii=True).replace("_x", "\\u005fx")
    return text


def unstored(cell: str) -> str:
    """The text that a cell keeps."""
    if cell[:1] == '"':
        try:
            return str(json.loads(cell))
        except ValueError:
            return cell
    return cell


def sets_in(names: Sequence[str]) -> tuple[str, ...]:
    """The sets of assumptions among files.

    >>> sets_in(["assumptions-late.yaml", "assumptions.yaml"])
    ('late',)
    """
    return tuple(n[12:-5] for n in names if n.startswith("assumptions-"))


def _about(book: Book, texts: Mapping[str, str]) -> None:
    """A row for each field of plan.yaml, set or not, and for those of the files of lists that are there."""
    for file, columns in fields_of_files(sets_in(list(texts))).items():
        if file not in texts:
            continue
        single = [c for c in columns if c.child is None]
        data = read_yaml(texts[file].removeprefix(MARK), file).data or {}
        given = flat({k: v for k, v in data.items() if k in {c.path[0] for c in columns}}, columns)
        for column in single:
            row: Row = {"file": file, "field": column.name, "unit": column.unit, "what it is": column.note}
            book.add(ABOUT, row | ({"value": given.cells[column.name]} if column.name in given.cells else {}))
        if "more" in given.cells:
            book.add(
                ABOUT, {"file": file, "field": "more", "value": given.cells["more"], "what it is": "The rest, as JSON"}
            )
        _add_children(book, ABOUT, "", given)


def _yaml(book: Book, file: str, text: str) -> None:
    """The elements of a YAML file, and its pieces as they were written."""
    mark = MARK if text.startswith(MARK) else ""
    data = read_yaml(text.removeprefix(MARK), file).data
    parts = parts_of(file)
    for sheet in parts:
        layout = layouts()[sheet]
        for entry in [data] if is_folder(file) else (data or {}).get(sheet) or []:
            named = {"id": PurePosixPath(file).stem} | entry if is_folder(file) and isinstance(entry, dict) else entry
            _element(book, layout, sets_in([file]), flat(named, layout.own))
    found = (
        [Piece(file, "", "", text[len(mark) :])]
        if is_folder(file) or not parts
        else pieces(file, text[len(mark) :], parts)
    )
    for n, piece in enumerate(found):
        _keep(book, Piece(file, piece.part, piece.name, (mark if n == 0 else "") + piece.text))


def parts_of(file: str) -> tuple[str, ...]:
    """The sheets whose elements stand in a file."""
    if is_folder(file):
        return (file.partition("/")[0],)
    base = "assumptions.yaml" if file.startswith("assumptions-") else file
    return tuple(sheet for sheet, (_, own) in ELEMENTS.items() if own == base)


def _element(book: Book, layout: Layout, sets: Sequence[str], given: Flat) -> None:
    lead: Row = {layout.lead: sets[0]} if sets and layout.lead else {}
    book.add(layout.sheet, lead | given.cells)
    _add_children(book, layout.sheet, str(given.cells.get("id", "")), given)


def _add_children(book: Book, sheet: str, name: str, given: Flat) -> None:
    for field_name, entries in given.children.items():
        layout = layouts()[f"{'plan' if sheet == ABOUT else sheet}.{field_name}"]
        for entry in entries:
            lead: Row = {layout.lead: name} if layout.lead else {}
            book.add(layout.sheet, lead | entry.cells)


def _too_large(book: Book) -> Iterator[Problem]:
    """What no sheet holds: too long a text, too many rows."""
    for sheet, rows in book.rows.items():
        if len(rows) > MOST_ROWS:
            what = f"The sheet {sheet} would have {len(rows):,} rows; Excel holds {MOST_ROWS:,}."
            yield problem(f"sheet {sheet}", 0, "", "beyond-excel", what, "Keep this table as CSV.")
        for number, row in enumerate(rows, start=1):
            for name, cell in row.items():
                if isinstance(cell, str) and len(cell) > LONGEST:
                    what = f"{name} has {len(cell):,} characters; a cell of Excel holds {LONGEST:,}."
                    yield problem(
                        f"sheet {sheet}", number, name, "beyond-excel", what, "Make it shorter, or keep it in a file."
                    )
