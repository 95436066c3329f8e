"""Files as they come, spoiled in every way we know: each row used or set aside, each file read or set aside whole, and told."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from fixtures.records import GOOD, HEADER, counted_files, lines, place
from placeplan.baseline.extracts.counts import Counts, count
from placeplan.baseline.extracts.engines import DuckDB
from placeplan.baseline.extracts.small import Small
from placeplan.baseline.extracts.sources import Source, from_files
from placeplan.baseline.extracts.tell import providers_told, warnings_of
from placeplan.cli.sources.record_maps import read_map
from placeplan.core.errors import PlanError, Problem

SPELLS = read_map("hes_admitted")
LEAVES_AT_MIDNIGHT = "2016-06-01 23:30:00+00"
"""Half past midnight on the 2nd of June by the clocks of England."""


def ten(first: int, change: Callable[[str], str] = str) -> list[str]:
    """Ten good rows of their own, changed alike."""
    return [change(GOOD.format(n=n)) for n in range(first, first + 10)]


def quoted(row: str) -> str:
    return ",".join(f'"{cell}"' for cell in row.split(",")) + ',"said ""yes"",\nthen no"'


def parquet(path: Path, first: int, **types: str) -> None:
    """Ten good rows with types of their own."""
    columns = {
        "SUSSPELLID": "n", "ADMIDATE": "DATE '2016-04-05'", "DISDATE": "TIMESTAMP '2016-04-08 10:00'", "SITETRET": "'RBD01'",
        "LSOA11": "'E06000028'", "SEX": "1::TINYINT", "ADMIAGE": "70.0::DOUBLE", "ADMIMETH": "21", "CLASSPAT": "1::DECIMAL(4, 1)",
    } | types  # fmt: skip
    listed = ", ".join(f"{what} AS {name}" for name, what in columns.items())
    duckdb.execute(f"COPY (SELECT {listed} FROM range({first}, {first + 10}) t(n)) TO '{path}'")


def spoil(folder: Path) -> None:
    """Write the files."""
    packed = gzip.compress(lines(*ten(100)).encode())
    texts: dict[str, str | bytes] = {
        "good.csv": lines(*ten(0)),
        "sub/good.csv": lines(*ten(10)),
        "it's [x]*?.csv": lines(*ten(20)),
        "two ends.csv": lines(*ten(30)[:5]).replace("\n", "\r\n") + "\n".join(ten(30)[5:]) + "\n",
        "commas in ages.csv": lines(*ten(40)).replace(",", ";").replace(";70;", ";70,0;"),
        "all quoted.csv": lines(*ten(50, quoted), header=f"{HEADER},NOTE"),
        "header in two lines.csv": "Patient,,,Provider,,,,,,,\n" + lines("id,date,date,,,,,,,,", *ten(60)),
        "a column twice.csv": lines(*ten(70, lambda row: f"{row},1999-01-01"), header=f"{HEADER},ADMIDATE"),
        "full stops.csv": lines(*ten(80, lambda row: row.replace("2016-04-05", "5.4.2016"))),
        "totals.csv": lines(*ten(90), "Total:" + "," * 10, "Sum of rows" + "," * 10, "Sub-total RBD,,,RBD01,,,,,,,", "," * 10),
        "packed.csv.gz": packed,
        "packed, cut.csv.gz": packed[: len(packed) // 2],
        "packed, changed.csv.gz": packed[:50] + b"\xff\xff\xff" + packed[53:],
        "blown up.csv.gz": gzip.compress(f"{HEADER}\n".encode() + b"0" * 40_000_000),
        "waves.csv": lines(*ten(110)).replace(",", "~"),
        "no mark.csv": lines(*ten(120)).encode("utf-16-le"),
        "header alone.csv": f"{HEADER}\n",
        "=cmd.csv": lines("=cmd|'/c calc'!A1" + ten(130)[0][3:], "131,=cmd,,RBD01,RBD,,,,21,1,1", "132,2016-04-05,,=c|x,=cmd,,,,21,1,1"),
        "letter.docx": b"PK\x03\x04",
    }  # fmt: skip
    (folder / "sub").mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    parquet(folder / "typed.parquet", 140)
    parquet(folder / "zoned.parquet", 150, ADMIDATE=f"TIMESTAMPTZ '{LEAVES_AT_MIDNIGHT}'", DISDATE="NULL::DATE")
    parquet(folder / "lists.parquet", 160, ADMIAGE="[70]")
    whole = (folder / "typed.parquet").read_bytes()
    (folder / "half.parquet").write_bytes(whole[: len(whole) // 2])


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Counts, dict[str, Problem], Source]:
    folder = tmp_path_factory.mktemp("spoiled") / "r"
    spoil(folder)
    with DuckDB("512MB") as engine:
        source = from_files(engine, SPELLS, folder)
        counts = count(engine, SPELLS, place(), source)
    return counts, {p.file: p for p in warnings_of(counts, source)}, source


READ = {
    "good.csv": {}, "sub/good.csv": {}, "it's [x]*?.csv": {}, "two ends.csv": {}, "commas in ages.csv": {}, "all quoted.csv": {},
    "header in two lines.csv": {"unknown-date": 1}, "a column twice.csv": {}, "full stops.csv": {},
    "totals.csv": {"totals-row": 3, "blank-date": 1}, "packed.csv.gz": {}, "header alone.csv": {},
    "=cmd.csv": {"unknown-date": 1, "unknown-provider": 1}, "typed.parquet": {}, "zoned.parquet": {},
}  # fmt: skip
"""File that is read → why rows of it are set aside; all others count."""
APART = {
    "packed, cut.csv.gz": ("records-half-a-file", "the end of it is missing"),
    "packed, changed.csv.gz": ("records-not-a-table", "damaged"),
    "blown up.csv.gz": ("records-not-a-table", "more than 200 times"),
    "waves.csv": ("records-not-a-table", "seem to be parted by “~”"),
    "no mark.csv": ("records-not-a-table", "UTF-16 without a mark"),
    "lists.parquet": ("records-not-a-table", "lists or the like in the column ADMIAGE"),
    "half.parquet": ("records-half-a-file", "only a part of one"),
}
"""File that is set aside whole → code, and why."""


def test_rows_in_are_rows_used_and_rows_set_aside(spoiled: tuple[Counts, dict[str, Problem], Source]) -> None:
    counts, _, _ = spoiled
    audit = counts.audit
    assert {f.name: dict(f.aside) for f in audit.files} == READ
    good = {f.name: f.rows - sum(f.aside.values()) for f in audit.files}
    assert good == dict.fromkeys(READ, 10) | {"header alone.csv": 0, "=cmd.csv": 1}
    assert audit.rows == audit.used + sum(audit.aside.values())
    assert audit.used == sum(good.values()) == sum(n for n, _ in counts.cells.values())
    assert {counts.place.ages[age] for *_, age in counts.cells} == {"70-74"}


def test_files_that_cannot_be_read_are_set_aside_whole_and_told(
    spoiled: tuple[Counts, dict[str, Problem], Source],
) -> None:
    counts, told, source = spoiled
    whole = dict(counts.audit.apart)
    assert set(whole) == {*APART, "letter.docx"}
    for name, (code, why) in APART.items():
        assert told[name].code == code
        assert why in told[name].what
        assert why in whole[name]
    assert told["header alone.csv"].code == "records-empty-file"
    others = next(p for p in told.values() if "letter.docx" in p.what)
    assert "no .csv" in others.what
    assert f"({len(whole)} more set aside whole)" in counts.audit.line
    assert any("line ends of two kinds" in note for note in source.notes)
    assert any("more than one column ADMIDATE" in note for note in source.notes)


def test_a_day_is_that_of_clocks_in_england(spoiled: tuple[Counts, dict[str, Problem], Source]) -> None:
    """Ten leave a clock at half past midnight on the 2nd of June, the 63rd day of the year; the others come on the 5th."""
    counts, _, _ = spoiled
    days = sum(counts.days.values())
    assert {int(day): int(days[day]) for day in days.nonzero()[0]} == {5: counts.audit.used - 10, 63: 10}  # type: ignore[attr-defined,index,union-attr]


def test_a_file_that_is_damaged_inside_is_named(tmp_path: Path) -> None:
    """Its head and foot are sound, so that it is found out only when it is read."""
    parquet(tmp_path / "damaged.parquet", 0)
    data = (tmp_path / "damaged.parquet").read_bytes()
    (tmp_path / "damaged.parquet").write_bytes(data[:100] + bytes(120) + data[220:])
    (tmp_path / "good.csv").write_text(lines(*ten(10)))
    with pytest.raises(PlanError) as refused:
        counted_files(tmp_path, "hes_admitted")
    assert [(p.file, p.code) for p in refused.value.problems] == [("damaged.parquet", "records-half-a-file")]


def test_what_is_not_known_of_many_is_told(tmp_path: Path) -> None:
    rows = [row.replace(",70,", ",old,") for row in ten(0)]
    (tmp_path / "a.csv").write_text(lines(*rows, *ten(10)))
    with DuckDB("512MB") as engine:
        source = from_files(engine, SPELLS, tmp_path)
        told = {p.code: p for p in warnings_of(count(engine, SPELLS, place(), source), source)}
    assert told["records-not-known"].what == "The age of 50% of the rows that count is not known."


def test_a_name_in_the_column_of_providers_is_not_shown() -> None:
    """Only what looks like a code of the health service is: a trust's three signs, or such with a figure."""
    unknown = {"BLOGGS": 30, "SMITH": 40, "LEE": 50, "RZZ": 60, "RZZ01": 70, "8HY99": 80, "RZ": 90}
    counts = Counts(SPELLS, place(), None, {}, {}, {}, unknown)  # type: ignore[arg-type]
    assert [code for code, *_ in providers_told(replace(counts), place(), Small())] == ["8HY99", "RZZ01", "RZZ"]
