"""A backup is whole, comes back as it was, and is never mixed with anything."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import models

from fixtures.everything import FILES, WORDS
from fixtures.everything import everything as fill
from placeplan.core.errors import PlanError
from placeplan.web.accounts.models import User
from placeplan.web.accounts.recorded import NOT_KEPT
from placeplan.web.backup import EVERY, FORMAT, KINDS, LACKING, LEFT_OUT, SHAPE, back_up, name_of, restore, shape
from placeplan.web.challenges.models import Challenge
from placeplan.web.jobs.models import Job
from placeplan.web.store.folders import bring_in, files_of
from placeplan.web.store.models import Blob, Place, Version

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[dict[str, object]]]:
    return {k._meta.label: list(k._default_manager.order_by("pk").values()) for k in EVERY}


def empty() -> None:
    for kind in (Version.parents.through, *reversed(KINDS), Blob):
        rows = kind._default_manager.all()
        models.QuerySet._raw_delete(rows, rows.db)  # type: ignore[attr-defined]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A backup of a workbench with something of every kind."""
    fill()
    back_up(tmp_path / "kept.zip")
    return tmp_path / "kept.zip"


def test_every_kind_is_kept_or_left_out_for_a_reason() -> None:
    every = {name_of(kind) for kind in apps.get_models()}
    kept = {name_of(kind) for kind in EVERY}
    assert kept | set(LEFT_OUT) == every
    assert not kept & set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_all_comes_back_as_it_was(kept: Path) -> None:
    before = everything()
    assert all(before[k._meta.label] for k in EVERY), "something of every kind"
    empty()
    restore(kept)
    assert everything() == before
    first, second = Version.objects.order_by("number")
    assert list(second.parents.all()) == [first]
    assert files_of(first) == FILES
    assert User.objects.get().check_password(WORDS)


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
    held["backup.json"] = json.dumps(json.loads(held["backup.json"]) | {"placeplan_backup": 0}).encode()


def other_kind(held: dict[str, bytes]) -> None:
    held["rows/store.draft.jsonl"] = held["rows/accounts.user.jsonl"]


def no_row(held: dict[str, bytes]) -> None:
    held["rows/store.place.jsonl"] = b"{nonsense\n"


def as_if_older(held: dict[str, bytes]) -> None:
    """A kind that was always there is neither in the list nor in the file."""
    del held["rows/store.draft.jsonl"]
    head = json.loads(held["backup.json"])
    del head["rows"]["store.draft"]
    held["backup.json"] = json.dumps(head | {"placeplan_backup": 1}).encode()


def a_kind_hidden(held: dict[str, bytes]) -> None:
    """A kind that may be lacking is in the file, and not in the list."""
    head = json.loads(held["backup.json"])
    del head["rows"]["challenges.step"]
    held["backup.json"] = json.dumps(head | {"placeplan_backup": 1}).encode()


def a_later_kind_gone(held: dict[str, bytes]) -> None:
    """A kind that may be lacking in a backup of before is lacking in one of now."""
    head = json.loads(held["backup.json"])
    del head["rows"]["challenges.step"], held["rows/challenges.step.jsonl"]
    held["backup.json"] = json.dumps(head).encode()


CHANGES = (
    one_byte,
    one_blob_gone,
    one_row_gone,
    a_kind_gone,
    other_format,
    other_kind,
    no_row,
    as_if_older,
    a_kind_hidden,
    a_later_kind_gone,
)


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


def test_a_backup_of_before_comes_back_with_all_that_it_had(root: Path) -> None:
    """This one was written by placeplan of 27 November 2026 at 5:54: it knew no offers and no challenges, and its log had addresses."""
    counts = restore(root / "tests/fixtures/backups/of-format-1.zip")
    assert counts["store.version"] == 2
    user, (first, second) = User.objects.get(), Version.objects.order_by("number")
    assert (user.check_password("a long password"), user.signed_out) == (True, 0)
    assert (list(second.parents.all()), second.made_by) == ([first], None)
    assert files_of(first) == {"plan.yaml": b"placeplan: 1\n", "bytes.bin": bytes(range(256))}
    assert Job.objects.get().asked_by == user
    entries = LogEntry.objects.all()
    assert entries.count() == 7
    assert set(entries.values_list(*NOT_KEPT)) == {(None, None, None)}
    assert entries.filter(actor=user).exists()
    assert not Challenge.objects.exists()


def test_a_backup_of_before_is_written_anew_and_comes_back_the_same(root: Path, tmp_path: Path) -> None:
    restore(root / "tests/fixtures/backups/of-format-1.zip")
    before = everything()
    back_up(tmp_path / "anew.zip")
    empty()
    restore(tmp_path / "anew.zip")
    assert everything() == before


def test_a_backup_of_a_later_version_says_so(kept: Path) -> None:
    def later(held: dict[str, bytes]) -> None:
        head = json.loads(held["backup.json"]) | {"placeplan_backup": FORMAT + 1, "placeplan": "99.0"}
        held["backup.json"] = json.dumps(head).encode()

    empty()
    rewritten(later)(kept)
    with pytest.raises(PlanError) as told:
        restore(kept)
    (problem,) = told.value.problems
    assert problem.code == "not-a-backup"
    assert "a later version of placeplan (99.0)" in problem.what
    assert "Restore it with that version" in problem.mend


def test_whoever_changes_what_is_kept_raises_the_format() -> None:
    """If this fails: raise FORMAT, write its new shape, and say in LACKING what backups of before may lack.

    A column that has no default, or that goes, needs a conversion besides, and a backup of before as a file beside this one.
    """
    assert shape() == SHAPE
    assert set(LACKING) == set(range(1, FORMAT)), "every format of before is still read"
