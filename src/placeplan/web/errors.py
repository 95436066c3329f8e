"""Pages of what went wrong: in words, with what to do, never with a trace."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from placeplan.plan.aside import FULL
from placeplan.plan.yamlfile import NO_TEXT

OUTAGE: Final = (OperationalError, InterfaceError)
"""What Django raises where a database does not answer, is locked, or has no room."""
RETRY: Final = 30
"""Seconds after which whoever asks is told to try again."""


def _told(request: HttpRequest, status: int, title: str, *lines: str, typed: Sequence[str] = ()) -> HttpResponse:
    told = {"title": title, "lines": lines, "typed": typed, "number": request.META.get("placeplan.request", "")}
    return render(request, "web/error.html.j2", told, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page."""
    return _told(
        request, 404, "There is no such page", "Look whether the address is typed right, or begin at the first page."
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Whoever asks may not see it."""
    return _told(request, 403, "You may not see this page", "It is for people of the organisation whose work it is. Sign in, or ask them.")  # fmt: skip


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read."""
    return _told(request, 400, "We could not read that", "Go back, look at what was filled in, and send it again.")


def no_text(request: HttpRequest) -> HttpResponse:
    """A sign stands in what was sent that is no letter, as some programs paste them."""
    return _told(
        request,
        400,
        "A sign in it is no letter",
        "It cannot be seen, and comes with text that was copied from some programs. Go back, delete what stands around the copied text, and send it again. Nothing was changed.",
        typed=[NO_TEXT.sub("�", text) for text in _typed(request)],
    )


def too_much(request: HttpRequest) -> HttpResponse:
    """More was sent at once than anything of ours needs; nobody is asked who it is, so that nothing of it is read."""
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined] # noqa: SLF001 – where Django keeps them
    return _told(request, 413, "That is too much at once", "Take what is not of the plan out of the file, and send it again. Nothing was changed.")  # fmt: skip


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one that is too old."""
    return _told(
        request,
        403,
        "That form is too old",
        "Go back, load the page again, and send it once more. Nothing was changed.",
        typed=_typed(request),
    )


def _typed(request: HttpRequest) -> list[str]:
    """What somebody typed into a form that was not taken, so that they can copy it; no password, and nothing that a form carries for itself."""
    try:
        every = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    except UnreadablePostError:
        return []
    return [v for n, v in every if "password" not in n and n != "csrfmiddlewaretoken" and " " in v.strip()]


def failed(request: HttpRequest) -> HttpResponse:
    """Something in the workbench itself went wrong; where it is the database or the disk, it says so, and that it passes.

    The page asks the database for nothing: who is signed in stands there, and may be what failed.
    """
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined] # noqa: SLF001 – where Django keeps them
    error = sys.exc_info()[1]
    full = isinstance(error, OSError) and error.errno in FULL
    if not full and not isinstance(error, OUTAGE):
        return _told(
            request, 500, "Something went wrong here", "It is not your mistake. Nothing that was kept is lost. Try again in a minute.",
            "If it happens again, tell whoever runs this workbench the number below.",
        )  # fmt: skip
    why = "There is no room left on its disk." if full else "It cannot reach what it keeps."
    answer = _told(
        request, 503, "The workbench cannot answer just now", f"{why} Nothing that was kept is lost, and nothing half was written. Try again in a minute.",
        "What you typed is still in your browser: go back to it, and send it once more.",
    )  # fmt: skip
    answer["Retry-After"] = str(RETRY)
    return answer


def locked(request: HttpRequest, *_told: object) -> HttpResponse:
    """Somebody typed a wrong password too often."""
    return render(request, "web/locked.html.j2", status=429)


def too_often(request: HttpRequest, what: str, seconds: int) -> HttpResponse:
    """Somebody asks for something more often than one may."""
    minutes = -(-seconds // 60)
    when = f"Wait {seconds} seconds" if seconds < 60 else f"Wait {minutes} minute{'s' if minutes > 1 else ''}"
    answer = _told(request, 429, "Too many at once", f"There were too many {what} from here. {when}, then try again.", "Nothing was changed.")  # fmt: skip
    answer["Retry-After"] = str(seconds)
    return answer
