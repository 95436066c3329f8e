"""Anyone challenges a number in a browser, with the keyboard alone, sees what changes, and reads the reply of somebody named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from fixtures.browsing import sideways, violations
from fixtures.challenged import found, published
from fixtures.keyboard import Keyboard
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.web.accounts.people import add, give
from placeplan.web.challenges import sending
from placeplan.web.challenges.known import open_of
from placeplan.web.challenges.models import Challenge
from placeplan.web.jobs.queue import take
from placeplan.web.jobs.worker import Limits, do
from placeplan.web.store.models import Place

pytestmark = [pytest.mark.large, pytest.mark.django_db(transaction=True)]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop of its own in this thread
WORDS = "otter lantern quarry"
PICTURES = os.environ.get("PLACEPLAN_PICTURES", "")
"""Folder for a picture of each page that is looked at; blank: none."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "mill-vale"
    write_plan(make(3, 3, 3, 1, detail="plain"), folder)
    return folder


@pytest.fixture(scope="module")
def findings(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return found(plan, tmp_path_factory.mktemp("found"))


@pytest.fixture(params=(400, 1280))
def page(
    request: pytest.FixtureRequest, browser: Browser, server: LiveServer, plan: Path, findings: bytes, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:  # fmt: skip
    """A page at one of two widths, of a workbench with a published place."""
    monkeypatch.setattr(sending, "FUTURES", 20)
    published(plan, findings)
    context = browser.new_context(viewport={"width": request.param, "height": 900}, base_url=server.url)
    yield context.new_page()
    context.close()


def looked_at(page: Page, name: str) -> None:
    """The page as it is: fits, and everyone can read it, in plain and in high contrast."""
    assert sideways(page) <= 0, name
    assert violations(page) == [], name
    page.emulate_media(forced_colors="active")
    assert violations(page) == [], f"{name} in high contrast"
    page.emulate_media(forced_colors="none")
    if PICTURES:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def test_anyone_challenges_a_number_and_somebody_named_replies(page: Page, tmp_path: Path) -> None:
    keys = Keyboard(page)
    page.goto("/mill-vale/")
    keys.follow("Is a number wrong? See what people have challenged, and challenge it")
    looked_at(page, "none-yet")
    keys.follow("Challenge a number")
    looked_at(page, "find")
    keys.write("Words, such as nurses or beds", "beds open medical")
    keys.follow("Find")
    looked_at(page, "found")
    now = open_of(Place.objects.get())
    assert now is not None
    number = next(n for at, n in now.numbers.open.items() if at.startswith("beds.csv") and at.endswith("/available"))
    page.goto(f"/mill-vale/challenges/number/{number.address}")
    looked_at(page, "number")
    page.wait_for_timeout(2100)
    keys.write("The right number", "12 %")
    keys.follow("Send it and run the plan")
    expect(page).to_have_title(f"Error: {number.of}: available – placeplan")
    looked_at(page, "refused")
    page.wait_for_timeout(3100)
    keys.write("The right number", str(float(number.value) + 60))
    keys.write("Why?", "We counted the beds on the wards in May, and there are more than the plan says.")
    keys.write("How do you know?", "Our count of 12 May, http://example.org/count")
    keys.write("Your name (you can leave this blank)", "Pat Smith")
    keys.follow("Send it and run the plan")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your challenge is sent")
    assert "?" not in page.url
    code = page.locator("main code").inner_text()
    looked_at(page, "mine")
    keys.follow("See what changes")
    looked_at(page, "waits")
    job = take()
    assert job is not None
    do(job, tmp_path, Limits())
    expect(page.locator("#sentence")).to_be_visible(timeout=20_000)
    looked_at(page, "ran")
    _answered(page, keys)
    _moderated(page, keys, code)


def _answered(page: Page, keys: Keyboard) -> None:
    c = Challenge.objects.get()
    for name, organisation, role in (("Ana Lopez", c.organisation, "board"), ("Mo Adeyemi", "org-1", "moderator")):
        email = f"{name.split()[0].lower()}@example.org"
        add(email, name, WORDS)
        give(email, "mill-vale", organisation, role)
    keys.sign_in("ana@example.org", WORDS)
    page.goto(f"/mill-vale/challenges/{c.number}/")
    looked_at(page, "to-reply")
    page.get_by_label("No, with reasons").check()
    page.get_by_label("Your reasons").fill("The count of May was of one ward. The plan has the mean of the year.")
    page.get_by_role("button", name="Reply").click()
    expect(page.get_by_role("heading", name="The reply: not accepted")).to_be_visible()
    looked_at(page, "replied")
    page.get_by_role("button", name="Sign out").click()


def _moderated(page: Page, keys: Keyboard, code: str) -> None:
    keys.sign_in("mo@example.org", WORDS)
    page.goto("/mill-vale/challenges/1/")
    looked_at(page, "to-moderate")
    page.get_by_label("Hide the words").check()
    page.get_by_label("Why? Everyone can read it.").fill("It names somebody who works there.")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#hidden")).to_contain_text("It names somebody who works there.")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/mill-vale/challenges/1/")
    looked_at(page, "hidden")
    page.goto("/mill-vale/challenges/log")
    looked_at(page, "log")
    page.context.clear_cookies()  # as on another machine
    page.goto("/mill-vale/challenges/1/")
    keys.follow("Did you send it? Take your name away, or appeal, with your code")
    looked_at(page, "code")
    keys.write("Your code", code)
    keys.follow("Go on")
    looked_at(page, "appeal")
    keys.write("Why should it be shown?", "It names nobody.")
    keys.follow("Send the appeal")
    page.goto("/mill-vale/challenges/")
    looked_at(page, "listed")
