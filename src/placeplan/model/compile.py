"""A plan's effects as primitives, in order of initiative id and place in it, so that listing order changes no bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from placeplan.effects.base import Primitive
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

NamedPrimitives = tuple[tuple[str, Primitive], ...]
"""Primitives, each with the id of its initiative."""
CAPACITY = frozenset({"beds", "slots", "contacts", "packages"})
"""Tables of which an addition below nought is a closure."""
WITH_CLOSURE = frozenset({"sites", "redundancies"})
"""Tables on which an initiative that closes something acts because of it: care moves away, people are made redundant."""


@dataclass(frozen=True)
class Compiled:
    """All primitives of a plan; each part of the model takes those on its own tables."""

    every: NamedPrimitives
    asked: dict[tuple[str, ...], NamedPrimitives] = field(default_factory=dict, compare=False)

    def on(self, *tables: str, verb: str = "") -> NamedPrimitives:
        """Those that act on some tables, by one verb or any."""
        at = (*tables, verb)
        if at not in self.asked:
            found = ((i, p) for i, p in self.every if p.table in tables and (not verb or p.verb == verb))
            self.asked[at] = tuple(found)
        return self.asked[at]


def compile_effects(plan: Plan) -> Compiled:
    """All primitives of a plan, those that close something marked."""
    return Compiled(tuple(named for i in sorted(plan.initiatives, key=lambda i: i.id) for named in _of(i)))


def _of(i: Initiative) -> Iterator[tuple[str, Primitive]]:
    """Primitives of an initiative, with its id; where it closes anything, what it does because of that is marked too."""
    parts = [e.primitives() for e in i.effects]
    closing = [any(p.table == "fixed_cost" or (p.table in CAPACITY and _below(p)) for p in own) for own in parts]
    some = any(closing) or bool(i.closes)
    for n, (own, shuts) in enumerate(zip(parts, closing, strict=True)):
        for p in (replace(one, effect=n) for one in own):
            because = some and (p.table in WITH_CLOSURE or (p.table == "posts" and _below(p)))
            drawn = p.table in CAPACITY and isinstance(p.quantity, str)
            yield i.id, replace(p, closes=True) if shuts or because or drawn else p


def _below(p: Primitive) -> bool:
    """Whether it takes away a stated number; what is drawn may go either way, future by future."""
    return not isinstance(p.quantity, str) and p.quantity < 0


def closures(plan: Plan) -> tuple[str, ...]:
    """Initiatives that close something, in order of id."""
    return tuple(dict.fromkeys(i for i, p in compile_effects(plan).every if p.closes))
