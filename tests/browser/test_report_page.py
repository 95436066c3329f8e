"""The report in a browser: accessible, never wider than the screen, three depths without scripts, one sheet a section."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from fixtures.browsing import open_page, sideways, violations
from fixtures.sample_findings import bare, every_word, westshire
from placeplan.report.page import render

pytestmark = pytest.mark.large

WIDTHS = (320, 400, 768, 1024, 1280)
CASES = {**every_word(), "bare": bare()}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Address of each case, written as a file."""
    folder = tmp_path_factory.mktemp("report")
    out = {}
    for name, findings in CASES.items():
        path = folder / f"{name.replace(' ', '-')}.html"
        path.write_text(render(findings), encoding="utf-8")
        out[name] = path.as_uri()
    return out


@pytest.mark.parametrize("width", [320, 400, 1280])
@pytest.mark.parametrize("name", CASES)
def test_axe_finds_nothing(context: BrowserContext, pages: dict[str, str], name: str, width: int) -> None:
    assert violations(open_page(context, pages[name], width)) == []


def test_axe_would_find_something(context: BrowserContext, tmp_path: Path) -> None:
    path = tmp_path / "wrong.html"
    wrong = render(westshire()).replace('<html lang="en-GB">', "<html>").replace("--g1:#4c6272", "--g1:#c0c8cc")
    path.write_text(wrong, encoding="utf-8")
    assert {line.partition(":")[0] for line in violations(open_page(context, path.as_uri()))} == {
        "color-contrast",
        "html-has-lang",
    }


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("depth", ["a-sentence", "everything"])
def test_axe_finds_nothing_at_the_other_depths(
    context: BrowserContext, pages: dict[str, str], depth: str, width: int
) -> None:
    assert violations(open_page(context, f"{pages['fragile']}#{depth}", width)) == []


@pytest.mark.parametrize("width", [400, 1280])
def test_axe_finds_nothing_with_forced_colours(browser: Browser, pages: dict[str, str], width: int) -> None:
    context = browser.new_context(bypass_csp=True, forced_colors="active")
    assert violations(open_page(context, pages["fragile"], width)) == []
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["fragile", "withheld", "bare"])
def test_nothing_scrollssideways(context: BrowserContext, pages: dict[str, str], name: str, width: int) -> None:
    for depth in ("", "#everything"):
        assert sideways(open_page(context, pages[name] + depth, width)) <= 0


def test_many_years_and_long_names_fit(context: BrowserContext, tmp_path: Path) -> None:
    years = tuple(f"{y}/{(y + 1) % 100:02d}" for y in range(2026, 2036))
    rows = westshire().promises
    long = tuple(r.model_copy(update={"name": "Nobody waits more than 18 weeks for treatment " * 2}) for r in rows)
    path = tmp_path / "many.html"
    path.write_text(render(westshire(years=years, promises=long)), encoding="utf-8")
    for width in WIDTHS:
        assert sideways(open_page(context, path.as_uri(), width)) <= 0


@pytest.mark.parametrize("width", [320, 400, 1280])
def test_no_text_goes_under_14_px(context: BrowserContext, pages: dict[str, str], width: int) -> None:
    script = """() => [...document.querySelectorAll('main *')].filter(e => e.checkVisibility() &&
      [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(e).fontSize) < 14
    ).map(e => e.outerHTML.slice(0, 120))"""
    assert open_page(context, f"{pages['fragile']}#everything", width).evaluate(script) == []


def test_words_on_a_chart_do_not_cover_each_other(context: BrowserContext, pages: dict[str, str]) -> None:
    script = """() => [...document.querySelectorAll('.fan svg.pic')].flatMap(s => {
      const b = [...s.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
      return b.flatMap(([n, p], i) => b.slice(i + 1).filter(([m, q]) =>
        p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 4 && q.top < p.bottom - 4).map(([m]) => n + ' / ' + m))})"""
    for width in (320, 400, 1280):
        assert open_page(context, pages["fragile"], width).evaluate(script) == []


def test_the_three_depths_work_without_scripts(browser: Browser, pages: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto(pages["fragile"])
    shown = {
        "page": page.locator("#s-grid"),
        "everything": page.locator("#p-wh-beds"),
        "sentence": page.locator("#verdict"),
    }
    for link, expected in (
        ("a sentence", {"sentence"}),
        ("everything", {"sentence", "page", "everything"}),
        ("a page", {"sentence", "page"}),
    ):
        page.get_by_role("link", name=link, exact=True).click()
        assert {name for name, place in shown.items() if place.is_visible()} == expected
        assert page.get_by_role("link", name=link, exact=True).get_attribute("aria-current") == "page"
    page.get_by_role("link", name="Beds No more than 92% full").click()
    assert shown["everything"].is_visible()
    context.close()


def test_rows_kept_every_year_fold_on_a_phone_and_open_without_scripts(browser: Browser, pages: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto(pages["fragile"])
    kept = page.get_by_role("link", name="Staff Agency spend under its cap")
    assert not kept.is_visible()
    assert page.get_by_role("link", name="Beds No more than 92% full").is_visible()
    page.get_by_role(
        "link", name=re.compile("Show 2 promises kept every year and 1 aim, not kept every year by Westshire Hospitals")
    ).click()
    assert kept.is_visible()
    context.close()


def test_the_page_asks_the_network_for_nothing(context: BrowserContext, pages: dict[str, str]) -> None:
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{pages['fragile']}#everything")
    page.wait_for_load_state("networkidle")
    assert asked == [f"{pages['fragile']}#everything"] or asked == [pages["fragile"]]


def test_the_callout_points_at_the_first_break(context: BrowserContext, pages: dict[str, str]) -> None:
    script = """() => { const c = document.querySelector('.grid .cell.first').getBoundingClientRect(),
      b = document.querySelector('.grid .call').getBoundingClientRect(),
      s = getComputedStyle(document.querySelector('.grid .call'), ':before');
      return [b.left + parseFloat(s.left) + 4 + 14 - (c.left + c.width / 2), b.top - c.bottom] }"""
    for width in (320, 400, 1280):
        beside, below = open_page(context, pages["fragile"], width).evaluate(script)
        assert abs(beside) < 4
        assert 0 < below < 40


def test_a_screen_reader_hears_the_first_break(context: BrowserContext, pages: dict[str, str]) -> None:
    page = open_page(context, pages["fragile"], 400)
    cell = page.get_by_role("cell", name="46%, fails. First break")
    assert cell.count() == 1
    assert page.get_by_role("heading", level=1).inner_text().startswith("Fragile: fails first at Westshire Community")
    assert page.get_by_role("table", name=re.compile("Chance that each promise is kept")).count() == 1


def test_print_gives_the_verdict_its_own_sheet_and_the_grid_the_next(
    browser: Browser, pages: dict[str, str], tmp_path: Path
) -> None:
    assert shutil.which("pdftotext"), "scripts/browser installs it (Debian: poppler-utils)"
    context = browser.new_context()
    page = open_page(context, pages["fragile"])
    path = tmp_path / "page.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    context.close()
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    sheets = done.stdout.split("\f")
    assert "Fragile:" in sheets[0]
    assert "The first break: April 2028" in sheets[0]
    assert "3. Admissions grow faster" in sheets[0]
    assert sheets[1].count("every year") == 18
    assert "page 2 of" in sheets[1]
    assert "Westshire · plan a41c…9e · data to 30 September 2026" in sheets[1]
