"""Packages, ways out of hospital, and councils: each sentence of the model notes, § 6 *Packages*, true by a test of its own."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from fixtures.care_place import (
    CHARGES,
    COST,
    HOME,
    HOMES,
    PACKAGES,
    care_place,
    package,
    pathway,
    rules,
    run_care,
    stepping_down,
)
from fixtures.hillford import initiative, prevents
from fixtures.places import fixed, with_rows
from placeplan.contracts.base import Contract
from placeplan.core.calendar import days_in
from placeplan.core.tables import Balance, StaffGroup
from placeplan.model.outcomes import Outcomes
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan

OWN = f"COU/{HOME}"
FULL = f"COU/{HOMES}"
SELF = f"COU/{HOMES}/self"


def of(outcomes: Outcomes, name: str, entity: str) -> np.ndarray:
    return outcomes[name].of(entity)


def asked_less(plan: Plan, share: float, month: str = "2017-04") -> Plan:
    """The plan with less home care asked for from a month on."""
    effect = {"kind": "prevent", "scope": {"pods": [HOME]}, "share": share}
    return plan.changed(initiatives=(starting(month, effect),))


def starting(month: str, *effects: dict[str, object]) -> Initiative:
    return initiative("care", *effects, start=month, peak=1.0, delay=0.0)


def test_packages_are_stocks_with_starts_and_ends() -> None:
    """“Public and self-funded home care and care homes are stocks with starts and ends.” – nobody is lost."""
    found = run_care(care_place(care_supply=-0.1, care_runs_out=0.2), 20, expected=False)
    for entity in (OWN, "COU", "system"):
        use, starts, ends = (of(found, f"package{n}", entity) for n in ("s_in_use", "_starts", "_ends"))
        np.testing.assert_allclose(np.diff(use), (starts - ends)[:, 1:], atol=1e-8)


def test_littles_law_holds_at_a_steady_state() -> None:
    """Packages in use = starts a week × weeks of a package, for long ones and for those shorter than a month."""
    short = package(capacity=400.0, in_use=300.0, weeks=2.0)
    found = run_care(care_place((short, *PACKAGES[1:]), pathways=()))
    weeks = np.array([days_in(m) / 7 for m in found.months])
    for entity, length in ((OWN, 2.0), (FULL, 100.0), (SELF, 100.0)):
        a_week = of(found, "package_starts", entity)[0, 12:].sum() / weeks[12:].sum()
        assert of(found, "packages_in_use", entity)[0, 12:].mean() == pytest.approx(a_week * length, rel=2e-3)
        np.testing.assert_allclose(
            of(found, "packages_in_use", entity), of(found, "packages_in_use", entity)[0, 0], rtol=1e-6
        )


def test_fewer_ask_and_the_stock_settles_where_littles_law_says() -> None:
    """A tenth less asked for, a tenth fewer packages; half of the way in as many weeks as its length tells."""
    found = run_care(asked_less(care_place(pathways=(), months=60), 0.1))
    use = of(found, "packages_in_use", OWN)[0]
    assert use[11] == pytest.approx(1000.0)
    assert use[-1] == pytest.approx(900.0, rel=1e-3)
    turns = np.array([days_in(m) / (7 * 20) for m in found.months[12:24]])
    np.testing.assert_allclose(use[12:24], 900.0 + 100.0 * np.cumprod(1.0 / (1.0 + turns)), rtol=1e-3)


def test_public_and_self_funded_packages_stand_apart() -> None:
    """Fewer public places leave self-funded ones as they were; whose money runs out goes on as public, nobody twice."""
    usual = run_care(care_place(pathways=()))
    fewer = care_place(
        (PACKAGES[0], package(HOMES, capacity=700.0, in_use=800.0, weeks=100.0), PACKAGES[2]), pathways=()
    )
    np.testing.assert_array_equal(of(run_care(fewer), "packages_in_use", SELF), of(usual, "packages_in_use", SELF))
    ran_out = run_care(care_place(pathways=(), care_runs_out=0.3))
    change = of(ran_out, "packages_in_use", SELF)[0, 0] - of(usual, "packages_in_use", SELF)[0, 0]
    assert change == pytest.approx(-600 * 0.3 * 30 / 365.25)
    assert of(ran_out, "packages_in_use", FULL)[0, 0] - of(usual, "packages_in_use", FULL)[0, 0] == pytest.approx(
        -change
    )


def test_who_asks_and_finds_no_package_waits_or_gives_up() -> None:
    """What is asked for starts, waits, is refused or gives up: nothing else becomes of it."""
    found = (
        run_care(care_place(pathways=(), care_supply=-0.2), months_of=None)
        if False
        else run_care(care_place(pathways=(), care_supply=-0.2))
    )
    days = np.array([days_in(m) for m in found.months])
    asked = 1000 / (7 * 20) * days
    waiting = of(found, "waiting_for_package", OWN)[0]
    before = np.concatenate(([0.0], waiting[:-1]))
    starts, unmet = of(found, "package_starts", OWN)[0], of(found, "unmet_care", OWN)[0]
    np.testing.assert_allclose(before + asked, starts + waiting + unmet, rtol=1e-9)
    assert waiting[-1] > 50
    assert unmet[-1] > 10


def test_the_base_years_delay_is_kept() -> None:
    """With the base year's packages, as many beds are delayed as without any: stay.delay_share of the bed-days."""
    plan = care_place(beds=1000.0)
    off = plan.changed(tables=plan.tables | {"packages": (), "pathways": ()})
    np.testing.assert_allclose(
        of(run_care(plan), "delayed_beds", "system"), of(run_care(off), "delayed_beds", "system"), rtol=1e-6
    )
    found, usual = (run_care(p, 60, expected=False)["delayed_beds"].of("system").mean() for p in (plan, off))
    assert found == pytest.approx(usual, rel=0.03)


