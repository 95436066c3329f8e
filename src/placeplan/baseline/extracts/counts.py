"""Asking, and what comes back: whole numbers by what they count, with the audit of every row that was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.baseline.extracts import dates, engines
from placeplan.baseline.extracts.duckdb_files import damaged, rejected
from placeplan.baseline.extracts.engines import DuckDB, Engine
from placeplan.baseline.extracts.maps import SPANS, WAITS, RecordMap
from placeplan.baseline.extracts.packed import BITS
from placeplan.baseline.extracts.place import Place
from placeplan.baseline.extracts.question import CELLS, DAYS, LENGTHS, LOOKUPS, ROWS, UNKNOWN, counted
from placeplan.baseline.extracts.reasons import NUMBER, REASONS, USED
from placeplan.baseline.extracts.sources import Source
from placeplan.baseline.extracts.why import problem
from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.records import digest_of

Cell = tuple[int, int, int, int, int]
"""Numbers of pod, site, area, sex and age band."""


@dataclass(frozen=True)
class FileAudit:
    """One file (or table) and what became of its rows; those sent twice still stand among those used."""

    name: str
    rows: int
    digest: str
    """SHA-256 of the file; "" for a table."""
    aside: Mapping[str, int]
    """Reason → rows."""
    refused: tuple[int, ...] = ()
    """Lines that the reader did not take; of a table, none."""


@dataclass(frozen=True)
class Audit:
    """What was read, and what became of it: rows = used + set aside."""

    files: tuple[FileAudit, ...]
    rows: int
    used: int
    aside: Mapping[str, int]
    """Reason → rows set aside."""
    not_known: Mapping[str, int]
    """Of the rows used: without a known age, sex or area, and without an end."""
    digest: str
    """SHA-256 of all counts: the same records give the same on every engine."""
    apart: tuple[tuple[str, str], ...] = ()
    """Files of which no row was read, and why."""

    @property
    def line(self) -> str:
        """The audit in one line."""
        files = f"{len(self.files)} file{'s' if len(self.files) > 1 else ''}"
        files += f" ({len(self.apart)} more set aside whole)" if self.apart else ""
        why = ", ".join(f"{n:,} {reason}" for reason, n in self.aside.items())
        set_aside = f"{self.rows - self.used:,} set aside" + (f" ({why})" if why else "")
        return f"Read {self.rows:,} rows of {files}: {self.used:,} used, {set_aside}; counts sha256 {self.digest[:12]}"

    def as_dict(self) -> dict[str, Any]:
        """Everything, for a file."""
        files = [{"name": f.name, "rows": f.rows, "sha256": f.digest, "set_aside": dict(f.aside)} for f in self.files]
        told = {code: what for code, what in REASONS if code in self.aside}
        return {
            "rows": self.rows, "used": self.used, "set_aside": dict(self.aside), "reasons": told,
            "used_without": dict(self.not_known), "counts_sha256": self.digest, "files": files,
            "files_set_aside": [{"name": name, "why": why} for name, why in self.apart],
        }  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """What records say, as counts. Exact: nothing of it leaves before `small` has been at it."""

    layout: RecordMap
    place: Place
    audit: Audit
    cells: Mapping[Cell, tuple[int, int]]
    """Cell → rows, and days for care that is counted in days (else rows again)."""
    days: Mapping[tuple[int, int], np.ndarray[Any, np.dtype[np.int64]]]
    """Pod, site → rows by day of their start, ``[1 + day]``; the first stands for before the year."""
    lengths: Mapping[tuple[int, int], Mapping[tuple[int, int], int]]
    """Pod, site → day of start (0 where it does not count) and length → rows."""
    unknown: Mapping[str, int]
    """Codes of providers that the plan does not have → rows."""


def count(engine: Engine, layout: RecordMap, place: Place, source: Source, *, beyond: bool = False) -> Counts:
    """Put the question, and check that every row came back.

    Raises:
        PlanError: where rows were lost, no row can be used, or the place is too large for the number of a row.
    """
    refuse_too_many(layout, place)
    put_lookups(engine, layout, place, source)
    steps, question = counted(layout, place, source.parts, beyond)
    try:
        rows = engine.answer(question, steps)
    except PlanError as failed:
        broken = damaged(engine, source) if isinstance(engine, DuckDB) else []
        raise PlanError(broken) if broken else failed from failed
    lines = rejected(engine, source) if isinstance(engine, DuckDB) else {}
    return read_answer(layout, place, source, rows, lines)


def put_lookups(engine: Engine, layout: RecordMap, place: Place, source: Source) -> None:
    """The small tables beside the records."""
    births = any("born" in p.found for p in source.parts)
    first, last = dates.window(place.start, layout.kind in SPANS | WAITS, births)
    engine.put("placeplan_calendar", LOOKUPS["placeplan_calendar"], dates.calendar(first, last, layout.missing))
    areas = dict.fromkeys(("", *layout.missing), 0) | dict(place.area_codes)
    for name, codes in (("sites", place.site_codes), ("areas", areas), ("ages", place.age_codes)):
        either = {written: number for code, number in codes.items() for written in (code, code.lower(), code.upper())}
        engine.put(f"placeplan_{name}", LOOKUPS[f"placeplan_{name}"], either.items())


def refuse_too_many(layout: RecordMap, place: Place) -> None:
    """Raise PlanError where a place has more of something than the number of a row has room for, or a rule is wrong."""
    found: list[Problem] = []
    for name, have in (("site", place.sites), ("area", place.areas), ("age", place.ages)):
        if len(have) > 1 << BITS[name]:
            what = f"The place has {len(have):,} {name}s; at most {1 << BITS[name]:,} can be told apart."
            found.append(problem("plan", "records-too-many", what, f"Join {name}s, or count parts of the place apart."))
    for word in layout.bad_rules:
        what = f"A rule looks at “{word}”, but the map has no such code."
        found.append(
            problem(
                "map", "records-bad-map", what, f"Add {word} to codes, with the names of its column.", column="pods"
            )
        )
    for pod in layout.pod_ids:
        if pod not in place.bed_use:
            near = nearest(pod, place.bed_use)
            what = f"The plan knows no point of delivery “{pod}”."
            mend = (
                f"Write “{near}” in the map."
                if near
                else "Add it to pods.csv of the plan, or write another in the map."
            )
            found.append(problem("map", "records-unknown-pod", what, mend, column="pods", nearest=near))
    if found:
        raise PlanError(found)


def read_answer(
    layout: RecordMap, place: Place, source: Source, rows: engines.Rows, refused: Mapping[int, list[int]]
) -> Counts:
    """The answer in the shapes in which it is used; refused: lines of each file that the reader did not take."""
    cells: dict[Cell, tuple[int, int]] = {}
    days: dict[tuple[int, int], Any] = {}
    lengths: dict[tuple[int, int], Counter[tuple[int, int]]] = {}
    by_file: dict[int, Counter[int]] = {n: Counter() for n in range(len(source.files))}
    unknown: dict[str, int] = {}
    for what, pod, site, area, sex, age, at, stay, number, total, code in rows:
        if what == ROWS:
            by_file[int(at)][int(stay)] += int(number)
        elif what == CELLS:
            cell = (int(pod), int(site), int(area), int(sex), int(age))
            before = cells.get(cell, (0, 0))
            cells[cell] = (before[0] + int(number), before[1] + int(total))
        elif what == DAYS:
            days.setdefault((int(pod), int(site)), np.zeros(place.days + 1, dtype=np.int64))[int(at)] += int(number)
        elif what == LENGTHS:
            lengths.setdefault((int(pod), int(site)), Counter())[int(at), int(stay)] += int(number)
        elif what == UNKNOWN:
            unknown[code] = int(number)
    kept = sum(int(by_day.sum()) for by_day in days.values())
    digest = _digest(cells, days, lengths)
    audit = _audit(source, by_file, kept, refused, cells, digest)
    return Counts(layout, place, audit, cells, days, lengths, unknown)


def _digest(cells: Mapping[Cell, Any], days: Mapping[Any, Any], lengths: Mapping[Any, Mapping[Any, int]]) -> str:
    """SHA-256 of all counts, whatever the order in which they came."""
    return digest_of([
        sorted([*cell, *both] for cell, both in cells.items()),
        sorted([*where, *(int(n) for n in numbers)] for where, numbers in days.items()),
        sorted([*where, *which, n] for where, numbers in lengths.items() for which, n in numbers.items()),
    ])  # fmt: skip


def _audit(
    source: Source, by_file: Mapping[int, Counter[int]], kept: int, refused: Mapping[int, list[int]],
    cells: Mapping[Cell, tuple[int, int]], digest: str,
) -> Audit:  # fmt: skip
    files, lost = [], []
    total: Counter[int] = Counter()
    for number, name in enumerate(source.files):
        found = by_file[number] + Counter({NUMBER["wrong-cells"]: len(refused.get(number, ()))})
        total += found
        read, there = sum(found.values()), source.rows[number]
        if there not in (-1, read):
            what = f"{name} has {there:,} rows, but {read:,} were read."
            mend = "Look for quotes that do not match in it, save it anew as CSV UTF-8, and try again."
            lost.append(problem(name, "records-rows-lost", what, mend))
        files.append(FileAudit(name, read, source.digests[number], _named(found), tuple(refused.get(number, ()))))
    if lost:
        raise PlanError(lost)
    total[NUMBER["duplicate"]] += total[USED] - kept
    not_known = {
        name: sum(n for cell, (n, _) in cells.items() if cell[at] == 0)
        for name, at in (("area", 2), ("sex", 3), ("age", 4))
    }
    audit = Audit(
        tuple(files), sum(f.rows for f in files), kept, _named(total), {k: n for k, n in not_known.items() if n},
        digest, source.aside,
    )  # fmt: skip
    if not audit.rows or not kept:
        mend = "Check the base year of the plan, the map and the sites; the reasons say where to begin."
        raise PlanError([problem("records", "records-no-rows", f"No row can be used. {audit.line}.", mend)])
    return audit


def _named(found: Counter[int]) -> dict[str, int]:
    """Reason → rows set aside, the commonest first."""
    aside = {REASONS[reason][0]: n for reason, n in found.items() if n and reason != USED}
    return dict(sorted(aside.items(), key=lambda item: (-item[1], item[0])))
