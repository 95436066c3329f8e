"""Long sections fold on a phone and say what they hold; a list of sections comes first. Wide screens and paper show all."""

from __future__ import annotations

import re
from typing import Final

from placeplan.report import words

SECTION: Final = re.compile(
    r'(?P<head><section\b[^>]*class="(?P<kinds>sec\b[^"]*)"[^>]*>\s*<h2\b[^>]*id="(?P<id>[^"]+)"[^>]*>(?P<title>.*?)</h2>(?:\s*<p class="lead">.*?</p>)*)(?P<rest>.*?)(?P<end></section>)',
    re.DOTALL,
)
"""A section: its heading and the sentences under it, which stay, and the rest."""
STAYS: Final = "stays"
"""Class of a section that nobody should have to open: what closes, what is promised, what changes."""
KEPT: Final = ("<form", "<fieldset", 'class="said"', 'class="folds whole phone"')
"""Sections with one of these stay open: something is asked or answered there, or they fold by parts."""
LONG: Final = 500
"""Letters that a phone shows without much scrolling."""
SEVERAL: Final = 4
"""Sections from which on a page has a list of them."""
HELD: Final = (
    ("picture", re.compile('role="img"')),
    ("result", re.compile(r'<article class="test"')),
    ("file", re.compile(r'<li><a href="[^"]*data/')),
    ("line", re.compile(r"<td\b[^>]*>.*?</tr>|<dt\b|<li\b", re.DOTALL)),
)
"""What a section may hold, the most telling first."""
SILENT: Final = re.compile(r"<svg\b.*?</svg>|<[^>]*>", re.DOTALL)
ASKED: Final = re.compile(r"<div><dt>Is a number wrong\?</dt>.*?</div>", re.DOTALL)
"""What only a served page has: a section folds alike with it and without."""
FOLDED: Final = re.compile(r"<details\b.*?</details>", re.DOTALL)


def held(section: str) -> str:
    """What a section holds that is not folded already, in words.

    >>> held("<table><tr><th>Who</th><td>All</td></tr><tr><th>When</th><td>Now</td></tr></table>")
    '2 lines'
    >>> held('<figure><svg role="img"></svg></figure>')
    '1 picture'
    >>> held("<p>Only words.</p>")
    'the rest'
    """
    open_now = FOLDED.sub("", section)
    for what, mark in HELD:
        if many := len(mark.findall(open_now)):
            return words.count(many, what)
    return "the rest"


def with_folds(page: str) -> str:
    """A page whose long sections fold on a phone, with a list of its sections where it has several; one that stands alone stays open."""
    shown = [m for m in SECTION.finditer(page) if "all" not in m["kinds"].split()]
    return _listed(SECTION.sub(_folded, page), shown) if len(shown) > 1 else page


def _folded(section: re.Match[str]) -> str:
    rest = ASKED.sub("", section["rest"])
    short = "<svg" not in rest and "<details" not in rest and len(SILENT.sub("", rest).strip()) < LONG
    if short or STAYS in section["kinds"].split() or any(mark in section["rest"] for mark in KEPT):
        return section[0]
    title = " ".join(SILENT.sub("", section["title"]).split())
    summary = f'<summary>Show {held(rest)}<span class="vh">: {title}</span></summary>'
    return (
        f'{section["head"]}\n<details class="folds whole phone">{summary}{section["rest"]}</details>\n{section["end"]}'
    )


def _listed(page: str, sections: list[re.Match[str]]) -> str:
    if len(sections) < SEVERAL or 'class="jump"' in page:
        return page
    lines = "".join(f'<li><a href="#{m["id"]}">{SILENT.sub("", m["title"]).strip()}</a></li>' for m in sections)
    place = '<div class="wrap page one">'
    return page.replace(place, f'{place}\n<nav class="jump" aria-label="On this page"><ul>{lines}</ul></nav>', 1)
