"""The library: every figure has a source, every assumption that the model reads a default."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from placeplan.core import streams
from placeplan.core.tables import TABLES
from placeplan.core.tables.evidence import RECALLED
from placeplan.core.units import check_unit
from placeplan.futures.assumptions import AssumptionFile
from placeplan.futures.distributions import Elicited, Fixed, LogNormal
from placeplan.futures.sample import Futures, draw
from placeplan.plan.folder import read_draft
from placeplan.plan.library import library
from placeplan.plan.promises import Promise
from placeplan.plan.scenarios import ScenarioFile

LIBRARY = Path(__file__).resolve().parents[2] / "src" / "placeplan" / "library"
EXAMPLES = LIBRARY.parents[2] / "examples"
NAMED_BY_LINES = """growth.bought_elsewhere growth.prescribing growth.continuing_care growth.social_care_old
growth.social_care_adults growth.gain_returning prices.prescribing prices.negligence prices.council_funding"""
"""Assumptions that lines of money.csv name, as those of first plans do."""
READ = """
people.total people.old people.sigma_total people.sigma_old growth.other departure.sd departure.persistence
departure.common winter.emergency initiative.delay start.slip capital.secured capital.overrun capital.available
capital.charge stay.delay_share stay.delay_nights care.supply care.elasticity stay.short_share stay.short_nights
stay.elective_nights stay.trend arrivals.dispersion arrivals.weekend elective.slots beds.escalation
stay.deaths delay.deaths_low delay.deaths_high stay.pressure stay.pressure_from boarding.longer beds.daytime
beds.escalation_premium beds.cost prices.pay prices.nonpay prices.drugs prices.tariff prices.allocation prices.care prices.general
efficiency.background cip.delivered cip.in_progress cip.identified cip.opportunity initiative.peak winter.absence
staff.leave staff.leave.nurses staff.leave.doctors staff.leave.therapists staff.leave.support staff.leave.managers
staff.leave.ambulance staff.leave.gp staff.leave.care_workers staff.leave.volunteers staff.leave.carers staff.absence
staff.absence.ambulance staff.absence.doctors staff.absence.gp staff.absence.volunteers staff.absence.carers
staff.hire_months staff.entrants staff.return staff.give_up staff.cover staff.cap staff.agency_share staff.bank_premium
staff.agency_premium staff.join staff.redundancy_cost
list.removals list.urgent list.decided list.within_18 finance.interest
people.health_shift departure.areas departure.provider departure.cost departure.income shock.probability shock.size shock.months
need.unmet.q1 need.unmet.q2 need.unmet.q3 need.unmet.q4 need.unmet.q5
contacts.used contacts.gives_up contacts.follow spill.gp_to_ae spill.community_to_emergency
spill.mental_health_to_ae spill.mental_health_to_admission spill.outpatient_to_gp spill.diagnostic_to_emergency
spill.ae_to_gp spill.ambulance_to_ae
care.follow care.discharge_first care.fee_elasticity care.runs_out
"""
BANDS = [f"{a}-{a + 4}" for a in range(0, 90, 5)] + ["90+"]


def load(name: str) -> Any:
    return YAML(typ="safe", pure=True).load(LIBRARY / name)


def rows(table: str) -> list[Any]:
    cls, _ = TABLES[table]
    with (LIBRARY / f"{table}.csv").open(encoding="utf-8") as file:
        return [cls.model_validate({k: v for k, v in r.items() if v}) for r in csv.DictReader(file)]


FILES = [
    AssumptionFile.model_validate(load(f"assumptions/{p.name}"))
    for p in sorted((LIBRARY / "assumptions").glob("*.yaml"))
]
ASSUMPTIONS = [a for file in FILES for a in file.assumptions]
CORRELATIONS = [c for file in FILES for c in file.correlations]
BY_ID = {a.id: a for a in ASSUMPTIONS}
PODS = [p.id for p in rows("pods")]
SCENARIOS = {s.id: s for s in ScenarioFile.model_validate(load("scenarios.yaml")).scenarios}


def test_every_assumption_that_the_model_reads_has_a_default() -> None:
    assert len(BY_ID) == len(ASSUMPTIONS)
    assert set(BY_ID) == {*READ.split(), *(f"growth.{pod}" for pod in PODS), *NAMED_BY_LINES.split()}


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_defaults_are_marked_and_their_units_known(name: str) -> None:
    a = BY_ID[name]
    assert a.level == "default"
    assert check_unit(a.unit) == a.unit
    assert a.kind != "claim"
    assert ("judgement" not in a.source.lower()) or a.kind == "judgement"
    if a.unit == "share":
        values = a.distribution.quantile(np.array([1e-6, 1 - 1e-6]))
        assert 0 <= values[0] <= values[1] <= 1


def test_all_defaults_can_be_drawn_together() -> None:
    entities = {"initiative": ["a"], "pod": ["own"], "organisation": [], "area": [], "site": []}
    drawn = draw(ASSUMPTIONS, CORRELATIONS, (), Futures(count=50), entities)
    assert all(np.isfinite(v).all() for v in drawn.values())
    assert {"growth.other@own", "initiative.delay@a", "prices.pay"} <= set(drawn)


def spread_after(years: int, growth_sd: float) -> float:
    """Standard deviation of a place's demand against its trend: departure, an AR(1) from 0, and uncertain growth."""
    sd, persistence = (BY_ID[f"departure.{w}"].distribution for w in ("sd", "persistence"))
    assert isinstance(sd, Fixed)
    assert isinstance(persistence, Fixed)
    variance = sum((sd.value * persistence.value**k) ** 2 for k in range(years))
    return math.sqrt(variance + (years * growth_sd) ** 2)


