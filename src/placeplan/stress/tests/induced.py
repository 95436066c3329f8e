"""New doors find new need: nobody has opened one where every visit stood in for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from placeplan.core.tables import Pod
from placeplan.effects.prevent import Prevent
from placeplan.effects.resize import Resize
from placeplan.effects.shift import Shift
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.claimed.strength import middle
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.scene import Scene

LEAST = 0.01
"""New need that the mildest study found: lists of people at risk brought 1 to 5 % more (Snooks 2018)."""
STUDIES = (
    ("NHS 111: ambulance calls", 0.029),
    ("Telephone first: time of practices", 0.08),
    ("Teams for the frail: A&E visits", 0.33),
)
"""What new doors added in studies."""


def substitution(new: float) -> float:
    """Share of visits to a new door that stand in for one elsewhere: ``1 / (1 + new)``.

    new: new need for each visit that stands in for another.

    >>> substitution(0.0), substitution(0.25)
    (1.0, 0.8)
    """
    return 1.0 / (1.0 + new)


class Door(NamedTuple):
    """A new place or way to ask for care."""

    id: str
    """Id of the initiative."""
    initiative: str
    pod: str
    new: float
    """New need for each visit that stands in for another; in the middle of what the plan says."""


def doors(plan: Plan) -> Iterator[Door]:
    """Care that moves to another kind, and contacts that are opened beyond those that close, each with its new need."""
    called = {p.id: p.name for p in plan.tables["pods"] if isinstance(p, Pod)}
    for i in plan.initiatives:
        for e in i.effects:
            if isinstance(e, Shift) and middle(plan, e.share) > 0:
                yield Door(i.id, i.name, called.get(e.to_pod, e.to_pod), middle(plan, e.induced))
        for pod in _opened(plan, i):
            more = sum(-middle(plan, e.share) for e in i.effects if isinstance(e, Prevent) and pod in e.scope.pods)
            yield Door(i.id, i.name, called.get(pod, pod), more)


def _opened(plan: Plan, i: Initiative) -> list[str]:
    """Points of delivery of which an initiative opens more contacts than it closes."""
    opened: dict[str, float] = defaultdict(float)
    for e in i.effects:
        if isinstance(e, Resize) and e.pod and e.site:
            opened[e.pod] += middle(plan, e.contacts)
    return [pod for pod, contacts in opened.items() if contacts > 1e-9]


class Induced(StressTest):
    """T15: supply-induced demand."""

    name, title = "induced", "What new doors bring to light"
    question = "Does each new door expect some new need?"
    method = (
        "The test reads the plan. It looks at each move of care to another place, and at all visits that are opened beyond those that close. How much new need does the plan "
        "count with there?"
    )
    source = "Turner 2013 (NHS 111); Newbould 2017 (telephone first); Improvement Analytics Unit 2018 (teams); Snooks 2018 (lists of people at risk)"
    exactly = (
        "Reads the plan: every shift of care to another place, and all contacts that are opened beyond those that close, with the new need that the plan counts with there"
        " (“induced”, or a share that adds)."
    )

    def ask(self, plan: Plan) -> str:
        """There must be a new door."""
        return (
            ""
            if next(doors(plan), None)
            else "No initiative opens a new door: none shifts care or opens more contacts."
        )

    def run(self, scene: Scene) -> list[Door]:
        """The doors, those with the least new need first."""
        return sorted(doors(scene.plan), key=lambda d: d.new)

    def tell(self, plan: Plan, found: list[Door]) -> dict[str, Any]:
        """How many doors expect nothing new."""
        del plan
        none = [d for d in found if result_of(d.new) == "fail"]
        rows = [
            StressRow(what=f"{d.initiative}: {d.pod}", figure=d.new, threshold=LEAST, result=result_of(d.new), shown=_shown(d.new), initiative=d.id)
            for d in found
        ]  # fmt: skip
        rows += [StressRow(what=f"A study – {what}", figure=new, shown=f"{new:.1%} more") for what, new in STUDIES]
        least = found[0]
        if none:
            who = f"{len(none)} of {len(found)} new doors" if len(found) > 1 else "The new door"
            sentence = f"{who} {'count' if len(none) > 1 else 'counts'} with no new need at all: {none[0].initiative}, for one. Every door that was studied found some."
        else:
            sentence = f"Every new door counts with new need; the least is {least.new:.1%}, at {least.initiative}."
        return {
            "result": result_of(least.new), "figure": least.new, "unit": "new need for each visit that stands in for another",
            "threshold": f"some; below {LEAST:.0%} is less than any study found", "sentence": sentence, "rows": tuple(rows),
        }  # fmt: skip


def _shown(new: float) -> str:
    return (
        f"{new:.1%} new; {substitution(new):.0%} of visits stand in for another"
        if new > 0
        else "nothing new; every visit stands in for another"
    )


def result_of(new: float) -> Result:
    """Fail where every visit stands in for another, amber where new need is below all studies.

    >>> result_of(0.0), result_of(0.005), result_of(0.1)
    ('fail', 'amber', 'pass')
    """
    return "fail" if new <= 0 else "amber" if new < LEAST else "pass"
