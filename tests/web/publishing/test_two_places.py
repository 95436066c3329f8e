"""Two places with the same bytes share a run, and each offers, signs and shows it as its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from fixtures.publishing import HOW, as_user, person, ran, real
from placeplan.web.jobs.models import Job
from placeplan.web.jobs.queue import ask, jobs_of
from placeplan.web.public.publishing import show_draft, site_of
from placeplan.web.publishing.models import Offer
from placeplan.web.publishing.signing import last_run
from placeplan.web.slider.asking import version_of
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Place, Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(version: Version, plan: Path) -> Version:
    return bring_in("eastshire", "Eastshire", read_files(plan), "brought in")


def test_the_second_place_offers_what_the_first_had_run(version: Version, twin: Version) -> None:
    job = ran(version, real())
    assert ask("test", twin) == job
    assert Job.objects.count() == 1
    found = last_run(twin)
    assert found is not None
    assert found[0] == job
    pam = as_user(person(twin, "pam", "wc", "publisher"))
    how = HOW | {f"how.{name}": "by letter" for name in ("wct", "wh")}
    assert pam.post(f"/publishing/eastshire/offer/{job.pk}/", how).status_code == 302
    offer = Offer.objects.get()
    assert (offer.place, offer.version) == (twin.place, twin)


def test_only_where_a_plan_is_its_own(version: Version, pat: Client, plan: Path) -> None:
    other = bring_in("eastshire", "Eastshire", read_files(plan) | {"notes.md": b"Another."}, "brought in")
    job = ran(other, real())
    assert not jobs_of(version.place).exists()
    assert pat.get(f"/publishing/westshire/offer/{job.pk}/").status_code == 404


def test_a_draft_is_shown_in_each_place_that_shows_drafts(version: Version, twin: Version) -> None:
    Place.objects.update(shown_as_draft=True)
    findings = real()
    job = ran(version, findings)
    show_draft(job)
    for place in Place.objects.all():
        site = site_of(place)
        assert site is not None
        assert site.draft
        assert len(site.versions) == 1
    assert version_of(twin.place, findings) is not None
