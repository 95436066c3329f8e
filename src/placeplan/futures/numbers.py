"""Which futures are run, and the uniform numbers that belong to each."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np

from placeplan.core import streams
from placeplan.core.records import digest_of
from placeplan.core.streams import Floats, Words


@dataclass(frozen=True)
class Futures:
    """Which futures are run, and what is held or drawn anew in them."""

    seed: int = 1
    count: int = 1000
    first: int = 0
    held: frozenset[str] = frozenset()
    """Driver groups held at the median; ``chance`` held at its expectation."""
    redrawn: frozenset[str] = frozenset()
    """Assumptions (or ``chance``) drawn from another replicate, all else staying as it is."""
    pinned: tuple[tuple[str, float], ...] = ()
    """Assumption (or its name with entity) and the uniform number at which it stands in all futures."""
    ids: tuple[int, ...] | None = None
    """Numbers of the futures, where they don't follow each other from `first`."""

    def __post_init__(self) -> None:
        if self.ids is not None and len(self.ids) != self.count:
            object.__setattr__(self, "count", len(self.ids))
        if self.count < 1 or self.first < 0 or min(self.ids or (0,)) < 0:
            raise ValueError("futures are counted from 0, and there must be at least one")
        for name, u in self.pinned:
            if not 0.0 < u < 1.0:
                raise ValueError(f"{name} is pinned at {u}, which is not between 0 and 1")

    @property
    def chance_seed(self) -> int:
        """Seed of all that is chance: the run's own, or that of another replicate where chance is drawn anew."""
        return replicate(self.seed) if "chance" in self.redrawn else self.seed

    @property
    def digest(self) -> str:
        """SHA-256 of the choice of futures."""
        parts = asdict(self)
        return digest_of({**parts, "held": sorted(self.held), "redrawn": sorted(self.redrawn)})

    def numbers(self) -> Words:
        """Number of each future, ``[lane]``.

        >>> Futures(count=3, first=7).numbers().tolist(), Futures(ids=(4, 4, 1)).count
        ([7, 8, 9], 3)
        """
        if self.ids is not None:
            return np.array(self.ids, dtype=np.uint64)
        return np.arange(self.first, self.first + self.count, dtype=np.uint64)

    def blocks(self, size: int = 512) -> list[Futures]:
        """The same futures in successive blocks of at most `size`, as equal as may be.

        >>> [(b.first, b.count) for b in Futures(count=1000).blocks(400)]
        [(0, 334), (334, 333), (667, 333)]
        """
        parts = math.ceil(self.count / size)
        cuts = [(self.count // parts) * i + min(i, self.count % parts) for i in range(parts + 1)]
        return [
            replace(
                self,
                first=self.first + low,
                count=high - low,
                ids=None if self.ids is None else self.ids[low:high],
            )
            for low, high in pairwise(cuts)
        ]


def replicate(seed: int) -> int:
    """The seed of the other replicate, for what is drawn anew.

    >>> replicate(1) == replicate(1), replicate(1) == 1
    (True, False)
    """
    return streams.key(seed, "replicate")


def name_of(assumption: str, entity: str) -> str:
    """Name of a draw.

    >>> name_of("prices.pay", ""), name_of("initiative.delay", "hubs")
    ('prices.pay', 'initiative.delay@hubs')
    """
    return f"{assumption}@{entity}" if entity else assumption


def uniform(assumption: str, entity: str, futures: Futures) -> Floats:
    """The assumption's own uniform numbers, ``[lane]``."""
    redrawn = {assumption, name_of(assumption, entity)} & futures.redrawn
    seed = replicate(futures.seed) if redrawn else futures.seed
    keys = np.array([streams.key(seed, assumption, entity)], dtype=np.uint64)
    return streams.uniform(streams.words(keys, futures.numbers(), 0)[0])
