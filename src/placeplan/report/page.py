"""The report as one HTML file that needs no network and no script."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from placeplan.report import (
    besides,
    bridge,
    charts,
    forms,
    grid,
    laboratory,
    naming,
    scatter,
    shocks,
    symbols,
    tested,
    views,
    words,
)
from placeplan.report.remade import remade
from placeplan.report.where import ALONE, anchor
from placeplan.stress.findings import Findings
from placeplan.stress.say import lower_first

SHEETS: Final = ("base.css", "page.css", "phone.css", "forced.css", "print.css")
FIRST_ASSUMED: Final = 10
"""Assumptions shown at once; the others open below them."""
SIGNED: Final = re.compile(r"<(style|title|script|text)\b.*?</\1>|<[^>]*>|[−+]£[\d.,]*\w*", re.DOTALL)
"""Tags, what has no lines to break, and sums with their sign, between which and the £ a browser would break the line."""


def unbroken(html: str) -> str:
    """HTML whose sums of money stay whole when a line is broken.

    >>> unbroken('<p title="−£2m">−£5.6m to £3.3m &amp; more</p>')
    '<p title="−£2m"><span class="nw">−£5.6m</span> to £3.3m &amp; more</p>'
    """
    return SIGNED.sub(lambda m: m[0] if m[0].startswith("<") else f'<span class="nw">{m[0]}</span>', html)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "amount": words.amount,
    "anchor": anchor,
    "asks": words.asks,
    "counted": words.count,
    "day": words.day,
    "first_number": views.first_number,
    "gap": words.gap,
    "lower_first": lower_first,
    "money": words.money,
    "money_range": words.money_range,
    "month": words.month,
    "number": words.number,
    "percent": words.percent,
    "plain": words.plain,
    "percent_range": words.percent_range,
    "sentence_case": words.sentence_case,
    "share": words.share,
    "short_digest": words.short_digest,
    "short_percent": words.percent_short,
    "symbol": symbols.symbol,
    "text_list": words.listed,
}


def render(findings: Findings) -> str:
    """The whole page, complete without scripts and without network.

    Args:
        findings: What a run found; nothing else is read and nothing is computed again.

    Returns:
        One HTML document. All text of the plan is escaped.
    """
    return html_of("page", **shown(findings), style=_style(findings))


def shown(findings: Findings) -> dict[str, Any]:
    """What the parts of the report draw, for the page and for the site."""
    return {
        "f": findings, "made_up": findings.place if findings.synthetic else "", "verdict": views.verdict(findings),
        "grid": grid.build(findings), "fans": [charts.draw(fan) for fan in findings.fans], "bridge": bridge.build(findings), "remade": remade(findings),
        "bridge_data": bridge.DATA, "claims": views.claims(findings), "shocks": shocks.scenarios(findings),
        "first_assumed": FIRST_ASSUMED, "level_words": views.level_words(findings),
    }  # fmt: skip


def html_of(template: str, frame: Environment | None = None, /, **context: Any) -> str:
    """A page by the name of its template, with all that it draws; frame: where its templates are, else the report's."""
    return unbroken((frame or environment()).get_template(f"{template}.html.j2").render(**context))


@cache
def environment() -> Environment:
    """Where the templates are, with what they may ask for."""
    found = Environment(
        loader=PackageLoader("placeplan.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(FILTERS)
    found.globals.update(
        sprite=symbols.sprite(),
        words=words,
        naming=naming,
        views=views,
        forms=forms,
        besides=besides,
        tested=tested,
        drawn=laboratory,
        scatter=scatter,
        shocked=shocks,
        state_words=naming.STATE,
        where=ALONE,
        skip_to="",
    )
    return found


@cache
def sheets(names: tuple[str, ...]) -> str:
    """Style sheets, one after the other."""
    folder = files("placeplan.report") / "static"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def _style(findings: Findings) -> Markup:
    """The style of the page, with whose it is at the foot."""
    return style(findings.place, findings.digest, findings.synthetic, *dated(findings))


def style(place: str, digest: str, synthetic: bool, *more: str) -> Markup:
    """The style sheets (ours) and the foot of each printed sheet (the plan's own words, escaped for CSS)."""
    said = ["Made up"] * synthetic + [place, f"plan {words.short_digest(digest)}", *more]
    foot = css_string(" · ".join(said))
    page = f"@page{{@bottom-left{{content:{foot};font:9pt Arial,sans-serif}}}}"
    return Markup(sheets(SHEETS) + page)  # noqa: S704 – our own files, and a string with every special character escaped


def dated(findings: Findings) -> list[str]:
    """The data's date, for the foot of a printed sheet."""
    return [f"data to {words.day(findings.data_date)}"] if findings.data_date else []


def css_string(text: str) -> str:
    r"""Text as a CSS string that cannot end early.

    >>> css_string('a"</style>')
    '"a\\22 \\3c \\2f style\\3e "'
    """
    return '"' + "".join(c if (c.isalnum() and c.isascii()) or c == " " else f"\\{ord(c):x} " for c in text) + '"'
