"""Publishing: findings become pages that stay, as ``placeplan publish`` makes them, in the workbench's frame."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from placeplan.report.site.build import Version
from placeplan.report.site.replies import Standings
from placeplan.report.site.shelf import LIST, VERSIONS, Act, Published, Site, publish, refuse_other
from placeplan.stress.findings import Findings
from placeplan.web.frame import published
from placeplan.web.jobs.models import Job, State
from placeplan.web.public.models import SiteFile
from placeplan.web.store.models import Blob, Place


@dataclass(frozen=True)
class Ready:
    """A version with its pages drawn, for a site that is as it was then."""

    before: str
    """Digest of the list of what was published; blank: nothing was."""
    made: Published
    instead: bool
    """Whether it stands in place of drafts that were shown."""


def publish_findings(place: Place, findings: Findings, standings: Standings, act: Act | None = None) -> Published:
    """Publish findings as one more version of a place's site; where they are published already, nothing changes.

    Raises:
        PlanError: where they are of another place or plan.
    """
    while True:
        ready = prepare(place, findings, standings, act)
        with transaction.atomic():
            if put(place, ready):
                return ready.made


def prepare(place: Place, findings: Findings, standings: Standings, act: Act | None = None) -> Ready:
    """Draw the pages of one version more; nothing is written. Drafts that were shown count as nothing that is published.

    Raises:
        PlanError: where they are of another place or plan, or this very version was withdrawn.
    """
    before, site = _listed(place), site_of(place)
    instead = site is not None and site.draft and not standings.draft
    stands = None if instead else site
    refuse_other(stands, findings, standings.draft, renamed=False)
    made = publish(stands, Version(findings, standings, published()), _held(place, stands), act)
    return Ready(before, made, instead)


def put(place: Place, ready: Ready) -> bool:
    """Write pages that were drawn, within a transaction; whether the site was still as it was then."""
    held = Place.objects.select_for_update().get(pk=place.pk)
    if _listed(place) != ready.before:
        return False
    if ready.instead:
        place.site.all().delete()
        held.shown_as_draft = False
        held.save(update_fields=["shown_as_draft"])
    replaced(place, ready.made.files)
    return True


def _listed(place: Place) -> str:
    """Digest of the list of what was published."""
    return place.site.filter(path=LIST).values_list("blob_id", flat=True).first() or ""


def show_draft(job: Job, **_sent: object) -> None:
    """Show what a test found, marked as a draft, where the place is one of a workbench on one machine."""
    if job.kind != "test" or job.state != State.DONE:
        return
    for place in Place.objects.filter(shown_as_draft=True, versions__digest=job.version.digest).distinct():
        site = site_of(place)
        if site is None or site.draft:  # what is published is not mixed with drafts
            held = job.files.select_related("blob").get(path="findings.json")
            findings = Findings.model_validate_json(bytes(held.blob.data))
            publish_findings(place, findings, Standings(draft=True, made_up=findings.synthetic))


def site_of(place: Place) -> Site | None:
    """What was published of a place; None: nothing."""
    held = read(place, LIST)
    return Site.model_validate_json(held) if held is not None else None


def read(place: Place, path: str) -> bytes | None:
    """A file of a place's site."""
    file = place.site.filter(path=path).select_related("blob").first()
    return bytes(file.blob.data) if file else None


def _held(place: Place, site: Site | None) -> dict[str, bytes]:
    """Findings of each version that is published, by its name."""
    paths = {f"{VERSIONS}/{e.name}/data/findings.json": e.name for e in site.versions} if site else {}
    files = place.site.filter(path__in=paths).select_related("blob")
    return {paths[f.path]: bytes(f.blob.data) for f in files}


def replaced(place: Place, files: Mapping[str, bytes]) -> None:
    """Write files of a place's site, within a transaction: new ones, and those that are written anew."""
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    every = {digests[path]: data for path, data in files.items()}
    Blob.objects.bulk_create([Blob(digest=d, data=data) for d, data in every.items()], ignore_conflicts=True)
    SiteFile.objects.bulk_create(
        [SiteFile(place=place, path=path, blob_id=d) for path, d in digests.items()],
        update_conflicts=True, unique_fields=["place", "path"], update_fields=["blob"],
    )  # fmt: skip
