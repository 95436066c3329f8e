"""A plan in one form of payment, run on the same futures as all others: whole, with nothing done, with one group of inputs moving, with one contact more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from placeplan.contracts.base import Contract
from placeplan.core.tables import Activity, Organisation, Pod, Site
from placeplan.model.draws import CHANCE, WhatIf
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.recording import Way
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import with_initiatives
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.laboratory.drivers import LIVE, RISKS, Risk, groups
from placeplan.stress.nudges import STEP, one_more, received
from placeplan.stress.runs.batches import Job, split
from placeplan.stress.runs.held import central, held_draws, kept_together, never_built
from placeplan.stress.runs.kept import keep, years_judged
from placeplan.stress.runs.runner import Runs

NUDGED = 100
"""Futures in which one contact more is given, at most."""
KEEP = frozenset({"position", "contract_payment", "activity"})


class Money(NamedTuple):
    """What each has in one world, £ a year, the mean of the years judged, ``[future]``."""

    position: Mapping[str, Array]
    """Surplus by organisation of the place."""
    received: Mapping[tuple[str, str], Array]
    """By contract and organisation, what it is paid less what it pays."""

    def cost(self, organisation: str) -> Array:
        """What its contracts have to meet: all its costs less its other income."""
        own = sum((v for (_, o), v in self.received.items() if o == organisation), np.zeros(1))
        return own - self.position[organisation]


class More(NamedTuple):
    """What one organisation has where one kind of care is asked for more, less what it has as planned, ``[future]``."""

    contacts: Array
    """A year, at its sites."""
    asked: float
    """1 in 100 of those that it gives as planned, a year, mean over futures."""
    income: Array
    """£ a year under all contracts."""
    position: Array
    """£ a year."""


@dataclass(frozen=True)
class Paid:
    """All that was run of a plan in one form of payment."""

    plan: Plan
    all: Money
    """Everything moves: what is planned."""
    minimum: Money
    """The same with no initiative."""
    apart: Mapping[Risk, Money]
    """One group of inputs moves, the others stand at their middle."""
    more: Mapping[tuple[str, str], More]
    """By organisation and pod."""
    follows: Mapping[str, float]
    """By contract, £ a year that it pays more where 1 in 100 more of all care is asked for, one kind after the other."""
    kept: Mapping[str, Array]
    """By promise, 1 where it is kept, else 0, ``[future]``; those that are not known or due are left out."""
    yearly: Mapping[str, Array]
    """By contract, what it pays altogether, £, mean over futures, ``[year]``."""
    years: tuple[str, ...]


def run(runs: Runs, plan: Plan, promises: Sequence[Promise], what: str) -> Paid:
    """A plan in one form of payment through the first futures of a run.

    One recording does for all: everything moving and each group alone, the plan and the minimum, and each kind of care asked
    for 1 in 100 more.
    """
    nudges = {pod: one_more(plan, pod) for pod in pods_paid(plan)}
    whole = with_initiatives(plan, (*plan.initiatives, *nudges.values()))
    here = runs.here.anew()
    here.recordings.many = runs.here.recordings.many
    here.recordings.foresee(whole, Way(held=True))
    of = _Worlds(replace(runs, here=here), whole, plan, nudges, frozenset(p.outcome for p in promises), what)
    names = organisations(plan)
    (usual, volume, least), asked = of.chance_drawn()
    price, cost = of.chance_held()
    apart: dict[Risk, Money] = {
        risk: money(plan, names, o) for risk, o in zip(RISKS, (volume, price, cost), strict=True)
    }
    few = next(iter(asked.values())).count if asked else 0
    before = _first(usual, few)
    judged = [keep(p, usual, plan.about.judge_from) for p in promises]
    return Paid(
        plan, money(plan, names, usual), money(plan, names, least), apart,
        {(o, pod): m for pod, after in asked.items() for o, m in _more(plan, names, pod, before, after)},
        _follows(plan, names, before, list(asked.values())),
        {k.promise.id: np.asarray(k.whole, dtype=float) for k in judged if k.counts},
        {c.id: usual["contract_payment"].by_year(c.id).mean(axis=0) for c in plan.contracts}, usual.years,
    )  # fmt: skip


def foreseen(plan: Plan, futures: int) -> int:
    """Futures that one form takes."""
    return (3 + len(RISKS) - 1) * futures + len(pods_paid(plan)) * min(futures, NUDGED)


def organisations(plan: Plan) -> tuple[str, ...]:
    """Those of the place, in order of id."""
    there = (o for o in plan.tables["organisations"] if isinstance(o, Organisation))
    return tuple(sorted(o.id for o in there if o.type != "outside"))


def pods_paid(plan: Plan) -> tuple[str, ...]:
    """Kinds of care that are given here and that some contract pays for, in the plan's order."""
    active = {r.pod for r in plan.tables["activity"] if isinstance(r, Activity) and r.activity}
    paid = {pod for c in plan.contracts for _, pod in (*c.pays_for(), *c.counts().values())}
    return tuple(p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.id in active & paid)


