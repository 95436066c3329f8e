"""What each organisation and contract comes to in a form of payment, as figures with their intervals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from placeplan.compare.plans import paired
from placeplan.contracts.base import Contract
from placeplan.incentives.risk import Each, for_each, moves, passed_on, share_alone, spread
from placeplan.model.outcomes import Array
from placeplan.plan.promises import Promise
from placeplan.stress.laboratory.drivers import RISKS
from placeplan.stress.laboratory.worlds import Paid, organisations, total_of
from placeplan.stress.nudges import STEP
from placeplan.stress.results.contracts import Change, Earned, Has, KeptIn, Moves, Passes

SYSTEM = "system"
GIVEN = 0.5
"""Least part of what is asked for more that has to be given, for what it brings to be told: else other care moves more than this."""


def changed(first: Array, second: Array) -> Change:
    """A difference in the same futures, with its interval."""
    p = paired(first, second)
    return Change(mean=p.difference, low=p.low, high=p.high)


def has(usual: Paid, own: Paid, names: dict[str, str]) -> Iterator[Has]:
    """What each organisation has; usual: the plan as it stands."""
    for o in organisations(own.plan):
        surplus = own.all.position[o]
        low, high = spread(surplus)
        duties = [own.kept[p.id] for p in own.plan.promises if p.hard and p.organisation == o and p.id in own.kept]
        yield Has(
            organisation=o, name=names[o], surplus=float(surplus.mean()), low=low, high=high,
            change=None if own is usual else changed(usual.all.position[o], surplus),
            along=changed(own.minimum.position[o], surplus), risks=tuple(_moves(own, o)),
            duties=float(np.min(duties, axis=0).mean()) if duties else None,
        )  # fmt: skip


def _moves(own: Paid, organisation: str) -> Iterator[Moves]:
    """How far its surplus moves by each risk alone."""
    whole = own.all.position[organisation]
    for risk in RISKS:
        alone = own.apart[risk].position[organisation]
        low, high = spread(alone)
        yield Moves(risk=risk, low=low, high=high, share=share_alone(alone, whole))


def provider_of(c: Contract, own: Paid) -> str:
    """Whose costs a contract meets: who is paid; of a pool whoever of the place gets most of it, and is paid more than it pays."""
    inside = organisations(own.plan)
    most = {o: float(v.mean()) for (name, o), v in own.all.received.items() if name == c.id and o in inside}
    return max(most, key=lambda o: most[o]) if most and max(most.values()) > 0 else ""


def passes(c: Contract, own: Paid) -> Iterator[Passes]:
    """What a contract passes on of each risk."""
    who = provider_of(c, own)
    for risk in RISKS:
        world = own.apart[risk]
        low, high = spread(total_of(c, world))
        cost = world.cost(who) if who else np.zeros(1)
        known = moves(cost)
        every = sum((v for (_, o), v in world.received.items() if o == who), np.zeros(1))
        yield Passes(
            risk=risk, low=low, high=high, passed=passed_on(world.received[c.id, who], cost) if known else None,
            together=passed_on(every, cost) if known else None, follows=_follows(c, own) if risk == "volume" else None,
        )  # fmt: skip


def _follows(c: Contract, own: Paid) -> float | None:
    """By how many per cent a payment is more for 1% more care; None where nothing is paid."""
    mean = float(total_of(c, own.all).mean())
    return own.follows[c.id] / (STEP * mean) if abs(mean) >= 1.0 else None


def earned(own: Paid, names: dict[str, str]) -> Iterator[Earned]:
    """What one contact more brings who gives it."""
    for (o, pod), more in sorted(own.more.items()):
        given = paired(0.0 * more.contacts, more.contacts).low > 0 and more.contacts.mean() >= GIVEN * more.asked
        pays, leaves = (for_each(x, more.contacts) for x in (more.income, more.position))
        costs = for_each(more.income - more.position, more.contacts)
        figures = {"pays": _change(pays), "costs": _change(costs), "leaves": _change(leaves)}
        yield Earned(organisation=o, name=names[o], pod=pod, pod_name=names.get(pod, pod), given=bool(given), **figures)


def _change(each: Each) -> Change:
    return Change(
        **{
            k: float(np.nan_to_num(v, nan=0.0, posinf=0.0, neginf=0.0))
            for k, v in zip(("mean", "low", "high"), each, strict=True)
        }
    )


def promises(usual: Paid, own: Paid, every: tuple[Promise, ...], names: dict[str, str]) -> Iterator[KeptIn]:
    """How surely each promise is kept; its change against the plan as it stands."""
    for p in every:
        if p.id in own.kept and p.id in usual.kept:
            change = paired(usual.kept[p.id], own.kept[p.id])
            name = p.name if p.organisation == SYSTEM else f"{names.get(p.organisation, p.organisation)}: {p.name}"
            yield KeptIn(
                promise=p.id,
                name=name,
                hard=p.hard,
                share=float(own.kept[p.id].mean()),
                low=change.low,
                high=change.high,
            )
