"""What a server such as gunicorn starts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from placeplan.web.whole import Whole


@cache
def _made() -> WSGIHandler:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "placeplan.web.settings")
    return get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request; the workbench is set up with the first."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isdigit():
        environ["wsgi.input"] = Whole(environ["wsgi.input"], int(length))
    return _made()(environ, start_response)
