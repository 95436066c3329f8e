"""The board's pack: every figure of the findings in every form, accessible, the same bytes each time, and nothing that runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pypdf
import pytest
from docx import Document
from scipy.io import netcdf_file

from fixtures.sample_findings import bare, westshire
from placeplan.report.pack.blocks import Heading, Picture, Points, Said, Sheet
from placeplan.report.pack.files import as_csv
from placeplan.report.pack.netcdf import plain
from placeplan.report.pack.package import DESCRIPTION, write_pack
from placeplan.report.pack.pdf import as_html
from placeplan.report.pack.story import CHAPTER, tell
from placeplan.report.pack.tables import Table, tables
from placeplan.report.pack.wordtable import ACROSS, GAP, LETTER
from placeplan.report.page import render
from placeplan.stress.findings import Findings
from placeplan.stress.results.ground import NotModelled
from placeplan.stress.results.tests import StressFinding, StressRow


@pytest.fixture(scope="module")
def findings() -> Findings:
    """What a run of a made-up place found, with a source whose name a spreadsheet would run."""
    found = westshire()
    row = StressRow(what="One line", figure=1.0, shown="£1m", result="fail")
    test = StressFinding(
        test="money", title="Money", question="Does it add up?", result="fail", sentence="It does not.", method="By hand.", source="Made up",
        seed=1, futures=0, rows=(row, row.model_copy(update={"figure": None})),
    )  # fmt: skip
    sources = (*found.sources, ("=cmd|' /C calc'!A0", "none"), ("<b>R&D", "OGL"))
    return found.model_copy(update={"sources": sources, "tests": (test,)})


@pytest.fixture(scope="module")
def pack(findings: Findings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack as it is written."""
    folder = tmp_path_factory.mktemp("pack")
    write_pack(findings, folder)
    return folder


def named(findings: Findings, name: str) -> Table:
    return next(t for t in tables(findings) if t.name == name)


def test_every_list_of_the_findings_has_a_table_with_as_many_rows(findings: Findings) -> None:
    """Nothing is left out: rows in, rows out."""
    rows = {t.name: len(t.rows) for t in tables(findings)}
    assert rows["promises"] == len(findings.promises) > 0
    assert rows["grid"] == sum(len(p.by_year) for p in findings.promises)
    assert rows["fans"] == sum(len(f.points) for f in findings.fans) > 0
    assert rows["shocks"] == sum(len(s.P) for s in findings.scenarios) > 0
    assert rows["test_rows"] == sum(len(t.rows) for t in findings.tests) > 0
    for name in ("bridge", "claims", "causes", "besides", "forms", "tests", "reconciliation", "components", "sources"):
        assert rows[name] == len(getattr(findings, name)), name
    assert rows["assumptions"] == len(findings.assumed)
    missing = (*findings.not_modelled, *findings.not_tested, *findings.not_published)
    assert rows["missing"] == len(missing)


def test_the_same_figures_stand_in_csv_parquet_excel_and_netcdf(findings: Findings, pack: Path) -> None:
    """Each form read back by somebody else's reader, cell by cell."""
    table = named(findings, "grid")
    names = [c.name for c in table.columns]
    read = list(csv.DictReader(io.StringIO((pack / "data" / "grid.csv").read_text(encoding="utf-8"))))
    p = [row[names.index("P")] for row in table.rows]
    assert [float(r["P"]) if r["P"] else None for r in read] == p
    parquet = duckdb.read_parquet(str(pack / "data" / "grid.parquet")).fetchall()
    assert parquet == list(table.rows)
    sheet = openpyxl.load_workbook(pack / "results.xlsx")["grid"]
    for row, told in zip(sheet.iter_rows(min_row=2, values_only=True), table.rows, strict=True):
        assert [v if isinstance(v, str | None) else pytest.approx(v, rel=1e-15) for v in row] == list(told)
    with netcdf_file(io.BytesIO((pack / "results.nc").read_bytes()), mmap=False) as held:
        shares = {(r["promise"], r["year"]): float(r["P"]) for r in read if r["P"]}
        promises = [b"".join(row).decode().strip() for row in held.variables["promise"][:]]
        years = [b"".join(row).decode().strip() for row in held.variables["year"][:]]
        grid = held.variables["P"][:]
        assert {(promises[i], years[j]): grid[i, j] for i, j in np.argwhere(~np.isnan(grid))} == shares


