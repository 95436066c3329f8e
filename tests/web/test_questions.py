"""What is asked of a draft besides a run: only by who may, with all that is wrong told at once, and done as the command line does it."""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client

from placeplan.web.accounts.people import add, give
from placeplan.web.jobs.kinds import ASKED, KINDS, JobKind, ToPack, ToSearch
from placeplan.web.jobs.models import Job, JobFile, State
from placeplan.web.jobs.queue import ask, take
from placeplan.web.jobs.worker import Limits, do
from placeplan.web.store.models import Blob, Version

pytestmark = pytest.mark.django_db
DRAFT = "/drafts/mill-vale/main"


@pytest.fixture
def ana(version: Version) -> Client:
    return _signed_in("ana@example.org", "contributor")


def _signed_in(email: str, role: str) -> Client:
    user = add(email, email.partition("@")[0].title())
    give(email, "mill-vale", "org-1", role)
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("kind", [k.name for k in ASKED])
def test_what_is_asked_becomes_a_job_by_what_stands_there(ana: Client, kind: str) -> None:
    form = ana.get(f"{DRAFT}/ask/{kind}").context  # Jinja keeps none
    assert form is None
    given = {name: about.default for name, about in KINDS[kind].asks.model_fields.items()}
    answer = ana.post(f"{DRAFT}/ask/{kind}", given | {"futures": 25})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"{DRAFT}/jobs/{job.pk}"
    assert job.arguments == given | {"futures": 25}


def test_all_that_is_wrong_is_told_at_once(ana: Client) -> None:
    answer = ana.post(f"{DRAFT}/ask/planb", {"futures": "3", "seed": "x", "money": "-1", "changes": "8"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    text = answer.content.decode()
    for told in (
        "How many futures?: write a number between 20 and 10,000.",
        "Seed of all draws: write",
        "Money from outside, £m a year: write",
    ):
        assert told in text
    assert not Job.objects.exists()


@pytest.mark.parametrize("kind", ["test", "pack", "nothing", "rm"])
def test_nothing_else_can_be_asked(ana: Client, kind: str) -> None:
    assert ana.get(f"{DRAFT}/ask/{kind}").status_code == HTTPStatus.NOT_FOUND


def test_who_only_reads_asks_nothing(ana: Client) -> None:
    reader = _signed_in("rob@example.org", "reader")
    assert reader.post(f"{DRAFT}/ask/fix", {"futures": 25, "seed": 1}).status_code == HTTPStatus.FORBIDDEN
    assert Client().get(f"{DRAFT}/ask/fix").status_code == HTTPStatus.FOUND
    assert not Job.objects.exists()


def test_a_pack_is_of_a_run_that_is_done(ana: Client, version: Version) -> None:
    run = ask("test", version)
    assert ana.post(f"{DRAFT}/jobs/{run.pk}/pack").status_code == HTTPStatus.NOT_FOUND
    blob = Blob.objects.create(digest="ab" * 32, data=b"{}")
    JobFile.objects.create(job=run, path="findings.json", blob=blob)
    Job.objects.update(state=State.DONE)
    ana.post(f"{DRAFT}/jobs/{run.pk}/pack")
    ana.post(f"{DRAFT}/jobs/{run.pk}/pack")
    assert [j.arguments for j in Job.objects.filter(kind="pack")] == [{"findings": "ab" * 32}]


def test_files_of_a_job_are_taken_away_only_when_it_is_done(ana: Client, version: Version) -> None:
    run = ask("test", version)
    JobFile.objects.create(job=run, path="data/a.csv", blob=Blob.objects.create(digest="cd" * 32, data=b"a,b"))
    address = f"{DRAFT}/jobs/{run.pk}/files/data/a.csv"
    assert ana.get(address).status_code == HTTPStatus.NOT_FOUND
    Job.objects.update(state=State.DONE)
    assert ana.get(address).content == b"a,b"
    assert ana.get(f"{DRAFT}/jobs/{run.pk}/files/../../x").status_code == HTTPStatus.NOT_FOUND
    assert ana.get(f"{DRAFT}/jobs/{run.pk}/all.zip").content.startswith(b"PK")
    assert _signed_in("eve@example.org", "reader").get(address).status_code == HTTPStatus.OK
    assert Client().get(address).status_code == HTTPStatus.FOUND


class Scripted(JobKind):
    """A job whose command is a script of a test's own."""

    def command(self, asked: object, folder: Path, out: Path) -> list[str]:
        return [sys.executable, "-c", self.title, str(folder), str(out)]


def test_what_a_search_prints_is_kept(version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("placeplan.web.jobs.worker.LOOK", 0.05)
    said = json.dumps({"tests": []}, indent=2)
    monkeypatch.setitem(KINDS, "fix", Scripted("fix", ToSearch, lambda _: [], 30, ("found.json",), f"print({said!r})"))
    job = ask("fix", version)
    taken = take()
    assert taken is not None
    do(taken, tmp_path, Limits())
    job.refresh_from_db()
    assert job.state == State.DONE, (job.problems, job.log)
    assert json.loads(bytes(job.files.get(path="found.json").blob.data)) == {"tests": []}


def test_a_pack_looks_at_the_findings_and_all_it_writes_is_kept(
    version: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("placeplan.web.jobs.worker.LOOK", 0.05)
    script = """
import sys
from pathlib import Path
report, out = map(Path, sys.argv[1:])
(out / "data").mkdir(parents=True)
(out / "a.docx").write_bytes((report / "findings.json").read_bytes())
(out / "data/b.csv").write_bytes(b"b")"""
    monkeypatch.setitem(KINDS, "pack", Scripted("pack", ToPack, lambda _: [], 30, ("a.docx",), script))
    Blob.objects.create(digest="ab" * 32, data=b'{"what": "found"}')
    job = ask("pack", version, {"findings": "ab" * 32})
    taken = take()
    assert taken is not None
    do(taken, tmp_path, Limits())
    job.refresh_from_db()
    assert job.state == State.DONE, (job.problems, job.log)
    assert {f.path: bytes(f.blob.data) for f in job.files.all()} == {"a.docx": b'{"what": "found"}', "data/b.csv": b"b"}
    assert not list((tmp_path / "jobs").glob("*")), "nothing is left behind"
