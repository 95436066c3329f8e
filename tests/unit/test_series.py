"""Published series: known by their content, every row used or set aside, the same figures however a file is written."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from placeplan.cli import app
from placeplan.core.errors import PlanError, Problem
from placeplan.core.tables import TABLES
from placeplan.series import opened
from placeplan.series.layout import Layout, layouts, licences
from placeplan.series.plan_rows import plan_rows
from placeplan.series.read import COLUMNS, Series, read_series
from placeplan.series.why import ASIDE, CELLS, WHY
from placeplan.series.write import unknown_codes, write_series

HEAD = "period_date,provider_org_code,provider_org_name,elective_ga_ordinary_admissions_ffces,elective_ga_daycase_admissions_ffces,elective_ga_total_admissions_ffces,elective_ga_planned_ordinary_admissions_ffces,elective_ga_planned_daycase_admissions_ffces,elective_ga_planned_total_admissions_ffces,total_nonelective_ga_admissions_ffces,all_1st_outpatient_attendances_ga"
AE = "period,org_code,type,attendances,breaches,admissions"
LARGEST_HERE = 2**20
"""Largest file in these tests: a bomb that opens in no time."""
LONG = [
    "2016-04-01,RX1,1,9000,1200,2500",
    "2016-04-01,RX2,1,7000,800,1900",
    "2016-05-01,RX1,1,9100,1250,2400",
]


def file(folder: Path, content: str | bytes, name: str = "given.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def one(path: Path, layout: str = "", period: str = "") -> Series:
    (series,) = read_series(path, layout, period)
    return series


def figures(series: Series) -> list[tuple[Any, ...]]:
    return series.ask('select code, period, measure, "of", value from tidy order by all')


def refused(path: Path, **asked: str) -> Problem:
    with pytest.raises(PlanError) as error:
        read_series(path, **asked)
    return error.value.problems[-1]


def codes(problems: list[Problem]) -> set[str]:
    return {p.code for p in problems}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Series]:
    """Every layout's own example, read; the file's name says nothing."""
    return {i: one(file(tmp_path_factory.mktemp(i), x.sample, "report (3) final.txt")) for i, x in layouts().items()}


@pytest.mark.parametrize("layout", layouts().values(), ids=lambda layout: layout.id)
def test_a_made_up_file_is_known_by_its_columns_alone(layout: Layout, samples: dict[str, Series]) -> None:
    """Each layout's own example is taken for that layout, whatever its name, and every figure of it is used."""
    series = samples[layout.id]
    assert series.layout.id == layout.id
    assert (
        series.rows == series.used + sum(series.aside.values()) == len(layout.sample.splitlines()) - series.place.lines
    )
    assert set(series.aside) <= {"above", "total", "suppressed"}
    assert series.used
    assert all(series.periods)
    assert [c for c, *_ in series.ask("describe tidy")] == list(COLUMNS)
    assert not {p.code for p in series.problems()} - {"period-assumed"}
    assert licences()[layout.licence].endswith(".")


def test_the_same_figures_come_out_however_a_file_is_written(tmp_path: Path) -> None:
    """Delimiter, packing, byte-order mark, encoding, order of columns, Excel or Parquet: none of it changes a figure."""
    text = "\n".join([AE, *LONG]) + "\n"
    wanted = figures(one(file(tmp_path, text)))
    assert len(wanted) == 9
    for sign in (";", "\t", "|", "$"):
        assert figures(one(file(tmp_path, text.replace(",", sign)))) == wanted
    for content in (
        gzip.compress(text.encode()),
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        text.replace("\n", "\r\n").encode(),
    ):
        assert figures(one(file(tmp_path, content, "x.dat"))) == wanted
    assert figures(one(file(tmp_path, f"A&E of Northtown\n\nAll figures are made up\n{text}"))) == wanted
    rows = list(csv.reader(io.StringIO(text)))
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(book)) as written:
        written.add_worksheet("About").write(0, 0, "Read me")
        sheet = written.add_worksheet("Data")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, [float(c) if c.isdigit() and j > 2 else c for j, c in enumerate(row)])
    series = one(book)
    assert figures(series) == wanted
    assert series.name == "book.xlsx [Data]"
    duckdb.read_csv(str(file(tmp_path, text))).write_parquet(str(tmp_path / "x.parquet"))
    assert figures(one(tmp_path / "x.parquet")) == wanted


