"""Waiting lists: nobody is lost, laws of queues hold, who is next matters, and the base year comes out as it was."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.places import CENTRAL, WORLD, fixed, initiative, only, run
from fixtures.waiting import MEDICINE, OTHER, SURGERY, alone, asked, baseline_of, draws_of, waiting
from placeplan.core.tables import Activity, ContactCapacity
from placeplan.futures.sample import Futures
from placeplan.model import queues as q
from placeplan.model.discipline import Queue, Rates, fitted, steady
from placeplan.model.explain import explain
from placeplan.model.list_base import fits
from placeplan.model.outcomes import Outcomes
from placeplan.model.run import Run
from placeplan.plan.library import with_library
from placeplan.stress.limits import unfitted

SEEING = SURGERY | {"overnight_pod": "", "day_pod": "", "first_share": 1.0}
"""A list whose people only want to be seen."""
BY_DAY = SURGERY | {"overnight_pod": ""}
"""A list without a night in hospital."""
ONE = Futures(count=1, held=CENTRAL)


@cache
def found(beds: float = 3.0, discipline: str = "fitted", count: int = 8) -> Outcomes:
    """The place with three lists, run once for all tests that only look."""
    return run(waiting(beds=beds, discipline=discipline), Futures(count=count))


def base_activity(site: str, pod: str) -> float:
    rows = [r for r in waiting().tables["activity"] if isinstance(r, Activity)]
    return sum(r.activity for r in rows if (r.site, r.pod) == (site, pod))


@pytest.mark.parametrize("beds", [3.0, 1.0])
def test_nobody_of_a_list_is_lost(beds: float) -> None:
    """``list' = list + clock starts − stops − removals``: every month, future and list, with and without free beds."""
    o = found(beds)
    for entity in o["list"].entities:
        flows = [o[name].of(entity)[:, 1:] for name in ("clock_starts", "clock_stops", "list_removals")]
        before, after = o["list"].of(entity)[:, :-1], o["list"].of(entity)[:, 1:]
        np.testing.assert_allclose(q.listed_after(before, *flows), after, rtol=1e-12, atol=1e-8)
        assert all((part >= 0).all() for part in flows)


people = st.lists(st.floats(0, 1e5), min_size=q.BINS, max_size=q.BINS).map(lambda x: np.array(x)[:, None])


@settings(max_examples=60)
@given(
    urgent=people,
    routine=people,
    aside=people,
    starts=st.floats(0, 1e5),
    share=st.floats(0, 0.9),
    part=st.floats(0, 1.5),
    mix=st.floats(0, 1),
)
def test_nobody_of_any_queue_is_lost(
    urgent: Any, routine: Any, aside: Any, starts: float, share: float, part: float, mix: float
) -> None:
    """Each stage by itself: people' = people + joined − served − removed, and no bin is ever below zero."""
    queue = Queue(urgent.copy(), routine.copy(), aside.copy())
    before = queue.people
    gone = queue.a_month_on(share)
    queue.start(np.array([starts]), 0.3, 0.1)
    number = q.served(queue.people, part * before)
    taken = queue.serve(number, mix)
    scale = float(before[0] + starts) + 1.0
    np.testing.assert_allclose(sum(t.sum(axis=0) for t in taken), number, atol=1e-9 * scale)
    np.testing.assert_allclose(queue.people, q.listed_after(before, starts, number, gone), atol=1e-9 * scale)
    assert min(part.min() for part in (*queue.parts, *taken)) >= -1e-9 * scale


@pytest.mark.parametrize("discipline", ["oldest_first", "random", "fitted"])
def test_a_list_at_constant_rates_grows_by_what_is_not_served(discipline: str) -> None:
    """A list at constant rates: each month it grows by clock starts less those served, to the last person."""
    plan = fixed(waiting(SEEING, discipline=discipline), list_removals=0.0)
    lists = alone(plan, ONE, outpatient_first=4500.0)
    for month in range(1, 37):
        lists.enter(0, asked(lists, outpatient_first=5000.0))
        np.testing.assert_allclose(lists.lists[0].bins.sum(axis=0), 12000.0 + 500.0 * month, rtol=1e-12)


