"""Checks of what all contracts together pay for: all care that is given, of all people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from placeplan.core.errors import Problem
from placeplan.core.tables import OUTSIDE, MoneyLine
from placeplan.plan.checks.base import check, known, listed, organisations
from placeplan.plan.checks.cover import active, pays_for_all
from placeplan.plan.draft import Draft

OF_NO_POD = ("none", "beds", "staff", "packages", "charges")
"""Drivers of a line that are no care by the contact."""
COVERED = 0.5
"""Least share of its cost that the income lines of a provider without a contract should cover."""


@check("nothing-to-pay")
def contracts_pay_for_something(draft: Draft) -> Iterator[Problem]:
    """Who is paid for some care has it in the base year."""
    there = active(draft)
    for item in draft.contracts if draft.whole("activity") else ():
        for org, pod in item.value.counts().values():
            if (org, pod) not in there and org in organisations(draft):
                what = f"{org} has no {pod} in activity.csv."
                yield item.warning("nothing-to-pay", what, "Add the activity, or take the pod away.", item.find(pod))


@check("unpaid")
def care_is_paid_for(draft: Draft) -> Iterator[Problem]:
    """Where contracts say for what they pay, they pay for all the care that an organisation gives, of people of all areas.

    An organisation whose contracts name no pods (a block for everything), or whose income line moves with the pod, is
    not asked. Payers from outside pay for people from beyond; who waits for an initiative does not pay from the start.
    """
    if not draft.whole("activity", "money", "areas") or not draft.whole_elements():
        return
    areas = known(draft, "area") - {OUTSIDE}
    paid = _paid_areas(draft, areas)
    contracted = {org for org, _ in paid}
    for item in draft.rows("money", MoneyLine):
        if item.value.direction == "income" and item.value.driver not in OF_NO_POD:
            paid[item.value.organisation, item.value.driver] = areas
    for (org, pod), row in active(draft).items():
        by_pod = any(o == org for o, _ in paid)
        reached = (
            paid.get((org, pod), frozenset())
            | paid.get((org, "activity"), frozenset())
            | paid.get((org, ""), frozenset())
        )
        if not by_pod or areas <= reached or not row.value.activity:
            continue
        if reached:
            what = f"Nothing pays {org} for {pod} of people of {listed(areas - reached)}."
            yield row.warning("unpaid", what, "Name those areas in a contract, or let one pay for all of them.", "pod")
        else:
            other = " by the contact for other care" if org in contracted else " for other care"
            what = f"{org} is paid{other}, and nothing pays it for {pod}."
            mend = f"Add {pod} to a contract that pays {org} (a block's covers), or to the pods of an income line."
            yield row.warning("unpaid", what, mend, "pod")


def _paid_areas(draft: Draft, areas: frozenset[str]) -> dict[tuple[str, str], frozenset[str]]:
    """Areas for whose people contracts pay an organisation, by (organisation, pod); pod "" where one pays for all care."""
    kinds = {name: o.type for name, o in organisations(draft).items()}
    found: dict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    for c in (i.value for i in draft.contracts):
        if kinds.get(c.payer) == "outside" or c.starts == "by_initiative":
            continue
        for at in ((c.payee, ""),) if pays_for_all(c) else c.pays_for():
            found[at] |= frozenset(c.areas) or areas
    return found


@check("unpaid")
def providers_are_paid(draft: Draft) -> Iterator[Problem]:
    """Who gives care is paid under some contract, or has lines of income that cover at least half of its cost.

    Councils and commissioners pay for their care out of what they are allocated.
    """
    if not draft.contracts or not draft.whole("activity", "money", "organisations") or not draft.whole_elements():
        return
    kinds = {name: o.type for name, o in organisations(draft).items()}
    asked = {name for name, kind in kinds.items() if kind not in ("commissioner", "council", "outside")}
    for c in (
        i.value for i in draft.contracts if kinds.get(i.value.payer) != "outside" and i.value.starts != "by_initiative"
    ):
        asked -= {c.payee, *(name for name, _ in c.parties())}
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for line in (i.value for i in draft.rows("money", MoneyLine)):
        sums[line.organisation, line.direction] += line.amount
    for (org, pod), row in active(draft).items():
        income, cost = sums[org, "income"], sums[org, "cost"]
        if org in asked and row.value.activity and income < COVERED * cost:
            asked.remove(org)
            what = f"No contract pays {org} for {pod} or other care; its income of £{income:,.0f} is far from its cost of £{cost:,.0f}."
            yield row.warning(
                "unpaid", what, "Add a contract that pays for it, or the line of income in money.csv.", "site"
            )
