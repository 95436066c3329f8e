"""Where people meet in the workbench: one run asked for by two, an upload beside another's change, what goes with its signatures."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fixtures.challenging import person
from placeplan.web.jobs.models import Job, State
from placeplan.web.jobs.queue import ahead_of, ask, end, heard_of, take
from placeplan.web.store.folders import files_of
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench.uploads import as_zip

pytestmark = pytest.mark.django_db
MAIN = "/drafts/mill-vale/main/"


def head(name: str = "main") -> Version:
    return Draft.objects.get(place__slug="mill-vale", name=name).head


def test_a_run_that_two_ask_for_is_made_once_and_both_see_it_through(version: Version) -> None:
    """In drafts of their own, of other organisations: the plan is the same, so the run is."""
    ana, ben = person("Ana", "org-1", "finance"), person("Ben", "org-2", "finance")
    other = ask("test", version, {"futures": 33})
    for client, name, organisation in ((ana, "ours", "org-1"), (ben, "theirs", "org-2")):
        client.post(f"{MAIN}begin", {"name": name, "organisation": organisation})
    first = ana.post("/drafts/mill-vale/ours/run", {"futures": 50})["Location"]
    second = ben.post("/drafts/mill-vale/theirs/run", {"futures": 50})["Location"]
    assert first.rsplit("/", 1)[1] == second.rsplit("/", 1)[1]
    assert Job.objects.filter(arguments__futures=50).count() == 1
    assert "asked for before, so it is not made again" in ben.get(second).content.decode()
    for client, where in ((ana, first), (ben, second)):
        assert "1 run is before it." in client.get(where).content.decode()
    taken = take()
    assert taken is not None
    assert taken.pk == other.pk
    end(taken, State.DONE)
    assert "It is next." in ana.get(first).content.decode()
    job = take()
    assert job is not None
    assert heard_of(job, 20, 50, "futures")
    for client, where in ((ana, first), (ben, second)):
        text = client.get(where).content.decode()
        assert "20 of 50 done: futures." in text
        assert re.search(r'<progress[^>]* max="50" value="20"', text)
    end(job, State.DONE)
    for client, where in ((ana, first), (ben, second)):
        assert "Read the report" in client.get(where).content.decode()
    assert ana.post("/drafts/mill-vale/ours/run", {"futures": 50})["Location"] == first
    assert take() is None, "what is done is not done again"
    assert ben.get(first).status_code == 404, "the run is one, and drafts stay apart"


def test_what_is_cancelled_is_cancelled_for_both_and_can_be_asked_for_again(version: Version) -> None:
    ana, ben = person("Ana", "org-1", "finance"), person("Ben", "org-2", "finance")
    where = ana.post(f"{MAIN}run", {"futures": 50})["Location"]
    assert "it stops for all who wait for it" in ben.get(where).content.decode()
    ben.post(f"{where}/cancel")
    assert "was cancelled" in ana.get(where).content.decode()
    assert ana.post(f"{MAIN}run", {"futures": 50})["Location"] == where
    assert Job.objects.get().state == State.QUEUED


def test_runs_of_authors_come_before_challenges(version: Version) -> None:
    challenge = ask("compare", version, {"address": "beds.csv/x/available", "value": "3"})
    one, two = (ask("test", version, {"futures": n}) for n in (30, 31))
    assert [ahead_of(j) for j in (one, two, challenge)] == [0, 1, 2]
    assert take() is not None
    two.refresh_from_db()
    assert [ahead_of(j) for j in (two, challenge)] == [1, 2]


def upload(client: Client, files: dict[str, bytes], base: Version) -> Any:
    sent = {"file": SimpleUploadedFile("plan.zip", as_zip(files, "plan")), "message": "our folder", "base": base.pk}
    return client.post(f"{MAIN}upload", sent, follow=True)


def changed(files: dict[str, bytes], path: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in files[path], files[path]
    return files | {path: files[path].replace(old, new, 1)}


def test_an_upload_that_differs_from_anothers_change_is_kept_told_and_merged(version: Version) -> None:
    """By file and element; what only one changed goes together, and what both changed is chosen."""
    ana, ben = person("Ana", "org-1", "contributor"), person("Ben", "org-2", "contributor")
    files = files_of(version)
    path = next(p for p in sorted(files) if p.startswith("initiatives/"))
    name = re.search(rb"^name: (.*)$", files[path], re.MULTILINE)
    about = re.search(rb"^about: (.*)$", files[path], re.MULTILINE)
    assert name is not None
    assert about is not None
    upload(ben, changed(files, path, name[0], b"name: Of Ben"), version)
    assert head().number == 2
    ours = changed(changed(files, path, name[0], b"name: Of Ana"), path, about[0], b"about: Said by Ana")
    answer = upload(ana, ours, version)
    text = answer.content.decode()
    assert "Somebody has changed the same meanwhile: " in text
    assert f"({path})" in text
    assert "name" in text
    assert head().number == 2, "what the other wrote stands"
    kept = Draft.objects.get(place=version.place, name__startswith="main-upload-")
    assert files_of(kept.head) == ours, "nothing of the upload is lost"
    where = answer.redirect_chain[-1][0]
    asked = ana.post(where, {"from": kept.name, "message": "both"})
    assert asked.status_code == 409
    key = re.search(r'name="choice\.([^"]+)"', asked.content.decode())
    assert key is not None
    done = ana.post(where, {"from": kept.name, "message": "both", f"choice.{key[1]}": "ours"})
    assert done.status_code == 302
    assert files_of(head())[path] == ours[path]


def test_whole_folders_and_workbooks_come_back_as_they_went(version: Version) -> None:
    """ZIP and workbook, out and in again, of a plan with files that no class reads: every byte, and no new version."""
    ana = person("Ana", "org-1", "contributor")
    more = files_of(version) | {"README.md": "Read me first: caf\u00e9\r\n".encode()}
    upload(ana, more, version)
    before = head()
    data = ana.get(f"{MAIN}plan.zip").content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {n.removeprefix("mill-vale/"): archive.read(n) for n in archive.namelist()} == more
    for name, held in (("plan.zip", data), ("plan.xlsx", ana.get(f"{MAIN}plan.xlsx").content)):
        sent = {"file": SimpleUploadedFile(name, held), "message": "the same", "base": before.pk}
        assert ana.post(f"{MAIN}upload", sent).status_code == 302
        assert head() == before, name
    assert files_of(head()) == more


def test_who_takes_an_initiative_away_is_shown_its_signatures_and_older_versions_keep_them(version: Version) -> None:
    """Records are only added to, and a version is never changed: what was signed stays where it was signed."""
    ana = person("Ana", "org-1", "contributor")
    files = files_of(version)
    path = next(p for p in sorted(files) if p.startswith("initiatives/"))
    name = Path(path).stem
    signed = (
        files[path].rstrip()
        + b"\nsign_offs:\n  - {organisation: ACU1, position: signed, by: The board, date: 2016-10-01, source: minutes}\n"
    )
    if b"sign_offs:" in files[path]:
        signed = (
            re.sub(rb"^sign_offs:.*?(?=^\S|\Z)", b"", files[path], flags=re.MULTILINE | re.DOTALL).rstrip()
            + signed[len(files[path].rstrip()) :]
        )
    upload(ana, files | {path: signed}, version)
    kept = head()
    where = f"{MAIN}parts/initiatives/remove?of={name}"
    page = ana.get(where).content.decode()
    assert "1 signature is on record" in page
    assert "ACU1, signed, 2016-10-01" in page
    assert f"It stays on record in version {kept.number}" in page
    assert ana.post(where, {"base": kept.pk, "message": ""}).status_code == 422
    assert ana.post(where, {"base": kept.pk, "message": "Dropped by all."}).status_code == 302
    assert path not in head().tree
    assert files_of(kept)[path] == signed
    assert "Dropped by all." in ana.get(MAIN).content.decode()
