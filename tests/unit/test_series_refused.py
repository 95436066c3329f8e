"""Published files that cannot be used, or only in part: refused or told in words, with where and how to mend it."""

from __future__ import annotations

import csv
import gzip
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from fixtures.series_files import AE, BAD, LONG, codes, file, one, refused
from placeplan.series import opened
from placeplan.series.layout import layouts
from placeplan.series.write import unknown_codes

LARGEST_HERE = 2**20
"""Largest file in these tests: a bomb that opens in no time."""


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "empty-file", "empty"),
        (b" \n\n", "empty-file", "empty"),
        (gzip.compress("\n".join([AE, *LONG]).encode())[:-12], "half-file", "too early"),
        (b"PAR1" + bytes(50), "half-file", "too early"),
        (b"PK\x03\x04 nothing", "half-file", "too early"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "wrong-encoding", "neither text"),
        (f"{AE}\n{LONG[0]}\n2016-04-01,\"RX2,1,7".encode(), "broken-csv", "line 3"),
        (b"a,b\n1,2\n", "no-layout", "no column"),
        (gzip.compress(bytes(LARGEST_HERE + 1)), "too-large", "unpacked"),
        (f"{AE}\n2016-04-01,RX1,1,*,*,*\n".encode(), "no-rows-left", "set aside"),
        (f"{AE}\n".encode(), "no-rows-left", "no row under it"),
    ],
    ids=["empty", "blank", "half a gzip", "half a parquet", "half a workbook", "a picture", "half a CSV", "strange", "a bomb", "kept back", "header only"],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_words(
    tmp_path: Path, content: bytes, code: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "LARGEST", LARGEST_HERE)
    told = refused(file(tmp_path, content))
    assert told.code == code
    assert says in told.what
    assert told.mend


def test_an_archive_is_no_workbook_and_a_folder_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("data.csv", "a,b")
    assert (
        refused(tmp_path / "x.zip").code
        == refused(tmp_path).code
        == refused(tmp_path / "nowhere").code
        == "unreadable-file"
    )


def test_macros_are_told_and_not_run(tmp_path: Path) -> None:
    """The part that holds macros is noise here, and the figures are read all the same."""
    book, noise = tmp_path / "book.xlsm", tmp_path / "vba.bin"
    noise.write_bytes(b"no real project")
    with xlsxwriter.Workbook(str(book)) as written:
        written.add_vba_project(str(noise))
        sheet = written.add_worksheet("Data")
        for i, row in enumerate(csv.reader([AE, *LONG])):
            sheet.write_row(i, 0, row)
    series = one(book)
    assert series.used == 3
    assert series.notes == ["an Excel workbook with macros, which are not run"]


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x85", "\u2028"], ids=["tab", "form", "next", "line"])
def test_a_sign_that_some_call_a_line_end_breaks_no_row(tmp_path: Path, sign: str) -> None:
    """A name may hold a vertical tab, a form feed or a separator of Unicode: to CSV they are part of the cell."""
    header, *rows = layouts()["mar"].sample.splitlines()
    plain = one(file(tmp_path, "\n".join([header, *rows])))
    name = rows[0].split(",")[2]
    odd = one(file(tmp_path, "\n".join([header, rows[0].replace(name, f"{name}{sign}Trust"), *rows[1:]])))
    assert (odd.rows, odd.used, odd.aside) == (plain.rows, plain.used, plain.aside)


def test_half_a_line_at_the_end_is_set_aside(tmp_path: Path) -> None:
    series = one(file(tmp_path, "\n".join([AE, *LONG])[:-8]))
    assert series.aside == {"cells": 1}
    assert series.problems()[0].row == 4


def test_a_file_of_no_layout_hears_which_is_nearest_and_what_it_lacks(tmp_path: Path) -> None:
    told = refused(
        file(
            tmp_path,
            "\n".join([AE.replace("org_code", "orgcode_x").replace(",breaches", ""), "2016-04-01,RX1,1,9000,2500"]),
        )
    )
    assert told.code == "no-layout"
    assert told.nearest == "ae_by_type"
    assert "“org_code” (here “orgcode_x”?), “breaches”" in told.what
    swapped = refused(file(tmp_path, f"{AE}\nRX1,2016-04-01,1,1,1,1\n"))
    assert "do not look like it" in swapped.what
    assert swapped.nearest == "ae_by_type"


def test_a_file_of_two_layouts_is_asked_about(tmp_path: Path) -> None:
    both = "period,org_code,type,attendances,breaches,admissions,month,org_name,staff_group,fte"
    path = file(tmp_path, f"{both}\n2016-04,RX1,1,9000,1200,2500,2017-SEP,Northtown,Midwives,90\n")
    told = refused(path)
    assert told.code == "two-layouts"
    assert "ae_by_type, workforce" in told.what
    assert "--as" in told.mend
    assert one(path, "workforce").ask("select value from tidy") == [(90.0,)]
    unread = [p for p in one(path, "workforce").problems() if p.code == "columns-not-read"]
    assert "5 columns are not read" in unread[0].what
    assert refused(path, layout="workforces").code == "unknown-layout"
    assert refused(path, layout="workforces").nearest == "workforce"


def test_a_file_without_a_year_says_what_was_taken(tmp_path: Path) -> None:
    path = file(tmp_path, layouts()["cost_collection"].sample)
    assert codes(one(path).problems()) == {"period-assumed"}
    assert one(path).periods[0] == "2024/25"
    assert one(path, period="2023/24").periods[0] == "2023/24"
    assert not one(path, period="2023-24").problems()
    assert refused(path, period="soon").code == "no-period"


def test_codes_that_a_register_does_not_know_are_told_with_the_nearest(tmp_path: Path) -> None:
    register = one(file(tmp_path, layouts()["ods_sites"].sample, "ods.csv"))
    series = one(file(tmp_path, "\n".join([AE, *LONG]), "ae.csv"))
    (told,) = unknown_codes([register, series])
    assert told.code == "unknown-code"
    assert "RX2 (nearest RX1)" in told.what
    assert told.severity == "warning"
    assert unknown_codes([series]) == []


def test_a_lower_case_code_hears_the_right_one(tmp_path: Path) -> None:
    (told,) = one(file(tmp_path, "\n".join([AE, *LONG, BAD["code"].replace("rx3", "rx2")]))).problems()
    assert told.row == 5
    assert told.column == "org_code"
    assert told.nearest == "RX2"
