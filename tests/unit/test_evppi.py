"""What is worth learning first, against closed forms; what shuffled worlds show; one plan."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from fixtures.known_functions import normals
from placeplan.explore.evppi import Worth, information, worth

WORLDS = 1000


def two_plans(gain: np.ndarray, shared: float | np.ndarray = 0.0) -> np.ndarray:
    """Utilities of two plans, the second ahead by ``gain``."""
    return np.stack([shared + 0 * gain, shared + gain], axis=1)


def unit_loss(mean: float, spread: float) -> float:
    """EVPPI of two plans whose expected difference given the input is normal: ``s φ(m/s) − |m| Φ(−|m|/s)``.

    Source: Raiffa and Schlaifer (1961), unit normal loss integral.
    """
    return float(spread * norm.pdf(mean / spread) - abs(mean) * norm.cdf(-abs(mean) / spread))


def named(found: tuple[Worth, ...], name: str) -> Worth:
    return next(w for w in found if w.name == name)


@pytest.mark.parametrize(("mean", "spread", "rest"), [(0.2, 1.0, 1.0), (-0.5, 0.5, 1.0), (0.5, 1.0, 2.0)])
def test_two_plans_with_normal_gains(mean: float, spread: float, rest: float) -> None:
    """EVPPI and EVPI by the unit normal loss; what both plans share is worth nothing."""
    x = normals("evppi", WORLDS, 3)
    gain = mean + spread * x[:, 0] + rest * x[:, 1]
    found = worth(two_plans(gain, 5 * x[:, 2]), {"input": x[:, 0], "shared": x[:, 2]}, 1)
    first = named(found, "input")
    error = (first.high - first.low) / 3.92
    assert first.value == pytest.approx(unit_loss(mean, spread), abs=3 * error)
    assert error < 0.06
    assert first.most == pytest.approx(unit_loss(mean, sqrt(spread**2 + rest**2)), abs=0.1)
    assert first.clear
    assert found[0].name == "input"
    assert named(found, "shared").value < 0.03


@pytest.mark.large
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """95 % of 100 intervals, within three binomial standard errors."""
    held = 0
    for seed in range(100):
        x = normals("coverage", 400, 2, seed)
        found = worth(two_plans(0.2 + x[:, 0] + x[:, 1]), {"input": x[:, 0]}, seed, 100)[0]
        held += found.low <= unit_loss(0.2, 1.0) <= found.high
    assert abs(held / 100 - 0.95) <= 3 * sqrt(0.95 * 0.05 / 100)


@pytest.mark.large
def test_inputs_of_no_worth_are_clear_of_the_null_in_one_of_twenty_whoever_else_is_asked() -> None:
    """Five inputs that do nothing: any of them clear in 5 % of 100 worlds, within three binomial standard errors."""
    wrong = 0
    for seed in range(100):
        x = normals("null", 150, 6, seed)
        found = worth(two_plans(x[:, 5]), {str(i): x[:, i] for i in range(5)}, seed, 40)
        wrong += any(w.clear for w in found)
        assert all(w.low == 0 for w in found if not w.clear)
        assert all(0 <= w.low <= w.value <= w.high <= w.most for w in found)
    assert wrong / 100 <= 0.05 + 3 * sqrt(0.05 * 0.95 / 100)


def test_with_one_plan_nothing_is_worth_learning() -> None:
    x = normals("one", 200, 2)
    for found in worth(x[:, :1] * 1e6, {"input": x[:, 0], "other": x[:, 1]}, 1):
        assert (found.value, found.low, found.high, found.most, found.p) == (0, 0, 0, 0, 1)


def test_an_input_of_no_width_is_worth_nothing_exactly_and_harms_no_group() -> None:
    x = normals("width", 400, 1)[:, 0]
    still = np.full(400, 0.3)
    found = worth(two_plans(x), {"still": still, "both": np.stack([x, still], axis=1), "input": x}, 1)
    assert (named(found, "still").value, named(found, "still").high, named(found, "still").clear) == (0, 0, False)
    assert named(found, "both").value == pytest.approx(named(found, "input").value, rel=0.05)


def test_a_turn_in_the_middle_is_seen() -> None:
    """``x² − 1``: the best fit by a line is flat; ``E (x² − 1)₊ = 2 φ(1)``."""
    x = normals("turn", WORLDS, 1)[:, 0]
    found = worth(two_plans(x**2 - 1), {"input": x}, 1)[0]
    assert found.value == pytest.approx(2 * norm.pdf(1), abs=0.08)
    assert found.clear


def test_two_inputs_may_be_worth_something_only_together() -> None:
    """``x₁ x₂``: each alone is worth nothing, both ``E (x₁ x₂)₊ = 1 / π``; a third that does nothing adds nothing."""
    x = normals("pair", WORLDS, 3)
    alone = {"one": x[:, 0], "two": x[:, 1]}
    found = worth(two_plans(x[:, 0] * x[:, 1]), alone | {"both": x[:, :2], "three": x}, 1)
    assert named(found, "both").value == pytest.approx(1 / np.pi, abs=0.05)
    assert named(found, "three").value == pytest.approx(1 / np.pi, abs=0.05)
    assert named(found, "both").clear
    assert not any(named(found, n).clear for n in alone)


def test_an_input_with_two_values_is_told_by_its_means() -> None:
    """A coin that puts either plan ahead by 1: half a unit is gained by knowing it, and that is all there is."""
    coin = np.where(normals("coin", 400, 1)[:, 0] > 0, 1.0, -1.0)
    found = worth(two_plans(coin), {"coin": coin}, 1)[0]
    share = (coin > 0).mean()
    assert found.value == pytest.approx(min(share, 1 - share), abs=0.02)
    assert found.most == pytest.approx(min(share, 1 - share), abs=1e-12)


def test_units_of_the_input_and_the_origin_of_utility_do_not_matter() -> None:
    """Any rising change of the input's unit, and any amount added to both plans, leave the value; the same seed, the same bits."""
    x = normals("units", 400, 2)
    utilities = two_plans(0.1 + x[:, 0] + x[:, 1])
    first = worth(utilities, {"input": x[:, 0]}, 1)[0]
    assert worth(utilities, {"input": np.exp(x[:, 0])}, 1)[0] == first
    moved = worth(utilities + 1000 * x[:, [1]], {"input": x[:, 0]}, 1)[0]
    assert moved.value == pytest.approx(first.value, rel=1e-6)
    doubled = worth(2 * utilities, {"input": x[:, 0]}, 1)[0]
    assert (doubled.value, doubled.p) == (pytest.approx(2 * first.value, rel=1e-9), first.p)


def test_more_plans_to_choose_from_never_make_knowing_everything_worth_less_than_one_input() -> None:
    x = normals("plans", WORLDS, 4)
    utilities = np.stack([x[:, 0], x[:, 1], 0.5 * x[:, 2] + 0.2], axis=1)
    found = worth(utilities, {str(i): x[:, i] for i in range(4)}, 1)
    assert {w.name for w in found[:2]} == {"0", "1"}
    assert found[-1].name == "3"
    assert all(w.high <= w.most == information(utilities - utilities[:, [2]]) for w in found)


def test_bad_input_is_told() -> None:
    x = normals("bad", 60, 6)
    with pytest.raises(ValueError, match=r"group: 60 worlds are too few to learn from; give at least 400"):
        worth(two_plans(x[:, 0]), {"group": x}, 1)
    with pytest.raises(ValueError, match="as many worlds"):
        worth(two_plans(x[:, 0]), {"input": x[:50, 0]}, 1)
    with pytest.raises(ValueError, match="not numbers"):
        worth(two_plans(x[:, 0]), {"input": np.where(x[:, 0] > 1, np.nan, x[:, 0])}, 1)
    assert worth(two_plans(x[:, 0]), {}, 1) == ()
