"""The mean of every count over all 2³² words, exactly: a quantile never falls as its word grows, so its jumps say all of it.

``E = Σₖ P(count ≥ k)``, and ``P(count ≥ k)`` is the share of words from the first that gives k on. That word is found by halving;
nothing is sampled. Where few are expected the counts are inverted, so that each jump stands at the word next to the exact
probability, and all that is left of error is half a word a jump.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats

from placeplan.core import quantiles

WORDS = 2**32
Counts = Callable[[np.ndarray], Any]
SPREAD = [1.0, 1.1, 1.4, 2.0, 3.0, 6.0]
"""Variance over mean: Poisson, and clustered as days of emergencies are, and more."""


def jumps(count: Counts) -> np.ndarray:
    """First word that gives k or more, for k from 1 to the most that any word gives, ``[k]``."""
    most = int(count(np.array([WORDS - 1], dtype=np.uint32))[0])
    wanted = np.arange(1, most + 1)
    low, high = np.zeros(most, dtype=np.int64), np.full(most, WORDS - 1, dtype=np.int64)
    while (low < high).any():
        middle = (low + high) // 2
        enough = count(middle.astype(np.uint32)) >= wanted
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    return high


def mean_of(first: np.ndarray) -> Fraction:
    """The exact mean over all words."""
    return Fraction(sum(WORDS - int(w) for w in first), WORDS)


def worst_jump(first: np.ndarray, exact: Any) -> float:
    """By how many words a jump stands away from the exact probability, at most."""
    return float(np.abs(WORDS - first - exact.sf(np.arange(len(first))) * WORDS).max(initial=0.0))


def clustered(mean: float, dispersion: float) -> Any:
    return stats.poisson(mean) if dispersion == 1 else stats.nbinom(mean / (dispersion - 1), 1 / dispersion)


def few(dispersion: float) -> list[float]:
    """Means that are inverted."""
    most = (5.0 if dispersion <= 2 else 9.0) * dispersion
    return [m for m in (0.01, 0.05, 0.2, 0.5, 1.0, 2.0, 3.7, 4.5, 0.999 * most) if m < most]


@pytest.mark.parametrize("dispersion", SPREAD)
def test_poisson_and_negative_binomial_means_are_exact(dispersion: float) -> None:
    """To 1e-9 of the exact mean, and each jump at the very word; the widest tails to the half word a jump that words leave."""
    for mean in few(dispersion):
        first = jumps(lambda w, m=mean: quantiles.negative_binomial(w, m, dispersion))  # type: ignore[misc]
        error = abs(float(mean_of(first) - Fraction(mean)))
        assert worst_jump(first, clustered(mean, dispersion)) < 0.51, mean
        assert error <= (1e-9 if dispersion <= 2 else 2.5e-9) * max(mean, 1.0), mean


@pytest.mark.parametrize("p", [0.005, 0.05, 0.12, 0.3, 0.5, 0.7, 0.95, 0.995])
def test_binomial_means_are_exact(p: float) -> None:
    """To 1e-9 of n p, of as many patients as leave fewer than five (or keep fewer) on a morning."""
    for n in (n for n in (1, 2, 3, 5, 9, 16, 40, 99, 900) if min(n * p, n * (1 - p)) < 5):
        first = jumps(lambda w, n=n: quantiles.binomial(w, float(n), p))  # type: ignore[misc]
        assert worst_jump(first, stats.binom(n, p)) < 0.51, n
        assert abs(float(mean_of(first) - n * Fraction(p))) <= 1e-9 * max(n * p, 1.0), n


@pytest.mark.parametrize("dispersion", SPREAD)
def test_where_many_are_expected_the_mean_is_within_two_in_ten_thousand(dispersion: float) -> None:
    """Beyond, a near-normal quantile: its mean, exactly, is within 0.02 % of what it should be."""
    for times in (1.0, 1.2, 2.0, 7.0, 40.0):
        mean = (5.0 if dispersion <= 2 else 9.0) * dispersion * times
        first = jumps(lambda w, m=mean: quantiles.negative_binomial(w, m, dispersion))  # type: ignore[misc]
        assert abs(float(mean_of(first)) / mean - 1) < 2e-4, mean


@pytest.mark.parametrize("p", [0.01, 0.1, 0.3, 0.5, 0.8])
def test_of_many_patients_the_mean_is_within_two_in_ten_thousand(p: float) -> None:
    for n in (n for n in (11, 17, 30, 60, 200, 900, 4000) if min(n * p, n * (1 - p)) >= 5):
        first = jumps(lambda w, n=n: quantiles.binomial(w, float(n), p))  # type: ignore[misc]
        assert abs(float(mean_of(first)) / (n * p) - 1) < 2e-4, n