def test_anybody_next_makes_waits_geometric() -> None:
    """At random, at constant rates: ``bin[k] = S (1 − p)^(k + 1)`` with ``p = S / (L + S)``."""
    bins = steady([Rates((6000.0, 0.0, 0.0), (3000.0, 0.0, 0.0), 0.0, 0.0, 0.9)], np.zeros((1, 1)))[0].sum(axis=0)[
        :, 0, 0
    ]
    p = 3000.0 / (6000.0 + 3000.0)
    np.testing.assert_allclose(bins[:-1], 3000.0 * (1 - p) ** np.arange(1, q.BINS), rtol=1e-9)


def test_oldest_first_makes_waits_uniform() -> None:
    """Oldest first, at constant rates: bins of S up to L / S months, the rest in the last, nobody beyond."""
    bins = steady([Rates((7000.0, 0.0, 0.0), (3000.0, 0.0, 0.0), 0.0, 0.0, 0.9)], np.ones((1, 1)))[0].sum(axis=0)[
        :, 0, 0
    ]
    np.testing.assert_allclose(bins[:4], [3000.0, 3000.0, 1000.0, 0.0], atol=1e-6)


@pytest.mark.parametrize("mix", [0.0, 0.3, 1.0])
def test_littles_law(mix: float) -> None:
    """People on a list = people served a month × months that they have waited, whoever is next."""
    queue = Queue(np.zeros((q.BINS, 1)), np.zeros((q.BINS, 1)))
    queue.routine[0] = 6000.0
    for _ in range(400):
        listed = queue.people
        queue.a_month_on(0.0)
        queue.start(3000.0, 0.2)
        urgent, routine, _ = queue.serve(np.array([3000.0]), mix)
    months = ((urgent + routine)[:, 0] * np.arange(q.BINS)).sum()
    beyond = (queue.routine[-1, 0] + urgent[-1, 0] + routine[-1, 0]) * 10
    assert months == pytest.approx(float(listed[0]), abs=1e-6 + beyond)


@given(urgent=people, routine=people, part=st.floats(0, 1), mix=st.floats(0, 1))
def test_urgent_first(urgent: Any, routine: Any, part: float, mix: float) -> None:
    """“Urgent and cancer first”: while anybody urgent is left, nobody routine is served."""
    number = part * (urgent.sum(axis=0) + routine.sum(axis=0))
    first, then = q.urgent_first(urgent, routine, number, mix)
    left = urgent.sum() - first.sum()
    assert then.sum() <= 1e-9 * (1.0 + routine.sum()) or left <= 1e-9 * (1.0 + urgent.sum())


def test_urgent_patients_never_wait_longer() -> None:
    """Urgent patients of a list that cannot keep up have waited less than routine ones, and cost these their turn."""
    waits = {}
    for share in (0.0, 0.4):
        lists = alone(waiting(SEEING | {"urgent": share}), ONE, outpatient_first=3000.0)
        for _ in range(18):
            lists.enter(0, asked(lists, outpatient_first=5000.0))
        queue = lists.lists[0].queues["first"]
        waits[share] = [float(q.median_weeks(bins)[0]) for bins in (queue.urgent, queue.routine)]
    assert waits[0.4][0] < waits[0.4][1]
    assert waits[0.4][1] > waits[0.0][1]


def test_people_leave_without_care() -> None:
    """“Removals”: a share of those listed leaves each month; where nobody leaves, a list that cannot keep up is longer."""
    ends = {}
    for share in (0.0, 0.03):
        plan = fixed(waiting(SEEING), list_removals=share)
        lists = alone(plan, ONE, outpatient_first=4000.0)
        listed, gone = 12000.0, 0.0
        for _ in range(24):
            lists.enter(0, asked(lists, outpatient_first=5000.0))
            gone = float(lists.lists[0].counts.removals[0])
            assert gone == pytest.approx(share * listed, rel=1e-12)
            listed = float(lists.lists[0].bins.sum())
        ends[share] = listed - float(lists.lists[0].counts.starts[0]) * 24
    assert ends[0.03] < ends[0.0]


