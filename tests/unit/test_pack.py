"""The board's pack: every figure of the findings in every form, accessible, the same bytes each time, and nothing that runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
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
from placeplan.report.pack.files import as_csv
from placeplan.report.pack.netcdf import plain
from placeplan.report.pack.package import DESCRIPTION, write_pack
from placeplan.report.pack.pdf import as_html
from placeplan.report.pack.story import Heading, Picture, Sheet, tell
from placeplan.report.pack.tables import Table, tables
from placeplan.stress.findings import Findings, StressFinding, StressRow


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
    assert book.sheetnames == ["about", *(t.name for t in tables(findings))]
    for table in tables(findings):
        sheet = book[table.name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
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
    kinds: dict[str, int] = {}
    silent = 0

    def walk(node: Any) -> None:
        nonlocal silent
        node = node.get_object()
        if not isinstance(node, dict):
            return
        if "/S" in node:
            kinds[node["/S"]] = kinds.get(node["/S"], 0) + 1
            silent += node["/S"] == "/Figure" and not node.get("/Alt")
        below = node.get("/K", [])
        for one in below if isinstance(below, list) else [below]:
            if not isinstance(one, int):
                walk(one)

    walk(root["/StructTreeRoot"])
    story = tell(findings)
    assert kinds["/H1"] == 1
    assert kinds["/Table"] >= sum(isinstance(b, Sheet) for b in story.blocks)
    assert kinds["/Figure"] == len(findings.fans)
    assert not silent
    text = "\n".join(page.extract_text() for page in held.pages)
    assert " ".join(findings.sentence.split()[:4]) in " ".join(text.split())


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


@pytest.mark.parametrize(
    "found", [bare(), westshire(promises=(), first_break=None, fans=(), tests=())], ids=["bare", "no promises"]
)
def test_the_least_that_a_run_finds_has_a_pack(found: Findings, tmp_path: Path) -> None:
    """Nothing published, no pictures, no promises: the rest stands."""
    write_pack(found, tmp_path)
    assert as_csv(named(found, "claims")).count("\n") == 1 + len(found.claims)
    assert len(pypdf.PdfReader(tmp_path / "board-pack.pdf").pages) >= 1
