"""Every row of a file used or set aside, and every cell of those used: in DuckDB, so that millions of rows take seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb

from placeplan.core.errors import PlanError
from placeplan.series.layout import SHAPES, Names
from placeplan.series.periods import read_age, read_period, read_sex
from placeplan.series.recognise import Place, matched
from placeplan.series.why import problem

BLANK = ("", "-", "–", "—", "..", "na", "n/a", "null", "none", "nan", "not applicable", "not available", "no data provided", "not relevant")  # fmt: skip
"""What stands for nothing, in small letters."""
SUPPRESSED = r"\*+|[cx:~^#]|[<≤]\s?\d+|suppressed|low n(o\.?|umber)s?"
"""What stands for a figure that the publisher keeps back."""
TOTAL = r"(grand |sub-?|sub )?totals?:?|sum:?|all (england|providers|trusts)|england (total|\(inc.*\))"
"""How a row of totals begins, where the layout does not say."""
PROVIDERS = ("provider", "trust", "site")
"""Shapes of codes among which England as a whole is a sum."""
NUMBER = r"[-+]?[£]?\s?(\d{1,3}(,\d{3})+(\.\d+)?|\d+\.?\d*([eE][-+]?\d+)?|\.\d+)\s?%?"
SLIPPED = 0.2
"""Share of rows whose cells stand in wrong columns from which on none of the file's rows is trusted."""


@dataclass(frozen=True)
class Column:
    """One column of figures of a file."""

    at: int
    measure: str
    unit: str
    scale: float = 1.0
    least: float | None = None
    most: float | None = None
    of: str = ""
    sex: str = ""
    age: str = ""
    period: str = ""


def columns_of(place: Place) -> list[Column]:
    """The columns of figures that a file has, each once: those named first, then those that match a pattern."""
    found: dict[int, Column] = {}
    for m in place.layout.measures:
        at = place.at(m.column)
        if at is not None:
            found.setdefault(at, Column(at, m.measure, m.unit, m.scale, m.least, m.most, m.of, m.sex, m.age))
        if m.matching:
            for i, said in matched(place.header, m.matching):
                least = m.least if "year" not in said else None
                age, period = read_age(said.get("age", "")), said.get("period", "")
                told = m.measure or said.get("measure", "").strip()
                one = Column(i, told, said.get("unit") or m.unit, m.scale, least, m.most, said.get("of") or m.of, m.sex, age or m.age, period)  # fmt: skip
                found.setdefault(i, one)
    return list(found.values())


def assume(place: Place, asked: str, name: str) -> tuple[str, bool]:
    """The period of a file that does not say it in its rows, and whether it was assumed.

    Raises:
        PlanError: where nobody says it.
    """
    when = place.layout.period
    if when.column or any(c.period for c in columns_of(place)):
        return "", False
    above = read_period(place.said_above.get("period", ""), when.kind)[0]
    if above and not asked:
        return above, False
    if asked or when.fixed:
        period = read_period(asked, when.kind)[0] if asked else when.fixed
        if not period:
            what = f"“{asked}” is no period of the kind {when.kind.replace('_', ' ')}."
            raise PlanError([problem("--period", 0, "", "no-period", what, "Write it as 2016/17, 2016-04 or 2016.")])
        return period, False
    for column, period in when.told_by.items():
        if place.at(column) is not None:
            return period, False
    if when.assumed:
        return when.assumed, True
    what = f"{name} does not say of when its figures are."
    raise PlanError([problem(name, 0, "", "no-period", what, "Say it with --period, such as --period 2016/17.")])


def sort_out(connection: duckdb.DuckDBPyConnection, place: Place, when: str) -> None:
    """Makes ``rows`` (line, why, code, name, other, period, of, sex, age), ``cells`` and ``figures``."""
    _map(connection, place)
    columns = columns_of(place)
    query = f"create table rows as select line, {_why(place)} as why, {_parts(place, when)} from raw {_joins(place)}"
    connection.execute(query)
    if place.layout.holds:
        _slipped(connection)
    _cells(connection, columns)
    for why, cells in (
        ("no_number", "not in ('blank', 'suppressed')"),
        ("suppressed", "= 'suppressed'"),
        ("no_figure", "= 'blank'"),
    ):
        connection.execute(
            f"update rows set why = '{why}' where why is null and line not in (select line from cells where why is null) "
            f"and line in (select line from cells where why {cells})"
        )
    _twice(connection)
    connection.execute("delete from cells where line in (select line from rows where why is not null)")
    connection.execute(
        "create view figures as select r.code, r.name, r.other, coalesce(nullif(k.period, ''), r.period) as period, k.measure, "
        "concat_ws(', ', nullif(r.of, ''), nullif(k.of, '')) as \"of\", coalesce(nullif(k.sex, ''), r.sex) as sex, "
        "coalesce(nullif(k.age, ''), r.age) as age, c.value, c.text, k.unit, c.line "
        "from cells c join rows r using (line) join columns k using (nth) where c.why is null"
    )


