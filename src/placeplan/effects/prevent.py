"""Prevent: fewer people come to need a kind of care – or more, where the evidence says so."""

from __future__ import annotations

from typing import ClassVar, Literal

from placeplan.core.records import Quantity, described
from placeplan.effects.base import Effect, Primitive, Scope


class Prevent(Effect, kind="prevent"):
    """Removes a share of demand in the scope's pods; a negative share adds demand.

    ``demand × (1 − uptake × share)`` – the factor itself is computed in `effects.combine.keep`.
    """

    kind: Literal["prevent"] = "prevent"
    scope: Scope
    """Whom and where it touches."""
    share: Quantity = described("share of demand removed at full uptake; negative adds")

    example: ClassVar[dict[str, object]] = {
        "kind": "prevent",
        "about": "Falls exercise classes",
        "scope": {"pods": ["emergency_admission"], "age_from": 65},
        "share": 0.03,
    }

    def primitives(self) -> tuple[Primitive, ...]:
        """One ``scale`` of demand."""
        return (Primitive("scale", "demand", self.scope, self.share),)