@dataclass(frozen=True)
class _Worlds:
    """The runs of one form."""

    runs: Runs
    whole: Plan
    """With all nudges in it."""
    plan: Plan
    nudges: Mapping[str, Initiative]
    judged: frozenset[str]
    what: str

    def chance_drawn(self) -> tuple[list[Outcomes], dict[str, Outcomes]]:
        """As planned, with volume alone moving, with nothing done; and with each kind of care asked for more."""
        count = self.runs.futures.count
        few, pods = min(count, NUDGED), list(self.nudges)
        sizes = [count, count, count, *[few] * len(pods)]
        found = self._run(
            [self._live(None, count), self._live("volume", count), self._live(None, count), *[self._live(None, few)] * len(pods)],
            [{}, {}, {i.id: True for i in self.plan.initiatives}, *({"asked": pod} for pod in pods)], sizes, held=False,
        )  # fmt: skip
        return found[:3], dict(zip(pods, found[3:], strict=True))

    def chance_held(self) -> list[Outcomes]:
        """With prices alone moving, and with costs alone."""
        count = self.runs.futures.count
        return self._run([self._live(r, count) for r in RISKS[1:]], [{}, {}], [count, count], held=True)

    def _live(self, risk: Risk | None, count: int) -> tuple[frozenset[str] | None, dict[str, Array]]:
        """What moves, and what is drawn, ``[future]``."""
        live = None if risk is None else LIVE[risk]
        drawn = self.runs.here.draws(self.whole, Job("", self.whole, self.runs.first(count)))
        if live is None:
            return live, dict(drawn)
        middle = self.runs.here.draws(self.whole, central(replace(self.runs, plan=self.whole)))
        return live, held_draws(self.whole, [live], drawn, middle, groups(self.plan))

    def _run(
        self, worlds: Sequence[tuple[frozenset[str] | None, Mapping[str, Array]]], off: Sequence[Mapping[str, Any]],
        sizes: Sequence[int], *, held: bool,
    ) -> list[Outcomes]:  # fmt: skip
        """Several worlds in one call, one after the other."""
        runs, here = self.runs, self.runs.here
        numbers = tuple(int(n) for size in sizes for n in runs.first(size).numbers())
        draws = {name: np.concatenate([d[name] for _, d in worlds]) for name in worlds[0][1]}
        futures = replace(
            runs.futures, ids=numbers, count=len(numbers), first=0, held=frozenset({CHANCE}) if held else frozenset()
        )
        found = here.simulate(
            self.whole, here.baseline(self.whole), futures, (), here.threads, draws=draws,
            what_if=self._what_if([live for live, _ in worlds], off, sizes), keep=KEEP | self.judged, recordings=here.recordings,
        )  # fmt: skip
        runs.progress.add(len(numbers), self.what)
        return split(found, sizes)

    def _what_if(
        self, live: Sequence[frozenset[str] | None], off: Sequence[Mapping[str, Any]], sizes: Sequence[int]
    ) -> WhatIf:
        """What is otherwise in each world: initiatives that never begin, buildings that are never built, partners that stay."""
        middle = self.runs.here.draws(self.whole, central(replace(self.runs, plan=self.whole)))
        everything = frozenset(LIVE["volume"])
        sets = [everything if s is None else s for s in live]
        unbuilt = {i: np.repeat(v, sizes) for i, v in never_built(self.whole, sets, middle, 1).items()}
        stays = {i: np.repeat(v, sizes) for i, v in kept_together(self.whole, sets, middle, 1).items()}
        never = {i.id: np.repeat([i.id in own for own in off], sizes) for i in self.plan.initiatives}
        asked = {i.id: np.repeat([own.get("asked") != pod for own in off], sizes) for pod, i in self.nudges.items()}
        return WhatIf({i: v | unbuilt.get(i, False) for i, v in (never | asked).items()}, dated=stays)


def money(plan: Plan, names: Sequence[str], outcomes: Outcomes) -> Money:
    """What each has, the mean of the years judged."""
    years = [outcomes.years.index(y) for y in years_judged(plan)]

    def mean(by_year: Array) -> Array:
        found: Array = by_year[:, years].mean(axis=1)
        return found

    got = {
        (c.id, o): mean(received(c, o, outcomes))
        for c in plan.contracts
        for o in sorted({c.payer, c.payee, *(n for n, _ in c.parties())})
    }
    return Money({o: mean(outcomes["position"].by_year(o)) for o in names}, got)


def _first(outcomes: Outcomes, count: int) -> Outcomes:
    """The first futures of a run."""
    return split(outcomes, [count, outcomes.count - count])[0] if 0 < count < outcomes.count else outcomes


def _more(plan: Plan, names: Sequence[str], pod: str, before: Outcomes, after: Outcomes) -> Iterator[tuple[str, More]]:
    """What one kind of care more brings each organisation that gives it."""
    years = [before.years.index(y) for y in years_judged(plan)]
    one, other = money(plan, names, before), money(plan, names, after)
    places = {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)} | {o: o for o in names}
    series = before["activity"]
    for o in names:
        there = [f"{s}/{pod}" for s, own in sorted(places.items()) if own == o and f"{s}/{pod}" in series.entities]
        if not there:
            continue
        contacts = sum((after["activity"].by_year(e) - series.by_year(e))[:, years].mean(axis=1) for e in there)
        income = sum(
            (other.received[at] - one.received[at] for at in one.received if at[1] == o), np.zeros(before.count)
        )
        base = sum(float(series.by_year(e)[:, years].mean()) for e in there)
        yield o, More(np.asarray(contacts), STEP * base, income, other.position[o] - one.position[o])


def _follows(plan: Plan, names: Sequence[str], before: Outcomes, asked: Sequence[Outcomes]) -> dict[str, float]:
    """What each contract pays more as each kind of care in turn is asked for more, £ a year."""
    one = money(plan, names, before)
    others = [money(plan, names, after) for after in asked]
    return {
        c.id: float(sum((total_of(c, other) - total_of(c, one)).mean() for other in others)) for c in plan.contracts
    }


def total_of(c: Contract, world: Money) -> Array:
    """What a contract pays who is paid, £ a year, ``[future]``; of a pool, what all get out of it beyond what they pay in."""
    if not c.pays_in():
        return world.received[c.id, c.payee]
    got = [v for (name, _), v in world.received.items() if name == c.id]
    found: Array = np.maximum(np.array(got), 0.0).sum(axis=0)
    return found
