"""Whether they can decide it: who pays or loses, who agreed, and which rules apply; small plans read by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.contracts.base import Contract
from placeplan.futures.sample import Futures
from placeplan.plan.authority import Board, Decision, Member, Relationship
from placeplan.plan.folder import read_plan
from placeplan.plan.initiatives import Initiative, SignOff
from placeplan.plan.library import library
from placeplan.plan.schema import Plan
from placeplan.stress.authority.rights import agreed, begins, commits, on_record, positions, right
from placeplan.stress.base import chosen
from placeplan.stress.elements.changes import Words
from placeplan.stress.elements.initiatives import sides
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.scene import Scene
from placeplan.stress.touched import kinds_of, rules_for, touched

PAYS = {"kind": "spend", "organisation": "CCG", "once": 2e5}
SAVES = hillford.saves(1e6)
WARD = {"kind": "resize", "site": "HOS", "pool": "general", "beds": -20}
CAPITAL = {"need": 1e6, "organisation": "HOS", "build_months": 6, "secured": 1.0, "overrun": 1.0}


def says(organisation: str, position: str = "signed", date: str | None = "2016-10") -> dict[str, Any]:
    return {"organisation": organisation, "position": position, "date": date, "source": "made up"}


OWNER = says("HOS")
"""The yes of who owns the initiatives of Hillford."""


def board(name: str, *members: str, **power: Any) -> Board:
    """A board on which organisations sit, with one power over all."""
    own = {"power": "decide", "source": "made up"} | power
    sits = [{"organisation": m} for m in members or (name,)]
    return Board.model_validate(
        {"id": f"board_{name}", "name": f"{name} board", "members": sits, "powers": [own], "source": "made up"}
    )


BOARDS = (board("CCG"), board("HOS"))
"""A board each."""


def plan(*initiatives: Initiative, boards: tuple[Board, ...] = BOARDS, **parts: Any) -> Plan:
    return hillford.hillford(initiatives=initiatives).changed(boards=boards, **parts)


def found_in(of: Plan) -> StressFinding:
    (test,) = chosen("authority")
    return test.find(Scene(runs_of(of, Futures(seed=1, count=2))))


def told(*initiatives: Initiative, boards: tuple[Board, ...] = BOARDS, **parts: Any) -> StressFinding:
    return found_in(plan(*initiatives, boards=boards, **parts))


def decides(name: str, decided: str = "approved", date: str = "2016-03-10", **fields: Any) -> Decision:
    own = {"id": f"{name}_{date}", "board": f"board_{name}", "initiatives": ["a"], "decided": decided, "date": date}
    return Decision.model_validate({**own, "source": "made up", **fields})


def test_who_pays_or_loses_is_read_off_the_effects() -> None:
    """One pays, one has to save and loses beds, one bears a building; who gains is not among them."""
    i = hillford.initiative("a", PAYS, SAVES, WARD, capital=CAPITAL)
    assert touched(plan(i), i) == {"CCG": ("pays",), "HOS": ("has to save", "loses beds", "bears the building")}
    gains = hillford.initiative("b", {**WARD, "beds": 20}, hillford.prevents(0.1))
    assert touched(plan(gains), gains) == {}


def test_both_sides_of_a_contract_and_of_a_merger_are_touched() -> None:
    of = plan(hillford.initiative("a", {"kind": "recontract", "old": "care", "new": "care"}))
    assert touched(of, of.initiatives[0]) == {"CCG": ("pays in another way",), "HOS": ("is paid in another way",)}
    merger = hillford.initiative(
        "m", SAVES, theme="organisation", partners=({"organisation": "CCG", "role": "follow"},)
    )
    assert touched(plan(merger), merger)["CCG"] == ("becomes part of one",)


def test_the_last_thing_that_was_said_counts() -> None:
    """An entry without a date comes before all that have one; nothing is taken back."""
    i = hillford.initiative(
        "a",
        SAVES,
        sign_offs=(
            says("CCG", "signed", "2017-01"),
            says("CCG", "objects", "2016-10-03"),
            says("CCG", "not_asked", None),
        ),
    )
    assert positions(plan(i), i) == {"CCG": "signed"}
    with pytest.raises(ValidationError):
        SignOff.model_validate(says("CCG", date="2016-13"))


def test_who_takes_back_its_yes_or_no_has_said_neither() -> None:
    """A yes that is taken back is none any more; a no that is taken back fails nothing."""
    back = says("CCG", "withdrawn", "2017-02")
    whole: dict[str, Any] = {"budget": 2e5}
    i = hillford.initiative("a", PAYS, SAVES, sign_offs=(OWNER, says("CCG"), back), **whole)
    assert positions(plan(i), i) == {"CCG": "withdrawn", "HOS": "signed"}
    found = told(i)
    assert found.result == "amber"
    assert "missing: Hillford Commissioner (pays)" in found.rows[0].shown
    assert (
        told(hillford.initiative("a", PAYS, SAVES, sign_offs=(OWNER, says("CCG", "objects"), back), **whole)) == found
    )


@pytest.mark.parametrize("status", ["commitment", "aspiration"])
@pytest.mark.parametrize(("said", "yes"), [((), False), ((OWNER,), True), ((OWNER, says("HOS", "withdrawn", "2017-02")), False)])  # fmt: skip
def test_an_owner_has_said_yes_where_it_is_on_record_and_nowhere_else(status: str, said: tuple[Any, ...], yes: bool) -> None:  # fmt: skip
    """The test of authority, the line of the member, and the page of who said yes say the same, whatever the plan calls it."""
    i = hillford.initiative("a", SAVES, sign_offs=said, status=status)
    of = plan(i)
    assert agreed(positions(of, i), "HOS") is yes
    shown = {r.what: r.shown for r in found_in(of).rows}
    assert shown["A"].startswith(f"{int(yes)} of 1 who pay or lose agreed")
    assert f"agreed to {int(yes)} of 1" in shown["Member: Hillford Hospital"]
    (side,) = (s for s in sides(of, i, Words(of)) if s.organisation == "HOS")
    assert (side.touched, side.position == "signed") == (True, yes)


def test_words_that_were_said_are_kept_with_the_entry() -> None:
    said = says("CCG") | {"words": "Yes, if wards stay open until nurses are there.", "version": "0a1b2c3d4e5f6071"}
    i = hillford.initiative("a", SAVES, sign_offs=(said,))
    assert on_record(plan(i), i, "CCG", "signed")["words"] == said["words"]


def test_a_plan_to_which_all_agreed_and_that_counts_its_cost_passes() -> None:
    """Owner and payer signed, money is set aside, and a one-off cost is counted."""
    found = told(hillford.initiative("a", PAYS, SAVES, budget=2e5, sign_offs=(OWNER, says("CCG"))))
    assert (found.result, found.figure) == ("pass", 1.0)
    assert found.sentence == "2 of 2 agreements of those who pay or lose are on record."


@pytest.mark.shows(24, 37)
def test_each_thing_that_is_missing_is_told() -> None:
    """No agreement of the payer, no budget, no cost of change: each by itself is looked at closer."""
    whole: dict[str, Any] = {"budget": 2e5, "sign_offs": (OWNER, says("CCG"))}
    cases = {
        "missing: Hillford Commissioner (pays)": hillford.initiative("a", PAYS, SAVES, budget=2e5, sign_offs=(OWNER,)),
        "missing: Hillford Hospital (has to save)": hillford.initiative(
            "a", PAYS, SAVES, budget=2e5, sign_offs=(says("CCG"),)
        ),
        "no budget found": hillford.initiative("a", PAYS, SAVES, sign_offs=(OWNER, says("CCG"))),
        "no cost of change counted": hillford.initiative(
            "a", {"kind": "spend", "organisation": "CCG", "recurrent": 2e5}, **whole
        ),
    }
    for words, i in cases.items():
        found = told(i)
        assert found.result == "amber", words
        assert words in found.rows[0].shown


def test_whoever_objects_makes_it_fail() -> None:
    found = told(hillford.initiative("a", PAYS, SAVES, budget=2e5, sign_offs=(OWNER, says("CCG", "objects"))))
    assert found.result == "fail"
    assert found.sentence.startswith("Hillford Commissioner objects to A. 1 of 2 agreements")


def test_too_few_agreements_fail() -> None:
    """An aspiration whose owner and payer have both said nothing: none of two."""
    found = told(hillford.initiative("a", PAYS, SAVES, budget=2e5, status="aspiration"))
    assert (found.result, found.figure) == ("fail", 0.0)


@pytest.mark.shows(60)
def test_rules_apply_by_what_is_touched_and_when() -> None:
    """The bed test holds for beds that go, from April 2017 on; scrutiny for closures; equality for everything."""
    rules = [r.value for r in library().rules]
    known = {r.id for r in rules}
    assert len(known) == len(rules)
    assert all(r.valid_to is None or r.valid_from < r.valid_to for r in rules)
    early, late = (hillford.initiative("a", WARD, start=start) for start in ("2016-10", "2017-10"))
    of = plan(early)
    assert {r.id for r in rules_for(of, late, rules)} - {r.id for r in rules_for(of, early, rules)} == {"bed_test"}
    assert {"scrutiny", "involve_ccg", "equality"} <= {r.id for r in rules_for(of, early, rules)}
    assert not {"involve_icb", "triple_aim", "provider_selection"} & {r.id for r in rules_for(of, late, rules)}
    save = hillford.initiative("b", SAVES)
    assert {r.id for r in rules_for(of, save, rules)} == {"equality", "inequality"}


def test_what_a_change_is_follows_from_what_it_does() -> None:
    kinds = kinds_of(plan(), hillford.initiative("a", WARD, capital=CAPITAL, theme="records"))
    assert kinds == {"any", "closes", "fewer_beds", "builds", "records"}
    assert {"merger", "moves_staff"} <= kinds_of(plan(), hillford.initiative("m", theme="organisation"))
    assert "contract" in kinds_of(
        plan(), hillford.initiative("c", {"kind": "recontract", "old": "care", "new": "care"})
    )


def test_sign_offs_change_no_digest_of_plans_without() -> None:
    bare, signed = (plan(hillford.initiative("a", SAVES, **more)) for more in ({}, {"sign_offs": (says("CCG"),)}))
    assert bare.digest == plan(hillford.initiative("a", SAVES, sign_offs=())).digest != signed.digest


WHOLE: dict[str, Any] = {"budget": 2e5, "sign_offs": (OWNER, says("CCG"))}


def test_a_decision_is_as_large_as_what_it_makes_its_members_spend() -> None:
    """By hand: a building of £1m, £200,000 once, and ten nurses at £45,000 a year; what is saved is not taken off."""
    nurses = {"kind": "employ", "organisation": "HOS", "group": "nurses", "posts": 10, "pay": 45e3}
    i = hillford.initiative("a", PAYS, SAVES, nurses, capital=CAPITAL)
    assert commits(plan(i), i) == {"CCG": 2e5, "HOS": 1e6 + 450e3}


def test_it_has_to_be_decided_when_work_on_it_begins() -> None:
    """Six months of building before October 2016."""
    i = hillford.initiative("a", SAVES, start="2016-10", capital=CAPITAL)
    assert begins(plan(i), i) == "2016-04"


@pytest.mark.shows(25)
def test_a_board_decides_within_its_limit_its_subject_and_its_time() -> None:
    """Each bound by itself takes the right away, and the reason names it; the bound itself is still within."""
    i = hillford.initiative("a", PAYS, start="2017-01")
    cases: dict[str, tuple[Board, str]] = {
        "at the limit": (board("CCG", limit=2e5), ""),
        "beyond the limit": (
            board("CCG", limit=199_999),
            "£200,000 is outside what CCG board (up to £199,999) may decide",
        ),
        "a limit of ten pounds": (board("CCG", limit=10), "£200,000 is outside what CCG board (up to £10) may decide"),
        "too small for it": (board("CCG", above=2e5), "£200,000 is outside what CCG board (above £200,000) may decide"),
        "not begun": (board("CCG", valid_from="2017-02"), "CCG board may not decide in 2017-01"),
        "over": (board("CCG", valid_to="2016-12"), "CCG board may not decide in 2017-01"),
        "another subject": (board("CCG", on=["builds"]), "no board on record may decide on what is bought"),
        "its subject": (board("CCG", on=["buys"]), ""),
        "no right at all": (board("CCG", power="advise"), "no board on record may decide on what is bought"),
        "another's": (board("HOS"), "no board on record may decide on what is bought"),
    }
    for words, (own, lacking) in cases.items():
        assert right(plan(i, boards=(own,)), i, "CCG", "2017-01").lacking == lacking, words


def test_what_was_handed_over_is_decided_there_and_the_rest_at_home() -> None:
    """A joint committee may decide up to £0.1m of both together; beyond it each board decides for itself."""
    joint = board("joint", "CCG", "HOS", power="delegate", limit=1e5)
    of = (*BOARDS, joint)
    small, large = (
        hillford.initiative("a", {"kind": "spend", "organisation": o, "once": amount})
        for o, amount in (("CCG", 1e5), ("HOS", 2e5))
    )
    assert right(plan(small, boards=of), small, "CCG", "2016-04").boards == ("board_joint",)
    assert right(plan(large, boards=of), large, "CCG", "2016-04").boards == ("board_CCG",)


def test_who_attends_without_a_vote_is_bound_by_nothing() -> None:
    heard = board("joint", "CCG").model_copy(
        update={"members": tuple(Member(organisation=o, voice=v) for o, v in (("CCG", "votes"), ("HOS", "attends")))}
    )
    i = hillford.initiative("a", SAVES)
    assert right(plan(i, boards=(heard,)), i, "CCG", "2016-04").lacking == ""
    assert right(plan(i, boards=(heard,)), i, "HOS", "2016-04").lacking == "no board on record may decide"


def test_two_boards_that_decide_a_part_each_have_both_to_approve() -> None:
    """One decides on purchases, one on posts that go: one approval is none, two are one, and the last word of either counts."""
    cut = {"kind": "employ", "organisation": "CCG", "group": "nurses", "posts": -1}
    buys, posts = board("CCG", on=["buys"]), board("posts", "CCG", on=["fewer_posts"])
    i = hillford.initiative("a", PAYS, cut)
    for own, expected in (
        ((decides("CCG"),), {}),
        ((decides("CCG"), decides("posts")), {"CCG": "signed"}),
        ((decides("CCG"), decides("posts"), decides("posts", "refused", "2016-04-10")), {"CCG": "objects"}),
        ((decides("CCG"), decides("posts", "refused", "2016-03-09"), decides("posts")), {"CCG": "signed"}),
        ((decides("CCG", "advised"), decides("posts")), {}),
        ((decides("CCG", "deferred"), decides("posts")), {}),
    ):
        assert positions(plan(i, boards=(buys, posts), decisions=own), i) == expected


def test_a_decision_counts_only_where_the_board_may_make_it() -> None:
    """Beyond its limit, or before its power began, its word is not the organisation's; what was signed later goes before."""
    i = hillford.initiative("a", PAYS)
    limited, later = board("CCG", limit=1e5), board("CCG", valid_from="2016-04")
    assert positions(plan(i, boards=(limited,), decisions=(decides("CCG"),)), i) == {}
    assert positions(plan(i, boards=(later,), decisions=(decides("CCG"),)), i) == {}
    assert positions(plan(i, boards=(later,), decisions=(decides("CCG", date="2016-04-01"),)), i) == {"CCG": "signed"}
    signed = hillford.initiative("a", PAYS, sign_offs=(says("CCG", "objects", "2016-05"),))
    assert positions(plan(signed, decisions=(decides("CCG"),)), signed) == {"CCG": "objects"}


