"""Waiting lists of the base year: how many wait for planned care, how long they have, and for what."""

from __future__ import annotations

from placeplan.core.records import Id, described
from placeplan.core.tables.base import NonNegative, Row, Share


class WaitingList(Row):
    """People who wait at one site for planned care of one specialty group, from referral to treatment.

    They are first seen (`first_pod`); some need no admission, and their clock stops. The others wait on for a night in
    hospital (`overnight_pod`) or a day case (`day_pod`); their clock runs on.
    """

    site: Id
    specialty: Id = "all"
    """Specialty group; ``all`` where the site has one list."""
    listed: NonNegative = described("people waiting at the start")
    within_18: Share | None = described(
        "share of them who have waited less than 18 weeks; blank: library", default=None
    )
    over_52: Share | None = described(
        "share of them who have waited more than 52 weeks, to compare with what was fitted", default=None
    )
    urgent: Share | None = described("share of clock starts that are urgent or cancer; blank: library", default=None)
    decided: Share | None = described("share of those listed who wait for admission; blank: library", default=None)
    first_pod: Id
    """Pod in which people are first seen, and it is decided what they need."""
    first_share: Share = described("share of that pod's contacts at the site that are of this list", default=1.0)
    overnight_pod: str = ""
    """Pod of planned admissions with a night in hospital; blank: nobody of this list needs one."""
    overnight_share: Share = described("share of that pod's admissions at the site that are of this list", default=1.0)
    day_pod: str = ""
    """Pod of planned care without a night; blank: nobody of this list needs it."""
    day_share: Share = described(
        "share of that pod's cases at the site that are of this list; planned repeats, as dialysis, are not",
        default=1.0,
    )

    @property
    def id(self) -> str:
        """``site/specialty``."""
        return f"{self.site}/{self.specialty}"

    @property
    def whole(self) -> bool:
        """Whether the row says how long people have waited."""
        return self.within_18 is not None and self.over_52 is not None
