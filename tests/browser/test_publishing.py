"""From a signature to a version that is withdrawn, with the keyboard alone, at two widths; every page on the way can be read by everyone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from fixtures.browsing import sideways, violations
from fixtures.keyboard import Keyboard
from fixtures.publishing import WORDS, person, ran
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.stress.findings import Findings
from placeplan.stress.run import run_plan
from placeplan.web.accounts.people import give
from placeplan.web.jobs.models import JobFile
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Draft

pytestmark = [pytest.mark.large, pytest.mark.django_db(transaction=True)]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop of its own in this thread


@pytest.fixture
def workbench(server: LiveServer, tmp_path: Path) -> str:
    """A plan that was run, and Pat, who speaks for a hospital and publishes."""
    folder = tmp_path / "mill-vale"
    write_plan(make(3, 3, 3, 1, detail="plain"), folder)
    version = bring_in("mill-vale", "Mill Vale", read_files(folder), "brought in")
    ran(version, run_plan(folder, futures=20))
    person(version, "pat", "ACU1", "board")
    give("pat@example.org", "mill-vale", "ACU1", "publisher")
    for n, organisation in enumerate(("COM1", "CHS1", "NAT")):
        person(version, f"other{n}", organisation, "board")
    return server.url


@pytest.mark.parametrize("width", [400, 1280])
def test_a_plan_is_signed_answered_published_and_withdrawn_by_keyboard(browser: Browser, workbench: str, width: int) -> None:  # fmt: skip
    context = browser.new_context(viewport={"width": width, "height": 900}, base_url=workbench)
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
    page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((workbench, "data:")) else None)
    keys = Keyboard(page)
    keys.sign_in("pat@example.org", WORDS)
    keys.follow("Mill Vale")
    keys.follow("Sign, answer, publish")
    _look(page, "overview")
    _signs(page, keys)
    _offers_and_answers(page, keys)
    _publishes_and_withdraws(page, keys)
    context.close()
    assert not wrong


def _signs(page: Page, keys: Keyboard) -> None:
    keys.follow(page.get_by_role("link", name="to the draft “main”").first.inner_text())
    _look(page, "sign")
    keys.follow("Put it on record")
    expect(page.get_by_role("alert")).to_contain_text("Choose what your organisation says.")
    _look(page, "sign-refused")
    page.keyboard.press("Tab")
    keys.to(page.locator(".nhsuk-checkboxes__label").first.inner_text())
    page.keyboard.press("Space")
    keys.to("Yes, we sign")
    page.keyboard.press("Space")
    keys.write("Which board or office says so?", "Board of the hospital")
    keys.write("In your words", "Yes, if wards stay open until nurses are there.")
    keys.follow("Put it on record")
    expect(page.get_by_role("status")).to_contain_text("It is on record, as version 2")
    page.goto("/publishing/mill-vale/")


def _offers_and_answers(page: Page, keys: Keyboard) -> None:
    held = bytes(JobFile.objects.get().blob.data)
    ran(Draft.objects.get().head, Findings.model_validate_json(held))  # as signatures change nothing of what is found
    page.reload()
    keys.follow("Offer version 2, run in 1,000 futures")
    _look(page, "offer")
    keys.follow("Offer it")
    expect(page.get_by_role("status")).to_contain_text("It is with those it names")
    _look(page, "offered")
    keys.follow(page.locator("table a").first.inner_text())
    _look(page, "reply")
    keys.to("What stands below")
    page.keyboard.press("Space")
    keys.write("Your answer", "We do not agree with the figures for beds.")
    keys.write("Which board or office answers?", "Board of the hospital")
    keys.follow("Answer")
    expect(page.get_by_role("status")).to_contain_text("Your answer is kept.")
    _look(page, "answered")
    keys.follow("Read your page as it is to be published")
    expect(page.locator("body")).to_contain_text("A draft.")
    page.goto("/publishing/mill-vale/")


def _publishes_and_withdraws(page: Page, keys: Keyboard) -> None:
    keys.follow("Look at it, and publish it")
    _look(page, "publish")
    keys.write("Who publishes it?", "Director of strategy")
    keys.to("I have read it, and know that nobody can undo this")
    page.keyboard.press("Space")
    keys.follow("Publish it")
    expect(page.get_by_role("status")).to_contain_text("It is published.")
    _look(page, "published")
    keys.follow("What everybody reads about what is not published")
    _look(page, "not-published")
    page.goto("/mill-vale/versions.html")
    _look(page, "versions")
    page.goto("/")
    _look(page, "places")
    page.goto("/publishing/mill-vale/")
    keys.follow("Withdraw version 1")
    _look(page, "withdraw")
    keys.write("Why?", "The figures for beds were of another year.")
    keys.write("Who withdraws it?", "Director of strategy")
    keys.to("I know that nobody can undo this")
    page.keyboard.press("Space")
    keys.follow("Withdraw it")
    expect(page.get_by_role("status")).to_contain_text("It is withdrawn.")
    page.goto("/mill-vale/")
    _look(page, "gone")
    keys.follow("Version 1, which was withdrawn")
    expect(page.locator("body")).to_contain_text("The figures for beds were of another year.")
    _look(page, "withdrawn")


def _look(page: Page, name: str) -> None:
    """Look at a page in plain and in high contrast; a picture of it where somebody asks for one."""
    if folder := os.environ.get("PLACEPLAN_PICTURES"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    assert sideways(page) <= 0, name
    assert violations(page) == [], name
    page.emulate_media(forced_colors="active")
    assert violations(page) == [], f"{name} in high contrast"
    page.emulate_media(forced_colors="none")
