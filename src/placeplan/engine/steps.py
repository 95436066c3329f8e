"""How functions that count as one step are recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from placeplan.core import quantiles
from placeplan.engine.lanes import RECORDED, Lanes, add_up, ids_of, tape_of
from placeplan.engine.operations import Op
from placeplan.engine.repeat import in_turn
from placeplan.engine.tape import Tape


class Numbers:
    """The numbers of futures that are not yet known, as random words ask for them."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def __record__(self, name: str, *args: Any, **_: Any) -> Words | Lanes:
        if name == "by_chance":
            _, held, drawn = args[:3]
            return Lanes(self.tape, self.tape.steps(Op.BY_CHANCE, *[ids_of(self.tape, a) for a in (held, drawn)]))
        assert name == "words"
        keys, _, step = args
        return Words(self.tape, keys, step)


class Words:
    """Random words of some streams at a step, of which the halves are recorded."""

    def __init__(self, tape: Tape, keys: Any, step: int) -> None:
        self.tape, self.keys, self.step = tape, keys, step

    def __record__(self, name: str, *_: Any, **__: Any) -> tuple[Lanes, Lanes]:
        assert name == "halves"
        upper, lower = (Lanes(self.tape, self.tape.words(op, self.keys, self.step)) for op in (Op.UPPER, Op.LOWER))
        return upper, lower


def _single(op: Op) -> Callable[..., Lanes]:
    """A function of one value."""

    def recorded(value: Lanes) -> Lanes:
        return Lanes(value.tape, value.tape.steps(op, value.ids))

    return recorded


def _counts(op: Op, law: quantiles.Law) -> Callable[..., Lanes]:
    """A law's counts, from words and its two parameters; rate and slope hang on the second of them."""

    def recorded(word: Any, first: Any, second: Any, rate: Any = None) -> Lanes:
        rate, slope = law.rate(second) if rate is None else rate, law.slope(second)
        tape = tape_of(word, first, second)
        assert tape is not None
        return Lanes(tape, tape.steps(op, *[ids_of(tape, a) for a in (word, first, second, rate, slope)]))

    return recorded


def _in_order(values: Any) -> Any:
    return add_up(np.stack(values) if isinstance(values, list) else values)


def _rows_of(values: list[Any], count: int) -> Lanes:
    del count
    tape = tape_of(*values)
    assert tape is not None
    return Lanes(tape, np.array([np.broadcast_to(ids_of(tape, v), (1,)) for v in values], dtype=np.int32))


RECORDED |= {
    "exp": _single(Op.EXP),
    "exp_minus": _single(Op.EXP_MINUS),
    "normal": _single(Op.NORMAL),
    "binomial_rate": _single(Op.BINOMIAL_RATE),
    "negative_binomial_rate": _single(Op.NEGATIVE_BINOMIAL_RATE),
    "binomial": _counts(Op.BINOMIAL, quantiles.BINOMIAL),
    "negative_binomial": _counts(Op.NEGATIVE_BINOMIAL, quantiles.NEGATIVE_BINOMIAL),
    "in_order": _in_order,
    "rows_of": _rows_of,
    "in_turn": in_turn,
    "table": lambda values: values,
}
