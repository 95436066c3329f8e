"""Contacts that run out: capacity, backlog, loss, and spills that come to another door a month later."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.doors import ACTIVITY, AE, GP, NURSES, door, doors, tariff, way
from fixtures.hillford import SOURCE
from fixtures.places import fixed, initiative, only, run, with_rows
from placeplan.core.calendar import days_in, months_from
from placeplan.core.tables import StaffGroup, WaitingList
from placeplan.effects.base import Primitive
from placeplan.futures.sample import Futures
from placeplan.model.clinics import Clinics
from placeplan.model.compile import Compiled
from placeplan.model.draws import Draws, WhatIf, capacity
from placeplan.model.explain import explain
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of
from placeplan.model.trace import Node
from placeplan.model.uptake import NEVER
from placeplan.model.workforce import Workforce
from placeplan.plan.library import library, with_library
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.runs.kept import keep_all
from placeplan.stress.shocks.scenarios import providers

SOME = Futures(count=6, held=frozenset({"chance"}))
"""Some worlds; chance of beds is held, as no rule of doors asks for it, and days are then quick to run."""
ONE = Futures(count=1, held=frozenset({"chance"}))
GP_DOOR, AE_DOOR, NURSES_DOOR = ("/".join(p) for p in (GP, AE, NURSES))
EMERGENCY = ("HOS", "emergency_admission")
COEFFICIENT = "spill.gp_to_ae"


def of(o: Outcomes, outcome: str, entity: str) -> np.ndarray:
    return o[outcome].of(entity)


def held(share: float, name: str = COEFFICIENT) -> float:
    """A percentile of a library coefficient."""
    a = next(i.value for i in library().assumptions if i.value.id == name)
    return float(a.distribution.quantile(np.array([share]))[0])


def same(one: Outcomes, other: Outcomes) -> None:
    """Every outcome that both have is the same, to the bit."""
    for name in sorted(set(one.series) & set(other.series)):
        assert one[name].entities == other[name].entities, name
        assert (one[name].values == other[name].values).all(), name


# -- capacity, backlog, loss


def test_without_the_table_nothing_is_recorded_and_with_room_for_all_nothing_changes() -> None:
    """A component is off where the plan gives no table for it; capacity above demand changes not a bit."""
    without = run(doors(quiet=False), SOME)
    assert not {"asked", "backlog", "used_capacity", "spilled"} & set(without.series)
    room = [door(p, unmet, capacity=1e7) for p, unmet in ((GP, "spills"), (AE, "lost"), (NURSES, "waits"))]
    roomy = run(doors(*room, spills=[way(GP, AE, COEFFICIENT)], form="high", quiet=False), SOME)
    same(without, roomy)
    assert not of(roomy, "lost", "system/ae_type1").any()
    assert (of(roomy, "asked", GP_DOOR) == of(without, "activity", GP_DOOR)).all()


def test_a_component_that_the_plan_calls_off_is_off() -> None:
    opens = {"kind": "resize", "site": "COM", "pod": "community_contact", "contacts": 600.0}
    plan = doors(door(GP, capacity=10.0), door(NURSES, capacity=10.0), initiatives=[initiative("more", opens)])
    off = plan.changed(about=plan.about.model_copy(update={"levels": {"contacts": "off"}}))
    there = run(off, ONE)
    assert (of(there, "activity", GP_DOOR) == of(run(doors(), ONE), "activity", GP_DOOR)).all()
    assert "contacts_capacity" not in there.series
    assert plan.level("contacts") == "local"
    assert doors(door(GP)).level("contacts") == "default"  # how much of its capacity was used is assumed
    assert doors().level("contacts") == "off"


def test_nobody_is_lost_from_the_books() -> None:
    """Asked + backlog before = given + gone + backlog after: every door, month and future."""
    rows = [
        door(GP, "spills", used=1.1), door(AE, "waits", used=1.02, backlog=300, gives_up=0.3),
        door(NURSES, "waits", used=0.97, backlog=900), door(("HOS", "outpatient_first"), "lost", used=1.05),
    ]  # fmt: skip
    spills = [way(GP, AE, COEFFICIENT), way(AE, GP, 0.3), way(AE, EMERGENCY, 0.02)]
    o = run(doors(*rows, spills=spills, form="high", quiet=False), SOME)
    for row in rows:
        entity = f"{row.site}/{row.pod}"
        asked, given, gone, after = (of(o, name, entity) for name in ("asked", "activity", "lost", "backlog"))
        before = np.concatenate([np.full((6, 1), row.backlog), after[:, :-1]], axis=1)
        np.testing.assert_allclose(asked + before, given + gone + after, rtol=1e-12)
        assert min(given.min(), gone.min(), after.min()) >= 0
        assert (given <= of(o, "contacts_capacity", entity) * (1 + 1e-12)).all()
    assert of(o, "backlog", NURSES_DOOR).any()
    assert of(o, "lost", "HOS/outpatient_first").any()
    assert not of(o, "backlog", GP_DOOR).any()
    np.testing.assert_allclose(of(o, "not_given", "system/ae_type1"), of(o, "not_given", AE_DOOR))


def test_capacity_is_staff_times_contacts_a_month() -> None:
    """“capacity = staff × contacts per month”, by the days of the month; a use of 80 % leaves a quarter more."""
    o = run(doors(door(GP, wte=40.0, contacts_per_wte=200.0), door(NURSES, used=0.8)), ONE)
    days = np.array([days_in(m) for m in months_from("2016-04", 12)])
    np.testing.assert_allclose(of(o, "contacts_capacity", GP_DOOR)[0, :12], 40 * 200 * 12 * days / 365, rtol=1e-12)
    np.testing.assert_allclose(of(o, "used_capacity", NURSES_DOOR)[0, :12], 0.8, rtol=1e-9)
    total = of(o, "contacts_capacity", NURSES_DOOR)[0, :12].sum()
    np.testing.assert_allclose(total, ACTIVITY[NURSES] / 0.8, rtol=1e-9)


class Half(Workforce):
    """Half of the nurses are at work in one of two futures, and a quarter of an initiative's posts are filled."""

    def __init__(self, *posts: Any) -> None:
        self.posts = posts

    def strength(self, organisation: str, group: str) -> Any:
        return np.array([0.5, 1.0]) if (organisation, group) == ("COM", "nurses") else 1.0

    def staffed(self, initiative: str) -> Any:
        return np.array([0.25, 1.0])


