"""What the sections of the page say besides their figures: headings that state the finding, rows in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from placeplan.report import charts, naming, words
from placeplan.stress.findings import Findings
from placeplan.stress.limits import LEFT_OUT
from placeplan.stress.results.ground import Assumed, NotModelled, Reconciled
from placeplan.stress.results.money import ClaimResult
from placeplan.stress.results.tests import StressFinding, StressRow

LOSERS: Final = "incentives"
"""The test that tells who loses and has not signed."""


@dataclass(frozen=True)
class Claims:
    """The claims table."""

    heading: str
    rows: tuple[tuple[ClaimResult, Markup], ...]
    whole: tuple[tuple[ClaimResult, Markup], ...]
    """What was said of the plan as a whole; never part of the total."""
    total: tuple[str, str, str] | None
    """Claimed, found, what is missing: over the rows that claim an amount."""


@dataclass(frozen=True)
class Verdict:
    """The sentence in its parts: what is highlighted, and the rest."""

    word: str
    rest: str
    style: str


def verdict(findings: Findings) -> Verdict:
    """The highlighted word of the sentence, if it begins with the word of the verdict."""
    word, colon, rest = findings.sentence.partition(":")
    style = findings.verdict.replace(" ", "-")
    if colon and word.strip().lower() == findings.verdict:
        return Verdict(f"{word.strip()}:", rest.strip(), style)
    return Verdict("", findings.sentence, style)


def claims(findings: Findings) -> Claims | None:
    """Claimed beside found, on one scale; None where there is nothing to compare."""
    rows = findings.claims
    if not rows:
        return None
    values = [v for c in rows for v in (c.low, c.high, c.found, 0.0 if c.claimed is None else c.claimed)]
    span = (min(0.0, *values), max(0.0, *values))
    marks = [(c, charts.mark(c.low, c.found, c.high, c.claimed, span)) for c in rows]
    drawn = tuple(pair for pair in marks if pair[0].initiative)
    whole = tuple(pair for pair in marks if not pair[0].initiative)
    priced = [c for c, _ in drawn if c.claimed is not None]
    if not priced:
        return Claims("What the model finds each initiative saves", drawn, whole, None)
    heading = _not_found(
        [c for c, _ in whole if c.claimed is not None] or priced, "of the savings claimed cannot be found"
    )
    last = _not_found(priced, "of the claim is not found")
    claimed, found = sum(c.claimed or 0.0 for c in priced), sum(c.found for c in priced)
    return Claims(
        heading or "The model finds as much as the plan claims", drawn, whole,
        (words.money(claimed), words.money(found), last or "All of the claim is found"),
    )  # fmt: skip


def losers(findings: Findings) -> tuple[str, ...] | None:
    """Who loses by the plan and has not signed what it loses by, each with its loss; None where that was not asked."""
    told = next((t for t in findings.tests if t.test == LOSERS and t.result != "not asked"), None)
    if told is None:
        return None
    lost = ((r.what, r.figure or 0.0) for r in told.rows if r.result == "fail")
    return tuple(
        f"{who}: {f'{words.money(-amount)} a year worse off by the plan' if amount < 0 else 'better off by leaving'}"
        for who, amount in lost
    )


def _not_found(rows: Sequence[ClaimResult], what: str) -> str:
    """How much of these claims the model does not find, in words; nothing where it finds all."""
    missing = sum((c.claimed or 0.0) - c.found for c in rows)
    return "" if missing < 0 or words.money(missing) in {"£0m", words.money(-0.0)} else f"{words.money(missing)} {what}"


def rests_on(findings: Findings) -> str:
    """What a result rests on, by level of detail, the best known first; what is not modelled last."""
    called = level_words(findings)
    named = {level: _components(findings, level) for level in ("local", "published", "default")}
    said = [f"{called[level]} ({words.listed(names)})" for level, names in named.items() if names]
    off = _components(findings, "off")
    rests = f"Rests on {words.listed(said)}." if said else ""
    return " ".join(filter(None, (rests, f"Not modelled: {words.listed(off)}." if off else "")))


def rests_shortly(findings: Findings) -> str:
    """The same with the number of parts in place of their names."""
    called = level_words(findings)
    many = {level: len(_components(findings, level)) for level in ("local", "published", "default", "off")}
    said = [f"{called[level]} in {words.count(n, 'part')}" for level, n in many.items() if n and level != "off"]
    rests = f"Rests on {words.listed(said)} of the model." if said else ""
    off = (
        f"{words.count(many['off'], 'part')} {'is' if many['off'] == 1 else 'are'} not modelled." if many["off"] else ""
    )
    return " ".join(filter(None, (rests, off)))


def level_words(findings: Findings) -> dict[str, str]:
    """What the levels of detail are called: a made-up place has no figures of its own."""
    return naming.MADE_UP if findings.synthetic else naming.LEVEL


def _components(findings: Findings, level: str) -> list[str]:
    return [
        naming.COMPONENT.get(c.name, c.name[:1].lower() + c.name[1:]) for c in findings.components if c.level == level
    ]


def not_seen(findings: Findings) -> tuple[tuple[NotModelled, ...], tuple[NotModelled, ...]]:
    """What is not modelled: whole components, and parts of initiatives and shocks."""
    parts = tuple(n for n in findings.not_modelled if n.why == LEFT_OUT)
    return tuple(n for n in findings.not_modelled if n.why != LEFT_OUT), parts


def warnings(findings: Findings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Warnings about the run, and those about a place in one of the plan's files."""
    files = tuple(w for w in findings.warnings if re.match(r"[\w./-]+\.(?:ya?ml|csv)\b", w))
    return tuple(w for w in findings.warnings if w not in files), files


