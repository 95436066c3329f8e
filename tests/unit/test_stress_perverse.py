"""Who earns more when it gets worse: rules planted one at a time, with the size worked out by hand, and rules under which nobody does."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures import hillford
from fixtures.places import run
from fixtures.rules import ADMISSIONS, BLOCK, MORE, ONE_IN_100, PRICE, contract, lines, place, told
from placeplan.core.tables import ContactCapacity, Pod
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.plan.library import with_initiatives, with_library
from placeplan.plan.synthetic import make
from placeplan.stress.nudges import hands, nudges

TARIFF = {"prices": {"emergency_admission": PRICE}}


@pytest.mark.shows(40)
def test_a_tariff_pays_for_every_emergency_more() -> None:
    """Planted: £2,500 an emergency. One in a hundred more is £500,000 a year."""
    found = told(place(contract("tariff", **TARIFF)))
    row = {r.what: r for r in found.rows}[MORE.format("rule")]
    assert row.figure == pytest.approx(ONE_IN_100, rel=0.01)
    assert found.figure == row.figure
    assert found.result == ("fail" if "better off" in row.shown else "amber")


@pytest.mark.shows(40)
def test_whether_it_pays_hangs_on_what_the_care_costs() -> None:
    """At £2,500 more comes in than goes out; at £100 the costs are larger, and it is told as such."""
    dear, cheap = (
        lines(place(contract("tariff", prices={"emergency_admission": p})))[MORE.format("rule")] for p in (PRICE, 100.0)
    )
    assert (dear.result, cheap.result) == ("fail", "amber")
    assert "better off after its costs" in dear.shown
    assert "worse off after its costs" in cheap.shown


@pytest.mark.shows(40)
def test_a_block_pays_nobody_for_getting_worse() -> None:
    """Clean: one sum a year, whatever comes. Nothing is invented."""
    found = told(place(BLOCK))
    assert found.result in ("pass", "amber")
    assert found.sentence == "Nobody is paid more under any contract when an outcome gets worse."
    assert not [r for r in found.rows if r.what.startswith("Hillford")]


def test_beyond_a_baseline_the_marginal_rate_is_what_is_paid() -> None:
    """30 % of the price above the agreed number, which lies below what comes; at a rate of nothing nobody gains."""
    for rate in (0.3, 0.0):
        rule = contract("piecewise", pod="emergency_admission", price=PRICE, baseline=ADMISSIONS * 0.9, rate_above=rate)
        found = lines(place(rule))
        if rate:
            assert found[MORE.format("rule")].figure == pytest.approx(rate * ONE_IN_100, rel=0.01)
        else:
            assert MORE.format("rule") not in found


def test_a_reward_for_an_outcome_is_not_perverse_and_one_turned_round_is() -> None:
    """Paid where emergencies were few: nobody earns more where they are many. Paid where they were many: somebody does."""
    for bound, perverse in (("at_most", False), ("at_least", True)):
        reward = {"about": "Emergencies", "pays": "outcome", "amount": 1e6,
                  "condition": {"outcome": "activity", "entity": "system/emergency_admission", bound: ADMISSIONS * 1.005}}  # fmt: skip
        found = lines(place(BLOCK, contract("quality", rewards=[reward])))
        row = found.get(MORE.format("rule"))
        assert row is None or row.figure == pytest.approx(1e6)
        assert (MORE.format("rule") in found) == perverse
        assert "for what came of it" in found["Paid for quality: rule"].shown


@pytest.mark.shows(40)
def test_adoption_is_told_apart_from_outcomes() -> None:
    """£400,000 for a team that began, whatever came of it; £1m for beds that are never over-full."""
    team = hillford.initiative("team", hillford.prevents(0.0))
    rewards = [
        {
            "about": "The team",
            "pays": "adoption",
            "amount": 4e5,
            "condition": {"outcome": "started", "entity": "team", "at_least": 1, "over": "month"},
        },
        {
            "about": "Beds",
            "pays": "outcome",
            "amount": 1e6,
            "condition": {"outcome": "occupancy", "entity": "HOS", "at_most": 1.5, "over": "month"},
        },
    ]
    found = lines(place(BLOCK, contract("quality", rewards=rewards), initiatives=(team,)))
    assert (
        found["Paid for quality: rule"].shown
        == "£0.4m a year for taking something up, whatever comes of it; £1m for what came of it"
    )


def test_the_initiative_against_which_a_rule_works_is_named() -> None:
    """Who runs a team that prevents emergencies is paid for each that comes; a contract that an initiative begins names it."""
    team = hillford.initiative("team", hillford.prevents(0.05))
    waits = contract("tariff", "new", starts="by_initiative", **TARIFF)
    switch = hillford.initiative("switch", {"kind": "recontract", "old": "care", "new": "new"}, owner="CCG")
    found = lines(place(BLOCK, waits, initiatives=(team, switch)))
    row = found[MORE.format("new")]
    assert "the contract is begun by Switch" in row.shown
    assert "works against Team, which it does itself" in row.shown
    assert row.figure == pytest.approx(0.95 * ONE_IN_100, rel=0.01)


def test_who_is_outside_and_who_pays_less_is_not_counted() -> None:
    """The commissioner pays less where a reward is missed; that is nobody's gain."""
    reward = {"about": "Few", "pays": "outcome", "amount": 1e6,
              "condition": {"outcome": "activity", "entity": "system/emergency_admission", "at_most": ADMISSIONS * 1.005}}  # fmt: skip
    found = told(place(BLOCK, contract("quality", rewards=[reward])))
    assert not [r for r in found.rows if r.what.startswith("Hillford Commissioner")]


