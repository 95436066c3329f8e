"""Where an organisation signs: what it gains or loses comes first."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from placeplan.core.errors import PlanError
from placeplan.report.site import say, things
from placeplan.report.site.replies import Standings
from placeplan.report.words import money
from placeplan.web.publishing.forms import Signing
from placeplan.web.publishing.rights import speaker_for
from placeplan.web.publishing.signing import Moved, Signature, digests, last_run, parts_of
from placeplan.web.publishing.signing import sign as write
from placeplan.web.publishing.views.shared import not_proved, refused, today, told_to, user_of
from placeplan.web.rates.limits import limited
from placeplan.web.store.models import Draft, Place, Version

MOVED = (
    "Somebody has changed the plan since you opened this page. Nothing was signed. "
    "Look at what it says and brings now, and sign once more."
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write")
def sign(request: HttpRequest, place: str, organisation: str) -> HttpResponse:
    """What the plan brings an organisation, and what it says to that."""
    found = speaker_for(user_of(request), place, organisation)
    draft = _draft(found, request.POST.get("draft") or request.GET.get("draft") or "main")
    if request.method != "POST":
        return told_to(request, "sign", _told(draft, organisation))
    told = _told(draft, organisation)
    form = Signing(request.POST, parts=[p.id for p in told.get("parts", ())])
    lacking = not_proved(request)
    if not form.is_valid() or lacking:
        return refused(request, "sign", told, form, lacking)
    given = form.cleaned_data
    seen = found.versions.filter(
        digest=given["version"]
    ).last()  # drafts in which the same is written have the same bytes
    if seen is None:
        raise Http404
    said = Signature(organisation, given["position"], given["parts"], given["by"], given["words"])
    try:
        version = write(draft, seen, said, today(), user_of(request))
    except Moved:
        return told_to(request, "sign", _told(draft, organisation) | {"refused": [MOVED]}, HTTPStatus.CONFLICT)
    except PlanError as error:
        return refused(request, "sign", _told(draft, organisation), error)
    messages.info(request, f"It is on record, as version {version.number} of the plan.")
    return redirect("sign", found.slug, organisation)


def _draft(place: Place, name: str) -> Draft:
    """A draft of everybody's who works on the plan: only these are signed."""
    found = place.drafts.filter(name=name, organisation="", closed=False).select_related("head", "place").first()
    if found is None:
        raise Http404
    return found


def _told(draft: Draft, organisation: str) -> dict[str, Any]:
    """All that the page tells of the draft as it stands now."""
    draft.refresh_from_db()
    head: Version = draft.head
    told: dict[str, Any] = {
        "place": draft.place,
        "draft": draft,
        "organisation": organisation,
        "version": head,
        "say": say,
        "called": organisation,
    }
    try:
        told["digest"] = digests(head).plan
    except PlanError as error:
        return told | {"broken": error.problems}
    told["parts"] = parts_of(head, organisation)
    run = last_run(head)
    if run is None:
        return told
    job, f = run
    own = things.organisation(things.Drawn(f), organisation, Standings())
    asks = {i.id: s.what for i, s in own["sides"]}
    return told | {
        "job": job,
        "f": f,
        "own": own,
        "asks": asks,
        "called": own["o"].name if own["o"] else organisation,
        "money": money,
    }
