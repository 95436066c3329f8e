"""The drawn values of a block of futures, as the model asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.core import streams
from placeplan.core.forms import turn, values
from placeplan.core.recorded import by_chance
from placeplan.effects.base import Primitive
from placeplan.futures.sample import Futures

Array = np.ndarray[Any, np.dtype[np.float64]]


CHANCE = "chance"
"""Among what is held: every count stands at its expectation."""


def effect(initiative: str, place: int) -> str:
    """The name under which an effect of an initiative is done in part, or not at all.

    >>> effect("hub", 2)
    'hub 2'
    """
    return f"{initiative} {place}"


LOSES = ("beds", "contacts")
"""What an organisation may lose a share of."""


def capacity(kind: str, organisation: str) -> str:
    """The name under which a share of an organisation's beds or contacts is lost."""
    return f"{kind} {organisation}"


@dataclass(frozen=True)
class WhatIf:
    """What is otherwise in some futures, besides what is drawn."""

    off: Mapping[str, Any] = field(default_factory=dict)
    """By initiative, the futures (``[future]``, true) in which it never begins: as if it were not in the plan."""
    lost: Mapping[str, Any] = field(default_factory=dict)
    """By `capacity` of an organisation, the share of it that is gone from the first month, ``[future]``."""
    turned: Mapping[str, Any] = field(default_factory=dict)
    """By `core.forms.turn`, the futures in which a switch of the model's form stands there, not where the plan has it, ``[future]``."""
    dated: Mapping[str, Any] = field(default_factory=dict)
    """By a name of `model.dated`, what is otherwise from a month on, ``[future]``."""
    done: Mapping[str, Any] = field(default_factory=dict)
    """By `effect` of an initiative, the share of it that is done, ``[future]``; one that is not named is done in full."""

    def some(self, lanes: Any) -> WhatIf:
        """The same for some of the futures: a slice of them, or the place of each."""
        return WhatIf(**{p: {name: values[lanes] for name, values in m.items()} for p, m in self.parts.items()})

    @property
    def parts(self) -> dict[str, Mapping[str, Any]]:
        """All of it by the name of its part."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


AS_PLANNED = WhatIf()


@dataclass(frozen=True)
class Draws:
    """Assumptions drawn for one block of futures; ``values[name]`` is ``[future]``."""

    futures: Futures
    values: dict[str, Array]
    what_if: WhatIf = AS_PLANNED

    @cached_property
    def count(self) -> int:
        """Futures in the block."""
        return len(self.futures.numbers())

    @property
    def expected(self) -> bool:
        """Whether chance is held at its expectation."""
        return CHANCE in self.futures.held

    def with_chance(self, *, held: bool) -> Draws:
        """The same with chance held, or drawn."""
        f = self.futures
        return replace(self, futures=replace(f, held=f.held | {CHANCE} if held else f.held - {CHANCE}))

    def by_chance(self, held: Any, drawn: Any) -> Any:
        """What is otherwise where chance is held: the first then, else the second."""
        return by_chance(self.numbers, held, drawn, self.expected)

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

        >>> Draws(Futures(count=2), {}, what_if=WhatIf(lost={"beds RBD": np.array([0.0, 0.5])})).left("beds", "RBD").tolist()
        [1.0, 0.5]
        """
        return 1.0 - self.what_if.lost.get(capacity(kind, organisation), 0.0)

    def in_form(self, switch: str, stands: str, by: Callable[[str], Any]) -> Any:
        """What hangs on a switch of the model's form: as it stands in the plan, or in each future as it is turned there.

        by: from where the switch stands to what then is.

        >>> two = Draws(Futures(count=2), {}, what_if=WhatIf(turned={"stays longer": np.array([False, True])}))
        >>> two.in_form("stays", "steady", {"steady": 0.0, "longer": 1.0}.__getitem__).tolist()
        [0.0, 1.0]
        """
        found = by(stands)
        for value in values(switch):
            there = self.what_if.turned.get(turn(switch, value))
            if there is not None:
                found = np.where(there, by(value), found)
        return found

    def done(self, initiative: str, p: Primitive) -> Any | None:
        """Share of a primitive that is done, ``[future]``; None where it is done in full in all of them."""
        return self.what_if.done.get(effect(initiative, p.effect))

    def amount(self, initiative: str, p: Primitive) -> Any:
        """How much a primitive does: its quantity, so far as it is done, ``[future]``."""
        found, share = self.of(p.quantity, initiative), self.done(initiative, p)
        return found if share is None else found * share

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
