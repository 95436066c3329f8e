"""What people come for, from the first page to the last, on the workbench as it is served: with the keyboard alone, at two widths."""

from __future__ import annotations

import os
import re
from pathlib import Path

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import WIDTHS, visiting
from fixtures.browsing import violations
from fixtures.keyboard import Keyboard
from fixtures.made_workbench import SMALL, WORDS, small_plan
from fixtures.serving import Served
from placeplan.plan.workbook.book import book_of
from placeplan.plan.workbook.draw import draw

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
LONG = 240_000
"""Milliseconds in which a run ends, on a machine with much else to do."""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planning workbook of the small plan."""
    folder = tmp_path_factory.mktemp("workbook")
    path = folder / "plan.xlsx"
    draw(book_of(small_plan(folder / SMALL)), path)
    return path


@pytest.fixture(scope="module")
def wrong(workbook: Path) -> Path:
    """The same with a word where beds are counted."""
    book = openpyxl.load_workbook(workbook)
    book["beds"]["C4"] = "many"
    book.save(path := workbook.with_name("wrong.xlsx"))
    return path


def done(page: Page, what: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{what} is done", timeout=LONG)


def test_finance_imports_a_workbook_repairs_the_plan_and_takes_the_board_pack(
    browser: Browser, real: Served, workbook: Path, wrong: Path, tmp_path: Path
) -> None:
    for width in WIDTHS:
        taken = tmp_path / f"{width}"
        taken.mkdir()
        with visiting(browser, real, width) as page:
            _repaired(page, f"planned-{width}", workbook, wrong, taken)


def _repaired(visit: Page, draft: str, workbook: Path, wrong: Path, tmp_path: Path) -> None:
    keys = Keyboard(visit)
    keys.sign_in("ana@example.org", WORDS)
    keys.follow("Hillside")
    keys.follow("main")
    keys.write("Its name", draft)
    keys.follow("Begin it")

    _brought_in(keys, wrong)
    expect(visit.get_by_role("alert")).to_contain_text(
        "sheet beds, line 4, C4 (available): available is “many”, not a number"
    )
    _brought_in(keys, workbook)
    expect(visit.get_by_role("status")).to_contain_text("Brought in as version")

    keys.follow("What cannot all hold, and what would mend it")
    keys.write("How many futures?", "20")
    keys.follow("Ask it")
    done(visit, "The search")
    expect(visit.get_by_role("heading", level=2).first).to_contain_text("Look closer: what would mend it")
    assert violations(visit) == []
    keys.follow("Back to the draft")

    keys.follow("What it assumes, with sources")
    expect(visit.get_by_role("heading", level=1)).to_contain_text("each with a source")
    assert violations(visit) == []
    visit.go_back()
    keys.follow("What cannot all hold, and what would mend it: 20 futures")

    repair = visit.locator(".web-change button").first.inner_text()
    assert "open 9 more beds" in repair
    keys.follow(" ".join(repair.split()))
    expect(visit.get_by_role("status")).to_contain_text("This is a draft of its own")
    keys.write("How many futures?", "20")
    keys.follow("Run it")
    done(visit, "The run")
    made = visit.get_by_role("link", name="The board’s pack of this run").count()
    keys.follow("The board’s pack of this run" if made else "Make the board’s pack")
    done(visit, "The pack")
    for name, begins in (
        ("For the board, to read and change (Word)", b"PK"), ("For the board, to read (PDF)", b"%PDF"), ("All tables (Excel)", b"PK"),
    ):  # fmt: skip
        taken = keys.take(name)
        taken.save_as(tmp_path / taken.suggested_filename)
        assert (tmp_path / taken.suggested_filename).read_bytes().startswith(begins)
    visit.go_back()
    _goes_back_from(keys, next(tmp_path.glob("*.pdf")))


def _goes_back_from(keys: Keyboard, pack: Path) -> None:
    """From a number of the printed pack to the cell of the plan that it comes from."""
    page, text = keys.page, "\n".join(p.extract_text() for p in pypdf.PdfReader(pack).pages)
    short, address = re.findall(r"^(P\d+) .*?(promises/\S+)", text, re.MULTILINE | re.DOTALL)[0]
    keys.follow("Where its numbers come from")
    assert violations(page) == []
    keys.write("What stands beside the number?", short)
    keys.follow("Follow it back")
    done(page, "The way back")
    expect(page.get_by_role("main")).to_contain_text(address)
    assert violations(page) == []
    cell = page.get_by_role("link", name=re.compile(r"^promises\.yaml, line \d+$")).first.inner_text()
    keys.follow(cell)
    expect(page.get_by_role("heading", level=1)).to_contain_text("promises.yaml")


def _brought_in(keys: Keyboard, file: Path) -> None:
    keys.give("A ZIP of the plan’s folder, or its workbook", file)
    keys.write("Why?", "the finance team's workbook")
    keys.follow("Bring it in")
