"""Findings as plain tables: what Excel, CSV, Parquet and the data package hold. Columns and their meaning come from the classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from placeplan.core.records import Record
from placeplan.report.pack.back import backs
from placeplan.stress.findings import Beside, Findings
from placeplan.stress.results.elements import (
    AreaResult,
    CareAt,
    Fan,
    InitiativeResult,
    Journey,
    Minutes,
    Move,
    PaymentResult,
    Side,
    Touched,
)  # fmt: skip
from placeplan.stress.results.ground import Assumed, Component, NotModelled, Reconciled
from placeplan.stress.results.money import BridgeStep, ClaimResult
from placeplan.stress.results.promises import Cause, FormResult, PromiseResult
from placeplan.stress.results.tests import StressFinding, StressRow

Kind = Literal["text", "number", "whole", "flag"]
KINDS: Final[dict[type, Kind]] = {bool: "flag", int: "whole", float: "number", str: "text"}
Value = str | float | int | bool | None


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    about: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under columns; a value that is not known is None, never an empty text or 0."""

    name: str
    """Fit for a file name and the name of a sheet."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(findings: Findings) -> tuple[Table, ...]:
    """Every table that findings hold, the ones people ask for first; one that has no rows is kept, with its columns."""
    f = findings
    return (
        _of("promises", "Each promise, all years together", PromiseResult, f.promises),
        _grid(f),
        _fans("fans", "Pictures over time", f.fans),
        _of("bridge", "From the gap if nothing changes to the gap left", BridgeStep, f.bridge),
        _of("claims", "Claimed savings beside what the model finds", ClaimResult, f.claims),
        _shocks(f),
        _of("causes", "What breaks the plan", Cause, f.causes),
        _of("besides", "What else happens", Beside, f.besides, spread=("plan", "do_nothing")),
        _of("forms", "The plan where the model is built another way", FormResult, f.forms),
        _of("tests", "What each stress test found", StressFinding, f.tests),
        _of("test_rows", "Tables of the stress tests", StressRow, [r for t in f.tests for r in t.rows],
            first=("test", [t.test for t in f.tests for _ in t.rows])),
        _of("assumptions", "What was assumed", Assumed, f.assumed),
        _of("reconciliation", "Published totals beside the model's base year", Reconciled, f.reconciliation),
        _of("components", "What the model knows of each part", Component, f.components),
        _of("initiatives", "Each initiative in the plan's words", InitiativeResult, f.initiatives),
        _of("initiative_sides", "Organisations and what an initiative asks of them", Side, [s for i in f.initiatives for s in i.sides],
            first=("initiative", [i.id for i in f.initiatives for _ in i.sides])),
        _of("initiative_care", "Care that each initiative acts on, of the base year", Touched, [t for i in f.initiatives for t in i.touches],
            first=("initiative", [i.id for i in f.initiatives for _ in i.touches])),
        _by_area(f),
        _of("initiative_journeys", "How long the way becomes for those whose care moves", Journey, [j for i in f.initiatives for j in i.journeys],
            first=("initiative", [i.id for i in f.initiatives for _ in i.journeys])),
        _fans("organisation_years", "Each organisation by year", [fan for o in f.organisations for fan in o.fans]),
        _of("payments", "Payments under contracts in the last year", PaymentResult, [p for o in f.organisations for p in o.payments],
            first=("organisation", [o.id for o in f.organisations for _ in o.payments])),
        _of("areas", "Each area", AreaResult, f.areas),
        _of("area_care", "Where people go for care in the base year", CareAt, [c for a in f.areas for c in a.care],
            first=("area", [a.id for a in f.areas for _ in a.care])),
        _of("area_moves", "Care that the plan takes to another place", Move, [m for a in f.areas for m in a.moves],
            first=("area", [a.id for a in f.areas for _ in a.moves])),
        _of("area_move_times", "The way to care that moves, by each mode", Minutes, [w for a in f.areas for m in a.moves for w in m.by_mode],
            first=("move", [f"{a.id}: {m.initiative}, {m.old} to {m.new}" for a in f.areas for m in a.moves for _ in m.by_mode])),
        _missing(f),
        _plain("headlines", "Where each headline number comes from", ("number", "what", "figure", "address", "traces", "in_the_plan"), [
            (b.short, b.headline.what, b.shown, b.headline.address, "; ".join(f"{o} of {e}" for o, e in b.headline.traces), b.written)
            for b in backs(f).values()
        ]),
        _plain("sources", "Sources", ("title", "licence"), f.sources),
        _plain("contradictions", "Where sources disagree", ("what", "values", "used"), f.contradictions),
        _plain("warnings", "Warnings", ("warning",), [(w,) for w in f.warnings]),
    )  # fmt: skip


def _of(
    name: str, title: str, cls: type[Record], records: Sequence[Record], *, spread: Sequence[str] = (),
    first: tuple[str, Sequence[str]] | None = None,
) -> Table:  # fmt: skip
    """The plain fields of a class as columns; spread: fields that hold the 10th, 50th and 90th percentile."""
    columns: list[Column] = []
    read: list[tuple[str, int | None]] = []
    for field, info in cls.model_fields.items():
        about = info.description or ""
        if field in spread:
            columns += [Column(f"{field}_{end}", "number", about) for end in ENDS]
            read += [(field, n) for n in range(len(ENDS))]
        elif kind := _kind(info.annotation):
            columns.append(Column(field, kind, about))
            read.append((field, None))
    rows = [tuple(_read(r, field, n) for field, n in read) for r in records]
    if first:
        columns, rows = [Column(first[0], "text"), *columns], [(v, *row) for v, row in zip(first[1], rows, strict=True)]
    return Table(name, title, tuple(columns), tuple(rows))


ENDS: Final = ("p10", "p50", "p90")


def _read(record: Record, field: str, n: int | None) -> Any:
    value = getattr(record, field)
    return value if n is None else value[n]


def _kind(annotation: Any) -> Kind | None:
    """What a column of this type holds; None where it is no plain value.

    >>> [_kind(t) for t in (float | None, Literal["a", "b"], bool, tuple[str, ...])]
    ['number', 'text', 'flag', None]
    """
    if get_origin(annotation) in {Union, UnionType}:
        kinds = {_kind(a) for a in get_args(annotation) if a is not type(None)}
        return kinds.pop() if len(kinds) == 1 else None
    if get_origin(annotation) is Literal:
        return "text"
    return KINDS.get(annotation)


def _plain(name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    return Table(name, title, tuple(Column(c, "text") for c in columns), tuple(tuple(r) for r in rows))


def _grid(f: Findings) -> Table:
    """Every promise in every year."""
    columns = (
        Column("promise", "text", "Id of the promise"), Column("year", "text", "Financial year"),
        Column("state", "text", "Kept often enough, close, short, more likely to fail, not due, no data"),
        Column("P", "number", "Share of futures that keep it"), Column("low", "number", "Lower end of its 95 % interval"),
        Column("high", "number", "Upper end"), Column("first_break", "flag", "Where the plan breaks first, most often"),
    )  # fmt: skip
    rows = [
        (p.id, c.year, c.state, *((c.probability.p, c.probability.low, c.probability.high) if c.probability else (None,) * 3), c.first_break)
        for p in f.promises for c in p.by_year
    ]  # fmt: skip
    return Table("grid", "Each promise in each year", columns, tuple(rows))


def _by_area(f: Findings) -> Table:
    """Whom each initiative reaches, by where they live: people, and contacts of each kind of care."""
    columns = (
        Column("initiative", "text"), Column("area", "text"), Column("what", "text", "people, or a kind of care with what becomes of it"),
        Column("how_many", "number", "People, or contacts a year in the base year"),
    )  # fmt: skip
    people = [(i.id, area, "people", many) for i in f.initiatives for area, many in i.people_by_area]
    care = [
        (i.id, area, f"{t.pod}: {t.how}", many) for i in f.initiatives for t in i.touches for area, many in t.by_area
    ]
    return Table("initiative_reach", "Whom each initiative reaches, by area", columns, (*people, *care))


def _fans(name: str, title: str, fans: Sequence[Fan]) -> Table:
    """Every picture over time: 10th, 50th, 90th percentile, with the plan and with nothing done."""
    columns = (
        Column("fan", "text", "Id of the picture"), Column("title", "text"), Column("unit", "text"), Column("period", "text"),
        *(Column(f"{who}_{end}", "number") for who in ("plan", "do_nothing") for end in ENDS),
        Column("limit", "number", "The bound, where there is one"),
    )  # fmt: skip
    rows = [
        (fan.id, fan.title, fan.unit, p.period, *p.plan, *p.do_nothing, p.limit) for fan in fans for p in fan.points
    ]
    return Table(name, title, columns, tuple(rows))


def _shocks(f: Findings) -> Table:
    """Each promise under each shock."""
    columns = (
        Column("shock", "text"), Column("name", "text"), Column("decides", "flag", "Whether the verdict depends on it"),
        Column("promise", "text"), Column("P", "number", "Share of futures that keep it, with management actions"),
        Column("before_actions", "number", "The same without management actions"),
        Column("without_shock", "number", "The same without the shock, in the same futures"),
        Column("low_year", "text", "Year in which it is kept in the fewest futures"), Column("low_P", "number"),
    )  # fmt: skip
    rows = []
    for s in f.scenarios:
        for promise, p in s.P.items():
            low = s.low.get(promise)
            rows.append((
                s.id, s.name, s.decides, promise, p, s.before.get(promise), s.without.get(promise),
                low.year if low else None, low.P if low else None,
            ))  # fmt: skip
    return Table("shocks", "Each promise under each shock", columns, tuple(rows))


def _missing(f: Findings) -> Table:
    groups: tuple[tuple[str, tuple[NotModelled, ...]], ...] = (
        ("not modelled", f.not_modelled), ("not tested", f.not_tested), ("not published", f.not_published),
    )  # fmt: skip
    rows = [(kind, n.what, n.why) for kind, group in groups for n in group]
    return _plain("missing", "What this run does not know", ("kind", "what", "why"), rows)
