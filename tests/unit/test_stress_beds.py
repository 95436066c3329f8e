"""Beds: the chance of a night with more patients than beds, and the worst year."""

from __future__ import annotations

import pytest
from scipy.stats import poisson

from fixtures.outcomes import outcomes
from fixtures.stressed import POOL, of_beds, plan
from placeplan.stress.tests.beds import Beds, bearable, pools_of


@pytest.mark.parametrize("size", [5, 50, 500])
def test_a_pool_bears_what_poissons_law_says(size: int) -> None:
    """At that mean, more patients than beds come on just one night in twenty; small pools need a larger share free."""
    assert poisson.sf(size, bearable(size) * size) == pytest.approx(0.05)
    assert bearable(size) < bearable(2 * size)


def test_the_worst_year_counts_not_the_last() -> None:
    """95, 93 and 80 % in three years, the first of which does not count: 93 % fails."""
    made = outcomes(
        {("occupancy", POOL): [[0.95, 0.93, 0.80]] * 3, ("beds_open", POOL): [[100.0] * 3] * 3, ("days_over_100", POOL): [[0.3, 0.02, 0.0]] * 3}
    )  # fmt: skip
    (pool,) = pools_of(plan(), made)
    assert (pool.year, pool.occupancy[1], pool.short, pool.result) == ("2017/18", 0.93, 0.02, "fail")
    told = Beds().tell(plan(), ([pool], 3))
    assert told["sentence"].startswith(
        "Hillford Hospital, general beds: 93% full in 2017/18, more patients than beds on 2 of 100 nights."
    )


@pytest.mark.parametrize(("open_beds", "result"), [(400.0, "pass"), (310.0, "amber"), (285.0, "fail")])
def test_beds_in_a_run_are_as_full_as_the_base_year_says(open_beds: float, result: str) -> None:
    """270 of 400, 310 and 285 beds are 68, 87 and 95 % of them."""
    told = Beds().find(of_beds(open_beds))
    assert told.result == result
    assert told.figure == pytest.approx(270 / open_beds, rel=0.03)  # of one future, by chance
