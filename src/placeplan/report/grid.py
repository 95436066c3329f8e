"""The workability grid: rows are promises, columns are years; the last column is what the verdict uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from placeplan.report import naming, words
from placeplan.report.where import anchor
from placeplan.stress.findings import Findings
from placeplan.stress.results.promises import Cell, FirstBreak, PromiseResult


@dataclass(frozen=True)
class Box:
    """One cell as it is drawn."""

    year: str
    state: str
    shown: str
    """Number in the cell; "" where words stand there."""
    said: str
    """The number for screen readers: under 5%."""
    first: bool
    span: str = ""
    """Its interval, in words."""

    @property
    def word(self) -> str:
        """What stands there instead of a number."""
        return {"not_due": "Not due", "no_data": "No data"}.get(self.state, "")

    @property
    def spoken(self) -> str:
        """State for screen readers, after the number."""
        state = naming.STATE.get(self.state, self.state)
        return f"{state}. First break" if self.first else state


@dataclass(frozen=True)
class Row:
    """One promise."""

    promise: PromiseResult
    anchor: str
    group: str
    asks: str
    boxes: tuple[Box, ...]
    whole: Box
    statistic: str
    callout: bool
    folds: bool = False
    """Whether it folds on a phone."""

    @property
    def kept(self) -> bool:
        """Kept often enough in every year and over all years."""
        states = {box.state for box in (*self.boxes, self.whole)}
        return states <= {"kept", "not_due"}


@dataclass(frozen=True)
class Group:
    """An organisation's rows."""

    organisation: str
    name: str
    anchor: str
    rows: tuple[Row, ...]

    @property
    def folded(self) -> str:
        """What folds on a phone, in words that hide nothing; blank where nothing does."""
        promises = sum(row.folds and row.promise.hard for row in self.rows)
        aims = [row.kept for row in self.rows if row.folds and not row.promise.hard]
        kept = (
            "kept" if len(aims) == 1 and all(aims) else "not kept" if len(aims) == 1 else f"{sum(aims) or 'none'} kept"
        )
        said = [f"{words.count(promises, 'promise')} kept every year"] if promises else []
        return " and ".join(said + ([f"{words.count(len(aims), 'aim')}, {kept} every year"] if aims else []))


@dataclass(frozen=True)
class Breaking:
    """One line of the callout's picture: where futures that break, break first."""

    name: str
    year: str
    width: float
    """Of the bar, per cent of the longest."""
    shown: str
    here: bool


@dataclass(frozen=True)
class Callout:
    """The first break, called out under its row."""

    found: FirstBreak
    column: int
    heading: str
    close: bool
    breaking: tuple[Breaking, ...]
    whole: str
    """How often the promise is kept over all years, in words."""
    overlap: bool
    """Whether the shares add up to more than all futures that break, as several promises may break first together."""


@dataclass(frozen=True)
class Grid:
    """All rows, grouped by organisation, in the order given."""

    years: tuple[str, ...]
    groups: tuple[Group, ...]
    callout: Callout | None
    states: frozenset[str]
    """What stands in the cells, so that the key explains no more than is there."""
    defaults: bool
    aims: bool
    beside: tuple[str, ...]
    """Numbers that lie just beside a line at which marks change, in words."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in order."""
        return tuple(row for group in self.groups for row in group.rows)


def build(findings: Findings) -> Grid:
    """The grid as it is drawn; nothing is computed but where things stand."""
    by_organisation: dict[str, list[Row]] = {}
    for promise in findings.promises:
        by_organisation.setdefault(promise.organisation, []).append(_row(promise, findings))
    every = [row for rows in by_organisation.values() for row in rows]
    groups = tuple(
        Group(name, rows[0].promise.organisation_name, anchor(f"org-{name}"), _folded(rows, every))
        for name, rows in by_organisation.items()
    )
    rows = [row for group in groups for row in group.rows]
    return Grid(
        years=findings.years,
        groups=groups,
        callout=_callout(findings),
        states=frozenset(box.state for row in rows for box in (*row.boxes, row.whole)),
        defaults=any(row.promise.level == "default" for row in rows),
        aims=any(not row.promise.hard for row in rows),
        beside=just_beside(box for row in rows for box in (*row.boxes, row.whole)),
    )


