"""Beds of a plan: columns of beds.csv, the boarding matrix, stays in two parts, and what is written down about them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.hillford import assumption, fixed, hillford
from fixtures.hillford import initiative as made
from fixtures.places import CENTRAL, run, with_rows
from placeplan.core.calendar import days_in
from placeplan.core.forms import Form
from placeplan.core.outcomes import OUTCOMES, PROMISED
from placeplan.core.tables import Activity, BedStock, Boarding, Pod, Stay
from placeplan.futures.sample import Futures
from placeplan.model import simulate as simulation
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan

SOURCE: dict[str, Any] = {"source": "made up"}
EMERGENCY, PLANNED = "emergency_admission", "elective_admission"
ONE = Futures(count=1, held=CENTRAL)
MANY = Futures(seed=5, count=12)


def added(plan: Plan, table: str, *rows: Any) -> Plan:
    return with_rows(plan, table, (*plan.tables[table], *rows))


def beds(plan: Plan, **columns: Any) -> Plan:
    """The plan with other figures in its only row of beds.csv."""
    return with_rows(plan, "beds", [plan.tables["beds"][0].model_copy(update=columns)])


def with_planned(plan: Plan, number: float = 4000.0) -> Plan:
    pod = Pod(id=PLANNED, name="Planned", setting="acute", unit="admissions", beds="elective", **SOURCE)
    plan = added(plan, "pods", pod)
    return with_library(added(plan, "activity", Activity(pod=PLANNED, site="HOS", activity=number, **SOURCE)))


def at(name: str, value: float) -> Any:
    return assumption(name, {"kind": "fixed", "value": value}, "other")


def two_pools(plan: Plan, medical: float, surgical: float, *lent: Boarding) -> Plan:
    """Nine in ten emergencies are medical; the surgical beds have room."""
    rows = (("medical", medical, 0.9, 243.0), ("surgical", surgical, 0.1, 27.0))
    plan = with_rows(plan, "beds", [
        BedStock(site="HOS", pool=p, available=n, occupied=o, escalation=5.0, **SOURCE)  # type: ignore[arg-type]
        for p, n, _, o in rows
    ])  # fmt: skip
    stays = [Stay(site="HOS", pod=EMERGENCY, pool=p, share=s, **SOURCE) for p, _, s, _ in rows]  # type: ignore[arg-type]
    return with_library(with_rows(with_rows(plan, "stays", stays), "boarding", lent))


def test_a_pool_counted_by_day_is_fitted_to_its_midnights_and_told_by_day() -> None:
    """Midnight or daytime counts: stated. 283.5 by day and 270 at midnight are the same patients."""
    midnight = run(beds(hillford(), occupied=270.0), ONE)
    by_day = run(with_library(beds(hillford(at("beds.daytime", 1.05)), occupied=283.5, count="daytime")), ONE)
    np.testing.assert_allclose(by_day["in_beds"].values, midnight["in_beds"].values, rtol=1e-9)
    np.testing.assert_allclose(by_day["occupied"].values, 1.05 * midnight["occupied"].values, rtol=1e-9)
    np.testing.assert_allclose(by_day["occupancy"].values, 1.05 * midnight["occupancy"].values, rtol=1e-9)
    assert "by day" in OUTCOMES["occupied"].unit


def test_delay_that_is_counted_is_taken_out_before_stays_are_fitted() -> None:
    """Base-year delay is subtracted before fitting: the clinical stay is what is left, and the whole fills the same beds."""
    plan = with_library(beds(hillford(open_beds=400.0), delayed=27.0))
    o = run(plan, ONE)
    assert o["delayed_beds"].by_year("HOS")[0, 0] == pytest.approx(27.0, rel=0.02)
    assert o["occupied"].by_year("HOS")[0, 0] == pytest.approx(270.0, rel=0.01)
    none = run(beds(hillford(open_beds=400.0), delayed=0.0), ONE)
    assert (none["delayed_beds"].values == 0.0).all()
    assert none["occupied"].by_year("HOS")[0, 0] == pytest.approx(270.0, rel=0.01)


@pytest.mark.parametrize("part", ["stay", "delay"])
def test_longer_clinical_stays_and_longer_delays_each_fill_more_beds(part: str) -> None:
    """Stay = clinical stay + delay: longer stays never lower occupancy, on the same futures."""
    effect = {"kind": "shorten", "share": -0.2} | ({"part": "delay"} if part == "delay" else {})
    plan = hillford(open_beds=500.0)
    longer = plan.changed(initiatives=(made("longer", effect, delay=0.0),))
    base, more = (run(p, MANY)["occupied"].by_year("HOS")[:, -1] for p in (plan, longer))
    assert (more > base).all()


def test_lent_beds_take_those_whom_a_full_pool_cannot() -> None:
    """Above the beds: boarding in other pools by a matrix, with a longer stay."""
    lent = Boarding(site="HOS", pool="medical", to_pool="surgical", share=0.5, longer=1.2, **SOURCE)
    apart, shared = (run(two_pools(hillford(), 240.0, 70.0, *rows), MANY) for rows in ((), (lent,)))
    assert "boarders" not in apart.series
    assert shared["boarders"].of("HOS/medical").mean() > 3.0
    assert (shared["boarders"].of("HOS/surgical") == 0.0).all()
    assert shared["boarders"].values.max() <= 35.0 * 2
    assert shared["waiting_without_bed"].of("HOS").mean() < 0.5 * apart["waiting_without_bed"].of("HOS").mean()
    assert shared["occupied"].of("HOS/surgical").mean() > apart["occupied"].of("HOS/surgical").mean() + 3.0
    came = shared["arrivals"].of("HOS") - shared["discharges"].of("HOS") - shared["deaths"].of("HOS")
    held = shared["in_beds"].of("HOS") + shared["waiting_at_end"].of("HOS")
    assert (came[:, 1:] == np.diff(held, axis=1)).all()


def test_ring_fenced_beds_of_a_plan_bring_planned_patients_in() -> None:
    """Some ring-fenced: beds kept for planned patients."""
    plan = with_planned(hillford(open_beds=265.0))
    none, kept = (run(beds(plan, ring_fenced=n), MANY) for n in (None, 34.0))
    assert (
        kept["elective_admissions"].by_year("HOS")[:, -1].mean()
        > none["elective_admissions"].by_year("HOS")[:, -1].mean()
    )
    assert kept["electives_deferred"].of("HOS")[:, -1].mean() < none["electives_deferred"].of("HOS")[:, -1].mean()
    same = run(beds(plan, ring_fenced=0.0), MANY)
    assert (same["occupied"].values == none["occupied"].values).all()


def test_theatre_slots_limit_planned_patients_and_a_resize_adds_to_them() -> None:
    """Electives are admitted on working days into theatre slots."""
    plan = beds(with_planned(hillford(open_beds=600.0)), slots=10.0)
    more = made("theatre", {"kind": "resize", "site": "HOS", "pool": "general", "slots": 4}, start="2017-04", delay=0.0)
    few, later = run(plan, ONE), run(plan.changed(initiatives=(more,)), ONE)
    admitted = few["elective_admissions"].by_year("HOS")[0]
    working = 10.0 * 0.75  # three nights: three in four stay one or more
    assert admitted[1] == pytest.approx(working * 252, rel=0.02)
    assert later["elective_admissions"].by_year("HOS")[0, 1] == pytest.approx(14.0 * 0.75 * 252, rel=0.02)
    assert (later["elective_admissions"].of("HOS")[0, :12] == few["elective_admissions"].of("HOS")[0, :12]).all()


def test_escalation_beds_cost_a_premium() -> None:
    """“Escalation beds up to a limit at a premium”: each midnight costs an ordinary one, times the premium."""
    usual, dear = (
        run(beds(hillford(at("beds.escalation_premium", p), open_beds=250.0), escalation=9.0), ONE) for p in (1.0, 1.6)
    )
    nights = usual["escalation_beds"].of("HOS")[0] * np.array([days_in(m) for m in usual.months])
    assert nights.max() == pytest.approx(9.0 * 31)
    np.testing.assert_allclose(usual["escalation_cost"].of("HOS")[0], nights * 250.0)
    np.testing.assert_allclose(dear["escalation_cost"].of("HOS")[0], nights * 250.0 * 1.6)


def critical(plan: Plan, then: str | None) -> Plan:
    """One emergency in twenty begins in critical care; there it stays four days and a half."""
    rows = [
        BedStock(site="HOS", pool="general", available=600.0, occupied=260.0, **SOURCE),
        BedStock(site="HOS", pool="critical", available=60.0, occupied=12.0, **SOURCE),
    ]
    stays = [
        Stay(site="HOS", pod=EMERGENCY, pool="general", share=0.95, **SOURCE),
        Stay(site="HOS", pod=EMERGENCY, pool="critical", share=0.05, then=then, **SOURCE),  # type: ignore[arg-type]
    ]
    return with_library(with_rows(with_rows(plan, "beds", rows), "stays", stays))


def test_critical_care_may_be_the_first_part_of_a_stay() -> None:
    """Both pools fill as published, whether stays end in critical care or go on; who goes on is counted once."""
    ends, on = (run(critical(hillford(), then), ONE) for then in (None, "general"))
    for o in (ends, on):
        assert o["occupied"].by_year("HOS/general")[0, 0] == pytest.approx(260.0, rel=0.015)
        assert o["occupied"].by_year("HOS/critical")[0, 0] == pytest.approx(12.0, rel=0.02)
    assert "transfers" not in ends.series
    gone = on["transfers"].by_year("HOS/general")[0, 0]
    assert 400 < gone < 600  # a thousand, of whom some spend no midnight in the one pool or the other
    assert on["transfers"].by_year("HOS/critical")[0, 0] == pytest.approx(-gone)
    assert (on["delayed_beds"].of("HOS/critical") == 0.0).all()
    assert (on["transfers"].of("HOS") == 0.0).all()
    came = on["arrivals"].of("HOS") - on["discharges"].of("HOS") - on["deaths"].of("HOS")
    held = on["in_beds"].of("HOS") + on["waiting_at_end"].of("HOS")
    np.testing.assert_allclose(came[:, 1:], np.diff(held, axis=1), atol=1e-8)


def test_people_from_beyond_the_footprint_fill_their_share_of_the_beds() -> None:
    """Non-residents use beds too."""
    plan = added(hillford(), "activity", Activity(pod=EMERGENCY, site="HOS", area="outside", activity=5000.0, **SOURCE))
    o = run(plan, ONE)
    np.testing.assert_allclose(o["occupied_others"].of("HOS"), 0.2 * o["occupied"].of("HOS"), rtol=0.01)
    assert np.abs(run(hillford(), ONE)["occupied_others"].values).max() < 1e-9


def test_some_emergencies_die_and_none_where_the_share_is_zero() -> None:
    """Arrivals = discharges + deaths + in beds + waiting."""
    some, none = (run(hillford(at("stay.deaths", share)), ONE) for share in (0.05, 0.0))
    assert (none["deaths"].values == 0.0).all()
    total = some["deaths"].values + some["discharges"].values
    np.testing.assert_allclose(total, none["discharges"].values, rtol=1e-12)
    assert some["deaths"].values.sum() == pytest.approx(0.05 * none["discharges"].values.sum(), rel=0.05)
    assert (some["occupied"].values == none["occupied"].values).all()


def test_deaths_from_delay_are_a_range_that_is_shown_and_never_promised() -> None:
    """Deaths from delay as an associational range, shown, never an objective: one for 82 lies between its ends."""
    names = ("deaths_from_delay_low", "deaths_from_delay_high")
    full, roomy = (run(hillford(open_beds=n), MANY) for n in (262.0, 500.0))
    low, high = (full[n].by_year("HOS").mean() for n in names)
    assert 0 < low < high
    assert high / low == pytest.approx(3.0)
    assert all((roomy[n].values == 0.0).all() for n in names)
    assert not set(names) & set(PROMISED)


def test_each_form_of_stays_changes_full_beds_and_none_changes_empty_ones() -> None:
    """Stays under pressure: the switch shows where beds are full, and only there."""
    found: dict[str, list[float]] = {}
    for open_beds in (280.0, 500.0):
        for stays in ("steady", "shorter", "longer"):
            plan = hillford(open_beds=open_beds)
            plan = plan.changed(about=plan.about.model_copy(update={"form": Form(stays=stays)}))  # type: ignore[arg-type]
            o = run(plan, ONE)
            patients = o["occupied"].of("HOS")[0, -1] + o["waiting_without_bed"].of("HOS")[0, -1]
            found.setdefault(stays, []).append(float(patients))
    assert found["shorter"][0] < found["steady"][0] - 0.5
    assert found["longer"][0] > found["steady"][0] + 0.5
    assert found["shorter"][1] == pytest.approx(found["steady"][1], rel=1e-12)
    assert found["longer"][1] == pytest.approx(found["steady"][1], rel=1e-12)


def everything() -> Plan:
    """Three pools that lend, keep, count by day and send on; stays under pressure."""
    lent = (
        Boarding(site="HOS", pool="medical", to_pool="surgical", share=0.4, **SOURCE),
        Boarding(site="HOS", pool="medical", to_pool="critical", order=2, share=0.1, **SOURCE),
        Boarding(site="HOS", pool="surgical", to_pool="medical", share=0.2, longer=1.1, **SOURCE),
    )
    plan = with_planned(two_pools(hillford(), 232.0, 44.0, *lent))
    more = BedStock(site="HOS", pool="critical", available=14.0, occupied=10.0, **SOURCE)
    rows = [r.model_copy(update={"count": "daytime", "ring_fenced": 6.0}) for r in plan.tables["beds"]]
    stays = [r.model_copy(update={"share": 0.85}) if r.pool == "medical" else r for r in plan.tables["stays"]]  # type: ignore[attr-defined]
    stays += [
        Stay(site="HOS", pod=EMERGENCY, pool="critical", share=0.05, then="medical", **SOURCE),
        Stay(site="HOS", pod=PLANNED, pool="surgical", **SOURCE),
    ]
    plan = with_rows(with_rows(plan, "beds", [*rows, more]), "stays", stays)
    return with_library(plan.changed(about=plan.about.model_copy(update={"form": Form(stays="longer")})))


@pytest.mark.large
def test_all_parts_together_keep_their_bits_in_any_batch_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Same seed, same bits, in one batch or many; order of elements changes no bit; nobody is lost."""
    plan = everything()
    o = run(plan, Futures(seed=5, count=6))
    came = (
        o["arrivals"].of("HOS") + o["elective_admissions"].of("HOS") - o["discharges"].of("HOS") - o["deaths"].of("HOS")
    )
    held = o["in_beds"].of("HOS") + o["waiting_at_end"].of("HOS")
    assert (came[:, 1:] == np.diff(held, axis=1)).all()
    assert o["boarders"].values.mean() > 0.5
    turned = plan.changed(tables={name: rows[::-1] for name, rows in plan.tables.items()})
    monkeypatch.setattr(simulation, "BLOCK", 2)
    for other in (plan, turned):
        again = run(other, Futures(seed=5, count=6))
        assert all(
            (again[name].values == o[name].values).all() for name in ("occupied", "boarders", "deaths", "transfers")
        )


def test_all_parts_together_run_where_chance_is_held() -> None:
    o = run(everything(), ONE)
    assert all(np.isfinite(s.values).all() for s in o.series.values())
    held = o["in_beds"].of("HOS") + o["waiting_at_end"].of("HOS")
    came = (
        o["arrivals"].of("HOS") + o["elective_admissions"].of("HOS") - o["discharges"].of("HOS") - o["deaths"].of("HOS")
    )
    np.testing.assert_allclose(came[:, 1:], np.diff(held, axis=1), atol=1e-7)


def test_what_a_plan_does_not_have_is_not_drawn() -> None:
    """Assumptions about lending and counts by day come only with a plan that has them."""
    names = {a.id for a in hillford().assumptions}
    assert not {"boarding.longer", "beds.daytime"} & names
    assert fixed("stay.short_share", 0.5).id in names
