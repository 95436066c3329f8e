"""From records to a plan: what was put into made-up records comes out in the plan's tables, and a plan with them can be run."""

from __future__ import annotations

import csv
import io
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.records import ROOT, counted_files, dorset, made_records
from placeplan.baseline.extracts.counts import Counts
from placeplan.baseline.extracts.made_days import (
    DISPERSION,
    ELECTIVE_NIGHTS,
    NIGHTS,
    PLANNED_WEEKEND,
    SHORT_NIGHTS,
    SHORT_SHARE,
    WEEKEND,
)  # fmt: skip
from placeplan.baseline.extracts.packed import OPEN
from placeplan.baseline.extracts.recipe import Made
from placeplan.baseline.extracts.small import Small
from placeplan.baseline.extracts.tables import Rates, rates_of
from placeplan.core.tables import TABLES
from placeplan.plan.folder import read_plan
from placeplan.plan.write import csv_text

Drawn = tuple[Made, Counts, Rates]
STOPPABLE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from placeplan.cli import main; main()"
)
"""placeplan, which what runs in the background would not stop otherwise."""


def drawn(folder: Path, rows: int) -> Drawn:
    made = made_records(folder, "hes_admitted", rows, 0.0)
    counts = counted_files(folder, "hes_admitted")
    return made, counts, rates_of(counts, Small())


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return drawn(tmp_path_factory.mktemp("few") / "r", 20_000)


def rows_of(found: Rates, table: str) -> Iterable[Any]:
    return found.tables[table]


def truth_comes_back(made: Made, counts: Counts, found: Rates) -> None:
    """All that the tables say of what was drawn lies within rounding, or within four standard errors of it."""
    flows_are_those_drawn(made, found)
    stays_are_those_of_the_plan(counts, found)
    weeks_have_their_shape(counts, found)
    months_have_their_shape(counts, found)
    fitted = {f.id: f.estimate for f in found.fitted}
    truth = {"arrivals.dispersion": DISPERSION, "arrivals.weekend": WEEKEND, "stay.short_share": SHORT_SHARE, "stay.short_nights": SHORT_NIGHTS}  # fmt: skip
    for name, true in truth.items():
        assert abs(fitted[name].value - true) < 4 * fitted[name].error, name


def flows_are_those_drawn(made: Made, found: Rates) -> None:
    """A share of a site's activity by area is that of the rows that were made, but for each area's rounding, and one in 20 hidden."""
    rows: Counter[tuple[str, str, str]] = Counter()
    for (pod, site, area, _, _), number in made.cells.items():
        rows[pod, site, area] += number
    for flow in rows_of(found, "flows"):
        there = {area: n for (pod, site, area), n in rows.items() if (pod, site) == (flow.pod, flow.site)}
        total = sum(there.values())
        assert abs(flow.share - there[flow.area] / total) <= 2.5 * (1 + len(there)) / total + 0.05
    assert {(flow.pod, flow.site) for flow in rows_of(found, "flows")} >= {
        ("emergency_admission", s) for s in ("RBD01", "RD304", "RDZ20")
    }


def stays_are_those_of_the_plan(counts: Counts, found: Rates) -> None:
    """Mean nights by site and pod are those drawn, the plan's own where it has them, within four standard errors and rounding."""
    own = {(r.site, r.pod): r.nights for r in dorset().tables["stays"]}  # type: ignore[attr-defined]
    place, pods = counts.place, counts.layout.pod_ids
    for stay in rows_of(found, "stays"):
        lengths = counts.lengths[pods.index(stay.pod), place.sites.index(stay.site)]
        ended = {nights: n for (_, nights), n in lengths.items() if nights != OPEN}
        nights, number = np.array(list(ended)), np.array(list(ended.values()))
        error = float(np.sqrt(np.cov(nights, fweights=number) / number.sum()))
        digits = Small().digits(int(number.sum()))
        else_true = NIGHTS if place.bed_use[stay.pod] == "emergency" else ELECTIVE_NIGHTS
        true = own.get((stay.site, stay.pod)) or else_true
        assert abs(stay.nights - true) <= 4 * error + 10**-digits


