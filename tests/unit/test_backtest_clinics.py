"""How far clinics followed need: the ratio is found again where it was planted, and the committed rows are those of the data."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.backtest import are_committed, scripts_of
from placeplan.plan.library import library

LEAVING = 0.36
"""Share of a list that leaves it in a year."""


@pytest.fixture(scope="module")
def scripts(root: Path) -> Iterator[Any]:
    """The scripts of the backtest by name."""
    with scripts_of(root) as found:
        yield found


def trust(follow: float, growth: float, steady: bool) -> tuple[dict[int, float], dict[int, float]]:
    """A made-up trust of five years by months: first visits given, and the list at each year's end.

    Need grows evenly or by fits and starts; capacity is ``1 + follow × (mean of the last twelve months − 1)``; in the first
    year it is need itself.
    """
    fits = np.ones(60) if steady else 1 + 0.04 * np.repeat([0, 1, -1, 0.5, 0], 12)
    need = 5000.0 * np.exp(growth / 12 * np.maximum(np.arange(60) - 5.5, 0)) * fits
    base = need[:12].mean()
    listed, given, lists = 9000.0, {}, {}
    for year in range(5):
        seen = 0.0
        for month in range(12 * year, 12 * year + 12):
            grown = need[month - 12 : month].mean() / base if month >= 12 else 1.0
            can = base * (1 + follow * (grown - 1)) if month >= 12 else need[month]
            listed += need[month] * (1 + 9000 * LEAVING / 12 / base) - can - LEAVING / 12 * listed
            seen += can
        given[2012 + year], lists[2012 + year] = seen, listed
    return given, lists


@pytest.mark.parametrize("follow", [0.7, 0.9, 1.0, 1.1])
@pytest.mark.parametrize("steady", [True, False])
def test_what_was_planted_is_found(scripts: Any, follow: float, steady: bool) -> None:
    """A clinic that follows by a known share, half a year behind: growth given over growth asked for is that share."""
    given, asked_for = scripts("clinics").growth(*trust(follow, 0.05, steady), LEAVING)
    assert given / asked_for == pytest.approx(follow, abs=0.02)


def test_worked_numbers_hold(scripts: Any) -> None:
    assert doctest.testmod(scripts("clinics")).failed == 0


@pytest.mark.large
def test_the_committed_rows_are_those_of_the_data(scripts: Any, root: Path, data_folder: Path) -> None:
    """The last rows of evidence.csv, worked out anew."""
    settings = scripts("cases").settings_of(root / "examples" / "backtest")
    data, _ = scripts("evidence").others(data_folder, settings)
    leaving = scripts("clinics").leaving_of({item.value.id: item.value for item in library().assumptions})
    are_committed(root, scripts("clinics").rows(data_folder, data, leaving))
