"""What the stress tests found, as the page and the terminal tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from placeplan.report import words
from placeplan.stress.findings import Findings
from placeplan.stress.results.tests import StressFinding, StressRow

WORDS: Final = {
    "fail": "Fails",
    "amber": "Look closer",
    "pass": "Passes",
    "shown": "Shown",
    "not asked": "Cannot be asked",
}
SIGNS: Final = {"fail": "fail", "amber": "close", "pass": "kept"}
"""Symbols of the grid, so that colour is never alone."""
LONG: Final = 36
"""Letters from which on a line's figure is a text, and wraps."""
COLUMNS: Final = ("Test", "Result", "What", "Figure", "As read", "Threshold", "Futures")


@dataclass(frozen=True)
class Bar:
    """A line of a test's table, with a bar between 0 and 100; the threshold on the same scale."""

    row: StressRow
    start: float
    width: float
    mark: float | None


def ordered(found: tuple[StressFinding, ...]) -> tuple[StressFinding, ...]:
    """Those that fail first, those that cannot be asked last."""
    return tuple(sorted(found, key=lambda t: (list(WORDS).index(t.result), t.title)))


def heading(findings: Findings) -> str:
    """How many fail."""
    return said(findings.tests)


def said(found: tuple[StressFinding, ...]) -> str:
    """How many of some tests fail, and how many ask for a closer look."""
    count = {word: sum(t.result == word for t in found) for word in WORDS}
    asked = len(found) - count["not asked"]
    if not asked:
        return "No test could be asked of this plan"
    if not count["fail"] and not count["amber"]:
        return f"The plan passes {words.count(asked, 'test')} of what it says"
    fails = f"{count['fail']} of {words.count(asked, 'test')} of what the plan says {'fails' if count['fail'] == 1 else 'fail'}"
    closer = f"{count['amber']} {'asks' if count['amber'] == 1 else 'ask'} for a closer look"
    return f"{fails}, {closer}" if count["amber"] else fails


def groups(test: StressFinding) -> tuple[tuple[str, tuple[StressRow, ...]], ...]:
    """The lines of a test under their headings, in their order; one without a heading where they have none."""
    found: dict[str, list[StressRow]] = {}
    for row in test.rows:
        found.setdefault(row.group, []).append(row)
    return tuple((name, tuple(some)) for name, some in found.items())


def bars(lines: Sequence[StressRow]) -> tuple[Bar, ...]:
    """Lines on one scale that holds 0, every figure and every threshold."""
    every = [v for r in lines for v in (r.figure, r.other, r.threshold) if v is not None]
    low, high = min([0.0, *every]), max([0.0, *every])
    span = (high - low) or 1.0

    def place(value: float) -> float:
        return round(100 * (value - low) / span, 2)

    def bar(row: StressRow) -> Bar:
        one, other = place(row.figure or 0.0), place(row.other or 0.0)
        mark = None if row.threshold is None else place(row.threshold)
        return Bar(row, min(one, other), round(abs(one - other), 2), mark)

    return tuple(bar(row) for row in lines)


def rows(findings: Findings) -> list[tuple[str, ...]]:
    """Every line of every test, as CSV has it."""
    found: list[tuple[str, ...]] = []
    for test in findings.tests:
        for row in test.rows:
            figure = "" if row.figure is None else f"{row.figure:.6g}"
            found.append((test.title, row.result, row.what, figure, row.shown, test.threshold, str(test.futures)))
    return found
