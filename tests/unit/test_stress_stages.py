"""What another stage would change: small plans in which one thing hangs on a stage, and plans in which nothing does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.places import run
from fixtures.runs import runs_of
from placeplan.contracts.base import Contract
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.plan.ladder import ladder, stands_at
from placeplan.plan.library import library
from placeplan.plan.schema import Plan
from placeplan.plan.stages import Assessment, Move, Stage
from placeplan.stress.base import chosen
from placeplan.stress.results.tests import StressFinding, StressRow
from placeplan.stress.scene import Scene
from placeplan.stress.stages.staged import at_stage, beyond, stages_of

MORE = 1e6
"""£ a year that the hospital gets more under the other block."""
FUTURES = 20
MADE_UP = {"source": "made up"}


def stage(key: str, rank: int, gates: tuple[dict[str, Any], ...] = (), *freedoms: dict[str, Any]) -> dict[str, Any]:
    named = [{"name": g["id"].capitalize(), **MADE_UP, **g} for g in gates]
    own = [{"name": f["id"].capitalize(), "kind": "contract", **MADE_UP, **f} for f in freedoms]
    return {"id": key, "name": key.capitalize(), "rank": rank, "gates": named, "freedoms": own, **MADE_UP}


SHOWN = ({"what": "Seen in the minutes", "date": "2016-05", "source": "made up"},)
MET = {"id": "first", "met": True, "evidence": SHOWN}


def place(*stages: dict[str, Any], at: str = "middle", **fields: Any) -> Plan:
    """Hillford at the middle of three stages of its own, with a second block that waits."""
    own = tuple(Stage.model_validate(s) for s in stages)
    base = hillford.hillford(
        *fields.pop("planted", ()), **{k: fields.pop(k) for k in ("promises", "initiatives") if k in fields}
    )
    waiting = base.contracts[0].model_copy(update={"id": "more", "starts": "by_initiative", "amount": 60e6 + MORE})
    moves = (Move(id="there", stage=at, date="2016-05", **MADE_UP),)
    return base.changed(stages=own, contracts=(*base.contracts, waiting), **{"moves": moves} | fields)


def low(*freedoms: dict[str, Any], **gates: Any) -> dict[str, Any]:
    return stage("low", 11, gates.get("gates", ()), *freedoms)


def middle(*freedoms: dict[str, Any], **gates: Any) -> dict[str, Any]:
    return stage("middle", 12, gates.get("gates", ()), *freedoms)


def high(*freedoms: dict[str, Any], **gates: Any) -> dict[str, Any]:
    return stage("high", 13, gates.get("gates", ()), *freedoms)


def told(plan: Plan) -> StressFinding:
    (test,) = chosen("stages")
    return test.find(Scene(runs_of(plan, Futures(seed=1, count=FUTURES))))


def lines(found: StressFinding) -> dict[str, StressRow]:
    return {r.what: r for r in found.rows}


PAID = {"id": "other_block", "begins": [{"old": "care", "new": "more"}]}


@pytest.mark.shows(31, 32)
def test_a_contract_that_a_stage_unlocks_moves_its_amount_and_nothing_else() -> None:
    """Planted: a block of £1m more. The hospital has it, the commissioner lacks it, all together have nothing more or less."""
    found = lines(told(place(low(), middle(), high(PAID))))
    assert found["High: money of Hillford Hospital"].shown == "£1m a year in the last year (£1m to £1m)"
    assert found["High: money of Hillford Commissioner"].shown.startswith("−£1m a year")
    assert "all positions together are the same" in found["Moving up to High"].shown
    assert "beds as planned" in found["Moving up to High"].shown
    assert found["Staying at Middle"].shown.endswith("the plan as it stands")
    assert not [what for what in found if what.startswith(("Low: ", "Middle: "))]


@pytest.mark.shows(31, 32)
def test_a_pooled_budget_that_a_stage_unlocks_is_paid_in_and_out_from_its_month_on() -> None:
    """Planted: a pool into which the commissioner pays £3m a year and the hospital £1m, and which pays the hospital £4m; below the stage there is none."""
    pool = Contract.parse(
        {"kind": "pooled", "id": "pool", "about": "One fund", "payer": "CCG", "payee": "HOS", "starts": "by_initiative",
         "contributors": {"CCG": 3e6, "HOS": 1e6}, "purposes": [{"to": "HOS", "about": "Care", "amount": 4e6}], **MADE_UP}
    )  # fmt: skip
    unlocked = {"id": "one_fund", "kind": "pool", "begins": [{"new": "pool"}], "since": "2017-04"}
    base = place(low(), middle(), high(unlocked))
    plan = base.changed(contracts=(*base.contracts, pool))
    found = lines(told(plan))
    assert found["High: money of Hillford Hospital"].shown == "£3m a year in the last year (£3m to £3m)"
    assert found["High: money of Hillford Commissioner"].shown == "−£3m a year in the last year (−£3m to −£3m)"
    assert "all positions together are the same" in found["Moving up to High"].shown
    assert not [what for what in found if what.startswith(("Low: ", "Middle: "))]
    there, here = (
        run(of, Futures(seed=1, count=2)) for of in (at_stage(plan, stages_of(plan), stages_of(plan)[-1]), plan)
    )
    assert there["contract_payment"].by_year("pool").tolist() == pytest.approx(np.array([[0.0, 4e6]] * 2))
    assert not here["contract_payment"].by_year("pool").any()


@pytest.mark.shows(2, 31)
def test_stepping_down_takes_away_what_hangs_on_the_stage() -> None:
    """Planted: an initiative that pays the hospital £1m more uses a freedom of the middle stage; below it, it does not happen."""
    pays = hillford.initiative("pays", {"kind": "recontract", "old": "care", "new": "more"}, theme="payment")
    plan = place(low(), middle({"id": "other_block", "initiatives": ["pays"]}), high(), initiatives=(pays,))
    found = lines(told(plan))
    assert found["Low: money of Hillford Hospital"].shown.startswith("−£1m a year")
    assert found["Staying at Middle"].shown.endswith("the plan as it stands")
    assert found["Moving up to High"].shown.endswith("the plan as it stands")
    down = plan.changed(moves=(*plan.moves, Move(id="down", stage="low", date="2016-09", **MADE_UP)))
    assert beyond(stages_of(plan), stands_at(plan.moves, stages_of(plan))) == {}
    stepped = told(down)
    assert stepped.result == "fail"
    assert "1 initiative uses a freedom that only Middle has" in stepped.sentence
    assert "Moving up to Middle" in lines(stepped)


def test_who_uses_no_freedom_loses_none() -> None:
    """Clean: three stages with gates and no freedom that is anything in the plan. Nothing is invented."""
    found = told(place(low(), middle({"id": "free"}, gates=(MET,)), high({"id": "freer"})))
    assert "The word is “" in found.sentence
    assert found.sentence.endswith("” at every stage.")
    rows = lines(found)
    assert all(
        rows[w].shown.endswith("the plan as it stands")
        for w in ("Stepping down to Low", "Staying at Middle", "Moving up to High")
    )
    assert "nothing in this plan uses it" in rows["Freedom of High: Freer"].shown
    assert not [w for w in rows if ": money of " in w]


@pytest.mark.shows(31)
def test_a_relaxation_changes_which_promises_decide_and_no_outcome() -> None:
    """A limit of each one's that is beyond reach gives way to one of all together that is kept: the word is another."""
    total = hillford.money(-1e9, id="together", organisation="system", hard=False)
    own = (hillford.money(1e8), hillford.beds(), total)
    relaxed = {"id": "shared", "kind": "relaxation", "releases": ["money"], "binds": ["together"]}
    found = told(place(low(), middle(), high(relaxed), promises=own))
    rows = lines(found)
    assert "Moving up to High would make the word “workable”; as planned it is “unworkable”." in found.sentence
    assert "all positions together are the same" in rows["Moving up to High"].shown
    assert (
        rows["High: Deficit within the agreed limit of Hillford Hospital"].shown
        == "decides no more there; it stays an aim"
    )
    (bound,) = [r for w, r in rows.items() if w.startswith("High: ") and r.shown.startswith("decides there")]
    assert (bound.figure, bound.result) == (1.0, "pass")


