"""Levers, promises, and boxes of settings: what a search for promises that cannot all hold is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from placeplan.explore.arrays import Flags, Floats, Whole

MORE, LESS, EITHER, UNKNOWN = 1, -1, 2, 0
"""What a lever does to a promise as it goes up: never harms it, never helps it, does not touch it, or nobody knows."""
FINEST = 1.0 / 256.0
"""Of its whole range, the smallest part into which a lever without steps is cut."""
MOST = 12
"""Promises, at most: as many as may be hard."""

Setting = tuple[float, ...]
"""One value of each lever, in the lever's own unit."""
Run = Callable[[Floats, Whole], Flags]
"""Which promises are kept, ``[setting, future, promise]``, under settings ``[setting, lever]`` in futures of these
numbers ``[future]``. The same number is the same future, whatever the setting."""


@dataclass(frozen=True)
class Lever:
    """Something that can be set."""

    name: str
    values: tuple[float, ...]
    """Ascending."""
    between: bool = False
    """Whether anything between the first and the last value will do too."""

    def __post_init__(self) -> None:
        if not self.values or any(b <= a for a, b in zip(self.values, self.values[1:], strict=False)):
            raise ValueError(f"lever {self.name}: give its values in ascending order, each once")
        if not np.isfinite(self.values).all():
            raise ValueError(f"lever {self.name}: a value is missing or not finite")

    @property
    def width(self) -> float:
        """From the first value to the last; 1 where there is one only, so that it can be divided by."""
        return self.values[-1] - self.values[0] or 1.0

    @property
    def middle(self) -> float:
        """The value in the middle."""
        return self.inside(self.values[0], self.values[-1])

    def inside(self, low: float, high: float) -> float:
        """The value in the middle between two."""
        if self.between:
            return (low + high) / 2.0
        inside = [v for v in self.values if low <= v <= high]
        return inside[len(inside) // 2]


@dataclass(frozen=True)
class Asks:
    """A promise: its name, the share of futures asked for, and what each lever does to it (`MORE` …), ``[lever]``."""

    name: str
    p: float
    signs: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """Levers and promises. A limit on what may be set, such as capital, is a promise kept in all futures or in none."""

    levers: tuple[Lever, ...]
    promises: tuple[Asks, ...]
    start: Setting
    """How the levers stand now."""
    p: Floats = field(init=False, compare=False)
    """Shares asked for, ``[promise]``."""

    def __post_init__(self) -> None:
        names = [p.name for p in self.promises], [lever.name for lever in self.levers]
        if any(len(set(n)) != len(n) for n in names):
            raise ValueError("two promises, or two levers, have the same name")
        if len(self.promises) > MOST:
            raise ValueError(f"{len(self.promises)} promises: at most {MOST} can be looked at together")
        for promise in self.promises:
            if not 0.0 < promise.p < 1.0:
                raise ValueError(f"promise {promise.name}: the share of futures asked for lies between 0 and 1")
            if len(promise.signs) != len(self.levers) or not set(promise.signs) <= {MORE, LESS, EITHER, UNKNOWN}:
                raise ValueError(f"promise {promise.name}: say for each lever what it does to it")
        if len(self.start) != len(self.levers) or not all(map(_takes, self.levers, self.start)):
            raise ValueError("the levers cannot stand as the start says")
        object.__setattr__(self, "p", np.array([p.p for p in self.promises], dtype=np.float64))

    @property
    def signs(self) -> Whole:
        """``[promise, lever]``."""
        shape = len(self.promises), len(self.levers)
        return np.array([p.signs for p in self.promises], dtype=np.int64).reshape(shape)

    @property
    def widths(self) -> Floats:
        """``[lever]``."""
        return np.array([lever.width for lever in self.levers], dtype=np.float64)

    def with_signs(self, signs: Whole) -> Problem:
        """The same with other signs, ``[promise, lever]``."""
        rows = zip(self.promises, signs.tolist(), strict=True)
        return replace(self, promises=tuple(replace(p, signs=tuple(s)) for p, s in rows))

    def by_name(self) -> tuple[Problem, list[int], list[int]]:
        """The same in the order of names, so that no answer hangs on the order handed over; where promises and levers stood."""
        rows = sorted(range(len(self.promises)), key=lambda i: self.promises[i].name)
        columns = sorted(range(len(self.levers)), key=lambda j: self.levers[j].name)
        promises = (self.promises[i] for i in rows)
        turned = tuple(replace(p, signs=tuple(p.signs[j] for j in columns)) for p in promises)
        levers, start = tuple(self.levers[j] for j in columns), tuple(self.start[j] for j in columns)
        return Problem(levers, turned, start), rows, columns


def _takes(lever: Lever, value: float) -> bool:
    return value in lever.values or (lever.between and lever.values[0] <= value <= lever.values[-1])


@dataclass(frozen=True)
class Box:
    """All settings between two ends, both inside."""

    low: Setting
    high: Setting

    def corner(self, signs: tuple[int, ...], start: Setting) -> Setting:
        """The best setting inside for a promise; levers that do not touch it stay as near to the start as they can.

        >>> Box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)).corner((MORE, LESS, EITHER), (0.0, 1.0, 0.5))
        (1.0, 0.0, 0.5)
        """
        ends = {MORE: self.high, LESS: self.low}
        return tuple(
            ends[s][j] if s in ends else min(max(start[j], self.low[j]), self.high[j]) for j, s in enumerate(signs)
        )

    def holds(self, setting: Setting) -> bool:
        """Whether a setting lies inside."""
        return all(a <= x <= b for a, x, b in zip(self.low, setting, self.high, strict=True))

    def bounds(self, signs: tuple[int, ...]) -> bool:
        """Whether that corner bounds the promise: each lever of which nobody knows what it does has one value inside."""
        return all(s != UNKNOWN or self.low[j] == self.high[j] for j, s in enumerate(signs))

    def middle(self, levers: tuple[Lever, ...]) -> Setting:
        """The setting in the middle."""
        return tuple(lever.inside(a, b) for lever, a, b in zip(levers, self.low, self.high, strict=True))

    def cut(self, j: int, lever: Lever) -> tuple[Box, Box] | None:
        """Both halves along one lever; None where it is as narrow as it gets."""
        a, b = self.low[j], self.high[j]
        if lever.between:
            top = bottom = (a + b) / 2.0
            if b - a <= FINEST * lever.width:
                return None
        else:
            inside = [v for v in lever.values if a <= v <= b]
            if len(inside) < 2:
                return None
            top, bottom = inside[len(inside) // 2 - 1], inside[len(inside) // 2]
        return Box(self.low, _put(self.high, j, top)), Box(_put(self.low, j, bottom), self.high)


def _put(setting: Setting, j: int, value: float) -> Setting:
    return (*setting[:j], value, *setting[j + 1 :])


def whole(problem: Problem, among: tuple[int, ...]) -> Box:
    """The box that has to be searched for some promises: a lever over which they do not differ stands at its best end.

    What such a lever can do for one of them it does for all, so nothing is lost; one that touches none stays at the start.
    """
    low, high = list(problem.start), list(problem.start)
    for j, lever in enumerate(problem.levers):
        wants = {int(problem.promises[i].signs[j]) for i in among} - {EITHER}
        if wants == {MORE}:
            low[j] = high[j] = lever.values[-1]
        elif wants == {LESS}:
            low[j] = high[j] = lever.values[0]
        elif wants:
            low[j], high[j] = lever.values[0], lever.values[-1]
    return Box(tuple(low), tuple(high))


def opened(problem: Problem, among: tuple[int, ...], box: Box) -> Box:
    """A box with the levers that `whole` holds for these promises free: what a proof says of the box it says of all this."""
    held = whole(problem, among)
    fixed = [a == b for a, b in zip(held.low, held.high, strict=True)]
    low = (lever.values[0] if f else a for lever, a, f in zip(problem.levers, box.low, fixed, strict=True))
    high = (lever.values[-1] if f else b for lever, b, f in zip(problem.levers, box.high, fixed, strict=True))
    return Box(tuple(low), tuple(high))
