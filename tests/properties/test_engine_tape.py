"""Recordings of arithmetic: what is replayed is what NumPy gives, and nothing is done twice or for nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placeplan.core.quantiles import binomial, exp, negative_binomial
from placeplan.core.streams import halves, key, normal, words
from placeplan.core.sums import in_order, rows_of, table
from placeplan.engine import prune
from placeplan.engine.compiled import SETTING, alone
from placeplan.engine.counts import binomial_row, negative_binomial_row
from placeplan.engine.lanes import Lanes
from placeplan.engine.loop import LANES, of_one, run
from placeplan.engine.operations import FILL, KINDS, STORE, Op
from placeplan.engine.order import ordered
from placeplan.engine.prune import shorten
from placeplan.engine.replay import replay
from placeplan.engine.sharing import Sharing
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape
from placeplan.engine.warm import warm
from placeplan.engine.words import lower_row, upper_row

ODD = [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 1e-310, 1e300, -1e300, np.inf, -np.inf, np.nan, 2.0**53 + 1]
FUTURES = np.arange(len(ODD) * 13, dtype=np.uint64)


def inputs_of(names: str) -> dict[str, Any]:
    """Odd numbers, so that each meets each."""
    a, b = np.meshgrid(ODD, ODD)
    every = {"a": a.ravel(), "b": b.ravel(), "c": np.roll(a.ravel(), 5)}
    return {n: every[n] for n in names}


def recorded(function: Callable[..., Any], names: str = "ab") -> Any:
    """What a function of values by future yields when it is recorded and replayed."""
    tape = Tape()
    found = function(*(Lanes(tape, np.array([tape.input(n)], dtype=np.int32)) for n in names))
    return replay(shorten(tape, found.ids.ravel()), inputs_of(names), FUTURES)


def agrees(function: Callable[..., Any], names: str = "ab") -> bool:
    """Whether the replay has NumPy's bits, but for the sign of 0 and which number is no number."""
    with np.errstate(all="ignore"):
        plain = np.asarray(function(*inputs_of(names).values()), dtype=float) + 0.0
    return np.array_equal(recorded(function, names).reshape(plain.shape), plain, equal_nan=True)


TWO: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b, "divide": lambda a, b: a / b,
    "least": np.minimum, "most": np.maximum, "less": lambda a, b: a < b, "at most": lambda a, b: a <= b,
    "more": lambda a, b: a > b, "at least": lambda a, b: a >= b, "equal": lambda a, b: a == b, "different": lambda a, b: a != b,
    "and": lambda a, b: (a > 0) & (b > 0), "or": lambda a, b: (a > 0) | (b > 0), "where": lambda a, b: np.where(a > b, b, a),
    "number first": lambda a, b: 1.0 - a / (2.0 + b), "floor": lambda a, b: np.floor(a) + np.ceil(b), "root": lambda a, b: np.sqrt(a) - abs(b),
    "not": lambda a, b: ~(a > b), "minus": lambda a, b: -a * b, "clip": lambda a, b: np.clip(a, -1.0, 2.0) + np.clip(b, 0.0, np.inf),
    "round": lambda a, b: np.round(a, 3) + np.round(b), "finite": lambda a, b: np.isfinite(a) * b, "one": lambda a, b: a * 1.0 + b / 1.0 - 0.0,
    "truth as number": lambda a, b: (a > b).astype(float) - 1.0,
}  # fmt: skip


@pytest.mark.parametrize("name", TWO)
def test_arithmetic_has_numpys_bits(name: str) -> None:
    """Infinities, denormals, both zeros and no numbers meet each other."""
    assert agrees(TWO[name])


def test_arrays_move_as_numpys_do() -> None:
    """Entries that are set, views, sums in order, running sums, joining, broadcasting."""

    def moved(a: Any, b: Any) -> Any:
        rows = rows_of([a, 2.0, b], len(a) if isinstance(a, np.ndarray) else 1)
        rows[0] += rows[2]
        part = rows[1:]
        part *= 3.0
        more = np.concatenate((rows, np.stack([a - b, b])))
        more[[0, 3]] = more[[3, 0]]
        return np.stack(
            [in_order(table(more)), np.cumsum(more, axis=0)[2], more.sum(axis=0), more[::-1][1] * more[:, None][4, 0]]
        )

    assert agrees(moved)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(TWO)), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25))
