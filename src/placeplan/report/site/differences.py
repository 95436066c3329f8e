"""What is different between two versions of a site: the verdict, each promise, each change of the plan, what was assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from placeplan.report import grid, words
from placeplan.stress.findings import Findings
from placeplan.stress.results.promises import PromiseResult


class Changed(NamedTuple):
    """One thing before and after; blank where it was not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """All that is different, by what it is about; a part without rows is the same in both."""

    verdict: tuple[Changed, ...]
    promises: tuple[Changed, ...]
    initiatives: tuple[Changed, ...]
    assumptions: tuple[Changed, ...]
    claims: tuple[Changed, ...]
    run: tuple[Changed, ...]

    @property
    def parts(self) -> tuple[tuple[str, str, tuple[Changed, ...]], ...]:
        """Heading, what stands in each row, rows."""
        return (
            ("The answer", "What", self.verdict), ("Promises", "Promise", self.promises), ("Parts of the plan", "Part", self.initiatives),
            ("Savings found", "Part", self.claims), ("What was assumed", "Assumption", self.assumptions), ("The run", "What", self.run),
        )  # fmt: skip

    @property
    def count(self) -> int:
        """Things that are different, in all."""
        return sum(len(rows) for _, _, rows in self.parts)


def differences(old: Findings, new: Findings) -> Differences:
    """Every difference that a reader would see between two findings of the same plan."""
    return Differences(
        verdict=tuple(_verdict(old, new)),
        promises=_apart(_promises(old), _promises(new)),
        initiatives=_apart(_initiatives(old), _initiatives(new)),
        assumptions=_apart(_assumed(old), _assumed(new)),
        claims=_apart(_claims(old), _claims(new)),
        run=tuple(_run(old, new)),
    )


def _apart(old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]) -> tuple[Changed, ...]:
    """Things by id, each with its name and what is said of it, that are not said alike."""
    found = []
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name, ("", "")), new.get(name, ("", ""))
        if before[1] != after[1]:
            found.append(Changed(after[0] or before[0], before[1], after[1]))
    return tuple(found)


def _verdict(old: Findings, new: Findings) -> Iterator[Changed]:
    told: tuple[tuple[str, Callable[[Findings], str]], ...] = (
        ("Verdict", lambda f: words.sentence_case(f.verdict)), ("In a sentence", lambda f: f.sentence),
        ("All promises kept", lambda f: words.percent(f.all_hard_P, f.futures) if f.all_hard_P is not None else "not known"),
        ("First break", lambda f: f"{f.first_break.promise_name}, {f.first_break.organisation_name}, {f.first_break.year}" if f.first_break else "none"),
        ("Data to", lambda f: words.day(f.data_date)),
        ("Closes", lambda f: "; ".join(f.closes) or "nothing"),
    )  # fmt: skip
    yield from _told(told, old, new)


def _run(old: Findings, new: Findings) -> Iterator[Changed]:
    told: tuple[tuple[str, Callable[[Findings], str]], ...] = (
        ("Plan", lambda f: words.short_digest(f.digest)), ("Futures", lambda f: f"{f.futures:,}"), ("Seed", lambda f: str(f.seed)),
        ("Assumptions", lambda f: words.set_name(f.assumption_set) or "the plan’s own"), ("placeplan", lambda f: f.placeplan),
    )  # fmt: skip
    yield from _told(told, old, new)


def _told(told: Iterable[tuple[str, Callable[[Findings], str]]], old: Findings, new: Findings) -> Iterator[Changed]:
    for what, say in told:
        if say(old) != say(new):
            yield Changed(what, say(old), say(new))


def _promises(f: Findings) -> dict[str, tuple[str, str]]:
    def said(p: PromiseResult) -> str:
        if p.P is None:
            return grid.box_of(p, f.futures).word.lower() or "not known"
        box = grid.box_of(p, f.futures)
        aim = "" if p.hard else ", an aim"
        return f"{box.said}, {box.spoken} (asks for {words.asks(p.asks)}{aim})"

    return {p.id: (f"{p.name}, {p.organisation_name}", said(p)) for p in f.promises}


def _initiatives(f: Findings) -> dict[str, tuple[str, str]]:
    def said(i: Any) -> str:
        start = words.month(i.start) if i.start else "when it is needed"
        status = "firm" if i.status == "commitment" else "a hope"
        yes = sum(s.position == "signed" for s in i.sides)
        return f"{start}; {status}; {yes} said yes. " + " ".join(f"{a}." for c in i.changes for a in c.amounts)

    return {i.id: (i.name, said(i)) for i in f.initiatives}


def _assumed(f: Findings) -> dict[str, tuple[str, str]]:
    def said(value: str, low: str, high: str, unit: str) -> str:
        span = f" ({low} to {high})" if low and low != high else ""
        return f"{value}{' ' + unit if unit and unit not in value else ''}{span}"

    return {a.id: (a.about, said(a.value, a.low, a.high, a.unit)) for a in f.assumed}


def _claims(f: Findings) -> dict[str, tuple[str, str]]:
    def claimed(value: float | None) -> str:
        return "" if value is None else f", of {words.money(value)} claimed"

    return {c.initiative: (c.name, f"{words.money(c.found)}{claimed(c.claimed)}") for c in f.claims}
