"""The drawn values of a block of futures, as the model asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.core import streams
from placeplan.futures.sample import Futures

Array = np.ndarray[Any, np.dtype[np.float64]]


LOSES = ("beds", "contacts")
"""What an organisation may lose a share of."""


def capacity(kind: str, organisation: str) -> str:
    """The name under which a share of an organisation's beds or contacts is lost."""
    return f"{kind} {organisation}"


@dataclass(frozen=True)
class Draws:
    """Assumptions drawn for one block of futures; ``values[name]`` is ``[future]``."""

    futures: Futures
    values: dict[str, Array]
    off: dict[str, Any] = field(default_factory=dict)
    """By initiative, the futures in which it never begins, ``[future]``."""
    lost: dict[str, Any] = field(default_factory=dict)
    """By `capacity` of an organisation, the share of it that is gone from the first month, ``[future]``."""

    @cached_property
    def count(self) -> int:
        """Futures in the block."""
        return len(self.futures.numbers())

    @property
    def expected(self) -> bool:
        """Whether chance is held at its expectation."""
        return "chance" in self.futures.held

    @property
    def numbers(self) -> Any:
        """Numbers of the futures, by which random words are drawn."""
        return self.futures.numbers()

    def zeros(self, *shape: int) -> Any:
        """Zeros ``[…, future]`` whose entries will be set."""
        return np.zeros((*shape, self.count))

    def ones(self, *shape: int) -> Any:
        """Ones ``[…, future]`` whose entries will be set."""
        return self.zeros(*shape) + 1.0

    def ever_not(self, quantity: str, usual: float) -> bool:
        """Whether an assumption stands at another value than the usual one in any future."""
        names = [n for n in self.values if n.partition("@")[0] == quantity]
        return any(bool(np.any(self.values[n] != usual)) for n in names)

    def of(self, quantity: float | str, *entities: str) -> Any:
        """A number as it stands, or the drawn assumption, ``[future]``: the first entity's own draw, else the plan's."""
        if not isinstance(quantity, str):
            return quantity
        own = (f"{quantity}@{entity}" for entity in entities)
        return self.values[next((name for name in own if name in self.values), quantity)]

    def left(self, kind: str, organisation: str) -> Any:
        """Share of an organisation's beds or contacts that is not lost, ``[future]``.

        >>> Draws(Futures(count=2), {}, lost={"beds RBD": np.array([0.0, 0.5])}).left("beds", "RBD").tolist()
        [1.0, 0.5]
        """
        return 1.0 - self.lost.get(capacity(kind, organisation), 0.0)

    def has(self, quantity: str, entity: str = "") -> bool:
        """Whether there is such an assumption."""
        return quantity in self.values or f"{quantity}@{entity}" in self.values

    def world_uniform(self, process: str, entity: str, driver: str) -> Array:
        """A uniform of a process of the world, ``[future]``, keyed by name and entity; ½ where its driver is held."""
        if driver in self.futures.held:
            return np.full(self.count, 0.5)
        found: Array = (self.world_words(process, entity, 0).astype(float) + 0.5) * 2.0**-32
        return found

    def world_words(self, process: str, entity: str, step: int) -> np.ndarray[Any, np.dtype[np.uint32]]:
        """32-bit words of a process of the world (not of chance), ``[future]``."""
        name = f"{process} replicate" if process in self.futures.redrawn else process
        key = np.array([streams.key(self.futures.world_seed, name, entity)], dtype=np.uint64)
        upper: np.ndarray[Any, np.dtype[np.uint32]] = streams.halves(streams.words(key, self.numbers, step))[0][0]
        return upper
