"""Where the records lie: folders of CSV and Parquet files, or a table in PostgreSQL or Spark; and what of it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from placeplan.baseline.extracts.column_types import NESTED
from placeplan.baseline.extracts.duckdb_files import look_at_parquet, parts_of
from placeplan.baseline.extracts.engines import RECORDS, DuckDB, Engine
from placeplan.baseline.extracts.look import EMPTY, HALF, Look, look_at, names_of
from placeplan.baseline.extracts.maps import RecordMap, found_columns, missing_columns
from placeplan.baseline.extracts.texts import Part
from placeplan.baseline.extracts.why import problem, warning
from placeplan.core.errors import PlanError, Problem, nearest

CSV = (".csv", ".txt", ".tsv", ".csv.gz")
PARQUET = (".parquet", ".pq")
MOST_NAMED = 5
"""Files that are no records of which names are told."""

Tell = Callable[[int, int, str], None]
"""Told how much is done, of how much, and what."""


def silent(_done: int, _total: int, _what: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Source:
    """Records, ready to be asked about."""

    parts: tuple[Part, ...]
    files: tuple[str, ...]
    """Name of the file of each number; a table has one name."""
    rows: tuple[int, ...]
    """Rows in each, counted apart from the question; −1 where only the engine can count them (tables)."""
    digests: tuple[str, ...]
    """SHA-256 of each file; "" for a table."""
    told: tuple[Problem, ...] = ()
    """Warnings: files set aside, and what was unusual about those that were read."""
    notes: tuple[str, ...] = ()
    """How files differ from plain CSV, in words."""
    cut: frozenset[str] = frozenset()
    """Files whose last line has no end."""
    aside: tuple[tuple[str, str], ...] = ()
    """Files set aside whole, and why."""
    looks: tuple[Look, ...] = ()
    """What each file is; of a table, none."""


def files_of(path: Path) -> tuple[list[Path], list[Path]]:
    """Files with records of a folder (and the folders in it), in order, and its other files; or one file.

    Raises:
        PlanError: where there is none with records.
    """
    if not path.exists():
        raise PlanError(
            [problem(str(path), "records-not-a-table", f"There is no “{path}”.", "Give a file or a folder of files.")]
        )
    inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    inside = [p for p in inside if not p.name.startswith(".")]
    usable = [p for p in inside if p.name.lower().endswith(CSV + PARQUET)]
    if not usable:
        mend = "Put CSV or Parquet files there; save workbooks as CSV UTF-8."
        raise PlanError([problem(str(path), "records-not-a-table", f"“{path}” holds no CSV or Parquet file.", mend)])
    return usable, [p for p in inside if p not in set(usable)]


def from_files(engine: DuckDB, layout: RecordMap, path: Path, tell: Tell = silent) -> Source:
    """Files as tables of an engine; what cannot be read is set aside and told.

    Raises:
        PlanError: where nothing can be read, with every problem.
    """
    files, others = files_of(path)
    names = {p: str(p.relative_to(path)) if path.is_dir() else p.name for p in [*files, *others]}
    looks, sizes = [], [p.stat().st_size for p in files]
    for number, one in enumerate(files):
        tell(sum(sizes[:number]), sum(sizes), f"looking at {names[one]}")
        parquet = one.name.lower().endswith(PARQUET)
        looks.append(look_at_parquet(engine, one, layout) if parquet else look_at(one, layout))
    good, aside = [k for k in looks if not k.wrong], [k for k in looks if k.wrong]
    if not good:
        none = problem(str(path), "records-no-rows", "No file can be read.", "See to the files named.")
        raise PlanError([none, *(_unreadable(names[k.path], k) for k in aside)])
    told = [warning(_unreadable(names[k.path], k)) for k in aside]
    told += [warning(_no_rows(names[k.path])) for k in good if not k.lines]
    if others:
        told.append(warning(_others(str(path), [names[p] for p in others])))
    return Source(
        tuple(parts_of(engine, layout, good)), tuple(names[k.path] for k in good), tuple(k.lines for k in good),
        tuple(k.digest for k in good), tuple(told), tuple(f"{names[k.path]}: {k.note}" for k in good if k.note),
        frozenset(names[k.path] for k in good if k.cut),
        (*((names[k.path], k.wrong) for k in aside), *((names[p], "is no CSV or Parquet file") for p in others)),
        tuple(good),
    )  # fmt: skip


def from_table(engine: Engine, layout: RecordMap, name: str) -> Source:
    """A table or view where the data live.

    Raises:
        PlanError: where it lacks columns, with the nearest names, or has such as hold lists.
    """
    types = engine.types(name)
    found = found_columns(layout, tuple(types))
    wrong = lacking_columns(layout, name, found, tuple(types))
    for column in sorted(set(found.values())):
        if types[column] == NESTED:
            what = f"The column {column} holds lists or the like, not one value a row."
            mend = "Count a view of the table in which it is text, a number or a date."
            wrong.append(problem(name, "records-no-column", what, mend, column=column))
    if wrong:
        raise PlanError(wrong)
    return Source((Part(RECORDS, types, found),), (name,), (-1,), ("",))


def lacking_columns(layout: RecordMap, where: str, found: dict[str, str], have: Sequence[str]) -> list[Problem]:
    """A problem for each column that is needed and not there."""
    problems = []
    for word in missing_columns(layout, found):
        names = names_of(layout, word)
        near = next((n for n in (nearest(name, have) for name in names) if n), "")
        what = f"There is no column for “{word.removeprefix('code_')}” (known as {', '.join(names) or 'nothing'})."
        mend = f"Add “{near}” to the map, if it is that." if near else "Add the column's name to the map."
        problems.append(problem(where, "records-no-column", what, mend, nearest=near))
    return problems


def _unreadable(name: str, look: Look) -> Problem:
    mends = {EMPTY: "Ask for it again, or take it away.", HALF: "Fetch it again, whole."}
    mend = mends.get(look.code, "Mend the file or the map, or take the file away.")
    return problem(name, look.code, f"{name} {look.wrong}; the whole file is set aside.", mend)


def _no_rows(name: str) -> Problem:
    what = f"{name} has a header and no rows."
    return problem(name, EMPTY, what, "Ask for it again, if there should be some.")


def _others(where: str, names: list[str]) -> Problem:
    some, more = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    what = f"Not read, as their names end in no {', '.join((*CSV, *PARQUET))}: {some}{f' and {more} more' if more > 0 else ''}."
    return problem(where, "records-not-a-table", what, "Save what holds records as CSV UTF-8; take the rest away.")
