"""Checks of what contracts pay and share: no price is nought, and no more than the whole is given out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from placeplan.contracts.base import At, Contract
from placeplan.core.errors import Problem
from placeplan.core.tables import OUTSIDE
from placeplan.plan.checks.base import check, known, organisations
from placeplan.plan.checks.running import Course, courses
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

EXACT = 1e-6
"""How far a sum of shares may lie above 1."""
LOW = 0.1
"""Share of futures in which a price that lies below nought is asked about."""
WHOLE = {
    "payment": "gives out {:g} times what is paid", "gain": "gives out {:g} times the gain", "loss": "takes {:g} times the loss",
    "cost": "counts {:g} times the cost of who is paid",
}  # fmt: skip
"""What shares of more than the whole do, by their sort."""
Part = tuple[Item[Contract], At, float]
"""A share that a contract gives out, and where it is written."""


@check("price-of-zero", "negative-amount")
def prices_are_more_than_nought(draft: Draft) -> Iterator[Problem]:
    """A price or a sum is above nought, as a number and as an assumption."""
    drawn = {i.value.id: i.value.distribution for i in draft.assumptions}
    for item in draft.contracts:
        for quantity, at in item.value.pays():
            zero = quantity == 0
            if isinstance(quantity, str) and quantity in drawn:
                low, middle, high = drawn[quantity].quantile(np.array([LOW, 0.5, 1.0 - LOW]))
                zero = low == middle == high == 0
                if low < 0:
                    what = f"{quantity} is what is paid, and lies below nought in 1 of 10 futures."
                    yield item.warning("negative-amount", what, "Give a distribution above nought.", at)
            if zero:
                what = f"{at[-1]} is {f'{quantity}, which is ' if isinstance(quantity, str) else ''}0."
                mend = "Write what is paid, in £; where nothing is, take it away."
                yield item.problem("price-of-zero", what, mend, at)


@check("shares-above-one")
def no_more_than_the_whole_is_shared(draft: Draft) -> Iterator[Problem]:
    """Shares of one payment, of one gain or loss, and of one cost sum to 1 at most in every month, over all contracts."""
    told: set[frozenset[str]] = set()
    for course in courses(draft):
        for (sort, *_), parts in _given_out(draft, course).items():
            for month in course.run:
                some = [p for p in parts if month in course.months[p[0].value.id]]
                total, names = sum(share for *_, share in some), frozenset(i.value.id for i, *_ in some)
                if total > 1 + EXACT and not names & frozenset().union(*told):
                    told.add(names)
                    item, at, _ = some[-1]
                    beside = sorted(names - {item.value.id})
                    what = f"Together with {', '.join(beside)} it" if beside else "It"
                    what = f"{what} {WHOLE[str(sort)].format(total)}."
                    yield item.problem("shares-above-one", what, "Mend the shares so that they sum to 1 at most.", at)


def _given_out(draft: Draft, course: Course) -> dict[tuple[object, ...], list[Part]]:
    """Shares by what they are of; the first part of the name is its sort."""
    areas = sorted(known(draft, "area") - {OUTSIDE})
    found: dict[tuple[object, ...], list[Part]] = defaultdict(list)
    for item in course.contracts:
        for s in item.value.shares():
            for area in (item.value.areas or areas) if s.by_area else ("",):
                found[s.of, *s.what, area].append((item, s.at, s.share))
    return found


@check("share-of-others")
def shares_are_of_ones_own_payment(draft: Draft) -> Iterator[Problem]:
    """A share of a payment is paid to whom the payment goes."""
    contracts = {i.value.id: i.value for i in draft.contracts}
    for item in draft.contracts:
        for name in item.value.rests_on():
            if name in contracts and contracts[name].payee != item.value.payee:
                what = f"Its share goes to {item.value.payee}, and what it is a share of to {contracts[name].payee}."
                yield item.warning(
                    "share-of-others", what, "Name the contract that pays the same organisation.", "share_of"
                )


@check("both-outside")
def somebody_is_of_the_place(draft: Draft) -> Iterator[Problem]:
    """One side of a contract at least is no organisation from outside."""
    kinds = {name: o.type for name, o in organisations(draft).items()}
    for item in draft.contracts:
        names = (item.value.payer, item.value.payee, *(name for name, _ in item.value.parties()))
        if all(kinds.get(name) == "outside" for name in names):
            what = f"{item.value.payer} and {item.value.payee} are both from outside."
            mend = "Name the organisation of the place that pays or is paid, or take the contract away."
            yield item.problem("both-outside", what, mend, "payee")


@check("limited-twice")
def care_is_limited_once(draft: Draft) -> Iterator[Problem]:
    """No two activity plans limit the same care of the same payer in one month."""
    told: set[tuple[str, str]] = set()
    for course in courses(draft):
        seen: dict[tuple[str, str, str], list[Item[Contract]]] = defaultdict(list)
        for item in course.contracts:
            c = item.value
            for n, planned in enumerate(c.activity_plan):
                name = (c.payer, c.payee, planned.pod)
                other = next((o for o in seen[name] if _both_limit(course, o.value, c)), None)
                seen[name].append(item)
                if other is not None and (item.file, planned.pod) not in told:
                    told.add((item.file, planned.pod))
                    what = f"{planned.pod} at {c.payee} is limited here, and {f'in {other.file}' if other is not item else 'above'} as well."
                    yield item.problem("limited-twice", what, "Keep one of the two plans.", ("activity_plan", n, "pod"))


def _both_limit(course: Course, one: Contract, other: Contract) -> bool:
    apart = one.areas and other.areas and not set(one.areas) & set(other.areas)
    return one.id == other.id or (not apart and bool(course.together(one.id, other.id)))