def test_the_clock_runs_on_from_decision_to_admission() -> None:
    """“Two stages, decision then admission”: who waited to be seen has waited as long when listed for admission."""
    plan = fixed(waiting(BY_DAY | {"urgent": 0.05}), list_removals=0.0)
    closed, open_ = alone(plan, ONE, outpatient_first=0.0, day_case=0.0), alone(plan, ONE, day_case=0.0)
    before = closed.lists[0].queues["day"].people
    for _ in range(6):
        closed.enter(0, asked(closed))
    np.testing.assert_allclose(closed.lists[0].queues["day"].people, before, rtol=1e-12)
    closed.capacity = open_.capacity
    had = [closed.lists[0].queues[s].routine.copy() for s in ("first", "day")]
    closed.enter(0, asked(closed))
    joined = closed.lists[0].queues["day"].routine - q.aged(had[1])
    assert joined[6:, 0].sum() > 0
    assert (joined <= q.aged(had[0]) + closed.lists[0].counts.starts + 1e-9).all()


def test_who_is_not_seen_is_not_admitted() -> None:
    """Clinics that stand still starve theatres: day cases go on until those listed for them are through."""
    lists = alone(waiting(BY_DAY), ONE, outpatient_first=0.0)
    given = []
    for _ in range(24):
        care = asked(lists)
        lists.enter(0, care)
        own = lists.lists[0]
        given.append(float(care.activity["ACU1A", "day_case"][0]) - own.stages["day"].usual / 0.75 * 0.25)
    assert given[0] == pytest.approx(own.stages["day"].usual, rel=1e-12)
    assert given[-1] == pytest.approx(0.0, abs=1e-6)


def test_a_clinic_with_more_room_works_a_list_down() -> None:
    """Where contacts have a capacity, what is left over is given to those who wait, and the list falls by as much."""
    plan = waiting(SEEING)
    usual = base_activity("ACU1A", "outpatient_first") / 12
    same, more = alone(plan, ONE, outpatient_first=usual), alone(plan, ONE, outpatient_first=usual + 100)
    for _ in range(3):
        for lists in (same, more):
            care = asked(lists)
            lists.enter(0, care)
        assert care.activity["ACU1A", "outpatient_first"][0] == pytest.approx(usual + 100, rel=1e-12)
    fell = same.lists[0].bins.sum() - more.lists[0].bins.sum()
    assert fell == pytest.approx(300, rel=0.05)


def test_others_of_a_pod_are_limited_alike() -> None:
    """A pod at half its room gives half to its list and half to those who are on none."""
    lists = alone(waiting(SURGERY), ONE, outpatient_first=1000.0)
    care = asked(lists, outpatient_first=5000.0)
    lists.enter(0, care)
    assert care.activity["ACU1A", "outpatient_first"][0] == pytest.approx(1000.0, rel=1e-12)


def test_cancelled_patients_are_still_listed() -> None:
    """“Who is cancelled never left the list”: who is put off stands on it; all put off are somebody's."""
    plan = waiting(beds=0.9, months=12)
    futures = Futures(count=5)
    run_ = Run(plan, baseline_of(plan), draws_of(plan, futures))
    for number in range(12):
        run_.month(number)
        theatre, state = run_.lists.theatre, run_.wards.state
        assert state is not None
        surgical = sum(theatre.owing.values())
        np.testing.assert_allclose(surgical, state.deferred, atol=1e-6)
        for one in run_.lists.lists:
            if "overnight" in one.queues:
                assert (theatre.owed(one.id) <= one.queues["overnight"].people + 1e-6).all()
    assert (state.deferred.sum(axis=0) > 0).any()
    o = run_.outcomes()
    assert (o["cancelled"].of("ACU1A/surgery").sum(axis=1) > 0).any()
    assert (o["list"].of("ACU1A/surgery")[:, -1] > found(3.0)["list"].of("ACU1A/surgery")[:5, 11]).all()


def test_more_theatre_slots_never_lengthen_a_list() -> None:
    """On the same futures: more slots, no list is longer in any month, and some are shorter."""
    plan = waiting(beds=3.0)
    few, many = (run(fixed(plan, elective_slots=slots), Futures(count=6, held=WORLD)) for slots in (0.9, 1.2))
    assert (many["list"].values <= few["list"].values + 1e-6).all()
    assert (many["list"].of("system")[:, -1] < few["list"].of("system")[:, -1] - 1).all()


