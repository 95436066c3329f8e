"""A number set by hand on a public page, on a real server: by keyboard, by axe, and without a script."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.browsing import sideways, violations
from fixtures.serving import Served, environment, made, served
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan

pytestmark = pytest.mark.large
OPENED = """
import sys
from pathlib import Path
from placeplan.web.starting import open_plan, set_up
set_up(Path(sys.argv[1]))
open_plan(Path(sys.argv[2]), 60)
"""
LONG = 120_000


@pytest.fixture(scope="module")
def slid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench in which a small plan was opened, as `placeplan serve` opens it."""
    folder, plan = made(tmp_path_factory.mktemp("slid")), tmp_path_factory.mktemp("plans") / "mill-vale"
    write_plan(make(areas=1, organisations=2, initiatives=1, detail="plain"), plan)
    subprocess.run([sys.executable, "-c", OPENED, folder, plan], check=True, env=environment())
    with served(folder) as found:
        yield found


@pytest.fixture(scope="module")
def address(browser: Browser, slid: Served) -> str:
    """Address of the page, once the plan was run and is ready; the first page leads there."""
    page = browser.new_page()
    page.goto(f"{slid.address}/mill-vale/")
    page.get_by_role("link", name="Set a number yourself").click(timeout=LONG)
    expect(page.get_by_role("slider").first).to_be_visible(timeout=LONG)
    found = page.url
    page.close()
    return found


def moved(page: Page) -> str:
    """Move the first slider to its end with the keyboard alone; what is said then."""
    page.locator("h1").click()
    while page.evaluate("document.activeElement.type") != "range":
        page.keyboard.press("Tab")
    page.keyboard.press("Home")
    said = page.get_by_role("status").first
    expect(said).to_contain_text("With ")
    return said.inner_text()


@pytest.mark.parametrize("width", [400, 1280])
def test_a_number_is_set_by_keyboard_and_the_address_keeps_it(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    text = moved(page)
    slider = page.get_by_role("slider").first
    shown = slider.get_attribute("aria-valuetext")
    assert shown
    assert shown in text
    assert "?" in page.url
    assert sideways(page) == 0
    page.goto(page.url)
    expect(page.get_by_role("status").first).to_contain_text(text.splitlines()[0])
    assert page.get_by_role("slider").first.get_attribute("aria-valuetext") == shown
    page.close()


@pytest.mark.parametrize("colours", [{}, {"forced_colors": "active"}])
def test_axe_finds_nothing(browser: Browser, address: str, colours: dict[str, str]) -> None:
    for width in (400, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, **colours)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        moved(page)
        assert violations(page) == []
        context.close()


def test_without_a_script_the_same_is_said_by_a_whole_page(browser: Browser, address: str) -> None:
    with_one = browser.new_page()
    with_one.goto(address)
    text = moved(with_one)
    with_one.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("combobox").first.select_option(index=0)
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("status").first).to_contain_text(text.splitlines()[0])
    context.close()