@pytest.mark.shows(25)
def test_an_initiative_on_which_no_board_may_decide_is_flagged() -> None:
    """Planted: the payer's board may decide up to £0.1m, and the initiative takes £0.2m. With a board that may, nothing is said."""
    i = hillford.initiative("a", PAYS, SAVES, **WHOLE)
    found = told(i, boards=(board("CCG", limit=1e5), board("HOS")))
    assert (found.result, found.rows[0].result) == ("amber", "amber")
    assert "no right to decide by 2016-04: for Hillford Commissioner: £200,000 is outside" in found.rows[0].shown
    assert found.sentence.endswith("On 1 of 1 initiatives no board may decide.")
    assert "no right to decide" not in told(i).rows[0].shown


def test_a_plan_that_names_no_boards_does_not_pass_and_says_why() -> None:
    """Its lines stay as they are: nobody could look, and nothing is held against an initiative for it."""
    found = told(hillford.initiative("a", PAYS, SAVES, **WHOLE), boards=())
    assert (found.result, found.rows[0].result) == ("amber", "pass")
    assert "The plan names no boards" in found.behind


def test_a_board_that_agreed_too_late_is_told() -> None:
    i = hillford.initiative("a", PAYS, SAVES, budget=2e5, sign_offs=(OWNER,))
    late, early = (told(i, decisions=(decides("CCG", date=date),)) for date in ("2016-05-01", "2016-04-30"))
    assert "approved on 2016-05-01, after work has to begin" in late.rows[0].shown
    assert late.result == "amber"
    assert early.result == "pass"


