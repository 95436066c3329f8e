"""Whom an initiative reaches: people and care within its scopes, and the way of those whose care moves, by every mode."""

from __future__ import annotations

import pytest

from fixtures.broken_plans import WHOLE, write
from placeplan.baseline.build import Baseline
from placeplan.model.simulate import baseline_of
from placeplan.plan.folder import read_plan
from placeplan.plan.schema import Plan
from placeplan.stress.elements.areas import areas
from placeplan.stress.elements.changes import Words
from placeplan.stress.elements.initiatives import assumes
from placeplan.stress.elements.reach import Reach, journeys
from placeplan.stress.results.elements import AreaResult, Touched

PEOPLE = {
    "north": (3, {"0-64": 80_000, "65-84": 20_000, "85+": 5_000}),
    "south": (1, {"0-64": 30_000, "65-84": 8_000, "85+": 2_000}),
}
"""Fifth and people by age, each sex alike."""
RELOCATE = "  - kind: relocate\n    scope: {pods: [outpatient_first], sites: [W0H]}\n    share: 0.25\n    to: {W0H01: 1.0}\n  - kind: spend"
MINUTES = {("north", "W0H"): (10, 25), ("north", "W0H01"): (16, None), ("south", "W0H"): (30, 70), ("south", "W0H01"): (20, 45)}  # fmt: skip
"""By car, and by bus or train; of one way by bus nothing is known."""


def rows(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def travel() -> str:
    told = [
        f"{area},{site},{mode},{minutes},made up"
        for (area, site), both in MINUTES.items()
        for mode, minutes in zip(("car", "public_transport"), both, strict=True)
        if minutes is not None
    ]
    return rows("area,site,mode,minutes,source", *told)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Baseline, tuple[AreaResult, ...]]:
    """Two areas, one of them in the fifth where people have least; care that moves; ways by car and by bus."""
    people = [
        f"{area},{area.title()},W0L,{fifth},{sex},{age},{count},made up"
        for area, (fifth, by_age) in PEOPLE.items()
        for sex in "FM"
        for age, count in by_age.items()
    ]
    texts = {
        **{name: text for name, text in WHOLE.items() if name != "population.csv"},
        "areas.csv": rows("area,name,council,quintile,sex,age,people,source", *people),
        "flows.csv": rows("pod,site,area,share,source", "all,W0H,north,0.6,made up", "all,W0H,south,0.3,made up", "all,W0H,outside,0.1,made up"),
        "travel.csv": travel(),
    }  # fmt: skip
    own = "initiatives/home_first.yaml"
    texts[own] = texts[own].replace("  - kind: spend", RELOCATE, 1)
    plan = read_plan(write(texts, tmp_path_factory.mktemp("two")))
    baseline = baseline_of(plan)
    return plan, baseline, areas(plan, baseline)


def touched(reach: Reach, how: str) -> Touched:
    (found,) = [t for t in reach.touches(reach.plan.initiatives[0]) if t.how == how]
    return found


def contacts(baseline: Baseline, pod: str, area: str) -> float:
    return sum(float(s.cells.sum()) for s in baseline.streams if (s.pod, s.area) == (pod, area))


def test_people_are_those_of_the_scopes_each_once(place: tuple[Plan, Baseline, tuple[AreaResult, ...]]) -> None:
    """An effect on all who are sent reaches everybody; without it those of the other's area and ages are left."""
    plan, baseline, _ = place
    reach, (i,) = Reach(plan, baseline, Words(plan)), plan.initiatives
    everyone = {area: 2 * sum(by_age.values()) for area, (_, by_age) in PEOPLE.items()}
    assert reach.people(i) == pytest.approx(everyone)
    old = i.model_copy(update={"effects": i.effects[:1]})
    assert reach.people(old) == pytest.approx({"north": 2 * PEOPLE["north"][1]["65-84"]})
    money = i.model_copy(update={"effects": tuple(e for e in i.effects if e.name == "spend")})
    assert reach.people(money) is None
    assert reach.touches(money) == ()


