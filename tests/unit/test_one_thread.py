"""What a search finds hangs on no number of threads: guesses, slopes and what is worth learning have the same bits with one and with two."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from placeplan.explore.abreast import abreast
from placeplan.explore.one_thread import LIBRARIES, in_one_thread

FOUND = """
import hashlib
import numpy as np
from placeplan.explore.evppi import worth
from placeplan.explore.mildest.rays import fitted
from placeplan.explore.plan_b.space import Space, as_columns
from placeplan.explore.plan_b.surrogate import fit

dice = np.random.Generator(np.random.SFC64(1))
space = Space(as_columns([f"l{n:02}" for n in range(40)], [0] * 40, [[0, 1, 2]] * 40))
designs = dice.integers(0, 3, (900, 40))
guess = fit(space, designs, designs @ dice.standard_normal(40) + dice.standard_normal(900), np.full(900, 32.0), 1)
slopes = fitted(dice.standard_normal((800, 400)), dice.standard_normal((800, 37)))
x = dice.standard_normal((400, 12))
learnt = worth(np.stack([0 * x[:, 0], x @ dice.standard_normal(12)], axis=1), {str(n): x[:, n] for n in range(12)}, 1)
print(hashlib.sha256(guess.weights.tobytes()).hexdigest(), hashlib.sha256(slopes.tobytes()).hexdigest(), learnt)
"""
THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def found(threads: int) -> str:
    """What a process of its own finds with so many threads."""
    env = os.environ | dict.fromkeys(THREADS, str(threads))
    done = subprocess.run([sys.executable, "-c", FOUND], env=env, check=True, capture_output=True, text=True)
    return done.stdout


def test_one_and_two_threads_find_the_same_to_the_last_bit() -> None:
    """Where the functions are not held to one thread, guesses and slopes of this size differ in their last bits (OpenBLAS)."""
    assert found(1) == found(2) != ""


def threads() -> set[int]:
    """Threads of the libraries of NumPy and SciPy."""
    return {p["num_threads"] for p in LIBRARIES.info() if p["user_api"] == "blas"}


def test_searches_side_by_side_have_one_thread_each_until_the_last_has_ended() -> None:
    """Whichever ends first; afterwards, and where one fails, it is as before."""
    begun, ended = Barrier(2), Barrier(2)

    @in_one_thread
    def first() -> set[int]:
        begun.wait()
        return threads()

    @in_one_thread
    def last() -> set[int]:
        begun.wait()
        ended.wait()
        return threads()

    @in_one_thread
    def both() -> tuple[set[int], set[int]]:
        with ThreadPoolExecutor(2) as pool:
            slow, quick = pool.submit(last), pool.submit(first)
            of_first = quick.result()
            ended.wait()
            return of_first, slow.result()

    @in_one_thread
    def fails() -> None:
        raise ValueError("none")

    with LIBRARIES.limit(limits=2, user_api="blas"):
        assert both() == ({1}, {1})
        assert threads() == {2}
        with pytest.raises(ValueError, match="none"):
            fails()
        assert threads() == {2}


def test_who_starts_searches_holds_them_to_one_thread() -> None:
    """Searches abreast, each in a thread of its own."""
    with LIBRARIES.limit(limits=2, user_api="blas"):
        assert abreast(lambda asked: asked, [lambda ask: (ask(0), threads())[1]] * 3) == [{1}] * 3
