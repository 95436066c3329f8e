"""Counts, compiled: one row of draws, for all futures of a tile.

The equations are those of `placeplan.core.quantiles`; here is a second driver of them, which gives the same bits. NumPy's
driver picks out the lanes that still walk. This one takes four steps in all lanes abreast, and four more as long as any
lane walks, which costs less than picking; the few lanes that go further than `FAR` are picked out then.

>>> from placeplan.engine import words
>>> out, word = np.empty(4), np.array([0.0, 2.0**30, 2.0**31, 2.0**32 - 1.0])
>>> n, p = np.array([3.0, 3.0, 400.0, 3.0]), np.array([0.5, 0.5, 0.2, 0.0])
>>> binomial_row(word, n, p, BINOMIAL.rate(p), BINOMIAL.slope(p), out, room(4), words.tables())
>>> out.tolist()
[0.0, 1.0, 80.0, 0.0]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from placeplan.core.quantiles import (
    BINOMIAL,
    NEGATIVE_BINOMIAL,
    Law,
    exp_cell,
    exp_rest,
    near_normal,
    turned,
)
from placeplan.core.streams import Floats
from placeplan.core.walks import TINY, next_chance
from placeplan.engine.arithmetic import chosen
from placeplan.engine.compiled import equation, lean, part
from placeplan.engine.words import EXPS, Tables, normals, place

for _shared in (*BINOMIAL, *NEGATIVE_BINOMIAL, near_normal, next_chance, turned):
    equation(_shared)

FAR = 16.0
"""Steps of the walk that are taken in all lanes abreast, where any lane takes them: hardly a lane of a hundred goes further."""
WIDE = 8
"""Lanes that walk abreast where some are picked out."""
SPARSE = 16
"""Where fewer than one lane in so many can count anything by a walk, those are picked out at once."""


def room(width: int) -> Floats:
    """What the kernels of this file need to work in; one for each thread, used again and again.

    >>> room(64).shape
    (384,)
    """
    return np.empty(5 * width + 8 * WIDE)


@part
def _one_more(found: Any, total: Any, u: Any) -> Any:
    """One more where the walk goes on: a choice, as making a number of the comparison takes three times as long."""
    return chosen(total < u, found + 1.0, found)


@part
def _step(u: Any, more: Any, k: Any, chance: Any, total: Any, factor: Any, found: Any) -> Any:
    """One step of the walk, to k: the chance, the total, the next factor, and what was found."""
    chance = next_chance(chance, factor, 1.0 / k)
    total = total + chance
    return chance, total, factor + more, _one_more(found, total, u)


@part
def _four_steps(u: Any, more: Any, k: Any, chance: Any, total: Any, factor: Any, found: Any) -> Any:
    """Four steps of the walk, from k."""
    chance, total, factor, found = _step(u, more, k + 1.0, chance, total, factor, found)
    chance, total, factor, found = _step(u, more, k + 2.0, chance, total, factor, found)
    chance, total, factor, found = _step(u, more, k + 3.0, chance, total, factor, found)
    return _step(u, more, k + 4.0, chance, total, factor, found)


@part
def _further(
    us: Floats,
    chances: Floats,
    totals: Floats,
    factors: Floats,
    founds: Floats,
    b: Floats,
    slope: Floats,
    k: Any,
    walk: Any,
) -> Any:
    """The next four steps of all lanes, from k; returns how many walk on."""
    on = 0
    for i in range(len(us)):
        u, more = us[i], walk(0.0, 0.0, b[i], 0.0, slope[i])[3]
        state = chances[i], totals[i], factors[i], founds[i]
        chances[i], totals[i], factors[i], founds[i] = _four_steps(u, more, k, *state)
        on += totals[i] < u
    return on


@part
def _walk_on(state: Floats) -> None:
    """The walk of eight lanes abreast, from its first step on; it looks whether to go on after every fourth step.

    State: u, chance, total, factor, more, found, and whether the lane walks (1 or 0), each in eight lanes.
    """
    k, walking = 0.0, WIDE
    while walking > 0:
        walking = 0
        for j in range(WIDE):
            u, more, on = state[j], state[j + 32], state[j + 48]
            chance, total, factor, found = _step(u, more, k + 1.0, state[j + 8], state[j + 16], state[j + 24], 0.0)
            for step in range(2, 5):
                chance, total, factor, found = _step(u, more, k + step, chance, total, factor, found)
            state[j + 40] += on * found
            on *= (total < u) & (chance > TINY)
            state[j + 8], state[j + 16], state[j + 24], state[j + 48] = chance * on, total, factor, on
            walking += on > 0.0
        k += 4.0


def _many(law: Law) -> Any:
    """A piece of a law's kernel: counts as where many are expected."""
    skew, few, many = law.skew, law.few, law.many

    @part
    def near_normals(word: Floats, a: Floats, b: Floats, out: Floats, table: Floats) -> Any:
        """Counts of all lanes; returns in how many lanes few are expected, and more than none."""
        small, some = 0, 0
        normals(word, out, table)
        for i in range(len(out)):
            out[i] = many(out[i], a[i], b[i], skew(b[i]))
            small += few(a[i], b[i])
            some += a[i] * b[i] > 0.0
        return small, some

    return near_normals


