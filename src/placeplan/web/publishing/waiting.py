"""What of offers waits for somebody: an answer of their organisation, and publishing what all have answered."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from placeplan.web.accounts.models import Membership
from placeplan.web.publishing.models import Offer
from placeplan.web.publishing.rights import may_publish
from placeplan.web.workbench.rights import Act, roles_that
from placeplan.web.workbench.waiting import Asked, Waits


def of_offers(asked: Asked) -> Iterator[Waits]:
    """Answers that somebody may give and their organisation has not, and offers that they may publish by now."""
    user = asked.user
    speaks = set(
        Membership.objects.filter(user_id=user.pk, role__in=roles_that(Act.SIGN)).values_list("place", "organisation")
    )
    places = Membership.objects.filter(user_id=user.pk).values("place")
    today, here = timezone.localdate(), Q() if asked.place is None else Q(place=asked.place)
    for made in Offer.objects.filter(here, state=Offer.State.OPEN, place__in=places).select_related("place"):
        slug, answered = made.place.slug, set(made.answers.values_list("organisation", flat=True))
        shown = list(made.shown.all())
        for s in shown:
            if (made.place_id, s.organisation) in speaks and s.organisation not in answered:
                page = reverse("reply", args=[slug, made.pk, s.organisation])
                yield Waits(made.place, f"Answer for {s.name} what a new version says of it", page, made.asked, made.until, made.until < today, kind="answers on new versions")  # fmt: skip
        whole = made.until < today or all(s.organisation in answered for s in shown)
        if whole and may_publish(user, made.place):
            yield Waits(made.place, "Publish the version that all have seen", reverse("publish", args=[slug, made.pk]), made.asked, kind="versions to publish")  # fmt: skip
