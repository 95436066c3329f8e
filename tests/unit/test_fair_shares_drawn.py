"""Fair shares from drawn orders: what is fair and what is, in the same futures, with margins that hold."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import clinic, hillford
from fixtures.runs import runs_of
from fixtures.stressed import row_of
from placeplan.core.tables import Organisation
from placeplan.explore.shapley import shapley
from placeplan.futures.sample import Futures
from placeplan.incentives.shares import drawn_orders, sampled_shapley, sets_along
from placeplan.plan.schema import Plan
from placeplan.stress.incentives.drawn import Drawn, along, drawn_shares, every_set
from placeplan.stress.incentives.found import WORK, Found, change, look
from placeplan.stress.incentives.worlds import FEWEST
from placeplan.stress.scene import Scene
from placeplan.stress.tests.incentives import Incentives

COUNT = 40
UNSURE = (hillford.PAY, hillford.GROWTH)
"""Pay and admissions are not known: what each has differs by far more than what it gains."""


def two() -> Plan:
    return clinic.place(promises=(hillford.money(-9e6), hillford.beds()), planted=UNSURE)


def three() -> Plan:
    """A trust runs nurses, whom the clinic needs; so two of them bring nothing without the third."""
    nurses = hillford.initiative("nurses", {"kind": "spend", "organisation": "TRU", "recurrent": 2e5}, owner="TRU")
    trust = Organisation(id="TRU", name="Hillford Trust", type="community", **hillford.SOURCE)
    plan = clinic.place(clinic.clinic(requires=("nurses",)), nurses, planted=UNSURE)
    return plan.changed(tables={**plan.tables, "organisations": (*plan.tables["organisations"], trust)})


@cache
def every(plan: Any, count: int = COUNT) -> Found:
    return look(runs_of(plan(), Futures(seed=1, count=count)), futures=count)


def along_orders(of: Found, orders: int, work: float = WORK, count: int = COUNT) -> Drawn:
    return drawn_shares(of.worlds, of.replies, count, orders, work)


def test_all_orders_of_two_are_the_exact_share_in_every_future() -> None:
    """More futures than the least number, pay uncertain: shares, what each has and their difference are of the same futures."""
    f = every(two)
    assert f.game is not None
    drawn = along_orders(f, 2)
    assert drawn.futures == COUNT > FEWEST
    assert drawn.shares == pytest.approx(shapley(f.game.worth), rel=1e-9)
    assert drawn.has == pytest.approx(f.game.money[f.game.all], rel=1e-9)
    exact = [change(c) for c in shapley(f.game.worth) - f.game.money[f.game.all]]
    found = [change(c) for c in drawn.shares - drawn.has]
    assert [tuple(c) for c in found] == [pytest.approx(tuple(e), rel=1e-6) for e in exact]
    assert drawn.has.std(axis=1).max() > 20 * exact[0].half  # unpaired it could not be seen


@pytest.mark.parametrize("orders", [1, 2, 3])
def test_sets_along_orders_are_run_in_their_own_futures_and_changes_sum_to_nought(orders: int) -> None:
    f = every(three)
    assert f.game is not None
    drawn = along_orders(f, orders)
    own = drawn_orders(3, f.worlds.runs.first(COUNT).numbers(), orders, 1)
    worth = f.game.worth[sets_along(own), np.arange(COUNT)[:, None, None]]
    assert drawn.shares == pytest.approx(sampled_shapley(own, worth), rel=1e-9)
    assert drawn.has == pytest.approx(f.game.money[f.game.all], rel=1e-9)
    changes = drawn.shares - drawn.has
    assert np.abs(changes).max() > 1e5
    assert changes.sum(axis=0) == pytest.approx(np.zeros(COUNT), abs=1e-3)


def test_the_exact_share_lies_within_the_margin_told_as_often_as_is_said() -> None:
    """Of 64 draws of 16 futures and their orders at least 85 of 100 hold what is so in all 1,024; the futures' own margin does not."""
    count, each, times = 1024, 16, 64
    f = every(three, count)
    assert f.game is not None
    exact = shapley(f.game.worth) - f.game.money[f.game.all]
    own = drawn_orders(3, f.worlds.runs.first(count).numbers(), 1, 1)
    worth = f.game.worth[sets_along(own), np.arange(count)[:, None, None]]
    drawn = sampled_shapley(own, worth) - f.game.money[f.game.all]
    held, without = np.zeros((2, 3, times))
    for p in range(3):
        for n in range(times):
            some = slice(n * each, (n + 1) * each)
            off = abs(drawn[p, some].mean() - exact[p].mean())
            held[p, n] = off <= change(drawn[p, some]).half
            without[p, n] = off <= change(exact[p, some]).half
    assert (held.mean(axis=1) >= 0.85).all()  # 3 standard errors below 95 %
    assert (without.mean(axis=1) < 0.6).all()


def test_work_limits_futures_and_the_report_says_how_many_and_how_many_orders() -> None:
    """No budget at all leaves the least number of futures; shares and what each has are of those."""
    plan = three()
    runs = runs_of(plan, Futures(seed=1, count=COUNT))
    asked = Incentives(work=0.0, orders=1)
    runs.progress.total = before = asked.foreseen(plan, COUNT)
    told = asked.find(Scene(runs))
    assert "orders were asked for: fair shares come from 1 drawn order in each of 16 futures" in told.behind
    assert "too many" not in told.behind
    assert before - runs.progress.total >= (COUNT - FEWEST) * along(3, 1)
    assert along_orders(every(three), 1, work=0.0).has.shape == (3, FEWEST)


def test_where_orders_would_pass_through_every_set_all_are_run() -> None:
    """Of two organisations four orders are no fewer sets than all: the answer is the exact one, and the report says why."""
    runs = runs_of(two(), Futures(seed=1, count=COUNT))
    told = Incentives(orders=4).find(Scene(runs))
    usual = Incentives().find(Scene(runs_of(two(), Futures(seed=1, count=COUNT))))
    assert row_of(told, "Fair: Hillford Hospital") == row_of(usual, "Fair: Hillford Hospital")
    assert "so no orders were drawn: 4 would pass through as many sets" in told.behind
    assert [every_set(3, orders) for orders in (0, 1, 2, 3)] == [True, False, False, True]
