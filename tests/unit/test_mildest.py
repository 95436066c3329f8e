"""The mildest world that breaks something, on surfaces whose nearest point is known in closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import norm

from placeplan.explore.abreast import abreast
from placeplan.explore.mildest.breaking import ceiling, flat_beyond, importance
from placeplan.explore.mildest.search import find_mildest

Margin = Callable[[np.ndarray], np.ndarray]


def steady(inputs: int, step: int = 0) -> np.ndarray:
    """Numbers without a pattern, the same on any machine."""
    return np.sin(np.arange(1, inputs + 1) * (1.7 + step))


def turned(inputs: int) -> np.ndarray:
    """A rotation of the inputs, ``[input, input]``."""
    return np.linalg.qr(np.array([steady(inputs, i) for i in range(inputs)]))[0]


def flat(a: np.ndarray, b: float) -> Margin:
    """Breaks beyond a plane."""
    return lambda u: b - u @ a


def parabola(u: np.ndarray) -> np.ndarray:
    """Breaks where ``u₂ ≥ 4 − u₁²/2``: nearest at (±√6, 1), √7 away; straight up it is 4."""
    return 4.0 - 0.5 * u[:, 0] ** 2 - u[:, 1]


def two_sides(u: np.ndarray) -> np.ndarray:
    """Breaks beyond 3 along one input, or 3.5 along another."""
    return np.minimum(3.0 - u[:, 0], 3.5 - u[:, 1])


@pytest.mark.parametrize(("inputs", "budget"), [(1, 500), (2, 1000), (10, 2000), (60, 3000)])
def test_of_a_plane_the_nearest_point_is_its_foot(inputs: int, budget: int) -> None:
    """Hasofer and Lind (1974): of ``b − a·u`` the distance is b/‖a‖, at the point b a/‖a‖²."""
    a = steady(inputs)
    found = find_mildest(flat(a, 2.5 * float(np.linalg.norm(a))), inputs, budget=budget)
    assert found.beta == pytest.approx(2.5, abs=1e-3)
    assert found.points[0].world == pytest.approx(2.5 * a / np.linalg.norm(a), abs=5e-3)
    assert len(found.points) == 1
    assert found.points[0].margin <= 0, "the world told is one that breaks"
    assert importance(found.points[0].world) == pytest.approx(a**2 / (a @ a), abs=5e-3)


@pytest.mark.parametrize("inputs", [2, 10, 30])
def test_of_a_parabola_both_nearest_points_are_found_where_the_slope_leads_to_neither(inputs: int) -> None:
    """Straight up is a saddle of the distance: the margin's slope is along it, and every other point there is farther."""
    turn = turned(inputs)
    found = find_mildest(lambda u: parabola(u @ turn), inputs, budget=4000)
    places = sorted((p.world @ turn)[:2].round(1).tolist() for p in found.points)
    assert found.beta == pytest.approx(np.sqrt(7.0), rel=2e-3)
    assert places == [[pytest.approx(-(6**0.5), abs=0.15), pytest.approx(1, abs=0.35)], [pytest.approx(6**0.5, abs=0.15), pytest.approx(1, abs=0.35)]]  # fmt: skip


def test_both_design_points_of_a_published_example() -> None:
    """Der Kiureghian and Dakessian (1998), Struct Saf 20:37, example 1: ``5 − u₂ − (u₁ − 0.1)²/2``, β = 2.906 and 3.094."""
    found = find_mildest(lambda u: 5.0 - u[:, 1] - 0.5 * (u[:, 0] - 0.1) ** 2, 2)
    assert [p.beta for p in found.points] == pytest.approx([2.906, 3.094], abs=2e-3)
    assert found.points[0].world == pytest.approx([-2.741, 0.965], abs=0.03)
    assert found.points[1].world == pytest.approx([2.916, 1.036], abs=0.03)


