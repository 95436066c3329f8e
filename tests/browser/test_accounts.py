"""Pages of accounts in a browser: asked again who one is, signed out while typing, told how hard a password is to guess, told what changed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from fixtures.browsing import sideways, violations
from fixtures.keyboard import Keyboard
from placeplan.web.accounts.lasting import IDLE, RECENT
from placeplan.web.accounts.models import User
from placeplan.web.accounts.notices import UNUSED
from placeplan.web.accounts.people import add, give
from placeplan.web.store.folders import bring_in, files_of
from placeplan.web.store.models import Draft

pytestmark = [pytest.mark.large, pytest.mark.django_db(transaction=True)]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop of its own in this thread
WORDS = "otter lantern quarry"
ORGANISATIONS = b"id,name,kind\norg-1,Mill Hospital,trust\n"


@pytest.fixture(params=[400, 1280])
def page(request: pytest.FixtureRequest, browser: Browser, server: LiveServer) -> Iterator[Page]:
    """A page of who runs the workbench, and writes a plan, at one of two widths."""
    bring_in("mill-vale", "Mill Vale", {"plan.yaml": b"x: 1\n", "organisations.csv": ORGANISATIONS}, "brought in")
    add("eve@example.org", "Eve Bright", WORDS, administrator=True)
    give("eve@example.org", "mill-vale", "org-1", "contributor")
    add("old@example.org", "Otto Old")
    User.objects.filter(name="Otto Old").update(made=timezone.now() - 2 * UNUSED)
    context = browser.new_context(viewport={"width": request.param, "height": 900}, base_url=server.url)
    found, wrong = context.new_page(), list[str]()
    found.on("console", lambda m: wrong.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
    Keyboard(found).sign_in("eve@example.org", WORDS)
    yield found
    context.close()
    assert not wrong


def looked_at(page: Page, name: str) -> None:
    """Axe is content, nothing is cut off, in plain and in high contrast; a picture, where one is asked for."""
    assert not sideways(page)
    assert violations(page) == []
    page.emulate_media(forced_colors="active")
    assert violations(page) == []
    page.emulate_media(forced_colors="none")
    if folder := os.environ.get("PLACEPLAN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]


def away(name: str, seconds: int) -> None:
    """Some time goes by for whoever is signed in."""
    store = SessionStore(Session.objects.latest("expire_date").session_key)
    store[name] -= seconds
    store.save()


def test_who_runs_it_is_told_what_changed_and_who_is_not_here_any_more(page: Page) -> None:
    expect(page.get_by_role("status").first).to_contain_text("You were given a role")
    page.goto("/account/")
    expect(page.get_by_role("main")).to_contain_text("for Mill Hospital")
    looked_at(page, "account")
    page.goto("/account/people")
    expect(page.get_by_role("group", name="Whom do you take away?")).to_contain_text("Otto Old")
    looked_at(page, "people")
    page.get_by_label("Otto Old").check()
    page.get_by_role("button", name="Take away those ticked").click()
    expect(page.get_by_role("status")).to_contain_text("Taken away: 1")
    page.goto("/account/what-we-keep")
    looked_at(page, "kept")


def test_who_runs_it_is_asked_again_by_the_keyboard_alone(page: Page) -> None:
    away("proved", RECENT + 1)
    keys = Keyboard(page)
    page.goto("/account/people")
    keys.to("Email address")
    page.keyboard.type("cas@example.org")
    keys.to("Name")
    page.keyboard.type("Cas")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add cas@example.org")
    looked_at(page, "prove")
    keys.to("Your password")
    page.keyboard.type("wrong")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This is not the password")
    expect(page).to_have_title("Error: Add cas@example.org – placeplan")
    keys.to("Your password")
    page.keyboard.type(WORDS)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cas")


def test_what_was_typed_for_an_hour_is_sent_after_signing_in_again(page: Page) -> None:
    page.goto("/drafts/mill-vale/main/file/plan.yaml")
    page.get_by_label("The file").fill("x: 2\n# typed for an hour\n")
    page.get_by_label("Why do you change it?").fill("counted again")
    away("seen", IDLE + 1)
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Email address").fill("eve@example.org")
    page.get_by_label("Password", exact=True).fill(WORDS)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you typed is still here")
    page.get_by_text("See what you typed").click()
    expect(page.get_by_role("main")).to_contain_text("# typed for an hour")
    looked_at(page, "unsent")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("status")).to_contain_text("Written as version 2")
    head = Draft.objects.get(name="main").head
    assert (files_of(head)["plan.yaml"], head.message) == (b"x: 2\n# typed for an hour\n", "counted again")


def test_how_hard_a_password_is_to_guess_is_told_while_it_is_typed(page: Page) -> None:
    page.goto("/account/password")
    said = page.locator("#strength")
    field = page.get_by_label("New password")
    field.press_sequentially("otter")
    expect(said).to_contain_text("We will not take this one. This password is too short")
    field.press_sequentially(" lantern quarry")
    expect(said).to_contain_text("This is hard to guess")
    field.press_sequentially(" plover")
    expect(said).to_contain_text("This is very hard to guess")
    looked_at(page, "password")
    expect(field).to_be_focused()
    field.fill("")
    expect(said).to_be_empty()
