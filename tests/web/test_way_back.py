"""From a number of a run back to the cells of the plan, on the workbench: by what the pack prints beside it, and only by who may."""

from __future__ import annotations

import html
import json
from http import HTTPStatus

import pytest
from django.test import Client

from fixtures.sample_findings import westshire
from placeplan.stress.results.ground import Headline
from placeplan.web.accounts.people import add, give
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.jobs.queue import ask
from placeplan.web.store.models import Blob, Version

pytestmark = pytest.mark.django_db
DRAFT = "/drafts/mill-vale/main"
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}"
OF_BEDS = Headline(address="promises/wh.beds", what=f"Beds {HOSTILE}", traces=(("occupancy", "wh"),), cells=("promises.yaml, line 3",))  # fmt: skip


def signed_in(role: str) -> Client:
    user = add(f"{role}@example.org", role.title())
    give(user.email, "mill-vale", "org-1", role)
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def kept(job: Job, path: str, data: bytes) -> None:
    blob = Blob.objects.create(digest=f"{Blob.objects.count():064x}", data=data)
    JobFile.objects.create(job=job, path=path, blob=blob)
    Job.objects.filter(pk=job.pk).update(state=State.DONE)


def run_of(version: Version, *headlines: Headline) -> Job:
    run = ask("test", version, {"futures": 1000, "seed": 7})
    kept(run, "findings.json", westshire(headlines=headlines).model_dump_json().encode())
    return run


def test_a_number_is_followed_back_by_its_reference_or_its_address(version: Version) -> None:
    run, ana = run_of(version, OF_BEDS), signed_in("finance")
    address = f"{DRAFT}/jobs/{run.pk}/numbers"
    assert address in ana.get(f"{DRAFT}/jobs/{run.pk}").content.decode()
    text = ana.get(address).content.decode()
    assert all(told in text for told in ("P1", "promises/wh.beds", "promises.yaml, line 3", "kept in"))
    assert "<script>alert" not in text
    for typed in ("P1", " p1 ", "promises/wh.beds"):
        answer = ana.post(address, {"of": typed})
        job = Job.objects.get(kind="explain")  # the same is never run twice
        assert answer.headers["Location"] == f"{DRAFT}/jobs/{job.pk}"
        assert job.arguments == {"number": "promises/wh.beds", "futures": 200, "seed": 7}


@pytest.mark.parametrize("typed", ["", "P2", "promises/x", "--out", HOSTILE, "x" * 10_000])
def test_what_is_no_number_of_the_run_is_told_with_what_was_typed(version: Version, typed: str) -> None:
    run = run_of(version, OF_BEDS)
    answer = signed_in("finance").post(f"{DRAFT}/jobs/{run.pk}/numbers", {"of": typed})
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ("There is no number" if typed else "No number was named.") in text
    assert "<script>alert" not in text
    assert not Job.objects.filter(kind="explain").exists()


def test_only_who_may_write_asks_and_only_of_a_run_that_is_done(version: Version) -> None:
    run = ask("test", version)
    address = f"{DRAFT}/jobs/{run.pk}/numbers"
    reader = signed_in("reader")
    assert reader.get(address).status_code == HTTPStatus.NOT_FOUND
    kept(run, "findings.json", westshire().model_dump_json().encode())
    assert "was made before its numbers had a way back" in reader.get(address).content.decode()
    assert reader.post(address, {"of": "P1"}).status_code == HTTPStatus.FORBIDDEN
    assert Client().get(address).status_code == HTTPStatus.FOUND


def test_the_way_back_leads_to_files_that_are_there_and_shows_no_text_as_code(version: Version) -> None:
    job = ask("explain", version, {"number": "promises/wh.beds", "futures": 20})
    made = {
        "name": "at_most",
        "value": 0.92,
        "low": None,
        "high": None,
        "unit": "",
        "meaning": HOSTILE,
        "source": HOSTILE,
        "made_of": [],
    }
    parts = [
        made | {"where": "promises.yaml, line 3"},
        made | {"where": "library/prices.csv, line 9"},
        made | {"where": f"{HOSTILE}, line 1"},
    ]
    whole = made | {"name": "promises/wh.beds", "value": 0.4, "unit": "share of futures", "where": "", "made_of": parts}
    kept(job, "found.json", json.dumps(whole).encode())
    text = signed_in("reader").get(f"{DRAFT}/jobs/{job.pk}").content.decode()
    assert "40% of futures" in text
    assert f'<a href="{DRAFT}/file/promises.yaml?line=3#line">promises.yaml, line 3</a>' in text
    assert "<code>library/prices.csv, line 9</code>" in text
    assert "<script>alert" not in text


def test_a_link_to_a_line_shows_that_line_and_those_beside_it(version: Version) -> None:
    reader, at = signed_in("reader"), f"{DRAFT}/file/promises.yaml"
    text = reader.get(at).content.decode()
    lines = html.unescape(text.split("<textarea")[1].split(">", 1)[1].split("</textarea")[0])[1:].splitlines()
    shown = reader.get(f"{at}?line=5").content.decode()
    assert '<h2 id="line">Line 5</h2>' in shown
    part = html.unescape(shown.split("<pre")[1].split(">", 1)[1].split("</pre")[0]).splitlines()
    assert [row.replace("<b>", "").replace("</b>", "")[9:] for row in part] == lines[1:8]
    assert [row.startswith("→") for row in part] == [n == 5 for n in range(2, 9)]
    for wrong in ("", "0", "-1", "x", "99999999", "²", "9" * 5000):
        assert 'id="line"' not in reader.get(at, {"line": wrong}).content.decode(), wrong
