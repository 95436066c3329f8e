"""Random words of the beds, by process and day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.core import streams
from placeplan.core.recorded import by_chance

AHEAD = 31
"""Days whose words are made in one call, where they are few: calls are then what takes the time."""
ROOM = 2**15
"""Words of a process that are made ahead at most; with more, arrays are what takes the time."""
Pair = tuple[Any, Any]


@dataclass
class PoolChance:
    """Random words of the beds by process and day, ``[pool, future]``."""

    keys: dict[str, Any]
    futures: Any
    expected: bool
    _made: dict[str, tuple[int, list[Pair]]] = field(default_factory=dict)
    """By process, the first day of which there are words, and those of each day from there."""

    def pair(self, process: str, day: int) -> Pair:
        """Two independent arrays of 32-bit words; nothing where chance is held."""
        if self.expected:
            return None, None
        first, made = self._made.get(process, (0, []))
        if not 0 <= day - first < len(made):
            several = self.pairs(process, day, AHEAD)
            if several is None:
                return streams.halves(streams.words(self.keys[process], self.futures, day))
            first, made = self._made[process] = day, list(zip(*several, strict=True))
        return made[day - first]

    def pairs(self, process: str, first: int, count: int) -> Pair | None:
        """The pairs of several days, ``[day, pool, future]``; None where each day is to be asked for by itself.

        So it is where chance is held, where many words are asked for, and where the model is recorded.
        """
        keys = self.keys[process]
        if self.expected or not isinstance(self.futures, np.ndarray) or len(keys) * len(self.futures) * count > ROOM:
            return None
        return streams.halves(streams.words_of_steps(keys, self.futures, first, count))

    def either(self, held: Any, drawn: Any) -> Any:
        """The first where chance is held, else the second."""
        return by_chance(self.futures, held, drawn, self.expected)
