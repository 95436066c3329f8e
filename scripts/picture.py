"""Draw the pictures of README and docs anew, from the worked example: ``python scripts/picture.py reports/dorset-2016/report.html``.

A workbench of the example is served from a folder that is thrown away; whoever signs in there is made up. Needs Chromium
(``scripts/browser``) and the design system's style (``scripts/frontend``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
TO: Final = ROOT / "docs" / "pictures"
EXAMPLE: Final = "dorset-2016"
PORT: Final = 8977
WHO: Final = ("ana@example.org", "Ana Lopez", "otter lantern quarry")
"""Who signs in: address, name and password."""
COLOURS: Final = 64
"""Of a picture: pages have few, and a file with few is small."""
LONG: Final = 300_000
"""Milliseconds in which a run ends."""
SOONEST: Final = 6_000
"""Milliseconds that whoever fills in a form of a challenge takes at least."""
NUMBER: Final = "beds.csv/RBD01,general/available"
"""A number of the example that somebody challenges, by its address."""


@dataclass(frozen=True)
class Shot:
    """A page, as it stands on a screen."""

    name: str
    path: str
    width: int = 1280
    height: int = 900
    wait: str = ""
    """What has to be there (a CSS selector)."""
    signed_in: bool = False
    before: Callable[[Page], str] | None = None
    """What is done in the workbench first; it gives the address of the page."""


def offered(page: Page) -> str:
    """The version is offered to those it names, and some of them answer."""
    page.goto(f"/publishing/{EXAMPLE}/")
    page.get_by_role("link", name="Offer version").first.click()
    for how in page.locator("input[name^='how.']").all():
        how.fill("by letter to its board")
    page.get_by_role("button", name="Offer it").click()
    for _ in range(3):
        page.get_by_role("link", name="Answer for").first.click()
        page.get_by_label("We have nothing to say").check()
        page.get_by_label("Which board or office answers?").fill("Its board")
        page.get_by_role("button", name="Answer").click()
        page.goto(f"/publishing/{EXAMPLE}/")
    return f"/publishing/{EXAMPLE}/"


def challenged(page: Page) -> str:
    """Somebody challenges a number, and the plan is run with theirs."""
    page.goto(f"/{EXAMPLE}/challenges/number/{NUMBER}")
    page.get_by_label("The right number").fill("330")
    page.get_by_label("Why?").fill("We counted the open beds on every ward, and there are more.")
    page.get_by_label("How do you know?").fill("Our own count of 12 May 2016")
    page.wait_for_timeout(SOONEST)
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("link", name="See what changes").click()
    page.locator("#sentence").wait_for(timeout=LONG)
    return page.url


AUTHORS: Final = f"/drafts/{EXAMPLE}/main/"
SHOTS: Final = (
    Shot("first-page", f"/{EXAMPLE}/"),
    Shot("first-page-on-a-phone", f"/{EXAMPLE}/", width=400, height=800),
    Shot("near-you", f"/{EXAMPLE}/find?near=DT4"),
    Shot("set-a-number", f"/{EXAMPLE}/what-if/", height=1100, wait="input[type=range]"),
    Shot("draft", AUTHORS, signed_in=True),
    Shot("initiatives", f"{AUTHORS}parts/initiatives/", signed_in=True),
    Shot("assumptions", f"{AUTHORS}assumptions", signed_in=True),
    Shot("publishing", f"/publishing/{EXAMPLE}/", signed_in=True),
    Shot("right-of-reply", "", height=1200, signed_in=True, before=offered),
    Shot("challenge", "", height=1100, before=challenged),
)


def main(report: Path) -> None:
    """Draw all of them: the top of a report, and pages of the workbench."""
    TO.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        grid = drawn(page, Shot("grid", report.resolve().as_uri(), height=1400))
        (ROOT / "docs" / "grid.png").write_bytes(grid)
        _wait_for_the_run(page, address)
        anyone, ana = browser.new_context(base_url=address), signed_in(browser, address)
        for shot in SHOTS:
            page = (ana if shot.signed_in else anyone).new_page()
            (TO / f"{shot.name}.png").write_bytes(drawn(page, shot))
            page.close()
        browser.close()


def _wait_for_the_run(page: Page, address: str) -> None:
    end = time.monotonic() + LONG / 1000
    while not page.goto(f"{address}/{EXAMPLE}/what-if/").ok:  # type: ignore[union-attr]
        assert time.monotonic() < end, "the run does not end"
        time.sleep(2)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A workbench with the example, and somebody who writes its plan; its address."""
    own = [sys.executable, "-m", "placeplan.cli"]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PLACEPLAN_WEB_", "DJANGO_", "DATABASE_URL"))}
    serve = [
        *own,
        "serve",
        str(ROOT / "examples" / EXAMPLE),
        "--folder",
        str(folder),
        "--port",
        str(PORT),
        "--futures",
        "200",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(serve, env=kept, stdout=log, stderr=log)
    address = f"http://localhost:{PORT}"
    try:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"{address}/health/", timeout=5):  # noqa: S310 – this machine
                break
            time.sleep(0.1)
        email, name, words = WHO
        person = [*own, "web", "person", email, name, "--password", "--folder", str(folder)]
        subprocess.run(person, env=kept, input=f"{words}\n{words}\n", text=True, check=True, start_new_session=True)
        for role in ("contributor", "publisher"):
            given = [*own, "web", "role", email, EXAMPLE, "RDZ", role, "--folder", str(folder)]
            subprocess.run(given, env=kept, check=True)
        yield address
    finally:
        process.terminate()
        process.wait()


def signed_in(browser: Browser, address: str) -> BrowserContext:
    """The browser of somebody who has signed in."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/account/sign-in")
    page.get_by_label("Email address").fill(WHO[0])
    page.get_by_label("Password", exact=True).fill(WHO[2])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plans")
    page.close()
    return context


def drawn(page: Page, shot: Shot) -> bytes:
    """A picture of a page, in few colours."""
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.goto(shot.before(page) if shot.before else shot.path)
    if shot.wait:
        page.locator(shot.wait).first.wait_for(timeout=LONG)
    picture, out = Image.open(BytesIO(page.screenshot())), BytesIO()
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
