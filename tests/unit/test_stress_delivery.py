"""Stress tests of beds, closures, travel, care, lists, harm, money and returns, against figures worked by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from fixtures import hillford
from fixtures.care_place import HOME, HOMES, care_place
from fixtures.outcomes import outcomes
from fixtures.runs import build, runs_of
from placeplan.core.tables import (
    Activity,
    AreaPeople,
    ControlTotal,
    Organisation,
    Reconciliation,
    Stay,
    Travel,
)
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.stress.base import chosen, needs_of
from placeplan.stress.closing import closings, late_on_paper, receiving
from placeplan.stress.findings import StressFinding
from placeplan.stress.four_tests import four_tests
from placeplan.stress.scene import Scene
from placeplan.stress.seen import beds_needed
from placeplan.stress.tests.beds import Beds, bearable, pools_of
from placeplan.stress.tests.care import Care, care_of, weekly_cost
from placeplan.stress.tests.closures import ENGLAND, nights_of
from placeplan.stress.tests.harm import Harm, deaths_of
from placeplan.stress.tests.lists import Lists, lists_of
from placeplan.stress.tests.money import Found, Money, payers, purses_of
from placeplan.stress.tests.travel import mean_further, ways_of
from placeplan.stress.tests.triangulation import Triangulation, claim_pairs, contract_pairs, staff_pairs

POOL = "HOS/general"
SOURCE: dict[str, Any] = {"source": "made up"}
COUNT = 1


def plan(*initiatives: Initiative, **tables: tuple[Any, ...]) -> Plan:
    """Hillford with some initiatives and other tables; its second year counts."""
    found = hillford.hillford(initiatives=initiatives)
    return found.changed(tables={**found.tables, **tables})


def one_year(of: Plan) -> Plan:
    """The plan over one year, which counts."""
    return of.changed(about=of.about.model_copy(update={"months": 12, "judge_from": "2016/17"}))


def found(of: Plan, name: str, count: int = COUNT) -> StressFinding:
    """What a test says of a plan that is run."""
    (test,) = chosen(name)
    return test.find(Scene(runs_of(one_year(of), Futures(seed=1, count=count)), needs_of([test])))


def beds(number: float, **fields: Any) -> dict[str, Any]:
    return {"kind": "resize", "site": "HOS", "pool": "general", "beds": number, **fields}


def shuts(number: float = 60.0, start: str = "2016-04", **fields: Any) -> Initiative:
    return hillford.initiative("shuts", beds(-number), start=start, **fields)


def opens(number: float = 60.0, start: str = "2016-04", **fields: Any) -> Initiative:
    return hillford.initiative("opens", beds(number), start=start, **fields)


def row_of(told: StressFinding, what: str) -> Any:
    return next(r for r in told.rows if what in r.what)


# Beds


@pytest.mark.parametrize("size", [5, 50, 500])
def test_a_pool_bears_what_poissons_law_says(size: int) -> None:
    """At that mean, more patients than beds come on just one night in twenty; small pools need a larger share free."""
    assert poisson.sf(size, bearable(size) * size) == pytest.approx(0.05)
    assert bearable(size) < bearable(2 * size)


def test_the_worst_year_counts_not_the_last() -> None:
    """95, 93 and 80 % in three years, the first of which does not count: 93 % fails."""
    made = outcomes(
        {("occupancy", POOL): [[0.95, 0.93, 0.80]] * 3, ("beds_open", POOL): [[100.0] * 3] * 3, ("days_over_100", POOL): [[0.3, 0.02, 0.0]] * 3}
    )  # fmt: skip
    (pool,) = pools_of(plan(), made)
    assert (pool.year, pool.occupancy[1], pool.short, pool.result) == ("2017/18", 0.93, 0.02, "fail")
    told = Beds().tell(plan(), ([pool], 3))
    assert told["sentence"].startswith(
        "Hillford Hospital, general beds: 93% full in 2017/18, more patients than beds on 2 of 100 nights."
    )


@cache
def of_beds(open_beds: float) -> Scene:
    """Hillford with so many beds, promising nothing of them, as two tests look at it."""
    of = hillford.hillford(open_beds=open_beds, promises=(hillford.money(),))
    return Scene(runs_of(one_year(of), Futures(seed=1, count=COUNT)), needs_of(chosen("beds,triangulation")))


@pytest.mark.parametrize(("open_beds", "result"), [(400.0, "pass"), (310.0, "amber"), (285.0, "fail")])
def test_beds_in_a_run_are_as_full_as_the_base_year_says(open_beds: float, result: str) -> None:
    """270 of 400, 310 and 285 beds are 68, 87 and 95 % of them."""
    told = Beds().find(of_beds(open_beds))
    assert told.result == result
    assert told.figure == pytest.approx(270 / open_beds, rel=0.03)  # of one future, by chance


@pytest.mark.parametrize(("open_beds", "result"), [(400.0, "pass"), (310.0, "pass"), (285.0, "amber")])
def test_bed_days_over_occupancy_are_the_beds_needed(open_beds: float, result: str) -> None:
    """270 beds occupied are 293 at 92 %, and what chance makes of it: 310 are enough, 285 are not."""
    row = row_of(Triangulation().find(of_beds(open_beds)), "bed-days")
    assert row.result == result
    assert row.figure == pytest.approx(270 / 0.92 / open_beds - 1, abs=0.03)


# Lists, harm, care


def waits(within: float, starts: float, stops: float, listed: tuple[float, float, float]) -> Any:
    return outcomes({
        ("within_18", "system"): [[0.95, within, 0.95]], ("list", "system"): [list(listed)],
        ("clock_starts", "system"): [[100.0, starts, starts]], ("clock_stops", "system"): [[100.0, stops, stops]],
    })  # fmt: skip


def test_care_cut_while_as_many_are_sent_is_found() -> None:
    """A tenth less is done, nobody fewer is sent, the list is longer than without the plan: it fails, in time or not."""
    nothing = waits(0.95, 100.0, 100.0, (50.0, 50.0, 50.0))
    (cut,) = lists_of(plan(), waits(0.95, 100.0, 90.0, (50.0, 60.0, 70.0)), nothing)
    assert (round(cut.seen, 3), round(cut.referred, 3), round(cut.grows, 3), cut.result) == (-0.1, 0.0, 0.4, "fail")
    assert "sees 10% fewer people, but as many are sent" in Lists().tell(plan(), ([cut], 1))["sentence"]
    (both,) = lists_of(plan(), waits(0.95, 90.0, 90.0, (50.0, 50.0, 50.0)), nothing)
    assert both.result == "pass"


@pytest.mark.parametrize(("within", "result"), [(0.93, "pass"), (0.8, "amber"), (0.6, "fail")])
def test_the_worst_year_of_a_list_is_judged(within: float, result: str) -> None:
    made = waits(within, 100.0, 100.0, (50.0, 50.0, 50.0))
    assert lists_of(plan(), made, made)[0].result == result


def test_deaths_that_go_with_delay_are_shown_and_judge_nothing() -> None:
    """Two years count: 1 + 2 against 3 + 4 at the low end, three times as many at the high end."""
    whole, nothing = (
        outcomes({("deaths_from_delay_low", "system"): [[9.0, *v]], ("deaths_from_delay_high", "system"): [[27.0, *(3 * x for x in v)]]})
        for v in ((1.0, 2.0), (3.0, 4.0))
    )  # fmt: skip
    deaths = deaths_of(plan(), whole, nothing)
    assert deaths.more == (-4.0, -12.0)
    told = Harm().tell(plan(), deaths)
    assert told["result"] == "shown"
    assert told["sentence"].startswith("Over 2 years, 4 to 12 fewer deaths go with waiting")


def lost(*shares: float) -> Any:
    return outcomes({("delayed_beds", "system"): [[100 * s for s in shares]], ("beds_open", "system"): [[100.0] * 3]})


@pytest.mark.parametrize(
    ("shares", "result"), [((0.2, 0.06, 0.05), "pass"), ((0.0, 0.05, 0.06), "amber"), ((0.0, 0.12, 0.05), "fail")]
)
def test_beds_lost_to_delay_fail_above_a_tenth(shares: tuple[float, ...], result: str) -> None:
    made = care_of(plan(), lost(*shares))
    told = Care().tell(plan(), (made, 1))
    assert told["result"] == result
    assert told["figure"] == pytest.approx(max(shares[1:]))


def test_a_wait_costs_the_hospital_and_the_care_costs_the_council() -> None:
    """Home care at 200 − 20 £ for 15 of 20 who need care, a home at 700 − 200 £ for 5: 260 £ a week; a bed-day at 250 £."""
    place = care_place()
    assert {HOME, HOMES} <= {p.kind for p in place.tables["packages"]}  # type: ignore[attr-defined]
    made = care_of(place, lost(0.0, 0.1, 0.1))
    assert made.care_week == pytest.approx(weekly_cost([(0.15, 180.0), (0.05, 500.0)])) == pytest.approx(260.0)
    assert made.bed_day == pytest.approx(250.0)
    told = Care().tell(place, (made, 1))
    assert "at £0.9m a year to the hospitals" in told["sentence"]  # 10 beds × 365.25 × 250 £
    assert (
        "A week in a bed costs a hospital £1,750; a week of the care waited for costs a council £260." in told["behind"]
    )


# Money


def test_money_is_judged_by_what_was_agreed_and_the_parts_are_the_whole() -> None:
    """3 million short of a total of −1 million, with 100 million spent, is 2 %; 1 % would be amber."""
    agreed = plan(control_totals=(ControlTotal(organisation="HOS", year="2018/19", position=-1e6, **SOURCE),))
    whole = outcomes({
        ("position", "HOS"): [[0.0, 0.0, -3e6]], ("position", "system"): [[0.0, 0.0, -3e6]],
        ("operating_cost", "HOS"): [[1e8] * 3], ("operating_cost", "system"): [[1e8] * 3],
    })  # fmt: skip
    agreed = agreed.changed(promises=())
    purses = {p.id: p for p in purses_of(agreed, whole, whole)}
    assert (purses["HOS"].short, purses["HOS"].year, purses["HOS"].result) == (0.02, "2018/19", "fail")
    assert purses["system"].short == 0.03  # no total of its own: it has to break even
    told = Money().tell(agreed, Found([*purses.values()], [], 5.0, 1))
    assert (
        row_of(
            StressFinding(test="m", title="", question="", method="", source="", seed=1, **told), "All organisations"
        ).result
        == "fail"
    )


def test_the_books_of_a_run_add_up_and_say_who_pays() -> None:
    spends = hillford.initiative("spend", {"kind": "spend", "organisation": "HOS", "recurrent": 1e6})
    assert payers(plan(spends)) == {"HOS": ("Spend",)}
    told = found(plan(spends), "money")
    assert row_of(told, "All organisations").result == "pass"
    assert "pays for 1 initiative and is £1m a year worse off" in told.behind
    assert row_of(told, "Spend: who pays").shown.startswith("Hillford Hospital; to all together it brings −£1m a year")


# Returns


def side(organisation: str, pounds: float) -> Reconciliation:
    return Reconciliation(
        what=f"{organisation} says", organisation=organisation, outcome="contract_payment", entity="care", period="2016/17",
        statistic="sum", published=pounds, unit="£", kind="predicted", **SOURCE,
    )  # fmt: skip


@pytest.mark.parametrize(("payer", "payee", "result"), [(60e6, 60e6, "pass"), (60e6, 61.2e6, "fail")])
def test_two_sides_of_a_contract_that_disagree_are_found(payer: float, payee: float, result: str) -> None:
    (pair,) = contract_pairs(plan(reconcile=(side("CCG", payer), side("HOS", payee))))
    assert pair.result == result
    assert pair.difference == pytest.approx(payer / payee - 1)


def test_one_side_alone_is_not_compared() -> None:
    assert contract_pairs(plan(reconcile=(side("CCG", 60e6),))) == []
    told = Triangulation().find(of_beds(400.0))
    assert row_of(told, "Both sides").result == "not asked"
    assert row_of(told, "All contracts").result == "pass"


def test_beds_said_and_beds_planned_are_set_beside_each_other() -> None:
    said = {"what": "80 beds fewer", "outcome": "beds_open", "value": -80, "unit": "beds", "source": "made up"}
    (pair,) = claim_pairs(plan(shuts(60.0, claims=(said,))))
    assert (round(pair.difference, 3), pair.result) == (0.333, "amber")
    assert pair.shown == "−80 said, −60 general beds in the plan’s tables"


def test_staff_whose_work_outgrows_them_are_found() -> None:
    """Care 10 % up on as many staff over two years is 4.9 % a year each."""
    of = plan(unit_costs=hillford.hillford().tables["unit_costs"])
    made = outcomes({
        ("activity", "HOS/emergency_admission"): [[100.0, 105.0, 110.0]], ("staff_in_post", "HOS"): [[50.0] * 3], ("agency", "HOS"): [[0.0] * 3],
    })  # fmt: skip
    (pair,) = staff_pairs(of, made)
    assert pair.difference == pytest.approx(1.1**0.5 - 1)
    assert pair.result == "fail"
    assert "do not fit" in Triangulation().tell(of, ([pair], 1))["sentence"]


# Closures


def test_capacity_a_month_after_the_closure_fails_and_with_it_passes() -> None:
    """The plan's own dates and every future say the same, as nothing is late here."""
    late = plan(shuts(), opens(start="2016-05"))
    (closing,) = closings(late)
    assert late_on_paper(closing, receiving(late, closing), "2016-04") == 1
    told = found(late, "closures")
    assert row_of(told, "capacity first").result == "fail"
    assert "1 month late" in told.sentence
    assert told.figure == 0.0
    assert row_of(found(plan(shuts(), opens()), "closures"), "capacity first").result == "pass"


