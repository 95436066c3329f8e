"""Staff: nobody is lost, all share one labour market, and what a plan wants to do reaches no further than its posts are filled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.places import initiative, place, run, with_rows
from fixtures.staff import ONE, group, in_post, labour, pass_month, staffed_place, workforce
from placeplan.capacity import staff
from placeplan.core.tables import MoneyLine
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes, join
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.stress.limits import not_modelled, not_reached

HOSPITAL, COMMUNITY = "ACU1", "CHS1"
PLENTY = labour(entrants=1e7)


def employs(**more: Any) -> dict[str, Any]:
    return {"kind": "employ", "organisation": COMMUNITY, "group": "porters"} | more


def prevents(share: float = 0.1) -> dict[str, Any]:
    return {"kind": "prevent", "scope": {"pods": ["emergency_admission"]}, "share": share}


def team(*effects: dict[str, Any], **more: Any) -> Any:
    return initiative("team", *effects, owner=COMMUNITY, **more)


def of(o: Outcomes, outcome: str, entity: str) -> np.ndarray:
    return o[outcome].of(entity)[0]


# The stock of staff


def test_the_base_year_stays_as_it_is() -> None:
    """Where as many come as left, every employer keeps the staff of the base year, whatever its vacancies."""
    rows = (
        group(HOSPITAL, funded=1000, in_post=880),
        group(COMMUNITY, funded=300, in_post=297),
        group("LA1", in_post=100),
    )
    found = in_post(staffed_place(*rows))
    np.testing.assert_allclose(found, np.broadcast_to([880, 297, 100], found.shape), rtol=1e-12)


def test_staff_settle_where_they_should_and_approach_it_geometrically() -> None:
    """wte* = funded × fill / (1 − (1 − leave/12)(1 − fill)), each month nearer by (1 − leave/12)(1 − fill): exactly."""
    found = in_post(staffed_place(group(HOSPITAL), market=(PLENTY,)))[:, 0]
    fill, leave = 1 / 3, 0.12
    there = staff.settled_staff(100.0, leave, fill)
    pace = (1 - leave / 12) * (1 - fill)
    np.testing.assert_allclose(found - there, (90.0 - there) * pace ** np.arange(24), rtol=1e-9, atol=1e-10)
    assert found[-1] == pytest.approx(there, rel=1e-3)


def test_where_people_are_short_staff_settle_at_entrants_over_leavers() -> None:
    """With E a month and nobody returning: wte* = E / (leave/12), each month nearer by 1 − leave/12: exactly."""
    found = in_post(staffed_place(group(HOSPITAL, funded=1000), market=(labour(entrants=12.0),), staff_return=0.0))[
        :, 0
    ]
    there = 1.0 / 0.01
    np.testing.assert_allclose(found - there, (90.0 - there) * 0.99 ** np.arange(24), rtol=1e-9)


def test_nobody_is_hired_beyond_the_funded_posts() -> None:
    """min(hires, max(0, funded − kept)): posts are filled, and no more."""
    found = in_post(staffed_place(group(HOSPITAL, in_post=99.9), market=(PLENTY,), staff_hire_months=1.0))
    assert found.max() <= 100.0
    over = in_post(staffed_place(group(HOSPITAL, in_post=120.0), market=(PLENTY,)))[:, 0]
    np.testing.assert_allclose(over[:10], 120 * 0.99 ** np.arange(10), rtol=1e-12)


# The labour market


def test_people_are_neither_lost_nor_made() -> None:
    """Staff and those who look for a post change by those who enter the market less those who leave it, every month."""
    rows = (group(HOSPITAL, funded=1000, in_post=880), group(COMMUNITY, funded=300, in_post=297))
    own = team(
        employs(posts=40, entrants=5), employs(organisation=HOSPITAL, posts=-200, redundancies=90), end="2017-09"
    )
    o = run(staffed_place(*rows, initiatives=(own,), market=(labour(seekers=20),)), Futures(count=5))
    people = o["staff_in_post"].of("system") + o["labour_market"].of("porters")
    came, left = o["labour_entrants"].of("porters"), o["labour_left"].of("porters")
    np.testing.assert_allclose(np.diff(people), (came - left)[:, :-1], atol=1e-8)
    assert o["redundancies"].of(HOSPITAL).sum() > 0
    assert (o["staff_in_post"].of(f"{COMMUNITY}/porters")[:, -1] < 300).all(), "the team's posts ended"
    assert (o["labour_market"].of("porters") >= 0).all()


def test_employers_share_those_who_look_by_vacancies() -> None:
    """Two employers alike but for their vacancies hire in proportion to them, and together no more than look."""
    w = workforce(staffed_place(group(HOSPITAL, funded=130), group(COMMUNITY, funded=130), staff_leave=0.12))
    assert w.rates.fill[0, 0] == w.rates.fill[1, 0], "as the base year tells of both"
    w.rates.funded[0, 0] = 170.0
    pass_month(w, 0)
    hired = w.flows["hires"][:, 0]
    kept = 90 * 0.99
    assert hired[0] / hired[1] == pytest.approx((170 - kept) / (130 - kept))
    came = w.market_flows["entrants"][w.rates.markets.index("porters"), 0]
    assert hired.sum() <= came + 0.4 * w.flows["leavers"].sum() + 1e-12


def test_what_one_wins_another_misses() -> None:
    """New posts of one employer, in a market without spare people: as many fewer at the others, month by month."""
    rows = (group(HOSPITAL, funded=1000, in_post=880), group(COMMUNITY, funded=300, in_post=270))
    alone, beside = (
        in_post(staffed_place(*rows)),
        run(staffed_place(*rows, initiatives=(team(employs(posts=60)),)), ONE),
    )
    won = of(beside, "staff_in_post", COMMUNITY) - alone[:, 1]
    missed = alone[:, 0] - of(beside, "staff_in_post", HOSPITAL)
    assert won[-1] > 10
    np.testing.assert_allclose(won, missed, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(
    entrants=st.floats(0, 300), more=st.floats(0, 300), leave=st.floats(0.02, 0.5), returning=st.floats(0, 1),
    empty=st.floats(0, 60),
)  # fmt: skip
def test_more_entrants_never_leave_fewer_in_post(
    entrants: float, more: float, leave: float, returning: float, empty: float
) -> None:
    """At every employer, in every month."""
    rows = (group(HOSPITAL, funded=400, in_post=400 - empty), group(COMMUNITY, funded=100, in_post=90))
    few, many = (
        in_post(staffed_place(*rows, market=(labour(entrants=n),), staff_leave=leave, staff_return=returning), 18)
        for n in (entrants, entrants + more)
    )
    assert (many >= few - 1e-9).all()


def test_leavers_in_part_return_to_the_market() -> None:
    """Those who look for another post of the place are hired by others; where all return nobody is lost to the place."""
    rows = (group(HOSPITAL, in_post=95), group(COMMUNITY, in_post=85))
    market = (labour(entrants=0.0),)
    gone, back = (in_post(staffed_place(*rows, market=market, staff_return=r, staff_give_up=0.0)) for r in (0.0, 1.0))
    np.testing.assert_allclose(back.sum(axis=1), 180, rtol=1e-12)
    np.testing.assert_allclose(gone.sum(axis=1), 180 * 0.99 ** np.arange(24), rtol=1e-12)


def test_two_halves_of_an_employer_are_the_whole() -> None:
    """Splitting an employer's staff in two equal halves changes nothing."""
    whole = staffed_place(
        group(HOSPITAL, funded=400, in_post=350, bank=10, agency=6), group("LA1"), market=(labour(entrants=80),)
    )
    half = group(HOSPITAL, funded=200, in_post=175, bank=5, agency=3)
    split = with_rows(whole, "staff", (half, half.model_copy(update={"organisation": COMMUNITY}), group("LA1")))
    one, two = in_post(whole), in_post(split)
    np.testing.assert_allclose(two[:, :2].sum(axis=1), one[:, 0], rtol=1e-12)
    np.testing.assert_allclose(two[:, 2], one[:, 1], rtol=1e-12)


