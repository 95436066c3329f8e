"""Staff of the base year, and the labour markets from which they come."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from placeplan.core.records import Id, described
from placeplan.core.tables.base import NonNegative, Row


class StaffGroup(Row):
    """Posts and people of one staff group at one organisation in the base year; volunteers and carers count as well."""

    organisation: Id
    group: Id
    """Staff group: nurses, doctors, therapists, support, care_workers, gp, volunteers, carers … an open list."""
    funded: NonNegative = described("whole-time equivalents of funded posts; of volunteers, places for them")
    in_post: NonNegative = described("whole-time equivalents in post, mean of the base year")
    bank: NonNegative | None = described(
        "whole-time equivalents worked by bank staff; blank with agency: by assumption", default=None
    )
    agency: NonNegative | None = described(
        "whole-time equivalents worked by agency staff; blank with bank: by assumption", default=None
    )
    pay: NonNegative | None = described("£ a whole-time equivalent a year, with the employer's on-costs", default=None)
    line: str = ""
    """Cost line of `money.csv` on which its pay stands, with ``driver: staff``: the line then follows staff; blank: none does."""
    market: str = ""
    """Labour market in which the group is found, shared by all who name it; blank: one of the group's own name."""
    unpaid: bool = False
    """Volunteers, peer supporters, carers: no pay, no labour market, with joiners of their own."""

    @model_validator(mode="after")
    def _unpaid_is_unpaid(self) -> StaffGroup:
        if self.unpaid and (self.pay or self.line or self.market or self.bank or self.agency):
            raise ValueError("unpaid people have no pay, line, market, bank or agency")
        return self

    @property
    def hired_from(self) -> str:
        """Labour market; blank where they are unpaid."""
        return "" if self.unpaid else self.market or self.group


class LabourMarket(Row):
    """People who look for posts in the place, beside those in `staff.csv`; a market without a row goes by assumption."""

    market: Id
    """Labour market: a staff group, or a name that rows of `staff.csv` give as ``market``."""
    entrants: NonNegative | None = described(
        "whole-time equivalents a year who begin to look for a post here: newly qualified, from elsewhere; blank: as many as left",
        default=None,
    )
    seekers: NonNegative = described("whole-time equivalents who look for a post when the run starts", default=0.0)


class StaffGrowth(Row):
    """The best growth of a staff group that was seen anywhere over some years; a row of the library, no table of a plan."""

    group: Id
    """Staff group, or ``all`` for a whole staff."""
    growth: Annotated[float, Field(gt=-1)] = described("share more people in post at the end than at the beginning")
    years: Annotated[int, Field(ge=1)] = described("years between the two")
