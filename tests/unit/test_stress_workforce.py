"""Whether there are people for the posts: small made-up labour markets worked by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from fixtures import hillford
from fixtures.places import fixed
from fixtures.runs import runs_of
from fixtures.staff import QUIET, group, labour
from placeplan.futures.sample import Futures
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import library, with_library
from placeplan.plan.schema import Plan
from placeplan.stress.base import chosen, needs_of
from placeplan.stress.results.tests import StressFinding, StressRow
from placeplan.stress.scene import Scene
from placeplan.stress.staffing import growth_asked, most_growth

PLENTY = labour("doctors", entrants=600.0, seekers=600.0)
"""A labour market with more people than posts."""


def team(posts: float, **more: Any) -> Initiative:
    """An initiative with posts of its own, sought from its fourth month before the start on."""
    employ = {"kind": "employ", "organisation": "HOS", "group": "doctors", "posts": posts, "recruit_months": 3}
    return hillford.initiative("team", employ, start="2016-07", **more)


def closing(start: str, *first: str) -> Initiative:
    """An initiative that closes beds."""
    closes = {"kind": "resize", "site": "HOS", "pool": "general", "beds": -5}
    return hillford.initiative("ward", closes, start=start, requires=first)


def place(*initiatives: Initiative, market: Any = (), name: str = "doctors") -> Plan:
    """Hillford with a hundred posts and ninety people, two years, everything about staff fixed."""
    plan = hillford.hillford(initiatives=initiatives)
    plan = with_library(plan.changed(tables=plan.tables | {"staff": (group("HOS", name),), "labour": market}))
    known = {a.id for a in plan.assumptions}
    return fixed(
        plan, **{n.replace(".", "_", 1): v for a, v in QUIET.items() for n in known if n == a or n.startswith(f"{a}.")}
    )


def told(plan: Plan) -> StressFinding:
    (test,) = chosen("workforce")
    return test.find(Scene(runs_of(plan, Futures(seed=1, count=2)), needs_of([test])))


def row(found: StressFinding, what: str) -> StressRow:
    """The one row that names something."""
    (one,) = [r for r in found.rows if what in r.what]
    return one


@cache
def scarce() -> StressFinding:
    """Thirty posts more in a market that brings as many as leave it."""
    return told(place(team(30)))


def test_posts_beyond_what_was_ever_seen_fail() -> None:
    """130 posts for 90 people are 44 % in two years; doctors grew by 21 % in five, twice that in two years is 16 %."""
    best = library().staff_growth["doctors"]
    assert growth_asked(130, 90) == pytest.approx(0.444, abs=1e-3)
    assert most_growth(best.growth, best.years, 2) == pytest.approx(2 * (1.213**0.4 - 1))
    assert scarce().result == "fail"
    assert row(scarce(), "Doctors").result == "fail"
    assert scarce().sentence == (
        "Doctors would have to grow by 44% in 2 years; that is more than twice the best seen anywhere."
    )


def test_in_a_market_that_brings_no_more_the_posts_stay_empty_somewhere() -> None:
    """As many come as leave, so that whoever fills the new posts is missing elsewhere: some 30 more stand empty."""
    shown = row(scarce(), "Empty posts").shown
    plan, nothing = (float(part.split()[0]) for part in shown.split(", "))
    assert nothing == pytest.approx(10, abs=1)
    assert plan - nothing == pytest.approx(30, abs=4)
    assert scarce().figure == pytest.approx(90 / 130, abs=0.02)


def test_few_posts_in_a_market_with_people_are_filled() -> None:
    found = told(place(team(2), market=(PLENTY,)))
    assert row(found, "Doctors").result == "pass"
    assert row(found, "Posts that").shown.startswith("2 more, 0 fewer")


def test_a_group_of_which_no_growth_is_known_is_shown_and_not_judged() -> None:
    """Only the whole staff has a bound then, a trust's 21 % in four years."""
    found = told(place(name="porters"))
    assert row(found, "Porters").result == "shown"
    assert "the best growth seen is not known" in row(found, "Porters").shown
    assert row(found, "All paid staff").result == "pass"  # 100 posts for 90 people: +11 %, twice the best is +20 %


def test_a_ward_that_closes_before_its_team_is_there_fails() -> None:
    """In step with its team, whose thirty posts nobody fills in time; where there are people and a year, it passes."""
    soon = row(told(place(team(30, ramp_months=1), closing("2016-09", "team"))), "Ward closes 5 beds")
    assert (soon.result, soon.figure) == ("fail", 0.0)
    later = row(told(place(team(3), closing("2017-11", "team"), market=(PLENTY,))), "Ward closes 5 beds")
    assert (later.result, later.figure) == ("pass", 1.0)


def test_a_ward_that_closes_with_nobody_named_is_looked_at_closer() -> None:
    found = row(told(place(closing("2016-09"))), "Ward closes 5 beds")
    assert found.result == "amber"
    assert "nobody is named" in found.shown


def test_a_plan_that_says_nothing_of_staff_is_not_asked() -> None:
    plan = place(team(3))
    bare = plan.changed(tables=plan.tables | {"staff": (), "labour": ()})
    assert told(bare).result == "not asked"