# Uptake


def test_posts_that_nobody_can_fill_do_nothing() -> None:
    """Uptake = peak × ramp × staffed: no people, no effect, and no pay either."""
    rows = (group(COMMUNITY, pay=40_000), group(HOSPITAL, "nurses", pay=40_000))
    plan = staffed_place(
        *rows, initiatives=(team(employs(posts=30), prevents()),), market=(labour(entrants=0.0),), staff_return=0.0
    )
    o = run(plan, ONE)
    assert of(o, "staffed", "team")[4:].max() == 0
    assert of(o, "uptake", "team").max() == 0
    assert of(o, "contacts_prevented", "team").max() == 0
    assert of(o, "initiative_cost", "team").max() == 0
    idle = run(staffed_place(*rows, initiatives=(team(prevents()),)), ONE)
    assert of(idle, "contacts_prevented", "team")[6:].min() > 0, "without posts of its own nothing holds it back"


def test_uptake_follows_the_posts_filled_at_the_months_start() -> None:
    """Peak × ramp × filled / funded, and the care prevented with it."""
    full, short = (
        run(staffed_place(group(COMMUNITY, funded=300, in_post=270), initiatives=(own,)), ONE)
        for own in (
            team(prevents(), peak=0.6, ramp_months=10),
            team(employs(posts=30), prevents(), peak=0.6, ramp_months=10),
        )
    )
    share = of(short, "staffed", "team")
    assert (share[3:] < 1).all()
    assert 0.2 < share[-1] < 0.9
    np.testing.assert_allclose(of(short, "uptake", "team"), of(full, "uptake", "team") * share, rtol=1e-12)
    np.testing.assert_allclose(
        of(short, "contacts_prevented", "team"), of(full, "contacts_prevented", "team") * share, rtol=1e-9, atol=1e-9
    )