SHORT = 12
"""Rows that a phone shows without much scrolling: of a longer grid what does not decide the verdict folds there, too."""


def _folded(rows: list[Row], whole: list[Row]) -> tuple[Row, ...]:
    """Rows of an organisation, with those marked that fold on a phone: kept ones; of a long grid with promises, aims."""
    aims = len(whole) > SHORT and any(row.promise.hard for row in whole)
    return tuple(replace(row, folds=not row.callout and (row.kept or (aims and not row.promise.hard))) for row in rows)


HALF = 0.5
"""Below it a promise is more likely broken than kept, and marked so."""


def box(cell: Cell, futures: int, asks: float) -> Box:
    """One cell as it is drawn."""
    chance = cell.probability
    if chance is None:
        return Box(cell.year, cell.state, "", "", cell.first_break)
    span = words.percent_range(chance.low, chance.high, futures)
    said = words.percent_beside(chance.p, futures, *lines(cell.state, asks))
    return Box(cell.year, cell.state, words.percent_short(said), said, cell.first_break, span)


def just_beside(boxes: Iterable[Box]) -> tuple[str, ...]:
    """What the boxes say of numbers just beside a line, each once."""
    return tuple(sorted({box.said for box in boxes if box.said.startswith("just ")}))


def lines(state: str, asks: float) -> tuple[float, ...]:
    """Shares on whose side the mark depends: none where it is too close to call.

    >>> lines("fail", 0.8), lines("kept", 0.8), lines("close", 0.8)
    ((0.5, 0.8), (0.5, 0.8), ())
    """
    return () if state == "close" else (HALF, asks)


def _row(promise: PromiseResult, findings: Findings) -> Row:
    by_year = {cell.year: cell for cell in promise.by_year}
    missing = (Cell(year=year, probability=None, state="not_due") for year in findings.years)
    cells = tuple(by_year.get(empty.year, empty) for empty in missing)
    return Row(
        promise=promise,
        anchor=anchor(f"p-{promise.id}"),
        group=naming.GROUP.get(promise.group, words.sentence_case(promise.group.replace("_", " "))),
        asks=words.asks(promise.asks),
        boxes=tuple(box(cell, findings.futures, promise.asks) for cell in cells),
        whole=box_of(promise, findings.futures),
        statistic=naming.STATISTIC.get(promise.statistic, promise.statistic.replace("_", " ")),
        callout=findings.first_break is not None and promise.id == findings.first_break.promise,
    )


def box_of(promise: PromiseResult, futures: int) -> Box:
    """How often a promise is kept over all years, as it is drawn."""
    if promise.P is None:
        return Box("", promise.state, "", "", first=False)
    low, high = promise.low, promise.high
    span = words.percent_range(low, high, futures) if low is not None and high is not None else ""
    said = words.percent_beside(promise.P, futures, *lines(promise.state, promise.asks))
    return Box("", promise.state, words.percent_short(said), said, first=False, span=span)


def _callout(findings: Findings) -> Callout | None:
    first = findings.first_break
    if first is None:
        return None
    names = {p.id: f"{p.name}, {p.organisation_name}" for p in findings.promises}
    lines = [(first.promise, first.year, first.share), *first.next]
    longest = max(share for _, _, share in lines) or 1.0
    breaking = tuple(
        Breaking(
            names.get(i, i), year, round(share / longest * 72, 1), words.percent(share, findings.futures), here=not n
        )
        for n, (i, year, share) in enumerate(lines)
    )
    broken = [p for p in findings.promises if p.id == first.promise]
    cells = [c for p in broken for c in p.by_year if c.year == first.year]
    whole = [words.percent(p.P, findings.futures) for p in broken if p.P is not None]
    column = findings.years.index(first.year) if first.year in findings.years else 0
    close = any(cell.state == "close" for cell in cells)
    return Callout(first, column, f"The first break: {words.month(first.month)}", close, breaking, "".join(whole[:1]),
                   sum(share for _, _, share in lines) > 1 + 1e-9)  # fmt: skip
