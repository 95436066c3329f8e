"""Operations on what is published: places, versions of their plans, parts, outcomes, findings, replies of organisations."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query
from pydantic import Field, create_model
from pydantic_core import to_json

from placeplan.core.records import Record
from placeplan.report.pack.package import described
from placeplan.report.site.shelf import VERSIONS, Entry
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import AreaResult, InitiativeResult, OrganisationResult
from placeplan.stress.results.ground import Assumed
from placeplan.stress.results.promises import PromiseResult
from placeplan.stress.results.tests import StressFinding
from placeplan.web.api.answers import WITHDRAWN
from placeplan.web.api.api import Limit, Offset, V, page, reads
from placeplan.web.api.figures import About, Figure, figures_of
from placeplan.web.api.records import (
    Page,
    PlaceGiven,
    RepliesGiven,
    Run,
    Source,
    Start,
    VersionGiven,
    VersionPage,
    VersionWhole,
    WithdrawnGiven,
)
from placeplan.web.public.publishing import site_of
from placeplan.web.public.reading import NotHere, entries_of, entry_of, findings_of, heard_of, place_of
from placeplan.web.store.models import Place

PARTS: Final[dict[str, tuple[type[Record], Callable[[Findings], Sequence[Any]], str, str]]] = {
    "promises": (PromiseResult, lambda f: f.promises, "id", "Promises, in the order of the grid"),
    "initiatives": (InitiativeResult, lambda f: f.initiatives, "id", "Initiatives in the plan's words"),
    "organisations": (OrganisationResult, lambda f: f.organisations, "id", "Organisations by year"),
    "areas": (AreaResult, lambda f: f.areas, "id", "Areas, and what changes for their people"),
    "assumptions": (Assumed, lambda f: f.assumed, "id", "What was assumed, with its source"),
    "findings": (StressFinding, lambda f: f.tests, "test", "What each stress test found"),
}
"""Parts of a version that are lists of records: what they are, where they stand, their id, and what to call them."""
WHOLE: Final = "findings.json"
STANDS: Final = "When, by whom and why the version was withdrawn; null: it stands."


def href(name: str, *given: object) -> str:
    """Address of an operation."""
    return reverse(f"api-{V}:{name}", args=given)


@reads("/", Start, "start")
def start(request: HttpRequest) -> Start:
    """Where to begin."""
    return Start(api=V, places=href("places"), openapi=href("openapi-json"))


@reads("/places", Page[PlaceGiven], "places")
def places(request: HttpRequest, limit: Limit = 50, offset: Offset = 0) -> Page[PlaceGiven]:
    """Every place, by its name."""
    every = Place.objects.order_by("name", "pk")
    found = [_place(p) for p in every[offset : offset + limit]]
    return page(request, found, limit, offset, every.count())


@reads("/places/{slug:place}", PlaceGiven, "places")
def place(request: HttpRequest, place: str) -> PlaceGiven:
    """A place."""
    return _place(place_of(place))


def _place(found: Place) -> PlaceGiven:
    site = site_of(found)
    newest = site.versions[-1] if site and site.versions else None
    return PlaceGiven(
        id=found.slug, name=found.name, versions=len(site.versions) if site else 0, newest=newest.name if newest else None,
        sentence=newest.sentence if newest else None, withdrawn=newest.withdrawn.why if newest and newest.withdrawn else None, draft=bool(site and site.draft), href=href("place", found.slug),
        page=reverse("place", args=[found.slug]),
    )  # fmt: skip


@reads("/places/{slug:place}/versions", Page[VersionGiven], "plans")
def versions(request: HttpRequest, place: str, limit: Limit = 50, offset: Offset = 0) -> Page[VersionGiven]:
    """Versions of a place's plan that were published, the oldest first."""
    found = place_of(place)
    every = entries_of(found)
    return page(request, [VersionGiven(**_version(found, e, every)) for e in every], limit, offset)


def _version(found: Place, entry: Entry, every: Sequence[Entry]) -> dict[str, Any]:
    return {
        "id": entry.name, "number": every.index(entry) + 1, "digest": entry.digest, "plan": entry.plan, "plan_digest": entry.plan_digest,
        "sentence": entry.sentence, "futures": entry.futures, "data_date": entry.data_date, "newest": entry == every[-1],
        "published": entry.published, "assured_by": entry.assured_by, "withdrawn": _withdrawn(entry),
        "href": href("version", found.slug, entry.name), "page": reverse("page", args=[found.slug, f"{VERSIONS}/{entry.name}/index.html"]),
    }  # fmt: skip


def _withdrawn(entry: Entry) -> WithdrawnGiven | None:
    w = entry.withdrawn
    return WithdrawnGiven(day=w.day, by=w.by, why=w.why) if w is not None else None