def test_what_a_closure_requires_comes_first_however_late() -> None:
    """The run waits for it, so that capacity comes first in every future; the plan's own dates are still told as late."""
    told = found(plan(shuts(requires=("opens",)), opens(start="2016-08")), "closures")
    row = row_of(told, "capacity first")
    assert (row.figure, row.result) == (1.0, "pass")
    assert "4 months late" in row.shown


def test_a_closure_that_names_nothing_is_not_shown_to_have_any() -> None:
    told = found(plan(shuts()), "closures")
    assert row_of(told, "capacity first").result == "amber"
    assert "nothing is named" in told.sentence
    assert found(plan(opens()), "closures").result == "not asked"


@pytest.mark.parametrize(("shut", "result"), [(40.0, "pass"), (80.0, "fail")])
def test_beds_shut_are_held_against_bed_days_taken_away(shut: float, result: str) -> None:
    """A fifth fewer of the admissions that fill 270 beds frees 54 of them."""
    fewer = hillford.initiative("fewer", hillford.prevents(0.2))
    row = row_of(found(plan(fewer, shuts(shut)), "closures"), "beds freed")
    assert row.result == result
    assert "frees 5" in row.shown


@pytest.mark.parametrize(
    ("opened", "result", "told"), [(60.0, "pass", "met"), (10.0, "fail", "not met; 10 other beds")]
)
def test_a_few_places_are_not_enough_for_many_beds(opened: float, result: str, told: str) -> None:
    """60 beds shut and none is freed; 3.3 nights for each admission are fewer than England's. Capacity is there first."""
    many = tuple(a.model_copy(update={"activity": 30000.0}) for a in hillford.hillford().tables["activity"])
    of = found(plan(shuts(60.0, requires=("opens",)), opens(opened), activity=many), "closures")
    assert row_of(of, "capacity first").result == "pass"
    row = row_of(of, "bed test")
    assert row.result == result
    assert row.shown.startswith(told)


