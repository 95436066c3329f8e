"""How long somebody stays signed in: not without a sign of life, and never longer than a working day."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from placeplan.web.accounts.browsers import browser
from placeplan.web.accounts.lasting import IDLE, LONGEST, OFTEN, PROVED
from placeplan.web.accounts.notices import tell_at_sign_in
from placeplan.web.accounts.unsent import forget, keep, sent_in_vain

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

BEGUN, SEEN, BROWSER = "begun", "seen", "browser"


def begin(sender: object, request: HttpRequest, user: User, **_sent: Any) -> None:
    """Write down when somebody signed in, from which kind of browser, and when they showed who they are."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()  # nothing of those that are over is kept
    now = int(time.time())
    request.session.set_expiry(None)
    request.session[BEGUN] = request.session[SEEN] = now
    request.session[BROWSER] = browser(request.headers.get("User-Agent", ""))
    shown(request, user)
    tell_at_sign_in(request, user)


def shown(request: HttpRequest, user: User) -> None:
    """Write down that somebody has shown who they are: now, or when the service says that they did."""
    now = int(time.time())
    request.session[PROVED] = now if user.proved is None else min(now, user.proved)


class Sessions:
    """Middleware that ends sessions, and keeps pages of those who are signed in out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; what somebody sends whose session has ended by itself waits until they have signed in again."""
        ended = _ended(request) if request.user.is_authenticated else None
        answer = self.get_response(request)
        if ended is not None and by_itself(request):
            answer = HttpResponseClientRefresh()  # the page is asked for anew, which leads to where one signs in
        elif ended is not None and sent_in_vain(request, answer):
            answer = keep(request, ended) or answer
        elif request.user.is_authenticated:
            forget(request)
        if request.user.is_authenticated and "Cache-Control" not in answer:
            answer["Cache-Control"] = "no-store"
        return answer


def by_itself(request: HttpRequest) -> bool:
    """Whether a page asks without anybody having done anything, as that of a run does: no sign of life."""
    return bool(request.headers.get("HX-Request"))


def _ended(request: HttpRequest) -> int | None:
    """Sign somebody out whose session is over, and note a sign of life of anybody else; the number of who was signed out."""
    now, who = int(time.time()), request.user.pk
    seen = request.session.get(SEEN, 0)
    if now - seen > IDLE or now - request.session.get(BEGUN, 0) > LONGEST:
        logout(request)
        messages.info(request, "You were signed out, because it was a long time. Sign in again.")
        return cast("int", who)
    if now - seen > OFTEN and not by_itself(request):
        request.session[SEEN] = now
    return None