def test_days_in_three_styles_are_the_same_days(tmp_path: Path) -> None:
    styles = ("2016-04-01", "01/04/2016", "April 2016", "1-Apr-16", "20160401", "2016-APR", "01APR2016")
    rows = [LONG[0].replace("2016-04-01", s).replace("RX1", f"RX{i}") for i, s in enumerate(styles, start=1)]
    series = one(file(tmp_path, "\n".join([AE, *rows])))
    assert series.used == 7
    assert series.periods == ("2016-04", "2016-04")
    american = one(file(tmp_path, "\n".join([AE, *LONG, "04/13/2016,RX9,1,1,1,1"])))
    assert american.aside == {"period": 1}


def test_names_in_two_encodings_are_read_and_told(tmp_path: Path) -> None:
    """A file whose lines were pasted together from UTF-8 and Windows' cp1252."""
    lines = [HEAD, "2016-04-01,RX1,Hôpital,1,1,2,0,0,0,5,9", "2016-05-01,RX1,Hôpital,1,1,2,0,0,0,5,9"]
    data = b"\n".join([lines[0].encode(), lines[1].encode("cp1252"), lines[2].encode()])
    series = one(file(tmp_path, data))
    assert {r[0] for r in series.ask("select name from tidy")} == {"Hôpital"}
    assert series.notes == ["1 line written in Windows' cp1252, the others in UTF-8"]


def test_two_header_rows_are_one(tmp_path: Path) -> None:
    """Groups above the names, and a header that is repeated inside the data, as stacked files have."""
    upper = "Specific acute specialties:,,,,,,,,,"
    names = ["Ordinary Elective", "Daycase Elective", "Elective total", "Non-Elective", "First attendances seen total"]
    lower = "Activity Month,Organisation breakdown,Org Code,Org Name," + ",".join([*names, "First attendances DNA"])
    upper = ",,,," + "Specific acute specialties:,,,,,"
    rows = ["Apr 2020,Provider,RX1,Northtown,60,200,260,900,2100,5", "Apr 2020,Provider,RX2,Southtown,1,2,3,4,5,6"]
    alike = layouts()["mar_hes"]
    assert alike.least_matches > 6  # fewer columns than the layout asks for
    more = [f"{n} {i}" for n in names for i in range(2)]
    series = one(
        file(tmp_path, "\n".join([upper + "," * 10, f"{lower},{','.join(more)}", *[f"{r}{',7' * 10}" for r in rows]]))
    )
    assert series.place.lines == 2
    assert series.used == 2
    assert (900.0,) in series.ask("select value from tidy where code = 'RX1' and measure = 'Non-Elective'")
    stacked = one(file(tmp_path, "\n".join([AE, LONG[0], AE, LONG[1]])))
    assert stacked.aside == {"header": 1}
    assert stacked.used == 2


BAD = {
    "blank": "",
    "total": "Total,,,16000,2000,4400",
    "note": "Source: made up,,,,,",
    "header": AE,
    "cells": "2016-04-01,RX3,1,9000,1200",
    "code": "2016-04-01,rx3,1,9000,1200,2500",
    "period": "soon,RX3,1,9000,1200,2500",
    "formula": "2016-04-01,RX3,=cmd|' /C calc'!A0,9000,1200,2500",
    "no_number": "2016-04-01,RX3,1,many,lots,some",
    "suppressed": "2016-04-01,RX3,1,*,*,*",
    "no_figure": "2016-04-01,RX3,1,,-,N/A",
    "twice": LONG[0],
}
"""Reason → a line that is set aside for it."""


