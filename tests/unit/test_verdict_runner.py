"""Running side by side changes nothing: variants, shocks and switched-off drivers as if each had been run alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures import hillford
from fixtures.runs import Monthly, runs_of
from placeplan.core.forms import Form
from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Outcomes
from placeplan.model.recording import Way
from placeplan.model.recordings import MANY
from placeplan.model.simulate import baseline_of, simulate
from placeplan.model.variants import do_minimum, do_nothing, in_form, only, strict
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job, together
from placeplan.stress.runs.held import EVERYTHING, central, coalitions
from placeplan.stress.runs.runner import Runs

SHOCKS = {"probability": 0.5, "size": 0.2, "months": 3.0}
PLAN = hillford.hillford(
    hillford.PAY,
    hillford.GROWTH,
    hillford.normal("departure.sd", 0.03, 0.005),
    hillford.normal("capital.secured", 0.6, 0.2),
    hillford.normal("initiative.delay", 6.0, 3.0),
    hillford.fixed("efficiency.background", 0.01),
    *(hillford.assumption(f"shock.{k}", {"kind": "fixed", "value": v}, "demand_growth") for k, v in SHOCKS.items()),
    initiatives=(
        hillford.initiative("a", hillford.prevents(0.05), status="aspiration"),
        hillford.initiative("b", hillford.saves(2e6), capital={"need": 1e6, "organisation": "HOS"}),
        hillford.initiative("c", hillford.saves(1e6), requires=("b",)),
        hillford.initiative("d", hillford.saves(3e6), capital={"need": 1e6, "organisation": "HOS", "secured": 0.6}),
        hillford.initiative("e", hillford.saves(5e6), capital={"need": 1e6, "organisation": "HOS", "secured": 0.4}),
    ),
)
FUTURES = Futures(seed=3, count=12)
DRIVERS = ("demand_growth", "delay", "capital", "prices")


@pytest.fixture(scope="module")
def runs() -> Runs:
    return runs_of(PLAN, FUTURES)


READ = Monthly(frozenset({"position", "occupancy"}), "HOS")


def alone(plan: Plan, futures: Futures, changes: tuple[Change, ...] = ()) -> dict[str, np.ndarray]:
    found = simulate(plan, baseline_of(plan), futures, changes, keep=frozenset({"position", "occupancy"}))
    return {name: found[name].of("HOS") for name in ("position", "occupancy")}


def test_variants_and_shocks_side_by_side(runs: Runs) -> None:
    changes = (Change(assumption="prices.pay", add=0.02), Change(assumption="start.slip", add=12))
    jobs = [
        Job("plan", PLAN, FUTURES), Job("nothing", do_nothing(PLAN), FUTURES), Job("minimum", do_minimum(PLAN), FUTURES),
        Job("strict", strict(PLAN), FUTURES), Job("shock", PLAN, replace(FUTURES, count=5), changes),
        Job("only b", only(PLAN, frozenset({"b"})), FUTURES),
    ]  # fmt: skip
    for job, found in zip(jobs, runs.side_by_side(jobs, (READ,)), strict=True):
        for name, expected in alone(job.plan, job.futures, job.changes).items():
            np.testing.assert_allclose(found.of(name), expected, rtol=1e-9, atol=1e-6, err_msg=f"{job.what} {name}")


def test_jobs_apart_are_what_they_are_alone(runs: Runs) -> None:
    jobs = [central(runs), Job("minimum", do_minimum(PLAN), replace(FUTURES, count=3))]
    for job, found in zip(jobs, runs.apart(jobs, (READ,)), strict=True):
        assert (found.of("position") == alone(job.plan, job.futures)["position"]).all()


@pytest.mark.large
def test_forms_that_share_a_run_are_what_they_are_alone() -> None:
    """In any order, each plan with its own rows; what a future cannot be in is a run of its own."""
    forms = (Form(stays="longer"), Form(overlap="nested"), Form(cost_release="slow"), Form(stays="shorter"))
    few = replace(FUTURES, count=3)
    plans = [PLAN, *(in_form(PLAN, f) for f in forms), do_minimum(in_form(PLAN, forms[0]))]
    jobs = [Job(p.about.form.name, p, few) for p in plans]
    shared = [[j.what for j in t.jobs] for t in together(PLAN, jobs, (), 100)]
    assert shared == [
        ["main", "stays longer", "cost_release slow", "stays shorter"],
        ["overlap nested"],
        ["stays longer"],
    ]
    for job, found in zip(jobs, runs_of(PLAN, FUTURES, batch=2).apart(jobs, (READ,)), strict=True):
        for name, expected in alone(job.plan, few).items():
            assert (found.of(name) == expected).all(), job.what


def test_what_was_begun_for_one_reader_is_not_given_to_another() -> None:
    runs = runs_of(PLAN, FUTURES, workers=2)
    with runs.spread:
        runs.begin([central(runs)], (READ,))
        (found,) = runs.apart([central(runs)], (Monthly(frozenset({"occupancy"}), "HOS"),))
    assert set(found.parts[0].layout) == {"occupancy"}


def test_runs_apart_of_which_everything_was_recorded_start_no_process(tmp_path: Path) -> None:
    """Starting one takes longer than replaying what an earlier run left on the shelf."""
    many = Futures(seed=3, count=MANY)
    jobs = [Job("nested", in_form(PLAN, Form(overlap="nested")), many)]

    def runs(workers: int) -> Runs:
        found = runs_of(PLAN, many, workers=workers)
        found.here.recordings.shelf = Shelf(tmp_path / "recorded")
        found.__post_init__()
        return found

    (first,) = runs(1).apart(jobs, (READ,))
    second = runs(2)
    with second.spread:
        second.begin(jobs, (READ,))
        (again,) = second.apart(jobs, (READ,))
        assert not second.spread._open
    assert all((again.of(name) == first.of(name)).all() for name in READ.keep)


def test_one_recording_does_for_all_ways_in_which_a_plan_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """With chance drawn, with chance held, and in forms that a future can have; other forms are begun elsewhere."""
    many, position = Futures(seed=3, count=MANY), frozenset({"position"})
    forms = [Job(f.name, in_form(PLAN, f), many) for f in (Form(stays="longer"), Form(cost_release="slow"))]
    runs = runs_of(PLAN, many, workers=2)
    runs.here.recordings.foresee(PLAN, Way(held=True))
    with runs.spread:
        runs.begin(forms, (READ,))
        list(runs.outcomes([Job("plan", PLAN, many)], frozenset({"position", "occupancy"})))
        monkeypatch.setattr("placeplan.model.recordings.record_ways", None)  # nothing more is recorded
        held = replace(many, held=frozenset({CHANCE}))
        (found,) = runs.outcomes([Job("plan", PLAN, held)], position)
        assert found["position"].values.tobytes() == stepped(PLAN, held, position)["position"].values.tobytes()
        for job, rows in zip(forms, runs.apart(forms, (READ,)), strict=True):
            expected = READ.columns(stepped(job.plan, many, READ.keep))
            assert all((rows.of(name) == column).all() for name, column in expected.items()), job.what
        assert not runs.spread._open, "no process was started"


def stepped(plan: Plan, futures: Futures, keep: frozenset[str]) -> Outcomes:
    return simulate(plan, baseline_of(plan), futures, keep=keep)


@pytest.mark.large
def test_forms_of_their_own_are_begun_while_the_plan_is_recorded() -> None:
    many = Futures(seed=3, count=MANY)
    forms = [Job(f.name, in_form(PLAN, f), many) for f in (Form(stays="longer"), Form(overlap="nested"))]
    runs = runs_of(PLAN, many, workers=2)
    with runs.spread:
        runs.begin(forms, (READ,))
        assert len(runs.spread._open) == 1
        found = runs.apart(forms, (READ,))
    expected = [READ.columns(stepped(job.plan, many, READ.keep)) for job in forms]
    assert all((rows.of(n) == c).all() for rows, own in zip(found, expected, strict=True) for n, c in own.items())


@pytest.mark.large
@pytest.mark.parametrize("chance", [True, False])
def test_switched_off_drivers_side_by_side(runs: Runs, chance: bool) -> None:
    live = [
        frozenset(),
        frozenset(DRIVERS),
        *(frozenset({d}) for d in DRIVERS),
        *(frozenset(DRIVERS) - {d} for d in DRIVERS),
    ]
    live = [s | {CHANCE} if chance else s for s in live]
    at = [1, 4, 5, 11]
    seen = dict(coalitions(runs, live, at))
    assert sorted(seen) == list(range(len(live)))
    for i, outcomes in seen.items():
        futures = replace(FUTURES, ids=tuple(at), count=len(at), held=EVERYTHING - live[i])
        for name, expected in alone(PLAN, futures).items():
            np.testing.assert_allclose(
                outcomes[name].of("HOS"), expected, rtol=1e-12, err_msg=f"{sorted(live[i])} {name}"
            )


@pytest.mark.parametrize("per", ["plan", "initiative"])
@pytest.mark.parametrize("available", [1.0, 0.8])
def test_the_central_world_beside_an_open_one_is_the_central_world(per: str, available: float) -> None:
    """Also where so much building money is there that an even chance of it is not reached, for all or for each."""
    there = hillford.fixed("capital.available", available).model_copy(update={"per": per})
    plan = PLAN.changed(assumptions=(*(a for a in PLAN.assumptions if a.id != there.id), there))
    open_too = [frozenset[str](), EVERYTHING - {CHANCE}]
    found = dict(coalitions(runs_of(plan, FUTURES), open_too, [0]))[0]
    for name, expected in alone(plan, replace(FUTURES, count=1, held=EVERYTHING)).items():
        np.testing.assert_allclose(found[name].of("HOS"), expected, rtol=1e-12, err_msg=name)


def test_only_the_first_months_are_run_for_a_cause(runs: Runs) -> None:
    whole = next(runs.outcomes([Job("plan", PLAN, FUTURES)], frozenset({"position"})))
    ((_, short),) = coalitions(runs, [EVERYTHING], [0, 1], until=12)
    assert short.years == ("2016/17",)
    assert (short["position"].of("HOS") == whole["position"].of("HOS")[:2, :12]).all()
