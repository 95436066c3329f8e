"""A page in the system's Chromium, wide or on a phone, without network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

OpenPage = Callable[[Path, int], Page]
Violations = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; `scripts/browser` installs it."""
    path = shutil.which("chromium")
    assert path, "there is no chromium; `make test-all` installs it, or says how"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a file at a width in pixels. The page may fetch nothing, and say nothing in the console."""
    contexts, said = [], []

    def open_page(file: Path, width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: request.url.startswith(("file:", "data:")) or said.append(request.url))
        page.goto(file.resolve().as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture(scope="session")
def violations() -> Violations:
    """What stops people from reading a page, by axe-core: rule, and the first element that breaks it."""

    def found(page: Page) -> list[str]:
        broken = Axe().run(page).response["violations"]
        return [f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:120]}" for rule in broken]

    return found