def test_care_within_the_scopes_adds_up_and_what_changes_is_the_share_that_is_reached(
    place: tuple[Plan, Baseline, tuple[AreaResult, ...]],
) -> None:
    plan, baseline, found = place
    reach = Reach(plan, baseline, Words(plan))
    peak = 0.6
    moved = touched(reach, "moves")
    whole = {area: contacts(baseline, "outpatient_first", area) for area in ("north", "south", "outside")}
    assert moved.contacts == pytest.approx(sum(whole.values()))
    assert dict(moved.by_area) == pytest.approx({a: whole[a] for a in ("north", "south")})
    assert moved.changed == pytest.approx(peak * 0.25 * moved.contacts)
    assert sum(m.contacts or 0.0 for a in found for m in a.moves) == pytest.approx(
        peak * 0.25 * sum(c for _, c in moved.by_area)
    )
    fewer = touched(reach, "less")
    assert 0 < fewer.contacts < contacts(baseline, "emergency_admission", "north")
    assert fewer.changed == pytest.approx(peak * plan.middle("effect.home_first") * fewer.contacts)


def test_two_effects_on_the_same_care_each_take_their_part_of_what_is_left(
    place: tuple[Plan, Baseline, tuple[AreaResult, ...]],
) -> None:
    plan, baseline, _ = place
    (i,) = plan.initiatives
    twice = i.model_copy(update={"effects": (i.effects[0], i.effects[0]), "peak": 1.0})
    one = i.model_copy(update={"effects": (i.effects[0],), "peak": 1.0})
    reach, share = Reach(plan, baseline, Words(plan)), plan.middle("effect.home_first")
    (both,), (alone,) = reach.touches(twice), reach.touches(one)
    assert both.contacts == pytest.approx(alone.contacts)
    assert both.changed == pytest.approx((1 - (1 - share) ** 2) * both.contacts)


def test_the_way_is_the_mean_over_care_that_moves_by_each_mode_and_of_those_who_have_least(
    place: tuple[Plan, Baseline, tuple[AreaResult, ...]],
) -> None:
    plan, baseline, found = place
    told = {(j.fifth, j.mode): j for j in journeys(found, plan.initiatives[0].id)}
    assert list(told) == [(None, "car"), (None, "public_transport"), (1, "car"), (1, "public_transport")]
    many = {area: 0.6 * 0.25 * contacts(baseline, "outpatient_first", area) for area in PEOPLE}
    car = told[None, "car"]
    assert car.contacts == pytest.approx(sum(many.values()))
    assert car.before == pytest.approx((many["north"] * 10 + many["south"] * 30) / sum(many.values()))
    assert car.after == pytest.approx((many["north"] * 16 + many["south"] * 20) / sum(many.values()))
    bus = told[None, "public_transport"]
    assert (bus.before, bus.after) == (70, 45)
    assert (bus.contacts, bus.unknown) == pytest.approx((many["south"], many["north"]))
    assert (told[1, "car"].before, told[1, "car"].after) == (30, 20)
    assert [m.mode for m in found[0].moves[0].by_mode] == ["car", "public_transport"]
    assert journeys(found, "another") == ()


def test_a_move_of_some_ages_counts_those_alone(place: tuple[Plan, Baseline, tuple[AreaResult, ...]]) -> None:
    """What moves on the pages of areas is what changes on the page of the initiative."""
    plan, baseline, _ = place
    (i,) = plan.initiatives
    move = next(e for e in i.effects if e.name == "relocate")
    old = move.model_copy(update={"scope": move.scope.model_copy(update={"age_from": 65})})
    aged = plan.changed(initiatives=(i.model_copy(update={"effects": (old,)}),))
    (meant,) = Reach(aged, baseline, Words(aged)).touches(aged.initiatives[0])
    moves = [(a, m) for a in areas(aged, baseline) for m in a.moves]
    assert sum(m.contacts or 0.0 for _, m in moves) == pytest.approx(meant.changed)
    for a, m in moves:
        assert m.share * contacts(baseline, "outpatient_first", a.id) == pytest.approx(m.contacts)
        assert m.share < 0.6 * 0.25


def test_without_times_and_fifths_nothing_is_said_of_ways(place: tuple[Plan, Baseline, tuple[AreaResult, ...]]) -> None:
    plan, baseline, _ = place
    unknown = plan.changed(tables={**plan.tables, "travel": ()})
    assert journeys(areas(unknown, baseline), plan.initiatives[0].id) == ()
    nobody = tuple(a.model_copy(update={"fifth": None}) for a in areas(plan, baseline))
    assert {j.fifth for j in journeys(nobody, plan.initiatives[0].id)} == {None}


def test_assumptions_are_those_that_it_names_and_the_plan_has(
    place: tuple[Plan, Baseline, tuple[AreaResult, ...]],
) -> None:
    plan = place[0]
    (i,) = plan.initiatives
    assert assumes(plan, i) == ("initiative.delay", "effect.home_first", "cip.identified")
    assert set(assumes(plan.changed(assumptions=()), i)) == set()
