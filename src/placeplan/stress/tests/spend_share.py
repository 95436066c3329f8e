"""Savings as a share of what they are taken from: a line that pays for supplies cannot save more than supplies cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from placeplan.core.tables import SYSTEM, MoneyLine, Organisation
from placeplan.effects.spend import Spend
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.called import names
from placeplan.stress.claimed.strength import middle
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

USUAL, MOST = 0.02, 0.04
"""Share of a budget a year: what one may keep up, and what London's plans of 2016 assumed and did not get (T01)."""


def most_saved(rate: float, years: int) -> float:
    """Share of a budget that is gone after years of saving at one rate: ``1 − (1 − rate)^years``.

    >>> round(most_saved(0.02, 4), 4)
    0.0776
    """
    return 1.0 - float((1.0 - rate) ** years)


class Taken(NamedTuple):
    """What is to be saved of one budget, £ a year in base-year prices at full delivery."""

    organisation: str
    line: str
    """Cost line; blank: all that the organisation spends."""
    saving: float
    spending: float

    @property
    def share(self) -> float:
        """``saving / spending``; 1 and more where there is less than is to be saved."""
        return self.saving / self.spending


def taken(plan: Plan) -> Iterator[Taken]:
    """Each cost line with savings on it, and all savings of each organisation that spends, those that nobody has identified with them.

    What a commissioner is to save is told with all others’ only, as it gives no care itself.
    """
    costs = {
        (r.organisation, r.line): r.amount
        for r in plan.tables["money"]
        if isinstance(r, MoneyLine) and r.direction == "cost"
    }
    lines: dict[tuple[str, str], float] = defaultdict(float)
    for i in plan.initiatives:
        for e in i.effects:
            if isinstance(e, Spend) and e.saving:
                lines[e.organisation, e.saving.line] += middle(plan, e.saving.amount)
    whole: dict[str, float] = defaultdict(float)
    payers = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "commissioner"}
    for (organisation, line), saving in lines.items():
        for who in {SYSTEM} | {organisation} - payers:
            whole[who] += saving
        if costs.get((organisation, line), 0.0) > 0 and saving > 0:
            yield Taken(organisation, line, saving, costs[organisation, line])
    for organisation, saving in whole.items():
        spending = sum(amount for (o, _), amount in costs.items() if organisation in (o, SYSTEM))
        if spending > 0 and saving > 0:
            yield Taken(organisation, "", saving, spending)


class SpendShare(StressTest):
    """Savings against the spending that they are taken from."""

    name, title = "spend-share", "What the savings are taken from"
    question = "How much of each budget do its savings take away?"
    method = (
        "The test reads the plan. Each saving is set against what its line of the budget costs in the first year. All savings of each one are set against all that it spends. "
        "What may not come of them is not taken off. The limits are 2% and 4% a year, over the years of the plan."
    )
    grounds = "The plans of 2016 did not say what their savings were a share of. London’s plans counted on 3 to 4% a year. To use the limits line by line is a judgement."
    source = "CIPFA 2016"
    exactly = (
        "Reads the plan: savings on a cost line against what the line costs in the base year, and all savings of an organisation against all that it spends,"
        " before what is likely to be delivered. The bounds are 2 and 4 % a year over the years of the plan."
    )

    def ask(self, plan: Plan) -> str:
        """There must be a saving of a budget that is known."""
        return (
            ""
            if next(taken(plan), None)
            else "No initiative has a saving on a cost line or of an organisation whose costs are known."
        )

    def run(self, scene: Scene) -> list[Taken]:
        """Budgets, those that lose most first; whole organisations before their lines."""
        return sorted(taken(scene.plan), key=lambda t: (bool(t.line), -t.share, t.organisation))

    def tell(self, plan: Plan, found: list[Taken]) -> dict[str, Any]:
        """The organisation that loses most, and the line that does."""
        called, years = names(plan), max(plan.about.months // 12 - 1, 1)
        usual, most = (most_saved(rate, years) for rate in (USUAL, MOST))

        def said(t: Taken) -> str:
            return f"{called.get(t.organisation, t.organisation)}: {t.line or 'all that it spends'}"

        rows = tuple(
            StressRow(what=said(t), figure=t.share, threshold=usual, result=result_of(t.share, usual, most),
                      shown=f"{t.share:.1%}: {pounds(t.saving)} of {pounds(t.spending)}")
            for t in found
        )  # fmt: skip
        worst = max(found, key=lambda t: t.share)
        of = f"what it spends on {worst.line}" if worst.line else "all that it spends"
        who = "The whole system" if worst.organisation == SYSTEM else called.get(worst.organisation, worst.organisation)
        result = result_of(worst.share, usual, most)
        words = {
            "pass": "No budget has to save more than 2 % a year.",
            "amber": "That is more than 2 % a year.",
            "fail": "That is more than 4 % a year, which nobody has kept up.",
        }
        return {
            "result": result, "figure": worst.share, "unit": "share of the spending it is taken from",
            "threshold": f"at most {usual:.0%} in {years} years; above {most:.0%} fails",
            "sentence": f"{who} is to save {worst.share:.0%} of {of}. {words[result]}", "rows": rows,
        }  # fmt: skip


def result_of(share: float, usual: float, most: float) -> Result:
    """Pass, amber or fail by two bounds.

    >>> result_of(0.05, 0.08, 0.15), result_of(0.1, 0.08, 0.15), result_of(0.2, 0.08, 0.15)
    ('pass', 'amber', 'fail')
    """
    return "pass" if share <= usual else "amber" if share <= most else "fail"