def test_people_are_sought_before_the_start_and_go_when_it_ends() -> None:
    own = team(employs(posts=30, recruit_months=2), start="2016-09", end="2017-03")
    o = run(staffed_place(group(COMMUNITY, funded=300, in_post=270), initiatives=(own,), market=(PLENTY,)), ONE)
    funded = of(o, "staff_funded", f"{COMMUNITY}/porters")
    assert (funded == np.where((np.arange(24) >= 3) & (np.arange(24) <= 11), 330, 300)).all()
    assert of(o, "staff_in_post", f"{COMMUNITY}/porters")[13] <= 300


# At work


def test_absence_cuts_what_is_at_work() -> None:
    """Five in a hundred fewer from December to February where nobody stands in; as ever in the other months."""
    plan = staffed_place(group(COMMUNITY), staff_cover=0.0, winter_absence=0.05)
    w = workforce(plan)
    for number in range(12):
        w.begin(number)
        w.month(number, {})
        assert w.strength(COMMUNITY, "porters")[0] == pytest.approx(0.95 if number in (8, 9, 10) else 1.0)
    assert w.at_work[0, 0] == pytest.approx(90 * 0.95)


def test_bank_and_agency_stand_in_up_to_a_cap() -> None:
    """As many as in the base year while as many are missing; more where more are; never above the cap."""
    row = group(COMMUNITY, bank=6, agency=3)
    w = workforce(staffed_place(row, staff_cap=0.12))
    w.begin(0)
    w.month(0, {})
    assert (w.bank[0, 0], w.agency[0, 0]) == (pytest.approx(6), pytest.approx(3))
    w.wte[:] = 86.0
    w.month(0, {})
    gap = 14 + 86 * 0.05
    assert w.bank[0, 0] + w.agency[0, 0] == pytest.approx(9 * gap / 14.5)
    w.wte[:] = 40.0
    w.month(0, {})
    assert w.bank[0, 0] + w.agency[0, 0] == pytest.approx(12.0)
    assert w.bank[0, 0] == pytest.approx(8.0)


