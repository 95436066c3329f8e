"""Operations on drafts: for who is signed in and may see them; to anyone else they are not there."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from placeplan.stress.findings import Findings
from placeplan.web.api.api import Limit, Offset, page, reads
from placeplan.web.api.published import WHOLE, href
from placeplan.web.api.records import DraftGiven, Page, ProblemGiven, RunGiven
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import jobs_of
from placeplan.web.public.reading import read_findings
from placeplan.web.store.models import Draft
from placeplan.web.workbench.drafts import problems_of
from placeplan.web.workbench.rights import draft_for, drafts_of, place_for

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


def _user(request: HttpRequest) -> "User":
    """Who is signed in; raises Http404 where nobody is."""
    if not request.user.is_authenticated:
        raise Http404
    return request.user


@reads("/places/{slug:place}/drafts", Page[DraftGiven], "drafts", private=True)
def drafts(request: HttpRequest, place: str, limit: Limit = 50, offset: Offset = 0) -> Page[DraftGiven]:
    """Drafts of a place that whoever asks may see."""
    user = _user(request)
    return page(request, [_draft(d) for d in drafts_of(user, place_for(user, place))], limit, offset)


@reads("/places/{slug:place}/drafts/{slug:draft}", DraftGiven, "drafts", private=True)
def draft(request: HttpRequest, place: str, draft: str) -> DraftGiven:
    """A draft as it stands."""
    return _draft(draft_for(_user(request), place, draft))


def _draft(found: Draft) -> DraftGiven:
    head, where = found.head, (found.place.slug, found.name)
    return DraftGiven(
        id=found.name, organisation=found.organisation, closed=found.closed, number=head.number, digest=head.digest, message=head.message,
        made=head.made, files=head.tree, href=href("draft", *where), page=reverse("draft", args=where),
    )  # fmt: skip


@reads("/places/{slug:place}/drafts/{slug:draft}/problems", Page[ProblemGiven], "drafts", private=True)
def problems(request: HttpRequest, place: str, draft: str, limit: Limit = 50, offset: Offset = 0) -> Page[ProblemGiven]:
    """All that is wrong with a draft, as placeplan check tells it."""
    found = problems_of(draft_for(_user(request), place, draft).head)
    return page(request, [ProblemGiven(**p.as_dict()) for p in found], limit, offset)


@reads("/places/{slug:place}/drafts/{slug:draft}/runs", Page[RunGiven], "drafts", private=True)
def runs(request: HttpRequest, place: str, draft: str, limit: Limit = 50, offset: Offset = 0) -> Page[RunGiven]:
    """Runs of a draft as it stands, the newest first."""
    found = draft_for(_user(request), place, draft)
    every = _runs(found).order_by("-made", "-pk")
    return page(request, [_run(found, j) for j in every[offset : offset + limit]], limit, offset, every.count())


def _runs(found: Draft) -> QuerySet[Job]:
    return jobs_of(found.place).filter(version__digest=found.head.digest)


def _run(found: Draft, job: Job) -> RunGiven:
    there = job.state == State.DONE and job.kind == "test"
    return RunGiven(
        id=job.digest, kind=job.kind, state=job.state, version_digest=job.version.digest, arguments=job.arguments, done=job.done,
        total=job.total, made=job.made, ended=job.ended,
        findings=href("run_findings", found.place.slug, found.name, job.digest) if there else None,
    )  # fmt: skip


@reads(f"/places/{{slug:place}}/drafts/{{slug:draft}}/runs/{{slug:run}}/{WHOLE}", Findings, "drafts", private=True)
def run_findings(request: HttpRequest, place: str, draft: str, run: str) -> Findings:
    """All that a run of a draft found."""
    found = draft_for(_user(request), place, draft)
    job = _runs(found).filter(digest=run, state=State.DONE, kind="test").first()
    if job is None:
        raise Http404
    return read_findings(job.files.get(path=WHOLE).blob_id)
