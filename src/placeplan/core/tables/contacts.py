"""Contacts that can run out: what a door of care can give a month, and where people go who are not given it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.records import Id, Quantity, described
from placeplan.core.tables.base import NonNegative, Positive, Row, Share


class ContactCapacity(Row):
    """What one point of delivery can give at one site. Care without a row never runs out.

    The capacity of the base year is `capacity`, or `wte` × `contacts_per_wte`, or the year's activity over `used`; it
    follows the staff of `group` where staff.csv has them, and need by the share of `follow`.
    """

    site: Id
    """Site or organisation id; the care stands in `activity.csv` there (0 where it is new)."""
    pod: Id
    """Point of delivery that fills no beds: appointments, visits, attendances, tests, incidents."""
    group: str = ""
    """Staff group of the site's organisation that gives it; blank: capacity does not depend on staff."""
    capacity: NonNegative | None = described("contacts a month that can be given in the base year", default=None)
    wte: Positive | None = described("whole-time equivalents at work that give it in the base year", default=None)
    contacts_per_wte: Positive | None = described(
        "contacts a month by one whole-time equivalent at work; blank: fitted to `used`", default=None
    )
    used: Annotated[float, Field(gt=0, le=2)] | None = described(
        "share of the base year's capacity that was used; blank: all of it where people stand on a list, else contacts.used",
        default=None,
    )
    unmet: Literal["waits", "lost", "spills", "list"]
    """Who is not seen: ``waits`` in a backlog, is ``lost``, ``spills`` to the doors of `spills.csv`, or stands on a ``list``."""
    backlog: NonNegative = described("people waiting when the run starts", default=0.0)
    gives_up: Share | None = described(
        "share of those waiting who give up in a month; blank: the assumption contacts.gives_up", default=None
    )
    follow: Annotated[float, Field(ge=0, le=1.5)] | None = described(
        "share of the growth of need that the capacity follows, as of the twelve months before; blank: contacts.follow where"
        " people stand on a list, else none of it",
        default=None,
    )

    @property
    def whole(self) -> bool:
        """Whether the row says how many contacts can be given, so that no assumption has to."""
        of_staff = self.wte is not None and self.contacts_per_wte is not None
        return self.capacity is not None or of_staff or self.used is not None or self.unmet == "list"


class Spill(Row):
    """Where people go who are not given care at one door: they come to the other a month later.

    The main form of the model has no spills; its variants hold the coefficient at its 10th or 90th percentile. A plain
    number is the same in both, so that they cannot show what hangs on it.
    """

    pod: Id
    """Point of delivery at which care is not given."""
    site: str = ""
    """Site at which it is not given; blank: every site of `contacts.csv` with this pod."""
    to_pod: Id
    """Point of delivery where they come instead."""
    to_site: str = ""
    """Site where they come; blank: the same site; ``outside`` for a door beyond the footprint."""
    coefficient: Quantity = described("contacts at the other door for each one that is never given at this one")
