"""Batches spread over processes of this machine, or over other machines, by joblib and its registered back ends.

Whoever runs a batch gives the same bits, so a batch whose worker is lost is simply run again.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Self

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.plan.located import problem

TRIES = 3
"""How often a batch is begun before its loss is told."""
JOINS = 5
"""How often a head is asked to take us on before its refusal is told."""
ROUND = 64
"""Batches that are handed out together where they come back together."""
ANSWER = 10.0
"""Seconds to wait for a scheduler's answer."""
LOCAL = "local"
EXTRAS: dict[str, tuple[str, ...]] = {
    "dask": ("distributed",), "ray": ("ray",), "spark": ("joblibspark", "pyspark"),
}  # fmt: skip
"""Engines beyond this machine, with what has to be installed for each; the extra has the engine's name."""
ADDRESS = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")
"""A host, or an address of IPv6 in brackets, and a port."""
WRITTEN = {LOCAL: "local", "dask": "dask://HOST:PORT", "ray": "ray or ray://HOST:PORT", "spark": "spark"}
"""How each engine is written."""
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


@dataclass(frozen=True)
class Engine:
    """Where batches are run."""

    kind: str = LOCAL
    address: str = ""

    @classmethod
    def named(cls, text: str) -> Engine:
        """An engine from how it is written: ``local``, ``dask://HOST:PORT``, ``ray://HOST:PORT``, ``ray`` or ``spark``.

        >>> Engine.named("dask://10.0.0.5:8786")
        Engine(kind='dask', address='10.0.0.5:8786')

        Raises PlanError where there is no such engine, or what it needs is not installed.
        """
        kind, mark, address = text.partition("://")
        found = [*_misnamed(text, kind, mark + address), *_missing(kind)]
        if found:
            raise PlanError(found)
        return cls(kind, address)

    @property
    def streams(self) -> bool:
        """Whether batches come back one by one, as each is done."""
        return self.kind in {LOCAL, "dask"}

    @property
    def here(self) -> bool:
        """Whether this machine alone is used."""
        return self.kind == LOCAL


def _misnamed(text: str, kind: str, address: str) -> Iterator[Problem]:
    """What is wrong with the name of an engine: there is none, or it is not written with the address that it needs."""
    if kind not in WRITTEN:
        near = nearest(kind, WRITTEN)
        meant = near + address if near and _fits(near, address) else WRITTEN.get(near, "")
        mend = "Write local, dask://HOST:PORT, ray (on this machine), ray://HOST:PORT or spark."
        mend = f"Did you mean {meant}? {mend}" if near else mend
        yield problem("--engine", 0, "", "unknown-engine", f"There is no engine “{text}”.", mend, near and meant)
    elif not _fits(kind, address):
        what = (
            f"“{text}” names no host and port." if kind in {"dask", "ray"} else f"The engine “{kind}” takes no address."
        )
        named = "; Spark’s own settings (spark.master) say where it runs" if kind == "spark" else ""
        mend = f"Write {WRITTEN[kind]}{named}."
        yield problem("--engine", 0, "", "engine-address", what, mend, kind if kind in {LOCAL, "spark"} else "")


def _fits(kind: str, address: str) -> bool:
    """Whether an engine can have such an address, ``://HOST:PORT`` or none.

    >>> _fits("dask", "://10.0.0.5:8786"), _fits("dask", ""), _fits("ray", ""), _fits("spark", "://h:1"), _fits("ray", "://h:0")
    (True, False, True, False, False)
    """
    if not address:
        return kind != "dask"
    found = ADDRESS.fullmatch(address.removeprefix("://"))
    return kind in {"dask", "ray"} and found is not None and 0 < int(found["port"]) < 65536


def _missing(kind: str) -> Iterator[Problem]:
    """What an engine needs and is not installed."""
    missing = [name for name in EXTRAS.get(kind, ()) if find_spec(name) is None]
    if missing:
        what = (
            f"The engine “{kind}” needs {' and '.join(missing)}, which {'are' if missing[1:] else 'is'} not installed."
        )
        yield problem(
            "--engine", 0, "", "engine-not-installed", what, f"Install it with: pip install 'placeplan[{kind}]'"
        )


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
            self._quiet.callback(_join(self.engine))
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
    mend = "Most often the memory is full: end other programs, or use fewer workers. What is finished is kept: the same command goes on from there."
    return problem("--engine", 0, "", "worker-lost", what, mend)


def _join(engine: Engine) -> Callable[[], object]:
    """Joins the machines of an engine, and says how they are left; raises PlanError where nobody answers."""
    leave: Callable[[], object] = bool
    try:
        if engine.kind == "dask":
            from distributed import Client  # noqa: PLC0415 – an extra

            client: Any = Client
            client(engine.address, timeout=ANSWER, set_as_default=False).close()
        elif engine.kind == "ray":
            leave = _join_ray(engine)
        else:
            _join_spark()
    except ImportError as failed:
        what = f"What the engine “{engine.kind}” needs is not installed as a whole: {failed}."
        mend = f"Install it with: pip install 'placeplan[{engine.kind}]'"
        raise PlanError([problem("--engine", 0, "", "engine-not-installed", what, mend)]) from failed
    except (OSError, ValueError) as failed:
        place = f"{engine.kind}{'://' if engine.address else ''}{engine.address}"
        what = f"Nobody answers at {place}."
        mend = "Start the scheduler, or mend the address."
        if isinstance(failed, ConnectionAbortedError):
            what = f"{place} answers, but did not take us on, {JOINS} times: {str(failed).strip().splitlines()[-1]}"
            mend = "Its logs say why; a head that has only just been started, or is busy, may need a moment."
        elif engine.kind == "ray":
            mend = "Start its head, mend the address, or, where it asks for a token, set RAY_AUTH_MODE=token."
        raise PlanError([problem("--engine", 0, "", "no-answer", what, mend)]) from failed
    return leave


def _join_ray(engine: Engine) -> Callable[[], object]:
    """Joins Ray, unless this process has; who joined it leaves it, as its machines may be gone before this process ends."""
    ray: Any = import_module("ray")
    joined = ray.is_initialized()
    if not joined:
        _init_ray(ray, f"ray://{engine.address}" if engine.address else None)
    import_module("ray.util.joblib").register_ray()
    return bool if joined else ray.shutdown


def _join_spark() -> None:
    """Joins Spark; workers on this machine run this Python, unless somebody named another, or they would not find what it has."""
    import_module("joblibspark").register_spark()
    session: Any = import_module("pyspark.sql").SparkSession
    try:
        context = session.builder.getOrCreate().sparkContext
    except Exception as failed:  # whatever Spark says; it has told it at length
        what, mend = "Spark does not start here.", "See that Java is installed, and what Spark's own settings say."
        raise PlanError([problem("--engine", 0, "", "no-answer", what, mend)]) from failed
    if context.master.startswith("local") and "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable


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


def _init_ray(ray: Any, address: str | None) -> None:
    """Joins Ray, again where its head answers but ends what it began for whoever joins, as a busy head does (it forks beside gRPC)."""
    for left in reversed(range(JOINS)):
        try:
            ray.init(address, log_to_driver=False, logging_level="error")
        except ConnectionAbortedError:
            ray.shutdown()
            if not left:
                raise
        else:
            return
