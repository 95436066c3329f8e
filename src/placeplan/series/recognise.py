"""Which layout a table has: by the names of its columns and the shape of what stands in them, never by its file's name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from placeplan.core.csvtext import SEPARATORS, lines_of
from placeplan.core.errors import PlanError, Problem, either, nearest
from placeplan.series.layout import SHAPES, Layout, Names, layouts, names_of, plain
from placeplan.series.periods import read_period
from placeplan.series.why import problem

DELIMITERS = (*SEPARATORS, "$", "^")
HEAD = 30
"""Lines among which the header is looked for."""
LOOKED_AT = 200
"""Rows whose codes and periods are looked at."""
FITTING = 0.5
"""Share of them that has to look as the layout says."""


@dataclass(frozen=True)
class Place:
    """Where in a table a layout was found."""

    layout: Layout
    header: tuple[str, ...]
    line: int
    """Records before the first row of figures: with one header line, its number."""
    delimiter: str = ","
    lines: int = 1
    """Lines of the header: 2 where groups stand over the names."""
    above: str = ""
    """The sheet's name and the lines above the header."""

    def at(self, names: Names) -> int | None:
        """Position of a column; None where it is not there."""
        return position(self.header, names)

    @property
    def said_above(self) -> dict[str, str]:
        """What the lines above the header say of all rows: ``period``, ``sex``."""
        found = (re.search(pattern, self.above, re.IGNORECASE) for pattern in self.layout.above)
        return {k: v for m in found if m for k, v in m.groupdict().items() if v}


def position(header: Sequence[str], names: Names) -> int | None:
    """Position of the first column that has one of the names."""
    wanted = {plain(n) for n in names_of(names)}
    return next((i for i, h in enumerate(header) if plain(h) in wanted), None)


def matched(header: Sequence[str], pattern: str) -> list[tuple[int, dict[str, str]]]:
    """Positions of the columns whose names match a pattern, with what its groups say."""
    found = ((i, re.fullmatch(pattern, h.strip(), re.IGNORECASE)) for i, h in enumerate(header))
    return [(i, {k: v for k, v in m.groupdict().items() if v is not None}) for i, m in found if m]


def lacking(layout: Layout, header: Sequence[str]) -> list[str]:
    """Columns by which a layout is known and that are not there."""
    have = {plain(h) for h in header if h}
    found = [names[0] for names, known in _needed(layout.id) if have.isdisjoint(known)]
    patterns = [m.matching for m in layout.measures if m.matching and not m.optional]
    if patterns and sum(len(matched(header, p)) for p in patterns) < layout.least_matches:
        found.append(f"columns such as {patterns[0]}")
    return found


@cache
def _needed(layout: str) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """Columns of a layout: their names, and the same without what differs by accident."""
    return tuple((names, frozenset(plain(n) for n in names)) for names in layouts()[layout].needed())


def heads(text: str) -> Iterator[tuple[str, list[list[str]]]]:
    """The first records of a text, as each delimiter parts them."""
    lines = list(islice(lines_of(text), HEAD + LOOKED_AT))
    for delimiter in DELIMITERS:
        if any(delimiter in line for line in lines[:HEAD]):
            try:
                yield delimiter, list(csv.reader(lines, delimiter=delimiter))
            except csv.Error:
                continue