@pytest.mark.parametrize("inputs", [2, 10, 30])
def test_two_regions_are_both_found_wherever_they_lie(inputs: int) -> None:
    turn = turned(inputs)
    found = find_mildest(lambda u: two_sides(u @ turn), inputs, budget=4000)
    assert [p.beta for p in found.points] == pytest.approx([3.0, 3.5], rel=2e-3)
    assert found.points[0].world == pytest.approx(3.0 * turn[:, 0], abs=0.05)
    assert found.points[1].world == pytest.approx(3.5 * turn[:, 1], abs=0.05)


def test_opposite_sides_are_both_found() -> None:
    found = find_mildest(lambda u: np.minimum(2.0 - u[:, 0], 3.0 + u[:, 0]), 8)
    assert [p.beta for p in found.points] == pytest.approx([2.0, 3.0], rel=2e-3)


def test_where_the_middle_breaks_the_distance_to_what_holds_is_negative() -> None:
    """The sign of β changes with the sign of the margin of the middle world, its size does not (model.md § 9)."""
    a = steady(6)
    broken, whole = (find_mildest(flat(a, s * float(np.linalg.norm(a))), 6) for s in (-1.5, 1.5))
    assert broken.beta == pytest.approx(-1.5, abs=2e-3)
    assert whole.beta == pytest.approx(1.5, abs=2e-3)
    assert broken.points[0].world == pytest.approx(-whole.points[0].world, abs=5e-3)
    assert broken.points[0].margin >= 0, "the world told is one that holds"
    assert broken.middle < 0 < whole.middle


def test_a_middle_world_without_room_is_the_nearest_itself() -> None:
    found = find_mildest(lambda u: -u[:, 0], 3)
    assert (found.beta, found.worlds) == (0.0, 1)


@pytest.mark.parametrize(
    "margin",
    [flat(steady(7), 20.0), lambda u: np.ones(len(u)), lambda u: 1.0 + u[:, 0] ** 2],
    ids=["far", "level", "bowl"],
)
def test_where_nothing_breaks_none_is_found_and_it_is_said_how_far_was_searched(margin: Margin) -> None:
    """Of 20 − a·u the plane is over 8 away, and the search goes 4 out."""
    found = find_mildest(margin, 7, radius=4.0)
    assert (found.beta, found.points, found.clear.radius) == (None, (), 4.0)
    assert found.clear.checked == 400
    assert found.clear.share == pytest.approx(ceiling(400))


def test_a_wider_search_finds_what_lies_farther_out() -> None:
    a = steady(7)
    found = find_mildest(flat(a, 20.0), 7, radius=12.0)
    assert found.beta == pytest.approx(20.0 / np.linalg.norm(a), rel=2e-3)


@pytest.mark.parametrize("inputs", [2, 20])
def test_a_rough_margin_moves_the_point_by_no_more_than_its_roughness(inputs: int) -> None:
    """Where the margin is rough by ±e and falls by 1 for each standard deviation, what breaks lies within e of the plane's foot."""

    def rough(u: np.ndarray) -> np.ndarray:
        return 2.0 - 0.6 * u[:, 0] - 0.8 * u[:, 1] + 0.05 * np.sin(1e4 * (u @ np.arange(1, inputs + 1)))

    found = find_mildest(rough, inputs, budget=3000)
    assert found.beta is not None
    assert 1.95 - 1e-9 <= found.beta <= 2.05
    assert found.points[0].world[:2] == pytest.approx([1.2, 1.6], abs=0.15)


def test_a_margin_that_jumps_is_followed_to_the_jump() -> None:
    """A promise may break all at once: the plane lies at 2."""
    found = find_mildest(lambda u: np.where(u @ turned(4)[0] > 2.0, -1.0, 1.0), 4, budget=3000)
    assert found.beta == pytest.approx(2.0, rel=0.01)
    assert found.beta >= 2.0


