"""Games whose answers are published, and laws that hold in every game: shares, cores, replies and terms."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import nashpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from placeplan.explore.shapley import shapley
from placeplan.incentives.game import Game, gain_of_carrying, in_order, members, worth
from placeplan.incentives.linear import Impossible, solve
from placeplan.incentives.replies import at_rest, basins, leanings, leavings, lost_by_selfishness
from placeplan.incentives.rests import sureness
from placeplan.incentives.shares import complaints, drawn_orders, least_core, nucleolus, sampled_shapley, sets_along
from placeplan.incentives.terms import (
    NoTerms,
    Terms,
    all_by,
    enough,
    share_bounds,
    smallest_shares,
    smallest_transfers,
    sure_by,
    within,
)

GLOVES = np.array([0.0, 0, 0, 1, 0, 1, 0, 1])
"""One left glove (the first player), two right ones."""
TWO_OF_THREE = np.array([0.0, 0, 0, 1, 0, 1, 1, 1])


def bankruptcy(estate: float, claims: tuple[float, ...]) -> Any:
    """What a set can be sure of: the estate less all that the others claim."""
    there = members(len(claims))
    return np.maximum(estate - (~there) @ np.array(claims), 0.0)


def airport(costs: tuple[float, ...]) -> Any:
    """Less the cost of the runway that the largest aeroplane of a set needs."""
    return -(members(len(costs)) * np.array(costs)).max(axis=1)


def game(money: Any, kept: Any = None) -> Game:
    """A game that is the same in two futures; money ``[set, player]``."""
    money = np.repeat(np.asarray(money, dtype=float)[:, :, None], 2, axis=2)
    names = tuple("abcdefghijkl"[: money.shape[1]])
    kept = np.ones(money.shape[:2]) if kept is None else np.asarray(kept, dtype=float)
    return Game(names, money, np.repeat(kept[:, :, None], 2, axis=2))


def two(first: Any, second: Any) -> Game:
    """A game of two told as tables ``[first carries, second carries]``, 0 leaves and 1 carries."""
    tables = np.array([first, second], dtype=float)
    return game([[t[s & 1][s >> 1] for t in tables] for s in range(4)])


values = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.integers(-9, 9), min_size=1 << n, max_size=1 << n).map(
        lambda v: np.array([0.0, *map(float, v[1:])])
    )
)


def test_shares_of_published_games() -> None:
    assert shapley(GLOVES) == pytest.approx([2 / 3, 1 / 6, 1 / 6])  # Shapley and Shubik 1969, the market game
    assert shapley(TWO_OF_THREE) == pytest.approx([1 / 3] * 3)
    quota = (members(3) @ np.array([2, 1, 1]) >= 3).astype(float)
    assert shapley(quota) == pytest.approx([2 / 3, 1 / 6, 1 / 6])  # Shapley and Shubik 1954, [3; 2, 1, 1]
    # Littlechild and Owen 1973: each part of the runway is shared by those who need it
    assert -shapley(airport((2.0, 5.0, 11.0))) == pytest.approx([2 / 3, 2 / 3 + 3 / 2, 2 / 3 + 3 / 2 + 6])


@pytest.mark.parametrize(
    ("estate", "shares"), [(100, (100 / 3, 100 / 3, 100 / 3)), (200, (50, 75, 75)), (300, (50, 100, 150))]
)
def test_the_nucleolus_divides_an_estate_as_the_talmud_does(estate: float, shares: tuple[float, ...]) -> None:
    """Aumann and Maschler 1985: three creditors who claim 100, 200 and 300."""
    found = nucleolus(bankruptcy(estate, (100, 200, 300)))
    assert found.shares == pytest.approx(shares)
    assert found.stable


def test_a_core_of_one_point_and_an_empty_one() -> None:
    found = nucleolus(GLOVES)
    assert found.shares == pytest.approx([1, 0, 0])
    assert (found.stable, found.complaint) == (True, 0.0)
    empty = least_core(TWO_OF_THREE)
    assert empty.complaint == pytest.approx(1 / 3)
    assert not empty.stable
    assert sorted(empty.sets.tolist()) == [3, 5, 6]


@given(values)
def test_shapleys_axioms_hold(v: Any) -> None:
    """All is shared out; who brings nothing gets nothing; equals get the same; the sum of games has the sum of shares."""
    n = len(v).bit_length() - 1
    shares = shapley(v)
    assert shares.sum() == pytest.approx(v[-1])
    other = np.roll(v, 1) * (np.arange(len(v)) > 0)
    assert shapley(v + other) == pytest.approx(shares + shapley(other))
    idle = np.concatenate((v, v))  # one more player, who changes nothing
    assert shapley(idle)[-1] == pytest.approx(0.0)
    assert shapley(idle)[:n] == pytest.approx(shares)
    there = members(n).sum(axis=1).astype(float)
    assert shapley(there**2) == pytest.approx([n] * n)


@given(values)
@settings(max_examples=40)
def test_the_nucleolus_is_efficient_and_no_division_has_a_smaller_largest_complaint(v: Any) -> None:
    n = len(v).bit_length() - 1
    found, least = nucleolus(v), least_core(v)
    assert found.shares.sum() == pytest.approx(v[-1], abs=1e-6)
    alone = v[1 << np.arange(n)]
    if v[-1] >= alone.sum():
        assert (found.shares >= alone - 1e-6).all()
    assert found.complaint == pytest.approx(least.complaint, abs=1e-6)
    assert complaints(v, found.shares)[1:-1].max() == pytest.approx(found.complaint, abs=1e-6)


@given(values, st.data())
@settings(max_examples=40)
def test_no_other_division_has_smaller_complaints_in_order(v: Any, data: Any) -> None:
    """Schmeidler's definition itself: complaints from the largest down are least, against divisions drawn nearby."""
    n = len(v).bit_length() - 1
    found = nucleolus(v).shares
    step = np.array(data.draw(st.lists(st.integers(-4, 4), min_size=n, max_size=n)), dtype=float) / 8
    other = found + step - step.mean()
    alone = v[1 << np.arange(n)]
    if v[-1] >= alone.sum() and (other < alone).any():
        return  # not among those compared
    own, theirs = (np.sort(complaints(v, x)[1:-1])[::-1] for x in (found, other))
    apart = np.flatnonzero(np.abs(own - theirs) > 1e-6)
    assert not len(apart) or own[apart[0]] < theirs[apart[0]]


