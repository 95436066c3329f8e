"""Who answers the question: DuckDB over files here, PostgreSQL or Spark where the records are. Each runs the same expression."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self

from placeplan.baseline.extracts.column_types import SQL_TYPES, kind_of
from placeplan.baseline.extracts.why import problem
from placeplan.core.errors import PlanError, Problem, install

Rows = list[tuple[Any, ...]]
RECORDS = "placeplan_records"
"""View of the table with records, where they are in a database."""
MEMORY = "2GB"
"""Memory that DuckDB may use before it writes to the disk."""
ZONE = "Europe/London"
"""Where a clock stands that shows the time of columns with a time zone; whoever is admitted at midnight has one day everywhere."""


NO_STEPS: Mapping[str, Any] = MappingProxyType({})


class Engine(Protocol):
    """Holds small tables beside the records, and answers."""

    dialect: str

    def put(self, name: str, types: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Put a small table of text and whole numbers beside the records, for this run alone."""

    def types(self, name: str) -> dict[str, str]:
        """Column → type (string, int64, float64, date, timestamp) of a table; raises PlanError where there is none."""

    def answer(self, question: Any, steps: Mapping[str, Any] = NO_STEPS) -> Rows:
        """Rows of an ibis expression; steps: name → expression, of what it and later steps read more than once."""

    def progress(self) -> float | None:
        """Share of the answer under way that is done, asked from another thread; None where nobody can say."""

    def close(self) -> None:
        """Leave nothing behind."""


def sql_of(question: Any, dialect: str, steps: Mapping[str, Any] = NO_STEPS) -> str:
    """An ibis expression in the language of an engine, with steps before it."""
    import ibis  # noqa: PLC0415

    sql = str(ibis.to_sql(question, dialect=dialect))
    before = ", ".join(f"{name} AS ({ibis.to_sql(step, dialect=dialect)})" for name, step in steps.items())
    return f"WITH {before} SELECT * FROM ({sql}) AS placeplan_answer" if steps else sql  # noqa: S608 – names are ours


def need_ibis() -> None:
    """Raise PlanError, with how to install it, where ibis is not there."""
    need("ibis", "records")


def need(module: str, extra: str) -> Any:
    """A module of an extra; raises PlanError, with how to install it, where it is not there."""
    from importlib import import_module  # noqa: PLC0415

    try:
        return import_module(module)
    except ImportError as failed:
        what = f"Records need the package {module}, which is not installed."
        raise PlanError([problem("records", "records-not-installed", what, install(extra))]) from failed


