"""Figures that nobody promised, as the page tells them."""

from __future__ import annotations

from dataclasses import dataclass

from placeplan.report import words
from placeplan.stress.findings import Beside, Findings

CHANGES = {"better": "better", "worse": "worse", "same": "about the same", "more": "more", "less": "less"}
SIGNS = {"better": "kept", "worse": "fail"}
"""Symbols of the grid, so that colour is never alone."""


@dataclass(frozen=True)
class Row:
    """One figure in words."""

    what: str
    plan: str
    span: str
    nothing: str
    change: str
    state: str
    note: str


@dataclass(frozen=True)
class Group:
    """Figures of one kind."""

    name: str
    rows: tuple[Row, ...]


def groups(findings: Findings) -> tuple[Group, ...]:
    """The figures by kind, in their order."""
    names = dict.fromkeys(b.group for b in findings.besides)
    return tuple(Group(n, tuple(_row(b) for b in findings.besides if b.group == n)) for n in names)


def _row(b: Beside) -> Row:
    low, middle, high = (_said(v, b.unit) for v in b.plan)
    return Row(
        what=b.what, plan=middle, span=low if low == high else f"{low} to {high}", nothing=_said(b.do_nothing[1], b.unit),
        change=CHANGES[b.change], state=SIGNS.get(b.change, ""), note=b.note,
    )  # fmt: skip


def _said(value: float, unit: str) -> str:
    """A figure without its unit, which stands beside it.

    >>> _said(0.123, "share"), _said(1234.4, "people"), _said(3.26, "minutes")
    ('12.3%', '1,234', '3.3')
    """
    if unit == "share":
        return words.amount(value, "share")
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}".removesuffix(".0")


def rows(findings: Findings) -> list[tuple[str, ...]]:
    """Every figure, for the table that can be taken away."""
    return [
        (b.group, b.what, b.unit, *(f"{v:.6g}" for v in (*b.plan, *b.do_nothing)), b.change) for b in findings.besides
    ]


COLUMNS = (
    "kind", "what", "unit", "plan low", "plan middle", "plan high", "nothing done low", "nothing done middle",
    "nothing done high", "change",
)  # fmt: skip


def heading(findings: Findings) -> str:
    """How many figures the plan makes better and worse.

    A figure for which neither is better counts as neither.
    """
    better, worse = (sum(b.change == word for b in findings.besides) for word in ("better", "worse"))
    if not better and not worse:
        return "What else happens"
    return f"What else happens: {words.count(better, 'figure')} better with the plan, {worse:,} worse"
