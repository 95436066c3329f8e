"""The contract laboratory as a page of its own, which prints as term sheets."""

from __future__ import annotations

from placeplan.report.page import html_of, style
from placeplan.stress.results.contracts import Laboratory


def page(found: Laboratory) -> str:
    """One HTML document with the sentence, the tables and the term sheets; it needs no network and no script."""
    return html_of(
        "contracts", lab=found, made_up=found.place if found.synthetic else "",
        style=style(found.place, found.digest, found.synthetic),
    )  # fmt: skip
