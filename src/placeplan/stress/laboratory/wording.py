"""Amounts and names as a term sheet writes them."""

from __future__ import annotations

from collections.abc import Mapping

from placeplan.contracts.base import Contract, Wording
from placeplan.core.records import Quantity
from placeplan.core.tables import Organisation, Pod
from placeplan.futures.assumptions import Assumption
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.say import MINUS, lower_first, pounds

EXACT = 5e5
"""£ from which an amount is told in millions."""
MEASURED: Mapping[str, str] = {
    "position": "the surplus", "occupancy": "the share of beds in use", "days_over_92": "the share of days over 92% full",
    "delayed_beds": "beds with people who are ready to leave", "activity": "the number of contacts", "uptake": "the reach",
    "started": "whether it has begun", "within_18": "the share seen within 18 weeks", "list": "the waiting list",
    "operating_cost": "the running cost", "contract_payment": "what is paid",
}  # fmt: skip
"""Outcomes that contracts measure most, in words."""


def wording(plan: Plan) -> Wording:
    """How the term sheets of a plan write amounts and names."""
    assumed = {a.id: a for a in plan.assumptions}
    called = called_of(plan)

    def amount(quantity: Quantity, unit: str) -> str:
        if isinstance(quantity, str):
            return _assumed(assumed.get(quantity), quantity, unit)
        return figure(quantity, unit)

    def name(of: str) -> str:
        first, _, rest = of.partition("/")
        said = called.get(first) or MEASURED.get(first) or first.replace("_", " ")
        return f"{said}, {lower_first(called.get(rest, rest.replace('_', ' ')))}" if rest else said

    return Wording(amount, name)


def called_of(plan: Plan) -> dict[str, str]:
    """Names of organisations, pods, initiatives and contracts by id."""
    pods = {p.id: p.name for p in plan.tables["pods"] if isinstance(p, Pod)}
    others = {i.id: f"“{i.name}”" for i in plan.initiatives} | {c.id: f"“{c.about}”" for c in plan.contracts}
    return others | pods | names(plan) | {"system": "the whole system"}


def figure(value: float, unit: str) -> str:
    """A number in its unit, as exact as it was written.

    >>> figure(2100.0, "£"), figure(195278400.0, "£"), figure(0.7, "%"), figure(15857.0, ""), figure(113.7, "£"), figure(-9.1e6, "")
    ('£2,100', '£195.3m', '70%', '15,857', '£113.70', '−9,100,000')
    """
    size, sign = abs(value), MINUS if value < 0 else ""
    if unit == "%":
        return f"{sign}{100 * size:g}%"
    if unit == "£" and size >= EXACT:
        return f"{sign}£{f'{size / 1e6:,.1f}'.removesuffix('.0')}m"
    exact = f"{size:,.0f}" if float(size).is_integer() else f"{size:,.2f}"
    return f"{sign}{unit}{exact}"


def _assumed(assumption: Assumption | None, id_: str, unit: str) -> str:
    """What an assumption gives: its middle, and that it is not known for certain."""
    if assumption is None:
        return id_
    middle = figure(float(assumption.distribution.middle), unit)
    return f"{middle} ({id_}{'' if assumption.fixed else ', about'})"


def cover(plan: Plan, c: Contract, words: Wording) -> str:
    """For whose and which care it pays, in words."""
    pods = list(dict.fromkeys(pod for _, pod in (*c.pays_for(), *c.counts().values())))
    if c.activity_plan:
        pods = list(dict.fromkeys((*pods, *(p.pod for p in c.activity_plan))))
    care = ", ".join(lower_first(words.name(p)) for p in pods) or "care as a whole, no kind named"
    outside = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "outside"}
    if c.payer in outside:
        return f"{care}; people from beyond the place" if pods else "no kind of care is named"
    areas = ", ".join(words.name(a) for a in c.areas)
    return f"{care}; people of {areas or 'the whole place'}"


def dates(plan: Plan, c: Contract) -> str:
    """From when to when, in words."""
    starts = "once an initiative begins it" if c.starts == "by_initiative" else f"from {c.starts or plan.about.start}"
    settled = "settled over the financial year" if c.settles == "year" else "settled month by month"
    return f"{starts}{f' to {c.ends}' if c.ends else ''}; {settled}"


def more_terms(plan: Plan, c: Contract, words: Wording) -> tuple[str, ...]:
    """What any contract may say besides: limits on care, and how its prices change."""
    found = [
        f"At most {words.number(p.contacts)} a year of: {lower_first(words.name(p.pod))}; what is asked beyond is not given"
        for p in c.activity_plan
    ]
    about = {a.id: a.about for a in plan.assumptions}
    if c.uplift:
        found.append(f"Prices change each April by: {lower_first(about.get(c.uplift, c.uplift))}")
    return tuple(found)


def money(value: float) -> str:
    """£ a year in words: millions where they are, else thousands."""
    size = abs(value)
    text = pounds(size) if size >= 5e4 else f"£{round(size, -3):,.0f}" if size >= 500 else "£0"
    return f"{MINUS if value < 0 and size >= 500 else ''}{text}"


def signed(value: float) -> str:
    """The same with its sign, nought without.

    >>> signed(1.25e6), signed(-3e4), signed(10.0)
    ('+£1.2m', '−£30,000', '£0')
    """
    return f"+{money(value)}" if value >= 500 else money(value)
