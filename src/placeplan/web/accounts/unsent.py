"""What somebody sent after they had been signed out: it waits in their session until they have signed in again, and is sent by them once more."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_safe

from placeplan.web.accounts.lasting import UNSENT

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

HELD: Final = "unsent"
"""What a session calls it."""
SECRET: Final = ("csrfmiddlewaretoken", "password", "old_password", "new_password1", "new_password2")
"""Fields that nobody keeps, not for a minute."""


@dataclass(frozen=True)
class Unsent:
    """A form as it was sent."""

    person: int
    """Who sent it, by number: it is shown to nobody else."""
    at: float
    path: str
    fields: list[list[str]]
    """Names and what was typed, in their order."""
    files: list[str]
    """Names of fields in which a file was chosen; a browser has to be shown it once more."""


def sent_in_vain(request: HttpRequest, answer: HttpResponse) -> bool:
    """Whether something was sent that was not taken, as nobody is signed in any more: they were asked to sign in, or it was not there for them."""
    if request.method != "POST":
        return False
    to = urlsplit(answer.get("Location", "")).path
    return answer.status_code == HTTPStatus.NOT_FOUND or to == resolve_url(settings.LOGIN_URL)


def keep(request: HttpRequest, person: int) -> HttpResponse | None:
    """Have what somebody sent wait for them, and lead them to where they sign in; None: there is nothing that could be kept."""
    fields = [[n, str(v)] for n, every in request.POST.lists() if n not in SECRET for v in every]
    files = list(request.FILES)
    if not any(value for _, value in fields) and not files:
        return None
    request.session[HELD] = asdict(Unsent(person, time.time(), request.get_full_path(), fields, files))
    request.session.set_expiry(UNSENT)  # until they sign in, when it gets the time of any other
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('unsent')}, safe='/')}")


def waits(request: HttpRequest, user: User) -> Unsent | None:
    """What waits for somebody; what is of another, or too old, is gone with this."""
    held = request.session.get(HELD)
    found = Unsent(**held) if held else None
    if found is not None and (found.person != user.pk or time.time() - found.at > UNSENT):
        del request.session[HELD]
        return None
    return found


def forget(request: HttpRequest) -> None:
    """Have nothing wait any more that was sent once more."""
    held = request.session.get(HELD)
    if held and request.method == "POST" and held["path"] == request.get_full_path():
        del request.session[HELD]


@login_required
@require_safe
def unsent(request: HttpRequest) -> HttpResponse:
    """What somebody sent after they were signed out, to be sent once more."""
    found = waits(request, request.user)  # type: ignore[arg-type]  # who is signed in
    if found is None:
        raise Http404
    return render(request, "web/unsent.html.j2", {"unsent": found, "shown": list(_shown(found.fields))})


def _shown(fields: Iterable[list[str]]) -> Iterable[str]:
    """What people typed, of all that a form has: not what it carries for itself."""
    return (value for _, value in fields if not value.isdigit() and len(value) > 1)
