"""Limits that cannot be kept together: certificates that anybody can add up, and sets by trying all."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from placeplan.core import streams
from placeplan.explore.conflict.linear import Relaxation, RuledOut, gap, rule_out
from placeplan.explore.conflict.linear_futures import rule_out_by_future

Sets = set[frozenset[str]]


def asked(rows: dict[str, list[tuple[list[float], float]]], levers: int, top: float = 1.0) -> Relaxation:
    """Levers from 0 to ``top``; rows by promise, those of ``always`` nobody's."""
    each = [(name, row, limit) for name, several in rows.items() for row, limit in several]
    of = tuple(None if name == "always" else name for name, _, _ in each)
    a, b = np.array([row for _, row, _ in each], dtype=float), np.array([limit for _, _, limit in each])
    return Relaxation((0.0,) * levers, (top,) * levers, a.reshape(len(each), levers), b, of)


def told(relaxation: Relaxation) -> Sets:
    return {frozenset(r.promises) for r in rule_out(relaxation).ruled_out}


def by_trying(relaxation: Relaxation) -> Sets:
    """Each set asked of HiGHS on its own."""
    found: Sets = set()
    for size in range(1, len(relaxation.promises) + 1):
        for among in combinations(relaxation.promises, size):
            rows = [r for r, name in enumerate(relaxation.of) if name is None or name in among]
            bounds = list(zip(relaxation.low, relaxation.high, strict=True))
            a, b = relaxation.rows[rows], relaxation.limits[rows]
            if linprog(np.zeros(a.shape[1]), a, b, bounds=bounds).status == 2 and not any(
                f < set(among) for f in found
            ):
                found.add(frozenset(among))
    return found


def uniforms(name: str, count: int) -> np.ndarray:
    key = np.array([streams.key(7, name)], dtype=np.uint64)
    return streams.uniform(streams.words(key, np.arange(count, dtype=np.uint64), 0)[0])


def check(relaxation: Relaxation, out: RuledOut) -> None:
    """Added up by hand: multipliers of the set's own rows, none negative, whose sum is broken at every corner."""
    assert {relaxation.of[r] for r in out.rows} - {None} == set(out.promises)
    assert min(out.multipliers) > 0
    assert out.gap == gap(relaxation, out.rows, out.multipliers) > 0
    corners = (
        np.array(np.meshgrid(*zip(relaxation.low, relaxation.high, strict=True))).reshape(len(relaxation.low), -1).T
    )
    for corner in corners.tolist():
        over = sum(
            y
            * (
                sum(Fraction(c) * Fraction(x) for c, x in zip(relaxation.rows[r].tolist(), corner, strict=True))
                - Fraction(float(relaxation.limits[r]))
            )
            for r, y in zip(out.rows, out.multipliers, strict=True)
        )
        assert over >= out.gap


MORE_BEDS = ([-1.0, 0.0, 0.0], -0.6)
MORE_POSTS = ([0.0, -1.0, 0.0], -0.6)
CAPITAL = ([1.0, 1.0, 1.0], 1.0)


@pytest.mark.parametrize(
    ("rows", "truth"),
    [
        ({"waits": [MORE_BEDS], "staff": [MORE_POSTS]}, []),
        ({"waits": [MORE_BEDS], "money": [([1.0, 0.0, 0.0], 0.5)], "staff": [MORE_POSTS]}, [["waits", "money"]]),
        ({"waits": [MORE_BEDS], "staff": [MORE_POSTS], "money": [CAPITAL]}, [["waits", "staff", "money"]]),
        ({"waits": [MORE_BEDS], "staff": [MORE_POSTS], "always": [CAPITAL]}, [["waits", "staff"]]),
        ({"waits": [([-1.0, 0.0, 0.0], -1.5)], "staff": [MORE_POSTS]}, [["waits"]]),
        ({"waits": [MORE_BEDS, ([1.0, 0.0, 0.0], 0.5)], "staff": [MORE_POSTS]}, [["waits"]]),
        (
            {"waits": [MORE_BEDS], "staff": [MORE_POSTS], "money": [CAPITAL], "estate": [([1.0, 0.0, 0.0], 0.2)]},
            [["waits", "estate"], ["waits", "staff", "money"]],
        ),
    ],
)  # fmt: skip
def test_planted_sets_are_found_each_with_a_certificate(
    rows: dict[str, list[tuple[list[float], float]]], truth: list[list[str]]
) -> None:
    relaxation = asked(rows, 3)
    found = rule_out(relaxation)
    assert {frozenset(r.promises) for r in found.ruled_out} == {frozenset(t) for t in truth} == by_trying(relaxation)
    assert not found.undecided
    for out in found.ruled_out:
        check(relaxation, out)
        assert out.smallest


