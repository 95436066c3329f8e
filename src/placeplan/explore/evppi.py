"""What is worth learning first: the value of partial perfect information between named plans.

From worlds that were run anyway: each plan's utility is regressed on the input, and the value of knowing the input is what
choosing the plan by the fit brings above the plan that is best on average. A permutation null says what a fit of this
size finds where there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from placeplan.core.streams import normal_quantile
from placeplan.explore.one_thread import in_one_thread
from placeplan.explore.resample import ENDS, Array, drawn_again, shuffled

TIMES = 200
FITS = 25
"""Fits of 1,000 worlds that are worked out at once: few enough to stay near the processor."""
BASES = 40
"""Inputs whose products are added up at once."""
KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)
"""Quantiles of a spline's five knots. Source: Harrell (2015), Regression Modeling Strategies, table 2.3."""
ALPHA = 0.05
WORLDS_A_TERM = 10
"""Worlds for each term of the fit, at least."""


@dataclass(frozen=True)
class Worth:
    """What knowing one input, or group of inputs, is worth; unit of the utility."""

    name: str
    value: float
    """Expected gain from choosing the plan after learning the input, at least 0, less the optimism of the fit."""
    low: float
    high: float
    null: float
    """What the best of all inputs asked seems worth in 19 of 20 shuffles, where none is worth anything."""
    p: float
    """Share of such shuffles that seem worth as much as this one, this one counted in."""
    most: float
    """EVPI: what knowing everything is worth, an upper bound."""

    @property
    def clear(self) -> bool:
        """Whether it is beyond the null at 5 %, however many inputs were asked."""
        return self.p <= ALPHA


def information(utilities: Array) -> float:
    """Value of choosing world by world: ``mean(max_p U) − max_p mean(U)``, at least 0.

    Of utilities as run, ``[world, plan]``, it is EVPI; of utilities as expected given an input, EVPPI.
    Source: Raiffa and Schlaifer (1961), Applied Statistical Decision Theory; Strong, Oakley and Brennan (2014) Med Decis
    Making 34:311.

    >>> information(np.array([[0.0, 1.0], [0.0, -1.0]]))
    0.5
    """
    return float(max(0.0, utilities.max(axis=1).mean() - utilities.mean(axis=0).max()))


def _gained(terms: Array, weights: Array, summed: Array, times: Array | None = None) -> Array:
    """The same of many fits of the same terms, ``[fit]``, each beside a plan that has 0 in every world.

    A few fits at a time, so that they stay near the processor.

    Args:
        terms: ``[world, term]``.
        weights: of each plan's fits, ``[plan, term, fit]``.
        summed: each term added up over the worlds as each fit counts them, ``[term, fit]``.
        times: how often each fit counts a world, ``[world, fit]``; None: once.
    """
    plans, _, fits = weights.shape
    found, worlds = np.empty(fits), len(terms)
    room, best = np.empty((2, worlds * FITS))
    for first in range(0, fits, FITS):
        some = slice(first, min(first + FITS, fits))
        one, most = (r[: worlds * (some.stop - first)].reshape(worlds, -1) for r in (room, best))
        most.fill(0.0)
        for plan in range(plans):
            np.maximum(np.matmul(terms, weights[plan, :, some], out=one), most, out=most)
        found[some] = most.sum(axis=0) if times is None else np.einsum("wf,wf->f", times[:, some], most)
    means = np.maximum(np.einsum("tf,ptf->pf", summed, weights).max(axis=0, initial=0.0), 0.0)
    gain: Array = np.maximum(0.0, (found - means) / worlds)
    return gain


def scores(values: Array) -> Array:
    """Normal scores of an input: ``Φ⁻¹((rank − ½) / n)``, ties at their mean rank; the same for any rising change of unit.

    >>> scores(np.array([10.0, 30.0, 20.0])).round(3).tolist()
    [-0.967, 0.967, 0.0]
    """
    from scipy.stats import rankdata  # noqa: PLC0415 – slow to import

    found: Array = normal_quantile((rankdata(values) - 0.5) / len(values))
    return found


