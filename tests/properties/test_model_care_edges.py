"""Need, stays and beds where plans are unusual: gaps in projections, empty bands, new care, people from beyond."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.hillford import hillford
from fixtures.hillford import initiative as made
from fixtures.places import CENTRAL, run, with_rows
from placeplan.baseline import population
from placeplan.core.tables import Activity, BedStock, Pod, Projection, Rate, Stay
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
EMERGENCY, VISIT = "emergency_admission", "outpatient_first"
SOURCE: dict[str, Any] = {"source": "made up"}


def with_initiative(plan: Plan, *effects: dict[str, Any], **fields: Any) -> Plan:
    return plan.changed(initiatives=(made("it", *effects, **({"start": "2017-04", "delay": 0.0} | fields)),))


def added(plan: Plan, table: str, *rows: Any) -> Plan:
    return with_rows(plan, table, (*plan.tables[table], *rows))


def elective_ward(plan: Plan, activity: float = 4000.0) -> Plan:
    """Hillford with planned patients in the same beds."""
    plan = added(
        plan,
        "pods",
        Pod(id="elective_admission", name="Planned", setting="acute", unit="admissions", beds="elective", **SOURCE),
    )
    return with_library(
        added(plan, "activity", Activity(pod="elective_admission", site="HOS", activity=activity, **SOURCE))
    )


def grown(projections: list[Projection]) -> Outcomes:
    plan = hillford()
    plan = plan.changed(about=plan.about.model_copy(update={"months": 60}))
    return run(with_rows(plan, "population", projections), ONE)


def projection(year: int, people: float, spread: float = 0.0) -> Projection:
    return Projection(
        area="hill",
        sex="F",
        age="65+",
        year=year,
        people=people,
        low=people * (1 - spread) or None,
        high=people * (1 + spread),
        **SOURCE,
    )


def test_people_are_linear_between_projections_however_far_apart() -> None:
    """A projection of 2021 alone is the same as one of every year on the line to it."""
    sparse = grown([projection(2021, 20000.0)])
    dense = grown([projection(y, 15000.0 + 1000.0 * (y - 2016)) for y in range(2017, 2022)])
    np.testing.assert_allclose(sparse["demand"].values, dense["demand"].values, rtol=1e-12)


def test_uncertainty_of_people_lasts_beyond_the_last_projection() -> None:
    """Ranges are linear between the years that have them and stay as they are after the last."""
    tables = dict(hillford().tables) | {
        "population": tuple(projection(y, 16000.0, s) for y, s in ((2018, 0.02), (2020, 0.04)))
    }
    found = population.spread(tables, 2016, 7)
    assert found is not None
    every = found[0]
    assert every[0] == 0.0
    assert every[1] == pytest.approx(every[2] / 2)
    assert every[3] == pytest.approx((every[2] + every[4]) / 2)
    assert every[5] == every[6] == every[4] > 0


def test_order_of_rows_with_fractions_changes_no_bit_of_the_ranges() -> None:
    rows = [projection(2017, 16000.1 + 0.7 * n, 0.03 + n / 999) for n in range(7)]
    one, other = (
        population.spread(dict(hillford().tables) | {"population": tuple(r)}, 2016, 3) for r in (rows, rows[::-1])
    )
    assert one is not None
    assert other is not None
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def test_people_who_come_into_an_empty_band_have_need() -> None:
    """Nobody of 65 and over lives there at first; those who come have the need of their age."""
    plan = hillford()
    areas = [
        r.model_copy(update={"people": 0.0}) if (r.age, r.sex) == ("65+", "F") else r for r in plan.tables["areas"]
    ]  # type: ignore[attr-defined]
    plan = with_rows(plan, "areas", areas)
    base = run(plan, ONE)["demand"].of(EMERGENCY)[0]
    more = run(with_rows(plan, "population", [projection(2018, 7500.0)]), ONE)["demand"].of(EMERGENCY)[0]
    assert more[-1] > 1.1 * base[-1]
    assert more[:12].sum() == pytest.approx(20000.0, rel=1e-3)


def test_activity_of_an_area_without_the_people_of_its_shape_is_not_lost() -> None:
    """Where nobody has a relative rate, the activity is spread over all people."""
    plan = hillford()
    rates = [r for r in plan.tables["rates"] if r.pod != VISIT]  # type: ignore[attr-defined]
    plan = with_rows(
        plan,
        "rates",
        [
            *rates,
            Rate(pod=VISIT, sex="all", age="0-64", per_1000=0.0, **SOURCE),
            Rate(pod=VISIT, sex="all", age="65+", per_1000=0.0, **SOURCE),
        ],
    )
    assert run(plan, ONE)["activity"].by_year(f"HOS/{VISIT}")[0, 0] == pytest.approx(50000.0, rel=1e-3)


def occupied(plan: Plan) -> np.ndarray:
    """Beds occupied by year."""
    found: np.ndarray = run(plan, ONE)["occupied"].by_year("HOS")[0]
    return found


def test_a_shorter_wait_to_leave_is_not_watered_down_by_planned_patients() -> None:
    """Planned patients do not wait to leave: naming emergencies or naming nobody is the same."""
    plan = elective_ward(hillford())
    named, unnamed = (
        run(with_initiative(plan, {"kind": "shorten", "part": "delay", "share": 0.3, "scope": s}), ONE)[
            "delayed_beds"
        ].of("HOS")[0]
        for s in ({"pods": [EMERGENCY]}, {})
    )
    np.testing.assert_allclose(named, unnamed, rtol=1e-12)
    assert named[-1] < 0.8 * named[11]


def test_shorter_planned_stays_leave_emergencies_as_they_are() -> None:
    """An effect on planned stays takes beds from planned patients, and as many as the share says."""
    plan = elective_ward(hillford(open_beds=600.0))
    before = occupied(plan)[-1]
    planned = 4000 * 3.0 / 365
    after = occupied(
        with_initiative(plan, {"kind": "shorten", "share": 0.3, "scope": {"pods": ["elective_admission"]}})
    )[-1]
    assert before - after == pytest.approx(0.3 * planned, rel=0.05)


def test_stays_of_different_people_shorten_each_by_their_own_effect() -> None:
    """Half off women's stays and half off men's is half off all; no scope is everybody, from beyond too."""
    plan = hillford(open_beds=600.0)
    plan = added(plan, "activity", Activity(pod=EMERGENCY, site="HOS", area="outside", activity=2000.0, **SOURCE))
    half: dict[str, Any] = {"kind": "shorten", "share": 0.5}
    everybody = occupied(with_initiative(plan, half))
    sides = occupied(
        with_initiative(
            plan, *(half | {"scope": {"sexes": [s]}} for s in "FM"), half | {"scope": {"areas": ["outside"]}}
        )
    )
    np.testing.assert_allclose(sides, everybody, rtol=1e-12)


def test_care_that_is_new_at_a_site_fills_its_beds() -> None:
    """A row of activity 0 is care that a shift may bring: it comes, stays as elsewhere, and fills beds."""
    plan = hillford(open_beds=600.0)
    organisation = plan.tables["organisations"][1].model_copy(update={"id": "NEW", "name": "New", "type": "community"})
    plan = added(plan, "organisations", organisation)
    plan = added(plan, "activity", Activity(pod=EMERGENCY, site="NEW", activity=0.0, **SOURCE))
    plan = added(plan, "beds", BedStock(site="NEW", pool="community", available=100.0, **SOURCE))
    shift = {
        "kind": "shift",
        "share": 0.2,
        "to_pod": EMERGENCY,
        "to_site": "NEW",
        "scope": {"pods": [EMERGENCY], "sites": ["HOS"]},
    }
    o = run(with_initiative(plan, shift), ONE)
    assert all(np.isfinite(s.values).all() for s in o.series.values())
    there = o["occupied"].of("NEW")[0]
    assert (there[:11] == 0.0).all()
    assert there[-1] == pytest.approx(0.25 * o["occupied"].of("HOS")[0, -1], rel=0.05)
    assert (run(plan, ONE)["activity"].of(f"NEW/{EMERGENCY}") == 0.0).all()


def test_a_pool_of_planned_patients_alone_is_fitted_to_its_beds() -> None:
    """Without emergencies it is the planned stays that fill the base year's beds."""
    plan = elective_ward(hillford())
    plan = with_rows(plan, "activity", [r for r in plan.tables["activity"] if r.pod != EMERGENCY])  # type: ignore[attr-defined]
    plan = with_rows(plan, "beds", [BedStock(site="HOS", pool="general", available=90.0, occupied=60.0, **SOURCE)])
    assert run(plan, ONE)["occupied"].by_year("HOS")[0, 0] == pytest.approx(60.0, rel=0.02)


