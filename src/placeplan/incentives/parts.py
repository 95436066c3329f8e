"""Who carries which part of a plan, and what is left of it where some leave.

To carry one's part is to take the actions that one controls: fund and fill posts, open and close, build, accept the contract,
pay. To leave is to take none of them: each goes back to what it is if the minimum is done, and what depends on it fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from placeplan.contracts.base import Contract
from placeplan.core.tables import Organisation, Site
from placeplan.effects.base import Effect, Primitive
from placeplan.plan.initiatives import MERGER, Initiative
from placeplan.plan.schema import Plan

Place = tuple[str, int]
"""An initiative, and the place of one of its effects."""


@dataclass(frozen=True)
class Parts:
    """Who decides what of a plan."""

    players: tuple[str, ...]
    """Organisations of the place that decide anything, in order of id."""
    deciders: Mapping[Place, frozenset[str]]
    """Who all have to carry their part for an effect to be done."""
    needed: Mapping[str, frozenset[str]]
    """By initiative, those without any of whom it does not come to full use: what requires it never begins."""
    builders: Mapping[str, frozenset[str]]
    """By initiative, those without any of whom it never begins at all."""
    requires: Mapping[str, tuple[str, ...]]
    acting: frozenset[Place]
    """Effects that do something, and not only cost or employ: where none of them is left, an initiative has no point."""
    does: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By player, the initiatives of which it carries a part, in order of id."""


@dataclass(frozen=True)
class Left:
    """What is left of a plan where some have left it."""

    off: frozenset[str]
    """Initiatives that never begin."""
    undone: frozenset[Place]
    """Effects of the others that are not done."""


def parts_of(plan: Plan) -> Parts:
    """Who decides what of a plan; organisations from outside carry their part whatever happens."""
    there = (o for o in plan.tables["organisations"] if isinstance(o, Organisation))
    inside = frozenset(o.id for o in there if o.type != "outside")
    initiatives = sorted(plan.initiatives, key=lambda i: i.id)
    deciders = {place: who & inside for i in initiatives for place, who in _deciders(plan, i)}
    needed = {i.id: frozenset(_needed(i, deciders)) & inside for i in initiatives}
    builders = {i.id: _builders(i, needed[i.id]) & inside for i in initiatives}
    acting = frozenset((i.id, n) for i in initiatives for n, e in enumerate(i.effects) if _acts(e))
    does = _does(inside, deciders, needed)
    requires = {i.id: i.requires for i in plan.initiatives}
    return Parts(tuple(does), deciders, needed, builders, requires, acting, does)


def _deciders(plan: Plan, i: Initiative) -> Iterator[tuple[Place, frozenset[str]]]:
    """Who decides over each effect of an initiative; its owner where an effect names nobody."""
    sites = {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)}
    contracts = {c.id: c for c in plan.contracts}
    for n, effect in enumerate(i.effects):
        who = frozenset(o for p in effect.primitives() for o in _of(p, i, sites, contracts))
        yield (i.id, n), who or frozenset({i.owner})


def _acts(effect: Effect) -> bool:
    """Whether an effect does something, and not only costs or employs."""
    return any(p.table != "posts" and (p.table, p.verb) != ("cost", "add") for p in effect.primitives())


def _builders(i: Initiative, needed: frozenset[str]) -> frozenset[str]:
    """Without any of whom an initiative never begins: who builds, and where it has no effects all whom it needs."""
    built = frozenset({i.capital.organisation}) if i.capital and i.capital.need > 0 else frozenset[str]()
    return built if i.effects else built | needed


def _does(
    inside: frozenset[str], deciders: Mapping[Place, frozenset[str]], needed: Mapping[str, frozenset[str]]
) -> dict[str, tuple[str, ...]]:
    """By player in order of id, the initiatives of which it carries a part."""
    found: dict[str, set[str]] = {}
    for initiative, who in (*((place[0], who) for place, who in deciders.items()), *needed.items()):
        for o in who & inside:
            found.setdefault(o, set()).add(initiative)
    return {o: tuple(sorted(own)) for o, own in sorted(found.items())}


def _of(p: Primitive, i: Initiative, sites: Mapping[str, str], contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Who decides over one primitive; nobody where it names none: then the owner does."""
    if p.table == "contract":
        for name in (p.old, p.new):
            if name in contracts:
                yield from (contracts[name].payer, contracts[name].payee)
    elif p.organisation or p.site:
        yield p.organisation or sites.get(p.site, p.site)
    elif p.table == "sites":
        there = (*p.scope.sites, *(site for site, _ in p.to_sites), *p.nearest_of)
        yield from (sites.get(site, site) for site in there)
    elif p.table in ("stay", "delay") and p.scope.sites:
        own = {sites.get(site, site) for site in p.scope.sites}
        yield from own if len(own) == 1 else ()
    elif p.to_site:
        yield from (i.owner, sites.get(p.to_site, p.to_site))


def _needed(i: Initiative, deciders: Mapping[Place, frozenset[str]]) -> Iterator[str]:
    """Its owner, who builds, who employs for it, both sides of a move of care or a contract; all partners where that is all it is."""
    yield i.owner
    if i.capital and i.capital.need > 0:
        yield i.capital.organisation
    for n, effect in enumerate(i.effects):
        if any(_carries(p) for p in effect.primitives()):
            yield from deciders[i.id, n]
    if i.theme == MERGER or not i.effects:
        yield from (p.organisation for p in i.partners)


def _carries(p: Primitive) -> bool:
    """Whether an initiative does not come to full use without a primitive: its own posts, moves of care, contracts."""
    own_posts = p.table == "posts" and p.work == "initiative" and (isinstance(p.quantity, str) or p.quantity > 0)
    return own_posts or p.table in ("sites", "contract")


def left_of(parts: Parts, gone: frozenset[str]) -> Left:
    """What is left where some have left: their effects go, and with them what hangs on them.

    An initiative of which nothing but its cost is left never begins, and
    neither does what requires one that does not come to full use.
    """
    undone = frozenset(place for place, who in parts.deciders.items() if who & gone)
    off = {i for i, who in parts.builders.items() if who & gone} | pointless(parts, undone)
    while True:
        halted = off | {i for i, who in parts.needed.items() if who & gone}
        more = {i for i, before in parts.requires.items() if i not in off and halted & set(before)}
        if not more:
            return Left(frozenset(off), frozenset(place for place in undone if place[0] not in off))
        off |= more


def pointless(parts: Parts, undone: frozenset[Place]) -> set[str]:
    """Initiatives of which all that does something is undone; all of it, where it only costs."""
    own: dict[str, list[Place]] = {}
    for place in parts.deciders:
        own.setdefault(place[0], []).append(place)
    points = {i: [p for p in places if p in parts.acting] or places for i, places in own.items()}
    return {i for i, places in points.items() if undone.issuperset(places)}


def gone_from(players: Sequence[str], number: int) -> frozenset[str]:
    """Who has left where a set, told by its number, carries.

    >>> sorted(gone_from(("a", "b", "c"), 0b101))
    ['b']
    """
    return frozenset(p for n, p in enumerate(players) if not number >> n & 1)
