"""Checks of circles: money that goes round through pools, and payments that rest on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from placeplan.contracts.base import Contract
from placeplan.contracts.measures import Condition
from placeplan.core.errors import Problem
from placeplan.plan.checks.base import check, circle
from placeplan.plan.checks.running import courses
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item, Path

PAYMENTS = ("contract_payment", "pool_balance")
"""Outcomes that are what a contract pays or holds."""
MOVED = ("position", "contract_income", "contract_spend", "cash", "against_control_total", "interest")
"""Outcomes of an organisation in which what it pays and is paid under contracts is a part."""


@check("circular-payments")
def payments_do_not_rest_on_each_other(draft: Draft) -> Iterator[Problem]:
    """No contract pays for what it, or one that waits for it, pays.

    It rests on another where it measures what that one pays or holds, or is a share of it. A share of a gain in an organisation's
    money rests on all shares of such gains that the organisation pays or is paid, its own with them.
    """
    contracts = {i.value.id: i.value for i in draft.contracts}
    rests = {c.id: tuple(sorted({*_payments(c, contracts), *_gains(c, contracts)})) for c in contracts.values()}
    told: set[str] = set()
    for item in draft.contracts:
        way = circle(item.value.id, rests)
        if way and not told & set(way):
            told |= set(way)
            own = len(way) == 2
            what = "It pays for what it pays itself." if own else f"Payments wait for each other: {' → '.join(way)}."
            mend = "Measure something that these payments do not change."
            yield item.problem("circular-payments", what, mend, _place(item.value))


def _place(c: Contract) -> Path:
    """Where the first thing that a contract measures is written."""
    return next(((*at, "outcome") for _, at in c.measures()), ("share_of",))


def _payments(c: Contract, contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Contracts whose payment it measures, or of which it is a share."""
    yield from (n for n in c.rests_on() if n in contracts and n != c.id)
    for m, _ in c.measures():
        name = m.entity.partition("/")[0]
        if m.outcome in PAYMENTS and name in contracts:
            yield name


def _gains(c: Contract, contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Shares of gains in money that move what a share of a gain in money measures."""
    whose = _money_of(c)
    if whose and not _conditional(c):
        yield from (d.id for d in contracts.values() if _money_of(d) and not _conditional(d) and whose in _sides(d))


def _conditional(c: Contract) -> bool:
    """Whether what it measures is a bound: then it pays all or nothing, and no share of the figure."""
    return all(isinstance(m, Condition) for m, _ in c.measures())


def _money_of(c: Contract) -> str:
    """Whose money a contract measures, as far as contracts move it; blank: nobody's."""
    return next((m.entity for m, _ in c.measures() if m.outcome in MOVED), "")


def _sides(c: Contract) -> tuple[str, ...]:
    return (c.payer, c.payee, *(name for name, _ in c.parties()))


@check("circular-conditions")
def conditions_do_not_wait_for_each_other(draft: Draft) -> Iterator[Problem]:
    """No two payments hang each on the money of somebody whom the other pays.

    Two payments that hang on one organisation's money are not asked about, nor is what hangs on that of all together.
    """
    contracts = {i.value.id: i.value for i in draft.contracts}
    hangs = {
        c.id: tuple(
            d.id
            for d in contracts.values()
            if d is not c and _money_of(d) not in ("", _money_of(c)) and _money_of(c) in _sides(d)
        )
        for c in contracts.values()
        if _money_of(c) and _conditional(c)
    }
    told: set[str] = set()
    for item in draft.contracts:
        way = circle(item.value.id, hangs)
        if way and not told & set(way):
            told |= set(way)
            what = f"Each hangs on money that another of them moves: {' → '.join(way)}."
            mend = "Let one hang on something else, or make them one."
            yield item.warning("circular-conditions", what, mend, _place(item.value))


@check("circular-pools")
def pools_do_not_feed_each_other(draft: Draft) -> Iterator[Problem]:
    """Money does not go round: who gets more out of a pool than it pays in feeds no other pool whose money comes back to the first.

    A contributor on whom a pool is spent as well counts by the difference. One whose two sides cannot be compared, as a price or an
    assumption is one of them, is left out.
    """
    told: set[frozenset[str]] = set()
    for course in courses(draft):
        pools = {i.value.id: i for i in course.contracts if i.value.pays_in()}
        for month in course.run[:1] + course.run[-1:]:
            there = [i for name, i in pools.items() if month in course.months[name]]
            ways = _feeds(there)
            for item in there:
                way = circle(item.value.id, ways)
                if way and not any(set(way) & t for t in told):
                    told.add(frozenset(way))
                    yield _round(item, way, pools)


def _feeds(pools: list[Item[Contract]]) -> dict[str, tuple[str, ...]]:
    """By pool, the other pools that are fed by those who get money out of it."""
    nets = {i.value.id: i.value.gets() for i in pools}
    return {
        name: tuple(
            o for o, other in nets.items() if o != name and any(own.get(org, 0) > 0 > n for org, n in other.items())
        )
        for name, own in nets.items()
    }


def _round(item: Item[Contract], way: list[str], pools: Mapping[str, Item[Contract]]) -> Problem:
    """The problem of money that goes round, at the first purpose by which it leaves the first pool."""
    steps = []
    at: Path = ()
    for one, other in pairwise(way):
        a, b = pools[one].value, pools[other].value
        through = next(org for org, n in a.gets().items() if n > 0 > b.gets().get(org, 0))
        steps.append(f"{one} pays {through}, which pays into {other}")
        if one == item.value.id:
            at = next(at for name, at in a.parties() if name == through and at[0] not in ("contributors", "balance"))
    what = f"Money goes round: {'; '.join(steps)}."
    mend = (
        "Pay for the purpose out of the pool into which the money comes first, or take one of the contributions away."
    )
    return item.problem("circular-pools", what, mend, at)
