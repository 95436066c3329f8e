"""The pack as a tagged PDF (PDF/UA-1), set from plain HTML: the same blocks as Word's."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import escape

from placeplan.report import charts
from placeplan.report.pack.back import mark_of
from placeplan.report.pack.blocks import Block, Contents, Heading, Picture, Points, Said, Sheet, Story
from placeplan.report.page import css_string, unbroken

STYLE: Final = """
@page { size: A4; margin: 20mm 18mm 22mm; @bottom-left { content: %s; font: 7.5pt Arial, sans-serif; color: #212b32 }
  @bottom-right { content: counter(page) " of " counter(pages); font: 7.5pt Arial, sans-serif; color: #212b32 } }
body { font: 10.5pt/1.4 Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #212b32 }
h1 { font-size: 22pt; line-height: 1.15; margin: 0 0 8pt } h2 { font-size: 15pt; margin: 20pt 0 6pt } h3 { font-size: 12pt; margin: 14pt 0 4pt }
h1, h2, h3, caption { break-after: avoid } p { margin: 0 0 7pt; orphans: 3; widows: 3 }
.leads { font-size: 14pt; border-left: 4pt solid #005eb8; padding-left: 10pt; margin: 8pt 0 12pt }
.contents { list-style: none; padding: 0; margin: 4pt 0 12pt } .contents li { margin: 0 0 2pt } .contents a { color: #212b32; text-decoration: none }
.contents li::after { content: leader(".") target-counter(attr(data-to), page) }
table { border-collapse: collapse; width: 100%%; margin: 4pt 0 12pt; font-size: 9pt } table.wide { font-size: 8.5pt }
caption { text-align: left; font-weight: bold; padding: 4pt 0 } thead { display: table-header-group } tr { break-inside: avoid } table.short { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: 3pt 5pt; border-bottom: 0.6pt solid #aeb7bd; overflow-wrap: break-word } thead th { border-bottom: 1.2pt solid #212b32 }
tbody th { font-weight: normal } a.ref { font-size: 7.5pt; font-weight: normal; color: #005eb8; white-space: nowrap } img { width: 86%%; margin: 4pt 0 } p.drawn { break-inside: avoid; break-before: avoid } .nw { white-space: nowrap } table.two td { width: 40%% }
"""
WIDE: Final = 6
"""Columns from which on a table is set small."""
SHORT: Final = 8
"""Rows up to which a table stays on one page."""


def as_pdf(story: Story) -> bytes:
    """The document, tagged; nothing is fetched, and the same findings give the same bytes."""
    from weasyprint import HTML  # noqa: PLC0415 – an extra, and slow to import
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    held = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    names = {h.anchor: h.text for b in story.blocks if isinstance(b, Contents) for h in b.chapters}
    names |= {
        m: f"Where {row[0]} comes from"
        for b in story.blocks
        if isinstance(b, Sheet)
        for m, row in zip(b.marks, b.rows, strict=bool(b.marks))
    }

    def finish(_: Any, pdf: Any) -> None:
        _say_scopes(pdf.objects)
        _say_links(pdf.objects, names)

    made: bytes = HTML(string=as_html(story), url_fetcher=held).write_pdf(pdf_variant="pdf/ua-1", finisher=finish)
    return made


def _say_scopes(objects: Sequence[Any]) -> None:
    """Tells of each header cell whether it is of its column or of its row, which the library leaves out (ISO 14289-1, 7.5)."""
    tagged: dict[int, Any] = {getattr(o, "number", 0): o for o in objects if isinstance(o, dict)}
    for row in (o for o in tagged.values() if o.get("S") == "/TR"):
        cells = [tagged[int(str(ref, "ascii").split()[0])] for ref in row["K"] if isinstance(ref, bytes)]
        scope = "/Column" if all(c.get("S") == "/TH" for c in cells) else "/Row"
        for cell in cells:
            if cell.get("S") == "/TH":
                cell["A"]["Scope"] = scope


def _say_links(objects: Sequence[Any], names: Mapping[str, str]) -> None:
    """Says of each link of the contents where it leads (ISO 14289-1, 7.18.5)."""
    for link in (o for o in objects if isinstance(o, dict) and o.get("Subtype") == "/Link"):
        target = getattr(link.get("Dest"), "string", "")
        if target in names:
            link["Contents"] = type(link["Dest"])(names[target])


def as_html(story: Story) -> str:
    """The pack as one HTML document, complete in itself; all text of the plan is escaped.

    >>> as_html(Story("A & B", "", "", (Said("<b>"),))).count("&lt;b&gt;")
    1
    """
    style = STYLE % css_string(story.foot)
    head = f'<meta charset="utf-8"><title>{escape(story.title)}</title><meta name="description" content="{escape(story.subject)}">'
    body = unbroken("\n".join(_set(b) for b in story.blocks))
    return f'<!doctype html>\n<html lang="en-GB"><head>{head}<style>{style}</style></head>\n<body>\n{body}\n</body></html>\n'


def _set(block: Block) -> str:
    """One block as HTML."""
    match block:
        case Heading(level, text, anchor):
            return f"<h{level}{f' id={anchor}' if anchor else ''}>{escape(text)}</h{level}>"
        case Contents(chapters):
            links = "".join(
                f'<li data-to="#{h.anchor}"><a href="#{h.anchor}">{escape(h.text)}</a></li>' for h in chapters
            )
            return f"<ul class=contents>{links}</ul>"
        case Said(text, leads):
            return f"<p{' class=leads' if leads else ''}>{escape(text)}</p>"
        case Points(items):
            return f"<ul>{''.join(f'<li>{escape(i)}</li>' for i in items)}</ul>"
        case Picture(fan, alternative):
            drawn = base64.b64encode(charts.export(fan, "svg", titled=False)).decode("ascii")
            return f'<p class=drawn><img src="data:image/svg+xml;base64,{drawn}" alt="{escape(alternative)}"></p>'
        case Sheet():
            return _table(block)


def _ref(short: str) -> str:
    """A short reference behind what it is of, as a link; nothing where there is none."""
    return f' <a class=ref href="#{mark_of(short)}">{escape(short)}</a>' if short else ""


def _each(named: tuple[str, ...], block: Sheet) -> tuple[str, ...]:
    """What is named of each row; blank where nothing is named of any."""
    return named or ("",) * len(block.rows)


def _table(block: Sheet) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in block.head)
    rows = "".join(
        f'<tr{f" id={escape(mark)}" if mark else ""}><th scope="row">{escape(row[0])}{_ref(ref)}</th>{"".join(f"<td>{escape(said)}</td>" for said in row[1:])}</tr>'
        for row, ref, mark in zip(block.rows, _each(block.refs, block), _each(block.marks, block), strict=True)
    )
    kinds = (
        "wide" if len(block.head) >= WIDE else "two" if len(block.head) == 2 else "",
        "short" if len(block.rows) <= SHORT else "",
    )
    return f"<table class='{' '.join(filter(None, kinds))}'><caption>{escape(block.caption)}{_ref(block.ref)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
