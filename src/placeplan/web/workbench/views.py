"""Pages of the workbench for authors: thin, over drafts, uploads and jobs."""

from __future__ import annotations

import difflib
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from placeplan.core.errors import PlanError, Problem
from placeplan.web.accounts.models import Membership
from placeplan.web.errors import not_allowed
from placeplan.web.jobs import queue
from placeplan.web.jobs.models import ENDED, Job, State
from placeplan.web.store.folders import files_of, folder_of
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts, uploads
from placeplan.web.workbench.forms import Edit, NewDraft, Run, Upload
from placeplan.web.workbench.rights import draft_for, drafts_of, may_write, place_for, places_of

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

LINES = (".csv", ".yaml", ".yml", ".md", ".txt")
"""Files that are edited as text, by how their names end."""


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Places in which somebody has a role."""
    return render(request, "web/work.html.j2", {"places": places_of(_user(request))})


@login_required
@require_safe
def place(request: HttpRequest, place: str) -> HttpResponse:
    """A place: drafts, and the versions that are newest."""
    found = place_for(_user(request), place)
    told = {
        "place": found,
        "drafts": drafts_of(_user(request), found),
        "roles": Membership.objects.filter(user=_user(request), place=found),
    }
    return render(request, "web/work_place.html.j2", told)


@login_required
@require_safe
def draft(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """A draft: what is wrong with it, its files and its runs."""
    found = draft_for(_user(request), place, name)
    return _draft(request, found)


def _draft(request: HttpRequest, found: Draft, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
    """The page of a draft, with what was wrong with what was sent."""
    problems = drafts.problems_of(found.head)
    context = {
        "draft": found, "place": found.place, "files": sorted(found.head.tree), "lines": LINES, "writes": may_write(_user(request), found),
        "errors": [p for p in problems if p.severity == "error"], "warnings": [p for p in problems if p.severity != "error"],
        "jobs": Job.objects.filter(version__digest=found.head.digest).order_by("-made"), "ended": ENDED, "organisations": _organisations(request, found), "refused": (),
    }  # fmt: skip
    return render(request, "web/draft.html.j2", context | told, status=status)


def _organisations(request: HttpRequest, found: Draft) -> list[str]:
    """Organisations for which somebody has a role."""
    own = Membership.objects.filter(user=_user(request), place=found.place)
    return sorted(set(own.values_list("organisation", flat=True)))


@login_required
@require_POST
def begin(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Begin a draft of one's own from where this one stands."""
    found = draft_for(_user(request), place, name)
    form = NewDraft(request.POST, organisations=_organisations(request, found))
    if not form.is_valid():
        return _draft(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=_said(form))
    try:
        made = drafts.begin(found, form.cleaned_data["name"], form.cleaned_data["organisation"])
    except PlanError as error:
        return _draft(request, found, HTTPStatus.CONFLICT, refused=_told(error))
    return redirect("draft", place, made.name)