def clinics(plan: Plan, *primitives: Primitive, lost: dict[str, Any] | None = None) -> Clinics:
    """The doors of a plan in two futures, whose initiative `more` has been there from the first month."""
    baseline = baseline_of(plan)
    values = {"contacts.gives_up": np.zeros(2), "contacts.used": np.ones(2)}
    draws = Draws(Futures(count=2), values, what_if=WhatIf(lost=lost or {}))
    return Clinics(
        plan,
        baseline,
        draws,
        Half(),
        Compiled(tuple(("more", p) for p in primitives)),
        {"more": np.zeros(2)},
        {"more": NEVER},
    )


def test_staff_at_work_and_what_they_give_set_the_capacity() -> None:
    """“Absence cuts contacts”; productivity multiplies; what opens waits for its posts, what closes does not."""
    plan = only(doors(door(NURSES, capacity=1000.0, group="nurses"), door(GP, capacity=1000.0, group="doctors")),
                initiative("more", start="2016-04", owner="COM"))  # fmt: skip
    month = 12 * 30 / 365

    def can(*primitives: Primitive) -> tuple[list[float], list[float]]:
        c = clinics(plan, *primitives)
        c.can = c._capacities(0, {"more": np.array([1.0, 0.5])})
        return tuple(list(np.asarray(c.capacity(p)) / month) for p in (NURSES, GP))  # type: ignore[return-value]

    assert can() == (pytest.approx([500, 1000]), pytest.approx([1000, 1000]))
    more = Primitive("scale", "productivity", organisation="COM", group="nurses", quantity=0.2, ratio=-1.0)
    assert can(more) == (pytest.approx([600, 1100]), pytest.approx([1000, 1000]))
    less = Primitive("scale", "productivity", quantity=0.2)
    assert can(less) == (pytest.approx([400, 900]), pytest.approx([800, 900]))
    opens = Primitive("add", "contacts", site=GP[0], pod=GP[1], quantity=400.0)
    assert can(opens) == (pytest.approx([500, 1000]), pytest.approx([1100, 1400]))
    closes = Primitive("add", "contacts", site=GP[0], pod=GP[1], quantity=-400.0)
    assert can(closes)[1] == pytest.approx([600, 600])
    assert clinics(plan).capacity(("HOS", "outpatient_first")) == np.inf


