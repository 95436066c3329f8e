"""Each switch of the form acts in a whole place, and every variant runs through the standard tests."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from fixtures.bits import same
from fixtures.places import run
from fixtures.whole import whole
from placeplan.core.forms import VARIANTS, Form
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import in_form
from placeplan.stress.run import test_plan as stress_test
from placeplan.stress.verdict.forms import variants

FUTURES = Futures(seed=1, count=1)
CHANGES = {
    "spills": "spilled", "discipline": "within_18", "overlap": "contacts_prevented", "cost_release": "operating_cost",
    "stays": "discharges",
}  # fmt: skip
"""By switch: an outcome that it changes."""


@cache
def main_run(months: int) -> Outcomes:
    """The main form's run."""
    return run(whole(1, months), FUTURES)


@pytest.mark.parametrize("form", VARIANTS, ids=lambda f: f.name)
def test_each_switch_changes_an_outcome(form: Form) -> None:
    """Each form changes an outcome, and leaves the futures' draws alone; what is already so changes no bit."""
    switch = next(k for k, v in form if v != getattr(Form(), k))
    months = 24 if switch == "spills" else 12  # in the first year every door has room
    plan = whole(1, months)
    main, other = main_run(months), run(in_form(plan, form), FUTURES)
    assert all((main.draws[n] == other.draws[n]).all() for n in main.draws)
    if form.overlap == plan.about.overlap:
        assert same(main, other)
    else:
        assert (main[CHANGES[switch]].values != other[CHANGES[switch]].values).any()
        assert all(np.isfinite(s.values).all() for n, s in other.series.items() if not n.startswith("capital_"))


def test_every_variant_acts_on_a_whole_place() -> None:
    """The standard tests leave out no form of a place with everything."""
    assert {f.name for f in variants(whole(1))} == {f.name for f in VARIANTS}


@pytest.mark.large
def test_the_standard_tests_run_every_form_of_a_whole_place() -> None:
    """Verdict, scenarios, causes and forms of a place with everything come out without error."""
    found = stress_test(whole(1), 40, threads=1)
    assert len(found.forms) == len(VARIANTS)
    assert found.verdict
