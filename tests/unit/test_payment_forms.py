"""Forms of payment: read strictly, and laid over a plan so that each contract is paid once, from its month on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.broken_plans import GOOD_FORM, SHORT, WHOLE, write
from placeplan.contracts.base import Contract
from placeplan.core.errors import PlanError
from placeplan.effects.recontract import Recontract
from placeplan.futures.sample import Futures
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.entries import taken_back
from placeplan.plan.folder import read_plan, read_plan_with_forms
from placeplan.plan.laid import laid, lay
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.plan.write import write_plan

FIRST = "2026-04"
ENDS_IT = {"kind": "recontract", "old": "tariff", "new": "block"}


def contract(id_: str, kind: str = "block", **fields: Any) -> Contract:
    own = {"amount": 100.0} if kind == "block" else {}
    return Contract.parse(
        {"kind": kind, "id": id_, "about": "x", "payer": "C", "payee": "H", "source": "made up", **own, **fields}
    )


def form(**fields: Any) -> PaymentForm:
    return PaymentForm.model_validate({"id": "other", "name": "Other", "about": "x", "source": "made up", **fields})


def initiative(plan: Plan, **fields: Any) -> Any:
    return plan.initiatives[0].model_copy(
        update={"id": "change", "effects": (Recontract.model_validate(ENDS_IT),), **fields}
    )


@pytest.fixture(scope="module")
def westshire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(dict(WHOLE), tmp_path_factory.mktemp("forms"))


@pytest.fixture(scope="module")
def plan(westshire: Path) -> Plan:
    return read_plan(westshire)


def spans(found: tuple[Contract, ...]) -> dict[str, tuple[str | None, str | None]]:
    return {c.id: (c.starts, c.ends) for c in found}


def test_what_begins_with_the_run_takes_the_place_of_the_plans_own() -> None:
    new = contract("tariff", amount=7.0)
    found = lay(form(contracts=(new,)), [contract("tariff"), contract("rest")], [], FIRST)
    assert found.contracts == (new, contract("rest"))
    assert not found.follows


def test_what_begins_later_follows_the_plans_own_which_ends_the_month_before() -> None:
    found = lay(form(contracts=(contract("tariff"),), local_start="2027-04"), [contract("tariff")], [], FIRST)
    assert spans(found.contracts) == {"tariff": (None, "2027-03"), "tariff.other": ("2027-04", None)}
    assert found.follows == {"tariff.other": "tariff"}


def test_the_local_start_goes_before_the_national_and_a_contracts_own_before_both() -> None:
    news = (contract("a"), contract("b", starts="2029-04"))
    dates = {"local_start": "2027-04", "national_start": "2028-04"}
    assert spans(lay(form(contracts=news, **dates), [], [], FIRST).contracts) == {
        "a": ("2027-04", None),
        "b": ("2029-04", None),
    }
    assert spans(lay(form(contracts=news, national_start="2028-04"), [], [], FIRST).contracts)["a"] == ("2028-04", None)


def test_national_rules_hold_from_the_national_start_but_not_for_what_the_place_agrees() -> None:
    own = [contract("one"), contract("two"), contract("old", ends="2027-12")]
    national = form(
        contracts=(contract("two", amount=5.0),), rules=({"kind": "block", "fields": {"amount": 1.0}},),
        local_start="2027-04", national_start="2028-04",
    )  # fmt: skip
    found = lay(national, own, [], FIRST)
    amounts = {c.id: c.model_dump()["amount"] for c in found.contracts}
    assert amounts == {"one": 100.0, "one.other": 1.0, "two": 100.0, "two.other": 5.0, "old": 100.0}
    assert spans(found.contracts)["one"] == (None, "2028-03")


def test_what_an_initiative_begins_waits_for_it_under_another_form_too(plan: Plan) -> None:
    own = [contract("tariff"), contract("block", starts="by_initiative")]
    change = initiative(plan)
    found = lay(form(contracts=(contract("block", amount=5.0),)), own, [change], FIRST)
    assert spans(found.contracts) == {"tariff": (None, None), "block": ("by_initiative", None)}
    assert found.initiatives == (change,)


def test_with_a_month_of_its_own_it_does_not_wait_and_nothing_is_paid_twice(plan: Plan) -> None:
    own = [contract("tariff"), contract("block", starts="by_initiative")]
    late = lay(form(contracts=(contract("block"),), local_start="2028-04"), own, [initiative(plan)], FIRST)
    assert spans(late.contracts) == {
        "tariff": (None, "2028-03"), "block": ("by_initiative", "2028-03"), "block.other": ("2028-04", None)
    }  # fmt: skip
    first = lay(form(contracts=(contract("block"),), local_start=FIRST), own, [initiative(plan)], FIRST)
    assert spans(first.contracts) == {"block": (FIRST, None)}
    assert first.initiatives[0].effects == ()


def test_where_what_an_initiative_begins_is_removed_what_it_would_have_ended_goes_on(plan: Plan) -> None:
    own = [contract("tariff"), contract("block", starts="by_initiative")]
    found = lay(form(removes=("block",)), own, [initiative(plan)], FIRST)
    assert spans(found.contracts) == {"tariff": (None, None)}
    assert found.initiatives[0].effects == ()


def test_what_follows_another_ends_when_an_initiative_ends_it(plan: Plan) -> None:
    own = [contract("tariff"), contract("block", starts="by_initiative")]
    found = lay(form(contracts=(contract("tariff"),), local_start="2027-04"), own, [initiative(plan)], FIRST)
    ends = {(e.old, e.new) for e in found.initiatives[0].effects if isinstance(e, Recontract)}
    assert ends == {("tariff", "block"), ("tariff.other", "block")}


def test_a_share_of_a_payment_follows_that_payment() -> None:
    reward = {
        "about": "x",
        "pays": "outcome",
        "share": 0.02,
        "condition": {"outcome": "position", "entity": "H", "at_least": 0},
    }
    quality = contract("quality", "quality", share_of="tariff", rewards=(reward,))
    found = lay(form(contracts=(contract("tariff"),), local_start="2027-04"), [contract("tariff"), quality], [], FIRST)
    shares = {c.id: (c.rests_on(), c.starts, c.ends) for c in found.contracts if c.name == "quality"}
    assert shares == {"quality": (("tariff",), None, "2027-03"), "quality.other": (("tariff.other",), "2027-04", None)}


def test_a_plan_is_the_same_with_its_forms_and_without_until_one_is_laid(
    westshire: Path, plan: Plan, tmp_path: Path
) -> None:
    """A form changes no contract of the plan as it stands, and a plan that is written out has it again."""
    bare = read_plan(write({k: v for k, v in WHOLE.items() if not k.startswith("payment_forms/")}, tmp_path / "bare"))
    assert plan.contracts == bare.contracts
    assert plan.initiatives == bare.initiatives
    write_plan(plan, tmp_path / "again")
    assert read_plan(tmp_path / "again").payment_forms == plan.payment_forms != ()


def test_what_a_form_pays_is_what_a_plan_with_these_contracts_pays_to_the_last_bit(tmp_path: Path) -> None:
    """Laid over the plan in memory, or written out and read again: the same payments in every month and future."""
    form_file = GOOD_FORM.replace("local_start: 2027-04\nnational_start: 2028-04\n", "local_start: 2027-04\n")
    texts = {**SHORT, "payment_forms/blended.yaml": form_file.replace("removes: [hospital_block]\n", "")}
    texts["contracts/hospital_tariff.yaml"] = WHOLE["contracts/hospital_tariff.yaml"].replace("price.elective", "3700")
    plan = read_plan(write(texts, tmp_path / "plan"))
    paid = laid(plan, plan.payment_forms[0])
    write_plan(paid.changed(payment_forms=()), tmp_path / "written")
    again = read_plan(tmp_path / "written")
    one, other = (
        simulate(p, baseline_of(p), Futures(count=4), keep=frozenset({"contract_payment", "position"}))
        for p in (paid, again)
    )
    for name in one.series:
        assert one[name].entities == other[name].entities
        assert np.array_equal(one[name].values, other[name].values), name
    later = one["contract_payment"].of("hospital_tariff.blended")
    assert (later[:, :12] == 0).all()
    assert (later[:, 12:] > 0).all()


def test_a_form_is_named_by_its_id_or_its_file(westshire: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD_FORM.replace("id: blended", "id: mine"), encoding="utf-8")
    _, forms, _ = read_plan_with_forms(westshire, ["blended", str(path)])
    assert [f.id for f in forms] == ["blended", "mine"]


def test_a_file_goes_before_the_plans_own_form_of_that_id(westshire: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD_FORM.replace("name: Blended payment", "name: Mine"), encoding="utf-8")
    _, (found,), _ = read_plan_with_forms(westshire, [str(path)])
    assert found.name == "Mine"


def test_all_that_is_wrong_with_forms_is_told_together(westshire: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(GOOD_FORM.replace("pod: emergency_admission", "pod: emergency"), encoding="utf-8")
    two.write_text(GOOD_FORM.replace("payee: W0H\n    pod", "payee: W0X\n    pod"), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        read_plan_with_forms(westshire, [str(one), str(two), "blend"])
    told = {(p.code, p.file) for p in refused.value.problems if p.severity == "error"}
    assert told == {
        ("unknown-pod", str(one)), ("duplicate-id", str(two)), ("unknown-organisation", str(two)), ("unknown-form", "--form"),
    }  # fmt: skip


def test_a_form_that_is_not_there_is_told_with_the_nearest(westshire: Path) -> None:
    with pytest.raises(PlanError) as refused:
        read_plan_with_forms(westshire, ["blendet", "nowhere.yaml"])
    told = {p.code: p for p in refused.value.problems if p.severity == "error"}
    assert set(told) == {"unknown-form", "unreadable-file"}
    assert told["unknown-form"].nearest == "blended"


def test_a_sign_off_of_a_form_is_never_taken_back(westshire: Path, tmp_path: Path) -> None:
    signed = GOOD_FORM.replace("position: objects", "position: signed")
    now = write({**WHOLE, "payment_forms/blended.yaml": signed}, tmp_path / "now")
    assert [(p.code, p.file) for p in taken_back(westshire, now)] == [("entry-gone", "payment_forms/blended.yaml")]
