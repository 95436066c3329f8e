"""Replies and moderation: who may, and what is kept of it. What somebody may not do is not there for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.crypto import constant_time_compare

from placeplan.core.errors import PlanError
from placeplan.plan.located import problem
from placeplan.plan.numbers.number import shown
from placeplan.web.accounts.models import Membership, Role
from placeplan.web.challenges.known import has, numbers_of
from placeplan.web.challenges.models import LINK, LOOKED_AT, MODERATED, Challenge, Did, Step
from placeplan.web.challenges.sending import digest
from placeplan.web.store.models import Version
from placeplan.web.workbench.rights import Act, role_for, roles_that, versions_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from placeplan.web.accounts.models import User

CALLED: Final = {
    Role.CONTRIBUTOR: "writes the plan", Role.FINANCE: "finance", Role.BOARD: "board", Role.PUBLISHER: "publishes the plan",
    Role.MODERATOR: "moderator",
}  # fmt: skip
"""Roles as the public reads them."""
OF_APPEALS: Final = (Did.APPEALED, Did.UPHELD, Did.SHOWN, Did.HIDDEN)
"""Steps of which the last says whether an appeal waits."""
HAS_LINK: Final = Q(source__contains=LINK) | Q(reason__contains=LINK)
"""Challenges with what a moderator can make a link; the same as `Challenge.linked`."""


def replies_for(user: User | AnonymousUser, challenge: Challenge) -> Membership | None:
    """The role in which somebody may reply to a challenge; None: they may not."""
    whose = challenge.organisation
    if whose and not answers_here().filter(place=challenge.place, organisation=whose).exists():
        return role_for(user, Act.PUBLISH, challenge.place)
    return role_for(user, Act.REPLY if whose else Act.REPLY_WHOLE, challenge.place, whose)


def answers_here() -> QuerySet[Membership]:
    """Roles in which somebody can reply here for an organisation. For one that has none, whoever publishes the plan replies."""
    return Membership.objects.filter(role__in=roles_that(Act.REPLY), user__is_active=True)


def moderates(user: User | AnonymousUser, challenge: Challenge) -> Membership | None:
    """The role in which somebody may moderate; None: they may not."""
    return role_for(user, Act.MODERATE, challenge.place)


@transaction.atomic
def reply(challenge: Challenge, user: User, did: Did, text: str, version: int | None) -> Step:
    """Reply to a challenge.

    Raises:
        Http404: where they have no role for that.
        PlanError: where it is accepted and no version is named that has the value.
    """
    role = replies_for(user, challenge)
    if role is None:
        raise Http404
    found = _that_has(challenge, user, version) if did == Did.ACCEPTED else None
    return _step(challenge, did, user, role, text, found)


def _that_has(challenge: Challenge, user: User, number: int | None) -> Version:
    """The version of the plan that is named; raises PlanError where they may not see it, or it has not the value."""
    wanted = shown(challenge.value)
    found = versions_of(user, challenge.place).filter(number=number).first() if number else None
    if found is None:
        what = f"There is no version {number} of this plan." if number else "No version is named."
        raise PlanError(
            [problem("version", 0, "", "not-in-version", what, f"Name the version that has {wanted} there.")]
        )
    if not has(found, challenge.address, challenge.value):
        there = numbers_of(found).open.get(challenge.address)
        what = f"Version {found.number} has {there.shown if there else 'no number'} there, not {wanted}."
        mend = f"Write {wanted} into a draft first, and name the version that this makes."
        raise PlanError([problem("version", 0, "", "not-in-version", what, mend, there.shown if there else "")])
    return found


@transaction.atomic
def moderate(challenge: Challenge, user: User, did: Did, text: str) -> Step:
    """Hide the words of a challenge, show them again, let its links be followed, or look at an appeal; raises Http404 where they may not."""
    role = moderates(user, challenge)
    if role is None or did not in MODERATED or did not in steps_open(challenge):
        raise Http404
    locked = Challenge.objects.select_for_update().get(pk=challenge.pk)
    fields: dict[Did, dict[str, Any]] = {
        Did.HIDDEN: {"hidden": True}, Did.SHOWN: {"hidden": False}, Did.LINKED: {"links": True},
        Did.NAMELESS: {"name": ""}, Did.UPHELD: {}, Did.LOOKED: {},
    }  # fmt: skip
    for name, value in fields[did].items():
        setattr(locked, name, value)
    locked.save()
    return _step(locked, did, user, role, text)


def steps_open(challenge: Challenge) -> list[Did]:
    """What a moderator can do with a challenge as it stands."""
    found = [Did.SHOWN if challenge.hidden else Did.HIDDEN]
    if appeal_waits(challenge):
        found.append(Did.UPHELD)
    if not challenge.links and not challenge.hidden and challenge.linked:
        found.append(Did.LINKED)
    if new_to_moderators(challenge):
        found.append(Did.LOOKED)
    return found + ([Did.NAMELESS] if challenge.name else [])


def not_looked_at(every: QuerySet[Challenge]) -> QuerySet[Challenge]:
    """Those whose words, and links, no moderator has looked at yet."""
    return every.filter(~Exists(Step.objects.filter(challenge=OuterRef("pk"), did__in=LOOKED_AT)))


def new_to_moderators(challenge: Challenge) -> bool:
    """Whether no moderator has looked at its words yet."""
    return not_looked_at(Challenge.objects.filter(pk=challenge.pk)).exists()


def appealed(every: QuerySet[Challenge]) -> QuerySet[Challenge]:
    """Those that were appealed and nobody has looked at that yet, with when it was (`appealed`)."""
    last = Step.objects.filter(challenge=OuterRef("pk"), did__in=OF_APPEALS).order_by("-when", "-pk")
    found = every.annotate(last=Subquery(last.values("did")[:1]), appealed=Subquery(last.values("when")[:1]))
    return found.filter(hidden=True, last=Did.APPEALED)


def appeal_waits(challenge: Challenge) -> bool:
    """Whether it was appealed and nobody has looked at that yet."""
    return appealed(Challenge.objects.filter(pk=challenge.pk)).exists()


def owns(challenge: Challenge, secret: str) -> bool:
    """Whether a secret is that of whoever sent a challenge."""
    return constant_time_compare(challenge.key, digest(secret))


@transaction.atomic
def appeal(challenge: Challenge, text: str) -> Step:
    """Whoever sent a challenge asks for it to be shown again; raises Http404 where there is nothing to appeal against."""
    locked = Challenge.objects.select_for_update().get(pk=challenge.pk)
    if not locked.hidden or appeal_waits(locked):
        raise Http404
    return Step.objects.create(challenge=locked, did=Did.APPEALED, text=text)


@transaction.atomic
def forget_name(challenge: Challenge) -> None:
    """Whoever sent a challenge takes their name back; all else stays."""
    if Challenge.objects.filter(pk=challenge.pk).exclude(name="").exists():
        challenge.name = ""
        challenge.save(update_fields=["name"])
        Step.objects.create(challenge=challenge, did=Did.NAMELESS)


def _step(
    challenge: Challenge, did: Did, user: User, role: Membership, text: str, version: Version | None = None
) -> Step:
    return Step.objects.create(
        challenge=challenge, did=did, by=user, role=CALLED.get(Role(role.role), role.role), organisation=role.organisation,
        text=text, version=version,
    )  # fmt: skip
