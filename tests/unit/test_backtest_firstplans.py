"""The worked places against what happened: arithmetic by hand on made-up figures; the committed rows on the real ones."""

from __future__ import annotations

import csv
import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.backtest import scripts_of
from fixtures.outcomes import outcomes


@pytest.fixture(scope="module")
def scripts(root: Path) -> Iterator[Any]:
    with scripts_of(root) as found:
        yield found


class Made:
    """What was seen of two trusts, made up."""

    def __init__(self, **series: dict[str, dict[int, float]]) -> None:
        self.series = series

    def years(self, series: str, trust: str) -> dict[int, float]:
        return self.series.get(series, {}).get(trust, {})


def monthly(*years: float) -> list[float]:
    """Twelve equal months of each year."""
    return [y for y in years for _ in range(12)]


def found(scripts: Any, seen: Made, run: Any, *trusts: str) -> dict[tuple[str, int], Any]:
    return {(r.series, r.year): r for r in scripts("firstplans").rows("Made up", trusts, seen, run)}


def test_growth_is_of_trusts_together_since_the_base_year(scripts: Any) -> None:
    """Two trusts grow by 10 and 30 %: weighed by their size. A trust without a year is left out of that year, on both sides."""
    seen = Made(admissions={"NA1": {2016: 100.0, 2017: 110.0, 2018: 120.0}, "NA2": {2016: 300.0, 2017: 390.0}})
    run = outcomes({
        ("activity", "NA1/emergency_admission"): [monthly(10, 12, 13)], ("activity", "NA1/day_case"): [monthly(10, 12, 13)],
        ("activity", "NA2/emergency_admission"): [monthly(60, 60, 60)],
    })  # fmt: skip
    rows = found(scripts, seen, run, "NA1", "NA2")
    assert (rows["admissions", 2017].seen, rows["admissions", 2017].middle) == pytest.approx((0.25, 84 / 80 - 1))
    assert (rows["admissions", 2018].seen, rows["admissions", 2018].middle) == pytest.approx((0.2, 0.3))


def test_doors_of_trusts_are_told_together(scripts: Any) -> None:
    """A door that moves from one trust to another is no growth."""
    seen = Made(attendances={"NA1": {2016: 100.0, 2017: 160.0}, "NA2": {2016: 60.0}})
    run = outcomes({("activity", "NA1/ae_type1"): [monthly(8, 9, 9)], ("activity", "NA2/ae_other"): [monthly(2, 2, 2)]})
    assert found(scripts, seen, run, "NA1", "NA2")["attendances", 2017].seen == pytest.approx(0.0)
    assert found(scripts, seen, run, "NA1", "NA2")["attendances", 2017].middle == pytest.approx(0.1)


def test_lists_grow_from_where_the_plan_begins(scripts: Any) -> None:
    """Since March before the base year, at each year's end; shares are weighed by the lists."""
    seen = Made(
        list={"NA1": {2015: 100.0, 2017: 130.0}, "NA2": {2015: 300.0, 2017: 300.0}},
        within_18={"NA1": {2017: 100.0}, "NA2": {2017: 290.0}},
    )
    run = outcomes({
        ("list", "NA1"): [monthly(110, 120, 130)], ("list", "NA2"): [monthly(300, 360, 360)],
        ("within_18", "NA1"): [monthly(0.9, 0.9, 0.9)], ("within_18", "NA2"): [monthly(1.0, 0.8, 0.8)],
    })  # fmt: skip
    rows = found(scripts, seen, run, "NA1", "NA2")
    assert (rows["list", 2017].seen, rows["list", 2017].middle) == pytest.approx((30 / 400, 80 / 400))
    assert (rows["within_18", 2017].seen, rows["within_18", 2017].middle) == pytest.approx(
        (390 / 430, (108 + 288) / 480)
    )
    assert ("list", 2018) not in rows


def test_money_is_over_the_base_years_income(scripts: Any) -> None:
    seen = Made(position={"NA1": {2017: -5.0}}, income={"NA1": {2016: 100.0}})
    run = outcomes({("position", "NA1"): [monthly(-1 / 12, v / 12, 0.0) for v in (-2.0, -4.0, -6.0)]})
    row = found(scripts, seen, run, "NA1")["position", 2017]
    assert (row.seen, row.middle) == pytest.approx((-0.05, -0.04))
    assert row.low == pytest.approx(-0.056)


def test_worked_numbers_hold(scripts: Any) -> None:
    assert doctest.testmod(scripts("tables")).failed == 0


@pytest.mark.large
def test_the_committed_rows_of_one_place_come_out_again(scripts: Any, root: Path, data_folder: Path) -> None:
    """Lincolnshire, from its shipped plan and the published series; and its list of 2018/19 lies inside the fan."""
    place, first = "Lincolnshire", scripts("firstplans")
    settings = scripts("cases").settings_of(root / "examples" / "backtest")
    run = first.simulated(root / "examples" / first.PLANS[place])
    made = list(first.rows(place, settings["places"][place]["trusts"], first.Seen(data_folder, settings), run))
    with (root / "examples" / "backtest" / "firstplans.csv").open(encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if row["place"] == place]
    assert [(r.series, str(r.year)) for r in made] == [(k["series"], k["year"]) for k in known]
    for r, k in zip(made, known, strict=True):
        np.testing.assert_allclose(
            [r.seen, r.low, r.middle, r.high], [float(k[n]) for n in ("seen", "p10", "p50", "p90")], atol=6e-5
        )
    of = next(r for r in made if (r.series, r.year) == ("list", 2018))
    assert of.low <= of.seen <= of.high
