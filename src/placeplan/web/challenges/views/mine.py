"""What whoever sent a challenge can still do with it, by the code that they were given.

The code stands in no address, as addresses are kept by browsers, passed on and written into logs: it is typed into a form,
and a cookie of this workbench has it for an hour.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from placeplan.plan.numbers.number import readable
from placeplan.web.challenges import answering, forms
from placeplan.web.challenges.models import Challenge
from placeplan.web.challenges.views.reading import challenge_of
from placeplan.web.jobs.queue import ahead_of
from placeplan.web.rates.limits import limited
from placeplan.web.workbench.views.shared import said

LASTS: Final = 60 * 60
"""Seconds for which a browser knows a code; after that it is typed again."""
LONGEST: Final = 100
"""Letters of a code that are looked at."""
WRONG: Final = "This is not the code of this challenge. Look whether all of it is there, and nothing more."


def theirs(c: Challenge, secret: str) -> HttpResponse:
    """Lead whoever sent a challenge to their page, at an address that has no code in it."""
    answer = redirect("challenge-mine", c.place.slug, c.number)
    answer.set_cookie(cookie(c), secret, max_age=LASTS, secure=settings.ASKED.https, httponly=True, samesite="Lax")
    return answer


def cookie(c: Challenge) -> str:
    """What the cookie of a challenge is called: by https so that no neighbouring host can set it."""
    return f"{'__Host-' if settings.ASKED.https else ''}challenge-{c.pk}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("pages")
def mine(request: HttpRequest, place: str, number: int) -> HttpResponse:
    """What whoever sent a challenge can do with it; whoever has not given its code is asked for it."""
    c = challenge_of(place, number)
    if "key" in request.GET:  # links of before had the code in their address: they still lead here
        return _linked(c, request.GET["key"][:LONGEST])
    if request.method == "POST" and "code" in request.POST:
        return _typed(request, c, "".join(request.POST["code"].split())[:LONGEST])
    secret = request.COOKIES.get(cookie(c), "")[:LONGEST]
    if not answering.owns(c, secret):
        return _asked(request, c)
    return _done(request, c, secret) if request.method == "POST" else _mine(request, c, secret)


def _linked(c: Challenge, secret: str) -> HttpResponse:
    if not answering.owns(c, secret):
        raise Http404
    return theirs(c, secret)


def _typed(request: HttpRequest, c: Challenge, secret: str) -> HttpResponse:
    return theirs(c, secret) if answering.owns(c, secret) else _asked(request, c, refused=[WRONG])


def _asked(request: HttpRequest, c: Challenge, refused: list[str] | None = None) -> HttpResponse:
    """Ask for the code. Where something was sent without it, it stays in the form of the page before, and is sent once more."""
    wrong = refused or (
        ["Type your code again: an hour is over. Then send it once more."] if request.method == "POST" else []
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "web/challenge_code.html.j2", {"c": c, "place": c.place, "refused": wrong, "text": request.POST.get("text", "")}, status=status)  # fmt: skip


@limited("challenge")
def _done(request: HttpRequest, c: Challenge, secret: str) -> HttpResponse:
    if request.POST.get("do") == "nameless":
        answering.forget_name(c)
        messages.success(request, "Your name is gone. The challenge stays.")
        return theirs(c, secret)
    form = forms.Appeal(request.POST)
    if not form.is_valid():
        return _mine(request, c, secret, HTTPStatus.UNPROCESSABLE_ENTITY, refused=said(form), typed=form.data)
    answering.appeal(c, form.cleaned_data["text"])
    messages.success(request, "Your appeal is sent. A moderator looks at it, and the log says what became of it.")
    return theirs(c, secret)


def _mine(request: HttpRequest, c: Challenge, secret: str, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    context = {
        "c": c, "place": c.place, "before": readable(c.before), "after": readable(c.value), "ahead": ahead_of(c.job), "refused": (), "typed": {},
        "secret": secret, "can_appeal": c.hidden and not answering.appeal_waits(c), "new": c.steps.count() == 1,
    }  # fmt: skip
    return render(request, "web/challenge_mine.html.j2", context | more, status=status)