def numbers(count: int) -> Any:
    return np.arange(count, dtype=np.uint64)


def test_drawn_orders_find_the_shares_within_their_error() -> None:
    v = bankruptcy(300, (100, 200, 300, 50, 20))
    orders = drawn_orders(5, numbers(400), 2, seed=1)
    assert (orders == drawn_orders(5, numbers(400), 2, seed=1)).all()
    assert (drawn_orders(5, numbers(400), 3, seed=1)[:, :2] == orders).all()
    found = sampled_shapley(orders, v[sets_along(orders)])
    assert found.sum(axis=0) == pytest.approx(np.full(400, v[-1]))
    error = found.std(axis=1, ddof=1) / 20
    assert (np.abs(found.mean(axis=1) - shapley(v)) <= 4 * error + 1e-9).all()
    assert error.max() < 5
    once = drawn_orders(5, numbers(400), 1, seed=1)
    assert once.shape == (400, 1, 5)
    assert sampled_shapley(once, v[sets_along(once)]).std(axis=1).max() > found.std(axis=1).max()  # the reverse helps


@pytest.mark.parametrize("players", [2, 3, 4])
def test_all_orders_find_the_exact_share_in_every_future(players: int) -> None:
    v = 1e8 * np.sin(1 + np.arange(24.0 * (1 << players)).reshape(1 << players, 24) ** 2)
    v[0] = 0.0
    orders = np.tile(list(permutations(range(players))), (24, 1, 1))
    found = sampled_shapley(orders, v[sets_along(orders), np.arange(24)[:, None, None]])
    assert found == pytest.approx(shapley(v), abs=1e-6)


