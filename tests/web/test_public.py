"""Public pages: the same as a published site has, whole without scripts, and in words where there is nothing yet."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client

from fixtures.published_place import made_up
from fixtures.sample_findings import westshire
from placeplan.core.errors import PlanError
from placeplan.report.site.replies import Standings
from placeplan.web import health
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.jobs.queue import ask
from placeplan.web.jobs.worker import ended
from placeplan.web.public.publishing import publish_findings, site_of
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Blob, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    """Somebody without an account, who sees a page of words where something fails."""
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture
def place() -> Place:
    return Place.objects.create(slug="westshire", name="Westshire")


@pytest.fixture
def published(place: Place) -> Place:
    made_up(place, westshire())
    return place


def test_a_place_shows_its_verdict(published: Place, visitor: Client) -> None:
    answer = visitor.get("/westshire/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert westshire().sentence.split(":")[1].strip()[:40] in text
    assert "<script" not in text


def test_every_page_and_file_of_the_site_is_there(published: Place, visitor: Client) -> None:
    paths = list(published.site.values_list("path", flat=True))
    assert len(paths) > 40
    for path in paths:
        assert visitor.get(f"/westshire/{path}").status_code == 200, path


def test_a_page_that_stays_says_so_and_one_that_may_change_asks_again(published: Place, visitor: Client) -> None:
    site = site_of(published)
    assert site is not None
    own = f"/westshire/v/{site.versions[0].name}"
    newest, stays = visitor.get("/westshire/"), visitor.get(f"{own}/data/findings.json")
    assert "immutable" in stays["Cache-Control"]
    assert visitor.get(f"{own}/index.html")["Cache-Control"] == "no-cache", "it may be withdrawn, and then says so"
    assert newest["Cache-Control"] == "no-cache"
    packed = visitor.get("/westshire/", headers={"accept-encoding": "gzip, br"})
    assert gzip.decompress(packed.content) == newest.content
    assert len(packed.content) < len(newest.content) / 3
    assert packed["ETag"] != newest["ETag"]
    again = visitor.get("/westshire/", headers={"if-none-match": newest["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_publishing_the_same_again_changes_nothing(published: Place) -> None:
    before = list(published.site.values_list("path", "blob_id"))
    publish_findings(published, westshire(), Standings(made_up=True))
    assert list(published.site.values_list("path", "blob_id")) == before


def test_an_older_version_stays_as_it_was(published: Place) -> None:
    before = dict(published.site.filter(path__startswith="v/").values_list("path", "blob_id"))
    publish_findings(published, westshire(all_hard_P=0.42), Standings(made_up=True))
    after = dict(published.site.filter(path__startswith="v/").values_list("path", "blob_id"))
    assert before.items() < after.items()
    site = site_of(published)
    assert site is not None
    assert len(site.versions) == 2


def test_findings_of_another_place_are_refused(published: Place) -> None:
    with pytest.raises(PlanError):
        publish_findings(published, westshire(place="Eastshire"), Standings(made_up=True))


def test_all_places_are_listed_with_their_sentence(published: Place, visitor: Client) -> None:
    Place.objects.create(slug="moor", name="Moor")
    text = visitor.get("/").content.decode()
    assert westshire().sentence[:30] in text
    assert "Nothing is published yet" in text


def test_what_is_not_there_is_told_in_words(published: Place, visitor: Client) -> None:
    for path in ("/nowhere/", "/westshire/no/such.html", "/westshire/../settings.py", "/westshire/%00", "/x" * 2000):
        answer = visitor.get(path)
        assert answer.status_code == 404, path
        assert "There is no such page" in answer.content.decode()


def test_nothing_is_changed_by_looking(published: Place, visitor: Client) -> None:
    for method in (visitor.post, visitor.put, visitor.delete, visitor.patch):
        assert method("/westshire/").status_code == 405


def test_a_plan_under_way_says_how_far_it_is(plan: Path, visitor: Client) -> None:
    version = bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")
    ask("test", version)
    assert "waits its turn" in visitor.get("/mill-vale/").content.decode()
    Job.objects.update(state=State.RUNNING, done=40, total=200, doing="running futures")
    assert "40 of 200 done: running futures" in visitor.get("/mill-vale/").content.decode()
    Job.objects.update(state=State.REFUSED, problems=[{"file": "areas.csv", "row": 3, "what": "No <b>such</b> area.", "mend": "Mend it."}])  # fmt: skip
    text = visitor.get("/mill-vale/").content.decode()
    assert "areas.csv, line 3" in text
    assert "No &lt;b&gt;such&lt;/b&gt; area." in text


@pytest.mark.parametrize("shown", [True, False])
def test_what_a_run_finds_is_shown_as_a_draft_only_where_that_was_asked(
    plan: Path, visitor: Client, shown: bool
) -> None:
    version = bring_in("westshire", "Westshire", read_files(plan), "brought in")
    Place.objects.update(shown_as_draft=shown)
    version.place.refresh_from_db()
    job = ask("test", version)
    Job.objects.update(state=State.DONE)
    job.refresh_from_db()
    blob = Blob.objects.create(digest="f" * 64, data=westshire().model_dump_json().encode())
    JobFile.objects.create(job=job, path="findings.json", blob=blob)
    ended.send(Job, job=job)
    text = visitor.get("/westshire/").content.decode()
    assert ("A draft." in text) == shown


def test_a_page_that_said_not_yet_is_loaded_anew_once_there_is_an_answer(plan: Path, visitor: Client) -> None:
    place = bring_in("westshire", "Westshire", read_files(plan), "brought in").place
    assert "HX-Refresh" not in visitor.get("/westshire/", headers={"hx-request": "true"})
    publish_findings(place, westshire(), Standings(made_up=True))
    assert visitor.get("/westshire/", headers={"hx-request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize("state", [State.QUEUED, State.DONE])
def test_a_page_goes_on_asking_until_what_a_run_found_is_drawn(plan: Path, visitor: Client, state: State) -> None:
    """A run has ended before its pages are there: whoever asks in between would else never hear of them."""
    version = bring_in("westshire", "Westshire", read_files(plan), "brought in")
    Place.objects.update(shown_as_draft=True)
    ask("test", version)
    Job.objects.update(state=state)
    assert "hx-trigger" in visitor.get("/westshire/").content.decode()


def test_a_postcode_or_place_leads_to_its_area_without_a_script(published: Place, visitor: Client) -> None:
    version = site_of(published).versions[-1].name
    for typed in ("ZZ2", "zz2 4ab", "Ash Mill"):
        answer = visitor.get("/westshire/find", {"near": typed})
        assert answer["Location"] == f"v/{version}/areas/ash.html"
        assert answer["Cache-Control"] == "no-store"
        assert visitor.get(f"/westshire/{answer['Location']}").status_code == 200
    for page in ("", f"v/{version}/near.html"):
        assert 'name="near"' in visitor.get(f"/westshire/{page}").content.decode()


def test_what_is_no_place_is_answered_in_words(published: Place, visitor: Client) -> None:
    near = visitor.get("/westshire/find", {"near": "Ash Mil"}).content.decode()
    assert "We do not know “Ash Mil”" in near
    assert "near=Ash+Mill" in near
    hostile = visitor.get("/westshire/find", {"near": "<script>alert(1)</script>" * 1000})
    assert hostile.status_code == 200
    assert "<script>" not in hostile.content.decode()
    assert visitor.get("/westshire/find").status_code == 200
    assert visitor.get("/westshire/find", {"near": "ZZ2", "version": "gone"}).status_code == 404
    assert visitor.get("/nowhere/find", {"near": "ZZ2"}).status_code == 404
    assert visitor.post("/westshire/find", {"near": "ZZ2"}).status_code == 405


def test_nothing_is_found_where_nothing_is_published(place: Place, visitor: Client) -> None:
    assert visitor.get("/westshire/find", {"near": "ZZ2"}).status_code == 404


def test_health_is_told_without_an_account(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.get("/health/").json()["well"] is True

    class Gone:
        def cursor(self) -> None:
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Gone())
    answer = visitor.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["well"] is False


def test_figures_are_in_the_form_that_watchers_read(published: Place, visitor: Client) -> None:
    lines = visitor.get("/health/metrics").content.decode().splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert figures["placeplan_places"] == "1"
    assert set(figures) >= {f'placeplan_jobs{{state="{s}"}}' for s in State.values}


def test_browsers_are_told_to_ask_nobody_else(published: Place, visitor: Client) -> None:
    policy = visitor.get("/westshire/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "http" not in policy
