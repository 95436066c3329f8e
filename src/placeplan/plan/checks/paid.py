"""Checks of what all contracts together pay for: each contact once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem
from placeplan.core.tables import Activity, MoneyLine
from placeplan.plan.checks.base import check, organisations, site_organisations
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

OF_NO_POD = ("none", "beds", "staff", "packages", "charges")
"""Drivers of a line that are no care by the contact."""


def _active(draft: Draft) -> dict[tuple[str, str], Item[Activity]]:
    """The first row with activity of each (organisation, pod)."""
    sites = site_organisations(draft)
    found: dict[tuple[str, str], Item[Activity]] = {}
    for row in draft.rows("activity", Activity):
        organisation = sites.get(row.value.site)
        if organisation:
            found.setdefault((organisation, row.value.pod), row)
    return found


@check("paid-twice", "nothing-to-pay")
def contracts_pay_once_for_something(draft: Draft) -> Iterator[Problem]:
    """No two contracts pay one organisation for the same contacts, and it has the activity paid for.

    Of different payers only commissioners are asked: each pays for people of its own.
    """
    kinds = {name: o.type for name, o in organisations(draft).items()}
    active = _active(draft)
    paid: dict[tuple[str, str, str], list[Item[Contract]]] = defaultdict(list)
    run = run_months(draft) or ("", "")
    for item in draft.contracts:
        c = item.value
        for org, pod in c.pays_for():
            payer = "commissioner" if kinds.get(c.payer) == "commissioner" else c.payer
            before = next((i for i in paid[payer, org, pod] if _overlap(i.value, c, run)), None)
            paid[payer, org, pod].append(item)
            if before is not None:
                what = f"{c.payer} pays {org} for {pod} here, and {before.value.payer} in {before.file}."
                yield item.warning(
                    "paid-twice", what, "Let one of the two pay for it, or part their dates or areas.", item.find(pod)
                )
        for org, pod in c.counts().values():
            if (org, pod) not in active and org in organisations(draft) and draft.whole("activity"):
                what = f"{org} has no {pod} in activity.csv."
                yield item.warning("nothing-to-pay", what, "Add the activity, or take the pod away.", item.find(pod))


def _overlap(one: Contract, other: Contract, run: tuple[str, str]) -> bool:
    """Whether two contracts pay in the same months for the same areas, leaving out those that wait for an initiative."""
    if one.areas and other.areas and not set(one.areas) & set(other.areas):
        return False
    starts = [c.starts or run[0] for c in (one, other)]
    ends = [c.ends or run[1] for c in (one, other)]
    return "by_initiative" not in starts and max(starts) <= min(ends)


@check("unpaid")
def care_is_paid_for(draft: Draft) -> Iterator[Problem]:
    """Where contracts say for what they pay, they pay for all the care that an organisation gives.

    An organisation whose contracts name no pods (a block for everything), or whose income line moves with the pod, is
    not asked.
    """
    if not draft.whole("activity", "money") or not draft.whole_elements():
        return
    paid = {at for item in draft.contracts for at in item.value.pays_for()}
    for item in draft.rows("money", MoneyLine):
        if item.value.direction == "income" and item.value.driver not in OF_NO_POD:
            paid.add((item.value.organisation, item.value.driver))
    whole = {c.value.payee for c in draft.contracts if c.value.name in ("block", "capitation") and not c.value.pods()}
    for (org, pod), row in _active(draft).items():
        by_pod = any(o == org for o, _ in paid)
        if by_pod and org not in whole and not paid & {(org, pod), (org, "activity")} and row.value.activity:
            what = f"{org} is paid by the contact for other care, and nothing pays it for {pod}."
            mend = f"Add {pod} to a contract that pays {org} (a block's covers), or to the pods of an income line."
            yield row.warning("unpaid", what, mend, "pod")
