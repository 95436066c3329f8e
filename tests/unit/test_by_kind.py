"""What levers can only do one way by the model's equations: each line of the table against runs, and where none of them holds."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.contracts.base import Contract
from placeplan.core.tables import BedStock, CapitalRow, Organisation, Pod
from placeplan.futures.sample import Futures
from placeplan.plan.library import with_library
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.stress.levers.by_kind import FALLS, RISES, RULES, STAYS, helps, way
from placeplan.stress.levers.lever import Lever
from placeplan.stress.levers.levered import Levered, lever
from placeplan.stress.levers.screen import Screened, screen, ways_of
from placeplan.stress.mending.conflict import problem

HAIR = 1e-6


def promise(key: str, outcome: str, *, organisation: str = "HOS", entity: str = "", **bound: float) -> Promise:
    base = {
        "id": key,
        "name": key,
        "group": "money",
        "organisation": organisation,
        "outcome": outcome,
        "entity": entity,
    }
    return Promise.model_validate(base | bound | hillford.SOURCE)


PROMISES = (
    promise("money", "position", at_least=0.0),
    promise("all_money", "position", organisation="system", at_least=0.0),
    promise("full", "occupancy", entity="HOS/general", at_most=0.9),
    promise("waiting", "waiting_without_bed", entity="HOS/general", at_most=0.5),
    promise("days", "days_over_92", at_most=0.5),
    promise("building", "capital_spend", organisation="system", at_most=1e6),
    promise("met", "demand", entity="HOS/emergency_admission", at_least=1.0),
)


@cache
def plan() -> Plan:
    """Hillford, its beds nearly full, with a ward that closes, a cost, a saving, a building and a team that prevents."""
    initiatives = (
        hillford.initiative("ward", {"kind": "resize", "site": "HOS", "pool": "general", "beds": -10, "redundancy": 1e5}),
        hillford.initiative("office", {"kind": "spend", "organisation": "HOS", "recurrent": 5e5, "once": 1e5}),
        hillford.initiative("save", hillford.saves(2e6)),
        hillford.initiative(
            "build", {"kind": "spend", "organisation": "HOS", "recurrent": 1e5}, start="2018-01",
            capital={"need": 4e6, "organisation": "HOS", "build_months": 12, "secured": 0.5},
        ),
        hillford.initiative("team", hillford.prevents(0.02), {"kind": "spend", "organisation": "HOS", "recurrent": 5e5}),
    )  # fmt: skip
    planted = (
        hillford.normal("growth.emergency_admission", 0.02, 0.02), hillford.normal("prices.pay", 0.0, 0.01),
        hillford.assumption("arrivals.dispersion", {"kind": "fixed", "value": 2.0}, "other"),
    )  # fmt: skip
    return hillford.hillford(*planted, promises=PROMISES, initiatives=initiatives, open_beds=300.0)


@cache
def tried(large: bool = False) -> Screened:
    found = screen(runs_of(whole() if large else plan(), Futures(seed=1, count=60)), 40)
    assert found is not None
    return found


@cache
def whole() -> Plan:
    """A made-up place with everything, whose levers are of all kinds; what it promises is about building, money and beds."""
    made = with_library(make(areas=2, organisations=9, initiatives=12, months=24, detail="whole"))
    more = (promise("building", "capital_spend", organisation="system", at_most=1e6),)
    return made.changed(promises=(*made.promises[:11], *more))


def said(s: Screened) -> list[tuple[Lever, Promise, int, Any]]:
    """Lever, promise, what the table says of its room, and the room seen, ``[step, future]``."""
    every = [(n, i) for n in range(len(s.levers)) for i in range(len(s.promises))]
    known = [(n, i, helps(s.candidates.levered, s.levers[n], s.promises[i])) for n, i in every]
    return [(s.levers[n], s.promises[i], k, s.alone[n].room[..., i]) for n, i, k in known if k is not None]


def against(found: list[tuple[Lever, Promise, int, Any]]) -> None:
    """What is not touched is the same to the bit; money moves one way in each future; beds, by chance, on the whole."""
    for one, p, helps_it, room in found:
        moves = np.diff(room, axis=0) * helps_it if helps_it else np.diff(room, axis=0)
        if not helps_it:
            assert (moves == 0).all(), (one.id, p.id)
        elif p.outcome in {"position", "capital_spend"}:
            assert (moves >= -HAIR).all(), (one.id, p.id)
        else:
            assert not ways_of((room * helps_it)[..., None]).down.any(), (one.id, p.id)


def test_each_line_is_borne_out_by_runs() -> None:
    against(said(tried()))


@pytest.mark.large
def test_each_line_is_borne_out_by_runs_of_a_whole_place() -> None:
    found = said(tried(large=True))
    assert {one.kind for one, p, k, _ in found if p.outcome == "capital_spend" and k == STAYS} >= {"beds", "funding"}
    against(found)


def test_every_line_that_moves_something_was_seen_to_move_it() -> None:
    """A line that nothing tries would be no knowledge: each of those that rise or fall has a lever that clearly does so here."""
    moved = {
        (one.kind, one.of.split("_")[0], p.id)
        for one, p, k, room in said(tried())
        if k and ways_of((room * k)[..., None]).up.any()
    }
    assert moved >= {
        ("funding", "HOS", "money"), ("funding", "HOS", "all_money"), ("size", "save", "money"), ("size", "office", "money"),
        ("size", "build", "money"), ("beds", "HOS.general", "full"), ("beds", "HOS.general", "waiting"),
        ("beds", "HOS.general", "days"), ("size", "ward", "full"), ("size", "ward", "waiting"), ("size", "build", "building"),
        ("building", "build", "building"),
    }  # fmt: skip
    assert {r.way for r in RULES} == {RISES, FALLS, STAYS}


def test_what_the_table_does_not_know_it_does_not_say() -> None:
    """A team that prevents moves beds and money either way, for all that the table knows."""
    own = lever(plan())
    team = next(x for x in own.levers if x.id == "size of team")
    assert {p.id: way(own, team, p) for p in PROMISES if p.id != "building"} == dict.fromkeys(
        p.id for p in PROMISES if p.id != "building"
    )


def of(some: Plan, kind: str, key: str = "") -> tuple[Levered, Lever]:
    own = lever(some)
    return own, next(x for x in own.levers if x.kind == kind and (not key or x.of == key))


def test_no_line_holds_where_something_waits_for_a_trigger() -> None:
    waits = hillford.initiative(
        "later", hillford.prevents(0.1), start=None,
        trigger={"outcome": "occupancy", "entity": "HOS/general", "above": 0.95, "owner": "HOS"},
    )  # fmt: skip
    some = plan().changed(initiatives=(*plan().initiatives, waits))
    own = lever(some)
    assert all(way(own, x, p) is None for x in own.levers for p in PROMISES)


def test_beds_that_planned_patients_share_may_fill_up_as_they_open() -> None:
    """More beds let more of those who were put off in: how full they are then may go either way."""
    some = plan().changed(
        tables={
            **plan().tables,
            "pods": tuple(
                r.model_copy(update={"beds": "elective"}) if isinstance(r, Pod) and r.id == "outpatient_first" else r
                for r in plan().tables["pods"]
            ),
        }
    )
    own, beds = of(some, "beds")
    assert way(own, beds, PROMISES[2]) is None
    assert way(*of(plan(), "beds"), PROMISES[2]) == FALLS


def test_who_builds_less_may_let_others_build_where_money_is_limited() -> None:
    limit = CapitalRow(organisation="system", year="2017/18", kind="limit", amount=1e6, **hillford.SOURCE)
    some = plan().changed(tables={**plan().tables, "capital": (limit,)})
    assert way(*of(some, "size", "build"), PROMISES[5]) is None
    assert way(*of(plan(), "size", "build"), PROMISES[5]) == RISES


def test_money_from_outside_for_who_keeps_a_bound_only_adds_to_what_helps() -> None:
    """From outside, to who is not below a bound of its own; where the commissioner pays by it, one's gain is another's loss."""
    nation = Organisation(id="NAT", name="The nation", type="outside", **hillford.SOURCE)
    for payer, says in (("NAT", RISES), ("CCG", None)):
        fund = Contract.parse({
            "kind": "conditional_funding", "id": "fund", "about": "For keeping it", "payer": payer, "payee": "HOS", "amount": 1e6,
            "condition": {"outcome": "position", "entity": "HOS", "at_least": -1e6}, **hillford.SOURCE,
        })  # fmt: skip
        tables = {**plan().tables, "organisations": (*plan().tables["organisations"], nation)}
        some = plan().changed(contracts=(*plan().contracts, fund), tables=tables)
        assert way(*of(some, "size", "save"), PROMISES[0]) == says


def test_what_does_nothing_is_of_no_kind() -> None:
    """Without effects every kind would fit it; if it builds, it costs."""
    bare = hillford.initiative("bare", capital={"need": 1e6, "organisation": "HOS"})
    some = plan().changed(initiatives=(*plan().initiatives, bare))
    assert way(*of(some, "size", "bare"), PROMISES[0]) is None


def test_other_pools_are_another_matter() -> None:
    other = BedStock(site="HOS", pool="surgical", available=40.0, occupied=30.0, **hillford.SOURCE)
    some = plan().changed(tables={**plan().tables, "beds": (*plan().tables["beds"], other)})
    own, beds = of(some, "beds", "HOS.general")
    assert way(own, beds, PROMISES[2]) == FALLS
    assert way(own, beds, PROMISES[4]) is None  # of both pools together


def test_a_bound_on_both_sides_can_be_helped_either_way() -> None:
    both = PROMISES[0].model_copy(update={"at_most": 5e6})
    own, money = of(plan(), "funding", "HOS")
    assert way(own, money, both) == RISES
    assert helps(own, money, both) is None


def test_searches_take_the_table_before_what_was_seen() -> None:
    """On the ward's own bed promises the search has the table's signs, whatever few futures show."""
    s = tried()
    asked = problem(s)
    for one, p, k, _ in said(s):
        n = next(j for j, x in enumerate(asked.levers) if x.name == one.id)
        sign = next(a for a in asked.promises if a.name == p.id).signs[n]
        assert sign == {1: 1, -1: -1, 0: 2}[k]
