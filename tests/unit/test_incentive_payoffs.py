"""What going along pays, on plans whose figures can be worked by hand, and laws that hold in every plan."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import clinic, hillford
from fixtures.bits import shuffled
from fixtures.clinic import CLINIC, LOST, SPARED
from fixtures.places import run
from fixtures.runs import runs_of
from placeplan.futures.sample import Futures
from placeplan.incentives.parts import left_of, parts_of
from placeplan.incentives.payoff import RATE
from placeplan.incentives.replies import at_rest, leanings
from placeplan.model.variants import do_minimum, without_owner
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.stress.incentives.found import Found, against_leaving, against_minimum, look, losses
from placeplan.stress.incentives.replies import with_replies
from placeplan.stress.incentives.worlds import PLANNED, World, Worlds, where_gone

NOW = (1 + RATE) ** -1.5
"""What £1 of the second year is worth at the start."""
COUNT = 4


def seen(plan: Plan, count: int = COUNT, **more: Any) -> Found:
    return look(runs_of(plan, Futures(seed=1, count=count)), **more)


@cache
def under_tariff() -> Found:
    return seen(clinic.place())


def test_payoffs_are_those_worked_by_hand() -> None:
    """The hospital loses by going along what it is paid less than it spares; the commissioner gains what it pays less."""
    found = under_tariff()
    assert found.players == ("CCG", "HOS")
    gains = against_minimum(found)
    assert gains["HOS"].mean == pytest.approx(-(LOST - SPARED) * NOW, rel=1e-3)
    assert gains["CCG"].mean == pytest.approx((LOST - CLINIC) * NOW, rel=1e-3)
    assert list(losses(found)) == ["HOS"]
    assert losses(found)["HOS"]["clinic"].mean == pytest.approx(gains["HOS"].mean)


def test_who_is_paid_less_by_going_along_leaves_and_nothing_happens() -> None:
    """Where either leaves there is no clinic: all is as if the minimum is done, but for what each does instead."""
    found = under_tariff()
    assert found.game is not None
    had = found.game.money[:, 1, 0]
    assert at_rest(leanings(found.game)).tolist() == [0, 1]  # the commissioner may as well offer: nobody comes
    assert (had[:2] - had[3]) == pytest.approx([(LOST - SPARED) * NOW + reply()] * 2, rel=1e-3)


def reply() -> float:
    """£ that the hospital has by taking 2 % more patients: half of what they pay, from the second year on."""
    return 0.02 * 60e6 * 0.5 * NOW


def test_the_best_reply_of_who_is_paid_by_the_contact_is_more_of_them() -> None:
    found = under_tariff()
    assert {o: r.kind for o, r in found.replies.items()} == {"CCG": "keep", "HOS": "activity"}
    money, _ = against_leaving(found)
    assert money["HOS"].mean == pytest.approx(-(LOST - SPARED) * NOW - reply(), rel=1e-3)
    block = seen(clinic.place(contracts=(clinic.contract("block", "care", amount=6e7),)))
    assert {r.kind for r in block.replies.values()} == {"keep"}


def test_two_ways_of_leaving_pay_others_differently() -> None:
    """A hospital that owns nothing leaves: switched off is all that it owns – nothing –, and yet the clinic does not come.

    And a commissioner that leaves takes its own part alone: the hospital's own saving goes on, which switching off all that the
    commissioner owns would stop.
    """
    saves = hillford.initiative("save", hillford.saves(2e6), owner="CCG", start="2017-04")
    plan = clinic.place(clinic.clinic(), saves)
    runs = runs_of(plan, Futures(seed=1, count=COUNT))
    parts = parts_of(plan)
    worlds = Worlds(runs, with_replies(plan, parts.players), parts)
    mine = {i.id for i in plan.initiatives if i.owner == "CCG"}
    gone, off = where_gone(parts, frozenset({"CCG"}), {}), World(frozenset(mine))
    had = worlds.run([PLANNED, gone, off], COUNT)
    hospital = worlds.organisations.index("HOS")
    planned, left, switched = had.money[:, hospital, 0]
    assert left - switched == pytest.approx(2e6 * 0.5 * NOW, rel=1e-3)  # half of what is identified is delivered
    # with the clinic nothing is left on that line to save: what it spares comes first
    assert left - planned == pytest.approx((LOST - SPARED + 1e6) * NOW, rel=1e-3)
    switched_run = run(without_owner(plan, "CCG"), Futures(seed=1, count=COUNT))["position"].by_year("HOS")
    assert had.position[2, hospital] == pytest.approx(switched_run)


def test_where_all_carry_their_part_it_is_the_plan_and_where_none_acts_it_is_the_minimum() -> None:
    """But for the last bits: sums over people stand in finer parts, as replies are in the run. Order changes not even these."""
    plan = with_library(make(areas=2, organisations=9, initiatives=12, months=24, detail="whole"))
    runs = runs_of(plan, Futures(seed=3, count=COUNT))
    parts = parts_of(plan)
    worlds = Worlds(runs, with_replies(plan, parts.players), parts)
    assert worlds.ready.options
    assert worlds.ready.contributions
    had = worlds.run([PLANNED, World(frozenset(i.id for i in plan.initiatives))], COUNT)
    for n, variant in enumerate((plan, do_minimum(plan))):
        own = run(variant, Futures(seed=3, count=COUNT))["position"]
        for at, o in enumerate(worlds.organisations):
            assert had.position[n, at] == pytest.approx(own.by_year(o), rel=1e-9, abs=1e-3)
    moved = Worlds(
        runs_of(shuffled(plan, 2), Futures(seed=3, count=COUNT)),
        with_replies(shuffled(plan, 2), parts.players),
        parts_of(shuffled(plan, 2)),
    )
    assert moved.parts.players == parts.players
    sets = [where_gone(parts, frozenset(parts.players[:2]), {}), PLANNED]
    assert moved.run(sets, COUNT).position.tobytes() == worlds.run(sets, COUNT).position.tobytes()


def test_what_depends_on_who_left_never_begins() -> None:
    """The owner of what is required leaves: what requires it does not begin, and what requires that does not either."""
    first = hillford.initiative("first", hillford.prevents(0.01), owner="CCG")
    second = hillford.initiative("second", hillford.saves(1e6), requires=("first",))
    third = hillford.initiative("third", hillford.saves(1e6), requires=("second",))
    parts = parts_of(clinic.place(first, second, third))
    assert left_of(parts, frozenset({"CCG"})).off == {"first", "second", "third"}
    assert left_of(parts, frozenset({"HOS"})).off == {"second", "third"}
    assert left_of(parts, frozenset()).off == frozenset()


def test_who_builds_stops_it_and_who_pays_a_part_takes_that_part_alone() -> None:
    pays = {"kind": "spend", "organisation": "CCG", "recurrent": 1e5}
    built = hillford.initiative(
        "built", hillford.prevents(0.01), pays, owner="CCG",
        capital={"need": 1e6, "organisation": "HOS", "build_months": 2},
    )  # fmt: skip
    shared = hillford.initiative("shared", pays, {**pays, "organisation": "HOS"}, hillford.prevents(0.01), owner="CCG")
    parts = parts_of(clinic.place(built, shared))
    left = left_of(parts, frozenset({"HOS"}))
    assert (left.off, left.undone) == ({"built"}, {("shared", 1)})
    assert left_of(parts, frozenset({"CCG"})).off == {"built", "shared"}  # who would prevent anything has left


def test_a_merger_needs_all_its_partners_and_outsiders_never_leave() -> None:
    merger = hillford.initiative(
        "merger", owner="HOS", theme="organisation", partners=({"organisation": "CCG", "role": "follow"},)
    )
    parts = parts_of(clinic.place(merger))
    assert parts.players == ("CCG", "HOS")
    assert left_of(parts, frozenset({"CCG"})).off == {"merger"}


def test_funding_on_a_condition_bites_who_leaves() -> None:
    """A fund that pays while the clinic runs is lost by who leaves it: then the hospital stays."""
    fund = clinic.contract(
        "conditional_funding", "fund", amount=2.4e6,
        condition={"outcome": "uptake", "entity": "clinic", "over": "month", "at_least": 0.5, "until_known": False},
    )  # fmt: skip
    found = seen(clinic.place(contracts=(clinic.tariff(), fund)))
    money, _ = against_leaving(found)
    assert money["HOS"].mean == pytest.approx((2.4e6 * 11 / 12 - LOST + SPARED) * NOW - reply(), rel=0.02)
    assert found.game is not None
    assert 3 in at_rest(leanings(found.game)).tolist()


def test_a_pool_that_nobody_pays_into_is_what_is_withheld() -> None:
    pool = clinic.contract(
        "pooled", "pool", contributors={"CCG": 2e6}, purposes=[{"to": "HOS", "about": "Care", "amount": 2e6}], overspend="host",
    )  # fmt: skip
    found = seen(clinic.place(contracts=(clinic.tariff(), pool)))
    assert found.replies["CCG"].kind == "withhold"
    at, hospital = found.place("CCG"), found.place("HOS")
    change = found.pairs.alone.money[0] - found.pairs.planned.money[0]
    assert change[at, 0] == pytest.approx(2e6 * (1.035**-0.5 + NOW) - (LOST - CLINIC) * NOW, rel=1e-3)
    assert change[hospital, 0] == pytest.approx(-2e6 * (1.035**-0.5 + NOW) + (LOST - SPARED) * NOW, rel=1e-3)


def test_the_same_futures_are_met_in_every_set() -> None:
    """With uncertain pay payoffs vary by millions, and what going along is worth hardly: pairs stay pairs."""
    found = seen(clinic.place(planted=(hillford.PAY,)), count=12)
    own = found.pairs.planned.money[0, found.place("HOS")]
    assert own.std() > 1e5
    assert against_minimum(found)["HOS"].half < 0.1 * own.std()
    assert found.game is not None
    assert np.isfinite(found.game.money).all()


def test_what_initiatives_bring_sums_to_the_plan_less_the_minimum_in_every_year_and_future() -> None:
    """Of each organisation, whatever the initiatives do to each other: two that prevent the same admissions, a saving, a clinic."""
    more = (
        hillford.initiative("team", hillford.prevents(0.05), owner="CCG", start="2017-04"),
        hillford.initiative("save", hillford.saves(2e6)),
    )
    found = seen(clinic.place(clinic.clinic(), *more, planted=(hillford.PAY, hillford.GROWTH)), count=8)
    x, p = found.xray, found.pairs
    assert len(x.initiatives) == 3
    for each, had in ((x.by_year, "position"), (x.money, "money")):
        planned, minimum = (getattr(of, had)[0] for of in (p.planned, p.minimum))
        whole = each.sum(axis=0)
        assert whole == pytest.approx(planned - minimum, rel=1e-9, abs=1e-3)
        assert np.abs(whole).max() > 1e5
    alone = seen(clinic.place(clinic.clinic(), planted=(hillford.PAY, hillford.GROWTH)), count=8)
    clinics = x.money[x.initiatives.index("clinic"), found.place("HOS")]
    assert not np.allclose(clinics, alone.xray.money[0, found.place("HOS")])  # what it brings hangs on the others


def test_payments_sum_to_nought_in_every_month_and_future_where_some_have_left_with_their_replies() -> None:
    """One takes more patients, others withhold from the pool: what is paid is received all the same, whoever carries."""
    plan = with_library(make(areas=2, organisations=9, initiatives=12, months=24, detail="whole"))
    parts = parts_of(plan)
    worlds = Worlds(runs_of(plan, Futures(seed=3, count=COUNT)), with_replies(plan, parts.players), parts)
    used: set[str] = set()
    for gone in (parts.players[:1], parts.players[:3], parts.players):
        replies = {o: worlds.ready.replies[o][-1] for o in gone}
        used |= {r.kind for r in replies.values()}
        world = where_gone(parts, frozenset(gone), replies)
        lanes = worlds._lanes([world], worlds._what_if([world]), np.zeros(COUNT, int), np.arange(COUNT), COUNT)
        here, keep = worlds.runs.here, frozenset({"contract_income", "contract_spend", "contract_payment"})
        out = here.simulate(
            worlds.plan, here.baseline(worlds.plan), lanes.futures, draws=lanes.values, what_if=lanes.what_if, keep=keep
        )
        outside = {o.id for o in plan.tables["organisations"] if o.type == "outside"}  # type: ignore[attr-defined]
        given = sum(out["contract_payment"].of(c.id) for c in plan.contracts if c.payer in outside)
        net = sum(out["contract_income"].of(o) - out["contract_spend"].of(o) for o in worlds.organisations)
        assert np.abs(out["contract_income"].of(parts.players[-1])).shape == (COUNT, 24)
        assert np.abs(net - given).max() < 1e-3
    assert len(used) > 1
