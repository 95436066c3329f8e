"""One file of a draft, to read and to write as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from itertools import takewhile
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.textfile import decode
from placeplan.web.errors import not_allowed
from placeplan.web.rates.limits import limited
from placeplan.web.store.folders import files_of
from placeplan.web.store.models import Draft
from placeplan.web.workbench import drafts
from placeplan.web.workbench.forms import Edit
from placeplan.web.workbench.rights import draft_for, may_write
from placeplan.web.workbench.views.conflicts import choices_in, conflicts_page
from placeplan.web.workbench.views.shared import LINES, said, told_of, user_of, version_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
def file(request: HttpRequest, place: str, name: str, path: str) -> HttpResponse:
    """One file of a draft, to read and to write."""
    found = draft_for(user_of(request), place, name)
    held = files_of(found.head).get(path)
    if held is None or not path.endswith(LINES):
        raise Http404
    unread = decode(held, path) if held.strip() else ""
    text = held.decode("utf-8", errors="replace")
    problems = [p for p in drafts.problems_of(found.head) if p.file == path]
    told: dict[str, Any] = {
        "draft": found, "place": found.place, "path": path, "text": text, "base": found.head.pk, "writes": may_write(user_of(request), found) and isinstance(unread, str),
        "problems": problems, "refused": (), "message": "", "near": around(text, request.GET.get("line", "")),
    }  # fmt: skip
    if isinstance(unread, Problem) and unread not in problems:
        told["problems"] = [unread, *problems]
    if request.method != "POST":
        return render(request, "web/file.html.j2", told)
    if not may_write(user_of(request), found):
        return not_allowed(request)
    if isinstance(unread, Problem):  # what is shown of it is not what it holds
        return render(request, "web/file.html.j2", told | {"refused": [unread]}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _write(request, found, path, told)


def _write(request: HttpRequest, found: Draft, path: str, told: dict[str, Any]) -> HttpResponse:
    """Write a file as it was sent. Whatever is wrong, what was typed stands on the page that says so."""
    form = Edit(request.POST)
    typed = {
        "text": request.POST.get("text", ""),
        "message": request.POST.get("message", ""),
        "base": request.POST.get("base", ""),
    }
    if not form.is_valid():
        return render(
            request, "web/file.html.j2", told | typed | {"refused": said(form)}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    base = version_of(found, form.cleaned_data["base"])
    data = _as_it_was(form.cleaned_data["text"], files_of(base).get(path, b""))
    try:
        version = drafts.write(
            found, base, {path: data}, form.cleaned_data["message"], user_of(request), choices_in(request.POST)
        )
    except drafts.Clash as clash:
        return conflicts_page(request, found, clash)
    except PlanError as error:
        both = told | typed | {"refused": told_of(error)}
        return render(request, "web/file.html.j2", both, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.info(request, f"Written as version {version.number}.")
    return redirect("draft-file", found.place.slug, found.name, path)


class Near(NamedTuple):
    """A line of a file, where somebody was led to it."""

    number: int
    text: str
    asked: bool
    """Whether it is the one to which they were led, rather than one beside it."""


BESIDE: Final = 3
"""Lines that are shown before and after the one to which somebody is led."""


def around(text: str, line: str) -> tuple[Near, ...]:
    r"""The line of a file that is asked for, and those beside it; none where there is no such line.

    >>> [(n.number, n.text, n.asked) for n in around("a\nb\nc\n", "2")]
    [(1, 'a', False), (2, 'b', True), (3, 'c', False)]
    >>> around("a", "2"), around("a", "x"), around("a", "")
    ((), (), ())
    """
    lines = text.splitlines()
    at = int(line) if line.isascii() and line.isdigit() and len(line) < LONGEST else 0
    if not 1 <= at <= len(lines):
        return ()
    shown = range(max(1, at - BESIDE), min(len(lines), at + BESIDE) + 1)
    return tuple(Near(n, lines[n - 1], n == at) for n in shown)


LONGEST: Final = 9
"""Digits of a line's number, at most."""
LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
"""A line and how it ends."""


def _as_it_was(text: str, before: bytes) -> bytes:
    r"""What was typed with the ends of lines that the file had: browsers send all as CRLF. Lines at the beginning and at the end that are the same keep each its own.

    >>> _as_it_was("a\r\nb\r\nmore\r\nc\r\n", b"a\r\nb\nc\r\n")
    b'a\r\nb\nmore\r\nc\r\n'
    """
    old, new = (LINE.findall(side)[:-1] for side in (before.decode("utf-8", "replace"), text))
    usual = "\r\n" if b"\r\n" in before else "\n"
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = [(line, usual if end else "") for line, end in new[head : len(new) - tail]]
    kept = [*old[:head], *middle, *old[len(old) - tail :]]
    return "".join(part for line in kept for part in line).encode()


def _alike(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> int:
    """How many lines at the beginning are the same, and both end or neither does."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda p: p[0][0] == p[1][0] and bool(p[0][1]) == bool(p[1][1]), pairs))
