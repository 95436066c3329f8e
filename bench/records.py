"""Records to rates against DuckDB's own group-bys on the same files: time and memory, each in a Python of its own.

    python bench/records.py [--spells N] [--memory 2GB] [--folder DIR] [--forms csv parquet]

The yardstick is what somebody would write for the same answers from clean files of which everything is known beforehand: read once into a
typed table, one row for each spell, then the same counts by cell, by day and by nights. It checks nothing, reads one style of dates,
and counts no lines; it is given with and without looking for spells sent twice. CSV files are those that `placeplan records make` writes;
the Parquet file has the same rows, with dates as dates and ages as whole numbers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fixtures.records import made_records, place
from placeplan.baseline.extracts.counts import count
from placeplan.baseline.extracts.engines import DuckDB
from placeplan.baseline.extracts.small import Small
from placeplan.baseline.extracts.sources import from_files
from placeplan.baseline.extracts.tables import rates_of
from placeplan.cli.sources.record_maps import read_map

SPELLS = 20_000_000
RATIO, GIGABYTES = 3.0, 4.0
"""Targets: times DuckDB's own time; memory at the peak."""
TURNS = 3
"""Runs of each, by turns; of each the least time counts, as whatever else a machine does only adds to it."""

TYPED = """
CREATE TEMP TABLE spells AS SELECT SUSSPELLID AS record,
  CASE WHEN CLASSPAT IN ('3', '4') THEN NULL WHEN ADMIMETH LIKE '2%' THEN 1 WHEN ADMIMETH IN ('31', '32') THEN 2
    WHEN CLASSPAT = '2' THEN 3 ELSE 4 END AS pod,
  SITETRET AS site, LSOA11 AS area, SEX AS sex, least(ADMIAGE::INT // 5, 18) AS age, ADMIDATE::DATE AS start,
  DISDATE::DATE - ADMIDATE::DATE AS nights
FROM {reader}
"""
READERS = {
    "csv": "read_csv('{folder}/*.csv', all_varchar = true)",
    "parquet": "read_parquet('{folder}/*.parquet')",
}
AS_PARQUET = """
COPY (SELECT * REPLACE (ADMIDATE::DATE AS ADMIDATE, DISDATE::DATE AS DISDATE, ADMIAGE::INT AS ADMIAGE) FROM {reader}) TO '{path}'
"""
ONCE = """
CREATE TEMP TABLE once AS SELECT record, any_value(pod) AS pod, any_value(site) AS site, any_value(area) AS area, any_value(sex) AS sex,
  any_value(age) AS age, any_value(start) AS start, any_value(nights) AS nights FROM spells GROUP BY record
"""
GROUPED = (
    "SELECT pod, site, area, sex, age, count(*) FROM {table} GROUP BY ALL",
    "SELECT pod, site, start, count(*) FROM {table} GROUP BY ALL",
    "SELECT pod, site, nights, count(*) FROM {table} GROUP BY ALL",
)


def reader(folder: Path) -> str:
    """A folder as a table of DuckDB."""
    form = "parquet" if any(folder.glob("*.parquet")) else "csv"
    return READERS[form].format(folder=folder)


def as_parquet(folder: Path, other: Path) -> None:
    """The same rows as one Parquet file."""
    import duckdb  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as spill:
        config = {"memory_limit": "2GB", "temp_directory": spill, "preserve_insertion_order": False}
        duckdb.connect(config=config).execute(AS_PARQUET.format(reader=reader(folder), path=other / "spells.parquet"))


def ours(folder: Path, memory: str) -> int:
    """Rows used: files → tables of a plan."""
    layout = read_map("hes_admitted")
    with DuckDB(memory) as engine:
        counts = count(engine, layout, place(), from_files(engine, layout, folder))
    assert rates_of(counts, Small()).tables["activity"]
    return counts.audit.used