def test_strength_counts_posts_of_the_group_and_not_of_the_initiative() -> None:
    rows, market = (group(COMMUNITY, funded=300, in_post=300),), (PLENTY,)
    strengths = []
    for work in ("group", "initiative"):
        w = workforce(staffed_place(*rows, initiatives=(team(employs(posts=30, work=work)),), market=market))
        for number in range(20):
            w.begin(number)
            w.month(number, {"team": 1.0})
            w.step(number, {"team": 1.0})
        strengths.append(w.strength(COMMUNITY, "porters")[0])
    assert strengths[0] > 1.05
    assert strengths[1] < 1.01
    assert w.strength(COMMUNITY, "nobody") == 1.0


@pytest.mark.parametrize(
    ("effect", "outcome", "factor"),
    [
        ({"fewer_leavers": 0.25}, "staff_left", 0.75),
        ({"less_absence": 0.2}, "absence", 0.8),
        ({"entrants": 12}, "labour_entrants", None),
    ],
)
def test_an_initiative_changes_leavers_absence_and_entrants(
    effect: dict[str, float], outcome: str, factor: float | None
) -> None:
    """Each by its share from its start on, at the employer that it names."""
    rows = (group(COMMUNITY), group(HOSPITAL))
    before, after = (run(staffed_place(*rows, initiatives=(team(*own),)), ONE) for own in ((), (employs(**effect),)))
    at = f"{COMMUNITY}/porters" if factor else "porters"
    old, new = of(before, outcome, at), of(after, outcome, at)
    np.testing.assert_allclose(old[:3], new[:3], rtol=1e-12)
    assert new[3] == pytest.approx(old[3] * factor if factor else old[3] + 1.0)
    other = f"{HOSPITAL}/porters"
    assert of(after, "absence", other)[3] == pytest.approx(0.05)


def test_recruiting_harder_takes_from_others_and_more_output_adds_strength() -> None:
    rows = (group(COMMUNITY, funded=300, in_post=270), group(HOSPITAL, funded=300, in_post=270))
    own = team(employs(more_hires=0.5, more_output=0.1))
    o = run(staffed_place(*rows, initiatives=(own,)), ONE)
    assert of(o, "staff_in_post", COMMUNITY)[-1] > 272
    assert of(o, "staff_in_post", HOSPITAL)[-1] < 268
    np.testing.assert_allclose(of(o, "staff_in_post", "system"), 540, rtol=1e-9)
    w = workforce(staffed_place(*rows, initiatives=(own,)))
    w.month(0, {"team": 1.0})
    assert w.strength(COMMUNITY, "porters")[0] == pytest.approx(1.1)
    assert w.strength(HOSPITAL, "porters")[0] == pytest.approx(1.0)


# Redundancy


def test_redundancy_comes_after_notice_and_costs() -> None:
    """Forty posts go in July, thirty people in October; empty posts and those who left go first; each costs £20,000."""
    own = team(employs(organisation=HOSPITAL, posts=-40, redundancies=30, redundancy_cost=20_000))
    o = run(staffed_place(group(HOSPITAL, pay=40_000), initiatives=(own,), prices_general=0.0), ONE)
    funded, people = of(o, "staff_funded", HOSPITAL), of(o, "staff_in_post", HOSPITAL)
    assert (funded[:3] == 100).all()
    assert (funded[3:] == 60).all()
    kept = people[6] * 0.99
    assert of(o, "redundancies", HOSPITAL).nonzero()[0].tolist() == [6]
    assert of(o, "redundancies", HOSPITAL)[6] == pytest.approx(min(30.0, kept - 60))
    assert people[7] == pytest.approx(max(60.0, kept - 30))
    assert people[6] > 85, "they stay through their notice"
    assert of(o, "initiative_cost", "team").sum() == pytest.approx(20_000 * of(o, "redundancies", HOSPITAL)[6])


