"""Who is paid more by a contract when an outcome gets worse, and by which of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from placeplan.compare.plans import Paired, paired
from placeplan.contracts.base import Cause, Contract
from placeplan.contracts.measures import Reading
from placeplan.core.tables import Site
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.laboratory.wording import wording
from placeplan.stress.nudges import Nudge, received

SMALL = 1000.0
"""£ a year below which more is not told."""


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
    lines: tuple[str, ...]
    """What of the contract pays it and hangs on something that moved; blank: the contract cannot tell its lines apart."""


def reads(plan: Plan, every: Sequence[Nudge]) -> frozenset[str]:
    """Outcomes that are needed: money, contacts, what contracts measure, and what is made worse."""
    measured = {r.outcome for c in plan.contracts for r in c.outcomes()}
    return frozenset({"position", "contract_payment", "activity", *measured, *(n.outcome for n in every)})


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
    return Earned(n, c, who, income, own, usual.years[year], tuple(_lines(plan, c, who, usual, worse)))


def _lines(plan: Plan, c: Contract, who: str, usual: Outcomes, worse: Outcomes) -> Iterator[str]:
    """Lines of a contract that pay an organisation, and on what moved towards paying more over the run."""
    for line in c.lines(wording(plan)):
        if line.to == who and any(_moved(plan, cause, usual, worse) for cause in line.on):
            yield line.words


def _moved(plan: Plan, cause: Cause, usual: Outcomes, worse: Outcomes) -> bool:
    """Whether what a payment hangs on clearly moved in the way that pays more."""
    if isinstance(cause.of, Reading):
        outcome, entities = cause.of.outcome, [cause.of.entity]
    else:
        organisation, pod = cause.of
        sites = [s.id for s in plan.tables["sites"] if isinstance(s, Site) and s.organisation == organisation]
        outcome, entities = "activity", [f"{s}/{pod}" for s in dict.fromkeys((organisation, *sites))]
    if outcome not in usual.series:
        return False
    there = [e for e in entities if e in usual[outcome].entities]
    before, after = (sum((o[outcome].by_year(e).sum(axis=1) for e in there), np.zeros(o.count)) for o in (usual, worse))
    change = paired(before, after)
    return (cause.way >= 0 and change.low > 0) or (cause.way <= 0 and change.high < 0)
