"""Turns that are taken again and again, each recorded once and then written down anew with other numbers.

A day in the beds is the same some thirty times a month but for who is there, its number and its random words: taking its
Python once a month instead of thirty times makes recording a plan a third shorter, and changes nothing of what is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from placeplan.core.recorded import Turn
from placeplan.engine.lanes import Lanes, ids_of, tape_of
from placeplan.engine.operations import OPERANDS, Op
from placeplan.engine.tape import WIDTH, Ids, Tape

HELD = -(2**30)
"""From here downwards, what a turn starts from is numbered while it is recorded."""


def _numbered(carried: Sequence[Any], first: int) -> list[Any]:
    """Numbers from ``HELD − first`` downwards in the shapes of what is carried; None stays."""
    found: list[Any] = []
    for ids in carried:
        if ids is not None:
            found.append((HELD - first - np.arange(ids.size, dtype=np.int32)).reshape(ids.shape))
            first += ids.size
        else:
            found.append(None)
    return found


class Recorded:
    """One turn, recorded for whatever it starts from."""

    def __init__(self, tape: Tape, turn: Callable[..., list[Any]], carried: Sequence[Any], first: Turn) -> None:
        tape.flush()
        before, tape.parts, self.start, self.step = tape.parts, [], tape.length, first.step
        held = [None if ids is None else Lanes(tape, ids) for ids in _numbered(carried, 1)]
        number = Lanes(tape, np.array([HELD], dtype=np.int32))
        ends = turn(held, Turn(first.kind, first.step, number))
        tape.flush()
        self.code = np.concatenate(tape.parts, axis=1) if tape.parts else np.zeros((WIDTH, 0), dtype=np.int32)
        tape.parts, tape.length = before, self.start
        self.ends = [_ids(tape, end, like) for end, like in zip(ends, carried, strict=True)]
        are_steps = OPERANDS[self.code[0]] >= np.arange(1, WIDTH)[:, None]
        operands = self.code[1:]
        self.inner, self.outer = (are_steps & (operands >= self.start)), (are_steps & (operands <= HELD))
        self.words = np.flatnonzero((self.code[0] == Op.UPPER) | (self.code[0] == Op.LOWER))

    def taken(self, tape: Tape, carried: Sequence[Any], turn: Turn) -> list[Any]:
        """Writes the turn down for what it now starts from; returns the numbers of what it ends with."""
        number = tape.constant(float(turn.number))
        given = np.concatenate([[number], *(ids.ravel() for ids in carried if ids is not None)]).astype(np.int32)
        moved = tape.length - self.start
        code = self.code.copy()
        code[1:][self.inner] += moved
        code[1:][self.outer] = given[HELD - code[1:][self.outer]]
        code[2, self.words] += turn.step - self.step
        tape.add(code)
        return [None if end is None else self._placed(end, given, moved) for end in self.ends]

    def _placed(self, end: Ids, given: Ids, moved: int) -> Ids:
        own = np.where(end >= self.start, end + moved, end)
        return np.where(end <= HELD, given[np.where(end <= HELD, HELD - end, 0)], own).astype(np.int32)


def _ids(tape: Tape, value: Any, like: Any) -> Any:
    """Numbers of what is carried, in the shape that it has; None stays."""
    if value is None:
        return None
    found = np.asarray(ids_of(tape, value), dtype=np.int32)
    return found if like is None else np.broadcast_to(found, like.shape).copy()


def in_turn(carried: list[Any], turn: Callable[..., list[Any]], turns: Sequence[Turn]) -> list[Any]:
    """Each kind of turn is recorded when it first comes."""
    tape = tape_of(*carried)
    assert tape is not None
    ids = [_ids(tape, value, None) for value in carried]
    known: dict[Any, Recorded] = {}
    for one in turns:
        if one.kind not in known:
            known[one.kind] = Recorded(tape, turn, ids, one)
        ids = known[one.kind].taken(tape, ids, one)
    return [None if i is None else Lanes(tape, i) for i in ids]
