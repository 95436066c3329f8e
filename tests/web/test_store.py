"""Plans are kept byte for byte, in versions that never change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placeplan.core.errors import PlanError
from placeplan.plan.folder import read_plan
from placeplan.web.store.folders import bring_in, files_of, folder_of, keep, plain, read_files
from placeplan.web.store.models import Blob, Place

pytestmark = pytest.mark.django_db

ODD = {
    "a.csv": b"x,y\r\n1,2\r\n",
    "deep/er/b.yaml": "# \u00e9\n".encode(),
    "empty.csv": b"",
    "bytes.bin": bytes(range(256)),
}


def test_a_folder_comes_back_byte_for_byte(plan: Path, tmp_path: Path) -> None:
    version = bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")
    out = folder_of(version, tmp_path)
    assert read_files(out) == read_files(plan)
    assert read_plan(out).digest == read_plan(plan).digest


def test_what_is_kept_is_not_changed_by_reading_it_as_text(tmp_path: Path) -> None:
    version = bring_in("odd", "Odd", ODD, "odd bytes")
    assert files_of(version) == ODD
    assert read_files(folder_of(version, tmp_path)) == ODD


def test_the_same_folder_is_the_same_version() -> None:
    first = bring_in("odd", "Odd", ODD, "once")
    assert bring_in("odd", "Odd", ODD, "again") == first


def test_versions_are_counted_and_know_what_they_came_from() -> None:
    first = bring_in("odd", "Odd", ODD, "once")
    second = bring_in("odd", "Odd", ODD | {"a.csv": b"x,y\n"}, "changed")
    assert (first.number, second.number) == (1, 2)
    assert list(second.parents.all()) == [first]
    assert files_of(first) == ODD


def test_files_that_are_the_same_are_kept_once() -> None:
    bring_in("odd", "Odd", ODD, "once")
    before = Blob.objects.count()
    bring_in("odd", "Odd", ODD | {"a.csv": b"new"}, "one file changed")
    assert Blob.objects.count() == before + 1


def test_two_files_with_the_same_bytes_are_both_there() -> None:
    version = bring_in("twins", "Twins", {"a.csv": b"same", "b.csv": b"same"}, "twins")
    assert files_of(version) == {"a.csv": b"same", "b.csv": b"same"}


@pytest.mark.parametrize(
    "path", ["../up.csv", "/etc/passwd", "a/../b", "a//b", ".hidden", "x/.git/config", "c:\\x", "a\nb", ""]
)
def test_a_path_that_leads_astray_is_refused_and_nothing_is_kept(path: str) -> None:
    place = Place.objects.create(slug="odd", name="Odd")
    with pytest.raises(PlanError):
        keep(place, {"fine.csv": b"1", path: b"2"}, "astray")
    assert not Blob.objects.exists()
    assert not place.versions.exists()


def test_links_in_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not of the plan", encoding="utf-8")
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "areas.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(PlanError) as told:
        read_files(folder)
    assert told.value.problems[0].file == "areas.csv"


@given(st.text(max_size=30))
def test_a_plain_path_stays_inside(path: str) -> None:
    if plain(path):
        assert os.path.normpath(f"/x/{path}") == f"/x/{path}"
