"""Aligned payment from contracts by the contact: a fixed sum for the base year's care, and a part of the price for each contact more or fewer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from placeplan.footprint.judged import figure

Contract = Mapping[str, Any]
Rates = Mapping[str, float]
"""Share of the price that each contact more or fewer moves, by pod; of the others none."""
MOST = 0.5
"""Share of the price from which a contract pays for contacts, and below which it is for the greater part a fixed sum."""


PLANNED = ("day_case", "elective_admission", "outpatient_first")
"""Pods of planned care that the national rule of 2021 pays in part by the contact."""
BEGINS = "2017-04"
"""First month after the base year of the plans of 2016."""


def form(contracts: Iterable[Contract], counted: Mapping[str, Mapping[str, float]]) -> dict[str, Any] | None:
    """The form of payment of a first plan under which hospitals are paid so; None where none is paid by the contact.

    contracts: of the plan; counted: residents' contacts of the base year by pod, of each payee that is a hospital.
    """
    emergency, planned = figure("aligned.emergency"), figure("aligned.planned")
    rates = {"emergency_admission": emergency.value} | dict.fromkeys(PLANNED, planned.value)
    paid = [c for c in contracts if c["kind"] in ("tariff", "piecewise") and c["payee"] in counted]
    made = [new for c in paid for new in aligned(c, counted[c["payee"]], rates, "prices.allocation")]
    if not made:
        return None
    return {
        "id": "aligned", "name": "Aligned payment",
        "about": f"A fixed sum for the care of the base year, and for each one more or fewer {emergency.value:.0%} of the price of an emergency and {planned.value:.0%} of planned care.",
        "local_start": BEGINS, "contracts": made,
        "source": f"Rates: {emergency.source}; {planned.source}. Sums: worked out, so that each hospital is paid in the base year as by the contact",
        "note": "No agreement of this place was looked for. Under the national rules fixed parts were agreed anew each year; here they rise with the allocation (judgement)",
    }  # fmt: skip


def paid_in_base(contract: Contract, counted: Mapping[str, float]) -> float:
    """What a contract by the contact pays for the base year's care, £; counted: the payer's people's contacts by pod.

    >>> marginal = {"kind": "piecewise", "pod": "a", "price": 10.0, "baseline": 80.0, "rate_above": 0.7}
    >>> paid_in_base(marginal, {"a": 100.0}), paid_in_base({"kind": "tariff", "prices": {"a": 10.0, "b": 1.0}}, {"a": 2.0})
    (940.0, 20.0)
    """
    if contract["kind"] == "tariff":
        return float(sum(price * counted.get(pod, 0.0) for pod, price in contract["prices"].items()))
    number, price, baseline = counted.get(contract["pod"], 0.0), float(contract["price"]), float(contract["baseline"])
    rate = contract.get("rate_above", 1.0) if number > baseline else contract.get("rate_below", 1.0)
    return float(price * (baseline + rate * (number - baseline)))


def aligned(contract: Contract, counted: Mapping[str, float], rates: Rates, fixed: str) -> Iterator[dict[str, Any]]:
    """The contracts that pay in the base year what one by the contact does, and carry less of what comes more or fewer.

    What has a rate is paid at its mean price for the base year's number, and at that rate of it beyond; the rest in one
    sum. The first has the id of the contract, so that it takes its place.

    contract: a tariff or piecewise one; counted: the payer's people's contacts of the base year by pod; fixed: assumption by
    which sums rise that are fixed for the greater part; the others rise as the contract does.

    >>> tariff = {"kind": "tariff", "id": "t", "about": "Care", "payer": "C", "payee": "H", "prices": {"a": 10.0, "b": 1.0}, "source": "s"}
    >>> block, moves = aligned(tariff, {"a": 100.0, "b": 50.0}, {"a": 0.2}, "")
    >>> block["id"], block["amount"], moves["id"], moves["baseline"], moves["price"], moves["rate_above"]
    ('t', 50, 't_a', 100.0, 10.0, 0.2)
    """
    pods = [contract["pod"]] if contract["kind"] == "piecewise" else [p for p in contract["prices"] if counted.get(p)]
    moving = [p for p in pods if rates.get(p, 0.0) > 0 and counted.get(p)]
    paid = {p: paid_in_base(_of(contract, p), counted) for p in pods}
    rest = [p for p in pods if p not in moving]
    made = []
    if rest:
        head = _head(contract, "block", contract["id"], "all else that was paid by the contact: a fixed sum", fixed)
        made.append({**head, "amount": round(sum(paid[p] for p in rest)), "covers": rest})
    for pod in moving:
        name = contract["id"] if not made else f"{contract['id']}_{pod}"
        words = f"{pod.replace('_', ' ')}: a sum for the number of the base year, {rates[pod]:.0%} of the price for each one more or fewer"
        made.append({
            **_head(contract, "piecewise", name, words, fixed if rates[pod] < MOST else ""), "pod": pod, "price": round(paid[pod] / counted[pod], 4),
            "baseline": round(counted[pod], 1), "rate_above": rates[pod], "rate_below": rates[pod],
        })  # fmt: skip
    yield from made


def _of(contract: Contract, pod: str) -> Contract:
    """The part of a contract that is about one pod."""
    return {**contract, "prices": {pod: contract["prices"][pod]}} if contract["kind"] == "tariff" else contract


def _head(contract: Contract, kind: str, name: str, words: str, uplift: str) -> dict[str, Any]:
    """What a contract has of the one whose place it takes."""
    kept = {k: contract[k] for k in ("payer", "payee", "areas", "uplift") if contract.get(k)}
    kept |= {"uplift": uplift} if uplift else {}
    before = str(contract["about"]).partition(":")[0]
    source = f"Worked out: what {contract['id']} pays for the care of the base year"
    about = f"{before.rpartition(', ')[0] or before}, {words}"
    return {"kind": kind, "id": name, "about": about, **kept, "level": "default", "source": source}
