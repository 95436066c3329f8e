"""Every target of speed in one table, each with what was reached: ratios taken in one run, as times swing with the machine.

    python bench/targets.py [--only NAME …] [--out FILE.json]

Why a row is not met, and what could be tried next, stands in docs/decisions/0028-speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import Any

import hospital
import many
import numpy as np
import readers
import records as spells
import served
import sets
from joblib import Parallel, delayed
from rich import box
from rich.console import Console
from rich.table import Table
from simulate import DORSET, apart, baseline_of, draws_of, plan_of, used

from placeplan.compare.plans import paired
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes, join
from placeplan.model.recording import Recording, record
from placeplan.model.recordings import Recordings
from placeplan.model.simulate import simulate
from placeplan.model.variants import do_minimum
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.stress.runs.engines import EXTRAS, Engine
from placeplan.stress.runs.spread import Spread, cores
from placeplan.stress.runs.workplace import workplace
from placeplan.stress.sliding.ready import QUICK, Ready

CASE = "Dorset 2016"
BEYOND = "of a real place in full, 3 million operations and 130,000 random words a future"


@dataclass(frozen=True)
class Row:
    """One target and what was reached."""

    name: str
    target: str
    reached: str
    met: bool | None
    """None: not measured here."""
    note: str = ""


def wall(job: Callable[[], Any], times: int = 3) -> float:
    """Least wall seconds of a few runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        found.append(time.perf_counter() - start)
    return min(found)


def judged(plan: Plan) -> frozenset[str]:
    """The outcomes that promises are about."""
    return frozenset(p.outcome for p in plan.promises)


def recorded(plan: Plan) -> Recording:
    """The plan with the outcomes that its promises are about, recorded and run once."""
    made = record(plan, baseline_of(plan), draws_of(plan, baseline_of(plan), 2), judged(plan))
    made.series(draws_of(plan, baseline_of(plan), 128))
    return made


def twin() -> list[Row]:
    """The compiled engine against the same model step by step, and against merely drawing its normals; all outcomes kept."""
    drawing = apart("control", CASE, 400).cpu / 400
    stepped, replayed = apart("stepped", CASE, 400).cpu / 400, apart("replayed", CASE, 1000).cpu / 1000
    drawing = min(drawing, apart("control", CASE, 400).cpu / 400)
    note = f"CPU a future: {stepped * 1e3:.1f} ms step by step, {replayed * 1e3:.2f} ms compiled, {drawing * 1e3:.2f} ms SFC64"
    return [
        Row(
            "whole engine against its NumPy twin, bit-identical to it", "≥ 10×", f"{stepped / replayed:.1f}×",
            stepped / replayed >= 10, note,
        ),
        Row(
            "whole engine against NumPy SFC64 drawing its normals", "≤ 1.0×", f"{replayed / drawing:.2f}×",
            replayed <= drawing, f"{BEYOND}; the design's figure is of a model without exits, lists or contracts",
        ),
    ]  # fmt: skip


def fused() -> list[Row]:
    """There is no kernel by hand to compare with."""
    what = "the open shape against the best fused kernel, if one is written"
    return [Row(what, "≥ 0.95×", "none written", None, "one model, recorded: decision 23")]


def ten_times() -> list[Row]:
    """Ten times as many futures."""
    return [Row(**found) for found in many.measure()]


def initiatives() -> list[Row]:
    """Four times as many initiatives in a made-up place."""
    times = []
    for count in (30, 120):
        plan = with_library(make(areas=6, organisations=12, initiatives=count, detail="whole"))
        recording, draws = recorded(plan), draws_of(plan, baseline_of(plan), 1024)
        start = time.process_time()
        recording.series(draws)
        times.append(time.process_time() - start)
    ratio = times[1] / times[0]
    return [
        Row("120 against 30 initiatives", "≤ 1.6×", f"{ratio:.2f}×", ratio <= 1.6, "a made-up place with every part")
    ]


