"""A draft of what a search found: the version that was looked at, with one of the changed plans written into its files."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from placeplan.core.errors import PlanError
from placeplan.plan.folder import read_plan
from placeplan.plan.located import problem
from placeplan.stress.levers.written import Written, written
from placeplan.stress.results.tests import ChangedPlan, StressFinding
from placeplan.web.errors import not_allowed
from placeplan.web.jobs.models import Job
from placeplan.web.rates.limits import limited
from placeplan.web.store.folders import files_of
from placeplan.web.store.lines import ancestors
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts
from placeplan.web.workbench.rights import Act, may
from placeplan.web.workbench.views.jobs import found_by, job_for, job_page
from placeplan.web.workbench.views.shared import folder, told_of, user_of


@login_required
@require_POST
@limited("write")
def change(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """Make a draft of one of the changed plans that a search found."""
    found, asked = job_for(request, place, name, job)
    if not may(user_of(request), Act.WRITE, found.place, found.organisation):
        return not_allowed(request)
    version = _looked_at(found, asked)
    try:
        test, one = _meant(request, found_by(asked))
        made = _written(version, test, one)
        message = f"{'; '.join(m.words for m in one.moves)} ({test.title}, search {asked.pk})"
        line = drafts.beside(found, version, made.change, message[:500], user_of(request))
    except PlanError as error:
        return job_page(request, found, asked, told_of(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.info(request, f"This is a draft of its own: the plan with what the search found. {' '.join(made.told)}".strip())  # fmt: skip
    return redirect("draft", place, line.name)


def _meant(request: HttpRequest, found: tuple[StressFinding, ...]) -> tuple[StressFinding, ChangedPlan]:
    """The changed plan of a line; raises PlanError where that line tells of none."""
    test, row = request.POST.get("test", ""), request.POST.get("row", "")
    for t in found:
        for one in t.changed_plans:
            if (t.test, str(one.row)) == (test, row):
                return t, one
    raise PlanError([problem("row", 0, "", "unknown-choice", "No changed plan was found there.", "Choose one of those that stand below.")])  # fmt: skip


def _looked_at(found: Draft, asked: Job) -> Version:
    """The version of this draft's line that has the files that the search looked at: the newest of them."""
    line = found.place.versions.filter(pk__in=ancestors(found.head_id), digest=asked.version.digest)
    version = line.order_by("-number").first()
    if version is None:
        raise Http404
    return version


def _written(version: Version, test: StressFinding, one: ChangedPlan) -> Written:
    source = f"{test.title}: search with {test.futures} futures, seed {test.seed}"
    return written(files_of(version), read_plan(folder(version)), one.moves, source)