def headers(records: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """What may be the header: each of the first lines alone, and each two with the upper one's groups carried on."""
    for i, cells in enumerate(records[:HEAD]):
        if sum(bool(c.strip()) for c in cells) > 1:
            yield i + 1, 1, tuple(" ".join(c.split()) for c in cells)
        if i + 1 < len(records) and any(c.strip() for c in cells):
            group, joined = "", []
            for upper, lower in zip([*cells, *[""] * len(records[i + 1])], records[i + 1], strict=False):
                group = upper.strip() or group
                joined.append(" ".join(f"{group} {lower}".split()))
            yield i + 2, 2, tuple(joined)


def candidates(parted: Iterable[tuple[str, Sequence[Sequence[str]]]], only: str = "", sheet: str = "") -> list[Place]:
    """Every layout that a table has whole, the most telling first."""
    found: dict[str, Place] = {}
    for delimiter, records in parted:
        for line, lines, header in headers(records):
            have = {plain(h) for h in header if h}
            for layout in _asked(only).values():
                if layout.id in found or any(have.isdisjoint(known) for _, known in _needed(layout.id)):
                    continue
                place = Place(layout, header, line, delimiter, lines, _above(sheet, records[: line - lines]))
                if not lacking(layout, header) and _fits(place, records[line:]):
                    found[layout.id] = place
    return [p for p in found.values() if not any(_says_more(q, p) for q in found.values())]


def _above(sheet: str, records: Sequence[Sequence[str]]) -> str:
    """The sheet's name and what stands above the header, with dots between."""
    return " · ".join([sheet, *(" ".join(c.split()) for cells in records for c in cells if c.strip())])


def _asked(only: str) -> Mapping[str, Layout]:
    return {only: layouts()[only]} if only else layouts()


def _says_more(one: Place, other: Place) -> bool:
    """Whether one layout needs all the columns that another needs, and more."""
    ours, theirs = (
        {p.at(names) for names in p.layout.needed()} | {i for m in p.layout.measures if m.matching for i, _ in matched(p.header, m.matching)}
        for p in (one, other)
    )  # fmt: skip
    return theirs < ours


def _fits(place: Place, rows: Sequence[Sequence[str]]) -> bool:
    """Whether codes and periods of the first rows look as the layout says."""
    layout = place.layout
    rows = [r for r in rows[:LOOKED_AT] if any(c.strip() for c in r)]
    needed = (p for p in layout.above if "?P<period>" not in p)
    if not all(re.search(p, place.above, re.IGNORECASE) for p in needed):
        return False
    if layout.unlike and re.search(layout.unlike, place.above, re.IGNORECASE):
        return False
    dates = _column(rows, place.at(layout.period.column))
    if layout.period.joined:
        both = (place.at(layout.period.column), place.at(layout.period.joined))
        dates = [" ".join(r[i].strip() for i in both if i is not None and i < len(r)) for r in rows]
    return all((
        _share(_column(rows, place.at(layout.code.column)), SHAPES[layout.code.shape][0]) >= FITTING,
        layout.other is None or _share(_column(rows, place.at(layout.other.column)), SHAPES[layout.other.shape][0]) >= FITTING,
        _dated([d for d in dates if d.strip()], layout.period.kind) >= FITTING,
    ))  # fmt: skip


def _column(rows: Sequence[Sequence[str]], at: int | None) -> list[str]:
    return [] if at is None else [r[at].strip() for r in rows if at < len(r) and r[at].strip()]


def _share(values: Sequence[str], pattern: str) -> float:
    return sum(re.fullmatch(pattern, v) is not None for v in values) / len(values) if values else 1.0


def _dated(values: Sequence[str], kind: str) -> float:
    return sum(read_period(v, kind)[0] != "" for v in values) / len(values) if values else 1.0


def the_one(
    name: str, parted: Sequence[tuple[str, Sequence[Sequence[str]]]], asked: str = "", sheet: str = ""
) -> Place:
    """The layout of a table.

    Raises:
        PlanError: where there is none (with the nearest, and the columns that lack), or more than one.
    """
    if asked and asked not in layouts():
        near = nearest(asked, layouts())
        mend = f"{f'Did you mean {near}? ' if near else ''}Write one of: {', '.join(layouts())}."
        raise PlanError([problem("--as", 0, "", "unknown-layout", f"There is no layout “{asked}”.", mend, near)])
    found = candidates(parted, asked, sheet)
    if not found:
        raise PlanError([_no_layout(name, parted, asked)])
    if len(found) > 1:
        ids = sorted(p.layout.id for p in found)
        what = f"{name} has the columns of {len(ids)} layouts: {', '.join(ids)}."
        mend = f"Say which it is: --as {ids[0]} or --as {ids[-1]}."
        raise PlanError([problem(name, found[0].line, "", "two-layouts", what, mend, ids[0])])
    return found[0]


def _no_layout(name: str, parted: Sequence[tuple[str, Sequence[Sequence[str]]]], asked: str) -> Problem:
    """That no layout fits: the nearest one, the columns that lack, and what they may be called here."""
    best: tuple[float, str, int, tuple[str, ...], list[str]] = (0.0, "", 0, (), [])
    for _, records in parted:
        for line, _, header in headers(records):
            for layout in _asked(asked).values():
                lacks = lacking(layout, header)
                needed = len(layout.needed()) + any(m.matching and not m.optional for m in layout.measures)
                has = (needed - len(lacks)) / needed
                if (has, -line) > (best[0], -best[2]) and has > 0:
                    best = (has, layout.id, line, header, lacks)
    _, near, line, header, lacks = best
    if not near:
        mend = "See the table of layouts, or say with --as which it should be."
        return problem(name, 0, "", "no-layout", f"{name} has no column of any layout that is known.", mend)
    if not lacks:
        what = f"{name} has the columns of the layout {near}, but codes, periods or the lines above the header do not look like it."
        return problem(name, line, "", "no-layout", what, f"Compare it with a file of {near}.", near)
    called = [f"“{c}”{_called(c, header)}" for c in lacks]
    what = f"{name} matches no layout. Nearest is {near}; it lacks {len(lacks)} column{'s' if len(lacks) > 1 else ''}: {', '.join(called)}."
    return problem(name, line, "", "no-layout", what, f"Give those columns their names, or fetch a whole file of {near}.", near)  # fmt: skip


def _called(column: str, header: Sequence[str]) -> str:
    near = nearest(column, header)
    return f" (here {either([near])}?)" if near else ""