def test_discharge_pathways_each_need_their_own_capacity() -> None:
    """“Discharge pathways 0–3 each need their own capacity” one that closes holds up its own people alone."""
    plan = care_place(beds=5000.0)
    closed = with_rows(plan, "packages", (PACKAGES[0], *(package(HOMES, funder=f, capacity=0.0, in_use=i, weeks=100.0)
                                                        for f, i in (("public", 800.0), ("self", 600.0)))))  # fmt: skip
    base, found = run_care(plan), run_care(closed)
    assert of(found, "ready_to_leave", "HOS/general/3")[0, 6] > 5 * of(base, "ready_to_leave", "HOS/general/3")[0, 6]
    np.testing.assert_allclose(
        of(found, "ready_to_leave", "HOS/general/1")[0], of(base, "ready_to_leave", "HOS/general/1")[0], rtol=1e-6
    )
    assert of(base, "ready_to_leave", "HOS/general/0").max() == 0.0


def test_those_ready_divide_over_pathways_as_stated() -> None:
    """Pathway 0 waits for nothing; the others wait, and start, in proportion to their shares."""
    found = run_care(care_place(beds=1000.0))
    one, three = (of(found, "ready_to_leave", f"HOS/general/{n}")[0] for n in "13")
    np.testing.assert_allclose(one, 3.0 * three, rtol=1e-6)


def long_stays_a_day() -> float:
    """People of the made-up hospital whose long stay ends, a day: half of all, at their overnight share."""
    return 20000 / 365 * 0.5


def test_who_is_ready_and_has_none_waits_in_a_bed() -> None:
    """“Who is ready and has none waits in a bed” with no place at all, the queue grows by all who need one."""
    nobody = tuple(package(r.kind, funder=r.funder, capacity=0.0, in_use=r.in_use, weeks=r.weeks) for r in PACKAGES)
    found = run_care(care_place(nobody, beds=5000.0, months=24))
    ready = of(found, "ready_to_leave", "system")[0]
    grown = np.diff(ready)[3:] / np.array([days_in(m) for m in found.months])[4:]
    assert grown.min() > 0
    needing = 0.2 * long_stays_a_day()
    assert grown.mean() == pytest.approx(needing, rel=0.12)


