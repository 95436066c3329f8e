"""The pack as a Word document: real headings, real lists, tables with a header row, pictures with words for who does not see them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from placeplan.report import charts
from placeplan.report.pack.story import Block, Heading, Picture, Points, Said, Sheet, Story

LANGUAGE = "en-GB"
WIDE = 5
"""Columns from which on a table is set small."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""When every part of the file was made, as far as its reader is told: the same findings give the same bytes."""


def as_word(story: Story) -> bytes:
    """The document; fonts and sizes are Word's own styles, so that whoever reads it can change them."""
    from docx import Document  # noqa: PLC0415 – an extra
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    book: Any = Document()
    core = book.core_properties
    core.title, core.subject, core.language, core.author, core.comments = (
        story.title,
        story.subject,
        LANGUAGE,
        "placeplan",
        "",
    )
    core.created = core.modified = datetime(*EPOCH, tzinfo=UTC)
    normal = book.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Arial")
    _language(normal)
    book.sections[0].footer.paragraphs[0].text = story.foot
    for block in story.blocks:
        _set(book, block)
    made = io.BytesIO()
    book.save(made)
    return _same(made.getvalue())


def _language(style: Any) -> None:
    """What language the text is in, so that it is read aloud as such."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), LANGUAGE)
    style.element.get_or_add_rPr().append(spoken)


def _set(book: Any, block: Block) -> None:
    """One block, in Word's own styles."""
    match block:
        case Heading(level, text):
            book.add_heading(text, 0 if level == 1 else level - 1)
        case Said(text, leads):
            book.add_paragraph(text, style="Intense Quote" if leads else None)
        case Points(items):
            for item in items:
                book.add_paragraph(item, style="List Bullet")
        case Picture():
            _picture(book, block)
        case Sheet():
            _table(book, block)


def _picture(book: Any, block: Picture) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    drawn = book.add_picture(io.BytesIO(charts.export(block.fan, "png")), width=Cm(15.5))
    drawn._inline.docPr.set("descr", block.alternative)  # noqa: SLF001 – the library has no other way to it
    drawn._inline.docPr.set("title", block.fan.title)  # noqa: SLF001


def _table(book: Any, block: Sheet) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    book.add_paragraph(block.caption, style="Caption")
    table = book.add_table(rows=1 + len(block.rows), cols=len(block.head), style="Light Grid Accent 1")
    cells = table._cells  # noqa: SLF001 – asking for a row at a time takes time by its square
    words = [*block.head, *(said for row in block.rows for said in row)]
    for cell, said in zip(cells, words, strict=True):
        run = cell.paragraphs[0].add_run(said)
        run.font.size = Pt(8 if len(block.head) > WIDE else 10)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001
    about = OxmlElement("w:tblDescription")
    about.set(qn("w:val"), block.caption)
    table._tbl.tblPr.append(about)  # noqa: SLF001
    book.add_paragraph()


def _same(made: bytes) -> bytes:
    """The same parts under one date: a zip would say when it was made."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return found.getvalue()
