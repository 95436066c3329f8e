"""Reading what was published: pages and the API ask here, so that both say the same."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.http import Http404
from pydantic import ValidationError

from placeplan.core.errors import Problem, instead, nearest
from placeplan.plan.located import problem
from placeplan.report.site.heard import REPLIES, AllHeard
from placeplan.report.site.shelf import VERSIONS, Entry
from placeplan.stress.findings import Findings
from placeplan.web.public.publishing import read, site_of
from placeplan.web.store.models import Blob, Place


class NotHere(Http404):
    """What somebody asks for is not here; the nearest that is."""

    def __init__(self, argument: str, kind: str, name: str, known: Iterable[str]) -> None:
        every = list(known)
        near, mend = nearest(name, every), instead(name, every, f"The list of every {kind} has all of them.")
        self.problem: Problem = problem(
            argument, 0, "", "unknown-choice", f"There is no {kind} “{name}” here.", mend, near
        )
        super().__init__(self.problem.what)


def place_of(slug: str) -> Place:
    """A place; raises NotHere where there is none."""
    found = Place.objects.filter(slug=slug).first()
    if found is None:
        raise NotHere("place", "place", slug, Place.objects.values_list("slug", flat=True))
    return found


def entries_of(place: Place) -> tuple[Entry, ...]:
    """What was published of a place, the oldest first."""
    site = site_of(place)
    return site.versions if site else ()


def entry_of(place: Place, name: str) -> Entry:
    """A version that was published, by its name or its whole digest; raises NotHere where there is none."""
    every = entries_of(place)
    found = next((e for e in every if name in (e.name, e.digest)), None)
    if found is None:
        raise NotHere("version", "version", name, [e.name for e in every])
    return found


def findings_of(place: Place, entry: Entry) -> Findings:
    """Findings of a version; raises Http404 where another version of placeplan wrote them, in another form."""
    return findings_named(place, entry.name)


def findings_named(place: Place, name: str) -> Findings:
    """The same by the version's name in its address."""
    file = place.site.filter(path=f"{VERSIONS}/{name}/data/findings.json").first()
    if file is None:
        raise Http404
    try:
        return read_findings(file.blob_id)
    except ValidationError:
        raise Http404 from None


@lru_cache(maxsize=8)
def read_findings(digest: str) -> Findings:
    """Findings by the digest of their bytes, which never change; raises pydantic.ValidationError where they are of another form."""
    return Findings.model_validate_json(bytes(Blob.objects.get(digest=digest).data))


def heard_of(place: Place, entry: Entry) -> AllHeard:
    """What each organisation said to a version; raises Http404 where it was published before that was kept as data."""
    held = read(place, f"{VERSIONS}/{entry.name}/data/{REPLIES}")
    if held is None:
        raise Http404
    return AllHeard.model_validate_json(held)
