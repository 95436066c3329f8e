"""Every page of the workbench as it is served: each address answers, and everyone can read it, in plain and in high contrast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import visiting
from fixtures.browsing import sideways, violations
from fixtures.keyboard import Keyboard
from fixtures.made_workbench import ADMINISTRATOR, SMALL, STORY, WORDS
from fixtures.serving import Served
from fixtures.walking import FEW, MANY, Walk, every_route, walk

WIDTHS = (400, 1280)
CONTRASTS = ({}, {"forced_colors": "active"}, {"contrast": "more"})
"""Plain, a system's own few colours, and more contrast asked for."""
UNLED = {
    "health",
    "metrics",
    "security-txt",
    "not-known",
    "set-password",
    "unsent",
    "cancel-job",
    "what-if",
    "challenge-moderate",
    "challenge-again",
}
"""Routes to which no page leads, or none here: for who watches over the workbench, for who was sent by a service or a link, or sent something after being signed out (test_accounts.py); while a run is under way; from what is published as a file; for moderators, and for who has typed the code of a challenge (test_challenges.py goes their way)."""
LONG = 240_000


class Walked(NamedTuple):
    """What each reaches."""

    page: Page
    """Ana's."""
    anyone: Walk
    hers: Walk
    """Ana's, who works on a plan."""
    ruling: Page
    """Of who runs the workbench."""
    ruled: Walk

    @property
    def routes(self) -> set[str]:
        return self.anyone.routes() | self.hers.routes() | self.ruled.routes()


@pytest.fixture(scope="module")
def walked(browser: Browser, real: Served) -> Iterator[Walked]:
    with walking(browser, real, FEW) as found:
        yield found


@pytest.fixture(scope="module")
def walked_far(browser: Browser, real: Served) -> Iterator[Walked]:
    with walking(browser, real, MANY) as found:
        yield found


@contextmanager
def walking(browser: Browser, real: Served, most: int) -> Iterator[Walked]:
    """All that anyone reaches, that Ana does, and that an administrator does. most: addresses of one view."""
    with (
        visiting(browser, real, 400) as ruling,
        visiting(browser, real, 400) as page,
        visiting(browser, real, 400) as elsewhere,
    ):
        Keyboard(elsewhere).sign_in("ana@example.org", WORDS)  # one can be signed out there
        anyone = walk(page.context, real.address, of_a_kind=most)
        Keyboard(page).sign_in("ana@example.org", WORDS)
        page.goto(f"/{SMALL}/challenges/1/")  # its run is the last that waits
        expect(page.locator("#sentence")).to_be_visible(timeout=LONG)
        page.goto(f"/drafts/{STORY}/main/")
        page.get_by_role("link", name="20 futures", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("The run is done", timeout=LONG)
        page.get_by_role("button", name="Make the board’s pack").or_(
            page.get_by_role("link", name="pack of this run")
        ).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("The pack is done", timeout=LONG)
        Keyboard(ruling).sign_in(ADMINISTRATOR[0], WORDS)
        ruled = walk(ruling.context, real.address, "/account/", most)
        yield Walked(page, anyone, walk(page.context, real.address, "/drafts/", most), ruling, ruled)


def test_every_address_answers_and_none_is_hidden_and_each_kind_can_be_read_by_everyone(walked: Walked) -> None:
    """One test, as all of it needs the walks, which take a while; who is not signed in is led to no draft."""
    assert [walk.wrong for walk in (walked.anyone, walked.hers, walked.ruled)] == [[], [], []]
    pages = {name for name in every_route() if not name.startswith("api")}  # what programs read has tests of its own
    assert pages - walked.routes == UNLED
    anyone = walked.anyone
    assert [p for p in (*anyone.pages, *anyone.files, *anyone.sent) if p.startswith("/drafts/")] == []
    common = walked.anyone.kinds() | walked.hers.kinds()
    of_hers = {kind: path for kind, path in walked.ruled.kinds().items() if kind not in common}
    for page, kinds in ((walked.page, common), (walked.ruling, of_hers)):
        for n, path in enumerate(kinds.values()):
            _look(page, path, (WIDTHS[n % 2],), (CONTRASTS[0], CONTRASTS[1]))


@pytest.mark.large
def test_every_page_can_be_read_by_everyone(walked_far: Walked) -> None:
    """The first page of each kind at both widths in all contrasts; each other page plain at one width, and in high contrast at the other."""
    walked = walked_far
    common = dict.fromkeys((*walked.anyone.pages, *walked.hers.pages))
    first = {*walked.anyone.kinds().values(), *walked.hers.kinds().values(), *walked.ruled.kinds().values()}
    for page, pages in ((walked.page, common), (walked.ruling, [p for p in walked.ruled.pages if p not in common])):
        for n, path in enumerate(pages):
            if path in first:
                _look(page, path, WIDTHS, CONTRASTS)
            else:
                _look(page, path, (WIDTHS[n % 2],), CONTRASTS[:1])
                _look(page, path, (WIDTHS[1 - n % 2],), CONTRASTS[1:2])


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
