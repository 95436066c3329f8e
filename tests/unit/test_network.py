"""A network of activities: laws of the critical path method, and a small network worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from placeplan.core import streams
from placeplan.explore.network import Array, in_order, pass_through

WORLDS = 200
HAND = ((3, ()), (4, ()), (2, (0,)), (5, (0, 1)), (1, (2, 3)), (6, (1,)))
"""Six activities, by hand: A 3; B 4; C 2 after A; D 5 after A and B; E 1 after C and D; F 6 after B. Starts 0 0 3 4 9 4,
ends 3 4 5 9 10 10; latest starts 1 0 7 4 9 4."""


def uniform(name: str, rows: int, columns: int, seed: int) -> Array:
    """Uniform numbers, ``[row, column]``."""
    keys = streams.keys(seed, name, [str(i) for i in range(rows)])
    return streams.uniform(streams.words(keys, np.arange(columns, dtype=np.uint64), 0))


def drawn(count: int, seed: int = 1) -> Array:
    """Durations of some activities in many worlds, exponential with a mean of 5."""
    return -5.0 * np.log(uniform("durations", count, WORLDS, seed))


def random_before(count: int, seed: int) -> list[list[int]]:
    """A network without circles: each may wait for any of those listed after it."""
    u = uniform("before", count, count, seed)
    return [[m for m in range(n + 1, count) if u[n, m] < 0.3] for n in range(count)]


def test_in_series_durations_add_up() -> None:
    """One after the other: the end is the sum, and nothing has time to spare."""
    durations = drawn(5)
    found = pass_through(durations, [[], [0], [1], [2], [3]])
    assert found.end == pytest.approx(durations.sum(axis=0))
    assert found.criticality.tolist() == [1.0] * 5
    assert found.paths() == [((0, 1, 2, 3, 4), 1.0)]


def test_side_by_side_the_longest_counts() -> None:
    """Nothing before anything: the end is the maximum, and who is shorter may be late by the difference."""
    durations = drawn(5)
    found = pass_through(durations, [[] for _ in range(5)])
    assert found.end == pytest.approx(durations.max(axis=0))
    assert found.slack == pytest.approx(durations.max(axis=0) - durations)
    assert found.criticality.sum() == pytest.approx(1.0)


def test_a_network_worked_by_hand() -> None:
    found = pass_through(np.array([[float(d)] for d, _ in HAND]), [b for _, b in HAND])
    assert found.start[:, 0].tolist() == [0, 0, 3, 4, 9, 4]
    assert found.finish[:, 0].tolist() == [3, 4, 5, 9, 10, 10]
    assert found.slack[:, 0].tolist() == [1, 0, 4, 0, 0, 0]
    assert found.paths() == [((1, 3, 4), 1.0)]


@pytest.mark.parametrize("seed", range(8))
def test_time_to_spare_is_never_negative_and_what_has_none_holds_up_the_end(seed: int) -> None:
    """Total slack ≥ 0; later by its slack moves no end, later by more moves it by just that (any network, with ready dates)."""
    durations, before, ready = drawn(9, seed), random_before(9, seed), 20.0 * uniform("ready", 9, WORLDS, seed)
    found = pass_through(durations, before, ready)
    assert found.slack.min() >= -1e-9
    assert found.critical.any(axis=0).all()
    for n in range(9):
        late = durations.copy()
        late[n] += found.slack[n]
        assert pass_through(late, before, ready).end == pytest.approx(found.end)
        late[n] += 1.0
        assert pass_through(late, before, ready).end == pytest.approx(found.end + 1.0)


def test_equal_paths_side_by_side_are_alike_critical() -> None:
    """Two that are drawn alike, side by side, between one before and one after: critical half the time each; the others always."""
    durations = drawn(4, 3)
    durations = np.concatenate(
        [durations, durations[[0, 2, 1, 3]]], axis=1
    )  # each draw, and the same the other way round
    found = pass_through(durations, [[], [0], [0], [1, 2]])
    assert found.criticality == pytest.approx([1.0, 0.5, 0.5, 1.0])
    assert [share for _, share in found.paths()] == [0.5, 0.5]


def test_the_order_of_listing_changes_nothing() -> None:
    durations, before = drawn(7), random_before(7, 5)
    shuffled = np.array([3, 6, 0, 5, 1, 4, 2])
    place = np.argsort(shuffled)
    other = pass_through(durations[shuffled], [[int(place[m]) for m in before[n]] for n in shuffled])
    assert other.slack[place] == pytest.approx(pass_through(durations, before).slack)


def test_what_is_never_ready_is_never_done_nor_what_waits_for_it() -> None:
    """It holds up nobody else either: the end is that of those which are done."""
    ready = np.array([[0.0, 0.0], [np.inf, 0.0], [0.0, 0.0]])
    found = pass_through(np.array([[2.0, 2.0], [4.0, 4.0], [1.0, 1.0]]), [[], [], [1]], ready)
    assert found.end.tolist() == [2.0, 5.0]
    assert found.ends[:, 0].tolist() == [True, False, False]
    assert found.criticality.tolist() == [0.5, 0.5, 0.5]
    assert np.isnan(found.slack[1:, 0]).all()
    nothing = pass_through(np.ones((1, 1)), [[]], np.full((1, 1), np.inf))
    assert nothing.criticality.tolist() == [0.0]
    assert nothing.paths() == []


def test_who_waits_for_each_other_is_told() -> None:
    with pytest.raises(ValueError, match="wait for each other"):
        in_order([[1], [0]])
    with pytest.raises(ValueError, match="no time"):
        pass_through(np.array([[-1.0]]), [[]])
