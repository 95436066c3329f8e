"""Batches spread over processes of this machine, or over other machines, by joblib and its registered back ends.

Whoever runs a batch gives the same bits, so a batch whose worker is lost is simply run again.
"""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.located import problem
from placeplan.stress.runs.engines import Engine, join

TRIES = 3
"""How often a batch is begun before its loss is told."""
ROUND = 64
"""Batches that are handed out together where they come back together."""
LOST = frozenset({
    "KilledWorker", "RayActorError", "ActorDiedError", "WorkerCrashedError", "NodeDiedError", "ActorUnavailableError",
    "CommClosedError", "FutureCancelledError", "CancelledError",
})  # fmt: skip
"""What the back ends raise where a worker is gone, by name, as they need not be installed."""


UNTOLD = "_ExceptionWithTraceback"
"""What joblib trips over where a batch failed on Spark, whose back end hands errors on as if they were results."""


def cores() -> int:
    """Cores that this process may use."""
    return int(cpu_count())


@dataclass
class Spread:
    """Workers, for as long as they are open."""

    engine: Engine = field(default_factory=Engine)
    workers: int = 1
    """Processes of this machine; elsewhere all that there are."""
    _open: list[Spreading] = field(default_factory=list)
    _quiet: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        # joblib warns of a worker that makes itself anew, and of tasks that were stopped: both are meant.
        self._quiet.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", category=UserWarning, module="joblib")
        if not self.engine.here:
            self._quiet.callback(join(self.engine))
        return self

    def __exit__(self, *_failed: object) -> None:
        try:
            for spreading in self._open:
                spreading.close()
            if self._open and self.engine.here:
                get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)
        finally:
            self._quiet.close()

    @property
    def many(self) -> bool:
        """Whether there is anybody besides this process."""
        return self.workers > 1 or not self.engine.here

    def begin(self, function: Callable[[Any], Any], tasks: Mapping[int, Any]) -> Spreading:
        """Begins tasks at once; what is found is asked for later."""
        found = Spreading(self, function, dict(tasks))
        self._open.append(found)
        return found

    def warm(self) -> None:
        """Lets a process of this machine compile what is not compiled yet while others record."""
        from placeplan.engine.warm import is_warm  # noqa: PLC0415 – the compiler itself takes a second

        if self.many and self.engine.here and not is_warm():
            self.begin(_warm, {0: None})

    def config(self) -> AbstractContextManager[Any]:
        """Where joblib runs what it is given."""
        if self.engine.here:
            given = {"backend": "loky", "n_jobs": self.workers, "initializer": _leave_stopping_to_the_parent}
        else:
            given = {"backend": self.engine.kind, "n_jobs": -1}
        if self.engine.kind == "dask":
            given["scheduler_host"] = self.engine.address
        config: AbstractContextManager[Any] = parallel_config(**given)
        return config


class Spreading:
    """Tasks under way."""

    def __init__(self, spread: Spread, function: Callable[[Any], Any], left: dict[int, Any]) -> None:
        self.spread, self.function, self.left = spread, function, left
        self.running: Any = None
        self.asked = False
        self._start()

    def _start(self) -> None:
        """Hands all that is left to joblib, which begins at once; a round at a time where it only answers for all together."""
        streams = self.spread.engine.streams
        some = list(self.left.items())[: None if streams else ROUND]
        if some and (streams or self.asked):
            with self.spread.config():
                how = "generator_unordered" if streams else "list"
                parallel = Parallel(return_as=how, batch_size=1, pre_dispatch="2*n_jobs")
            with _undisturbed():
                self.running = parallel(delayed(_numbered)(self.function, n, task) for n, task in some)

    def found(self) -> Iterator[tuple[int, Any]]:
        """What each task came to, with its number, as they end; the tasks of a lost worker are begun again."""
        tries = 1
        self.asked = True
        while self.left:
            try:
                if self.running is None:
                    self._start()
                for number, found in self.running:
                    yield number, found
                    del self.left[number]
            except Exception as failed:
                if self.spread.engine.kind == "spark" and isinstance(failed, TypeError) and UNTOLD in str(failed):
                    raise PlanError([_of_spark()]) from failed
                if not _lost(failed):
                    raise
                tries += 1
                if tries > TRIES:
                    raise PlanError([_told(len(self.left))]) from failed
            self.running = None

    def close(self) -> None:
        """Stops what is still under way."""
        if self.running is not None and self.spread.engine.streams:
            self.running.close()


def _warm(_: None) -> None:
    """Compiles, in a worker that has not loaded the compiler yet."""
    from placeplan.engine.warm import warm  # noqa: PLC0415 – the compiler itself takes a second

    warm()


def _numbered(function: Callable[[Any], Any], number: int, task: Any) -> tuple[int, Any]:
    return number, function(task)


def _lost(failed: BaseException) -> bool:
    """Whether a worker is gone, rather than the task at fault."""
    return isinstance(failed, BrokenProcessPool) or any(c.__name__ in LOST for c in type(failed).__mro__)


def _of_spark() -> Problem:
    """That a batch failed on Spark, which does not hand on how."""
    what = "Spark could not run a batch; what its worker said stands above."
    mend = "Most often the worker’s Python lacks placeplan: install the same version there, or name that Python in PYSPARK_PYTHON."
    return problem("--engine", 0, "", "spark-failed", what, mend)


def _told(left: int) -> Any:
    """That workers die again and again."""
    what = f"A worker ended {TRIES} times before its time, with {left} batches left to run."
    mend = "Most often the memory is full: end other programs, or use fewer workers."
    return problem("--engine", 0, "", "worker-lost", what, mend)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Holds Ctrl-C back while workers start, who take that over: one that is stopped then would tell how it came to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_stopping_to_the_parent() -> None:
    """Ignore Ctrl-C in a worker: the process that sent it its tasks stops it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
