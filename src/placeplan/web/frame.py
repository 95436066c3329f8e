"""How pages are framed: the report's own pages, and those of the workbench, under the same head and foot."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from placeplan.report.page import environment as report_environment

BEYOND: Final = (("not-published", "See what is not published, and why"),)
"""Pages that a place has in the workbench besides its site: path from there, and what they are called."""


def environment(**options: Any) -> Environment:
    """Where the workbench's own templates are, and the parts of the design system."""
    options["loader"] = ChoiceLoader([PackageLoader("placeplan.web"), PackageLoader("nhsuk_frontend_jinja")])
    found = Environment(**options | {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True})  # noqa: S701 – Django sets autoescape
    found.globals.update(static=static, url=address, messages_of=get_messages)
    return found


def address(name: str, *args: object) -> str:
    """Address of a page by its name."""
    return reverse(name, args=args)


@cache
def published() -> Environment:
    """Where the templates of published pages are: the report's, in the workbench's frame."""
    found = report_environment().overlay(
        loader=ChoiceLoader([PackageLoader("placeplan.web", "templates/framed"), PackageLoader("placeplan.report")])
    )
    found.globals = {**found.globals, "static": static, "url": address, "beyond": BEYOND}
    return found
