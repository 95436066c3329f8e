"""The pack as a Word document: real headings, real lists, tables with a header row, pictures with words for who does not see them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any, Final

from placeplan.report import charts
from placeplan.report.pack import wordparts
from placeplan.report.pack.blocks import Block, Contents, Heading, Picture, Points, Said, Sheet, Story
from placeplan.report.pack.wordtable import add_table

LANGUAGE: Final = "en-GB"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""When every part of the file was made, as far as its reader is told: the same findings give the same bytes."""


def as_word(story: Story) -> bytes:
    """The document; all looks stand in Word's own styles, so that whoever edits it can change them at once."""
    from docx import Document  # noqa: PLC0415 – an extra

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
    wordparts.set_styles(book, LANGUAGE)
    wordparts.set_page(book.sections[0], story.foot)
    marks = count(1)
    for block, after in pairwise((*story.blocks, None)):
        if block is not None:
            _set(book, block, isinstance(after, Picture | Points), marks)
    book.add_paragraph()
    made = io.BytesIO()
    book.save(made)
    return _same(made.getvalue())


def _set(book: Any, block: Block, leads_on: bool, marks: Any) -> None:
    """One block, in Word's own styles; leads_on: it stays on the page of what follows."""
    match block:
        case Heading(level, text, anchor):
            made = book.add_heading(text, 0 if level == 1 else level - 1)
            if anchor:
                wordparts.mark(made, anchor, next(marks))
        case Contents(chapters):
            wordparts.contents(book, [(h.text, h.anchor) for h in chapters])
        case Said(text, leads):
            book.add_paragraph(text, style="Intense Quote" if leads else None).paragraph_format.keep_with_next = (
                leads_on or None
            )
        case Points(items):
            for item in items:
                book.add_paragraph(item, style="List Bullet")
        case Picture():
            _picture(book, block)
        case Sheet():
            add_table(book, block, marks)


def _picture(book: Any, block: Picture) -> None:
    from docx.shared import Cm  # noqa: PLC0415

    drawn = book.add_picture(io.BytesIO(charts.export(block.fan, "png", titled=False)), width=Cm(15.5))
    drawn._inline.docPr.set("descr", block.alternative)  # noqa: SLF001 – the library has no other way to it
    drawn._inline.docPr.set("title", block.fan.title)  # noqa: SLF001


def _same(made: bytes) -> bytes:
    """The same parts under one date: a zip would say when it was made."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return found.getvalue()