def test_an_own_target_that_gets_easier_is_set_against_the_aim_of_all() -> None:
    """Under a tariff the hospital's own target is easier with more emergencies, and the beds of all are fuller."""
    full = hillford.beds(0.5, id="all_beds", organisation="system", hard=False)
    found = lines(place(contract("tariff", **TARIFF), promises=(hillford.money(), full)))
    (row,) = [r for w, r in found.items() if w.startswith("Own target against all: Hillford Hospital")]
    assert "gets easier with more emergency admissions" in row.shown
    assert not [w for w in lines(place(BLOCK, promises=(hillford.money(), full))) if w.startswith("Own target")]


def test_all_aims_that_get_harder_are_named() -> None:
    """Fuller beds of all, and more full days: both are named, not the first alone."""
    full = hillford.beds(0.5, id="all_beds", organisation="system", hard=False)
    days = hillford.beds(
        0.1, id="full_days", name="Few full days", organisation="system", outcome="occupied", hard=False
    )
    found = lines(place(contract("tariff", **TARIFF), promises=(hillford.money(), full, days)))
    (row,) = [r for w, r in found.items() if w.startswith("Own target against all") and "more emergency" in r.shown]
    assert row.shown.endswith("“A bed for all who need one” and “Few full days” of all get harder")


SHARED = {"pod": "emergency_admission", "baseline": ADMISSIONS, "value": PRICE, "share_gain": 0.5, "share_loss": 0.5}
"""Half of what emergencies below a baseline are worth, and half of what those above it cost."""
LOSS = "Hillford Commissioner, shared: more emergency admissions"


def test_a_share_of_a_loss_asks_for_a_look_and_fails_where_who_is_paid_could_have_done_something() -> None:
    """The hospital gives the care and pays half of the loss, so that it is moved the right way; the commissioner only receives it.

    Where the commissioner carries a team against emergencies it earns more by letting it be.
    """
    shares = contract("gain_share", "shared", **SHARED)
    row = lines(place(BLOCK, shares))[LOSS]
    assert row.figure == pytest.approx(0.5 * ONE_IN_100, rel=0.01)
    assert row.result == "amber"
    assert "but it neither gives that care nor does anything about it" in row.shown
    told_of = told(place(BLOCK, shares))
    assert (told_of.result, "under 0 who is paid is better off" in told_of.behind) == ("amber", True)
    team = hillford.initiative("team", hillford.prevents(0.0001), owner="CCG")
    own = told(place(BLOCK, shares, initiatives=(team,)))
    assert {r.what: r for r in own.rows}[LOSS].result == own.result == "fail"


