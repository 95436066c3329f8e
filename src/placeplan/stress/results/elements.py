"""What findings say of each initiative, organisation and area, for pages of their own: the plan's words beside the run's figures.

Middles are the 50th percentile over futures; three figures are the 10th, 50th and 90th. Money is £ nominal.
"""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record, described

Three = tuple[float, float, float]
"""10th, 50th, 90th percentile over futures."""


class FanPoint(Record):
    """A period of a fan: 10th, 50th, 90th percentile, with the plan and with nothing done."""

    period: str
    plan: Three
    do_nothing: Three
    limit: float | None = None


class Fan(Record):
    """A picture over time."""

    id: str
    title: str
    unit: str
    finding: str
    """What it shows, one sentence."""
    limit_name: str = ""
    points: tuple[FanPoint, ...]


class ChangeResult(Record):
    """One thing that an initiative does."""

    kind: str
    """Kind of effect: prevent, shift, resize …"""
    about: str
    """In the plan's words; blank where it has none."""
    amounts: tuple[str, ...]
    """What it changes and by how much, at the middle of each assumption."""


class Stated(Record):
    """What the plan or its owners said an initiative would bring."""

    what: str
    year: str
    source: str


class Side(Record):
    """An organisation and what an initiative asks of it."""

    organisation: str
    name: str
    what: tuple[str, ...]
    """Leads, takes part, pays, loses beds …"""
    touched: bool = False
    """Whether it pays or loses something, and so has to agree."""
    position: str = ""
    """What it said last: signed, objects, withdrawn, not_asked; blank: nothing."""
    by: str = ""
    date: str = ""
    source: str = ""
    words: str = ""
    """What it said, word for word; blank: not kept."""


class Building(Record):
    """Building money that an initiative needs before it can start."""

    need: float = described("£, base-year prices")
    organisation_name: str
    source_of_funds: str
    build_months: int


class Beginning(Record):
    """When something begins in the run, over the futures."""

    months: tuple[str, str, str]
    """Month in the early, middle and late future (10th, 50th, 90th percentile); blank: not within the run."""
    share: float
    """Of the futures in which it begins within the run at all."""
    reach: Three
    """How much of it is in use in the last month, as a share."""


How = Literal["less", "more", "moves", "becomes", "shorter", "longer", "sooner", "later"]
"""What becomes of care: there is less or more of it, it goes to another place, it becomes other care, or stays and waits change."""
Mode = Literal["car", "public_transport"]


class Touched(Record):
    """Care of one kind on which an initiative acts in one way."""

    pod: str
    """Name of the kind of care."""
    unit: str
    """What is counted: admissions, attendances, contacts."""
    how: How
    contacts: float = described("contacts a year within its scope in the base year, people from beyond among them")
    changed: float | None = described(
        "contacts a year that are fewer, more, moved or other at its full reach, middle of what is assumed; blank: stays or waits change, no contacts",
        default=None,
    )
    by_area: tuple[tuple[str, float], ...]
    """Id of each area and the contacts of its people."""


class Journey(Record):
    """How long the way becomes for those whose care an initiative moves: means over their contacts, minutes one way."""

    fifth: int | None
    """Only people of areas in the fifth of the place where they have least, as a national fifth; blank: all."""
    mode: Mode
    contacts: float = described("contacts a year that move and of which both ways are known")
    unknown: float = described("contacts a year that move and of which a way is not known")
    before: float
    after: float


