"""What is withdrawn stays and says so; what is not published is told, with why; drafts that were shown go."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fixtures import reading
from fixtures.publishing import (
    HOW,
    PUB,
    Day,
    answers,
    publishes,
    ran,
    real,
    seal_on,
)
from placeplan.web.public.publishing import site_of
from placeplan.web.publishing import hidden
from placeplan.web.publishing.models import Offer, Publication
from placeplan.web.store.models import Place, Version

pytestmark = pytest.mark.django_db


def test_a_version_is_withdrawn_and_its_address_says_so(
    offered: Offer, pat: Client, bo: Client, ana: Client, visitor: Client
) -> None:
    for client, who in ((bo, "wct"), (ana, "wh")):
        answers(client, offered, who)
    publishes(pat, offered, seal_on(pat, offered))
    site = site_of(offered.place)
    assert site is not None
    name = site.versions[0].name
    given = {"why": "The <beds> were of another year.", "by": "Director of strategy", "sure": "yes"}
    for lacking in ("why", "by", "sure"):
        assert pat.post(f"{PUB}/withdraw/{name}/", given | {lacking: ""}).status_code == 422
    assert pat.post(f"{PUB}/withdraw/{name}/", given).status_code == 302
    text = visitor.get(f"/westshire/v/{name}/index.html").content.decode()
    assert (
        "<b>Withdrawn on 27 November 2026 by Director of strategy.</b> The &lt;beds&gt; were of another year." in text
    )
    assert "The newest version was withdrawn" in visitor.get("/westshire/").content.decode()
    assert "This version was withdrawn: The &lt;beds&gt;" in visitor.get("/").content.decode()
    assert "What was withdrawn" in visitor.get("/westshire/not-published").content.decode()
    assert pat.post(f"{PUB}/withdraw/{name}/", given).status_code == 302
    assert pat.get(f"{PUB}/withdraw/0123456789ab/").status_code == 404
    publication = Publication.objects.get()
    assert publication.withdrawn_by is not None


def test_drafts_that_were_shown_go_when_something_is_published(
    version: Version, pat: Client, bo: Client, ana: Client, day: Day, visitor: Client
) -> None:
    Place.objects.update(shown_as_draft=True)
    version.place.refresh_from_db()
    from placeplan.web.jobs.worker import ended  # noqa: PLC0415

    job = ran(version, real(synthetic=True))
    ended.send(type(job), job=job)
    assert "A draft." in visitor.get("/westshire/").content.decode()
    assert pat.post(f"{PUB}/offer/{job.pk}/", HOW).status_code == 302
    offered = Offer.objects.get()
    assert "The drafts that are shown" in pat.get(f"{PUB}/offers/{offered.pk}/publish/").content.decode()
    assert publishes(pat, offered, seal_on(pat, offered)).status_code == 302, (
        "of a made-up place nobody has to be asked"
    )
    text = visitor.get("/westshire/").content.decode()
    assert "A draft." not in text
    Place.objects.update(shown_as_draft=True)
    ended.send(type(job), job=job)
    assert visitor.get("/westshire/").content.decode() == text


def test_everybody_reads_what_is_not_published_and_why_and_no_draft_is_named(
    offered: Offer, bo: Client, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Place.objects.get().drafts.create(name="secret-wards", head=offered.version)
    answers(bo, offered, "wct")
    also = hidden.Kept("Two challenges wait for an answer.", "Somebody has to look at them first.")
    monkeypatch.setattr(hidden, "ALSO", [lambda _place: [also]])
    text = visitor.get("/westshire/not-published").content.decode()
    assert (
        "with the 2 organisations that it names. They can answer until 18 December 2026. So far 1 has answered." in text
    )
    assert "People are writing at the plan." in text
    assert also.what in text
    assert "secret-wards" not in text
    assert "Westshire Hospitals" not in text
    assert visitor.get("/nowhere/not-published").status_code == 404
    assert visitor.post("/westshire/not-published").status_code == 405
    lines = re.findall(r"<(?:p|h1|h2|li)[^>]*>(.*?)</(?:p|h1|h2|li)>", text.split("<main")[1], re.DOTALL)
    said = [s for line in lines for s in reading.sentences(f"{re.sub('<.*?>', ' ', line)} ")]
    assert len(said) > 8
    assert reading.age(said) <= 11
