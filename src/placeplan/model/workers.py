"""Processes that run blocks of futures side by side. The bits do not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
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
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context(method)) as pool:
        list(pool.map(abs, range(count)))
        yield pool


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