class InitiativeResult(Record):
    """An initiative as the plan has it, and when it begins in the run."""

    id: str
    name: str
    about: str
    owner: str
    owner_name: str
    status: str
    theme: str
    origin: str
    evidence_grade: str
    evidence: tuple[tuple[str, str], ...]
    """Finding and source of each study or source that it names."""
    start: str
    """Month in which the plan has it begin; blank: a trigger decides."""
    end: str
    ramp_months: int
    trigger: str
    """What has to happen before it begins, in words."""
    begun: Beginning | None
    """When it begins in the run; blank: the model holds nothing of it."""
    requires: tuple[str, ...]
    """Ids of the initiatives that have to be in full use first."""
    building: Building | None
    budget: float | None = described("£ a year set aside", default=None)
    changes: tuple[ChangeResult, ...]
    posts: float = described("whole-time equivalents that have to be found first", default=0.0)
    areas: tuple[tuple[str, str], ...]
    """Id and name of each area whose people it reaches; none: all."""
    sites: tuple[tuple[str, str], ...]
    """Id and name of each site at which something changes."""
    closes: tuple[str, ...]
    stated: tuple[Stated, ...]
    involvement: tuple[tuple[str, int, int, str], ...]
    """Who, asked, affected, source."""
    sides: tuple[Side, ...]
    not_modelled: tuple[str, ...]
    source: str
    note: str
    people: float | None = described(
        "people whom its effects on care are meant for, by where they live, age, sex and group; blank: it has none, or findings of before",
        default=None,
    )
    people_by_area: tuple[tuple[str, float], ...] = ()
    """Id of each area and the people there whom it is meant for."""
    touches: tuple[Touched, ...] = ()
    journeys: tuple[Journey, ...] = ()
    """Of all first, then of those who have least; by mode."""
    assumes: tuple[str, ...] = ()
    """Ids of the assumptions on which it draws."""


class PaymentResult(Record):
    """A contract from one side, £ in the last year."""

    contract: str
    about: str
    pays: bool
    """Whether the organisation pays; else it is paid."""
    other: str
    """Name of the other side."""
    plan: float
    do_nothing: float


class OrganisationResult(Record):
    """An organisation year by year, with the plan and with nothing done."""

    id: str
    name: str
    type: str
    sites: tuple[tuple[str, str], ...]
    """Id and name of each site that it runs."""
    fans: tuple[Fan, ...]
    """Money, beds, staff, waiting list, care packages: those that the model computes here."""
    gain: Three | None
    """Position of the last year with the plan less that with nothing done, future by future."""
    payments: tuple[PaymentResult, ...]


class CareAt(Record):
    """Where people of an area go for one kind of care in the base year."""

    pod: str
    """Name of the kind of care."""
    site: str
    share: float
    """Of the area's care of this kind."""
    minutes: float | None
    """One way; blank: not known."""
    mode: str = ""
    """How they travel: car, public_transport."""
    others: tuple[tuple[Mode, float], ...] = ()
    """Minutes by other modes, where they are known."""


class Minutes(Record):
    """Minutes one way by one mode; blank: not known."""

    mode: Mode
    old: float | None
    new: float | None


class Move(Record):
    """Care of an area that an initiative takes to another site."""

    initiative: str
    pods: tuple[str, ...]
    old: str
    new: str
    share: float
    """Of the area's care at the old site, at its full reach and the middle of its assumption."""
    minutes_old: float | None
    minutes_new: float | None
    contacts: float | None = described("contacts a year that this is in the base year", default=None)
    by_mode: tuple[Minutes, ...] = ()
    """Minutes by each mode of which the plan gives any; the one that nearness goes by first."""


Rings = tuple[tuple[tuple[float, float], ...], ...]
"""Outlines of an area, or one point: longitude and latitude, degrees."""


class SiteChange(Record):
    """What an initiative does at a site."""

    initiative: str
    way: Literal["more", "less", "other"]
    """More care or room for it there, less of it, or something else."""
    what: str
    """In words, with the amount."""


class SiteResult(Record):
    """A site: where it stands, who runs it, and what the plan changes there."""

    id: str
    name: str
    organisation: str
    organisation_name: str
    at: tuple[float, float] | None = described("longitude and latitude, degrees", default=None)
    changes: tuple[SiteChange, ...] = ()


class AreaResult(Record):
    """An area: who lives there, where they go for care, and what the plan changes for them."""

    id: str
    name: str
    council: str
    council_name: str
    people: float
    """In the middle of the base year."""
    fifth: int | None
    """National fifth of deprivation, 1 the most deprived; blank: not stated."""
    care: tuple[CareAt, ...]
    moves: tuple[Move, ...]
    initiatives: tuple[tuple[str, str], ...]
    """Id of each initiative that reaches its people, and why: ``named``, ``site`` (where they go), ``council`` (theirs) or ``everyone``."""
    localities: tuple[str, ...] = ()
    """Postcode districts and towns by which it can be found."""
    shape: Rings = ()
    """What it looks like on a map; none: not known."""
    shape_source: str = ""
