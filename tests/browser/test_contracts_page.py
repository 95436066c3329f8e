"""The page of contracts and term sheets in a browser, alone and in the report: accessible, never wider than the screen, a sheet a page."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from fixtures import clinic, hillford
from fixtures.browsing import open_page, sideways, violations
from fixtures.paid import form
from fixtures.runs import runs_of
from fixtures.sample_findings import westshire
from placeplan.futures.sample import Futures
from placeplan.report.contracts_page import page
from placeplan.report.page import render
from placeplan.stress.laboratory.found import look
from placeplan.stress.results.contracts import Laboratory
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.tests.contracts import Contracts

pytestmark = pytest.mark.large


@pytest.fixture(scope="module")
def laboratory() -> Laboratory:
    """The clinic's place as it is paid, and by one amount that the hospital refused."""
    no = {"organisation": "HOS", "position": "objects", "date": "2016-11", "source": "made up"}
    block = clinic.contract("block", "care", amount=58e6, covers=["emergency_admission", "outpatient_first"])
    plan = clinic.place(planted=(hillford.SMALL_GROWTH,))
    return look(runs_of(plan, Futures(seed=1, count=20)), (form("block", block, sign_offs=(no,)),))


@pytest.fixture(scope="module")
def pages(laboratory: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of the page alone, and of a report with it."""
    folder = tmp_path_factory.mktemp("contracts")
    test = Contracts()
    told = test.tell(clinic.place(), laboratory)
    fixed = {
        "test": test.name,
        "title": test.title,
        "question": test.question,
        "method": test.method,
        "source": test.source,
    }
    findings = westshire()
    finding = StressFinding.model_validate({**fixed, "seed": 1, **told})
    texts = {
        "alone": page(laboratory),
        "report": render(findings.model_copy(update={"tests": (*findings.tests, finding)})),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in texts}


@pytest.mark.parametrize("width", [320, 400, 1280])
@pytest.mark.parametrize("name", ["alone", "report"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    context: BrowserContext, pages: dict[str, str], name: str, width: int
) -> None:
    shown = open_page(context, pages[name], width)
    assert violations(shown) == []
    assert not sideways(shown)


def test_each_term_sheet_prints_on_a_page_of_its_own_with_lines_to_sign(
    pages: dict[str, str], laboratory: Laboratory, tmp_path: Path
) -> None:
    chromium = shutil.which("chromium") or "chromium"
    to = tmp_path / "sheets.pdf"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={to}"]
    subprocess.run([chromium, *flags, pages["alone"]], check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-layout", str(to), "-"], check=True, capture_output=True, text=True).stdout
    sheets = [sheet for sheet in text.split("\f") if "Term sheet:" in sheet]
    assert len(sheets) == sum(s.changed or not f.id for f in laboratory.forms for s in f.sheets)
    for sheet in sheets:
        for said in ("Where each party stands", "For Hillford Hospital:", "For Hillford Commissioner:"):
            assert said in sheet, said