def test_nobody_is_made_redundant_on_a_post_that_stays() -> None:
    o = run(staffed_place(group(HOSPITAL), initiatives=(team(employs(organisation=HOSPITAL, redundancies=30)),)), ONE)
    assert of(o, "redundancies", HOSPITAL).sum() == 0


# The unpaid


@pytest.mark.shows(67)
def test_volunteers_are_capacity_with_joiners_of_their_own() -> None:
    """They come to places whatever the labour market does, cost nothing, and count in their group's strength."""
    rows = (group(COMMUNITY, "volunteers", 40, 30, unpaid=True), group(HOSPITAL))
    own = team(employs(group="volunteers", posts=20, work="group"))
    market = (labour(entrants=0.0),)
    values = {"staff_leave.volunteers": 0.36, "staff_join": 1.0}
    before, after = (staffed_place(*rows, initiatives=i, market=market, **values) for i in ((), (own,)))
    steady, grown = run(before, ONE), run(after, ONE)
    np.testing.assert_allclose(of(steady, "staff_in_post", f"{COMMUNITY}/volunteers"), 30, rtol=1e-12)
    assert of(grown, "staff_in_post", f"{COMMUNITY}/volunteers")[-1] > 38
    assert of(grown, "bank", f"{COMMUNITY}/volunteers").max() == 0
    assert of(grown, "initiative_cost", "team").max() == 0
    assert COMMUNITY not in grown["staff_in_post"].entities, "an employer's totals are of paid staff"
    fewer = in_post(staffed_place(*rows, market=market, **(values | {"staff_join": 0.5})))
    assert fewer[-1, 1] < 26


# Money


def _with_pay_on_staff(*rows: Any, initiatives: tuple[Any, ...] = (), **values: float) -> Plan:
    plan = staffed_place(*rows, initiatives=initiatives, **values)
    lines = [
        r.model_copy(update={"driver": "staff", "variable": 0.0, "stepped": 0.0, "steps": None})
        if isinstance(r, MoneyLine) and (r.organisation, r.line) == (HOSPITAL, "pay") else r
        for r in plan.tables["money"]
    ]  # fmt: skip
    return with_rows(plan, "money", lines)


def _pay_line(plan: Plan) -> np.ndarray:
    o = run(plan, ONE)
    return of(o, "cost_line", f"{HOSPITAL}/pay")


def test_pay_follows_staff() -> None:
    """(in post × pay + bank × pay × premium + agency × pay × premium) against the base year's, month by month."""
    row = group(HOSPITAL, funded=1000, in_post=900, bank=30, agency=20, pay=45_000, line="pay")
    cut = team(employs(organisation=HOSPITAL, posts=-200))
    steady, fewer = (
        _with_pay_on_staff(row, efficiency_background=0.0),
        _with_pay_on_staff(row, initiatives=(cut,), efficiency_background=0.0),
    )
    o = run(fewer, ONE)
    staff_now = of(o, "staff_in_post", HOSPITAL) + 1.0 * of(o, "bank", HOSPITAL) + 1.5 * of(o, "agency", HOSPITAL)
    np.testing.assert_allclose(_pay_line(fewer) / _pay_line(steady), staff_now / (900 + 30 + 1.5 * 20), rtol=1e-9)
    assert _pay_line(fewer)[-1] < 0.95 * _pay_line(steady)[-1]


def test_agency_costs_more_than_the_post_it_fills() -> None:
    """The same people missing, filled by agency at a premium: dearer than vacancies, dearer than bank."""
    rows = [
        group(HOSPITAL, funded=1000, in_post=900, pay=45_000, line="pay", **more)
        for more in ({"bank": 50, "agency": 0}, {"bank": 0, "agency": 50})
    ]
    bank, agency = (run(_with_pay_on_staff(row), ONE) for row in rows)
    assert of(bank, "agency_cost", HOSPITAL).sum() == 0
    np.testing.assert_allclose(
        of(agency, "staff_cost", HOSPITAL) / of(bank, "staff_cost", HOSPITAL), (900 + 75) / (900 + 50), rtol=1e-9
    )


