"""How pages are framed: the report's own pages, and those of the workbench, under the same head and foot."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import localtime
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from placeplan.compare.tell import upper_first
from placeplan.report.page import environment as report_environment

BEYOND: Final = (("not-published", "See what is not published, and why"),)
"""Pages that a place has in the workbench besides its site: path from there, and what they are called."""


def environment(**options: Any) -> Environment:
    """Where the workbench's own templates are, and the parts of the design system."""
    options["loader"] = ChoiceLoader([PackageLoader("placeplan.web"), PackageLoader("nhsuk_frontend_jinja")])
    found = Environment(**options | {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True})  # noqa: S701 – Django sets autoescape
    found.globals.update(static=static, url=address, messages_of=get_messages)
    found.filters.update(date=day, moment=moment, sentence=upper_first)
    return found


def address(name: str, *args: object) -> str:
    """Address of a page by its name."""
    return reverse(name, args=args)


def day(when: date) -> str:
    """A day as people write it, of the place's own clock.

    >>> day(date(2026, 11, 7))
    '7 November 2026'
    """
    local = localtime(when) if isinstance(when, datetime) else when
    return f"{local.day} {local:%B %Y}"


def moment(when: datetime) -> str:
    """A day and the time of it, on the place's own clock.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 7, 9, 5, tzinfo=UTC))
    '7 November 2026 at 9:05'
    """
    local = localtime(when)
    return f"{day(when)} at {local.hour}:{local:%M}"


def challenge(number: str) -> str:
    """Where numbers of a published plan are challenged, from the folder of its place; number: its address, or that of what it is in.

    >>> challenge("promises.yaml/promises/waits")
    'challenges/find?at=promises.yaml/promises/waits'
    """
    return f"challenges/find?at={quote(number)}"


@cache
def published() -> Environment:
    """Where the templates of published pages are: the report's, in the workbench's frame."""
    return _framed(answers=True, beyond=BEYOND, challenge=challenge)


@cache
def offered() -> Environment:
    """The same for pages that are shown to those they name before they are published: nobody can ask or challenge anything there yet."""
    return _framed(answers=False)


def _framed(**told: object) -> Environment:
    found = report_environment().overlay(
        loader=ChoiceLoader([PackageLoader("placeplan.web", "templates/framed"), PackageLoader("placeplan.report")])
    )
    found.globals = {**found.globals, "static": static, "url": address, **told}
    return found