def weeks_have_their_shape(counts: Counts, found: Rates) -> None:
    """Saturday and Sunday against Monday to Friday: as drawn, for emergencies and for planned care."""
    index = {(r.pod, r.weekday): r.index for r in rows_of(found, "weekdays")}
    for pod in {pod for pod, _ in index}:
        true = WEEKEND if counts.place.bed_use.get(pod) == "emergency" else PLANNED_WEEKEND
        ratio = np.mean([index[pod, day] for day in (6, 7)]) / np.mean([index[pod, day] for day in range(1, 6)])
        weekend = sum(int(d[1:].sum()) for (p, _), d in counts.days.items() if counts.layout.pod_ids[p] == pod) / 7
        assert abs(ratio / true - 1) < 4 * np.sqrt(DISPERSION / (weekend * true)) + 5 / (weekend * true)


def months_have_their_shape(counts: Counts, found: Rates) -> None:
    """Each month of a pod whose season the plan states is the plan's, within four standard errors."""
    own = {(r.pod, r.month): r.index for r in dorset().tables["seasons"]}  # type: ignore[attr-defined]
    pods = counts.layout.pod_ids
    for row in rows_of(found, "seasons"):
        if (row.pod, row.month) in own:
            month = sum(int(d[1:].sum()) for (p, _), d in counts.days.items() if pods[p] == row.pod) / 12
            # A month of planned care has four or five weekends, which the plan's season does not know.
            slack = 0.0 if counts.place.bed_use.get(row.pod) == "emergency" else 0.12
            assert abs(row.index - own[row.pod, row.month]) < 4 * np.sqrt(DISPERSION / month) + 2.5 / month + slack


def test_what_was_put_in_comes_out(few: Drawn) -> None:
    truth_comes_back(*few)


@pytest.mark.large
def test_what_was_put_in_comes_out_of_many(tmp_path: Path) -> None:
    """Twenty times as many, so that errors are a fourth as wide."""
    truth_comes_back(*drawn(tmp_path / "r", 400_000))


def test_a_plan_with_tables_from_records_can_be_run(few: Drawn, tmp_path: Path) -> None:
    """Rows of the records' points of delivery take the place of the plan's own; the plan then says what the records say."""
    _, _, found = few
    folder = tmp_path / "plan"
    shutil.copytree(ROOT / "examples" / "dorset-2016", folder)
    for table in ("activity", "flows", "rates", "seasons", "stays"):
        path = folder / f"{table}.csv"
        new = list(csv.DictReader(io.StringIO(csv_text(TABLES[table][0], found.tables[table]))))
        kept = [r for r in csv.DictReader(io.StringIO(path.read_text())) if r["pod"] not in {n["pod"] for n in new}]
        names = list(dict.fromkeys(name for row in [*kept, *new] for name in row))
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows([*kept, *new])
    plan = read_plan(folder)
    for table in ("activity", "flows", "seasons", "stays"):
        pods = {row.pod for row in rows_of(found, table)}
        assert len([row for row in plan.tables[table] if row.pod in pods]) == len(found.tables[table])  # type: ignore[attr-defined]


@pytest.mark.large
def test_stopping_leaves_nothing_half_written(tmp_path: Path) -> None:
    """Ctrl-C while records are being made: the files that were there already are gone, and it is said."""
    place = str(ROOT / "examples" / "dorset-2016")
    command = [sys.executable, "-c", STOPPABLE, "records", "make", place, str(tmp_path / "made"), "--map", "ecds"]
    with subprocess.Popen([*command, "--rows", "100000000"], stderr=subprocess.PIPE, text=True) as running:
        while not list(tmp_path.glob(".made.*/*.csv")):
            assert running.poll() is None
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "Nothing was written" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.large
def test_millions_of_spells_take_no_more_than_three_times_what_duckdb_alone_takes() -> None:
    """As `bench/records.py` measures it, in one run: seconds of processors, which others on the machine hardly change; memory."""
    sys.path.insert(0, str(ROOT / "bench"))
    import records as bench  # type: ignore[import-not-found]  # noqa: PLC0415

    for row in bench.measure(8_000_000, "1GB"):
        assert row["met"], row
        assert float(row["reached"].rsplit(" ", 2)[-2]) < 1.6, row
