"""A backup is whole, comes back as it was, and is never mixed with anything."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import models

from fixtures.sample_findings import westshire
from placeplan.core.errors import PlanError
from placeplan.report.site.replies import Standings
from placeplan.web.accounts.models import Membership, Role, User
from placeplan.web.backup import KINDS, back_up, restore
from placeplan.web.jobs.queue import ask
from placeplan.web.public.publishing import publish_findings
from placeplan.web.publishing.models import Answer, Offer, OfferFile, Publication, Shown
from placeplan.web.store.folders import bring_in, files_of
from placeplan.web.store.models import Blob, Place, Version

pytestmark = pytest.mark.django_db
FILES = {"plan.yaml": b"placeplan: 1\n", "bytes.bin": bytes(range(256))}


def everything() -> dict[str, list[dict[str, object]]]:
    return {k._meta.label: list(k._default_manager.order_by("pk").values()) for k in (*KINDS, Blob)}


def empty() -> None:
    for kind in (Version.parents.through, *reversed(KINDS), Blob):
        rows = kind._default_manager.all()
        models.QuerySet._raw_delete(rows, rows.db)  # type: ignore[attr-defined]


def offered(version: Version, user: User) -> None:
    """An offer with all that belongs to it."""
    file = version.place.site.get(path__endswith="/data/findings.json")
    day = date(2026, 11, 27)
    offer = Offer.objects.create(place=version.place, version=version, findings=file.blob, asked=day, until=day, offered_by=user)  # fmt: skip
    OfferFile.objects.create(offer=offer, path="index.html", blob=file.blob)
    Shown.objects.create(offer=offer, organisation="wh", name="Westshire Hospitals")
    Answer.objects.create(offer=offer, organisation="wh", by="The board", text="No.", day=day, written_by=user)
    Publication.objects.create(place=version.place, offer=offer, name="0123456789ab", published_by=user)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A backup of a workbench with something of every kind."""
    user = User.objects.create_user("ana@example.org", "Ana", "a long password")
    first = bring_in("westshire", "Westshire", FILES, "first")
    bring_in("westshire", "Westshire", FILES | {"new.csv": b"a\r\n"}, "second")
    Membership.objects.create(user=user, place=first.place, organisation="wh", role=Role.FINANCE)
    ask("test", first, by=user)
    publish_findings(first.place, westshire(), Standings(made_up=True))
    offered(first, user)
    back_up(tmp_path / "kept.zip")
    return tmp_path / "kept.zip"


def test_all_comes_back_as_it_was(kept: Path) -> None:
    before = everything()
    assert all(before[k._meta.label] for k in KINDS if k._meta.label != "jobs.JobFile")
    empty()
    restore(kept)
    assert everything() == before
    first, second = Version.objects.order_by("number")
    assert list(second.parents.all()) == [first]
    assert files_of(first) == FILES
    assert User.objects.get().check_password("a long password")


def test_work_goes_on_after_what_came_back(kept: Path) -> None:
    empty()
    restore(kept)
    assert bring_in("westshire", "Westshire", {"plan.yaml": b"other"}, "third").number == 3
    assert bring_in("eastshire", "Eastshire", FILES, "first").number == 1


def test_a_backup_is_not_mixed_with_what_is_there(kept: Path) -> None:
    before = everything()
    with pytest.raises(PlanError) as told:
        restore(kept)
    assert [p.code for p in told.value.problems] == ["database-in-use"]
    assert everything() == before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-400])


def no_zip(path: Path) -> None:
    path.write_text("a,b\n", encoding="utf-8")


def rewritten(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    def written(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            held = {n: archive.read(n) for n in archive.namelist()}
        change(held)
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in held.items():
                archive.writestr(name, data)

    return written


def one_byte(held: dict[str, bytes]) -> None:
    name = next(n for n in held if n.startswith("blobs/"))
    held[name] += b"."


def one_blob_gone(held: dict[str, bytes]) -> None:
    del held[next(n for n in held if n.startswith("blobs/"))]


def one_row_gone(held: dict[str, bytes]) -> None:
    held["rows/store.version.jsonl"] = held["rows/store.version.jsonl"].splitlines(keepends=True)[0]


def a_kind_gone(held: dict[str, bytes]) -> None:
    del held["rows/store.draft.jsonl"]


def other_format(held: dict[str, bytes]) -> None:
    held["backup.json"] = json.dumps(json.loads(held["backup.json"]) | {"placeplan_backup": 2}).encode()


def other_kind(held: dict[str, bytes]) -> None:
    held["rows/store.draft.jsonl"] = held["rows/accounts.user.jsonl"]


def no_row(held: dict[str, bytes]) -> None:
    held["rows/store.place.jsonl"] = b"{nonsense\n"


CHANGES = (one_byte, one_blob_gone, one_row_gone, a_kind_gone, other_format, other_kind, no_row)


CHANGES = (one_byte, one_blob_gone, one_row_gone, a_kind_gone, other_format, other_kind, no_row)


@pytest.mark.parametrize("spoil", [cut, no_zip, *(pytest.param(rewritten(c), id=c.__name__) for c in CHANGES)])
def test_what_is_no_whole_backup_is_refused_and_nothing_is_kept(kept: Path, spoil: Callable[[Path], None]) -> None:
    empty()
    spoil(kept)
    with pytest.raises(PlanError) as told:
        restore(kept)
    assert {p.code for p in told.value.problems} == {"not-a-backup"}
    assert not Place.objects.exists()
    assert not Blob.objects.exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as told:
        restore(tmp_path / "none.zip")
    assert told.value.problems[0].code == "missing-file"
