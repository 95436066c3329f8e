"""What an upload takes out of a plan or changes in it is told, and what holds no plan is refused, each in words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fixtures.broken_plans import WHOLE, write
from placeplan.core.errors import PlanError
from placeplan.web.store.folders import bring_in, files_of, read_files
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts

pytestmark = pytest.mark.django_db
MAIN = "/drafts/mill-vale/main/"
Files = dict[str, bytes]


def archive(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for path, data in files.items():
            made.writestr(path, data)
    return out.getvalue()


def under(folder: str, files: Files) -> Files:
    return {f"{folder}/{path}": data for path, data in files.items()}


def head() -> Version:
    return Draft.objects.get(place__slug="mill-vale", name="main").head


def sent(client: Client, name: str, data: bytes) -> Any:
    """The answer to an upload, and the page after it."""
    given = {"file": SimpleUploadedFile(name, data), "message": "mine", "base": head().pk}
    answer = client.post(f"{MAIN}upload", given)
    return answer, client.get(MAIN).content.decode() if answer.status_code == 302 else answer.content.decode()


@pytest.fixture
def whole(version: Version, tmp_path: Path) -> Version:
    """A plan with comments and every kind of file, and nothing on record that alone would keep it from being lost."""
    return bring_in("mill-vale", "Mill Vale", read_files(write(WHOLE, tmp_path / "whole")), "whole")


@pytest.mark.parametrize("files", [{}, {"__MACOSX/._plan.yaml": b"x"}, {"plan/.DS_Store": b"x"}], ids=["nothing", "a system's", "a folder's"])  # fmt: skip
def test_an_empty_archive_changes_nothing(whole: Version, ana: Client, files: Files) -> None:
    answer, page = sent(ana, "plan.zip", archive(files))
    assert answer.status_code == 422
    assert "“plan.zip” holds no plan" in page
    assert head() == whole


def test_folders_around_a_plan_are_left_out_however_many(whole: Version, ana: Client) -> None:
    answer, page = sent(ana, "plan.zip", archive(under("Plans 2016/mill-vale/mill-vale", files_of(whole))))
    assert answer.status_code == 302
    assert head() == whole
    assert "Taken out" not in page


@pytest.mark.parametrize(
    ("files", "mend"),
    [
        ({"mimetype": b"x", "content.xml": b"x"}, "save it as an Excel workbook"),
        ({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}, "save it as an Excel workbook"),
        ({"beds.csv": b"site\n"}, "would be taken out of the draft"),
        ({"note.txt": b"x", "ours/mill-vale/plan.yaml": b"x", "old/plan.yaml": b"x"}, "Pack “old” or “ours/mill-vale” alone."),
    ],
    ids=["a workbook of LibreOffice", "a workbook of Excel", "one table", "a plan among others"],
)  # fmt: skip
def test_an_archive_without_a_plan_at_its_top_says_what_to_pack(
    whole: Version, ana: Client, files: Files, mend: str
) -> None:
    answer, page = sent(ana, "plan.zip", archive(files))
    assert answer.status_code == 422
    assert "there is no plan.yaml at its top" in page
    assert mend in page
    assert head() == whole


def test_files_that_an_archive_does_not_have_are_told(whole: Version, ana: Client) -> None:
    left = {path: data for path, data in files_of(whole).items() if path not in ("promises.yaml", "stays.csv")}
    _, page = sent(ana, "plan.zip", archive(left))
    told = page.split("Taken out")[1].split("</ul>")[0]
    assert f"version {whole.number} has it still" in told
    assert "<li>promises.yaml</li><li>stays.csv</li>" in told
    assert set(head().tree) == set(left)


def emptied(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        sheet.delete_rows(1, sheet.max_row)


def foreign(book: openpyxl.Workbook) -> None:
    for name in book.sheetnames[1:]:
        book.remove(book[name])
    book.worksheets[0].title = "Budget 2016"


@pytest.mark.parametrize("spoil", [emptied, foreign])
def test_a_workbook_without_a_plan_changes_nothing(
    whole: Version, ana: Client, spoil: Callable[[openpyxl.Workbook], None]
) -> None:
    answer, page = sent(ana, "plan.xlsx", changed(ana, spoil))
    assert answer.status_code == 422
    assert "plan.xlsx holds no plan" in page
    assert "/tmp" not in page
    assert head() == whole


def changed(client: Client, spoil: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The draft's workbook, as somebody gives it back."""
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{MAIN}plan.xlsx").content))
    spoil(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_a_workbook_cannot_keep_is_told_after_it_is_brought_in(whole: Version, ana: Client) -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        book.remove(book["as written"])
        book.remove(book["stays"])

    answer, page = sent(ana, "plan.xlsx", changed(ana, spoil))
    assert answer.status_code == 302
    assert "<li>stays.csv</li>" in page.split("Taken out")[1].split("</ul>")[0]
    told = page.split("Look whether this is as you meant it:")[1].split("</ul>")[0]
    assert "The sheet “as written” is not there: comments in the files" in told


def test_no_way_of_writing_leaves_a_draft_without_a_plan(whole: Version) -> None:
    line = Draft.objects.get(name="main")
    with pytest.raises(PlanError, match="Nothing of the plan would be left"):
        drafts.write(line, whole, dict.fromkeys(files_of(whole)), "all gone", None)
    with pytest.raises(PlanError, match="Nothing of the plan would be left"):
        drafts.whole(line, whole, {"note.md": b"x"}, "a note alone", None)
    assert head() == whole
