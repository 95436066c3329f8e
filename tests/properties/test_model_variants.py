"""The three runs that go together: do nothing, do minimum and the plan; what counts, counts against do minimum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.hillford import fixed, hillford, initiative, saves
from fixtures.places import CENTRAL, run, with_rows
from fixtures.runs import runs_of
from placeplan.core.tables import MoneyLine
from placeplan.futures.distributions import Fixed
from placeplan.futures.sample import Futures
from placeplan.model.draws import CHANCE
from placeplan.model.variants import do_minimum, do_nothing, only
from placeplan.plan.schema import Plan
from placeplan.stress.bridge import COMPARED, build_bridge, last_years
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.runner import Runs

ONE = Futures(count=1, held=CENTRAL)


def saving() -> Plan:
    """A hospital that becomes 3 % cheaper a year by itself and plans to save four million pounds besides."""
    plan = hillford(initiatives=(initiative("save", saves(4e6), start="2016-04", delay=0.0),))
    lines = [r for r in plan.tables["money"] if isinstance(r, MoneyLine)]
    rows = [r.model_copy(update={"efficiency": True, "variable": 0.0}) if r.line == "pay" else r for r in lines]
    dearer = fixed("efficiency.background", 0.0).model_copy(update={"distribution": Fixed(kind="fixed", value=0.03)})
    own = tuple(dearer if a.id == dearer.id else a for a in plan.assumptions)
    return with_rows(plan, "money", rows).changed(assumptions=own)


def test_do_nothing_has_no_initiative_and_no_efficiency() -> None:
    """“do nothing (no efficiency, no initiative)”, “do minimum (… background efficiency)” and the plan, year by year."""
    plan = saving()
    nothing, minimum, whole = (
        run(p, ONE)["cost_line"].by_year("HOS/pay")[0] for p in (do_nothing(plan), do_minimum(plan), plan)
    )
    assert nothing.tolist() == pytest.approx([60e6, 60e6])
    assert minimum.tolist() == pytest.approx([60e6, 60e6 * 0.97])
    assert whole.tolist() == pytest.approx([58e6, 60e6 - 2e6])


def test_what_an_initiative_brings_counts_against_do_minimum() -> None:
    """“Benefits count against do minimum”: what would come anyhow is none of an initiative's."""
    plan = saving()
    found = {s.id: s.amount for s in build_bridge(_runs(plan)).steps}
    assert found["do_minimum"] == pytest.approx(0.03 * 60e6, rel=1e-6)
    assert found["save"] == pytest.approx(2e6 - 0.03 * 60e6, rel=1e-6)


def test_each_bar_of_the_bridge_is_the_difference_of_the_runs_that_the_report_names() -> None:
    """As `report.remade` says it: added to those before it alone, and to those after it alone; two of the three act on the same pay."""
    own = (initiative("a", saves(4e6)), initiative("b", saves(1e6)), initiative("c", saves(2e6), requires=("b",)))
    plan = hillford(initiatives=own)
    runs = _runs(plan)
    found = {s.id: s.amount for s in build_bridge(runs).steps}

    def position(*names: str) -> float:
        futures = replace(runs.first(2), held=frozenset({CHANCE}))
        part = do_minimum(plan) if not names else only(plan, frozenset(names))
        (last,) = last_years(plan, runs.outcomes([Job("again", part, futures)], COMPARED))
        return float(last.position.mean())

    order = ["a", "b", "c"]
    for n, one in enumerate(order):
        before, after = order[:n], order[n + 1 :]
        twice = [position(*others, one) - position(*others) for others in (before, after)]
        assert found[one] == pytest.approx(sum(twice) / 2, abs=0.01), one
    assert found["left"] == pytest.approx(position(*order), abs=0.01)


def test_capital_comes_in_as_many_futures_as_its_chance_says() -> None:
    """“Never before … its capital is there”: secured with 0.6 and available with 0.5, three buildings in ten begin."""
    build = {"need": 6e6, "organisation": "HOS", "build_months": 6, "life_years": 10}
    chances = (fixed("capital.secured", 0.6), fixed("capital.available", 0.5))
    plan = hillford(*chances, initiatives=(initiative("build", capital=build, start="2016-10", delay=0.0),))
    count = 500
    started = run(plan, Futures(count=count), keep=frozenset({"started"}), until=12)["started"].of("build")[:, -1] > 0
    assert abs(started.mean() - 0.3) < 4 * (0.3 * 0.7 / count) ** 0.5


def _runs(plan: Plan) -> Runs:
    return runs_of(plan, Futures(count=2))