@login_required
@require_POST
def run(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Ask for a run of a draft as it stands."""
    found = draft_for(_user(request), place, name)
    if not may_write(_user(request), found):
        return not_allowed(request)
    form = Run(request.POST)
    if not form.is_valid():
        return _draft(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=_said(form))
    job = queue.ask("test", found.head, form.asked().model_dump(), _user(request))
    return redirect("job", place, name, job.pk)


@login_required
@require_POST
def upload(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Bring a whole plan in as the draft's next version."""
    found = draft_for(_user(request), place, name)
    if not may_write(_user(request), found):
        return not_allowed(request)
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _draft(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=_said(form))
    try:
        files = uploads.files_in(form.cleaned_data["file"], form.cleaned_data["file"].name)
        version = drafts.whole(found, _version(found, form), files, form.cleaned_data["message"], _user(request))
    except PlanError as error:
        return _draft(request, found, HTTPStatus.UNPROCESSABLE_ENTITY, refused=_told(error))
    except drafts.Clash as clash:
        return _draft(request, found, HTTPStatus.CONFLICT, refused=_clashed(clash))
    messages.info(request, f"Brought in as version {version.number}.")
    return redirect("draft", place, name)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, place: str, name: str, path: str) -> HttpResponse:
    """One file of a draft, to read and to write."""
    found = draft_for(_user(request), place, name)
    held = files_of(found.head).get(path)
    if held is None or not path.endswith(LINES):
        raise Http404
    text = held.decode("utf-8", errors="replace")
    problems = [p for p in drafts.problems_of(found.head) if p.file == path]
    told: dict[str, Any] = {
        "draft": found, "place": found.place, "path": path, "text": text, "base": found.head.pk, "writes": may_write(_user(request), found),
        "problems": problems, "refused": (), "message": "", "theirs": "",
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
            request, "web/file.html.j2", told | typed | {"refused": _said(form)}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    base = _version(found, form)
    data = _as_it_was(form.cleaned_data["text"], files_of(base).get(path, b""))
    try:
        version = drafts.write(found, base, {path: data}, form.cleaned_data["message"], _user(request))
    except drafts.Clash as clash:
        theirs = files_of(clash.head)[path].decode("utf-8", errors="replace") if path in clash.head.tree else ""
        clashed = typed | {"refused": _clashed(clash), "theirs": _between(typed["text"], theirs), "base": clash.head.pk}
        return render(request, "web/file.html.j2", told | clashed, status=HTTPStatus.CONFLICT)
    messages.info(request, f"Written as version {version.number}.")
    return redirect("draft-file", found.place.slug, found.name, path)


def _as_it_was(text: str, before: bytes) -> bytes:
    """What was typed with the ends of lines that the file had: browsers send all as CRLF."""
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n").encode() if b"\r\n" in before else plain.encode()


def _between(mine: str, theirs: str) -> str:
    """What somebody else wrote, against what was typed, line by line."""
    lines = difflib.unified_diff(
        mine.replace("\r\n", "\n").splitlines(),
        theirs.replace("\r\n", "\n").splitlines(),
        "what you wrote",
        "what they wrote",
        lineterm="",
        n=1,
    )
    return "\n".join(lines)


def _version(found: Draft, form: Edit | Upload) -> Version:
    """The version that somebody had before them; raises Http404 where it is none of this place."""
    return get_object_or_404(found.place.versions, pk=form.cleaned_data["base"])


def _said(form: NewDraft | Edit | Upload | Run) -> list[str]:
    return [str(line) for lines in form.errors.values() for line in lines]


def _told(error: PlanError) -> list[Problem]:
    return list(error.problems)


def _clashed(clash: drafts.Clash) -> list[str]:
    named = ", ".join(clash.paths)
    return [
        f"Somebody else has changed {named} since you opened it. Nothing is lost: look at what they wrote, and write once more."
    ]


@login_required
@require_safe
def as_zip(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """The draft's folder as a ZIP."""
    found = draft_for(_user(request), place, name)
    return _attached(uploads.as_zip(files_of(found.head), place), "application/zip", f"{place}-{found.head.number}.zip")


@login_required
@require_safe
def as_workbook(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """The draft as its workbook."""
    found = draft_for(_user(request), place, name)
    try:
        data = uploads.as_workbook(_folder(found.head))
    except PlanError as error:
        return _draft(request, found, HTTPStatus.CONFLICT, refused=_told(error))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attached(data, kind, f"{place}-{found.head.number}.xlsx")


def _folder(version: Version) -> Path:
    return folder_of(version, settings.ASKED.folder / "versions")


def _attached(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _job(request: HttpRequest, place: str, name: str, job: int) -> tuple[Draft, Job]:
    """A job of a version that a draft has or had; raises Http404 where somebody may not see it."""
    found = draft_for(_user(request), place, name)
    digests = Version.objects.filter(pk__in=_line(found)).values_list("digest", flat=True)
    return found, get_object_or_404(Job.objects.filter(version__digest__in=digests), pk=job)


def _line(found: Draft) -> set[int]:
    """Versions from which a draft came, itself included."""
    seen: set[int] = set()
    now = {found.head_id}
    while now:
        seen |= now
        now = set(Version.objects.filter(children__in=now).values_list("pk", flat=True)) - seen
    return seen


@login_required
@require_safe
def job(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """How far a job is, and what came of it."""
    found, asked = _job(request, place, name, job)
    told = {
        "draft": found,
        "place": found.place,
        "job": asked,
        "under_way": asked.state not in ENDED,
        "writes": may_write(_user(request), found),
    }
    return render(request, "web/job.html.j2", told)


@login_required
@require_POST
def cancel(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """Cancel a job."""
    found, asked = _job(request, place, name, job)
    if not may_write(_user(request), found):
        return not_allowed(request)
    queue.cancel(asked)
    return redirect("job", place, name, job)


@login_required
@require_safe
@csp_update({"style-src": "'unsafe-inline'"})  # type: ignore[arg-type]  # the report carries its own style; it has no scripts
def report(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """The report that a run wrote."""
    _, asked = _job(request, place, name, job)
    if asked.state != State.DONE:
        raise Http404
    return HttpResponse(bytes(asked.files.select_related("blob").get(path="report.html").blob.data))
