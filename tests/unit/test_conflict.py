"""Promises of a plan that contradict each other are found, those that do not are not; the arithmetic stands beside each."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.core.tables import MoneyLine
from placeplan.futures.sample import Futures
from placeplan.plan.schema import Plan
from placeplan.stress.base import chosen, needs_of
from placeplan.stress.levers.lever import Lever
from placeplan.stress.mending.conflict import EFFORT, Searched, places, search
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.scene import Scene

COUNT = 64


@cache
def crowded(more: float = 0.0, growth: float = 0.0) -> Plan:
    """Hillford, 270 of 320 beds full: at most 80 % asks for 18 beds more. A ward of 28 costs £2.6m a year, and there are `more` £ to spare."""
    plan = hillford.hillford(
        hillford.normal("prices.pay", 0.0, 0.002), hillford.normal("growth.emergency_admission", growth, 0.001),
        promises=(hillford.money(0.0, asks=0.8), hillford.beds(0.8, asks=0.7)),
    )  # fmt: skip
    rows = tuple(
        r.model_copy(update={"amount": r.amount - more}) if isinstance(r, MoneyLine) and r.organisation == "HOS" else r
        for r in plan.tables["money"]
    )
    return plan.changed(tables={**plan.tables, "money": rows})


def scene(plan: Plan) -> Scene:
    return Scene(runs_of(plan, Futures(seed=1, count=COUNT)), needs_of(chosen("conflict")))


@cache
def searched(more: float, growth: float = 0.0) -> Searched:
    levers = scene(crowded(more, growth)).levers
    assert levers is not None
    return search(levers, 1)


@cache
def told(more: float) -> StressFinding:
    (test,) = chosen("conflict")
    return test.find(scene(crowded(more)))


def test_money_and_beds_contradict_each_other_where_a_ward_costs_more_than_there_is() -> None:
    found = searched(5e5).found
    assert [set(c.promises) for c in found.conflicts] == [{"money", "beds"}]
    assert found.complete
    assert found.conflicts[0].smallest
    assert {name for name, _ in found.conflicts[0].without} == {"money", "beds"}


def test_they_do_not_where_there_is_money_for_the_ward() -> None:
    found = searched(4e6).found
    assert not found.conflicts
    assert found.complete
    assert {frozenset(ids) for ids, _ in found.together} == {frozenset({"money", "beds"})}


def test_what_nothing_can_keep_is_told_alone() -> None:
    """Beds so short that not even the most wards keep 80 %: need grows by half each year."""
    found = searched(4e6, 0.5).found
    assert ("beds",) in [c.promises for c in found.conflicts]


def test_it_is_told_with_what_would_have_to_give_way() -> None:
    finding = told(5e5)
    assert finding.result == "fail"
    assert "cannot all hold" in finding.sentence
    assert "“Deficit within the agreed limit” of Hillford Hospital" in finding.sentence
    assert "One of them has to give way" in finding.sentence
    assert "without" in finding.rows[0].shown
    assert told(4e6).result == "pass"
    assert "there is a way to keep all of them" in told(4e6).sentence


def test_a_proved_conflict_makes_the_plan_unworkable() -> None:
    """Money holds in nearly all futures and beds in none of them or nearly all: the word is the conflict's."""
    plan = crowded(5e5).changed(promises=(hillford.money(-2e6, asks=0.8), hillford.beds(0.85, asks=0.7)))
    assert run_test(plan, 60, threads=1).verdict != "unworkable"
    tight = crowded(5e5)
    assert run_test(tight, 60, threads=1, also="conflict").verdict == "unworkable"


def test_settings_are_told_by_their_steps() -> None:
    lever = Lever("x", "start", "x", (-12.0, 0.0, 12.0), 1, ("", "", ""), "A")
    settings: Any = np.array([[-12.0], [0.0], [12.0]])
    assert places((lever,), settings).ravel().tolist() == [0, 1, 2]


def test_an_aim_is_no_promise_that_contradicts() -> None:
    aims = crowded(5e5).changed(promises=(hillford.money(0.0), hillford.beds(0.8, hard=False)))
    levers = scene(aims).levers
    assert levers is not None
    assert not search(levers, 1).found.conflicts


def test_the_same_seed_gives_the_same_sets() -> None:
    levers = scene(crowded(5e5)).levers
    assert levers is not None
    again, before = search(levers, 1).found, searched(5e5).found
    assert [c.promises for c in again.conflicts] == [c.promises for c in before.conflicts]
    assert again.spent == before.spent


def test_stopped_at_once_it_says_that_it_was_stopped() -> None:
    levers = scene(crowded(5e5)).levers
    assert levers is not None
    found = search(levers, 1, stop=lambda: True).found
    assert found.stopped
    assert not found.conflicts


@cache
def moving(spare: float) -> Searched:
    """Hillford, whose hospital lacks £4m a year, with `spare` £ at its commissioner, and eight initiatives that each give it £1m.

    A quarter of the usual budget: too little to go through the ways to set them.
    """
    gives = (
        hillford.initiative(
            f"give_{n}", {"kind": "spend", "organisation": "CCG", "recurrent": 1e6},
            {"kind": "spend", "organisation": "HOS", "recurrent": -1e6},
        )
        for n in range(8)
    )  # fmt: skip
    own = hillford.money(0.0, asks=0.8)
    theirs = own.model_copy(update={"id": "commissioner", "organisation": "CCG"})
    plan = hillford.hillford(
        hillford.normal("prices.pay", 0.0, 0.002), initiatives=tuple(gives), promises=(own, theirs)
    )
    more = {"HOS": 4e6, "CCG": spare}
    rows = tuple(
        r.model_copy(update={"amount": r.amount + more[r.organisation]}) if isinstance(r, MoneyLine) else r
        for r in plan.tables["money"]
    )
    levers = scene(plan.changed(tables={**plan.tables, "money": rows})).levers
    assert levers is not None
    return search(levers, 1, replace(EFFORT, budget=EFFORT.budget // 4))


def test_what_is_only_moved_is_proved_by_the_sum() -> None:
    """Together they lack £4m less what is spare: with £3m never, whoever gives what to whom; with £6m four gifts do."""
    short = moving(3e6)
    assert not short.found.conflicts
    assert [set(s.promises) for s in short.sums] == [{"money", "commissioner"}]
    assert short.sums[0].sum.asks == pytest.approx(0.6)
    assert short.found.complete
    assert not moving(6e6).proved


def test_the_sum_is_told_as_a_conflict() -> None:
    (test,) = chosen("conflict")
    told = test.tell(crowded().changed(promises=moving(3e6).promises), moving(3e6))
    assert told["result"] == "fail"
    assert "These cannot all hold" in told["sentence"]
    assert "what helps one takes from another" in told["rows"][0].shown
