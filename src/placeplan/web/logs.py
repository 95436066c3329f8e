"""What happens, one line of JSON each, on standard error: when, what, how long. Nobody's address or name is in it."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

REQUESTS: Final = logging.getLogger("placeplan.web.requests")
QUIET: Final = ("/static/", "/health/")
"""Requests that are not worth a line."""
REFUSED: Final = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS)
"""Answers that say that somebody may not, or that there is no such thing for them."""

LOOKS_AT_PEOPLE: Final = ("people", "person", "changes")
"""Pages on which somebody sees what is kept of others."""


class AsLine(logging.Formatter):
    """A record as one line of JSON, of letters that no terminal obeys: every other sign stands there by its number."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: time in UTC, level, logger, message, what was told besides, and a traceback where there is one."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": when,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str).replace("\x7f", "\\u007f")


class RequestLog:
    """Gives each request a number, which its answer and all its lines carry, and writes a line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        number = uuid.uuid4().hex[:12]
        request.META["placeplan.request"] = number
        begun = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-Id"] = number
        if not request.path.startswith(QUIET):
            told = {
                "request": number, "method": request.method, "path": request.path, "status": response.status_code,
                "seconds": round(time.perf_counter() - begun, 4),
            }  # fmt: skip
            REQUESTS.info("answered", extra={"told": told | _who(request, response.status_code)})
        return response


def _who(request: HttpRequest, status: int) -> dict[str, Any]:
    """The number of the account to which something was refused, or that looked at people: whoever looks for abuse has to know. Of anything else nobody's."""
    user, match = getattr(request, "user", None), request.resolver_match
    told = status in REFUSED or (match is not None and match.url_name in LOOKS_AT_PEOPLE)
    return {"person": user.pk} if told and user is not None and user.is_authenticated else {}
