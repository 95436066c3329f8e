"""Boxes in which worlds fail: planted ones are found, none is invented, and what is said of a box is true of its worlds."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from placeplan.core import streams
from placeplan.explore.arrays import Floats
from placeplan.explore.prim.discovery import discover
from placeplan.explore.prim.limits import Asked, Box, Discovery, quasi_p
from placeplan.explore.prim.measured import measure

QUICK = Asked(resamples=0, shuffles=19, luck=0.05)
NAMES = ["demand", "posts", "prices", "delay", "capital", "care"]


def drawn(worlds: int, inputs: int, name: str) -> Floats:
    """Uniform numbers, ``[world, input]``."""
    keys = streams.keys(1, name, [str(i) for i in range(inputs)])
    return streams.uniform(streams.words(keys, np.arange(worlds, dtype=np.uint64), 0)).T


def planted(worlds: int, name: str, inside: float = 0.85, outside: float = 0.05) -> tuple[Floats, Floats]:
    """Six inputs; a world with demand above 0.5 and posts below 0.6 fails with chance ``inside``, any other ``outside``."""
    x = drawn(worlds, 6, name)
    within = (x[:, 0] > 0.5) & (x[:, 1] < 0.6)
    failing = drawn(worlds, 1, f"{name} fails")[:, 0] < np.where(within, inside, outside)
    return x, failing.astype(float)


def within(box: Box, x: Floats, names: list[str]) -> np.ndarray:
    """Which worlds lie in a box, read from what is told alone."""
    kept = np.ones(len(x), dtype=bool)
    for limit in box.limits:
        column = x[:, names.index(limit.name)]
        kept &= (column >= (-np.inf if limit.low is None else limit.low)) & (
            column <= (np.inf if limit.high is None else limit.high)
        )
    return kept


def told(found: Discovery) -> list[dict[str, tuple[float | None, float | None]]]:
    return [{limit.name: (limit.low, limit.high) for limit in box.limits} for box in found.boxes]


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_a_planted_box_is_found_in_spite_of_noise(name: str) -> None:
    x, y = planted(800, name)
    box = discover(x, y, NAMES, 1, QUICK).boxes[0]
    assert {limit.name for limit in box.limits} == {"demand", "posts"}
    demand, posts = sorted(box.limits, key=lambda limit: limit.name)
    assert demand.low == pytest.approx(0.5, abs=0.06)
    assert posts.high == pytest.approx(0.6, abs=0.06)
    assert demand.high is None
    assert posts.low is None
    assert max(demand.quasi_p, posts.quasi_p) < 1e-6
    assert box.chance == 0.05  # one of twenty: itself


def test_without_noise_a_box_is_found_whole() -> None:
    x = drawn(1000, 6, "no noise")
    y = ((x[:, 2] > 0.3) & (x[:, 4] < 0.7) & (x[:, 5] > 0.4)).astype(float)
    box = discover(x, y, NAMES, 1, replace(QUICK, coverage=0.9, density=0.9)).boxes[0]
    assert {limit.name for limit in box.limits} == {"prices", "capital", "care"}
    assert box.coverage > 0.9
    assert box.density > 0.9


def test_two_limits_are_found_among_sixty_inputs() -> None:
    x = drawn(1000, 60, "sixty")
    names = [f"input {i}" for i in range(60)]
    fails = np.where((x[:, 3] > 0.5) & (x[:, 40] < 0.4), 0.8, 0.1)
    y = (drawn(1000, 1, "sixty fail")[:, 0] < fails).astype(float)
    found = discover(x, y, names, 1, replace(QUICK, boxes=1, resamples=20))
    assert {limit.name for limit in found.boxes[0].limits} == {"input 3", "input 40"}
    again = found.boxes[0].again
    assert again is not None
    assert {steady.name for steady in again.inputs[:2]} == {"input 3", "input 40"}
    assert again.inputs[1].share >= 0.9
    assert all(steady.share <= 0.2 for steady in again.inputs[2:])


def test_no_box_is_invented_where_failures_are_random() -> None:
    """Luck gives a box in at most `Asked.luck` of all searches, here 1 in 20: three of ten is one chance in a hundred."""
    taken = 0
    for number in range(10):
        x = drawn(200, 12, f"random {number}")
        y = (drawn(200, 1, f"random fails {number}")[:, 0] < (0.1, 0.3, 0.6)[number % 3]).astype(float)
        found = discover(x, y, [str(i) for i in range(12)], number, QUICK)
        taken += len(found.boxes) > 0
        assert found.refused is None or found.refused.chance > QUICK.luck
        if not found.boxes:
            assert found.coverage == 0
            assert found.density == found.base == pytest.approx(y.mean())
    assert taken <= 2


def test_what_chance_gave_does_not_hold_on_worlds_not_drawn() -> None:
    """A box forced on random failures looks dense on its own worlds, and on others is as dense as all worlds."""
    x = drawn(400, 20, "forced")
    y = (drawn(400, 1, "forced fails")[:, 0] < 0.3).astype(float)
    box = discover(
        x, y, [str(i) for i in range(20)], 1, Asked(luck=0.999, level=0.999, boxes=1, resamples=30, shuffles=1)
    ).boxes[0]
    assert box.density > y.mean() + 0.1
    assert box.again is not None
    assert box.again.density[1] == pytest.approx(y.mean(), abs=0.08)


def test_measures_are_those_of_the_worlds_in_the_box() -> None:
    """Mass × worlds are the worlds inside, mass × density × worlds the failures inside, coverage their share of all."""
    x, y = planted(700, "measures", 0.8, 0.15)
    found = discover(x, y, NAMES, 1, QUICK)
    earlier = np.zeros(len(x), dtype=bool)
    for box in found.boxes:
        inside = within(box, x, NAMES)
        assert box.worlds == inside.sum()
        assert box.mass * 700 == pytest.approx(inside.sum())
        assert box.mass * box.density * 700 == pytest.approx(y[inside].sum())
        assert box.coverage == pytest.approx(y[inside].sum() / y.sum())
        assert box.adds == pytest.approx(y[inside & ~earlier].sum() / y.sum())
        earlier |= inside
    assert found.boxes
    assert found.coverage == pytest.approx(sum(box.adds for box in found.boxes))
    assert found.density == pytest.approx(y[earlier].mean())


def test_a_peel_takes_worlds_away_and_never_brings_any() -> None:
    x, y = planted(900, "steps")
    steps = discover(x, y, NAMES, 1, QUICK).boxes[0].steps
    assert steps[0].ends == ()
    assert (steps[0].mass, steps[0].coverage) == (1.0, 1.0)
    assert steps[0].density == pytest.approx(y.mean())
    for before, after in pairwise(steps):
        assert after.mass < before.mass
        assert after.coverage <= before.coverage
        assert after.mass >= QUICK.mass
    for step in steps:
        assert step.mass * step.density == pytest.approx(step.coverage * y.mean())
        kept = np.ones(len(x), dtype=bool)
        for name, low, high in step.ends:
            column = x[:, NAMES.index(name)]
            kept &= (column >= (-np.inf if low is None else low)) & (column <= (np.inf if high is None else high))
        assert step.mass == pytest.approx(kept.mean())
        assert step.density == pytest.approx(y[kept].mean())


def test_a_bent_scale_bends_the_ends_and_changes_nothing_else() -> None:
    x, y = planted(600, "bent", 0.8, 0.1)
    asked = replace(QUICK, resamples=10)
    plain = discover(x, y, NAMES, 1, asked)
    bent = discover(np.exp(5 * x), y, NAMES, 1, asked)
    assert [(b.worlds, b.coverage, b.chance) for b in bent.boxes] == [
        (b.worlds, b.coverage, b.chance) for b in plain.boxes
    ]
    for flat, curved in zip(plain.boxes[0].limits, bent.boxes[0].limits, strict=True):
        assert (curved.name, curved.quasi_p) == (flat.name, flat.quasi_p)
        for a, b in ((flat.low, curved.low), (flat.high, curved.high)):
            assert (a is None) == (b is None)
            assert a is None or b == np.exp(5 * a)


def test_a_mirrored_input_mirrors_its_limit() -> None:
    x, y = planted(600, "mirrored")
    plain = told(discover(x, y, NAMES, 1, QUICK))
    mirrored = told(discover(-x, y, NAMES, 1, QUICK))
    assert len(plain) == len(mirrored)
    for box, other in zip(plain, mirrored, strict=True):
        assert box == {n: (high and -high, low and -low) for n, (low, high) in other.items()}


def test_the_order_of_inputs_plays_no_part() -> None:
    x, y = planted(600, "order", 0.8, 0.1)
    turned = [3, 5, 1, 0, 4, 2]
    assert told(discover(x[:, turned], y, [NAMES[i] for i in turned], 1, QUICK)) == told(
        discover(x, y, NAMES, 1, QUICK)
    )


def test_of_two_equal_inputs_the_first_is_taken() -> None:
    x, y = planted(600, "twins")
    x[:, 3] = x[:, 0]
    assert set(told(discover(x, y, NAMES, 1, QUICK))[0]) == {"demand", "posts"}
    assert set(told(discover(x[:, ::-1], y, NAMES[::-1], 1, QUICK))[0]) == {"delay", "posts"}


def test_an_input_of_two_values_can_be_limited() -> None:
    x = drawn(600, 6, "yes and no")
    x[:, 4] = x[:, 4] < 0.5
    y = (drawn(600, 1, "yes and no fails")[:, 0] < np.where((x[:, 4] == 1) & (x[:, 0] > 0.4), 0.9, 0.05)).astype(float)
    limits = told(discover(x, y, NAMES, 1, QUICK))[0]
    assert set(limits) == {"capital", "demand"}
    assert limits["capital"] == (1.0, None)


def test_failures_may_be_shares_of_chances() -> None:
    """With the share itself in place of a draw by it, density is the mean share inside."""
    x = drawn(500, 6, "shares")
    y = np.where((x[:, 0] > 0.5) & (x[:, 1] < 0.6), 0.9, 0.05) + 0.05 * drawn(500, 1, "shares more")[:, 0]
    box = discover(x, y, NAMES, 1, QUICK).boxes[0]
    inside = within(box, x, NAMES)
    assert {limit.name for limit in box.limits} == {"demand", "posts"}
    assert box.density == pytest.approx(y[inside].mean(), rel=1e-8)
    assert box.coverage == pytest.approx(y[inside].sum() / y.sum(), rel=1e-8)


def test_a_second_box_is_looked_for_outside_the_first() -> None:
    x = drawn(1200, 6, "two")
    first, second = (x[:, 0] > 0.6) & (x[:, 1] > 0.5), (x[:, 2] < 0.25) & (x[:, 3] < 0.6)
    y = (drawn(1200, 1, "two fail")[:, 0] < np.where(first | second, 0.95, 0.02)).astype(float)
    found = discover(x, y, NAMES, 1, replace(QUICK, coverage=0.5))
    assert [set(box) for box in told(found)] == [{"demand", "posts"}, {"prices", "delay"}]
    assert found.coverage > 0.85
    assert found.density > 0.85


def best_of_all(x: Floats, y: Floats, levels: int = 10) -> float:
    """The largest min(coverage, density) of all boxes of two limits on a grid, by looking at each."""
    grid = np.minimum((x * levels).astype(int), levels - 1) + 1
    low, high = np.triu_indices(levels + 1, 1)
    best = 0.0
    for i, j in combinations(range(x.shape[1]), 2):
        sums = np.zeros((2, levels + 1, levels + 1))
        np.add.at(sums[0], (grid[:, i], grid[:, j]), 1.0)
        np.add.at(sums[1], (grid[:, i], grid[:, j]), y)
        rows = np.diff(sums.cumsum(axis=1).cumsum(axis=2)[:, np.stack([low, high])], axis=1)[:, 0]
        worlds, failing = rows[:, :, high] - rows[:, :, low]
        reached = np.minimum(failing / y.sum(), failing / np.maximum(worlds, 1.0))
        best = max(best, float(reached[worlds >= QUICK.mass * len(y)].max()))
    return best


@pytest.mark.parametrize(("inside", "outside"), [(0.95, 0.02), (0.85, 0.1), (0.75, 0.1), (0.8, 0.2)])
def test_hardly_any_box_is_better(inside: float, outside: float) -> None:
    """Against every box of two limits on a grid: coverage and density come within 0.05 of the best that there is."""
    x, y = planted(600, f"every box {inside} {outside}", inside, outside)
    box = discover(x[:, :4], y, NAMES[:4], 1, replace(QUICK, limits=2, boxes=1)).boxes[0]
    assert min(box.coverage, box.density) > best_of_all(x[:, :4], y) - 0.05


def test_fewest_limits_that_reach_what_is_asked() -> None:
    """One limit on demand holds every failure at a density of 0.9; where more is asked, it takes two."""
    x = drawn(1000, 6, "fewest")
    y = ((x[:, 0] > 0.7) & (x[:, 1] < 0.9)).astype(float)
    for density, limits in ((0.7, {"demand"}), (0.95, {"demand", "posts"})):
        box = discover(x, y, NAMES, 1, replace(QUICK, density=density, boxes=1)).boxes[0]
        assert {limit.name for limit in box.limits} == limits
        assert box.coverage >= 0.7
        assert box.density >= density


def test_no_more_limits_than_asked_for() -> None:
    x, y = planted(600, "no more")
    assert [len(box) for box in told(discover(x, y, NAMES, 1, replace(QUICK, limits=1, boxes=1)))] == [1]


def test_the_same_seed_gives_the_same_and_draws_stand_for_the_worlds() -> None:
    x, y = planted(500, "again", 0.8, 0.1)
    asked = replace(QUICK, resamples=25, boxes=1)
    found = discover(x, y, NAMES, 3, asked)
    assert found == discover(x, y, NAMES, 3, asked)
    again = found.boxes[0].again
    assert again is not None
    assert again != discover(x, y, NAMES, 4, asked).boxes[0].again
    steady = {s.name: s for s in again.inputs}
    assert steady["demand"].share == steady["posts"].share == 1.0
    low, high = steady["demand"].low, steady["posts"].high
    assert low is not None
    assert high is not None
    assert low[0] <= 0.5 <= low[1]
    assert high[0] <= 0.6 <= high[1]
    assert again.density[0] <= again.density[1] <= again.density[2]


def test_boxes_measured_where_they_were_found_are_the_same() -> None:
    """Also the box that was refused; and measures elsewhere are those of the worlds there."""
    x, y = planted(600, "measured")
    found = discover(x, y, NAMES, 1, QUICK)
    columns = dict(zip(NAMES, x.T, strict=True))
    by_chance = (drawn(600, 1, "by chance")[:, 0] < 0.3).astype(float)
    nothing = discover(
        x, by_chance, NAMES, 1, replace(QUICK, level=0.999, luck=0.01)
    )  # of 19 shuffles none can say so much
    assert found.boxes
    assert nothing.refused
    assert measure(found, columns, y) == found
    assert measure(nothing, columns, by_chance) == nothing
    other, fails = planted(5000, "elsewhere")
    again = measure(found, dict(zip(NAMES, other.T, strict=True)), fails)
    kept = [within(box, other, NAMES) for box in again.boxes]
    assert again.worlds == 5000
    assert again.base == fails.mean()
    assert again.boxes[0].density == pytest.approx(fails[kept[0]].mean())
    assert again.boxes[0].coverage == pytest.approx(fails[kept[0]].sum() / fails.sum())
    assert again.density == pytest.approx(fails[np.logical_or.reduce(kept)].mean())
    assert [box.limits for box in again.boxes] == [box.limits for box in found.boxes]


def test_whoever_ends_it_is_asked_before_every_search() -> None:
    """In searches of shuffled failures and of worlds drawn anew too: each takes a while where there are many worlds."""
    x, y = planted(400, "ended")
    asked = replace(QUICK, resamples=10)
    times = []
    discover(x, y, NAMES, 1, asked, lambda: times.append(1))
    assert len(times) >= 1 + asked.shuffles + asked.resamples

    def end() -> None:
        times.pop()
        if not times:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        discover(x, y, NAMES, 1, asked, end)


@pytest.mark.parametrize(("worlds", "failing", "without"), [(87, 67, 0.36), (20, 1, 0.05), (5, 5, 0.9), (300, 90, 0.3)])
def test_quasi_p_is_the_binomial_tail(worlds: int, failing: int, without: float) -> None:
    assert quasi_p(worlds, failing, without) == pytest.approx(stats.binom.sf(failing - 1, worlds, without), rel=1e-10)


def test_nothing_is_found_where_all_or_none_fail() -> None:
    x = drawn(100, 3, "all")
    for share in (0.0, 1.0):
        found = discover(x, np.full(100, share), ["a", "b", "c"], 1)
        assert (found.base, found.boxes, found.refused) == (share, (), None)


def test_an_input_that_never_changes_is_never_limited() -> None:
    x, y = planted(400, "still")
    x[:, 2] = 1.0
    assert all("prices" not in box for box in told(discover(x, y, NAMES, 1, QUICK)))
    assert not discover(np.ones((50, 1)), y[:50], ["still"], 1, QUICK).boxes


@pytest.mark.parametrize(
    ("x", "y", "names", "says"),
    [
        (np.ones((3, 2)), np.ones(2), ["a", "b"], "for each input"),
        (np.ones((3, 2)), np.ones(3), ["a"], "for each input"),
        (np.ones((3, 2)), np.ones(3), ["a", "a"], "same name"),
        (np.full((3, 1), np.nan), np.ones(3), ["a"], "missing"),
        (np.ones((3, 1)), np.full(3, 2.0), ["a"], "between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_refused(x: Floats, y: Floats, names: list[str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        discover(x, y, names, 1)


def test_what_nobody_can_ask_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Asked(density=1.2)
    with pytest.raises(ValueError, match="at least one limit"):
        Asked(limits=0)


PUBLISHED = {
    "total_biomass": (None, 755.8),
    "demand_elasticity": (-0.422, None),
    "biomass_backstop_price": (150.05, None),
    "cellulosic_cost": (72.65, None),
}
"""The box of 4 limits shown in the documentation of EMAworkbench for these data (peel 0.1), after Bryant & Lempert (2010)."""
PUBLISHED_P = {
    "total_biomass": 4.716968553178765e-06,
    "demand_elasticity": 1.1849299115762218e-16,
    "biomass_backstop_price": 3.515112530263049e-11,
    "cellulosic_cost": 0.15741333528927348,
}


def cases(folder: Path) -> tuple[list[str], Floats, Floats]:
    with (folder / "validation" / "sensitivity" / "prim_bryant_lempert_data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = [n for n in rows[0] if n not in {"case", "of_interest"}]
    x = np.array([[float(row[n]) for n in names] for row in rows])
    return names, x, np.array([float(row["of_interest"]) for row in rows])


@pytest.mark.large
def test_the_882_cases_of_bryant_and_lempert(data_folder: Path) -> None:
    """At most 4 limits, coverage and density each at least 0.70, on the inputs of the published box that are sure.

    The published box has coverage 0.753 and density 0.770; its fourth limit has a quasi-p-value of 0.16, and without it
    coverage is 0.764, density 0.716 and no second box is found.
    """
    names, x, y = cases(data_folder)
    found = discover(x, y, names, 1)
    box = found.boxes[0]
    assert len(box.limits) <= 4
    assert box.coverage >= 0.70
    assert box.density >= 0.70
    assert {limit.name for limit in box.limits} == {n for n, p in PUBLISHED_P.items() if p < 0.05}
    assert len(found.boxes) == 1
    assert box.again is not None
    assert {steady.name for steady in box.again.inputs[:3]} == {limit.name for limit in box.limits}
    assert min(steady.share for steady in box.again.inputs[:3]) >= 0.9
    for limit in box.limits:  # the published ends lie close by, on the scale of the input
        spread = np.ptp(x[:, names.index(limit.name)])
        for ours, theirs in zip((limit.low, limit.high), PUBLISHED[limit.name], strict=True):
            assert (ours is None) == (theirs is None)
            assert ours is None or theirs is None or abs(ours - theirs) < 0.05 * spread


@pytest.mark.large
def test_the_published_box_has_the_published_quasi_p_values(data_folder: Path) -> None:
    names, x, y = cases(data_folder)
    each = {}
    for name, (low, high) in PUBLISHED.items():
        column = x[:, names.index(name)]
        each[name] = column >= low if low is not None else column <= high
    inside = np.logical_and.reduce(list(each.values()))
    assert (inside.sum(), y[inside].sum()) == (87, 67)
    for name, published in PUBLISHED_P.items():
        without = np.logical_and.reduce([kept for other, kept in each.items() if other != name])
        assert quasi_p(inside.sum(), y[inside].sum(), y[without].mean()) == pytest.approx(published, rel=1e-9)


def test_the_made_up_twin_of_the_published_cases() -> None:
    """As many worlds and inputs, three limits, one failure in ten: the same box of at most 4 limits at 0.70 each."""
    x = drawn(882, 9, "twin")
    names = [f"input {i}" for i in range(9)]
    inside = (x[:, 1] < 0.55) & (x[:, 5] > 0.6) & (x[:, 8] > 0.5)
    y = (drawn(882, 1, "twin fails")[:, 0] < np.where(inside, 0.85, 0.02)).astype(float)
    box = discover(x, y, names, 1, replace(QUICK, resamples=20)).boxes[0]
    assert {limit.name for limit in box.limits} == {"input 1", "input 5", "input 8"}
    assert box.coverage >= 0.70
    assert box.density >= 0.70
