"""Resize: beds, theatre slots, contacts or packages open or close, and the money follows in whole wards and teams."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from placeplan.core.records import Id, Quantity, described
from placeplan.core.tables import Pool
from placeplan.effects.base import Effect, Primitive

CAPACITY: tuple[Literal["beds", "slots"], ...] = ("beds", "slots")
"""What opens and closes with a pool, by table."""


class Resize(Effect, kind="resize"):
    """Adds beds, theatre slots, contacts a month or packages from the start (negative closes), with double running.

    What opens, opens so far as the initiative's own posts are filled, contacts as it ramps up and the rest at once; what
    closes needs nobody.
    """

    kind: Literal["resize"] = "resize"
    site: Id | None = None
    """Site whose beds or contacts they are; blank where packages change."""
    pool: Pool | None = None
    """Pool of beds at that site; blank where contacts or packages change."""
    beds: Quantity = described("beds added; negative closes", default=0.0)
    slots: Quantity = described(
        "theatre slots a working day for the pool's planned patients; negative closes", default=0.0
    )
    pod: Id | None = None
    """Point of delivery whose contacts change, with a row for the site in `contacts.csv`; or kind of package that does."""
    contacts: Quantity = described("contacts a month added; negative closes", default=0.0)
    organisation: Id | None = None
    """Council whose public packages change, with a row for the kind in `packages.csv`; blank where others do."""
    packages: Quantity = described("packages at a time added; negative closes", default=0.0)
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
        """Beds or slots with their site and pool, contacts with their site and pod, packages with their council and pod."""
        places = {"beds": (self.site, self.pool), "slots": (self.site, self.pool), "contacts": (self.site, self.pod)}
        places["packages"] = (self.organisation, self.pod)
        named = {self.site, self.pool, self.organisation, self.pod} - {None}
        given = self.model_fields_set & places.keys()
        amounts = {name for name in given if getattr(self, name)} or given
        if not given or any(None in places[name] or set(places[name]) != named for name in amounts):
            raise ValueError(
                "give site and pool with beds or slots, site and pod with contacts, or organisation and pod with packages"
            )
        return self

    def primitives(self) -> tuple[Primitive, ...]:
        """What changes from the start; double running before it; redundancy once; fixed cost if the site closes."""
        at = Primitive("add", "beds", site=self.site or "", organisation=self.organisation or "", timing="step")
        cost = replace(at, table="cost", timing="once")
        given = {"beds": self.beds, "slots": self.slots}
        tables = tuple(t for t in CAPACITY if given[t]) or CAPACITY[:1]
        parts = [
            replace(at, table=table, quantity=given[table], pool=self.pool or "")
            for table in (tables if self.pool else ())
        ]
        if self.pod and self.organisation:
            parts.append(replace(at, table="packages", quantity=self.packages, pod=self.pod))
        elif self.pod:
            parts.append(replace(at, table="contacts", quantity=self.contacts, pod=self.pod, timing="ramp"))
        if self.double_running_months:
            months = self.double_running_months
            parts.append(replace(cost, quantity=self.double_running_cost, line="double running", months=months))
        if self.redundancy:
            parts.append(replace(cost, quantity=self.redundancy, line="redundancy"))
        if self.fixed_cost_released:
            parts.append(replace(at, table="fixed_cost", quantity=self.fixed_cost_released))
        return tuple(parts)
