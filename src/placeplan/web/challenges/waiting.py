"""What of challenges waits for somebody, and what of them is kept back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from placeplan.web.accounts.models import Membership
from placeplan.web.challenges.answering import appeal_waits
from placeplan.web.challenges.models import REPLIES, Challenge, Did
from placeplan.web.publishing.hidden import Kept
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import Act, roles_that
from placeplan.web.workbench.waiting import Waits

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


def of_challenges(user: User) -> Iterator[Waits]:
    """Replies that somebody may give and nobody has, and appeals that they may look at."""
    yield from _replies(user)
    yield from _appeals(user)


def _replies(user: User) -> Iterator[Waits]:
    """The same people as `answering.replies_for` has."""
    theirs = Q(pk=None)
    for m in Membership.objects.filter(user_id=user.pk, role__in=roles_that(Act.REPLY)):
        theirs |= Q(place=m.place_id, organisation=m.organisation) if m.organisation else Q(pk=None)
        theirs |= Q(place=m.place_id, organisation="") if m.role in roles_that(Act.REPLY_WHOLE) else Q(pk=None)
    today = timezone.localdate()
    for c in Challenge.objects.filter(theirs).exclude(steps__did__in=REPLIES).select_related("place").order_by("owed"):
        what = f"Reply to challenge {c.number}: {c.facts.get('of') or c.address}"
        yield Waits(
            c.place, what, _page(c), timezone.localdate(c.made), c.owed, c.owed < today, "replies to challenges"
        )


def _appeals(user: User) -> Iterator[Waits]:
    own = Membership.objects.filter(user_id=user.pk, role__in=roles_that(Act.MODERATE)).values("place")
    for c in Challenge.objects.filter(place__in=own, hidden=True).select_related("place"):
        last = c.steps.filter(did=Did.APPEALED).last()
        if last is not None and appeal_waits(c):
            what = f"Look at the appeal of challenge {c.number}: {c.facts.get('of') or c.address}"
            yield Waits(c.place, what, _page(c), timezone.localdate(last.when), kind="appeals to look at")


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
