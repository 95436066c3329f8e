"""Why a claim is not found: each reason measured in £, the largest named, and what is left over said so."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures import hillford
from fixtures.outcomes import outcomes
from placeplan.plan.initiatives import Initiative
from placeplan.stress.bridge import Bridge, LastYear, Part
from placeplan.stress.claimed.claims import NOT_COMPARED, REASONS, compare_claims, main_reason
from placeplan.stress.claimed.shortfall import NAMES, Measured, walk
from placeplan.stress.run import test_plan as run_test


def year(position: float, payments: float = 0.0, value: float = 0.0) -> LastYear:
    return LastYear(*(np.array([x, x]) for x in (position, payments, value, 0.0)))


@pytest.mark.parametrize(
    ("measured", "step"),
    [
        (Measured(10.0, 2.0, 2.0, come=0.3), "late"),
        (Measured(10.0, 2.0, 8.0), "overlap"),
        (Measured(10.0, 2.0, 2.0, average=9.0), "stranded"),
        (Measured(10.0, 2.0, 2.0, payments=9.0, average=3.0), "price"),
        (Measured(10.0, 2.0, 2.0, filled=0.4), "staffing"),
        (Measured(10.0, 1.0, 1.0, cost=8.0), "scheme"),
        (Measured(10.0, 2.0, 2.0, come=0.9), "rest"),
    ],
)
def test_the_main_reason_is_the_largest_step_of_the_bridge(measured: Measured, step: str) -> None:
    """The same way that test `claims` tells: the page's word and its rows cannot differ."""
    assert main_reason(walk(measured)) == REASONS[step]


def test_page_and_test_tell_the_same_reason() -> None:
    """A saving of which another takes half of the line's room, and one half of which is not there yet: word and row agree."""
    claims = [{"what": "x", "outcome": "position", "value": 4e6, "unit": "£ a year", "source": "made up"}]
    late = hillford.initiative("late", hillford.saves(8e6), start="2017-10", claims=claims)
    plan = hillford.hillford(initiatives=(late,))
    found = run_test(plan, futures=20, threads=1)
    own = next(c for c in found.claims if c.initiative == "late")
    told = next(t for t in found.tests if t.test == "claims")
    step = max((r for r in told.rows if r.what.startswith("– ")), key=lambda r: -(r.figure or 0.0))
    assert own.reason == REASONS["late"]
    assert step.what == f"– {NAMES['late']}"


def test_the_largest_claim_comes_first_and_what_claims_no_amount_last() -> None:
    def named(key: str, claimed: float | None) -> Initiative:
        claims = [{"what": "x", "outcome": "position", "value": claimed, "unit": "£ a year", "source": "made up"}]
        return hillford.initiative(key, hillford.saves(1e6), claims=claims if claimed else [])

    plan = hillford.hillford(initiatives=(named("a", None), named("b", 2e6), named("c", 9e6)))
    bridge = Bridge((), {}, np.zeros(2))
    run = outcomes({("uptake", i): [[1.0, 1.0]] for i in "abc"}, years=2)
    assert [c.initiative for c in compare_claims(plan, run, bridge, {})] == ["c", "b", "a"]


def test_a_claim_in_pounds_of_nothing_is_not_told_as_unpublished() -> None:
    claim = {"what": "Two million a year", "value": 2e6, "unit": "£ a year", "source": "made up"}
    plan = hillford.hillford(initiatives=(hillford.initiative("a", hillford.saves(1e6), claims=[claim]),))
    bridge = Bridge((), {"a": Part(year(1.0), year(1.0))}, np.zeros(2))
    (found,) = compare_claims(plan, outcomes({("uptake", "a"): [[1.0, 1.0]]}, years=2), bridge, {})
    assert (found.claimed, found.reason) == (None, NOT_COMPARED)
