"""What findings rest on: assumptions, published totals of the base year, how much each component knows, and what is left out."""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record
from placeplan.core.tables import Level


class Assumed(Record):
    """An assumption as the reader sees it."""

    id: str
    about: str
    value: str
    low: str
    high: str
    unit: str
    kind: Literal["evidence", "judgement", "claim"]
    level: str
    driver: str
    source: str
    effect: Literal["large", "some", "small", "none", "not measured"] = "not measured"
    """How much the margin of the hard promises moves with it (rank correlation, over the futures run)."""


class NotModelled(Record):
    """A component or part that this run does not hold."""

    what: str
    why: str


class Reconciled(Record):
    """A published total beside the model's base year."""

    what: str
    organisation: str
    published: float
    modelled: float
    unit: str
    tolerance: float
    """Largest relative difference allowed (or points, for shares)."""
    difference: float
    ok: bool
    kind: Literal["fitted", "predicted"]
    source: str
    owner: str = ""
    """Id of the organisation."""
    of: str = ""
    """Pod, pool of beds or kind of package that it is about; of money and staff the outcome."""
    period: str = ""
    chance: float = 0.0
    """Standard error of the difference: what so few futures leave open."""


class Criterion(Record):
    """One thing that has to hold before a base year is called calibrated."""

    name: str
    ok: bool
    sentence: str
    """What was found, with the first of what is wrong."""
    limit: str
    """What is asked, in words."""
    source: str
    """Where the limit comes from."""


class Calibrated(Record):
    """Whether the base year is calibrated."""

    ok: bool
    sentence: str
    criteria: tuple[Criterion, ...]


class Component(Record):
    """A component of the model and how much it knows."""

    name: str
    level: Level


class Headline(Record):
    """A number of the report and its pack, and what leads from it back to the plan."""

    address: str
    """Table of the pack and the id in it: ``promises/wh.beds``; ``placeplan explain`` follows it."""
    what: str
    traces: tuple[tuple[str, str], ...]
    """Outcome of the model and whose it is, of each figure behind it."""
    cells: tuple[str, ...]
    """File and line of the plan in which what it is of is written; none: it is of all together."""