def spline(x: Array, knots: Array) -> Array:
    """A natural cubic spline's terms, ``[world, knot − 1]``: x, and for each knot k but the last two ``d_k − d_last``.

    ``d_k = ((x − t_k)₊³ − (x − t_K)₊³) / (t_K − t_k)``; straight beyond the outer knots. Source: Hastie, Tibshirani and
    Friedman (2009), The Elements of Statistical Learning, equation 5.4.

    >>> spline(np.array([-5.0, 0.5]), np.array([0.0, 1.0, 2.0])).tolist()
    [[-5.0, 0.0], [0.5, 0.0625]]
    """
    cubes = np.maximum(x[:, None] - knots, 0.0) ** 3
    d = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.hstack([x[:, None], d[:, :-1] - d[:, -1:]])


def _terms(inputs: Array) -> Array:
    """Terms of the fit beside its constant, ``[world, term]``: splines, steps where few values occur, and products of pairs."""
    columns, lines = [], []
    for values in inputs.T:
        known = np.unique(values)
        if len(known) == 1:
            continue
        line = scores(values)
        lines.append(line)
        if len(known) <= len(KNOTS):
            columns += [(values == k).astype(np.float64)[:, None] for k in known[1:]]
        else:
            knots = np.unique(np.quantile(line, KNOTS))
            columns.append(spline(line, knots) if len(knots) > 2 else line[:, None])
    columns += [(one * other)[:, None] for one, other in combinations(lines, 2)]
    return np.hstack(columns) if columns else np.zeros((len(inputs), 0))


def _basis(name: str, inputs: Array) -> Array:
    """Constant and terms, orthonormal over the worlds, ``[world, term]``; what others tell already is left out."""
    raw = _terms(inputs)
    count = len(raw)
    if count < WORLDS_A_TERM * (raw.shape[1] + 1):
        needed = WORLDS_A_TERM * (raw.shape[1] + 1)
        raise ValueError(
            f"{name}: {count} worlds are too few to learn from; give at least {needed}, or fewer inputs at once"
        )
    one = np.full((count, 1), count**-0.5)
    raw = raw - raw.mean(axis=0)
    if not raw.shape[1]:
        return one
    width = raw.std(axis=0)
    u, size, _ = np.linalg.svd(raw / np.where(width > 0, width, 1.0), full_matrices=False)
    return np.hstack([one, u[:, size > 1e-9 * size[0]]])


def _refitted(basis: Array, sums: Array, drawn: Array) -> Array:
    """The value that each resample shows, fitted anew, ``[resample]``.

    sums: of products of terms with terms and plans (`_sums`); drawn: how often each resample holds a world, ``[world, resample]``.
    """
    terms = basis.shape[1]
    weights = np.linalg.pinv(sums[:, :, :terms], rcond=1e-9, hermitian=True) @ sums[:, :, terms:]
    summed = sums[:, 0, :terms].T * len(basis) ** 0.5  # the first term is constant
    return _gained(basis, np.ascontiguousarray(weights.transpose(2, 1, 0)), summed, drawn)


def _sums(bases: Sequence[Array], utilities: Array, drawn: Array) -> Iterator[Array]:
    """Of each basis, its terms times its terms and the plans, added up over each resample, ``[resample, term, term + plan]``.

    Some bases at once: one large product takes far less time than many small ones.
    """
    for first in range(0, len(bases), BASES):
        some = bases[first : first + BASES]
        products = [(b[:, :, None] * np.hstack([b, utilities])[:, None, :]).reshape(len(b), -1) for b in some]
        ends = np.cumsum([p.shape[1] for p in products])[:-1]
        for b, own in zip(some, np.split(drawn.T @ np.hstack(products), ends, axis=1), strict=True):
            yield own.reshape(drawn.shape[1], b.shape[1], -1)