def test_a_shortage_grows_as_what_is_asked_less_what_can_start() -> None:
    """Between two months the queue grows by those who need care less the packages that start for them."""
    only_home = (pathway("0", 0.8), pathway("1", 0.2, HOME))
    plan = care_place((package(in_use=1000.0, capacity=600.0),), only_home, beds=5000.0, care_discharge_first=1.0)
    quiet = with_rows(plan, "activity", (r for r in plan.tables["activity"] if getattr(r, "pod", "") != HOMES))
    found, roomy = run_care(quiet), run_care(with_rows(quiet, "packages", (package(capacity=5000.0),)))
    queue, starts = of(found, "ready_to_leave", "system")[0], of(found, "package_starts", OWN)[0]
    assert starts[:2].max() < 1e-9, "nobody starts until enough have ended"
    gone = [sum(of(o, name, "system")[0] for name in ("discharges", "deaths")) for o in (roomy, found)]
    missing = np.cumsum(gone[0] - gone[1])
    np.testing.assert_allclose(queue - of(roomy, "ready_to_leave", "system")[0], missing, rtol=0.02, atol=1.0)
    assert missing[1] > 100


def test_a_package_shortage_triples_delays() -> None:
    """A market that gives a tenth fewer packages than are in use: three times as many beds delayed, and more waiting at home."""
    base, found = run_care(care_place(beds=1000.0)), run_care(care_place(beds=1000.0, care_supply=-0.18))
    year = slice(12, 24)
    before, after = (o["delayed_beds"].of("system")[0, year].mean() for o in (base, found))
    assert after > 3 * before
    assert of(found, "waiting_for_package", OWN)[0, year].mean() > 10
    assert of(base, "waiting_for_package", OWN).max() == 0.0


@pytest.mark.parametrize("first", [0.0, 1.0])
def test_more_care_never_means_more_delayed_beds(first: float) -> None:
    """On the same futures, month by month, at any level of supply."""
    supply = (-0.3, -0.2, -0.1, 0.0, 0.2)
    ready = [
        run_care(care_place(beds=1000.0, care_supply=s, care_discharge_first=first, months=24), 10)[
            "ready_to_leave"
        ].of("system")
        for s in supply
    ]
    for less, more in itertools.pairwise(ready):
        assert (more <= less + 1e-6).all()
    assert ready[0].mean() > ready[-1].mean()


def test_people_from_hospital_go_first_as_far_as_stated() -> None:
    """The same shortage stands in hospital or at home, by who comes first."""
    proportion, first = (
        run_care(care_place(beds=1000.0, care_supply=-0.18, care_discharge_first=f)) for f in (0.0, 1.0)
    )
    assert of(first, "ready_to_leave", "system").mean() < of(proportion, "ready_to_leave", "system").mean()
    assert of(first, "waiting_for_package", OWN).mean() > of(proportion, "waiting_for_package", OWN).mean()


def test_supply_acts_by_places_where_packages_are_modelled() -> None:
    """`care.elasticity` only acts where packages are off; supply above what is needed changes nothing."""
    plan = care_place(beds=1000.0, care_supply=0.1)
    np.testing.assert_array_equal(
        of(run_care(plan), "delayed_beds", "system"), of(run_care(care_place(beds=1000.0)), "delayed_beds", "system")
    )
    off = plan.changed(tables=plan.tables | {"packages": (), "pathways": ()})
    assert of(run_care(off), "delayed_beds", "system").mean() < of(run_care(plan), "delayed_beds", "system").mean()


def test_people_step_down_into_beds_elsewhere() -> None:
    """Pathway 2 to a pool of beds: fewer of its beds, more who wait in the first pool."""
    many, few = (run_care(stepping_down(beds)) for beds in (100.0, 42.0))
    assert of(few, "ready_to_leave", "HOS/general/2").mean() > 1.5 * of(many, "ready_to_leave", "HOS/general/2").mean()
    np.testing.assert_allclose(
        of(many, "ready_to_leave", "HOS/general/2")[0, 3:], of(many, "ready_to_leave", "HOS/general/2")[0, 3], rtol=0.2
    )


