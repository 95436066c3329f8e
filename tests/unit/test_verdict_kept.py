"""Which futures keep a promise: exact small cases, ties at the bound, years that are not due, months."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.outcomes import outcomes, promise
from placeplan.stress.runs.kept import NEVER, all_hard, keep, keep_all

MONEY = ("position", "system")


def test_every_year_judges_each_year_from_the_first_judged() -> None:
    found = keep(promise(), outcomes({MONEY: [[-9, 1, 1], [1, 1, -1], [1, 1, 1]]}), "2017/18")
    assert found.years == ("2017/18", "2018/19")
    assert found.by_year.tolist() == [[1, 1], [1, 0], [1, 1]]
    assert found.whole.tolist() == [1, 0, 1]
    assert found.margin.tolist() == [1, -1, 1]
    assert found.months.tolist() == [NEVER, 35, NEVER], "a yearly promise breaks in March"


def test_a_figure_at_its_bound_is_kept_and_a_rounding_error_below_it_too() -> None:
    found = keep(
        promise(at_least=5e6), outcomes({MONEY: [[0, 5e6, 5e6], [0, 5e6 - 1e-4, 5e6], [0, 5e6 - 1, 5e6]]}), "2017/18"
    )
    assert found.whole.tolist() == [1, 1, 0]


def test_both_bounds_hold() -> None:
    found = keep(promise(at_least=1, at_most=3), outcomes({MONEY: [[0, 1, 3], [0, 2, 4], [0, 0, 2]]}), "2017/18")
    assert found.whole.tolist() == [1, 0, 0]


def test_end_is_due_in_the_last_year_alone() -> None:
    found = keep(promise(statistic="end"), outcomes({MONEY: [[-1, -1, 1], [1, 1, -1]]}), "2016/17")
    assert found.whole.tolist() == [1, 0]
    assert np.isnan(found.by_year[:, :2]).all()
    assert found.by_year[:, 2].tolist() == [1, 0]
    assert found.months.tolist() == [NEVER, 35]


def test_worst_is_every_single_month() -> None:
    months = np.zeros((2, 36))
    months[1, 14] = -1  # June of the second year
    found = keep(promise(statistic="worst"), outcomes({MONEY: months}), "2016/17")
    assert found.by_year.tolist() == [[1, 1, 1], [1, 0, 1]]
    assert found.months.tolist() == [NEVER, 14]


def test_a_bound_a_year_is_due_in_its_years_and_due_from_counts() -> None:
    values = outcomes({MONEY: [[-5, -5, -5]]})
    by_year = keep(promise(at_least={"2016/17": -9.0, "2018/19": -1.0}), values, "2016/17")
    assert by_year.by_year[0, [0, 2]].tolist() == [1, 0]
    assert np.isnan(by_year.by_year[0, 1])
    later = keep(promise(due_from="2018/19"), values, "2016/17")
    assert np.isnan(later.by_year[0, :2]).all()
    assert later.whole.tolist() == [0]


def test_a_promise_that_is_never_due_is_neither_kept_nor_broken() -> None:
    found = keep(promise(due_from="2030/31"), outcomes({MONEY: [[-5, -5, -5]]}), "2016/17")
    assert found.known
    assert not found.due
    assert np.isnan(found.whole).all()
    assert all_hard([found], 1).tolist() == [1]


@pytest.mark.parametrize("change", [{"outcome": "vacancies"}, {"entity": "RBD"}])
def test_what_cannot_be_computed_is_never_counted_as_kept(change: dict[str, str]) -> None:
    found = keep(promise(**change), outcomes({MONEY: [[1, 1, 1]]}), "2016/17")
    assert not found.known
    assert np.isnan(found.whole).all()
    assert np.isnan(found.margin).all()


def test_a_missing_figure_is_no_data() -> None:
    assert not keep(promise(), outcomes({MONEY: [[1, np.nan, 1]]}), "2016/17").known


def test_all_hard_leaves_aims_out() -> None:
    values = outcomes({MONEY: [[1, 1, 1], [1, 1, -1]], ("income", "system"): [[-1, -1, -1], [-1, -1, -1]]})
    found = keep_all([promise(), promise("aim", outcome="income", hard=False)], values, "2016/17")
    assert all_hard(found, 2).tolist() == [1, 0]