def test_who_owns_it_is_who_answers_for_it() -> None:
    """An owner who steps aside, or who is led by another, is no owner; one who leads or says nothing is."""
    for role, other, words in (
        ("step_aside", None, "its owner steps aside"),
        ("follow", "lead", "it is led by another than its owner"),
        ("lead", "follow", ""),
    ):
        partners = [{"organisation": "HOS", "role": role}]
        partners += [{"organisation": "CCG", "role": other}] if other else []
        row = told(hillford.initiative("a", PAYS, SAVES, partners=tuple(partners), **WHOLE)).rows[0]
        assert (words in row.shown) if words else ("owner" not in row.shown.replace("its owner decides", ""))
        assert (row.result == "amber") == bool(words)


def test_each_member_has_a_line_of_what_it_takes_on() -> None:
    one = hillford.initiative("a", PAYS, SAVES, partners=({"organisation": "CCG", "role": "follow"},), **WHOLE)
    two = hillford.initiative("b", SAVES, partners=({"organisation": "CCG", "role": "step_aside"},))
    rows = {r.what: r.shown for r in told(one, two).rows}
    assert rows["Member: Hillford Commissioner"] == (
        "leads 0, follows in 1, steps aside in 1; agreed to 1 of 2 by which it pays or loses"
    )
    assert rows["Member: Hillford Hospital"].startswith("leads 2, follows in 0, steps aside in 0")


