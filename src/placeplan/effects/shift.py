"""Shift: care moves from one kind to another, and a new front door may bring new need to light."""

from __future__ import annotations

from typing import ClassVar, Literal

from placeplan.core.records import Id, Quantity, described
from placeplan.effects.base import Effect, Primitive, Scope


class Shift(Effect, kind="shift"):
    """Removes a share of demand in the scope's pods and makes `ratio` contacts for each at another place.

    ``moved = demand removed × ratio × (1 + induced)``, computed in `effects.combine.moved`.
    """

    kind: Literal["shift"] = "shift"
    scope: Scope
    """Whose care moves, and from where."""
    share: Quantity = described("share of demand moved at full uptake")
    to_pod: Id
    """Pod in which the new contacts are counted."""
    to_site: Id
    """Site that gives them."""
    ratio: Quantity = described("contacts made for each one taken away", default=1.0)
    induced: Quantity = described("further new contacts for each one made", default=0.0)

    example: ClassVar[dict[str, object]] = {
        "kind": "shift",
        "about": "Outpatient visits move to health centres",
        "scope": {"pods": ["outpatient_followup"]},
        "share": 0.1,
        "to_pod": "community_contact",
        "to_site": "RDY",
        "ratio": 1.2,
        "induced": 0.1,
    }

    def primitives(self) -> tuple[Primitive, ...]:
        """One ``move`` of demand."""
        return (
            Primitive(
                "move", "demand", self.scope, self.share,
                to_pod=self.to_pod, to_site=self.to_site, ratio=self.ratio, induced=self.induced,
            ),
        )  # fmt: skip
