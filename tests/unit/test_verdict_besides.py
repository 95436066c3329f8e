"""Figures that nobody promised: which are shown, and what the plan does to them."""

from __future__ import annotations

import pytest

from fixtures import hillford
from fixtures.sample_findings import westshire
from placeplan.core.outcomes import OUTCOMES
from placeplan.core.tables import AreaPeople
from placeplan.plan.schema import Plan
from placeplan.report.besides import groups, heading, rows
from placeplan.report.page import render
from placeplan.stress.besides import BY_POD, FIGURES, fifths
from placeplan.stress.run import test_plan as run_test


@pytest.mark.parametrize("shown", [*FIGURES, *BY_POD], ids=lambda s: f"{s.outcome} {s.entity}")
def test_each_figure_is_an_outcome_of_the_model(shown: object) -> None:
    assert shown.outcome in OUTCOMES  # type: ignore[attr-defined]


def test_deaths_from_delay_are_shown_and_never_promised() -> None:
    assert not OUTCOMES["deaths_from_delay_low"].promised
    assert not OUTCOMES["deaths_from_delay_high"].promised
    assert all("never an aim" in s.note for s in FIGURES if s.group == "Harm")


def test_a_plan_that_frees_beds_leaves_fewer_people_without_one() -> None:
    """Only what the model computes here is shown; the plan's figure stands beside that of doing nothing."""
    plan = hillford.hillford(
        hillford.GROWTH, initiatives=(hillford.initiative("a", hillford.prevents(0.1)),), open_beds=275.0
    )
    found = {b.what: b for b in run_test(plan, futures=40, threads=1).besides}
    waiting = found["Patients without a bed, on an average day"]
    assert waiting.plan[1] < waiting.do_nothing[1]
    assert waiting.change == "better"
    assert waiting.plan[0] <= waiting.plan[1] <= waiting.plan[2]
    assert "People on a waiting list" not in found


def test_the_page_tells_them_by_kind_with_their_table() -> None:
    findings = westshire()
    assert [g.name for g in groups(findings)] == ["Waiting", "Getting there", "Harm"]
    assert heading(findings) == "What else happens: 2 figures better with the plan, 1 worse"
    assert heading(westshire(besides=())) == "What else happens"
    page = render(findings)
    assert 'id="s-besides"' in page
    assert "46,000" in page
    assert "Goes with long waits for a bed in studies." in page
    assert len(rows(findings)) == 4
    assert 'id="s-besides"' not in render(westshire(besides=()))


def shared_by(*of: int) -> Plan:
    """Hillford with its people in as many areas as fifths are named, one of each, and a plan that prevents."""
    met = (hillford.assumption(f"need.unmet.q{q}", {"kind": "fixed", "value": 0.0}, "other") for q in of)
    plan = hillford.hillford(*met, initiatives=(hillford.initiative("a", hillford.prevents(0.1)),))
    areas = tuple(
        r.model_copy(update={"area": f"hill {q}", "quintile": q, "people": r.people / len(of)})
        for q in of
        for r in plan.tables["areas"]
        if isinstance(r, AreaPeople)
    )
    return plan.changed(tables={**plan.tables, "areas": areas})


@pytest.mark.parametrize(
    ("of", "most", "least"),
    [((2, 4), "second most deprived", "second least deprived"), ((1, 3, 5), "most deprived", "least deprived")],
)
def test_fairness_is_between_the_fifths_that_live_in_the_place(of: tuple[int, ...], most: str, least: str) -> None:
    """A place without the most deprived fifth has its rows of fairness too, and they say which fifths they are of."""
    assert fifths(shared_by(*of)) == (of[0], of[-1])
    fair = [b for b in run_test(shared_by(*of), futures=20, threads=1).besides if b.group == "Fairness"]
    assert [b.what for b in fair] == [
        f"Emergency admissions: {most} fifth, for each 1,000 people",
        f"… {least} fifth",
    ]
    assert all(b.plan[1] == pytest.approx(0.9 * b.do_nothing[1], rel=1e-3) for b in fair)


def test_of_one_fifth_alone_nothing_is_compared() -> None:
    fair = [b for b in run_test(shared_by(3), futures=20, threads=1).besides if b.group == "Fairness"]
    assert [b.what for b in fair] == ["Emergency admissions: middle fifth, for each 1,000 people"]
