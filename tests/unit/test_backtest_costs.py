"""How costs depart and income follows: what was planted is found again, and the committed rows are those of the data."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.backtest import are_committed, scripts_of
from placeplan.core import streams

TRUSTS, YEARS = 400, 9
Planted = tuple[dict[str, dict[int, float]], dict[str, dict[int, float]]]


@pytest.fixture(scope="module")
def scripts(root: Path) -> Iterator[Any]:
    """The scripts of the backtest by name."""
    with scripts_of(root) as found:
        yield found


def planted(sd: float, log_sd: float, share: float) -> Planted:
    """Cost and income of trusts by year: a country's growth, each trust's own steps that stay, and income that follows."""
    words = streams.words(
        streams.keys(5, "trusts", [str(n) for n in range(YEARS)]), np.arange(TRUSTS, dtype=np.uint64), 0
    )
    z = streams.normal(streams.halves(words)[0])
    own = sd * np.exp(log_sd * z[-1])
    cost, income = np.zeros(TRUSTS), np.zeros(TRUSTS)
    found: Planted = ({f"T{n}": {} for n in range(TRUSTS)}, {f"T{n}": {} for n in range(TRUSTS)})
    for year in range(YEARS):
        if year:
            cost = cost + own * z[year - 1]
            income = income + share * (cost - income)
        for of, departed in zip(found, (cost, income), strict=True):
            for n in range(TRUSTS):
                of[f"T{n}"][2010 + year] = 100.0 * (n + 1) * 1.03**year * float(np.exp(departed[n]))
    return found


@pytest.mark.parametrize("share", [0.3, 0.64, 0.9])
def test_the_share_that_was_planted_is_found(scripts: Any, share: float) -> None:
    costs, spreads = scripts("costs"), scripts("spreads")
    cost, income = planted(0.02, 0.0, share)
    slopes = {}
    for span in costs.SPANS:
        spent, got = costs.both(cost, income, span)
        a, b = (np.array(list(of.values())) for of in (spent, got))
        slopes[span] = float(a @ b / (a @ a))
    # What was unpaid when a span begins is caught up within it whatever comes: that blurs a slope and does not move it.
    assert costs.share_of(slopes) == pytest.approx(share, abs=0.03)
    assert spreads.own_spread([costs.both(cost, cost, 1)[0]], 8)[1] == pytest.approx(0.02, abs=0.001)


def test_how_much_trusts_differ_is_found(scripts: Any) -> None:
    costs, spreads = scripts("costs"), scripts("spreads")
    cost, _ = planted(0.02, 0.38, 0.64)
    count, median, log_sd = spreads.own_spread([costs.both(cost, cost, 1)[0]], 8)
    assert count > 0.98 * TRUSTS
    assert median == pytest.approx(0.02, abs=0.0015)
    assert log_sd == pytest.approx(0.38, abs=0.06)


def test_mergers_are_left_out(scripts: Any) -> None:
    """A trust whose cost doubles in one year, as it takes another over, has no change there."""
    cost, income = planted(0.02, 0.0, 0.6)
    for of in (cost, income):
        of["T7"] = {year: pounds * (2 if year >= 2014 else 1) for year, pounds in of["T7"].items()}
    assert ("T7", 2013) not in scripts("costs").both(cost, income, 1)[0]
    assert ("T7", 2014) in scripts("costs").both(cost, income, 1)[0]


@pytest.mark.parametrize("name", ["costs", "spreads"])
def test_worked_numbers_hold(scripts: Any, name: str) -> None:
    assert doctest.testmod(scripts(name)).failed == 0


@pytest.mark.large
def test_the_committed_rows_are_those_of_the_data(scripts: Any, root: Path, data_folder: Path) -> None:
    """The last rows of evidence.csv, worked out anew."""
    settings = scripts("cases").settings_of(root / "examples" / "backtest")
    data, _ = scripts("evidence").others(data_folder, settings)
    are_committed(root, scripts("costs").rows(data, settings))


@pytest.mark.large
def test_what_care_moves_of_cost_is_what_the_model_says(scripts: Any, root: Path, data_folder: Path) -> None:
    """The deviation that is taken off, run anew with the library of round 2."""
    settings = scripts("cases").settings_of(root / "examples" / "backtest", 2)
    costs = scripts("costs")
    assert costs.by_care(data_folder, settings) == pytest.approx(costs.CARE_SD, abs=0.0005)
