"""Who may see and write which draft. What somebody may not see is not there for them, so that not even its name is told."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.text import capfirst

from placeplan.web.accounts.models import Membership, Role
from placeplan.web.store.lines import ancestors
from placeplan.web.store.models import Draft, Place, Version

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from placeplan.web.accounts.models import User


class Act(Enum):
    """What can be done in a place."""

    READ = "read drafts"
    WRITE = "write drafts and run them"
    SIGN = "sign and answer for an organisation"
    REPLY = "reply to challenges of an organisation's numbers"
    REPLY_WHOLE = "reply to challenges of numbers of the plan as a whole"
    MODERATE = "moderate what the public says"
    PUBLISH = "offer, publish and withdraw a version"


MAY: Final[dict[Role, frozenset[Act]]] = {
    Role.READER: frozenset({Act.READ}),
    Role.CONTRIBUTOR: frozenset({Act.READ, Act.WRITE, Act.REPLY}),
    Role.FINANCE: frozenset({Act.READ, Act.WRITE, Act.REPLY, Act.SIGN}),
    Role.BOARD: frozenset({Act.READ, Act.WRITE, Act.REPLY, Act.REPLY_WHOLE, Act.SIGN}),
    Role.MODERATOR: frozenset({Act.READ, Act.MODERATE}),
    Role.PUBLISHER: frozenset({Act.READ, Act.WRITE, Act.REPLY, Act.REPLY_WHOLE, Act.PUBLISH}),
}
"""What people of each role may do. Whoever runs the workbench gives roles, and by that decides nothing in a plan."""

DONE: Final = {Act.SIGN: ("sign", "answer"), Act.PUBLISH: ("publish",)}
"""What is done with a version on its way to the public."""


def roles_that(act: Act) -> list[Role]:
    """Roles whose people may do something."""
    return [role for role, acts in MAY.items() if act in acts]


def role_for(user: User | AnonymousUser, act: Act, place: Place, organisation: str = "") -> Membership | None:
    """The role in which somebody may do something in a place; with an organisation: for that one. None: they may not."""
    if not user.is_active:
        return None
    roles = Membership.objects.filter(user_id=user.pk, place=place, role__in=roles_that(act))
    return (roles.filter(organisation=organisation) if organisation else roles).order_by("pk").first()


def may(user: User | AnonymousUser, act: Act, place: Place, organisation: str = "") -> bool:
    """Whether somebody may do something in a place; with an organisation: for that one."""
    return role_for(user, act, place, organisation) is not None


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


def versions_of(user: User, place: Place) -> QuerySet[Version]:
    """Versions that somebody may see: those of drafts that they see, with what these came from."""
    heads = drafts_of(user, place).values_list("head_id", flat=True)
    return place.versions.filter(pk__in=ancestors(*heads))


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


def room_of(user: User, place: Place) -> str:
    """What the pages on which a plan is signed, answered and published are to somebody: what they may do there, or that others do."""
    acts = [word for act, words in DONE.items() if may(user, act, place) for word in words]
    return capfirst(", ".join(acts)) if acts else "Who signs, answers and publishes"


def signs_here(place: Place) -> set[str]:
    """Organisations of a place for which somebody can sign and answer here."""
    every = Membership.objects.filter(place=place, role__in=roles_that(Act.SIGN), user__is_active=True)
    return set(every.values_list("organisation", flat=True))


def may_write(user: User, draft: Draft) -> bool:
    """Whether somebody may write a draft: by a role that writes, for its organisation where it is one's."""
    return not draft.closed and may(user, Act.WRITE, draft.place, draft.organisation)
