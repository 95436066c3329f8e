"""Contracts of every form: what one pays another receives, what is agreed for a year, what is measured, what is refused."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.doors import ACTIVITY, NURSES, door, doors
from fixtures.places import CENTRAL, fixed, initiative, only, place, run
from fixtures.waiting import SURGERY, waiting
from placeplan.contracts.base import Contract, Period
from placeplan.futures.sample import Futures
from placeplan.model.explain import explain
from placeplan.model.heads import Heads
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of
from placeplan.plan.schema import Plan

FUTURES = Futures(count=6)
HELD = Futures(count=6, held=frozenset({"chance"}))
"""The same worlds with chance held, where a rule asks nothing of it: days are then quick to run."""
EMERGENCY, VISIT, DAY = "emergency_admission", "outpatient_first", "day_case"
BASE = {"about": "Made up for a test", "payer": "COM1", "payee": "ACU1", "source": "made up"}
FULL = {"outcome": "occupancy", "entity": "ACU1", "over": "month", "at_most": 0.9}
FORMS: dict[str, dict[str, Any]] = {
    "tariff": {"prices": {VISIT: 140, DAY: 700, EMERGENCY: 2100}},
    "piecewise": {"pod": EMERGENCY, "price": 2100, "baseline": 20000, "rate_below": 0.2, "rate_above": 0.7},
    "block": {"amount": 50e6, "covers": [EMERGENCY]},
    "capitation": {"per_head": 400, "corridor": {"measure": "activity", "band": 0.02, "prices": {EMERGENCY: 2100}}},
    "gain_share": {"pod": EMERGENCY, "baseline": 24000, "value": 2100, "share_loss": 0.5, "floor": -2e6, "cap": 2e6},
    "pooled": {
        "payee": "LA1", "contributors": {"COM1": 9e6, "LA1": 4e6, "CHS1": 1e6},
        "purposes": [
            {"to": "LA1", "about": "Home care", "amount": 6e6},
            {"to": "CHS1", "about": "Visits", "pod": "community_contact", "price": 40},
            {"to": "ACU1", "about": "Wards that are not full", "amount": 1e6, "condition": FULL},
        ],
    },
    "quality": {
        "share_of": "form_tariff",
        "rewards": [
            {"about": "Wards", "pays": "outcome", "share": 0.015, "condition": FULL},
            {"about": "Start", "pays": "adoption", "amount": 1e6,
             "condition": {"outcome": "started", "entity": "fewer", "over": "month", "at_least": 1}},
        ],
    },
    "conditional_funding": {
        "payer": "NAT", "amount": 6e6, "taper": 0.25,
        "condition": {"outcome": "position", "entity": "ACU1", "over": "quarter", "at_least": 0},
    },
}  # fmt: skip


def form(kind: str, id_: str = "", **fields: Any) -> Contract:
    return Contract.parse(BASE | {"kind": kind, "id": id_ or f"form_{kind}"} | FORMS[kind] | fields)


def fewer(share: float = 0.1, **more: Any) -> Any:
    return initiative("fewer", {"kind": "prevent", "scope": {"pods": [EMERGENCY]}, "share": share}, **more)


def paying(*contracts: Contract, months: int = 24, plan: Plan | None = None) -> Plan:
    """The made-up place with these contracts alone, and one initiative."""
    return only(plan or place(1, months), fewer()).changed(contracts=contracts)


@cache
def every() -> tuple[Plan, Outcomes]:
    """Every form of contract side by side, one of them for an area, one in place of another from a date."""
    contracts = [form(kind) for kind in FORMS]
    contracts += [
        form("piecewise", "north", areas=("A01",), settles="month"),
        form("pooled", "monthly", settles="month"),
    ]
    contracts += [form("capitation", "later", starts="by_initiative", areas=("A02",))]
    switch = initiative(
        "switch", {"kind": "recontract", "old": "form_block", "new": "later"}, start="2016-11", delay="initiative.delay"
    )
    plan = paying(*contracts)
    plan = plan.changed(initiatives=(*plan.initiatives, switch))
    return plan, run(plan, FUTURES)


def test_every_form_of_contract_stands_in_the_test() -> None:
    assert set(FORMS) == set(Contract.kinds())
    plan, o = every()
    assert {c.name for c in plan.contracts} == set(Contract.kinds())
    for c in plan.contracts:
        assert o["contract_payment"].of(c.id).any(), c.id


def test_inside_the_footprint_payments_sum_to_zero_in_every_month_of_every_future() -> None:
    """Under all forms at once: only what comes from beyond is left over."""
    _, o = every()
    inside = [e for e in o["contract_income"].entities if e != "system"]
    net = sum(o["contract_income"].of(e) - o["contract_spend"].of(e) for e in inside)
    beyond = o["contract_payment"].of("form_conditional_funding")
    scale = np.abs(o["contract_payment"].values).sum(axis=2) + 1.0
    assert (np.abs(net - beyond) <= 1e-12 * scale).all()
    assert beyond.any()
    for name in ("contract_income", "contract_spend"):
        np.testing.assert_allclose(o[name].of("system"), sum(o[name].of(e) for e in inside), rtol=1e-9, atol=1e-5)


@cache
def year_without() -> Outcomes:
    """A year without any contract."""
    return run(paying(months=12), HELD)


@pytest.mark.parametrize("kind", sorted(set(FORMS) - {"conditional_funding"}))
def test_the_system_has_the_same_surplus_under_every_form_for_the_same_activity(kind: str) -> None:
    """A contract inside the footprint moves money between organisations, and makes none."""
    contracts = (form(kind), *((form("tariff", "form_tariff"),) if kind == "quality" else ()))
    with_, without = run(paying(*contracts, months=12), HELD)["position"], year_without()["position"]
    np.testing.assert_allclose(with_.of("system"), without.of("system"), rtol=1e-9, atol=1e-4)
    assert (
        np.abs(
            with_.of("ACU1" if kind != "pooled" else "LA1") - without.of("ACU1" if kind != "pooled" else "LA1")
        ).max()
        > 1e3
    )


def test_forms_agreed_on_the_same_sum_pay_the_same_for_what_was_expected() -> None:
    """At the baseline tariff, piecewise, block and capitation pay one sum; gain shares and corridors nothing."""
    period = Period({EMERGENCY: 1000.0}, {}, {"": 1.0, EMERGENCY: 1.0}, heads=4000.0)
    sums = {
        "tariff": {"prices": {EMERGENCY: 2000}},
        "piecewise": {"price": 2000, "baseline": 1000},
        "block": {"amount": 2e6},
        "capitation": {"per_head": 500, "corridor": {"measure": "activity", "band": 0.0, "prices": {EMERGENCY: 2000}}},
    }
    for kind, fields in sums.items():
        contract = form(kind, **fields)
        assert contract.total(contract.legs(period)) == pytest.approx(2e6), kind
    assert form("gain_share", baseline=1000).payment(period) == 0.0


@settings(max_examples=60)
@given(
    months=st.lists(st.integers(0, 400), min_size=12, max_size=12), below=st.sampled_from([0.2, 1.0]),
    above=st.sampled_from([0.2, 0.7, 1.0]), cap=st.sampled_from([None, 2.6e6]), seed=st.randoms(use_true_random=False),
)  # fmt: skip
def test_what_is_agreed_for_a_year_does_not_depend_on_the_months(
    months: list[int], below: float, above: float, cap: float | None, seed: Any
) -> None:
    """Settled over the year, the same contacts in another order are paid the same, and as the rule on the whole year."""
    contract = form("piecewise", price=1000, baseline=2400, rate_below=below, rate_above=above, cap=cap)
    shuffled = list(months)
    seed.shuffle(shuffled)
    whole = contract.payment(Period({EMERGENCY: float(sum(months))}, {}, {"": 1.0, EMERGENCY: 1.0}))
    for order in (months, shuffled):
        assert sum(settled(contract, order)) == pytest.approx(whole, abs=1e-6)


def settled(contract: Contract, contacts: list[int], active: list[float] | None = None) -> list[float]:
    from placeplan.model.settlement import Settlement  # noqa: PLC0415

    s = Settlement(contract, 1, 0)
    found = []
    for n, number in enumerate(contacts):
        fresh = Period({EMERGENCY: np.array([float(number)])}, {}, {"": 1 / 12, EMERGENCY: 1 / 12}, month=n % 12 + 1)
        legs = s.month(n == 0, np.array([1.0 if active is None else active[n]]), fresh)
        found.append(float(np.asarray(contract.total(legs)).sum()))
    return found


def test_noise_within_the_year_is_paid_for_where_months_are_settled_alone() -> None:
    """Why years are settled: at 70 % above and all below, a month up and a month down lose 30 % of the swing."""
    swing = [300, 100] * 6
    by_year, by_month = (
        form("piecewise", price=1000, baseline=2400, rate_below=1.0, rate_above=0.7, settles=s)
        for s in ("year", "month")
    )
    assert sum(settled(by_year, swing)) == pytest.approx(2400 * 1000)
    assert sum(settled(by_month, swing)) == pytest.approx(2400 * 1000 - 6 * 100 * 1000 * 0.3)


def test_a_contract_that_runs_for_part_of_a_year_is_settled_on_its_own_months() -> None:
    active = [0.0] * 3 + [1.0] * 6 + [0.0] * 3
    contract = form("piecewise", price=1000, baseline=2400, rate_below=1.0, rate_above=0.7)
    paid = settled(contract, [220] * 12, active)
    assert sum(paid) == pytest.approx(1200 * 1000 + 120 * 700)
    assert [bool(p) for p in paid] == [bool(a) for a in active]


def test_a_pool_is_spent_once_and_its_balance_goes_back() -> None:
    """Paid in = spent + given back, each year and future; the host holds the rest, and nothing after March."""
    _, o = every()
    pay = o["contract_payment"]
    for pool in ("form_pooled", "monthly"):
        own = [e for e in pay.entities if e.startswith(f"{pool}/")]
        into, out, back = (
            sum(pay.by_year(e) for e in own if e.startswith(f"{pool}/{w}/")) for w in ("in", "out", "back")
        )
        np.testing.assert_allclose(into, out + back, rtol=1e-12)
        np.testing.assert_allclose(into, pay.by_year(pool), rtol=1e-12)
        held = o["pool_balance"].of(pool)
        assert np.abs(held[:, 11::12]).max() < 1e-3
    held = o["pool_balance"].of("form_pooled")
    assert np.abs(held[:, :11]).max() > 1e4
    assert np.abs(o["pool_balance"].of("monthly")).max() < 1e-3


@pytest.mark.parametrize("who", ["shared", "host"])
def test_what_a_pool_overspends_is_borne_by_those_named(who: str) -> None:
    over = form(
        "pooled", contributors={"COM1": 5e6}, purposes=[{"to": "CHS1", "about": "Care", "amount": 6e6}], overspend=who
    )
    o, none = (run(paying(*c, months=12), Futures(count=1, held=CENTRAL))["position"] for c in ((over,), ()))
    change = {org: float((o.by_year(org) - none.by_year(org))[0, 0]) for org in ("COM1", "LA1", "CHS1")}
    borne = {"shared": {"COM1": -6e6, "LA1": 0.0}, "host": {"COM1": -5e6, "LA1": -1e6}}[who]
    assert change == pytest.approx(borne | {"CHS1": 6e6}, abs=1.0)


def test_outcomes_wait_a_month() -> None:
    """Money that hangs on a month's outcome moves in the next month, by what was recorded."""
    _, o = every()
    full = o["occupancy"].of("ACU1")
    paid = o["contract_payment"].of("form_quality/outcome")
    tariff = o["contract_payment"].of("form_tariff")
    earned = np.concatenate([np.ones((full.shape[0], 1), bool), full[:, :-1] <= 0.9], axis=1)
    np.testing.assert_allclose(paid, 0.015 * tariff * earned, rtol=1e-9)
    assert 0 < earned.mean() < 1


