"""The one question that is put to whatever holds the records: an ibis expression, compiled for each engine.

It reads text, so that no engine guesses a type; dates, ages, sites and areas are found by joins to small tables; each row
gets the first reason that holds against it, or becomes one number (`packed`), of which whole numbers are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any

from placeplan.baseline.extracts.dates import BLANK, MONTH_FIRST
from placeplan.baseline.extracts.maps import SPANS, STAYS, WAITS, RecordMap
from placeplan.baseline.extracts.packed import OPEN, pack, part
from placeplan.baseline.extracts.place import Place
from placeplan.baseline.extracts.reasons import NUMBER, USED
from placeplan.baseline.extracts.texts import DATED, Part, cases, day_text, named, one_of, read, texts

LOOKUPS: dict[str, dict[str, str]] = {
    "placeplan_calendar": {"text": "string", "day": "int64", "ymd": "int64"},
    "placeplan_sites": {"text": "string", "number": "int64"},
    "placeplan_areas": {"text": "string", "number": "int64"},
    "placeplan_ages": {"text": "string", "number": "int64"},
}
"""Small tables that are put beside the records, and their columns."""
COUNTED = ("what", "pod", "site", "area", "sex", "age", "at", "stay", "number", "total", "code")
"""Columns of the answer."""
ROWS, CELLS, DAYS, LENGTHS, UNKNOWN = range(5)
"""What a row of the answer counts: rows by file and reason, people by cell, by day, by length, unknown codes."""
JUDGED, ONCE, LOOSE = "placeplan_judged", "placeplan_once", "placeplan_loose"
STEPS: dict[str, dict[str, str]] = {
    JUDGED: {"file": "int64", "record": "string", "reason": "int64", "packed": "int64", "code": "string"},
    ONCE: {"packed": "int64"},
    LOOSE: {"packed": "int64", "rows": "int64"},
}
"""What is counted from more than once, with its columns: every row with its reason; of those that count, each number of a record
once; and those without such a number, those alike together, so that no engine has to hold all rows until it comes to them."""
TOTAL_WORDS, TOTAL_BEGINS = ("ALL", "SUM"), ("TOTAL", "GRAND TOTAL", "SUBTOTAL", "SUB-TOTAL", "SUB TOTAL", "SUM OF")
"""What stands first in a row of totals that has no date: the whole, or the beginning of it."""


def counted(layout: RecordMap, place: Place, parts: Sequence[Part], beyond: bool) -> tuple[dict[str, Any], Any]:
    """The whole question: its `STEPS` by name, and rows → counts from them, with the columns of `COUNTED`.

    beyond: count residents' care at providers that the plan does not have, as given ``outside``.
    """
    import ibis  # noqa: PLC0415 – only those who read records need it

    words = sorted({word for p in parts for word in p.found})
    each = [texts(ibis, p, words) for p in parts]
    every = each[0] if len(each) == 1 else ibis.union(*each, distinct=False)
    headers = {p.found["start"] for p in parts}
    rows, once, loose = (ibis.table(columns, name=name) for name, columns in STEPS.items())
    cells = _joined(ibis, read(ibis, every, words, layout), words)
    steps = {JUDGED: _judged(ibis, cells, layout, place, headers, beyond)}
    good = rows.filter(rows.reason == USED)
    unknown = rows.filter((rows.reason == NUMBER["unknown-provider"]) & rows.code.notnull())
    answers = [
        _answer(ibis, rows.group_by(at="file", stay="reason").agg(number=lambda t: t.count()), ROWS),
        _answer(ibis, unknown.group_by("code").agg(number=lambda t: t.count()), UNKNOWN),
    ]
    if "record" in words:
        known = good.filter(good.record.notnull())
        steps[ONCE] = known.group_by("record").agg(packed=lambda t: t.packed.min()).select("packed")
        answers += _answers(ibis, _parted(once), layout)
    steps[LOOSE] = good.filter(good.record.isnull()).group_by("packed").agg(rows=lambda t: t.count())
    return steps, ibis.union(*answers, *_answers(ibis, _parted(loose, "rows"), layout), distinct=False)


def _parted(kept: Any, *further: str) -> Any:
    """Packed rows as their parts, with further columns as they are."""
    parts = {name: part(kept.packed, name) for name in ("at", "stay", "pod", "site", "area", "sex", "age")}
    return kept.select(*further, **parts)


def _answers(ibis: Any, parted: Any, layout: RecordMap) -> list[Any]:
    """The counts, each as rows of one shape; where rows that are alike stand together, each of them counts."""

    def number(t: Any) -> Any:
        return t["rows"].sum() if "rows" in t.columns else t.count()

    def total(t: Any) -> Any:
        if layout.kind not in SPANS:
            return number(t)
        return (t["stay"] * t["rows"]).sum() if "rows" in t.columns else t["stay"].sum()

    began = parted.filter(parted["at"] > 0) if layout.kind in WAITS else parted
    of_cells = began.group_by("pod", "site", "area", "sex", "age").agg(number=number, total=total)
    answers = [
        _answer(ibis, of_cells, CELLS),
        _answer(ibis, parted.group_by("pod", "site", "at").agg(number=number), DAYS),
    ]
    if layout.kind in SPANS | WAITS | STAYS:
        lengths = parted if layout.kind in SPANS | WAITS else parted.mutate(at=parted["at"] * 0)
        answers.append(_answer(ibis, lengths.group_by("pod", "site", "at", "stay").agg(number=number), LENGTHS))
    return answers


def _answer(ibis: Any, table: Any, what: int) -> Any:
    """Counts with every column of `COUNTED`: 0 or blank where it says nothing."""
    columns = {"what": ibis.literal(what, "int64")}
    for name in COUNTED[1:-1]:
        columns[name] = table[name].cast("int64") if name in table.columns else ibis.literal(0, "int64")
    columns["code"] = table["code"] if "code" in table.columns else ibis.literal("", "string")
    return table.select(**columns)


def _joined(ibis: Any, rows: Any, words: Sequence[str]) -> Any:
    """The rows with the numbers of their days, site, area and age; each lookup has a text once, so no row is doubled."""
    have = set(words)
    for word in DATED:
        if word in have:
            days_of = _lookup(ibis, "placeplan_calendar", f"{word}_")
            rows = rows.left_join(days_of, rows[f"{word}_text"] == days_of[f"{word}_key"]).drop(f"{word}_key")
    for word, table in (("site", "sites"), ("provider", "sites"), ("area", "areas")):
        if word in have:
            known = _lookup(ibis, f"placeplan_{table}", f"{word}_")
            asked = rows[word]
            if word == "provider" and "site" in have:  # only where the site's code says nothing
                asked = ibis.ifelse(rows.site_number.isnull(), asked, ibis.null("string"))
            rows = rows.mutate(asked=asked)
            rows = rows.left_join(known, rows.asked == known[f"{word}_key"]).drop(f"{word}_key", "asked")
    if {"age", "born"} & have:
        rows = rows.mutate(age_text=_age_text(ibis, rows, have))
        known = _lookup(ibis, "placeplan_ages", "age_")
        rows = rows.left_join(known, rows.age_text == known.age_key).drop("age_key")
    return rows


def _lookup(ibis: Any, name: str, prefix: str) -> Any:
    """A small table with names of its own, so that it can be joined more than once."""
    table = ibis.table(LOOKUPS[name], name=name)
    own = {f"{prefix}key": table.text, **{prefix + c: table[c] for c in LOOKUPS[name] if c != "text"}}
    return table.select(**own)


def _age_text(ibis: Any, rows: Any, have: set[str]) -> Any:
    """Age as text: as given, else whole years from birth to start."""
    if "born" not in have:
        return rows.age
    lived = ((rows.start_ymd - rows.born_ymd) // 10_000).cast("string")
    lived = ibis.ifelse((rows.start_ymd > 0) & (rows.born_ymd > 0), lived, ibis.null("string"))
    return ibis.coalesce(rows.age.nullif(""), lived) if "age" in have else lived


def _judged(ibis: Any, rows: Any, layout: RecordMap, place: Place, headers: Collection[str], beyond: bool) -> Any:
    """File, reason, number of the record, the packed row (sound where there is no reason), and codes of unknown providers."""
    have = set(rows.columns)
    zero, outside = ibis.literal(0, "int64"), ibis.literal(1, "int64")
    area = ibis.coalesce(rows.area_number, ibis.ifelse(rows.area.notnull(), outside, zero)) if "area" in have else zero
    age = rows.age_number.fill_null(0) if "age_number" in have else zero
    if "end_day" in have:
        rows = rows.mutate(
            end_day=rows.end_day.nullif(BLANK), end_wrong=rows.end_text.notnull() & rows.end_day.isnull()
        )
    rows = rows.mutate(site_at=_site(ibis, rows, have, layout, place, beyond), area_at=area, age_at=age)
    rows = rows.mutate(**_timed(ibis, rows, have, layout, place))
    numbers = {
        "at": rows.at_day, "stay": rows.stay_days, "pod": rows.pod_at, "site": rows.site_at, "area": rows.area_at,
        "sex": rows.sex_at, "age": rows.age_at,
    }  # fmt: skip
    name = named(ibis, rows)
    return rows.select(
        "file", "record", reason=_reason(ibis, rows, have, headers), packed=pack(numbers),
        code=ibis.ifelse(rows.site_at.isnull() & (name.length() <= 6), name.upper(), ibis.null("string")),
    )  # fmt: skip


def _site(ibis: Any, rows: Any, have: set[str], layout: RecordMap, place: Place, beyond: bool) -> Any:
    """Number of the site: by its code, else by the provider's; ``outside`` for residents' care elsewhere, if asked."""
    numbers = [rows[f"{word}_number"] for word in ("site", "provider") if word in have]
    known = ibis.coalesce(*numbers) if len(numbers) > 1 else numbers[0]
    if not beyond or "area" not in have:
        return known
    name = named(ibis, rows)
    elsewhere = (name.length() >= 3) & (name.length() <= 6) & (rows.area_number > 1)
    elsewhere = elsewhere.fill_null(False) & ~one_of(name, cases("", *layout.unknown_sites))
    outside = ibis.ifelse(elsewhere, ibis.literal(len(place.sites) - 1, "int64"), ibis.null("int64"))
    return ibis.coalesce(known, outside)


def _timed(ibis: Any, rows: Any, have: set[str], layout: RecordMap, place: Place) -> dict[str, Any]:
    """When in the year a row begins, how long it lasts, and whether it touches the year at all."""
    first, last = place.start.toordinal(), place.end.toordinal()
    start = rows.start_day
    end = rows.end_day if "end_day" in have else ibis.null("int64")
    in_year = (start >= first) & (start < last)
    at = ibis.ifelse(start >= first, start - (first - 1), 0)
    if layout.kind in SPANS:
        goes_on = ibis.coalesce(end, ibis.literal(last, "int64"))
        given = ibis.least(goes_on, last) - ibis.greatest(start, first)
        return {"at_day": at, "stay_days": given, "in_year": (start < last) & (goes_on >= first)}
    if layout.kind in WAITS:
        waits = (start < first) & ((end >= first) | end.isnull())
        waited = ibis.ifelse(start < first, ibis.least(first - start, OPEN - 1), 0)
        return {"at_day": at, "stay_days": waited, "in_year": in_year | waits}
    stay = (end - start).fill_null(OPEN) if layout.kind in STAYS else ibis.literal(0, "int64")
    return {"at_day": at, "stay_days": stay, "in_year": in_year}


def _reason(ibis: Any, rows: Any, have: set[str], headers: Collection[str]) -> Any:
    """The first reason that holds against a row, 0 where none does."""

    def number(code: str) -> Any:
        return ibis.literal(NUMBER[code], "int64")

    label = ibis.coalesce(rows["first"].nullif(""), named(ibis, rows), rows.record).strip().upper()
    not_counted = (rows.pod_at == -1, number("not-counted"))
    again = one_of(rows.start_text, [day_text(ibis, ibis.literal(text)) for text in cases(*sorted(headers))])
    no_record = ibis.cases(
        (again, number("header-again")),
        (reduce(or_, map(label.startswith, TOTAL_BEGINS), one_of(label, TOTAL_WORDS)), number("totals-row")),
        not_counted,
        (rows.start_text.isnull() | (rows.start_day == BLANK), number("blank-date")),
        (rows.start_day.isnull(), number("unknown-date")),
        else_=number("month-first"),
    )
    branches = [(rows.start_day.isnull() | (rows.start_day <= MONTH_FIRST), no_record), not_counted]
    if "end_day" in have:
        branches += [
            (rows.end_wrong, number("unknown-date")),
            (rows.end_day == MONTH_FIRST, number("month-first")),
            (rows.end_day < rows.start_day, number("end-before-start")),
        ]
    branches += [
        (~rows.in_year.fill_null(False), number("other-year")),
        (rows.site_at.isnull(), number("unknown-provider")),
        (rows.pod_at.isnull(), number("unknown-pod")),
    ]
    return ibis.cases(*branches, else_=ibis.literal(USED, "int64"))