class _Closing:
    """Closed at the end of a block."""

    def progress(self) -> float | None:
        """Nobody can say."""
        return None

    def close(self) -> None:
        """Leave nothing behind."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


class DuckDB(_Closing):
    """Files here, larger than memory if need be: what does not fit goes to a folder that is deleted at the end."""

    dialect = "duckdb"

    def __init__(self, memory: str = MEMORY) -> None:
        import duckdb  # noqa: PLC0415

        self.folder = tempfile.TemporaryDirectory(prefix="placeplan-records-")
        self.connection = duckdb.connect(config={"temp_directory": f"{self.folder.name}/spill"})
        try:
            self.connection.execute("SET memory_limit = ?", [memory])
        except duckdb.Error as failed:
            self.close()
            what, mend = f"“{memory}” is no amount of memory.", "Write a number and a unit, such as 2GB or 512MB."
            raise PlanError([problem("--memory", "records-memory", what, mend)]) from failed
        self.connection.execute(f"SET TimeZone = '{ZONE}'")
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute("SET enable_progress_bar = true")
        self.connection.execute("SET enable_progress_bar_print = false")
        # How many rows text files have is guessed, far too low: all of them would be held to be joined to a small table.
        self.connection.execute("SET disabled_optimizers = 'build_side_probe_side,join_order'")

    def put(self, name: str, types: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """As CSV through the disk: thousands of rows in no time."""
        import csv  # noqa: PLC0415

        path = Path(self.folder.name) / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        columns = ", ".join(f"'{c}': '{SQL_TYPES[t]}'" for c, t in types.items())
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS FROM read_csv('{path}', header = false, auto_detect = false, columns = {{{columns}}})"
        )

    def types(self, name: str) -> dict[str, str]:
        """Columns of a table or view."""
        return self.types_of(f'"{name}"')

    def types_of(self, table: str) -> dict[str, str]:
        """Columns of what may stand after FROM."""
        found = self.connection.execute(f"DESCRIBE FROM {table}").fetchall()
        return {row[0]: kind_of(str(row[1])) for row in found}

    def answer(self, question: Any, steps: Mapping[str, Any] = NO_STEPS) -> Rows:
        """The answer, in one go."""
        import duckdb  # noqa: PLC0415

        try:
            return self.connection.execute(sql_of(question, self.dialect, steps)).fetchall()
        except duckdb.Error as failed:  # its own words may quote a cell
            what = f"DuckDB could not count the records ({type(failed).__name__})."
            full = isinstance(failed, duckdb.OutOfMemoryException | duckdb.IOException)
            room = "Give it more memory with --memory, make room on the disk, or count part of the files at a time."
            mend = room if full else "Count the files one by one, to see which of them it is."
            raise PlanError([problem("records", "records-engine", what, mend)]) from failed

    def progress(self) -> float | None:
        """As DuckDB has it; rather too little."""
        done = float(self.connection.query_progress()) / 100
        return done if done >= 0 else None

    def close(self) -> None:
        """Close the connection and delete what was written aside."""
        self.connection.close()
        self.folder.cleanup()


class PostgreSQL(_Closing):
    """A table or view in PostgreSQL; small tables are temporary, nothing is written."""

    dialect = "postgres"

    def __init__(self, address: str) -> None:
        psycopg = need("psycopg", "records-postgres")
        try:
            self.connection = psycopg.connect(address)
            self.connection.execute(f"SET TIME ZONE '{ZONE}'")
        except psycopg.Error as failed:
            what = f"PostgreSQL cannot be reached: {str(failed).splitlines()[0].rstrip('.')}."
            mend = "Check host, port, database and user; give the password in PGPASSWORD or ~/.pgpass."
            raise PlanError([problem("postgresql", "records-unreachable", what, mend)]) from failed

    def put(self, name: str, types: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """As a temporary table."""
        columns = ", ".join(f"{c} {SQL_TYPES[t]}" for c, t in types.items())
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {name}")

    def types(self, name: str) -> dict[str, str]:
        """Columns of a table or view, which `RECORDS` then stands for; its schema may stand before a dot."""
        from psycopg import errors, sql  # noqa: PLC0415

        view = sql.SQL("CREATE OR REPLACE TEMP VIEW {} AS TABLE {}")
        try:
            self.connection.execute(view.format(sql.Identifier(RECORDS), sql.Identifier(*name.split("."))))
        except (errors.UndefinedTable, errors.InvalidSchemaName, errors.FeatureNotSupported) as failed:
            self.connection.rollback()
            raise PlanError([unknown_table("postgresql", name)]) from failed
        found = self.connection.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            (f"pg_temp.{RECORDS}",),
        ).fetchall()
        return {column: kind_of(kind) for column, kind in found}

    def answer(self, question: Any, steps: Mapping[str, Any] = NO_STEPS) -> Rows:
        """The answer; nothing is committed."""
        from psycopg import Error  # noqa: PLC0415

        try:
            rows: Rows = self.connection.execute(sql_of(question, self.dialect, steps)).fetchall()
        except Error as failed:
            what = f"PostgreSQL could not count the records: {failed.diag.message_primary}."
            mend = "Ask who looks after the database, with this message."
            raise PlanError([problem("postgresql", "records-engine", what, mend)]) from failed
        return rows

    def close(self) -> None:
        """Close the connection; temporary tables go with it."""
        self.connection.rollback()
        self.connection.close()


class Spark(_Closing):
    """A table or view of a Spark session: the one that is there (as on Databricks), else a local one."""

    dialect = "pyspark"

    def __init__(self, session: Any = None) -> None:
        sql = need("pyspark.sql", "records-spark")
        self.own = session is None and sql.SparkSession.getActiveSession() is None
        self.session = session or sql.SparkSession.builder.appName("placeplan").getOrCreate()
        self.put_here: list[str] = []
        self.held: list[Any] = []
        self.zone = self.session.conf.get("spark.sql.session.timeZone")
        self.session.conf.set("spark.sql.session.timeZone", ZONE)

    def put(self, name: str, types: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """As a temporary view."""
        schema = ", ".join(f"{c} {'STRING' if t == 'string' else 'BIGINT'}" for c, t in types.items())
        self.session.createDataFrame(list(rows), schema).createOrReplaceTempView(name)
        self.put_here.append(name)

    def types(self, name: str) -> dict[str, str]:
        """Columns of a table or view, which `RECORDS` then stands for; catalogue and schema may stand before it."""
        if not self.session.catalog.tableExists(name):
            raise PlanError([unknown_table("spark", name)])
        table = self.session.table(name)
        table.createOrReplaceTempView(RECORDS)
        self.put_here.append(RECORDS)
        return {column: kind_of(kind) for column, kind in table.dtypes}

    def answer(self, question: Any, steps: Mapping[str, Any] = NO_STEPS) -> Rows:
        """The answer, collected. What steps find is held, mostly on the disk: Spark would read the records anew each time."""
        for name, step in steps.items():
            found = self._held(self.session.sql(sql_of(step, self.dialect)))
            found.createOrReplaceTempView(name)
            self.put_here.append(name)
        return [tuple(row) for row in self.session.sql(sql_of(question, self.dialect)).collect()]

    def _held(self, rows: Any) -> Any:
        """Rows that are computed once; where a cluster lets nobody hold any, they are computed each time."""
        from pyspark import StorageLevel  # noqa: PLC0415
        from pyspark.errors import PySparkException  # noqa: PLC0415

        try:
            held = rows.persist(StorageLevel.DISK_ONLY)
        except PySparkException:
            return rows
        self.held.append(held)
        return held

    def close(self) -> None:
        """Drop the views; stop the session if it was made here."""
        for name in self.put_here:
            self.session.catalog.dropTempView(name)
        for rows in self.held:
            rows.unpersist()
        self.session.conf.set("spark.sql.session.timeZone", self.zone)
        if self.own:
            self.session.stop()


def unknown_table(where: str, name: str) -> Problem:
    """There is no such table."""
    return problem(
        where, "records-unknown-table", f"There is no table “{name}”.", "Write its name as the database does."
    )
