"""Worlds drawn again, and shuffled, from keyed streams: the same for the same seed and name on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from placeplan.core import streams

Array = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
"""Places in a list, counted from 0."""
ENDS = (0.025, 0.975)
"""Quantiles at the ends of a two-sided 95 % interval."""


def _words(seed: int, process: str, name: str, worlds: int, step: int) -> streams.Words:
    key = np.array([streams.key(seed, process, name)], dtype=np.uint64)
    found: streams.Words = streams.words(key, np.arange(worlds, dtype=np.uint64), step)[0]
    return found


def drawn_again(seed: int, name: str, worlds: int, times: int) -> Iterator[Places]:
    """Which worlds each resample holds, ``[world]``, drawn with replacement. Source: Efron (1979) Ann Stat 7:1.

    >>> [len(set(r.tolist())) < 100 for r in drawn_again(1, "doctest", 100, 2)]
    [True, True]
    """
    for step in range(times):
        u = streams.uniform(_words(seed, "resample", name, worlds, step))
        yield (u * worlds).astype(np.int64)


def shuffled(seed: int, name: str, worlds: int, times: int) -> Iterator[Places]:
    """Orders of the worlds, ``[world]``, each as likely as any other.

    >>> [sorted(o.tolist()) for o in shuffled(1, "doctest", 4, 1)]
    [[0, 1, 2, 3]]
    """
    for step in range(times):
        yield np.argsort(_words(seed, "shuffle", name, worlds, step), kind="stable").astype(np.int64)
