"""Contracts of the base year: tariff and marginal rate at prices fitted to accounts, blocks, pools, and the national fund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placeplan.footprint.flows import Flows
from placeplan.footprint.ground import PRACTICES, Ground, Row
from placeplan.footprint.judged import BASE_YEAR, figure
from placeplan.footprint.money import Budget, accounts, better_care
from placeplan.footprint.prices import TARIFF, residents, unit_cost, weights
from placeplan.footprint.shelf import title
from placeplan.footprint.social import Spent
from placeplan.footprint.trusts import Trust

ENGLAND = "X24"
INVESTED = (
    "; it grows as the allocation does, as commissioners were asked to spend on mental health (planning guidance 2016/17, "
    "recalled); income of 51 such trusts grew by 2.4 % a year from 2012/13 to 2018/19 (accounts, the middle one)"
)
Contract = dict[str, Any]


def contracts(ground: Ground, flows: Flows, care: list[Row], made: Budget, known: Mapping[str, Spent]) -> dict[str, Contract]:  # fmt: skip
    """Contracts by id."""
    found: list[Contract] = []
    place, payer = ground.entry.name, ground.commissioner
    for trust in ground.trusts:
        split = made.splits.get(trust.code)
        if split and trust.kind == "acute":
            found += _hospital(payer, trust, split.here, residents(trust.code, flows, care))
        elif split:
            uplift = "prices.allocation" if trust.kind == "mental_health" else "prices.tariff"
            source = (
                f"Judged share of operating income of {BASE_YEAR}{INVESTED if trust.kind == 'mental_health' else ''}"
            )
            found.append(_block(payer, trust.code, f"Care by {trust.name} for residents of {place}", split.here, uplift, source))  # fmt: skip
        own = accounts(ground, trust)
        if split and own and split.fund > 0:
            kept = own.position - split.fund - figure("control_total_room").value * own.income
            found.append(_fund(trust, split.fund, round(kept, -5)))
    for code, amount in made.ambulance.items():
        found.append(_ambulances(payer, place, code, amount, residents(code, flows, care).get("ambulance_incident", 0.0)))  # fmt: skip
    found.append(_block(payer, PRACTICES, f"Primary medical care by the practices of {place}", made.lines["primary"], "prices.pay", figure("ccg.primary").source))  # fmt: skip
    for code, amount in ((code, amount) for code, amount in made.paid.items() if round(amount)):
        found.append(_block(payer, code, f"Care for residents of {place}", amount, "prices.tariff", "Its care at national average costs, within what is left of the allocation"))  # fmt: skip
    for council in ground.councils:
        amount = better_care(ground, made, known).get(council.code, 0.0)
        if round(amount):
            found.append(_pool(payer, council.code, council.name, amount))
    return {c["id"]: c for c in found if c}


def _hospital(payer: str, trust: Trust, income: float, own: Mapping[str, float]) -> list[Contract]:
    """Tariff and marginal rate for emergencies: one factor on national costs makes them pay what accounts leave for residents."""
    planned, weighed, baseline = weights(own)
    cost = planned + weighed * unit_cost("emergency_admission")
    if not cost or not income:
        return []
    factor = income / cost
    source = f"National average costs times {factor:.4f}, fitted so that the judged part of the trust's income of {BASE_YEAR} is paid"
    prices = {p: round(factor * unit_cost(p), 2) for p in TARIFF if own.get(p)}
    code = trust.code.lower()
    common = {"payer": payer, "payee": trust.code, "uplift": "prices.tariff", "level": "default"}
    found: list[Contract] = []
    if prices:
        found.append({"kind": "tariff", "id": f"{code}_planned", "about": f"{trust.name}, all care but emergency admissions: national prices", **common, "prices": prices, "source": source, "note": "fitted"})  # fmt: skip
    if baseline >= 1:
        found.append({
            "kind": "piecewise", "id": f"{code}_emergency", "about": f"{trust.name}, emergency admissions: {100 * figure('marginal_rate').value:g} % of the price above the level of 2008/09",
            **common, "pod": "emergency_admission", "price": round(factor * unit_cost("emergency_admission"), 2), "baseline": round(baseline),
            "rate_above": figure("marginal_rate").value, "rate_below": 1.0, "source": f"{source}; baseline taken back by {figure('emergency_growth_long').value:.1%} a year",
            "note": "fitted",
        })  # fmt: skip
    return found


def _ambulances(payer: str, place: str, code: str, amount: float, incidents: float) -> Contract:
    """A local price for each incident, less above those of the base year; a block where none is known."""
    source = figure("ambulance.block").source
    if incidents < 1:
        return _block(payer, code, f"Ambulances for {place}", amount, "prices.tariff", source)
    rate = figure("ambulance.rate")
    return {
        "kind": "piecewise", "id": f"{code.lower()}_incidents", "about": f"Ambulances for {place}, {rate.value:.0%} of the price above the base year's incidents",
        "payer": payer, "payee": code, "uplift": "prices.tariff", "level": "default", "pod": "ambulance_incident",
        "price": round(amount / incidents, 2), "baseline": round(incidents), "rate_above": rate.value, "rate_below": 1.0,
        "source": f"{source}; {rate.source}", "note": "fitted to the trust's accounts",
    }  # fmt: skip


def _block(payer: str, payee: str, about: str, amount: float, uplift: str, source: str) -> Contract:
    name = f"{payee.lower()}_block"
    return {"kind": "block", "id": name, "about": about, "payer": payer, "payee": payee, "uplift": uplift, "amount": round(amount), "level": "default", "source": source}  # fmt: skip


def _fund(trust: Trust, amount: float, bound: float) -> Contract:
    return {
        "kind": "conditional_funding", "id": f"sustainability_{trust.code.lower()}", "about": f"National sustainability fund to {trust.name}, for keeping its control total",
        "payer": ENGLAND, "payee": trust.code, "ends": "2019-03", "amount": round(amount), "level": "default",
        "condition": {"outcome": "position", "entity": trust.code, "over": "year", "at_least": bound},
        "source": f"{figure('fund').source}; control total: {title('trust_finance')}, {BASE_YEAR}: position less the fund; {figure('control_total_room').source}",
        "note": "2018/19 is the last year that was announced in 2016; a year is paid on the result of the year before, without the fund itself",
    }  # fmt: skip


def _pool(payer: str, council: str, name: str, amount: float) -> Contract:
    return {
        "kind": "pooled", "id": f"better_care_{council.lower()}", "about": f"Better Care Fund of {name}: what the commissioner pays in for social care",
        "payer": payer, "payee": council, "uplift": "prices.general", "contributors": {payer: round(amount)},
        "purposes": [{"to": council, "about": "Care at home and care that keeps people out of hospital", "amount": round(amount)}],
        "overspend": "host", "level": "default",
        "source": f"{figure('ccg.better_care').source}; divided as the income that councils report from others",
    }  # fmt: skip
