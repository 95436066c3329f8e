"""Random numbers that belong to a name: keyed, counter-based, the same in any order and on any machine.

A word is a hash of (seed, name, entity, future, step); nothing is drawn "next". A plan with and without one
initiative therefore meets the same chances, and one future can be replayed alone. After the hash only
+ − × ÷ √ and tables are used, so that no mathematical library can change a bit.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache
from typing import Any

import numpy as np

from placeplan.core.recorded import one_step

Words = np.ndarray[Any, np.dtype[np.uint64]]
"""64-bit words, any shape."""
Half = np.ndarray[Any, np.dtype[np.uint32]]
"""32-bit words, any shape."""
Floats = np.ndarray[Any, np.dtype[np.float64]]

CELLS = 65_536
_STEP = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_FIRST_CELL = -4.387511389330825
"""Mean of a standard normal below its 1/65,536 quantile."""


def key(seed: int, name: str, entity: str = "") -> int:
    """The 64-bit key of a stream; never Python's own hash, which changes from run to run.

    Args:
        seed: seed of the run.
        name: assumption or process.
        entity: id of the entity that draws – never its position.

    >>> hex(key(1, "arrivals", "RD304")), key(1, "a", "b") == key(1, "a b")
    ('0xa36823d86d89c70f', False)
    """
    text = f"{seed}\x1f{name}\x1f{entity}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def keys(seed: int, name: str, entities: tuple[str, ...] | list[str]) -> Words:
    """Keys of one process for many entities, ``[entity]``."""
    return np.array([key(seed, name, e) for e in entities], dtype=np.uint64)


def finish(x: Any) -> Any:
    """Stafford's 13th variant of the 64-bit murmur finaliser (that of splitmix64); arrays in place."""
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def moved(keys: Any, step: Any) -> Any:
    """The key moved on by the step; both unsigned, 64 bits, and overflow is meant."""
    return keys + (step * np.uint64(_STEP) + np.uint64(0xD1B54A32D192ED03))


def marked(futures: Any) -> Any:
    """The future's number over all 64 bits; overflow is meant."""
    return futures * np.uint64(_STEP) + np.uint64(0x8CB92BA72F3D8DD7)


def by_key(keys: Any, step: Any) -> Any:
    """The key's part of the hash."""
    return finish(moved(keys, step))


def by_future(futures: Any) -> Any:
    """The future's part of the hash."""
    return finish(marked(futures))


@one_step
def words(keys: Words, futures: Words, step: int) -> Words:
    """One 64-bit word for each entity and future.

    The key moved on by the step, and the future, go through the finaliser apart; their sum goes through it again.

    Args:
        keys: keys of the entities, ``[entity]``.
        futures: numbers of the futures, ``[lane]``.
        step: day, month or draw within the stream.

    Returns:
        Words, ``[entity, lane]``.

    >>> w = words(np.array([1, 2], dtype=np.uint64), np.arange(1000, dtype=np.uint64), 7)
    >>> w.shape, bool((words(np.array([2], dtype=np.uint64), np.array([5], dtype=np.uint64), 7) == w[1, 5]).all())
    ((2, 1000), True)
    """
    steps = np.array([step & _MASK], dtype=np.uint64)
    both = finish(np.concatenate((moved(keys, steps), marked(futures))))  # at once, as each call takes its time
    found: Words = finish(both[: len(keys), None] + both[None, len(keys) :])
    return found


def words_of_steps(keys: Words, futures: Words, first: int, count: int) -> Words:
    """The `words` of several steps, one after the other, in one call: where arrays are small, calls are what takes the time.

    Returns:
        Words, ``[step, entity, lane]``.

    >>> k, f = np.array([1, 2], dtype=np.uint64), np.arange(3, dtype=np.uint64)
    >>> bool((words_of_steps(k, f, 7, 2)[1] == words(k, f, 8)).all())
    True
    """
    steps = np.arange(first, first + count, dtype=np.uint64)[:, None]
    found: Words = finish(by_key(keys, steps)[..., None] + by_future(futures))
    return found


def uniform(words: Words) -> Floats:
    """Uniform numbers strictly between 0 and 1: the midpoints of 2⁵² equal cells, from the top bits.

    >>> float(uniform(np.array([0], dtype=np.uint64))[0]) > 0, float(uniform(~np.array([0], dtype=np.uint64))[0]) < 1
    (True, True)
    """
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def uniform32(word32: Any) -> Any:
    """Uniform numbers strictly between 0 and 1 from 32-bit words held as floats: the midpoints of 2³² equal cells.

    >>> uniform32(0.0) == 2.0**-33, 1.0 - uniform32(2.0**32 - 1.0) == 2.0**-33
    (True, True)
    """
    return (word32 + 0.5) * 2.0**-32


