"""The shocks as the page and CSV tell them: the weakest promise, its low point, and what managers change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from placeplan.report import grid, words
from placeplan.stress.findings import Findings
from placeplan.stress.results.promises import ActionResult, PromiseResult, ScenarioResult

COLUMNS: Final = (
    "Shock", "Name", "Decides", "Promise", "Organisation", "Hard", "Chance", "Without the shock", "If nobody acts", "Low point", "Chance then",
    "Futures",
)  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """A row of the table of shocks."""

    result: ScenarioResult
    worst: PromiseResult | None
    """The weakest of the promises that it breaks; where it breaks none, of all."""
    box: grid.Box
    without: grid.Box
    """The chance of that promise without the shock, in the same futures."""
    before: grid.Box | None
    """Its chance under the shock if nobody acts; None where the plan has no management actions."""
    low: tuple[str, str] | None
    """The worst of all years for it, and its chance then."""
    breaks: int
    """Promises kept in at least half of the futures without it, and in fewer under it."""
    whole: str
    by_promise: tuple[tuple[PromiseResult, grid.Box, grid.Box, grid.Box | None], ...]
    """Every promise, its chance under the shock, without it, and under it if nobody acts."""
    missing: tuple[str, ...]
    """Parts of the shock that are not modelled, but for those that no shock holds."""


def scenarios(findings: Findings) -> tuple[Scenario, ...]:
    """The shocks; a promise holds under one where it is kept in at least half of the futures."""
    rows = {p.id: p for p in findings.promises}
    everywhere = missing_everywhere(findings)
    return tuple(_scenario(s, rows, findings.futures, everywhere) for s in findings.scenarios)


def _scenario(
    s: ScenarioResult, rows: Mapping[str, PromiseResult], futures: int, everywhere: Sequence[str]
) -> Scenario:
    """One shock, with the chances without it beside its own."""
    tried = s.futures or futures
    without = tried if s.without else futures
    known = {i: p for i, p in s.P.items() if i in rows}
    usual = {i: s.without.get(i, rows[i].P) for i in rows}
    broken = [i for i, p in known.items() if rows[i].hard and p < grid.HALF <= (usual[i] or 0.0)]
    worst = rows.get(min(broken, key=lambda i: (known[i], i)) if broken else s.worst_promise)
    low = s.low.get(worst.id) if worst else None
    return Scenario(
        result=s,
        before=_half(s.before.get(worst.id), tried) if worst and s.before else None,
        low=(low.year, words.percent(low.P, tried)) if low else None,
        worst=worst,
        box=_half(s.P.get(worst.id, s.worst_P) if worst else s.worst_P, tried),
        without=_half(usual[worst.id] if worst else None, without),
        breaks=len(broken),
        whole="not known" if s.all_hard_P is None else words.percent(s.all_hard_P, tried),
        by_promise=tuple(
            (rows[i], _half(p, tried), _half(usual[i], without), _half(s.before.get(i), tried) if s.before else None)
            for i, p in known.items()
        ),
        missing=tuple(part for part in s.not_reached if part not in everywhere),
    )


@dataclass(frozen=True)
class Action:
    """A management action, over all shocks."""

    result: ActionResult
    began: str
    """In what share of the futures, from the shock in which fewest began it to that in which most did."""


def actions(findings: Findings) -> tuple[Action, ...]:
    """What managers do under the shocks, in order of id."""
    every: dict[str, list[tuple[ActionResult, int]]] = {}
    for s in findings.scenarios:
        for a in s.actions:
            every.setdefault(a.id, []).append((a, s.futures or findings.futures))
    return tuple(Action(of[0][0], _began(of)) for _, of in sorted(every.items()))


def _began(of: Sequence[tuple[ActionResult, int]]) -> str:
    by_share = sorted(of, key=lambda a: a[0].acted)
    least, most = (words.percent(a.acted, n) for a, n in (by_share[0], by_share[-1]))
    return least if least == most else f"{least} to {most}"


def rows(findings: Findings) -> list[tuple[str, ...]]:
    """Every promise under every shock, as CSV has it."""
    found: list[tuple[str, ...]] = []
    for s in scenarios(findings):
        r = s.result
        head = (r.id, r.name, "yes" if r.decides else "shown only")
        for promise, *_ in s.by_promise:
            low = r.low.get(promise.id)
            chances = (r.P[promise.id], r.without.get(promise.id, promise.P), r.before.get(promise.id))
            found.append((
                *head, promise.name, promise.organisation_name, "yes" if promise.hard else "aim", *("" if p is None else f"{p:.6g}" for p in chances),
                low.year if low else "", f"{low.P:.6g}" if low else "", str(r.futures or findings.futures),
            ))  # fmt: skip
    return found


def missing_everywhere(findings: Findings) -> tuple[str, ...]:
    """Parts that are modelled under none of the shocks: said once, below their table."""
    shocks = findings.scenarios
    if len(shocks) < 2:
        return ()
    return tuple(part for part in shocks[0].not_reached if all(part in s.not_reached for s in shocks))


def just_beside(rows: Sequence[Scenario]) -> tuple[str, ...]:
    """Numbers of the table that lie just beside one half, in words."""
    return grid.just_beside(box for s in rows for box in (s.box, s.without, s.before) if box)


def called(shock: ScenarioResult) -> str:
    """A shock by its number and its name: S1. Flu."""
    return f"{shock.id.partition('.')[0]}. {shock.name}"


def line(s: Scenario) -> str:
    """What a shock does, in a sentence or two."""
    decides = "It decides the verdict." if s.result.decides else "It is shown, and does not decide."
    if s.worst is None:
        return f"What it does is not known. {decides}"
    broken = words.count(s.breaks, "promise") if s.breaks else "no promise"
    weakest = f"the weakest is “{s.worst.name}” of {s.worst.organisation_name}, kept in {s.box.said} of futures"
    return f"It breaks {broken} that {'hold' if s.breaks > 1 else 'holds'} without it. Under it, {weakest}. {decides}"


def scenario_heading(rows: Sequence[Scenario]) -> str:
    """How many of the shocks that decide break a promise that holds without them."""
    deciding = [s for s in rows if s.result.decides]
    if not deciding:
        return "What shocks would do"
    broke, shocks = sum(s.breaks > 0 for s in deciding), words.count(len(deciding), "shock")
    if broke:
        return f"{broke} of {shocks} break{'s' if broke == 1 else ''} a promise that holds without {'it' if broke == 1 else 'them'}"
    if all(s.box.state == "kept" for s in deciding):
        return f"The promises hold under {shocks}"
    return "No shock breaks a promise that holds without it"


def _half(p: float | None, futures: int) -> grid.Box:
    if p is None:
        return grid.Box("", "no_data", "", "", first=False)
    state = "kept" if p >= grid.HALF else "fail"
    said = words.percent_beside(p, futures, grid.HALF)
    return grid.Box("", state, words.percent_short(said), said, first=False)