@given(st.permutations(range(8)))
def test_pure_equilibria_of_two_are_nashpys(numbers: list[int]) -> None:
    """Eight different payoffs, so that no reply is as good as another: as nashpy finds them by its supports."""
    first, second = np.array(numbers[:4]).reshape(2, 2), np.array(numbers[4:]).reshape(2, 2)
    theirs = {
        int(row.argmax()) + 2 * int(column.argmax())
        for row, column in nashpy.Game(first, second).support_enumeration()
        if max(row) > 0.999 and max(column) > 0.999
    }
    assert set(at_rest(leanings(two(first, second))).tolist()) == theirs


def test_a_dilemma_and_a_hunt() -> None:
    dilemma = two([[1, 3], [0, 2]], [[1, 0], [3, 2]])  # leaving pays whatever the other does
    leans = leanings(dilemma)
    assert at_rest(leans).tolist() == [0]
    assert basins(leans).shares.tolist() == [[1.0]] * 4
    lost = lost_by_selfishness(dilemma, at_rest(leans))
    assert (lost.best, lost.worst, lost.amount.tolist()) == (3, 0, [2.0, 2.0])
    hunt = two([[1, 1], [0, 2]], [[1, 0], [1, 2]])
    found = basins(leanings(hunt))
    assert found.rests.tolist() == [0, 3]
    assert found.shares.tolist() == [[1.0, 0.0], [0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]


def test_where_each_wants_what_the_other_does_not_it_goes_round() -> None:
    found = basins(leanings(two([[1, 0], [0, 1]], [[0, 1], [1, 0]])))
    assert (len(found.rests), found.never.tolist()) == (0, [1.0] * 4)
    assert len(lost_by_selfishness(two([[1, 0], [0, 1]], [[0, 1], [1, 0]]), found.rests).amount) == 0


def alone(gains: Any, kept: Any = None) -> Game:
    """One player who has so much more by carrying, a future each; kept: duties it keeps more."""
    gains, kept = (
        np.asarray(gains, dtype=float),
        np.zeros(len(gains)) if kept is None else np.asarray(kept, dtype=float),
    )
    return Game(("a",), np.array([[np.zeros_like(gains)], [gains]]), np.array([[np.zeros_like(kept)], [kept]]))


def test_sets_are_at_rest_as_surely_as_their_means_are_known() -> None:
    """Where all futures are alike so are all draws; else the mean of n draws lies above nought as the normal law says."""
    hunt = two([[1, 1], [0, 2]], [[1, 0], [1, 2]])
    found = sureness(hunt, seed=1)
    assert (found.drawn.tolist(), found.known.tolist(), found.some) == ([1.0, 0, 0, 1], [1.0, 0, 0, 1], 1.0)
    round_for_ever = sureness(two([[1, 0], [0, 1]], [[0, 1], [1, 0]]), seed=1)
    assert (round_for_ever.drawn.sum(), round_for_ever.some) == (0.0, 0.0)
    gains = np.linspace(-1.0, 1.0, 100) + 0.0603  # so that no mean is nought
    found = sureness(alone(gains), seed=1, draws=2000)
    assert found.drawn[1] == pytest.approx(norm.cdf(0.06 * 10 / gains.std()), abs=0.03)
    assert found.drawn.sum() == pytest.approx(1.0)  # one player is at rest in one of its two sets, or does not mind
    assert found.known.tolist() == [float((gains <= 0).mean()), float((gains >= 0).mean())]


def test_a_duty_counts_in_the_draws_in_which_it_is_clear() -> None:
    """Money says leave in every future; the duty, kept in 10 of 100 futures more, is clear in most draws but not in all."""
    found = sureness(alone(np.full(100, -1.0), [1.0] * 6 + [0.0] * 94), seed=1, draws=1000)
    clear = 1 - binom.cdf(3, 100, 0.06)  # four or more: the interval of 3 of 100 holds nought
    assert found.drawn[1] == pytest.approx(clear, abs=0.03)
    assert found.known.tolist() == [0.94, 0.06]


@given(
    st.integers(1, 3),
    st.lists(st.integers(-3, 3), min_size=24, max_size=24),
    st.lists(st.booleans(), min_size=24, max_size=24),
)
def test_where_futures_are_alike_their_draws_say_what_the_means_say(n: int, money: list[int], kept: list[bool]) -> None:
    shape, seed = (1 << n, n), 1
    of = game(np.resize(money, shape), np.resize(kept, shape))
    found = sureness(of, seed)
    assert np.flatnonzero(found.drawn == 1).tolist() == at_rest(leanings(of)).tolist()
    assert set(np.unique(found.drawn)) <= {0.0, 1.0}
    assert (found.known == found.drawn).all()
    assert (sureness(of, seed).drawn == found.drawn).all()


def test_own_duty_comes_before_money() -> None:
    """Leaving pays more, and breaks a duty: one carries. Where it breaks one either way, money decides."""
    money = [[5.0, 0], [1.0, 0], [5.0, 0], [1.0, 0]]
    broken_by_leaving = [[0, 1], [1, 1], [0, 1], [1, 1]]
    assert leanings(game(money, broken_by_leaving))[0, 0] == 1
    assert leanings(game(money, [[0, 1]] * 4))[0, 0] == -1
    unclear = Game(("a",), np.array([[[5.0, 5.0]], [[1.0, 1.0]]]), np.array([[[0.0, 1.0]], [[1.0, 1.0]]]))
    assert leanings(unclear)[0, 0] == -1  # one future more in two is no clear difference


def test_who_leaves_first_and_who_follows() -> None:
    """Three would each carry only where at least one other does, and b's part is worth most to the others."""
    there = members(3)
    each = there.sum(axis=1, keepdims=True) - there
    money = np.where(there, np.where(each >= 1, 2.0, -1.0), 0.0) + 3.0 * there[:, [1]] * (1 - np.eye(3)[1])
    found = leavings(game(money), leanings(game(money)))
    assert [(one.player, one.follow) for one in found] == [(0, 0), (1, 0), (2, 0)]
    assert [one.others.tolist() for one in found] == [[0.0, 0.0], [6.0, 6.0], [0.0, 0.0]]
    both = np.where(there, np.where(each == 2, 2.0, -1.0), 0.0)
    assert [(one.followers, one.left) for one in leavings(game(both), leanings(game(both)))] == [
        (0b110, 0),
        (0b101, 0),
        (0b011, 0),
    ]


@given(st.permutations(range(3)), st.integers(0, 1_000))
def test_the_order_in_which_players_are_named_changes_no_bit(order: list[int], seed: int) -> None:
    names = ["c", "a", "b"]
    payoffs = np.sin(seed + np.arange(24)).reshape(8, 3)
    turned = [names[i] for i in order]
    told = np.empty_like(payoffs)
    told[(members(3) << np.argsort(order)).sum(axis=1)] = payoffs[:, order]
    first, second = in_order(names, payoffs), in_order(turned, told)
    assert first[0] == second[0] == ("a", "b", "c")
    assert (first[1] == second[1]).all()


def test_worth_counts_members_alone_and_gains_are_a_players_own() -> None:
    payoffs = np.arange(8.0).reshape(4, 2)
    assert worth(payoffs).tolist() == [0.0, 2.0, 5.0, 13.0]
    assert gain_of_carrying(payoffs)[3].tolist() == [6.0 - 4.0, 7.0 - 3.0]


ranges = st.integers(2, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(-20, 20), min_size=n, max_size=n), st.lists(st.integers(0, 20), min_size=n, max_size=n)
    )
)


