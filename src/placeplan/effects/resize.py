"""Resize: beds or theatre slots open or close on a date, and the money follows in whole wards."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from placeplan.core.records import Id, Quantity, described
from placeplan.core.tables import Pool
from placeplan.effects.base import Effect, Primitive

CAPACITY: tuple[Literal["beds", "slots"], ...] = ("beds", "slots")
"""What opens and closes, by table."""


class Resize(Effect, kind="resize"):
    """Adds beds or theatre slots (negative closes them) from the initiative's start, with double running and redundancy."""

    kind: Literal["resize"] = "resize"
    site: Id
    """Site whose beds they are."""
    pool: Pool
    """Pool of beds at that site."""
    beds: Quantity = described("beds added; negative closes", default=0.0)
    slots: Quantity = described(
        "theatre slots a working day for the pool's planned patients; negative closes", default=0.0
    )
    double_running_months: Annotated[int, Field(ge=0, le=60)] = described(
        "months before the start in which the old and the new are both paid", default=0
    )
    double_running_cost: Quantity = described("£ a year while both run", default=0.0)
    redundancy: Quantity = described("£ once, in the start month", default=0.0)
    fixed_cost_released: Quantity = described("£ a year of fixed cost that ends because the site closes", default=0.0)

    example: ClassVar[dict[str, object]] = {
        "kind": "resize",
        "about": "Two wards close",
        "site": "RBD",
        "pool": "general",
        "beds": -56,
        "double_running_months": 6,
        "double_running_cost": 2600000,
        "redundancy": 800000,
    }

    def primitives(self) -> tuple[Primitive, ...]:
        """Beds from the start; double running before it; redundancy once; fixed cost if the site closes."""
        given = {"beds": self.beds, "slots": self.slots}
        parts = [
            Primitive("add", table, quantity=given[table], site=self.site, pool=self.pool, timing="step")
            for table in CAPACITY
            if given[table] or (table == "beds" and not any(given.values()))
        ]
        if self.double_running_months:
            parts.append(
                Primitive(
                    "add", "cost", quantity=self.double_running_cost, site=self.site,
                    line="double running", timing="once", months=self.double_running_months,
                )
            )  # fmt: skip
        if self.redundancy:
            parts.append(
                Primitive("add", "cost", quantity=self.redundancy, site=self.site, line="redundancy", timing="once")
            )
        if self.fixed_cost_released:
            parts.append(
                Primitive("add", "fixed_cost", quantity=self.fixed_cost_released, site=self.site, timing="step")
            )
        return tuple(parts)
