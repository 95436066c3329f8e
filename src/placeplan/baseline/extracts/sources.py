"""Where the records lie: folders of CSV and Parquet files, or a table in PostgreSQL or Spark; and what of it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from placeplan.baseline.extracts.engines import RECORDS, DuckDB, Engine
from placeplan.baseline.extracts.look import Look, look_at, names_of
from placeplan.baseline.extracts.maps import RecordMap, found_columns, missing_columns
from placeplan.baseline.extracts.scan import digest_of_file
from placeplan.baseline.extracts.texts import Part
from placeplan.baseline.extracts.why import problem
from placeplan.core.errors import PlanError, Problem, nearest

CSV = (".csv", ".txt", ".tsv", ".csv.gz")
PARQUET = (".parquet", ".pq")


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


def files_of(path: Path) -> tuple[Path, ...]:
    """Files of a folder (and the folders in it) or one file, in order; raises PlanError where there is none."""
    if not path.exists():
        raise PlanError(
            [problem(str(path), "records-not-a-table", f"There is no “{path}”.", "Give a file or a folder of files.")]
        )
    inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    usable = tuple(p for p in inside if p.name.lower().endswith(CSV + PARQUET) and not p.name.startswith("."))
    if not usable:
        mend = "Put CSV or Parquet files there; save workbooks as CSV UTF-8."
        raise PlanError([problem(str(path), "records-not-a-table", f"“{path}” holds no CSV or Parquet file.", mend)])
    return usable


def from_files(engine: DuckDB, layout: RecordMap, path: Path) -> Source:
    """Files as tables of an engine; what cannot be read is set aside and told.

    Raises:
        PlanError: where nothing can be read, with every problem.
    """
    files = files_of(path)
    looks = [look_at(p, layout) for p in files if not p.name.lower().endswith(PARQUET)]
    parquet = [p for p in files if p.name.lower().endswith(PARQUET)]
    good = [look for look in looks if not look.wrong]
    aside = [_unreadable(look) for look in looks if look.wrong]
    names = [look.name for look in good] + [p.name for p in parquet]
    numbers = {str(p): n for n, p in enumerate([look.path for look in good] + parquet)}
    engine.put("placeplan_files", {"text": "string", "number": "int64"}, numbers.items())
    parts = [
        _csv_part(engine, layout, n, list(alike))
        for n, (_, alike) in enumerate(groupby(sorted(good, key=_form), _form))
    ]
    wrong: list[Problem] = []
    for number, one in enumerate(parquet):
        found = _parquet_part(engine, layout, f"placeplan_parquet_{number}", one)
        (parts if isinstance(found, Part) else wrong).append(found)  # type: ignore[arg-type]
    if wrong or not parts:
        lacking = (
            []
            if parts or wrong
            else [problem(str(path), "records-no-rows", "No file can be read.", "See to the files named.")]
        )
        raise PlanError([*aside, *wrong, *lacking])
    counts = [look.lines for look in good] + [_parquet_rows(engine, p) for p in parquet]
    digests = [look.digest for look in good] + [digest_of_file(p) for p in parquet]
    return Source(
        tuple(parts), tuple(names), tuple(counts), tuple(digests), tuple(_warning(p) for p in aside),
        tuple(note for look in good if (note := _note(look))), frozenset(look.name for look in good if look.cut),
    )  # fmt: skip


def from_table(engine: Engine, layout: RecordMap, name: str) -> Source:
    """A table or view where the data live.

    Raises:
        PlanError: where it lacks columns, with the nearest names.
    """
    types = engine.types(name)
    found = found_columns(layout, tuple(types))
    wrong = lacking_columns(layout, name, found, tuple(types))
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


def _form(look: Look) -> tuple[Any, ...]:
    """What files that are read in one go have in common."""
    return look.separator, look.encoding, look.skip, look.header, look.path.suffix == ".gz"


def _csv_part(engine: DuckDB, layout: RecordMap, number: int, looks: list[Look]) -> Part:
    """Files of one form as a view, every column text, with the number of the file; wrong lines are kept apart."""
    one = looks[0]
    columns = _unique(one.header)
    listed = ", ".join(f"{_quoted(c)}: 'VARCHAR'" for c in columns)
    paths = ", ".join(_quoted(str(look.path)) for look in looks)
    reader = (
        f"read_csv([{paths}], auto_detect = false, header = true, skip = {one.skip}, delim = {_quoted(one.separator)}, "
        f"quote = '\"', escape = '\"', columns = {{{listed}}}, filename = 'placeplan_path', encoding = '{one.encoding}', "
        "null_padding = false, ignore_errors = true, store_rejects = true, rejects_limit = 0)"
    )
    name = f"placeplan_csv_{number}"
    engine.connection.execute(
        f"CREATE OR REPLACE VIEW {name} AS SELECT r.* EXCLUDE (placeplan_path), f.number AS placeplan_file "  # noqa: S608 – paths are quoted
        f"FROM {reader} r JOIN placeplan_files f ON f.text = r.placeplan_path"
    )
    types = dict.fromkeys(columns, "string") | {"placeplan_file": "int64"}
    return Part(name, types, found_columns(layout, columns), "placeplan_file", any(look.spaced for look in looks))


def _parquet_part(engine: DuckDB, layout: RecordMap, name: str, path: Path) -> Part | Problem:
    """A Parquet file as a view; a problem where it is none or lacks columns."""
    import duckdb  # noqa: PLC0415

    try:
        engine.connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT *, (SELECT number FROM placeplan_files WHERE text = {_quoted(str(path))}) "  # noqa: S608 – the path is quoted
            f"AS placeplan_file FROM read_parquet({_quoted(str(path))})"
        )
    except duckdb.Error:
        return problem(
            path.name,
            "records-not-a-table",
            f"{path.name} is no Parquet file, or only a part of one.",
            "Fetch it again, whole.",
        )
    types = engine.types(name)
    found = found_columns(layout, tuple(types))
    wrong = lacking_columns(layout, path.name, found, tuple(types))
    return wrong[0] if wrong else Part(name, types, found, "placeplan_file")


def _parquet_rows(engine: DuckDB, path: Path) -> int:
    """Rows by the file's own footer."""
    found = engine.connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(path)]).fetchone()
    return int(found[0]) if found else 0


