"""A waterfall in a browser: accessible, never wider than the screen, and what is written of a bar stands in its row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from fixtures.browsing import open_page, sideways, violations
from fixtures.sample_waterfall import MONEY, STEPS
from placeplan.report.waterfall import page

pytestmark = pytest.mark.large

BETTER = tuple(replace(s, amount=-s.amount, low=-s.high, high=-s.low) for s in STEPS)
CASES = {"falls": MONEY, "rises": replace(MONEY, steps=BETTER)}
"""The last year's bar lies at the left, so that its range is written beside it, or at the right, and it is written below."""


@pytest.mark.parametrize("width", [320, 400, 768, 1280])
@pytest.mark.parametrize("case", CASES)
def test_it_can_be_read_at_every_width(context: BrowserContext, tmp_path: Path, case: str, width: int) -> None:
    """A range stands in its own row, and so on no line between rows and no other bar's name."""
    path = tmp_path / "waterfall.html"
    path.write_text(page(CASES[case], {}), encoding="utf-8")
    shown = open_page(context, path.as_uri(), width)
    assert violations(shown) == []
    assert sideways(shown) <= 0
    script = """() => [...document.querySelectorAll('.brow .sp')].map(s => {
      const range = s.getBoundingClientRect(), row = s.closest('.brow').getBoundingClientRect()
      return range.top >= row.top && range.bottom <= row.bottom && range.right <= row.right })"""
    assert shown.evaluate(script) == [True, True]
