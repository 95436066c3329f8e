"""Right of reply: a version is offered, those named look at it and answer."""

from __future__ import annotations

import mimetypes
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from placeplan.core.errors import PlanError
from placeplan.report.site import things
from placeplan.report.site.names import Names
from placeplan.report.site.replies import Standings, asked_of
from placeplan.report.words import day
from placeplan.stress.findings import Findings
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import jobs_of
from placeplan.web.public.views import TEXT
from placeplan.web.publishing import replying
from placeplan.web.publishing.forms import Answering, Offering, Reason
from placeplan.web.publishing.models import Offer, Shown
from placeplan.web.publishing.rights import may_publish, publisher_for, spoken_for
from placeplan.web.publishing.views.shared import offer_of, refused, today, told_to, user_of
from placeplan.web.rates.limits import limited
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import place_for, signs_here

USUAL = timedelta(days=21)
"""How long answers are usually waited for."""


def runs_of(place: Place) -> list[Job]:
    """Tests of versions that everybody's drafts show now."""
    heads = place.drafts.filter(organisation="", closed=False).values_list("head__digest", flat=True)
    return list(
        jobs_of(place).filter(kind="test", state=State.DONE, version__digest__in=list(heads)).order_by("-ended")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write")
def offer(request: HttpRequest, place: str, job: int) -> HttpResponse:
    """Offer what a run found to those it names."""
    found = publisher_for(user_of(request), place)
    asked = next((j for j in runs_of(found) if j.pk == job), None)
    if asked is None:
        raise Http404
    held = asked.files.select_related("blob").get(path="findings.json")
    findings = Findings.model_validate_json(bytes(held.blob.data))
    here, now = signs_here(found), today()
    told = {
        "place": found,
        "job": asked,
        "f": findings,
        "named": asked_of(findings),
        "here": here,
        "usual": (now + USUAL).isoformat(),
    }
    if request.method != "POST":
        return told_to(request, "offer", told)
    form = Offering(request.POST)
    if not form.is_valid():
        return refused(request, "offer", told, form)
    how = {name: " ".join(request.POST.get(f"how.{name}", "").split())[:300] for name in asked_of(findings)}
    try:
        made = replying.offer(found, asked, form.cleaned_data["until"], how, now, user_of(request))
    except PlanError as error:
        return refused(request, "offer", told, error)
    messages.info(request, f"It is with those it names until {made.until:%-d %B %Y}.")
    return redirect("publishing", place)


def answers_for(request: HttpRequest, place: Place, made: Offer, organisation: str) -> Shown:
    """The entry of an organisation for which somebody answers; a publisher does for those of whom nobody can sign in here, or not any more. Raises Http404."""
    shown = get_object_or_404(made.shown, organisation=organisation)
    user = user_of(request)
    silent = bool(shown.how) or organisation not in signs_here(place)
    if organisation in spoken_for(user, place) or (silent and may_publish(user, place)):
        return shown
    raise Http404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write")
def reply(request: HttpRequest, place: str, offer: int, organisation: str) -> HttpResponse:
    """What is said about an organisation, and what it answers."""
    found = place_for(user_of(request), place)
    made = offer_of(found, offer)
    shown = answers_for(request, found, made, organisation)
    told = _about(made, shown)
    if request.method != "POST":
        return told_to(request, "reply", told)
    form = Answering(request.POST)
    if not form.is_valid():
        return refused(request, "reply", told, form)
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    try:
        replying.answer(made, organisation, form.cleaned_data["by"], text, today(), user_of(request))
    except PlanError as error:
        made.refresh_from_db()
        return refused(request, "reply", told, error)
    messages.info(request, "Your answer is kept. It will be published as you wrote it.")
    return redirect("reply", place, offer, organisation)


def _about(made: Offer, shown: Shown) -> dict[str, Any]:
    """What an offer says about an organisation."""
    f = replying.findings_of(made)
    files = Names(f).files
    base = next(p for p in made.files.values_list("path", flat=True) if p.startswith("v/")).split("/")[1]
    own = things.organisation(things.Drawn(f), shown.organisation, Standings())
    return {
        "place": made.place, "offer": made, "shown": shown, "f": f, "own": own, "answers": list(made.answers.filter(organisation=shown.organisation)),
        "page": f"v/{base}/{files['organisation', shown.organisation]}", "first": f"v/{base}/index.html", "over": today() > made.until, "day": day,
    }  # fmt: skip


@login_required
@require_safe
def pages(request: HttpRequest, place: str, offer: int, path: str) -> HttpResponse:
    """A page of an offer, marked as a draft, for those who have a role in the place."""
    found = place_for(user_of(request), place)
    file = get_object_or_404(offer_of(found, offer).files.select_related("blob"), path=path)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    answer = HttpResponse(
        bytes(file.blob.data), content_type=f"{kind}; charset=utf-8" if kind.startswith(TEXT) else kind
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_POST
@limited("write")
def take_back(request: HttpRequest, place: str, offer: int) -> HttpResponse:
    """Take an offer back, with the reason."""
    from placeplan.web.publishing.views.publish import told_of  # noqa: PLC0415 – its page is the overview

    found = publisher_for(user_of(request), place)
    form = Reason(request.POST)
    if not form.is_valid():
        return refused(request, "overview", told_of(request, found), form)
    try:
        replying.take_back(offer_of(found, offer), form.cleaned_data["why"], user_of(request))
    except PlanError as error:
        return refused(request, "overview", told_of(request, found), error)
    messages.info(request, "It is taken back. What was answered stays on record.")
    return redirect("publishing", place)
