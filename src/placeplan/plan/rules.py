"""Rules of law and policy that a change has to keep, as data: what each asks, of which changes, and from when to when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Name, Record
from placeplan.core.tables import Month

Text = Annotated[str, StringConstraints(min_length=1)]
Touch = Literal[
    "any", "closes", "fewer_beds", "moves_care", "merger", "contract", "buys", "pools", "fewer_posts", "moves_staff", "builds", "records",
]  # fmt: skip
"""What a change touches: a closure or downgrade, beds that go, care at another site, organisations that become one, a contract
that gives way, something bought, money that is pooled, posts cut, staff who move, a building, people's records."""


class Rule(Record):
    """A rule that applies to changes which touch something, while it is in force."""

    id: Id
    name: Name
    about: Text
    """What it asks, in plain words."""
    applies: Annotated[tuple[Touch, ...], Field(min_length=1)]
    """It applies to what touches any of these."""
    valid_from: Month
    """First month in force."""
    valid_to: Month | None = None
    """Last month in force; blank: it still is."""
    check: Literal["seen", "recalled"]
    """``seen``: read in a copy of the source; ``recalled``: from memory, to be checked before anyone relies on it."""
    source: Text

    def in_force(self, first: str, last: str) -> bool:
        """Whether it is in force in any month from ``first`` to ``last``."""
        return self.valid_from <= last and (self.valid_to is None or self.valid_to >= first)


class RuleFile(Record):
    """The library's `rules.yaml`."""

    rules: tuple[Rule, ...] = ()
