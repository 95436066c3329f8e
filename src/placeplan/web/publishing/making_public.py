"""Publishing an offer and withdrawing a version: by the functions of the command line, with who did it and when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.located import problem
from placeplan.report.site.replies import Standings, refuse_unasked
from placeplan.report.site.shelf import Act
from placeplan.report.site.withdrawing import withdraw
from placeplan.web.frame import published
from placeplan.web.public.publishing import prepare, put, read, replaced, site_of
from placeplan.web.publishing.models import Offer, Publication
from placeplan.web.publishing.replying import findings_of, locked, replies_of, seal
from placeplan.web.store.models import Place

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


def publish_offer(made: Offer, by: str, seen: str, today: date, user: User) -> Publication:
    """Publish what was offered, with all that was answered.

    Args:
        made: the offer.
        by: who publishes it, as the list of versions is to say.
        seen: seal of the offer and the answers that were on the page.
        today: the day.
        user: who publishes it.

    Raises:
        PlanError: where somebody may still answer, or it is not any more what was seen.
    """
    findings = findings_of(made)
    replies = replies_of(made, findings.digest)
    if seal(made, replies) != seen:
        raise PlanError([_changed("Somebody has answered since you opened the page.")])
    if not findings.synthetic:
        refuse_unasked(findings, replies, today)
    standings = Standings(replies, made_up=findings.synthetic)
    # Pages are drawn before anything is locked: it takes seconds.
    ready = prepare(made.place, findings, standings, Act(day=today.isoformat(), by=by))
    if not ready.made.files:
        raise PlanError(
            [problem("publish", 0, "", "not-open", "This very version is published already.", "Nothing is to be done.")]
        )
    with transaction.atomic():
        held = locked(made)
        if seal(held, replies_of(held, findings.digest)) != seen:
            raise PlanError([_changed("Somebody has answered since you opened the page.")])
        if not put(made.place, ready):
            raise PlanError([_changed("Somebody else has published a version since you opened the page.")])
        held.state, held.ended_by = Offer.State.PUBLISHED, user
        held.save(update_fields=["state", "ended_by"])
        return Publication.objects.create(place=made.place, offer=held, name=ready.made.version.name, published_by=user)


def _changed(what: str) -> Problem:
    return problem("publish", 0, "", "changed-meanwhile", what, "Nothing was published. Look at it as it is now, and publish once more.")  # fmt: skip


@transaction.atomic
def withdraw_version(place: Place, name: str, by: str, why: str, today: date, user: User) -> None:
    """Withdraw a version of a place: its address stays, and each of its pages says so.

    Raises:
        PlanError: where it cannot be, or is withdrawn already.
    """
    Place.objects.select_for_update().get(pk=place.pk)
    site = site_of(place)
    if site is None:
        raise PlanError(
            [problem("VERSION", 0, "", "unknown-choice", "Nothing is published.", "Nothing is to be done.")]
        )
    files = withdraw(
        site, name, Act(day=today.isoformat(), by=by), why, lambda path: read(place, path) or b"", published()
    )
    replaced(place, files)
    for held in Publication.objects.filter(place=place, name=name):
        held.withdrawn_by, held.withdrawn, held.why = user, timezone.now(), why
        held.save(update_fields=["withdrawn_by", "withdrawn", "why"])