def test_a_provider_that_fails_gives_fewer_contacts_and_no_other_does() -> None:
    """S8: one provider fails – stated, of staff, by use and by assumption alike."""
    rows = [
        door(GP, used=0.9), door(AE, "lost", capacity=9000.0), door(NURSES),
        door(("HOS", "outpatient_first"), "waits", wte=10.0, contacts_per_wte=400.0),
    ]  # fmt: skip
    plan = doors(*rows)
    before = {p: np.mean(clinics(plan).capacity(p)) for p in (GP, AE, NURSES, ("HOS", "outpatient_first"))}
    for provider in ("GPS", "HOS", "COM"):
        failed = clinics(plan, lost={capacity("contacts", provider): np.full(2, 0.2)})
        for place, usual in before.items():
            can = np.mean(failed.capacity(place))
            assert can == pytest.approx(usual * (0.8 if place[0] == provider else 1.0)), place
    assert set(providers(plan)) >= {"COM", "GPS", "HOS"}


def test_a_team_that_opens_gives_more_as_it_ramps_up() -> None:
    """`resize` adds contacts from its start, as far as it has come, and never below nothing."""
    opens = {"kind": "resize", "site": "COM", "pod": "community_contact", "contacts": 600.0}
    plan = doors(door(NURSES, capacity=4000.0))
    days = np.array([days_in(m) for m in months_from("2016-04", 24)]) * 12 / 365
    ramped = run(only(plan, initiative("team", opens, owner="COM", ramp_months=3)), ONE)
    added = (of(ramped, "contacts_capacity", NURSES_DOOR) / days)[0, :8] - 4000
    np.testing.assert_allclose(added, [0, 0, 0, 200, 400, 600, 600, 600], atol=1e-9)
    shut = run(only(plan, initiative("shut", opens | {"contacts": -5000.0}, owner="COM")), ONE)
    assert not of(shut, "activity", NURSES_DOOR)[0, 3:].any()
    assert (of(shut, "wait_months", NURSES_DOOR)[0, 6:] > 0).all()


@pytest.mark.parametrize("more", [1.01, 1.1, 2.0])
def test_more_staff_never_lengthens_a_backlog(more: float) -> None:
    """“Per component, feedbacks off: more staff never lengthens a backlog, on the same futures”."""

    def backlog(wte: float) -> np.ndarray:
        row = door(NURSES, wte=wte, contacts_per_wte=100.0, backlog=2000)
        return of(run(doors(row, quiet=False), SOME), "backlog", NURSES_DOOR)

    few, many = backlog(49.0), backlog(49.0 * more)
    assert (many <= few).all()
    assert (many < few).any()


# -- Little's law


def test_littles_law_where_all_are_seen_in_turn() -> None:
    """Mean wait × throughput = people waiting: oldest first by hand, against what the model says."""
    o = run(doors(door(NURSES, used=1.0, backlog=12_500, gives_up=0.0), months=48), ONE)
    asked, given, backlog = (of(o, name, NURSES_DOOR)[0] for name in ("asked", "activity", "backlog"))
    queue: list[list[float]] = [[-1.0, 12_500.0]]
    waits = []
    for month in range(48):
        queue.append([month, asked[month]])
        left, waited = given[month], 0.0
        while left > 1e-9:
            seen = min(left, queue[0][1])
            waited += seen * (month - queue[0][0])
            queue[0][1] -= seen
            left -= seen
            if queue[0][1] <= 1e-9:
                queue.pop(0)
        waits.append(waited / given[month])
    year = slice(12, 48)
    mean_wait, throughput = np.mean(waits[12:]), given[year].mean()
    np.testing.assert_allclose(mean_wait * throughput, backlog[year].mean(), rtol=0.01)
    np.testing.assert_allclose(of(o, "wait_months", NURSES_DOOR)[0, year].mean(), mean_wait, rtol=0.01)


def test_a_backlog_from_which_people_give_up_settles_where_they_balance_the_shortage() -> None:
    """It is (asked − capacity) × (1 − g) / g, and the mean wait is the backlog over all who stop waiting."""
    g, used = 0.25, 1.1
    o = run(doors(door(NURSES, used=used, gives_up=g), months=60), ONE)
    asked = ACTIVITY[NURSES] / 12
    settled = asked * (1 - 1 / used) * (1 - g) / g
    last = slice(48, 60)
    np.testing.assert_allclose(of(o, "backlog", NURSES_DOOR)[0, last].mean(), settled, rtol=0.01)
    np.testing.assert_allclose(of(o, "wait_months", NURSES_DOOR)[0, last].mean(), settled / asked, rtol=0.01)
    np.testing.assert_allclose(of(o, "used_capacity", NURSES_DOOR)[0, last], 1.0, rtol=1e-12)


