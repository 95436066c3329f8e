"""What was there when a workbook was made and is not any more: its sheets, and columns in which something stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from placeplan.core.tables import TABLES
from placeplan.plan.workbook.book import parts_of
from placeplan.plan.workbook.columns import MORE
from placeplan.plan.workbook.csvrows import MARK, Written
from placeplan.plan.workbook.flat import flat, value_at
from placeplan.plan.workbook.kept import Piece
from placeplan.plan.workbook.layout import ABOUT, Layout, is_folder, layouts
from placeplan.plan.workbook.opened import Workbook
from placeplan.plan.yamlfile import read_yaml

NEEDED = (ABOUT, *(name for name, (_, needed) in TABLES.items() if needed))
"""Sheets without which there is no plan."""


@dataclass
class _There:
    """What a sheet held: the files it stands for, the entries of YAML files, the header of a table."""

    files: list[str] = field(default_factory=list)
    entries: list[Any] = field(default_factory=list)
    header: list[str] = field(default_factory=list)


def tell_gone(book: Workbook, pieces: Iterable[Piece]) -> None:
    """Ask about sheets and columns that a workbook had when it was made, by the files as they were written."""
    for name, there in _there(pieces).items():
        sheet = book.sheets.get(name)
        if sheet is not None and sheet.head:
            for column in _columns_gone(sheet.layout, there, sheet.places):
                _tell_column(book, name, sheet.head, column)
        elif not any(p.code == "missing-head" and p.file == book.where(name) for p in book.problems):
            how = "gone" if sheet is None else "blank"
            what = f"The sheet {name} is {how}, and with it {_held(layouts()[name], there)}."
            mend = (
                "Bring the sheet back: no plan is without it."
                if name in NEEDED
                else "Nothing has to be done if this is meant; a sheet without rows says the same."
            )
            book.tell(name, 0, 0, "sheet-gone", what, mend, severity="warning")


def _there(pieces: Iterable[Piece]) -> dict[str, _There]:
    """What each sheet held."""
    found: dict[str, _There] = {}
    texts: dict[str, str] = {}
    for piece in pieces:
        if piece.file.endswith(".yaml"):
            texts[piece.file] = texts.get(piece.file, "") + piece.text
        elif piece.part == "header":
            found[piece.file.removesuffix(".csv")] = _There([piece.file], header=Written(piece.text).names)
    for file, text in texts.items():
        data = read_yaml(text.removeprefix(MARK), file).data
        for name, entries in _entries(file, data if isinstance(data, dict) else {}):
            there = found.setdefault(name, _There())
            there.files.append(file)
            there.entries += entries
    return found


def _entries(file: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """The sheets for a YAML file, each with what stood in it."""
    if file == "plan.yaml":
        yield ABOUT, [data]
        yield from _inside(ABOUT, [data])
    for name in parts_of(file):
        entries = [data] if is_folder(file) else data.get(name)
        if isinstance(entries, list) and entries:
            yield name, entries
            yield from _inside(name, entries)


def _inside(sheet: str, entries: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """The sheets of lists in the rows of another."""
    for layout in layouts().values():
        if layout.parent == sheet:
            lists = [e[layout.part] for e in entries if isinstance(e, dict) and isinstance(e.get(layout.part), list)]
            inner = [entry for entries in lists for entry in entries]
            if inner:
                yield layout.sheet, inner


def _held(layout: Layout, there: _There) -> str:
    """What was in a sheet, in words."""
    if layout.sheet in TABLES:
        return f"the table {layout.file}"
    if layout.sheet == ABOUT:
        return f"the fields of {layout.file}"
    files = list(dict.fromkeys(there.files))
    where = files[0] if len(files) == 1 else f"{len(files)} files"
    return f"{len(there.entries)} {'entry' if len(there.entries) == 1 else 'entries'} of {where}"


def _columns_gone(layout: Layout, there: _There, found: Mapping[str, int]) -> Iterator[str]:
    """Columns that are not there any more and held something; one that is needed is told as missing by the checks."""
    if layout.sheet == ABOUT:
        return
    for column in layout.columns:
        if column.name in found or column.required:
            continue
        if column.name == layout.lead:
            held = any(file != layout.file for file in there.files)
        elif column.name == MORE and there.entries:
            held = any(MORE in flat(entry, layout.own).cells for entry in there.entries)
        else:
            values = [value_at(entry, column.path) for entry in there.entries]
            held = column.name in there.header or any(
                value not in (None, "") and not (column.child and value) for value in values
            )
        if held:
            yield column.name


def _tell_column(book: Workbook, sheet: str, head: int, column: str) -> None:
    """Ask about a column, unless an unknown one is told that was meant for it."""
    if any(p.code == "unknown-column" and p.nearest == column and p.file == book.where(sheet) for p in book.problems):
        return
    what = f"The column {column} of the sheet {sheet} is gone, and with it all that stood in it."
    mend = "Bring it back if this is not meant; a column without values says the same."
    book.tell(sheet, head, 0, "column-gone", what, mend, severity="warning")
