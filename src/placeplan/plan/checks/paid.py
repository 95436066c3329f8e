"""Checks of what all contracts together pay for: each contact once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem
from placeplan.core.tables import OUTSIDE, Activity, MoneyLine
from placeplan.plan.checks.base import check, known, listed, organisations, site_organisations
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

OF_NO_POD = ("none", "beds", "staff", "packages", "charges")
"""Drivers of a line that are no care by the contact."""
COVERED = 0.5
"""Least share of its cost that the income lines of a provider without a contract should cover."""


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


def pays_for_all(c: Contract) -> bool:
    """Whether a contract pays for all care of its payee, whatever it is: a block or a sum a head that names no pods."""
    return c.name in ("block", "capitation") and not c.pods()


@check("paid-twice")
def whopays_for_all_pays_once(draft: Draft) -> Iterator[Problem]:
    """A block or a sum a head that names no pods pays for all care; nothing else pays the same for some of it."""
    run = run_months(draft) or ("", "")
    for item in (i for i in draft.contracts if pays_for_all(i.value)):
        c = item.value
        for other in (i.value for i in draft.contracts if (i.value.payer, i.value.payee) == (c.payer, c.payee)):
            cares = "all" if pays_for_all(other) else next((pod for org, pod in other.pays_for() if org == c.payee), "")
            if cares and (cares != "all" or other.id < c.id) and _overlap(other, c, run):
                what = f"It names no pods, so {c.payer} pays {c.payee} for all its care, and {other.id} pays for {cares} of it."
                mend = "Name under covers what it pays for, or part their dates or areas."
                yield item.warning("paid-twice", what.replace("pays for all of it", "does so too"), mend, "kind")
                break


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
    for (org, pod), row in _active(draft).items():
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
def care_is_paid_for_throughout(draft: Draft) -> Iterator[Problem]:
    """Contracts pay for care from the first month of the run to the last, as long as its provider is there.

    Care that some contract pays for once an initiative begins it, or an income line moves with, is not asked about.
    """
    run = run_months(draft)
    if run is None or not draft.whole("activity", "money", "organisations") or not draft.whole_elements():
        return
    kinds = organisations(draft)
    lines = {
        (i.value.organisation, i.value.driver) for i in draft.rows("money", MoneyLine) if i.value.direction == "income"
    }
    for (org, pod), row in _active(draft).items():
        own = [
            i
            for i in draft.contracts
            if (org, pod) in i.value.pays_for() or (pays_for_all(i.value) and i.value.payee == org)
        ]
        own = [i for i in own if i.value.payer in kinds and kinds[i.value.payer].type != "outside"]
        waits = any(i.value.starts == "by_initiative" for i in own)
        if not own or waits or not row.value.activity or lines & {(org, pod), (org, "activity")}:
            continue
        last = max(own, key=lambda i: i.value.ends or run[1])
        first = min(own, key=lambda i: i.value.starts or run[0])
        until, since = last.value.ends or run[1], str(first.value.starts or run[0])
        if until < min(run[1], kinds[org].valid_to or run[1]):
            what = f"It ends in {until}, and nothing pays {org} for {pod} after it."
            yield last.warning("unpaid", what, "Give a later end, or a contract that follows it.", "ends")
        if since > max(run[0], kinds[org].valid_from or run[0]):
            what = f"It starts in {since}, and nothing pays {org} for {pod} before it."
            yield first.warning("unpaid", what, "Give an earlier start, or the contract that came before.", "starts")


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
    for (org, pod), row in _active(draft).items():
        income, cost = sums[org, "income"], sums[org, "cost"]
        if org in asked and row.value.activity and income < COVERED * cost:
            asked.remove(org)
            what = f"No contract pays {org} for {pod} or other care; its income of £{income:,.0f} is far from its cost of £{cost:,.0f}."
            yield row.warning(
                "unpaid", what, "Add a contract that pays for it, or the line of income in money.csv.", "site"
            )
