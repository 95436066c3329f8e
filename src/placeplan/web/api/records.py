"""What the API gives out."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from pydantic import ConfigDict, Field

from placeplan.core.records import Record
from placeplan.report.site.heard import AllHeard
from placeplan.report.site.shelf import Act
from placeplan.stress.results.promises import Word

T = TypeVar("T")


class Page(Record, Generic[T]):
    """A stretch of a list."""

    model_config = ConfigDict(use_attribute_docstrings=False)  # they would be looked for anew for each kind of item

    items: tuple[T, ...]
    count: int = Field(ge=0, description="How many there are in all.")
    limit: int = Field(ge=1)
    offset: int = Field(ge=0, description="How many of the list stand before this stretch.")
    next: str | None = Field(description="Address of the stretch that follows; null: this is the last.")


class Start(Record):
    """Where to begin."""

    api: str
    """Version of this API: it stands in every address. Fields may be added within a version; none goes, and none changes its meaning."""
    places: str
    """Address of the list of places."""
    openapi: str
    """Address of the description of this API."""


class PlaceGiven(Record):
    """A place whose plan is kept here."""

    id: str
    """Stays the same; its part of every address."""
    name: str
    versions: int = Field(ge=0)
    """How many versions are published."""
    newest: str | None
    """Id of the newest version; null: nothing is published yet."""
    sentence: str | None
    """What the newest version says, in a sentence."""
    withdrawn: str | None
    """Why the newest version was withdrawn; null: it stands."""
    draft: bool
    """Whether what is shown is a draft, on a workbench that answers on its own machine alone."""
    href: str
    page: str
    """Address of its page for people."""


class WithdrawnGiven(Act):
    """That a version was taken back. All that was published of it stays at its addresses."""

    why: str


class VersionPage(Page[T], Generic[T]):
    """A stretch of a list that is part of a version."""

    withdrawn: WithdrawnGiven | None = Field(
        description="When, by whom and why the version was withdrawn; null: it stands."
    )


class RepliesGiven(AllHeard):
    """What organisations said to a version."""

    withdrawn: WithdrawnGiven | None
    """When, by whom and why the version was withdrawn; null: it stands."""


class VersionGiven(Record):
    """A plan as it was published once. It never changes, but that it can be withdrawn."""

    id: str
    """The first letters of its digest."""
    number: int = Field(ge=1)
    """Counted from 1 for each place."""
    digest: str
    """Digest of all that is published of it: findings and replies."""
    plan: str
    """Name of the plan."""
    plan_digest: str
    """Digest of the plan, SHA-256."""
    sentence: str
    """The verdict in words."""
    futures: int
    data_date: str
    """Until when its data go."""
    newest: bool
    published: Act
    """Who published it, and when."""
    assured_by: str
    """Who put their name to the inputs; blank: nobody."""
    withdrawn: WithdrawnGiven | None
    """null: it stands."""
    href: str
    page: str
    """Address of its page for people."""


class Run(Record):
    """What it takes to compute the same again."""

    placeplan: str
    futures: int
    seed: int
    assumption_set: str
    """Blank: the plan's own."""
    command: str


class Source(Record):
    """A source of figures."""

    title: str
    licence: str


class VersionWhole(VersionGiven):
    """A published plan: its verdict, and how many there are of each part."""

    verdict: Word
    place: str
    synthetic: bool
    """Whether the place is made up."""
    start: str
    """First month, 2026-04."""
    years: tuple[str, ...]
    """Financial years judged."""
    run: Run
    sources: tuple[Source, ...]
    counts: dict[str, int]
    """How many there are of each part, by the end of its address."""
    parts: dict[str, str]
    """Address of each part."""


class DraftGiven(Record):
    """A draft that whoever asks may see."""

    id: str
    organisation: str
    """Whose it is; blank: everybody's who works on the plan."""
    closed: bool
    number: int
    """Number of its newest version."""
    digest: str
    """Digest of the plan's folder as it stands."""
    message: str
    """Why it was changed last."""
    made: datetime
    files: dict[str, str]
    """SHA-256 of each file by its path."""
    href: str
    page: str


class RunGiven(Record):
    """A run of a draft."""

    id: str
    """Digest of all that its result hangs on: the same is never run twice."""
    kind: str
    state: str
    version_digest: str
    """Digest of the folder that was run."""
    arguments: dict[str, str | int]
    done: int = Field(ge=0)
    total: int = Field(ge=0)
    made: datetime
    ended: datetime | None
    findings: str | None
    """Address of what it found; null: it has not ended, or found nothing."""


class ProblemGiven(Record):
    """One thing that is wrong: where it stands, what it is, why it matters, how to mend it."""

    file: str
    """Path inside the plan's folder, or the name of what was asked for."""
    row: int
    """Line of the file, counted from 1; 0 where a line makes no sense."""
    column: str
    """Column or field, blank where there is none."""
    code: str
    """Stays the same, whatever the message says."""
    what: str
    why: str
    mend: str
    nearest: str
    """The nearest known name, blank where there is none."""
    severity: str
    """error or warning."""


class Refusal(Record):
    """Why there is no answer (RFC 9457), with each problem by itself."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    """Address that was asked for."""
    request: str
    """Number of the request, for whoever runs this workbench."""
    problems: tuple[ProblemGiven, ...]
