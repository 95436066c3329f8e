"""Publishing: findings become pages that stay, as ``placeplan publish`` makes them, in the workbench's frame."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import transaction

from placeplan.report.site.build import Version
from placeplan.report.site.replies import Standings
from placeplan.report.site.shelf import LIST, VERSIONS, Published, Site, publish, refuse_other
from placeplan.stress.findings import Findings
from placeplan.web.frame import published
from placeplan.web.jobs.models import Job, State
from placeplan.web.public.models import SiteFile
from placeplan.web.store.models import Blob, Place


@transaction.atomic
def publish_findings(place: Place, findings: Findings, standings: Standings) -> Published:
    """Publish findings as one more version of a place's site; where they are published already, nothing changes.

    Raises:
        PlanError: where they are of another place or plan.
    """
    Place.objects.select_for_update().get(pk=place.pk)
    site = site_of(place)
    refuse_other(site, findings, standings.draft, renamed=False)
    made = publish(site, Version(findings, standings, published()), _held(place, site))
    _write(place, made.files)
    return made


def show_draft(job: Job, **_sent: object) -> None:
    """Show what a test found, marked as a draft, where the place is one of a workbench on one machine."""
    if job.kind == "test" and job.state == State.DONE and job.version.place.shown_as_draft:
        held = job.files.select_related("blob").get(path="findings.json")
        findings = Findings.model_validate_json(bytes(held.blob.data))
        publish_findings(job.version.place, findings, Standings(draft=True, made_up=findings.synthetic))


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


def _write(place: Place, files: Mapping[str, bytes]) -> None:
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    every = {digests[path]: data for path, data in files.items()}
    Blob.objects.bulk_create([Blob(digest=d, data=data) for d, data in every.items()], ignore_conflicts=True)
    SiteFile.objects.bulk_create(
        [SiteFile(place=place, path=path, blob_id=d) for path, d in digests.items()],
        update_conflicts=True, unique_fields=["place", "path"], update_fields=["blob"],
    )  # fmt: skip