def test_turning_the_inputs_changes_nothing() -> None:
    """Independent standard normals look alike from all sides, so the distance is the same and the point turns with them."""
    turn = turned(5)

    def bowl(u: np.ndarray) -> np.ndarray:
        return 5.0 - np.exp(0.5 * u[:, 0]) - np.exp(0.4 * u[:, 1]) - 0.3 * u[:, 2]

    one, other = find_mildest(bowl, 5, budget=3000), find_mildest(lambda u: bowl(u @ turn), 5, budget=3000)
    assert one.beta == pytest.approx(other.beta, rel=1e-3)
    assert other.points[0].world @ turn == pytest.approx(one.points[0].world, abs=0.05)


def test_no_point_near_the_one_found_is_nearer() -> None:
    """Of points on the surface in all directions around it, by brute force, in two dimensions."""

    def bowl(u: np.ndarray) -> np.ndarray:
        return 3.0 - np.exp(0.5 * u[:, 0]) - 0.5 * u[:, 1] - 0.1 * u[:, 0] * u[:, 1]

    angle, far = np.meshgrid(np.linspace(0, 2 * np.pi, 1441), np.linspace(0, 4, 801))
    worlds = np.stack([(far * np.cos(angle)).ravel(), (far * np.sin(angle)).ravel()], axis=1)
    best = float(far.ravel()[bowl(worlds) <= 0].min())
    found = find_mildest(bowl, 2)
    assert found.beta == pytest.approx(best, abs=0.006)


@pytest.mark.parametrize("budget", [1, 2, 7, 50, 400])
@pytest.mark.parametrize("inputs", [1, 12])
def test_the_budget_is_kept_and_what_was_found_is_said_to_be_the_best_so_far(inputs: int, budget: int) -> None:
    asked = []

    def margin(u: np.ndarray) -> np.ndarray:
        asked.append(len(u))
        return two_sides(np.pad(u, ((0, 0), (0, 1))))

    found = find_mildest(margin, inputs, budget=budget)
    assert sum(asked) == found.worlds <= budget
    assert found.stopped or budget == 400
    assert found.beta is None or found.beta >= 3.0


def test_a_search_that_was_stopped_still_tells_the_nearest_world_that_broke() -> None:
    """All that were asked for and broke lie as far out as the point told, or farther."""
    seen: list[tuple[float, float]] = []

    def margin(u: np.ndarray) -> np.ndarray:
        m = 1.0 - u @ turned(12)[0]
        seen.extend(zip(np.linalg.norm(u, axis=1).tolist(), m.tolist(), strict=True))
        return m

    found = find_mildest(margin, 12, budget=120)
    assert found.stopped
    assert found.beta is not None
    assert found.beta <= min(far for far, m in seen if m <= 0) * 1.001


def test_a_direction_known_before_saves_worlds() -> None:
    a = steady(40)
    margin = flat(a, 2.0 * float(np.linalg.norm(a)))
    without, with_it = (find_mildest(margin, 40, budget=60, first=first) for first in (None, a[None]))
    assert with_it.beta == pytest.approx(2.0, abs=1e-3)
    assert without.beta is None or without.beta > 2.2


def test_the_same_seed_finds_the_same_and_another_the_same_but_for_its_check() -> None:
    one, again, other = (find_mildest(parabola, 2, seed) for seed in (1, 1, 2))
    assert [p.world.tolist() for p in one.points] == [p.world.tolist() for p in again.points]
    assert other.beta == pytest.approx(one.beta, rel=1e-3)


def test_the_share_that_may_break_is_rarely_too_low() -> None:
    """With 95 % confidence: a share of exactly the ceiling is missed by all k worlds in 1 of 20 checks."""
    for checked in (20, 59, 400):
        assert (1.0 - ceiling(checked)) ** checked == pytest.approx(0.05)
    assert ceiling(59) == pytest.approx(0.0495, abs=5e-4)  # the first k whose ceiling is below 5 %: Wilks (1941)