def test_those_who_find_no_bed_need_one_as_long_as_the_others() -> None:
    assert beds_needed(np.array([90.0]), np.array([1000.0]), np.array([900.0])) == pytest.approx(100.0)
    assert beds_needed(np.array([90.0]), np.array([0.0]), np.array([0.0])) == pytest.approx(90.0)


def test_nights_for_each_admission_are_occupied_days_over_admissions() -> None:
    """270 × 365 over 20,000 admissions are 4.9 nights, more than England's; half of the admissions elsewhere make it 9.9."""
    (closing,) = closings(plan(shuts()))
    nights = nights_of(plan(shuts()), closing)
    assert nights == pytest.approx(270 * 365 / 20000)
    assert nights is not None
    assert nights > ENGLAND
    half = Stay(site="HOS", pod="emergency_admission", pool="general", share=0.5, **SOURCE)
    assert nights_of(plan(shuts(), stays=(half,)), closing) == pytest.approx(2 * nights)


def test_the_four_tests_are_answered_from_what_the_plan_says() -> None:
    leaves = {
        "kind": "relocate",
        "scope": {"pods": ["outpatient_first"], "sites": ["HOS"]},
        "share": 0.9,
        "to": {"OTH": 1.0},
    }
    asked = [
        {"who": "Patients", "asked": 3, "affected": 4, **SOURCE},
        {"who": "Staff", "asked": 0, "affected": 2, **SOURCE},
    ]
    bare = hillford.initiative(
        "leaves",
        leaves,
        evidence_grade="adverse",
        involvement=asked,
        partners=[{"organisation": "CCG", "role": "step_aside"}],
    )
    good = hillford.initiative(
        "leaves",
        leaves,
        evidence_grade="strong",
        involvement=asked[:1],
        partners=[{"organisation": "CCG", "role": "follow"}],
    )
    there = tuple(Activity(pod="outpatient_first", site=s, activity=9.0, **SOURCE) for s in ("OTH", "FAR"))
    for initiative, more, states in (
        (bare, (), ["not met"] * 4),
        (good, there, ["met"] * 4),
        (hillford.initiative("words", closes=("A ward",), evidence_grade="none"), (), ["not shown"] * 4),
    ):
        of = plan(initiative)
        of = of.changed(tables={**of.tables, "activity": (*of.tables["activity"], *more)})
        (closing,) = closings(of)
        assert [a.state for a in four_tests(of, closing)] == states


