"""What a reader of cells does not see: formulas, errors, merged and hidden cells, and cells so far away that they fill the memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath
from typing import Any, BinaryIO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from placeplan.plan.workbook.package import unpacked

ASKS = re.compile(
    rb"""<(\w+:)?f[\s>/]|\bt=["']e["']|\bhidden=["'](1|true)|\b(ht|width)=["']0["']|<(\w+:)?mergeCell\b|<!DOCTYPE|<!ENTITY"""
)
"""What makes a sheet worth a closer look."""
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d+)["']""")
_FAR = re.compile(rb"""\br=["']([A-Z]{2,3})\d+["']""")
_FULL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'](?:[^>]*[^/>])?>(?!\s*</)""")
"""A cell that is not closed at once: something stands in it."""
_CELL = re.compile(rb"<(?:\w+:)?c[\s>]")
_SHARED = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v>(\d+)""")
_STRING = re.compile(rb"<(?:\w+:)?si[\s>/]")
OVERLAP = 400
MOST_CELLS = 30_000_000
"""Most cells of the rectangle around all that stands in a sheet."""
MOST_TEXT = 1_500_000_000
"""Most characters of a workbook's cells together."""


@dataclass
class Looks:
    """What is found in one sheet."""

    rows: int = 0
    columns: int = 26
    cells: int = 0
    formulas: list[tuple[str, str, bool]] = field(default_factory=list)
    """Cell, formula, whether its value was saved."""
    errors: list[tuple[str, str]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Cells on which somebody wrote a note."""
    asks: bool = False

    @property
    def too_wide(self) -> bool:
        """Whether a stray cell makes the sheet larger than any table."""
        return self.rows * self.columns > MOST_CELLS


class NoXmlError(ValueError):
    """A part that declares entities, or is no XML."""


def look(path: Path) -> dict[str, Looks]:
    """What each sheet hides, by name, in the order of the workbook.

    Raises:
        ValueError: where a part is no plain XML, or cells repeat a text until it fills the memory.
    """
    with ZipFile(path) as packed, path.open("rb") as file:
        parts = {part.filename: part for part in packed.infolist()}
        found = {}
        for name, target in _sheets(file, parts).items():
            if target in parts:
                found[name] = _scan(unpacked(file, parts[target]))
                if found[name].too_wide:
                    _measure(unpacked(file, parts[target]), found[name])
                found[name].notes = _notes(file, parts, target)
                if found[name].asks:
                    closer = _Closer(found[name])
                    _parse(unpacked(file, parts[target]), closer.start, closer.end, closer.text)
        _texts(file, parts, sum(one.cells for one in found.values()))
    return found


def _sheets(file: BinaryIO, parts: dict[str, ZipInfo]) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    named: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            named.append((given.get("name", ""), next((v for k, v in given.items() if k.endswith(":id")), "")))

    def relation(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            target = given.get("Target", "")
            targets[given.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    for part, heard in (("xl/workbook.xml", sheet), ("xl/_rels/workbook.xml.rels", relation)):
        if part in parts:
            _parse(unpacked(file, parts[part]), heard)
    return {name: targets.get(key, "") for name, key in named}


def _parse(chunks: Iterator[bytes], start: Any, end: Any = None, text: Any = None) -> None:
    """Reads XML as a stream; names without prefix. Documents that declare entities are refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: Any) -> None:
        raise NoXmlError("it declares names of its own (DOCTYPE), as no workbook does")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, given: start(name.rpartition(":")[2], given)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise NoXmlError(f"a part of it is no XML ({error})") from None


def _scan(chunks: Iterator[bytes]) -> Looks:
    """A quick look: how far it reaches, and whether a closer look is worth it."""
    found, before = Looks(), b""
    for chunk in chunks:
        data = before + chunk
        found.asks = found.asks or ASKS.search(data) is not None
        found.cells += len(_CELL.findall(chunk))
        found.rows = max(found.rows, max((int(r) for r in _ROW.findall(data)), default=0))
        found.columns = max(found.columns, max((number_of(c.decode()) for c in set(_FAR.findall(data))), default=0))
        before = data[-OVERLAP:]
    return found