@pytest.mark.parametrize(("inputs", "share"), [(2, 0.1), (3, 0.02), (12, 0.01), (60, 0.05)])
def test_a_plane_at_the_distance_told_cuts_that_share_off_the_ball(inputs: int, share: float) -> None:
    """By hand in three dimensions, ``π h² (3 − h) / 3`` of 4π/3; by 200,000 worlds in all."""
    x = flat_beyond(share, inputs)
    if inputs == 3:
        h = 1.0 - x
        assert h * h * (3 - h) / 4 == pytest.approx(share)
    rng = np.random.Generator(np.random.PCG64(5))
    normal = rng.standard_normal((200_000, inputs))
    inside = normal[:, 0] / np.linalg.norm(normal, axis=1) * rng.random(200_000) ** (1 / inputs)
    assert (inside > x).mean() == pytest.approx(share, abs=4 * np.sqrt(share / 200_000))


def test_the_gap_is_kept_by_what_was_missed() -> None:
    """A search that is shown nothing but its check misses a flat side nearer than told in at most 1 of 20 seeds (here: 60)."""
    inputs, missed = 6, 0
    least = 3.0 * flat_beyond(ceiling(200), inputs)
    for seed in range(60):
        rng = np.random.Generator(np.random.PCG64(seed))
        normal = rng.standard_normal((200, inputs))
        ball = normal / np.linalg.norm(normal, axis=1)[:, None] * 3.0 * rng.random(200)[:, None] ** (1 / inputs)
        missed += bool((ball @ turned(inputs)[0] < least).all())
    assert missed <= norm_upper(60, 0.05)


def norm_upper(count: int, share: float) -> float:
    """So many of a count at most, but once in a thousand times."""
    return count * share + float(norm.ppf(0.999)) * float(np.sqrt(count * share * (1 - share)))


@pytest.mark.parametrize(
    "margin",
    [lambda u: np.full(len(u), np.nan), lambda u: u, lambda u: 1.0],
    ids=["no number", "too many", "one for all"],
)
def test_a_margin_that_is_no_number_for_each_world_is_refused(margin: Margin) -> None:
    with pytest.raises(ValueError, match="one number for each of 1 worlds"):
        find_mildest(margin, 2)


@pytest.mark.parametrize(("inputs", "budget"), [(0, 100), (3, 0)])
def test_a_search_of_nothing_is_refused(inputs: int, budget: int) -> None:
    with pytest.raises(ValueError, match="at least one input and one world"):
        find_mildest(parabola, inputs, budget=budget)


def test_searches_abreast_find_what_each_finds_alone_in_as_many_calls_as_the_longest() -> None:
    margins: list[Margin] = [parabola, two_sides, flat(steady(2), 1.0)]
    calls: list[list[int]] = [[], [], [], []]

    def counted(n: int) -> Margin:
        def margin(u: np.ndarray) -> np.ndarray:
            calls[n].append(len(u))
            return margins[n](u)

        return margin

    def every(asked: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
        calls[3].append(sum(map(len, asked.values())))
        return {n: margins[n](u) for n, u in asked.items()}

    alone = [find_mildest(counted(n), 2) for n in range(3)]
    together = abreast(every, [lambda margin: find_mildest(margin, 2)] * 3)
    assert [[p.world.tolist() for p in m.points] for m in together] == [
        [p.world.tolist() for p in m.points] for m in alone
    ]
    assert len(calls[3]) == max(map(len, calls[:3]))
    assert sum(calls[3]) == sum(sum(c) for c in calls[:3])


def test_where_one_of_several_searches_fails_all_stop_and_it_is_told() -> None:
    def fails(margin: Margin) -> None:
        raise ZeroDivisionError("made up")

    with pytest.raises(ZeroDivisionError, match="made up"):
        abreast(lambda asked: {n: parabola(u) for n, u in asked.items()}, [lambda m: find_mildest(m, 2), fails])
    with pytest.raises(KeyError):
        abreast(lambda asked: {}[0], [lambda m: find_mildest(m, 2)] * 2)