@settings(max_examples=15)
@given(st.lists(st.sampled_from([*BAD]), max_size=8), st.integers(0, 3))
def test_rows_in_are_rows_used_and_rows_set_aside(
    tmp_path_factory: pytest.TempPathFactory, bad: list[str], at: int
) -> None:
    """Whatever stands between the good rows, each is counted once under its own reason, and the good figures stay."""
    lines = [*LONG[:at], *(BAD[b] for b in bad), *LONG[at:]]
    series = one(file(tmp_path_factory.mktemp("mixed"), "\n".join([AE, *lines, ""])))
    assert series.rows == len(lines) == series.used + sum(series.aside.values())
    assert series.aside == {b: bad.count(b) for b in set(bad)}
    assert series.ask("select sum(value) from tidy where measure = 'attendances'")[0][0] == 25100
    assert series.used == 3


def test_two_figures_for_one_thing_are_both_set_aside(tmp_path: Path) -> None:
    """Nobody can tell which of them holds; the same figure twice counts once."""
    series = one(
        file(tmp_path, "\n".join([AE, *LONG, LONG[0].replace("9000", "9001"), LONG[1].replace("7000", '"7,000"')]))
    )
    assert series.aside == {"contradicts": 2, "twice": 1}
    assert series.used == 2
    (told,) = series.problems()
    assert told.code == "set-aside"
    assert "lines 2, 5" in told.what


def test_ages_and_sexes_and_second_codes_that_cannot_be_read(tmp_path: Path) -> None:
    people = one(file(tmp_path, layouts()["population_national"].sample + "\nFemales,old,1,1,1,1\nOthers,1,1,1,1,1\n"))
    assert people.aside == {"age": 1, "sex": 1}
    flows = one(file(tmp_path, layouts()["admissions_by_council"].sample + "\nDorset,Dorset,RX1,5\n"))
    assert flows.aside == {"other": 1}


def test_cells_that_cannot_be_used_are_counted_and_the_row_stays(tmp_path: Path) -> None:
    rows = [
        "2016-04-01,RX1,1,*,1200,2500",
        "2016-05-01,RX1,1,<5,-3,2500",
        '2016-06-01,RX1,1,"9,100",=1+1,2500',
        "2016-07-01,RX1,1,many,,2500",
    ]
    series = one(file(tmp_path, "\n".join([AE, *rows])))
    assert series.used == 4
    assert series.cells == {"figure": 6, "suppressed": 2, "below": 1, "blank": 1, "formula": 1, "words": 1}
    assert (9100.0,) in series.ask("select value from tidy where measure = 'attendances'")
    assert codes(series.problems()) == {"cells-not-used"}
    shares = one(file(tmp_path, layouts()["rtt_list"].sample.replace("0.91", "91%").replace("0.93", "93")))
    assert shares.cells["above"] == 1  # 93 is no share
    assert shares.ask("select value from tidy where \"of\" = 'share'") == [(0.91,)]


def test_cells_that_slipped_into_other_columns_are_not_trusted(tmp_path: Path) -> None:
    """Figures with commas written without quotes move what follows; where many rows show it, no row is used."""
    sample = layouts()["eric"].sample
    assert one(file(tmp_path, sample)).used == 2
    header, first, second = sample.splitlines()
    slipped = second.replace(",No,0,120000,40000", ",3,No,0,120,000,40")
    lost = ",".join(slipped.split(",")[: len(header.split(","))])
    with pytest.raises(PlanError) as error:
        read_series(file(tmp_path, f"{header}\n{first}\n{lost}"))
    assert "no-rows-left" in codes(list(error.value.problems))
    assert "slipped" in str(error.value)
    assert "In line 3 “Estates Development Strategy (Yes/No)” holds “3”." in str(error.value)


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


def month(number: int, rows: str) -> str:
    return rows.replace("MONTH", f"{2016 + (number > 9)}-{(number + 2) % 12 + 1:02d}-01")


def test_a_year_of_a_plan_is_made_of_all_its_months(tmp_path: Path) -> None:
    """Twelve months of 100 are 1,200; eleven are told, not counted as a year."""
    rows = [month(m, "MONTH,RX1,1,100,1,1\nMONTH,RX1,2,10,1,1\nMONTH,RX1,other,5,1,1") for m in range(1, 13)]
    rows += [month(m, "MONTH,RX2,1,50,1,1") for m in range(1, 12)]
    made = plan_rows([one(file(tmp_path, "\n".join([AE, *rows])))], "2016/17")
    found = {(r.pod, r.site): r.activity for r in made.rows["activity"]}  # type: ignore[attr-defined]
    assert found == {("ae_type1", "RX1"): 1200, ("ae_other", "RX1"): 180}
    (told,) = made.problems
    assert told.code == "year-not-whole"
    assert "RX2 (11 of 12 months)" in told.what


