"""Tests of a plan side by side: what one works out in Python while another replays futures leaves no core idle.

Nothing that a test finds hangs on which others are under way: each asks for the futures that it needs, and a run of a future
has the same bits whatever runs beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from placeplan.stress.base import StressTest
from placeplan.stress.findings import StressFinding
from placeplan.stress.runner import HaltedError
from placeplan.stress.scene import Scene

ABREAST = 3
"""Tests under way at once, at most: one more than is needed to keep two cores busy, as all may be at their own Python. Each holds the
outcomes of its last call in memory."""


def find_all(tests: Sequence[StressTest], scene: Scene) -> tuple[StressFinding, ...]:
    """What each test finds, in their order.

    First those that look at what is at hand, one after the other; then those that say that they run futures in this process
    and nothing else (`StressTest.side_by_side`), the longest first.
    """
    beside = [t for t in tests if t.side_by_side] if scene.runs.here.threads > 1 else []
    found = {t: t.find(scene) for t in tests if t not in beside}
    if len(beside) > 1:
        plan, futures = scene.plan, scene.futures.count
        beside.sort(key=lambda t: -t.foreseen(plan, futures))
        found |= zip(beside, _abreast(beside, scene), strict=True)
    found |= {t: t.find(scene) for t in beside if t not in found}
    return tuple(found[t] for t in tests)


def _abreast(tests: Sequence[StressTest], scene: Scene) -> list[StressFinding]:
    """Some of them at once; the first that fails, or whoever stops this process, ends the others at their next run."""
    progress = scene.runs.progress
    with ThreadPoolExecutor(ABREAST) as pool:
        running = [pool.submit(t.find, scene) for t in tests]
        try:
            wait(running, return_when=FIRST_EXCEPTION)
        finally:
            if any(not r.done() for r in running):
                progress.halted = True
                pool.shutdown(wait=False, cancel_futures=True)
    failed = [e for r in running if not r.cancelled() and (e := r.exception())]
    if failed:
        raise next((e for e in failed if not isinstance(e, HaltedError)), failed[0])
    return [r.result() for r in running]