def pairing() -> list[Row]:
    """How much narrower differences are on the same futures: the plan against do minimum, each promise's yearly figure."""
    plan, futures, made = plan_of(CASE), Futures(count=1000), Recordings()
    baseline = baseline_of(plan)
    one, other = (
        simulate(p, baseline, futures, (), cores(), keep=judged(plan), recordings=made)
        for p in (plan, do_minimum(plan))
    )
    found = dict(_narrower(plan, one, other))
    below = sorted((name for name, v in found.items() if v < 10), key=lambda name: found[name])
    named = ", ".join(f"{name} {found[name]:.1f}" for name in below)
    note = f"median {np.median(list(found.values())):.0f}×; {len(below)} of {len(found)} below 10×: {named}"
    reached = f"{min(found.values()):.1f}× to {max(found.values()):,.0f}×"
    name = "pairing: variance of plan − do minimum against unpaired, each promise"
    return [Row(name, "≥ 10× less", reached, not below, note)]


def _narrower(plan: Plan, one: Outcomes, other: Outcomes) -> Iterator[tuple[str, float]]:
    for p in plan.promises:
        entity = p.entity or p.organisation
        if p.outcome in one.series and entity in one[p.outcome].entities:
            a, b = (o[p.outcome].by_year(entity)[:, -1] for o in (one, other))
            if not np.array_equal(a, b):
                yield p.id, paired(a, b).narrower


def threads() -> list[Row]:
    """Two threads against one, where a control job scales in the same run."""
    plan = plan_of(CASE)
    recording, draws = recorded(plan), draws_of(plan, baseline_of(plan), 2048)

    def control() -> None:
        generator = np.random.Generator(np.random.SFC64(1))
        for _ in range(400):
            generator.standard_normal(100_000)

    def twice() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: control(), range(2)))

    scales = 2 * wall(control) / wall(twice)
    ratio = wall(lambda: recording.series(draws, 1), 2) / wall(lambda: recording.series(draws, 2), 2)
    met = ratio >= 1.8 if scales >= 1.8 else None
    return [
        Row(
            "2 threads against 1 (when a control job scales in the same run)",
            "≥ 1.8×",
            f"{ratio:.2f}×",
            met,
            f"control {scales:.2f}×",
        )
    ]


def bits() -> list[Row]:
    """The same bits however futures are spread."""
    plan, baseline, n = plan_of(CASE), baseline_of(plan_of(CASE)), 256
    kept, made = judged(plan), Recordings()
    run = {"one thread": simulate(plan, baseline, Futures(count=n), keep=kept, recordings=made).digest}
    run["two threads"] = simulate(plan, baseline, Futures(count=n), (), 2, keep=kept, recordings=made).digest
    run["step by step, two processes"] = simulate(plan, baseline, Futures(count=n), (), 2, keep=kept).digest
    parts = [simulate(plan, baseline, b, keep=kept, recordings=made) for b in Futures(count=n).blocks(100)]
    run["batches of 100"] = _joined(parts)
    ends = Parallel(2)(delayed(_last)(first) for first in (0, 128))
    run["two processes that record"] = _joined(ends)
    run |= dict(_elsewhere())
    same = len(set(run.values())) == 1
    lacking = [name for name in ("Dask", "Ray") if name not in run]
    note = ", ".join(run) + (f"; not installed: {', '.join(lacking)}" if lacking else "")
    return [
        Row(
            "output hash over threads, batches, processes, Dask, Ray",
            "identical",
            "identical" if same else "differs",
            same,
            note,
        )
    ]


def _elsewhere() -> Iterator[tuple[str, str]]:
    """The same on a Dask and a Ray of this machine, where they are installed."""
    halves = {0: 0, 1: 128}
    if all(find_spec(name) for name in EXTRAS["dask"]):
        with import_module("distributed").LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as there:
            address = there.scheduler_address.removeprefix("tcp://")
            with Spread(Engine("dask", address)) as spread:
                yield "Dask", _joined([o for _, o in sorted(spread.begin(_last, halves).found(), key=itemgetter(0))])
    if all(find_spec(name) for name in EXTRAS["ray"]):
        with Spread(Engine("ray")) as spread:
            yield "Ray", _joined([o for _, o in sorted(spread.begin(_last, halves).found(), key=itemgetter(0))])


