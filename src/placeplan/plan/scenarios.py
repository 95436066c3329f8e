"""Scenarios: the same shock for every place. A scenario is data: changes of assumptions, or a provider that fails."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Record, described

Text = Annotated[str, StringConstraints(min_length=1)]


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


class Scenario(Record):
    """A shock that is run on the same futures as the plan."""

    id: Id
    name: Text
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
    not_reached: tuple[Text, ...] = ()
    """Parts of the shock that this version of the model cannot hold."""
    source: Text


class ScenarioFile(Record):
    """`scenarios.yaml`."""

    scenarios: tuple[Scenario, ...] = ()