def test_packages_open_and_close_on_a_date() -> None:
    """A `resize` of packages gives room from its start month, not before."""
    short = care_place(beds=1000.0, care_supply=-0.18)
    effect = {"kind": "resize", "organisation": "COU", "pod": HOME, "packages": 300}
    base, found = run_care(short), run_care(short.changed(initiatives=(starting("2017-04", effect),)))
    capacity = of(found, "package_capacity", OWN)[0] - of(base, "package_capacity", OWN)[0]
    np.testing.assert_allclose(capacity, [0.0] * 12 + [300.0 * 0.82] * 24, atol=1e-9)
    assert of(found, "waiting_for_package", OWN)[0, -1] < of(base, "waiting_for_package", OWN)[0, -1]


def test_care_that_is_given_follows_packages() -> None:
    """Weeks of care given at the council fall with packages in use, not with what is asked for."""
    found = run_care(care_place(pathways=(), care_supply=-0.2))
    use = np.concatenate(([1000.0], of(found, "packages_in_use", OWN)[0, :-1])) / 1000.0
    given = of(found, "activity", f"COU/{HOME}")[0]
    usual = of(run_care(care_place(pathways=())), "activity", f"COU/{HOME}")[0]
    np.testing.assert_allclose(given / usual, use, rtol=1e-9)


# Councils


def test_a_cut_reaches_packages_a_quarter_later() -> None:
    """“A cut reaches packages a quarter later” decided at the end of June, felt in September and not before."""
    short = care_place(councils=[rules("eligibility")], income=0.9 * (COST - CHARGES), pathways=(), months=24)
    base, found = run_care(with_rows(short, "councils", ())), run_care(short)
    level = of(found, "eligibility", "COU")[0]
    assert found.months[5] == "2016-09"
    assert (level[:5] == 1.0).all()
    assert level[5] < 1.0
    starts = of(found, "package_starts", OWN)[0] - of(base, "package_starts", OWN)[0]
    np.testing.assert_allclose(starts[:5], 0.0, atol=1e-9)
    assert starts[5] < -1.0


@pytest.mark.parametrize(
    "order", ["reserves eligibility", "reserves fees charging eligibility", "reserves eligibility charging"]
)
def test_a_council_balances_each_year_as_stated(order: str) -> None:
    """“A council must balance each year by reserves, fees or eligibility, as stated.” – to the pound while reserves last.

    Once they are gone, what a decision brings still balances the twelve months that follow it and not those from April on:
    the care that is cut ends little by little, so that the first of them are short and the later ones have money left.
    """
    plan = care_place(councils=[rules(order, reserves=1.5e6)], income=0.97 * (COST - CHARGES), months=60)
    found = run_care(plan)
    years, left = found["position"].by_year("COU")[0], of(found, "reserves", "COU")[0, 11::12]
    assert (left[:2] > 0).all()
    np.testing.assert_allclose(years[left > 0], np.maximum(years[left > 0], 0.0), atol=1e-6)
    np.testing.assert_allclose(years[:2], 0.0, atol=1e-6)
    assert years.min() > -0.002 * COST
    bare = run_care(with_rows(plan, "councils", ()))
    assert bare["position"].by_year("COU").max() < -0.02 * (COST - CHARGES)
    if order == "reserves eligibility":
        assert of(found, "eligibility", "COU")[0, -12:].max() < 1.0
        assert of(found, "unmet_care", "system")[0, -12:].min() > 0.0


def test_without_reserves_a_year_is_short_by_what_cuts_bring_only_later() -> None:
    """The rest is one of timing: the first year is short, as decisions take a quarter and care ends slowly; later ones are not."""
    plan = care_place(councils=[rules("eligibility")], income=0.97 * (COST - CHARGES), months=60)
    years = run_care(plan)["position"].by_year("COU")[0]
    assert -0.01 * COST < years[0] < -0.005 * COST
    assert (years[1:] > 0.0).all()
    assert years[2:].max() < 0.002 * COST


def test_reserves_are_used_once_and_not_below_their_floor() -> None:
    """Reserves at the start = those left + what years used, less years' surpluses; never below the floor."""
    plan = care_place(councils=[rules("reserves", reserves=1e6, floor=4e5)], income=0.97 * (COST - CHARGES))
    found = run_care(plan)
    reserves, used = of(found, "reserves", "COU")[0], of(found, "reserves_used", "COU")[0]
    np.testing.assert_allclose(reserves, 1e6 - np.cumsum(used), rtol=1e-9)
    assert reserves.min() == pytest.approx(4e5)
    position = of(found, "position", "COU")[0] - used
    parts = sum(of(found, name, "COU")[0] for name in ("income", "contract_income"))
    parts = parts - sum(
        of(found, n, "COU")[0] for n in ("contract_spend", "operating_cost", "programme_cost", "financing")
    )
    np.testing.assert_allclose(position, parts, rtol=1e-9, atol=1e-6)


