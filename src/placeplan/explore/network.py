"""A network of activities with drawn durations: when each can be done, how much time it has to spare, and what holds up the end.

The critical path method (Kelley and Walker 1959) in many worlds at once; the share of worlds in which an activity is critical
is its criticality (Van Slyke 1963). An activity begins when all before it are done, and not before it is ready itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Before = Sequence[Sequence[int]]
"""Of each activity, the places of those that must be done first."""

HAIR = 1e-9
"""Time by which rounding may part what is the same."""


def earliest_start(ready: Any, done: Any) -> Any:
    """When an activity can begin: ``most(ready, done)``, done: when the last of those before it is.

    >>> [float(earliest_start(4.0, done)) for done in (2.0, 7.0)]
    [4.0, 7.0]
    """
    return np.maximum(ready, done)


def time_to_spare(latest: Any, start: Any) -> Any:
    """Total slack: ``latest − start``, how much later an activity could begin without moving the end.

    >>> float(time_to_spare(9.0, 4.0))
    5.0
    """
    return latest - start


def in_order(before: Before) -> list[int]:
    """Places of activities, each after all that must be done first; raises ``ValueError`` where some wait for each other.

    >>> in_order([[1], [], [0, 1]])
    [1, 0, 2]
    """
    left, found = set(range(len(before))), list[int]()
    while left:
        free = [n for n in sorted(left) if not left & set(before[n])]
        if not free:
            raise ValueError("activities wait for each other")
        found += free
        left -= set(free)
    return found


@dataclass(frozen=True)
class Network:
    """What was found of a network, ``[activity, world]`` in the unit of its durations; ``inf`` is never."""

    before: Before
    start: Array
    finish: Array

    @property
    def ends(self) -> Mask:
        """Whether an activity is ever done, ``[activity, world]``."""
        found: Mask = np.isfinite(self.finish)
        return found

    @cached_property
    def end(self) -> Array:
        """When the last that is ever done is, ``[world]``; ``−inf`` where nothing is."""
        found: Array = np.where(self.ends, self.finish, -np.inf).max(axis=0, initial=-np.inf)
        return found

    @cached_property
    def slack(self) -> Array:
        """`time_to_spare` of each activity, ``[activity, world]``; NaN where it is never done.

        Backward: an activity has to be done when the first of those that wait for it has to begin, or by the end.
        """
        latest = np.broadcast_to(self.end, self.finish.shape).copy()  # latest finish
        found = np.full(self.finish.shape, np.nan)
        for n in reversed(in_order(self.before)):
            lasts = self.finish[n] - np.where(self.ends[n], self.start[n], 0.0)
            begins = latest[n] - lasts
            found[n] = np.where(self.ends[n], time_to_spare(begins, self.start[n]), np.nan)
            for first in self.before[n]:
                latest[first] = np.where(self.ends[n], np.minimum(latest[first], begins), latest[first])
        return found

    @property
    def critical(self) -> Mask:
        """Whether an activity has no time to spare, ``[activity, world]``: a day later, and the end is a day later."""
        found: Mask = self.slack <= HAIR
        return found

    @property
    def criticality(self) -> Array:
        """Share of the worlds in which each is critical, ``[activity]``; of those in which anything is done at all."""
        some = max(int(self.ends.any(axis=0).sum()), 1)
        found: Array = self.critical.sum(axis=1) / some
        return found

    def paths(self) -> list[tuple[tuple[int, ...], float]]:
        """Critical paths, first activity first, each with its share of the worlds in which anything is done; the commonest first.

        Of two that end a path together the one that stands first is named.
        """
        worlds = np.flatnonzero(self.ends.any(axis=0))
        counted = Counter(self._path(int(w)) for w in worlds)
        return sorted(((path, n / len(worlds)) for path, n in counted.items()), key=lambda p: (-p[1], p[0]))

    def _path(self, world: int) -> tuple[int, ...]:
        """The path that ends last in one world: back from the last, each to one that was done just as it could begin."""
        at = int(np.argmax(np.where(self.ends[:, world], self.finish[:, world], -np.inf)))
        path = [at]
        while True:
            held = [n for n in self.before[at] if abs(self.finish[n, world] - self.start[at, world]) <= HAIR]
            if not held:
                return tuple(reversed(path))
            at = held[0]
            path.append(at)


def pass_through(durations: Array, before: Before, ready: Array | None = None) -> Network:
    """Forward through a network: ``start = most(ready, finish of each before)``, ``finish = start + duration``.

    durations: ``[activity, world]``, at least 0; ready: when each could begin if nothing came first, ``[activity, world]``
    (None: at 0; ``inf``: never, and nothing that waits for it is ever done).

    Two activities side by side, then a third; the longer of the two is critical:

    >>> found = pass_through(np.array([[3.0], [5.0], [2.0]]), [[], [], [0, 1]])
    >>> float(found.end[0]), found.slack[:, 0].tolist()
    (7.0, [2.0, 0.0, 0.0])
    """
    if (durations < 0).any():
        raise ValueError("nothing takes less than no time")
    start = np.zeros(durations.shape) if ready is None else np.array(ready, dtype=float)
    finish = np.empty(durations.shape)
    for n in in_order(before):
        for first in before[n]:
            start[n] = earliest_start(start[n], finish[first])
        finish[n] = start[n] + durations[n]
    return Network(before, start, finish)
