"""Pages of what went wrong: in words, with what to do, never with a trace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _told(request: HttpRequest, status: int, title: str, *lines: str) -> HttpResponse:
    told = {"title": title, "lines": lines, "number": request.META.get("placeplan.request", "")}
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


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one that is too old."""
    return _told(
        request,
        403,
        "That form is too old",
        "Go back, load the page again, and send it once more. Nothing was changed.",
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Something in the workbench itself went wrong."""
    return _told(
        request, 500, "Something went wrong here", "It is not your mistake. Nothing that was kept is lost. Try again in a minute.",
        "If it happens again, tell whoever runs this workbench the number below.",
    )  # fmt: skip


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