FIXES: Final = ("repairs", "plan-b", "conflict")
"""Tests that say what would fix a plan, what mends first."""
FIRST_ROWS: Final = 8
"""Lines of such a test shown at once."""


def fixes(findings: Findings) -> tuple[StressFinding, ...]:
    """Tests that looked for what would fix the plan."""
    found = {t.test: t for t in findings.tests if t.result != "not asked"}
    return tuple(found[name] for name in FIXES if name in found)


def first_rows(test: StressFinding) -> tuple[StressRow, ...]:
    """The first lines of a test's table."""
    return test.rows[:FIRST_ROWS]


def act(findings: Findings) -> tuple[str, str] | None:
    """What the one button of the first page leads to, and what it says; None where there is nothing to do."""
    if findings.verdict == "withheld" and findings.hangs_on:
        return "hangs", "What would settle it"
    if fixes(findings):
        return "s-fix", "What would fix it"
    return ("hangs", "What it hangs on") if findings.hangs_on else None


UNTOLD = "It was not looked at whether the base year is calibrated."


def calibrated(findings: Findings) -> tuple[str, str]:
    """Whether the base year is calibrated: the word, and the rest of the sentence."""
    word, stop, rest = (findings.calibration.sentence if findings.calibration else UNTOLD).partition(".")
    whole, colon, more = word.partition(":")
    return (f"{whole}{colon}", f"{more}{stop}{rest}") if colon else (f"{word}{stop}", rest)


def reconciled(findings: Findings, kind: str) -> tuple[Reconciled, ...]:
    """Totals of one kind: those the model was fitted to, or those it predicts."""
    return tuple(r for r in findings.reconciliation if r.kind == kind)


def agreement(rows: Sequence[Reconciled]) -> str:
    """How many rows lie within their limit, in words.

    >>> agreement([])
    'none'
    """
    return f"{sum(r.ok for r in rows)} of {len(rows)} within their limit" if rows else "none"


def difference(row: Reconciled) -> str:
    """The difference and its limit: points for shares, per cent otherwise."""
    unit = "points" if words.is_share(row.unit) else "share"
    shown = words.amount(row.difference, unit)
    return shown if row.difference <= 0 or shown.startswith("0") else f"+{shown}"


def tolerance(row: Reconciled) -> str:
    """The largest difference allowed."""
    return words.amount(row.tolerance, "points" if words.is_share(row.unit) else "share")


def unit(assumed: Assumed) -> str:
    """The unit behind a value: nothing of “share” is left where the value is in per cent."""
    text = assumed.unit
    if "%" in assumed.value and words.is_share(text):
        return text.partition(" ")[2]
    if assumed.value.lstrip("−").startswith("£"):
        return text.removeprefix("£").strip()
    return "" if text == "ratio" else text


def span(assumed: Assumed) -> str:
    """Low to high, or nothing where both are the same."""
    if not assumed.low and not assumed.high:
        return ""
    return assumed.low if assumed.low == assumed.high else f"{assumed.low} to {assumed.high}"


GRID: Final = ("organisation", "id", "promise", "kind", "asks", "year", "state", "p", "low", "high")
"""Columns of the grid's data."""


def grid_rows(findings: Findings) -> list[tuple[object, ...]]:
    """Every cell of the grid with its interval."""
    rows = [
        (
            p.organisation_name,
            p.id,
            p.name,
            "promise" if p.hard else "aim",
            p.asks,
            c.year,
            c.state,
            *_three(c.probability),
        )
        for p in findings.promises
        for c in p.by_year
    ]
    whole = [
        (
            p.organisation_name,
            p.id,
            p.name,
            "promise" if p.hard else "aim",
            p.asks,
            "all years",
            p.state,
            p.P,
            p.low,
            p.high,
        )
        for p in findings.promises
    ]
    return [*rows, *whole]


def first_number(text: str) -> Markup:
    """Text with its first number set in bold.

    >>> str(first_number("In 54 of 100 <futures>"))
    'In <b>54</b> of 100 &lt;futures&gt;'
    """
    found = re.search(r"\d[\d,]*", text)
    if found is None:
        return Markup("{}").format(text)
    return Markup("{}<b>{}</b>{}").format(text[: found.start()], found[0], text[found.end() :])


def _three(probability: object) -> tuple[object, object, object]:
    return tuple(getattr(probability, name, None) for name in ("p", "low", "high"))  # type: ignore[return-value]
