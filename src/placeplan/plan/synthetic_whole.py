"""A made-up place with every part of the model: what is added to the plain one, part by part, in the order in which it needs."""

from __future__ import annotations

from placeplan.core.tables import Row
from placeplan.plan.promises import Promise
from placeplan.plan.synthetic_beds import deepened
from placeplan.plan.synthetic_care import care_tables
from placeplan.plan.synthetic_contacts import contacts, spills
from placeplan.plan.synthetic_finance import balances, capital, control_totals, kinds
from placeplan.plan.synthetic_lists import lists
from placeplan.plan.synthetic_near import localities, shapes
from placeplan.plan.synthetic_people import cohort_need, cohorts, travel
from placeplan.plan.synthetic_place import Place
from placeplan.plan.synthetic_staff import employed, labour, staffed

Tables = dict[str, tuple[Row, ...]]


def whole_tables(place: Place, money: tuple[Row, ...], years: tuple[int, ...]) -> Tables:
    """Every optional table, and money and beds as they are with them; years: those of the run, and the next."""
    lines, care = care_tables(place, kinds(money))
    staff = employed(place, lines)
    beds, stays, boarding = deepened(place, years)
    return care | {
        "money": staffed(lines),
        "staff": staff,
        "labour": labour(place, staff),
        "beds": beds,
        "stays": stays,
        "boarding": boarding,
        "contacts": contacts(place, staff),
        "spills": spills(place),
        "lists": lists(place),
        "cohorts": cohorts(place.dice),
        "cohort_need": cohort_need(place.dice),
        "travel": travel(place.dice, place.tables),
        "localities": localities(place),
        "shapes": shapes(place),
        "capital": capital(place, years),
        "balances": balances(place, lines),
        "control_totals": control_totals(place, years),
    }


def whole_promises(place: Place) -> tuple[Promise, ...]:
    """Aims about what the plain place does not have: waits, staff, delays, cash."""
    asked = (
        ("acute", "waits", "waits", "Most wait under 18 weeks", {"outcome": "within_18", "at_least": 0.85}),
        ("community", "vacancies", "staff", "One post in five vacant at most", {"outcome": "vacancy_rate", "at_most": 0.2}),
        ("acute", "delays", "beds", "Few lie in hospital who need not", {"outcome": "delayed_beds", "at_most": 80.0}),
        ("acute", "cash", "money", "Bills are paid", {"outcome": "cash", "at_least": 0.0}),
    )  # fmt: skip
    return tuple(
        Promise.model_validate({
            "id": f"{what}_{org}", "name": name, "group": group, "organisation": org, "hard": False, "asks": 0.5,
            "source": place.dice.source, **bound,
        })
        for kind, what, group, name, bound in asked for org in place.of_type(kind)
    )  # fmt: skip
