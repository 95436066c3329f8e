"""A lever: one thing of a plan that can be set otherwise, on a few steps, and what that does to what is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from placeplan.core.records import Quantity

Kind = Literal["size", "start", "closes", "building", "beds", "theatres", "contacts", "packages", "posts", "funding"]
"""What is changed: how much of an initiative is done, when it starts, what it closes, whether its building money is
sure; how much of each kind of capacity there is, how many posts, how much money from outside."""


@dataclass(frozen=True)
class Setting:
    """A drawn value that hangs on a lever, in each future: ``value × step × by`` or ``value + step × by``."""

    name: str
    """Name among what is drawn."""
    how: Literal["times", "plus"] = "times"
    by: float = 1.0


@dataclass(frozen=True)
class Base:
    """What a value is before any lever: a number or an assumption, and of which entity."""

    quantity: Quantity
    entity: str = ""


@dataclass(frozen=True)
class Lever:
    """Something of the plan that can be set otherwise."""

    id: str
    """``size of one_acute_network``."""
    kind: Kind
    of: str
    """Id of the initiative, organisation or pool that it is about."""
    steps: tuple[float, ...]
    """What it can be set to, in order."""
    planned: int
    """Place of the step at which the plan has it."""
    words: tuple[str, ...]
    """Each step in words, as something that one does: open 28 beds more at Poole Hospital."""
    owner: str
    """Organisation that would have to decide."""
    settings: tuple[Setting, ...] = ()
    stops: str = ""
    """Initiative that never begins where the step is 0."""
    opens: str = ""
    """Initiative of ours that begins where the step is another than planned, and only there."""
    money: float = 0.0
    """£ a year of money from outside for each 1 of the step, base-year prices."""

    def distance(self, place: int) -> float:
        """How far a step lies from the plan: ``|places apart| / most places apart``, 1 at the far end.

        >>> Lever("start of a", "start", "a", (-12.0, 0.0, 12.0, 24.0), 1, ("", "", "", ""), "A").distance(2)
        0.5
        """
        return abs(place - self.planned) / max(self.planned, len(self.steps) - 1 - self.planned)
