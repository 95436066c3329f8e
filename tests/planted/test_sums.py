"""Promises between which levers move one and the same pound: proved by a sum of their room, and never where they can all hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import norm

from placeplan.core import streams
from placeplan.explore.arrays import Floats, Whole
from placeplan.explore.conflict.finding import Conflict, Conflicts, find_conflicts
from placeplan.explore.conflict.problem import EITHER, LESS, MORE, Asks, Lever, Problem
from placeplan.explore.conflict.sums import Sum, prove, sum_of, weights
from placeplan.explore.conflict.tally import Effort

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
LOOKS = (32, 128, 512)


def normals(name: str, count: int, part: int = 0) -> Floats:
    key = np.array([streams.key(5, name)], dtype=np.uint64)
    return norm.ppf(streams.uniform(streams.words(key, np.arange(count, dtype=np.uint64), part)[0]))


@dataclass(frozen=True)
class Moving:
    """``room = at + moves @ x + noise z``, x from 0 to 1, z standard normal for each promise and future."""

    at: Floats
    """``[promise]``."""
    moves: Floats
    """``[promise, lever]``."""
    noise: float = 0.02
    asks: float = 0.8

    def rooms(self, settings: Floats, futures: Whole) -> Floats:
        z = np.stack([normals(f"room {i}", int(futures.max()) + 1)[futures] for i in range(len(self.at))], axis=1)
        return (self.at + settings @ self.moves.T)[:, None] + self.noise * z[None]

    @property
    def names(self) -> list[str]:
        return [f"promise {i}" for i in range(len(self.at))]

    @property
    def problem(self) -> Problem:
        levers = tuple(Lever(f"lever {j:02d}", STEPS) for j in range(self.moves.shape[1]))
        asks = (Asks(n, self.asks, signs(row)) for n, row in zip(self.names, self.moves, strict=True))
        return Problem(levers, tuple(asks), (0.5,) * len(levers))

    def can_hold(self) -> bool:
        """Whether levers, anywhere between their steps, keep each promise as often as asked."""
        least = self.at - self.noise * norm.ppf(self.asks)
        return linprog(np.zeros(self.moves.shape[1]), -self.moves, least, bounds=(0.0, 1.0)).status == 0

    def by_corners(self, effort: Effort) -> Conflicts:
        return find_conflicts(self.problem, lambda x, f: self.rooms(x, f) >= 0, 1, effort)

    def the_sum(self) -> Sum | None:
        x = np.array(STEPS)[:, None] - 0.5
        w, best = weights(self.at + 0.5 * self.moves.sum(axis=1), [x * row for row in self.moves.T])
        return sum_of(self.problem, self.names, w) if best < 0 else None

    def by_sum(self, effort: Effort) -> tuple[Sum, Conflict] | None:
        one = self.the_sum()
        if one is None:
            return None
        found = prove(self.problem, one, signs(one.of(self.moves.T)), self.rooms, 1, effort)
        return (one, found) if found else None


def signs(moves: Floats) -> tuple[int, ...]:
    return tuple(EITHER if m == 0 else MORE if m > 0 else LESS for m in np.round(moves, 12).tolist())


@cache
def pounds(extra: float) -> Moving:
    """Twelve levers, each of which moves up to £1m between two trusts; half-way, where neither gains, both lack £4m.

    Two more levers save a trust `extra` / 2 each, £m. So both can hold where extra is 8 or more, and never where it is less:
    what is moved adds up to nothing.
    """
    move = np.concatenate([np.ones((1, 12)), -np.ones((1, 12))])
    own = np.array([[extra / 2, 0.0], [0.0, extra / 2]])
    return Moving(np.array([-4.0 - 6.0, -4.0 + 6.0]), np.column_stack([move, own]))


@pytest.mark.parametrize(("extra", "holds"), [(0.0, False), (7.0, False), (9.0, True)])
def test_what_one_gains_the_other_loses(extra: float, holds: bool) -> None:
    """The sum is ``extra − 8`` at its best corner, one box; corners of each promise by itself do not tell in as many runs."""
    moving = pounds(extra)
    assert moving.can_hold() is holds
    found = moving.by_sum(Effort(budget=2_000, looks=LOOKS))
    assert (found is None) is holds
    if found:
        one, proof = found
        assert one.promises == ("promise 0", "promise 1")
        assert one.weights == (0.5, 0.5)
        assert one.asks == pytest.approx(0.6)
        assert len(proof.leaves) == 1
        assert not moving.by_corners(Effort(budget=2_000, looks=LOOKS)).conflicts


def test_where_not_enough_is_asked_there_is_no_sum() -> None:
    """Promises asked in half of the futures may each hold in the other's half: a sum of two says nothing."""
    moving = pounds(0.0)
    half = Moving(moving.at, moving.moves, asks=0.5)
    assert half.the_sum() is None


def test_of_one_promise_there_is_no_sum() -> None:
    """One promise that fails alone takes all the weight; its own corner proves that."""
    assert Moving(np.array([-9.0, 1.0]), np.array([[1.0], [0.0]])).the_sum() is None


def made(number: int) -> Moving:
    """Two to four promises, 4 to 12 levers; by chance all can hold, or cannot."""
    u = normals(f"problem {number}", 64)
    promises, levers = 2 + number % 3, 4 + number % 9
    moves = u[: promises * levers].reshape(promises, levers)
    most = np.maximum(moves, 0.0).sum(axis=1)
    return Moving(-most * (0.35 + 0.05 * (number % 9)), moves)


@cache
def random_ones() -> list[tuple[bool, bool]]:
    """By problem: whether all can hold, and whether a sum proves that they cannot."""
    effort = Effort(budget=4_000, looks=LOOKS)
    return [(made(n).can_hold(), made(n).by_sum(effort) is not None) for n in range(60)]


def test_no_sum_proves_what_is_not_so() -> None:
    """Against linear programming, which knows the answer: none of some thirty problems that have one is called a conflict."""
    holding = [proved for can, proved in random_ones() if can]
    assert len(holding) >= 15
    assert not any(holding)


def test_most_that_cannot_hold_is_proved() -> None:
    """Duality: where levers add up and chance is small, the right weights tell nearly every conflict."""
    failing = [proved for can, proved in random_ones() if not can]
    assert len(failing) >= 15
    assert np.mean(failing) >= 0.9