def test_care_of_the_mind_and_at_home_is_made_worse_too() -> None:
    """Need of them is raised, and councils give fewer packages; who has a hand in that are councils."""
    plan = with_library(make(areas=1, organisations=9, initiatives=0, months=24, detail="whole"))
    settings = {p.id: p.setting for p in plan.tables["pods"] if isinstance(p, Pod)}
    fewer = next(n for n in nudges(plan) if n.id == "fewer.packages")
    assert hands(plan, fewer) == {"LA1"}
    asked = {settings[n.pod] for n in nudges(plan) if n.pod}
    assert asked >= {"acute", "community", "mental_health"}


def test_what_gets_no_worse_is_said_and_nothing_is_told_of_it() -> None:
    """Each thing that is made worse has a line with what came of it."""
    plan = place(BLOCK)
    found = lines(plan)
    assert {n.words for n in nudges(plan)} == {
        "more emergency admissions",
        "longer waits to leave hospital",
        "longer stays",
    }
    assert found["Made worse: more emergency admissions"].shown == "+1.0% in the last year"
    assert all(f"Made worse: {n.words}" in found for n in nudges(plan))


def test_the_sentence_names_the_largest_and_counts_all() -> None:
    """Two contracts for the same emergencies: the larger is named, and both are counted."""
    cheap, dear = (
        contract("tariff", "cheap", prices={"emergency_admission": 1000.0}),
        contract("tariff", "dear", payee="HOS", **TARIFF),
    )
    found = told(place(cheap, dear))
    assert found.result == "fail"
    assert "under dear" in found.sentence
    assert found.sentence.endswith("and is better off for it.")
    assert "2 contracts pay more" in found.behind


def test_a_plan_without_contracts_is_not_asked() -> None:
    assert told(place()).result == "not asked"


def test_a_plan_without_initiatives_is_asked_as_any_other() -> None:
    """What makes an outcome worse is the first initiative of such a plan, whose delays the library has to give."""
    plan = with_library(make(areas=1, organisations=3, initiatives=0, months=24))
    assert "start.slip" not in {a.id for a in plan.assumptions}
    found = told(plan)
    assert "+1.0% in the last year" in {r.shown for r in found.rows}


def test_fewer_packages_leave_more_people_without_care() -> None:
    """In a run: the outcome of the nudge is clearly worse, so that what it pays is told."""
    plan = with_library(make(areas=1, organisations=9, initiatives=0, months=24, detail="whole"))
    (nudge,) = (n for n in nudges(plan) if n.id == "fewer.packages")
    whole = with_initiatives(plan, (nudge.initiative,))
    usual, worse = (run(of, Futures(seed=1, count=6)) for of in (whole.changed(initiatives=()), whole))
    change = worse["unmet_care"].by_year("system")[:, -1] - usual["unmet_care"].by_year("system")[:, -1]
    assert change.mean() > 0


def test_fewer_contacts_leave_more_who_ask_without_one() -> None:
    """In a run: each kind of care that can run out is made worse, and who gives it has a hand in that."""
    plan = with_library(make(areas=1, organisations=9, initiatives=0, months=24, detail="whole"))
    some = [n for n in nudges(plan) if n.table == "contacts"]
    assert {n.pod for n in some} == {r.pod for r in plan.tables["contacts"] if isinstance(r, ContactCapacity)}
    whole = with_initiatives(plan, tuple(n.initiative for n in some))
    usual, worse = (run(of, Futures(seed=1, count=6)) for of in (whole.changed(initiatives=()), whole))
    for n in some:
        change = worse[n.outcome].by_year(n.entity)[:, -1] - usual[n.outcome].by_year(n.entity)[:, -1]
        assert change.mean() > 0, n.id
        assert hands(plan, n)


@pytest.mark.large
@pytest.mark.shows(40)
def test_dorset_paid_for_emergencies_in_2016_and_for_none_under_blocks() -> None:
    """The marginal rate paid the three hospitals for each emergency more; the blocks of April 2017 pay nobody for one."""
    dorset = read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")
    found = told(dorset)
    paid = {
        w.partition(", ")[2].partition(":")[0]: r
        for w, r in ((r.what, r) for r in found.rows)
        if "more emergency admissions" in w and r.figure
    }
    assert set(paid) == {"rbd_emergency", "rd3_emergency", "rdz_emergency"}
    assert all("in 2016/17" in r.shown and "works against" in r.shown for r in paid.values())