def test_lower_fees_cost_packages_and_higher_charges_do_not() -> None:
    """Fees lower: the market offers less by the elasticity. Charging: more income, as many packages."""
    income = 0.98 * (COST - CHARGES)
    base = run_care(care_place(income=income))
    fees, charging = (run_care(care_place(councils=[rules(by)], income=income)) for by in ("fees", "charging"))
    lost = of(fees, "package_capacity", OWN)[0, -1] / of(base, "package_capacity", OWN)[0, -1]
    paid = of(fees, "cost_line", "COU/packages")[0, -1] / of(base, "cost_line", "COU/packages")[0, -1]
    assert 1.0 - lost == pytest.approx(0.5 * (1.0 - paid), rel=0.02)
    np.testing.assert_array_equal(of(charging, "packages_in_use", OWN), of(base, "packages_in_use", OWN))
    assert of(charging, "cost_line", "COU/charges")[0, -1] > 1.05 * of(base, "cost_line", "COU/charges")[0, -1]


def test_cost_and_charges_follow_public_packages_alone() -> None:
    """Cost = public packages × fee, charges = public packages × charge; who pays themselves costs the council nothing."""
    found = run_care(asked_less(care_place(pathways=()), 0.1))
    days = np.array([days_in(m) for m in found.months])
    mean = {
        e: (np.concatenate(([first], of(found, "packages_in_use", e)[0, :-1])) + of(found, "packages_in_use", e)[0])
        / 2.0
        for e, first in ((OWN, 1000.0), (FULL, 800.0))
    }
    cost = (mean[OWN] * 200 + mean[FULL] * 700) * days / 7
    charges = (mean[OWN] * 20 + mean[FULL] * 200) * days / 7
    np.testing.assert_allclose(of(found, "cost_line", "COU/packages")[0], cost, rtol=1e-9)
    np.testing.assert_allclose(of(found, "cost_line", "COU/charges")[0], charges, rtol=1e-9)


def test_a_cut_in_care_is_felt_in_beds() -> None:
    """Less eligibility: more people ready to leave and more unmet need, while the budget balances."""
    income = 0.9 * (COST - CHARGES)
    plan = care_place(councils=[rules("eligibility")], income=income, beds=1000.0)
    found, base = run_care(plan), run_care(with_rows(plan, "councils", ()))
    assert (
        of(found, "ready_to_leave", "system")[0, 12:].mean() > 1.5 * of(base, "ready_to_leave", "system")[0, 12:].mean()
    )
    assert of(found, "unmet_care", "system").sum() > 0


def test_money_from_the_better_care_fund_keeps_eligibility_up() -> None:
    """What a commissioner pays into a council's care is income of the council: with it, less is cut."""
    fields = {"kind": "block", "id": "fund", "about": "Better Care Fund", "payer": "CCG", "payee": "COU", "amount": 1e6,
              "source": "made up"}  # fmt: skip
    poor = care_place(councils=[rules("eligibility")], income=0.96 * (COST - CHARGES), pathways=())
    funded = poor.changed(contracts=(*poor.contracts, Contract.parse(fields)))
    without, with_fund = (of(run_care(p), "eligibility", "COU")[0, 12:].mean() for p in (poor, funded))
    assert without < with_fund < 1.0


def test_reserves_are_no_cash_twice() -> None:
    """Reserves used make good a position; the cash that pays for it was there before."""
    plan = care_place(councils=[rules("reserves", reserves=1e7)], income=0.97 * (COST - CHARGES))
    plan = with_library(with_rows(plan, "balances", (Balance(organisation="COU", cash=2e7, source="made up"),)))
    with_reserves, without = run_care(plan), run_care(with_rows(plan, "councils", ()))
    np.testing.assert_allclose(of(with_reserves, "cash", "COU"), of(without, "cash", "COU"), rtol=1e-12)
    assert (of(with_reserves, "position", "COU") > of(without, "position", "COU")).all()


