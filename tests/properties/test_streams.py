"""Keyed words are as good as independent, and depend on nothing but their names."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from placeplan.core import streams

FUTURES = np.arange(4096, dtype=np.uint64)


def bits(words: np.ndarray) -> np.ndarray:
    return (words[..., None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)


@pytest.mark.parametrize("what", ["key", "future", "step"])
def test_avalanche(what: str) -> None:
    """One bit changed in any input changes each bit of the word in half of the cases."""
    keys = streams.keys(1, "avalanche", [str(i) for i in range(64)])
    before = streams.words(keys, FUTURES[:64], 17)
    for bit in range(0, 64, 7):
        flip = np.uint64(1 << bit)
        after = {
            "key": lambda f=flip: streams.words(keys ^ f, FUTURES[:64], 17),
            "future": lambda f=flip: streams.words(keys, FUTURES[:64] ^ f, 17),
            "step": lambda b=bit: streams.words(keys, FUTURES[:64], 17 ^ (1 << b)),
        }[what]()
        share = bits(before ^ after).mean(axis=(0, 1))
        assert np.abs(share - 0.5).max() < 0.04  # 4,096 cases a bit: sd 0.0078, five of them


def pairs() -> list[tuple[str, np.ndarray, np.ndarray]]:
    a, b = streams.keys(1, "arrivals", ["RD304", "RD305"])
    other_seed = streams.keys(2, "arrivals", ["RD304"])[0]
    next_key = np.uint64(int(a) + 1)
    one = lambda key, step=0, shift=0: streams.words(  # noqa: E731
        np.array([key], dtype=np.uint64), FUTURES + np.uint64(shift), step
    )[0]
    word = one(a)
    upper, lower = streams.halves(word)
    wide = np.uint64(1 << 32)
    return [
        ("entities", word, one(b)),
        ("seeds", word, one(other_seed)),
        ("neighbouring keys", word, one(next_key)),
        ("steps", word, one(a, step=1)),
        ("futures", word, one(a, shift=1)),
        ("halves", upper.astype(np.uint64) * wide, lower.astype(np.uint64) * wide),
    ]


@pytest.mark.parametrize(("name", "x", "y"), pairs())
def test_streams_are_independent_in_pairs(name: str, x: np.ndarray, y: np.ndarray) -> None:
    u, v = streams.uniform(x), streams.uniform(y)
    assert abs(np.corrcoef(u, v)[0, 1]) < 4.5 / math.sqrt(len(u))
    table, *_ = np.histogram2d(u, v, bins=8, range=[[0, 1], [0, 1]])
    assert stats.chisquare(table.ravel()).pvalue > 1e-4


def test_words_are_uniform_and_unique() -> None:
    keys = streams.keys(1, "unique", [str(i) for i in range(16)])
    words = np.concatenate([streams.words(keys, FUTURES, s).ravel() for s in range(4)])
    assert len(np.unique(words)) == len(words)
    assert stats.kstest(streams.uniform(words), "uniform").pvalue > 1e-3


def test_a_word_depends_on_nothing_but_its_names() -> None:
    keys = streams.keys(7, "beds", ["a", "b", "c"])
    whole = streams.words(keys, FUTURES, 3)
    assert (streams.words(keys[::-1], FUTURES, 3)[::-1] == whole).all()
    assert (streams.words(keys[1:2], FUTURES[100:140], 3)[0] == whole[1, 100:140]).all()
    assert (streams.words(keys, FUTURES[::-1], 3)[:, ::-1] == whole).all()


def test_words_stay_what_they_were() -> None:
    """Golden words: a change here changes every result ever published."""
    keys = streams.keys(1, "arrivals", ["RD304"])
    word = streams.words(keys, np.array([0, 17], dtype=np.uint64), 5)
    assert [hex(int(keys[0])), *(hex(int(w)) for w in word[0])] == GOLDEN


GOLDEN = ["0xa36823d86d89c70f", "0x9112fee7adf9c13c", "0xf9d91fa4e93fef9c"]


def test_uniform_never_touches_its_ends() -> None:
    ends = streams.uniform(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends[0] == 2.0**-53
    assert ends[1] == 1 - 2.0**-53


def test_normal_table() -> None:
    table = streams.normal_table()
    assert (np.diff(table) > 0).all()
    assert (table == -table[::-1]).all()
    assert math.fsum(table * table) / len(table) == pytest.approx(1.0, abs=2e-9)
    edges = special.ndtri(np.arange(1, streams.CELLS) / streams.CELLS)
    assert (table[:-1] < edges).all()
    assert (table[1:] > edges).all()
    assert abs((table**4).mean() - 3) < 2e-3
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0.0


def test_normal_quantile_and_logarithm_are_exact() -> None:
    u = np.concatenate([np.logspace(-300, -1, 500), np.linspace(0.001, 0.999, 999), 1 - np.logspace(-15, -3, 50)])
    np.testing.assert_allclose(streams.normal_quantile(u), special.ndtri(u), rtol=3e-15, atol=1e-15)
    d = np.concatenate([np.linspace(0.1, 0.99, 90), 1 + np.logspace(-6, 2.3, 200)])
    np.testing.assert_allclose(streams.log_ratio(d), np.log1p(d - 1) / (d - 1), rtol=1e-14)