@reads("/places/{slug:place}/versions/{slug:version}", VersionWhole, "plans")
def version(request: HttpRequest, place: str, version: str) -> VersionWhole:
    """A published plan: its verdict, how it was run, and its parts."""
    found, entry, f = _found(place, version)
    parts = {name: href(name, place, entry.name) for name in (*PARTS, "outcomes", "replies")}
    return VersionWhole(
        **_version(found, entry, entries_of(found)), verdict=f.verdict, place=f.place, synthetic=f.synthetic, start=f.start, years=f.years,
        run=Run(placeplan=f.placeplan, futures=f.futures, seed=f.seed, assumption_set=f.assumption_set, command=described(f, (), {})["run"]["command"]),
        sources=tuple(Source(title=title, licence=licence) for title, licence in f.sources),
        counts={name: len(rows(f)) for name, (_, rows, _, _) in PARTS.items()} | {"outcomes": len(figures_of(f))},
        parts=parts | {WHOLE: href("document", place, entry.name)},
    )  # fmt: skip


def _found(place: str, version: str) -> tuple[Place, Entry, Findings]:
    found = place_of(place)
    entry = entry_of(found, version)
    return found, entry, findings_of(found, entry)


@reads("/places/{slug:place}/versions/{slug:version}/findings.json", Findings, "findings")
def document(request: HttpRequest, place: str, version: str) -> HttpResponse:
    """All that was found, as one document: the file that placeplan test writes. Where the version was withdrawn, the header Withdrawn says the day."""
    _, entry, found = _found(place, version)
    answer = HttpResponse(to_json(found, inf_nan_mode="null"), content_type="application/json")
    if entry.withdrawn is not None:
        answer[WITHDRAWN] = entry.withdrawn.day
    return answer


@reads("/places/{slug:place}/versions/{slug:version}/outcomes", VersionPage[Figure], "outcomes")
def outcomes(
    request: HttpRequest, place: str, version: str,
    about: Annotated[About | None, Query(description="What they are of.")] = None,
    element: Annotated[str | None, Query(max_length=100, description="Id of the promise, picture, initiative, step or shock.")] = None,
    organisation: Annotated[str | None, Query(max_length=100, description="Id of the organisation.")] = None,
    period: Annotated[str | None, Query(max_length=20, description="Financial year or month.")] = None,
    limit: Limit = 50, offset: Offset = 0,
) -> VersionPage[Figure]:  # fmt: skip
    """Figures, each with its unit and its source."""
    asked = {"about": about, "element": element, "organisation": organisation, "period": period}
    wanted = {name: value for name, value in asked.items() if value is not None}
    _, entry, found = _found(place, version)
    figures = [x for x in figures_of(found) if all(getattr(x, n) == v for n, v in wanted.items())]
    return _stretch(entry, page(request, figures, limit, offset))


def _stretch(entry: Entry, found: Page[Any]) -> VersionPage[Any]:
    """A stretch of a part, with whether its version stands."""
    return VersionPage(**dict(found), withdrawn=_withdrawn(entry))


@reads("/places/{slug:place}/versions/{slug:version}/replies", RepliesGiven, "replies")
def replies(request: HttpRequest, place: str, version: str) -> RepliesGiven:
    """What each organisation said to a version before it was published."""
    found = place_of(place)
    entry = entry_of(found, version)
    return RepliesGiven(**dict(heard_of(found, entry)), withdrawn=_withdrawn(entry))


def _part(name: str) -> None:
    """The list of a part, and one of it by its id."""
    record, rows, key, words = PARTS[name]
    one = name.removesuffix("s")
    told = create_model(
        f"{record.__name__}Given",
        __base__=record,
        __doc__=record.__doc__,
        withdrawn=(WithdrawnGiven | None, Field(description=STANDS)),
    )

    def listed(request: HttpRequest, place: str, version: str, limit: Limit = 50, offset: Offset = 0) -> Any:
        _, entry, found = _found(place, version)
        return _stretch(entry, page(request, rows(found), limit, offset))

    def single(request: HttpRequest, place: str, version: str, id: str) -> Any:  # noqa: A002 – its name in the address
        _, entry, found = _found(place, version)
        every = {getattr(row, key): row for row in rows(found)}
        if id not in every:
            raise NotHere("id", one, id[:100], every)
        return told(**dict(every[id]), withdrawn=_withdrawn(entry))

    listed.__name__, listed.__doc__ = name, f"{words}."
    single.__name__, single.__doc__ = one, f"One of a version's {name}, by its id."
    tag = "findings" if name == "findings" else "plans"
    under = f"/places/{{slug:place}}/versions/{{slug:version}}/{name}"
    reads(under, VersionPage[record], tag)(listed)  # type: ignore[valid-type]  # a class that is known only here
    reads(f"{under}/{{id}}", told, tag)(single)


for each in PARTS:
    _part(each)
