"""The shocks on the page and as CSV: the low point, the chance if nobody acts, and what managers do."""

from __future__ import annotations

import pytest

from fixtures.sample_findings import westshire
from placeplan.report import shocks
from placeplan.report.page import render
from placeplan.stress.findings import Findings
from placeplan.stress.results.promises import ActionResult, LowPoint


def act(acted: float) -> ActionResult:
    return ActionResult(
        id="escalate", name="Open the winter ward", trigger="occupancy of Westshire General above 95%", lead_months=2,
        owner="Westshire Hospital", acted=acted,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Findings:
    """Two shocks: managers act in a tenth and in half of the futures, and double a chance."""
    one, two = westshire().scenarios[:2]
    worst = one.worst_promise
    alike = {
        "futures": 1000,
        "P": one.P | {worst: 0.4},
        "before": one.P | {worst: 0.2},
        "low": one.low | {worst: LowPoint(year="2027/28", P=0.45)},
    }
    return westshire(
        scenarios=(one.model_copy(update={**alike, "actions": (act(0.1),)}), two.model_copy(update={**alike, "actions": (act(0.5),)}))
    )  # fmt: skip


def test_the_page_says_what_managers_do_and_what_it_would_be_without_them(found: Findings) -> None:
    html = render(found)
    assert "If nobody acts" in html
    assert "Low point" in html
    assert "Open the winter ward" in html
    assert "10% to 50%" in html
    assert html.count('data-l="If nobody acts"') == sum(1 + len(s.P) for s in found.scenarios)
    (action,) = shocks.actions(found)
    assert (action.result.owner, action.result.lead_months) == ("Westshire Hospital", 2)


def test_a_plan_without_actions_has_no_such_column(found: Findings) -> None:
    idle = tuple(s.model_copy(update={"before": {}, "actions": ()}) for s in found.scenarios)
    html = render(found.model_copy(update={"scenarios": idle}))
    assert "If nobody acts" not in html
    assert "What managers do" not in html
    low = shocks.scenarios(found)[0].low
    assert low
    assert f"{low[0]}: {low[1]}" in html


def test_every_promise_under_every_shock_is_a_row_of_the_csv(found: Findings) -> None:
    rows = shocks.rows(found)
    assert len(rows) == sum(len(s.P) for s in found.scenarios)
    assert all(len(row) == len(shocks.COLUMNS) for row in rows)
    worst = next(r for r in rows if r[6] == "0.4")
    assert worst[8:] == ("0.2", "2027/28", "0.45", "1000")


def test_a_shock_breaks_only_what_holds_without_it_in_the_same_futures() -> None:
    """Of few futures the plan itself may keep a promise in less than half: no shock is to blame for that."""
    one = westshire().scenarios[0]
    strong = next(p for p in westshire().promises if p.hard and p.P is not None and p.P > 0.7)
    few = {"futures": 100, "P": {strong.id: 0.4}, "worst_promise": strong.id, "worst_P": 0.4}
    alone, beside = (one.model_copy(update={**few, "without": w}) for w in ({}, {strong.id: 0.45}))
    assert [s.breaks for s in shocks.scenarios(westshire(scenarios=(alone, beside)))] == [1, 0]
    assert shocks.scenarios(westshire(scenarios=(beside,)))[0].without.shown == "45%"
