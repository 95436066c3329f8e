"""Counts have the mean, variance and shape they should, and never fall as the word grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from placeplan.core import quantiles, streams

CELLS = 1 << 17
WORDS = ((2 * np.arange(CELLS, dtype=np.uint64) + 1) * (2**32 // (2 * CELLS))).astype(np.uint32)
MEANS = [
    0.05,
    0.2,
    0.5,
    1,
    2,
    3.7,
    4.9,
    5,
    5.1,
    6,
    7,
    8,
    11.9,
    12,
    12.1,
    16.7,
    16.9,
    20,
    24,
    25,
    36,
    40,
    60,
    100,
    200,
    500,
]
SIZES = [1, 2, 3, 5, 10, 20, 24, 25, 30, 50, 100, 120, 200, 400, 1000, 2000]


def worst_gap(counts: np.ndarray, exact: stats.rv_discrete) -> float:
    """Largest distance between the distribution of the counts and the exact one."""
    at = np.arange(counts.min() - 1, counts.max() + 1)
    return float(np.abs(np.searchsorted(counts, at, side="right") / CELLS - exact.cdf(at)).max())


@pytest.mark.parametrize("dispersion", [1.0, 1.1, 1.4, 2.0, 3.0, 6.0])
@pytest.mark.parametrize("mean", MEANS)
def test_negative_binomial_moments(mean: float, dispersion: float) -> None:
    counts = quantiles.negative_binomial(WORDS, mean, dispersion)
    assert (np.diff(counts) >= 0).all()
    assert counts.mean() == pytest.approx(mean, rel=1e-3)
    assert counts.var() == pytest.approx(mean * dispersion, rel=3e-3)
    exact = stats.poisson(mean) if dispersion == 1 else stats.nbinom(mean / (dispersion - 1), 1 / dispersion)
    assert worst_gap(counts, exact) < 5e-3


@pytest.mark.parametrize("p", [0.0, 0.005, 0.05, 0.12, 0.3, 0.5, 0.7, 0.95, 1.0])
@pytest.mark.parametrize("n", SIZES)
def test_binomial_moments(n: int, p: float) -> None:
    counts = quantiles.binomial(WORDS, float(n), p)
    assert (np.diff(counts) >= 0).all()
    assert 0 <= counts.min() <= counts.max() <= n
    assert counts.mean() == pytest.approx(n * p, rel=1e-3)
    assert counts.var() == pytest.approx(n * p * (1 - p), rel=5e-3, abs=1e-9)
    assert worst_gap(counts, stats.binom(n, p)) < 5e-3


@pytest.mark.parametrize("mean", [0.1, 1.0, 3.0, 4.9])
def test_below_five_the_inversion_is_exact(mean: float) -> None:
    u = (WORDS[::64] + 0.5) * 2.0**-32
    assert (quantiles.negative_binomial(WORDS[::64], mean, 1.0) == stats.poisson(mean).ppf(u)).all()
    n = 40.0
    assert (quantiles.binomial(WORDS[::64], n, mean / n) == stats.binom(40, mean / n).ppf(u)).all()


words = st.integers(0, 2**32 - 1)


@given(words, words, st.floats(0, 2000), st.floats(1, 20))
def test_negative_binomial_never_falls(a: int, b: int, mean: float, dispersion: float) -> None:
    low, high = quantiles.negative_binomial(np.array(sorted([a, b]), dtype=np.uint32), mean, dispersion)
    assert 0 <= low <= high
    assert low == int(low)


@given(words, words, st.integers(0, 3000), st.floats(0, 1))
def test_binomial_never_falls_nor_leaves_its_bounds(a: int, b: int, n: int, p: float) -> None:
    low, high = quantiles.binomial(np.array(sorted([a, b]), dtype=np.uint32), float(n), p)
    assert 0 <= low <= high <= n
    assert high == int(high)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6), words, st.floats(1, 4))
def test_numbers_and_arrays_give_the_same_counts(means: list[float], word: int, dispersion: float) -> None:
    row = np.array([word], dtype=np.uint32)
    together = quantiles.negative_binomial(row, np.array(means), dispersion)
    assert together.tolist() == [float(quantiles.negative_binomial(word, m, dispersion)) for m in means]
    both = quantiles.binomial(row, np.floor(np.array(means)), 0.3)
    assert both.tolist() == [float(quantiles.binomial(word, np.floor(m), 0.3)) for m in means]


def test_shapes_broadcast() -> None:
    block = WORDS[: 10 * 512].reshape(10, 512)
    means = np.linspace(0.5, 80, 10)[:, None]
    counts = quantiles.negative_binomial(block, means, np.full((1, 512), 1.4))
    assert counts.shape == (10, 512)
    one = quantiles.negative_binomial(block[3], means[3, 0], 1.4, quantiles.negative_binomial_rate(1.4))
    assert (counts[3] == one).all()


def test_a_rate_worked_out_before_changes_no_bit() -> None:
    block, p = WORDS[:5120].reshape(10, 512), np.linspace(0, 1, 512)
    n = np.arange(10.0)[:, None] * 4
    assert (quantiles.binomial(block, n, p) == quantiles.binomial(block, n, p, quantiles.binomial_rate(p))).all()


def test_a_dispersion_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="dispersion"):
        quantiles.negative_binomial(5, 3.0, 0.9)


def test_exp_minus_is_exact() -> None:
    x = np.concatenate([np.linspace(0, 20, 997), np.linspace(20, 700, 333)])
    np.testing.assert_allclose(quantiles.exp_minus(x), np.exp(-x), rtol=2e-13)


@pytest.mark.parametrize("few", [1, 7, 100])
def test_few_are_counted_as_among_many(few: int) -> None:
    """Few walks take their steps at once and many one after the other: the same bits."""
    lanes = np.arange(4_000, dtype=np.uint64)
    word, *drawn = streams.words(streams.keys(few, "walks", ("word", "mean", "spread", "one", "n", "p")), lanes, 0)
    word = np.concatenate((streams.halves(word)[0][10:], WORDS[:5], WORDS[-5:]))
    of_mean, of_spread, one, of_n, p = (streams.uniform(w) for w in drawn)
    mean, dispersion, n = 9.0 * of_mean, 1.0 + 30.0 * of_spread * (one < 0.5), np.floor(10.0 ** (2.0 * of_n))
    parts = [slice(at, at + few) for at in range(0, 4_000, few)]
    for law, first, second in (
        (quantiles.negative_binomial, mean, dispersion),
        (quantiles.binomial, n, p),
    ):
        many = law(word, first, second)
        assert (np.concatenate([law(word[s], first[s], second[s]) for s in parts]) == many).all()
