"""The first break: by month among hard promises, ties, and the year that is outlined."""

from __future__ import annotations

from fixtures.outcomes import outcomes, promise
from placeplan.stress.grid.first_break import broken_by, first_breaks, margin_by
from placeplan.stress.runs.kept import NEVER, keep_all

A, B = ("position", "A"), ("position", "B")


def _breaks(a: list[list[float]], b: list[list[float]], *, hard: bool = True):
    promises = [promise("a", organisation="A"), promise("b", organisation="B", hard=hard)]
    kept = keep_all(promises, outcomes({A: a, B: b}), "2016/17")
    return kept, first_breaks(kept)


def test_the_commonest_first_break_is_outlined_with_its_share_and_the_next() -> None:
    _, found = _breaks([[1, 1, 1], [1, 1, -1], [1, 1, -1], [1, 1, 1]], [[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, -1, 1]])
    assert [(b.promise, b.year, b.futures.tolist()) for b in found.ranking] == [
        ("a", "2018/19", [1, 2]),
        ("b", "2017/18", [3]),
    ]
    assert found.ranking[0].share == 2 / 3
    assert found.breaking.tolist() == [1, 2, 3]
    assert [b.promise for b in found.outlined] == ["a"]


def test_a_later_break_in_the_same_future_does_not_come_first() -> None:
    _, found = _breaks([[-1, 1, 1]], [[1, -1, 1]])
    assert [b.promise for b in found.ranking] == ["a"]


def test_two_first_breaks_in_a_month_are_both_outlined_and_the_more_frequent_is_named() -> None:
    a, b = [[1, -1, 1], [1, 1, 1]], [[1, -1, 1], [1, 1, 1]]
    _, found = _breaks(a, b)
    assert [x.promise for x in found.outlined] == ["a", "b"]
    _, found = _breaks([[1, -1, 1], [1, -1, 1], [1, 1, 1]], [[1, -1, 1], [1, -1, 1], [1, 1, -1]])
    assert found.ranking[0].promise == "b", "b breaks in more futures"


def test_aims_do_not_come_first_and_nothing_broken_has_no_first_break() -> None:
    _, found = _breaks([[1, 1, 1]], [[-1, -1, -1]], hard=False)
    assert found.ranking == ()
    assert found.outlined == ()
    assert found.month.tolist() == [NEVER]


def test_the_event_whose_cause_is_sought_ends_with_its_year() -> None:
    kept, _ = _breaks([[1, 1, -1], [1, -1, 1]], [[1, 1, 1], [1, 1, 1]])
    assert broken_by(kept[0], "2017/18").tolist() == [0, 1]
    assert margin_by(kept[0], "2017/18").tolist() == [1, -1]


def test_order_of_promises_changes_nothing() -> None:
    values = outcomes({A: [[1, -1, 1]], B: [[1, -1, 1]]})
    promises = [promise("a", organisation="A"), promise("b", organisation="B")]
    one, other = (first_breaks(keep_all(p, values, "2016/17")) for p in (promises, promises[::-1]))
    assert [b.promise for b in one.ranking] == [b.promise for b in other.ranking]
