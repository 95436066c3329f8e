"""Parts of a Word document that its library has no words for: styles, fields, bookmarks, contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

INK, BLUE = "212B32", "003087"
"""Colours of text and of headings; both stand on white at more than 7 to 1."""
FACES: Final[dict[str, tuple[float, bool, str]]] = {
    "Normal": (11, False, INK), "Title": (22, True, INK), "Heading 1": (16, True, BLUE), "Heading 2": (12.5, True, INK),
    "Caption": (10, True, INK), "Intense Quote": (14, True, BLUE), "List Bullet": (11, False, INK), "Footer": (8, False, INK),
}  # fmt: skip
"""Style → size in points, whether bold, colour."""
TOC: Final = 'TOC \\o "1-1" \\h \\n \\z'
"""Contents of the headings of level 1: links without page numbers, which only Word could work out."""


def made(tag: str, **given: str) -> Any:
    """An element of Word's XML with its attributes."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 – an extra
    from docx.oxml.ns import qn  # noqa: PLC0415

    element = OxmlElement(tag)
    for name, value in given.items():
        element.set(qn(f"w:{name}"), value)
    return element


def set_styles(book: Any, language: str) -> None:
    """One font, dark inks, and a language, so that the text is read aloud as such."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    for name, (size, bold, ink) in FACES.items():
        style = book.styles[name]
        font = style.font
        font.size, font.bold, font.italic, font.color.rgb = Pt(size), bold, False, RGBColor.from_string(ink)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), "Arial")
    book.styles["Normal"].element.get_or_add_rPr().append(made("w:lang", val=language))
    caption = book.styles["Caption"].paragraph_format
    caption.keep_with_next, caption.space_before, caption.space_after = True, Pt(12), Pt(3)
    quote = book.styles["Intense Quote"].paragraph_format
    quote.left_indent, quote.right_indent = Pt(10), Pt(0)


def set_page(section: Any, foot: str) -> None:
    """A4, with whose it is and the number of the page at its foot."""
    from docx.shared import Cm  # noqa: PLC0415

    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    section.footer.paragraphs[0].text = foot
    number = section.footer.add_paragraph("Page ", style="Footer")
    add_field(number, "PAGE", "1")
    number.add_run(" of ")
    add_field(number, "NUMPAGES", "1")


def add_field(line: Any, code: str, shown: str) -> None:
    """A field of Word with what it shows until Word works it out."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown), ("end", "")):
        if kind == "text":
            line.add_run(text)
        else:
            _run(line, made("w:fldChar", fldCharType=kind) if kind else _code(text))


def _code(text: str) -> Any:
    told = made("w:instrText")
    told.text = f" {text} "
    return told


def _run(line: Any, part: Any) -> None:
    """A part in a run of its own at the end of a paragraph."""
    line.add_run()._r.append(part)  # noqa: SLF001 – the library has no fields


def mark(heading: Any, anchor: str, number: int) -> None:
    """A bookmark around a heading's text."""
    line = heading._p  # noqa: SLF001 – the library has no bookmarks
    line.insert(1, made("w:bookmarkStart", id=str(number), name=anchor))
    line.append(made("w:bookmarkEnd", id=str(number)))


def link(line: Any, anchor: str, text: str) -> Any:
    """A link within the document, at the end of a paragraph; its run."""
    made_link = made("w:hyperlink", anchor=anchor, history="1")
    line._p.append(made_link)  # noqa: SLF001 – the library has no links within a document
    run = line.add_run(text)
    run.font.underline = True
    made_link.append(run._r)  # noqa: SLF001
    return run


def contents(book: Any, chapters: Sequence[tuple[str, str]]) -> None:
    """A table of contents that Word keeps (right-click, Update Field), filled with links to each chapter."""
    for number, (text, anchor) in enumerate(chapters):
        line = book.add_paragraph()
        line.paragraph_format.space_after = 0
        if number == 0:
            for part in (made("w:fldChar", fldCharType="begin"), _code(TOC), made("w:fldChar", fldCharType="separate")):
                _run(line, part)
        link(line, anchor, text)
        if number == len(chapters) - 1:
            _run(line, made("w:fldChar", fldCharType="end"))
