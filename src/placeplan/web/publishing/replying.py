"""Right of reply: what a run found is offered to those it names until a day; they answer, and only then is it published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from placeplan.core.errors import PlanError, Problem
from placeplan.core.records import digest_of
from placeplan.plan.located import problem
from placeplan.report.site.build import Version as SiteVersion
from placeplan.report.site.replies import Reply, Standings, asked_of, dumped
from placeplan.report.site.shelf import publish, refuse_other
from placeplan.stress.findings import Findings
from placeplan.web.frame import offered
from placeplan.web.jobs.models import Job
from placeplan.web.public.publishing import site_of
from placeplan.web.publishing.models import Answer, Offer, OfferFile, Shown
from placeplan.web.store.models import Blob, Place
from placeplan.web.workbench.rights import signs_here

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

LONGEST: Final = timedelta(days=366)
"""Longest that answers are waited for."""
SHOWN: Final = 16
"""Letters of the plan's digest that an entry of the file of replies has."""


def offer(place: Place, job: Job, until: date, how: Mapping[str, str], today: date, user: User) -> Offer:
    """Offer what a run found to every organisation that it names.

    Args:
        place: whose version it is.
        job: the run of its bytes.
        until: last day for answers.
        how: how those are shown it of whom nobody can sign in here, by organisation.
        today: the day on which it is offered.
        user: who offers it.

    Raises:
        PlanError: with all that stands in the way.
    """
    version = place.versions.filter(digest=job.version.digest).last()
    assert version is not None
    blob = job.files.select_related("blob").get(path="findings.json").blob
    findings = Findings.model_validate_json(bytes(blob.data))
    wrong = [*_days(until, today), *_unheard(place, findings, how), *_other(place, findings)]
    if wrong:
        raise PlanError(wrong)
    # Pages are drawn before anything is locked: it takes seconds.
    pages = publish(None, SiteVersion(findings, Standings(draft=True, made_up=findings.synthetic), offered()), {}).files
    try:
        with transaction.atomic():
            made = Offer.objects.create(
                place=place, version=version, findings=blob, asked=today, until=until, offered_by=user
            )
            here = signs_here(place)
            for name, called in asked_of(findings).items():  # one by one, so that each stands in the log
                Shown.objects.create(offer=made, organisation=name, name=called, how="" if name in here else how[name])
            _keep(made, pages)
    except IntegrityError:
        what = "Another version is with those it names."
        raise PlanError([problem("offer", 0, "", "not-open", what, "Publish it or take it back first.")]) from None
    return made


def _days(until: date, today: date) -> Iterator[Problem]:
    if not today < until <= today + LONGEST:
        what = f"The last day for answers is {until.isoformat()}, and today is {today.isoformat()}."
        yield problem(
            "until", 0, "", "bad-value", what, "Give a day after today, within a year. Three weeks are usual."
        )


def _unheard(place: Place, findings: Findings, how: Mapping[str, str]) -> Iterator[Problem]:
    here = signs_here(place)
    for name, called in asked_of(findings).items():
        if name not in here and not how.get(name, "").strip():
            what = f"Nobody of {called} ({name}) can answer here."
            mend = f"Say how it is shown what is said about it, or have its people added (role board or finance of {name})."
            yield problem("how", 0, name, "not-asked", what, mend)


def _other(place: Place, findings: Findings) -> list[Problem]:
    site = site_of(place)
    try:
        refuse_other(site if site and not site.draft else None, findings, draft=False, renamed=False)
    except PlanError as error:
        return list(error.problems)
    return []


def _keep(made: Offer, pages: Mapping[str, bytes]) -> None:
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in pages.items()}
    every = {digests[path]: data for path, data in pages.items()}
    Blob.objects.bulk_create([Blob(digest=d, data=data) for d, data in every.items()], ignore_conflicts=True)
    OfferFile.objects.bulk_create(OfferFile(offer=made, path=path, blob_id=d) for path, d in digests.items())


def findings_of(made: Offer) -> Findings:
    """What was offered."""
    return Findings.model_validate_json(bytes(made.findings.data))


def replies_of(made: Offer, digest: str) -> tuple[Reply, ...]:
    """An offer as entries of the file of replies: who was asked, and the last that each answered. digest: of the plan."""
    last = {a.organisation: a for a in made.answers.all()}
    found = []
    for shown in made.shown.order_by("organisation"):
        told: dict[str, object] = {"organisation": shown.organisation, "shown": digest[:SHOWN], "asked": made.asked.isoformat(), "until": made.until.isoformat()}  # fmt: skip
        a = last.get(shown.organisation)
        if a is not None:
            told |= {"answered": a.day.isoformat(), "by": a.by, "text": a.text or None, "nothing": not a.text}
        found.append(Reply.model_validate(told))
    return tuple(found)


def seal(made: Offer, replies: tuple[Reply, ...]) -> str:
    """Digest of an offer with all answers: what somebody saw who publishes it."""
    return digest_of({"offer": made.pk, "replies": dumped(replies)})


@transaction.atomic
def answer(made: Offer, organisation: str, by: str, text: str, today: date, user: User) -> Answer:
    """Keep what an organisation answers; blank: it has nothing to say.

    Raises:
        PlanError: where the offer is published or taken back by now.
    """
    locked(made)
    return Answer.objects.create(offer=made, organisation=organisation, by=by, text=text, day=today, written_by=user)


@transaction.atomic
def take_back(made: Offer, why: str, user: User) -> None:
    """Take an offer back, with the reason; answers stay on record.

    Raises:
        PlanError: where it is published or taken back by now.
    """
    held = locked(made)
    held.state, held.why, held.ended_by = Offer.State.TAKEN_BACK, why, user
    held.save(update_fields=["state", "why", "ended_by"])


def locked(made: Offer) -> Offer:
    """An offer that nobody else changes meanwhile; raises PlanError where it is over."""
    held = Offer.objects.select_for_update().get(pk=made.pk)
    if held.state != Offer.State.OPEN:
        what = f"This version was {held.get_state_display()} meanwhile."
        raise PlanError([problem("offer", 0, "", "not-open", what, "Nothing was changed. Look what has become of it.")])
    return held
