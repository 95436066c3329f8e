"""Who may see and write which draft. What somebody may not see is not there for them, so that not even its name is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet
from django.http import Http404

from placeplan.web.accounts.models import Membership, Role
from placeplan.web.store.models import Draft, Place

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

WRITES: Final = (Role.CONTRIBUTOR, Role.FINANCE, Role.BOARD, Role.PUBLISHER)
"""Roles whose people write drafts and run them."""


def places_of(user: User) -> QuerySet[Place]:
    """Places in which somebody has a role; none for whoever is not signed in or left."""
    if not user.is_active:  # as nobody is who has not signed in
        return Place.objects.none()
    return Place.objects.filter(memberships__user_id=user.pk).distinct().order_by("name")


def drafts_of(user: User, place: Place) -> QuerySet[Draft]:
    """Drafts of a place that somebody may see: everybody's who works on the plan, and those of their own organisations."""
    own = Membership.objects.filter(user_id=user.pk, place=place).values_list("organisation", flat=True)
    return (
        place.drafts.filter(Q(organisation="") | Q(organisation__in=own))
        .select_related("head", "place")
        .order_by("closed", "name")
    )


def place_for(user: User, slug: str) -> Place:
    """A place in which somebody has a role; raises Http404 where it is none."""
    found = places_of(user).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def draft_for(user: User, slug: str, name: str) -> Draft:
    """A draft that somebody may see; raises Http404 where they may not."""
    found = drafts_of(user, place_for(user, slug)).filter(name=name).first()
    if found is None:
        raise Http404
    return found


def may_write(user: User, draft: Draft) -> bool:
    """Whether somebody may write a draft: by a role that writes, for its organisation where it is one's."""
    roles = Membership.objects.filter(user_id=user.pk, place=draft.place, role__in=WRITES)
    if draft.organisation:
        roles = roles.filter(organisation=draft.organisation)
    return not draft.closed and roles.exists()