def _joined(parts: list[Outcomes]) -> str:
    return join(parts).digest


def _last(first: int) -> Outcomes:
    """Half of the futures, recorded anew in this process."""
    plan = plan_of(CASE)
    futures = Futures(count=256)
    half = replace(futures, first=first, count=128)
    return simulate(plan, baseline_of(plan), half, keep=judged(plan), recordings=_eager(plan))


def _eager(plan: Plan) -> Recordings:
    """Recordings with the plan's in them, so that few futures are replayed too."""
    made = Recordings()
    made.of(plan, baseline_of(plan), draws_of(plan, baseline_of(plan), 2), judged(plan), None)
    return made


def ourselves(home: str, *words: str, env: dict[str, str] | None = None) -> None:
    """Runs ``placeplan`` in a folder."""
    command = [str(Path(sys.executable).parent / "placeplan"), *words]
    subprocess.run(command, cwd=home, env=env, check=True, capture_output=True)  # noqa: S603 – ourselves


def first_test() -> list[Row]:
    """`placeplan test` of 1,000 futures: in an empty home, compiling included; compiled, but of other futures; and the same again."""
    with tempfile.TemporaryDirectory() as home:
        own = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA")}
        own |= {"HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "TMPDIR": home}
        took = [
            wall(partial(ourselves, home, "test", str(DORSET), "--futures", "1000", "--out", f"{home}/report", "--seed", seed, env=own), 1)
            for seed in ("1", "2", "2")
        ]  # fmt: skip
        first, compiled, again = took
    why = f"one recording, then replaying some 20,000 futures; compiled, but recorded anew: {compiled:.0f} s"
    return [
        Row("first `placeplan test` after install, compile included, 1,000 futures", "≤ 40 s", f"{first:.0f} s", first <= 40, why),
        Row("warm: futures, S1–S9, forms, claims, cause; 1,000 futures", "≤ 10 s", f"{again:.0f} s", again <= 10, why),
    ]  # fmt: skip


LONG = "scenarios,haircut,no-capital,tornado,carries,learn,reverse,conflict,repairs"
"""Stress tests that take long, all but plan B."""


def stress() -> list[Row]:
    """`placeplan test` with every stress test but plan B, after one of few futures has recorded what all need."""
    with tempfile.TemporaryDirectory() as home:
        took = []
        for futures in ("100", "1000"):
            cpu = used()
            job = partial(
                ourselves, home, "test", str(DORSET), "--also", LONG, "--out", f"{home}/report", "--futures", futures
            )
            took.append((wall(job, 1), used() - cpu))
        seconds, cpu = took[1]
    note = f"{cpu:.0f} s of processor time on {cores()} cores; decision 45"
    return [Row("all stress tests but plan B on Dorset, 1,000 futures, warm", "≤ 60 s", f"{seconds:.0f} s", seconds <= 60, note)]  # fmt: skip


def plan_b() -> list[Row]:
    """`placeplan planb` over a made-up place with every part: 1,000 futures, 200,000 runs of a future; recorded anew."""
    with tempfile.TemporaryDirectory() as home:
        sizes = ("--areas", "6", "--organisations", "12", "--initiatives", "30", "--detail", "whole")
        ourselves(home, "new", "made-up", "--synthetic", *sizes)
        cpu = used()
        job = partial(ourselves, home, "planb", "made-up", "--seed", str(time.time_ns() % 10**9))
        seconds = wall(job, 1)
    note = f"{used() - cpu:.0f} s of processor time on {cores()} cores, recording counted in; decision 45"
    return [Row("plan B over 30 initiatives", "≤ 300 s", f"{seconds:.0f} s", seconds <= 300, note)]


def slider() -> list[Row]:
    """One assumption set by hand, as the workbench answers it, and the same promises in more futures."""
    plan = plan_of(CASE)
    ready = Ready.of(plan, ("prices.care",), Futures(count=1_000), workplace(1))
    taken = {n: moved(ready, n, times) for n, times in ((QUICK, 40), (1_000, 10))}
    middle, late = np.quantile(taken[QUICK], (0.5, 0.95))
    whole = float(np.median(taken[1_000]))
    control = wall(lambda: sum(range(10_000_000)))
    note = f"one thread, warm; {middle / control:.2f} times a Python sum of 10 million numbers; decision 59"
    return [
        Row(
            f"the slider: promises again in {QUICK} futures, median / 95 %", "≤ 0.3 s / ≤ 0.3 s", f"{middle:.2f} s / {late:.2f} s",
            bool(late <= 0.3), note,
        ),
        Row("the slider: promises again in 1,000 futures", "≤ 0.3 s", f"{whole:.2f} s", whole <= 0.3, note),
        Row(**served.measure()),
    ]  # fmt: skip


def moved(ready: Ready, futures: int, times: int) -> list[float]:
    """Seconds of so many answers, each to another value."""
    slid, found = ready.sliders[0], []
    for value in np.linspace(slid.low, slid.high, times):
        start = time.perf_counter()
        ready.answer({slid.id: float(value)}, futures)
        found.append(time.perf_counter() - start)
    return found


def reading() -> list[Row]:
    """Public pages while many read and many runs are asked for."""
    return [Row(**readers.measure())]


def records() -> list[Row]:
    """Records to rates, and DuckDB's own group-bys on the same files."""
    return [Row(**found) for found in spells.measure()]


def many_sets() -> list[Row]:
    """Every set of organisations that carries a part of a plan."""
    return [Row(**sets.measure())]


def helps() -> list[Row]:
    """How soon help is there."""
    command = [str(Path(sys.executable).parent / "placeplan"), "--help"]
    took = wall(lambda: subprocess.run(command, check=True, capture_output=True), 5)  # noqa: S603 – ourselves
    return [Row("`placeplan --help`", "≤ 0.5 s", f"{took:.2f} s", took <= 0.5)]


def one_hospital() -> list[Row]:
    """One hospital against packages of somebody else's making."""
    return [Row(**hospital.measure())]


ROWS: dict[str, Callable[[], list[Row]]] = {
    "hospital": one_hospital, "twin": twin, "fused": fused, "many": ten_times, "initiatives": initiatives, "pairing": pairing,
    "threads": threads, "bits": bits, "test": first_test, "stress": stress, "plan b": plan_b, "slider": slider, "readers": reading,
    "records": records, "sets": many_sets, "help": helps,
}  # fmt: skip


def machine() -> dict[str, str]:
    """Where and with what it was measured."""
    model = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        names = [
            line.split(":", 1)[1].strip() for line in about.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    libraries = {name: version(name) for name in ("placeplan", "numpy", "numba", "llvmlite", "joblib")}
    return {
        "processor": model,
        "cores": str(cores()),
        "system": platform.system(),
        "python": platform.python_version(),
        **libraries,
    }


@contextmanager
def _told(console: Console, name: str) -> Iterator[None]:
    if not console.is_terminal:  # a status is drawn on a terminal alone, and the whole takes most of an hour
        console.print(f"{name} …")
    with console.status(f"{name} …"):
        yield


def main() -> None:
    """Measures and prints, and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=sorted(ROWS), help="measure these alone")
    parser.add_argument("--out", type=Path, default=Path("reports/bench.json"), help="where the JSON goes")
    given = parser.parse_args()
    console, found, about = Console(width=150), [], machine()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    for name in given.only or ROWS:
        with _told(Console(stderr=True), name):
            found += ROWS[name]()
        whole = {"machine": about, "rows": [asdict(r) for r in found]}  # what was measured stays, whatever comes after
        given.out.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    table = Table("Target", "Asked", "Reached", "", "Note", title="What the design asks of speed", box=box.SIMPLE_HEAD)
    for row in found:
        table.add_row(row.name, row.target, row.reached, {True: "met", False: "not met", None: "–"}[row.met], row.note)
    console.print(table)
    console.print(", ".join(f"{k} {v}" for k, v in about.items()), style="dim")
    console.print(f"As JSON: {given.out}")


if __name__ == "__main__":
    main()