def own(folder: Path, memory: str, once: bool) -> int:
    """Rows counted by plain group-bys."""
    import duckdb  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as spill:
        con = duckdb.connect(
            config={"memory_limit": memory, "temp_directory": spill, "preserve_insertion_order": False}
        )
        con.execute(TYPED.format(reader=reader(folder)))
        if once:
            con.execute(ONCE)
        answers = [con.execute(q.format(table="once" if once else "spells")).fetchall() for q in GROUPED]
    assert len({sum(row[-1] for row in answer) for answer in answers}) == 1
    return int(sum(row[-1] for row in answers[0]))


JOBS: dict[str, Callable[[Path, str], int]] = {
    "ours": ours,
    "DuckDB, each spell once": lambda folder, memory: own(folder, memory, once=True),
    "DuckDB, group-bys alone": lambda folder, memory: own(folder, memory, once=False),
}


def job(name: str, folder: Path, memory: str) -> dict[str, float]:
    """One measurement in this process: seconds by the clock and of processors, gigabytes at the peak, rows."""
    place()
    wall, cpu = time.perf_counter(), time.process_time()
    rows = JOBS[name](folder, memory)
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rows": rows}
    return taken | {"gigabytes": peak()}


def peak() -> float:
    """Gigabytes of memory of this process at its peak; what `getrusage` says begins with that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e6


def measure(
    spells: int = SPELLS, memory: str = "2GB", folder: Path | None = None, forms: Sequence[str] = ("csv", "parquet")
) -> Iterator[dict[str, Any]]:
    """Rows of the table of targets, one for each form of files."""
    with tempfile.TemporaryDirectory(prefix="placeplan-bench-") as aside:
        where = folder or Path(aside) / "spells"
        if not where.exists():
            made_records(where, "hes_admitted", spells, 0.0)
        for form in forms:
            there = where
            if form == "parquet":
                there = Path(aside) / form
                there.mkdir()
                as_parquet(where, there)
            yield told(form, _by_turns(there, memory))


def told(form: str, found: dict[str, dict[str, float]]) -> dict[str, Any]:
    """What was measured as a row. Times are of processors, as the clock swings with whatever else a machine does."""
    assert len({each["rows"] for each in found.values()}) == 1, "the answers differ"
    here = found["ours"]
    ratios = [here["cpu"] / each["cpu"] for name, each in found.items() if name != "ours"]
    note = "; ".join(
        f"{name}: {each['cpu']:.1f} s of processors, {each['wall']:.1f} s, {each['gigabytes']:.1f} GB"
        for name, each in found.items()
    )
    return {
        "name": f"records: {here['rows'] / 1e6:g} million spells to rates, {form.upper()}",
        "target": f"≤ {RATIO:g}× DuckDB's own, each spell once / not looked for, < {GIGABYTES:g} GB",
        "reached": " / ".join(f"{ratio:.1f}×" for ratio in ratios) + f", {here['gigabytes']:.1f} GB",
        "met": max(ratios) <= RATIO and here["gigabytes"] < GIGABYTES, "note": note,
    }  # fmt: skip


def _by_turns(folder: Path, memory: str) -> dict[str, dict[str, float]]:
    """Of each the run that took the least of processors, with the most memory of any."""
    turns = [{name: _apart(name, folder, memory) for name in JOBS} for _ in range(TURNS)]
    found = {name: [turn[name] for turn in turns] for name in JOBS}
    return {
        name: min(runs, key=itemgetter("cpu")) | {"gigabytes": max(run["gigabytes"] for run in runs)}
        for name, runs in found.items()
    }


def _apart(name: str, folder: Path, memory: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--job", name, "--folder", str(folder), "--memory", memory]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 – ourselves
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spells", type=int, default=SPELLS)
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--folder", type=Path, help="records made before, or where to leave them")
    parser.add_argument("--forms", nargs="+", choices=sorted(READERS), default=["csv", "parquet"])
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        print(json.dumps(job(given.job, given.folder, given.memory)))
        return
    for row in measure(given.spells, given.memory, given.folder, given.forms):
        print(json.dumps(row, ensure_ascii=False, indent=2), flush=True)


if __name__ == "__main__":
    main()
