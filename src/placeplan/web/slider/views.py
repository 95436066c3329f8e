"""The page on which an assumption is set by hand: whole without a script, in place with one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from placeplan.report.site.build import Page, draw, shared
from placeplan.report.site.build import Version as Published
from placeplan.report.site.links import Links
from placeplan.report.site.names import Names
from placeplan.report.site.replies import Standings
from placeplan.report.site.shelf import VERSIONS, Site, Withdrawal
from placeplan.report.where import ALONE
from placeplan.stress.findings import Findings
from placeplan.stress.results.promises import PromiseResult
from placeplan.stress.sliding.answer import Answer
from placeplan.stress.sliding.offered import Slider, hinges
from placeplan.stress.sliding.ready import QUICK
from placeplan.web.frame import published
from placeplan.web.public.publishing import site_of
from placeplan.web.public.reading import findings_named
from placeplan.web.rates.limits import address_of, network, wait, whoever
from placeplan.web.slider.asking import ask, values_of, version_of
from placeplan.web.store.folders import folder_of
from placeplan.web.store.models import Place

MOST_FUTURES: Final = 1000
"""Futures that are held ready, at most: those of the run, where it has fewer."""
STATUS: Final = {"busy": 503, "off": 503, "failed": 503, "too many": 429, "refused": 400, "preparing": 202}


@require_safe
def newest(request: HttpRequest, place: str) -> HttpResponse:
    """The way to the newest version's page."""
    site = site_of(get_object_or_404(Place, slug=place))
    if site is None or not site.versions:
        raise Http404
    there = redirect("what-if-version", place, site.versions[-1].name)
    there["Location"] += f"?{request.GET.urlencode()}" if request.GET else ""
    return there


@require_safe
def what_if(request: HttpRequest, place: str, version: str) -> HttpResponse:
    """What becomes of a published version's promises with some assumptions set; the address keeps what is set."""
    found = get_object_or_404(Place, slug=place)
    findings = findings_named(found, version)
    values, problems = values_of([(name, str(text)) for name, text in request.GET.items()])
    told: dict[str, Any] = {"state": "refused", "problems": [p.as_dict() for p in problems]}
    if wait("slider", whoever(request)):
        told = {"state": "too many"}
    elif not problems:
        told = _asked(request, found, findings, values)
    by_script = "HX-Request" in request.headers
    part = request.headers.get("HX-Target") == "said"
    text = drawn(found, findings, version, told, values, request.get_full_path(), part)
    answer = HttpResponse(text, status=200 if by_script else STATUS.get(told["state"], 200))
    answer["Cache-Control"] = "no-store"
    if by_script:
        answer["HX-Replace-Url"] = f"?{urlencode(values)}" if values else request.path
    return answer


def _asked(request: HttpRequest, place: Place, findings: Findings, values: dict[str, float]) -> dict[str, Any]:
    """What the keeper says of a plan with these values."""
    version = version_of(place, findings)
    if version is None:
        return {"state": "not here"}
    plan = {
        "plan": str(folder_of(version, Path(settings.ASKED.folder) / "versions")), "assumption_set": findings.assumption_set,
        "seed": findings.seed, "futures": min(findings.futures, MOST_FUTURES), "wanted": list(hinges(findings)),
    }  # fmt: skip
    return ask(Path(settings.ASKED.folder), plan, values, QUICK, network(address_of(request)))


def drawn(
    place: Place, findings: Findings, version: str, told: dict[str, Any], values: dict[str, float], here: str, part: bool
) -> bytes:  # fmt: skip
    """The page, or the part of it that an answer changes, in the frame of the version's own pages."""
    site = site_of(place)
    answer = Answer.model_validate(told["answer"]) if "answer" in told else None
    f = laid(findings, answer) if answer else findings
    names = Names(f)
    standings = Standings(draft=bool(site and site.draft), made_up=f.synthetic)
    page = Page(
        "what-if.html", "what_if_answer" if part else "what_if", "What if it comes out otherwise?",
        told={
            "state": told["state"], "withdrawn": _withdrawn(site, version), "answer": answer, "problems": told.get("problems", ()), "here": here, "values": values,
            "sliders": [Slider.model_validate(s) for s in told.get("sliders", ())], "counted": counted(f, answer), "own": findings,
            "beside": Beside(names, f"../../{VERSIONS}/{version}/", "what-if.html", {}),
        },
    )  # fmt: skip
    context = shared(Published(findings, standings), f, names) | {"version": version}
    return draw(published(), page, names, {}, context, f"../../{VERSIONS}/{version}/", "../../")


def _withdrawn(site: Site | None, version: str) -> Withdrawal | None:
    """When, by whom and why a version was withdrawn; None where it was not."""
    return next((e.withdrawn for e in site.versions if e.name == version), None) if site else None


class Beside(Links):
    """Where links of an answer lead: to the version's pages, but its tables stand in their addresses, as no file has them."""

    def csv(self, name: str, rows: Iterable[Sequence[object]], columns: Sequence[str]) -> str:
        """Address of a table."""
        return ALONE.csv(name, rows, columns)


def laid(findings: Findings, answer: Answer) -> Findings:
    """Findings with the promises of an answer in place of their own, as the grid draws them."""
    by_id = {p.id: p for p in answer.promises}

    def row(promise: PromiseResult) -> PromiseResult:
        now = by_id.get(promise.id)
        if now is None:
            return promise
        whole = now.whole.model_dump(exclude={"p"}) | {"P": now.whole.p} if now.whole else {}
        return promise.model_copy(update={"by_year": now.by_year, "room": "", **whole})

    rows = tuple(row(p) for p in findings.promises)
    none = {
        "fans": (),
        "bridge": (),
        "claims": (),
        "scenarios": (),
        "first_break": None,
        "all_hard_P": None,
    }  # not shown here
    return findings.model_copy(update={"promises": rows, "futures": answer.futures, **none})


def counted(findings: Findings, answer: Answer | None) -> list[dict[str, Any]]:
    """Promises that move by more than chance could, what moves most first: in how many futures each is kept."""
    if answer is None:
        return []
    names = {p.id: f"{p.name}, {p.organisation_name}" for p in findings.promises}
    some = [(p, p.share) for p in answer.promises if p.share is not None and p.share.moves]
    some.sort(key=lambda one: (-abs(one[1].change), one[0].id))
    return [
        {"name": names[p.id], "share": s, "low": round(100 * s.low), "high": round(100 * s.high)}
        for p, s in some
        if p.id in names
    ]
