"""Files as views of DuckDB: every column of CSV is text, each row has the number of its file, and what cannot be read is found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placeplan.baseline.extracts.column_types import NESTED
from placeplan.baseline.extracts.engines import DuckDB
from placeplan.baseline.extracts.look import EMPTY, HALF, Look, missing_said
from placeplan.baseline.extracts.maps import RecordMap, found_columns
from placeplan.baseline.extracts.scan import digest_of_file
from placeplan.baseline.extracts.texts import Part
from placeplan.baseline.extracts.why import problem
from placeplan.core.errors import Problem

if TYPE_CHECKING:
    from placeplan.baseline.extracts.sources import Source

PATH = "placeplan_path"


def look_at_parquet(engine: DuckDB, path: Path, layout: RecordMap) -> Look:
    """What a Parquet file is: its columns and types, and rows by its own footer."""
    import duckdb  # noqa: PLC0415

    digest, size = digest_of_file(path), path.stat().st_size
    if not size:
        return Look(path, digest, 0, wrong="is empty (0 bytes)", code=EMPTY)
    try:
        types = engine.types_of(f"read_parquet({_quoted(str(path))})")
        rows = engine.connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(path)]).fetchone()
    except duckdb.Error:
        return Look(path, digest, size, wrong="is no Parquet file, or only a part of one", code=HALF)
    found = found_columns(layout, tuple(types))
    nested = [column for column in found.values() if types[column] == NESTED]
    wrong = missing_said(layout, found) or (f"has lists or the like in the column {nested[0]}" if nested else "")
    return Look(path, digest, size, types=types, lines=int(rows[0]) if rows else 0, spaced=True, wrong=wrong)


def parts_of(engine: DuckDB, layout: RecordMap, looks: Sequence[Look]) -> list[Part]:
    """Views of files, those of one form together."""
    engine.put(
        "placeplan_files", {"text": "string", "number": "int64"}, ((str(k.path), n) for n, k in enumerate(looks))
    )
    return [
        _part(engine, layout, f"placeplan_part_{number}", list(alike))
        for number, (_, alike) in enumerate(groupby(sorted(looks, key=_form), _form))
    ]


def _form(look: Look) -> tuple[Any, ...]:
    """What files that are read in one go have in common."""
    packed = look.path.suffix.lower() == ".gz"
    return (
        tuple(look.types.items()), look.separator, look.encoding, look.skip, look.header, look.two_ends, packed,
    )  # fmt: skip


def _part(engine: DuckDB, layout: RecordMap, name: str, looks: list[Look]) -> Part:
    one = looks[0]
    engine.connection.execute(
        f"CREATE OR REPLACE VIEW {name} AS SELECT r.* EXCLUDE ({PATH}), f.number AS placeplan_file "  # noqa: S608 – paths are quoted
        f"FROM {_reader(looks)} r JOIN placeplan_files f ON f.text = r.{PATH}"
    )
    types = dict(one.types) or dict.fromkeys(_unique(one.header), "string")
    found = found_columns(layout, tuple(types))
    types |= {"placeplan_file": "int64"}
    return Part(name, types, found, "placeplan_file", any(look.spaced for look in looks))


def _reader(looks: Sequence[Look]) -> str:
    """Files of one form as a table of DuckDB; lines that are wrong are kept apart."""
    one = looks[0]
    paths = ", ".join(_quoted(str(look.path)) for look in looks)
    if one.types:
        return f"read_parquet([{paths}], filename = '{PATH}')"
    listed = ", ".join(f"{_quoted(c)}: 'VARCHAR'" for c in _unique(one.header))
    return (
        f"read_csv([{paths}], auto_detect = false, header = true, skip = {one.skip}, delim = {_quoted(one.separator)}, "
        f"quote = '\"', escape = '\"', columns = {{{listed}}}, filename = '{PATH}', encoding = '{one.encoding}', "
        "null_padding = false, ignore_errors = true, store_rejects = true, rejects_limit = 0"
        f"{', strict_mode = false' if one.two_ends else ''})"
    )


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


def damaged(engine: DuckDB, source: Source) -> list[Problem]:
    """A problem for each file that cannot be read through, each read alone."""
    import duckdb  # noqa: PLC0415

    found = []
    for name, look in zip(source.files, source.looks, strict=True):
        try:
            engine.connection.execute(f"SELECT max(COLUMNS(*)) FROM {_reader([look])}").fetchall()  # noqa: S608 – the path is quoted
        except duckdb.Error:
            what, mend = f"{name} is damaged; it cannot be read to its end.", "Fetch it again, or take it away."
            found.append(problem(name, HALF, what, mend))
    return found


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
