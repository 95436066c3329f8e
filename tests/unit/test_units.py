"""Units and prices."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from placeplan.core.units import KNOWN_UNITS, UnitError, check_unit, in_prices_of, is_share


@pytest.mark.parametrize("unit", sorted(KNOWN_UNITS))
def test_known_units_stay(unit: str) -> None:
    assert check_unit(f" {unit} ") == unit


@pytest.mark.parametrize("unit", ["%", "percent a year", "£m", "£ million", "£000 a year"])
def test_scaled_units_are_refused(unit: str) -> None:
    with pytest.raises(UnitError, match="scaled"):
        check_unit(unit)


def test_an_unknown_unit_names_the_nearest() -> None:
    with pytest.raises(UnitError, match="'months'"):
        check_unit("monthes")
    with pytest.raises(UnitError, match=r"no unit that is known$"):
        check_unit("qqqq")


def test_shares() -> None:
    assert [u for u in KNOWN_UNITS if is_share(u)] == ["share", "share a year"]


def test_prices_go_there_and_back(root: Path) -> None:
    with (root / "src/placeplan/library/deflator.csv").open(encoding="utf-8") as file:
        index = {row["year"]: float(row["index"]) for row in csv.DictReader(file)}
    assert index["2016/17"] == 1
    for year in index:
        there = in_prices_of(100.0, "2016/17", year, index)
        assert in_prices_of(there, year, "2016/17", index) == pytest.approx(100.0)
    assert in_prices_of(100.0, "2015/16", "2016/17", index) == pytest.approx(101.98, abs=0.01)
    with pytest.raises(ValueError, match="no price index for 1999/00"):
        in_prices_of(1.0, "1999/00", "2016/17", index)
    with pytest.raises(ValueError, match="financial year"):
        in_prices_of(1.0, "2016/18", "2016/17", index)