def test_fans_in_netcdf_are_those_of_the_findings(findings: Findings, pack: Path) -> None:
    """``[period, quantile]``, with the plan and with nothing done, with units."""
    with netcdf_file(io.BytesIO((pack / "results.nc").read_bytes()), mmap=False) as held:
        for fan in findings.fans:
            name = plain(fan.id)
            assert held.variables[f"{name}_plan"][:].tolist() == [list(p.plan) for p in fan.points]
            assert held.variables[f"{name}_plan"].units.decode() == fan.unit


def test_nothing_in_the_pack_runs(pack: Path) -> None:
    """Text that a spreadsheet would take for a formula is text in Excel, and has an apostrophe in CSV."""
    book = openpyxl.load_workbook(pack / "results.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert "=cmd|' /C calc'!A0" in {c.value for c in cells}
    assert "'=cmd|" in (pack / "data" / "sources.csv").read_text(encoding="utf-8")


def test_sheets_are_frozen_filtered_and_explained(findings: Findings, pack: Path) -> None:
    book = openpyxl.load_workbook(pack / "results.xlsx")
    names = [c.value for c in book["about"]["A"]]
    assert book.sheetnames == ["about", *(t.name for t in tables(findings))]
    for table in tables(findings):
        sheet = book[table.name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
        assert book["about"].cell(names.index(table.name) + 1, 1).hyperlink.location == f"'{table.name}'!A1"
        said = [c.comment.text.strip() if c.comment else "" for c in sheet[1]]
        assert said == [c.about.strip() for c in table.columns]


def test_word_has_headings_tables_with_header_rows_and_words_for_pictures(findings: Findings, pack: Path) -> None:
    """What a screen reader needs: title, language, heading styles in order, repeated header rows, alternative text."""
    story, book = tell(findings), Document(str(pack / "board-pack.docx"))
    assert book.core_properties.title == story.title
    assert book.core_properties.language == "en-GB"
    styles = [p.style.name for p in book.paragraphs]
    levels = [b.level for b in story.blocks if isinstance(b, Heading)]
    expected = ["Title" if level == 1 else f"Heading {level - 1}" for level in levels]
    assert [s for s in styles if s == "Title" or s.startswith("Heading")] == expected
    assert all(later - before <= 1 for before, later in pairwise(levels)), "no level is skipped"
    sheets = [b for b in story.blocks if isinstance(b, Sheet)]
    assert len(book.tables) == len(sheets)
    for table, block in zip(book.tables, sheets, strict=True):
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert [c.text for c in table.rows[0].cells] == list(block.head)
        assert len(table.rows) == len(block.rows) + 1
    xml = zipfile.ZipFile(pack / "board-pack.docx").read("word/document.xml").decode()
    pictures = [b for b in story.blocks if isinstance(b, Picture)]
    assert len(pictures) == len(findings.fans) == xml.count("<wp:docPr")
    assert xml.count(' descr="') == len(pictures)


def test_word_is_a4_with_contents_pages_and_rows_that_stay_whole(findings: Findings, pack: Path) -> None:
    """Contents lead to every chapter; tables have no column that cuts a word, no row that a page cuts."""
    story, book = tell(findings), Document(str(pack / "board-pack.docx"))
    section = book.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    foot = section.footer._element.xml
    assert "PAGE" in foot
    assert "NUMPAGES" in foot
    xml = zipfile.ZipFile(pack / "board-pack.docx").read("word/document.xml").decode()
    chapters = {b.anchor for b in story.blocks if isinstance(b, Heading) and b.anchor}
    assert len(chapters) == sum(isinstance(b, Heading) and b.level == CHAPTER for b in story.blocks) > 5
    assert set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml)) == chapters
    assert set(re.findall(r'<w:hyperlink [^>]*w:anchor="([^"]+)"', xml)) == chapters
    assert xml.count('w:fldCharType="begin"') == xml.count('w:fldCharType="end"') == 1
    assert xml.count("<w:cantSplit/>") == sum(len(t.rows) for t in book.tables)
    for table in book.tables:
        assert sum(c.width.cm for c in table.columns) == pytest.approx(ACROSS, abs=0.1)
        words = [max((len(w) for c in column.cells for w in c.text.split(" ")), default=0) for column in table.columns]
        if sum(words) * LETTER[8] + len(words) * GAP < ACROSS:
            assert all(c.width.cm >= n * LETTER[8] for c, n in zip(table.columns, words, strict=True))