def test_the_base_year_comes_out() -> None:
    """With lists, each pod still has the activity of the table in the base year, and lists stay nearly as they were."""
    o = run(waiting(), ONE)
    for site in ("ACU1A", "ACU1B"):
        for pod in ("outpatient_first", "day_case", "elective_admission"):
            assert o["activity"].by_year(f"{site}/{pod}")[0, 0] == pytest.approx(base_activity(site, pod), rel=2e-3)
    assert o["list"].of("system")[0, 11] == pytest.approx(25000, rel=0.01)


def test_the_base_year_comes_out_with_chance() -> None:
    """The same with everything drawn, within the tolerance of 2 %."""
    o = found(count=40)
    for site in ("ACU1A", "ACU1B"):
        for pod in ("outpatient_first", "day_case", "elective_admission"):
            mean = o["activity"].by_year(f"{site}/{pod}")[:, 0].mean()
            assert mean == pytest.approx(base_activity(site, pod), rel=0.02)


@pytest.mark.parametrize("share", [0.8, 0.86, 0.92])
def test_the_fitted_mix_gives_the_base_years_share(share: float) -> None:
    """“Routine a mix of oldest-first and random, fitted to the base year's 18-week share”."""
    plan = waiting(OTHER | {"within_18": share})
    fit = fits(plan, baseline_of(plan))["ACU1B/all"]
    assert 0.0 < fit.mix < 1.0
    assert fit.within_18 == pytest.approx(share, abs=1e-3)
    assert fit.bins.sum() == pytest.approx(9000, rel=1e-6)
    o = run(plan, ONE)
    assert o["within_18"].of("ACU1B/all")[0, :12].mean() == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize(("within", "over"), [(0.86, 0.003), (0.9, 0.001)])
def test_both_shares_of_the_base_year_are_fitted(within: float, over: float) -> None:
    """“Fitted to the base year's 18- and 52-week shares”: some are passed over by age, and the run keeps both shares."""
    plan = waiting(OTHER | {"within_18": within, "over_52": over})
    fit = fits(plan, baseline_of(plan))["ACU1B/all"]
    assert 0.0 < fit.aside < 0.4
    assert fit.within_18 == pytest.approx(within, abs=1e-3)
    assert fit.over_52 == pytest.approx(over, rel=0.1)
    o = run(plan, ONE)
    assert o["within_18"].of("ACU1B/all")[0, :12].mean() == pytest.approx(within, abs=0.015)
    assert o["over_52"].of("ACU1B/all")[0, :12].mean() == pytest.approx(9000 * over, rel=0.35)


def test_who_is_passed_over_waits_longer_and_takes_no_place_from_the_list() -> None:
    """Those aside are next by chance alone: they wait longer than other routine patients, and as many are served."""
    queue = Queue(np.zeros((q.BINS, 1)), np.zeros((q.BINS, 1)))
    for _ in range(240):
        queue.a_month_on(0.0)
        queue.start(3000.0, 0.2, 0.05)
        served = queue.serve(np.minimum(queue.people, 3000.0) if queue.people > 6000 else np.zeros(1), 0.5)
    assert sum(float(part.sum()) for part in served) == pytest.approx(3000.0)
    _, routine, aside = queue.parts
    assert q.median_weeks(aside)[0] > q.median_weeks(routine)[0]
    assert q.waiting_less(aside, q.WEEKS_52)[0] < aside.sum()


def test_a_share_out_of_reach_is_met_by_the_nearest_mix() -> None:
    """No mix gives every share: at the ends the nearest is used, and what comes with it is told."""
    rates = Rates((9000.0, 1500.0, 1500.0), (6000.0, 360.0, 1700.0), 0.15, 0.03, 0.99)
    always, never = (
        fitted((rates, Rates(*rates.__dict__.values())))[0],
        fitted((Rates(rates.listed, rates.served, 0.15, 0.03, 0.1),))[0],
    )
    assert (always.mix, never.mix) == (1.0, 0.0)
    assert never.within_18 < always.within_18 < 0.99
    assert never.over_52 > always.over_52


def test_who_is_next_changes_waits_and_not_the_list() -> None:
    """The form `discipline`: oldest first has more within 18 weeks and fewer over 52 than chance; the list is the same."""
    forms = {
        name: run(waiting(discipline=name, beds=1.0), Futures(count=4)) for name in ("oldest_first", "fitted", "random")
    }
    within, over = ({n: o[name].of("system")[:, -1] for n, o in forms.items()} for name in ("within_18", "over_52"))
    assert (within["oldest_first"] > within["fitted"] + 0.005).all()
    assert (within["fitted"] > within["random"] + 0.02).all()
    assert (over["random"] > over["oldest_first"] + 10).all()
    for o in forms.values():
        np.testing.assert_allclose(o["list"].values, forms["fitted"]["list"].values, rtol=1e-9)


