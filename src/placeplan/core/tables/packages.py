"""Care outside hospital: packages of home care and care homes, the pathways out of hospital, and councils' rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, described
from placeplan.core.tables.base import NonNegative, Pool, Positive, Row, Share

PATHWAYS = ("0", "1", "2", "3")
"""Ways out of hospital: 0 home without new care, 1 home with care, 2 a short stay in a bed elsewhere, 3 a care home."""
INSTRUMENTS = ("reserves", "eligibility", "fees", "charging")
"""What a council can balance its budget by."""


class Package(Row):
    """Packages of one kind of care that the market of one council's area gives to one group of payers.

    Public and self-funded packages are stocks of their own and take no room from each other. What is asked for moves with
    the pod's row for the council in `activity.csv`, where there is one.
    """

    council: Id
    """Organisation id of the council."""
    kind: Id
    """Pod id of the kind of care: home_care_week, residential_week, nursing_week, reablement_week …"""
    funder: Literal["public", "self"] = "public"
    """Who pays: the council, or the people themselves."""
    capacity: NonNegative = described("packages that can be given at a time")
    in_use: NonNegative = described("packages given at a time at the start")
    weeks: Positive = described("weeks a package lasts on average")
    fee: NonNegative = described("£ a week that the council pays for a package", default=0.0)
    charge: NonNegative = described("£ a week of it that the person pays to the council", default=0.0)
    group: str = ""
    """Staff group of the council without which packages cannot be given; blank: none."""

    @property
    def id(self) -> str:
        """``council/kind``, and ``council/kind/self`` where people pay themselves."""
        return f"{self.council}/{self.kind}" + ("/self" if self.funder == "self" else "")


class Pathway(Row):
    """Share of the people ready to leave a pool of beds after a long stay who need one way out of hospital."""

    site: Id
    pool: Pool
    pathway: Literal["0", "1", "2", "3"]
    """0 home without new care, 1 home with care, 2 a short stay in a bed elsewhere, 3 a care home."""
    share: Share = described("share of those ready to leave; the shares of a pool sum to 1")
    kind: str = ""
    """Kind of package needed (see `packages.csv`); blank for pathway 0 and where a bed is named."""
    to_site: str = ""
    """Site of the bed needed, where pathway 2 leads to a pool of beds; blank: a package."""
    to_pool: str = ""
    """Pool of that bed."""


class CouncilRules(Row):
    """How one council keeps its duty to balance each year's budget."""

    council: Id
    """Organisation id of the council."""
    reserves: NonNegative = described("£ of reserves that can be used, at the start")
    floor: NonNegative = described("£ of reserves that are never used", default=0.0)
    balances_by: Annotated[str, StringConstraints(min_length=1)]
    """What gives, in this order: words of reserves, eligibility, fees, charging, apart by a space."""
    least_eligibility: Share = described("least share of need that is still met", default=0.8)
    least_fee: Share = described("least fee paid, share of the base year's in real terms", default=0.95)
    most_charge: Annotated[float, Field(ge=1, le=5)] = described(
        "highest charge, ratio to the base year's in real terms", default=1.1
    )

    @property
    def order(self) -> tuple[str, ...]:
        """The words of `balances_by`, in order."""
        return tuple(self.balances_by.split())
