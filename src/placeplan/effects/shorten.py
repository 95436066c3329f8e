"""Shorten: people stay fewer nights, or wait less time to leave."""

from __future__ import annotations

from typing import ClassVar, Literal

from placeplan.core.records import Quantity, described
from placeplan.effects.base import Effect, Primitive, Scope


class Shorten(Effect, kind="shorten"):
    """Multiplies the clinical stay, or the delay after it, by ``1 − uptake × share`` at the scope's sites."""

    kind: Literal["shorten"] = "shorten"
    scope: Scope = Scope()
    """Whose stay, and where."""
    part: Literal["clinical", "delay"] = "clinical"
    """``clinical``: the nights that treatment needs; ``delay``: the days after it, waiting to leave."""
    share: Quantity = described("share of the stay removed at full uptake; negative lengthens")

    example: ClassVar[dict[str, object]] = {
        "kind": "shorten",
        "about": "Assess at home, not in hospital",
        "scope": {"sites": ["RBD"]},
        "part": "delay",
        "share": 0.2,
    }

    def primitives(self) -> tuple[Primitive, ...]:
        """One ``scale`` of the stay or of the delay."""
        return (Primitive("scale", "stay" if self.part == "clinical" else "delay", self.scope, self.share),)
