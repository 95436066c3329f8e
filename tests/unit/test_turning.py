"""Turning from plan A to plan B month by month: identities, what has begun by then, and lead times."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from placeplan.futures.sample import Futures
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import simulate
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.stress.levers.candidates import Candidates
from placeplan.stress.levers.levered import lever
from placeplan.stress.levers.turning import Turner
from placeplan.stress.runs.batches import split
from placeplan.stress.runs.kept import due_in, years_judged
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.workplace import workplace

COUNT = 6
MONTHS = 24


@cache
def small() -> Plan:
    """Hillford with a ward that closes, a service and a saving, each late by chance."""
    closes = hillford.initiative(
        "ward", {"kind": "resize", "site": "HOS", "pool": "general", "beds": -28, "redundancy": 1e5}, start="2016-08"
    )
    team = hillford.initiative(
        "team", hillford.prevents(0.1), {"kind": "spend", "organisation": "HOS", "recurrent": 5e5}, start="2017-06"
    )
    late = hillford.normal("initiative.delay", 4.0, 3.0)
    return hillford.hillford(late, initiatives=(closes, team, hillford.initiative("save", hillford.saves(2e6))))


@cache
def whole() -> Plan:
    """A made-up place with everything, and initiatives of every kind."""
    return with_library(make(areas=2, organisations=9, initiatives=12, months=MONTHS, detail="whole"))


def turner(plan: Plan, count: int = COUNT, futures: Futures | None = None, **steps: float) -> Turner:
    """Plan B: the plan with some levers, by id with _ for blanks, at some steps; all moved one step where none is named."""
    hard = tuple(p for p in plan.promises if p.hard and due_in(p, years_judged(plan)).any())
    own = lever(plan)
    design = own.planned.copy()
    if not steps:
        design = np.array([one.planned - 1 if one.planned else 1 for one in own.levers])
    for name, step in steps.items():
        n = next(n for n, one in enumerate(own.levers) if one.id.replace(" ", "_") == name)
        design[n] = own.levers[n].steps.index(step)
    c = Candidates(own, hard, futures or Futures(seed=3, count=count), workplace(1), Progress(), "trying")
    found = Turner(c, design, np.arange(count))
    assert len(list(found.plan())) == 1
    return found


def at(t: Turner, month: Any) -> Outcomes:
    (found,) = t.run(month)
    return found


def by_month(t: Turner, *months: int) -> dict[int, Outcomes]:
    """Outcomes where plan B is turned to in each of these months, all lanes of one run."""
    count, k = len(t.numbers), len(months)
    starts = {i: np.tile(start, k) for i, start in t.starts.items()}
    (every,) = Turner(t.candidates, t.design, np.tile(t.numbers, k), starts).run(np.repeat(months, count))
    return dict(zip(months, split(every, [count] * k), strict=True))


def same(a: Outcomes, b: Outcomes, until: int | None = None) -> bool:
    return all(np.array_equal(a[n].values[:, :until], b[n].values[:, :until]) for n in a.series)


@cache
def everything(plan: Any) -> Turner:
    """All levers moved."""
    return turner(plan())


@pytest.mark.parametrize(
    ("plan", "months"), [(small, (1, 5, 9, 13, 18, 23)), pytest.param(whole, (9, 23), marks=pytest.mark.large)]
)
def test_before_the_first_month_it_is_plan_b_after_the_last_plan_a_and_until_it_nothing_differs(
    plan: Any, months: tuple[int, ...]
) -> None:
    """Bit for bit; what is decided in a month changes no month before it: no money is saved and no start moved in the past."""
    t = everything(plan)
    scores = t.candidates.run(np.stack([t.design, t.candidates.levered.planned]), 0, COUNT)
    found = by_month(t, 0, *months, MONTHS)
    own = found[MONTHS]
    assert np.array_equal(t.judged(found[0]), scores.kept[0])
    assert np.array_equal(t.judged(own), scores.kept[1])
    for month in months:
        assert same(found[month], own, month), month
        assert not same(found[month], own), month


def test_who_never_turns_has_the_plan_itself() -> None:
    t = everything(small)
    own = simulate(small(), t.candidates.here.build(small()), replace(t.candidates.futures, count=COUNT), keep=t.keep)
    found = at(t, MONTHS)
    for name in t.keep:
        assert np.array_equal(found[name].values, own[name].values), name


def test_each_future_turns_in_its_own_month() -> None:
    t = everything(small)
    months = np.array([0, 4, 9, 14, 20, MONTHS])
    own, found = at(t, months), by_month(t, *months.tolist())
    for n, month in enumerate(months.tolist()):
        assert np.array_equal(own["position"].values[n], found[month]["position"].values[n])


def test_what_has_begun_cannot_be_left_out_and_what_has_not_is() -> None:
    """The service begins 14 months on and late by chance: turned before that it is as if it had not been, after it as planned."""
    t = turner(small(), size_of_team=0.0)
    begun, found = t.starts["team"], by_month(t, 0, 13, 16, 18, 20, MONTHS)
    position = {month: o["position"].values for month, o in found.items()}
    assert len(set(begun)) > 1
    for month in (13, 16, 18, 20):
        for n in range(COUNT):
            assert np.array_equal(position[month][n], position[MONTHS if begun[n] < month else 0][n])


def calm(**fields: Any) -> Plan:
    """Hillford with nothing drawn, and nothing late."""
    return hillford.hillford(**fields)


def test_a_ward_opens_after_recruiting_and_late_as_it_always_was() -> None:
    """Planned to open in month 12; recruiting takes 6 months: turned to in month 3 it opens in month 12, in month 10 in 16, in 14 in 20.

    Where all is three months late, so is each of these.
    """
    sure = Futures(seed=3, count=1, held=frozenset({CHANCE}))
    for late in (0.0, 3.0):
        plan = hillford.hillford(hillford.assumption("initiative.delay", {"kind": "fixed", "value": late}, "delay"))
        t = turner(plan, 1, sure, **{"beds_of_HOS.general": 1.0})
        found = by_month(t, 0, 3, 10, 14, MONTHS)
        for month, first in ((0, 12), (3, 12), (10, 16), (14, 20)):
            more = found[month]["occupancy"].values[0, :, 0] < found[MONTHS]["occupancy"].values[0, :, 0]
            assert int(more.argmax()) == first + late, (late, month)


def test_money_from_outside_comes_from_the_month_of_turning() -> None:
    plan = calm(promises=(hillford.money(9e6),))
    t = turner(plan, 2)
    one = next(n for n, x in enumerate(t.candidates.levered.levers) if x.kind == "funding")
    t.design = t.candidates.levered.planned.copy()
    t.design[one] = 1
    lever_ = t.candidates.levered.levers[one]
    gain = at(t, 7)["position"].of("HOS") - at(t, MONTHS)["position"].of("HOS")
    assert (gain[:, :7] == 0).all()
    np.testing.assert_allclose(gain[:, 12:].sum(axis=1), lever_.steps[1] * lever_.money, rtol=1e-6)
    assert t.lead(lever_) == 0


def test_what_would_begin_earlier_begins_after_its_own_lead_time_and_no_later_than_planned() -> None:
    """Two months of double running before a start in month 20, a year earlier in plan B: month 8.

    Turned to in month 3 it begins in month 8, in month 9 in month 11, in month 17 in month 19, in month 19 in month 20.
    """
    ward = hillford.initiative(
        "ward", {"kind": "resize", "site": "HOS", "pool": "general", "beds": -28, "double_running_months": 2, "double_running_cost": 1e5},
        start="2017-12",
    )  # fmt: skip
    sure = Futures(seed=3, count=1, held=frozenset({CHANCE}))
    t = turner(calm(initiatives=(ward,)), 1, sure, start_of_ward=-12.0)
    full = at(turner(calm(), 1, sure, **{"beds_of_HOS.general": 0.0}), MONTHS)
    found = by_month(t, 0, 3, 9, 17, 19, MONTHS)
    for month, first in ((0, 8), (3, 8), (9, 11), (17, 19), (19, 20), (MONTHS, 20)):
        shut = found[month]["occupancy"].values[0, :, 0] > full["occupancy"].values[0, :, 0] + 1e-9
        assert int(shut.argmax()) == first, month
