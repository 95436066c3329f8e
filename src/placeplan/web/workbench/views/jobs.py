"""Runs of a draft: asked, watched, cancelled and read."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from placeplan.core.errors import PlanError, Problem
from placeplan.report import tested, traced
from placeplan.stress.results.tests import StressFinding
from placeplan.web.errors import not_allowed
from placeplan.web.jobs import queue
from placeplan.web.jobs.kinds import ASKED, FOUND
from placeplan.web.jobs.models import ENDED, Job, State
from placeplan.web.rates.limits import limited
from placeplan.web.store.lines import ancestors
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench.forms import Run
from placeplan.web.workbench.rights import DONE, Act, draft_for, may, may_write, room_of
from placeplan.web.workbench.views.shared import LINES, page, said, told_of, user_of

SEARCHES: Final = {kind.name for kind in ASKED}
"""Jobs that print what stress tests found."""


@login_required
@require_POST
@limited("run")
def run(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Ask for a run of a draft as it stands."""
    found = draft_for(user_of(request), place, name)
    if not may_write(user_of(request), found):
        return not_allowed(request)
    form = Run(request.POST)
    if not form.is_valid():
        return page(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=said(form))
    try:
        job = queue.ask("test", found.head, form.asked().model_dump(), user_of(request))
    except PlanError as error:
        return page(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=told_of(error))
    if job.asked_by_id != user_of(request).pk or job.state != State.QUEUED:
        messages.info(request, "This very run was asked for before, so it is not made again: here it is.")
    return redirect("job", place, name, job.pk)


def job_for(request: HttpRequest, place: str, name: str, job: int) -> tuple[Draft, Job]:
    """A job of a version that a draft has or had; raises Http404 where somebody may not see it."""
    found = draft_for(user_of(request), place, name)
    digests = Version.objects.filter(pk__in=ancestors(found.head_id)).values_list("digest", flat=True)
    return found, get_object_or_404(Job.objects.filter(version__digest__in=digests), pk=job)


@login_required
@require_safe
def job(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """How far a job is, and what came of it."""
    return job_page(request, *job_for(request, place, name, job))


def job_page(
    request: HttpRequest, found: Draft, asked: Job, refused: list[Problem] | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page of a job, with what was wrong with what was asked of it."""
    told = {
        "draft": found,
        "place": found.place,
        "job": asked,
        "under_way": asked.state not in ENDED,
        "ahead": queue.ahead_of(asked),
        "writes": may_write(user_of(request), found),
        "begins": may(user_of(request), Act.WRITE, found.place, found.organisation),
        "found": found_by(asked),
        "back": way_back(asked),
        "files": {path for path in found.head.tree if path.endswith(LINES)},
        "traced": traced,
        "refused": refused or (),
        "packed": Job.objects.filter(
            version=asked.version_id, kind="pack", arguments__findings=_findings(asked)
        ).first(),
        "tested": tested,
        "room": _room(request, found, asked),
    }
    return render(request, "web/job.html.j2", told, status=status)


def _room(request: HttpRequest, found: Draft, asked: Job) -> str:
    """What somebody can do next with what a run found; blank where the version cannot go on to the public, or they have no part in that."""
    newest = found.head.digest == asked.version.digest and not found.organisation and not found.closed
    does = any(may(user_of(request), act, found.place) for act in DONE)
    return room_of(user_of(request), found.place) if newest and does else ""


def found_by(job: Job) -> tuple[StressFinding, ...]:
    """What a search found; nothing where the job was none, or is not done."""
    held = job.files.select_related("blob").filter(path=FOUND).first()
    if held is None or job.kind not in SEARCHES:
        return ()
    return tuple(StressFinding.model_validate(t) for t in json.loads(bytes(held.blob.data))["tests"])


def way_back(job: Job) -> dict[str, Any] | None:
    """The way from a number back to the cells of the plan; None where the job was for another thing, or is not done."""
    held = job.files.select_related("blob").filter(path=FOUND).first() if job.kind == "explain" else None
    found: dict[str, Any] | None = json.loads(bytes(held.blob.data)) if held else None
    return found


def _findings(job: Job) -> str:
    """Digest of what a run found; blank where there is none."""
    held = job.files.filter(path="findings.json").first() if job.kind == "test" else None
    return held.blob_id if held else ""


@login_required
@require_POST
@limited("write")
def cancel(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """Cancel a job."""
    found, asked = job_for(request, place, name, job)
    if not may_write(user_of(request), found):
        return not_allowed(request)
    queue.cancel(asked)
    return redirect("job", place, name, job)


@login_required
@require_safe
@csp_update({"style-src": "'unsafe-inline'"})  # type: ignore[arg-type]  # the report carries its own style; it has no scripts
def report(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """The report that a run wrote."""
    _, asked = job_for(request, place, name, job)
    if asked.state != State.DONE:
        raise Http404
    held = get_object_or_404(asked.files.select_related("blob"), path="report.html")
    return HttpResponse(bytes(held.blob.data))
