"""An organisation whose people sign in the workbench is signed for by them alone, by whatever way a plan comes in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fixtures.publishing import as_user, person
from placeplan.core.errors import PlanError
from placeplan.plan.adding import with_entry
from placeplan.web.accounts.models import User
from placeplan.web.store.folders import bring_in, files_of, read_files
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts, uploads
from placeplan.web.workbench.merging import merge_into

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(plan: Path) -> Version:
    made = bring_in("mill-vale", "Mill Vale", read_files(plan), "brought in")
    person(made, "bo", "ACU1", "board")
    return made


@pytest.fixture
def eve(version: Version) -> User:
    return person(version, "eve", "CHS1", "contributor")


def main() -> Draft:
    return Draft.objects.get(name="main")


def signed(version: Version, whose: str, position: str = "signed") -> dict[str, bytes]:
    """A file of an initiative with one more entry."""
    files = files_of(version)
    file = next(p for p in sorted(files) if p.startswith("initiatives/"))
    entry = {"organisation": whose, "position": position, "by": "A board", "source": "A letter"}
    return {file: with_entry(files[file].decode(), file, "sign_offs", entry).encode()}


def by_file(draft: Draft, files: dict[str, bytes], user: User) -> Version:
    return drafts.write(draft, draft.head, files, "by file", user)


def by_upload(draft: Draft, files: dict[str, bytes], user: User) -> Version:
    packed = io.BytesIO(uploads.as_zip(files_of(draft.head) | files, "plan"))
    return drafts.whole(draft, draft.head, uploads.files_in(packed, "plan.zip").files, "by upload", user)


def by_a_draft_aside(draft: Draft, files: dict[str, bytes], user: User) -> Version:
    other = drafts.aside(draft, draft.head, files_of(draft.head) | files, "aside", user)
    return merge_into(draft, other, "merged", user)


@pytest.mark.parametrize("way", [by_file, by_upload, by_a_draft_aside])
def test_nobody_signs_for_an_organisation_whose_people_sign_here(
    version: Version, eve: User, way: Callable[[Draft, dict[str, bytes], User], Version]
) -> None:
    with pytest.raises(PlanError) as refused:
        way(main(), signed(version, "ACU1"), eve)
    (told,) = refused.value.problems
    assert told.code == "signed-for-others"
    assert told.file.startswith("initiatives/")
    assert told.row > 0
    assert "people of ACU1 sign here themselves" in told.what
    assert main().head == version
    assert way(main(), signed(version, "ACU1"), User.objects.get(name="Bo")) == main().head != version


def test_what_was_signed_elsewhere_is_written_down_by_anybody(version: Version, eve: User) -> None:
    assert by_file(main(), signed(version, "CHS1"), eve) == main().head, "nobody of theirs signs here"
    assert by_file(main(), signed(main().head, "ACU1", "not_asked"), eve) == main().head, "it says nothing for them"


def test_what_an_organisation_signed_in_its_own_draft_is_merged_by_others(version: Version, eve: User) -> None:
    own = drafts.begin(main(), "theirs", "ACU1")
    by_file(own, signed(version, "ACU1"), User.objects.get(name="Bo"))
    assert merge_into(main(), Draft.objects.get(name="theirs"), "merged", eve) == main().head != version


def decided(version: Version, date: str = "2016-05-01") -> dict[str, bytes]:
    """The file of boards with one on which two vote and one is heard, and one decision of it."""
    initiative = next(p for p in sorted(files_of(version)) if p.startswith("initiatives/")).split("/")[1].removesuffix(".yaml")  # fmt: skip
    seats = [("ACU1", "votes"), ("COM1", "votes"), ("CHS1", "attends")]
    members = "".join(f"      - {{organisation: {o}, voice: {voice}}}\n" for o, voice in seats)
    said = f"boards:\n  - id: joint\n    name: Joint board\n    members:\n{members}    source: Terms\n"
    entry = (
        f"  - {{id: d1, board: joint, initiatives: [{initiative}], decided: approved, date: {date}, source: Minutes}}\n"
    )
    return {"authority.yaml": f"{said}decisions:\n{entry}".encode()}


@pytest.mark.parametrize("way", [by_file, by_upload, by_a_draft_aside])
def test_what_a_board_decided_is_written_by_people_of_those_who_vote_on_it(
    version: Version, eve: User, way: Callable[[Draft, dict[str, bytes], User], Version]
) -> None:
    with pytest.raises(PlanError) as refused:
        way(main(), decided(version), eve)
    (told,) = refused.value.problems
    assert (told.code, told.file) == ("signed-for-others", "authority.yaml")
    assert "people of members of joint sign here themselves" in told.what
    assert way(main(), decided(version), User.objects.get(name="Bo")) == main().head != version


def test_taking_them_off_the_board_does_not_help(version: Version, eve: User) -> None:
    nobody_yet = decided(version)["authority.yaml"].partition(b"decisions:")[0]
    by_file(main(), {"authority.yaml": nobody_yet}, eve)
    theirs = decided(version)["authority.yaml"].replace(b"organisation: ACU1", b"organisation: GPS1")
    with pytest.raises(PlanError, match="sign here themselves"):
        by_file(main(), {"authority.yaml": theirs}, eve)


def test_a_board_of_which_nobody_signs_here_is_written_down_by_anybody(version: Version, eve: User) -> None:
    elsewhere = decided(version)["authority.yaml"].replace(b"organisation: ACU1", b"organisation: GPS1")
    assert by_file(main(), {"authority.yaml": elsewhere}, eve) == main().head != version


def test_the_page_tells_it_and_nothing_is_written(version: Version, eve: User) -> None:
    packed = uploads.as_zip(files_of(version) | signed(version, "ACU1"), "plan")
    assert zipfile.is_zipfile(io.BytesIO(packed))
    sent = {"file": SimpleUploadedFile("plan.zip", packed), "message": "mine", "base": version.pk}
    answer = as_user(eve).post("/drafts/mill-vale/main/upload", sent)
    assert answer.status_code == 422
    assert "sign here themselves" in answer.content.decode()
    assert main().head == version