@given(ranges)
def test_payments_do_all_that_is_asked_or_are_proved_not_to_exist(asked: Any) -> None:
    """They sum to nought, bring each along within its cap, and no smaller ones do; or the weights prove that none do."""
    least, caps = (np.array(a, dtype=float) for a in asked)
    found = smallest_transfers(least, caps)
    if isinstance(found, Terms):
        assert found.pay.sum() == pytest.approx(0.0, abs=1e-9)
        assert (found.pay >= least - 1e-9).all()
        assert (np.abs(found.pay) <= caps + 1e-9).all()
        solved = solve(within(np.maximum(least, -caps), caps))
        assert not isinstance(solved, Impossible)
        assert found.moved == pytest.approx(solved.least, abs=1e-6)
        return
    assert found.proof is not None
    assert found.programme is not None
    assert found.proof.holds(found.programme)
    assert found.short > 0 or found.beyond_cap


def test_a_proof_that_proves_nothing_is_not_taken_for_one() -> None:
    found = smallest_transfers(np.array([3.0, -1.0]), np.full(2, 9.0))
    assert isinstance(found, NoTerms)
    assert found.proof is not None
    assert found.programme is not None
    assert found.short == 2.0
    possible = within(np.array([1.0, -1.0]), np.full(2, 9.0))
    assert not found.proof.holds(possible)
    assert not Impossible(-found.proof.limits, found.proof.totals).holds(found.programme)


