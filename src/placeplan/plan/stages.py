"""Stages of a system: what has to be shown before one is reached, what it lets organisations do, and where a place stands.

A place may move up, stay or step down. Each move is an entry with a date, and the last one counts.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.records import Id, Name, NameOrBlank, Record
from placeplan.core.tables import SYSTEM, Month
from placeplan.plan.initiatives import Day, Text
from placeplan.plan.scenarios import Rule

Check = Literal["seen", "recalled"]


class Named(Record):
    """Something with a name that stays."""

    id: Id


class Proof(Record):
    """Something that shows whether a gate is met."""

    what: Text
    """What was seen, in plain words."""
    date: Day
    source: Text


class Gate(Named):
    """Something that has to be so before a stage is reached."""

    name: NameOrBlank = ""
    """What is asked, in a few plain words; blank: as the library has it."""
    asks: str = ""
    """What is asked, in a sentence; blank: as the library has it."""
    met: bool | None = None
    """Whether it is met, by the evidence below; blank: nobody has judged it."""
    evidence: tuple[Proof, ...] = ()
    promise: Id | None = None
    """Promise of the plan that has to be kept as surely as it asks, in this run; it stands in place of evidence."""
    check: Check | None = None
    """``seen``: read in a copy of the source; ``recalled``: from memory, to be checked before anyone relies on it."""
    source: str = ""
    """Where it is asked; blank: as the library has it."""


class Switch(Record):
    """A contract that begins with a freedom, in place of another or beside all."""

    old: Id | None = None
    """Contract that ends; blank: none."""
    new: Id
    """Contract that begins (``starts: by_initiative``)."""


class Freedom(Named):
    """Something that a stage lets organisations do, and what that is in this plan."""

    name: NameOrBlank = ""
    """A few plain words; blank: as the library has it."""
    about: str = ""
    kind: Literal["contract", "pool", "relaxation"] | None = None
    """How care is paid for, money that is pooled, or a rule that is asked of all together; blank: as the library has it."""
    initiatives: tuple[Id, ...] = ()
    """Initiatives that use it: below its stage they do not happen."""
    begins: tuple[Switch, ...] = ()
    """Contracts that begin with it."""
    rules: tuple[Rule, ...] = ()
    """Rules of payment that are replaced."""
    releases: tuple[Id, ...] = ()
    """Hard promises that decide no more with it: they stay as aims."""
    binds: tuple[Id, ...] = ()
    """Aims that decide instead: one of the system in place of each one's."""
    since: Month | None = None
    """Month from which contracts and rules change; blank: from the run's first."""
    check: Check | None = None
    source: str = ""


class Stage(Named):
    """One stage: where it stands in the order, its gates and its freedoms."""

    name: NameOrBlank = ""
    """Blank: as the library has it."""
    about: str = ""
    rank: Annotated[int, Field(ge=1)] | None = None
    """Place in the order, 1 the first; blank: as the library has it."""
    gates: tuple[Gate, ...] = ()
    freedoms: tuple[Freedom, ...] = ()
    """What it lets organisations do, besides what earlier stages do."""
    check: Check | None = None
    source: str = ""


class Move(Record):
    """That a place moved to a stage: up, down, or to stay. Nothing is taken back; the last by date counts."""

    id: Id
    stage: Id
    date: Day
    about: str = ""
    source: Text


class Assessment(Record):
    """How somebody judged a system or an organisation on a scale of the library. It is shown, and no money ever follows from it."""

    id: Id
    of: str = SYSTEM
    """Organisation, or ``system``."""
    scale: Id
    domain: str = ""
    """Domain of the scale; blank: overall."""
    level: Id
    date: Day
    by: Text
    """Who judged."""
    evidence: Text
    """What it rests on."""
    source: Text


class StageFile(Record):
    """`stages.yaml`. What the library says of a stage, gate or freedom need not be said again; a stage that it does not know begins an order of the plan's own."""

    stages: tuple[Stage, ...] = ()
    moves: tuple[Move, ...] = ()
    assessments: tuple[Assessment, ...] = ()


class Level(Record):
    """A level of a scale: a word, never a number."""

    id: Id
    name: Name
    about: str = ""
    check: Check
    source: Text


class Domain(Record):
    """Something that a scale judges by itself."""

    id: Id
    name: Name
    group: str = ""
    check: Check
    source: Text


class Scale(Record):
    """A scale on which systems or organisations are judged."""

    id: Id
    name: Name
    about: Text
    of: Literal["system", "organisation"]
    valid_from: Month
    valid_to: Month | None = None
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]
    """The best first."""
    domains: tuple[Domain, ...] = ()
    check: Check
    source: Text


class ScaleFile(Record):
    """The library's `scales.yaml`."""

    scales: tuple[Scale, ...] = ()