def test_own_posts_are_paid_as_they_are_filled() -> None:
    """Posts filled × pay, to the initiative's employer; nothing where a spend holds it already."""
    own, paid = employs(posts=30), employs(posts=30, paid_by_spend=True)
    a, b = (
        run(
            staffed_place(
                group(COMMUNITY, funded=300, in_post=270, pay=36_000), initiatives=(team(e),), prices_pay=0.0
            ),
            ONE,
        )
        for e in (own, paid)
    )
    filled = of(a, "staff_in_post", COMMUNITY) - of(
        run(staffed_place(group(COMMUNITY, funded=300, in_post=270)), ONE), "staff_in_post", COMMUNITY
    )
    assert of(b, "initiative_cost", "team").sum() == 0
    assert of(a, "initiative_cost", "team").sum() > 0
    assert filled[-1] >= 0
    share = of(a, "staffed", "team") * 30
    days = np.array([30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31])
    np.testing.assert_allclose(of(a, "initiative_cost", "team")[3:12], share[3:12] * 36_000 * days[3:] / 365, rtol=1e-9)


def test_a_saving_is_not_taken_twice_from_posts_that_are_cut() -> None:
    """A cost-improvement line on pay counts only what the posts cut have not saved already."""
    row = group(HOSPITAL, funded=1000, in_post=990, pay=45_000, line="pay")
    saving = {
        "kind": "spend",
        "organisation": HOSPITAL,
        "saving": {"line": "pay", "amount": 4e6, "maturity": "identified"},
    }
    cut = employs(organisation=HOSPITAL, posts=-200, redundancies=180)
    alone, both = (
        run(_with_pay_on_staff(row, initiatives=(team(*e),), efficiency_background=0.0), ONE)
        for e in ((saving,), (saving, cut))
    )
    assert of(alone, "cip_saving", "team")[-1] > 0
    assert of(both, "cip_saving", "team")[-1] == 0


# Terms, bits, levels

ROWS = (group(HOSPITAL, funded=1000, in_post=880, pay=45_000), group(COMMUNITY, funded=300, in_post=270, pay=40_000),
        group(COMMUNITY, "volunteers", 40, 30, unpaid=True))  # fmt: skip
TERMS = [
    ("staff_leave", "staff_left"), ("staff_absence", "absence"), ("staff_entrants", "staff_in_post"),
    ("staff_return", "staff_hired"), ("staff_give_up", "labour_left"), ("staff_cover", "bank"), ("staff_cap", "agency"),
    ("staff_agency_share", "agency_cost"), ("staff_bank_premium", "staff_cost"), ("staff_agency_premium", "agency_cost"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "outcome"), TERMS)
def test_each_term_counts(term: str, outcome: str) -> None:
    """Set to zero, each assumption changes what it is about."""
    market = (labour(entrants=150, seekers=60),)
    usual, without = (run(staffed_place(*ROWS, market=market, months=12, **zero), ONE) for zero in ({}, {term: 0.0}))
    assert not np.allclose(usual[outcome].values, without[outcome].values)


def test_the_same_bits_in_any_batch_and_order() -> None:
    own = team(employs(posts=30), prevents())
    plan = staffed_place(*ROWS, initiatives=(own,), months=12)
    futures = Futures(seed=3, count=6)
    whole = run(plan, futures)
    assert join([run(plan, block) for block in futures.blocks(2)]).digest == whole.digest
    turned = run(with_rows(plan, "staff", reversed(ROWS)), futures)
    assert turned.digest == whole.digest


