"""Replying, moderating, and asking for a run once more."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from placeplan.core.errors import PlanError
from placeplan.plan.numbers.number import shown
from placeplan.web.challenges import answering, forms
from placeplan.web.challenges.models import Challenge, Did
from placeplan.web.challenges.views.reading import challenge_of, page_of, user_of
from placeplan.web.challenges.writing import write_into
from placeplan.web.jobs.models import State
from placeplan.web.jobs.queue import ask
from placeplan.web.rates.limits import limited
from placeplan.web.workbench.rights import draft_for, may_write
from placeplan.web.workbench.views.shared import said


@require_POST
@login_required
@limited("write")
def reply(request: HttpRequest, place: str, number: int) -> HttpResponse:
    """Reply for the organisation whose number it is."""
    c = challenge_of(place, number)
    if answering.replies_for(user_of(request), c) is None:
        raise Http404
    form = forms.Reply(request.POST)
    if not form.is_valid():
        return page_of(request, c, HTTPStatus.UNPROCESSABLE_ENTITY, refused=said(form), typed=form.data)
    try:
        done = _replied(request, c, form.cleaned_data)
    except PlanError as error:
        return page_of(request, c, HTTPStatus.UNPROCESSABLE_ENTITY, refused=error.problems, typed=form.data)
    messages.success(request, done)
    return redirect("challenge", place, number)


@transaction.atomic
def _replied(request: HttpRequest, c: Challenge, given: dict[str, Any]) -> str:
    """Reply, and write the value into a draft first where that was asked; what was done, in words."""
    user, did, version = user_of(request), Did(given["did"]), given["version"]
    written = did == Did.ACCEPTED and given["draft"]
    if written:
        draft = draft_for(user, c.place.slug, given["draft"])
        if not may_write(user, draft):
            raise Http404
        version = write_into(c, draft, user).number
    answering.reply(c, user, did, given["text"], version)
    if not written:
        return "Your reply stands on the page."
    return f"Your reply stands on the page. Version {version} of the draft “{given['draft']}” has {shown(c.value)}. Have it run, and then it can be published."


@require_POST
@login_required
@limited("write")
def moderate(request: HttpRequest, place: str, number: int) -> HttpResponse:
    """Moderate: what is done, by which role and why, is public."""
    c = challenge_of(place, number)
    if answering.moderates(user_of(request), c) is None:
        raise Http404
    form = forms.Moderate(request.POST)
    if not form.is_valid():
        return page_of(request, c, HTTPStatus.UNPROCESSABLE_ENTITY, refused=said(form), moderated=form.data)
    answering.moderate(c, user_of(request), Did(form.cleaned_data["did"]), form.cleaned_data["text"])
    messages.success(request, "Done, and written into the log that everyone can read.")
    return redirect("challenge", place, number)


@require_POST
@limited("challenge")
def again(request: HttpRequest, place: str, number: int) -> HttpResponse:
    """Ask once more for a run that could not be done."""
    c = challenge_of(place, number)
    if c.job.state in (State.FAILED, State.CANCELLED):
        try:
            c.job = ask(c.job.kind, c.version, c.job.arguments)
        except PlanError as error:
            return page_of(request, c, HTTPStatus.UNPROCESSABLE_ENTITY, refused=error.problems)
        c.save(update_fields=["job"])
    return redirect("challenge", place, number)
