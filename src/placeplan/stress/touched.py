"""Whom an initiative costs something, what kind of change it is, and which rules it therefore has to keep: read off its effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from placeplan.contracts.base import Contract
from placeplan.core.tables import Site
from placeplan.effects.base import Primitive
from placeplan.plan.initiatives import MERGER, Initiative
from placeplan.plan.rules import Rule, Touch
from placeplan.plan.schema import Plan

CAPACITY = frozenset({"beds", "slots", "contacts", "packages"})
"""Tables on which an effect below 0 takes something away."""
POOLED = "pooled"
"""Kind of contract under which money is pooled."""


def primitives_of(i: Initiative) -> list[Primitive]:
    """All that an initiative does, as primitives."""
    return [p for e in i.effects for p in e.primitives()]


def touched(plan: Plan, i: Initiative) -> dict[str, tuple[str, ...]]:
    """By organisation in order of id, why it pays or loses by an initiative: the words of `_reasons`, each once."""
    found: dict[str, dict[str, None]] = {}
    for organisation, why in _reasons(plan, i):
        if organisation and why:
            found.setdefault(organisation, {})[why] = None
    return {o: tuple(found[o]) for o in sorted(found)}


def _reasons(plan: Plan, i: Initiative) -> Iterator[tuple[str, str]]:
    """Organisations with what each pays, bears or loses, in the order of the effects."""
    sites = {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)}
    contracts = {c.id: c for c in plan.contracts}
    for p in primitives_of(i):
        if p.table == "sites":
            yield from ((sites.get(s, s), "care leaves it") for s in p.scope.sites)
        elif p.table == "contract":
            yield from _sides(contracts, p)
        else:
            yield p.organisation or sites.get(p.site, p.site), _word(p, plan.middle(p.quantity))
    if i.capital and i.capital.need > 0:
        yield i.capital.organisation, "bears the building"
    if i.theme == MERGER:
        yield from ((o, "becomes part of one") for o in (i.owner, *(p.organisation for p in i.partners)))
    yield from ((p.organisation, "steps aside") for p in i.partners if p.role == "step_aside")


def _word(p: Primitive, amount: float) -> str:
    """What a primitive on money, staff or capacity takes from its organisation; blank where nothing."""
    if p.table == "cost":
        return "has to save" if p.verb == "scale" else "pays" if amount > 0 else ""
    if p.table == "posts":
        return "pays for posts" if amount > 0 else "loses posts"
    if p.table == "redundancies":
        return "loses posts"
    if p.table in CAPACITY and p.verb == "add" and amount < 0:
        return "loses beds" if p.table == "beds" else "loses care"
    return ""


def _sides(contracts: dict[str, Contract], p: Primitive) -> Iterator[tuple[str, str]]:
    """Both sides of the contracts that give way and take their place."""
    for c in (contracts[name] for name in (p.old, p.new) if name in contracts):
        yield c.payer, "pays in another way"
        yield c.payee, "is paid in another way"


def kinds_of(plan: Plan, i: Initiative) -> frozenset[Touch]:
    """What kind of change an initiative is, by its effects, its theme and what it says that it closes."""
    own, amounts = primitives_of(i), [(p, plan.middle(p.quantity)) for p in primitives_of(i)]
    contracts = {c.id: c for c in plan.contracts}
    moves, merges = any(p.table == "sites" for p in own), i.theme == MERGER
    cut = any((p.table == "posts" and a < 0) or p.table == "redundancies" for p, a in amounts)
    less = any(p.table in CAPACITY and p.verb == "add" and a < 0 for p, a in amounts)
    pooled = any(getattr(contracts.get(p.new), "kind", "") == POOLED for p in own if p.table == "contract")
    found: dict[Touch, bool] = {
        "any": True, "closes": bool(i.closes) or less, "moves_care": moves, "merger": merges, "fewer_posts": cut,
        "fewer_beds": any(p.table == "beds" and a < 0 for p, a in amounts), "moves_staff": moves or merges,
        "contract": any(p.table == "contract" for p in own), "builds": i.capital is not None, "records": i.theme == "records",
        "buys": any(p.table == "cost" and p.verb == "add" and not p.line and a > 0 for p, a in amounts), "pools": pooled,
    }  # fmt: skip
    return frozenset(kind for kind, there in found.items() if there)


def rules_for(plan: Plan, i: Initiative, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that apply to what an initiative touches, in force between the run's first month and its start."""
    kinds, first = kinds_of(plan, i), plan.about.start
    return tuple(r for r in rules if kinds & set(r.applies) and r.in_force(first, max(first, i.start or first)))
