"""Contracts in a run: who pays whom how much each month. Inside the footprint payments sum to zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.contracts.base import Contract, Leg, Period
from placeplan.contracts.measures import Reading
from placeplan.core.calendar import days_in, financial_year, year_days
from placeplan.core.tables import Organisation
from placeplan.effects.base import Primitive
from placeplan.model.demand import BEYOND, Home
from placeplan.model.draws import Draws
from placeplan.model.heads import Heads
from placeplan.model.money import Prices
from placeplan.model.readings import read
from placeplan.model.record import Recorder
from placeplan.model.settlement import ByLine, Settlement
from placeplan.model.uptake import NEVER

LINES = "contract_line"
Array = np.ndarray[Any, np.dtype[np.float64]]


def homes(contracts: Iterable[Contract], areas: Iterable[str]) -> dict[str, Home]:
    """By area, the contracts that pay for its people by name; areas with the same ones need not be told apart."""
    named = sorted((c.id, c.areas) for c in contracts if c.areas)
    return {area: tuple(c for c, own in named if area in own) for area in areas}


@dataclass(frozen=True)
class Terms:
    """What of a contract no month changes."""

    counts: Mapping[str, tuple[str, str]]
    prices: Mapping[str, Any]
    """Drawn value of each assumption that it names, ``[future]``."""
    shares: Sequence[dict[str, float]]
    """By month from April: share of the base year's activity, by name of what it counts."""
    outcomes: tuple[Reading, ...]
    begins: Sequence[tuple[str, Primitive]]
    """What begins it, each with its initiative."""
    ends: Sequence[tuple[str, Primitive]]
    """What ends it."""
    outside: bool
    """Whether its payer is from outside, and pays for people from beyond."""


