"""Who is paid more by a contract when an outcome gets worse, and by which of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from placeplan.compare.plans import Paired, paired
from placeplan.contracts.base import Contract
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.laboratory.wording import wording
from placeplan.stress.nudges import Nudge, received

SMALL = 1000.0
"""£ a year below which more is not told."""


class Paying(NamedTuple):
    """One line of a contract, and what it pays more."""

    words: str
    more: float
    """£ in the year; negative: less."""


class Earned(NamedTuple):
    """A contract under which somebody is paid more when an outcome gets worse."""

    nudge: Nudge
    contract: Contract
    organisation: str
    income: Paired
    position: Paired
    """Of the organisation, all its contracts and costs counted."""
    year: str
    """Financial year in which it earns most; both figures are of it."""
    lines: tuple[Paying, ...]
    """What its lines pay it more or less in that year, the most first; blank: the contract cannot tell its lines apart."""


def reads(plan: Plan, every: Sequence[Nudge]) -> frozenset[str]:
    """Outcomes that are needed: money, by line of a contract too, what contracts measure, and what is made worse."""
    measured = {r.outcome for c in plan.contracts for r in c.outcomes()}
    return frozenset({"position", "contract_payment", "contract_line", *measured, *(n.outcome for n in every)})


def last_year(usual: Outcomes, worse: Outcomes, n: Nudge) -> Paired:
    """What is made worse, in the last year, in both."""
    return paired(*(o[n.outcome].by_year(n.entity)[:, -1] for o in (usual, worse)))


def paid(contract: Contract, organisation: str, outcomes: Outcomes) -> Array:
    """What an organisation is really paid under a contract, £ a year, ``[future, year]``.

    Of the payee it is what it receives less what it pays back, so that a fine that shrinks counts. Who pays counts only
    with what comes to it beyond what it pays: a reward that it need not pay is nobody's gain. In a pool it is what the
    purposes pay an organisation, host or not, and of its own money only what comes back beyond what it paid in.
    """
    if not contract.pays_in():
        net = received(contract, organisation, outcomes)
        return net if organisation == contract.payee else np.maximum(net, 0.0)
    back, into = contract.stake(organisation)
    own = _sum(contract, back, outcomes) - _sum(contract, into, outcomes)
    return _sum(contract, contract.spends_on(organisation), outcomes) + np.maximum(own, 0.0)


def _sum(contract: Contract, parts: Sequence[str], outcomes: Outcomes) -> Array:
    """Parts of a contract together, £ a year, ``[future, year]``."""
    series = outcomes["contract_payment"]
    return sum((series.by_year(f"{contract.id}/{p}") for p in parts), 0.0 * series.by_year(contract.id))


def earned_by(plan: Plan, n: Nudge, usual: Outcomes, worse: Outcomes) -> Iterator[Earned]:
    """Contracts, and who of their parties is paid clearly more; none where the outcome is not clearly worse."""
    if last_year(usual, worse, n).low <= 0:
        return
    inside = usual["position"].entities
    for c in plan.contracts:
        for who in dict.fromkeys((c.payee, c.payer, *sorted(o for o, _ in c.parties()))):
            found = _earned(plan, n, c, who, usual, worse) if who in inside else None
            if found is not None:
                yield found


def _earned(plan: Plan, n: Nudge, c: Contract, who: str, usual: Outcomes, worse: Outcomes) -> Earned | None:
    """One party of a contract: what it is paid more, at most by what its receipts less its payments rise; None where that is not clear."""
    net = received(c, who, worse) - received(c, who, usual)
    before = paid(c, who, usual)
    more = np.minimum(paid(c, who, worse) - before, net)
    year = int(more.mean(axis=0).argmax())
    income = paired(before[:, year], before[:, year] + more[:, year])
    if income.low <= 0 or income.difference < SMALL:
        return None
    own = paired(*(o["position"].by_year(who)[:, year] for o in (usual, worse)))
    lines = sorted(_lines(plan, c, who, year, usual, worse), key=lambda line: -line.more)
    return Earned(n, c, who, income, own, usual.years[year], tuple(lines))


def _lines(plan: Plan, c: Contract, who: str, year: int, usual: Outcomes, worse: Outcomes) -> Iterator[Paying]:
    """Lines of a contract that pay an organisation clearly more, or less, in a year."""
    for n, line in enumerate(c.lines(wording(plan))):
        more = paired(*(o["contract_line"].by_year(f"{c.id}/{n}")[:, year] for o in (usual, worse)))
        if line.to == who and (more.low > 0 or more.high < 0) and abs(more.difference) >= SMALL:
            yield Paying(line.words, more.difference)
