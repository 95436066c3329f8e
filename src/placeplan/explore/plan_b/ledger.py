"""What designs did in the futures they met so far, kept so that no future is run twice; stops at a budget, or when told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.core.streams import Floats
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.space import Designs, Space

Numbers = np.ndarray[Any, np.dtype[np.int64]]
"""Of futures, counted from 0, ``[design, future]``: those that each design meets."""
Evaluate = Callable[[Designs, Numbers], Floats]
"""Scores ``[design, future, outcome]`` of designs ``[design, lever]`` in some futures each."""
Stop = Callable[[], bool]
BATCH = 4096
"""Lanes of one call at most, so that whoever stops is heard soon."""


LADDER = (1, 32, 200, 1000)
"""Futures at each stage."""


class StoppedError(Exception):
    """Told to stop, or nothing is left to spend."""


def never() -> bool:
    """Goes on to the end."""
    return False


@dataclass(frozen=True)
class Budget:
    """What a search may run, in which futures, and who is asked on the way."""

    seed: int
    lanes: int
    """Designs times futures, at most."""
    ladder: tuple[int, int, int, int] = LADDER
    """Futures at each stage, rising: ``0 … ladder[-1] − 1`` are searched on."""
    fresh: int = 1000
    """The futures after them, which the search never saw: of the final figures."""
    stop: Stop = never
    """Asked before every call; where it says so, the best so far comes back."""


@dataclass
class Ledger:
    """All designs run so far; each has met the futures ``0 … n − 1`` of its own n."""

    space: Space
    evaluate: Evaluate
    lanes: int
    """Most lanes that may be run."""
    stop: Stop = never
    spent: int = 0
    known: dict[bytes, int] = field(default_factory=dict)
    designs: list[Designs] = field(default_factory=list)
    seen: list[list[Floats]] = field(default_factory=list)
    """By design, scores ``[future, outcome]`` in parts."""

    def place(self, design: Designs) -> int:
        """Where a design stands; it joins at the end where it is new."""
        name = design.astype(np.int64).tobytes()
        if name not in self.known:
            self.known[name] = len(self.designs)
            self.designs.append(design.astype(np.int64))
            self.seen.append([])
        return self.known[name]

    def places(self, designs: Designs) -> Places:
        """Where designs stand, ``[design]``."""
        return np.array([self.place(d) for d in designs], dtype=np.int64)

    def has(self, design: Designs) -> bool:
        """Whether it has been run."""
        at = self.known.get(design.astype(np.int64).tobytes())
        return at is not None and bool(self.seen[at])

    def futures(self, place: int) -> int:
        """Futures that a design has met."""
        return sum(len(s) for s in self.seen[place])

    def at_least(self, futures: int) -> Places:
        """Places of the designs that met so many."""
        return np.array([n for n in range(len(self.designs)) if self.futures(n) >= futures], dtype=np.int64)

    def table(self, places: Places) -> Designs:
        """Designs at these places, ``[design, lever]``."""
        return np.array([self.designs[int(n)] for n in places], dtype=np.int64).reshape(-1, len(self.space.columns))

    def run(self, places: Places, futures: int) -> None:
        """Lets each design meet futures until it has met so many."""
        by_seen: dict[int, list[int]] = {}
        for n in places:
            had = self.futures(int(n))
            if had < futures:
                by_seen.setdefault(had, []).append(int(n))
        for had, some in sorted(by_seen.items()):
            each = max(1, BATCH // (futures - had))
            for low in range(0, len(some), each):
                batch = some[low : low + each]
                numbers = np.tile(np.arange(had, futures), (len(batch), 1))
                for n, scores in zip(batch, self.ask(self.table(np.array(batch)), numbers), strict=True):
                    self.seen[n].append(scores)

    def ask(self, designs: Designs, numbers: Numbers) -> Floats:
        """Scores that are not kept, ``[design, future, outcome]``, of designs in the futures that each meets.

        Raises:
            StoppedError: told to stop, or too little is left.
        """
        if self.stop() or self.spent + numbers.size > self.lanes:
            raise StoppedError
        found = self.evaluate(designs, numbers)
        self.spent += numbers.size
        return found

    def scores(self, places: Places, futures: int) -> Floats:
        """Scores in the first so many futures, ``[design, future, outcome]``; run before."""
        return np.array([self._met(int(n))[:futures] for n in places])

    def _met(self, place: int) -> Floats:
        """Scores of one design in all futures it met, ``[future, outcome]``."""
        if len(self.seen[place]) > 1:
            self.seen[place] = [np.concatenate(self.seen[place])]
        return self.seen[place][0]
