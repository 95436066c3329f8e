"""First-order and total indices against closed forms, against SALib, and with chance inside each world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np
import pytest
from SALib.analyze import sobol as salib

from fixtures.known_functions import (
    Function,
    G,
    ishigami,
    ishigami_indices,
    morris,
    morris_indices,
    normals,
    runs_of,
    sobol_g,
    sobol_g_indices,
    uniforms,
)
from placeplan.explore.sobol.indices import Estimate, Indices, indices, leading, terms, worlds_needed
from placeplan.explore.sobol.pickfreeze import Runs, averaged, mixed, moved_together
from placeplan.explore.tornado import tornado

ONE_EACH = [[i] for i in range(20)]
GROUPED = [[0, 3], [1, 2], [4, 5, 6, 7]]


def near(found: Estimate, truth: Sequence[float], figure: int = 0, least: float = 1e-3) -> None:
    """Within four standard errors, as its own interval tells them, and never less than ``least``."""
    error = (found.high - found.low)[:, figure] / 3.92
    assert (np.abs(found.value[:, figure] - truth) <= 4 * error + least).all()


@pytest.mark.parametrize(
    ("function", "inputs", "groups", "truth", "width"),
    [
        (ishigami, 3, ONE_EACH[:3], ishigami_indices(), 0.10),
        (sobol_g, len(G), ONE_EACH[: len(G)], sobol_g_indices(ONE_EACH[: len(G)]), 0.12),
        (sobol_g, len(G), GROUPED, sobol_g_indices(GROUPED), 0.12),
        (morris, 20, ONE_EACH, morris_indices(), 0.16),
    ],
    ids=["ishigami", "sobol g", "sobol g in groups", "morris"],
)
def test_indices_of_known_functions_are_found(
    function: Function, inputs: int, groups: Any, truth: Any, width: float
) -> None:
    """Ishigami and Homma (1990), Saltelli and Sobol (1995), Morris (1991): see tests/fixtures/known_functions.py."""
    a, b = (uniforms(n, 4000, inputs) for n in ("a", "b"))
    found = indices(runs_of(function, a, b, groups), 1, "known", 200)
    for estimate, true in zip((found.first, found.total), truth, strict=True):
        near(estimate, true)
        assert (estimate.high - estimate.low).max() < width


def test_inputs_that_move_together_are_one_group() -> None:
    """``x₁ + x₂ + x₃``, the first two with correlation 0.8: the pair has the variance 3.6 of 4.6, first and total."""
    groups = moved_together({"pay": ["0"], "prices": ["1"], "beds": ["2"]}, [("0", "1")])
    assert list(groups) == ["pay + prices", "beds"]
    a, b = (normals(n, 2000, 3) @ np.array([[1, 0.8, 0], [0, 0.6, 0], [0, 0, 1]]) for n in "ab")
    places = [[int(i) for i in g] for g in groups.values()]
    found = indices(runs_of(lambda x: x.sum(axis=-1), a, b, places), 1, "tied")
    for estimate in (found.first, found.total):
        near(estimate, [3.6 / 4.6, 1 / 4.6])


def test_ties_across_several_groups_chain() -> None:
    groups = moved_together({g: [g] for g in "abcd"}, [("a", "c"), ("d", "c"), ("a", "elsewhere")])
    assert groups == {"a + c + d": ("a", "c", "d"), "b": ("b",)}


def test_equal_to_salib_on_the_same_numbers() -> None:
    """Total (Jansen) to rounding; first-order (another estimator) within its interval, and SALib's follows from our terms."""
    a, b = (uniforms(n, 1000, 3) for n in "ab")
    runs = runs_of(ishigami, a, b, ONE_EACH[:3])
    ours = indices(runs, 1, "salib")
    y = np.stack([runs.a, *runs.ab, runs.b])[..., 0].T.ravel()
    theirs = salib.analyze({"num_vars": 3, "names": ["x", "y", "z"]}, y, calc_second_order=False, seed=1)
    assert ours.total.value[:, 0] == pytest.approx(theirs["ST"], rel=1e-12)
    assert (np.abs(ours.first.value[:, 0] - theirs["S1"]) < theirs["S1_conf"] + 1e-12).all()
    t = terms(runs)
    centre = (runs.a.mean() + runs.b.mean()) / 2
    saltelli = (t.frozen.mean(axis=1) - t.control.mean(axis=0))[:, 0] / t.spread.mean()
    direct = [salib.first_order(runs.a - centre, ab - centre, runs.b - centre)[0] for ab in runs.ab]
    assert saltelli == pytest.approx(direct, rel=1e-12)


