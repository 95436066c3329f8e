"""One file of a draft, to read and to write as text."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from placeplan.core.errors import PlanError
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
    text = held.decode("utf-8", errors="replace")
    problems = [p for p in drafts.problems_of(found.head) if p.file == path]
    told: dict[str, Any] = {
        "draft": found, "place": found.place, "path": path, "text": text, "base": found.head.pk, "writes": may_write(user_of(request), found),
        "problems": problems, "refused": (), "message": "",
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/file.html.j2", told)
    if not told["writes"]:
        return not_allowed(request)
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


def _as_it_was(text: str, before: bytes) -> bytes:
    """What was typed with the ends of lines that the file had: browsers send all as CRLF."""
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n").encode() if b"\r\n" in before else plain.encode()