def test_staff_limit_packages() -> None:
    """Packages of a staff group can be given as far as that group is at work; without a group, staff changes nothing."""
    group = StaffGroup(organisation="COU", group="care_workers", funded=1000.0, in_post=900.0, source="made up")
    grouped = (package(group="care_workers"), *PACKAGES[1:])
    plan = with_library(with_rows(care_place(grouped), "staff", (group,)))
    leaving = fixed(plan, **{"staff_leave.care_workers": 0.9, "staff_entrants": 0.0})
    found = run_care(leaving)
    strength = of(found, "staff_at_work", "COU/care_workers")[0]
    capacity = of(found, "package_capacity", OWN)[0]
    assert capacity[-1] < 0.9 * capacity[0]
    np.testing.assert_allclose(capacity[-1] / capacity[0], strength[-1] / strength[0], rtol=0.02)
    np.testing.assert_allclose(of(found, "package_capacity", FULL)[0], 880.0, rtol=1e-9)


def test_off_is_off_and_the_same_seed_gives_the_same_bits() -> None:
    """Without packages nothing of theirs is there; with them, futures do not depend on the batch."""
    plan = care_place(months=12)
    off = run_care(plan.changed(tables=plan.tables | {"packages": (), "pathways": ()}))
    assert not {"packages_in_use", "ready_to_leave", "reserves"} & set(off.series)
    assert plan.level("packages") == "local"
    rests = run_care(plan.changed(about=plan.about.model_copy(update={"levels": {"packages": "off"}})))
    for name, series in off.series.items():
        np.testing.assert_array_equal(rests[name].values, series.values)
    many, few = run_care(plan, 6, expected=False), run_care(plan, 3, expected=False)
    for name in ("packages_in_use", "ready_to_leave", "delayed_beds"):
        np.testing.assert_array_equal(many[name].values[:3], few[name].values)


def test_need_that_grows_is_followed_as_far_as_stated() -> None:
    """Where the market follows need in full nobody more waits; where it follows none, they do."""
    plan = care_place(pathways=(), months=60, growth_home_care_week=0.05)
    follows, stays = (run_care(p) for p in (plan, _set(plan, "care.follow", 0.0)))
    assert of(follows, "waiting_for_package", OWN).max() == 0.0
    assert of(stays, "waiting_for_package", OWN)[0, -1] > 10


def _set(plan: Plan, name: str, value: float) -> Plan:
    return fixed(plan, **{name.replace(".", "_", 1): value})


@pytest.mark.parametrize("way", ["fewer ask", "packages close", "fewer come from hospital"])
def test_no_saving_rests_on_what_fewer_packages_already_saved(way: str) -> None:
    """“none may rest on a cost line that … an activity saving already took”: on a council's packages as elsewhere."""
    acts = {
        "fewer ask": {"kind": "prevent", "scope": {"pods": [HOME]}, "share": 0.2},
        "packages close": {"kind": "resize", "organisation": "COU", "pod": HOMES, "packages": -200.0},
        "fewer come from hospital": prevents(0.3),
    }
    saving = {"line": "packages", "amount": 8e6, "maturity": "identified"}
    save = initiative("save", {"kind": "spend", "organisation": "COU", "saving": saving}, start="2016-07", delay=0.0)
    act = initiative("act", acts[way], start="2016-07", delay=0.0)

    def line(*own: Any, outcome: str = "cost_line", entity: str = "COU/packages") -> np.ndarray:
        return of(run_care(care_place(initiatives=own, months=36)), outcome, entity)[0]

    usual, alone = line(), line(act)
    planned = line(save, outcome="cip_saving", entity="save")
    counted = line(act, save, outcome="cip_saving", entity="save")
    took = np.maximum(usual - alone, 0.0)
    assert took[24:].sum() > 0.05 * planned[24:].sum() > 0
    np.testing.assert_allclose(counted, np.maximum(planned - took, 0.0), atol=0.05 * planned.max())