# Travel


def two_sites() -> Plan:
    """Two areas alike in people; all emergencies of HOS go to OTH: 30 minutes further from the hill, 5 from the vale."""
    goes = {
        "kind": "relocate",
        "scope": {"pods": ["emergency_admission"], "sites": ["HOS"]},
        "share": 1.0,
        "to": {"OTH": 1.0},
    }
    of = plan(hillford.initiative("goes", goes))
    areas = tuple(
        AreaPeople(area=a, name=a.capitalize(), quintile=q, sex=s, age=g, people=n, **SOURCE)
        for a, q in (("hill", 1), ("vale", 5)) for s in ("F", "M") for g, n in (("0-64", 30000.0), ("65+", 7500.0))
    )  # fmt: skip
    minutes = {("hill", "HOS"): 10.0, ("hill", "OTH"): 40.0, ("vale", "HOS"): 20.0, ("vale", "OTH"): 25.0}
    more = {
        "areas": areas, "travel": tuple(Travel(area=a, site=s, minutes=m, **SOURCE) for (a, s), m in minutes.items()),
        "organisations": (*of.tables["organisations"], Organisation(id="OTH", name="Other Hospital", type="acute", **SOURCE)),
        "beds": (*of.tables["beds"], of.tables["beds"][0].model_copy(update={"site": "OTH", "available": 700.0})),
        "activity": (*of.tables["activity"], Activity(pod="emergency_admission", site="OTH", activity=20000.0, **SOURCE)),
    }  # fmt: skip
    return with_library(of.changed(tables={**of.tables, **more}))


