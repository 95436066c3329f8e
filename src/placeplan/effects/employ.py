"""Employ: posts, hiring, leaving, absence, productivity and redundancy."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from placeplan.core.records import Quantity, described
from placeplan.effects.base import Effect, Primitive

MORE = -1.0
"""Turns a share removed into a share added."""


class Employ(Effect, kind="employ"):
    """Funds posts of its own or cuts some, and changes who leaves, is hired, is away, or how much each does.

    New posts are the initiative's own: they compete for the same people as all others, nobody from bank or agency stands
    in, and uptake reaches no further than they are filled. Their pay is counted by itself, at `pay` or that of `staff.csv`:
    leave it out of the recurrent cost of a `spend`, or say `paid_by_spend`. Posts cut are those of the employer, and pay
    falls with the people who leave. Without `staff.csv` staff is not modelled, and posts count as filled and unpaid.
    """

    kind: Literal["employ"] = "employ"
    organisation: str = ""
    """Employer; blank: all employers of the group."""
    group: str = ""
    """Staff group, as in `staff.csv`; blank: all groups."""
    posts: Quantity = described("whole-time equivalents of funded posts added; negative cuts", default=0.0)
    work: Literal["initiative", "group"] = "initiative"
    """``initiative``: what it does hangs on them; ``group``: they join the group's everyday work."""
    recruit_months: Annotated[int, Field(ge=0, le=60)] = described(
        "months before the start in which the posts are funded and people sought", default=3
    )
    pay: Quantity | None = described("£ a whole-time equivalent a year; blank: as in staff.csv", default=None)
    paid_by_spend: bool = False
    """Whether a `spend` of this initiative already holds the pay of these posts."""
    fewer_leavers: Quantity = described("share of leavers who stay at full uptake; negative: more leave", default=0.0)
    more_hires: Quantity = described(
        "share by which the employer finds more people at full uptake, as far as they are there; negative: fewer",
        default=0.0,
    )
    entrants: Quantity = described(
        "whole-time equivalents a year who newly look for a post at full uptake, in the group's labour market",
        default=0.0,
    )
    less_absence: Quantity = described("share of absence removed at full uptake; negative: more", default=0.0)
    more_output: Quantity = described(
        "share more contacts for each whole-time equivalent at full uptake; negative: fewer", default=0.0
    )
    redundancies: Quantity = described("whole-time equivalents made redundant", default=0.0)
    notice_months: Annotated[int, Field(ge=0, le=24)] = described(
        "months from the start to the day on which they go", default=3
    )
    redundancy_cost: Quantity = described(
        "£ for each whole-time equivalent made redundant", default="staff.redundancy_cost"
    )

    example: ClassVar[dict[str, object]] = {
        "kind": "employ",
        "about": "A team for people at home",
        "organisation": "RDY",
        "group": "nurses",
        "posts": 24,
        "fewer_leavers": 0.05,
    }

    @model_validator(mode="after")
    def _posts_have_an_employer(self) -> Employ:
        if (self.posts or self.redundancies) and not (self.organisation and self.group):
            raise ValueError("posts and redundancies need an organisation and a group")
        if self.entrants and not self.group:
            raise ValueError("entrants need a group")
        return self

    def primitives(self) -> tuple[Primitive, ...]:
        """Posts and redundancies are added; what changes for all of a group is scaled."""
        org, group = self.organisation, self.group
        price: Quantity | None = 0.0 if self.paid_by_spend else self.pay
        parts = []
        if self.posts:
            parts.append(
                Primitive("add", "posts", quantity=self.posts, timing="step", months=self.recruit_months, price=price,
                          work=self.work, organisation=org, group=group)
            )  # fmt: skip
        if self.entrants:
            parts.append(Primitive("add", "hires", quantity=self.entrants, group=self.group))
        scaled: tuple[tuple[Literal["leavers", "hires", "absence", "productivity"], Quantity, float], ...] = (
            ("leavers", self.fewer_leavers, 1.0), ("hires", self.more_hires, MORE), ("absence", self.less_absence, 1.0),
            ("productivity", self.more_output, MORE),
        )  # fmt: skip
        parts += [
            Primitive("scale", table, quantity=q, ratio=sign, organisation=org, group=group)
            for table, q, sign in scaled
            if q
        ]
        if self.redundancies:
            parts.append(
                Primitive("add", "redundancies", quantity=self.redundancies, timing="once", months=-self.notice_months,
                          price=self.redundancy_cost, organisation=org, group=group)
            )  # fmt: skip
        return tuple(parts)
