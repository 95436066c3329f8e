"""Nobody takes more room than there is for them: it is told in words before anything is kept, and watchers see how much is used."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import Settings

from fixtures.challenging import number_of, send
from fixtures.publishing import WORDS, as_user
from placeplan.core.errors import PlanError
from placeplan.web import room
from placeplan.web.accounts.models import User
from placeplan.web.accounts.people import add, give
from placeplan.web.jobs.models import Job, JobFile
from placeplan.web.jobs.queue import ask
from placeplan.web.store.folders import bring_in, keep
from placeplan.web.store.models import Blob, Draft, Place, Version

pytestmark = pytest.mark.django_db
AT = "/drafts/mill-vale/main"
FILES = {"plan.yaml": b"x: 1\n", "notes.md": b"n" * 1000}


@pytest.fixture
def version() -> Version:
    return bring_in("mill-vale", "Mill Vale", FILES, "brought in")


@pytest.fixture
def ana(version: Version) -> User:
    user = add("ana@example.org", "Ana", WORDS)
    give("ana@example.org", "mill-vale", "org-1", "contributor")
    return user


def wrote(job: Job, path: str, data: bytes) -> None:
    """A run has written a file."""
    digest = hashlib.sha256(data).hexdigest()
    Blob.objects.get_or_create(digest=digest, defaults={"data": data})
    JobFile.objects.create(job=job, path=path, blob_id=digest)


def rooms(settings: Settings, **most: int) -> None:
    """Set how much is kept at most."""
    settings.ASKED = replace(settings.ASKED, **most)


def lists(*versions: Version) -> int:
    return sum(len(json.dumps(v.tree)) for v in versions)


def test_a_version_counts_what_was_kept_nowhere_yet(version: Version, ana: User) -> None:
    place = version.place
    assert room.of_place(place) == 1005 + lists(version)
    assert room.of_person(ana) == 0, "the command line brought it in"
    second = keep(place, FILES | {"more.csv": b"a,b\n"}, "more", ana, [version])
    assert room.of_place(place) == 1005 + 4 + lists(version, second)
    assert room.of_person(ana) == 4 + lists(second)
    elsewhere = bring_in("moor", "Moor", FILES, "the same bytes")
    assert room.of_place(elsewhere.place) == lists(elsewhere), "they are kept once"


def test_runs_count_once_for_their_place_and_for_who_asked(version: Version, ana: User) -> None:
    before = room.of_place(version.place)
    one, other = ask("test", version, {"futures": 5}, ana), ask("test", version, {"futures": 6})
    for job in (one, other):
        wrote(job, "report.html", b"r" * 300)
    wrote(other, "findings.json", b"f" * 50)
    assert room.of_place(version.place) == before + 350
    assert room.of_person(ana) == 300
    assert room.told() == {"versions": before, "runs": 350, "pages": 0, "offers": 0}


def zipped(**files: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in ({"plan.yaml": b"x: 1\n"} | files).items():
            archive.writestr(name, data)
    out.seek(0)
    out.name = "plan.zip"
    return out


def writes(client: Client, version: Version, how: str) -> Any:
    """Write, upload, or have something run."""
    match how:
        case "upload":
            return client.post(f"{AT}/upload", {"file": zipped(big=b"b" * 5000), "message": "m", "base": version.pk})
        case "file":
            return client.post(f"{AT}/file/plan.yaml", {"text": "y" * 5000, "message": "m", "base": version.pk})
        case "run":
            return client.post(f"{AT}/run", {"futures": 5})
        case _:
            return client.post(f"{AT}/ask/fix", {"futures": 20, "seed": 1})


@pytest.mark.parametrize("whose", ["place", "person"])
@pytest.mark.parametrize("how", ["upload", "file", "run", "ask"])
def test_who_has_no_room_left_is_told_before_anything_is_kept(
    version: Version, ana: User, settings: Settings, how: str, whose: str
) -> None:
    keep(version.place, {"plan.yaml": b"other"}, "of Ana", ana, [version])
    kept = room.of_place(version.place) if whose == "place" else room.of_person(ana)
    rooms(settings, **{f"room_{whose}": kept - 1 if how in ("run", "ask") else kept + 2000})
    before = (Version.objects.count(), Blob.objects.count(), Job.objects.count(), Draft.objects.get().head_id)
    answer = writes(as_user(ana), version, how)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"PLACEPLAN_WEB_ROOM_{whose.upper()}" in text
    assert ("Of Mill Vale" if whose == "place" else "You have had") in text
    assert "Nothing was changed" in text
    assert before == (Version.objects.count(), Blob.objects.count(), Job.objects.count(), Draft.objects.get().head_id)
    rooms(settings, **{f"room_{whose}": 10**9})
    assert writes(as_user(ana), version, how).status_code == 302, "with more room it is done"


def test_both_are_told_at_once_and_what_is_kept_already_is_asked_for_again(version: Version, ana: User, settings: Settings) -> None:  # fmt: skip
    job = ask("test", version, {"futures": 5}, ana)
    wrote(job, "report.html", b"r" * 3000)
    rooms(settings, room_place=10, room_person=10)
    with pytest.raises(PlanError) as told:
        keep(version.place, {"plan.yaml": b"another"}, "m", ana, [version])
    assert [p.code for p in told.value.problems] == ["no-room", "no-room"]
    assert ask("test", version, {"futures": 5}, ana) == job
    assert keep(version.place, FILES, "the same", ana, [version]) == version


def test_a_challenge_finds_no_room_either(place: Place, settings: Settings) -> None:
    """Whoever has no account fills no disk; what they typed stands on the page."""
    address = str(number_of(place).address)
    rooms(settings, room_place=10)
    answer = send(Client(headers={"host": "localhost"}), place, address)
    assert (answer.status_code, "PLACEPLAN_WEB_ROOM_PLACE" in answer.content.decode()) == (422, True)
    assert not place.challenges.exists()


def test_versions_of_before_are_counted_when_the_workbench_is_brought_up_to_date(version: Version, ana: User) -> None:
    keep(version.place, FILES | {"more.csv": b"a,b\n"}, "more", ana, [version])
    before = list(Version.objects.order_by("pk").values_list("added", flat=True))
    Version.objects.update(added=0)
    import_module("placeplan.web.store.migrations.0002_version_added").count(apps, SimpleNamespace())
    assert list(Version.objects.order_by("pk").values_list("added", flat=True)) == before


def test_watchers_see_how_much_is_used_and_no_place_is_named(version: Version, settings: Settings) -> None:
    rooms(settings, room_place=4 * room.of_place(version.place))
    text = Client(headers={"host": "localhost"}).get("/health/metrics").content.decode()
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert figures['placeplan_bytes{of="versions"}'] == str(room.of_place(version.place))
    assert figures["placeplan_fullest_place"] == "0.25"
    assert "mill" not in text.lower()
