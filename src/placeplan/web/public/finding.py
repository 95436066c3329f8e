"""“What changes near me?” for whoever types a postcode or a place: the same answer as the list has, without a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from placeplan.report.site.build import Page, Version, draw, shared
from placeplan.report.site.finding import Answered, found
from placeplan.report.site.names import Names
from placeplan.report.site.replies import Standings
from placeplan.report.site.shelf import VERSIONS
from placeplan.stress.findings import Findings
from placeplan.web.frame import published
from placeplan.web.public.publishing import site_of
from placeplan.web.public.reading import entries_of, entry_of, findings_of, place_of
from placeplan.web.rates.limits import limited


@require_safe
@limited("search")
def find(request: HttpRequest, place: str) -> HttpResponse:
    """The way to the page of the area, where there is one; else which it can be. version: the newest where none is named."""
    here = place_of(place)
    every = entries_of(here)
    asked = request.GET.get("version") or (every[-1].name if every else "")
    entry = entry_of(here, asked)
    f = findings_of(here, entry)
    answered = found(f, request.GET.get("near", ""))
    file = Names(f).files["area", answered.areas[0].id] if len(answered.areas) == 1 else ""
    site = site_of(here)
    draft = site is not None and site.draft
    text = b"" if file else _drawn(f, answered, entry.name, draft=draft)
    answer = HttpResponseRedirect(f"{VERSIONS}/{entry.name}/{file}") if file else HttpResponse(text)
    answer["Cache-Control"] = "no-store"  # what somebody typed says where they live
    return answer


def _drawn(f: Findings, answered: Answered, version: str, *, draft: bool) -> bytes:
    names, base = Names(f), f"{VERSIONS}/{version}/"
    told = {"typed": answered.typed, "areas": answered.areas, "like": answered.like}
    page = Page("find.html", "find", "What changes near me?", (("near.html", "Near you"),), told)
    standings = Standings(draft=draft, made_up=f.synthetic)
    context = shared(Version(f, standings), f, names) | {"version": version}
    return draw(published(), page, names, {}, context, base, "./")
