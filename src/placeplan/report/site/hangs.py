"""What an initiative hangs on, as the run found it: dates, building money, its figures, what carries the plan, where the plan fails."""

from __future__ import annotations

from typing import Final, NamedTuple

from placeplan.report import words
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import InitiativeResult
from placeplan.stress.results.promises import GoesWith, PromiseResult
from placeplan.stress.results.tests import StressFinding, StressRow

NOT_RUN: Final = "Not known: this was not tested."


class Said(NamedTuple):
    """One line: what it is about, what was found, and the test that found it; blank where none did."""

    what: str
    lines: tuple[str, ...]
    test: str = ""


class Moves(NamedTuple):
    """An assumption of an initiative, and the promises that go with it."""

    about: str
    assumption: str
    shared: bool
    """Whether other initiatives draw on it too."""
    promises: tuple[tuple[PromiseResult, GoesWith], ...]


def hangs(f: Findings, i: InitiativeResult) -> list[Said]:
    """What tests found of its dates, its money and its places, and of the figures on which it draws."""
    found = [_in_time(f, i), _money(f, i), _first(f, i), _carries(f, i), _fails(f, i)]
    return [s for s in found if s]


def rows_of(f: Findings, i: InitiativeResult) -> list[tuple[StressFinding, StressRow]]:
    """Lines of all tests that are about an initiative."""
    return [(t, r) for t in f.tests for r in t.rows if r.initiative == i.id]


def goes_with(f: Findings, i: InitiativeResult) -> list[Moves]:
    """Assumptions of an initiative with which promises go, the one with most promises first."""
    about = {a.id: a.about for a in f.assumed}
    found = []
    for name in i.assumes:
        own = tuple((p, g) for p in f.promises for g in p.goes_with if g.assumption.partition("@")[0] == name)
        if own:
            shared = any(name in j.assumes for j in f.initiatives if j.id != i.id)
            found.append(Moves(about.get(name, own[0][1].about), name, shared, own))
    return sorted(found, key=lambda m: -len(m.promises))


def _test(f: Findings, name: str) -> StressFinding | None:
    return next((t for t in f.tests if t.test == name), None)


def _row(f: Findings, i: InitiativeResult, test: str, ends: str = "") -> StressRow | None:
    return next((r for t, r in rows_of(f, i) if t.test == test and r.what.endswith(ends)), None)


def _in_time(f: Findings, i: InitiativeResult) -> Said:
    """In how many futures it is in full use by the year when it is due."""
    what, row = "In full use in time", _row(f, i, "schedule")
    if row is not None and row.figure is not None:
        return Said(what, (f"{_futures(f, row.figure)}.",), "schedule")
    return Said(what, (NOT_RUN if _test(f, "schedule") is None else "Not known: the model does not follow its dates.",))


def _money(f: Findings, i: InitiativeResult) -> Said | None:
    """How likely its building money is; nothing where it needs none."""
    if i.building is None:
        return None
    what, row = "Building money comes", _row(f, i, "capital")
    if row is None or row.figure is None:
        return Said(what, (NOT_RUN,))
    return Said(what, (f"{_futures(f, row.figure)}.",), "capital")


def _first(f: Findings, i: InitiativeResult) -> Said | None:
    """Whether there is somewhere else to go before it closes something; nothing where it closes nothing."""
    row = _row(f, i, "closures", "capacity first")
    if row is None:
        return Said("Somewhere else to go first", (NOT_RUN,)) if i.closes else None
    return Said("Somewhere else to go first", (f"{row.shown.partition('. What takes it up')[0]}.",), "closures")


def _carries(f: Findings, i: InitiativeResult) -> Said:
    """Which of its figures carry most of whether the plan works."""
    what, test = "What carries the plan", _test(f, "carries")
    if test is None or test.result == "not asked":
        return Said(what, (NOT_RUN if test is None else f"Not known. {test.sentence}",))
    about = {a.id: a.about for a in f.assumed}
    own = [r for r in test.rows if _is_of(r, i) and r.figure is not None]
    lines = tuple(
        f"{words.sentence_case(about.get(r.assumption.partition('@')[0], r.what))}: {words.amount(r.figure or 0.0, 'share')} of how much room there is."
        for r in own
    )
    return Said(what, lines or ("None of its own figures is among those that carry most.",), "carries")


def _fails(f: Findings, i: InitiativeResult) -> Said:
    """Whether it is named among the conditions under which the plan fails."""
    what, test = "Where the plan fails", _test(f, "worlds")
    if test is None or test.result == "not asked":
        return Said(what, (NOT_RUN if test is None else f"Not known. {test.sentence}",))
    lines = tuple(f"More often where {r.what.removeprefix('– ')}." for r in test.rows if _is_of(r, i))
    return Said(what, lines or ("None of the conditions that were found is about it.",), "worlds")


def _is_of(r: StressRow, i: InitiativeResult) -> bool:
    """Whether a line is about a figure of an initiative: drawn for all alike, or for it."""
    name, _, whose = r.assumption.partition("@")
    return name in i.assumes and whose in ("", i.id)


def _futures(f: Findings, share: float) -> str:
    return words.sentence_case(f"in {words.of_hundred(share, f.futures)} futures")
