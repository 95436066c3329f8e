"""What people come for, from the first page to the last, on the workbench as it is served: with the keyboard alone, at two widths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fixtures.keyboard import Keyboard
from fixtures.made_workbench import SMALL, WORDS, small_plan
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


def heading(page: Page) -> object:
    return expect(page.get_by_role("heading", level=1))


def test_finance_imports_a_workbook_repairs_the_plan_and_takes_the_board_pack(visit: Page, workbook: Path) -> None:
    name = f"planned-{visit.viewport_size['width']}"
    keys = Keyboard(visit)
    keys.sign_in("ana@example.org", WORDS)
    keys.follow("Hillside")
    keys.follow("main")
    keys.write("Its name", name)
    keys.follow("Begin it")
    keys.give("A ZIP of the plan’s folder, or its workbook", workbook)
    keys.write("Why?", "the finance team's workbook")
    keys.follow("Bring it in")
    expect(visit.get_by_role("status")).to_contain_text("Brought in as version")
    keys.write("How many futures?", "20")
    keys.follow("Run it")
    expect(visit.get_by_role("heading", level=1)).to_contain_text("The run is done", timeout=LONG)
    keys.follow("Read the report")
    expect(visit.get_by_role("heading", level=1)).to_contain_text("fails first")