def test_adoption_and_outcome_are_told_apart() -> None:
    _, o = every()
    started = o["started"].of("fewer")
    pay = o["contract_payment"]
    assert (pay.of("form_quality/adoption")[:, 1:] > 0).tolist() == (started[:, :-1] > 0).tolist()
    np.testing.assert_allclose(
        pay.of("form_quality"), pay.of("form_quality/adoption") + pay.of("form_quality/outcome"), rtol=1e-12
    )


def test_what_contracts_read_is_kept_for_them_and_not_put_into_the_result() -> None:
    plan, o = every()
    less = run(plan, FUTURES, keep=frozenset({"contract_payment"}), until=12)
    assert set(less.series) == {"contract_payment"}
    assert (less["contract_payment"].values == o["contract_payment"].values[:, :12]).all()


def test_a_fund_fades_and_flows_while_the_control_total_was_kept() -> None:
    """A sum a year with taper and trigger: lost in the quarter after the total was missed, judged without the fund."""

    def fund(at_least: float) -> Any:
        condition = {"outcome": "position", "entity": "ACU1", "over": "quarter", "at_least": at_least}
        return run(paying(form("conditional_funding", condition=condition)), Futures(count=1, held=CENTRAL))

    kept, missed = (fund(b)["contract_payment"].of("form_conditional_funding")[0] for b in (-1e12, 1e12))
    assert kept[:12].sum() == pytest.approx(6e6)
    assert kept[12:].sum() == pytest.approx(6e6 * 0.75)
    assert missed[:3].sum() == pytest.approx(kept[:3].sum())
    assert not missed[3:].any()
    o = fund(-1e12)
    own = o["position"].of("ACU1")[0, :3].sum() - o["contract_payment"].of("form_conditional_funding")[0, :3].sum()
    rate = own / (91 / 365)
    bounds = (rate - 1e5, rate + 1e5)
    paid = [fund(b)["contract_payment"].of("form_conditional_funding")[0, 3] > 0 for b in bounds]
    assert paid == [True, False]