def number_of(letters: str) -> int:
    """The number of a column, counted from 1.

    >>> number_of("A"), number_of("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters_of(number: int) -> str:
    """The letters of a column, counted from 1.

    >>> letters_of(1), letters_of(28)
    ('A', 'AB')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _measure(chunks: Iterator[bytes], found: Looks) -> None:
    """How far cells with something in them reach; some programs write rows to the last that there could be."""
    rows, columns, before = 0, 1, b""
    for chunk in chunks:
        data = before + chunk
        for letters, row in _FULL.findall(data):
            rows, columns = max(rows, int(row)), max(columns, number_of(letters.decode()))
        before = data[-OVERLAP:]
    found.rows, found.columns = rows, columns


def _notes(file: BinaryIO, parts: dict[str, ZipInfo], sheet: str) -> list[str]:
    """The cells of a sheet that have a note."""
    folder, _, name = sheet.rpartition("/")
    targets: list[str] = []
    refs: list[str] = []

    def relation(element: str, given: dict[str, str]) -> None:
        if element == "Relationship" and given.get("Type", "").endswith("/comments"):
            target = given.get("Target", "")
            targets.append(target[1:] if target.startswith("/") else normpath(f"{folder}/{target}"))

    def note(element: str, given: dict[str, str]) -> None:
        if element == "comment":
            refs.append(given.get("ref", ""))

    if f"{folder}/_rels/{name}.rels" in parts:
        _parse(unpacked(file, parts[f"{folder}/_rels/{name}.rels"]), relation)
    for target in targets:
        if target in parts:
            _parse(unpacked(file, parts[target]), note)
    return refs


@dataclass
class _Closer:
    """Hears a sheet's XML, and keeps its formulas, errors, merged cells, hidden rows and columns."""

    found: Looks
    ref: str = ""
    error: bool = False
    formula: str | None = None
    value: str = ""
    is_text: bool = False
    saved: bool = False
    """Whether a value stands there; of a text one without letters is one too."""
    inside: str = ""
    hidden: int = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        unseen = given.get("hidden") in ("1", "true") or "0" in (given.get("ht"), given.get("width"))
        if name == "c":
            self.ref, self.error, self.formula, self.value = given.get("r", ""), given.get("t") == "e", None, ""
            self.is_text, self.saved = given.get("t") == "str", False
        elif name in ("f", "v", "t"):
            self.inside = name
            self.formula = "" if name == "f" else self.formula
            self.saved = self.saved or (name == "v" and self.is_text)
        elif name == "row":
            self.hidden = int(given.get("r", "0")) if unseen else 0
        elif name == "col" and unseen:
            self.found.hidden_columns.append((int(given.get("min", "1")), int(given.get("max", "1"))))
        elif name == "mergeCell":
            self.found.merged.append(given.get("ref", ""))

    def text(self, data: str) -> None:
        """Text stands inside one."""
        if self.inside == "f":
            self.formula = (self.formula or "") + data
        elif self.inside:
            self.value += data

    def end(self, name: str) -> None:
        """An element ends."""
        if name in ("f", "v", "t"):
            self.inside = ""
        elif name == "c":
            self._cell()

    def _cell(self) -> None:
        if self.error:
            self.found.errors.append((self.ref, self.value))
        elif self.formula is not None:
            self.found.formulas.append((self.ref, self.formula, self.saved or bool(self.value)))
        if self.hidden and self.value and self.found.hidden_rows[-1:] != [self.hidden]:
            self.found.hidden_rows.append(self.hidden)


def _texts(file: BinaryIO, parts: dict[str, ZipInfo], cells: int) -> None:
    """Refuses a workbook whose cells repeat long texts until they fill the memory."""
    part = parts.get("xl/sharedStrings.xml")
    if part is None or part.file_size * cells < MOST_TEXT:
        return
    data = b"".join(unpacked(file, part))
    starts = [m.start() for m in _STRING.finditer(data)]
    sizes = [after - before for before, after in zip(starts, [*starts[1:], len(data)], strict=True)]
    if max(sizes, default=0) * cells < MOST_TEXT:
        return
    total = 0
    for name, one in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            for n in _SHARED.findall(b"".join(unpacked(file, one))):
                total += sizes[int(n)] if int(n) < len(sizes) else 0
    if total > MOST_TEXT:
        raise ValueError("its cells repeat a text until it fills the memory")
