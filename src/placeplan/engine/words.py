"""Words, normals and the functions that stand in for a mathematical library, compiled: one row at a time.

A row is ``float64[lane]``, one value in each of a tile's futures. The equations are those of `placeplan.core.streams` and
`placeplan.core.quantiles`: the same bits as their arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from placeplan.core import quantiles, streams
from placeplan.core.quantiles import exp_cell, exp_rest
from placeplan.core.streams import Floats, Words, finish, log_ratio, uniform32
from placeplan.engine.compiled import equation, lean, part

for _shared in (
    *(finish, log_ratio, uniform32, streams.moved, streams.marked, streams.by_key, streams.by_future),
    *(exp_cell, exp_rest, quantiles.negative_binomial_rate, quantiles.binomial_rate),
):
    equation(_shared)

NORMALS, EXPS = streams.CELLS - 1, 2**18 - 1


class Tables(NamedTuple):
    """The tables that draws look things up in."""

    normal: Floats
    exp: Floats


def tables() -> Tables:
    """The tables, to be handed to each kernel that draws; made once in a process.

    >>> [len(t) for t in tables()]
    [65536, 262144]
    """
    exp = quantiles.exp_table()
    return Tables(streams.normal_table(), np.concatenate([exp, np.zeros(EXPS + 1 - len(exp))]))


@equation
def place(whole: Any, last: int) -> Any:
    """A whole number as a place in a table of ``last + 1`` places, a power of 2: never outside, whatever is asked."""
    return np.uintp(np.int32(whole) & np.int32(last))


@lean
def by_future_row(futures: Words, out: Words) -> None:
    """The future's part of the hash, worked out once for a tile.

    Args:
        futures: numbers of the futures, ``uint64[lane]``.
        out: where it goes, ``uint64[lane]``.
    """
    for i in range(len(out)):
        out[i] = streams.by_future(futures[i])


@lean
def words_row(key: Any, step: int, by_future: Words, upper: Floats, lower: Floats) -> None:
    """Upper and lower 32 bits of the word of one entity in each future, as rows: two independent draws.

    Args:
        key: key of the entity's stream, ``uint64``.
        step: day, month or draw within the stream.
        by_future: the future's part of the hash, by `by_future_row`.
        upper: where the upper halves go, whole numbers below 2³², ``float64[lane]``.
        lower: where the lower halves go.

    >>> part, upper, lower = np.empty(1, np.uint64), np.empty(1), np.empty(1)
    >>> by_future_row(np.array([17], np.uint64), part)
    >>> words_row(np.uint64(streams.key(1, "arrivals", "RD304")), 5, part, upper, lower)
    >>> hex(int(upper[0])), hex(int(lower[0]))
    ('0xf9d91fa4', '0xe93fef9c')
    """
    moved = streams.by_key(np.uint64(key), np.uint64(step))
    for i in range(len(by_future)):
        word = finish(moved + by_future[i])
        upper[i] = np.float64(np.uint32(word >> np.uint64(32)))
        lower[i] = np.float64(np.uint32(word))


@lean
def upper_row(key: Any, step: Any, by_future: Words, upper: Floats) -> None:
    """The upper halves alone, as `words_row`."""
    moved = streams.by_key(np.uint64(key), np.uint64(step))
    for i in range(len(by_future)):
        upper[i] = np.float64(np.uint32(finish(moved + by_future[i]) >> np.uint64(32)))


@lean
def lower_row(key: Any, step: Any, by_future: Words, lower: Floats) -> None:
    """The lower halves alone, as `words_row`."""
    moved = streams.by_key(np.uint64(key), np.uint64(step))
    for i in range(len(by_future)):
        lower[i] = np.float64(np.uint32(finish(moved + by_future[i])))


@lean
def uniform_row(word: Floats, out: Floats) -> None:
    """Uniform numbers strictly between 0 and 1: ``(word + ½) 2⁻³²``; rows, `out` may be `word`.

    >>> uniform_row(np.array([2.0**31]), out := np.empty(1))
    >>> round(float(out[0]), 9)
    0.5
    """
    for i in range(len(out)):
        out[i] = uniform32(word[i])


@part
def normals(word: Floats, out: Floats, table: Floats) -> None:
    """`normal_row`, for other kernels."""
    for i in range(len(out)):
        out[i] = table[place(word[i] * 2.0**-16, NORMALS)]


@lean
def normal_row(word: Floats, out: Floats, table: Floats) -> None:
    """A standard normal for each word, from its upper 16 bits; rows, `out` may be `word`.

    Args:
        word: 32-bit words.
        out: where the normals go.
        table: ``tables().normal``.

    >>> normal_row(np.array([2.0**31]), out := np.empty(1), tables().normal)
    >>> round(float(out[0]), 9)
    1.9124e-05
    """
    normals(word, out, table)


@lean
def exp_minus_row(x: Floats, out: Floats, table: Floats) -> None:
    """``exp(−x)`` of a row of x ≥ 0; table: ``tables().exp``; `out` is another row than `x`.

    >>> exp_minus_row(np.array([1.5]), out := np.empty(1), tables().exp)
    >>> round(float(out[0]), 9)
    0.22313016
    """
    for i in range(len(out)):
        out[i] = table[place(exp_cell(x[i]), EXPS)]
    for i in range(len(out)):
        out[i] *= exp_rest(x[i], exp_cell(x[i]))


@lean
def exp_row(x: Floats, out: Floats, table: Floats) -> None:
    """``exp(x)`` of a row within ±700; table: ``tables().exp``; `out` is another row than `x`.

    >>> exp_row(np.array([1.0, -0.02]), out := np.empty(2), tables().exp)
    >>> [round(float(v), 9) for v in out]
    [2.718281828, 0.980198673]
    """
    for i in range(len(out)):
        out[i] = table[place(exp_cell(abs(x[i])), EXPS)]
    for i in range(len(out)):
        less = out[i] * exp_rest(abs(x[i]), exp_cell(abs(x[i])))
        out[i] = less if x[i] < 0.0 else 1.0 / less


def _each(function: Callable[[Any], Any]) -> Callable[[Floats, Floats], None]:
    """A kernel that takes a function of one number of each lane of a row; `out` may be the row."""

    @lean
    def row(x: Floats, out: Floats) -> None:
        for i in range(len(out)):
            out[i] = function(x[i])

    return row


log_ratio_row = _each(log_ratio)
"""``log_ratio_row(d, out)``: `placeplan.core.streams.log_ratio` of a row."""
negative_binomial_rate_row = _each(quantiles.negative_binomial_rate)
"""``negative_binomial_rate_row(dispersion, out)``: `placeplan.core.quantiles.negative_binomial_rate` of a row."""
binomial_rate_row = _each(quantiles.binomial_rate)
"""``binomial_rate_row(p, out)``: `placeplan.core.quantiles.binomial_rate` of a row."""