def test_nothing_is_shared_within_a_corridor_and_a_share_beyond() -> None:
    """Capitation with a corridor around last year's cost: the year after, spread over its months."""

    def shared(band: float) -> np.ndarray[Any, Any]:
        corridor = {"measure": "cost", "band": band, "share_above": 0.5, "share_below": 0.5}
        plan = paying(form("capitation", corridor=corridor))
        found: np.ndarray[Any, Any] = run(plan, HELD)["contract_payment"].of("form_capitation/corridor")
        return found

    assert not shared(1.0)[:, :12].any()
    free, wide = shared(0.0), shared(0.05)
    assert not free[:, :12].any()
    assert (free[:, 12:] > wide[:, 12:]).all()
    assert (wide[:, 12:] > 0).all()


def test_weighted_heads_are_people_and_the_old_weigh_more() -> None:
    plan = place(1)
    baseline = baseline_of(plan, 12)
    heads = Heads(baseline)
    people = baseline.people[:12].mean(axis=0)
    assert (people.sum(axis=0) * heads.weights).sum() == pytest.approx(people.sum())
    ages = [a for a, _ in enumerate(baseline.ages)]
    assert heads.weights[:, ages[-1]].min() > heads.weights[:, ages[3]].max()
    parts = sum(heads.of((area,), 0, 1.0, 1.0) for area in baseline.areas)
    assert parts == pytest.approx(heads.of((), 0, 1.0, 1.0))
    assert heads.of((), 0, 1.0, 1.1) > heads.of((), 0, 1.0, 1.0)


