"""Who may sign and answer for an organisation, and who may publish. What somebody may not see is a page that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404

from placeplan.web.accounts.models import Membership, Role
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import place_for

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

SPEAKS: Final = (Role.BOARD, Role.FINANCE)
"""Roles whose people sign and answer for their organisation."""


def spoken_for(user: User, place: Place) -> list[str]:
    """Organisations of a place for which somebody signs and answers."""
    own = Membership.objects.filter(user_id=user.pk, place=place, role__in=SPEAKS)
    return sorted(set(own.values_list("organisation", flat=True)))


def heard(place: Place) -> set[str]:
    """Organisations of a place for which somebody can answer here."""
    every = Membership.objects.filter(place=place, role__in=SPEAKS, user__is_active=True)
    return set(every.values_list("organisation", flat=True))


def may_publish(user: User, place: Place) -> bool:
    """Whether somebody publishes for a place: by that role, or as an administrator who has a role in it."""
    own = Membership.objects.filter(user_id=user.pk, place=place)
    return own.filter(role=Role.PUBLISHER).exists() or (user.is_administrator and own.exists())


def publisher_for(user: User, slug: str) -> Place:
    """A place for which somebody publishes; raises Http404 where they do not."""
    place = place_for(user, slug)
    if not may_publish(user, place):
        raise Http404
    return place


def speaker_for(user: User, slug: str, organisation: str) -> Place:
    """A place in which somebody speaks for an organisation; raises Http404 where they do not."""
    place = place_for(user, slug)
    if organisation not in spoken_for(user, place):
        raise Http404
    return place