def test_who_is_admitted_is_paid_for() -> None:
    """Contracts pay for what was given: where beds hold planned care back, less is paid by price."""
    free, full = (found(beds) for beds in (3.0, 0.9))
    entity = "ACU1A/elective_admission"
    assert (full["activity"].of(entity).sum(axis=1) < free["activity"].of(entity).sum(axis=1)).all()
    priced = [c.id for c in waiting().contracts if "elective_admission" in getattr(c, "prices", {})]
    assert priced
    paid = [sum(o["contract_payment"].of(c).sum(axis=1) for c in priced) for o in (free, full)]
    assert (paid[1] < paid[0]).all()


def test_a_list_is_the_same_in_any_block() -> None:
    """The same seed gives the same bits whether futures run in one block or in two."""
    plan, whole = waiting(beds=1.0, months=12), Futures(count=6)
    together = run(plan, whole)
    apart = [run(plan, block) for block in whole.blocks(3)]
    for name in ("list", "within_18", "over_52", "median_wait", "cancelled", "activity", "position"):
        assert (np.concatenate([o[name].values for o in apart]) == together[name].values).all(), name


def test_an_organisation_is_its_lists_together() -> None:
    """People of an organisation are those of its lists; half its people have waited as long as half of all of them."""
    o = found(1.0)
    parts = [e for e in o["list"].entities if "/" in e]
    for name in ("list", "over_52", "clock_starts", "clock_stops", "list_removals", "cancelled"):
        np.testing.assert_allclose(sum(o[name].of(e) for e in parts), o[name].of("ACU1"), rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(o[name].of("ACU1"), o[name].of("system"), rtol=1e-9, atol=1e-6)
    waits = np.array([o["median_wait"].of(e) for e in parts])
    assert (o["median_wait"].of("system") >= waits.min(axis=0) - 1e-9).all()
    assert (o["median_wait"].of("system") <= waits.max(axis=0) + 1e-9).all()


def test_without_lists_nothing_is_written_down() -> None:
    plan = waiting()
    bare = plan.changed(tables=plan.tables | {"lists": ()})
    o = run(bare, Futures(count=1), until=12)
    assert not {"list", "within_18", "cancelled"} & set(o.series)
    assert bare.level("lists") == "off"


def test_lists_have_a_level_and_an_aim() -> None:
    """A list without the waits of its people stands on `default`; 18 weeks are an aim of whoever has a list."""
    assert waiting().level("lists") == "local"
    assert waiting(SURGERY | {"within_18": None}).level("lists") == "default"
    assert waiting(SURGERY, MEDICINE | {"over_52": None}).level("lists") == "default"
    aims = [p for p in with_promises(waiting()) if p.group == "waits"]
    assert [(p.organisation, p.hard, p.at_least) for p in aims] == [("ACU1", False, 0.92)]
    bare = waiting()
    assert not [p for p in with_promises(bare.changed(tables=bare.tables | {"lists": ()})) if p.group == "waits"]


def with_promises(plan: Any) -> Any:
    return with_library(plan.changed(promises=())).promises


@pytest.mark.parametrize("pod", ["day_case", "outpatient_first"])
def test_contacts_of_a_pod_limit_its_list(pod: str) -> None:
    """A capacity a tenth below what is asked for lengthens the list by what is not given, month after month."""
    plan = fixed(waiting(SURGERY), list_removals=0.0)
    usual = base_activity("ACU1A", pod) / 12
    runs = {}
    for part in (1.0, 0.9):
        run_ = Run(plan, baseline_of(plan), draws_of(plan, ONE))
        run_.lists.capacity = lambda place, part=part: np.full(1, usual * part) if place[1] == pod else np.inf  # type: ignore[misc]
        for number in range(12):
            run_.month(number)
        runs[part] = run_.outcomes()
    given = {part: o["activity"].by_year(f"ACU1A/{pod}")[0, 0] for part, o in runs.items()}
    assert given[0.9] == pytest.approx(0.9 * usual * 12, rel=0.02)
    longer = runs[0.9]["list"].of("system")[0, -1] - runs[1.0]["list"].of("system")[0, -1]
    stops = sum(o["clock_stops"].of("system").sum() * sign for o, sign in ((runs[1.0], 1), (runs[0.9], -1)))
    assert longer == pytest.approx(stops, rel=1e-6)
    assert longer > 0.03 * usual * 12


def test_more_theatre_slots_work_a_list_down() -> None:
    """Slots that an initiative opens are offered to those who wait: the list falls by as many, others go on as before."""
    plan = waiting(SURGERY)
    more = initiative("theatre", {"kind": "resize", "site": "ACU1A", "pool": "surgical", "slots": 4.0}, start="2016-04")
    before, after = run(plan, ONE), run(only(plan, more), ONE)
    fell = before["list"].of("system") - after["list"].of("system")
    assert fell[0, 0] > 0
    came = (
        after["activity"].of("ACU1A/elective_admission")[0, :6].sum()
        - before["activity"].of("ACU1A/elective_admission")[0, :6].sum()
    )
    assert fell[0, 5] == pytest.approx(came, rel=0.1)
    assert (after["list"].of("system") <= before["list"].of("system") + 1e-6).all()


def test_a_share_that_no_order_gives_is_told() -> None:
    """Where the fit misses what was published, the report says by how much."""
    near = waiting(OTHER)
    assert unfitted(near, baseline_of(near)) == ()
    far = waiting(OTHER | {"within_18": 0.3, "over_52": 0.4})
    told = unfitted(far, baseline_of(far))
    assert len(told) == 2
    assert "30.0%" in told[0]
    assert "over 52 weeks" in told[1]


def test_a_list_is_explained_to_its_row() -> None:
    """`explain` leads from the system's list to each list, its flows, its row and the share that leaves."""
    plan, o = waiting(), found()
    node = explain(plan, baseline_of(plan), o, "list", "system", depth=4)
    names: list[str] = []

    def walk(n: Any) -> None:
        names.append(n.name)
        for part in n.made_of:
            walk(part)

    walk(node)
    for wanted in (
        "list of ACU1A/surgery",
        "clock_starts of ACU1A/surgery",
        "lists.listed: ACU1A surgery",
        "list.removals",
    ):
        assert wanted in names, names


def test_an_empty_list_stays_empty() -> None:
    """Where nobody waits and all who come are seen, nobody waits too long: nothing is divided by zero."""
    o = run(waiting(BY_DAY | {"listed": 0.0}, MEDICINE), ONE)
    assert np.abs(o["list"].of("ACU1A/surgery")).max() < 1e-6
    assert np.isfinite(o["median_wait"].values).all()
    assert (o["over_52"].of("ACU1A/surgery") == 0.0).all()


def test_lists_that_are_off_change_nothing() -> None:
    """Lists that the plan sets to `off` are not modelled: every other outcome has the bits of a plan without them."""
    plan = waiting(months=12)
    off = plan.changed(about=plan.about.model_copy(update={"levels": {"lists": "off"}}))
    bare = plan.changed(tables=plan.tables | {"lists": ()})
    one, other = run(off, Futures(count=3)), run(bare, Futures(count=3))
    assert set(one.series) == set(other.series)
    assert all((one[name].values == other[name].values).all() for name in one.series)


def test_contacts_that_run_out_lengthen_a_list() -> None:
    """`contacts.csv` with `unmet: list`: the base year comes out, then need outgrows a clinic that stands still, and the list takes up the rest."""
    plan = waiting(SEEING, months=36)
    row = ContactCapacity(site="ACU1A", pod="outpatient_first", unmet="list", follow=0.0, source="made up")
    plan = with_library(plan.changed(tables=plan.tables | {"contacts": (row,)}))
    o = run(fixed(plan, growth_outpatient_first=0.03), ONE)
    given = o["activity"].by_year("ACU1A/outpatient_first")[0]
    assert given == pytest.approx(np.full(3, base_activity("ACU1A", "outpatient_first")), rel=0.004)
    listed = o["list"].of("system")[0]
    assert listed[11] == pytest.approx(12000, rel=0.03)
    assert listed[23] > listed[11] + 0.5 * 0.03 * given[1]
    assert listed[35] > listed[23] + 0.5 * 0.06 * given[2]