def test_any_chain_of_operations_has_numpys_bits(steps: list[tuple[str, int, int]]) -> None:
    """Rows are used again and constants worked out beforehand, whatever the order; each step reads any two before it."""

    def chain(a: Any, b: Any) -> Any:
        known = [a, b, 0.0 * a + 1.0, b * 0.0]
        for name, one, other in steps:
            found = TWO[name](known[one % len(known)], known[other % len(known)])
            known.append(np.where(found, 1.0, 0.0) if found.dtype == bool else found)
        return np.stack(known)

    assert agrees(chain)


def test_random_words_and_counts_have_numpys_bits() -> None:
    keys = np.array([key(3, "arrivals", e) for e in "xyz"], dtype=np.uint64)

    def drawn(numbers: Any, a: Any) -> Any:
        upper, lower = halves(words(keys, numbers, 41))
        mean = np.clip(a, 0.1, 30.0)
        return np.concatenate((
            normal(upper), lower * 1.0, exp(np.clip(a, -5.0, 5.0) * np.ones((1, 1))), negative_binomial(upper, mean + np.zeros((3, 1)), 1.5 + np.zeros((3, 1))),
            binomial(lower, np.floor(mean) + np.zeros((3, 1)), 0.3 + np.zeros((3, 1))),
        ))  # fmt: skip

    a = np.linspace(-3.0, 40.0, len(FUTURES))
    tape = Tape()
    found = drawn(Numbers(tape), Lanes(tape, np.array([tape.input("a")], dtype=np.int32)))
    program = shorten(tape, found.ids.ravel())
    replayed = replay(program, {"a": a}, FUTURES)
    assert replayed.tobytes() == (np.asarray(drawn(FUTURES, a), dtype=float) + 0.0).tobytes()
    for cuts in ([1], [31, 63], [32, 65, 160]):  # whatever the width of a tile
        parts = zip(np.split(FUTURES, cuts), np.split(a, cuts), strict=True)
        assert np.hstack([replay(program, {"a": some}, few) for few, some in parts]).tobytes() == replayed.tobytes()


