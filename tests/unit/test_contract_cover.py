"""What contracts may do beside each other, and is not asked about: neighbours of what is refused in fixtures/broken_contracts.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.broken_contracts import (
    BLOCK,
    CARE,
    FILE,
    FORM,
    FUND,
    GAIN,
    HEAD,
    INIT,
    LATER,
    MARGINAL,
    QUALITY,
    RECONTRACT,
    SECOND,
    TARIFF,
    both,
    extra,
    one_area_paid,
)
from fixtures.broken_plans import WHOLE, Change, Texts, more, put, swap, without, write
from placeplan.plan.folder import read_draft

AGAIN = (
    "kind: tariff\n" + HEAD + "prices: {emergency_admission: 2600, elective_admission: 3800, outpatient_first: 160}\n"
)
ALONE = both(swap(INIT, RECONTRACT, ""), without("stages.yaml"), without(BLOCK), without(FORM))
"""The tariff with nothing that takes its place."""
OTHERS = more(
    "organisations.csv", "W0N,The nation,outside,,,made up\nW0D,Another commissioner,commissioner,,,made up\n"
)
MONEY = more(
    "money.csv", "W0D,allocation,income,9000000,none,,,,,,made up\nW0D,care elsewhere,cost,9000000,none,,,,,,made up\n"
)


def add_ons(texts: Texts) -> None:
    """A share of gains, quality money and a fund, all on top of the tariff."""
    for name, text in (("gain", GAIN), ("quality", QUALITY), ("fund", FUND)):
        texts[f"contracts/{name}.yaml"] = text.replace("id: extra", f"id: {name}")


def by_area(texts: Texts) -> None:
    """Each area's people are paid for by a commissioner of their own."""
    for change in (
        OTHERS,
        MONEY,
        ALONE,
        one_area_paid,
        extra(AGAIN.replace("payer: W0C", "payer: W0D") + "areas: [south]\n"),
    ):
        change(texts)


def called_for(texts: Texts) -> None:
    """The swap waits until it is needed."""
    swap(
        INIT,
        "start: 2027-04\nend: 2030-03\n",
        "trigger:\n  outcome: position\n  entity: W0H\n  below: -9000000\n  owner: W0H\n  lead_months: 1\n",
    )(texts)


@pytest.mark.parametrize(
    "change",
    [
        both(ALONE, more(TARIFF, "ends: 2028-03\n"), extra(AGAIN + "starts: 2028-04\n")),
        by_area,
        both(ALONE, add_ons),
        add_ons,
        both(OTHERS, MONEY, extra(AGAIN, "payer: W0C", "payer: W0N")),
        swap(BLOCK, "payer: W0C", "payer: W0L"),
        swap(BLOCK, f"covers: {CARE}\n", ""),
        both(extra(SECOND), put("initiatives/other.yaml", LATER.replace("old: hospital_tariff", "old: hospital_block"))),
        called_for,
    ],
    ids=[
        "one after the other", "each for its own area", "add-ons", "add-ons on what takes its place", "people from beyond",
        "another payer takes over", "a block for all care", "one after the other by initiative", "by a trigger",
    ],
)  # fmt: skip
def test_contracts_that_pay_once_are_not_asked_about(change: Change, tmp_path: Path) -> None:
    texts: Texts = dict(WHOLE)
    change(texts)
    _, problems = read_draft(write(texts, tmp_path))
    asked = [p for p in problems if p.code in ("contact-paid-twice", "paid-twice", "unpaid") or p.severity == "error"]
    assert asked == []


def test_one_slip_is_told_once_though_what_takes_its_place_overlaps_too(tmp_path: Path) -> None:
    """A second price beside the tariff lies beside the block that follows it as well: mending the first mends both."""
    second = MARGINAL.replace("rate_above: 70", "rate_above: 0.7")
    plan = {name: text for name, text in WHOLE.items() if name != FORM}
    _, problems = read_draft(write(plan | {FILE: second}, tmp_path))
    assert [(p.code, p.file) for p in problems] == [("contact-paid-twice", TARIFF)]
