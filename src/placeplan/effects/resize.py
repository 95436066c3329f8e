"""Resize: beds, theatre slots or contacts open or close on a date, and the money follows in whole wards and teams."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from placeplan.core.records import Id, Quantity, described
from placeplan.core.tables import Pool
from placeplan.effects.base import Effect, Primitive

CAPACITY: tuple[Literal["beds", "slots"], ...] = ("beds", "slots")
"""What opens and closes, by table."""


class Resize(Effect, kind="resize"):
    """Adds beds, theatre slots, or contacts a month from the initiative's start (negative closes), with double running.

    Beds and slots open all at once; contacts as the initiative ramps up, so far as its posts are filled.
    """

    kind: Literal["resize"] = "resize"
    site: Id
    """Site whose beds or contacts they are."""
    pool: Pool | None = None
    """Pool of beds at that site; blank where contacts change."""
    beds: Quantity = described("beds added; negative closes", default=0.0)
    slots: Quantity = described(
        "theatre slots a working day for the pool's planned patients; negative closes", default=0.0
    )
    pod: Id | None = None
    """Point of delivery whose contacts change; it has a row for the site in `contacts.csv`."""
    contacts: Quantity = described("contacts a month added; negative closes", default=0.0)
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

    @model_validator(mode="after")
    def _one_capacity(self) -> Self:
        """Beds or slots with their pool, or contacts with their pod."""
        one = (self.pool is None) != (self.pod is None)
        mixed = (self.pod and (self.beds or self.slots)) or (self.pool and self.contacts)
        if not one or mixed or not self.model_fields_set & {"beds", "slots", "contacts"}:
            raise ValueError("give pool with beds or slots, or pod with contacts")
        return self

    def primitives(self) -> tuple[Primitive, ...]:
        """Beds, slots or contacts from the start; double running before it; redundancy once; fixed cost if the site closes."""
        given = {"beds": self.beds, "slots": self.slots}
        tables = tuple(t for t in CAPACITY if given[t]) or CAPACITY[:1]
        parts = [
            Primitive("add", table, quantity=given[table], site=self.site, pool=self.pool or "", timing="step")
            for table in (tables if self.pool else ())
        ]
        if self.pod:
            parts.append(Primitive("add", "contacts", quantity=self.contacts, site=self.site, pod=self.pod))
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
