"""Where somebody is signed in: each session by itself, and ending one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from placeplan.web.accounts.lasting import IDLE, LONGEST
from placeplan.web.accounts.sessions import BEGUN, BROWSER, SEEN
from placeplan.web.rates.limits import limited

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


@dataclass(frozen=True)
class Open:
    """A session that still holds."""

    mark: str
    """By which it is ended: it is of no use to whoever wants to get in."""
    browser: str
    begun: datetime
    seen: datetime
    """Its last sign of life, to a minute."""
    here: bool
    """Whether it is the one that asks."""

    @property
    def since(self) -> str:
        """When its last sign of life was: the day only where that is another."""
        begun, seen = localtime(self.begun), localtime(self.seen)
        at = f"at {seen.hour}:{seen:%M}"
        return at if begun.date() == seen.date() else f"on {seen.day} {seen:%B} {at}"


def sessions_of(request: HttpRequest) -> list[Open]:
    """Sessions of who asks: this one first, then by their last sign of life."""
    found = [
        Open(_mark(key), str(held.get(BROWSER, "")), _when(held[BEGUN]), _when(held[SEEN]), key == request.session.session_key)
        for key, held in _held(cast("User", request.user))
    ]  # fmt: skip
    return sorted(found, key=lambda s: (not s.here, -s.seen.timestamp()))


def _held(user: User) -> Iterator[tuple[str, dict[str, Any]]]:
    """Keys of sessions of somebody that hold, and what they hold.

    Sessions say whose they are inside what is signed, so all are looked through; only who has signed in has one.
    """
    now = time.time()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        held = session.get_decoded()
        theirs = held.get(SESSION_KEY) == str(user.pk)
        if not (theirs and constant_time_compare(held.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())):
            continue
        if now - held.get(SEEN, 0) <= IDLE and now - held.get(BEGUN, 0) <= LONGEST:
            yield session.session_key, held


def _mark(key: str) -> str:
    return salted_hmac("placeplan.web.accounts.open_sessions", key, algorithm="sha256").hexdigest()[:32]


def _when(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@login_required
@require_POST
@limited("write")
def end(request: HttpRequest) -> HttpResponse:
    """End one session of one's own."""
    asked = request.POST.get("which", "")
    key = next((k for k, _ in _held(cast("User", request.user)) if constant_time_compare(_mark(k), asked)), None)
    Session.objects.filter(session_key=key).delete()
    messages.info(request, "It is signed out." if key else "You were signed out there already.")
    return redirect("account")