def test_a_pool_is_decided_on_by_those_who_pay_in() -> None:
    """No board; a board without one of the payers; a board with all; and what draws on it."""
    pool = Contract.parse({
        "kind": "pooled", "id": "fund", "about": "Better Care Fund", "payer": "CCG", "payee": "HOS", "source": "made up",
        "contributors": {"CCG": 1e6, "HOS": 1e6}, "purposes": [{"to": "HOS", "about": "Care", "amount": 2e6}],
    })  # fmt: skip
    i = hillford.initiative("a", PAYS, SAVES, budget_from="fund", **WHOLE)
    bare = plan(i)
    for boards, words, result in (
        (BOARDS, "no board decides on its money", "amber"),
        ((*BOARDS, board("pool", "CCG", power="delegate", pools=["fund"])), "pays in and has no vote: Hillford Hospital", "amber"),
        ((*BOARDS, board("pool", "CCG", "HOS", power="delegate", pools=["fund"])), "£0.2m a year of it is set aside for A", "pass"),
    ):  # fmt: skip
        (row,) = [
            r for r in found_in(bare.changed(boards=boards, contracts=(*bare.contracts, pool))).rows
            if r.what == "Pool: Better Care Fund"
        ]  # fmt: skip
        assert words in row.shown
        assert row.result == result


