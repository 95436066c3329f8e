"""What the middle future brings beside what a promise allows, in plain words by outcome."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from placeplan.core.calendar import financial_year
from placeplan.model.outcomes import Array, Outcomes
from placeplan.stress.runs.kept import Bound, Kept
from placeplan.stress.say import amount, pounds_apart

Phrase = Callable[[str], str]

SAYS: dict[str, Phrase] = {
    "occupancy": lambda v: f"{v} of beds are full",
    "days_over_92": lambda v: f"more than 92% of beds are full on {v} of days",
    "days_over_100": lambda v: f"patients outnumber beds on {v} of days",
    "waiting_without_bed": lambda v: f"on a mean night {v} patients wait without a bed",
    "escalation_beds": lambda v: f"on a mean night {v} escalation beds are in use",
    "delayed_beds": lambda v: f"on a mean night {v} beds hold people who are ready to leave",
    "electives_deferred": lambda v: f"{v} planned patients are put off",
    "capital_spend": lambda v: f"building costs {v}",
    "operating_cost": lambda v: f"running costs are {v}",
    "vacancy_rate": lambda v: f"{v} of funded posts are empty",
    "vacancies": lambda v: f"{v} posts are empty",
    "agency": lambda v: f"{v} agency staff are at work",
    "within_18": lambda v: f"{v} of the people on the list have waited less than 18 weeks",
    "over_52": lambda v: f"{v} people have waited more than a year",
    "list": lambda v: f"{v} people wait on the list",
    "median_wait": lambda v: f"half of the list have waited {v} weeks",
    "wait_months": lambda v: f"people wait {v} months on average",
    "used_capacity": lambda v: f"{v} of what can be given is used",
    "not_given": lambda v: f"{v} contacts are asked for and not given",
    "backlog": lambda v: f"{v} people wait to be seen",
    "eligibility": lambda v: f"{v} of eligible need is met",
    "waiting_for_package": lambda v: f"{v} people wait at home for care",
    "unmet_care": lambda v: f"{v} people are refused care or give up waiting",
    "ready_to_leave": lambda v: f"{v} people in beds are ready to leave",
    "packages_in_use": lambda v: f"{v} people have care at home or in a home",
    "travel_minutes": lambda v: f"a journey takes {v} minutes one way",
}
"""Outcomes in words; ``v`` is the figure. The position has its own words."""


def facts(k: Kept, year: str, outcomes: Outcomes, where: str = "") -> str:
    """What the middle future brings in a year, and what the promise allows, in one sentence to three.

    Where the middle future keeps the promise, the middle of the futures that break it in that year is told instead. Where
    the base year was beyond the bound already, that is said: nobody broke it who began there.
    ``where`` names the organisation, with its preposition, where the words stand alone.
    """
    p = k.promise
    at = k.years.index(year)
    by_future = k.figures(at)
    broken = k.by_year[:, at] == 0
    kept_in_the_middle = bool(broken.any()) and _within(float(np.median(by_future)), p.at_least, p.at_most, year)
    value = float(np.median(by_future[broken] if kept_in_the_middle else by_future))
    low, high = (b.get(year) if isinstance(b, dict) else b for b in (p.at_least, p.at_most))
    bound = low if low is not None else high
    worst = " in its worst month" if p.statistic == "worst" else ""
    said, allowed = _said(k, outcomes, value, bound, low)
    place = f"{where[:1].upper()}{where[1:]}" if where else ""
    tail = f"{said} in {year}{worst}; the promise {allowed}.{_began(k, year, outcomes)}"
    if kept_in_the_middle:
        first = f"{place} the middle future keeps the promise." if place else "The middle future keeps the promise."
        return f"{first} Where it breaks, as a rule {tail}"
    return f"{place}, in the middle future, {tail}" if place else f"In the middle future {tail}"


def _said(k: Kept, outcomes: Outcomes, value: float, bound: float | None, low: float | None) -> tuple[str, str]:
    """A figure in words, and what is allowed of it."""
    if k.promise.outcome == "position" and low is not None:
        return _position(value, low)
    return _figure(k, outcomes, value, bound, low)


def _began(k: Kept, year: str, outcomes: Outcomes) -> str:
    """That the base year was beyond the bound of a year already, in a sentence; blank where it was not."""
    value = beyond_from_the_start(k, year, outcomes)
    if value is None:
        return ""
    low, high = (b.get(year) if isinstance(b, dict) else b for b in (k.promise.at_least, k.promise.at_most))
    said, _ = _said(k, outcomes, value, low if low is not None else high, low)
    return f" The plan begins so: {said} in {outcomes.years[0]}."


def beyond_from_the_start(k: Kept, year: str, outcomes: Outcomes) -> float | None:
    """The middle figure of the base year, where it lies beyond the bound of a year already; None where it does not."""
    p = k.promise
    entity = p.entity or p.organisation
    if outcomes.years[0] in k.years or entity not in outcomes[p.outcome].entities:
        return None
    low = p.at_least.get(year) if isinstance(p.at_least, dict) else p.at_least
    value = float(np.median(_of_the_base_year(k, outcomes, entity, low)))
    return None if _within(value, p.at_least, p.at_most, year) else value


def _of_the_base_year(k: Kept, outcomes: Outcomes, entity: str, low: float | None) -> Array:
    """The base year's figure as the promise is judged, its worst month where that counts, ``[future]``."""
    series = outcomes[k.promise.outcome]
    if k.promise.statistic != "worst":
        return series.by_year(entity)[:, 0]
    months = series.of(entity)[:, : sum(financial_year(m) == outcomes.years[0] for m in outcomes.months)]
    return np.asarray(months.max(axis=1) if low is None else months.min(axis=1))


