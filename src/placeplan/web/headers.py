"""Headers that Django does not set of itself, and security.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

ALWAYS: Final = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""Headers of every answer: nothing of ours asks for a camera or a place, and nobody embeds it."""


class Headers:
    """Middleware that sets them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        answer = self.get_response(request)
        for name, value in ALWAYS.items():
            answer.setdefault(name, value)
        if answer.get("Access-Control-Allow-Origin") == "*":
            answer["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116); not there where nobody is named in the settings."""
    if not settings.ASKED.security_contact:
        raise Http404
    until = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT00:00:00Z")
    lines = (f"Contact: {settings.ASKED.security_contact}", f"Expires: {until}", "Preferred-Languages: en")
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
