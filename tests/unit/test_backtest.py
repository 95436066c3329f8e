"""Did history fall inside? The scores have known answers, the reader hands out nothing later, the tables are those of the results."""

from __future__ import annotations

import csv
import doctest
import importlib
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from fixtures import backtest_twin
from placeplan.core import streams
from placeplan.model.simulate import baseline_of

MODULES = ("scores", "published", "ageing", "donothing", "cases", "rivals", "histories", "forecast", "score", "tables")


@pytest.fixture(scope="module")
def bt(root: Path) -> Iterator[Any]:
    """The scripts of the backtest, imported from their folder."""
    folder = str(root / "examples" / "backtest")
    sys.path.insert(0, folder)
    try:
        yield SimpleNamespace(folder=Path(folder), **{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(folder)
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return backtest_twin.make(tmp_path_factory.mktemp("backtest"))


@pytest.fixture(scope="module")
def settings(bt: Any) -> dict[str, Any]:
    return backtest_twin.settings(bt.cases.settings_of(bt.folder))


def normal(bt: Any, count: int, mean: float = 0.0, sd: float = 1.0) -> np.ndarray[Any, Any]:
    """Evenly spaced quantiles of a normal distribution."""
    return np.asarray(bt.rivals.naive(mean, sd, 1, count))


@pytest.mark.parametrize("name", MODULES)
def test_worked_numbers_hold(bt: Any, name: str) -> None:
    assert doctest.testmod(getattr(bt, name), optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


@pytest.mark.parametrize(
    ("mean", "sd", "outcome"), [(0.0, 1.0, 0.0), (0.0, 1.0, 2.5), (3.0, 0.5, 1.0), (-1.0, 4.0, 2.0)]
)
def test_crps_of_many_futures_is_that_of_their_distribution(bt: Any, mean: float, sd: float, outcome: float) -> None:
    """Gneiting and Raftery 2007, equation 5: the closed form of a normal distribution."""
    found = bt.scores.crps(normal(bt, 20_000, mean, sd), outcome)
    assert found == pytest.approx(bt.scores.crps_of_normal(mean, sd, outcome), abs=1e-3 * sd)


def test_crps_is_mean_distance_less_half_the_mean_distance_of_two(bt: Any) -> None:
    """The definition, in n² steps: E|X − y| − E|X − X'| / 2."""
    fan = np.array([3.0, -1.0, 4.0, 1.0, 5.0, -9.0, 2.0])
    slow = np.abs(fan - 1.5).mean() - np.abs(fan[:, None] - fan[None, :]).mean() / 2
    assert bt.scores.crps(fan, 1.5) == pytest.approx(slow, abs=1e-12)


def test_right_fans_have_even_pits_and_their_own_coverage(bt: Any) -> None:
    """Outcomes drawn evenly from the forecast's own distribution; the least favourable placing inside its cells is half of one."""
    fan, outcomes = normal(bt, 1000), normal(bt, 400)
    pits = np.array([bt.scores.pit(fan, y) for y in outcomes])
    assert np.abs(np.sort(pits) - (np.arange(400) + 0.5) / 400).max() < 2e-3
    for level in (0.5, 0.8, 0.95):
        assert np.mean([bt.scores.inside(fan, y, level) for y in outcomes]) == pytest.approx(level, abs=0.003)


@pytest.mark.parametrize(("wrong", "sd"), [(0.0, 3.0), (0.0, 0.3), (1.0, 1.0)])
def test_narrow_wide_and_shifted_fans_are_told_from_right_ones(bt: Any, wrong: float, sd: float) -> None:
    fan, outcomes = normal(bt, 1000), normal(bt, 400, wrong, sd)
    pits = [bt.scores.pit(fan, y) for y in outcomes]
    assert bt.scores.uniform_p(pits, [str(n % 20) for n in range(400)]) < 1e-6


def test_the_test_of_pits_refuses_one_right_fan_in_twenty_although_errors_hang_together(bt: Any) -> None:
    """300 histories of 13 trusts with ten right forecasts each, whose normal scores share half of their variance.

    At the level of 5 % the test refuses about 5 % of them; taken as 130 independent forecasts it would be far more.
    """
    words = streams.words(streams.keys(1, "pits", [str(n) for n in range(143)]), np.arange(300, dtype=np.uint64), 0)
    z = streams.normal(streams.halves(words)[0])
    mixed = np.sqrt(0.5) * np.repeat(z[:13], 10, axis=0) + np.sqrt(0.5) * z[13:]
    u = norm.cdf(mixed).T
    trusts, alone = [str(n // 10) for n in range(130)], [str(n) for n in range(130)]
    assert 0.02 <= np.mean([bt.scores.uniform_p(own, trusts) < 0.05 for own in u]) <= 0.09
    assert np.mean([bt.scores.uniform_p(own, alone) < 0.05 for own in u]) > 0.25


def test_blocks_widen_the_interval_of_coverage(bt: Any) -> None:
    """Ten trusts with ten years each, all inside or all outside: the interval is that of ten draws, not of a hundred."""
    hits = np.repeat([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0], 10)
    blocked = bt.scores.between(hits, np.ones(100), [str(n // 10) for n in range(100)])
    loose = bt.scores.between(hits, np.ones(100), [str(n) for n in range(100)])
    assert blocked[1] - blocked[0] > 2.5 * (loose[1] - loose[0])
    assert loose == pytest.approx((0.72, 0.88), abs=0.015)  # binomial, 100 draws of 0.8


def test_the_reader_hands_out_nothing_after_the_origin(bt: Any, twin: Path, settings: dict[str, Any]) -> None:
    data = bt.published.Published(twin, 2013, settings)
    for series in {*bt.published.QUERIES, *settings["series"]} - {"ae_type2"}:
        assert max(data.years(series, "NA2")) == 2013, series
        with pytest.raises(bt.published.LaterThanOriginError):
            data.year(series, "NA2", 2014)
    assert max(year for _, year, _, _ in data.people) == 2013
    assert data.newest == data.last == "2014-03"


def test_a_later_row_is_refused_even_if_a_query_lets_it_through(bt: Any, twin: Path, settings: dict[str, Any]) -> None:
    data = bt.published.Published(twin, 2013, settings)
    data.connection = SimpleNamespace(execute=lambda _: SimpleNamespace(fetchall=lambda: [("NA2", "2014-04", 1.0)]))
    with pytest.raises(bt.published.LaterThanOriginError, match="2014-04 lies after 2014-03"):
        data.raw("income")


def test_a_trust_that_was_taken_over_is_followed_with_the_other_throughout(bt: Any, twin: Path, settings: dict[str, Any]) -> None:  # fmt: skip
    """Sizes 3 and 1 before, 4 after: no step but the growth of 2 % a year and the season's sine."""
    data = bt.published.Published(twin, 2016, settings)
    years = data.years("emergency_admission", "NA1")
    assert sorted(years) == list(range(2010, 2017))
    assert all(years[y + 1] / years[y] == pytest.approx(1.02, abs=0.01) for y in range(2010, 2016))
    assert all(a / b == pytest.approx(4.0, rel=1e-6) for a, b in zip(years.values(), data.years("emergency_admission", "NA2").values(), strict=True))  # fmt: skip


def test_a_year_with_a_gap_is_no_year(bt: Any, twin: Path, settings: dict[str, Any]) -> None:
    data = bt.published.Published(twin, 2016, settings)
    data.raw("emergency_admission")["NA2"].pop("2012-08")
    data.raw("occupied")["NA2"].pop("2013-12")
    assert 2012 not in data.years("emergency_admission", "NA2")
    assert 2013 not in data.years("occupancy", "NA2")


def test_people_come_out_of_the_projection_as_their_rates_say(bt: Any, twin: Path, settings: dict[str, Any]) -> None:
    """The twin's people grow by 2 % a year at every age: the projection from their own rates goes on so."""
    data = bt.published.Published(twin, 2013, settings)
    plan = bt.donothing.plan_of("Northbrook", data, settings)
    people = baseline_of(plan, 48).people.sum(axis=(1, 2, 3))
    assert people[39] / people[3] == pytest.approx(1.02**3, abs=0.004)


@pytest.mark.large
def test_nonsense_after_the_origin_changes_no_forecast(
    bt: Any, twin: Path, settings: dict[str, Any], tmp_path: Path
) -> None:
    """Every figure after March 2014 is another one; the forecasts from 2013/14 have the same bits."""
    other = backtest_twin.make(tmp_path, nonsense_after=2013)
    short = settings | {"rivals": {"ets": {"least": 10**6}}, "futures": 12}
    data = [bt.published.Published(folder, 2013, settings) for folder in (twin, other)]
    first, second = (bt.forecast.forecasts("Northbrook", d, short) for d in data)
    assert {c.series for c in first} == set(settings["series"])
    assert first.keys() == second.keys()
    for case, fans in first.items():
        assert fans.keys() == second[case].keys() >= ({"model", "naive"} if case.trust != "all" else {"model"})
        assert all(np.array_equal(fan, second[case][name]) for name, fan in fans.items()), case
    for series in ("income", "occupancy"):
        own = [c for c in first if c.series == series]
        smooth = [list(bt.histories.rivals_of(series, own, d, settings)) for d in data]
        assert {who for _, who, _ in smooth[0]} >= {"ets"}
        for (case, _, fan), (_, _, again) in zip(*smooth, strict=True):
            assert np.array_equal(fan, again), case


def test_forecasts_are_scored_against_what_came(bt: Any, twin: Path, settings: dict[str, Any], tmp_path: Path) -> None:
    """Errors and scores worked out by hand from the futures and the file."""
    at, until = bt.published.Published(twin, 2013, settings), bt.published.Published(twin, 2016, settings)
    found = bt.forecast.forecasts("Northbrook", at, settings, ("consultants", "position"))
    bt.forecast.save(found, tmp_path / "a.npz")
    rows = {(r["series"], r["trust"]): r for r in bt.score.scored(bt.forecast.load(tmp_path / "a.npz"), at, until)}
    assert set(rows) == {(s, t) for s in ("consultants", "position") for t in ("NA1", "NA2", "all")}
    base, came = (until.years("consultants", "NA2")[y] for y in (2013, 2014))
    fan = found[bt.cases.Case("consultants", "Northbrook", "NA2", 2013, 1)]["model"].astype(np.float32).astype(float)
    row = rows["consultants", "NA2"]
    assert row["error"] == pytest.approx((came - float(np.median(fan))) / base)
    assert row["model"] == pytest.approx(bt.scores.crps(fan, came) / base)
    assert row["in95"] == int(np.quantile(fan, 0.025) <= came <= np.quantile(fan, 0.975))
    income = until.years("income", "NA2")[2013]
    money = found[bt.cases.Case("position", "Northbrook", "NA2", 2013, 1)]["model"]
    assert rows["position", "NA2"]["error"] == pytest.approx(until.years("position", "NA2")[2014] / income - float(np.median(money)), abs=1e-6)  # fmt: skip


def test_results_are_those_of_the_committed_cases(bt: Any) -> None:
    """Coverage, intervals, tests and skill come out of the rows of cases.csv as they stand."""
    for folder in sorted((bt.folder / "rounds").iterdir()):
        rows = bt.tables.read(folder / "cases.csv")
        known = {(r["series"], r["of"], r["horizon"]): r for r in bt.tables.read(folder / "results.csv")}
        found = list(bt.score.results(rows))
        assert {(r["series"], r["of"], str(r["horizon"])) for r in found} == {k for k in known if k[0] != "beds_open"}
        for row in found:
            kept = known[row["series"], row["of"], str(row["horizon"])]
            for name in (
                "in50",
                "in80",
                "in80_low",
                "in80_high",
                "in95",
                "error",
                "pit_p",
                "crps",
                "naive_skill",
                "ets_low",
            ):
                value = row.get(name, math.nan)
                assert (kept[name] == "") == math.isnan(value)
                assert kept[name] == "" or float(kept[name]) == pytest.approx(value, abs=1e-3, rel=1e-3)


def test_the_page_holds_the_tables_of_the_results(bt: Any, root: Path) -> None:
    page = (root / "docs" / "understand" / "validation.md").read_text(encoding="utf-8")
    assert bt.tables.filled(page) == page
    assert page.count("<!-- table:") >= 5


def test_forecasts_have_the_bits_that_were_digested_before_outcomes_were_opened(bt: Any) -> None:
    """Every place and origin was forecast in every round, and has one digest."""
    settings = bt.cases.settings_of(bt.folder)
    jobs = {(p, str(o)) for p in settings["places"] for o in bt.cases.origins(settings)}
    for number in settings["rounds"]:
        with (bt.folder / "rounds" / str(number) / "digests.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {(r["place"], r["origin"]) for r in rows} == jobs
        assert len({r["model_sha256"] for r in rows}) == len(jobs)


@pytest.mark.large
def test_the_committed_results_come_out_again(bt: Any, data_folder: Path) -> None:
    """Lincolnshire from 2014/15: the same forecasts by digest, in every round, and the same scores; nothing later was read."""
    for number in bt.cases.settings_of(bt.folder)["rounds"]:
        settings = bt.cases.settings_of(bt.folder, number)
        at = bt.published.Published(data_folder, 2014, settings)
        found = bt.forecast.forecasts("Lincolnshire", at, settings)
        assert at.newest == at.last == "2015-03"
        kept = bt.tables.read(bt.folder / "rounds" / str(number) / "digests.csv")
        digest = next(r for r in kept if (r["place"], r["origin"]) == ("Lincolnshire", "2014"))
        assert (digest["model_sha256"], int(digest["cases"])) == (bt.forecast.digest(found), len(found))
        until = bt.published.Published(data_folder, 2019, settings)
        scored = {(r["series"], r["trust"], str(r["horizon"])): r for r in bt.score.scored(found, at, until)}
        rows = [r for r in bt.tables.read(bt.folder / "rounds" / str(number) / "cases.csv") if (r["place"], r["origin"]) == ("Lincolnshire", "2014")]  # fmt: skip
        assert len(rows) == len(scored) > 20
        for row in rows:
            again = scored[row["series"], row["trust"], row["horizon"]]
            for name in ("pit", "error", "model", "naive"):
                assert float(row[name] or "nan") == pytest.approx(again.get(name, math.nan), abs=2e-3, nan_ok=True)
