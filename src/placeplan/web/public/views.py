"""Public pages: the list of places, and every page of a place's site as it was published."""

from __future__ import annotations

import gzip
import mimetypes
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from placeplan.report.site.shelf import VERSIONS
from placeplan.report.words import day
from placeplan.web.jobs.models import ENDED, State
from placeplan.web.jobs.queue import jobs_of
from placeplan.web.public.models import SiteFile
from placeplan.web.public.publishing import site_of
from placeplan.web.store.models import Place

STAYS: Final = "public, max-age=31536000, immutable"
"""What browsers are told of data of a version, which never change."""
AGAIN: Final = "no-cache"
"""And of pages: ask whether they are still the same."""
TEXT: Final = ("text/", "application/json")


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Every place, with the sentence of its newest published version."""
    told = [{"place": p, "site": site_of(p)} for p in Place.objects.order_by("name")]
    return render(request, "web/places.html.j2", {"places": told, "day": day})


@require_safe
def page(request: HttpRequest, place: str, path: str = "index.html") -> HttpResponse:
    """A file of a place's site; where nothing is published yet, how far its first run is."""
    found = get_object_or_404(Place, slug=place)
    file = SiteFile.objects.filter(place=found, path=path).select_related("blob").first()
    if file is None:
        if path == "index.html":
            return _not_yet(request, found)
        raise Http404
    if request.headers.get("HX-Request"):  # a page that said “not yet” looks again
        return HttpResponseClientRefresh()
    return _answered(request, file)


LEAST: Final = 1_000
"""Bytes from which on a text is packed."""


def _answered(request: HttpRequest, file: SiteFile) -> HttpResponse:
    kind = mimetypes.guess_type(file.path)[0] or "application/octet-stream"
    packed = kind.startswith(TEXT) and "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{file.blob_id}{"-gzip" if packed else ""}"'
    # A page of a version changes once at most: where the version is withdrawn, it says so.
    stays = file.path.startswith(f"{VERSIONS}/") and not file.path.endswith(".html")
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        data = bytes(file.blob.data)
        answer = HttpResponse(content_type=f"{kind}; charset=utf-8" if kind.startswith(TEXT) else kind)
        if packed and len(data) >= LEAST:
            answer["Content-Encoding"] = "gzip"
            data = gzip.compress(data, 5, mtime=0)
        answer.content = data
    answer["ETag"] = tag
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = STAYS if stays else AGAIN
    return answer


def _not_yet(request: HttpRequest, place: Place) -> HttpResponse:
    """The page of a place of which nothing is published: whether its plan is being run."""
    job = jobs_of(place).filter(kind="test").order_by("-made").first()
    to_come = place.shown_as_draft and job is not None and job.state == State.DONE  # its pages are being drawn
    under_way = to_come or (job is not None and job.state not in ENDED)
    return render(request, "web/not_yet.html.j2", {"place": place, "job": job, "under_way": under_way})