def test_a_rule_of_payment_may_be_replaced() -> None:
    """The block is £1m less from the month on, by a rule of the contract itself."""
    rule = {"id": "less", "rules": [{"contract": "care", "fields": {"amount": 59e6}}], "since": "2016-10"}
    found = lines(told(place(low(), middle(), high(rule))))
    assert found["High: money of Hillford Hospital"].shown.startswith("−£1m a year in the last year")


def test_a_freedom_that_begins_later_changes_nothing_before() -> None:
    """From April 2017 on: the first year has the old contract's amount, and the month before it ends."""
    of = place(low(), middle(), high({**PAID, "since": "2017-04"}))
    changed = at_stage(of, stages_of(of), stages_of(of)[-1])
    care, more = changed.contracts
    assert (care.ends, more.starts) == ("2017-03", "2017-04")
    found = lines(told(of))
    assert found["High: money of Hillford Hospital"].shown.startswith("£1m a year in the last year")


def test_two_freedoms_on_one_way_up_both_count() -> None:
    """A stage has the freedoms of those below it too."""
    of = place(low(), middle(PAID), high({"id": "less", "rules": [{"contract": "more", "fields": {"amount": 62e6}}]}))
    found = lines(told(of))
    assert found["Middle: money of Hillford Hospital"].shown.startswith("£1m a year")
    assert found["High: money of Hillford Hospital"].shown.startswith("£2m a year")


