"""Scenarios: the same shock for every place. A scenario is data: changes of assumptions, or a provider that fails.

One with a month from which it applies (`since`) is shown and never decides: money that grows more slowly, a partner that
leaves, a halt, a stop to closures, another rule of payment.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from placeplan.core.calendar import month_index, month_of
from placeplan.core.records import Id, Name, Record, described
from placeplan.core.tables import Month

Text = Annotated[str, StringConstraints(min_length=1)]
When = Month | Annotated[int, Field(ge=0)]
"""A month, or months after the run's first."""
EACH = "each"
"""In place of a partner: each in turn."""


class Change(Record):
    """One change of the assumptions: those whose id matches, or those of a driver."""

    assumption: str = ""
    """Id, or a pattern with ``*`` such as ``growth.*``."""
    driver: str = ""
    """Instead of an id: every assumption of this driver."""
    set: float | None = None
    """New value in every future."""
    add: float | None = None
    """Added to the drawn value."""
    scale: float | None = None
    """Multiplies the drawn value."""
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = described("quantile at which it is held", default=None)

    needs: str = ""
    """Component of the model that it acts on; where the plan does not have it, this part of the shock is not reached."""
    part: str = ""
    """This part of the shock in words, for where it is not reached."""


class Rule(Record):
    """A rule of payment that is replaced, in every contract of a kind or in one contract, from the scenario's month on.

    A contract that an initiative of the plan begins is an agreement of the place, and keeps its rule; where an initiative
    ends a contract, it ends under the new rule as well.
    """

    kind: str = ""
    """Kind of contract, as its files say it."""
    contract: str = ""
    """Instead: id of one contract."""
    fields: dict[str, float | str | None] = Field(min_length=1)
    """What it says from then on, by field."""


class Scenario(Record):
    """A shock that is run on the same futures as the plan."""

    id: Id
    name: Name
    """A few plain words: growth at the high end of what experts expect."""
    decides: bool
    """Whether the verdict needs P ≥ 0.5 under it."""
    changes: tuple[Change, ...] = ()
    provider_fails: bool = False
    """Each provider in turn stops its initiatives and loses `beds_lost` of its beds and `contacts_lost` of its contacts."""
    beds_lost: Annotated[float, Field(ge=0, le=1)] = described("share of beds shut where a provider fails", default=0.0)
    contacts_lost: Annotated[float, Field(ge=0, le=1)] = described(
        "share of the contacts of contacts.csv that cannot be given where a provider fails", default=0.0
    )
    includes: tuple[Id, ...] = ()
    """Scenarios that all apply together."""
    since: When | None = None
    """First month in which it applies, or months after the run's first; blank: throughout. With a month, `changes` add points to yearly rates
    of prices and of money (``add``), from the first rise in or after it."""
    until: When | None = None
    """First month in which a halt is over."""
    halt: bool = False
    """No work begins from ``since`` to ``until``: what was to begin in or after it comes so much later. What is under way, and management actions, go on."""
    leaves: str = ""
    """Organisation that leaves: its initiatives end then or never begin; ``each``: every owner of an initiative in turn."""
    closures_held: bool = False
    """Nothing closes any more: capacity that initiatives were to take away stays, and so does the care that was to move away from it."""
    rules: tuple[Rule, ...] = ()
    """Rules of payment that are replaced."""
    not_reached: tuple[Text, ...] = ()
    """Parts of the shock that this version of the model cannot hold."""
    source: Text

    @property
    def further(self) -> bool:
        """Whether it applies from a month on: then it is shown and never decides."""
        return self.since is not None


def month_of_run(when: str | int, start: str) -> int:
    """Number of a month counted from the run's first, which is 0.

    >>> month_of_run("2018-04", "2016-04"), month_of_run(24, "2016-04")
    (24, 24)
    """
    return when if isinstance(when, int) else month_index(when) - month_index(start)


def named_month(number: int, start: str) -> str:
    """The month of a number.

    >>> named_month(24, "2016-04")
    '2018-04'
    """
    return month_of(month_index(start) + number)


class ScenarioFile(Record):
    """`scenarios.yaml`."""

    scenarios: tuple[Scenario, ...] = ()