# -- spills


def spilling(form: str, coefficient: float | str = COEFFICIENT, **more: Any) -> Plan:
    return doors(door(GP, "spills", used=1.25), spills=[way(GP, AE, coefficient)], form=form, **more)


@pytest.mark.parametrize(("form", "share"), [("low", 0.1), ("high", 0.9)])
def test_who_is_not_given_care_comes_to_the_other_door_next_month(form: str, share: float) -> None:
    """“unmet contacts … spill to another door by a coefficient”, “felt next month”, held at its 10th or 90th percentile."""
    base, o = run(doors(quiet=False), SOME), run(spilling(form, quiet=False), SOME)
    came = of(o, "activity", AE_DOOR) - of(base, "activity", AE_DOOR)
    sent = of(o, "lost", GP_DOOR) * held(share)
    assert sent.all()
    assert not came[:, 0].any()
    np.testing.assert_allclose(came[:, 1:], sent[:, :-1], rtol=1e-9)
    np.testing.assert_allclose(of(o, "spilled", GP_DOOR), sent, rtol=1e-12)
    np.testing.assert_allclose(of(o, "not_given", GP_DOOR), of(o, "lost", GP_DOOR), rtol=1e-12)


def test_spills_are_off_in_the_main_form_and_each_form_changes_an_outcome() -> None:
    """“Spill coefficients are hard to identify: 0 in the main form, elicited ranges in the variants”."""
    off, low, high = (run(spilling(form), ONE) for form in ("off", "low", "high"))
    same(off, run(doors(door(GP, "lost", used=1.25)), ONE))
    assert not of(off, "spilled", GP_DOOR).any()
    seen = [of(o, "activity", AE_DOOR)[0, 1:] for o in (off, low, high)]
    assert (seen[0] < seen[1]).all()
    assert (seen[1] < seen[2]).all()
    position = [of(o, "position", "HOS")[0, 12:].sum() for o in (off, low, high)]
    assert position[0] > position[1] > position[2]


def test_spilled_emergencies_lie_in_beds() -> None:
    """A door that spills to emergency admissions fills beds."""
    row = door(NURSES, "spills", used=1.25)
    off, high = (run(doors(row, spills=[way(NURSES, EMERGENCY, 0.1)], form=f), ONE) for f in ("off", "high"))
    more = [o["occupied"].of("HOS/general")[0, 6:].mean() for o in (off, high)]
    arrived = [of(o, "activity", "HOS/emergency_admission")[0, 1:].sum() for o in (off, high)]
    assert arrived[1] - arrived[0] == pytest.approx(of(high, "spilled", NURSES_DOOR)[0, :-1].sum(), rel=1e-9)
    assert more[1] > more[0] + 5


def test_those_who_give_up_waiting_spill_too() -> None:
    """Where people wait and there is a way, those who give up take it; those whom unmet calls lost never do."""
    waits = doors(door(GP, "waits", used=1.25, gives_up=0.2), spills=[way(GP, AE, 0.5)], form="high")
    o = run(waits, ONE)
    np.testing.assert_allclose(of(o, "spilled", GP_DOOR), of(o, "lost", GP_DOOR) * 0.5)
    assert of(o, "spilled", GP_DOOR).all()
    lost = run(doors(door(GP, "lost", used=1.25), spills=[way(GP, AE, 0.5)], form="high"), ONE)
    assert not of(lost, "spilled", GP_DOOR).any()


def test_payments_follow_the_people_who_spill() -> None:
    """Only the dale uses the practice, so only the dale's commissioner pays for what spills from it."""
    contracts = [tariff("hill", "CCG", "HOS", ["hill"], ae_type1=100.0), tariff("dale", "CCD", "HOS", ["dale"], ae_type1=100.0),
                 tariff("far", "FAR", "HOS", ae_type1=100.0)]  # fmt: skip
    off, high = (run(spilling(f, 0.2, contracts=contracts), ONE) for f in ("off", "high"))
    paid = {c: of(high, "contract_payment", c)[0] - of(off, "contract_payment", c)[0] for c in ("hill", "dale", "far")}
    np.testing.assert_allclose(paid["dale"][1:], of(high, "spilled", GP_DOOR)[0, :-1] * 100.0, rtol=1e-9)
    np.testing.assert_allclose(paid["hill"], 0.0, atol=1e-6)
    np.testing.assert_allclose(paid["far"], 0.0, atol=1e-6)