@pytest.mark.shows(32)
def test_gates_are_met_by_evidence_or_by_a_promise_and_else_nobody_has_judged_them() -> None:
    gates = (
        MET, {"id": "second", "met": False, "evidence": SHOWN}, {"id": "third"}, {"id": "fourth", "promise": "money"},
        {"id": "fifth", "promise": "beds"},
    )  # fmt: skip
    own = (hillford.money(1e9), hillford.beds(1.0))
    found = told(place(low(gates=gates), middle(), high(gates=({"id": "beyond"},)), promises=own))
    rows = lines(found)
    states = {w.rpartition(" ")[2]: r.result for w, r in rows.items() if w.startswith("Gate of Low")}
    assert states == {"First": "pass", "Second": "fail", "Third": "amber", "Fourth": "fail", "Fifth": "pass"}
    assert rows["Gate of Low: First"].shown == "met; Seen in the minutes (2016-05; made up); asked by: made up"
    assert "kept in 0% of futures" in rows["Gate of Low: Fourth"].shown
    assert "2 of the 5 gates up to it" in found.sentence
    assert found.result == "amber"


def test_all_gates_met_and_nothing_beyond_them_passes() -> None:
    assert (
        told(place(low(gates=(MET,)), middle(gates=({**MET, "id": "second"},)), high(gates=({"id": "open"},)))).result
        == "pass"
    )


@pytest.mark.shows(2)
def test_a_place_may_move_up_stay_and_step_down_and_the_last_move_counts() -> None:
    """Whatever the order in which the moves are written; without any it stands at the lowest."""
    stages = [Stage.model_validate(s) for s in (low(), middle(), high())]
    moves = [
        Move(id=key, stage=to, date=date, **MADE_UP)
        for key, to, date in (("c", "low", "2018-01"), ("a", "middle", "2016-01"), ("b", "high", "2017-01"))
    ]
    assert stands_at(moves, stages).id == "low"
    assert stands_at(moves[1:], stages).id == "high"
    assert stands_at((), stages).id == "low"


def test_what_the_library_says_of_a_stage_stays_unless_the_plan_says_otherwise() -> None:
    shared = [item.value for item in library().stages]
    own = Stage.model_validate({
        "id": "integrated_system", "gates": [{"id": "choice", "met": True, "evidence": SHOWN}, {"id": "ours", "name": "Ours", **MADE_UP}],
    })  # fmt: skip
    (found,) = [s for s in ladder([own], shared) if s.id == own.id]
    (usual,) = [s for s in shared if s.id == own.id]
    assert found.name == usual.name
    assert found.freedoms == usual.freedoms
    assert [g.id for g in found.gates] == [*(g.id for g in usual.gates), "ours"]
    (choice,) = [g for g in found.gates if g.id == "choice"]
    assert choice.met
    assert choice.asks == next(g.asks for g in usual.gates if g.id == "choice")
    assert [s.id for s in ladder([own], shared)] == [s.id for s in shared]
    assert [s.id for s in ladder([own, Stage.model_validate(low())], shared)] == ["integrated_system", "low"]
    assert [s.id for s in ladder((), shared)] == ["partnership", "integrated_system", "accountable_provider"]