def quoted(text: str) -> str:
    """Text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _cell(place: Place, names: Names) -> str | None:
    at = place.at(names) if names else None
    return None if at is None else f"trim(c{at})"


def _period(place: Place) -> str | None:
    """SQL for the cell, or the two cells, that say a row's period."""
    first, second = (_cell(place, names) for names in (place.layout.period.column, place.layout.period.joined))
    return f"trim({first} || ' ' || {second})" if first and second else first


def _map(connection: duckdb.DuckDBPyConnection, place: Place) -> None:
    """Tables of what is written → what it says, for periods, ages and sexes: few words, read once each."""
    layout = place.layout
    kind = layout.period.kind
    readers: dict[str, tuple[str | None, Callable[[str], tuple[str, str]]]] = {
        "period": (_period(place), lambda text: read_period(text, kind)),
        "age": (_cell(place, layout.age), lambda text: (read_age(text), "")),
        "sex": (_cell(place, layout.sex), lambda text: (read_sex(text), "")),
    }
    for what, (cell, read) in readers.items():
        connection.execute(f"create table said_{what} (written varchar, said varchar, style varchar)")
        if cell:
            written = [str(r[0]) for r in connection.execute(f"select distinct {cell} from raw").fetchall()]
            said = [read(text) for text in written]
            connection.execute(
                f"insert into said_{what} select unnest($1::varchar[]), unnest($2::varchar[]), unnest($3::varchar[])",
                [written, [s[0] for s in said], [s[1] for s in said]],
            )


def _joins(place: Place) -> str:
    layout = place.layout
    found = []
    for what, cell in (
        ("period", _period(place)),
        ("age", _cell(place, layout.age)),
        ("sex", _cell(place, layout.sex)),
    ):
        if cell:
            found.append(f"left join said_{what} {what}s on {what}s.written = {cell}")
    return " ".join(found)


def _parts(place: Place, when: str) -> str:
    """What a row is of: code, name, second code, period, division, sex, age."""
    layout = place.layout
    divisions = []
    for o in layout.of:
        cell = _cell(place, o.column)
        if cell:
            label = f"{o.label} " if o.label else ""
            divisions.append(f"case when {cell} = '' then null else {quoted(label)} || regexp_replace({cell}, '^(\\d+)\\.0$', '\\1') end")  # fmt: skip
    parts = {
        "code": _cell(place, layout.code.column) or quoted(layout.code.fixed),
        "name": _cell(place, layout.name) or "''",
        "other": (_cell(place, layout.other.column) if layout.other else None) or "''",
        "period": "periods.said" if layout.period.column else quoted(when),
        "of": f"concat_ws(', ', {', '.join(divisions)})" if divisions else "''",
        "sex": "sexs.said" if _cell(place, layout.sex) else quoted(read_sex(place.said_above.get("sex", ""))),
        "age": "ages.said" if _cell(place, layout.age) else "''",
    }
    return ", ".join(f'{sql} as "{name}"' for name, sql in parts.items())


def _why(place: Place) -> str:
    """SQL that says why a row is set aside, null where it is not."""
    whens = " ".join(f"when {test} then '{why}'" for test, why in _tests(place))
    return f"case {whens} end"


def _tests(place: Place) -> Iterator[tuple[str, str]]:
    """Tests of a row and the reason each gives, the first that holds counting."""
    layout, width = place.layout, len(place.header)
    cells = [f"c{i}" for i in range(width)]
    code = _cell(place, layout.code.column)
    yield "n = 0", "blank"
    yield "n < 0", "above"
    yield " and ".join(f"trim({c}) = {quoted(h)}" for c, h in zip(cells, place.header, strict=True)), "header"
    if width > 2:
        full = " + ".join(f"(trim({c}) <> '')::int" for c in cells)
        lead = f"trim(c{next((i for i, h in enumerate(place.header) if h), 0)})"
        yield (
            f"{full} = 1 and (n = 1 or {lead} <> '') and not regexp_full_match({lead}, {quoted(TOTAL)}, 'i')",
            "note",
        )
    told = {_cell(place, column): pattern for column, pattern in layout.totals.items()}
    for cell, pattern in told.items():
        yield f"regexp_full_match(coalesce({cell}, ''), {quoted(pattern)}, 'i')", "total"
    named = [c for c in (code, _cell(place, layout.name), _cell(place, layout.period.column)) if c]
    if named:
        yield " or ".join(f"regexp_full_match({c}, {quoted(TOTAL)}, 'i')" for c in named), "total"
    if code and layout.code.shape in PROVIDERS:
        yield " or ".join(f"upper({c}) in ('ENG', 'ENGLAND')" for c in named), "total"
    yield f"n <> {width} or extra <> ''", "cells"
    labels = [c for c in (code, _cell(place, layout.name), *(_cell(place, o.column) for o in layout.of)) if c]
    if labels:
        yield " or ".join(f"regexp_full_match({c}, '[=@].*')" for c in labels), "formula"
    yield from _read_tests(place)


