"""Draw the README's picture from a report: ``python scripts/picture.py reports/dorset-2016/report.html``.

Needs Chromium; ``scripts/browser`` installs it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]


def main(report: Path, picture: Path) -> None:
    """Write the top of a report, sentence and grid, as a PNG, as it stands on a wide screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1400}, device_scale_factor=1)
        page.goto(report.resolve().as_uri())
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), ROOT / "docs" / "grid.png")