def test_words_inks_are_dark_enough_and_its_fonts_are_one(pack: Path) -> None:
    """WCAG 1.4.3: 4.5 to 1; no style of the pack has the pale blue of Word's theme."""
    book = Document(str(pack / "board-pack.docx"))
    for name in {p.style.name for p in book.paragraphs} | {"Footer"}:
        font = book.styles[name].font
        assert (name, font.name) == (name, "Arial")
        assert contrast(font.color.rgb) >= 4.5, name


def contrast(ink: Any) -> float:
    """Contrast with white, WCAG 2.1."""
    parts = [v / 255 for v in ink]
    light = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 1.05 / (0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] + 0.05)


def elements(root: Any) -> list[Any]:
    """The structure elements of a PDF, in order."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if not isinstance(node, dict):
            return
        if "/S" in node:
            found.append(node)
        below = node.get("/K", [])
        for one in below if isinstance(below, list) else [below]:
            if not isinstance(one, int):
                walk(one)

    walk(root["/StructTreeRoot"])
    return found


def test_the_pdf_is_tagged_and_says_what_it_is(findings: Findings, pack: Path) -> None:
    """PDF/UA-1: marked, with a language, a title that is shown, a structure tree with headings, tables and described figures."""
    held = pypdf.PdfReader(pack / "board-pack.pdf")
    root: Any = held.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert held.metadata is not None
    assert held.metadata.title == tell(findings).title
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    tree = elements(root)
    kinds = Counter(e["/S"] for e in tree)
    story = tell(findings)
    assert kinds["/H1"] == 1
    assert kinds["/Table"] >= sum(isinstance(b, Sheet) for b in story.blocks)
    assert kinds["/Figure"] == len(findings.fans)
    assert all(e.get("/Alt") for e in tree if e["/S"] == "/Figure")
    text = "\n".join(page.extract_text() for page in held.pages)
    assert " ".join(findings.sentence.split()[:4]) in " ".join(text.split())
    assert all(page["/Tabs"] == "/S" for page in held.pages if "/Annots" in page), "links are reached in reading order"


def test_the_pdfs_headings_descend_by_one_and_each_header_cell_says_of_what(findings: Findings, pack: Path) -> None:
    """ISO 14289-1, 7.4.2 and 7.5: no level is skipped; a row is TR, a header TH with its scope; fonts are embedded."""
    held = pypdf.PdfReader(pack / "board-pack.pdf")
    tree = elements(held.trailer["/Root"])
    levels = [int(e["/S"][2:]) for e in tree if re.fullmatch(r"/H\d", e["/S"])]
    assert levels[0] == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))
    scopes = Counter(e["/A"].get("/Scope") for e in tree if e["/S"] == "/TH")
    sheets = [b for b in tell(findings).blocks if isinstance(b, Sheet)]
    assert set(scopes) == {"/Row", "/Column"}
    assert scopes["/Row"] >= sum(len(b.rows) for b in sheets)
    assert scopes["/Column"] >= sum(len(b.head) for b in sheets)
    assert all("/Headers" in e["/A"] for e in tree if e["/S"] == "/TD")
    fonts = [f.get_object() for page in held.pages for f in page["/Resources"]["/Font"].values()]
    for font in fonts:
        drawn = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert any(k in drawn for k in ("/FontFile", "/FontFile2", "/FontFile3"))
        assert "/ToUnicode" in font


def test_the_pdfs_contents_lead_to_every_chapter_by_name(findings: Findings, pack: Path) -> None:
    """ISO 14289-1, 7.18.5: each link says where it leads; the outline has the headings."""
    held = pypdf.PdfReader(pack / "board-pack.pdf")
    links = [a.get_object() for page in held.pages for a in page.get("/Annots", [])]
    names = [b.text for b in tell(findings).blocks if isinstance(b, Heading) and b.anchor]
    assert [a["/Contents"] for a in links if a["/Subtype"] == "/Link"] == names
    outline = [o.title for o in held.outline[0:1]] + [o.title for o in held.outline[1] if not isinstance(o, list)]
    assert outline == [tell(findings).title, *names]


def test_the_same_findings_give_the_same_bytes(findings: Findings, pack: Path, tmp_path: Path) -> None:
    write_pack(findings, tmp_path)
    files = sorted(p.relative_to(pack) for p in pack.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert not [f for f in files if (pack / f).read_bytes() != (tmp_path / f).read_bytes()]


def test_the_description_has_every_file_with_its_digest_and_the_run(findings: Findings, pack: Path) -> None:
    """Anyone can check that nothing was changed, and run it again."""
    told = json.loads((pack / DESCRIPTION).read_text(encoding="utf-8"))
    files = {p.relative_to(pack).as_posix(): p.read_bytes() for p in pack.rglob("*") if p.is_file()}
    files.pop(DESCRIPTION)
    assert {r["path"]: r["hash"] for r in told["resources"]} == {
        path: f"sha256:{hashlib.sha256(held).hexdigest()}" for path, held in files.items()
    }
    assert len({r["name"] for r in told["resources"]}) == len(files)
    assert told["run"]["plan"] == findings.digest
    assert (told["run"]["futures"], told["run"]["seed"]) == (findings.futures, findings.seed)
    grid = next(r for r in told["resources"] if r["path"] == "data/grid.csv")
    head = (pack / "data" / "grid.csv").read_text(encoding="utf-8").splitlines()[0]
    assert [f["name"] for f in grid["schema"]["fields"]] == head.split(",")


def test_the_findings_in_the_pack_read_back_to_the_same(findings: Findings, pack: Path) -> None:
    assert Findings.model_validate_json((pack / "findings.json").read_text(encoding="utf-8")) == findings


def test_text_of_the_plan_is_escaped(findings: Findings) -> None:
    assert "&lt;b&gt;R&amp;D" in as_html(tell(findings))


def test_a_reason_that_many_share_is_said_once_and_nothing_is_left_out() -> None:
    """Warnings beyond the first are counted, and stand in the workbook."""
    missing = tuple(NotModelled(what=f"Thing {n}", why="left out of this run") for n in range(5))
    one = NotModelled(what="Another", why="nobody counted it")
    story = tell(westshire(not_modelled=(*missing, one), warnings=tuple(f"Warning {n}." for n in range(11))))
    said = [b.text for b in story.blocks if isinstance(b, Said)]
    listed = [i for b in story.blocks if isinstance(b, Points) for i in b.items]
    assert said.count("Left out of this run:") == 1
    assert [i for i in listed if i.startswith("Thing")] == [n.what for n in missing]
    assert "Another: nobody counted it" in listed
    assert sum(i.startswith("Warning") for i in listed) == 8
    assert "And 3 more, in the workbook’s sheet warnings." in said


@pytest.mark.parametrize(
    "found", [bare(), westshire(promises=(), first_break=None, fans=(), tests=())], ids=["bare", "no promises"]
)
def test_the_least_that_a_run_finds_has_a_pack(found: Findings, tmp_path: Path) -> None:
    """Nothing published, no pictures, no promises: the rest stands."""
    write_pack(found, tmp_path)
    assert as_csv(named(found, "claims")).count("\n") == 1 + len(found.claims)
    assert len(pypdf.PdfReader(tmp_path / "board-pack.pdf").pages) >= 1


def grouped() -> StressFinding:
    """A test of who goes along, whose lines stand under headings."""
    lines = (("Each organisation", "Hospital", "£2m a year worse off", "fail"), ("Each organisation", "Council", "£1m a year better off", "pass"),
             ("Terms", "Terms: Hospital", "needs £2m a year", "shown"))  # fmt: skip
    rows = tuple(StressRow(group=g, what=w, shown=s, result=r) for g, w, s, r in lines)  # type: ignore[arg-type] # results as texts
    return StressFinding(
        test="incentives", title="Who loses by going along", question="Who?", result="fail", sentence="One loses.", method="By runs.",
        source="made up", seed=1, futures=200, rows=rows,
    )  # fmt: skip


def test_who_goes_along_stands_in_the_pack_as_a_table_under_each_heading() -> None:
    sheets = {b.caption: b.rows for b in tell(westshire(tests=(grouped(),))).blocks if isinstance(b, Sheet)}
    assert sheets["Each organisation"] == (
        ("Fails: Hospital", "£2m a year worse off"),
        ("Council", "£1m a year better off"),
    )
    assert sheets["Terms"] == (("Terms: Hospital", "needs £2m a year"),)
    rows = named(westshire(tests=(grouped(),)), "test_rows")
    assert [row[[c.name for c in rows.columns].index("group")] for row in rows.rows] == ["Each organisation"] * 2 + [
        "Terms"
    ]


def test_the_first_group_of_lines_stands_open_on_the_page_and_the_rest_behind_the_fold() -> None:
    page = render(westshire(tests=(grouped(),)))
    article = page[page.index('id="h-test-incentives"') :]
    before, _, behind = article.partition("<details")
    assert "<caption>Each organisation</caption>" in before
    assert "£2m a year worse off" in before
    assert "<caption>Terms</caption>" in behind.partition("</details>")[0]
    assert "needs £2m a year" not in before
