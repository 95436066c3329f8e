"""Assumptions: every uncertain number of a plan, named, with its unit, spread, source and kind."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Record, described
from placeplan.futures.distributions import Distribution, Fixed

Driver = Literal[
    "demand_growth", "delay", "posts", "capital", "care_supply", "prices", "efficiency", "effect_strength", "other"
]
"""The group in which an assumption is switched off when the cause of a break is sought (chance is a group of its own)."""

DRIVERS: tuple[str, ...] = (
    "demand_growth", "delay", "posts", "capital", "care_supply", "prices", "efficiency", "effect_strength",
)  # fmt: skip


class Assumption(Record):
    """A number that is not known for certain."""

    id: Id
    about: Annotated[str, StringConstraints(min_length=1)]
    """What it is, in plain words."""
    unit: Annotated[str, StringConstraints(min_length=1)]
    """Unit of its value: share, share a year, months, £, ratio."""
    distribution: Distribution
    """How sure we are of it."""
    kind: Literal["evidence", "judgement", "claim"]
    """Whether it rests on evidence, on somebody's judgement, or on what the plan says of itself."""
    driver: Driver = "other"
    """Group in which it is switched off when the cause of a break is sought."""
    level: Literal["default", "published", "local"] = "local"
    """``default`` for a figure of the library or borrowed from elsewhere."""
    per: Literal["plan", "organisation", "initiative", "pod", "area", "site"] = "plan"
    """Whether one draw serves the whole plan, or each organisation, initiative … draws its own."""
    source: Annotated[str, StringConstraints(min_length=1)]
    """Where it comes from."""
    note: str = ""

    @property
    def fixed(self) -> bool:
        """Whether it has one value in every future."""
        return isinstance(self.distribution, Fixed)


class Correlation(Record):
    """Assumptions that move together (Gaussian copula on one rank correlation)."""

    members: Annotated[tuple[Id, ...], Field(min_length=2)]
    rank_correlation: Annotated[float, Field(gt=-1, lt=1)] = described("Spearman rank correlation")
    source: Annotated[str, StringConstraints(min_length=1)]


class AssumptionFile(Record):
    """`assumptions.yaml`, and each `assumptions-<set>.yaml`, whose entries replace those of the same id."""

    about: str = ""
    assumptions: tuple[Assumption, ...] = ()
    correlations: tuple[Correlation, ...] = ()
