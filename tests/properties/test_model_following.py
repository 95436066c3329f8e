"""Clinics with a waiting list follow what the last year asked for: the base year balances, and lists grow as published ones do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.doors import ACTIVITY, GP, door, doors
from fixtures.places import CENTRAL, baseline_of, fixed, initiative, only, run
from fixtures.waiting import SURGERY, waiting
from placeplan.core.calendar import days_in
from placeplan.core.tables import ContactCapacity
from placeplan.futures.sample import Futures
from placeplan.model.explain import explain
from placeplan.model.outcomes import Outcomes
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
SEEING = SURGERY | {"overnight_pod": "", "day_pod": "", "first_share": 1.0}
"""A list whose people only want to be seen."""
ENTITY = "ACU1A/outpatient_first"
GROWTH = 0.03


def clinic(follow: float | None = None, months: int = 60, **values: float) -> Plan:
    """A place where one clinic has a list and nobody leaves it unseen; ``follow`` as its row has it."""
    row = ContactCapacity(site="ACU1A", pod="outpatient_first", unmet="list", follow=follow, source="made up")
    plan = waiting(SEEING, months=months)
    plan = with_library(plan.changed(tables=plan.tables | {"contacts": (row,)}))
    return fixed(plan, growth_outpatient_first=GROWTH, list_removals=0.0, **values)


def daily(o: Outcomes, outcome: str, entity: str) -> Any:
    """An outcome of the one future, a day."""
    return o[outcome].of(entity)[0] / np.array([days_in(m) for m in o.months])


def test_the_base_year_balances() -> None:
    """In the base year who joins a list is who is served and who leaves it: additions − removals are nil but for the season."""
    o = run(clinic(1.0), ONE)
    joined, served, gone = (o[n].of("system")[0][:12].sum() for n in ("clock_starts", "clock_stops", "list_removals"))
    assert joined - served - gone == pytest.approx(0.0, abs=0.005 * served)


@pytest.mark.parametrize("follow", [0.0, 0.5, 1.0])
def test_a_clinic_can_give_what_the_last_twelve_months_asked_for(follow: float) -> None:
    """``capacity = base × (1 + follow × (mean of the last twelve months / mean of the base year − 1))``, to the last person."""
    o = run(clinic(follow), ONE)
    asked, given = daily(o, "clock_starts", "system"), daily(o, "activity", ENTITY)
    for month in range(24, 60, 7):
        need = asked[month - 12 : month].mean() / asked[:12].mean()
        year = 365 if days_in(f"{int(o.months[month][:4]) + (o.months[month][5:] > '03')}-02") == 28 else 366
        usual = given[:12].sum() / 12 * 365 / year
        assert given[month] == pytest.approx(usual * (1 + follow * (need - 1)), rel=0.004)


def test_a_list_grows_by_half_a_years_growth_where_clinics_follow_all_of_it() -> None:
    """Additions − removals: the twelve months before lie 6.5 months back, so each year ``growth × 6.5 / 12`` of those asked for are left."""
    o = run(clinic(1.0), ONE)
    asked, listed = o["clock_starts"].by_year("system")[0], o["list"].of("system")[0]
    for year in (2, 3, 4):
        real = asked[year] / asked[year - 1] - 1
        more = listed[12 * year + 11] - listed[12 * year - 1]
        assert more / asked[year] == pytest.approx(real * 6.5 / 12, rel=0.1)


def test_a_clinic_that_stands_still_loses_ground_faster_every_year() -> None:
    """Follow 0: of each year's need all that is new is left, so that the list grows by one, two, three years' growth."""
    o = run(clinic(0.0), ONE)
    listed = o["list"].of("system")[0][11::12]
    more = np.diff(listed)
    np.testing.assert_allclose(more[1:] / more[0], [2.0, 3.0, 4.0], rtol=0.08)
    followed = run(clinic(1.0), ONE)["list"].of("system")[0]
    assert followed[-1] - followed[11] < 0.3 * (listed[-1] - listed[0])


def test_what_an_initiative_prevents_makes_room() -> None:
    """Capacity follows need, and no initiative's effect on it: who need not come any more shortens the list."""
    fewer = initiative(
        "advice", {"kind": "prevent", "scope": {"pods": ["outpatient_first"]}, "share": 0.05}, owner="ACU1"
    )
    plan = clinic(1.0)
    with_it, without = (run(only(plan, *these), ONE)["list"].of("system")[0] for these in ((fewer,), ()))
    assert with_it[-1] < 0.8 * without[-1]


def test_any_door_can_be_said_to_follow() -> None:
    """`follow` of contacts.csv: a practice that follows need loses less than one that stands still; a blank stands still."""
    growth = {"gp_appointment": GROWTH}
    plans = [doors(door(GP, "lost", used=1.0, follow=f), months=36, growth=growth) for f in (None, 0.0, 1.0)]
    blank, still, follows = (run(p, ONE)["activity"].of("/".join(GP))[0] for p in plans)
    np.testing.assert_array_equal(blank, still)
    assert still[24:].sum() == pytest.approx(ACTIVITY[GP], rel=0.01)
    assert follows[24:].sum() > still[24:].sum() * (1 + GROWTH)


def test_the_librarys_range_is_read_where_people_stand_on_a_list_alone() -> None:
    """A plan without lists has no `contacts.follow`; a list's trace leads to it."""
    assert "contacts.follow" not in {a.id for a in doors(door(GP)).assumptions}
    plan = clinic()
    assert "contacts.follow" in {a.id for a in plan.assumptions}
    o = run(plan, ONE)
    tree = explain(plan, baseline_of(plan), o, "list", "system", depth=4)
    assert "contacts.follow" in str(tree)


def test_row_and_assumption_say_the_same() -> None:
    """`follow` stated in the row, or drawn: the same list."""
    stated, drawn = run(clinic(0.7), ONE), run(clinic(contacts_follow=0.7), ONE)
    np.testing.assert_array_equal(stated["list"].values, drawn["list"].values)
