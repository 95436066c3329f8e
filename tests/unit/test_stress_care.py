"""Care that people wait for in hospital: beds lost, and what a week of each costs whom."""

from __future__ import annotations

import pytest

from fixtures.care_place import HOME, HOMES, care_place
from fixtures.stressed import lost, plan
from placeplan.stress.tests.care import Care, care_of, weekly_cost


@pytest.mark.parametrize(
    ("shares", "result"), [((0.2, 0.06, 0.05), "pass"), ((0.0, 0.05, 0.06), "amber"), ((0.0, 0.12, 0.05), "fail")]
)
def test_beds_lost_to_delay_fail_above_a_tenth(shares: tuple[float, ...], result: str) -> None:
    made = care_of(plan(), lost(*shares))
    told = Care().tell(plan(), (made, 1))
    assert told["result"] == result
    assert told["figure"] == pytest.approx(max(shares[1:]))


def test_a_wait_costs_the_hospital_and_the_care_costs_the_council() -> None:
    """Home care at 200 − 20 £ for 15 of 20 who need care, a home at 700 − 200 £ for 5: 260 £ a week; a bed-day at 250 £."""
    place = care_place()
    assert {HOME, HOMES} <= {p.kind for p in place.tables["packages"]}  # type: ignore[attr-defined]
    made = care_of(place, lost(0.0, 0.1, 0.1))
    assert made.care_week == pytest.approx(weekly_cost([(0.15, 180.0), (0.05, 500.0)])) == pytest.approx(260.0)
    assert made.bed_day == pytest.approx(250.0)
    told = Care().tell(place, (made, 1))
    assert "at £0.9m a year to the hospitals" in told["sentence"]  # 10 beds × 365.25 × 250 £
    assert (
        "A week in a bed costs a hospital £1,750; a week of the care waited for costs a council £260." in told["behind"]
    )
