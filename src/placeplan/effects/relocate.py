"""Relocate: the same care is given at another site."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from placeplan.core.records import Id, Quantity, described
from placeplan.core.tables import Share
from placeplan.effects.base import Effect, Primitive, Scope


class Relocate(Effect, kind="relocate"):
    """Moves a share of the scope's care to other sites, by stated shares or to the nearest of some sites.

    ``stays = given × (1 − uptake × share)``, the rest arrives elsewhere, computed in `model.places.relocated`. Nobody's
    need changes: effects on need act first, and what is left moves.
    """

    kind: Literal["relocate"] = "relocate"
    scope: Scope
    """Whose care moves, which kinds, and from which sites."""
    share: Quantity = described("share of the care that moves at full uptake")
    to: dict[Id, Share] = described("share of what moves, by site; they sum to 1", default={})
    nearest_of: tuple[Id, ...] = ()
    """Instead: people of each area go to the nearest of these sites (`travel.csv`)."""

    example: ClassVar[dict[str, object]] = {
        "kind": "relocate",
        "about": "Emergencies of the east in one hospital",
        "scope": {"pods": ["emergency_admission"], "sites": ["RD304"]},
        "share": 0.9,
        "to": {"RDZ20": 0.8, "RBD01": 0.2},
    }

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if bool(self.to) == bool(self.nearest_of):
            raise ValueError("say where the care goes: either to, with shares by site, or nearest_of, a list of sites")
        if self.to and abs(sum(self.to.values()) - 1.0) > 1e-6:
            raise ValueError(f"the shares of to have to sum to 1; they sum to {sum(self.to.values()):g}")
        return self

    def primitives(self) -> tuple[Primitive, ...]:
        """One ``move`` of sites."""
        return (
            Primitive(
                "move", "sites", self.scope, self.share,
                to_sites=tuple(sorted(self.to.items())), nearest_of=tuple(sorted(self.nearest_of)),
            ),
        )  # fmt: skip
