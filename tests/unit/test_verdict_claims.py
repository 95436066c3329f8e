"""Why a claim is not found: each reason measured in £, the largest named, and what is left over said so."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures import hillford
from fixtures.outcomes import outcomes
from placeplan.plan.initiatives import Initiative
from placeplan.stress.bridge import Bridge, LastYear, Part
from placeplan.stress.claims import (
    LATE,
    NOT_COMPARED,
    OVERLAP,
    PRICE,
    SMALLER,
    STRANDED,
    _largest,
    compare_claims,
    measure,
)


def year(position: float, payments: float = 0.0, value: float = 0.0) -> LastYear:
    return LastYear(*(np.array([x, x]) for x in (position, payments, value, 0.0)))


@pytest.mark.parametrize(
    ("forward", "backward", "late", "reason"),
    [
        (year(2.0), year(2.0), 0.7, LATE),
        (year(8.0), year(1.0), 0.0, OVERLAP),
        (year(2.0, value=-9.0), year(2.0, value=-9.0), 0.0, STRANDED),
        (year(2.0, payments=-9.0, value=-3.0), year(2.0, payments=-9.0, value=-3.0), 0.0, PRICE),
        (year(2.0), year(2.0), 0.1, SMALLER),
    ],
)
def test_the_main_reason(forward: LastYear, backward: LastYear, late: float, reason: str) -> None:
    part = Part(forward, backward)
    found, claimed = float(part.found.mean()), 10.0
    assert _largest(measure(part, found, claimed, late), claimed - found, 0.5) == reason


def test_the_largest_claim_comes_first_and_what_claims_no_amount_last() -> None:
    def named(key: str, claimed: float | None) -> Initiative:
        claims = [{"what": "x", "outcome": "position", "value": claimed, "unit": "£ a year", "source": "made up"}]
        return hillford.initiative(key, hillford.saves(1e6), claims=claims if claimed else [])

    plan = hillford.hillford(initiatives=(named("a", None), named("b", 2e6), named("c", 9e6)))
    bridge = Bridge((), {}, np.zeros(2))
    run = outcomes({("uptake", i): [[1.0, 1.0]] for i in "abc"}, years=2)
    assert [c.initiative for c in compare_claims(plan, run, bridge)] == ["c", "b", "a"]


def test_no_reason_takes_more_than_was_claimed_and_none_is_negative() -> None:
    part = Part(year(-3.0, payments=-99.0, value=-99.0), year(5.0, payments=-99.0, value=-99.0))
    assert all(0 <= v <= 10.0 for v in measure(part, 1.0, 10.0, -0.5).values())


def test_a_claim_in_pounds_of_nothing_is_not_told_as_unpublished() -> None:
    claim = {"what": "Two million a year", "value": 2e6, "unit": "£ a year", "source": "made up"}
    plan = hillford.hillford(initiatives=(hillford.initiative("a", hillford.saves(1e6), claims=[claim]),))
    bridge = Bridge((), {"a": Part(year(1.0), year(1.0))}, np.zeros(2))
    (found,) = compare_claims(plan, outcomes({("uptake", "a"): [[1.0, 1.0]]}, years=2), bridge)
    assert (found.claimed, found.reason) == (None, NOT_COMPARED)
