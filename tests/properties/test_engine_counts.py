"""The compiled rows give the bits that NumPy gives, and nothing compiled of other equations is ever used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placeplan.core import quantiles, streams
from placeplan.engine import counts, words

LAST = 2**32 - 1
TABLES = words.tables()
WIDTHS = st.sampled_from([1, 7, 8, 64, 100])
seeds = st.integers(0, 2**32 - 1)


def same(found: np.ndarray, wanted: Any) -> bool:
    """Bit for bit."""
    return bool((found.view(np.int64) == np.broadcast_to(wanted, found.shape).copy().view(np.int64)).all())


def filled(kernel: Callable[..., None], *inputs: Any) -> np.ndarray:
    out = np.full(len(inputs[0]), np.nan)
    kernel(inputs[0], out, *inputs[1:])
    return out


def drawn(law: str, word: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The compiled row of a law."""
    equations = quantiles.BINOMIAL if law == "binomial" else quantiles.NEGATIVE_BINOMIAL
    out, room = np.full(len(word), np.nan), np.full_like(counts.room(len(word)), np.nan)
    with np.errstate(all="ignore"):  # of numbers that no model may have
        known = equations.rate(second), equations.slope(second)
    getattr(counts, f"{law}_row")(word.astype(np.float64), first, second, *known, out, room, TABLES)
    return out


def chaos(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def some_words(r: np.random.Generator, width: int) -> np.ndarray:
    """Words with their ends and their middle among them, and in some rows none but low or none but high ones."""
    found = r.integers(*[(0, 2**32), (0, 2**32), (0, 2**20), (2**32 - 2**12, 2**32)][r.integers(4)], width)
    for end in (0, LAST, 2**31, 2**31 - 1):
        found[r.random(width) < 0.03] = end
    return found.astype(np.uint32)


@given(seeds, WIDTHS, st.floats(-1, 5), st.sampled_from([0.02, 0.3, 1, 5, 30]), st.floats(0, 1), st.floats(0, 0.2))
def test_binomial(seed: int, width: int, size: float, shape: float, none: float, ends: float) -> None:
    r = chaos(seed)
    n = np.floor(10 ** r.uniform(-1, size, width)) * (r.random(width) >= none)
    p = r.random(width) ** shape
    for end in (0.0, 0.5, 1.0):
        p[r.random(width) < ends] = end
    word = some_words(r, width)
    assert same(drawn("binomial", word, n, p), quantiles.binomial(word, n, p))


@given(seeds, WIDTHS, st.floats(-12, 6), st.floats(-14, 3), st.floats(0, 1), st.floats(0, 1))
def test_negative_binomial(seed: int, width: int, size: float, over: float, none: float, poisson: float) -> None:
    r = chaos(seed)
    mean = 10 ** r.uniform(-13, size, width) * (r.random(width) >= none)
    dispersion = 1.0 + 10 ** r.uniform(-15, min(over, 1.5), width) * (r.random(width) >= poisson)
    word = some_words(r, width)
    assert same(drawn("negative_binomial", word, mean, dispersion), quantiles.negative_binomial(word, mean, dispersion))


SIZES = [0.0, 1.0, 2.0, 3.0, 4.0, 7.0, 20.0, 49.0, 50.0, 51.0, 99.0, 1000.0, 1e6]
CHANCES = [0.0, 1e-300, 1e-9, 0.01, 0.1, 0.3, 0.5, np.nextafter(0.5, 1), 0.7, 0.95, 0.9999, 1.0]
MEANS = [0.0, 1e-300, 1e-9, 0.05, 0.7, 2.0, 4.999, 5.0, 8.0, 17.9, 18.0, 60.0, 1e4, 1e9]
DISPERSIONS = [1.0, np.nextafter(1, 2), 1.0 + 1e-9, 1.4, 2.0, np.nextafter(2, 3), 3.0, 20.0]
ROW = np.array([0, 1, 2**16 - 1, 2**16, 2**30, 2**31 - 1, 2**31, 2**31 + 1, 3 * 2**30, LAST - 65536, LAST - 1, LAST])


@pytest.mark.parametrize("first", SIZES)
@pytest.mark.parametrize("second", CHANCES)
def test_binomial_at_the_edges(first: float, second: float) -> None:
    n, p, word = np.full(len(ROW), first), np.full(len(ROW), second), ROW.astype(np.uint32)
    found = drawn("binomial", word, n, p)
    assert same(found, quantiles.binomial(word, n, p))
    assert ((found >= 0.0) & (found <= first)).all()


# Of three, each with p: the uniform of this word is P(0), P(≤ 1) or P(≤ 2) to the last bit, so the count is 0, 1 or 2.
TIES = [
    ("0x1.71d8d74297ebap-4", 3233419520, 0),
    ("0x1.6d53032603c95p-2", 1143075672, 0),
    ("0x1.0a0ebda8ec209p-2", 3575807675, 1),
    ("0x1.e4f1aade2d1b4p-3", 3686567538, 1),
    ("0x1.7634c4af91e1ap-4", 4291692285, 2),
    ("0x1.6cf195cec2424p-2", 4100548801, 2),
]


@pytest.mark.parametrize(("chance", "word", "count"), TIES)
def test_a_uniform_that_is_the_sum_to_the_last_bit(chance: str, word: int, count: int) -> None:
    row, n, p = (
        np.array([word - 1, word, word + 1] * 3, dtype=np.uint32),
        np.full(9, 3.0),
        np.full(9, float.fromhex(chance)),
    )
    found = drawn("binomial", row, n, p)
    assert found.tolist() == [count, count, count + 1] * 3
    assert same(found, quantiles.binomial(row, n, p))


@pytest.mark.parametrize("first", MEANS)
@pytest.mark.parametrize("second", DISPERSIONS)
def test_negative_binomial_at_the_edges(first: float, second: float) -> None:
    mean, dispersion, word = np.full(len(ROW), first), np.full(len(ROW), second), ROW.astype(np.uint32)
    found = drawn("negative_binomial", word, mean, dispersion)
    assert same(found, quantiles.negative_binomial(word, mean, dispersion))


def test_few_and_many_side_by_side() -> None:
    """Rows of every make-up, so that each way through the kernel is taken: from one small lane to all but one."""
    r = chaos(3)
    for width in (64, 128):
        for few in range(width + 1):
            for typical in (0.5, 2.0, 4.5):
                n = np.where(np.arange(width) < few, np.ceil(typical * 5), 400.0)
                r.shuffle(n)
                p, word = np.full(width, 0.2), some_words(r, width)
                assert same(drawn("binomial", word, n, p), quantiles.binomial(word, n, p))


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40), st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=70))
def test_words(key: int, step: int, numbers: list[int]) -> None:
    futures = np.array(numbers, dtype=np.uint64)
    upper, lower, again, last, part = *(np.full(len(futures), np.nan) for _ in range(4)), np.empty_like(futures)
    words.by_future_row(futures, part)
    words.words_row(np.uint64(key), step, part, upper, lower)
    words.upper_row(np.uint64(key), step, part, again)
    words.lower_row(np.uint64(key), step, part, last)
    wanted = streams.halves(streams.words(np.array([key], dtype=np.uint64), futures, step)[0])
    assert same(upper, wanted[0].astype(np.float64))
    assert same(lower, wanted[1].astype(np.float64))
    assert same(again, upper)
    assert same(last, lower)


