"""The money of a made-up place: contracts at prices drawn by name, and lines that balance in the base year."""

from __future__ import annotations

from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.tables import MoneyLine, Row
from placeplan.plan.synthetic_people import NATIONAL
from placeplan.plan.synthetic_place import Place

PRICES = {
    "ae_type1": 150.0, "emergency_admission": 2450.0, "maternity_admission": 3100.0, "elective_admission": 3700.0,
    "day_case": 740.0, "outpatient_first": 160.0, "outpatient_followup": 90.0, "ae_other": 70.0, "community_contact": 60.0,
    "community_admission": 6200.0, "mental_health_contact": 150.0, "mental_health_admission": 13000.0,
    "home_care_week": 206.0, "residential_week": 600.0, "nursing_week": 640.0, "gp_appointment": 30.0,
    "ambulance_incident": 220.0, "diagnostic_test": 80.0,
}  # fmt: skip
"""£ a contact around which a place's own are drawn."""
PLANNED = ("elective_admission", "day_case", "outpatient_first", "outpatient_followup", "diagnostic_test")
PROVIDERS = ("acute", "community", "mental_health", "primary_care", "ambulance", "voluntary", "independent")
URGENT = ("ae_type1", "maternity_admission")
PROVIDER_LINES: tuple[tuple[str, float, dict[str, Any]], ...] = (
    (
        "pay",
        0.62,
        {"driver": "activity", "variable": 0.15, "stepped": 0.5, "inflator": "prices.pay", "efficiency": True},
    ),
    ("supplies", 0.14, {"driver": "activity", "variable": 0.7, "inflator": "prices.nonpay", "efficiency": True}),
    ("drugs", 0.08, {"driver": "activity", "variable": 0.8, "inflator": "prices.drugs"}),
    ("estates", 0.13, {"inflator": "prices.nonpay"}),
    ("financing", 0.03, {"direction": "financing"}),
)
"""Cost lines of a provider: name, share of its cost, and how it moves."""
TEAM = 2_600_000.0
"""£ a year of one ward or team, by which pay moves in steps."""


def contracts(place: Place) -> tuple[Contract, ...]:
    """Who pays whom: planned and urgent care by tariff, emergencies with a marginal rate, the rest in blocks."""
    payer = place.of_type("commissioner")[0]
    found: list[dict[str, Any]] = []
    for org in place.of_type("acute"):
        about: dict[str, Any] = {"payer": payer, "payee": org, "uplift": "prices.tariff"}
        planned, urgent = _prices(place, org, PLANNED), _prices(place, org, URGENT)
        emergency = price_of(place, org, "emergency_admission")
        agreed = round(place.residents[org, "emergency_admission"])
        block = float(round(sum(place.residents[org, pod] * price for pod, price in planned.items()), -3))
        found += [
            about | {"kind": "tariff", "id": f"planned_{org}", "about": "Planned care by price", "prices": planned},
            about | {"kind": "tariff", "id": f"urgent_{org}", "about": "A&E and maternity by price", "prices": urgent},
            about | {"kind": "piecewise", "id": f"emergency_{org}", "about": "Emergencies, 70 % above the agreed number",
                     "pod": "emergency_admission", "price": emergency, "baseline": float(agreed), "rate_above": 0.7},
            about | {"kind": "block", "id": f"planned_block_{org}", "about": "Planned care for one amount a year",
                     "amount": block, "covers": list(planned), "starts": "by_initiative"},
            about | {"kind": "tariff", "id": f"visitors_{org}", "about": "People from beyond the footprint",
                     "prices": planned | urgent | {"emergency_admission": emergency}, "payer": NATIONAL},
        ]  # fmt: skip
    for org in place.of_type("community", "mental_health", "ambulance", "voluntary"):
        pods = [pod for o, pod in place.residents if o == org]
        amount = round(sum(place.residents[org, pod] * price_of(place, org, pod) for pod in pods), -3)
        found.append({"kind": "block", "id": f"block_{org}", "about": "All its care for one amount a year",
                      "payer": payer, "payee": org, "amount": float(amount), "covers": pods, "uplift": "prices.allocation"})  # fmt: skip
    for org in () if place.whole else place.of_type("council"):
        amount = round(0.12 * worth(place, org), -3)
        found.append({"kind": "block", "id": f"care_fund_{org}", "about": "Towards social care", "payer": payer,
                      "payee": org, "amount": float(amount), "uplift": "prices.allocation"})  # fmt: skip
    return tuple(Contract.parse(c | {"source": place.dice.source}) for c in found)


