"""What these pages share: who asks, which day it is, and what was wrong with what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from placeplan.core.errors import PlanError
from placeplan.web.accounts.proving import EITHER, PASSWORD, asked_of, not_proved
from placeplan.web.publishing.models import Offer
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import room_of
from placeplan.web.workbench.views.shared import user_of

__all__ = ["not_proved", "offer_of", "refused", "today", "told_to", "user_of"]


def today() -> date:
    """The day of a request, where the workbench is."""
    return timezone.localdate()


def offer_of(place: Place, number: int) -> Offer:
    """An offer of a place; raises Http404 where there is none."""
    return get_object_or_404(
        Offer.objects.filter(place=place).select_related("findings", "version", "place"), pk=number
    )


def told_to(request: HttpRequest, template: str, told: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    """A page, with what was typed where something of it was wrong."""
    typed = (
        {name: request.POST.get(name, "") for name in request.POST if name != "password"}
        if request.method == "POST"
        else {}
    )
    base = {"refused": (), "typed": typed, "again": asked_of(request), "chosen": request.POST.getlist("parts"), "room": room_of(user_of(request), told["place"])}  # fmt: skip
    return render(request, f"web/publishing/{template}.html.j2", base | told, status=status)


class Beside(NamedTuple):
    """Something wrong, and the control beside which it stands."""

    text: str
    field: str
    """Its id; blank: it stands beside none."""


CONTROLS: Final = {"parts": "part-1", **{name: name for name in ("position", "by", "words", "what", "text", "until", "why", "sure")}}  # fmt: skip
"""Ids of controls by the fields that they send; others are sent by the page itself."""


def refused(
    request: HttpRequest, template: str, told: dict[str, Any], wrong: Form | PlanError, more: Sequence[str] = ()
) -> HttpResponse:
    """The page once more, with all that is wrong first, and what is wrong besides (more); nothing typed is lost but a password."""
    if isinstance(wrong, PlanError):
        clash = any(p.code in ("changed-meanwhile", "not-open") for p in wrong.problems)
        status = HTTPStatus.CONFLICT if clash else HTTPStatus.UNPROCESSABLE_ENTITY
        return told_to(
            request,
            template,
            told | {"refused": [f"{p.what} {p.mend}" if not p.row else p for p in wrong.problems]},
            status,
        )
    proof = "password" if asked_of(request) in (PASSWORD, EITHER) else ""
    every = [Beside(str(line), CONTROLS.get(name, "")) for name, lines in wrong.errors.items() for line in lines]
    every += [Beside(text, proof) for text in more]
    beside = {e.field: e.text for e in reversed(every) if e.field}
    return told_to(request, template, told | {"refused": every, "wrong": beside}, HTTPStatus.UNPROCESSABLE_ENTITY)