def rejected(engine: DuckDB, source: Source) -> dict[int, list[int]]:
    """File's number → lines that the reader refused: too few or too many cells, quotes that do not match."""
    lines: dict[int, list[int]] = {n: [] for n in range(len(source.files))}
    there = engine.connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'"
    ).fetchone()
    if there == (0,):  # Parquet alone
        return lines
    found = engine.connection.execute(
        "SELECT DISTINCT f.number, e.line FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) "
        "JOIN placeplan_files f ON f.text = s.file_path ORDER BY ALL"
    ).fetchall()
    for number, line in found:
        lines[number].append(line)
    return lines


def _unreadable(look: Look) -> Problem:
    code = "records-empty-file" if look.size == 0 else "records-not-a-table"
    mend = (
        "Ask for it again, or take it away." if look.size == 0 else "Mend the file or the map, or take the file away."
    )
    return problem(look.name, code, f"{look.name} {look.wrong}; the whole file is set aside.", mend)


def _warning(p: Problem) -> Problem:
    return Problem(p.file, p.row, p.column, p.code, p.what, p.why, p.mend, p.nearest, "warning")


def _note(look: Look) -> str:
    """How a file differs from plain CSV."""
    said = []
    if look.separator != ",":
        said.append({";": "parted by semicolons", "\t": "parted by tabs", "|": "parted by bars"}[look.separator])
    if look.encoding == "latin-1":
        said.append("not UTF-8 throughout, read as Latin-1")
    if look.encoding == "utf-16":
        said.append("in UTF-16")
    if look.bom:
        said.append("with a byte-order mark")
    if look.skip:
        said.append(f"with {look.skip} line{'s' if look.skip > 1 else ''} above the header")
    return f"{look.name}: {', '.join(said)}" if said else ""


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """Names of columns without blanks or doubles, so that an engine can hold them."""
    found: list[str] = []
    for number, name in enumerate(header, start=1):
        plain = name or f"column {number}"
        taken = {n.lower() for n in found}
        found.append(plain if plain.lower() not in taken else f"{plain} ({number})")
    return tuple(found)


def _quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