def test_a_gain_share_pays_for_fewer_contacts_between_floor_and_cap() -> None:
    def paid(share: float, **fields: Any) -> float:
        plan = paying(form("gain_share", **({"baseline": 22000, "floor": None, "cap": None} | fields)))
        plan = plan.changed(initiatives=(fewer(share, start="2016-04"),))
        return float(run(plan, Futures(count=1, held=CENTRAL))["contract_payment"].by_year("form_gain_share")[0, -1])

    less, more = paid(0.1), paid(0.3)
    assert less < more
    assert paid(0.3, cap=less) == pytest.approx(less)
    assert paid(0.3, trigger=1e12) == 0.0
    assert paid(0.3, better="higher", floor=-1e3, share_loss=1.0) == pytest.approx(-1e3)


def limited(contacts: float, **fields: Any) -> Plan:
    plan = {"pod": VISIT, "contacts": contacts} | fields
    return paying(form("tariff", activity_plan=[plan]), months=12)


def test_an_activity_plan_limits_activity_itself() -> None:
    """What is asked beyond it is not given, not paid, and counted; people from beyond are not held to it."""
    free, held = run(limited(1e9), FUTURES), run(limited(60000), FUTURES)
    asked, given = (o["activity"].of(f"system/{VISIT}") for o in (free, held))
    refused = held["activity_refused"].of(f"ACU1/{VISIT}")
    np.testing.assert_allclose(asked, given + refused, rtol=1e-9)
    assert (refused > 0).all()
    assert not free["activity_refused"].values.any()
    assert (refused == held["activity_refused"].of(f"system/{VISIT}")).all()
    residents = 60000 - 1e-6
    assert (given.sum(axis=1) > residents).all(), "people from beyond come on top"
    price = free["contract_payment"].of("form_tariff") - held["contract_payment"].of("form_tariff")
    np.testing.assert_allclose(price, 140 * refused, rtol=1e-6, atol=1e-3)
    assert (held["activity"].of(f"system/{DAY}") == free["activity"].of(f"system/{DAY}")).all()
    assert (held["demand"].of(VISIT) == free["demand"].of(VISIT)).all()


