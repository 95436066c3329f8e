"""Ten times as many futures: time and memory of one plan's headline rows, and of a whole test with all that it looks for.

    python bench/many.py rows|test FUTURES

The whole test is of a small made-up place: what it takes besides its plan is to be seen, and a real plan's months take 2 GB and more.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from simulate import baseline_of, peak, plan_of, used

from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.model.simulate import entities, simulate
from placeplan.plan.library import with_library
from placeplan.plan.synthetic import make
from placeplan.stress.run import test_plan
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.engines import Engine
from placeplan.stress.runs.kept import keep_all
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.spread import Spread, cores
from placeplan.stress.runs.store import Store
from placeplan.stress.runs.workplace import Workplace

FEW, MANY = 10_000, 100_000
TIME, MEMORY = 10.5, 1.1


def rows(futures: int) -> None:
    """The headline rows of Dorset's plan, streamed to disk and judged."""
    plan = plan_of("Dorset 2016")
    with Store() as store, Spread(Engine.named("local"), cores()) as spread:
        here = Workplace(simulate, baseline_of, entities, cores())
        runs = Runs(plan, Futures(count=futures), here, store, spread)
        (found,) = runs.side_by_side([Job("the plan", plan, runs.futures)])
        keep_all(plan.promises, found, plan.about.judge_from)


def test(futures: int) -> None:
    """Every test that is always run, of a made-up place whose promises fail in some futures, so that boxes are looked for."""
    with Store() as store:
        plan = with_library(make(areas=1, organisations=2, initiatives=2, months=48))
        test_plan(plan, futures, store=store, shelf=Shelf.of_user())


JOBS: dict[str, tuple[str, Callable[[int], None]]] = {
    "rows": ("the plan's rows", rows),
    "test": ("a whole test of a made-up place", test),
}


def measure() -> list[dict[str, Any]]:
    """A row of targets for each."""
    found: list[dict[str, Any]] = []
    _apart("test", FEW)  # what the months do is recorded then, which takes memory of its own
    for job, (name, _) in JOBS.items():
        few, many = (_apart(job, futures) for futures in (FEW, MANY))
        times, memory = many["cpu"] / few["cpu"], many["memory"] / few["memory"]
        told = [f"{n:,}: {m['wall']:.0f} s, {m['memory']:.0f} MB" for n, m in ((MANY, many), (FEW, few))]
        found.append(
            {
                "name": f"{MANY:,} against {FEW:,} futures: {name}",
                "target": f"≤ {TIME}× time, ≤ {MEMORY}× memory",
                "reached": f"{times:.1f}×, {memory:.2f}×",
                "met": times <= TIME and memory <= MEMORY,
                "note": "; ".join(told),
            }
        )
    return found


def _apart(job: str, futures: int) -> dict[str, float]:
    """A measurement in a Python of its own, so that no memory is shared."""
    command = [sys.executable, __file__, job, str(futures)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 – ourselves
    return found


def main() -> None:
    """Runs one of them, and prints what it took."""
    job, futures = sys.argv[1:]
    start, cpu = time.perf_counter(), used()
    JOBS[job][1](int(futures))
    print(json.dumps({"wall": time.perf_counter() - start, "cpu": used() - cpu, "memory": peak()}))


if __name__ == "__main__":
    main()