def test_a_full_ward_of_a_broken_number_of_beds_is_full_and_no_more() -> None:
    """Published beds are daily averages: 299.6 are 300 to lie in, and 300 patients need none for escalation."""
    plan = hillford(open_beds=249.6)
    o = run(plan, Futures(count=4))
    assert (o["occupied"].of("HOS") == 250.0).any()
    assert (o["escalation_beds"].values == 0.0).all()


def test_a_closed_pool_has_no_escalation_beds() -> None:
    plan = hillford()
    plan = with_rows(plan, "beds", [r.model_copy(update={"escalation": 20.0}) for r in plan.tables["beds"]])
    o = run(with_initiative(plan, {"kind": "resize", "site": "HOS", "pool": "general", "beds": -320.0}), ONE)
    assert o["admissions"].of("HOS")[0, -1] == 0.0
    assert np.abs(o["occupancy"].values).max() < 1000


def test_what_a_shift_takes_from_people_from_beyond_stays_theirs() -> None:
    """Contacts moved are paid for by whoever paid before: residents' demand is not raised by others."""
    plan = added(hillford(), "activity", Activity(pod=EMERGENCY, site="HOS", area="outside", activity=5000.0, **SOURCE))
    shift = {
        "kind": "shift",
        "share": 0.2,
        "to_pod": VISIT,
        "to_site": "HOS",
        "scope": {"pods": [EMERGENCY], "sites": ["HOS"]},
    }
    tariff = {
        "kind": "tariff",
        "id": "visits",
        "about": "Visits",
        "payer": "CCG",
        "payee": "HOS",
        "prices": {VISIT: 100.0},
        **SOURCE,
    }
    from placeplan.contracts.base import Contract  # noqa: PLC0415

    plan = with_initiative(plan, shift).changed(contracts=(Contract.parse(tariff),))
    with_, without = run(plan, ONE), run(plan.changed(initiatives=()), ONE)
    more = (with_["contract_payment"].of("visits") - without["contract_payment"].of("visits"))[0, -12:].sum() / 100.0
    gone = (without["demand"].of(EMERGENCY) * 0.2)[0, -12:].sum()
    assert more == pytest.approx(gone, rel=1e-9)


