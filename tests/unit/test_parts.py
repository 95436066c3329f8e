"""What findings say of each initiative, organisation and area: sums that must hold, and what happens where there is nothing."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from fixtures.places import baseline_of, place, run
from placeplan.core.streams import normal_quantile
from placeplan.core.tables import AreaPeople, Travel
from placeplan.explore.plan_b.pareto import draws
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import do_nothing
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.authority.rights import positions
from placeplan.stress.elements.areas import areas
from placeplan.stress.elements.changes import changes
from placeplan.stress.elements.initiatives import initiatives
from placeplan.stress.elements.organisations import FIGURES, organisations
from placeplan.stress.grid.goes_with import by_chance, goes_with
from placeplan.stress.touched import touched

MONEY = {
    "contract_income": 1, "income": 1, "contract_spend": -1, "operating_cost": -1, "programme_cost": -1, "financing": -1, "reserves_used": 1,
}  # fmt: skip
"""What makes an organisation's position; all but reserves is shown on its page."""
FUTURES = Futures(seed=3, count=12)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return place(months=24)


@pytest.fixture(scope="module")
def ran(plan: Plan) -> tuple[Outcomes, Outcomes]:
    return run(plan, FUTURES), run(do_nothing(plan), FUTURES)


def test_figures_of_an_organisation_are_those_of_the_run(plan: Plan, ran: tuple[Outcomes, Outcomes]) -> None:
    found = organisations(plan, *ran)
    assert [o.id for o in found] == [r.id for r in plan.tables["organisations"]]
    told = 0
    for o in found:
        for fan in o.fans:
            name = fan.id.partition(".")[0]
            for side, outcomes in zip(("plan", "do_nothing"), ran, strict=True):
                last = outcomes[name].by_year(o.id)[:, -1]
                assert getattr(fan.points[-1], side) == pytest.approx(np.quantile(last, [0.1, 0.5, 0.9]))
            told += 1
        if o.gain:
            apart = ran[0]["position"].by_year(o.id)[:, -1] - ran[1]["position"].by_year(o.id)[:, -1]
            assert o.gain == pytest.approx(np.quantile(apart, [0.1, 0.5, 0.9]))
    assert told > len(found)


def test_money_of_an_organisation_adds_up_to_what_is_left(plan: Plan, ran: tuple[Outcomes, Outcomes]) -> None:
    """What is shown as coming in and going out is all there is: nothing that makes the position is left out of the page."""
    assert {f.outcome for f in FIGURES} | {"reserves_used"} >= set(MONEY)
    o = ran[0]
    for who in (x.id for x in organisations(plan, *ran) if x.gain):
        money = {n: o[n].by_year(who) for n in MONEY if n in o.series and who in o[n].entities}
        left = sum(sign * money[n] for n, sign in MONEY.items() if n in money)
        assert left == pytest.approx(o["position"].by_year(who), rel=1e-6, abs=1.0)


def test_what_one_pays_another_gets(plan: Plan, ran: tuple[Outcomes, Outcomes]) -> None:
    sides = defaultdict(list)
    for o in organisations(plan, *ran):
        for p in o.payments:
            sides[p.contract].append((p.pays, p.plan, p.do_nothing))
    assert sides
    for both in sides.values():
        assert sorted(pays for pays, *_ in both) == [False, True]
        assert len({amounts for _, *amounts in both for amounts in [tuple(amounts)]}) == 1


def test_an_initiative_is_told_as_the_plan_has_it(plan: Plan, ran: tuple[Outcomes, Outcomes]) -> None:
    by_id = {i.id: i for i in plan.initiatives}
    baseline = baseline_of(plan)
    found = initiatives(plan, ran[0], baseline, areas(plan, baseline))
    assert [i.id for i in found] == sorted(by_id)
    for told in found:
        i = by_id[told.id]
        assert (told.about, told.closes, told.requires) == (i.about, i.closes, i.requires)
        assert {s.organisation for s in told.sides if s.touched} == set(touched(plan, i))
        assert {s.organisation: s.position for s in told.sides if s.position} == positions(plan, i)
        assert told.begun is not None
        on = ran[0]["started"].of(i.id) > 0
        assert told.begun.share == on.any(axis=1).mean()
        assert told.begun.reach == pytest.approx(np.quantile(ran[0]["uptake"].of(i.id)[:, -1], [0.1, 0.5, 0.9]))
        months = [m or "9999-99" for m in told.begun.months]
        assert months == sorted(months)


def test_who_said_nothing_has_no_position_and_the_last_word_counts(plan: Plan, ran: tuple[Outcomes, Outcomes]) -> None:
    """No consent is made up; who thinks again is told by the later entry."""
    first = plan.initiatives[0]
    who = first.owner
    said = [
        {"organisation": who, "position": "signed", "date": "2026-01-05", "source": "x"},
        {"organisation": who, "position": "objects", "date": "2026-03-01", "by": "board", "source": "y"},
    ]
    changed = Initiative.model_validate({**first.model_dump(), "sign_offs": said})
    other, baseline = plan.changed(initiatives=(changed, *plan.initiatives[1:])), baseline_of(plan)
    told = next(i for i in initiatives(other, ran[0], baseline, areas(other, baseline)) if i.id == first.id)
    assert {s.organisation: (s.position, s.by) for s in told.sides if s.position} == {who: ("objects", "board")}


