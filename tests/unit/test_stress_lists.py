"""Waiting lists: care cut while as many are sent, and the worst year."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.outcomes import outcomes
from fixtures.stressed import plan
from placeplan.stress.tests.lists import Lists, lists_of


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


@pytest.mark.parametrize(("base", "said"), [(0.95, ""), (0.86, " Already below 92% in 2016/17: Whole system (86.0%).")])
def test_a_list_that_began_below_the_standard_is_named(base: float, said: str) -> None:
    """What the base year broke already is told apart from what the years to come break."""
    made = outcomes({
        ("within_18", "system"): [[base, 0.8, 0.8]], ("list", "system"): [[50.0, 50.0, 50.0]],
        ("clock_starts", "system"): [[100.0] * 3], ("clock_stops", "system"): [[100.0] * 3],
    })  # fmt: skip
    sentence = Lists().tell(plan(), (lists_of(plan(), made, made), 1))["sentence"]
    assert f"it began at {base:.0%}." in sentence
    assert sentence.lower().endswith((said or "stays as it is.").lower())


@pytest.mark.parametrize(("within", "result"), [(0.93, "pass"), (0.8, "amber"), (0.6, "fail")])
def test_the_worst_year_of_a_list_is_judged(within: float, result: str) -> None:
    made = waits(within, 100.0, 100.0, (50.0, 50.0, 50.0))
    assert lists_of(plan(), made, made)[0].result == result
