"""Places and drafts: what somebody may work on, and beginning a draft of one's own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from placeplan.core.errors import PlanError
from placeplan.web.accounts.models import Membership
from placeplan.web.errors import not_allowed
from placeplan.web.rates.limits import limited
from placeplan.web.store.called import organisations_of as organisations_of_plan
from placeplan.web.store.models import Place
from placeplan.web.workbench import drafts
from placeplan.web.workbench.forms import NewDraft
from placeplan.web.workbench.rights import Act, draft_for, drafts_of, may, place_for, places_of, room_of
from placeplan.web.workbench.views.shared import organisations_of, page, said, told_of, user_of
from placeplan.web.workbench.waiting import EVER, MOST, waits_for


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Places in which somebody has a role, and for who runs the workbench what they do for it."""
    told = {
        "places": places_of(user_of(request)),
        "many": True,
        "rules": user_of(request).is_administrator,
        "any_place": Place.objects.exists(),
    }
    return render(request, "web/work.html.j2", told | _waiting(request))


@login_required
@require_safe
def place(request: HttpRequest, place: str) -> HttpResponse:
    """A place: what waits for somebody there, its drafts, and what they may do."""
    user = user_of(request)
    found = place_for(user, place)
    told = {
        "place": found, "drafts": drafts_of(user, found), "names": organisations_of_plan(found), "room": room_of(user, found),
        "roles": Membership.objects.filter(user=user, place=found).order_by("organisation", "pk"),
        "writes": may(user, Act.WRITE, found), "moderates": may(user, Act.MODERATE, found),
    }  # fmt: skip
    return render(request, "web/work_place.html.j2", told | _waiting(request, found))


def _waiting(request: HttpRequest, place: Place | None = None) -> dict[str, Any]:
    """What waits for somebody: the first of each kind, or many more where that is asked for."""
    whole = request.GET.get("waits") == "all"
    shown, more = waits_for(user_of(request), place, EVER if whole else MOST)
    return {"waits": shown, "more": more, "whole": whole}


@login_required
@require_safe
def draft(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """A draft: what is wrong with it, its files and its runs."""
    found = draft_for(user_of(request), place, name)
    return page(request, found)


@login_required
@require_POST
@limited("write")
def begin(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Begin a draft of one's own from where this one stands."""
    found = draft_for(user_of(request), place, name)
    user = user_of(request)
    if not may(user, Act.WRITE, found.place):
        return not_allowed(request)
    form = NewDraft(request.POST, organisations=organisations_of(request, found))
    if not form.is_valid():
        return page(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=said(form))
    try:
        made = drafts.begin(found, form.cleaned_data["name"], form.cleaned_data["organisation"])
    except PlanError as error:
        return page(request, found, HTTPStatus.CONFLICT, refused=told_of(error))
    return redirect("draft", place, made.name)