@pytest.mark.parametrize("number", range(12))
def test_on_limits_at_random_the_sets_are_those_found_by_trying_all(number: int) -> None:
    u = uniforms(f"limits {number}", 200)
    promises, levers = 4 + number % 3, 3
    rows = {
        f"p{i}": [((2 * u[9 * i : 9 * i + levers] - 1).tolist(), float(0.6 * u[9 * i + 8] - 0.45))]
        for i in range(promises)
    }
    relaxation = asked(rows, levers)
    found = rule_out(relaxation)
    assert {frozenset(r.promises) for r in found.ruled_out} == by_trying(relaxation)
    for out in found.ruled_out:
        check(relaxation, out)


def test_limits_that_just_touch_can_be_kept() -> None:
    assert not told(asked({"a": [([1.0], 0.5)], "b": [([-1.0], -0.5)]}, 1))


@pytest.mark.parametrize("apart", [2.0**-20, 2.0**-45, -(2.0**-45)])
def test_what_rounding_may_hide_is_never_claimed_wrongly(apart: float) -> None:
    """Limits apart by more than the solver sees are told; by less it may say that it does not know, but nothing false."""
    relaxation = asked({"a": [([1.0], 0.5)], "b": [([-1.0], -0.5 - apart)]}, 1)
    found = rule_out(relaxation)
    truth = [("a", "b")] if apart > 0 else []
    assert [r.promises for r in found.ruled_out] in ([], truth)
    assert [*(r.promises for r in found.ruled_out), *found.undecided] in ([], truth, [("a", "b")])
    if apart == 2.0**-20:
        assert [r.promises for r in found.ruled_out] == truth


def test_the_order_of_rows_changes_no_set() -> None:
    rows = {"waits": [MORE_BEDS], "staff": [MORE_POSTS], "money": [CAPITAL], "estate": [([1.0, 0.0, 0.0], 0.2)]}
    assert told(asked(rows, 3)) == told(asked(dict(reversed(rows.items())), 3))


def test_size_of_numbers_changes_no_set() -> None:
    """Pounds or millions: the same limits in other units."""
    rows = {"waits": [MORE_BEDS], "money": [([1.0, 0.0, 0.0], 0.5)]}
    large = {"waits": [MORE_BEDS], "money": [([1e9, 0.0, 0.0], 0.5e9)]}
    assert told(asked(rows, 3)) == told(asked(large, 3)) == {frozenset(rows)}


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="hold always"):
        rule_out(asked({"always": [([1.0], -1.0)], "a": [([1.0], 1.0)]}, 1))
    with pytest.raises(ValueError, match="at most 12"):
        asked({f"p{i}": [([1.0], 1.0)] for i in range(13)}, 1)
    with pytest.raises(ValueError, match="not finite"):
        asked({"a": [([float("nan")], 1.0)]}, 1)
    with pytest.raises(ValueError, match="upper"):
        Relaxation((1.0,), (0.0,), np.ones((1, 1)), np.ones(1), ("a",))
    with pytest.raises(ValueError, match="whose each row is"):
        Relaxation((0.0,), (1.0,), np.ones((1, 2)), np.ones(1), ("a",))


def futures(count: int, capital: float) -> list[Relaxation]:
    """In each future waits ask for as many beds as come, from 0 to 1 alike; money lets ``capital`` be built."""
    need = uniforms("need", count)
    return [
        asked({"waits": [([-1.0], -float(n))], "money": [([1.0], capital)], "staff": [([0.0], 1.0)]}, 1) for n in need
    ]


@pytest.mark.parametrize(
    ("capital", "p", "truth"),
    [
        (0.2, 0.8, [("money", "waits")]),  # 80 % of futures cannot, 40 % may
        (0.75, 0.8, []),  # 25 % cannot
        (0.5, 1.0, [("money", "waits")]),  # of what never varies nothing may fail: 50 % cannot, 20 % may
        (0.9, 1.0, []),  # 10 % cannot, 20 % may: beds for 0.9 keep both
    ],
)
def test_too_few_futures_let_both_hold(capital: float, p: float, truth: list[tuple[str, ...]]) -> None:
    found = rule_out_by_future(futures(60, capital), {"money": p, "waits": 0.8, "staff": 0.8})
    assert [r.promises for r in found] == truth
    for one in found:
        assert one.share == pytest.approx(1 - capital, abs=0.12)
        assert one.room < one.at_least < one.share
        assert len(one.proofs) == round(one.share * 60)
        assert all(proof.gap > 0 and set(proof.promises) <= set(one.promises) for proof in one.proofs)


@pytest.mark.parametrize("capital", [0.8, 0.7, 0.6])
def test_what_a_setting_keeps_as_often_as_asked_is_not_ruled_out(capital: float) -> None:
    """Beds for ``capital`` keep money always and waits in that share of futures, which is what is asked, just."""
    assert not rule_out_by_future(futures(60, capital), {"money": 1.0, "waits": capital, "staff": 1.0})


def test_few_futures_prove_nothing() -> None:
    assert not rule_out_by_future(futures(4, 0.0), {"money": 0.8, "waits": 0.8, "staff": 0.8})
    assert not rule_out_by_future([], {"money": 0.8})
    with pytest.raises(ValueError, match="no others"):
        rule_out_by_future(futures(4, 0.0), {"money": 0.8, "waits": 0.8})
