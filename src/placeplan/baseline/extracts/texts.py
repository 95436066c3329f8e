"""Cells as text: which are looked up, and what codes say of a row, before anything is joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter, or_
from typing import Any

from placeplan.baseline.extracts.column_types import NESTED
from placeplan.baseline.extracts.maps import RecordMap

DATED = ("start", "end", "born")
"""Words for dates; what follows one, as the time of day, is left out."""


@dataclass(frozen=True)
class Part:
    """A table with records: some files of one layout, or a table where the data live."""

    name: str
    types: Mapping[str, str]
    """Column → its type (see `column_types.kind_of`)."""
    found: Mapping[str, str]
    """Own word → column (see `maps.found_columns`)."""
    file: str = ""
    """Column with the number of the file; blank: all is one."""
    spaced: bool = True
    """There may be space around what stands in cells."""


def texts(ibis: Any, source: Part, words: Sequence[str]) -> Any:
    """Each word's column as text, NULL where a part has none; the first column, and the number of the file."""
    needed = {c: t for c, t in source.types.items() if t != NESTED}
    raw = ibis.table(needed, name=source.name)
    text = {word: _text(ibis, raw[column], source.types[column]) for word, column in source.found.items()}
    for word, column in source.found.items():
        if source.spaced and source.types[column] == "string":
            text[word] = _trimmed(ibis, text[word])
        if word in DATED and source.types[column] != "date":  # a date as text is a day alone
            text[word] = day_text(ibis, text[word])
    columns = {word: text.get(word, ibis.null("string")) for word in words}
    first = _text(ibis, raw[next(iter(needed))], next(iter(needed.values())))
    file = raw[source.file].cast("int64") if source.file else ibis.literal(0, "int64")
    return raw.select(**columns, first=first, file=file)


def _text(ibis: Any, column: Any, kind: str) -> Any:
    """A column as text: whole numbers without a point."""
    if kind == "float64":
        whole = column.cast("int64")
        return ibis.ifelse(column == whole, whole.cast("string"), column.cast("string"))
    return column if kind == "string" else column.cast("string")


def cases(*values: str) -> tuple[str, ...]:
    """Words as given, in capitals and in small letters: comparing is quicker than changing millions of cells."""
    return tuple(dict.fromkeys(v for value in values for v in (value, value.upper(), value.lower())))


def one_of(column: Any, values: Sequence[str]) -> Any:
    """Whether a column is one of a few values; NULL where it is. Comparisons, as a list would be joined.

    Nothing is made of NULL here: a branch is not taken for it, and engines stop at the first of bare comparisons that holds.
    """
    return reduce(or_, (column == value for value in values))


def _trimmed(ibis: Any, column: Any) -> Any:
    """A text without space around it; only those that have some are changed."""
    return ibis.ifelse(column.startswith(" ") | column.endswith(" "), column.strip(), column)


def read(ibis: Any, rows: Any, words: Sequence[str], layout: RecordMap) -> Any:
    """Of each row the texts that are looked up, and what its codes say; nothing else is carried further."""
    have = set(words)
    blank = ("", *cases(*layout.missing))
    keys: dict[str, Any] = {word: rows[word] for word in ("site", "provider", "area", "age") if word in have}
    keys |= {f"{word}_text": rows[word] for word in DATED if word in have}
    return rows.select(
        **keys, file=rows.file, first=rows["first"], record=_record(ibis, rows, have, blank),
        pod_at=_pod(ibis, rows, layout, blank), sex_at=_sex(ibis, rows, have, layout),
    )  # fmt: skip


def named(ibis: Any, rows: Any) -> Any:
    """Code of who gave the care: the site's, else the provider's."""
    names = [rows[word] for word in ("site", "provider") if word in rows.columns]
    return ibis.coalesce(names[0].nullif(""), names[1]) if len(names) > 1 else names[0]


def _record(ibis: Any, rows: Any, have: set[str], blank: Sequence[str]) -> Any:
    """Number of the record, NULL where there is none; what is longer than any word for none is not compared."""
    none = ibis.null("string")
    if "record" not in have:
        return none
    short = rows.record.length() <= max(len(value) for value in blank)
    return ibis.cases((short, ibis.ifelse(one_of(rows.record, blank), none, rows.record)), else_=rows.record)


def day_text(ibis: Any, column: Any) -> Any:
    """The date of a text with a time behind it."""
    return ibis.cases(
        (column.length() <= 11, column),
        (one_of(column.substr(10, 1), (" ", "T")), column.substr(0, 10)),
        (column.substr(9, 1) == " ", column.substr(0, 9)),
        (column.substr(8, 1) == " ", column.substr(0, 8)),
        (column.substr(11, 1) == " ", column.substr(0, 11)),
        else_=column,
    )


def _pod(ibis: Any, rows: Any, layout: RecordMap, blank: Sequence[str]) -> Any:
    """Number of the pod by the first rule that fits; −1 not counted, NULL where none fits."""
    numbers = {pod: n for n, pod in enumerate(layout.pod_ids)} | {"": -1}
    branches = []
    for rule in layout.pods:
        fits = [_fits(rows[f"code_{word}"], values, blank) for word, values in rule.where.items()]
        branches.append((ibis.and_(*fits) if fits else ibis.literal(True), ibis.literal(numbers[rule.pod], "int64")))
    return ibis.cases(*branches, else_=ibis.null("int64"))


def _fits(column: Any, values: Sequence[str], blank: Sequence[str]) -> Any:
    """Whether a code is one of the values; ``2*`` begins with 2, ``-`` is a blank."""
    exact = cases(*(v for v in values if v != "-" and not v.endswith("*")))
    tests = [one_of(column, exact)] if exact else []
    for value in values:
        if value == "-":
            tests.append(column.isnull() | one_of(column, blank))
        elif value.endswith("*"):
            tests += [column.startswith(start) for start in cases(value[:-1])]
    return reduce(or_, tests)


def _sex(ibis: Any, rows: Any, have: set[str], layout: RecordMap) -> Any:
    """0 not known, 1 women, 2 men."""
    zero = ibis.literal(0, "int64")
    numbers = {"F": 1, "M": 2}
    # The first value of each is the commonest: most rows are done with after two comparisons.
    ranked = [(rank, numbers[s], cases(v)) for s, values in layout.sex.items() for rank, v in enumerate(values)]
    if "sex" not in have or not ranked:
        return zero
    ranked.sort(key=itemgetter(0))
    return ibis.cases(*((one_of(rows.sex, v), ibis.literal(n, "int64")) for _, n, v in ranked), else_=zero)
