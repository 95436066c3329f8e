"""Whose leaving breaks the plan: told by the promises that break without it, and not by money alone; worked by hand, and the same when run anew."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from fixtures import clinic, hillford
from fixtures.places import run
from fixtures.runs import runs_of
from fixtures.stressed import beds, opens, row_of
from placeplan.core.tables import Organisation
from placeplan.futures.sample import Futures
from placeplan.incentives.breaking import break_of, ranked
from placeplan.model.variants import do_minimum
from placeplan.plan.schema import Plan
from placeplan.stress.incentives.found import Found, look
from placeplan.stress.runs.kept import keep
from placeplan.stress.scene import Scene
from placeplan.stress.tests.incentives import Incentives

COUNT = 32
BLOCK = (clinic.contract("block", "care", amount=6e7),)


def two_parts() -> Plan:
    """The hospital opens the beds without which it is over-full; the commissioner keeps people away, which spares the hospital money.

    Nobody but the hospital can open its beds, and its own leaving costs the commissioner nothing: by money it would come last.
    """
    fewer = hillford.initiative("fewer", hillford.prevents(0.02), owner="CCG", start="2017-04")
    return clinic.place(
        fewer, opens(60.0), contracts=BLOCK, promises=(hillford.money(-9e6), hillford.beds(0.98)), open_beds=255.0
    )


@cache
def seen() -> Found:
    return look(runs_of(two_parts(), Futures(seed=1, count=COUNT)))


def test_who_breaks_a_promise_stands_before_who_costs_the_others_most() -> None:
    first, second = seen().breaks
    assert [seen().players[b.player] for b in (first, second)] == ["HOS", "CCG"]
    assert ([p.id for p in seen().worlds.reader.hard], first.broken) == (["money", "beds"], (1,))
    assert (first.all_kept, first.fewer.tolist()) == ((1.0, 0.0), [1.0] * COUNT)
    assert second.broken == ()
    assert (
        second.others.mean() > max(0.0, first.others.mean()) + 1e5
    )  # 2 % fewer patients spare the hospital half their cost


def test_it_is_told_with_the_promise_and_what_becomes_of_the_word() -> None:
    told = Incentives().find(Scene(runs_of(two_parts(), Futures(seed=1, count=COUNT))))
    assert (
        "Most breaks if Hillford Hospital left: “A bed for all who need one”, which the plan keeps as surely as it asks, would be broken."
        in told.behind
    )
    row = row_of(told, "If Hillford Hospital left")
    assert (row.result, row.figure, row.group) == ("amber", 1.0, "Whose leaving breaks the plan")
    assert row.shown.startswith("Breaks “A bed for all who need one”, kept in 100 of 100 futures, and in 0 then")
    assert "all are kept in 0 of 100 futures in place of 100" in row.shown
    assert "by promises alone the plan is then unworkable" in row.shown
    kept = row_of(told, "If Hillford Commissioner left")
    assert (kept.result, kept.figure) == ("shown", 0.0)
    assert "Breaks" not in kept.shown


def test_promises_without_one_are_those_of_a_run_without_it() -> None:
    """Both have left where the minimum is done, but for what they do instead: here none has anything to take."""
    found, plan = seen(), two_parts()
    minimum = run(do_minimum(plan), Futures(seed=1, count=COUNT))
    for n, p in enumerate(plan.promises):
        assert found.pairs.minimum.promised[0, n].tolist() == keep(p, minimum, "2017/18").whole.tolist()
        planned = run(plan, Futures(seed=1, count=COUNT))
        assert found.pairs.planned.promised[0, n].tolist() == keep(p, planned, "2017/18").whole.tolist()


def test_who_would_leave_because_of_it_is_gone_too_when_promises_are_asked() -> None:
    """Both build a team, for which the nation pays each. Without the commissioner there is no fund: the hospital leaves too, and its beds stay shut."""
    condition = {"outcome": "uptake", "entity": "team", "over": "month", "at_least": 0.5, "until_known": False}
    funds = tuple(
        clinic.contract("conditional_funding", f"fund_{o}", amount=9e6, condition=condition, payer="NAT", payee=o)
        for o in ("CCG", "HOS")
    )
    built = {"need": 1e5, "organisation": "HOS", "build_months": 2}
    team = hillford.initiative("team", hillford.prevents(0.001), owner="CCG", start="2017-04", capital=built)
    ward = hillford.initiative("ward", beds(60.0), {"kind": "spend", "organisation": "HOS", "recurrent": 2e6})
    for_all = hillford.beds(0.98, organisation="system")
    base = clinic.place(
        team, ward, contracts=(*BLOCK, *funds), promises=(hillford.money(-9e7), for_all), open_beds=255.0
    )
    nation = Organisation(id="NAT", name="The nation", type="outside", **hillford.SOURCE)
    plan = base.changed(tables={**base.tables, "organisations": (*base.tables["organisations"], nation)})
    found = look(runs_of(plan, Futures(seed=1, count=COUNT)))
    by = {found.players[b.player]: b for b in found.breaks}
    assert (by["CCG"].follow, by["HOS"].follow) == (1, 0)
    assert by["CCG"].broken == by["HOS"].broken == (1,)
    assert found.pairs.alone.promised[found.players.index("CCG"), 1].all()  # alone its leaving would break nothing


def test_followers_take_their_parts_along() -> None:
    """Told by hand: one leaves and one follows, so that what both keep together is broken."""
    planned = np.ones((2, 4))
    alone, with_follower = np.ones((2, 4)), np.array([[1.0] * 4, [0.0] * 4])
    asks = np.full(2, 0.8)
    quiet, loud = (
        break_of(0, planned, alone, asks, 0, np.full(4, 9.0)),
        break_of(1, planned, with_follower, asks, 1, np.zeros(4)),
    )
    assert [b.player for b in ranked((quiet, loud))] == [1, 0]
    assert loud.broken == (1,)


@pytest.mark.parametrize("asks", [0.4, 0.6])
def test_a_promise_is_broken_only_where_it_was_kept_as_surely_as_it_asks(asks: float) -> None:
    half = np.array([[1.0, 0.0, 1.0, 0.0]])
    found = break_of(0, half, np.zeros((1, 4)), np.array([asks]), 0, np.zeros(4))
    assert found.broken == ((0,) if asks <= 0.5 else ())
    assert found.fewer.mean() == 0.5
