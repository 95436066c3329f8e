"""How long somebody stays signed in: not without a sign of life, and never longer than a working day."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from placeplan.web.accounts.browsers import browser
from placeplan.web.accounts.lasting import IDLE, LONGEST, OFTEN, PROVED

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

BEGUN, SEEN, BROWSER = "begun", "seen", "browser"


def begin(sender: object, request: HttpRequest, user: User, **_sent: Any) -> None:
    """Write down when somebody signed in, from which kind of browser, and when they showed who they are."""
    now = int(time.time())
    request.session[BEGUN] = request.session[SEEN] = now
    request.session[BROWSER] = browser(request.headers.get("User-Agent", ""))
    request.session[PROVED] = now if user.proved is None else min(now, user.proved)


class Sessions:
    """Middleware that ends sessions, and keeps pages of those who are signed in out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN, 0)
            if now - seen > IDLE or now - request.session.get(BEGUN, 0) > LONGEST:
                logout(request)
                messages.info(request, "You were signed out, because it was a long time. Sign in again.")
            elif now - seen > OFTEN:
                request.session[SEEN] = now
        answer = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in answer:
            answer["Cache-Control"] = "no-store"
        return answer
