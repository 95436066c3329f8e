"""The workbench in a browser: accessible on every page, by keyboard alone, at two widths, asking no other host for anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from fixtures.browsing import sideways, violations
from fixtures.sample_findings import westshire
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.report.site.replies import Standings
from placeplan.web.accounts.people import add, give
from placeplan.web.jobs.models import Job, State
from placeplan.web.public.publishing import publish_findings
from placeplan.web.store.folders import bring_in, files_of, read_files
from placeplan.web.store.models import Draft, Place

pytestmark = [pytest.mark.large, pytest.mark.django_db(transaction=True)]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop of its own in this thread
WORDS = "otter lantern quarry"
WIDTHS = (400, 1280)


@pytest.fixture
def workbench(server: LiveServer, tmp_path: Path) -> str:
    """Address of a workbench with a published place, a draft, and Ana, who writes it."""
    write_plan(make(3, 3, 3, 1, detail="plain"), tmp_path / "mill-vale")
    bring_in("mill-vale", "Mill Vale", read_files(tmp_path / "mill-vale"), "brought in")
    publish_findings(Place.objects.create(slug="westshire", name="Westshire"), westshire(), Standings(made_up=True))
    add("ana@example.org", "Ana Lopez", WORDS)
    give("ana@example.org", "mill-vale", "org-1", "contributor")
    return server.url


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, workbench: str) -> Iterator[Page]:
    """A page at one of two widths; nothing that it loads is refused, and nothing comes from elsewhere."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, base_url=workbench)
    found, wrong = context.new_page(), list[str]()
    found.on("console", lambda m: wrong.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
    found.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((workbench, "data:")) else None)
    yield found
    context.close()
    assert not wrong


def sign_in(page: Page) -> None:
    page.goto("/account/sign-in")
    page.get_by_label("Email address").fill("ana@example.org")
    page.get_by_label("Password", exact=True).fill(WORDS)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plans")


def test_pages_are_accessible_and_fit(page: Page) -> None:
    for path in ("/", "/westshire/", "/account/sign-in", "/nowhere/", "/mill-vale/"):
        _looked_at(page, path)
    sign_in(page)
    run = "/drafts/mill-vale/main/jobs/{}"
    page.goto("/drafts/mill-vale/main/")
    page.get_by_role("button", name="Run it").click()
    job = Job.objects.get()
    for state in (State.QUEUED, State.RUNNING, State.FAILED, State.DONE):
        Job.objects.update(
            state=state,
            done=3,
            total=10,
            doing="running futures",
            problems=[{"what": "It stopped.", "mend": "Try again."}],
        )
        _looked_at(page, run.format(job.pk))
    for path in ("/drafts/", "/drafts/mill-vale/", "/drafts/mill-vale/main/", "/drafts/mill-vale/main/file/plan.yaml"):
        _looked_at(page, path)


def _looked_at(page: Page, path: str) -> None:
    page.goto(path)
    assert not sideways(page), path
    assert violations(page) == [], path
    page.emulate_media(forced_colors="active")
    assert violations(page) == [], f"{path} in high contrast"
    page.emulate_media(forced_colors="none")


def test_a_file_is_written_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/account/sign-in")
    _to(page, "Email address")
    page.keyboard.type("ana@example.org")
    _to(page, "Password")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plans")
    for link in ("Mill Vale", "main", "plan.yaml"):
        _to(page, link)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    _to(page, "The file")
    page.keyboard.press("Control+End")
    page.keyboard.type("# looked through\n")
    _to(page, "Why do you change it?")
    page.keyboard.type("looked through it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Written as version 2")
    head = Draft.objects.get(name="main").head
    assert files_of(head)["plan.yaml"].endswith(b"# looked through\n")
    assert head.message == "looked through it"


def _to(page: Page, name: str) -> None:
    """Move on with the tab key until what is focused has a name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("(e => (e.labels && e.labels[0] || e).innerText.trim())(document.activeElement)")
        if focused == name:
            return
    pytest.fail(f"the tab key leads to nothing called {name}")


def test_a_page_says_what_was_wrong_first(page: Page) -> None:
    sign_in(page)
    page.goto("/drafts/mill-vale/main/file/plan.yaml")
    page.get_by_label("The file").fill("typed for an hour")
    page.get_by_role("button", name="Write it").click()
    expect(page).to_have_title("Error: plan.yaml – placeplan")
    expect(page.get_by_role("alert")).to_contain_text("Say in a few words why you change it.")
    expect(page.get_by_label("The file")).to_have_value("typed for an hour")
    assert violations(page) == []


def test_a_run_tells_how_far_it_is_by_itself(page: Page) -> None:
    sign_in(page)
    page.goto("/drafts/mill-vale/main/")
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("waits its turn")
    Job.objects.update(state=State.RUNNING, done=40, total=1000, doing="running futures")
    expect(page.get_by_role("status")).to_have_text("40 of 1,000 done: running futures.", timeout=15_000)
    Job.objects.update(state=State.CANCELLED)
    expect(page.get_by_role("heading", level=1)).to_contain_text("was cancelled", timeout=15_000)
