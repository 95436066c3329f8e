"""Spend: what an initiative costs, and cost-improvement lines."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from placeplan.core.records import Id, Quantity, Record, described
from placeplan.effects.base import Effect, Primitive

Maturity = Literal["delivered", "in_progress", "identified", "opportunity", "unidentified"]
"""How far a cost-improvement line has come; an unidentified line counts as nothing."""


class CostImprovement(Record):
    """A saving planned on one cost line. What is delivered of it is drawn from outturns by maturity."""

    line: Annotated[str, StringConstraints(min_length=1)]
    """Cost line of the organisation in `money.csv`; ``unidentified`` where there is none."""
    amount: Quantity = described("£ a year, base-year prices, at full delivery")
    maturity: Maturity
    """How far it has come; decides which share is delivered."""
    recurrent: bool = True
    """Whether it lasts beyond its first twelve months."""


class Spend(Effect, kind="spend"):
    """Recurrent and one-off cost of an initiative to one organisation, and a saving on one of its cost lines."""

    kind: Literal["spend"] = "spend"
    organisation: Id
    """Organisation that pays, or saves."""
    recurrent: Quantity = described("£ a year when full, base-year prices, whatever its peak", default=0.0)
    once: Quantity = described("£ in the start month, base-year prices", default=0.0)
    saving: CostImprovement | None = None
    """A cost-improvement line."""

    example: ClassVar[dict[str, object]] = {
        "kind": "spend",
        "about": "Join up buying",
        "organisation": "RBD",
        "once": 200000,
        "saving": {"line": "clinical supplies", "amount": 1000000, "maturity": "identified"},
    }

    def primitives(self) -> tuple[Primitive, ...]:
        """Costs are added; a saving is an ``add`` on its cost line, scaled by what its maturity delivers."""
        parts = []
        if self.recurrent:
            parts.append(Primitive("add", "cost", quantity=self.recurrent, organisation=self.organisation))
        if self.once:
            parts.append(Primitive("add", "cost", quantity=self.once, organisation=self.organisation, timing="once"))
        if self.saving:
            s = self.saving
            parts.append(
                Primitive(
                    "scale", "cost", quantity=s.amount, organisation=self.organisation, line=s.line,
                    ratio=0.0 if s.maturity == "unidentified" else f"cip.{s.maturity}",
                    timing="ramp" if s.recurrent else "once", months=0 if s.recurrent else 12,
                )
            )  # fmt: skip
        return tuple(parts)
