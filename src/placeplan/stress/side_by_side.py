"""Tests of a plan side by side: what one works out in Python while another replays futures leaves no core idle.

Nothing that a test finds hangs on which others are under way: each asks for the futures that it needs, and a run of a future
has the same bits whatever runs beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from placeplan.explore.one_thread import in_one_thread
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.runs.progress import HaltedError
from placeplan.stress.scene import Scene

ABREAST = 3
"""Tests under way at once, at most: one more than is needed to keep two cores busy, as all may be at their own Python. Each holds the
outcomes of its last call in memory."""


@in_one_thread
def find_all(
    tests: Sequence[StressTest], scene: Scene, meanwhile: Callable[[], object] = lambda: None
) -> tuple[StressFinding, ...]:
    """What each test finds, in their order.

    Those that say that they run futures in this process and nothing else (`StressTest.side_by_side`) go side by side, the
    longest first, while the others are asked one after the other; meanwhile: what is to be done before these.
    """
    beside = [t for t in tests if t.side_by_side] if scene.runs.here.threads > 1 else []
    beside.sort(key=lambda t: -t.foreseen(scene.plan, scene.futures.count))
    others = [t for t in tests if t not in beside]

    def rest() -> list[StressFinding]:
        meanwhile()
        return [t.find(scene) for t in others]

    found = dict(zip((*others, *beside), _abreast(beside, scene, rest), strict=True))
    return tuple(found[t] for t in tests)


def _abreast(
    tests: Sequence[StressTest], scene: Scene, rest: Callable[[], list[StressFinding]] = list
) -> list[StressFinding]:
    """What the rest finds, here, and some tests besides; what fails first, or whoever stops this process, ends the others at their next run."""
    progress = scene.runs.progress

    def one(test: StressTest) -> StressFinding:
        try:
            return test.find(scene)
        except BaseException:
            progress.halted = True
            raise

    with ThreadPoolExecutor(ABREAST) as pool:
        running = [pool.submit(one, t) for t in tests]
        try:
            return [*rest(), *(r.result() for r in running)]
        except BaseException as why:
            progress.halted = True
            pool.shutdown(cancel_futures=True)
            if isinstance(why, HaltedError):
                failed = [e for r in running if not r.cancelled() and (e := r.exception())]
                raise next((e for e in failed if not isinstance(e, HaltedError)), why) from None
            raise
