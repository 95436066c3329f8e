"""What contracts may say, and is neither refused nor asked about: neighbours of the cases in fixtures/broken_terms.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.broken_contracts import CAPITATION, FUND, GAIN, HEAD, PLAN, POOL, QUALITY, TARIFF, both, extra
from fixtures.broken_plans import WHOLE, Change, Texts, more, put, write
from fixtures.broken_terms import ASKED_TERMS, BACK, HEADS, MONEY, OTHERS, ROUND, SECOND, TERMS, second
from placeplan.plan.checks.months import last_paid
from placeplan.plan.folder import read_draft

CODES = {case.code for case in (*TERMS, *ASKED_TERMS)}
FOR_BOTH = "purposes:\n  - {to: W0L, about: Care, amount: 15}\n  - {to: W0C, about: Health, amount: 5}\n"
BOTH = POOL.partition("purposes:")[0] + FOR_BOTH
"""A pool that is spent on both who pay in; the council gets more out of it than it pays in."""

NEIGHBOURS: dict[str, Change] = {
    "a contract that only limits care": extra(PLAN),
    "a partner that pays nothing in": extra(POOL.replace("W0C: 10", "W0C: 20").replace("W0L: 10", "W0L: 0")),
    "a gain divided whole": both(extra(GAIN + "share_gain: 0.6\n"), second(GAIN + "share_gain: 0.4\n")),
    "what a gain is worth to another payer": both(extra(GAIN + "share_gain: 0.7\n"), second(GAIN.replace("W0C", "W0L") + "share_gain: 0.7\n")),
    "gains one after the other": both(extra(GAIN + "share_gain: 0.7\nends: 2028-03\n"), second(GAIN + "share_gain: 0.7\nstarts: 2028-04\n")),
    "rewards of a whole payment": both(extra(QUALITY, "share: 0.01", "share: 0.5"), second(QUALITY, "share: 0.01", "share: 0.5")),
    "half of a cost each": both(
        more("activity.csv", "community_contact,W0L,,9000,made up\n"),
        extra(HEADS, "band: 0.1", "band: 0.1, cost_share: 0.5"),
        second(HEADS.replace("covers: [community_contact]\n", ""), "band: 0.1", "band: 0.1, cost_share: 0.5"),
    ),
    "a deficit as a baseline": extra(MONEY.replace("entity: W0H", "entity: system")),
    "funding on one's own position": extra(FUND + "taper: 0.25\n"),
    "two funds on one position": both(extra(FUND), second(FUND)),
    "paid for what another contract pays": extra(FUND.replace("position\n  entity: W0H", "contract_payment\n  entity: hospital_tariff")),
    "two pools of the same partners": both(extra(BOTH), second(BOTH)),
    "a pool that pays for what another pays in": both(extra(ROUND), put(SECOND, BACK.replace("to: W0C", "to: W0H"))),
    "a fund that was there before": extra(FUND + "starts: 2024-04\ntaper: 0.25\nends: 2028-03\n"),
    "quality money from beyond": both(OTHERS, extra(QUALITY, "payer: W0C", "payer: W0N")),
    "a fund that a shock stops": both(
        extra(FUND),
        more("scenarios.yaml", "  - {id: X1, name: No fund, decides: false, since: 24, rules: [{contract: extra, fields: {amount: 0}}], source: made up}\n"),
    ),
    "replaced long after it began": more(TARIFF, "starts: 2020-04\n"),
    "measured in a month": extra(FUND.replace("at_least: 0", "at_least: 0\n  over: month") + "ends: 2026-12\n"),
    "a corridor around prices": extra(CAPITATION + "corridor: {measure: activity, band: 0, share_above: 1, share_below: 0, prices: {outpatient_first: 90}}\n"),
    "for each year a different pool": both(extra(ROUND + "ends: 2028-03\n"), put(SECOND, BACK + "starts: 2028-04\n")),
    "a block that says nothing of care": extra("kind: block\n" + HEAD.replace("payee: W0H", "payee: W0L") + "amount: 10\n"),
}  # fmt: skip


@pytest.mark.parametrize("change", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_what_contracts_may_say_is_not_refused(change: Change, tmp_path: Path) -> None:
    texts: Texts = dict(WHOLE)
    change(texts)
    _, problems = read_draft(write(texts, tmp_path))
    assert [p for p in problems if p.severity == "error" or p.code in CODES] == []


def test_all_that_is_wrong_with_contracts_comes_together(tmp_path: Path) -> None:
    """Contracts that are wrong in different ways are told at once, each at its place."""
    wrong = {c.name: c for c in TERMS}
    texts: Texts = dict(WHOLE)
    for name in ("price of nought", "a gain in its own money", "over before it begins", "rule below nought"):
        wrong[name].change(texts)
    _, problems = read_draft(write(texts, tmp_path))
    found = {(p.code, p.file) for p in problems if p.severity == "error"}
    assert found == {
        ("price-of-zero", "contracts/hospital_tariff.yaml"), ("circular-payments", "contracts/extra.yaml"),
        ("ends-before-start", "contracts/hospital_block.yaml"), ("negative", "stages.yaml"),
    }  # fmt: skip


@pytest.mark.parametrize("taper", [0.1, 0.25, 0.3, 0.5, 1.0])
def test_fading_funding_pays_in_its_last_month_and_not_in_the_next(taper: float) -> None:
    """`last_paid` against the contract's own equation: most(0, 1 − taper × years)."""
    last = last_paid("2026-10", taper)
    years = int(last[:4]) - 1 - 2026
    assert last.endswith("-03")
    assert max(0.0, 1.0 - taper * years) > 1e-9 >= max(0.0, 1.0 - taper * (years + 1))
