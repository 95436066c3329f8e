"""What of challenges waits for somebody, and what of them is kept back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from placeplan.web.accounts.models import Membership
from placeplan.web.challenges.answering import HAS_LINK, answers_here, appealed, not_looked_at
from placeplan.web.challenges.models import REPLIES, Challenge, Step
from placeplan.web.publishing.hidden import Kept
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import Act, roles_that
from placeplan.web.workbench.waiting import Asked, More, Waits, as_far

NOBODY_HERE: Final = Q(~Q(organisation=""), ~Exists(answers_here().filter(place=OuterRef("place"), organisation=OuterRef("organisation"))))  # fmt: skip
"""Challenges to an organisation for which nobody can reply here: whoever publishes the plan does."""


def of_challenges(asked: Asked) -> Iterator[Waits | More]:
    """Replies that somebody may give and nobody has; appeals, and words and links, that they may look at."""
    yield from _replies(asked)
    yield from _to_moderate(asked)


def _replies(asked: Asked) -> Iterator[Waits | More]:
    """The same people as `answering.replies_for` has."""
    theirs = Q(pk=None)
    for m in Membership.objects.filter(user_id=asked.user.pk, role__in=roles_that(Act.REPLY)):
        theirs |= Q(place=m.place_id, organisation=m.organisation) if m.organisation else Q(pk=None)
        theirs |= Q(place=m.place_id, organisation="") if m.role in roles_that(Act.REPLY_WHOLE) else Q(pk=None)
        theirs |= Q(NOBODY_HERE, place=m.place_id) if m.role in roles_that(Act.PUBLISH) else Q(pk=None)
    today, kind = timezone.localdate(), "replies to challenges"
    replied = Exists(Step.objects.filter(challenge=OuterRef("pk"), did__in=REPLIES))
    every = _there(Challenge.objects.filter(theirs, ~replied), asked).order_by("owed", "made", "pk")

    def told(c: Challenge) -> Waits:
        late = c.owed < today
        return Waits(c.place, f"Reply to {_called(c)}", _page(c), timezone.localdate(c.made), c.owed, late, kind)

    yield from as_far(every, asked.most, kind, told)


def _to_moderate(asked: Asked) -> Iterator[Waits | More]:
    own = Membership.objects.filter(user_id=asked.user.pk, role__in=roles_that(Act.MODERATE)).values("place")
    every = _there(Challenge.objects.filter(place__in=own), asked)
    new = not_looked_at(every).order_by("made", "pk")
    kinds: tuple[tuple[str, str, QuerySet[Challenge], str], ...] = (
        ("appeals to look at", "Look at the appeal of", appealed(every).order_by("appealed", "pk"), "appealed"),
        ("challenges with links to look at", "Look at the words and links of", new.filter(HAS_LINK), "made"),
        ("new challenges to look at", "Look at the words of", new.exclude(HAS_LINK), "made"),
    )
    for kind, what, waits, since in kinds:
        yield from as_far(waits, asked.most, kind, partial(_moderated, kind, what, since))


def _moderated(kind: str, what: str, since: str, c: Challenge) -> Waits:
    return Waits(
        c.place, f"{what} {_called(c)}", f"{_page(c)}#moderate", timezone.localdate(getattr(c, since)), kind=kind
    )


def _there(every: QuerySet[Challenge], asked: Asked) -> QuerySet[Challenge]:
    """Those of the place that is asked about."""
    return (every if asked.place is None else every.filter(place=asked.place)).select_related("place")


def _called(c: Challenge) -> str:
    return f"challenge {c.number}: {c.called}"


def _page(c: Challenge) -> str:
    return reverse("challenge", args=[c.place.slug, c.number])


def kept_back(place: Place) -> Iterator[Kept]:
    """Words that moderators hide; what was challenged and what the run found stand for all to see."""
    count = place.challenges.filter(hidden=True).count()
    if count:
        many = "1 challenge are" if count == 1 else f"{count} challenges are"
        yield Kept(
            f"The words of {many} hidden by a moderator.",
            "Each one’s page says why. The number that it is about, and what it would change, are not hidden. Who wrote it can ask for it to be looked at again.",
        )