def test_a_file_of_another_year_says_so(tmp_path: Path) -> None:
    """And the sites of an organisation are found by their parent."""
    staff = one(file(tmp_path, layouts()["workforce"].sample))
    (told,) = plan_rows([staff], "2016/17").problems
    assert told.code == "year-not-there"
    assert "it is of 2017-09" in told.what
    assert [(r.group, r.in_post) for r in plan_rows([staff], "2017/18").rows["staff"]] == [
        ("doctors", 600.5),
        ("nurses", 1490.25),
    ]  # type: ignore[attr-defined]
    hospitals = one(file(tmp_path, layouts()["hospitals"].sample, "b.csv"))
    assert [r.id for r in plan_rows([hospitals], "2016/17", ["RX2"]).rows["sites"]] == ["RX201"]  # type: ignore[attr-defined]


def test_beds_are_the_mean_of_the_quarters(tmp_path: Path) -> None:
    head = layouts()["kh03_totals"].sample.splitlines()[0]
    rows = [
        f"2016-17 Q{q},,,RX1,Northtown,{g},{a},{a - 10},"
        for q, a in enumerate((100, 110, 120, 130), start=1)
        for g in ("mental_illness", "learning_disabilities")
    ]
    made = plan_rows([one(file(tmp_path, "\n".join([head, *rows])))], "2016/17")
    (beds,) = made.rows["beds"]
    assert (beds.site, beds.pool, beds.available, beds.occupied) == ("RX1", "mental_health", 230, 210)  # type: ignore[attr-defined]
    assert "2016/17" in beds.source
    assert beds.level == "published"


def test_rows_of_all_tables_are_rows_that_a_plan_may_hold(samples: dict[str, Series]) -> None:
    """Every rule of every layout, on the layout's own example; the year is that of the example."""
    given = {name for layout in layouts().values() for name in (g.table for g in layout.gives)}
    seen: set[str] = set()
    for layout in layouts().values():
        if layout.gives:
            series = samples[layout.id]
            for year in {p for (p,) in series.ask("select distinct period from tidy")} | {
                "2016/17",
                "2017/18",
                "2024/25",
            }:
                if "/" in year and len(year) == 7:
                    made = plan_rows([series], year)
                    assert not [p for p in made.problems if p.code not in ("year-not-whole", "year-not-there")], (
                        made.problems
                    )
                    seen |= set(made.rows)
                    assert all(isinstance(r, TABLES[t][0]) for t, rows in made.rows.items() for r in rows)
    assert given - seen == {"beds", "activity"} & (given - seen)  # examples of months and quarters hold no whole year


def test_a_row_that_breaks_a_rule_of_the_plan_is_told(tmp_path: Path) -> None:
    eric = layouts()["eric"].sample.replace("ACUTE - LARGE", "SOMETHING ELSE")
    twice = one(file(tmp_path, eric, "a.csv")), one(file(tmp_path, layouts()["eric"].sample, "b.csv"))
    made = plan_rows(twice, "2016/17")
    assert sorted(p.code for p in made.problems) == ["given-twice", "not-of-plan"]
    assert sorted(r.id for r in made.rows["organisations"]) == ["RX1", "RX2"]  # type: ignore[attr-defined]


