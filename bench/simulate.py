"""How fast the model is, step by step and replayed, against NumPy merely drawing the normals.

Wall times swing with whatever else a machine does, so the table gives CPU seconds and ratios taken in one run.

    python bench/simulate.py [--futures 500]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import days_in
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws
from placeplan.model.recording import record
from placeplan.model.recordings import stoppable
from placeplan.model.simulate import BLOCK, baseline_of, entities, simulate
from placeplan.plan.folder import read_plan
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make

DORSET = Path(__file__).resolve().parents[1] / "examples" / "dorset-2016"
PER_POOL_AND_DAY = 8
"""Normals that the beds take of each pool on each day: arrivals, stays, leaving by four ways, delay, planned patients."""


@dataclass(frozen=True)
class Measured:
    """What one run took."""

    wall: float
    cpu: float
    memory: float
    """Most memory held at once, MB."""


def plan_of(case: str) -> Plan:
    return read_plan(DORSET) if case == "Dorset 2016" else with_library(make())


def used() -> float:
    """CPU seconds of this process and those it has ended."""
    every = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in every)


def stepped(case: str, futures: int, processes: int) -> Measured:
    """The whole model step by step, warm: a few futures are run first and not counted."""
    plan = plan_of(case)
    baseline = baseline_of(plan)
    simulate(plan, baseline, Futures(count=2))
    wall, cpu = time.perf_counter(), used()
    simulate(plan, baseline, Futures(count=futures), threads=processes)
    return Measured(time.perf_counter() - wall, used() - cpu, peak())


def recorded(case: str, _futures: int, _threads: int) -> Measured:
    """Recording the months of the plan, every outcome kept; once for any number of futures."""
    plan = plan_of(case)
    baseline = baseline_of(plan)
    draws = draws_of(plan, baseline, 2)
    record(plan, baseline, draws, until=12)
    wall, cpu = time.perf_counter(), used()
    record(plan, baseline, draws)
    return Measured(time.perf_counter() - wall, used() - cpu, peak())


def replayed(case: str, futures: int, threads: int) -> Measured:
    """Replaying what was recorded."""
    plan = plan_of(case)
    baseline = baseline_of(plan)
    recording, draws = record(plan, baseline, draws_of(plan, baseline, 2)), draws_of(plan, baseline, futures)
    recording.series(draws_of(plan, baseline, 2))
    wall, cpu = time.perf_counter(), used()
    recording.series(draws, threads)
    return Measured(time.perf_counter() - wall, used() - cpu, peak())


def draws_of(plan: Plan, baseline: Baseline, futures: int) -> Draws:
    """Everything that some futures draw."""
    some = Futures(count=futures)
    return stoppable(plan, Draws(some, draw(plan.assumptions, plan.correlations, (), some, entities(plan, baseline))))


def peak() -> float:
    """Most memory that this process or the largest of its children held, MB."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most / (1024.0 if sys.platform != "darwin" else 1024.0**2)


def control(case: str, futures: int, _processes: int) -> Measured:
    """NumPy's SFC64 drawing as many normals as the beds take, in blocks of the same size."""
    baseline = baseline_of(plan_of(case))
    days = sum(days_in(m) for m in baseline.months)
    generator = np.random.Generator(np.random.SFC64(1))
    shape = (PER_POOL_AND_DAY, len(baseline.pools), min(futures, BLOCK))
    wall, cpu = time.perf_counter(), used()
    for _ in range(-(-futures // shape[2])):
        for _day in range(days):
            generator.standard_normal(shape)
    part = futures / (-(-futures // shape[2]) * shape[2])
    return Measured((time.perf_counter() - wall) * part, (used() - cpu) * part, peak())


JOBS = {"stepped": stepped, "recorded": recorded, "replayed": replayed, "control": control}


def apart(job: str, case: str, futures: int, processes: int = 1) -> Measured:
    """A measurement in a Python of its own, so that no memory is shared."""
    words = [sys.executable, __file__, "--job", job, case, str(futures), str(processes)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 – ourselves
    return Measured(**json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--futures", type=int, default=500, help="futures in each run")
    parser.add_argument("--job", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    futures = given.futures
    if given.job:
        job, case, count, processes = given.job
        print(json.dumps(asdict(JOBS[job](case, int(count), int(processes)))))
        return
    names = ("place", "cores", "wall s", "CPU s", "futures a CPU s", "memory MB", "CPU / SFC64", "wall of one / two")
    table = Table(*names, title=f"simulate, {futures} futures")
    for case in ("Dorset 2016", "made up"):
        before = apart("control", case, futures)
        runs = {job: [apart(job, case, futures, n) for n in (1, 2)] for job in ("stepped", "replayed")}
        recording = apart("recorded", case, futures)
        after = apart("control", case, futures)
        drawing = (before.cpu + after.cpu) / 2
        for job, (one, two) in runs.items():
            for number, run in ((1, one), (2, two)):
                cells = (run.wall, run.cpu, futures / run.cpu, run.memory, run.cpu / drawing)
                table.add_row(
                    f"{case}, {job}", str(number), *(f"{c:,.2f}" for c in cells), f"{one.wall / run.wall:.2f}"
                )
        table.add_row(
            f"{case}, recording",
            "1",
            f"{recording.wall:,.2f}",
            f"{recording.cpu:,.2f}",
            "",
            f"{recording.memory:,.2f}",
            "",
            "",
        )
        row = (drawing, futures / drawing, before.memory)
        table.add_row(f"{case}: SFC64 alone", "1", "", *(f"{c:,.2f}" for c in row), "1.00", "")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
