"""A loop of spills with gain at or above 1 is refused, and shown."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.broken_contacts import DOORS, WAYS
from fixtures.broken_plans import WHOLE, more, write
from placeplan.core.errors import PlanError, Problem
from placeplan.plan.checks.spills import radius, returning, strongest_loop
from placeplan.plan.folder import read_plan

PODS = ("outpatient_first", "ae_type1", "gp_appointment")


def loops(folder: Path, *ways: str, unmet: str = "spills") -> list[Problem]:
    """What is told of loops in a plan of three doors at one hospital and these ways between them."""
    texts: dict[str, str | bytes] = dict(WHOLE)
    more("activity.csv", "ae_type1,W0H,,40000,made up\ngp_appointment,W0H,,90000,made up\n")(texts)
    texts["contacts.csv"] = DOORS + "".join(f"W0H,{pod},,,,,0.9,{unmet},,made up\n" for pod in PODS)
    texts["spills.csv"] = WAYS + "".join(f"{way},made up\n" for way in ways)
    try:
        read_plan(write(texts, folder))
    except PlanError as refused:
        return [p for p in refused.problems if p.code == "spill-loop"]
    return []


TWO = ("gp_appointment,,ae_type1,W0H,0.6", "ae_type1,,gp_appointment,,2")
THREE = ("gp_appointment,,outpatient_first,,0.5", "outpatient_first,,ae_type1,,1.5", "ae_type1,,gp_appointment,,1.6")


def test_a_loop_of_two_doors_is_shown_with_what_comes_back(tmp_path: Path) -> None:
    found = loops(tmp_path, "outpatient_first,,gp_appointment,,0.4", *TWO)
    assert len(found) == 1
    assert found[0].what.startswith("gp_appointment → ae_type1 → gp_appointment: 1.2 contacts come back for each")
    assert (found[0].file, found[0].row) == ("spills.csv", 3)


def test_a_loop_of_three_doors_is_shown(tmp_path: Path) -> None:
    found = loops(tmp_path, *THREE)
    assert [p.what for p in found] == [
        "gp_appointment → outpatient_first → ae_type1 → gp_appointment: 1.2 contacts come back for each one not given."
    ]


def test_two_loops_that_are_harmless_alone_may_grow_together(tmp_path: Path) -> None:
    """0.6 comes back over A&E and 0.5 over the clinic: 1.1 in all, and each alone dies away."""
    ae = ("gp_appointment,,ae_type1,,0.6", "ae_type1,,gp_appointment,,1")
    clinic = ("gp_appointment,,outpatient_first,,0.5", "outpatient_first,,gp_appointment,,1")
    assert not loops(tmp_path / "a", *ae, *THREE[:1])
    assert not loops(tmp_path / "b", *ae[1:], *clinic)
    found = loops(tmp_path / "c", *ae, *clinic)
    assert "1.1 contacts come back" in found[0].what


def test_spills_that_die_away_are_no_matter(tmp_path: Path) -> None:
    below = ("gp_appointment,,ae_type1,,0.6", "ae_type1,,gp_appointment,,1.6")
    assert not loops(tmp_path / "a", *below)
    assert not loops(tmp_path / "b", *TWO, unmet="lost")
    assert loops(tmp_path / "c", "gp_appointment,,ae_type1,,0.5", "ae_type1,,gp_appointment,,2")
    defaults = ("gp_appointment,,ae_type1,,spill.gp_to_ae", "ae_type1,,gp_appointment,,spill.ae_to_gp",
                "outpatient_first,,gp_appointment,,spill.outpatient_to_gp")  # fmt: skip
    assert not loops(tmp_path / "d", *defaults)


def test_the_99th_percentile_of_a_coefficient_counts(tmp_path: Path) -> None:
    """Elicited with its 90th percentile at 0.6, A&E to practice reaches beyond 0.7 in one future of a hundred."""
    assert not loops(tmp_path / "a", "gp_appointment,,ae_type1,,0.9", "ae_type1,,gp_appointment,,spill.ae_to_gp")
    assert loops(tmp_path / "b", "gp_appointment,,ae_type1,,1.4", "ae_type1,,gp_appointment,,spill.ae_to_gp")


@settings(max_examples=60)
@given(st.lists(st.floats(0, 2), min_size=9, max_size=9), st.lists(st.booleans(), min_size=9, max_size=9))
def test_more_than_one_comes_back_just_where_spills_grow(values: list[float], there: list[bool]) -> None:
    """The loop shown is one, and what comes back to its first door is at least 1 whenever the radius is (and the rest's is not)."""
    gain = np.array(values).reshape(3, 3) * np.array(there).reshape(3, 3)
    if radius(gain) < 1.02:
        return
    loop = strongest_loop(gain)
    assert loop[0] == loop[-1]
    assert all(gain[to, one] > 0 for one, to in pairwise(loop))
    rest = [n for n in range(3) if n != loop[0]]
    if radius(gain[np.ix_(rest, rest)]) < 0.98:
        assert returning(gain, loop) >= 1.0


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_what_comes_back_is_what_months_of_spills_bring(share: float) -> None:
    """First returns by hand, month by month: nobody who is back at the first door is sent on."""
    gain = np.array([[0.1, 0.3, 0.2], [0.4, 0.0, 0.3], [0.2 * share, 0.5, 0.0]])
    back, going = gain[0, 0], gain[1:, 0]
    for _ in range(300):
        back += gain[0, 1:] @ going
        going = gain[1:, 1:] @ going
    assert returning(gain, [0, 1, 0]) == pytest.approx(back, rel=1e-12)
