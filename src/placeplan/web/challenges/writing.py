"""A value that is accepted is written into a draft: the one number and nothing else, so a version has it that the reply names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placeplan.core.errors import PlanError
from placeplan.plan.located import problem
from placeplan.plan.numbers.change import Setting, changed
from placeplan.plan.numbers.number import shown
from placeplan.web.challenges.known import folder, has, numbers_of
from placeplan.web.challenges.models import Challenge
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts
from placeplan.web.workbench.rights import drafts_of, may_write

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


@dataclass(frozen=True)
class Line:
    """A draft into which the value can be written."""

    draft: Draft
    there: str
    """What it has at the address; blank: no number."""
    has: bool
    """Whether that is the value already."""


def lines_for(user: User, challenge: Challenge) -> list[Line]:
    """Drafts that somebody may write, with what each has where the challenge is."""
    open_to = [d for d in drafts_of(user, challenge.place) if may_write(user, d)]
    return [_line(d, challenge) for d in open_to]


def _line(draft: Draft, challenge: Challenge) -> Line:
    found = numbers_of(draft.head).open.get(challenge.address)
    return Line(draft, found.shown if found else "", has(draft.head, challenge.address, challenge.value))


def write_into(challenge: Challenge, draft: Draft, user: User) -> Version:
    """The version of a draft that has the value: its newest where that has it already, else another.

    Raises:
        PlanError: where the draft has no number there, where the value makes it wrong, or where somebody wrote there meanwhile.
    """
    head = draft.head
    if has(head, challenge.address, challenge.value):
        return head
    after = shown(challenge.value)
    made = changed(folder(head), [Setting(challenge.address, after)], half_done=True)
    called = challenge.facts.get("of") or challenge.address
    message = (
        f"Challenge {challenge.number} accepted: {called[:300]}, {after} in place of {made.changes[0].number.shown}"
    )
    try:
        return drafts.write(draft, head, made.files, message, user)
    except drafts.Clash as clash:
        what = f"Somebody wrote another value there while you replied (version {clash.head.number})."
        raise PlanError([problem("draft", 0, "", "changed-meanwhile", what, "Look at the draft, then reply once more.")]) from clash  # fmt: skip
