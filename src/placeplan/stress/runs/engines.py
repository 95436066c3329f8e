"""Engines: where batches may be run besides this process, how each is named, and how its machines are joined."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from placeplan.core.errors import PlanError, Problem, install, nearest
from placeplan.plan.located import problem

JOINS = 5
"""How often a head is asked to take us on before its refusal is told."""
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
        yield problem("--engine", 0, "", "engine-not-installed", what, install(kind))


def join(engine: Engine) -> Callable[[], object]:
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
        raise PlanError([problem("--engine", 0, "", "engine-not-installed", what, install(engine.kind))]) from failed
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