def test_places_depart_from_their_trend_as_they_did() -> None:
    """33 footprints, 2016/17 to 2018/19: about 5.5 % after two years and 9 % after four put 60-80 % inside."""
    sds = {n: float(a.distribution.quantile((np.arange(20_000) + 0.5) / 20_000).std()) for n, a in BY_ID.items()}
    pods = ["ae_type1", "emergency_admission", "outpatient_first", "outpatient_followup"]
    planned = ["elective_admission", "day_case"]
    assert spread_after(2, sds["growth.ae_type1"]) == pytest.approx(0.055, abs=0.002)
    assert spread_after(4, sds["growth.ae_type1"]) == pytest.approx(0.09, abs=0.004)
    assert spread_after(2, sds["growth.other"]) == pytest.approx(0.055, abs=0.002)
    assert all(0.048 < spread_after(2, sds[f"growth.{pod}"]) < 0.060 for pod in pods)
    assert all(0.072 < spread_after(4, sds[f"growth.{pod}"]) < 0.100 for pod in pods)
    assert all(0.055 < spread_after(2, sds[f"growth.{pod}"]) < 0.065 for pod in planned)


def test_planned_care_as_a_whole_grows_as_experts_said_while_nights_become_days() -> None:
    """1.15 million planned admissions and 4.66 million day cases (122 trusts, 2012/13): together 1.35 % a year, -0.01 to 2.71."""
    nights, days = (BY_ID[f"growth.{pod}"].distribution.middle for pod in ("elective_admission", "day_case"))
    together = (1.155 * nights + 4.659 * days) / (1.155 + 4.659)
    assert -0.0001 < together < 0.0271
    assert nights < 0 < days


def test_a_trust_departs_from_its_place_as_trusts_elsewhere_did() -> None:
    """Own yearly deviation of 124 acute trusts, worked out beside the backtest; the curve is cut nowhere."""
    own = BY_ID["departure.provider"].distribution
    evidence = Path(__file__).resolve().parents[2] / "examples" / "backtest" / "evidence.csv"
    with evidence.open(encoding="utf-8", newline="") as file:
        found = {row["what"]: row for row in csv.DictReader(file)}
    assert isinstance(own, LogNormal)
    assert own.median == pytest.approx(
        float(found["own yearly deviation of a trust: median of a lognormal"]["p50"]), abs=0.0005
    )
    assert own.sd_log == pytest.approx(
        float(found["own yearly deviation of a trust: log standard deviation"]["p50"]), abs=0.005
    )
    cost, income = (BY_ID[f"departure.{what}"].distribution for what in ("cost", "income"))
    assert isinstance(cost, LogNormal)
    of_cost = "own yearly deviation of a trust's cost beyond what care moves"
    assert cost.median == pytest.approx(float(found[f"{of_cost}: median of a lognormal"]["p50"]), abs=0.0005)
    assert cost.sd_log == pytest.approx(float(found[f"{of_cost}: log standard deviation"]["p50"]), abs=0.005)
    assert income.middle == float(found["share of what is missing for which income comes in a year"]["p50"])
    stays = found["yearly change of nights of unplanned admissions, places"]
    trend = BY_ID["stay.trend"].distribution
    assert isinstance(trend, Elicited)
    assert trend.p50 == pytest.approx(float(stays["p50"]), abs=0.001)
    assert float(stays["p10"]) < trend.p10 < trend.p90 < float(stays["p90"])


