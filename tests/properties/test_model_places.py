"""Care that moves between sites, and how long people travel to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.places import CENTRAL, initiative, only, place, run, with_rows
from placeplan.core.tables import AreaPeople, Travel
from placeplan.effects.relocate import Relocate
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import do_minimum
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
STARTS = 3
"""Month in which the test's initiatives begin, counted from April."""
POD = "outpatient_first"


def moves(share: float, id_: str = "m", pod: str = POD, **more: Any) -> Initiative:
    to = {} if "nearest_of" in more else {"to": {"ACU1B": 1.0}}
    scope = {"pods": [pod], "sites": ["ACU1A"]} | more.pop("scope", {})
    return initiative(id_, {"kind": "relocate", "scope": scope, "share": share} | to | more)


def at(outcomes: Outcomes, site: str, pod: str = POD) -> np.ndarray:
    found: np.ndarray = outcomes["activity"].of(f"{site}/{pod}")[0]
    return found


def with_ways(plan: Plan, far: float = 60.0) -> Plan:
    """The first area is near ACU1A, every other one near ACU1B; quintiles 1 and 5."""
    areas = sorted({r.area for r in plan.tables["areas"] if isinstance(r, AreaPeople)})
    rows = [
        Travel(area=a, site=site, minutes=10.0 if (n == 0) == (site == "ACU1A") else far, source="made up")
        for n, a in enumerate(areas)
        for site in ("ACU1A", "ACU1B")
    ]
    quintile = {a: 1 if n == 0 else 5 for n, a in enumerate(areas)}
    people = [r.model_copy(update={"quintile": quintile[r.area]}) for r in plan.tables["areas"]]  # type: ignore[attr-defined]
    return with_rows(with_rows(plan, "travel", rows), "areas", people)


def test_relocate_moves_a_share_of_a_pods_activity_by_stated_shares() -> None:
    """What leaves one site arrives at the others; nothing before the start, nobody lost."""
    plan = place(1)
    before, after = run(do_minimum(plan), ONE), run(only(plan, moves(0.4)), ONE)
    np.testing.assert_allclose(at(after, "ACU1A")[:STARTS], at(before, "ACU1A")[:STARTS])
    gone = (at(before, "ACU1A") - at(after, "ACU1A"))[STARTS:]
    np.testing.assert_allclose(gone, 0.4 * at(before, "ACU1A")[STARTS:], rtol=1e-12)
    np.testing.assert_allclose((at(after, "ACU1B") - at(before, "ACU1B"))[STARTS:], gone, rtol=1e-9)
    np.testing.assert_allclose(after["contacts_moved"].of("m")[0, STARTS:], gone, rtol=1e-9)
    np.testing.assert_allclose(at(after, "system"), at(before, "system"), rtol=1e-12)
    assert (after["contacts_prevented"].of("m") == 0).all()


def test_what_is_prevented_does_not_move_and_two_moves_take_their_share_of_what_is_left() -> None:
    plan = place(1)
    prevent = initiative("a", {"kind": "prevent", "scope": {"pods": [POD], "sites": ["ACU1A", "ACU1B"]}, "share": 0.5})
    before = run(do_minimum(plan), ONE)
    after = run(only(plan, moves(0.2), moves(0.5, "n"), prevent), ONE)
    whole = at(before, "ACU1A")[STARTS:]
    np.testing.assert_allclose(at(after, "ACU1A")[STARTS:], whole * 0.5 * 0.8 * 0.5, rtol=1e-12)
    np.testing.assert_allclose(after["contacts_moved"].of("n")[0, STARTS:], whole * 0.5 * 0.8 * 0.5, rtol=1e-12)


def test_moved_patients_lie_in_the_other_sites_beds_and_are_paid_for_there() -> None:
    plan = place(1)
    before, after = run(do_minimum(plan), ONE), run(only(plan, moves(1.0, pod="emergency_admission")), ONE)
    pools = [e for e in before["arrivals"].entities if e.startswith("ACU1A/")]
    assert any(after["arrivals"].of(p)[0, STARTS:].sum() < before["arrivals"].of(p)[0, STARTS:].sum() for p in pools)
    assert at(after, "ACU1A", "emergency_admission")[STARTS:].max() < 1e-6
    np.testing.assert_allclose(
        after["position"].of("system")[0, :STARTS], before["position"].of("system")[0, :STARTS], rtol=1e-12
    )


def test_people_go_to_the_nearest_of_some_sites() -> None:
    """Each area's people move to the site that is near them, so everybody is ten minutes away."""
    plan = with_ways(place(1))
    both = initiative(
        "m",
        {
            "kind": "relocate",
            "scope": {"pods": [POD], "sites": ["ACU1A", "ACU1B"]},
            "share": 1.0,
            "nearest_of": ["ACU1A", "ACU1B"],
        },
    )
    before, after = run(do_minimum(plan), ONE), run(only(plan, both), ONE)
    np.testing.assert_allclose(at(after, "system"), at(before, "system"), rtol=1e-9)
    minutes = after["travel_minutes"].of(f"car/{POD}")[0]
    assert minutes[:STARTS].min() > 10.5
    np.testing.assert_allclose(minutes[STARTS:], 10.0, rtol=1e-9)


def test_travel_time_changes_where_sites_change_and_by_quintile() -> None:
    """Closing a door near the most deprived lengthens their way, and shortens nobody's there."""
    plan = with_ways(place(1))
    before, after = run(do_minimum(plan), ONE), run(only(plan, moves(1.0)), ONE)

    def last(o: Outcomes, entity: str) -> float:
        return float(o["travel_minutes"].of(entity)[0, -1])

    assert last(after, f"car/{POD}/q1") == pytest.approx(60.0)
    assert last(before, f"car/{POD}/q1") < 60.0
    assert last(after, f"car/{POD}/q5") == pytest.approx(10.0)
    assert last(after, "car/system/q1") > last(before, "car/system/q1")


def test_without_travel_times_nothing_is_recorded() -> None:
    assert "travel_minutes" not in run(place(1), ONE).series


@pytest.mark.parametrize("order", [("m", "n"), ("n", "m")])
def test_listing_order_changes_no_bit(order: tuple[str, str]) -> None:
    plan = place(1)
    by_id = {"m": moves(0.2), "n": moves(0.5, "n")}
    found = run(only(plan, *(by_id[i] for i in order)), Futures(count=3))
    expected = run(only(plan, by_id["m"], by_id["n"]), Futures(count=3))
    assert {n: s.values.tobytes() for n, s in found.series.items()} == {
        n: s.values.tobytes() for n, s in expected.series.items()
    }


@pytest.mark.parametrize("fields", [{}, {"to": {"A": 0.5}}, {"to": {"A": 1.0}, "nearest_of": ["B"]}])
def test_a_move_has_one_way_to_go(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"say where the care goes|sum to 1"):
        Relocate(**({"scope": {"pods": ["x"]}, "share": 0.1} | fields))
