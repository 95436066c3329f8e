"""The four tests of 2010 for a change of services, answered from what a plan says of itself."""

from __future__ import annotations

from typing import Literal, NamedTuple

from placeplan.core.tables import Activity, Organisation
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.closures.closing import Closing
from placeplan.stress.results.tests import Result

State = Literal["met", "not shown", "not met"]
RESULTS: dict[State, Result] = {"met": "pass", "not shown": "amber", "not met": "fail"}


class Answer(NamedTuple):
    """One of the tests, and why."""

    test: str
    state: State
    why: str


def four_tests(plan: Plan, closing: Closing) -> tuple[Answer, ...]:
    """Engagement, choice, clinical evidence, commissioners' support."""
    i = closing.initiative
    return (
        Answer("people asked", *asked(i)), Answer("choice", *choice(plan, closing)),
        Answer("evidence", *evidence(i)), Answer("commissioners", *commissioners(plan, i)),
    )  # fmt: skip


def asked(i: Initiative) -> tuple[State, str]:
    """Met where every group that is named was asked at all; whether that was enough is for people to judge."""
    if not i.involvement:
        return "not shown", "nobody is named who was asked"
    none = [g for g in i.involvement if not g.asked]
    if none:
        return "not met", f"not asked: {', '.join(g.who for g in none)}"
    return "met", "; ".join(f"{g.asked:,} of {g.affected:,}" for g in i.involvement)


def choice(plan: Plan, closing: Closing) -> tuple[State, str]:
    """Met where each kind of care that leaves a site is still given at two others or more; not met where one or none is left."""
    if not closing.leaving:
        return "not shown", "the plan does not say which care leaves which site"
    given: dict[str, set[str]] = {}
    for row in plan.tables["activity"]:
        if isinstance(row, Activity) and row.activity > 0 and row.site != "outside":
            given.setdefault(row.pod, set()).add(row.site)
    left = {
        pod: len(given.get(pod, set()) - {x.site for x in closing.leaving if x.pod == pod})
        for pod in {x.pod for x in closing.leaving}
    }
    fewest = min(left.values())
    places = f"{fewest} {'place' if fewest == 1 else 'places'} left"
    return ("met" if fewest >= 2 else "not met"), places


def evidence(i: Initiative) -> tuple[State, str]:
    """Met where studies are strong or moderate, not met where they find harm or more demand."""
    states: dict[str, State] = {"strong": "met", "moderate": "met", "adverse": "not met"}
    words = {"none": "no study finds an effect", "adverse": "studies find harm or more demand"}
    return states.get(i.evidence_grade, "not shown"), words.get(i.evidence_grade, f"{i.evidence_grade} evidence")


def commissioners(plan: Plan, i: Initiative) -> tuple[State, str]:
    """Met where a commissioner owns it or takes part; not met where one is said to step aside."""
    bodies = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "commissioner"}
    roles = {p.organisation: p.role for p in i.partners if p.organisation in bodies}
    if i.owner in bodies or "lead" in roles.values() or "follow" in roles.values():
        return "met", "a commissioner takes part"
    return ("not met", "the commissioner steps aside") if roles else ("not shown", "no commissioner takes part")
