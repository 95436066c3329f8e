"""The reconciliation page: whether a base year is calibrated, what is left of it, what was fitted and filled in."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from placeplan.report import naming, words
from placeplan.report.page import html_of, style
from placeplan.stress.base_year.calibrate import Calibration
from placeplan.stress.results.ground import Reconciled

COLUMNS: Final = (
    "organisation", "of", "what", "kind", "period", "given", "model", "difference", "standard error", "limit", "fits", "unit", "source",
)  # fmt: skip
SHOWN: Final = 1e9
"""Limit of a row that is shown and not judged."""


def page(found: Calibration) -> str:
    """One HTML document; it needs no network and no script."""
    rows = (*found.published, *found.own)
    return html_of(
        "calibration", c=found, off=[r for r in rows if not r.ok], by_organisation=by_organisation(rows), residuals=residuals(rows),
        residual_columns=COLUMNS, held_said=found.calibrated.criteria[-1].sentence if found.held else "",
        signed=signed, levels=naming.MADE_UP if found.synthetic else naming.LEVEL,
        style=style(found.place, found.digest, found.synthetic),
    )  # fmt: skip


def by_organisation(rows: tuple[Reconciled, ...]) -> list[tuple[str, list[Reconciled]]]:
    """Rows of each organisation, by what they are about; those that do not fit first."""
    ordered = sorted(rows, key=lambda r: (r.organisation, r.ok, r.of, r.what))
    return [(name, list(own)) for name, own in groupby(ordered, key=lambda r: r.organisation)]


def residuals(rows: tuple[Reconciled, ...]) -> list[tuple[object, ...]]:
    """Every row as numbers."""
    return [
        (r.organisation, r.of, r.what, r.kind, r.period, r.published, r.modelled, r.difference, r.chance,
         r.tolerance if r.tolerance < SHOWN else "", r.ok if r.tolerance < SHOWN else "", r.unit, r.source)
        for r in rows
    ]  # fmt: skip


def signed(share: float) -> str:
    """A relative error with its sign.

    >>> signed(0.0123), signed(-0.2)
    ('+1.2%', '−20.0%')
    """
    return f"{words.MINUS if share < 0 else '+'}{100 * abs(share):.1f}%"
