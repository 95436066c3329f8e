"""Which futures are run, and the uniform numbers that belong to each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np

from placeplan.core import streams
from placeplan.core.records import digest_of
from placeplan.core.streams import Floats, Words


@dataclass(frozen=True)
class Futures:
    """Which futures are run, and what is held or drawn anew in them.

    A future is a pair: a world (every assumption, and what happens to the place as a whole) and the chance of its days.
    Both go by its number; ``world`` and ``chance`` say of which replicate either is, so that the same worlds meet other
    days, or other worlds the same days.

    >>> same_world = replace(Futures(seed=1), chance=1)
    >>> same_world.world_seed == Futures(seed=1).world_seed, same_world.chance_seed == Futures(seed=1).chance_seed
    (True, False)
    """

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
    world: int = 0
    """Replicate of the worlds: 0 for those of the seed."""
    chance: int = 0
    """Replicate of the chance of their days: 0 for that of the seed."""

    def __post_init__(self) -> None:
        if self.ids is not None and len(self.ids) != self.count:
            object.__setattr__(self, "count", len(self.ids))
        if self.count < 1 or self.first < 0 or min(self.ids or (0,)) < 0:
            raise ValueError("futures are counted from 0, and there must be at least one")
        if min(self.world, self.chance) < 0:
            raise ValueError("replicates of worlds and of chance are counted from 0")
        for name, u in self.pinned:
            if not 0.0 < u < 1.0:
                raise ValueError(f"{name} is pinned at {u}, which is not between 0 and 1")

    @property
    def world_seed(self) -> int:
        """Seed of the worlds."""
        return replicate(self.seed, self.world)

    @property
    def chance_seed(self) -> int:
        """Seed of all that is chance: of its replicate, or of the next one where chance is drawn anew."""
        return replicate(self.seed, self.chance + ("chance" in self.redrawn))

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


def replicate(seed: int, number: int = 1) -> int:
    """The seed of another replicate, for what is drawn anew; number 0 is the seed's own.

    >>> replicate(1) == replicate(1), replicate(1) == 1, replicate(1, 0), replicate(1, 2) == replicate(1)
    (True, False, 1, False)
    """
    for _ in range(number):
        seed = streams.key(seed, "replicate")
    return seed


def name_of(assumption: str, entity: str) -> str:
    """Name of a draw.

    >>> name_of("prices.pay", ""), name_of("initiative.delay", "hubs")
    ('prices.pay', 'initiative.delay@hubs')
    """
    return f"{assumption}@{entity}" if entity else assumption


Design = Mapping[str, Floats]
"""Uniform numbers that a design supplies, by assumption (or its name with entity), ``[lane]`` each."""


def uniform(assumption: str, entity: str, futures: Futures, design: Design | None = None) -> Floats:
    """The assumption's own uniform numbers, ``[lane]``: those of a design that supplies them, else keyed ones."""
    for name in (name_of(assumption, entity), assumption):
        if design and name in design:
            return np.asarray(design[name], dtype=np.float64)
    redrawn = {assumption, name_of(assumption, entity)} & futures.redrawn
    seed = replicate(futures.world_seed) if redrawn else futures.world_seed
    keys = np.array([streams.key(seed, assumption, entity)], dtype=np.uint64)
    return streams.uniform(streams.words(keys, futures.numbers(), 0)[0])
