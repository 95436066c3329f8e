"""Tables in Word: widths by what stands in them, a header row that is repeated, rows that stay whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from placeplan.report.pack.back import mark_of
from placeplan.report.pack.blocks import Sheet
from placeplan.report.pack.wordparts import link, made, mark

WIDE: Final = 5
"""Columns from which on a table is set small."""
SHORT: Final = 8
"""Rows up to which a table stays on one page."""
ACROSS: Final = 17.0
"""Width between the margins, cm."""
LETTER: Final = {8: 0.165, 10: 0.2}
"""Width of a letter by size in points, cm; a little more than Arial's mean."""
GAP: Final = 0.45
"""What a cell's margins take, cm."""


def add_table(book: Any, block: Sheet, marks: Iterator[int]) -> None:
    """A caption and its table. marks: numbers of places that links lead to, each used once."""
    from docx.shared import Cm, Pt  # noqa: PLC0415 – an extra

    caption = book.add_paragraph(block.caption, style="Caption")
    if block.ref:
        _refer(caption, block.ref, 8)
    size = 8 if len(block.head) > WIDE else 10
    widths = widths_of(block, LETTER[size])
    table = book.add_table(rows=1 + len(block.rows), cols=len(block.head))
    table.autofit = False
    _dress(table, block.caption)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    cells = table._cells  # noqa: SLF001 – asking for a row at a time takes time by its square
    words = [*block.head, *(said for row in block.rows for said in row)]
    stays = len(words) - len(block.head) if len(block.rows) <= SHORT else len(block.head)
    for n, (cell, said) in enumerate(zip(cells, words, strict=True)):
        cell.width = Cm(widths[n % len(widths)])
        line = cell.paragraphs[0]
        run = line.add_run(said)
        run.font.size, run.font.bold = Pt(size), n < len(block.head)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
        line.paragraph_format.keep_with_next = n < stays or None
    _lead(block, [c.paragraphs[0] for c in cells[len(block.head) :: len(block.head)]], size, marks)


def _lead(block: Sheet, firsts: Sequence[Any], size: int, marks: Iterator[int]) -> None:
    """References behind the first cell of each row, and places that references lead to."""
    for line, ref in zip(firsts, block.refs, strict=False):
        if ref:
            _refer(line, ref, size)
    for line, name in zip(firsts, block.marks, strict=False):
        mark(line, name, next(marks))


def _refer(line: Any, short: str, size: int) -> None:
    """A short reference behind what it is of, as a link."""
    from docx.shared import Pt  # noqa: PLC0415 – an extra

    line.add_run(" ")
    link(line, mark_of(short), short).font.size = Pt(size - 1)


def widths_of(block: Sheet, letter: float) -> list[float]:
    """Widths of the columns, cm: each holds its longest word; what is left goes by how much text there is.

    >>> [round(w, 1) for w in widths_of(Sheet("c", ("Name", "Why"), (("a", "many words, which take a long line"),)), 0.2)]
    [1.2, 15.8]
    """
    columns = list(zip(block.head, *block.rows, strict=True))
    least = [max(len(word) for cell in cells for word in cell.split(" ")) * letter + GAP for cells in columns]
    if sum(least) >= ACROSS:
        return [ACROSS * w / sum(least) for w in least]
    longest = [min(max(map(len, cells)), 400) * letter + GAP for cells in columns]
    wish = [max(a - b, 0.0) for a, b in zip(longest, least, strict=True)]
    left = ACROSS - sum(least)
    share = left / sum(wish) if sum(wish) else 0.0
    if share >= 1:
        return _filled([a + b for a, b in zip(least, wish, strict=True)])
    return _filled([a + b * share for a, b in zip(least, wish, strict=True)])


def _filled(widths: Sequence[float]) -> list[float]:
    """What is left over goes to the last column, so that rules reach the margin."""
    return [*widths[:-1], widths[-1] + ACROSS - sum(widths)]


def _dress(table: Any, caption: str) -> None:
    """Lines between rows, none between columns; the header row repeated, no row cut by a page; what the table is of."""
    known = table._tbl.tblPr  # noqa: SLF001 – the library has no words for these
    known.append(made("w:tblDescription", val=caption))
    lines = made("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        lines.append(made(f"w:{side}", val="single", sz="4", space="0", color="AEB7BD"))
    known.insert_element_before(
        lines, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption", "w:tblDescription"
    )
    for n, row in enumerate(table._tbl.tr_lst):  # noqa: SLF001
        told = row.get_or_add_trPr()
        told.append(made("w:cantSplit"))
        if n == 0:
            told.append(made("w:tblHeader"))
