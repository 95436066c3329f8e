"""What of a place is under way, publishing it, withdrawing it; and, for everybody, what is not published and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from placeplan.core.errors import PlanError
from placeplan.report.site.replies import written
from placeplan.report.words import day
from placeplan.web.jobs.models import Job, JobFile
from placeplan.web.public.publishing import site_of
from placeplan.web.publishing import making_public, replying
from placeplan.web.publishing.forms import Publishing, Withdrawing
from placeplan.web.publishing.hidden import kept_back
from placeplan.web.publishing.models import Offer
from placeplan.web.publishing.rights import may_publish, publisher_for, spoken_for
from placeplan.web.publishing.views.offers import runs_of
from placeplan.web.publishing.views.shared import not_proved, offer_of, refused, today, told_to, user_of
from placeplan.web.rates.limits import limited
from placeplan.web.store.called import organisations_of
from placeplan.web.store.models import Place
from placeplan.web.workbench.rights import place_for, signs_here
from placeplan.web.workbench.uploads import as_zip


@login_required
@require_safe
def overview(request: HttpRequest, place: str) -> HttpResponse:
    """What waits for whom, and what has happened."""
    found = place_for(user_of(request), place)
    return told_to(request, "overview", told_of(request, found))


def told_of(request: HttpRequest, place: Place) -> dict[str, Any]:
    """All that the overview tells."""
    user, made = (
        user_of(request),
        Offer.objects.filter(place=place, state=Offer.State.OPEN).select_related("version").first(),
    )
    answered = {a.organisation: a for a in made.answers.all()} if made else {}
    site, publishes, runs = site_of(place), may_publish(user, place), runs_of(place)
    return {
        "place": place, "offer": made, "shown": list(made.shown.all()) if made else [], "answered": answered, "own": spoken_for(user, place), "here": signs_here(place), "publishes": publishes,
        "drafts": place.drafts.filter(organisation="", closed=False), "runs": _to_offer(runs) if publishes and not made else [], "ran": bool(runs), "site": site if site and not site.draft else None,
        "history": Offer.objects.filter(place=place).select_related("offered_by", "ended_by", "version", "publication", "publication__withdrawn_by"), "today": today(), "day": day, "called": organisations_of(place),
    }  # fmt: skip


def _to_offer(runs: list[Job]) -> list[Job]:
    """Runs that can be offered: of those of the same version and kind the last, and none that is published."""
    out = Offer.objects.filter(state=Offer.State.PUBLISHED).values("findings")
    done = set(
        JobFile.objects.filter(job__in=runs, path="findings.json", blob__in=out).values_list("job_id", flat=True)
    )
    told = {(j.version.digest, j.called): j for j in reversed(runs) if j.pk not in done}
    return list(reversed(told.values()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write")
def publish(request: HttpRequest, place: str, offer: int) -> HttpResponse:
    """Publish an offer: first what stands on it, who has answered and who has not, and that nobody can undo it."""
    found = publisher_for(user_of(request), place)
    made = offer_of(found, offer)
    if made.state != Offer.State.OPEN:
        messages.info(request, f"This version was {made.get_state_display()} already.")
        return redirect("publishing", place)
    told = _to_publish(made)
    if request.method != "POST":
        return told_to(request, "publish", told)
    form = Publishing(request.POST)
    lacking = not_proved(request)
    if not form.is_valid() or lacking:
        return refused(request, "publish", told, form, lacking)
    given = form.cleaned_data
    try:
        done = making_public.publish_offer(made, given["by"], given["seen"], today(), user_of(request))
    except PlanError as error:
        return refused(request, "publish", _to_publish(made), error)
    messages.info(request, f"It is published. Its address stays: v/{done.name}/.")
    return redirect("publishing", place)


def _to_publish(made: Offer) -> dict[str, Any]:
    f = replying.findings_of(made)
    replies = replying.replies_of(made, f.digest)
    waits = today() <= made.until and not f.synthetic
    site = site_of(made.place)
    return {
        "place": made.place, "offer": made, "f": f, "replies": replies, "seal": replying.seal(made, replies), "day": day, "ends_drafts": bool(site and site.draft),
        "named": {s.organisation: s for s in made.shown.all()}, "waits": [r for r in replies if waits and not r.answered],
    }  # fmt: skip


@login_required
@require_safe
@limited("download")
def report(request: HttpRequest, place: str, offer: int) -> HttpResponse:
    """The report and the file of replies, for who publishes the same by the command line."""
    found = publisher_for(user_of(request), place)
    made = offer_of(found, offer)
    replies = replying.replies_of(made, replying.findings_of(made).digest)
    files = {"report/findings.json": bytes(made.findings.data), "replies.yaml": written(replies).encode()}
    answer = HttpResponse(as_zip(files, place), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{place}-to-publish.zip"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write")
def withdraw(request: HttpRequest, place: str, version: str) -> HttpResponse:
    """Withdraw a version: first that nobody can undo it."""
    found = publisher_for(user_of(request), place)
    site = site_of(found)
    shown = site.versions if site and not site.draft else ()
    entry = next((e for e in shown if e.name == version), None)
    if entry is None:
        raise Http404
    if entry.withdrawn is not None:
        messages.info(request, "This version is withdrawn already.")
        return redirect("publishing", place)
    told = {"place": found, "entry": entry, "number": 1 + shown.index(entry), "day": day}
    if request.method != "POST":
        return told_to(request, "withdraw", told)
    form = Withdrawing(request.POST)
    lacking = not_proved(request)
    if not form.is_valid() or lacking:
        return refused(request, "withdraw", told, form, lacking)
    try:
        making_public.withdraw_version(
            found, version, form.cleaned_data["by"], form.cleaned_data["why"], today(), user_of(request)
        )
    except PlanError as error:
        return refused(request, "withdraw", told, error)
    messages.info(request, "It is withdrawn. Its address stays, and each of its pages says so.")
    return redirect("publishing", place)


@require_safe
def not_published(request: HttpRequest, place: str) -> HttpResponse:
    """For everybody: what there is of a place and is not public yet, and why."""
    found = get_object_or_404(Place, slug=place)
    site = site_of(found)
    shown = site if site and not site.draft else None
    told = {
        "place": found,
        "kept": kept_back(found),
        "gone": [(n, e) for n, e in enumerate(shown.versions, 1) if e.withdrawn] if shown else [],
        "day": day,
    }
    return render(request, "web/publishing/not_published.html.j2", told)
