"""What is worth learning first: the value of partial perfect information between named plans.

From worlds that were run anyway: each plan's utility is regressed on the input, and the value of knowing the input is what
choosing the plan by the fit brings above the plan that is best on average. A permutation null says what a fit of this
size finds where there is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

import numpy as np
from scipy.stats import rankdata

from placeplan.core.streams import normal_quantile
from placeplan.explore.resample import ENDS, Array, drawn_again, shuffled

TIMES = 200
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
    return float(_informed(utilities[:, None])[0])


def _informed(utilities: Array, times: Array | None = None) -> Array:
    """The same of several runs, ``[run]`` of ``[world, run, plan]``; times: how often each counts a world, ``[world, run]``."""
    best = reduce(np.maximum, np.moveaxis(utilities, 2, 0))
    counted = best if times is None else times * best
    means = utilities.mean(axis=0) if times is None else np.einsum("wr,wrp->rp", times, utilities) / len(utilities)
    found: Array = np.maximum(0.0, counted.mean(axis=0) - means.max(axis=1))
    return found


def scores(values: Array) -> Array:
    """Normal scores of an input: ``Φ⁻¹((rank − ½) / n)``, ties at their mean rank; the same for any rising change of unit.

    >>> scores(np.array([10.0, 30.0, 20.0])).round(3).tolist()
    [-0.967, 0.967, 0.0]
    """
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


def _refitted(basis: Array, utilities: Array, drawn: Array) -> Array:
    """The value that each resample shows, fitted anew, ``[resample]``; drawn: how often each holds a world, ``[resample, world]``."""
    count, terms = basis.shape
    products = (basis[:, :, None] * np.hstack([basis, utilities])[:, None, :]).reshape(count, -1)
    sums = (drawn @ products).reshape(len(drawn), terms, -1)
    weights = np.linalg.pinv(sums[:, :, :terms], rcond=1e-9, hermitian=True) @ sums[:, :, terms:]
    fitted = (basis @ weights.transpose(1, 0, 2).reshape(terms, -1)).reshape(count, len(drawn), -1)
    return _informed(fitted, drawn.T)


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
    centre = utilities - utilities[:, [int(utilities.mean(axis=0).argmax())]]
    nulls = _nulls(bases, centre, seed, times)
    drawn = np.array([np.bincount(r, minlength=len(centre)) for r in drawn_again(seed, "evppi", len(centre), times)])
    found = [_worth(n, basis, centre, nulls, drawn.astype(np.float64)) for n, basis in bases.items()]
    return tuple(sorted(found, key=lambda w: (-w.value, w.p)))


def _nulls(bases: Mapping[str, Array], utilities: Array, seed: int, times: int) -> Array:
    """The largest value over all inputs in each shuffle, ``[shuffle]``."""
    orders = np.array(list(shuffled(seed, "evppi", len(utilities), times)))
    again = utilities[orders].transpose(1, 0, 2).reshape(len(utilities), -1)
    found = np.zeros(times)
    for x in bases.values():
        fitted = x @ (x.T @ again)
        found = np.maximum(found, _informed(fitted.reshape(len(utilities), times, -1)))
    return found


def _worth(name: str, basis: Array, utilities: Array, nulls: Array, drawn: Array) -> Worth:
    most = information(utilities)
    if utilities.shape[1] == 1 or basis.shape[1] == 1:
        return Worth(name, 0.0, 0.0, 0.0, float(np.quantile(nulls, 1 - ALPHA)), 1.0, most)
    raw = information(basis @ (basis.T @ utilities))
    again = _refitted(basis, utilities, drawn)
    optimism = again.mean() - raw
    p = (1 + int((nulls >= raw).sum())) / (1 + len(nulls))
    value, low, high = (float(np.clip(x - optimism, 0.0, most)) for x in (raw, *np.quantile(again, ENDS)))
    low, high = 0.0 if p > ALPHA else min(low, value), max(high, value)
    return Worth(name, value, low, high, float(np.quantile(nulls, 1 - ALPHA)), p, most)


def _check(utilities: Array, inputs: Mapping[str, Array]) -> None:
    if utilities.ndim != 2 or any(len(x) != len(utilities) for x in inputs.values()):
        raise ValueError("give utilities as [world, plan] and each input with as many worlds")
    if not all(np.isfinite(x).all() for x in (utilities, *inputs.values())):
        raise ValueError(
            "some utilities or inputs are not numbers: leave no world out, or the rest would be of another kind"
        )