def test_first_order_is_surer_than_salibs_on_the_same_runs() -> None:
    """Over 100 designs of Ishigami's function the squared error is less for each input that does something."""
    truth, mine, theirs = ishigami_indices()[0], [], []
    for seed in range(100):
        a, b = (uniforms(n, 300, 3, seed) for n in "ab")
        runs = runs_of(ishigami, a, b, ONE_EACH[:3])
        mine.append(indices(runs, 1, "surer", 2).first.value[:, 0] - truth)
        centre = (runs.a.mean() + runs.b.mean()) / 2
        theirs.append(
            [salib.first_order(runs.a - centre, ab - centre, runs.b - centre)[0] for ab in runs.ab] - np.array(truth)
        )
    ours, salibs = ((np.array(x) ** 2).mean(axis=0) for x in (mine, theirs))
    assert (ours[:2] < salibs[:2]).all()


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """A linear model, ``S = T = c² / Σ c²``: 95 % of 200 intervals, within three binomial standard errors.

    Each repetition is a figure of its own inputs, so that all are found at once.
    """
    weight, worlds, times = np.array([2.0, 1.0, 0.2]), 250, 200
    truth = (weight**2 / (weight**2).sum())[:, None]
    a, b = (normals(n, worlds, 3 * times).reshape(worlds, times, 3) for n in "ab")
    found = indices(Runs(a @ weight, b @ weight, mixed(a, b, ONE_EACH[:3]) @ weight), 1, "coverage")
    for e in (found.first, found.total):
        held = ((e.low <= truth) & (truth <= e.high)).mean(axis=1)
        assert np.abs(held - 0.95).max() <= 3 * sqrt(0.95 * 0.05 / times)


def test_a_group_that_does_nothing_has_nought_exactly_and_one_that_does_all_has_one() -> None:
    a, b = (uniforms(n, 64, 3) for n in "ab")
    found = indices(runs_of(lambda u: np.exp(u[..., 0] + u[..., 1]), a, b, [[2], [0, 1]]), 1, "ends")
    assert found.first.value[:, 0].tolist() == pytest.approx([0, 1], abs=1e-12)
    assert found.total.value[0, 0] == 0.0
    assert [float(x[0, 0]) for x in found.total] == [0, 0, 0]


def test_indices_have_no_unit_and_do_not_hang_on_what_else_is_asked() -> None:
    """A change of unit or origin changes nothing, nor do other groups or figures beside it; the same seed, the same bits."""
    a, b = (uniforms(n, 500, 3) for n in "ab")
    runs = runs_of(ishigami, a, b, ONE_EACH[:3])
    alone = indices(Runs(runs.a, runs.b, runs.ab[1:2]), 1, "unit")
    two = Runs(*(np.concatenate([x, 3e6 + 250 * x], axis=-1) for x in (runs.a, runs.b, runs.ab)))
    found = indices(two, 1, "unit")
    for one, other in ((alone.first, found.first), (alone.total, found.total)):
        for x, y in zip(one, other, strict=True):
            assert y[1, 0] == x[0, 0]
            assert y[:, 1] == pytest.approx(y[:, 0], rel=1e-6, abs=1e-9)
    again = indices(two, 1, "unit")
    assert all((x == y).all() for x, y in zip(found.first, again.first, strict=True))


