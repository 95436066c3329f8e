"""Every page of the workbench as it is served: each address answers, and everyone can read it, in plain and in high contrast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import visiting
from fixtures.browsing import sideways, violations
from fixtures.keyboard import Keyboard
from fixtures.made_workbench import WORDS
from fixtures.serving import Served
from fixtures.walking import Walk, every_route, walk

WIDTHS = (400, 1280)
CONTRASTS = ({}, {"forced_colors": "active"}, {"contrast": "more"})
"""Plain, a system's own few colours, and more contrast asked for."""
OF_OTHERS = {"sign", "offer", "reply", "offered-page", "take-back", "publish", "offer-report", "withdraw"}
"""For boards and publishers, whose way has tests of its own (`test_publishing`)."""
UNLED = {
    "health",
    "metrics",
    "security-txt",
    "not-known",
    "cancel-job",
    "pack-job",
    "merge",
    "what-if",
    "what-if-version",
    *OF_OTHERS,
    "challenge-number",
    "challenge",
    "challenge-reply",
    "challenge-moderate",
    "challenge-again",
    "challenge-mine",
    "challenges-table",
}
"""Routes to which no page leads: for who watches over the workbench, for who was sent by a service; where a plan stands behind what is published; while a run is under way, or has no pack yet; where somebody has challenged a number, which test_challenges.py walks through; where there is another draft."""
LONG = 240_000


@pytest.fixture(scope="module")
def walked(browser: Browser, real: Served) -> Iterator[tuple[Page, Walk, Walk]]:
    """All that anyone reaches, and all that Ana reaches, who works on a plan; her page."""
    with visiting(browser, real, 400) as page:
        anyone = walk(page.context, real.address)
        Keyboard(page).sign_in("ana@example.org", WORDS)
        page.goto("/drafts/hillside/main/")
        page.get_by_role("link", name="20 futures", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("The run is done", timeout=LONG)
        page.get_by_role("button", name="Make the board’s pack").or_(
            page.get_by_role("link", name="pack of this run")
        ).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("The pack is done", timeout=LONG)
        yield page, anyone, walk(page.context, real.address, "/drafts/")


def test_every_address_answers_and_none_is_hidden(walked: tuple[Page, Walk, Walk]) -> None:
    _, anyone, hers = walked
    assert anyone.wrong == []
    assert hers.wrong == []
    pages = {name for name in every_route() if not name.startswith("api")}  # what programs read has tests of its own
    assert pages - anyone.routes() - hers.routes() <= UNLED


def test_nobody_who_is_not_signed_in_is_led_to_a_draft(walked: tuple[Page, Walk, Walk]) -> None:
    _, anyone, _ = walked
    assert [p for p in (*anyone.pages, *anyone.files, *anyone.sent) if p.startswith("/drafts/")] == []


def test_a_page_of_each_kind_can_be_read_by_everyone(walked: tuple[Page, Walk, Walk]) -> None:
    page, anyone, hers = walked
    for n, path in enumerate((anyone.kinds() | hers.kinds()).values()):
        _look(page, path, (WIDTHS[n % 2],), (CONTRASTS[0], CONTRASTS[1]))


@pytest.mark.large
def test_every_page_can_be_read_by_everyone(walked: tuple[Page, Walk, Walk]) -> None:
    page, anyone, hers = walked
    for path in dict.fromkeys((*anyone.pages, *hers.pages)):
        _look(page, path, WIDTHS, CONTRASTS)


def _look(page: Page, path: str, widths: tuple[int, ...], contrasts: tuple[dict[str, str], ...]) -> None:
    """Look at a page at some widths and contrasts."""
    page.goto(path)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0, f"{path} is wider than {width} pixels"
        for contrast in contrasts:
            page.emulate_media(**contrast)
            assert violations(page) == [], f"{path} at {width} pixels, {contrast or 'plain'}"
            page.emulate_media(forced_colors="none", contrast="no-preference")
