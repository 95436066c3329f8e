"""What the API gives out of challenges and numbers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from placeplan.core.records import Record
from placeplan.web.api.records import ProblemGiven
from placeplan.web.challenges.listing import Which
from placeplan.web.challenges.telling import Told


class NumberGiven(Record):
    """A number of the plan that is published now, which anyone may challenge."""

    address: str
    """Names it: file, row or element, column or field."""
    value: float | str
    """A number, or a month as text."""
    of: str
    """What it is a number of, in words."""
    field: str
    unit: str
    meaning: str
    where: str
    """File, line and field."""
    source: str
    organisation: str
    """Id of the organisation whose number it is; blank: of the plan as a whole."""
    challenges: int = Field(ge=0)
    """How often it was challenged."""
    page: str
    """Address of its page for people, where another value can be proposed."""


class ChallengeGiven(Record):
    """Another value that somebody proposes for a number of a published plan."""

    number: int = Field(ge=1)
    """Counted from 1 for each place."""
    state: Which
    """How far the reply is."""
    address: str
    of: str
    field: str
    unit: str
    version: str
    """Id of the published version whose number it is."""
    organisation: str
    """Id of the organisation that owes a reply; blank: those who publish the plan."""
    before: float | str
    proposed: float | str
    hidden: bool
    """Whether a moderator has hidden the words; the number and what the run found stay."""
    reason: str
    """Blank where it is hidden."""
    source: str
    """Blank where it is hidden."""
    name: str
    """As whoever sent it wants to be called; blank: not said, taken back, or hidden."""
    sent: datetime
    owed: date
    """Day by which a reply is owed."""
    replied: datetime | None
    """When it was replied to last."""
    run: str
    """How far the run with the proposed value is: queued, running, done, failed or cancelled."""
    href: str
    page: str


class StepGiven(Record):
    """One thing that became of a challenge. None is ever changed or taken away."""

    challenge: int = Field(ge=1)
    did: str
    """sent, accepted, declined, answered, hidden, shown, linked, looked, appealed, upheld or nameless."""
    when: datetime
    by: str
    """Name of who replied; blank: a moderator, or whoever sent the challenge."""
    role: str
    """In which they did it."""
    organisation: str
    text: str
    """Blank where there is none, or it is an appeal that only the moderator reads."""
    version: int | None
    """Number of the version of the plan's work that has the value, where it was accepted."""


class Accepted(Record):
    """What became of a value that was accepted."""

    version: int
    """Number of the version of the plan's work that was named."""
    has: bool
    """Whether it has the value."""
    published: bool
    """Whether what is published now has it too."""
    newest: int | None
    """Which of the published versions that is; null: none is published now."""


class ChallengeWhole(ChallengeGiven):
    """A challenge with what the run found and all that became of it."""

    meaning: str
    where: str
    """Where the number stood when it was challenged."""
    number_source: str
    """Where the plan says that its number comes from."""
    command: str
    """Gives the same figures to anyone who has the plan."""
    found: Told | None
    """What would change; null: the run has not ended, or could not be done."""
    problems: tuple[ProblemGiven, ...]
    """Why the run could not be done."""
    accepted: Accepted | None
    steps: tuple[StepGiven, ...]
    """All that became of it, the oldest first."""
