"""A whole plan in and out: its folder as a ZIP, or its workbook."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from placeplan.core.errors import PlanError
from placeplan.web.errors import not_allowed
from placeplan.web.rates.limits import limited
from placeplan.web.store.folders import files_of
from placeplan.web.workbench import drafts, uploads
from placeplan.web.workbench.forms import Upload
from placeplan.web.workbench.rights import draft_for, may_write
from placeplan.web.workbench.views.shared import clashed, folder, page, said, told_of, user_of, version_of


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
    try:
        files = uploads.files_in(form.cleaned_data["file"], form.cleaned_data["file"].name)
        version = drafts.whole(found, version_of(found, form), files, form.cleaned_data["message"], user_of(request))
    except PlanError as error:
        return page(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told_of(error))
    except drafts.Clash as clash:
        return page(request, found, HTTPStatus.CONFLICT, refused=clashed(clash))
    messages.info(request, f"Brought in as version {version.number}.")
    return redirect("draft", place, name)


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