def _within(value: float, at_least: Bound, at_most: Bound, year: str) -> bool:
    """Whether a figure keeps both bounds of the year."""
    low, high = (b.get(year) if isinstance(b, dict) else b for b in (at_least, at_most))
    return (low is None or value >= low) and (high is None or value <= high)


def _position(value: float, low: float) -> tuple[str, str]:
    """A surplus or deficit, and what is allowed of it."""
    figure, limit = pounds_apart(abs(value), abs(low))
    said = f"the {'deficit' if value < 0 else 'surplus'} is {figure}"
    if low > 0:
        return said, f"asks for a surplus of {limit}"
    none = "none" if value < 0 else "no deficit"
    return said, f"allows {none}" if low == 0 else f"allows {'' if value < 0 else 'a deficit of '}{limit}"


def _figure(k: Kept, outcomes: Outcomes, value: float, bound: float | None, low: float | None) -> tuple[str, str]:
    """Any other outcome, and its bound."""
    outcome, unit = k.promise.outcome, outcomes[k.promise.outcome].unit
    phrase = SAYS.get(outcome)
    figure, limit = together(value, bound if bound is not None else value, unit, bare=phrase is not None)
    said = phrase(figure) if phrase else f"it comes to {figure}"
    return said, f"asks for at least {limit}" if low is not None else f"allows {limit}"


def together(value: float, bound: float, unit: str, *, bare: bool) -> tuple[str, str]:
    """A figure and its bound as exact as it takes to tell them apart, and no more.

    >>> together(0.213, 0.05, "share of days", bare=True), together(0.923, 0.92, "share of beds open", bare=True)
    (('21%', '5%'), ('92.3%', '92%'))
    >>> together(74611.2, 74130, "contacts a month", bare=False), together(12.2, 2, "patients", bare=True)
    (('74,611 contacts', '74,130 contacts'), ('12', '2'))
    >>> together(3.42, 1.5, "months, mean wait", bare=True)
    ('3.4', '1.5')
    """
    if unit.startswith("share") and bare:
        whole = [f"{v * 100:.0f}%" for v in (value, bound)]
        fine = [f"{v * 100:.1f}".removesuffix(".0") + "%" for v in (value, bound)]
        return (whole[0], whole[1]) if whole[0] != whole[1] else (fine[0], fine[1])
    if unit.startswith(("share", "£")) or not bare:
        return amount(value, unit), amount(bound, unit)
    whole = [f"{v:,.0f}" for v in (value, bound)]
    fine = [f"{v:,.1f}".removesuffix(".0") for v in (value, bound)]
    apart = whole[0] != whole[1] and round(bound, 1) == round(bound)
    return (whole[0], whole[1]) if apart else (fine[0], fine[1])