def noisy(paired: bool, chances: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``2 x₁ + x₂`` with a chance of standard deviation 4 in every run: without it S = T = 0.8 and 0.2."""
    a, b = (normals(n, 3000, 2) for n in "ab")
    ab = mixed(a, b, ONE_EACH[:2])
    chance = [4 * normals(f"chance {n}", 3000, chances) for n in "ab"]
    third = [chance[0] if paired else 4 * normals(f"chance ab {i}", 3000, chances) for i in range(2)]
    value: Callable[[Any], Any] = lambda x: (2 * x[..., 0] + x[..., 1])[..., None]  # noqa: E731
    return tuple(x[..., None] for x in (value(a) + chance[0], value(b) + chance[1], value(ab) + np.array(third)))


@pytest.mark.parametrize("paired", [True, False])
def test_chance_within_worlds_is_taken_out(paired: bool) -> None:
    """Mean of m chances: variance ``V + s²/m`` (here 5 + 16/4); the indices are those of V, chances shared or apart."""
    runs = averaged(*noisy(paired))
    found = indices(runs, 1, "noise")
    for estimate in (found.first, found.total):
        near(estimate, [0.8, 0.2])
    assert found.spread[0] == pytest.approx(5, rel=0.1)
    left = indices(Runs(runs.a, runs.b, runs.ab), 1, "noise")
    assert left.spread[0] == pytest.approx(9, rel=0.1)
    assert left.first.high[0, 0] < 0.5, "as it is, chance hides what the first input carries"
    share = [4 / 9, 1 / 9] if paired else [8 / 9, 5 / 9]
    near(left.total, share)


def test_an_input_that_only_makes_chance_wilder_carries_nothing_of_what_is_expected() -> None:
    """``x₁ + x₂ z``, z chance with mean 0, shared by A and AB: what is expected is x₁, so the second has T = 0."""
    a, b = (normals(n, 3000, 2) for n in "ab")
    z = [normals(f"z {n}", 3000, 4) for n in "ab"]
    y = [x[..., [0]] + x[..., [1]] * c for x, c in ((a, z[0]), (b, z[1]), (mixed(a, b, ONE_EACH[:2]), z[0]))]
    found = indices(averaged(*(x[..., None] for x in y)), 1, "wild")
    near(found.total, [1, 0])
    near(found.first, [1, 0])


def test_a_figure_that_nothing_moves_is_flagged_and_harms_no_other() -> None:
    a, b = (uniforms(n, 100, 2) for n in "ab")
    live = runs_of(lambda u: u[..., 0], a, b, ONE_EACH[:2])
    still = Runs(*(np.concatenate([np.full_like(x, 1e9 / 3), x], axis=-1) for x in (live.a, live.b, live.ab)))
    found = indices(still, 1, "still")
    assert found.moves.tolist() == [False, True]
    assert all(np.isnan(x[:, 0]).all() for e in (found.first, found.total) for x in e)
    assert found.first.value[0, 1] == pytest.approx(1, abs=1e-12)
    assert leading(found) == (0,)


def test_a_figure_moved_by_chance_alone_is_flagged() -> None:
    """Variance over worlds that is no more than chance puts there is nobody's."""
    z = [normals(n, 400, 4)[..., None] for n in ("a", "b", "ab")]
    found = indices(averaged(z[0], z[1], z[2][None]), 1, "chance")
    assert found.moves.tolist() == [False]
    assert leading(found) == ()


def test_leading_groups_come_largest_first_and_worlds_needed_narrow_the_interval() -> None:
    """Four times the worlds halve the interval: its width falls as ``1 / √n``."""
    width = []
    for worlds in (500, 2000):
        a, b = (uniforms(n, worlds, 3) for n in "ab")
        found: Indices = indices(runs_of(ishigami, a, b, ONE_EACH[:3]), 1, "width")
        assert leading(found) == (0, 1, 2)
        assert leading(found, most=1) == (0,)
        assert leading(found, least=0.35) == (0, 1)
        width.append(float(found.total.high[0, 0] - found.total.low[0, 0]) / 2)
    assert worlds_needed(width[0], 500, width[1]) == pytest.approx(2000, rel=0.25)
    with pytest.raises(ValueError, match="ask for more than 0"):
        worlds_needed(0.1, 100, 0.0)


def test_runs_that_do_not_fit_together_are_refused() -> None:
    y = np.arange(20.0)[:, None]
    with pytest.raises(ValueError, match="same worlds and figures"):
        Runs(y, y, y)
    with pytest.raises(ValueError, match="at least 16 worlds: 15"):
        Runs(y[:15], y[:15], y[None, :15])
    with pytest.raises(ValueError, match="not numbers"):
        Runs(y, y, np.where(y == 3, np.nan, y)[None])
    with pytest.raises(ValueError, match="two chances"):
        averaged(y[:, None], y[:, None], y[None, :, None])


def test_bars_of_a_tornado_are_the_swing_of_a_linear_model() -> None:
    """``c (x₉₀ − x₁₀)`` for each input, whatever the others do; the change from a drawn world has the error of a mean."""
    weight, z90 = np.array([1.0, -3.0]), 1.2815515655446004
    x = normals("tornado", 400, 2)
    ends = [np.array([np.where(np.arange(2) == i, end, x) @ weight for i in range(2)]) for end in (-z90, z90)]
    found = tornado(x @ weight, *ends)
    assert found.swing == pytest.approx(2 * z90 * np.abs(weight))
    assert found.order.tolist() == [1, 0]
    assert (np.abs(found.low - -z90 * weight) < 2 * found.low_error).all()
    with pytest.raises(ValueError, match=r"\[input, world\]"):
        tornado(x[:, 0], ends[0], ends[1][:, :3])
