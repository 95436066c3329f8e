"""A whole plan in and out: its folder as a ZIP, or its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.elements.edit import Files
from placeplan.web.errors import not_allowed
from placeplan.web.rates.limits import limited
from placeplan.web.store.folders import files_of
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts, uploads
from placeplan.web.workbench.forms import Upload
from placeplan.web.workbench.rights import draft_for, may_write
from placeplan.web.workbench.scanning import refuse_unsafe
from placeplan.web.workbench.views.conflicts import worded_clash
from placeplan.web.workbench.views.shared import folder, page, said, told_of, user_of, version_of

MOST = 10
"""Things that are told by name, of a kind."""


@login_required
@require_POST
@limited("upload")
def upload(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Bring a whole plan in as the draft's next version."""
    found = draft_for(user_of(request), place, name)
    if not may_write(user_of(request), found):
        return not_allowed(request)
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=said(form))
    given, base = form.cleaned_data, version_of(found, form.cleaned_data["base"])
    try:
        sent = given["file"]
        refuse_unsafe(sent, sent.name)
        before, brought = files_of(base), uploads.files_in(sent, sent.name)
        files = uploads.kept_beside(sent.name, before) | brought.files
        version = drafts.whole(found, base, files, given["message"], user_of(request))
    except PlanError as error:
        return page(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told_of(error))
    except drafts.Clash as clash:
        _tell(request, base, files, brought.warnings)
        return _aside(request, found, base, files, clash, given["message"])
    messages.info(request, f"Brought in as version {version.number}.")
    _tell(request, base, files, brought.warnings)
    return redirect("draft", place, name)


def _tell(request: HttpRequest, base: Version, files: Files, warnings: Sequence[Problem]) -> None:
    """Say what an upload took out of the plan, as it did not have it, and what should be asked about how it is written."""
    if gone := sorted(set(base.tree) - set(files)):
        messages.info(request, _lines(f"Taken out, as what you brought does not have it (version {base.number} has it still):", gone))  # fmt: skip
    if warnings:
        told = [f"{w.where}: {w.what} {w.mend}" for w in warnings]
        messages.info(request, _lines("Look whether this is as you meant it:", told))


def _lines(head: str, every: Sequence[str]) -> str:
    """A sentence with a line for each of the first `MOST` things, and how many more there are."""
    more = [f"and {len(every) - MOST} more"] if len(every) > MOST else []
    return "\n".join([head, *every[:MOST], *more])


def _aside(request: HttpRequest, found: Draft, base: Version, files: Files, clash: drafts.Clash, message: str) -> HttpResponse:  # fmt: skip
    """Keep an upload beside where somebody wrote the same meanwhile, and go where both are brought together."""
    try:
        kept = drafts.aside(found, base, files, message, user_of(request))
    except PlanError as error:
        return page(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told_of(error))
    messages.info(request, _clashed(clash, found, kept))
    return redirect(f"{reverse('merge', args=[found.place.slug, found.name])}?{urlencode({'from': kept.name})}")


def _clashed(clash: drafts.Clash, found: Draft, kept: Draft) -> str:
    """What is told where somebody wrote the same meanwhile: each element with its file, and where the upload is kept."""
    spots = list(dict.fromkeys(f"{t.title} ({t.conflict.spot.file})" for t in worded_clash(clash)))
    more = f" and {len(spots) - MOST} more" if len(spots) > MOST else ""
    return (
        f"Somebody has changed the same meanwhile: {'; '.join(spots[:MOST])}{more}. Nothing is lost, and “{found.name}” is as they left it. "
        f"What you brought is kept as the draft “{kept.name}”. Bring it in here, and choose what is to stand."
    )


@login_required
@require_safe
@limited("download")
def as_zip(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """The draft's folder as a ZIP."""
    found = draft_for(user_of(request), place, name)
    return attached(uploads.as_zip(files_of(found.head), place), "application/zip", f"{place}-{found.head.number}.zip")


@login_required
@require_safe
@limited("download")
def as_workbook(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """The draft as its workbook."""
    found = draft_for(user_of(request), place, name)
    try:
        data = uploads.as_workbook(folder(found.head))
    except PlanError as error:
        return page(request, found, HTTPStatus.CONFLICT, refused=told_of(error))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return attached(data, kind, f"{place}-{found.head.number}.xlsx")


def attached(data: bytes, kind: str, name: str) -> HttpResponse:
    """A file to take away."""
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
