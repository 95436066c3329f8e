"""What the contract laboratory found as tables, the same for the terminal and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from placeplan.report import words
from placeplan.report.tested import SIGNS
from placeplan.stress.laboratory.say import half
from placeplan.stress.laboratory.wording import money, signed
from placeplan.stress.results.contracts import Change, Earned, InForm, Laboratory, Moves, TermSheet

RISKS: Final = {
    "volume": "how much care is given",
    "price": "what is paid for the same care",
    "cost": "what the same care costs",
}
LEAST: Final = 500.0
"""£ a year below which nothing is said to move."""
LESS: Final = 0.05
"""Share of futures by which duties are kept less surely before a sign says so."""


@dataclass(frozen=True)
class Cell:
    """A cell: what is said, and a sign where it asks for attention."""

    text: str
    sign: str = ""


@dataclass(frozen=True)
class Table:
    """A table with what it shows in a sentence."""

    title: str
    lead: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(found: Laboratory) -> tuple[Table, ...]:
    """Every table that has a row."""
    made = (_has(found), _along(found), _duties(found), _risks(found), _register(found), _more(found), _promises(found))
    return tuple(t for t in made if t.rows)


def period(found: Laboratory) -> str:
    """The years of which figures are the mean."""
    years = found.years
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _forms(found: Laboratory) -> tuple[str, ...]:
    return tuple(f.name for f in found.forms)


def _has(found: Laboratory) -> Table:
    """What each organisation has, and what a form changes."""
    rows = []
    for place, h in enumerate(found.forms[0].has):
        changes = (_change(form.has[place].change) for form in found.forms[1:])
        rows.append((Cell(h.name), Cell(f"{money(h.surplus)} ({money(h.low)} to {money(h.high)})"), *changes))
    lead = f"Surplus as planned, £ a year, mean of {period(found)}; in brackets what 9 of 10 futures lie between."
    lead += " Then what each form changes, with its 95% interval." if len(found.forms) > 1 else ""
    return Table("What each organisation has", lead, ("Organisation", *_forms(found)), tuple(rows))


def _along(found: Laboratory) -> Table:
    """What the plan brings each organisation in each form."""
    rows = []
    for place, h in enumerate(found.forms[0].has):
        each = [form.has[place].along for form in found.forms]
        cells = (Cell(_between(c), SIGNS["fail"] if c.high < 0 else "") for c in each)
        rows.append((Cell(h.name), *cells))
    lead = "The surplus with the plan less that with no initiative, both paid in the same form; £ a year, with 95% intervals."
    return Table("What the plan brings it", lead, ("Organisation", *_forms(found)), tuple(rows))


def _duties(found: Laboratory) -> Table:
    """How surely each keeps its own duties in each form."""
    rows = []
    for place, h in enumerate(found.forms[0].has):
        each = [form.has[place].duties for form in found.forms]
        if h.duties is not None:
            cells = (
                Cell(words.percent(d or 0.0, found.futures), SIGNS["amber"] if (d or 0.0) < h.duties - LESS else "")
                for d in each
            )
            rows.append((Cell(h.name), *cells))
    lead = "Share of futures that keep all promises about it that decide: its deficit or control total, its beds …"
    return Table("Duties kept", lead, ("Organisation", *_forms(found)), tuple(rows))


def _change(change: Change | None) -> Cell:
    if change is None:
        return Cell("")
    return Cell(_between(change), SIGNS["amber"] if change.high < 0 else "")


def _between(change: Change) -> str:
    """A change with its interval, which is left out where it reads the same."""
    shown = [signed(v) for v in (change.mean, change.low, change.high)]
    return shown[0] if shown[1] == shown[2] else f"{shown[0]} ({shown[1]} to {shown[2]})"


def _arrows(said: Sequence[str]) -> str:
    """What is said of each form in turn, once where it is the same of all."""
    return said[0] if len(set(said)) == 1 else " → ".join(said)


def _risks(found: Laboratory) -> Table:
    """By how much each surplus moves, by what alone moves it."""
    rows = []
    for place, h in enumerate(found.forms[0].has):
        own = [form.has[place].risks for form in found.forms]
        cells = [_moved([risks[n] for risks in own]) for n in range(len(h.risks))]
        rows.append((Cell(h.name), *cells))
    others = "; then in each form, where that differs" if len(found.forms) > 1 else ""
    lead = (
        f"£ a year by which a surplus moves either way (9 of 10 futures) where this alone moves{others}. In brackets: its share of the variance; shares"
        " need not add up to 100%, as these work on each other or move together."
    )
    heads = [words.sentence_case(RISKS[m.risk]) for m in found.forms[0].has[0].risks] if found.forms[0].has else []
    return Table("Who carries which risk", lead, ("Whose surplus", *heads), tuple(rows))


def _moved(each: Sequence[Moves]) -> Cell:
    if all(half(m) < LEAST for m in each):
        return Cell("–")
    return Cell(_arrows([f"{money(half(m))} ({100 * m.share:.0f}%)" for m in each]))


def _register(found: Laboratory) -> Table:
    """Every contract of the plan, and those that a form changes."""
    rows = [_registered(form, s) for form in found.forms for s in form.sheets if s.changed or not form.id]
    heads = ("Contract", "Who pays whom", "£ a year", "Risk of volume held by", "Risk of cost held by")
    lead = "£ a year, mean of the years; in brackets 9 of 10 futures. Volume: how much care is given. Cost: what the same care costs to give. Contracts that pay nothing in these years are left out."
    lead += " ✗: a party refused, or loses by the plan and has not signed. ≈: a party loses by the plan, or against its contracts as they are."
    return Table("The contracts", lead, heads, tuple(rows))


def _registered(form: InForm, s: TermSheet) -> tuple[Cell, ...]:
    held = {p.risk: p.held or "nothing moves" for p in s.passes}
    sign = next((SIGNS[r] for r in ("fail", "amber") if any(x.result == r for x in s.sides)), "")
    range_ = f" ({money(s.low)} to {money(s.high)})" if money(s.low) != money(s.high) else ""
    name = f"{form.name}: {s.about}" if form.id else s.about
    return (
        Cell(f"{name} ({s.contract})", sign), Cell(s.pays), Cell(f"{money(s.mean)}{range_}"), Cell(held["volume"]), Cell(held["cost"]),
    )  # fmt: skip


def _more(found: Laboratory) -> Table:
    """What one contact more brings; with other forms, where that differs."""
    rows = []
    for e in found.forms[0].earned:
        each = [
            next((x for x in f.earned if (x.organisation, x.pod) == (e.organisation, e.pod)), None) for f in found.forms
        ]
        cells = [_earned(x) for x in each]
        if e.given and (len(found.forms) == 1 or len({c.text for c in cells}) > 1):
            rows.append((Cell(f"{e.name}: {e.pod_name}"), *cells))
    lead = (
        "£ that one contact more is paid, less what it costs who gives it, and what that leaves. Below nought it is better off the fewer come."
        " Left out: care of which hardly more is given where more is asked for"
    )
    lead += ", and care that no form changes." if len(found.forms) > 1 else "."
    return Table("What one contact more brings", lead, ("Who gives which care", *_forms(found)), tuple(rows))


def _earned(e: Earned | None) -> Cell:
    if e is None or not e.given:
        return Cell("no more is given")
    return Cell(f"{_exact(e.pays.mean)} − {_exact(e.costs.mean)} = {_exact(e.leaves.mean)}")


def _exact(value: float) -> str:
    """£ for one contact."""
    size = abs(value)
    text = f"£{size:,.0f}" if size >= 9.95 or size < 0.005 else f"£{size:,.2f}"
    return f"{words.MINUS if value < 0 and text.strip('£0.') else ''}{text}"


def _promises(found: Laboratory) -> Table:
    """Promises that a form keeps more or less surely."""
    rows = []
    for p in found.forms[0].promises:
        each = [next((x for x in f.promises if x.promise == p.promise), p) for f in found.forms]
        if any(x.low > 0 or x.high < 0 for x in each[1:]):
            cells = (Cell(words.percent(x.share, found.futures), SIGNS["fail"] if x.high < 0 else "") for x in each)
            rows.append((Cell(f"{p.name}{'' if p.hard else ' (aim)'}"), *cells))
    lead = "Share of futures that keep it. Promises that no form clearly changes are left out."
    return Table("Promises that change", lead, ("Promise", *(f.name for f in found.forms)), tuple(rows))


def sheets(found: Laboratory) -> tuple[TermSheet, ...]:
    """Term sheets: of the plan, and of each form those that it changes."""
    return tuple(s for form in found.forms for s in form.sheets if s.changed or not form.id)


def sheet_title(sheet: TermSheet) -> str:
    """What a term sheet is called."""
    form = f" – {sheet.form}" if sheet.form else ""
    return f"{sheet.about} ({sheet.contract}){form}"


def sheet_lines(sheet: TermSheet) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lines of a term sheet but those of its parties: a label, and what is said."""
    years = ", ".join(f"{year} {money(pounds)}" for year, pounds in sheet.by_year)
    return (
        ("Who pays whom", (sheet.pays,)),
        ("What kind", (words.sentence_case(sheet.kind),)),
        ("For", (words.sentence_case(sheet.cover),)),
        ("When", (words.sentence_case(sheet.dates),)),
        ("Terms", sheet.terms or ("None",)),
        ("Expected", (sheet.expected, years)),
        ("Risk", sheet.risks),
    )