@given(seeds)
def test_normals_and_uniforms(seed: int) -> None:
    word = some_words(chaos(seed), 90)
    row = word.astype(np.float64)
    assert same(filled(words.normal_row, row, TABLES.normal), streams.normal(word))
    assert same(filled(words.uniform_row, row), (row + 0.5) * 2.0**-32)
    words.normal_row(row, row, TABLES.normal)
    assert same(row, streams.normal(word))


@given(seeds, st.floats(-18, 2.8))
def test_functions(seed: int, size: float) -> None:
    r = chaos(seed)
    x = np.concatenate([[0.0, 700.0, 1.0, 1 / 256], 10 ** r.uniform(-20, size, 90)])
    assert same(filled(words.exp_minus_row, x, TABLES.exp), quantiles.exp_minus(x))
    either = np.where(r.random(len(x)) < 0.5, x, -x)
    assert same(filled(words.exp_row, either, TABLES.exp), quantiles.exp(either))
    d = np.concatenate([[0.1, 1.0, 200.0], r.uniform(0.1, 3, 60), 1 + x[:20]])
    assert same(filled(words.log_ratio_row, d), streams.log_ratio(d))
    assert same(filled(words.negative_binomial_rate_row, d), quantiles.negative_binomial_rate(d))
    p = np.concatenate([[0.0, 0.5, 1.0], r.random(60)])
    assert same(filled(words.binomial_rate_row, p), quantiles.binomial_rate(p))


def test_what_is_no_number_leads_nowhere() -> None:
    """Inputs that no model may have give some answer or other, never a look outside the tables."""
    wrong = np.array([np.nan, -5.0, 2.0, -1e-17, 1.0 + 2e-16, np.nan] * 11)
    for a in (wrong, np.roll(wrong, 1)):
        for law in ("binomial", "negative_binomial"):
            assert len(drawn(law, np.arange(66, dtype=np.uint32), a, wrong)) == 66
    filled(words.normal_row, wrong, TABLES.normal)
    filled(words.exp_row, wrong, TABLES.exp)


def test_rows_are_let_go() -> None:
    """Kernels that count no references leave those of their arguments as they were."""
    row = np.ones(64)
    before = sys.getrefcount(row)
    for _ in range(100):
        words.uniform_row(row, row)
    assert sys.getrefcount(row) == before


ASK = """
import numpy as np
from placeplan.engine import words
words.exp_minus_row(np.array([1.0 + 1 / 512]), out := np.empty(1), words.tables().exp)
print(out[0].hex())
"""


def test_an_equation_changed_elsewhere_changes_the_answer(root: Path, tmp_path: Path) -> None:
    """The compiler looks at the file of a kernel alone; what it kept of older equations may not be used."""
    package = tmp_path / "placeplan"
    package.mkdir()
    shutil.copy(root / "src" / "placeplan" / "__init__.py", package)
    for room in ("core", "engine"):
        shutil.copytree(root / "src" / "placeplan" / room, package / room)
    environment = {k: v for k, v in os.environ.items() if not re.match("NUMBA", k)}
    environment |= {"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    environment |= {"LOCALAPPDATA": str(tmp_path / "cache")}

    def answer() -> str:
        command = [sys.executable, "-c", ASK]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    equation = package / "core" / "quantiles.py"
    before, text = answer(), equation.read_text(encoding="utf-8")
    assert before == answer()
    equation.write_text(text.replace("1.0 / 6.0", "1.0 / 5.0"), encoding="utf-8")
    assert before != answer()
    equation.write_text(text, encoding="utf-8")
    assert before == answer()
    kept = [f for f in tmp_path.rglob("*.nbc") if f.is_file()]
    assert len({f.relative_to(tmp_path).parts[:-2] for f in kept}) == 2