@one_step
def halves(words: Words) -> tuple[Half, Half]:
    """The upper and the lower 32 bits of each word: two independent draws.

    >>> [int(h[0]) for h in halves(np.array([2**32 + 5], dtype=np.uint64))]
    [1, 5]
    """
    return (words >> np.uint64(32)).astype(np.uint32), words.astype(np.uint32)


def log_ratio(d: Floats) -> Floats:
    """``ln(d) / (d − 1)`` for d in about [0.1, 200], smooth through d = 1 where it is 1; + − × ÷ √ only.

    Four square roots bring d near 1, a series of the inverse hyperbolic tangent does the rest.

    >>> [round(float(log_ratio(np.array(d))), 12) for d in (0.5, 1.0, 2.0)]
    [1.38629436112, 1.0, 0.69314718056]
    """
    scale: Any = 1.0
    for _ in range(4):
        d = np.sqrt(d)
        scale = scale * (2.0 / (d + 1.0))
    s = (d - 1.0) / (d + 1.0)
    s2 = s * s
    series: Any = s2 / 19 + 1.0 / 17
    for odd in range(15, 0, -2):
        series *= s2
        series += 1.0 / odd
    result: Floats = scale * (2.0 / (d + 1.0)) * series
    return result


def _log(x: Floats) -> Floats:
    """Natural logarithm of positive numbers by + − × ÷ √ alone (exponent and mantissa apart)."""
    mantissa, exponent = np.frexp(x)
    return exponent * 0.6931471805599453 + log_ratio(mantissa) * (mantissa - 1.0)


def _ratio(r: Floats, above: tuple[float, ...], below: tuple[float, ...]) -> Floats:
    """Quotient of two polynomials, coefficients from the constant up."""
    top: Any = above[-1]
    for c in above[-2::-1]:
        top = top * r + c
    bottom: Any = below[-1]
    for c in below[-2::-1]:
        bottom = bottom * r + c
    result: Floats = top / bottom
    return result


# fmt: off
_MIDDLE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)
_NEAR = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)
_FAR = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)
# fmt: on


def normal_quantile(u: Floats) -> Floats:
    """Quantile of the standard normal, exact to about 1e-15, the same bits on every machine.

    Args:
        u: probabilities strictly between 0 and 1, any shape.

    Source: Wichura, M. J. (1988), algorithm AS 241 (PPND16), Applied Statistics 37, 477–484.

    >>> [round(float(z), 9) for z in normal_quantile(np.array([0.1, 0.5, 0.975, 1e-12]))]
    [-1.281551566, 0.0, 1.959963985, -7.034483825]
    """
    u = np.asarray(u, dtype=np.float64)
    q = u - 0.5
    z = q * _ratio(0.180625 - np.minimum(q * q, 0.180625), *_MIDDLE)
    outer = np.abs(q) > 0.425
    if outer.any():
        side = np.where(q < 0, u, 1.0 - u)[outer]
        r = np.sqrt(-_log(side))
        tail = np.where(r <= 5.0, _ratio(r - 1.6, *_NEAR), _ratio(r - 5.0, *_FAR))
        z[outer] = np.where(q[outer] < 0, -tail, tail)
    return z


@cache
def normal_table() -> Floats:
    """Means of a standard normal in 65,536 equally likely cells, in order, with mean 0 and variance 1.

    Four-point Gauss–Legendre over each cell's quantiles (sixteen panels a cell in the tail), rescaled so that the
    variance is 1, rounded to 1e-9; read-only.

    >>> t = normal_table()
    >>> len(t), float(t[-1]), round(math.fsum(t * t) / len(t), 8)
    (65536, 4.387514637, 1.0)
    """
    half = CELLS // 2
    inner, outer = (math.sqrt(3 / 7 + sign * 2 / 7 * math.sqrt(6 / 5)) for sign in (-1, 1))
    nodes = np.array([-outer, -inner, inner, outer])
    weights = np.array([18 + sign * math.sqrt(30) for sign in (-1, 1, 1, -1)]) / 72
    lower = np.empty(half)
    for first, last, panels in ((1, 64, 16), (64, half, 1)):
        at = np.add.outer(np.arange(panels) + 0.5, nodes / 2).ravel() / panels
        z = normal_quantile((np.arange(first, last)[:, None] + at) / CELLS)
        lower[first:last] = [math.fsum(row) for row in z * np.tile(weights, panels) / panels]
    lower[0] = _FIRST_CELL
    lower /= math.sqrt(math.fsum(lower * lower) / half)
    lower = np.round(lower, 9)
    table = np.concatenate([lower, -lower[::-1]])
    table.flags.writeable = False
    return table


@one_step
def normal(word32: Half) -> Floats:
    """A standard normal for each 32-bit word, from its upper 16 bits; never falls as the word grows.

    >>> float(normal(np.array([2**31], dtype=np.uint32))[0]) > 0
    True
    """
    return normal_table().take(np.asarray(word32, dtype=np.uint32) >> np.uint32(16))
