"""What is asked of a draft or of a run besides: what would mend it, another plan, on which terms all would stay, the board's pack."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from placeplan.core.errors import PlanError, Problem
from placeplan.web.errors import not_allowed
from placeplan.web.jobs import queue
from placeplan.web.jobs.kinds import ASKED
from placeplan.web.jobs.models import Job, State
from placeplan.web.rates.limits import limited
from placeplan.web.workbench import uploads
from placeplan.web.workbench.asking import form_of
from placeplan.web.workbench.rights import draft_for, may_write
from placeplan.web.workbench.views.jobs import job_for, job_page
from placeplan.web.workbench.views.shared import said, told_of, user_of
from placeplan.web.workbench.views.uploads import attached

KINDS_OF_FILES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("run", "POST")
def ask(request: HttpRequest, place: str, name: str, kind: str) -> HttpResponse:
    """Ask something of a draft as it stands."""
    found = draft_for(user_of(request), place, name)
    asked = next((k for k in ASKED if k.name == kind), None)
    if asked is None:
        raise Http404
    if not may_write(user_of(request), found):
        return not_allowed(request)
    form = form_of(asked.asks, request.POST if request.method == "POST" else None)
    full: list[Problem] = []
    if form.is_valid():
        try:
            job = queue.ask(kind, found.head, form.cleaned_data, user_of(request))
        except PlanError as error:
            full = told_of(error)
        else:
            return redirect("job", place, name, job.pk)
    told = {"draft": found, "place": found.place, "kind": asked, "form": form, "refused": full or said(form)}
    return render(
        request, "web/ask.html.j2", told, status=HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    )


@login_required
@require_POST
@limited("run")
def pack(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """Ask for the board's pack of what a run found."""
    found, run = job_for(request, place, name, job)
    if not may_write(user_of(request), found):
        return not_allowed(request)
    findings = _done(run).files.filter(path="findings.json").first()
    if findings is None:
        raise Http404
    try:
        made = queue.ask("pack", run.version, {"findings": findings.blob_id}, user_of(request))
    except PlanError as error:
        return job_page(request, found, run, told_of(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("job", place, name, made.pk)


@login_required
@require_safe
@limited("download")
def job_file(request: HttpRequest, place: str, name: str, job: int, path: str) -> HttpResponse:
    """A file that a job wrote, to take away."""
    _, done = job_for(request, place, name, job)
    file = get_object_or_404(_done(done).files.select_related("blob"), path=path)
    short = path.rpartition("/")[2]
    kind = KINDS_OF_FILES.get(f".{short.rpartition('.')[2]}", "application/octet-stream")
    return attached(bytes(file.blob.data), kind, f"{place}-{done.version.number}-{short}")


@login_required
@require_safe
@limited("download")
def job_zip(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """All files that a job wrote, as a ZIP."""
    _, done = job_for(request, place, name, job)
    called = f"{place}-{done.version.number}-{done.kind}"
    files = {f.path: bytes(f.blob.data) for f in _done(done).files.select_related("blob")}
    return attached(uploads.as_zip(files, called), "application/zip", f"{called}.zip")


def _done(job: Job) -> Job:
    """A job that is done; raises Http404 where it is not."""
    if job.state != State.DONE:
        raise Http404
    return job