def test_lines_of_social_care_share_out_its_total(tmp_path: Path) -> None:
    """Every row of a council lies in one line, whatever its care type, age and setting: nothing counts twice or is lost."""
    head = layouts()["ascfr_totals"].sample.splitlines()[0]
    kinds = [(c, a, s) for c in (1, 2, 3, 4) for a in ("", 1, 2) for s in ("", 1, 2, 6, 7, 9)]
    rows = [
        f"2017,102,E10000099,E12000002,{c},{a},4,{s},,,1,0,0,0,0,0,{2**n}" for n, (c, a, s) in enumerate(kinds[:40])
    ]
    rows += ["2017,102,E10000099,E12000002,2,2,4,2,,,2,0,0,0,0,0,7"]  # voluntary items repeat what is there
    made = plan_rows([one(file(tmp_path, "\n".join([head, *rows])))], "2016/17").rows["money"]
    assert sum(r.amount for r in made) == 1000 * (2**40 - 1)  # type: ignore[attr-defined]
    assert {r.line for r in made} == {  # type: ignore[attr-defined]
        "residential 65+", "nursing 65+", "home care 65+", "other long-term 65+", "long-term 18-64", "short-term, assessment and other",
    }  # fmt: skip


def test_a_unit_cost_is_cost_over_activity(tmp_path: Path) -> None:
    """(700,000 + 2,700,000) ÷ (1,000 + 3,000) = 850."""
    made = plan_rows([one(file(tmp_path, layouts()["cost_collection"].sample))], "2024/25")
    assert {r.pod: r.cost for r in made.rows["unit_costs"]} == {"day_case": 850, "ae_type1": 250}  # type: ignore[attr-defined]


def test_what_is_written_reads_back_and_accounts_for_every_row(tmp_path: Path) -> None:
    series = one(file(tmp_path, "\n".join([AE, *LONG, BAD["code"], BAD["total"]])))
    other = one(file(tmp_path, "\n".join([AE, *LONG]), "again.csv"))
    files = write_series([series, other], tmp_path / "out", "parquet", {})
    assert list(files.values()) == ["ae_by_type-2016-04-2016-05.parquet", "ae_by_type-2016-04-2016-05-2.parquet"]
    back = duckdb.read_parquet(str(tmp_path / "out" / files["given.csv"])).fetchall()
    assert sorted(back) == sorted(series.ask("select * from tidy"))
    text = (tmp_path / "out" / "ae_by_type-2016-04-2016-05-set-aside.csv").read_text(encoding="utf-8")
    aside = list(csv.DictReader(io.StringIO(text)))
    assert [(r["line"], r["why"], r["written: org_code"]) for r in aside] == [("5", "code", "rx3"), ("6", "total", "")]
    said = json.loads((tmp_path / "out" / "series.json").read_text())[0]
    assert said["rows"] == 5 == said["used"] + sum(said["set_aside"].values())
    assert len(said["sha256"]) == 64


def test_the_verb_tells_reads_and_refuses(tmp_path: Path) -> None:
    good, bad = file(tmp_path, "\n".join([AE, *LONG]), "good.csv"), file(tmp_path, "a,b\n1,2\n", "bad.csv")
    run = CliRunner().invoke(app, ["series", str(good), str(bad), "--out", str(tmp_path / "out"), "--year", "2016-17"])
    assert run.exit_code == 1
    assert "3 rows = 3 used + 0 set aside; 9 figures" in run.stdout
    assert "Open Government Licence" in run.stdout
    assert "no-layout" in run.stdout
    assert (tmp_path / "out" / "ae_by_type-2016-04-2016-05.csv").exists()
    alone = CliRunner().invoke(app, ["series", str(good), "--json"])
    assert alone.exit_code == 0
    assert json.loads(alone.stdout)["series"][0]["layout"] == "ae_by_type"
    again = CliRunner().invoke(app, ["series", str(good), "--out", str(tmp_path / "out")])
    assert isinstance(again.exception, PlanError)
    listed = CliRunner().invoke(app, ["series"])
    assert listed.exit_code == 0
    assert len(listed.stdout.splitlines()) == len(layouts())
    assert CliRunner().invoke(app, ["series", str(good), "--year", "soon"]).exit_code == 2


def test_every_reason_and_code_is_provoked_here() -> None:
    """A code stays; each stands in a test of this file."""
    text = Path(__file__).read_text(encoding="utf-8")
    for name in (*WHY, *ASIDE, *CELLS):
        assert f'"{name}"' in text or name in ("above", "set-aside"), name
    assert all(why.endswith(".") for why in WHY.values())
