"""A plan's effects as primitives, in order of initiative id and place in it, so that listing order changes no bit."""

from __future__ import annotations

from dataclasses import dataclass, field

from placeplan.effects.base import Primitive
from placeplan.plan.schema import Plan

NamedPrimitives = tuple[tuple[str, Primitive], ...]
"""Primitives, each with the id of its initiative."""


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
    """All primitives of a plan."""
    return Compiled(
        tuple(
            (initiative.id, primitive)
            for initiative in sorted(plan.initiatives, key=lambda i: i.id)
            for effect in initiative.effects
            for primitive in effect.primitives()
        )
    )