@in_one_thread
def worth(utilities: Array, inputs: Mapping[str, Array], seed: int, times: int = TIMES) -> tuple[Worth, ...]:
    """What each input or group is worth knowing before choosing between the plans, most first.

    The fit overstates the value a little, as the plan is chosen and judged by the same worlds; resamples show by how much, and
    it is taken off (Efron and Tibshirani 1993, § 10.6). The interval is that of the resamples, less the same, held between 0
    and EVPI; it reaches down to 0 where the value is not clear of the null. The null shuffles worlds against inputs and keeps
    the largest over all inputs (Westfall and Young 1993), so asking about more inputs finds no more.

    With one plan there is nothing to choose: 0 exactly. An input of zero width is worth 0 exactly. Where it is uncertain
    which plan is best on average, the value is a little low and its interval a little narrow (decision 32 has figures).

    Args:
        utilities: probability of keeping the hard promises, or money, in each world, chance averaged out, ``[world, plan]``.
        inputs: by name, the drawn values of an input ``[world]`` or of a group ``[world, input]``.
        seed: of the resamples and shuffles.
        times: resamples, and shuffles.

    Raises ``ValueError`` where worlds don't match, hold gaps, or are too few for a group (it says how many are needed).

    >>> x = np.linspace(-1, 1, 201)
    >>> found = worth(np.stack([0 * x, x], axis=1), {"known": x, "dull": np.cos(40 * x)}, 1)
    >>> found[0].name, round(found[0].value, 2), round(found[0].most, 2), found[0].clear, found[1].clear
    ('known', 0.25, 0.25, True, False)
    """
    shaped = {n: x.reshape(len(x), -1) for n, x in inputs.items()}
    _check(utilities, shaped)
    bases = {n: _basis(n, x) for n, x in shaped.items()}
    best = int(utilities.mean(axis=0).argmax())
    centre = np.delete(utilities - utilities[:, [best]], best, axis=1)  # beside it the best has nothing
    nulls = _nulls([*bases.values()], centre, seed, times)
    counts = [np.bincount(r, minlength=len(centre)) for r in drawn_again(seed, "evppi", len(centre), times)]
    drawn = np.array(counts, dtype=np.float64).T
    sums = _sums([*bases.values()], centre, drawn)
    found = [_worth(n, b, centre, nulls, own, drawn) for (n, b), own in zip(bases.items(), sums, strict=True)]
    return tuple(sorted(found, key=lambda w: (-w.value, w.p)))


def _nulls(bases: Sequence[Array], utilities: Array, seed: int, times: int) -> Array:
    """The largest value over all inputs in each shuffle, ``[shuffle]``."""
    orders = np.array(list(shuffled(seed, "evppi", len(utilities), times)))
    again = utilities[orders].transpose(1, 2, 0).reshape(len(utilities), -1)
    weights = np.hstack([np.zeros((len(utilities), 0)), *bases]).T @ again
    found, first = np.zeros(times), 0
    for x in bases:
        own = weights[first : first + x.shape[1]].reshape(x.shape[1], -1, times).transpose(1, 0, 2)
        first += x.shape[1]
        found = np.maximum(found, _gained(x, own, np.repeat(x.sum(axis=0)[:, None], times, axis=1)))
    return found


def _worth(name: str, basis: Array, utilities: Array, nulls: Array, sums: Array, drawn: Array) -> Worth:
    most = _beside_nothing(utilities)
    if utilities.shape[1] == 0 or basis.shape[1] == 1:
        return Worth(name, 0.0, 0.0, 0.0, float(np.quantile(nulls, 1 - ALPHA)), 1.0, most)
    raw = _beside_nothing(basis @ (basis.T @ utilities))
    again = _refitted(basis, sums, drawn)
    optimism = again.mean() - raw
    p = (1 + int((nulls >= raw).sum())) / (1 + len(nulls))
    value, low, high = (float(np.clip(x - optimism, 0.0, most)) for x in (raw, *np.quantile(again, ENDS)))
    low, high = 0.0 if p > ALPHA else min(low, value), max(high, value)
    return Worth(name, value, low, high, float(np.quantile(nulls, 1 - ALPHA)), p, most)


def _beside_nothing(utilities: Array) -> float:
    """`information` of these plans and one that has 0 in every world."""
    return information(np.hstack([utilities, np.zeros((len(utilities), 1))]))


def _check(utilities: Array, inputs: Mapping[str, Array]) -> None:
    if utilities.ndim != 2 or any(len(x) != len(utilities) for x in inputs.values()):
        raise ValueError("give utilities as [world, plan] and each input with as many worlds")
    if not all(np.isfinite(x).all() for x in (utilities, *inputs.values())):
        raise ValueError(
            "some utilities or inputs are not numbers: leave no world out, or the rest would be of another kind"
        )
