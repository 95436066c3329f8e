"""The same records in files, in a real PostgreSQL and in a real local Spark: the same counts, to the last bit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest
from pyspark.sql import SparkSession

from fixtures.postgres import running
from fixtures.records import made_records, place
from placeplan.baseline.extracts.counts import Counts, count
from placeplan.baseline.extracts.engines import DuckDB, Engine, PostgreSQL, Spark
from placeplan.baseline.extracts.sources import from_files, from_table
from placeplan.cli.sources.record_maps import read_map
from placeplan.core.errors import PlanError

pytestmark = [pytest.mark.large, pytest.mark.filterwarnings("ignore")]

LAYOUTS = ("hes_admitted", "csds_referrals", "asc_cld")
"""One of each way of counting: by start, waiting, by days."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Counts]]:
    """Made-up records with defects, as one Parquet file of text for each layout, and what DuckDB counts in the files."""
    found = {}
    for layout in LAYOUTS:
        folder = tmp_path_factory.mktemp("records") / layout
        made_records(folder, layout, 20_000, 1.0)
        the_map, one = read_map(layout), folder.with_suffix(".parquet")
        with DuckDB("512MB") as engine:
            source = from_files(engine, the_map, folder)
            counts = count(engine, the_map, place(), source)
            columns = ", ".join(f'"{c}"' for c in source.parts[0].types if c != "placeplan_file")
            parts = " UNION ALL ".join(f"SELECT {columns} FROM {p.name}" for p in source.parts)
            engine.connection.execute(f"COPY ({parts}) TO '{one}'")
        found[layout] = (one, counts)
    return found


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    assert shutil.which("java"), "Java is not installed: run scripts/servers"
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.shuffle.partitions", "4").config("spark.driver.memory", "1g").getOrCreate()
    yield spark
    spark.stop()


def same(counts: Counts, files: Counts) -> None:
    """Every count is the same; what the reader of files refused never reached a table."""
    assert counts.audit.digest == files.audit.digest
    assert counts.cells == files.cells
    assert counts.lengths == files.lengths
    assert {k: d.tolist() for k, d in counts.days.items()} == {k: d.tolist() for k, d in files.days.items()}
    assert counts.unknown == files.unknown
    assert counts.audit.used == files.audit.used
    assert dict(counts.audit.aside) == {k: n for k, n in files.audit.aside.items() if k != "wrong-cells"}


def asked(engine: Engine, layout: str, table: str) -> Counts:
    the_map = read_map(layout)
    return count(engine, the_map, place(), from_table(engine, the_map, table))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_postgresql_gives_the_same_counts(layout: str, made: dict[str, tuple[Path, Counts]], postgres: str) -> None:
    path, files = made[layout]
    load(path, layout, postgres)
    with PostgreSQL(postgres) as engine:
        same(asked(engine, layout, layout), files)
    with psycopg.connect(postgres) as connection:
        there = connection.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'placeplan%'").fetchone()
    assert there == (0,)


def load(path: Path, table: str, address: str) -> None:
    """Text columns as they are, for the record's number a fixed width, as databases often have."""
    rows = duckdb.execute(f"FROM '{path}'")
    names = [column[0] for column in rows.description or ()]
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        types = ", ".join(f'"{n}" {"char(20)" if k == 1 else "text"}' for k, n in enumerate(names))
        cursor.execute(f'CREATE TABLE "{table}" ({types})')
        with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
            for row in rows.fetchall():
                copy.write_row(row)


def test_typed_columns_in_postgresql_say_what_their_text_says(postgres: str) -> None:
    """Dates, a timestamp and whole numbers instead of text: the stay, the age and the site are read alike."""
    with psycopg.connect(postgres) as connection:
        connection.execute(
            "CREATE TABLE typed (susspellid bigint, admidate date, disdate timestamp, sitetret varchar, lsoa11 text, sex int, "
            "admiage numeric, admimeth text, classpat int)"
        )
        connection.execute(
            "INSERT INTO typed SELECT n, '2016-04-05', '2016-04-08 10:00', 'RBD01', 'E06000028', 1, 70, '21', 1 FROM generate_series(1, 9) n"
        )
    with PostgreSQL(postgres) as engine:
        counts = asked(engine, "hes_admitted", "typed")
        with pytest.raises(PlanError) as refused:
            from_table(engine, read_map("hes_admitted"), "nowhere")
    assert (counts.audit.used, counts.audit.aside) == (9, {})
    assert next(iter(counts.lengths.values())) == {(0, 3): 9}
    assert [counts.place.ages[cell[4]] for cell in counts.cells] == ["70-74"]
    assert refused.value.problems[0].code == "records-unknown-table"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_spark_gives_the_same_counts(layout: str, made: dict[str, tuple[Path, Counts]], session: SparkSession) -> None:
    path, files = made[layout]
    session.read.parquet(str(path)).createOrReplaceTempView(layout)
    engine = Spark(session)
    same(asked(engine, layout, layout), files)
    engine.close()
    assert [t.name for t in session.catalog.listTables() if t.name.startswith("placeplan")] == []


def test_a_database_that_cannot_be_reached_is_told_without_a_password() -> None:
    with pytest.raises(PlanError) as refused:
        PostgreSQL("postgresql://me:secret@127.0.0.1:1/db")
    (problem,) = refused.value.problems
    assert problem.code == "records-unreachable"
    assert "secret" not in str(refused.value)
