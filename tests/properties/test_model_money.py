"""Money as the model notes § 7 have it: stranded cost, cash, building money, triggers; each sentence with its own test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.hillford import assumption, hillford, initiative, normal, prevents, saves
from fixtures.places import CENTRAL, run, with_rows
from placeplan.core.calendar import days_in, year_days
from placeplan.core.forms import Form
from placeplan.core.tables import Balance, CapitalRow, ContactCapacity, ControlTotal, MoneyLine
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.uptake import NEVER
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
MANY = Futures(count=40, held=frozenset({"chance"}))
"""Many worlds; chance is held, as no rule of money asks whether patients are whole, and days are then quick to run."""
SOURCE: dict[str, Any] = {"source": "made up"}
PRICES = normal("prices.pay", 0.0, 0.02)
OVERRUN = assumption("capital.overrun", {"kind": "uniform", "low": 1.0, "high": 1.6}, "capital", per="initiative")
INTEREST = assumption("finance.interest", {"kind": "fixed", "value": 0.06}, "other")


def planned(key: str, *effects: dict[str, Any], **fields: Any) -> Initiative:
    return initiative(key, *effects, **({"start": "2016-07", "delay": 0.0} | fields))


def lines(plan: Plan, *rows: dict[str, Any]) -> Plan:
    """The plan with these lines of the hospital in place of its own."""
    kept = [r for r in plan.tables["money"] if getattr(r, "organisation", "") != "HOS"]
    base = {"organisation": "HOS", "direction": "cost", "amount": 12e6} | SOURCE
    return with_rows(plan, "money", (*kept, *(MoneyLine.model_validate(base | r) for r in rows)))


def release(plan: Plan, how: str) -> Plan:
    return plan.changed(about=plan.about.model_copy(update={"form": Form.model_validate({"cost_release": how})}))


def by_day(o: Outcomes, line: str) -> np.ndarray[Any, Any]:
    """A line of the first future against its base-year amount of each month."""
    value = o["cost_line"].of(f"HOS/{line}")[0]
    share = np.array([days_in(m) / year_days(m) for m in o.months])
    return np.asarray(value / share / 12e6)


WARD = {"line": "wards", "driver": "beds", "stepped": 0.6, "steps": 10}
CARE = {"line": "care", "driver": "activity", "variable": 0.3, "stepped": 0.5, "steps": 10}
CLOSE = {"kind": "resize", "site": "HOS", "pool": "general", "beds": -32.0}


# Stranded cost


def test_fewer_contacts_release_variable_cost_at_once() -> None:
    """“Fewer contacts release variable cost at once”: a tenth fewer of everything releases 3 % of a line 30 % variable."""
    fewer = [planned(k, {"kind": "prevent", "scope": {"pods": [p]}, "share": 0.1}) for k, p in _PODS]
    o, before = (run(lines(hillford(initiatives=i), CARE), ONE) for i in (fewer, ()))
    ratio = by_day(o, "care") / by_day(before, "care")
    np.testing.assert_allclose(ratio[:3], 1.0)
    np.testing.assert_allclose(by_day(before, "care")[3:] - by_day(o, "care")[3:], 0.03, atol=0.002)


_PODS = (("one", "emergency_admission"), ("two", "outpatient_first"))


def test_stepped_cost_goes_when_a_resize_closes_the_ward() -> None:
    """“stepped cost when a `resize` closes the ward or team”: fewer people alone release none; one of ten wards, a tenth of it."""
    close, less = planned("close", CLOSE), planned("less", prevents(0.2))
    base, fewer, shut = (
        by_day(run(lines(hillford(initiatives=i), WARD), ONE), "wards") for i in ((), (less,), (close,))
    )
    np.testing.assert_allclose(fewer, base)
    np.testing.assert_allclose(base[3:] - shut[3:], 0.06)
    np.testing.assert_allclose(base[:3], shut[:3])


def test_stepped_cost_goes_when_a_resize_closes_the_team() -> None:
    """The same for contacts: a fifth of the visits closed lets two of ten teams go; fewer visits alone let none go."""
    visits = {"line": "teams", "driver": "outpatient_first", "stepped": 0.6, "steps": 10}
    close = {"kind": "resize", "site": "HOS", "pod": "outpatient_first", "contacts": -0.2 * 50000 / 12}
    less = {"kind": "prevent", "scope": {"pods": ["outpatient_first"]}, "share": 0.2}
    plan = with_rows(hillford(), "contacts", [
        ContactCapacity(site="HOS", pod="outpatient_first", capacity=6000.0, unmet="lost", **SOURCE)])  # fmt: skip
    base, fewer, shut = (
        by_day(run(lines(with_library(plan.changed(initiatives=i)), visits), ONE), "teams")
        for i in ((), (planned("less", less),), (planned("close", close),))
    )
    np.testing.assert_allclose(fewer, base)
    np.testing.assert_allclose(base[3:] - shut[3:], 0.12)
    np.testing.assert_allclose(base[:3], shut[:3])


def test_half_a_ward_closed_releases_nothing() -> None:
    """Stepped cost moves in whole wards."""
    half = planned("close", CLOSE | {"beds": -16.0})
    base, shut = (by_day(run(lines(hillford(initiatives=i), WARD), ONE), "wards") for i in ((), (half,)))
    np.testing.assert_allclose(base, shut)


def test_fixed_cost_goes_when_a_site_closes() -> None:
    """“fixed cost when a site closes”: only where the resize says what fixed cost ends."""
    site = planned("close", CLOSE | {"fixed_cost_released": 1.2e6})
    with_, without = (
        run(hillford(initiatives=(i,)), ONE)["programme_cost"].by_year("HOS")[0]
        for i in (site, planned("close", CLOSE))
    )
    assert with_[1] - without[1] == pytest.approx(-1.2e6)


def test_double_running_and_redundancy_cost_money() -> None:
    """“initiative cost”: six months of both, then a sum once."""
    both = CLOSE | {"double_running_months": 3, "double_running_cost": 4e6, "redundancy": 5e5}
    o = run(hillford(initiatives=(planned("close", both),)), ONE)["initiative_cost"].of("close")[0]
    share = np.array([days_in(m) / year_days(m) for m in ("2016-04", "2016-05", "2016-06")])
    np.testing.assert_allclose(o[:3], 4e6 * share)
    assert o[3] == 5e5
    assert not o[4:].any()


# Forms of cost release


def test_slow_releases_wards_and_sites_a_year_later() -> None:
    """The form `slow`: what closes is paid for a year longer; what opens is paid for at once."""
    site = planned("close", CLOSE | {"fixed_cost_released": 1.2e6})
    plan = lines(hillford(initiatives=(site,)), WARD)
    slow, steps = (run(release(plan, how), ONE) for how in ("slow", "steps"))
    np.testing.assert_allclose(by_day(slow, "wards")[:15], 1.0)
    np.testing.assert_allclose(by_day(slow, "wards")[15:], by_day(steps, "wards")[15:])
    np.testing.assert_allclose(slow["programme_cost"].of("HOS")[0][3:15], 0.0)
    assert (slow["programme_cost"].of("HOS")[0][15:] < 0).all()
    opens = lines(hillford(initiatives=(planned("open", CLOSE | {"beds": 32.0}),)), WARD)
    slow, steps = (run(release(opens, how), ONE) for how in ("slow", "steps"))
    np.testing.assert_allclose(by_day(slow, "wards"), by_day(steps, "wards"))


def test_at_once_releases_steps_like_variable_cost() -> None:
    """The form `at_once`: a stepped share is a variable one."""
    plan = hillford(initiatives=(planned("less", prevents(0.1)), planned("close", CLOSE | {"beds": -10.0})))
    moved = CARE | {"variable": 0.8, "stepped": 0.0, "steps": None}
    wards = WARD | {"variable": 0.6, "stepped": 0.0, "steps": None}
    stepped, variable = (run(lines(plan, *rows), ONE) for rows in ((CARE, WARD), (moved, wards)))
    at_once = run(release(lines(plan, CARE, WARD), "at_once"), ONE)
    for line in ("care", "wards"):
        np.testing.assert_allclose(by_day(at_once, line), by_day(variable, line), rtol=1e-12)
        assert (by_day(at_once, line) < by_day(stepped, line))[3:].any()


# Lines


def test_a_commissioned_line_is_volume_times_price() -> None:
    """“commissioned lines (prescribing, …: volume × price)”; "inflation per cost line"."""
    up = {"volume": 0.02, "price": 0.03}
    own = [assumption(f"own.{k}", {"kind": "fixed", "value": v}, "prices") for k, v in up.items()]
    kinds = ("prescribing", "continuing_healthcare", "primary_care", "specialised", "independent_sector")
    rows = [{"line": k, "kind": k, "growth": "own.volume", "inflator": "own.price"} for k in kinds]
    o = run(lines(hillford(*own), *rows), ONE)
    for kind in kinds:
        np.testing.assert_allclose(o["cost_line"].by_year(f"HOS/{kind}")[0], 12e6 * np.array([1.0, 1.02 * 1.03]))


def test_each_line_rises_by_its_own_prices() -> None:
    """“inflation per cost line”: two lines, two inflators."""
    own = assumption("own.price", {"kind": "fixed", "value": 0.05}, "prices")
    o = run(lines(hillford(own), {"line": "a", "inflator": "own.price"}, {"line": "b"}), ONE)
    years = [o["cost_line"].by_year(f"HOS/{k}")[0] for k in "ab"]
    np.testing.assert_allclose([y[1] / y[0] for y in years], [1.05, 1.0])


# Cost improvement


def test_several_savings_on_one_line_are_each_counted_and_never_more_than_the_line() -> None:
    """Two initiatives on one line add up; together they take no more than there is."""
    rows = {"line": "pay"}
    two = (planned("a", saves(2e6)), planned("b", saves(1e6)))
    o = run(lines(hillford(initiatives=two), rows), ONE)
    one, other = (o["cip_saving"].by_year(k)[0, 1] for k in "ab")
    assert (one, other) == (pytest.approx(1e6), pytest.approx(5e5))
    assert o["cost_line"].by_year("HOS/pay")[0, 1] == pytest.approx(12e6 - 1.5e6)
    much = (planned("a", saves(30e6)), planned("b", saves(10e6)))
    o = run(lines(hillford(initiatives=much), rows), ONE)
    assert o["cost_line"].by_year("HOS/pay")[0, 1] == pytest.approx(0.0, abs=1e-6)
    assert o["cip_saving"].by_year("a")[0, 1] == pytest.approx(3 * o["cip_saving"].by_year("b")[0, 1])


@pytest.mark.parametrize("driver", ["activity", "beds"])
def test_no_saving_rests_on_what_activity_already_saved(driver: str) -> None:
    """“none may rest on a cost line that … an activity saving already took”: only what goes beyond it counts."""
    row = {"line": "pay", "driver": driver, "variable": 0.5}
    acts = (planned("less", prevents(0.1)), planned("close", CLOSE))
    alone = run(lines(hillford(initiatives=acts), row), ONE)["cost_line"].by_year("HOS/pay")[0, 1]
    both = run(lines(hillford(initiatives=(*acts, planned("save", saves(2e6)))), row), ONE)
    base = run(lines(hillford(), row), ONE)["cost_line"].by_year("HOS/pay")[0, 1]
    saved = both["cip_saving"].by_year("save")[0, 1]
    assert base - alone > 1e4
    assert saved == pytest.approx(max(0.0, 1e6 - (base - alone)), rel=0.02)


def test_no_saving_rests_on_background_efficiency() -> None:
    """“none may rest on a cost line that background efficiency … already took”."""
    own = assumption("efficiency.background", {"kind": "fixed", "value": 0.05}, "efficiency")
    o = run(lines(hillford(own, initiatives=(planned("save", saves(2e6)),)), {"line": "pay", "efficiency": True}), ONE)
    assert o["cip_saving"].by_year("save")[0, 1] == pytest.approx(1e6 - 0.05 * 12e6)


@pytest.mark.parametrize(("maturity", "share"), [("identified", 0.5), ("unidentified", 0.0)])
def test_what_is_delivered_is_drawn_by_maturity(maturity: str, share: float) -> None:
    """“the share delivered is drawn from outturns; unidentified = 0”; owner and line stay its own."""
    o = run(lines(hillford(initiatives=(planned("save", saves(2e6, maturity)),)), {"line": "pay"}), ONE)
    assert o["cip_saving"].by_year("save")[0, 1] == pytest.approx(2e6 * share)


def test_what_is_not_recurrent_ends_after_a_year() -> None:
    """“recurrent or not”."""
    once = saves(2e6)
    once["saving"]["recurrent"] = False
    o = run(lines(hillford(initiatives=(planned("save", once),)), {"line": "pay"}), ONE)["cip_saving"].of("save")[0]
    assert (o > 0).tolist() == [3 <= m < 15 for m in range(24)]


# The system, cash and what was agreed


def rich() -> Plan:
    """A hospital that builds, wears, sells, borrows, has agreed a deficit, and is seldom in balance."""
    build = {"need": 6e6, "organisation": "HOS", "build_months": 6, "life_years": 10}
    plan = hillford(PRICES, OVERRUN, initiatives=(planned("build", capital=build, start="2017-04"),))
    worn = {
        "organisation": "HOS",
        "line": "wear",
        "direction": "cost",
        "kind": "depreciation",
        "amount": 2.4e6,
    } | SOURCE
    plan = with_rows(plan, "money", (*plan.tables["money"], MoneyLine.model_validate(worn)))
    plan = with_rows(plan, "balances", [Balance(organisation="HOS", cash=1e6, **SOURCE)])
    plan = with_rows(plan, "capital", [
        CapitalRow(organisation="HOS", year="2016/17", kind="receipt", amount=7e5, month="2016-09", **SOURCE),
        CapitalRow(organisation="HOS", year="2016/17", kind="grant", amount=3e5, initiative="build", **SOURCE),
    ])  # fmt: skip
    plan = with_rows(plan, "control_totals", [
        ControlTotal(organisation="HOS", year="2017/18", position=-2e6, **SOURCE),
        ControlTotal(organisation="system", year="2017/18", position=0.0, **SOURCE),
    ])  # fmt: skip
    return plan.changed(assumptions=(*plan.assumptions, INTEREST))


@pytest.fixture(scope="module")
def money() -> Outcomes:
    return run(rich(), MANY)


def test_the_systems_position_is_the_sum_of_its_organisations(money: Outcomes) -> None:
    every = sum(money["position"].of(o) for o in ("CCG", "HOS"))
    np.testing.assert_allclose(money["position"].of("system"), every, atol=1e-6)


def test_a_position_is_made_of_all_its_parts() -> None:
    """Income by contract and allocation, less cost, initiatives, contracts paid and financing: each part is there, once."""
    charge = {
        "organisation": "HOS",
        "line": "dividend",
        "direction": "financing",
        "kind": "charge",
        "amount": 1e6,
    } | SOURCE
    plan = with_rows(rich(), "money", (*rich().tables["money"], MoneyLine.model_validate(charge)))
    o = run(plan, MANY)
    parts = {
        "income": 1,
        "contract_income": 1,
        "contract_spend": -1,
        "operating_cost": -1,
        "programme_cost": -1,
        "financing": -1,
    }
    for org in ("CCG", "HOS"):
        total = sum(sign * o[name].of(org) for name, sign in parts.items())
        np.testing.assert_allclose(o["position"].of(org), total, atol=1e-6)
    assert all(abs(o[name].of("system")).max() > 1e4 for name in parts)
    rated = plan.changed(assumptions=tuple(a for a in plan.assumptions if a.id != "finance.interest"))
    free = run(rated.changed(assumptions=(*rated.assumptions, fixed_interest())), MANY)
    interest = o["interest"].of("HOS")
    np.testing.assert_allclose(o["financing"].of("HOS"), free["financing"].of("HOS") + interest, atol=1e-6)


def test_cash_is_conserved(money: Outcomes) -> None:
    """Cash changes by position + depreciation − capital + receipts, in every month of every future, to the penny."""
    cash = money["cash"].of("HOS")
    flow = (
        money["position"].of("HOS") + money["depreciation"].of("HOS") - money["capital_spend"].of("HOS")
        + money["receipts"].of("HOS")
    )  # fmt: skip
    np.testing.assert_allclose(np.diff(np.c_[np.full(MANY.count, 1e6), cash], axis=1), flow, atol=1e-6)
    assert "CCG" not in money["cash"].entities
    assert (money["depreciation"].of("HOS")[:, 12] > 2.4e6 / 365 * 30).all()


def test_depreciation_takes_no_cash(money: Outcomes) -> None:
    """The same plan with a line of another kind has that much less cash."""
    rows = [
        r.model_copy(update={"kind": "other"}) if getattr(r, "line", "") == "wear" else r
        for r in rich().tables["money"]
    ]
    free = rich().changed(assumptions=tuple(
        fixed_interest() if a.id == "finance.interest" else a for a in rich().assumptions))  # fmt: skip
    spent, worn = (run(with_rows(free, "money", m), ONE)["cash"].of("HOS")[0] for m in (rows, free.tables["money"]))
    assert (worn - spent)[-1] == pytest.approx(2 * 2.4e6)


def fixed_interest() -> Any:
    return assumption("finance.interest", {"kind": "fixed", "value": 0.0}, "other")


def test_borrowing_costs_interest_a_month_later(money: Outcomes) -> None:
    """“Promises on money judge the position after financing cost”: interest on cash below 0 is in it, a month later."""
    cash, interest = money["cash"].of("HOS"), money["interest"].of("HOS")
    share = np.array([days_in(m) / year_days(m) for m in money.months])
    np.testing.assert_allclose(interest[:, 0], 0.0)
    np.testing.assert_allclose(interest[:, 1:], np.maximum(-cash[:, :-1], 0.0) * 0.06 * share[1:])
    assert (interest > 0).any()
    paid = rich().changed(assumptions=tuple(a for a in rich().assumptions if a.id != "finance.interest"))
    without = run(paid.changed(assumptions=(*paid.assumptions, fixed_interest())), MANY)
    np.testing.assert_allclose(without["position"].of("HOS") - interest, money["position"].of("HOS"), atol=1e-6)


def test_a_receipt_comes_once_and_what_waits_for_an_initiative_waits(money: Outcomes) -> None:
    """“receipts once”: in their month, in each future; a grant when its initiative has begun."""
    came = money["receipts"].of("HOS")
    assert (came[:, 5] == 7e5).all()
    assert (came[:, 12] == 3e5).all()
    assert (came.sum(axis=1) == 1e6).all()


def test_a_receipt_waits_for_a_late_initiative() -> None:
    plan = rich().changed(initiatives=(planned("build", start="2017-08"),))
    came = run(plan, ONE)["receipts"].of("HOS")[0]
    assert (came == 3e5).tolist() == [m == 16 for m in range(24)]
    assert run(plan.changed(initiatives=()), ONE)["receipts"].of("HOS")[0].sum() == 7e5


def test_control_totals_are_nominal_and_of_their_year(money: Outcomes) -> None:
    """“Duties and control totals are nominal, dated, per organisation and for the system”, as differences by year."""
    for entity, agreed in (("HOS", -2e6), ("system", 0.0)):
        room = money["against_control_total"].by_year(entity)
        np.testing.assert_allclose(room[:, 1], money["position"].by_year(entity)[:, 1] - agreed, atol=1e-6)
        assert np.isnan(room[:, 0]).all()


# Building money


def builds(*initiatives: Initiative, **limits: float) -> Plan:
    plan = hillford(OVERRUN, normal("prices.general", 0.02, 0.01), initiatives=initiatives)
    rows = [
        CapitalRow(organisation=o, year=f"20{y}/{int(y) + 1}", kind="limit", amount=amount, **SOURCE)
        for key, amount in limits.items()
        for o, _, y in [key.partition("_")]
    ]
    return with_rows(plan, "capital", rows)


def project(key: str, need: float, priority: int | None = None, **fields: Any) -> Initiative:
    capital = {"need": need, "organisation": "HOS", "build_months": 6, "life_years": 10, "priority": priority}
    return planned(key, capital=capital, **({"start": "2016-10"} | fields))


def start(o: Outcomes, key: str) -> np.ndarray[Any, Any]:
    """First month of an initiative, ``[future]``; beyond the run where it never begins."""
    begun = o["started"].of(key)
    return np.where(begun.any(axis=1), begun.argmax(axis=1), NEVER)


def test_the_limit_is_kept_in_every_future_and_year() -> None:
    """“limit (spend counts whatever its cash source)”: with drawn overruns, in each year, for each and for all."""
    many = [project(k, 2e6) for k in ("a", "b", "c", "d")]
    o = run(builds(*many, HOS_16=5e6, HOS_17=3e6, system_17=2.8e6), MANY)
    spent = o["capital_spend"].by_year("HOS")
    assert (spent[:, 0] <= 5e6 * (1 + 1e-6)).all()
    assert (spent[:, 1] <= 2.8e6 * (1 + 1e-6)).all()
    np.testing.assert_allclose(o["capital_limit"].by_year("HOS"), [[5e6, 3e6]] * MANY.count)
    np.testing.assert_allclose(o["capital_room"].by_year("HOS"), o["capital_limit"].by_year("HOS") - spent, atol=1e-3)
    sold = builds(*many, HOS_16=5e6, HOS_17=3e6, system_17=2.8e6)
    sale = CapitalRow(organisation="HOS", year="2016/17", kind="receipt", amount=9e6, month="2016-04", **SOURCE)
    sold = with_rows(sold, "capital", (*sold.tables["capital"], sale))
    np.testing.assert_array_equal(run(sold, MANY)["capital_spend"].values, o["capital_spend"].values)
    free = run(builds(*many), MANY)
    assert (free["capital_spend"].by_year("HOS")[:, 0] > 5e6).all(), "the limit has to bite"
    assert "capital_limit" not in free.series


def test_who_comes_first_is_built_first() -> None:
    """Later projects wait until there is room, by stated priority, then date, then id; or never start."""
    one, two = project("a", 2e6), project("b", 2e6)
    o = run(builds(one, two, HOS_16=3.5e6, HOS_17=3.5e6), MANY)
    assert (start(o, "a") == 6).all()
    assert (start(o, "b") > 6).all()
    assert (start(o, "b") < NEVER).all()
    first = run(builds(one, project("b", 2e6, 1), HOS_16=3.5e6, HOS_17=3.5e6), MANY)
    assert (start(first, "b") == 6).all()
    np.testing.assert_array_equal(start(first, "a") > 6, True)
    never = run(builds(one, two, HOS_16=3.5e6, HOS_17=0.0), MANY)
    assert (start(never, "b") >= NEVER).all()
    assert not never["initiative_cost"].of("b").any()


def test_whether_it_waits_depends_on_the_drawn_overrun() -> None:
    """“need with optimism bias”: a project within the limit as estimated waits in just those futures where it overruns."""
    o = run(builds(project("a", 2e6), HOS_16=2.6e6, HOS_17=3.5e6), MANY)
    over = 2e6 * o.draws["capital.overrun@a"] > 2.6e6
    assert 0 < over.sum() < MANY.count
    np.testing.assert_array_equal(start(o, "a") > 6, over)


def test_what_is_required_waits_too() -> None:
    o = run(builds(project("a", 2e6), planned("after", requires=("a",)), HOS_16=1e6, HOS_17=3.5e6), MANY)
    np.testing.assert_array_equal(start(o, "after"), start(o, "a") + 1)
    assert (start(o, "a") > 6).all()


def test_a_project_beyond_every_limit_changes_nothing_of_the_others() -> None:
    big = run(builds(project("a", 2e6), project("z", 90e6, 1), HOS_16=3.5e6, HOS_17=3.5e6), MANY)
    alone = run(builds(project("a", 2e6), HOS_16=3.5e6, HOS_17=3.5e6), MANY)
    np.testing.assert_array_equal(big["capital_spend"].values, alone["capital_spend"].values)


# Spending by setting


def test_spending_by_setting_is_shared_out_whole() -> None:
    """“spend share by setting and on prevention”: shares sum to 1, and follow the line's own setting."""
    spend = {"kind": "spend", "organisation": "HOS", "recurrent": 6e6}
    fewer = planned("falls", spend, theme="prevention")
    plan = lines(
        hillford(initiatives=(fewer,)), {"line": "wards"}, {"line": "hub", "setting": "community", "amount": 6e6}
    )
    shares = run(plan, ONE)["spend_share"]
    np.testing.assert_allclose(shares.values.sum(axis=2), 1.0)
    assert shares.of("acute")[0, 0] == pytest.approx(12 / 18)
    assert shares.of("prevention")[0, -1] == pytest.approx(6 / 24)
    assert shares.of("community")[0, -1] == pytest.approx(6 / 24)
    assert not shares.of("prevention")[0, :3].any()


def test_tables_that_are_not_given_change_nothing() -> None:
    """Limits that never bite, cash that is there and totals that were agreed change no start, position or bed."""
    plan = hillford(PRICES, initiatives=(project("a", 2e6),))
    more = with_rows(
        plan, "capital", [CapitalRow(organisation="system", year="2016/17", kind="limit", amount=1e9, **SOURCE)]
    )
    more = with_rows(more, "balances", [Balance(organisation="HOS", cash=1e9, **SOURCE)])
    o, before = (run(p, MANY) for p in (more.changed(assumptions=(*plan.assumptions, INTEREST)), plan))
    for name, series in before.series.items():
        np.testing.assert_array_equal(o[name].values, series.values, err_msg=name)
