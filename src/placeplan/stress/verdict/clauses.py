"""Causes in a clause: two things and a relation between them, for the sentence and the callout."""

from __future__ import annotations

from placeplan.stress.verdict.causes import NO_SINGLE_CAUSE, THE_PLAN

MONEY: dict[str, str] = {
    "demand_growth": "the cost of care grows faster than income",
    "delay": "savings start after the money is needed",
    "posts": "staff arrive after the services open",
    "capital": "savings are due before the building money comes",
    "care_supply": "care outside hospital grows more slowly than need",
    "prices": "pay and prices rise faster than income",
    "efficiency": "efficiency comes in below what is planned",
    "effect_strength": "initiatives save less than the plan needs",
    "chance": "ordinary ups and downs exceed the room left",
    "other": "beds cost more than the plan allows",
    THE_PLAN: "costs grow faster than income",
    NO_SINGLE_CAUSE: "several pressures together exceed the room left",
}
BEDS: dict[str, str] = {
    "demand_growth": "admissions grow faster than beds open",
    "delay": "new services start after the beds are needed",
    "posts": "staff arrive after the beds are needed",
    "capital": "beds are needed before the building money comes",
    "care_supply": "people are ready to leave before care is found",
    "prices": "prices rise faster than beds can be paid for",
    "efficiency": "stays fall more slowly than beds close",
    "effect_strength": "initiatives free fewer beds than the plan needs",
    "chance": "beds leave no room for ordinary busy days",
    "other": "people stay longer than the beds allow",
    THE_PLAN: "people need more beds than the plan opens",
    NO_SINGLE_CAUSE: "several pressures together exceed the beds open",
}
CAPITAL: dict[str, str] = {
    "capital": "building costs rise above the money agreed",
    "delay": "building starts after it is due",
    "prices": "building prices rise faster than the money agreed",
    THE_PLAN: "building costs more than the money agreed",
    NO_SINGLE_CAUSE: "several pressures together exceed the money agreed",
}
OTHERS: dict[str, str] = {
    "demand_growth": "need grows faster than services do",
    "delay": "new services start after they are needed",
    "posts": "staff arrive after they are needed",
    "capital": "services are needed before the building money comes",
    "care_supply": "care outside hospital grows more slowly than need",
    "prices": "prices rise faster than income",
    "efficiency": "efficiency comes in below what is planned",
    "effect_strength": "initiatives do less than the plan needs",
    "chance": "ordinary ups and downs exceed the room left",
    "other": "services turn over more slowly than is planned",
    THE_PLAN: "need exceeds what the plan provides",
    NO_SINGLE_CAUSE: "several pressures together exceed the room left",
}
GROUPS: dict[str, dict[str, str]] = {"money": MONEY, "beds": BEDS, "capital": CAPITAL}
STANDING = "costs already stand above income"
"""For money that is short from the base year on, and no shorter later."""
STANDING_AND_GROWING = "costs already stand above income and grow faster"
"""For money that was short in the base year already, and is shorter later."""
CLOSING = "beds close before the need for them falls"
"""For beds that the plan itself closes, where delay or weak effects are the cause."""

HANGS_ON: dict[str, str] = {
    "demand_growth": "demand grows no faster than in the middle future",
    "delay": "initiatives start when most starts do",
    "posts": "posts fill as in the middle future",
    "capital": "the building money comes",
    "care_supply": "care outside hospital keeps up as in the middle future",
    "prices": "pay and prices rise no faster than in the middle future",
    "efficiency": "efficiency comes in as in the middle future",
    "effect_strength": "initiatives work as well as in the middle future",
    "chance": "days are no busier than they are on average",
    "other": "beds, clinics and lists are used as in the middle future",
}
"""A driver group as a condition."""
DATA: dict[str, str] = {
    "demand_growth": "local growth figures",
    "delay": "local start dates",
    "posts": "local figures on posts",
    "capital": "a decision on building money",
    "care_supply": "local figures on delayed discharge",
    "prices": "local pay and price forecasts",
    "efficiency": "local savings records",
    "effect_strength": "local results of the initiatives",
    "chance": "local daily counts",
    "other": "local figures on how beds, clinics and lists are used",
}
"""Data that would settle what rests on library figures, by driver group."""

FORMS: dict[str, str] = {
    "spills low": "a little of the care not given at one door spills to another",
    "spills high": "much of the care not given at one door spills to another",
    "discipline oldest first": "those who have waited longest are always next",
    "discipline random": "anybody on the list may be next",
    "overlap nested": "the same people belong to all groups",
    "overlap independent": "belonging to one group says nothing about another",
    "overlap disjoint": "nobody belongs to two groups",
    "cost_release slow": "cost follows care a year later",
    "cost_release at once": "all but the fixed cost follows care at once",
    "stays shorter": "a full hospital sends people home earlier",
    "stays longer": "people stay longer in a full hospital",
    "spills off": "no care spills from one door to another",
    "discipline fitted": "lists are served as in the base year",
    "overlap stated": "groups overlap as the plan states",
    "cost_release steps": "cost follows care in whole wards and teams",
    "stays steady": "stays do not depend on how full a hospital is",
}
"""Ways to build the model, as a condition."""


def form_in_words(name: str) -> str:
    """A form's switches as a condition.

    >>> form_in_words("stays shorter")
    'a full hospital sends people home earlier'
    """
    return ", and ".join(FORMS[part] for part in name.split(", "))


def clause(driver: str, group: str, *, closes_beds: bool = False) -> str:
    """The cause of a break in a promise of this group, as a clause.

    >>> clause("demand_growth", "beds")
    'admissions grow faster than beds open'
    >>> clause("delay", "beds", closes_beds=True)
    'beds close before the need for them falls'
    >>> clause("efficiency", "capital")
    'efficiency comes in below what is planned'
    """
    if closes_beds and group == "beds" and driver in {"delay", "effect_strength"}:
        return CLOSING
    return GROUPS.get(group, OTHERS).get(driver, OTHERS[driver])