class Payments:
    """The contracts of a run in order of id, for one block of futures."""

    def __init__(
        self, baseline: Baseline, contracts: tuple[Contract, ...], organisations: Sequence[Organisation], draws: Draws,
        recontracts: tuple[tuple[str, Primitive], ...], started: Mapping[str, Array], ends: Mapping[str, Any],
        by_line: bool = False,
    ) -> None:  # fmt: skip
        self.baseline, self.draws, self.prices = baseline, draws, Prices(draws)
        self.organisations = {o.id: o for o in organisations}
        self.contracts = tuple(sorted(contracts, key=lambda c: (bool(c.rests_on()), c.id)))
        self.recontracts, self.started, self.ends = recontracts, started, ends
        self.profiles = {pod: baseline.base_profile(pod) for pod in baseline.pods}
        self.terms = {c.id: self._terms(c) for c in self.contracts}
        self.settlements = {c.id: Settlement(c, draws.count, self._years_before(c)) for c in self.contracts}
        self.by_line = {
            c.id: Settlement(ByLine(c), draws.count, self._years_before(c)) for c in (self.contracts if by_line else ())
        }
        self.lines: dict[str, tuple[Leg, ...]] = {}
        """By contract, what each of its lines paid in the latest month, where that is asked for."""
        self.balances: dict[str, Any] = {}
        self.heads = Heads(baseline) if any(c.weighs_heads for c in contracts) else None

    def _terms(self, c: Contract) -> Terms:
        """What of a contract no month changes."""
        shares = {n: self.profiles[pod] for n, (_, pod) in c.counts().items() if pod in self.profiles}
        return Terms(
            counts=c.counts(),
            prices={q: self.draws.of(q, c.payee, c.payer) for q in c.quantities()},
            shares=[{n: float(profile[k]) for n, profile in shares.items()} for k in range(12)],
            outcomes=c.outcomes(),
            begins=[(i, p) for i, p in self.recontracts if p.new == c.id],
            ends=[(i, p) for i, p in self.recontracts if p.old == c.id],
            outside=self.organisations[c.payer].type == "outside",
        )

    def _years_before(self, c: Contract) -> int:
        """Financial years between a contract's start and the run's, where it began before."""
        if c.starts in (None, "by_initiative"):
            return 0
        return max(int(self.baseline.months[0][:4]) - int(financial_year(str(c.starts))[:4]), 0)

    def reads(self) -> frozenset[tuple[str, str]]:
        """(outcome, entity) that some contract reads."""
        return frozenset((r.outcome, r.entity) for c in self.contracts for r in c.outcomes())

    def month(
        self, number: int, everybody: Mapping[tuple[str, str], Any],
        residents: Mapping[Home, Mapping[tuple[str, str], Any]], people: tuple[Any, Any],
        history: Mapping[tuple[str, str], Sequence[Any]],
    ) -> dict[str, tuple[Leg, ...]]:  # fmt: skip
        """Who pays whom in a month by contract, £ nominal, ``[future]``.

        everybody, residents: contacts by (organisation, pod). A payer of the footprint pays for residents (of the areas
        that its contract names), one from outside for people from beyond. people: against the projection, under 75 and
        older; history: what was recorded in earlier months, by (outcome, entity).
        """
        found: dict[str, tuple[Leg, ...]] = {}
        known: dict[tuple[Any, ...], Any] = {}
        for c in self.contracts:
            activity = self._activity(c, everybody, residents, known)
            fresh = self._period(c, number, activity, people, history)
            others = {n: self.contract(n).total(found[n]) / fresh.index for n in c.rests_on()}
            fresh = replace(fresh, others=others) if others else fresh
            active = self.active(c, number)
            found[c.id] = self.settlements[c.id].month(number == 0, active, fresh)
            if c.id in self.by_line:
                self.lines[c.id] = self.by_line[c.id].month(number == 0, active, fresh)
        return {name: found[name] for name in sorted(found)}

    def _activity(
        self, c: Contract, everybody: Mapping[tuple[str, str], Any],
        residents: Mapping[Home, Mapping[tuple[str, str], Any]], known: dict[tuple[Any, ...], Any],
    ) -> dict[str, Any]:  # fmt: skip
        """Contacts of the month that this payer pays for, by name of what is counted; known: residents' sums so far."""
        outside = self.terms[c.id].outside
        own = tuple(home for home in sorted(residents) if outside or not c.areas or c.id in home)
        found = {}
        for name, at in self.terms[c.id].counts.items():
            if (*own, at) not in known:
                known[*own, at] = sum((residents[home].get(at, 0.0) for home in own), np.zeros(self.draws.count))
            theirs = known[*own, at]
            found[name] = everybody.get(at, 0.0) - theirs if outside else theirs
        return found

    def contract(self, id_: str) -> Contract:
        """The contract of an id."""
        return next(c for c in self.contracts if c.id == id_)

    def _period(
        self, c: Contract, number: int, activity: Mapping[str, Any], people: tuple[Any, Any],
        history: Mapping[tuple[str, str], Sequence[Any]],
    ) -> Period:  # fmt: skip
        """One month as a contract's rule reads it."""
        name = self.baseline.months[number]
        days = days_in(name) / year_days(name)
        terms = self.terms[c.id]
        known = {r: read(history, r, number, self.baseline.months) for r in terms.outcomes}
        return Period(
            activity=activity,
            prices=terms.prices,
            shares=terms.shares[number % 12] | {"": days},
            heads=self.heads.of(c.areas, number, *people) * days if self.heads and c.weighs_heads else 0.0,
            outcomes={r: v for r, v in known.items() if v is not None},
            month=number % 12 + 1,
            index=self.prices(c.uplift, number, c.payee, c.payer),
        )

    def record(self, recorder: Recorder, paid: Mapping[str, tuple[Leg, ...]]) -> None:
        """Writes down what each contract pays, its parts, and what pools hold."""
        zero = np.zeros(self.draws.count)
        for name, legs in paid.items():
            c = self.contract(name)
            recorder.put("contract_payment", name, c.total(legs) + zero)
            for leg in legs:
                if leg.part:
                    recorder.put("contract_payment", f"{name}/{leg.part}", leg.pounds + zero)
            held = c.held(legs)
            if held is not None:
                self.balances[name] = self.balances.get(name, zero) + held
                recorder.put("pool_balance", name, self.balances[name])
            for line in self.lines.get(name, ()):
                recorder.put(LINES, f"{name}/{line.part}", line.pounds + zero)

    def homes_of(self, c: Contract, homes: Iterable[Home]) -> frozenset[Home]:
        """Those of some homes for whose people a contract pays."""
        if self.terms[c.id].outside:
            return frozenset({BEYOND})
        return frozenset(home for home in homes if not c.areas or c.id in home)

    def active(self, c: Contract, number: int) -> Any:
        """1 where the contract runs in this month, ``[future]``.

        Of the initiatives that begin or end it the last to have started decides; of two in one month, the one that ends it.
        """
        name, terms = self.baseline.months[number], self.terms[c.id]
        waits = c.starts == "by_initiative"
        if (not waits and name < (c.starts or name)) or name > (c.ends or name):
            return 0.0
        if not all(self.organisations[side].exists(name) for side in (c.payer, c.payee)):
            return 0.0
        active: Any = 0.0 if waits else 1.0
        last: Any = -np.inf
        for begins, effects in ((1.0, terms.begins), (0.0, terms.ends)):
            for i, p in effects:
                start, end = self._start(i, p), self.ends[i]
                if isinstance(end, float) and number > end:
                    continue
                decides = (start <= number) & (start >= last)
                decides = decides if isinstance(end, float) else decides & (end >= number)
                active, last = np.where(decides, begins, active), np.where(decides, start, last)
        return active

    def _start(self, initiative: str, p: Primitive) -> Any:
        """Month from which a contract is another, ``[future]``; `NEVER` where one side does not accept it."""
        start, accepted = self.started[initiative], self.draws.done(initiative, p)
        return start if accepted is None else np.where(accepted > 0, start, NEVER)
