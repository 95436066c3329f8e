"""Whether it is still the same person: what nobody can undo, and what changes who may do what, asks who they are again, unless they have just shown it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from placeplan.web.accounts.lasting import PROVED, RECENT, TYPING
from placeplan.web.rates.limits import wait

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

PASSWORD, SERVICE, EITHER, AGAIN = "password", "service", "either", "again"
"""What is asked: a password; to sign in once more by the service of one's organisation; one of both; or to sign out and in."""
BY_SERVICE: Final = "placeplan.web.accounts.service.Service"
"""What a session says of who signed in by a service."""
SAYS: Final = {
    SERVICE: "It is long since you signed in. Sign in again with your organisation’s account, then send it once more.",
    AGAIN: "It is long since you signed in. Sign out and in again, then send it once more.",
}
NONE: Final = "Type your password. It is asked for, as what you do here matters."
WRONG: Final = "This is not the password that you sign in with. Nothing was changed."
OFTEN: Final = "There were too many tries at your password. Wait an hour, then try again. Nothing was changed."
NOT_CARRIED: Final = ("password", "csrfmiddlewaretoken")
"""Fields of a form that no page of ours hands on."""
View = Callable[..., HttpResponse]


def asked_of(request: HttpRequest) -> str:
    """What somebody has to do before they do what matters; blank: they have just shown who they are.

    Who signs in by a service is sent there, which loses what they typed; so once their page is open they have longer.
    Who has a password too may choose: they may not know it any more.
    """
    own = settings.ASKED.passwords and cast("User", request.user).has_usable_password()
    served = bool(settings.ASKED.oidc) and request.session.get(BACKEND_SESSION_KEY) == BY_SERVICE
    longer = TYPING if request.method == "POST" and (served or not own) else 0
    if time.time() - request.session.get(PROVED, 0) <= RECENT + longer:
        return ""
    if own:
        return EITHER if served else PASSWORD
    return SERVICE if settings.ASKED.oidc else AGAIN


def not_proved(request: HttpRequest) -> list[str]:
    """What is wrong with how somebody shows who they are; empty: they did. A wrong password counts as at signing in."""
    asked = asked_of(request)
    if asked not in (PASSWORD, EITHER):
        return [SAYS[asked]] if asked else []
    user, password = cast("User", request.user), request.POST.get("password", "")
    if not password:
        return [NONE]
    if wait("sign-in-address", user.email or ""):
        return [OFTEN]
    if authenticate(request, username=user.email, password=password) != user:
        return [WRONG]
    request.session[PROVED] = int(time.time())
    return []


def proved_before(what: Callable[[HttpRequest], str]) -> Callable[[View], View]:
    """Have a view do what is sent only for who has just shown who they are; all that was sent stands on the page that asks.

    Args:
        what: says in words what is about to be done.
    """

    def around(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            lacking = not_proved(request) if request.method == "POST" else []
            return _asks(request, what(request), lacking) if lacking else view(request, *given, **named)

        return inside

    return around


def _asks(request: HttpRequest, what: str, lacking: list[str]) -> HttpResponse:
    """The page that asks who somebody is, and then goes on with what they sent."""
    told = {
        "what": what,
        "again": asked_of(request),
        "sent": [(n, v) for n, every in request.POST.lists() if n not in NOT_CARRIED for v in every],
        "refused": lacking if request.POST.get("password") else [],
    }
    return render(request, "web/prove.html.j2", told, status=HTTPStatus.UNPROCESSABLE_ENTITY)