def _whole(law: Law) -> Any:
    """A piece of a law's kernel: whole walks of some lanes."""
    walk, back = law.walk, law.back

    @part
    def whole(
        word: Floats,
        a: Floats,
        b: Floats,
        rate: Floats,
        slope: Floats,
        out: Floats,
        lanes: Floats,
        state: Floats,
        exps: Floats,
    ) -> None:
        """Counts of these lanes, eight abreast; the last is taken again where they do not fill the eight."""
        for start in range(0, len(lanes), WIDE):
            for j in range(WIDE):
                i = int(lanes[min(start + j, len(lanes) - 1)])
                state[j], x, state[j + 24], state[j + 32] = walk(word[i], a[i], b[i], rate[i], slope[i])
                state[j + 8] = state[j + 16] = exps[place(exp_cell(x), EXPS)] * exp_rest(x, exp_cell(x))
                state[j + 40] = state[j + 48] = 1.0 if state[j] > state[j + 8] else 0.0
            _walk_on(state)
            for j in range(min(WIDE, len(lanes) - start)):
                i = int(lanes[start + j])
                out[i] = back(state[j + 40], a[i], b[i])

    return whole


def _picked(few: Any) -> Any:
    """A piece of a law's kernel, where few lanes walk at all."""

    @part
    def picked(a: Floats, b: Floats, out: Floats, lanes: Floats, some: int) -> Any:
        """None where few are expected; lists the lanes that are to walk, and returns how many they are."""
        for i in range(len(out)):
            out[i] = chosen(few(a[i], b[i]), 0.0, out[i])
        on = 0
        for i in range(len(out) if some > 0 else 0):
            lanes[on] = i
            on += few(a[i], b[i]) & (a[i] * b[i] > 0.0)
        return on

    return picked


def _abreast(law: Law) -> Any:
    """Pieces of a law's kernel, where many lanes walk: how they start, and their walks."""
    few, walk, back = law.few, law.walk, law.back

    @part
    def started(
        word: Floats, a: Floats, b: Floats, rate: Floats, slope: Floats, us: Floats, chances: Floats, totals: Floats,
        factors: Floats, founds: Floats, exps: Floats,
    ) -> Any:  # fmt: skip
        """All lanes before their first step; returns how many walk at all."""
        on = 0
        for i in range(len(us)):
            factors[i] = exp_cell(walk(0.0, a[i], b[i], rate[i], slope[i])[1])
        for i in range(len(us)):
            chances[i] = exps[place(factors[i], EXPS)]
        for i in range(len(us)):
            us[i], x, base, _ = walk(word[i], a[i], b[i], rate[i], slope[i])
            chances[i] = totals[i] = chances[i] * exp_rest(x, factors[i])
            factors[i] = base
            founds[i] = chosen(totals[i] < us[i], 1.0, 0.0)
            on += totals[i] < us[i]
        return on

    @part
    def abreast(
        word: Floats,
        a: Floats,
        b: Floats,
        rate: Floats,
        slope: Floats,
        out: Floats,
        room: Floats,
        small: int,
        exps: Floats,
    ) -> Any:
        """Walks in all lanes; lists those that go further still where `founds` are, and returns how many they are."""
        width, k = len(out), 0.0
        us, chances, totals = room[:width], room[width : 2 * width], room[2 * width : 3 * width]
        factors, founds = room[3 * width : 4 * width], room[4 * width : 5 * width]
        on = started(word, a, b, rate, slope, us, chances, totals, factors, founds, exps)
        for i in range(width if small < width else 0):
            us[i] = chosen(few(a[i], b[i]), us[i], -1.0)
        while on > 0 and k < FAR:
            on = _further(us, chances, totals, factors, founds, b, slope, k, walk)
            k += 4.0
        for i in range(width):
            out[i] = chosen(us[i] < 0.0, out[i], back(founds[i], a[i], b[i]))
        last, on = on, 0
        for i in range(width if last > 0 else 0):
            founds[on] = i
            on += totals[i] < us[i]
        return on

    return abreast


def _counts(law: Law) -> Callable[[Floats, Floats, Floats, Floats, Floats, Floats, Floats, Tables], None]:
    """The kernel that draws one row of a law."""
    few = law.few
    near_normals, whole, picked, abreast = _many(law), _whole(law), _picked(few), _abreast(law)

    @lean
    def row(
        word: Floats, a: Floats, b: Floats, rate: Floats, slope: Floats, out: Floats, room: Floats, tables: Tables
    ) -> None:
        width, small, some = len(out), 0, 0
        if few(a[0], b[0]):
            for i in range(width):
                small += few(a[i], b[i])
                some += a[i] * b[i] > 0.0
        if small < width:
            small, some = near_normals(word, a, b, out, tables.normal)
            if small == 0:
                return
            some -= width - small
        lanes, state = room[4 * width : 5 * width], room[5 * width :]
        if SPARSE * some < width:
            on = picked(a, b, out, lanes, some)
        else:
            on = abreast(word, a, b, rate, slope, out, room, small, tables.exp)
        if on > 0:
            whole(word, a, b, rate, slope, out, lanes[:on], state, tables.exp)

    return row


binomial_row = _counts(BINOMIAL)
"""``binomial_row(word, n, p, rate, slope, out, room, tables)``: `quantiles.binomial`, one row.

word: 32-bit words; n: whole numbers; p: probabilities; rate, slope: what hangs on p alone, `quantiles.binomial_rate` and
`quantiles.binomial_slope`; out: where the counts go, another row than those; room: `room` of as many lanes; tables:
`words.tables`.
"""
negative_binomial_row = _counts(NEGATIVE_BINOMIAL)
"""``negative_binomial_row(word, mean, dispersion, rate, slope, out, room, tables)``: `quantiles.negative_binomial`, one row."""
