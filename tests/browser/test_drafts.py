"""Two people write the same initiative in two drafts at once, and bring both together with the keyboard alone; everyone can read each page."""

from __future__ import annotations

import os
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import visiting
from fixtures.browsing import sideways, violations
from fixtures.keyboard import Keyboard
from fixtures.made_workbench import SMALL, WORDS
from fixtures.serving import Served

AT = f"/drafts/{SMALL}"
ONE = "parts/initiatives/one?of=prevent_01"
CONTRASTS = ({}, {"contrast": "more"}, {"forced_colors": "active"})


def looked_at(page: Page, name: str) -> None:
    """The page fits, and everyone can read it: in light, with more contrast and in a system's own few colours."""
    width = (page.viewport_size or {"width": 0})["width"]
    if folder := os.environ.get("PLACEPLAN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    assert sideways(page) <= 0, name
    for contrast in CONTRASTS:
        page.emulate_media(**contrast)
        assert violations(page) == [], f"{name} in {contrast or 'light'}"
        page.emulate_media(forced_colors="none", contrast="no-preference")


def begun(page: Page, email: str, name: str) -> None:
    """Somebody signs in and begins a draft of their own."""
    Keyboard(page).sign_in(email, WORDS)
    page.goto(f"{AT}/main/")
    page.get_by_label("Its name").fill(name)
    page.get_by_role("button", name="Begin it").click()


def written(page: Page, name: str, **fields: str) -> None:
    """Write fields of the initiative in the form of a draft."""
    page.goto(f"{AT}/{name}/{ONE}")
    for closed in page.locator(".web-section:not([open]) > summary").all()[::-1]:
        closed.press("Enter")
    for label, text in fields.items():
        page.get_by_label(label, exact=True).first.fill(text)
    keys = Keyboard(page)
    keys.write("Why do you change it?", f"by {name}")
    keys.follow("Write it")
    expect(page.get_by_role("status")).to_contain_text("Written as version")


@pytest.mark.large
@pytest.mark.parametrize("width", [400, 1280])
def test_two_write_at_once_and_choose_where_they_differ(browser: Browser, real: Served, width: int) -> None:
    ana, cas = f"ana-{width}", f"cas-{width}"
    with visiting(browser, real, width) as hers, visiting(browser, real, width) as his:
        keys = Keyboard(hers)
        begun(hers, "ana@example.org", ana)
        begun(his, "cas@example.org", cas)
        written(hers, ana, Name="More care at home", Budget="1200000")
        written(his, cas, About="Nurses visit at home.", Budget="900000")
        hers.goto(f"{AT}/{ana}/{ONE}")
        looked_at(hers, "form")
        _folded(keys)
        hers.goto(f"{AT}/{ana}/")
        keys.follow("What it changes, and bring another draft in")
        looked_at(hers, "compare")
        _brought_in(keys, cas)
        hers.goto(f"{AT}/{ana}/{ONE}")
        for label, value in (("Name", "More care at home"), ("About", "Nurses visit at home."), ("Budget", "900000")):
            expect(hers.get_by_label(label, exact=True).first).to_have_value(value)
        his.goto(f"{AT}/{cas}/{ONE}")
        expect(his.get_by_label("Name", exact=True).first).to_have_value("Made-up initiative 1: prevent (synthetic)")


def _folded(keys: Keyboard) -> None:
    """What is empty is folded and opens with a key; another kind has other fields, and keeps what was typed for the first."""
    page = keys.page
    need = page.locator("[name='capital.need']")
    expect(need).to_be_hidden()
    keys.press("Money: what it needs and what it claims")
    keys.press("Capital")
    expect(need).to_be_visible()
    keys.write("Need", "100")
    keys.press("Effects 1: Prevent")
    keys.choose("Kind", "Spend")
    keys.follow("Show the fields of the kinds chosen")
    expect(page.locator("select[name='effects.0.kind']")).to_have_value("spend")
    expect(need).to_be_visible()
    expect(page.locator("[name='effects.0.recurrent']")).to_be_visible()
    expect(page.locator("[name='effects.0.scope']")).to_have_value(re.compile("emergency_admission"))
    looked_at(page, "kept")


def _brought_in(keys: Keyboard, other: str) -> None:
    """Bring a draft in: the one field that both wrote is told with both values, and nothing is written before one is chosen."""
    page = keys.page
    keys.follow(other)
    looked_at(page, "merge")
    keys.write("Why?", "both together")
    keys.follow("Bring it in")
    expect(page.get_by_role("heading", level=1)).to_contain_text("One thing was changed on both sides")
    sides = page.locator(".web-side")
    expect(sides.nth(0)).to_contain_text("£900,000 a year")
    expect(sides.nth(1)).to_contain_text("£1,200,000 a year")
    beside = [box["y"] for n in (0, 1) if (box := sides.nth(n).bounding_box())]
    wide = (page.viewport_size or {"width": 0})["width"] > 640
    assert (beside[0] == beside[1]) is wide, "beside each other where there is room, else one below the other"
    looked_at(page, "conflict")
    keys.follow("Write it")
    expect(page.get_by_role("alert")).to_contain_text(
        "Choose what is to stand for “Initiatives: More care at home – Budget”."
    )
    keys.to(f"What the draft “{other}” says")
    page.keyboard.press("Space")
    keys.follow("Write it")
    expect(page.get_by_role("status")).to_contain_text("Brought in as version")


@pytest.mark.large
@pytest.mark.parametrize("width", [400, 1280])
def test_what_an_upload_takes_out_and_cannot_keep_is_read_by_everyone(
    browser: Browser, real: Served, width: int, tmp_path: Path
) -> None:
    """A workbook that lost a sheet and what it needs to keep comments, brought into a draft of one's own."""
    with visiting(browser, real, width) as page:
        begun(page, "ana@example.org", f"spoiled-{width}")
        with page.expect_download() as taken:
            page.get_by_role("link", name="Take the workbook away").click()
        taken.value.save_as(tmp_path / "plan.xlsx")
        book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
        for sheet in ("as written", "promises", "reconcile"):
            book.remove(book[sheet])
        book.save(tmp_path / "plan.xlsx")
        page.get_by_label("A ZIP of the plan’s folder, or its workbook").set_input_files(tmp_path / "plan.xlsx")
        page.get_by_label("Why?").fill("as our finance team gave it back")
        page.get_by_role("button", name="Bring it in").click()
        expect(page.get_by_role("status").first).to_contain_text("Brought in as version")
        expect(page.get_by_role("status").nth(1)).to_contain_text("reconcile.csv")
        looked_at(page, "upload-told")
