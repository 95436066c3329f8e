"""Whether it is still the same person: what nobody can undo asks for the password again, unless somebody has just given it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, cast

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from placeplan.web.accounts.lasting import PROVED, RECENT, TYPING
from placeplan.web.rates.limits import wait

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

PASSWORD, SERVICE, AGAIN = "password", "service", "again"
"""What is asked: a password; to sign in once more by the service of one's organisation; or to sign out and in."""
SAYS: Final = {
    SERVICE: "It is long since you signed in. Sign in again with your organisation’s account, then send it once more.",
    AGAIN: "It is long since you signed in. Sign out and in again, then send it once more.",
}
NONE: Final = "Type your password. It is asked for, as nobody can undo this."
WRONG: Final = "This is not the password that you sign in with. Nothing was changed."
OFTEN: Final = "There were too many tries at your password. Wait an hour, then try again. Nothing was changed."


def asked_of(request: HttpRequest) -> str:
    """What somebody has to do before they do what nobody can undo; blank: they have just shown who they are.

    Who signs in by a service is sent there, which loses what they typed; so once their page is open they have longer.
    """
    user = cast("User", request.user)
    age = time.time() - request.session.get(PROVED, 0)
    if user.has_usable_password():
        return PASSWORD if age > RECENT else ""
    if age <= RECENT + (TYPING if request.method == "POST" else 0):
        return ""
    return SERVICE if settings.ASKED.oidc else AGAIN


def not_proved(request: HttpRequest) -> list[str]:
    """What is wrong with how somebody shows who they are; empty: they did. A wrong password counts as at signing in."""
    asked = asked_of(request)
    if asked != PASSWORD:
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
