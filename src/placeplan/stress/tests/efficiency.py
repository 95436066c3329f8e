"""How hard each organisation is to save: what is claimed of it as a share of what it spends, a year."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.core.tables import SYSTEM
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import claimed_pounds
from placeplan.stress.called import names
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

USUAL, MOST = 0.011, 0.02
"""Recurrent saving a year: what the Long Term Plan asked of everybody, and above which nobody has kept it up (T01)."""


def rate_a_year(saving: float, spending: float, years: int) -> float:
    """Recurrent efficiency that a saving asks of a budget, a year: ``1 − (1 − saving / spending)^(1 / years)``.

    saving: £ a year in the last of some years; spending: £ in that year with nothing done.

    >>> round(rate_a_year(5e6, 100e6, 5), 4)
    0.0102
    """
    left = max(1.0 - saving / spending, 0.0)
    return 1.0 - float(left ** (1.0 / years))


class Asked(NamedTuple):
    """What one organisation's initiatives claim."""

    organisation: str
    claimed: float
    spending: float
    rate: float


class Efficiency(StressTest):
    """T01: recurrent efficiency as a share of relevant spending."""

    name, title = "efficiency", "How much each has to save"
    question = "How much of what it spends must each one save, year after year?"
    method = (
        "The test takes what each one’s own changes claim to save by the last year. It sets this against its costs in that year if nothing is done. Who gives no care itself "
        "is set against the costs of all. The saving is spread over the years in equal shares."
    )
    grounds = "The NHS Long Term Plan asks for at least 1.1% a year. London’s plans of 2016 counted on 3 to 4%, and did not get it."
    source = "NHS Long Term Plan 2019"
    exactly = (
        "What an organisation’s own initiatives claim in £ for the last year, against its cost in that year with nothing done (that of all organisations where it gives no care itself),"
        " as an equal share of each year before."
    )
    needs = frozenset({"operating_cost"})

    def ask(self, plan: Plan) -> str:
        """There must be claims in £ for the position."""
        if any(claimed_pounds(i) for i in plan.initiatives):
            return ""
        return "No initiative says what it saves in £ a year, so nobody can say of what share of spending that is."

    def run(self, scene: Scene) -> tuple[list[Asked], int]:
        """Each owner with its claims and spending, the hardest first."""
        nothing = scene.first[1]
        cost, years = nothing["operating_cost"], len(nothing.years)
        claims: dict[str, float] = {}
        for i in scene.plan.initiatives:
            owner = i.owner if i.owner in cost.entities else SYSTEM  # a commissioner’s savings are of what all spend
            claims[owner] = claims.get(owner, 0.0) + (claimed_pounds(i) or 0.0)
        found = []
        for owner, claimed in claims.items():
            spending = float(cost.by_year(owner)[:, -1].mean())
            if claimed > 0 and spending > 0:
                found.append(Asked(owner, claimed, spending, rate_a_year(claimed, spending, max(years - 1, 1))))
        return sorted(found, key=lambda a: -a.rate), nothing.count

    def tell(self, plan: Plan, found: tuple[list[Asked], int]) -> dict[str, Any]:
        """The organisation that has to save most, and the others."""
        each, futures = found
        if not each:
            return {
                "result": "not asked",
                "sentence": "Nothing is known of what those spend whose initiatives claim savings.",
            }
        called = names(plan)
        rows = tuple(
            StressRow(
                what=called.get(a.organisation, a.organisation), figure=a.rate, threshold=MOST, result=result_of(a.rate),
                shown=f"{a.rate:.1%} a year: {pounds(a.claimed)} of {pounds(a.spending)}",
            )
            for a in each
        )  # fmt: skip
        worst = each[0]
        who = "The whole system" if worst.organisation == SYSTEM else called.get(worst.organisation, worst.organisation)
        sentence = f"{who} is to save {worst.rate:.1%} of its spending every year"
        compared = {
            "pass": "no more than is asked of everybody.",
            "amber": "more than the 1.1 % that is asked of everybody.",
            "fail": "more than anybody has kept up.",
        }
        return {
            "result": result_of(worst.rate), "figure": worst.rate, "unit": "share of spending a year",
            "threshold": f"at most {USUAL:.1%} a year; above {MOST:.0%} nobody has kept it up",
            "sentence": f"{sentence}, {compared[result_of(worst.rate)]}", "rows": rows, "futures": futures,
        }  # fmt: skip


def result_of(rate: float) -> Result:
    """Pass, amber or fail by the share that is to be saved a year.

    >>> result_of(0.01), result_of(0.015), result_of(0.03)
    ('pass', 'amber', 'fail')
    """
    return "pass" if rate <= USUAL else "amber" if rate <= MOST else "fail"