def test_all_at_once_go_along_in_no_more_futures_than_any_one_alone() -> None:
    """Two who stay away in futures of their own, each in a fifth: by themselves 0.8, together 0.6, or 0.8 where these are the same."""
    needs = np.ones((2, 10))
    needs[0, :2] = needs[1, -2:] = 5.0
    pay = enough(needs, 0.8)
    assert sure_by(needs, pay).tolist() == [0.8, 0.8]
    assert all_by(needs, pay) == pytest.approx(0.6)
    assert all_by(needs[[0, 0]], pay) == pytest.approx(0.8)


def test_who_breaks_another_duty_is_brought_along_by_no_money() -> None:
    needs = np.array([[np.inf, np.inf, -1.0], [-5.0, -5.0, -5.0]])
    assert smallest_transfers(enough(needs, 0.6), np.full(2, 9.0)) == NoTerms((0,))
    assert isinstance(smallest_transfers(enough(needs, 0.3), np.full(2, 9.0)), Terms)


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.8, 1.0]), st.floats(0.0, 12.0))
@settings(max_examples=50)
def test_shares_of_the_gain_bring_each_along_as_surely_as_asked_and_on_average(
    seed: int, sure: float, cap: float
) -> None:
    needs = 5 * np.sin(seed * 1.7 + np.arange(21)).reshape(3, 7)
    gains = 6 * np.cos(seed + np.arange(7.0)) + 3
    caps = np.full(3, cap)
    bounds = share_bounds(needs.mean(axis=1), float(gains.mean()), float(np.abs(gains).max()), caps)
    found = smallest_shares(needs, gains, sure, bounds)
    if isinstance(found, Terms):
        paid = found.pay[:, None] * gains
        assert found.pay.sum() == pytest.approx(0.0, abs=1e-9)
        assert (sure_by(needs, paid) >= sure - 1e-9).all()
        assert (paid.mean(axis=1) >= needs.mean(axis=1) - 1e-9).all()
        assert (np.abs(paid) <= cap + 1e-9).all()
    elif found.proof is not None:
        assert found.programme is not None
        assert found.proof.holds(found.programme)
    else:
        assert found.never


def test_a_share_that_does_in_most_futures_but_not_on_average_is_none() -> None:
    """One needs 1 in nine futures of ten and 1,000 in the other: a quarter of 4 is enough in 90 %, and on average far from it."""
    needs = np.array([[-9.0] * 10, [1.0] * 9 + [1000.0]])
    gains, whole = np.full(10, 4.0), np.array([[-1.0, 1.0]] * 2)
    assert isinstance(smallest_shares(needs, gains, 0.9, whole), Terms)
    bounds = share_bounds(needs.mean(axis=1), 4.0, 4.0, np.full(2, 2e3))
    assert smallest_shares(needs, gains, 0.9, bounds) == NoTerms((1,))


def test_a_share_stays_within_the_cap_in_every_future() -> None:
    """A tenth of 10 and of 100 is enough, and the second is above a cap of 9."""
    needs, gains = np.array([[-20.0, -20.0], [1.0, 1.0]]), np.array([10.0, 100.0])
    for cap, none in ((9.0, True), (11.0, False)):
        bounds = share_bounds(needs.mean(axis=1), 55.0, 100.0, np.full(2, cap))
        assert isinstance(smallest_shares(needs, gains, 1.0, bounds), NoTerms) == none


def test_twelve_players_are_quickly_shared_out() -> None:
    """A game of 4,096 sets: the nucleolus of creditors who all claim half of what there is gives all the same."""
    v = bankruptcy(100.0, (50.0,) * 12)
    assert nucleolus(v).shares == pytest.approx([100 / 12] * 12)
    assert shapley(v) == pytest.approx([100 / 12] * 12)