def test_payments_follow_what_is_given_and_who_waited() -> None:
    """All who ask and wait are given alike, and are paid for when they are seen: each payer pays for its own."""
    contracts = [tariff("hill", "CCG", "COM", ["hill"], community_contact=10.0),
                 tariff("dale", "CCD", "COM", ["dale"], community_contact=10.0)]  # fmt: skip
    row = door(NURSES, used=1.1, gives_up=0.0, backlog=1000)
    o = run(doors(row, contracts=contracts), ONE)
    given = of(o, "activity", NURSES_DOOR)[0]
    hill, dale = (of(o, "contract_payment", c)[0] for c in ("hill", "dale"))
    np.testing.assert_allclose(hill + dale, given * 10.0, rtol=1e-12)
    np.testing.assert_allclose(hill, dale * 3, rtol=1e-9)
    assert (given < of(o, "asked", NURSES_DOOR)[0]).all()


def test_a_spill_is_worked_out_alike_in_one_batch_or_two() -> None:
    """Future 3 is the same alone, and whatever the order of the rows."""
    rows, ways = (
        [door(GP, "spills", used=1.25), door(AE, "waits", used=1.0)],
        [way(GP, AE, COEFFICIENT), way(AE, GP, 0.2)],
    )
    plan = doors(*rows, spills=ways, form="high", quiet=False)
    whole = run(plan, Futures(count=6))
    turned = with_rows(with_rows(plan, "contacts", rows[::-1]), "spills", ways[::-1])
    same(whole, run(turned, Futures(count=6)))
    part = run(plan, Futures(count=3))
    for name in ("asked", "backlog", "spilled", "activity", "position"):
        assert (whole[name].values[:3] == part[name].values).all()


def test_a_saving_is_not_taken_for_care_that_could_not_be_given() -> None:
    """Care cut short by capacity saves nothing that a cost improvement has to stand back for."""
    saving = {"line": "pay", "amount": 100_000.0, "maturity": "identified"}
    improves = initiative("cheap", {"kind": "spend", "organisation": "COM", "saving": saving}, owner="COM")
    free, short = (run(only(doors(*rows), improves), ONE) for rows in ((), (door(NURSES, "lost", used=1.5),)))
    assert of(short, "activity", NURSES_DOOR)[0, 6] < 0.7 * of(free, "activity", NURSES_DOOR)[0, 6]
    np.testing.assert_allclose(of(short, "cip_saving", "cheap"), of(free, "cip_saving", "cheap"), rtol=1e-9)


# -- staff of staff.csv


def staffed(*initiatives: Any, wte: float = 45.0, **fields: float) -> Plan:
    """Community nurses who give what they can, in staff.csv, with more asked than they could give."""
    group = StaffGroup.model_validate(
        {"organisation": "COM", "group": "nurses", "funded": wte, "in_post": wte, "bank": 0, "agency": 0}
        | fields
        | SOURCE
    )
    plan = doors(door(NURSES, group="nurses", used=1.02, backlog=1000))
    return only(with_library(with_rows(plan, "staff", [group])), *initiatives)


def test_the_doors_of_a_group_follow_its_staff() -> None:
    """“capacity = staff × contacts per month”: those at work against the base year, month by month."""
    o = run(staffed(), SOME)
    days = np.array([days_in(m) / 365 for m in months_from("2016-04", 24)]) * 12
    usual = ACTIVITY[NURSES] / 12 / 1.02
    strength = of(o, "staff_at_work", "COM/nurses") / of(o, "staff_at_work", "COM/nurses")[:, :1]
    first = of(o, "contacts_capacity", NURSES_DOOR)[:, :1] / days[:1]
    np.testing.assert_allclose(of(o, "contacts_capacity", NURSES_DOOR) / days, first * strength, rtol=1e-9)
    np.testing.assert_allclose(first, usual, rtol=1e-9)


