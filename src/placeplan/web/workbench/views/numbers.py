"""From a number of a run, as the board’s pack has it, back to the cells of the plan."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from placeplan.core.errors import PlanError
from placeplan.report.pack.back import MOST_TRACED, backs
from placeplan.stress.findings import Findings
from placeplan.web.accounts.models import User
from placeplan.web.errors import not_allowed
from placeplan.web.jobs import queue
from placeplan.web.jobs.models import Job, State
from placeplan.web.rates.limits import limited
from placeplan.web.workbench.rights import may_write
from placeplan.web.workbench.views.jobs import job_for
from placeplan.web.workbench.views.shared import told_of, user_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("run", "POST")
def numbers(request: HttpRequest, place: str, name: str, job: int) -> HttpResponse:
    """Each headline number of a run; and the way back from one, asked for as a job."""
    found, run = job_for(request, place, name, job)
    writes = may_write(user_of(request), found)
    held = backs(_findings(run))
    told: dict[str, Any] = {"draft": found, "place": found.place, "job": run, "backs": held.values(), "writes": writes}
    if request.method != "POST":
        return render(request, "web/numbers.html.j2", told)
    if not writes:
        return not_allowed(request)
    typed = " ".join(request.POST.get("of", "")[:200].split())
    address = {b.short.casefold(): a for a, b in held.items()}.get(typed.casefold(), typed)
    try:
        if address in held:
            return redirect("job", place, name, _asked(run, address, user_of(request)).pk)
        told |= {"refused": [_unknown(typed)], "typed": typed}
    except PlanError as error:
        told |= {"refused": told_of(error), "typed": typed}
    return render(request, "web/numbers.html.j2", told, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _asked(run: Job, address: str, by: User) -> Job:
    """The job that follows a number back, on the first futures of the run."""
    asked = {"number": address, "futures": min(run.arguments["futures"], MOST_TRACED), "seed": run.arguments["seed"]}
    return queue.ask("explain", run.version, asked, by)


def _unknown(typed: str) -> str:
    what = f"There is no number “{typed}” in this run." if typed else "No number was named."
    return f"{what} Write what stands beside the number in the pack, such as P1, or choose one below."


def _findings(run: Job) -> Findings:
    """What a run found; raises Http404 where it is none, or is not done."""
    held = run.files.select_related("blob").filter(path="findings.json").first() if run.kind == "test" else None
    if held is None or run.state != State.DONE:
        raise Http404
    return Findings.model_validate_json(bytes(held.blob.data))