@pytest.mark.shows(32)
def test_the_word_of_a_stage_is_the_word_of_the_plan_that_has_moved_there() -> None:
    """The whole verdict, not promises alone: the plan at another stage, tested by itself, has the same word."""
    plan = place(
        low(),
        middle(),
        high(PAID),
        promises=(hillford.money(0.5e6),),
    )
    own = stages_of(plan)
    scene = Scene(runs_of(plan, Futures(seed=1, count=FUTURES)))
    (test,) = chosen("stages")
    found = test.run(scene)
    assert found.planned.word == scene.ran.verdict.word
    for stage_, at in zip(own, found.each, strict=True):
        moved = Scene(runs_of(at_stage(plan, own, stage_), Futures(seed=1, count=FUTURES)))
        assert at.word == moved.ran.verdict.word
    assert len({at.word for at in found.each}) == 2


def test_scales_are_words_and_every_row_says_whether_its_source_was_read() -> None:
    """The dashboard of 2017 has nine domains in three groups, the matrix of 2019 five; a level holds no number that could be money."""
    scales = {item.value.id: item.value for item in library().scales}
    dashboard, matrix = scales["stp_dashboard_2017"], scales["ics_maturity_2019"]
    groups = [d.group for d in dashboard.domains]
    assert [groups.count(g) for g in dict.fromkeys(groups)] == [3, 3, 3]
    assert [v.id for v in dashboard.levels] == ["outstanding", "advanced", "making_progress", "needs_most_improvement"]
    assert [v.id for v in matrix.levels] == ["thriving", "maturing", "developing", "emerging"]
    assert len(matrix.domains) == 5
    assert [len(scales[s].levels) for s in ("oversight_2021", "oversight_2025")] == [4, 5]
    for scale in scales.values():
        for part in (scale, *scale.levels, *scale.domains):
            assert part.source
            assert part.check in ("seen", "recalled")
        assert not [f for f in type(scale.levels[0]).model_fields.values() if f.annotation in (int, float)]


def test_a_judgement_is_shown_and_changes_no_other_line() -> None:
    judged = Assessment(
        id="a", scale="stp_dashboard_2017", level="advanced", date="2017-07-21", by="NHS England", evidence="Baseline view", **MADE_UP
    )  # fmt: skip
    plan = place(low(), middle(), high(PAID))
    bare, found = told(plan), told(plan.changed(assessments=(judged,)))
    (line,) = [r for r in found.rows if r not in bare.rows]
    assert line.what == "Judged: Hillford on STP progress dashboard"
    assert line.shown == "Advanced (overall), 2017-07-21, by NHS England; Baseline view; made up"
    assert line.figure is None


def test_a_plan_that_says_nothing_of_stages_is_not_asked() -> None:
    assert told(hillford.hillford()).result == "not asked"


@pytest.mark.large
def test_dorsets_stages_are_run_and_the_block_payment_is_what_the_step_is() -> None:
    """Run on the same futures: below, the hospitals are paid by the contact; and the limits of each decide in place of one of all."""
    dorset = read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")
    stages = stages_of(dorset)
    below, there = (run(at_stage(dorset, stages, s), Futures(seed=1, count=16)) for s in stages[:2])
    usual = run(dorset, Futures(seed=1, count=16))
    poole = [of["position"].by_year("RD3")[:, -1] for of in (below, there, usual)]
    assert np.array_equal(poole[1], poole[2])  # who stands there changes no outcome
    assert np.abs(poole[0] - poole[2]).mean() > 5e5
    paid = {
        c.id: [of["contract_payment"].by_year(c.id)[:, -1].mean() for of in (below, usual)] for c in dorset.contracts
    }
    waiting = [c.id for c in dorset.contracts if c.starts == "by_initiative" and c.payee == "RD3"]
    assert waiting
    assert all(paid[c][0] == 0.0 < paid[c][1] for c in waiting)


def test_dorset_stands_where_it_was_named_and_what_rests_on_it() -> None:
    """Named an accountable care system in June 2017; its payment by block uses a freedom of that stage."""
    dorset = read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")
    stages = stages_of(dorset)
    assert stands_at(dorset.moves, stages).id == "integrated_system"
    assert beyond(stages, stages[0]) == {"one_budget": "integrated_system"}
    below = at_stage(dorset, stages, stages[0])
    assert {i.id for i in dorset.initiatives} - {i.id for i in below.initiatives} == {"one_budget"}
    assert below.promises == dorset.promises
    there = at_stage(dorset, stages, stages[1])
    assert {p.id for p in there.promises if p.hard} == {p.id for p in dorset.promises if p.hard} - {
        "balance_ccg", "balance_rbd", "balance_rd3", "balance_rdz", "balance_rdy",
    } | {"gap_closed"}  # fmt: skip
    assert there.initiatives == dorset.initiatives