def test_a_shift_that_works_the_wrong_way_takes_nothing_from_its_target() -> None:
    """A negative strength adds demand where it was to fall; nothing comes back from the other place."""
    effect = {"kind": "shift", "share": "wrong.way", "to_pod": VISIT, "to_site": "HOS", "scope": {"pods": [EMERGENCY]}}
    from placeplan.futures.assumptions import Assumption  # noqa: PLC0415

    wrong = Assumption.model_validate(
        {
            "id": "wrong.way",
            "about": "x",
            "unit": "share",
            "kind": "judgement",
            "distribution": {"kind": "fixed", "value": -0.5},
            **SOURCE,
        }
    )
    plan = with_initiative(hillford(wrong), effect)
    with_, without = run(plan, ONE), run(plan.changed(initiatives=()), ONE)
    assert (with_["activity"].of(f"HOS/{VISIT}") == without["activity"].of(f"HOS/{VISIT}")).all()
    assert with_["activity"].of(f"HOS/{EMERGENCY}")[0, -1] == pytest.approx(
        1.5 * without["activity"].of(f"HOS/{EMERGENCY}")[0, -1]
    )


def test_shares_drawn_beyond_their_bounds_break_nothing() -> None:
    """Numbers drawn above 1 or below 0 count as 1 or 0 where a share is meant; a dispersion below 1 as 1."""
    wild = {
        "stay.short_share": 1.3,
        "departure.common": 1.2,
        "arrivals.dispersion": 0.4,
        "stay.delay_share": 1.4,
        "stay.short_nights": -1.0,
    }
    plan = hillford()
    plan = plan.changed(assumptions=tuple(
        a.model_copy(update={"distribution": a.distribution.model_copy(update={"value": wild[a.id]})}) if a.id in wild else a
        for a in plan.assumptions
    ))  # fmt: skip
    o = run(plan, Futures(count=2))
    assert all(np.isfinite(s.values).all() for s in o.series.values())
    assert o["occupied"].values.min() >= 0
    full = run(with_initiative(plan, {"kind": "prevent", "share": 0.5, "scope": {"pods": [VISIT]}}, peak=1.5), ONE)
    assert full["uptake"].values.max() == 1.0


@pytest.mark.parametrize("months", [12, 120])
def test_the_smallest_plan_runs_for_one_year_and_for_ten(months: int) -> None:
    """One area, one organisation, no contract, no initiative; leap years, beds that open later, beds that close."""
    plan = hillford()
    plan = plan.changed(about=plan.about.model_copy(update={"months": months}), contracts=())
    plan = with_rows(plan, "organisations", plan.tables["organisations"][1:])
    plan = with_rows(plan, "money", [r for r in plan.tables["money"] if r.organisation == "HOS"])  # type: ignore[attr-defined]
    first = plan.tables["beds"][0]
    later = {"pool": "virtual", "available": 20.0, "occupied": None, "valid_from": "2016-10"}
    plan = with_rows(plan, "beds", [first.model_copy(update={"valid_to": "2017-01"}), first.model_copy(update=later)])
    rows = [
        Stay(site="HOS", pod=EMERGENCY, pool="general", share=0.9, **SOURCE),
        Stay(site="HOS", pod=EMERGENCY, pool="virtual", share=0.1, **SOURCE),
    ]
    o = run(with_rows(plan, "stays", rows), Futures(count=2))
    assert all(np.isfinite(s.values).all() for s in o.series.values())
    assert len(o.months) == months
    assert (o["beds_open"].of("HOS/virtual")[:, :6] == 0).all()
    assert (o["beds_open"].of("HOS/general")[:, 10:] == 0).all()
    assert o["occupied"].of("HOS/virtual")[:, 7:].min() > 0
    if months == 120:
        assert o["activity"].by_year(f"HOS/{EMERGENCY}")[0, 3] == pytest.approx(20000.0 * 366 / 365, rel=2e-3)
        assert o["cost_line"].by_year("HOS/pay")[0, 3] == pytest.approx(60e6 * (1 + 0.5 / 365), rel=1e-3)
