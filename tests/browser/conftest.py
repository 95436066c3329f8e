"""The system's Chromium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from fixtures.serving import Served, made, served

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser(root: Path) -> Iterator[Browser]:
    """The system's Chromium; installed from the system's packages where that is allowed, else a clear failure."""
    done = subprocess.run([root / "scripts" / "browser"], capture_output=True, text=True, check=False)
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail(f"no browser: {done.stderr.strip() or done.stdout.strip()}")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(bypass_csp=True)
    yield found
    found.close()


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The workbench as it is served, with its worker: one for all tests of a process. It has nothing to be sorry for in its log."""
    with served(made(tmp_path_factory.mktemp("real"))) as found:
        yield found
    assert [line for line in found.lines() if line["level"] == "ERROR" or "traceback" in line] == []


WIDTHS = (400, 1280)
"""Pixels of a phone and of a desk. Long stories are told at both in one test: what the first has run, the second need not run anew."""


@pytest.fixture(params=WIDTHS)
def visit(request: pytest.FixtureRequest, browser: Browser, real: Served) -> Iterator[Page]:
    """A page of it at one of two widths; nothing that it loads is refused, and nothing comes from elsewhere."""
    with visiting(browser, real, request.param) as page:
        yield page


@contextmanager
def visiting(browser: Browser, real: Served, width: int) -> Iterator[Page]:
    """A page of a workbench; what it asks of others, and what browsers refuse, is told at the end."""
    context = browser.new_context(viewport={"width": width, "height": 900}, base_url=real.address)
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((real.address, "data:")) else None)
    yield page
    context.close()
    assert not wrong


@pytest.fixture(scope="module")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A real server with the design system's style."""
    subprocess.run([root / "scripts" / "frontend"], check=True)
    plain = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), STORAGES=plain):
        found = LiveServer("localhost")
        yield found
        found.stop()
