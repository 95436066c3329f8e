"""What somebody sends is whole, text, and not too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from placeplan.plan.yamlfile import NO_TEXT
from placeplan.web.errors import no_text, not_found, too_much

MOST: Final = 32 * 2**20
"""Bytes of a request: a plan of a whole place with all its records has a tenth of it."""


class NotTooMuch:
    """Middleware that refuses what is larger by what its sender says, before any of it is read or lies on a disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > MOST:
            return too_much(request)
        return self.get_response(request)


class HeadAlone:
    """Middleware that leaves out what nobody asked for who asked for the head alone: the server would, and warn of each."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        answer = self.get_response(request)
        if request.method == "HEAD":
            if answer.streaming:
                answer.streaming_content = ()  # type: ignore[attr-defined]  # as it is a StreamingHttpResponse
            else:
                answer.content = b""
        return answer


class Text:
    """Middleware that refuses in an address or a form what is no text, such as a zero byte: nobody can type it, and no page, database or spreadsheet takes it.

    What the API may be asked says so itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Answer in place of the view; None: it may."""
        if NO_TEXT.search(request.path):
            return not_found(request)
        forms = () if request.path.startswith("/api/") else (request.GET, request.POST)
        every = (text for form in forms for name, values in form.lists() for text in (name, *values))
        return no_text(request) if any(NO_TEXT.search(text) for text in every) else None


class Whole:
    """What somebody sends, as a server hands it on; raises OSError where it ends before it is whole, so that no half form is taken for one."""

    def __init__(self, sent: Any, length: int) -> None:
        self.sent, self.left = sent, length

    def read(self, size: int = -1) -> bytes:
        """As many bytes as there are, and at most as many as asked."""
        wanted = self.left if size < 0 else min(size, self.left)
        found: bytes = self.sent.read(wanted) if wanted else b""
        self.left -= len(found)
        if wanted and not found:
            raise OSError("it ended before it was whole")
        return found

    def readline(self, size: int = -1) -> bytes:
        """A line."""
        found: bytes = self.sent.readline(self.left if size < 0 else min(size, self.left)) if self.left else b""
        self.left -= len(found)
        return found
