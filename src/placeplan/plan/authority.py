"""Who may decide: boards with members and powers, what they decided, and what is assumed of those who have to work together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.records import Id, Name, Quantity, Record, described
from placeplan.core.tables import Month
from placeplan.plan.initiatives import Day, Text
from placeplan.plan.rules import Touch

Pounds = Annotated[float, Field(ge=0)]
Span = tuple[str, str]
"""First and last month."""
EVER: Span = ("0000-00", "9999-99")
"""Months before and after all others."""


class Member(Record):
    """An organisation that sits on a board."""

    organisation: Id
    voice: Literal["votes", "attends"] = "votes"
    """``attends``: it is heard and has no vote, so nothing is decided in its name."""
    valid_from: Month | None = None
    """First month as a member; blank: since the board's first."""
    valid_to: Month | None = None
    """Last month; blank: to the board's last."""


class Power(Record):
    """What a board may do, about which changes, up to which sum, from when to when.

    A decision is as large as what it makes those spend in whose name the board acts: the building, what is paid once, and
    a year of what is paid every year. Where a delegation and a board of one's own both cover a change, the delegation goes
    first: what was handed over is decided there, all else stays.
    """

    power: Literal["advise", "delegate", "decide"]
    """``decide``: in its own right; ``delegate``: what its members have handed to it, and can take back; ``advise``: its word binds nobody."""
    on: Annotated[tuple[Touch, ...], Field(min_length=1)] = ("any",)
    """Changes that touch these; ``any``: all."""
    decides_for: tuple[Id, ...] = ()
    """Members in whose name it acts; blank: all that vote."""
    pools: tuple[Id, ...] = ()
    """Pooled contracts whose money it decides on."""
    above: Pounds = described("£ a decision; of this and less it does not decide", default=0.0)
    limit: Pounds | None = described("£ a decision; blank: no limit is known", default=None)
    valid_from: Month | None = None
    """First month; blank: since the board's first."""
    valid_to: Month | None = None
    """Last month; blank: to the board's last."""
    source: Text


class Board(Record):
    """A board, committee or cabinet: who sits on it and what it may do."""

    id: Id
    name: Name
    about: str = ""
    """What it is for, in plain words."""
    valid_from: Month | None = None
    """First month; blank: it was there before the plan."""
    valid_to: Month | None = None
    """Last month; blank: it stays."""
    members: Annotated[tuple[Member, ...], Field(min_length=1)]
    powers: tuple[Power, ...] = ()
    """What it may do; ``[]``: nothing was handed to it."""
    source: Text
    note: str = ""


def span(*parts: Board | Member | Power) -> Span:
    """First and last month in which all of some boards, members and powers are there; of `EVER` where nothing bounds them.

    >>> span(Member(organisation="a", valid_from="2016-04"), Member(organisation="b", valid_to="2017-03"))
    ('2016-04', '2017-03')
    """
    return max(p.valid_from or EVER[0] for p in parts), min(p.valid_to or EVER[1] for p in parts)


def acts_for(board: Board, power: Power) -> frozenset[str]:
    """Members in whose name a board uses a power."""
    return frozenset(power.decides_for or (m.organisation for m in board.members if m.voice == "votes"))


class Vote(Record):
    """How a member voted."""

    organisation: Id
    vote: Literal["for", "against", "absent"]


class Decision(Record):
    """What a board decided. Nothing is taken back: a board that thinks again decides again, and the last by date counts."""

    id: Id
    board: Id
    initiatives: Annotated[tuple[Id, ...], Field(min_length=1)]
    """What was decided on."""
    decided: Literal["approved", "refused", "deferred", "advised"]
    """``advised``: a word that binds nobody."""
    amount: Pounds | None = described("£ that it committed; blank: not known", default=None)
    date: Day
    votes: tuple[Vote, ...] = ()
    """How members voted, as far as it is known."""
    source: Text
    note: str = ""


class Relationship(Record):
    """What is assumed to follow from how organisations have worked together. An assumption that anybody may challenge, no fact and no score.

    It touches what two or more of them do together: initiatives that one owns and in which another takes part. Its weight
    is 0 until somebody says otherwise, and then it changes nothing.
    """

    id: Id
    between: Annotated[tuple[Id, ...], Field(min_length=2)]
    """Organisations."""
    about: Text
    """What happened between them, in plain words, that makes somebody think so."""
    weight: Quantity = described("share of what follows that counts; 0: nothing", default=0.0)
    delay: Quantity = described("months by which what they do together begins later, at full weight", default=0.0)
    leaves: Quantity = described(
        "probability that one of them leaves what they do together within the run, at full weight", default=0.0
    )
    source: Text
    note: str = ""


class AuthorityFile(Record):
    """`authority.yaml`."""

    boards: tuple[Board, ...] = ()
    decisions: tuple[Decision, ...] = ()
    relationships: tuple[Relationship, ...] = ()
