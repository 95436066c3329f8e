"""The word: never worse where every share is better, in the order in which it is defined."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from placeplan.stress.grid.wilson import Interval, state, wilson
from placeplan.stress.verdict.word import Asked, Standing, decide, ends, exact_word, futures_needed, word_of_form

RANK = {"unworkable": 0, "fragile": 1, "workable": 2}
counts = st.integers(20, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
asks = st.sampled_from([0.5, 0.7, 0.8, 0.95])


@st.composite
def standings(draw: st.DrawFn) -> tuple[list[tuple[int, int, float]], list[tuple[int, int]]]:
    hard = draw(st.lists(st.tuples(counts, asks), min_size=1, max_size=5))
    return [(k, n, a) for (k, n), a in hard], draw(st.lists(counts, max_size=4))


def standing(hard: list[tuple[int, int, float]], shocks: list[tuple[int, int]]) -> Standing:
    return Standing(tuple(Asked(wilson(k, n), a) for k, n, a in hard), tuple(wilson(k, n) for k, n in shocks))


@pytest.mark.shows(2)
@given(standings(), st.data())
def test_raising_any_share_never_makes_the_word_worse(plan: tuple, data: st.DataObject) -> None:
    hard, shocks = plan
    better = [(data.draw(st.integers(k, n)), n, a) for k, n, a in hard]
    milder = [(data.draw(st.integers(k, n)), n) for k, n in shocks]
    before, after = ends(standing(hard, shocks)), ends(standing(better, milder))
    assert [RANK[a] >= RANK[b] for b, a in zip(before, after, strict=True)] == [True, True]
    one, other = decide([standing(hard, shocks)]), decide([standing(better, milder)])
    if one in RANK and other in RANK:
        assert RANK[other] >= RANK[one]


@given(standings())
def test_the_lower_end_is_never_better_than_the_upper_end(plan: tuple) -> None:
    low, high = ends(standing(*plan))
    assert RANK[low] <= RANK[high]


@given(standings())
def test_workable_asks_every_lower_bound(plan: tuple) -> None:
    stands = standing(*plan)
    clear = all(a.interval.low >= a.asks for a in stands.hard) and all(i.low >= 0.5 for i in stands.shocks)
    assert (decide([stands]) == "workable") == clear


@given(standings())
def test_unworkable_is_some_upper_bound_below_one_in_five(plan: tuple) -> None:
    stands = standing(*plan)
    assert (decide([stands]) == "unworkable") == any(a.interval.high < 0.2 for a in stands.hard)


@given(standings(), st.booleans())
def test_defaults_withhold_all_but_what_is_unworkable(plan: tuple, conflict: bool) -> None:
    stands = standing(*plan)
    found = decide([stands], on_defaults=True, conflict=conflict)
    assert found == ("unworkable" if conflict or decide([stands]) == "unworkable" else "withheld")


@given(standings())
def test_a_hard_promise_without_data_never_leaves_a_plan_workable(plan: tuple) -> None:
    hard, shocks = plan
    stands = standing(hard, shocks)
    unknown = Standing(stands.hard, stands.shocks, unknown=1)
    assert decide([unknown]) != "workable"
    if decide([stands]) == "fragile":
        assert decide([unknown]) == "fragile"


@given(standings(), standings())
def test_forms_that_disagree_withhold_and_one_hopeless_form_is_not_enough(one: tuple, other: tuple) -> None:
    """Different words withhold; a form that is not settled leaves all open."""
    forms = [standing(*one), standing(*other)]
    words = {word_of_form(f) for f in forms}
    if len(words) == 1:
        assert decide(forms) == words.pop()
    else:
        assert decide(forms) == ("not settled" if "not settled" in words else "withheld")


def test_no_promise_is_no_verdict() -> None:
    assert decide([Standing(())]) == "no promises"
    assert decide([Standing((), unknown=1)]) == "withheld"
    with pytest.raises(ValueError, match="form"):
        decide([])


def test_the_edges_of_the_intervals() -> None:
    def at(low: float, high: float, asked: float = 0.8) -> str:
        return decide([Standing((Asked(Interval((low + high) / 2, low, high), asked),))])

    assert at(0.8, 0.9) == "workable"
    assert at(0.79, 0.8) == "not settled"
    assert at(0.2, 0.3) == "fragile"
    assert at(0.19, 0.2) == "not settled"
    assert at(0.1, 0.199) == "unworkable"


def test_a_promise_that_is_clearly_short_settles_what_another_leaves_open() -> None:
    short, open_one = Asked(wilson(500, 1000), 0.8), Asked(wilson(800, 1000), 0.8)
    assert decide([Standing((open_one,))]) == "not settled"
    assert decide([Standing((short, open_one))]) == "fragile"


def test_a_shock_below_one_half_makes_a_plan_fragile() -> None:
    kept = Asked(wilson(950, 1000), 0.8)
    assert decide([Standing((kept,), (wilson(600, 1000),))]) == "workable"
    assert decide([Standing((kept,), (wilson(500, 1000),))]) == "not settled"
    assert decide([Standing((kept,), (wilson(400, 1000),))]) == "fragile"


@given(counts, asks)
def test_futures_needed_settle_it_and_fewer_do_not(count: tuple[int, int], asked: float) -> None:
    kept, futures = count
    stands = standing([(kept, futures, asked)], [])
    assume(word_of_form(stands) == "not settled")
    more = futures_needed(stands, futures)
    if more is None:
        assert min(abs(kept / futures - asked), abs(kept / futures - 0.2)) < 0.002
        return
    assert word_of_form(stands.at(futures + more)) != "not settled"
    assert word_of_form(stands.at(int((futures + more) * 0.85))) == "not settled" or more < 0.2 * futures


@given(counts)
def test_wilson_lies_inside_nought_and_one_and_holds_the_share(count: tuple[int, int]) -> None:
    i = wilson(*count)
    assert 0 <= i.low <= i.p <= i.high <= 1


@given(counts, asks)
def test_a_state_follows_from_the_interval(count: tuple[int, int], asked: float) -> None:
    i = wilson(*count)
    assert (state(i, asked) == "kept") == (i.low >= asked)
    assert (state(i, asked) in {"short", "fail"}) == (i.high < asked)


def test_the_exact_word_on_a_grid() -> None:
    for p, q in itertools.product((0.1, 0.2, 0.5, 0.8, 0.9), repeat=2):
        expected = "unworkable" if min(p, q) < 0.2 else "workable" if min(p, q) >= 0.8 else "fragile"
        assert exact_word([(p, 0.8), (q, 0.8)], []) == expected