def price_of(place: Place, org: str, pod: str) -> float:
    """£ a contact at an organisation."""
    return float(round(PRICES[pod] * place.dice.between(0.96, 1.04, "price", f"{org} {pod}")))


def _prices(place: Place, org: str, pods: tuple[str, ...]) -> dict[str, float]:
    return {pod: price_of(place, org, pod) for pod in pods if (org, pod) in place.residents}


def worth(place: Place, org: str) -> float:
    """What an organisation's care for residents is worth at its prices, £ a year."""
    return sum(n * price_of(place, org, pod) for (o, pod), n in place.residents.items() if o == org)


def received(place: Place, org: str, from_beyond: bool) -> float:
    """What an organisation is paid under its contracts in the base year, £."""
    if org in place.of_type("council"):
        return 0.0 if from_beyond else float(round(0.12 * worth(place, org), -3))
    who = place.visitors if from_beyond else place.residents
    return sum(n * price_of(place, org, pod) for (o, pod), n in who.items() if o == org)


def money(place: Place) -> tuple[Row, ...]:
    """Lines of every organisation; cost falls short of income by up to one in a hundred."""
    rows: list[Row] = []
    for org in place.of_type(*PROVIDERS):
        rows += _provider(place, org)
    for org in place.of_type("council"):
        rows += _council(place, org)
    return (*_commissioner(place), *rows)


def _line(place: Place, org: str, name: str, amount: float, **more: Any) -> MoneyLine:
    fields = {"direction": "cost"} | more
    return MoneyLine(organisation=org, line=name, amount=float(round(amount, -3)), source=place.dice.source, **fields)


def _surplus(place: Place, org: str) -> float:
    return place.dice.between(0.001, 0.012, "surplus", org)


def _provider(place: Place, org: str) -> list[Row]:
    """A provider's other income and its cost."""
    paid = received(place, org, False) + received(place, org, True)
    other = 0.07 * paid
    cost = (paid + other) * (1.0 - _surplus(place, org))
    rows: list[Row] = [_line(place, org, "training and research", other, direction="income", inflator="prices.general")]
    for name, share, how in PROVIDER_LINES:
        more = dict(how)
        if "stepped" in more:
            more["steps"] = max(4, round(share * more["stepped"] * cost / TEAM))
        if name == "estates" and place.pools(org):
            more |= {"driver": "beds", "variable": 0.05}
        rows.append(_line(place, org, name, share * cost, **more))
    return rows


def _council(place: Place, org: str) -> list[Row]:
    """A council's care, staff and income for them."""
    rows: list[Row] = []
    for pod in (pod for o, pod in place.residents if o == org):
        value = place.residents[org, pod] * price_of(place, org, pod)
        name = pod.replace("_week", "").replace("_", " ")
        rows.append(_line(place, org, name, value, driver=pod, variable=0.95, inflator="prices.care"))
    cost = worth(place, org)
    rows.append(_line(place, org, "social work", 0.15 * cost, inflator="prices.pay", efficiency=True))
    income = 1.15 * cost / (1.0 - _surplus(place, org)) - received(place, org, False)
    return [
        _line(place, org, "council tax and grants", income, direction="income", inflator="prices.allocation"),
        *rows,
    ]


def _commissioner(place: Place) -> list[Row]:
    """The allocation, and what the commissioner buys itself."""
    org = place.of_type("commissioner")[0]
    others = place.of_type(*PROVIDERS, "council")
    spent = sum(received(place, other, False) for other in others)
    lines: dict[str, tuple[float, dict[str, Any]]] = {
        "prescribing": (0.14, {"inflator": "prices.drugs", "growth": "volume.prescribing"}),
        "primary care": (0.13, {"inflator": "prices.pay", "efficiency": True}),
        "continuing care": (0.06, {"inflator": "prices.care"}),
        "care beyond the footprint": (0.05, {"inflator": "prices.tariff"}),
        "running costs": (0.02, {"inflator": "prices.pay", "efficiency": True}),
    }
    cost = spent * (1.0 + sum(share for share, _ in lines.values()))
    allocation = cost / (1.0 - _surplus(place, org))
    rows: list[Row] = [_line(place, org, "allocation", allocation, direction="income", inflator="prices.allocation")]
    return rows + [_line(place, org, name, share * spent, **how) for name, (share, how) in lines.items()]