def _read_tests(place: Place) -> Iterator[tuple[str, str]]:
    """Whether codes, period, age and sex were understood, and whether cells hold what their columns say."""
    layout = place.layout
    code = _cell(place, layout.code.column)
    if code:
        yield f"not regexp_full_match({code}, {quoted(SHAPES[layout.code.shape][0])})", "code"
    if layout.other:
        other = _cell(place, layout.other.column)
        blank = f"{other} <> '' and " if layout.other.unknown else ""
        yield f"{blank}not regexp_full_match({other}, {quoted(SHAPES[layout.other.shape][0])})", "other"
    for what, names in (("period", layout.period.column), ("age", layout.age), ("sex", layout.sex)):
        if _cell(place, names):
            yield f"coalesce({what}s.said, '') = ''", what
    for pattern, holds in layout.holds.items():
        for at, _ in matched(place.header, pattern):
            yield f"not regexp_full_match(trim(c{at}), {quoted(holds)}, 'i')", "slipped"


def _slipped(connection: duckdb.DuckDBPyConnection) -> None:
    """Where cells stand in wrong columns in many rows, those that show nothing may have slipped as well: none is trusted."""
    connection.execute(
        "update rows set why = 'slipped' where why is null and (select count(*) filter (why = 'slipped') > "
        f"{SLIPPED} * count(*) filter (why is null or why = 'slipped') from rows)"
    )


def _twice(connection: duckdb.DuckDBPyConnection) -> None:
    """Rows of the same thing: the same figures again count once; other figures are set aside, all of them."""
    thing = 'code, other, period, "of", sex, age'
    connection.execute(f"""
        create temp table again as
        with doubled as (select {thing} from rows where why is null group by all having count(*) > 1),
        those as (select line, {thing} from rows join doubled using ({thing}) where why is null),
        figures as (
            select line, md5(string_agg(coalesce(value::varchar, text), '|' order by nth)) as said
            from cells where line in (select line from those) group by 1
        )
        select line, row_number() over (partition by {thing} order by line) as place,
            count(distinct said) over (partition by {thing}) as ways
        from those join figures using (line)
    """)
    connection.execute("update rows set why = 'contradicts' from again where again.line = rows.line and ways > 1")
    connection.execute(
        "update rows set why = 'twice' from again where again.line = rows.line and ways = 1 and place > 1"
    )


def _cells(connection: duckdb.DuckDBPyConnection, columns: list[Column]) -> None:
    """Makes ``columns`` and ``cells`` (line, at, value, text, why) of the rows that are used."""
    connection.execute(
        "create table columns (nth bigint, measure varchar, unit varchar, scale double, least double, most double, "
        '"of" varchar, sex varchar, age varchar, period varchar)'
    )
    for c in columns:
        connection.execute(
            "insert into columns values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [c.at, c.measure, c.unit, c.scale, c.least, c.most, c.of, c.sex, c.age, c.period],
        )
    names = ", ".join(f"c{c.at}" for c in columns)
    blank = ", ".join(quoted(b) for b in BLANK)
    connection.execute(f"""
        create table cells as
        with long as (
            select line, substr(named, 2)::bigint as nth, trim(written) as written from
            (unpivot (select line, {names} from raw where line in (select line from rows where why is null)) on {names}
             into name named value written)
        ), read as (
            select line, nth, written, unit, scale, least, most,
                case when unit <> 'text' and regexp_full_match(written, {quoted(NUMBER)}) then
                    try_cast(regexp_replace(written, '[£,%\\s]', '', 'g') as double)
                    * case when written like '%\\%' escape '\\' and unit = 'share' then 0.01 else scale end end as number
            from long join columns using (nth)
        )
        select line, nth, case when unit = 'text' then null else number end as value,
            case when unit = 'text' then written else '' end as text,
            case when lower(written) in ({blank}) then 'blank'
                 when unit = 'text' and not regexp_matches(written, '^[=@]') then null
                 when regexp_full_match(written, {quoted(SUPPRESSED)}, 'i') then 'suppressed'
                 when regexp_matches(written, '^[=@#]') then 'formula'
                 when number is null then 'words'
                 when number < least then 'below'
                 when number > most then 'above' end as why
        from read
    """)
