"""Causes by Shapley on games whose answer is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from placeplan.explore.shapley import coalitions, shapley
from placeplan.stress.verdict.causes import NO_SINGLE_CAUSE, REST, THE_PLAN, breaking_used, find_causes

FUTURES = 40


def play(rule: Callable[[frozenset[str], int], float]) -> Callable[[Sequence[frozenset[str]]], np.ndarray]:
    return lambda live: np.array([[rule(s, f) for f in range(FUTURES)] for s in live])


def test_a_planted_cause_is_named_and_another_takes_its_place_when_it_is_removed() -> None:
    def prices(s: frozenset[str], f: int) -> float:
        return 1.0 - 3.0 * ("prices" in s) - 0.5 * ("delay" in s)

    def delay(s: frozenset[str], f: int) -> float:
        return 1.0 - 0.5 * ("prices" in s) - 3.0 * ("delay" in s)

    groups = ("demand_growth", "delay", "prices", "chance")
    assert find_causes(groups, play(prices), 1).verdict == "prices"
    found = find_causes(groups, play(delay), 1)
    assert found.verdict == "delay"
    assert [(c.driver, c.share) for c in found.causes] == [("delay", 1.0), ("prices", 0.0)]
    assert found.needed == {"demand_growth": 0.0, "delay": 1.0, "prices": 0.0, "chance": 0.0}


def test_shares_sum_to_one_and_equals_are_no_single_cause() -> None:
    found = find_causes(("delay", "prices"), play(lambda s, f: 1.0 - 0.6 * len(s)), 1)
    assert [c.share for c in found.causes] == [0.5, 0.5]
    assert found.verdict == NO_SINGLE_CAUSE


def test_a_largest_share_under_a_third_is_no_single_cause() -> None:
    groups = ("demand_growth", "delay", "prices", "efficiency")
    found = find_causes(groups, play(lambda s, f: 1.0 - 1.01 * (groups[f % 4] in s)), 1)
    assert max(c.share for c in found.causes) == pytest.approx(0.25)
    assert found.verdict == NO_SINGLE_CAUSE


def test_a_break_with_everything_held_is_the_plan_itself() -> None:
    found = find_causes(("delay", "prices"), play(lambda s, f: -1.0 - len(s)), 1)
    assert found.verdict == THE_PLAN
    assert found.causes == ()


def test_many_small_groups_go_together_and_are_never_the_cause() -> None:
    groups = (
        "demand_growth",
        "delay",
        "capital",
        "care_supply",
        "prices",
        "efficiency",
        "effect_strength",
        "other",
        "chance",
    )
    found = find_causes(groups, play(lambda s, f: 1.0 - sum(0.23 for g in s)), 1)
    assert len(found.causes) == 6
    rest = next(c for c in found.causes if c.driver == REST)
    assert rest.share > 1 / 6
    assert sum(c.share for c in found.causes) == pytest.approx(1.0)
    assert found.verdict == NO_SINGLE_CAUSE


def test_no_coalition_is_played_twice_and_groups_that_move_nothing_play_no_part() -> None:
    played: list[frozenset[str]] = []

    def rule(live: Sequence[frozenset[str]]) -> np.ndarray:
        played.extend(live)
        return np.array([[1.0 - 2.0 * ("prices" in s) + 0.5 * ("delay" in s)] * 3 for s in live])

    found = find_causes(("delay", "prices", "chance", "care_supply"), rule, 1)
    assert len(played) == len(set(played)) == 10
    assert {c.driver for c in found.causes} == {"prices", "delay"}


def test_shapley_gives_the_textbook_glove_game() -> None:
    players = ["left", "right one", "right two"]
    worth = np.array([float("left" in s and len(s) > 1) for s in coalitions(players)])
    assert shapley(worth).tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_shapley_refuses_an_incomplete_game() -> None:
    with pytest.raises(ValueError, match="coalitions"):
        shapley(np.zeros(3))


@pytest.mark.parametrize(
    ("breaking", "futures", "used"), [(10, 1000, 10), (500, 1000, 100), (5000, 9000, 200), (100, 40, 12)]
)
def test_futures_used_for_the_cause(breaking: int, futures: int, used: int) -> None:
    found = breaking_used(range(breaking), futures)
    assert len(set(found)) == used