def test_clinics_follow_need_as_those_elsewhere_did() -> None:
    """First attendances of 95 trusts against what the twelve months before had asked for; no wider than single trusts were."""
    evidence = Path(__file__).resolve().parents[2] / "examples" / "backtest" / "evidence.csv"
    with evidence.open(encoding="utf-8", newline="") as file:
        found = {row["what"]: row for row in csv.DictReader(file)}
    own = BY_ID["contacts.follow"].distribution
    assert isinstance(own, Elicited)
    together = "first attendances against what the year before had asked for, all together"
    assert own.p50 == pytest.approx(float(found[together]["p50"]), abs=0.005)
    single = found["the same of each trust of which at least 12% more was asked"]
    assert float(single["p10"]) - 0.005 <= own.p10 < own.p50 < own.p90 <= float(single["p90"])


def test_the_departure_drawn_as_the_model_draws_it() -> None:
    """The same by simulation: w' = 0.95 w + 0.032 ε, plus growth × years."""
    entities = {"initiative": [], "pod": ["own"], "organisation": [], "area": [], "site": []}
    futures = Futures(count=20_000)
    growth = draw([BY_ID["growth.ae_type1"]], (), (), futures, entities)["growth.ae_type1"]
    key = streams.keys(1, "departure", ["test"])
    w = np.zeros(futures.count)
    for year in range(1, 5):
        w = 0.95 * w + 0.032 * streams.normal(streams.halves(streams.words(key, futures.numbers(), year))[0][0])
        if year in {2, 4}:
            assert (w + year * growth).std() == pytest.approx(spread_after(year, float(growth.std())), rel=0.02)


def test_scenarios() -> None:
    assert list(SCENARIOS) == [f"S{i}" for i in range(1, 10)]
    assert [s.id for s in SCENARIOS.values() if s.decides] == [f"S{i}" for i in range(1, 8)]
    assert SCENARIOS["S8"].provider_fails
    assert SCENARIOS["S9"].includes == tuple(f"S{i}" for i in range(1, 8))
    assert [c.needs for c in SCENARIOS["S7"].changes] == ["", "staff"]


@pytest.mark.parametrize("name", [f"S{i}" for i in range(1, 8)])
def test_each_scenario_moves_something(name: str) -> None:
    entities = {"initiative": ["a"], "pod": ["own"], "organisation": [], "area": [], "site": []}
    futures = Futures(count=20)
    before = draw(ASSUMPTIONS, CORRELATIONS, (), futures, entities)
    after = draw(ASSUMPTIONS, CORRELATIONS, SCENARIOS[name].changes, futures, entities)
    moved = {n for n in before if (before[n] != after[n]).any()}
    for change in SCENARIOS[name].changes:
        assert any(n.startswith(change.assumption.rstrip("*")) for n in moved), change


def test_growth_is_set_where_nine_in_ten_experts_expect_less() -> None:
    """Of planned admissions and day cases they spoke together (2.71 %), while the library's own come from what was seen."""
    for change in SCENARIOS["S1"].changes:
        if change.set is not None:
            distribution = BY_ID[change.assumption].distribution
            assert isinstance(distribution, Elicited)
            planned = change.assumption in ("growth.elective_admission", "growth.day_case")
            assert change.set == pytest.approx(0.0271 if planned else distribution.p90, abs=5e-4)