def test_room_that_a_month_leaves_serves_later_months_where_the_plan_says_so() -> None:
    uneven = [0.2, *[0.8 / 11] * 11]
    strict, carried = (
        run(limited(110000, profile=uneven, carries=c), FUTURES)["activity_refused"] for c in (False, True)
    )
    assert (carried.values.sum(axis=1) < strict.values.sum(axis=1)).all()
    assert not carried.values[:, 0].any()


def test_a_plan_without_activity_plans_is_as_it_was() -> None:
    """Off where it is not given: not a bit changes, and nothing is counted."""
    bare, open_ = (
        paying(form("tariff", **f), months=12) for f in ({}, {"activity_plan": [{"pod": VISIT, "contacts": 1e9}]})
    )
    one, other = run(bare, FUTURES), run(open_, FUTURES)
    assert "activity_refused" not in one.series
    assert all((one[n].values == other[n].values).all() for n in one.series)


def test_an_activity_plan_begins_and_ends_with_its_contract() -> None:
    plan = limited(60000)
    waiting = form("tariff", activity_plan=[{"pod": VISIT, "contacts": 60000}], starts="by_initiative")
    switch = initiative("switch", {"kind": "recontract", "old": "form_block", "new": "form_tariff"}, start="2016-10")
    plan = plan.changed(contracts=(waiting, form("block")), initiatives=(switch,))
    refused = run(plan, FUTURES)["activity_refused"].of(f"ACU1/{VISIT}")
    assert (refused > 0).any(axis=0).tolist() == [False] * 6 + [True] * 6


def test_who_is_refused_by_a_plan_stays_on_the_list_where_there_is_one() -> None:
    """What is asked beyond a plan joins what is asked and not given: the list grows by just the visits refused."""
    plan = waiting()
    site, pod = SURGERY["site"], SURGERY["first_pod"]
    orgs = {r.site: r.site for r in plan.tables["activity"]}  # type: ignore[attr-defined]
    baseline = baseline_of(plan)
    payee = baseline.site_organisation[site]
    assert site in orgs
    payer = next(o.id for o in plan.tables["organisations"] if o.type == "commissioner")  # type: ignore[attr-defined]
    usual = sum(
        float(s.cells.sum())
        for s in baseline.streams
        if s.pod == pod and baseline.site_organisation.get(s.site) == payee
    )

    def listed(contacts: float) -> Outcomes:
        held = form("block", payer=payer, payee=payee, covers=(), activity_plan=[{"pod": pod, "contacts": contacts}])
        return run(plan.changed(contracts=(held,)), Futures(count=2, held=CENTRAL))

    free, none, tight = (
        listed(1e9),
        run(plan.changed(contracts=()), Futures(count=2, held=CENTRAL)),
        listed(0.8 * usual),
    )
    assert (free["list"].values == none["list"].values).all()
    assert (tight["list"].of("system")[:, -1] > 1.2 * free["list"].of("system")[:, -1]).all()
    assert (tight["activity"].of(f"system/{pod}") < free["activity"].of(f"system/{pod}")).all()


