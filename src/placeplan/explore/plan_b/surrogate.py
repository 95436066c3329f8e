"""A cheap guess at what designs do, from designs that were run: each lever's own effect, and how the leading ones go together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.linalg import solve

from placeplan.core.streams import Floats
from placeplan.explore.one_thread import in_one_thread
from placeplan.explore.plan_b.pareto import Places, draws
from placeplan.explore.plan_b.space import Designs, Space

LEADING = 30
"""Levers of which pairs are looked at."""
FOLDS = 5
RIDGES = (0.01, 0.1, 1.0, 10.0, 100.0)
"""Penalties tried, in designs that would say nothing."""
OWN = 1.0
"""Penalty of the fit by which leading levers are found."""
RHO, TAU = 0.4, 0.1
"""How fast what one design says of the guess fades with each lever set otherwise, and how little says nothing: our choice."""
DIGITS = 9
"""Digits kept of a guess, so that the last bits of a linear solver decide nothing."""


def one_of_each(space: Space, designs: Designs) -> Floats:
    """1 where a lever has a value other than planned, ``[design, column]``: a column for each such value."""
    rows = [designs[:, n] == v for n, size in enumerate(space.sizes) for v in range(size) if v != space.planned[n]]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(designs)).T


def own_effects(space: Space, designs: Designs, weights: Floats) -> Floats:
    """What each lever adds by itself, ``[design, lever]``, by the weights of `one_of_each`."""
    found = np.zeros(designs.shape)
    at = 0
    for n, size in enumerate(space.sizes):
        table = np.zeros(size)
        table[[v for v in range(size) if v != space.planned[n]]] = weights[at : at + size - 1]
        found[:, n] = table[designs[:, n]]
        at += size - 1
    return found


def ridge(square: Floats, product: Floats, penalty: float) -> Floats:
    """Weights that fit best, large ones punished: ``(XᵀWX + λ I)⁻¹ XᵀWy``, the first column left free, ``[column]``.

    Source: Hoerl and Kennard (1970) Technometrics 12:55.

    Args:
        square: ``XᵀWX``, ``[column, column]``.
        product: ``XᵀWy``, ``[column]``.
        penalty: λ.

    >>> ridge(np.array([[2.0, 1.0], [1.0, 1.0]]), np.array([7.0, 5.0]), 0.0).round(6).tolist()
    [2.0, 3.0]
    """
    punished = square + 1e-9 * np.eye(len(square))
    punished[np.arange(1, len(square)), np.arange(1, len(square))] += penalty
    found: Floats = solve(punished, product, assume_a="pos")
    return found


@dataclass(frozen=True)
class Fit:
    """A guess at one figure: how far a design lies from plan A."""

    space: Space
    main: Floats
    """Own effect of each value other than planned, from a first fit without pairs, ``[column]``."""
    pairs: tuple[tuple[int, int], ...]
    """Levers whose effects are multiplied."""
    scale: float
    weights: Floats
    """Of a constant, the values and the pairs."""
    penalty: float
    error: float
    """Root mean squared error on designs left out of the fit, in the figure's unit, the noise of futures in it."""
    explained: float
    """Share of the variance among designs that the guess has, on those left out; below 0 it is worse than the mean."""

    def guess(self, designs: Designs) -> Floats:
        """What the figure would be, ``[design]``."""
        found = self.columns(one_of_each(self.space, designs), designs) @ self.weights
        rounded: Floats = np.round(found / self.scale, DIGITS) * self.scale
        return rounded

    def columns(self, each: Floats, designs: Designs) -> Floats:
        """A constant, the values, and for each pair of levers the product of their effects, ``[design, column]``."""
        effects = own_effects(self.space, designs, self.main) / self.scale
        a, b = (np.array([p[n] for p in self.pairs], dtype=np.int64) for n in (0, 1))
        return np.concatenate((np.ones((len(designs), 1)), each, effects[:, a] * effects[:, b]), axis=1)


@in_one_thread
def fit(
    space: Space,
    designs: Designs,
    y: Floats,
    futures: Floats,
    seed: int,
    lacking: float = 0.0,
    before: Fit | None = None,
) -> Fit:
    """The guess that errs least on designs left out.

    Args:
        space: what may be changed.
        designs: those run, ``[design, lever]``.
        y: mean difference from plan A in the same futures, ``[design]``.
        futures: how many each was run in, ``[design]``; its weight is ``n / (1 + n lacking)``.
        seed: of the run.
        lacking: what no number of futures mends, against the noise of one future.
        before: a guess whose penalty and errors are taken over, as trying them all takes time.
    """
    weight = futures / (1.0 + futures * lacking)
    each = one_of_each(space, designs)
    if before is None:
        penalty, error = _tried(space, designs, each, y, weight, seed)
        mean = float(np.average(y, weights=weight))
        variance = float(np.average((y - mean) ** 2, weights=weight))
        told = 1.0 - error / variance if variance > 0 else 1.0
        error = float(np.sqrt(error))
    else:
        penalty, error, told = before.penalty, before.error, before.explained
    found = _leading(space, designs, each, y, weight)
    weights = ridge(*_products(found.columns(each, designs), y, weight), penalty)
    return replace(found, weights=weights, penalty=penalty, error=error, explained=told)


