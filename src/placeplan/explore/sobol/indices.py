"""What carries an outcome: first-order and total shares of its variance by group, with intervals, from pick-freeze runs.

Figures side by side, groups of inputs that may be correlated within, chance averaged out (`pickfreeze.Runs`).
Why these estimators and no library: docs/decisions/0032-own-sobol.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from placeplan.explore.resample import ENDS, Array, drawn_again
from placeplan.explore.sobol.pickfreeze import Runs

TIMES = 400
LEAST = 0.05
"""Total share from which a group leads."""
_ROUNDING = 1e-24
"""Variance, against the square of the largest value, that is nothing but rounding."""


class Estimate(NamedTuple):
    """A share of variance with the ends of its 95 % interval, ``[group, figure]`` each."""

    value: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Indices:
    """What each group carries of each figure; not-a-number throughout where nothing moves the figure."""

    first: Estimate
    """What the group carries by itself: the share of the variance that would go if it were known."""
    total: Estimate
    """The same with all its interplay: the share that would stay if all else were known."""
    spread: Array
    """Variance of each figure over worlds, the noise of chance taken out, ``[figure]``, unit of the figure squared."""
    moves: np.ndarray[Any, np.dtype[np.bool_]]
    """Whether the inputs move the figure at all, beyond rounding and chance (lower end of the interval), ``[figure]``."""
    worlds: int


def adjusted(x: Array, q: Array, xq: Array, qq: Array) -> Array:
    """A mean without what its sample owes to a control whose expected value is nought.

    ``x̄ − (mean(xq) − x̄ q̄) / (mean(q²) − q̄²) q̄``: a regression on the control, read where the control is nought. All arguments
    are means over worlds. Source: Lavenberg and Welch (1981) Manage Sci 27:322.

    >>> float(adjusted(np.array(1.0), np.array(0.5), np.array(1.5), np.array(1.25)))  # x is 2q … less a half
    0.5
    """
    spread = qq - q * q
    safe = np.where(spread > 0, spread, 1.0)
    found: Array = x - np.where(spread > 0, (xq - x * q) / safe, 0.0) * q
    return found


def first_order(frozen: Array, pair: Array) -> Array:
    """Share of variance that a group carries by itself: ``S = mean(b·ab) / mean((b² + ab²) / 2)``.

    b and ab share the group's inputs and nothing else. Outcomes are centred, both means `adjusted` by ``a·b``, whose
    expected value is nought as A and B share nothing: a group that does nothing has 0 exactly, one that does all has 1.
    Source: Janon, Klein, Lagnoux, Nodet and Prieur (2014) ESAIM: P&S 18:342, the efficient estimator from such pairs.

    >>> float(first_order(np.array(1.5), np.array(6.0)))
    0.25
    """
    return _share(frozen, pair)


def total_order(apart: Array, spread: Array) -> Array:
    """Share of variance that hangs on a group with all its interplay: ``T = mean((a − ab)² / 2) / V``.

    ``V = mean((a² + b²) / 2)`` of centred outcomes. Source: Jansen (1999) Comput Phys Commun 117:35.

    >>> float(total_order(np.array(1.5), np.array(6.0)))
    0.25
    """
    return _share(apart, spread)


def _share(part: Array, whole: Array) -> Array:
    found: Array = np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)
    return found


@dataclass(frozen=True)
class Terms:
    """What each world brings to the means, ``[group, world, figure]``; without groups ``[world, figure]``."""

    frozen: Array
    """``b·ab``."""
    pair: Array
    """``(b² + ab²) / 2``, less half the noise of both."""
    apart: Array
    """``(a − ab)² / 2``, less half the noise of the step."""
    control: Array
    """``a·b``."""
    spread: Array
    """``(a² + b²) / 2``, less half the noise of both."""


def terms(runs: Runs) -> Terms:
    """The squares and products that the indices are means of, noise taken out world by world.

    A mean over m chances of variance s² within each world spreads by ``V + s²/m``, so s²/m is taken off each square; a
    product of worlds with chances of their own owes nothing to noise. Outcomes are centred on the mean of A and B.

    >>> y = np.arange(16.0)[:, None]
    >>> float(terms(Runs(y, y, y[None])).spread.mean() - y.var())
    0.0
    """
    centre = (runs.a.mean(axis=0) + runs.b.mean(axis=0)) / 2
    a, b, ab = runs.a - centre, runs.b - centre, runs.ab - centre
    return Terms(
        frozen=b * ab,
        pair=(b * b + ab * ab) / 2 - (runs.noise_b + runs.noise_ab) / 2,
        apart=(ab - a) ** 2 / 2 - np.asarray(runs.noise_step) / 2,
        control=a * b,
        spread=(a * a + b * b) / 2 - (runs.noise_a + runs.noise_b) / 2,
    )


def indices(runs: Runs, seed: int, name: str, times: int = TIMES) -> Indices:
    """First-order and total indices of each group for each figure, with percentile intervals over resampled worlds.

    A world is drawn again with all its runs, so that pairs stay pairs. Where the variance is nothing – all worlds the same,
    or no more apart than chance puts them – nothing carries the figure: ``moves`` says so and its indices are
    not-a-number. Raises nothing beyond what `Runs` does.

    >>> x, y = np.sin(np.arange(64.0))[:, None], np.cos(3 * np.arange(64.0))[:, None]
    >>> found = indices(Runs(x, y, np.stack([y, x])), 1, "doctest")  # the first group is everything, the second nothing
    >>> found.first.value[:, 0].tolist()
    [1.0, 0.0]
    """
    found = terms(runs)
    size = max(float(np.abs(x).max()) for x in (runs.a, runs.b, runs.ab))
    sums = _Means(found)
    value = sums.of(None)
    again = [sums.of(rows) for rows in drawn_again(seed, f"sobol {name}", len(runs.a), times)]
    spread_low = np.quantile([s for _, _, s in again], ENDS[0], axis=0)
    moves = np.minimum(value[2], spread_low) > _ROUNDING * size * size
    first, total = (_estimate(value[i], np.array([r[i] for r in again]), moves) for i in (0, 1))
    return Indices(first, total, value[2], moves, len(runs.a))


class _Means:
    """Indices over all worlds, or over those of a resample."""

    def __init__(self, t: Terms) -> None:
        q = t.control
        self.groups = len(t.frozen)
        rows = [*t.frozen, *t.pair, *t.apart, *(t.frozen * q), *(t.pair * q), q, q * q, t.spread]
        self.rows = np.stack(rows, axis=1)
        """``[world, term, figure]``: added world after world, so that the sum has the same bits anywhere."""

    def of(self, rows: Any) -> tuple[Array, Array, Array]:
        """First-order and total indices, ``[group, figure]``, and the variance, ``[figure]``."""
        means = (self.rows if rows is None else self.rows[rows]).mean(axis=0)
        frozen, pair, apart, frozen_q, pair_q = means[:-3].reshape(5, self.groups, -1)
        q, qq, spread = means[-3:]
        first = first_order(adjusted(frozen, q, frozen_q, qq), adjusted(pair, q, pair_q, qq))
        return first, total_order(apart, spread), spread


def _estimate(value: Array, again: Array, moves: Any) -> Estimate:
    low, high = np.quantile(again, ENDS, axis=0)
    return Estimate(*(np.where(moves, x, np.nan) for x in (value, low, high)))


def leading(found: Indices, least: float = LEAST, most: int = 5) -> tuple[int, ...]:
    """The groups to open up into single assumptions, by place, largest first.

    Those whose total share of any figure is at least ``least``; at most ``most``. None where nothing moves.

    >>> low = np.array([[0.01], [0.7], [0.3]])
    >>> same = Estimate(low, low, low)
    >>> leading(Indices(same, same, np.ones(1), np.array([True]), 100))
    (1, 2)
    """
    share = np.where(found.moves, found.total.value, -np.inf).max(axis=1, initial=-np.inf)
    return tuple(int(g) for g in np.argsort(-share, kind="stable")[:most] if share[g] >= least)


def worlds_needed(half_width: float, worlds: int, wanted: float) -> int:
    """Worlds after which an interval is as narrow as wanted: ``n (h / w)²``.

    half_width: half the interval's width now, h; worlds: n; wanted: half the width wanted, w. Raises ``ValueError`` where w
    is not above 0.

    >>> worlds_needed(0.10, 500, 0.05)
    2000
    """
    if wanted <= 0:
        raise ValueError("an interval needs some width: ask for more than 0")
    return ceil(worlds * (half_width / wanted) ** 2 - 1e-9)
