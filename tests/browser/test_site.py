"""The site in a browser: accessible on every kind of page, by keyboard alone, from a file and from any server, without scripts."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from fixtures.browsing import open_page, sideways, violations
from fixtures.sample_findings import westshire
from fixtures.sites import loses
from placeplan.report.site.build import Version
from placeplan.report.site.replies import Reply, Standings
from placeplan.report.site.shelf import LIST, VERSIONS, Site, publish

pytestmark = pytest.mark.large

REPLY = Reply(organisation="wh", shown="a41c77d20e5b", asked="2026-10-01", until="2026-10-20", answered="2026-10-12", by="The board",
              text="We do not agree.\n\nThe wards are needed.")  # fmt: skip
KINDS = (
    "index.html", "near.html", "areas/ash.html", "areas/moor.html", "initiatives.html", "initiatives/close-beds.html", "initiatives/standby.html",
    "organisations.html", "organisations/wh.html", "organisations/out.html", "organisations/system.html", "money.html", "promises.html",
    "promises/wct.staff.html", "promises/wh.beds.html", "promises/gps.stay.html", "figures.html", "tests.html", "tests/incentives.html", "shocks/S1.html", "assumptions.html",
    "replies.html", "data.html", "sitemap.html",
)  # fmt: skip
TOP = ("index.html", "versions.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two versions."""
    folder = tmp_path_factory.mktemp("web") / "a b" / "site"
    first = publish(None, Version(westshire(), Standings(made_up=True)), {})
    held = {first.version.name: first.files[f"{VERSIONS}/{first.version.name}/data/findings.json"]}
    second = publish(
        Site.model_validate_json(first.files[LIST]),
        Version(westshire(all_hard_P=0.42, tests=(loses(),)), Standings((REPLY,), made_up=True)),
        held,
    )
    for path, data in (first.files | second.files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def newest(site: Path) -> Path:
    """The folder of the newest version."""
    entries = Site.model_validate_json((site / LIST).read_text(encoding="utf-8")).versions
    return site / VERSIONS / entries[-1].name


def everything(site: Path, newest: Path) -> list[Path]:
    """One page of each kind."""
    return [*(newest / kind for kind in KINDS), *(site / page for page in TOP), *sorted(site.glob("changes/*.html"))]


@pytest.mark.parametrize(("width", "depth"), [(320, ""), (400, "#everything"), (1280, "")])
def test_axe_finds_nothing_on_any_kind_of_page(
    context: BrowserContext, site: Path, newest: Path, width: int, depth: str
) -> None:
    wrong = {}
    for path in everything(site, newest):
        page = open_page(context, path.as_uri() + depth, width)
        wrong |= {f"{path.name} {v}": width for v in violations(page)}
        if sideways(page) > 0:
            wrong[f"{path.name} is wider than the screen"] = width
        page.close()
    assert wrong == {}


def test_axe_finds_nothing_with_forced_colours(browser: Browser, site: Path, newest: Path) -> None:
    context = browser.new_context(bypass_csp=True, forced_colors="active")
    found = [v for path in everything(site, newest) for v in violations(open_page(context, path.as_uri(), 400))]
    context.close()
    assert found == []


def test_axe_would_find_something(context: BrowserContext, newest: Path) -> None:
    page = open_page(context, (newest / "near.html").as_uri())
    page.evaluate(
        "() => { document.documentElement.removeAttribute('lang'); document.querySelector('.trail ol').remove() }"
    )
    assert any(v.startswith("html-has-lang") for v in violations(page))


def test_no_text_goes_under_14_px_and_every_link_can_be_hit(context: BrowserContext, site: Path, newest: Path) -> None:
    small = """() => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() &&
      [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(e).fontSize) < 14
    ).map(e => e.outerHTML.slice(0, 120))"""
    low = """() => [...document.querySelectorAll('nav a, .onward a, .button, summary')].filter(e => e.checkVisibility())
      .filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 120))"""
    for path in everything(site, newest):
        page = open_page(context, path.as_uri(), 400)
        assert (page.evaluate(small), page.evaluate(low)) == ([], []), path
        page.close()


def test_styles_come_from_the_version_s_own_file_and_nothing_else_is_asked_for(
    context: BrowserContext, newest: Path
) -> None:
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((newest / "organisations" / "wh.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [(newest / "organisations" / "wh.html").as_uri(), (newest / "style.css").as_uri()]
    assert page.evaluate("getComputedStyle(document.querySelector('.banner')).backgroundColor") == "rgb(0, 94, 184)"


def press_to(page: Page, name: str, most: int = 120) -> None:
    """Tab until a link of this name has the focus, see that it shows, and press Enter."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == name:
            assert page.evaluate("getComputedStyle(document.activeElement).backgroundColor") == "rgb(255, 235, 59)"
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"no link {name} by keyboard on {page.url}")


@pytest.mark.parametrize("width", [400, 1280])
def test_what_changes_near_me_by_keyboard_alone_without_scripts(browser: Browser, site: Path, width: int) -> None:
    """From the front page to my town, to what closes there, to who answers for it and what they say."""
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press_to(page, "Near you")
    press_to(page, "Ashcombe")
    expect(page.get_by_role("heading", level=1)).to_have_text("What changes in Ashcombe?")
    press_to(page, "Close 90 beds")
    expect(page.get_by_role("row", name="Westshire Council")).to_contain_text("Said no")
    press_to(page, "Westshire Hospitals")
    expect(page.get_by_role("heading", level=1)).to_have_text("Westshire Hospitals")
    expect(page.get_by_role("region", name="What it says to this")).to_contain_text("The wards are needed.")
    press_to(page, "everything")
    expect(page.get_by_text("Its places")).to_be_visible()
    context.close()


def test_three_depths_without_scripts(browser: Browser, newest: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto((newest / "initiatives" / "close-beds.html").as_uri())
    what, studies = (
        page.get_by_role("heading", name="What changes", exact=True),
        page.get_by_role("heading", name="Studies and sources"),
    )
    assert (what.is_visible(), studies.is_visible()) == (True, False)
    page.get_by_role("link", name="everything", exact=True).click()
    assert (what.is_visible(), studies.is_visible()) == (True, True)
    page.get_by_role("link", name="a sentence", exact=True).click()
    assert (what.is_visible(), studies.is_visible()) == (False, False)
    assert page.get_by_text("Two wards at Westshire General close when fewer people need them.").is_visible()
    context.close()


@pytest.fixture
def served(site: Path) -> Iterator[tuple[str, list[int]]]:
    """The site on a server under a path, and the status of each answer."""
    answers: list[int] = []

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            del size
            answers.append(int(code))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/site/", answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_any_web_server_shows_it_under_any_path(context: BrowserContext, served: tuple[str, list[int]]) -> None:
    address, answers = served
    page = open_page(context, address)
    for name in ("Versions", "version 1", "Version 2", "Data"):
        page.get_by_role("link", name=name, exact=True).first.click()
    with page.expect_download() as got:
        page.get_by_role("link", name="All tables, one sheet each").click()
    assert Path(got.value.path()).stat().st_size > 5000
    assert set(answers) <= {200, 304}


def test_a_printed_page_has_its_text_and_whose_it_is(browser: Browser, newest: Path, tmp_path: Path) -> None:
    assert shutil.which("pdftotext"), "scripts/browser installs it (Debian: poppler-utils)"
    context = browser.new_context()
    page = open_page(context, (newest / "organisations" / "wh.html").as_uri())
    page.pdf(path=tmp_path / "p.pdf", prefer_css_page_size=True)
    context.close()
    done = subprocess.run(["pdftotext", "-layout", tmp_path / "p.pdf", "-"], capture_output=True, text=True, check=True)
    sheets = done.stdout.split("\f")
    assert "Westshire Hospitals" in sheets[0]
    assert "Near you" not in done.stdout, "the menu is left out"
    assert all("Westshire · plan a41c…9e · data to 30 September 2026" in sheet for sheet in sheets if sheet.strip())


def test_a_phone_folds_what_is_long_and_paper_and_wide_screens_have_all_of_it(
    browser: Browser, newest: Path, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = open_page(context, (newest / "index.html").as_uri(), 400)
    folded = page.locator(".page details.phone")
    inside = [folded.nth(n).locator("p, dl, table, span").last for n in range(folded.count())]
    assert len(inside) >= 4
    assert not any(one.is_visible() for one in inside)
    low = page.evaluate("document.documentElement.scrollHeight")
    folded.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert inside[0].is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert all(one.is_visible() for one in inside)
    assert not any(one.locator("summary").is_visible() for one in folded.all())
    page.set_viewport_size({"width": 400, "height": 900})
    page.get_by_role("link", name="everything", exact=True).click()
    assert all(one.is_visible() for one in inside)
    assert page.evaluate("document.documentElement.scrollHeight") > 1.5 * low
    page.pdf(path=tmp_path / "p.pdf", prefer_css_page_size=True)
    said = " ".join(
        page.locator(".page .phone p:not(.rests), .page .phone dd, .page .phone td").all_inner_texts()
    ).split()
    context.close()
    done = subprocess.run(["pdftotext", tmp_path / "p.pdf", "-"], capture_output=True, text=True, check=True)
    assert set(said) - set(done.stdout.split()) == set()


def test_long_sections_of_every_page_fold_on_a_phone_and_links_into_them_open_them(
    browser: Browser, newest: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = open_page(context, (newest / "assumptions.html").as_uri(), 400)
    folded = page.locator(".page .sec > details.phone")
    low = page.evaluate("document.documentElement.scrollHeight")
    assert folded.count() >= 2
    assert page.get_by_role("navigation", name="On this page").get_by_role("link").count() >= 2
    assert not page.locator("#not-tested").is_visible()
    page.goto(f"{(newest / 'assumptions.html').as_uri()}#not-tested")
    assert page.locator("#not-tested").is_visible(), "a link into what is folded opens it, without a script"
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not any(one.locator("> summary").is_visible() for one in folded.all())
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(f"{(newest / 'assumptions.html').as_uri()}#everything")
    assert page.evaluate("document.documentElement.scrollHeight") > 1.5 * low
    context.close()