@pytest.mark.shows(9)
def test_what_is_assumed_of_relationships_stands_among_what_is_told() -> None:
    """With its weight, and in words that say it is assumed; at weight 0 that it changes nothing."""
    i = hillford.initiative("a", PAYS, SAVES, partners=({"organisation": "CCG", "role": "follow"},), **WHOLE)
    base = {
        "id": "dispute",
        "between": ("HOS", "CCG"),
        "about": "They went to court.",
        "delay": 6,
        "leaves": 0.2,
        "source": "us",
    }
    for weight, words in (
        (0.0, "its weight is 0, so it changes nothing"),
        (0.5, "weight 0.5: what they do together begins 3 months later and one leaves it in 10 of 100 futures"),
    ):
        found = told(i, relationships=(Relationship.model_validate({**base, "weight": weight}),))
        (row,) = [r for r in found.rows if r.what == "Assumed: dispute"]
        assert row.shown == f"Hillford Hospital and Hillford Commissioner: They went to court; {words}; assumed (us)"
        assert row.result == "shown"


def test_dorset_has_two_councils_against_it_and_one_budget() -> None:
    """What is public: who objected to the network, the agreement of the five, and one initiative of all with money set aside."""
    dorset = read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")
    (test,) = chosen("authority")
    found = test.find(Scene(runs_of(dorset, Futures(seed=1, count=2))))
    assert found.result == "fail"
    assert found.sentence.startswith("Borough of Poole and Dorset County Council object to One acute network.")
    (network,) = [r for r in found.rows if r.what == "One acute network"]
    (assumed,) = [r for r in found.rows if r.what == "Assumed: poole_and_bournemouth"]
    assert "so it changes nothing" in assumed.shown
    (budget,) = [r for r in found.rows if r.what == "One budget for the system"]
    assert "no budget found" in network.shown
    assert "approved on 2017-09-20, after work has to begin" in network.shown
    assert budget.figure == 1.0
    (bed_test,) = [r for r in found.rows if r.what == "Rule: The bed test"]
    assert bed_test.shown.startswith("One acute network, Fewer acute beds and One maternity")
