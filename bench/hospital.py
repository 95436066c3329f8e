"""One hospital, five years: how many of ours run in the time in which SimPy or Ciw runs one, on the same inputs.

That they give the same answer is tested in tests/properties/test_law_other_packages.py; here a mean is compared as well, so that a
fast wrong answer would be seen.

    python bench/hospital.py
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fixtures.one_hospital import WORLD, Hospital, baseline_of, of_pool, plan_of, ran
from fixtures.other_hospitals import by_ciw, by_simpy
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws
from placeplan.model.recording import record
from placeplan.model.recordings import stoppable
from placeplan.model.simulate import entities
from placeplan.plan.schema import Plan

HOSPITAL = Hospital(daily=125.0, nights=5.0, beds=670.0, months=60)
"""As many beds as the median trust: 669 general and acute ones in 2016/17 (NHS England, KH03, trusts with 200 or more), of which 625
are filled on a usual night; who comes stays five nights in the mean, by a geometric law."""
KEPT = ("occupied", "waiting_without_bed")
FUTURES = 4096
TARGETS = {"SimPy": 100_000, "Ciw": 400_000}
"""Of design notes on performance."""
DAYS = sum(HOSPITAL.days)


def seconds(job: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process, and what the job gives; wall times swing with whatever else a machine does."""
    before = time.process_time()
    found = job()
    return time.process_time() - before, found


def draws_of(plan: Plan, futures: int) -> Draws:
    """The futures of a plan whose world is held still, so that chance alone is at work."""
    some = Futures(count=futures, held=WORLD)
    values = draw(plan.assumptions, plan.correlations, (), some, entities(plan, baseline_of(plan)))
    return stoppable(plan, Draws(some, values))


def measure() -> dict[str, Any]:
    """One row: name, target, reached, whether it is met, and a note. Ours is compiled and recorded before, on one thread.

    Runs of the three alternate, and of each the least time counts: whatever else a machine does only adds to it.
    """
    plan = plan_of(HOSPITAL)
    recording = record(plan, baseline_of(plan), draws_of(plan, 2), frozenset(KEPT))
    recording.series(draws_of(plan, 128))
    many = draws_of(plan, FUTURES)
    ours: list[float] = []
    runs: dict[str, list[tuple[float, float]]] = {"SimPy": [], "Ciw": []}
    for seed in range(3):
        ours += [seconds(lambda: recording.series(many))[0] / FUTURES for _ in range(3)]
        for name, run in (("SimPy", by_simpy), ("Ciw", by_ciw)):
            took, found = seconds(partial(run, HOSPITAL, DAYS, seed))
            runs[name].append((took, float(found.inside[365:].mean())))
    one = min(ours)
    took = {name: min(t for t, _ in own) for name, own in runs.items()}
    filled = {name: sum(mean for _, mean in own) / len(own) for name, own in runs.items()}
    ratios = {name: each / one for name, each in took.items()}
    here = of_pool(ran(plan, 256, "occupied"), "occupied")[:, 12:].mean()
    return {
        "name": "one hospital, five years, against SimPy / Ciw, same inputs",
        "target": " / ".join(f"≥ {t:,}×" for t in TARGETS.values()),
        "reached": " / ".join(f"{r:,.0f}×" for r in ratios.values()),
        "met": all(ratios[name] >= target for name, target in TARGETS.items()),
        "note": f"a run: ours {one * 1e6:.0f} µs, SimPy {took['SimPy']:.2f} s, Ciw {took['Ciw']:.2f} s; of {HOSPITAL.beds:.0f} beds "
        f"filled: {here:.1f}, {filled['SimPy']:.1f}, {filled['Ciw']:.1f}",
    }


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False, indent=2))
