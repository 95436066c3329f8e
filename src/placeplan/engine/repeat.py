"""Turns that are taken again and again, each recorded once and then written down anew with other numbers.

A day in the beds is the same some thirty times a month but for who is there, its number and its random words: taking its
Python once a month instead of thirty times makes recording a plan a third shorter, and changes nothing of what is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from placeplan.core.recorded import Turn
from placeplan.engine.lanes import Lanes, ids_of, tape_of
from placeplan.engine.operations import OPERANDS, Op
from placeplan.engine.tape import WIDTH, Ids, Tape

HELD = -(2**30)
"""From here downwards, what a turn starts from is numbered while it is recorded."""


class Recorded:
    """One turn, recorded for whatever it starts from."""

    def __init__(self, tape: Tape, turn: Callable[..., list[Any]], shapes: Sequence[Any], first: Turn) -> None:
        tape.flush()
        before, tape.parts, start, self.step = tape.parts, [], tape.length, first.step
        ends = turn(_held(tape, shapes), Turn(first.kind, first.step, Lanes(tape, np.array([HELD], dtype=np.int32))))
        self.ends = _flat(tape, ends, shapes)
        tape.flush()
        code = np.concatenate(tape.parts, axis=1) if tape.parts else np.zeros((WIDTH, 0), dtype=np.int32)
        tape.parts, tape.length = before, start
        self.start, self.code = start, code
        words = np.flatnonzero((code[0] == Op.UPPER) | (code[0] == Op.LOWER))
        are_steps = OPERANDS[code[0]] >= np.arange(WIDTH)[:, None]
        are_steps[0] = False
        self.words = 2 * code.shape[1] + words
        self.inner, self.outer = (np.flatnonzero(are_steps & of) for of in (code >= start, code <= HELD))
        self.inner_ends, self.outer_ends = (np.flatnonzero(of) for of in (self.ends >= start, self.ends <= HELD))

    def taken(self, tape: Tape, carried: Ids, turn: Turn) -> Ids:
        """Writes the turn down for what it now starts from, all in a row; returns the numbers of what it ends with."""
        given = np.concatenate(([tape.constant(float(turn.number))], carried)).astype(np.int32)
        moved = tape.length - self.start
        code, ends = self.code.copy(), self.ends.copy()
        flat = code.reshape(-1)
        flat[self.inner] += moved
        flat[self.outer] = given[HELD - flat[self.outer]]
        flat[self.words] += turn.step - self.step
        ends[self.inner_ends] += moved
        ends[self.outer_ends] = given[HELD - ends[self.outer_ends]]
        tape.add(code)
        return ends


def _held(tape: Tape, shapes: Sequence[Any]) -> list[Any]:
    """What a turn starts from while it is recorded, numbered downwards from below its own number; None stays."""
    found: list[Any] = []
    first = HELD - 1
    for shape in shapes:
        size = 0 if shape is None else prod(shape)
        ids = np.arange(first, first - size, -1, dtype=np.int32)
        found.append(None if shape is None else Lanes(tape, ids.reshape(shape)))
        first -= size
    return found


def _flat(tape: Tape, values: Sequence[Any], shapes: Sequence[Any]) -> Ids:
    """Numbers of what is carried, all in a row."""
    given = zip(values, shapes, strict=True)
    rows = [np.broadcast_to(ids_of(tape, value), shape).ravel() for value, shape in given if shape is not None]
    return np.concatenate(rows).astype(np.int32)


def in_turn(carried: list[Any], turn: Callable[..., list[Any]], turns: Sequence[Turn]) -> list[Any]:
    """Each kind of turn is recorded when it first comes."""
    tape = tape_of(*carried)
    assert tape is not None
    shapes = [None if value is None else np.shape(value) for value in carried]
    known: dict[Any, Recorded] = {}
    flat = _flat(tape, carried, shapes)
    for one in turns:
        if one.kind not in known:
            known[one.kind] = Recorded(tape, turn, shapes, one)
        flat = known[one.kind].taken(tape, flat, one)
    ends = np.cumsum([0 if shape is None else prod(shape) for shape in shapes])
    return [
        None if shape is None else Lanes(tape, flat[end - prod(shape) : end].reshape(shape))
        for shape, end in zip(shapes, ends, strict=True)
    ]
