"""A CSV table as rows of a sheet and back: a row that was not changed keeps its bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from placeplan.plan.workbook.cells import Cell, as_cell, as_text
from placeplan.plan.workbook.columns import Column

MARK = "\ufeff"
"""The byte-order mark, as a character."""
Cells = dict[str, Cell]
Key = tuple[tuple[str, str], ...]


@dataclass
class Written:
    """How a table was written: its header, the rows that are not written as we would, and what follows the last row."""

    header: str = ""
    rows: list[str] = field(default_factory=list)
    end: str = ""

    @property
    def names(self) -> list[str]:
        """The columns in the order of the header."""
        return [name.strip() for name in next(records(self.header.removeprefix(MARK)), ("", []))[1]]

    @property
    def newline(self) -> str:
        """How lines end."""
        return "\r\n" if self.header.endswith("\r\n") else "\n"


def records(text: str) -> Iterator[tuple[str, list[str]]]:
    r"""Each record as it was written, with the blank lines above it, and its cells; what follows the last has no cells.

    >>> list(records("a,b\n\n1,2\n"))
    [('a,b\n', ['a', 'b']), ('\n1,2\n', ['1', '2'])]
    """
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    begin = 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield "".join(lines[begin : reader.line_num]), cells
            begin = reader.line_num
    if begin < len(lines):
        yield "".join(lines[begin:]), []


def read_rows(text: str, columns: Sequence[Column]) -> tuple[list[Cells], Written]:
    """The rows of a table as cells, and what is needed to write the same bytes again."""
    facts = {c.name: c.facts for c in columns}
    found = records(text.removeprefix(MARK))
    header, names = next(found)
    written = Written((MARK if text.startswith(MARK) else "") + header)
    names = [name.strip() for name in names]
    known = [facts[name] for name in names]
    rows: list[Cells] = []
    for raw, texts in found:
        if not texts:
            written.end = raw
            continue
        cells = [as_cell(text.strip(), fact) for text, fact in zip(texts, known, strict=True)]
        rows.append({name: cell for name, cell in zip(names, cells, strict=True) if cell != ""})
        if raw != line_of(map(as_text, cells), written.newline):
            written.rows.append(raw)
    return rows, written


def line_of(texts: Iterable[str], newline: str) -> str:
    r"""Cells as a line of CSV.

    >>> line_of(["a", "b, c"], "\n")
    'a,"b, c"\n'
    """
    line = io.StringIO()
    csv.writer(line, lineterminator=newline).writerow(texts)
    return line.getvalue()


def write_rows(rows: Sequence[Mapping[str, Cell]], written: Written, columns: Sequence[Column]) -> Iterator[str]:
    """The lines of a table: header, a line for each row, and what followed the last."""
    used = {name for row in rows for name in row}
    names = _header(written, columns, used)
    same = names == written.names
    newline = written.newline if written.header else "\n"
    yield written.header if same else line_of(names, newline)
    facts = [(c.name, c.facts) for c in columns]
    known: dict[Key, list[tuple[str, dict[str, str]]]] = {}
    for raw in written.rows:
        texts = dict(zip(written.names, (t.strip() for t in next(records(raw))[1]), strict=False))
        key = tuple((n, as_text(as_cell(texts[n], f))) for n, f in facts if texts.get(n))
        known.setdefault(key, []).append((raw, texts))
    order = [name for name, _ in facts]
    for row in rows:
        shown = {name: as_text(cell) for name, cell in row.items()}
        kept = known.get(tuple((n, shown[n]) for n in order if n in shown)) if known else None
        raw, texts = kept.pop(0) if kept else ("", shown)
        yield raw if raw and same else line_of((texts.get(name, "") for name in names), newline)
    if written.end:
        yield written.end


def _header(written: Written, columns: Sequence[Column], used: set[str]) -> list[str]:
    """The columns to write: those that were there, then those that are used now or needed."""
    before = written.names if written.header else []
    needed = [c.name for c in columns if c.name not in before and (c.name in used or (c.required and not before))]
    return [*before, *needed]
