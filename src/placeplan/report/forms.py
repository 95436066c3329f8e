"""Other ways to build the model, as the page and the terminal tell them."""

from __future__ import annotations

from dataclasses import dataclass

from placeplan.report import grid, words
from placeplan.stress.findings import Findings
from placeplan.stress.results.promises import FormResult, PromiseResult


@dataclass(frozen=True)
class Row:
    """One form: its word, and the promise that changes most in it."""

    result: FormResult
    promise: PromiseResult | None
    box: grid.Box
    change: str
    """Points by which its share of futures changes, no finer than the futures allow."""


def rows(findings: Findings) -> tuple[Row, ...]:
    """The forms that give another word first, then those that change most."""
    by_id = {p.id: p for p in findings.promises}
    ordered = sorted(findings.forms, key=lambda f: (f.word == _own(findings), -abs(f.change), f.name))
    return tuple(_row(f, by_id.get(f.changes_most)) for f in ordered)


def _row(form: FormResult, promise: PromiseResult | None) -> Row:
    """A form with the box of its promise, judged against what that promise asks; none where no change can be seen."""
    points = _points(form.change, form.futures)
    if promise is None or points == "none":
        return Row(form, None, grid.Box("", "no_data", "", "", first=False), points if promise else "")
    p = form.P[form.changes_most]
    state = "kept" if p >= promise.asks else "short" if p >= 0.5 else "fail"
    said = words.percent_beside(p, form.futures, grid.HALF, promise.asks)
    box = grid.Box("", state, words.percent_short(said), said, first=False)
    return Row(form, promise, box, points)


def _points(change: float, futures: int) -> str:
    """A change of a share, in points.

    >>> _points(-0.123, 1000), _points(0.004, 1000), _points(0.06, 200)
    ('−12 points', 'none', '+5 points')
    """
    step = 1 if futures >= 1000 else 5
    shown = round(change * 100 / step) * step
    return "none" if shown == 0 else f"{'+' if shown > 0 else '−'}{abs(shown)} points"


def heading(findings: Findings) -> str:
    """In how many of the forms the word is the same."""
    own = _own(findings)
    same = sum(f.word == own for f in findings.forms)
    ways = words.count(len(findings.forms), "other way")
    if not findings.forms:
        return "No other way to build the model matters here"
    among = f"{same} of {ways}" if same < len(findings.forms) else f"all {ways}" if same > 1 else f"the {ways}"
    if own == findings.verdict:
        return f"The verdict is the same in {among} to build the model"
    return f"As far as known the verdict is {own}, and the same in {among} to build the model"


def _own(findings: Findings) -> str:
    """The word of the plan's own form: a verdict that is withheld for its data stands for another."""
    return findings.main_word or findings.verdict
