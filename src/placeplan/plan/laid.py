"""A form of payment laid over a plan: the plan with other contracts, and its initiatives ending and beginning what is there then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from placeplan.contracts.base import Contract
from placeplan.core.calendar import month_index, month_of
from placeplan.effects.base import Effect
from placeplan.plan.initiatives import Initiative
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.scenarios import Rule
from placeplan.plan.schema import Plan

WAITS = "by_initiative"


class Laid(NamedTuple):
    """Contracts and initiatives of a plan under a form of payment."""

    contracts: tuple[Contract, ...]
    initiatives: tuple[Initiative, ...]
    follows: Mapping[str, str]
    """By id of each contract that begins later in another's place, the id of that other one."""


def laid(plan: Plan, form: PaymentForm) -> Plan:
    """The plan paid in another form; everything else stays. The plan itself is not changed."""
    found = lay(form, plan.contracts, plan.initiatives, plan.about.start)
    return plan.changed(contracts=found.contracts, initiatives=found.initiatives)


def lay(form: PaymentForm, contracts: Iterable[Contract], initiatives: Iterable[Initiative], first: str) -> Laid:
    """What `laid` changes, of some contracts and initiatives; first: the run's first month."""
    books = _Books({c.id: c for c in contracts}, {i.id: i for i in initiatives}, first)
    for name in form.removes:
        books.take_away(name, form.start or first)
    for contract in form.contracts:
        books.give(contract, form)
    agreed = {c.id for c in form.contracts}
    for rule in form.rules:
        books.rule(rule, form.national_start or form.local_start or first, agreed | set(books.follows), form.id)
    return Laid(tuple(books.contracts.values()), tuple(books.initiatives.values()), books.follows)


@dataclass
class _Books:
    """The contracts of a plan while a form is laid over it."""

    contracts: dict[str, Contract]
    initiatives: dict[str, Initiative]
    first: str
    follows: dict[str, str] = field(default_factory=dict)

    def take_away(self, name: str, month: str) -> None:
        """Ends a contract; one that an initiative begins never begins."""
        waits = self.contracts[name].starts == WAITS if name in self.contracts else False
        if waits:
            self._without(name)
        self._end(name, self.first if waits else month)

    def give(self, new: Contract, form: PaymentForm) -> None:
        """Puts a contract in the place of the one of its id, or beside all."""
        old = self.contracts.get(new.id)
        waits = old is not None and old.starts == WAITS
        starts = new.starts or form.start or (WAITS if waits else None)
        new = new.model_copy(update={"starts": starts})
        late = old is not None and old.starts not in (None, WAITS) and str(starts) <= str(old.starts)
        if old is None or starts in (None, WAITS) or starts <= self.first or late:
            if waits and starts != WAITS:
                self._instead(new.id, self.first)
            self.contracts[new.id] = new
            return
        if waits:
            self._instead(new.id, starts, stays=True)
        self._follow(old, new, starts, form.id)

    def rule(self, rule: Rule, month: str, keeps: set[str], form: str) -> None:
        """Replaces fields of every contract that a rule names from a month on, but of those that keep theirs."""
        for c in list(self.contracts.values()):
            if c.id in keeps or c.starts == WAITS or not of_rule(c, rule) or (c.ends and c.ends < month):
                continue
            starts = max(month, c.starts or month)
            if (c.starts or self.first) >= month or month <= self.first:
                self.contracts[c.id] = ruled(c, rule)
            else:
                self._follow(c, ruled(c, rule).model_copy(update={"starts": starts}), starts, form)

    def _follow(self, old: Contract, new: Contract, month: str, form: str) -> None:
        """Ends a contract with the month before, and begins another in its place under an id of its own."""
        name = f"{old.id[:48]}.{form[:15]}"
        self._end(old.id, month)
        self.contracts[name] = new.model_copy(update={"id": name})
        self.follows[name] = old.id
        self.initiatives = {k: ends_too(i, {old.id: name}) for k, i in self.initiatives.items()}
        for c in [c for c in self.contracts.values() if old.id in c.rests_on()]:
            self._follow(c, c.model_copy(update={"share_of": name, "starts": month}), month, form)

    def _end(self, name: str, month: str) -> None:
        """Ends a contract with the month before; takes it away where that leaves it nothing."""
        c = self.contracts.get(name)
        if c is None:
            return
        if month <= max(self.first, c.starts if c.starts not in (None, WAITS) else self.first):
            del self.contracts[name]
            return
        before = month_of(month_index(month) - 1)
        self.contracts[name] = c.model_copy(update={"ends": min(before, c.ends or before)})

    def _instead(self, name: str, month: str, stays: bool = False) -> None:
        """What initiatives would end for a contract ends in its month; stays: they may still begin it before."""
        for old, new in [(old, new) for i in self.initiatives.values() for _, old, new in swaps(i)]:
            if new == name:
                self._end(old, month)
        if not stays:
            self._without(name)

    def _without(self, name: str) -> None:
        """Takes away what would begin a contract."""
        self.initiatives = {k: not_again(i, name) for k, i in self.initiatives.items()}


def swaps(initiative: Initiative) -> list[tuple[Effect, str, str]]:
    """Effects of an initiative that end one contract and begin another, with the ids of both."""
    return [(e, p.old, p.new) for e in initiative.effects for p in e.primitives() if p.table == "contract"]


def of_rule(contract: Contract, rule: Rule) -> bool:
    """Whether a rule is of a contract: named by its id, or by its kind."""
    return contract.id == rule.contract or (bool(rule.kind) and contract.name == rule.kind)


def ruled(contract: Contract, rule: Rule) -> Contract:
    """A contract that says something else; raises ``ValueError`` where it cannot say so."""
    unknown = sorted(set(rule.fields) - set(type(contract).model_fields))
    if unknown:
        raise ValueError(f"it has no field {unknown[0]}")
    fields: dict[str, Any] = {**contract.model_dump(exclude_unset=True), **rule.fields}
    return type(contract).model_validate(fields)


def ends_too(initiative: Initiative, again: Mapping[str, str]) -> Initiative:
    """An initiative that ends a contract ends what has taken its place."""
    more = [e.model_copy(update={"old": again[old]}) for e, old, _ in swaps(initiative) if old in again]
    return initiative.model_copy(update={"effects": (*initiative.effects, *more)}) if more else initiative


def not_again(initiative: Initiative, begun: str) -> Initiative:
    """An initiative without what would begin a contract that has begun already, or never does."""
    gone = [e for e, _, new in swaps(initiative) if new == begun]
    effects = tuple(e for e in initiative.effects if e not in gone)
    return initiative if len(effects) == len(initiative.effects) else initiative.model_copy(update={"effects": effects})
