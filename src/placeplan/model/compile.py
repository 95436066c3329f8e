"""A plan's effects as primitives, in order of initiative id and place in it, so that listing order changes no bit."""

from __future__ import annotations

from dataclasses import dataclass

from placeplan.effects.base import Primitive
from placeplan.plan.schema import Plan


@dataclass(frozen=True)
class Compiled:
    """Primitives by what they act on, each with its initiative."""

    demand: tuple[tuple[str, Primitive], ...]
    stay: tuple[tuple[str, Primitive], ...]
    delay: tuple[tuple[str, Primitive], ...]
    beds: tuple[tuple[str, Primitive], ...]
    cost: tuple[tuple[str, Primitive], ...]
    improvement: tuple[tuple[str, Primitive], ...]
    contract: tuple[tuple[str, Primitive], ...]


def compile_effects(plan: Plan) -> Compiled:
    """All primitives of a plan."""
    every = [
        (initiative.id, primitive)
        for initiative in sorted(plan.initiatives, key=lambda i: i.id)
        for effect in initiative.effects
        for primitive in effect.primitives()
    ]

    def on(*tables: str, verbs: tuple[str, ...] = ("scale", "move", "add", "set")) -> tuple[tuple[str, Primitive], ...]:
        return tuple((i, p) for i, p in every if p.table in tables and p.verb in verbs)

    return Compiled(
        demand=on("demand"),
        stay=on("stay"),
        delay=on("delay"),
        beds=on("beds"),
        cost=on("cost", "fixed_cost", verbs=("add",)),
        improvement=on("cost", verbs=("scale",)),
        contract=on("contract"),
    )