def test_who_is_refused_at_a_door_waits_or_goes_elsewhere_as_the_door_says() -> None:
    """What is asked beyond a plan joins what is asked and not given at a door of contacts.csv."""

    def nurses(contacts: float, unmet: str) -> Outcomes:
        plan = {"activity_plan": [{"pod": NURSES[1], "contacts": contacts}]}
        held = Contract.parse(
            BASE | {"kind": "block", "id": "nurses", "payer": "CCG", "payee": "COM", "amount": 1e6} | plan
        )
        return run(doors(door(NURSES, unmet, capacity=1e7), contracts=(held,)), Futures(count=2, held=CENTRAL))

    entity, usual = "/".join(NURSES), ACTIVITY[NURSES]
    for unmet in ("waits", "lost"):
        free, tight = nurses(1e9, unmet), nurses(0.8 * usual, unmet)
        assert not free["not_given"].of(entity).any()
        np.testing.assert_allclose(tight["activity"].by_year(entity), 0.8 * usual, rtol=1e-6)
        asked = tight["asked"].of(entity)
        np.testing.assert_allclose(tight["not_given"].of(entity)[:, 0], 0.2 * asked[:, 0], rtol=1e-3)
        kept = tight["backlog" if unmet == "waits" else "lost"].of(entity)
        assert (kept > 0).all()
        np.testing.assert_allclose(
            tight["activity_refused"].of(entity)[:, 0], tight["not_given"].of(entity)[:, 0], rtol=1e-9
        )


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_every_form_may_replace_another_from_a_date_for_some_areas_with_prices_that_rise(kind: str) -> None:
    own = {"condition": None} if kind == "conditional_funding" else {}
    new = form(kind, "new", starts="by_initiative", areas=("A01",), uplift="prices.general", **own)
    old = form("tariff", "old")
    switch = initiative("switch", {"kind": "recontract", "old": "old", "new": "new"}, start="2016-10")
    others = (form("tariff"),) if kind == "quality" else ()
    plan = fixed(paying(new, old, *others), prices_general=0.1).changed(initiatives=(fewer(start="2016-04"), switch))
    pay = run(plan, Futures(count=2, held=CENTRAL))["contract_payment"]
    assert (pay.of("old") != 0).any(axis=0).tolist() == [True] * 6 + [False] * 18
    assert not pay.of("new")[:, :6].any()
    assert pay.of("new")[:, 6:].any()
    flat = run(fixed(plan, prices_general=0.0), Futures(count=2, held=CENTRAL))["contract_payment"]
    assert (pay.of("new")[:, :12] == flat.of("new")[:, :12]).all()
    if kind not in ("quality", "conditional_funding"):
        np.testing.assert_allclose(pay.by_year("new")[:, 1], 1.1 * flat.by_year("new")[:, 1], rtol=1e-9)


def test_the_trace_of_a_payment_shows_its_parts() -> None:
    plan, o = every()
    baseline = baseline_of(plan)
    for c in plan.contracts:
        node = explain(plan, baseline, o, "contract_payment", c.id, depth=2)
        parts = [n for n in node.made_of if n.name.startswith(f"contract_payment of {c.id}/")]
        into = [n for n in parts if not n.name.partition("/")[2].startswith(("out/", "back/", "borne/"))]
        if parts:
            assert sum(n.value or 0.0 for n in into) == pytest.approx(node.value), c.id
    host = explain(plan, baseline, o, "contract_income", "CHS1", depth=1)
    assert sum(n.value or 0.0 for n in host.made_of) == pytest.approx(host.value)
    spent = explain(plan, baseline, o, "contract_spend", "LA1", depth=1)
    assert sum(n.value or 0.0 for n in spent.made_of) == pytest.approx(spent.value)
