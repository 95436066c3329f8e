"""What pages of the workbench share: who asks, the page of a draft, and what was wrong with what was sent."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from placeplan.core.errors import PlanError, Problem
from placeplan.web.accounts.models import Membership
from placeplan.web.jobs.kinds import ASKED
from placeplan.web.jobs.models import ENDED, Job
from placeplan.web.store.called import organisations_of as organisations_of_plan
from placeplan.web.store.folders import folder_of
from placeplan.web.store.lines import ancestors
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts
from placeplan.web.workbench.rights import Act, may, may_write, roles_that

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User

LINES = (".csv", ".yaml", ".yml", ".md", ".txt")
"""Files that are edited as text, by how their names end."""


def user_of(request: HttpRequest) -> User:
    """Who asks; the page lets in only who has signed in."""
    return cast("User", request.user)


def page(request: HttpRequest, found: Draft, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
    """The page of a draft, with what was wrong with what was sent."""
    problems = drafts.problems_of(found.head)
    context = {
        "draft": found, "place": found.place, "files": sorted(found.head.tree), "lines": LINES, "writes": may_write(user_of(request), found),
        "errors": [p for p in problems if p.severity == "error"], "warnings": [p for p in problems if p.severity != "error"],
        "jobs": Job.objects.filter(version__digest=found.head.digest).order_by("-made"), "ended": ENDED, "organisations": organisations_of(request, found), "refused": (), "asks": ASKED, "names": organisations_of_plan(found.place),
        "begins": may(user_of(request), Act.WRITE, found.place),
    }  # fmt: skip
    return render(request, "web/draft.html.j2", context | told, status=status)


def organisations_of(request: HttpRequest, found: Draft) -> list[str]:
    """Organisations for which somebody may begin drafts that only these see."""
    own = Membership.objects.filter(user=user_of(request), place=found.place, role__in=roles_that(Act.WRITE))
    return sorted(set(own.values_list("organisation", flat=True)))


def version_of(found: Draft, key: int) -> Version:
    """The version that somebody had before them; raises Http404 where the draft did not come from it: it may be of another's."""
    if key not in ancestors(found.head_id):
        raise Http404
    return get_object_or_404(found.place.versions, pk=key)


def said(form: Form) -> list[str]:
    """What is wrong with what was filled in."""
    return [str(line) for lines in form.errors.values() for line in lines]


def told_of(error: PlanError) -> list[Problem]:
    """What the plan says is wrong."""
    return list(error.problems)


def folder(version: Version) -> Path:
    """A version as a folder on the disk."""
    return folder_of(version, settings.ASKED.folder / "versions")
