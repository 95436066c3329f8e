"""A recording: every step that a plan's months take, in order, for a future that is not yet known."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

from placeplan.engine.operations import OPERANDS, Op

Ids = np.ndarray[Any, np.dtype[np.int32]]
"""Numbers of steps, in the shape of the array whose values they stand for; the last axis, of length 1, is the future's."""
WIDTH = 6
"""Numbers of a step: its operation and five operands."""


def _alike(operands: Any) -> bool:
    """Whether two operands are arrays of the same shape, as most are."""
    a, *others = operands
    return type(a) is not int and len(others) == 1 and type(others[0]) is not int and a.shape == others[0].shape


class Tape:
    """Steps as they are recorded. A step's number is its place; it yields one value in every future.

    Constants and inputs are no steps that are taken at some time: they are numbered downwards from −1.
    """

    def __init__(self) -> None:
        self.length = 0
        self.parts: list[Any] = []
        self._last = array("i")
        self.constants: list[float] = []
        self._leaves: dict[Any, int] = {}
        self._leaf_rows: list[tuple[int, int]] = []
        self.inputs: dict[str, int] = {}
        self.keys: dict[int, int] = {}

    def one(self, op: int, a: int, b: int = 0, c: int = 0, d: int = 0, e: int = 0) -> int:
        """Records one step and returns its number."""
        self._last.extend((op, a, b, c, d, e))
        found = self.length
        self.length = found + 1
        return found

    def many(self, op: int, *operands: Any) -> Ids:
        """Records the same operation on many operands, arrays or numbers that broadcast; returns the steps' numbers."""
        shape = operands[0].shape if len(operands) == 1 or _alike(operands) else np.broadcast(*operands).shape
        steps = np.zeros((WIDTH, *shape), dtype=np.int32)
        steps[0] = op
        for n, part in enumerate(operands, start=1):
            steps[n] = part
        first = self.length
        self.add(steps.reshape(WIDTH, -1))
        return np.arange(first, self.length, dtype=np.int32).reshape(shape)

    def add(self, steps: Any) -> None:
        """Records steps as they stand, ``[6, step]``."""
        self.flush()
        self.length += steps.shape[1]
        self.parts.append(steps)

    def steps(self, op: int, *operands: Any) -> Ids:
        """Records an operation on steps, each a number or an array of them, which broadcast."""
        like: Any = None
        for o in operands:
            if type(o) is not int:
                if o.size != 1:
                    return self.many(op, *operands)
                if like is None or o.ndim > like.ndim:
                    like = o
        ids = np.empty(() if like is None else like.shape, dtype=np.int32)
        ids.fill(self.one(op, *[o if type(o) is int else o.item() for o in operands]))
        return ids

    def flush(self) -> None:
        """Single steps so far become a part."""
        if self._last:
            self.parts.append(np.array(self._last, dtype=np.int32).reshape(-1, WIDTH).T)
            self._last = array("i")

    def _leaf(self, key: Any, op: int, place: int) -> int:
        """A constant or an input, at its place among those."""
        self._leaf_rows.append((op, place))
        found = self._leaves[key] = -len(self._leaf_rows)
        return found

    def constant(self, value: float) -> int:
        """The number of a constant; the same value has one."""
        key: Any = value
        if value == 0.0:
            key = "0" if math.copysign(1.0, value) > 0 else "-0"
        elif math.isnan(value):
            key = "nan"
        found = self._leaves.get(key)
        if found is None:
            found = self._leaf(key, Op.CONSTANT, len(self.constants))
            self.constants.append(float(value))
        return found

    def constant_ids(self, values: Any) -> Ids:
        """Numbers of constants, in the shape of the values."""
        flat = [self.constant(v) for v in np.asarray(values, dtype=np.float64).ravel().tolist()]
        return np.array(flat, dtype=np.int32).reshape(np.shape(values))

    def input(self, name: str) -> int:
        """The number of a value that differs by future."""
        if name not in self.inputs:
            self.inputs[name] = len(self.inputs)
            self._leaf(("input", name), Op.INPUT, self.inputs[name])
        return self._leaves["input", name]

    def words(self, op: int, keys: Iterable[int], step: int) -> Ids:
        """Random words of some streams at a step."""
        places = [self.keys.setdefault(int(k), len(self.keys)) for k in keys]
        return self.many(op, np.array(places, dtype=np.int32)[:, None], np.int32(step))

    def places(self, numbers: Any) -> Any:
        """Where steps, constants and inputs stand in the `code`: constants and inputs come first."""
        return np.where(numbers < 0, -1 - numbers, numbers + len(self._leaf_rows))

    def code(self) -> Any:
        """Constants, inputs and all steps, ``[step, 6]``: operation and operands."""
        self.flush()
        steps = np.concatenate(self.parts, axis=1) if self.parts else np.zeros((WIDTH, 0), dtype=np.int32)
        many = OPERANDS[steps[0]]
        for n in range(1, WIDTH):
            steps[n] = np.where(many >= n, self.places(steps[n]), steps[n])
        leaves = np.zeros((WIDTH, len(self._leaf_rows)), dtype=np.int32)
        leaves[:2] = np.array(self._leaf_rows, dtype=np.int32).reshape(-1, 2).T
        return np.ascontiguousarray(np.concatenate((leaves, steps), axis=1).T)
