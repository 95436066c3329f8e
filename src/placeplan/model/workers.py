"""Processes that run blocks of futures side by side. The bits do not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def workers(count: int | None = None) -> Iterator[Executor | None]:
    """An executor of ``count`` processes (as many as there are cores, where it is None); None for one.

    Open it before a progress bar or any other thread starts: on Linux the processes are forked.
    Threads would not do: arrays of a few hundred futures leave Python's lock too seldom.
    """
    count = count if count is not None else cores()
    if count <= 1:
        yield None
        return
    method = "fork" if multiprocessing.get_start_method() == "fork" else "spawn"
    pool = ProcessPoolExecutor(count, multiprocessing.get_context(method), initializer=_leave_stopping_to_the_parent)
    try:
        list(pool.map(abs, range(count)))
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_stopping_to_the_parent() -> None:
    """Ignore Ctrl-C in a worker: one that is stopped while it holds the queue's lock would block all the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