def test_care_of_an_area_adds_up_and_people_are_all_there(plan: Plan) -> None:
    found = areas(plan, baseline_of(plan))
    people = sum(r.people for r in plan.tables["areas"] if isinstance(r, AreaPeople))
    assert sum(a.people for a in found) == pytest.approx(people)
    for a in found:
        shares = defaultdict(float)
        for c in a.care:
            shares[c.pod] += c.share
        assert shares
        assert all(0.9 < s <= 1 + 1e-9 for s in shares.values())
        assert {i for i, _ in a.initiatives} <= {i.id for i in plan.initiatives}


def test_care_goes_to_the_nearest_place_and_the_way_is_told(plan: Plan) -> None:
    """Two sites to choose from: each area's care goes to the nearer, with the minutes before and after."""
    baseline = baseline_of(plan)
    pod, area = next((s.pod, s.area) for s in baseline.streams if s.area in baseline.areas and s.cells.sum() > 0)
    old = max((s for s in baseline.streams if (s.pod, s.area) == (pod, area)), key=lambda s: s.cells.sum()).site
    near, far, *_ = (cast(Any, o).id for o in plan.tables["organisations"] if cast(Any, o).id != old)
    ways = ((old, 10.0), (near, 21.0), (far, 35.0))
    rows = [Travel(area=a, site=s, minutes=m, source="x") for a in baseline.areas for s, m in ways]
    moves = {"kind": "relocate", "scope": {"pods": [pod], "sites": [old]}, "share": 0.5, "nearest_of": [near, far]}
    own = Initiative.model_validate({**plan.initiatives[0].model_dump(), "effects": [moves]})
    changed = plan.changed(initiatives=(own,), tables={**plan.tables, "travel": tuple(rows)})
    told = next(a for a in areas(changed, baseline) if a.id == area)
    (move,) = told.moves
    reached = next(a.distribution.middle for a in plan.assumptions if a.id == own.peak)
    assert move.share == pytest.approx(0.5 * reached), "of those whom it reaches half, and none of the others"
    assert (move.minutes_old, move.minutes_new) == (10.0, 21.0)
    assert (own.id, "site") in told.initiatives


def test_every_effect_is_said_in_words_without_codes(plan: Plan) -> None:
    """Amounts of every kind of effect in a made-up place: no id of a site, pod or assumption is left in the words."""
    ids = {r.id for t in ("organisations", "pods") for r in cast(Any, plan.tables[t])} | {
        a.id for a in plan.assumptions
    }
    said = [line for i in plan.initiatives for c in changes(plan, i) for line in c.amounts]
    assert said
    assert [line for line in said if ids & set(line.replace(",", " ").split())] == []
    assert {c.kind for i in plan.initiatives for c in changes(plan, i)} == {
        e.name for i in plan.initiatives for e in i.effects
    }


def normals(seed: int, names: list[str], n: int) -> np.ndarray[Any, Any]:
    """Independent standard normals ``[name, future]``."""
    return np.asarray(normal_quantile(draws(seed, "made up", names, n, 0)))


def drawn(n: int) -> tuple[Any, Any, np.ndarray[Any, Any]]:
    """Two inputs that carry a margin, and forty that do not."""
    names = [*(f"noise{k}" for k in range(40)), "pay", "hired@a", "rest"]
    held = dict(zip(names, normals(5, names, n), strict=True))
    margin = 2.0 * held["hired@a"] - 4.0 * held["pay"] + held.pop("rest")
    assumptions = [SimpleNamespace(id=name.partition("@")[0], about=name) for name in held]
    return assumptions, SimpleNamespace(draws=held), margin


def test_a_promise_goes_with_what_carries_it_and_with_nothing_by_chance() -> None:
    assumptions, outcomes, margin = drawn(2000)
    kept = [
        SimpleNamespace(promise=SimpleNamespace(id="p"), counts=True, margin=margin),
        SimpleNamespace(promise=SimpleNamespace(id="free"), counts=True, margin=normals(6, ["free"], 2000)[0]),
        SimpleNamespace(promise=SimpleNamespace(id="off"), counts=False, margin=margin * np.nan),
    ]
    found = goes_with(assumptions, outcomes, cast(Any, kept))
    assert [(g.assumption, g.harder) for g in found["p"]] == [("pay", "higher"), ("hired", "lower")]
    assert found["free"] == ()
    assert "off" not in found


def test_few_futures_name_only_what_chance_would_not() -> None:
    """The largest of 388 unrelated inputs correlates by about 0.24 in 200 futures: below that nothing is named."""
    largest = []
    for seed in range(20):
        held = normals(seed, [str(k) for k in range(389)], 200)
        largest.append(np.abs(np.corrcoef(held)[-1, :-1]).max())
    assert np.median(largest) == pytest.approx(by_chance(388, 200), abs=0.04)
