"""The pack as a tagged PDF (PDF/UA-1), set from plain HTML: the same blocks as Word's."""

from __future__ import annotations

import base64
from typing import Final

from markupsafe import escape

from placeplan.report import charts
from placeplan.report.pack.story import Block, Heading, Picture, Points, Said, Sheet, Story
from placeplan.report.page import css_string, unbroken

STYLE: Final = """
@page { size: A4; margin: 20mm 18mm 22mm; @bottom-left { content: %s; font: 7.5pt Arial, sans-serif; color: #212b32 }
  @bottom-right { content: counter(page) " of " counter(pages); font: 7.5pt Arial, sans-serif; color: #212b32 } }
body { font: 10.5pt/1.4 Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #212b32 }
h1 { font-size: 22pt; line-height: 1.15; margin: 0 0 8pt } h2 { font-size: 15pt; margin: 20pt 0 6pt } h3 { font-size: 12pt; margin: 14pt 0 4pt }
h1, h2, h3, caption { break-after: avoid } p { margin: 0 0 7pt }
.leads { font-size: 14pt; border-left: 4pt solid #005eb8; padding-left: 10pt; margin: 8pt 0 12pt }
table { border-collapse: collapse; width: 100%%; margin: 4pt 0 12pt; font-size: 9pt } table.wide { font-size: 7.5pt }
caption { text-align: left; font-weight: bold; padding: 4pt 0 } thead { display: table-header-group } tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: 3pt 5pt; border-bottom: 0.6pt solid #aeb7bd; overflow-wrap: break-word } thead th { border-bottom: 1.2pt solid #212b32 }
img { width: 100%%; margin: 4pt 0 } p.drawn { break-inside: avoid } .nw { white-space: nowrap } table.two td { width: 40%% }
"""
WIDE: Final = 6
"""Columns from which on a table is set small."""


def as_pdf(story: Story) -> bytes:
    """The document, tagged; nothing is fetched, and the same findings give the same bytes."""
    from weasyprint import HTML  # noqa: PLC0415 – an extra, and slow to import
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    held = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    made: bytes = HTML(string=as_html(story), url_fetcher=held).write_pdf(pdf_variant="pdf/ua-1")
    return made


def as_html(story: Story) -> str:
    """The pack as one HTML document, complete in itself; all text of the plan is escaped.

    >>> as_html(Story("A & B", "", "", (Said("<b>"),))).count("&lt;b&gt;")
    1
    """
    style = STYLE % css_string(story.foot)
    head = f'<meta charset="utf-8"><title>{escape(story.title)}</title><meta name="description" content="{escape(story.subject)}">'
    body = "\n".join(_set(b) for b in story.blocks)
    return f'<!doctype html>\n<html lang="en-GB"><head>{head}<style>{style}</style></head>\n<body>\n{body}\n</body></html>\n'


def _set(block: Block) -> str:
    """One block as HTML."""
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Said(text, leads):
            return f"<p{' class=leads' if leads else ''}>{escape(text)}</p>"
        case Points(items):
            return f"<ul>{''.join(f'<li>{escape(i)}</li>' for i in items)}</ul>"
        case Picture(fan, alternative):
            drawn = base64.b64encode(charts.export(fan, "svg")).decode("ascii")
            return f'<p class=drawn><img src="data:image/svg+xml;base64,{drawn}" alt="{escape(alternative)}"></p>'
        case Sheet():
            return _table(block)


def _table(block: Sheet) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in block.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{unbroken(said)}</td>" for said in rest)}</tr>'
        for first, *rest in block.rows
    )
    wide = " class=wide" if len(block.head) >= WIDE else " class=two" if len(block.head) == 2 else ""
    return f"<table{wide}><caption>{escape(block.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
