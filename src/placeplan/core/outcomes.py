"""The outcomes of the model: what each counts, in which unit, and how a year is made of its months.

One entry an outcome, grouped by the part of the model that writes it down. Promises, totals to reconcile, pages and the
reference all read this list; an outcome that is not here cannot be recorded.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Yearly = Literal["sum", "mean", "end"]
"""How a year is made of its months: their sum, their mean, or the last of them."""


class Outcome(NamedTuple):
    """What one outcome is."""

    unit: str
    yearly: Yearly
    share: bool = False
    """A share, or a ratio near 1."""
    promised: bool = True
    """Whether something can be promised about it; False for what is shown and never an objective."""


CARE: dict[str, Outcome] = {
    "demand": Outcome("contacts a month", "sum"),
    "activity": Outcome("contacts a month", "sum"),
    "activity_refused": Outcome("contacts a month, asked beyond an activity plan", "sum"),
    "left_footprint": Outcome("contacts a month", "sum"),
    "contacts_moved": Outcome("contacts a month given at another site", "sum"),
    "travel_minutes": Outcome("minutes one way, mean of journeys", "mean"),
    "contacts_prevented": Outcome("contacts a month", "sum"),
    "contacts_added": Outcome("contacts a month", "sum"),
    "uptake": Outcome("share", "mean", share=True),
    "started": Outcome("1 once begun", "mean", share=True),
}
EQUITY: dict[str, Outcome] = {
    "latent_need": Outcome("contacts a month", "sum"),
    "unmet_need": Outcome("contacts a month", "sum"),
    "unmet_share": Outcome("share of all need", "mean", share=True),
    "prevented": Outcome("contacts a month", "sum"),
    "activity_per_1000": Outcome("contacts a month per 1,000 people", "sum"),
    "rate_gap": Outcome("ratio", "mean"),
}
CONTACTS: dict[str, Outcome] = {
    "asked": Outcome("contacts a month", "sum"),
    "contacts_capacity": Outcome("contacts a month", "sum"),
    "not_given": Outcome("contacts a month asked for beyond those given", "sum"),
    "backlog": Outcome("people waiting at the month's end", "mean"),
    "lost": Outcome("contacts a month that are never given there", "sum"),
    "spilled": Outcome("contacts that come to another door next month", "sum"),
    "wait_months": Outcome("months, mean wait", "mean"),
    "used_capacity": Outcome("share of the month's capacity", "mean", share=True),
}
BEDS: dict[str, Outcome] = {
    "arrivals": Outcome("overnight emergencies a month", "sum"),
    "admissions": Outcome("overnight admissions a month", "sum"),
    "elective_admissions": Outcome("overnight planned admissions a month", "sum"),
    "electives_deferred": Outcome("patients put off, at the month's end", "mean"),
    "discharges": Outcome("patients a month, alive", "sum"),
    "deaths": Outcome("emergency patients who died in hospital, a month", "sum"),
    "transfers": Outcome("patients a month from another pool, less those who went on", "sum"),
    "in_beds": Outcome("patients of the pool, wherever they lie, last midnight of the month", "mean"),
    "waiting_at_end": Outcome("patients without a bed, last midnight of the month", "mean"),
    "occupied": Outcome("beds, mean of midnights, or of days where beds.csv counts by day", "mean"),
    "occupied_others": Outcome("beds with people from beyond the footprint, counted as occupied", "mean"),
    "occupancy": Outcome("share of beds open, counted as occupied", "mean", share=True),
    "beds_open": Outcome("beds", "mean"),
    "escalation_beds": Outcome("beds, mean of midnights", "mean"),
    "waiting_without_bed": Outcome("patients, mean of midnights", "mean"),
    "boarders": Outcome("patients of the pool who lie in other pools, mean of midnights", "mean"),
    "delayed_beds": Outcome("beds of people ready to leave, mean of midnights", "mean"),
    "days_over_92": Outcome("share of days", "mean", share=True),
    "days_over_100": Outcome("share of days", "mean", share=True),
    "deaths_from_delay_low": Outcome(
        "deaths a month that go with delay, low end; an association", "sum", promised=False
    ),
    "deaths_from_delay_high": Outcome(
        "deaths a month that go with delay, high end; an association", "sum", promised=False
    ),
}
WAITS: dict[str, Outcome] = {
    "list": Outcome("people waiting, at the month's end", "mean"),
    "within_18": Outcome("share of the list waiting under 18 weeks", "mean", share=True),
    "over_52": Outcome("people waiting over 52 weeks, at the month's end", "mean"),
    "median_wait": Outcome("weeks that half of the list have waited", "mean"),
    "clock_starts": Outcome("people a month", "sum"),
    "clock_stops": Outcome("people a month", "sum"),
    "list_removals": Outcome("people a month who leave a list without care", "sum"),
    "cancelled": Outcome("planned patients a month put off beyond it", "sum"),
}
MONEY: dict[str, Outcome] = {
    "contract_payment": Outcome("£ a month", "sum"),
    "contract_line": Outcome("£ a month by one line of a contract, counted from 0 in its order", "sum", promised=False),
    "pool_balance": Outcome("£ held in a pool, at the month's end", "mean"),
    "income": Outcome("£ a month", "sum"),
    "contract_income": Outcome("£ a month", "sum"),
    "contract_spend": Outcome("£ a month", "sum"),
    "operating_cost": Outcome("£ a month", "sum"),
    "cost_line": Outcome("£ a month", "sum"),
    "escalation_cost": Outcome("£ a month", "sum"),
    "unforeseen_cost": Outcome("£ a month beyond what work, posts and prices explain", "sum"),
    "unforeseen_income": Outcome("£ a month that come with unforeseen cost", "sum"),
    "programme_cost": Outcome("£ a month", "sum"),
    "initiative_cost": Outcome("£ a month", "sum"),
    "capital_charge": Outcome("£ a month", "sum"),
    "cip_saving": Outcome("£ a month", "sum"),
    "financing": Outcome("£ a month", "sum"),
    "position": Outcome("£ a month", "sum"),
    "capital_spend": Outcome("£ a month", "sum"),
    "capital_limit": Outcome("£ a month, by days; blank where a year has none", "sum"),
    "capital_room": Outcome("£ a month, limit less spending", "sum"),
    "receipts": Outcome("£ a month, sales and grants", "sum"),
    "depreciation": Outcome("£ a month", "sum"),
    "interest": Outcome("£ a month", "sum"),
    "cash": Outcome("£ at the month's end", "end"),
    "against_control_total": Outcome("£ a month, position less the agreed one", "sum"),
    "spend_share": Outcome("share of the system's spending", "mean", share=True),
}
SOCIAL: dict[str, Outcome] = {
    "packages_in_use": Outcome("packages at a time, at the month's end", "mean"),
    "package_capacity": Outcome("packages at a time that can be given", "mean"),
    "package_starts": Outcome("packages a month", "sum"),
    "package_ends": Outcome("packages a month", "sum"),
    "waiting_for_package": Outcome("people at home who wait, at the month's end", "mean"),
    "unmet_care": Outcome("people a month who are refused or give up waiting", "sum"),
    "ready_to_leave": Outcome("people in beds ready to leave, last midnight of the month", "mean"),
    "reserves": Outcome("£ at the month's end", "mean"),
    "reserves_used": Outcome("£ a month, negative: put back", "sum"),
    "eligibility": Outcome("share of need that is met", "mean", share=True),
}

STAFF: dict[str, Outcome] = {
    "staff_in_post": Outcome("whole-time equivalents, at the month's start", "mean"),
    "staff_funded": Outcome("whole-time equivalents of funded posts", "mean"),
    "staff_at_work": Outcome("whole-time equivalents, bank and agency with them", "mean"),
    "vacancies": Outcome("whole-time equivalents", "mean"),
    "vacancy_rate": Outcome("share of funded posts", "mean", share=True),
    "absence": Outcome("share of staff in post", "mean", share=True),
    "bank": Outcome("whole-time equivalents", "mean"),
    "agency": Outcome("whole-time equivalents", "mean"),
    "staff_hired": Outcome("whole-time equivalents a month", "sum"),
    "staff_left": Outcome("whole-time equivalents a month", "sum"),
    "redundancies": Outcome("whole-time equivalents a month", "sum"),
    "staff_cost": Outcome("£ a month", "sum"),
    "agency_cost": Outcome("£ a month", "sum"),
    "staffed": Outcome("share of an initiative's posts filled", "mean", share=True),
    "labour_market": Outcome("people who look for a post, whole-time equivalents", "mean"),
    "labour_entrants": Outcome("whole-time equivalents a month", "sum"),
    "labour_left": Outcome("whole-time equivalents a month", "sum"),
}

OUTCOMES: dict[str, Outcome] = CARE | CONTACTS | EQUITY | BEDS | SOCIAL | WAITS | STAFF | MONEY
"""Every outcome by name."""
PROMISED: tuple[str, ...] = tuple(name for name, o in OUTCOMES.items() if o.promised)
"""Outcomes about which something can be promised."""
