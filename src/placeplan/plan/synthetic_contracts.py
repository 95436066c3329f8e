"""The contracts of a made-up place with everything: a form of each kind, beside those of the plain place."""

from __future__ import annotations

from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.tables import AreaPeople
from placeplan.plan.synthetic_money import price_of, received, worth
from placeplan.plan.synthetic_people import NATIONAL
from placeplan.plan.synthetic_place import Place


def whole_contracts(place: Place, begins: str) -> tuple[Contract, ...]:
    """Capitation, gain share, pooled budgets, quality, conditional funding, and a tariff with an activity plan.

    begins: an initiative whose uptake is rewarded; "" where there is none.
    """
    payer = place.of_type("commissioner")[0]
    found = [
        *(_capitation(place, payer, org) for org in place.of_type("primary_care")),
        *(_planned(place, payer, org) for org in place.of_type("independent")),
        *(_pool(place, payer, org) for org in place.of_type("council")),
        *(c for org in place.of_type("acute") for c in _acute(place, payer, org, begins)),
    ]
    return tuple(Contract.parse(c | {"source": place.dice.source}) for c in found)


def _capitation(place: Place, payer: str, org: str) -> dict[str, Any]:
    """General practice: a sum for each weighted head, with a corridor around its appointments."""
    people = sum(r.people for r in place.tables["areas"] if isinstance(r, AreaPeople))
    return {
        "kind": "capitation", "id": f"heads_{org}", "about": "General practice for a sum a head", "payer": payer, "payee": org,
        "per_head": round(received(place, org, False) / people, 2), "covers": ["gp_appointment"], "uplift": "prices.allocation",
        "corridor": {"measure": "activity", "band": 0.03, "prices": {"gp_appointment": price_of(place, org, "gp_appointment")}},
    }  # fmt: skip


def _planned(place: Place, payer: str, org: str) -> dict[str, Any]:
    """Independent sector: a price for each case, and no more day cases than agreed."""
    pods = [pod for o, pod in place.residents if o == org]
    return {
        "kind": "tariff", "id": f"independent_{org}", "about": "Planned care by price, as far as agreed", "payer": payer,
        "payee": org, "prices": {pod: price_of(place, org, pod) for pod in pods}, "uplift": "prices.tariff",
        "activity_plan": [{"pod": "day_case", "contacts": float(round(1.01 * place.residents[org, "day_case"])), "growth": 0.01,
                           "carries": True}],
    }  # fmt: skip


def _pool(place: Place, payer: str, org: str) -> dict[str, Any]:
    """Better Care Fund: commissioner and council pay in; social care, and where there is one community care, is paid."""
    fund, own = float(round(0.12 * worth(place, org), -3)), float(round(0.02 * worth(place, org), -3))
    others = place.of_type("community") or [org]
    purposes = [
        {"to": org, "about": "Protecting social care", "amount": fund},
        {"to": others[0], "about": "Home from hospital", "amount": own, "condition": _few_delays(place)},
    ]
    return {
        "kind": "pooled", "id": f"pool_{org}", "about": "Better Care Fund", "payer": payer, "payee": org,
        "contributors": {payer: fund, org: own}, "purposes": purposes, "uplift": "prices.allocation",
    }  # fmt: skip


def _few_delays(place: Place) -> dict[str, Any]:
    """A bound on those who lie in hospital and need not; on the system's position where there is no hospital."""
    if place.of_type("acute"):
        return {"outcome": "delayed_beds", "entity": place.of_type("acute")[0], "over": "quarter", "at_most": 60.0}
    return {"outcome": "position", "entity": "system", "over": "quarter", "at_least": 0.0}


def _acute(place: Place, payer: str, org: str, begins: str) -> list[dict[str, Any]]:
    """A hospital's share of fewer emergencies, its quality money, and the national fund."""
    agreed = float(round(place.residents[org, "emergency_admission"]))
    rewards: list[dict[str, Any]] = [
        {"about": "Fewer days with full wards", "pays": "outcome", "share": 0.01,
         "condition": {"outcome": "days_over_92", "entity": org, "over": "quarter", "at_most": 0.5}},
    ]  # fmt: skip
    if begins:
        rewards.append({"about": "Something new is taken up", "pays": "adoption", "amount": 100_000.0,
                        "condition": {"outcome": "uptake", "entity": begins, "over": "month", "at_least": 0.5}})  # fmt: skip
    return [
        {"kind": "gain_share", "id": f"gain_{org}", "about": "Half of what fewer emergencies are worth", "payer": payer,
         "payee": org, "pod": "emergency_admission", "baseline": agreed, "value": 900.0, "trigger": 200_000.0, "cap": 2_000_000.0,
         "floor": -500_000.0, "share_loss": 0.2},
        {"kind": "quality", "id": f"quality_{org}", "about": "For fewer full days, and something new", "payer": payer,
         "payee": org, "share_of": f"planned_{org}", "rewards": rewards},
        {"kind": "conditional_funding", "id": f"fund_{org}", "about": "National fund for those who keep their control total",
         "payer": NATIONAL, "payee": org, "amount": 2_000_000.0, "taper": 0.25,
         "condition": {"outcome": "position", "entity": org, "over": "quarter", "at_least": -5_000_000.0}},
    ]  # fmt: skip
