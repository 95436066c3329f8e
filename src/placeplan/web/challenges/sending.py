"""Sending a challenge: checked as the plan is, kept, and asked for as a run that the command line could do as well."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.crypto import salted_hmac

from placeplan.core.errors import PlanError
from placeplan.plan.located import problem
from placeplan.plan.numbers.change import Change, Setting, changed
from placeplan.plan.numbers.number import shown
from placeplan.web.challenges.known import Open, folder
from placeplan.web.challenges.models import Challenge, Did, Step
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import ask
from placeplan.web.store.called import organisations_in
from placeplan.web.store.models import Place

FUTURES: Final = 500
"""In which a challenge is run."""
DAYS: Final = 28
"""Within which a reply is owed."""
A_DAY: Final = 60
"""Challenges that a place takes in a day."""
RUN: Final = "compare"


@dataclass(frozen=True)
class Said:
    """What somebody says of a number."""

    reason: str
    source: str
    name: str = ""


def looked_at(found: Open, address: str, value: str) -> Change:
    """The change that somebody means, of which a plan without a problem would come.

    Raises:
        PlanError: with every reason why it cannot be.
    """
    change = changed(folder(found.version), [Setting(address, value)]).changes[0]
    if shown(change.value) == change.number.shown:
        n = change.number
        what = f"The plan has {n.shown} there already."
        raise PlanError(
            [problem(n.file, n.row, n.field, "same-value", what, "Write the number that you think is right.")]
        )
    return change


@transaction.atomic
def send(place: Place, found: Open, change: Change, said: Said, form: str = "") -> tuple[Challenge, str]:
    """Keep a challenge and ask for its run; the challenge, and the secret by which whoever sent it comes back.

    Args:
        place: whose plan it is.
        found: the version whose number it is.
        change: the number, and what it should be.
        said: what is said of it.
        form: mark of the form by which it was sent: the same words sent by it twice are one challenge. Blank: by none.

    Raises:
        PlanError: where the place has had too many today.
    """
    Place.objects.select_for_update().get(pk=place.pk)  # numbers go one after the other
    n = change.number
    secret = _secret(form, str(n.address), shown(change.value), said) if form else secrets.token_urlsafe(24)
    if sent := place.challenges.filter(key=digest(secret)).first():
        return sent, secret
    _refuse_too_many(place)
    job = ask(RUN, found.version, {"address": str(n.address), "value": shown(change.value), "futures": FUTURES})
    last = place.challenges.aggregate(last=Max("number"))["last"] or 0
    made = Challenge.objects.create(
        place=place, number=last + 1, version=found.version, published=found.entry.name, address=str(n.address), before=n.value,
        value=change.value, organisation=n.organisation, reason=said.reason, source=said.source, name=said.name, key=digest(secret),
        job=job, owed=timezone.localdate() + timedelta(days=DAYS),
        facts={"of": n.of, "field": n.field, "unit": n.unit, "meaning": n.meaning, "where": n.where, "source": n.source, "whose": organisations_in(found.version).get(n.organisation, "")},
    )  # fmt: skip
    Step.objects.create(challenge=made, did=Did.SENT)
    return made, secret


def _secret(form: str, address: str, value: str, said: Said) -> str:
    """The secret of what is sent by a form: the same again for the same, and of no use to guess without the key of the workbench and the form's own mark."""
    sent = json.dumps([form, address, value, said.reason, said.source, said.name])
    return salted_hmac("placeplan.web.challenges.sent", sent, algorithm="sha256").hexdigest()[:32]


def _refuse_too_many(place: Place) -> None:
    since = timezone.now() - timedelta(days=1)
    if place.challenges.filter(made__gt=since).count() >= A_DAY:
        what = (
            f"{place.name} has had {A_DAY} challenges since this time yesterday, which is all that it takes in a day."
        )
        raise PlanError([problem("", 0, "", "too-many-today", what, "Keep what you wrote, and send it tomorrow.")])


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def waiting() -> int:
    """How many runs of challenges wait."""
    return Job.objects.filter(kind=RUN, state=State.QUEUED).count()
