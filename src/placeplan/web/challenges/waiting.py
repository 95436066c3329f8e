"""What of challenges waits for somebody, and what of them is kept back."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from placeplan.web.accounts.models import Membership
from placeplan.web.challenges.answering import appeal_waits
from placeplan.web.challenges.models import REPLIES, Challenge, Did
from placeplan.web.publishing.hidden import Kept
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import Act, roles_that
from placeplan.web.workbench.waiting import Asked, More, Waits


def of_challenges(asked: Asked) -> Iterator[Waits | More]:
    """Replies that somebody may give and nobody has, and appeals that they may look at."""
    yield from _replies(asked)
    yield from _appeals(asked)


def _replies(asked: Asked) -> Iterator[Waits | More]:
    """The same people as `answering.replies_for` has."""
    theirs = Q(pk=None)
    for m in Membership.objects.filter(user_id=asked.user.pk, role__in=roles_that(Act.REPLY)):
        theirs |= Q(place=m.place_id, organisation=m.organisation) if m.organisation else Q(pk=None)
        theirs |= Q(place=m.place_id, organisation="") if m.role in roles_that(Act.REPLY_WHOLE) else Q(pk=None)
    today, kind = timezone.localdate(), "replies to challenges"
    every = _there(Challenge.objects.filter(theirs), asked).exclude(steps__did__in=REPLIES).select_related("place")
    for c in every.order_by("owed", "made")[: asked.most]:
        what = f"Reply to challenge {c.number}: {c.facts.get('of') or c.address}"
        yield Waits(c.place, what, _page(c), timezone.localdate(c.made), c.owed, c.owed < today, kind)
    if asked.most is not None and (more := every.count() - asked.most) > 0:
        yield More(kind, more)


def _appeals(asked: Asked) -> Iterator[Waits]:
    own = Membership.objects.filter(user_id=asked.user.pk, role__in=roles_that(Act.MODERATE)).values("place")
    for c in _there(Challenge.objects.filter(place__in=own, hidden=True), asked).select_related("place"):
        last = c.steps.filter(did=Did.APPEALED).last()
        if last is not None and appeal_waits(c):
            what = f"Look at the appeal of challenge {c.number}: {c.facts.get('of') or c.address}"
            yield Waits(c.place, what, _page(c), timezone.localdate(last.when), kind="appeals to look at")


def _there(every: QuerySet[Challenge], asked: Asked) -> QuerySet[Challenge]:
    """Those of the place that is asked about."""
    return every if asked.place is None else every.filter(place=asked.place)


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