def test_without_the_table_nothing_changes_and_it_says_so() -> None:
    """No staff.csv, or the level off: not a bit of any outcome differs, and staff is listed as not modelled."""
    bare = place(1)
    off = staffed_place(*ROWS, months=12).changed(initiatives=bare.initiatives)
    off = off.changed(about=off.about.model_copy(update={"levels": {"staff": "off"}}))
    one, two = run(bare, Futures(count=3)), run(off, Futures(count=3))
    assert set(one.series) == set(two.series)
    assert all((one[name].values == two[name].values).all() for name in one.series)
    assert bare.level("staff") == "off"
    assert any("staff.csv" in n.why for n in not_modelled(bare))


def test_a_hard_winter_reaches_staff_where_there_are_some() -> None:
    """5 % fewer staff from December to February; a plan without staff says that this part was not reached."""
    plan, bare = staffed_place(*ROWS, months=12), place(1)
    winter = next(s for s in plan.scenarios if s.id == "S7")
    assert not_reached(plan, winter) == ()
    assert not_reached(bare, winter) == ("5 % fewer staff from December to February: this plan gives no staff.csv",)
    usual, hard = run(plan, ONE), run(plan, ONE, changes=winter.changes)
    ratio = 1 - (1 - of(hard, "absence", HOSPITAL)) / (1 - of(usual, "absence", HOSPITAL))
    np.testing.assert_allclose(ratio, [0] * 8 + [0.05] * 3 + [0], atol=1e-12)
    np.testing.assert_allclose(
        of(hard, "absence", f"{COMMUNITY}/volunteers"), of(usual, "absence", f"{COMMUNITY}/volunteers")
    )


def test_the_library_asks_of_every_employer_that_few_posts_are_empty() -> None:
    plan = staffed_place(*ROWS, months=12)
    asked = [p for p in with_library(plan.changed(promises=())).promises if p.outcome == "vacancy_rate"]
    assert [p.organisation for p in asked] == [HOSPITAL, COMMUNITY]
    assert not any(p.hard for p in asked)


def test_many_futures_draw_their_own_staff() -> None:
    """The library's ranges give futures that differ, all of them with as many people as there can be."""
    bare = with_rows(place(1, 24), "staff", ROWS)
    o = run(with_library(bare), Futures(count=20))
    staff_end = o["staff_in_post"].of("system")[:, -1]
    assert staff_end.std() > 1
    assert (o["staff_in_post"].of("system") <= o["staff_funded"].of("system") + 1e-9).all()
    assert (o["vacancy_rate"].values >= 0).all()
    assert (o["vacancy_rate"].values <= 1).all()


def test_a_ward_opens_so_far_as_its_posts_are_filled_and_closes_without_any() -> None:
    """Beds opened × share of posts filled; a bed without its nurses is none. What closes needs nobody."""
    pool = place(1).tables["beds"][0]
    ward = {"kind": "resize", "site": pool.site, "pool": pool.pool, "beds": 20}  # type: ignore[attr-defined]
    rows = (group(COMMUNITY, funded=300, in_post=270),)
    entity = f"{pool.site}/{pool.pool}"  # type: ignore[attr-defined]

    def beds(*effects: dict[str, Any]) -> Outcomes:
        return run(staffed_place(*rows, initiatives=(team(*effects),)), ONE)

    nobody, opened = run(staffed_place(*rows), ONE), beds(employs(posts=30), ward)
    more = of(opened, "beds_open", entity) - of(nobody, "beds_open", entity)
    share = of(opened, "staffed", "team")
    assert share[4:].min() > 0
    assert share[4:].min() < 1
    begun = of(opened, "started", "team")
    np.testing.assert_allclose(more, 20 * share * begun, rtol=1e-9, atol=1e-9)
    closing = beds(employs(posts=30), ward | {"beds": -20})
    fewer = of(closing, "beds_open", entity) - of(nobody, "beds_open", entity)
    np.testing.assert_allclose(fewer, -20 * begun, atol=1e-9)