def _tried(space: Space, designs: Designs, each: Floats, y: Floats, weight: Floats, seed: int) -> tuple[float, float]:
    """The penalty that errs least on folds left out, and its mean squared error there; leading levers found without them, too."""
    fold = (draws(seed, "fold", [""], len(y), 0)[0] * FOLDS).astype(np.int64)
    errors = np.zeros(len(RIDGES))
    for f in range(FOLDS):
        train, test = fold != f, fold == f
        if test.any() and train.any():
            found = _leading(space, designs[train], each[train], y[train], weight[train])
            square, product = _products(found.columns(each[train], designs[train]), y[train], weight[train])
            left_out = found.columns(each[test], designs[test])
            for r, penalty in enumerate(RIDGES):
                errors[r] += float(weight[test] @ (y[test] - left_out @ ridge(square, product, penalty)) ** 2)
    best = int(np.argmin(errors))
    return RIDGES[best], float(errors[best] / weight.sum())


def _products(x: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """``XᵀWX`` and ``XᵀWy``, weights as shares of their mean."""
    weighted = x * (weight / weight.mean())[:, None]
    return weighted.T @ x, weighted.T @ y


def _leading(space: Space, designs: Designs, each: Floats, y: Floats, weight: Floats) -> Fit:
    """Own effects, and the levers whose effects vary most; no weights yet."""
    plain = np.concatenate((np.ones((len(y), 1)), each), axis=1)
    main = ridge(*_products(plain, y, weight), OWN)[1:]
    effects = own_effects(space, designs, main)
    lead = np.sort(np.argsort(-effects.var(axis=0), kind="stable")[:LEADING])
    pairs = tuple((int(a), int(b)) for a, b in combinations(lead, 2))
    scale = float(np.abs(effects).max(initial=0.0)) or 1.0
    return Fit(space, main, pairs, scale, np.zeros(0), 0.0, 0.0, 0.0)


def nearby(new: Designs, known: Designs, off: Floats) -> Floats:
    """How far guesses are off around designs that were run: ``Σ ρʰ e / (Σ ρʰ + τ)``, ``[new, figure]``; far from all it is 0.

    h is the number of levers set otherwise, e how far off the guess was there. Source: Nadaraya (1964) Theory Probab Appl 9:141.

    Args:
        new: ``[new, lever]``.
        known: ``[known, lever]``.
        off: what was seen less the guess, ``[known, figure]``.

    >>> nearby(np.array([[0, 1], [1, 1]]), np.array([[0, 0]]), np.array([[2.0]])).round(3).tolist()
    [[1.6], [1.231]]
    """
    apart = np.zeros((len(new), len(known)))
    for mine, theirs in zip(new.T, known.T, strict=True):
        apart += mine[:, None] != theirs
    weight = RHO**apart
    found: Floats = np.einsum("nk,kf->nf", weight, off) / (weight.sum(axis=1) + TAU)[:, None]
    return found


def smoothed(seen: Floats, guessed: Floats, noise: Floats, lack: float) -> Floats:
    """What was seen, drawn to the guess as far as noise may have made it: ``g + l² / (l² + v) (y − g)``, ``[design]``.

    l is how far guesses are off with endless futures, v the variance of the mean seen.
    Source: Efron and Morris (1973) J Am Stat Assoc 68:117.

    >>> float(smoothed(np.array(4.0), np.array(0.0), np.array(3.0), 1.0))
    1.0
    """
    total = lack * lack + noise
    found: Floats = guessed + np.where(total > 0, lack * lack / np.where(total > 0, total, 1.0), 1.0) * (seen - guessed)
    return found


def lack_of(fit: Fit, noise: Floats) -> float:
    """How far guesses are off beyond the noise of the futures: ``√max(0, e² − v̄)``."""
    return float(np.sqrt(max(0.0, fit.error**2 - float(noise.mean()))))


def some(places: Places, count: int, seed: int, step: int) -> Places:
    """So many of the places, any as likely, in their order."""
    u = draws(seed, "some", [""], len(places), step)[0]
    return places[np.sort(np.argsort(u, kind="stable")[:count])]