def test_promises_are_promises_without_an_organisation() -> None:
    templates = load("promises.yaml")["promises"]
    assert len({t["id"] for t in templates}) == len(templates)
    for t in templates:
        assert t["for_types"]
        fields = {k: v for k, v in t.items() if k != "for_types"}
        promise = Promise.model_validate({**fields, "id": f"{t['id']}.RD3", "organisation": "RD3"})
        assert promise.level == "default"
        if "Act" in promise.source:
            assert promise.asks == 0.8


@pytest.mark.parametrize("table", ["pods", "unit_costs", "rates", "seasons"])
def test_rows_have_their_source_and_are_defaults(table: str) -> None:
    found = rows(table)
    assert found
    assert {r.level for r in found} == {"default"}
    assert all(" " in r.source for r in found)


def test_every_pod_has_a_cost_and_a_shape_by_age() -> None:
    assert sorted(r.pod for r in rows("unit_costs")) == sorted(PODS)
    shapes: dict[tuple[str, str], list[str]] = {}
    for r in rows("rates"):
        shapes.setdefault((r.pod, r.sex), []).append(r.age)
    assert {pod for pod, _ in shapes} == set(PODS)
    assert all(ages == BANDS for ages in shapes.values())
    assert [key for key in shapes if key[1] != "all"] == [("maternity_admission", "F"), ("maternity_admission", "M")]


def test_kinds_of_package_that_are_named_as_examples_can_be_written() -> None:
    """What the reference names as an example must not be refused as an unknown pod."""
    named = re.findall(r"\w+_week", str(TABLES["packages"][0].model_fields["kind"].description))
    assert len(named) >= 4
    assert set(named) <= set(PODS)


def test_seasons_average_one() -> None:
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    by_pod: dict[str, dict[int, float]] = {}
    for r in rows("seasons"):
        by_pod.setdefault(r.pod, {})[r.month] = r.index
    assert set(by_pod) < set(PODS)
    for months in by_pod.values():
        assert sum(months[m + 1] * days[m] for m in range(12)) / 365 == pytest.approx(1.0, abs=2e-4)


def test_no_figure_of_a_closed_series() -> None:
    for file in LIBRARY.iterdir():
        if file.suffix in {".csv", ".yaml"}:
            text = file.read_text(encoding="utf-8")
            assert not any(word in text for word in ("PSSRU", "NHSCII", "CC BY-NC", "-ND", "shared/")), file.name


def too_sure(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Sources and levels of rows that say that a figure was written down from memory, as if it had been published.

    Where one figure of a row is a judgement, and the row says so beside it, its level is that of the others.
    """
    told = [(str(getattr(r, "source", "")), str(getattr(r, "level", ""))) for r in rows]
    return [(s, level) for s, level in told if RECALLED in s and "judgement" not in s.lower() and level not in ("", "default")]  # fmt: skip


@pytest.mark.parametrize(
    "place", [*sorted(p.parent for p in EXAMPLES.glob("*/plan.yaml")), None], ids=lambda p: p.name if p else "library"
)
def test_what_is_recalled_is_told_as_no_more_than_borrowed(place: Path | None) -> None:
    """In the library and in every example, in tables, assumptions, contracts and promises."""
    of = library() if place is None else read_draft(place)[0]
    assert sum(len(rows) for rows in of.tables.values()) > 100
    every = [
        *library().evidence.values(),
        *(i.value for rows in of.tables.values() for i in rows),
        *(i.value for i in of.assumptions),
    ]
    if place is not None:
        every += [i.value for i in (*read_draft(place)[0].contracts, *read_draft(place)[0].promises)]
    assert too_sure(every) == []


def test_a_figure_that_is_too_sure_of_itself_is_found() -> None:
    row = library().tables["unit_costs"][0].value
    assert too_sure([row.model_copy(update={"source": "A report (recalled)", "level": "published"})]) != []
    assert too_sure([row.model_copy(update={"source": "A report (recalled)", "level": "default"})]) == []


def test_a_study_whose_figures_are_recalled_says_so_where_it_is_cited() -> None:
    studies = [*library().evidence.values()]
    recalled = [s for s in studies if RECALLED in s.check]
    assert 0 < len(recalled) < len(studies)
    for s in studies:
        assert s.cited.startswith(s.source)
        assert (s.check in s.cited) is (s in recalled), s.id
