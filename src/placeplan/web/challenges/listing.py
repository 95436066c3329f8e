"""What there is of challenges: pages, tables and the API ask here, so that all say the same of them, and hide the same."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from placeplan.web.challenges.known import has, open_of
from placeplan.web.challenges.models import MODERATED, REPLIES, Challenge, Did, Step
from placeplan.web.store.models import Place

Which = Literal["waiting", "overdue", "accepted", "declined", "answered", "hidden"]
WHICH: Final[tuple[str, ...]] = get_args(Which)
"""What can be asked of challenges: how far their reply is, or whether their words are hidden."""


def challenges_of(place: Place) -> QuerySet[Challenge]:
    """Challenges of a place with their last reply, the newest first."""
    last = Step.objects.filter(challenge=OuterRef("pk"), did__in=REPLIES).order_by("-when", "-pk")
    return (
        place.challenges.annotate(reply=Subquery(last.values("did")[:1]), replied=Subquery(last.values("when")[:1]))
        .select_related("place", "job")
        .order_by("-number")
    )


def which(every: QuerySet[Challenge], name: str) -> QuerySet[Challenge]:
    """Those that wait for a reply, are overdue, and so on; all of them by any other name."""
    today = timezone.localdate()
    asked: dict[str, dict[str, Any]] = {
        "waiting": {"reply": None}, "overdue": {"reply": None, "owed__lt": today}, "accepted": {"reply": Did.ACCEPTED},
        "declined": {"reply": Did.DECLINED}, "answered": {"reply": Did.ANSWERED}, "hidden": {"hidden": True},
    }  # fmt: skip
    return every.filter(**asked.get(name, {}))


def asked_for(
    place: Place, name: str = "", version: str = "", address: str = "", organisation: str | None = None
) -> QuerySet[Challenge]:
    """Challenges of a place by how far they are, of one of its published versions, of a number, of an organisation's numbers; blank: of any."""
    wanted = {"published": version, "address": address}
    every = which(challenges_of(place), name).filter(**{field: text for field, text in wanted.items() if text})
    return every if organisation is None else every.filter(organisation=organisation)


def word_of(challenge: Challenge) -> Which:
    """How far the reply to a challenge is, in a word."""
    reply: Which | None = getattr(challenge, "reply", None)
    return reply or ("overdue" if challenge.owed < timezone.localdate() else "waiting")


def state_of(challenge: Challenge) -> str:
    """How far a challenge is, in words."""
    word = word_of(challenge)
    said = {"overdue": "reply overdue", "waiting": "waits for a reply"}
    return said[word] if word in said else str(Did(word).label)


def moderated(place: Place) -> QuerySet[Step]:
    """All that moderators did, and appeals, the newest first."""
    every = Step.objects.filter(challenge__place=place, did__in=MODERATED).select_related("challenge", "by", "version")
    return every.order_by("-when", "-pk")


def accepted(challenge: Challenge, steps: list[Step]) -> dict[str, Any] | None:
    """Where it was accepted: the version that has the value, whether it has, and whether what is published now has."""
    last = next((s for s in reversed(steps) if s.did in REPLIES), None)
    if last is None or last.did != Did.ACCEPTED or last.version is None:
        return None
    newest = open_of(challenge.place)
    return {
        "version": last.version.number, "has": has(last.version, challenge.address, challenge.value),
        "published": newest is not None and has(newest.version, challenge.address, challenge.value), "newest": newest.number if newest else None,
    }  # fmt: skip
