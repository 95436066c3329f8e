"""Who may sign and answer for an organisation, and who may publish. What somebody may not see is a page that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from placeplan.web.accounts.models import Membership
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import Act, may, place_for, roles_that

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


def spoken_for(user: User, place: Place) -> list[str]:
    """Organisations of a place for which somebody signs and answers."""
    own = Membership.objects.filter(user_id=user.pk, place=place, role__in=roles_that(Act.SIGN))
    return sorted(set(own.values_list("organisation", flat=True)))


def may_publish(user: User, place: Place) -> bool:
    """Whether somebody publishes for a place."""
    return may(user, Act.PUBLISH, place)


def publisher_for(user: User, slug: str) -> Place:
    """A place for which somebody publishes; raises Http404 where they do not."""
    place = place_for(user, slug)
    if not may_publish(user, place):
        raise Http404
    return place


def speaker_for(user: User, slug: str, organisation: str) -> Place:
    """A place in which somebody speaks for an organisation; raises Http404 where they do not."""
    place = place_for(user, slug)
    if not (organisation and may(user, Act.SIGN, place, organisation)):
        raise Http404
    return place
