"""Published series: known by their content, every row used or set aside, the same figures however a file is written."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from fixtures import series_files
from fixtures.series_files import AE, BAD, HEAD, LONG, codes, figures, file, one, read_samples
from placeplan.cli import app
from placeplan.core.errors import PlanError
from placeplan.series.layout import Layout, layouts, licences
from placeplan.series.read import COLUMNS, Series, read_series
from placeplan.series.why import ASIDE, CELLS, WHY
from placeplan.series.write import write_series


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Series]:
    return read_samples(tmp_path_factory)


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
    """A code stays; each stands in a test of series."""
    files = [*Path(__file__).parent.glob("test_series*.py"), Path(series_files.__file__)]
    text = "".join(f.read_text(encoding="utf-8") for f in files)
    for name in (*WHY, *ASIDE, *CELLS):
        assert f'"{name}"' in text or name in ("above", "set-aside"), name
    assert all(why.endswith(".") for why in WHY.values())
