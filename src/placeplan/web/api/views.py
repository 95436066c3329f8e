"""The page that tells people of the API, made of its own description."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from placeplan.web.api.api import ABOUT, api


@require_safe
def described(request: HttpRequest) -> HttpResponse:
    """What can be read, and how."""
    return render(request, "web/api.html.j2", {"about": ABOUT.split("\n\n"), "groups": groups()})


def groups() -> dict[str, list[dict[str, Any]]]:
    """Operations by their heading, each with its address, what it gives out and what may be asked."""
    found: dict[str, list[dict[str, Any]]] = {}
    for address, methods in api.get_openapi_schema()["paths"].items():
        told = methods["get"]
        asked = [p for p in told["parameters"] if p["in"] == "query" and p["name"] not in ("limit", "offset")]
        pages = any(p["name"] == "limit" for p in told["parameters"])
        found.setdefault(told["tags"][0], []).append(
            {"address": address, "what": told["summary"], "asked": asked, "pages": pages}
        )
    return found