def test_volunteers_give_contacts() -> None:
    """“Volunteers, peer support and carers are capacity too”: a door of theirs gives as many of them as are at work."""
    row = StaffGroup.model_validate(
        {"organisation": "COM", "group": "volunteers", "funded": 45, "in_post": 45, "unpaid": True} | SOURCE
    )
    plan = with_library(with_rows(doors(door(NURSES, group="volunteers", used=1.02, backlog=1000)), "staff", [row]))
    o = run(fixed(plan, staff_join=0.0, staff_absence=0.0, **{"staff_leave.volunteers": 0.24}), ONE)
    days = np.array([days_in(m) / 365 for m in months_from("2016-04", 24)]) * 12
    usual = ACTIVITY[NURSES] / 12 / 1.02
    np.testing.assert_allclose(of(o, "contacts_capacity", NURSES_DOOR)[0] / days, usual * 0.98 ** np.arange(24))


def test_more_posts_and_more_output_shorten_the_backlog_once() -> None:
    """What each nurse does counts once, whether staff.csv has the group or not."""
    more = initiative(
        "more", {"kind": "employ", "organisation": "COM", "group": "nurses", "more_output": 0.1}, owner="COM"
    )
    for plan in (staffed(more), only(doors(door(NURSES, group="nurses", used=1.02, backlog=1000)), more)):
        base, o = run(only(plan), SOME), run(plan, SOME)
        can, could = (of(r, "contacts_capacity", NURSES_DOOR)[:, 3:] for r in (o, base))
        np.testing.assert_allclose(can, could * 1.1, rtol=1e-9)
        assert (of(o, "backlog", NURSES_DOOR) <= of(base, "backlog", NURSES_DOOR)).all()


def test_who_is_on_a_list_is_left_to_the_list() -> None:
    """Where unmet is list, the door gives its capacity to the list, and nobody waits twice."""
    visit = ("HOS", "outpatient_first")
    waits = WaitingList(
        site="HOS", specialty="all", listed=9000, within_18=0.9, over_52=0.001, first_pod=visit[1], **SOURCE
    )
    free, short = (
        run(with_library(with_rows(doors(*rows, quiet=False), "lists", [waits])), SOME)
        for rows in ((), (door(visit, "list", used=1.25),))
    )
    assert (of(short, "activity", "HOS/outpatient_first") <= 50_000 / 12 / 1.25 * 12 * 31 / 365 * (1 + 1e-9)).all()
    assert (of(short, "list", "HOS/all")[:, 6:] > of(free, "list", "HOS/all")[:, 6:] + 1000).all()


def test_contacts_are_traced_to_their_rows() -> None:
    """Each outcome of a door leads to the row that states it, and to the doors from which people spill."""
    rows = [door(GP, "spills", used=1.25), door(AE, "waits", used=1.02, backlog=300), door(NURSES, "waits", used=1.02)]
    plan = doors(*rows, spills=[way(GP, AE, COEFFICIENT)], form="high")
    o, baseline = run(plan, ONE), baseline_of(plan)

    def names(node: Node) -> set[str]:
        return {node.name} | {name for child in node.made_of for name in names(child)}

    for name in (
        "contacts_capacity",
        "asked",
        "not_given",
        "backlog",
        "lost",
        "spilled",
        "wait_months",
        "used_capacity",
    ):
        for entity in (GP_DOOR, AE_DOOR, f"system/{AE[1]}"):
            found = names(explain(plan, baseline, o, name, entity))
            assert any(n.startswith(("contacts.", "activity.")) for n in found), (name, entity, found)
    trace = names(explain(plan, baseline, o, "activity", AE_DOOR))
    assert {f"spilled of {GP_DOOR}", f"asked of {AE_DOOR}"} <= trace
    assert any(n.startswith("spills.coefficient") for n in trace)


def test_a_wait_can_be_promised() -> None:
    """A promise of community care is about a door: most of the nurses' patients wait less than a month."""
    promise = Promise.model_validate(
        {"id": "nurses", "name": "Seen within a month", "group": "community_care", "organisation": "COM",
         "outcome": "wait_months", "entity": NURSES_DOOR, "at_most": 1.0} | SOURCE
    )  # fmt: skip
    kept = []
    for used in (0.9, 1.3):
        o = run(doors(door(NURSES, used=used, gives_up=0.0)), SOME)
        kept.append(keep_all([promise], o, "2017/18")[0].whole.mean())
    assert kept == [1.0, 0.0]
