"""What of offers waits for somebody: an answer of their organisation, and publishing what all have answered."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from placeplan.web.accounts.models import Membership
from placeplan.web.publishing.models import Answer, Offer, Shown
from placeplan.web.workbench.rights import Act, roles_that
from placeplan.web.workbench.waiting import Asked, More, Waits, as_far

UNANSWERED = ~Exists(Answer.objects.filter(offer=OuterRef("offer"), organisation=OuterRef("organisation")))
"""Those who were shown an offer and have not answered it."""


def of_offers(asked: Asked) -> Iterator[Waits | More]:
    """Answers that somebody may give and their organisation has not, and offers that they may publish by now."""
    yield from _to_answer(asked)
    yield from _to_publish(asked)


def _to_answer(asked: Asked) -> Iterator[Waits | More]:
    today, kind = timezone.localdate(), "answers on new versions"
    roles = Membership.objects.filter(user_id=asked.user.pk, role__in=roles_that(Act.SIGN))
    theirs = Exists(roles.filter(place=OuterRef("offer__place"), organisation=OuterRef("organisation")))
    here = Q() if asked.place is None else Q(offer__place=asked.place)
    every = Shown.objects.filter(here, theirs, UNANSWERED, offer__state=Offer.State.OPEN)

    def told(s: Shown) -> Waits:
        page = reverse("reply", args=[s.offer.place.slug, s.offer_id, s.organisation])
        what = f"Answer for {s.name} what a new version says of it"
        return Waits(s.offer.place, what, page, s.offer.asked, s.offer.until, s.offer.until < today, kind)

    by_day = every.select_related("offer__place").order_by("offer__until", "offer__asked", "pk")
    yield from as_far(by_day, asked.most, kind, told)


def _to_publish(asked: Asked) -> Iterator[Waits | More]:
    today, kind = timezone.localdate(), "versions to publish"
    roles = Membership.objects.filter(user_id=asked.user.pk, role__in=roles_that(Act.PUBLISH))
    here = Q() if asked.place is None else Q(place=asked.place)
    whole = Q(until__lt=today) | ~Exists(Shown.objects.filter(UNANSWERED, offer=OuterRef("pk")))
    every = Offer.objects.filter(here, whole, state=Offer.State.OPEN, place__in=roles.values("place"))

    def told(made: Offer) -> Waits:
        page = reverse("publish", args=[made.place.slug, made.pk])
        return Waits(made.place, "Publish the version that all have seen", page, made.asked, kind=kind)

    yield from as_far(every.select_related("place").order_by("asked", "pk"), asked.most, kind, told)
