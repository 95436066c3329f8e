"""Recontract: from a date, somebody is paid another way."""

from __future__ import annotations

from typing import ClassVar, Literal

from placeplan.core.records import Id
from placeplan.effects.base import Effect, Primitive


class Recontract(Effect, kind="recontract"):
    """Ends one contract and starts another (which waits, ``starts: by_initiative``) in the start month."""

    kind: Literal["recontract"] = "recontract"
    old: Id
    """Contract that ends."""
    new: Id
    """Contract that begins."""

    example: ClassVar[dict[str, object]] = {
        "kind": "recontract",
        "about": "Block payment replaces tariff",
        "old": "acute_tariff",
        "new": "acute_block",
    }

    def primitives(self) -> tuple[Primitive, ...]:
        """One ``set`` of a contract."""
        return (Primitive("set", "contract", old=self.old, new=self.new, timing="step"),)