def ops_of(function: Callable[..., Any]) -> list[int]:
    """Operations of the program of a function of a and b."""
    tape = Tape()
    found = function(*(Lanes(tape, np.array([tape.input(n)], dtype=np.int32)) for n in "ab"))
    code = shorten(tape, found.ids.ravel()).code
    return [int(op) // KINDS for op in code[:, 0]]


def test_what_is_computed_twice_is_computed_once_and_what_nobody_reads_not_at_all() -> None:
    def wasteful(a: Any, b: Any) -> Any:
        np.sqrt(a * 7.0)
        ones = a * 0.0 + 1.0
        return (a + b) * (b + a) + np.where(ones > 0, a, a) * 1.0

    assert ops_of(wasteful).count(Op.ADD) == 2  # a + b once, and the sum
    assert Op.SQUARE_ROOT not in ops_of(wasteful)
    assert Op.SELECT not in ops_of(wasteful)
    assert ops_of(lambda a, b: a * (3.0 + 4.0) + b).count(FILL) == 0
    assert ops_of(lambda a, b: a).count(STORE) == 1


def test_rows_are_used_again() -> None:
    """A long chain needs few rows."""
    tape = Tape()
    a = Lanes(tape, np.array([tape.input("a")], dtype=np.int32))
    for n in range(500):
        a = a * 1.5 + float(n)
    assert shorten(tape, a.ids).rows <= 3


@pytest.mark.parametrize("count", [1, LANES - 1, LANES, LANES + 1, 3 * LANES + 5])
def test_any_number_of_futures_fills_its_tiles(count: int) -> None:
    tape = Tape()
    upper, _ = halves(words(np.array([5], dtype=np.uint64), Numbers(tape), 2))
    found = replay(shorten(tape, upper.ids.ravel()), {}, np.arange(count, dtype=np.uint64), threads=2)
    expected, _ = halves(words(np.array([5], dtype=np.uint64), np.arange(count, dtype=np.uint64), 2))
    assert (found == expected).all()


REFUSED: dict[str, Callable[[Any], Any]] = {
    "truth": bool,
    "number": float,
    "exp": np.exp,
    "numbers": np.asarray,
    "choice": lambda a: a[a > 0],
    "median": np.median,
    "any": lambda a: (a > 0).any(),
    "into numbers": np.zeros(1).__iadd__,
    "text": lambda a: a.astype(str),
}


@pytest.mark.parametrize("asked", REFUSED.values(), ids=REFUSED)
def test_what_hangs_on_a_future_that_is_not_known_is_refused(asked: Callable[[Any], Any]) -> None:
    """Nothing is guessed: a branch, a number or a function that cannot be recorded says so."""
    tape = Tape()
    with pytest.raises(TypeError):
        asked(Lanes(tape, np.array([tape.input("a")], dtype=np.int32)))


def test_once_warm_nothing_is_compiled_again() -> None:
    """Warming up compiles what a real run needs, for the types that it has."""
    kernels: tuple[Any, ...] = (
        run, of_one, prune.same, prune.used, ordered, prune.placed, prune.needed, binomial_row, negative_binomial_row,
    )  # fmt: skip
    warm()
    compiled = [len(f.signatures) for f in kernels]
    assert agrees(TWO["clip"])
    assert levelled_as_whole()
    assert compiled == [1] * len(kernels)
    assert compiled == [len(f.signatures) for f in kernels]


def levelled_as_whole() -> bool:
    """Whether lanes that share a level have the bits of each by itself."""
    tape = Tape()
    a, b = (Lanes(tape, np.array([tape.input(n)], dtype=np.int32)) for n in "ab")
    program = shorten(tape, (np.sqrt(a * 7.0) + b).ids.ravel())
    futures, given = np.repeat(FUTURES, 2), {"a": np.repeat(FUTURES * 0.5, 2), "b": np.arange(2.0 * len(FUTURES))}
    sharing = Sharing(program)
    table = np.array([given[name] for name in program.inputs])
    shared = sharing.at(np.array([name == "b" for name in program.inputs]), table, futures)
    sharing.of = lambda *_: shared  # type: ignore[method-assign]
    return replay(program, given, futures, 1, sharing).tobytes() == replay(program, given, futures).tobytes()


COMPILE = """
import sys, time
from placeplan.engine.compiled import SETTING, alone
with alone("a piece", wait=True), open(sys.argv[1], "a") as told:
    for word in ("begins", "ends"):
        told.write(word + " ")
        told.flush()
        time.sleep(0.3)
"""


def test_of_two_processes_one_compiles_and_the_other_waits(tmp_path: Path) -> None:
    told = tmp_path / "told"
    both = [subprocess.Popen([sys.executable, "-c", COMPILE, str(told)]) for _ in range(2)]
    assert [p.wait() for p in both] == [0, 0]
    assert told.read_text() == "begins ends begins ends "


BY_ITSELF = "from placeplan.engine import warm; warm.{piece}()"
DRAWN = f"{__file__}::test_random_words_and_counts_have_numpys_bits"


@pytest.mark.large
def test_pieces_that_processes_compile_apart_are_told_apart_by_who_calls_both(tmp_path: Path) -> None:
    """Each process compiles one law of counts as its first function: what is linked to both draws by both."""
    apart = {**os.environ, SETTING: str(tmp_path)}
    code = [BY_ITSELF.format(piece=piece) for piece in ("_binomial", "_negative_binomial")]
    both = [subprocess.Popen([sys.executable, "-c", c], env=apart) for c in code]
    assert [p.wait() for p in both] == [0, 0]
    assert subprocess.run([sys.executable, "-m", "pytest", "-q", DRAWN], env=apart, check=False).returncode == 0


def test_no_two_kernels_bear_one_name() -> None:
    """Laws and halves are made by one function each; the compiler's own numbers differ by process."""
    made = (binomial_row, negative_binomial_row, upper_row, lower_row)
    names = {f.py_func.__qualname__ for f in made}  # type: ignore[attr-defined]
    assert len(names) == len(made)


def test_who_does_not_wait_is_told_that_another_is_at_it() -> None:
    with (
        alone("a piece", wait=True) as first,
        alone("a piece", wait=False) as second,
        alone("another", wait=False) as third,
    ):
        assert (first, second, third) == (True, False, True)
    with alone("a piece", wait=False) as free:
        assert free