def test_those_whose_care_moves_travel_as_the_table_says() -> None:
    of = two_sites()
    ways = ways_of(of, build(of))
    assert {w.area: w.after - w.before for w in ways} == {"hill": 30.0, "vale": 5.0}
    assert sum(w.contacts for w in ways) == pytest.approx(20000.0)
    assert mean_further(ways) == pytest.approx(17.5)


def test_the_most_deprived_who_travel_further_and_a_full_site_are_told() -> None:
    told = found(two_sites(), "travel")
    assert told.figure == pytest.approx(30.0)
    assert row_of(told, "Most deprived fifth").figure == pytest.approx(30.0)
    assert row_of(told, "Other Hospital").result == "pass"  # 540 of 700 beds
    assert "people of Hill 30 minutes further" in told.sentence
    assert told.result == "amber"
    ran = row_of(told, "Run: Emergency admissions")
    assert ran.shown.startswith("+8.8 minutes")  # half of the county's emergencies move, 17.5 minutes further each
    assert found(plan(shuts()), "travel").result == "not asked"


# Dorset, as it is written


@cache
def dorset() -> Plan:
    return read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")


def test_dorsets_closures_are_found_with_what_they_lack() -> None:
    """Studies of closed A&E departments find harm; 240 beds are said to close, and the tables hold 196."""
    each = {c.initiative.id: c for c in closings(dorset())}
    assert {"acute_beds", "community_hubs", "maternity_children", "one_acute_network"} <= set(each)
    assert each["acute_beds"].lost == pytest.approx(196.0)
    assert each["one_acute_network"].beds == {}  # 317 beds close, and as many open
    lacks = {a.test: a.state for a in four_tests(dorset(), each["one_acute_network"])}
    assert lacks["evidence"] == "not met"
    said = {p.what.partition(":")[0]: p for p in claim_pairs(dorset())}
    assert said["Fewer acute beds"].difference == pytest.approx(240 / 196 - 1)
    assert said["Community hubs"].result == "pass"


def test_dorsets_longer_ways_are_those_of_its_table() -> None:
    """Purbeck's emergencies go from Poole, 18 minutes, to Bournemouth, 30 minutes, as it is the nearer of the two."""
    of = dorset()
    purbeck = [w for w in ways_of(of, build(of)) if (w.area, w.pod) == ("E07000051", "emergency_admission")]
    assert {(w.before, w.after) for w in purbeck} == {(18.0, 30.0)}


@pytest.mark.large
def test_dorset_as_a_stranger_reads_it() -> None:
    """Each test finds something, names it, and says where its bound comes from."""
    names = "beds,care,closures,harm,lists,money,travel,triangulation"
    scene = Scene(runs_of(dorset(), Futures(seed=1, count=40)), needs_of(chosen(names)))
    told = {t.name: t.find(scene) for t in chosen(names)}
    assert all(t.result != "not asked" and t.rows and t.source for t in told.values())
    assert told["harm"].result == "shown"
    assert row_of(told["closures"], "Fewer acute beds: beds freed").result == "fail"
    assert row_of(told["money"], "All organisations").result == "pass"
    assert row_of(told["triangulation"], "All contracts").result == "pass"
