"""What every effect has: a scope, and the primitives into which it compiles.

The model knows no effect by name. An effect turns itself into *primitives* on named tables:
``scale`` (multiply what is there by 1 − uptake × share), ``move`` (what was taken away arrives elsewhere, times a
ratio), ``add`` (an amount from the start month on) and ``set`` (replace one contract by another).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.kinds import Kind
from placeplan.core.records import Id, Quantity, Record, described

Table = Literal[
    "demand", "stay", "delay", "beds", "cost", "capital", "contract", "fixed_cost",
    "sites", "contacts", "packages", "slots", "posts", "hires", "leavers", "absence", "productivity", "redundancies",
]  # fmt: skip
"""What a primitive acts on: need and where it goes, capacity of each kind, staff, money."""


class Scope(Record):
    """Whom and where an effect touches; an empty list means all."""

    areas: tuple[Id, ...] = ()
    """Areas of residence."""
    sexes: tuple[Literal["F", "M"], ...] = ()
    """Sexes."""
    age_from: Annotated[int, Field(ge=0, le=120)] = described("years", default=0)
    age_to: Annotated[int, Field(ge=0, le=120)] | None = described("years, inclusive; blank: no limit", default=None)
    cohorts: tuple[Id, ...] = ()
    """Cohorts of cohorts.csv: people of any of them."""
    pods: tuple[Id, ...] = ()
    """Points of delivery."""
    sites: tuple[Id, ...] = ()
    """Sites where the care is given."""


@dataclass(frozen=True)
class Primitive:
    """One elementary action of an effect; ``share``/``amount`` are numbers or assumption ids."""

    verb: Literal["scale", "move", "add", "set"]
    table: Table
    scope: Scope = Scope()
    quantity: Quantity = 0.0
    """Share for ``scale`` and ``move``; amount for ``add`` (beds, £ a year, or £ once)."""
    to_pod: str = ""
    to_site: str = ""
    to_sites: tuple[tuple[str, float], ...] = ()
    """Sites with their shares of what moves (``move`` on sites)."""
    nearest_of: tuple[str, ...] = ()
    """Instead: the nearest of these to each area."""
    ratio: Quantity = 1.0
    """Contacts made for each one taken away (``move``)."""
    induced: Quantity = 0.0
    """New demand per contact made (``move``): 0.3 means 30 further contacts for each 100 moved."""
    organisation: str = ""
    site: str = ""
    pool: str = ""
    pod: str = ""
    """Pod whose capacity changes (contacts, packages)."""
    group: str = ""
    """Staff group."""
    line: str = ""
    """Cost line touched by an ``add`` on cost."""
    timing: Literal["ramp", "step", "once"] = "ramp"
    """``ramp``: follows uptake; ``step``: all from the start month; ``once``: in the start month only."""
    months: int = 0
    """Months before the start in which it already applies (double running, recruiting); negative: after it (notice)."""
    price: Quantity | None = None
    """£ for each unit: of a post a year (None: as in `staff.csv`), of a redundancy."""
    work: Literal["initiative", "group"] = "initiative"
    """Whose work the posts do."""
    old: str = ""
    new: str = ""
    """Contracts replaced and replacing (``set``)."""
    effect: int = 0
    """Place of its effect among those of the initiative."""
    closes: bool = False
    """Whether it closes something, or moves care and people away from what closes."""


class Effect(Kind, family="effect"):
    """Base of the effects of an initiative."""

    about: str = ""
    """What this effect is, in plain words."""

    def primitives(self) -> tuple[Primitive, ...]:
        """The elementary actions that make up this effect, in a fixed order."""
        raise TypeError(f"{type(self).__name__} is not a kind of effect")

    def quantities(self) -> tuple[Quantity, ...]:
        """Every number or assumption id that this effect draws on."""
        return tuple(
            q for p in self.primitives() for q in (p.quantity, p.ratio, p.induced, p.price) if isinstance(q, str)
        )
