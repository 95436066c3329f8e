"""Whether everything is there in time: a network of the initiatives, with delays as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.calendar import financial_year, year_start
from placeplan.explore.network import Network
from placeplan.model.outcomes import Array
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.begun import Begun, after, begin, network_of
from placeplan.stress.bridge import acts
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import hundred, joined, pounds
from placeplan.stress.scene import Scene

ASKED, LEAST = 0.7, 0.5
"""Chance of being in time that a plan's own promise asks for, and below which lateness is likelier; judgements."""
SLIPS = (6, 12, 24)
"""Months by which building slips (T08)."""


class Timed(NamedTuple):
    """One initiative in time; months are numbers from the run's first."""

    id: str
    name: str
    due: str
    """Financial year in which its claims are due, or the run's last."""
    planned: str
    """Month in which it is to be in full use by the plan's own dates; blank where a trigger decides when it begins."""
    too_late: bool
    """Whether that month lies after the year in which it is due."""
    on_date: float
    """Share of futures in which it is in full use when planned."""
    by_due: float
    never: float
    """Share of futures in which it never is."""
    critical: float
    spare: float
    """Months of slack, the middle of the futures in which it is ever in full use; 0 where it never is."""


class Found(NamedTuple):
    """What the network tells."""

    each: tuple[Timed, ...]
    """The least likely to be in time first; what waits for a trigger last."""
    path: tuple[str, ...]
    """Names along the commonest critical path, first first."""
    share: float
    """Of the futures, in how many it is this one."""
    slips: tuple[tuple[int, float, float], ...]
    """Months by which building slips, and the chance to be in time without and with it, of what is built and waits for it."""
    first: tuple[StressRow, ...]
    """What must be in place first, by date."""
    early: tuple[str, ...]
    """What is planned to begin before what it requires is in full use."""
    futures: int


def by_then(finish: Array, due: float) -> float:
    """Share of futures in which something is done by a time: ``P(finish ≤ due)``.

    >>> by_then(np.array([3.0, 9.0, 12.0, np.inf]), 9.0)
    0.5
    """
    return float((finish <= due).mean())


class Schedule(StressTest):
    """T08: time."""

    name, title = "schedule", "Whether it is there in time"
    question = "Is each initiative in full use when its claims are due, and what holds up the last?"
    method = (
        "The test puts all changes in order, by what needs what. Each begins on its date, or as late as is drawn. It waits until all that it needs is in full use, and its "
        "building money is there. Then it grows to full use itself. The test goes through this order forward and back, in each of the first futures. What has no month to "
        "spare holds up the end. Posts that stay empty are told by the test of staff."
    )
    grounds = "The limits of 70% and 50% are judgements."
    source = "Kelley and Walker 1959 (critical path); Van Slyke 1963 (criticality)"
    exactly = (
        "A network of the initiatives: each begins on its date, late as drawn, when all that it requires is in full use and its building money is"
        " there, and is in full use after its ramp. Forward and backward through it in each of the first futures; critical is what has no month to"
        " spare. Posts that stay empty are told by the test of staff."
    )

    def ask(self, plan: Plan) -> str:
        """There must be something that begins."""
        return (
            ""
            if any(acts(i, plan) for i in plan.initiatives)
            else "No initiative does anything, so nothing can be late."
        )

    def run(self, scene: Scene) -> Found:
        """The network in the first futures, and again with building that slips."""
        plan, begun = scene.plan, begin(scene)
        ids, network = network_of(plan, begun)
        by_id = {i.id: i for i in plan.initiatives}
        every = [_timed(by_id[i], n, network, begun) for n, i in enumerate(ids) if acts(by_id[i], plan)]
        paths = network.paths()
        path, share = paths[0] if paths else ((), 0.0)
        early = tuple(
            f"{i.name} ({begun.month(at)}) before {r.name} is in full use (end of {begun.month(full - 1)})"
            for i, at, r, full in _early(plan, begun)
        )
        return Found(
            tuple(sorted(every, key=lambda t: (not t.planned, t.by_due, -t.never, t.id))),
            tuple(by_id[ids[n]].name for n in path), share, tuple(_slipped(plan, begun, every)), tuple(_first(plan, begun)),
            early, begun.count,
        )  # fmt: skip

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The least likely to be in time, the path, and the list by date."""
        del plan
        judged = [t for t in found.each if t.planned]
        late = [t for t in judged if t.by_due < LEAST]
        worst = min((t.by_due for t in judged), default=None)
        result = "shown" if worst is None else result_of(worst)
        if found.early and result == "pass":
            result = "amber"
        behind = f"{_path(found)} {_dates(found)}".strip()
        return {
            "result": result, "figure": worst, "unit": "share of futures in time", "futures": found.futures,
            "threshold": f"at least {ASKED:.0%} in time for each; below {LEAST:.0%} it fails (judgement)",
            "sentence": _sentence(found, judged, late), "behind": behind,
            "rows": (*(_row(t) for t in found.each), *(_slip(s) for s in found.slips), *found.first),
        }  # fmt: skip


def result_of(chance: float) -> Result:
    """Pass, amber or fail by the chance to be in time.

    >>> result_of(0.8), result_of(0.6), result_of(0.2)
    ('pass', 'amber', 'fail')
    """
    return "pass" if chance >= ASKED else "amber" if chance >= LEAST else "fail"


def due_year(i: Initiative, begun: Begun) -> str:
    """The last year for which something is claimed of it, years before its start left out; else the run's last."""
    starts = financial_year(i.start or begun.months[0])
    return max((c.year for c in i.claims if c.year and c.year >= starts), default=begun.years[-1])


def due_month(year: str, begun: Begun) -> int:
    """First month after a year, counted from the run's first."""
    return begun.number(year_start(year)) + 12


def planned_full(i: Initiative, begun: Begun) -> int | None:
    """First month after it is to be in full use, by its own dates; None where a trigger decides."""
    return None if i.trigger else begun.number(i.start or begun.months[0]) + max(i.ramp_months, 1)


def _timed(i: Initiative, n: int, network: Network, begun: Begun) -> Timed:
    finish, ends, planned = network.finish[n], network.ends[n], planned_full(i, begun)
    year = due_year(i, begun)
    due = due_month(year, begun)
    date = "" if planned is None else begun.month(planned - 1)
    spare = float(np.median(network.slack[n][ends])) if ends.any() else 0.0
    return Timed(
        i.id, i.name, year, date, planned is not None and planned > due, 0.0 if planned is None else by_then(finish, planned),
        by_then(finish, due), float(1 - ends.mean()), float(network.criticality[n]), spare,
    )  # fmt: skip


def _slipped(plan: Plan, begun: Begun, every: list[Timed]) -> Iterator[tuple[int, float, float]]:
    """The mean chance to be in time of what is built and of what waits for it, without and with slips of its building."""
    built = [i.id for i in plan.initiatives if i.capital]
    touched = {*built, *after(plan, built)}
    mine = [t for t in every if t.id in touched]

    def chance(months: float) -> float:
        ids, network = network_of(plan, begun, dict.fromkeys(built, months))
        return float(np.mean([by_then(network.finish[ids.index(t.id)], due_month(t.due, begun)) for t in mine]))

    for months in SLIPS if mine else ():
        yield months, chance(0.0), chance(float(months))


def _early(plan: Plan, begun: Begun) -> Iterator[tuple[Initiative, int, Initiative, int]]:
    """What is planned to begin before what it requires is planned to be in full use, with both months."""
    by_id = {i.id: i for i in plan.initiatives}
    for i in sorted(plan.initiatives, key=lambda i: (i.start or "", i.id)):
        for r in (by_id[r] for r in i.requires if r in by_id):
            full = planned_full(r, begun)
            at = begun.number(i.start or begun.months[0])
            if i.trigger is None and full is not None and at < full:
                yield i, at, r, full


def _first(plan: Plan, begun: Begun) -> Iterator[StressRow]:
    """What must be in place first, by its planned date: money to build, posts, what is required."""
    by_id, found = {i.id: i for i in plan.initiatives}, []
    for i in (i for i in plan.initiatives if i.trigger is None and acts(i, plan)):
        at = begun.number(i.start or begun.months[0])
        if i.capital:
            source = i.capital.source_of_funds or "nobody is named who gives it"
            found.append((at - i.capital.build_months, f"{pounds(i.capital.need)} to build {i.name}", source))
        months = [p.months for e in i.effects for p in e.primitives() if p.table == "posts" and p.months > 0]
        if months:
            found.append(
                (at - max(months), f"Funded posts for {i.name}", f"people are sought for {max(months)} months")
            )
        found += [
            (at - months, f"Old and new side by side, for {i.name}", f"{pounds(cost)} while both run")
            for months, cost in _both(i)
        ]
        for r in (by_id[r] for r in i.requires if r in by_id):
            full = planned_full(r, begun)
            when = "when its trigger fires" if full is None else f"planned for the end of {begun.month(full - 1)}"
            found.append((at, f"{r.name} in full use, for {i.name}", when))
    for at, what, shown in sorted(found):
        yield StressRow(what=f"By {begun.month(at)}: {what}", shown=shown)


def _both(i: Initiative) -> Iterator[tuple[int, float]]:
    """Months before the start from which old and new are both paid, and what that costs, £ (0 where an assumption says it)."""
    for p in (p for e in i.effects for p in e.primitives()):
        if p.table == "cost" and p.verb == "add" and p.months > 0:
            yield p.months, 0.0 if isinstance(p.quantity, str) else p.quantity * p.months / 12


def _row(t: Timed) -> StressRow:
    never = "" if t.never == 0 else f", never in {t.never:.0%}"
    chance = f"in {t.by_due:.0%} of futures by {t.due}{never}"
    if not t.planned:
        return StressRow(what=t.name, figure=t.by_due, shown=f"waits for a trigger; {chance}", initiative=t.id)
    spare = (
        ""
        if t.never == 1
        else f"; it holds up the end in {t.critical:.0%}, with {t.spare:.0f} months to spare in the middle"
    )
    shown = f"{chance}; by its own date, {t.planned}, in {t.on_date:.0%}{spare}"
    return StressRow(
        what=t.name, figure=t.by_due, threshold=ASKED, result=result_of(t.by_due), shown=shown, initiative=t.id
    )


def _slip(slip: tuple[int, float, float]) -> StressRow:
    months, without, chance = slip
    return StressRow(
        what=f"What is built, and what waits for it, with building {months} months later",
        figure=chance, shown=f"in time in {chance:.0%} of futures on average, {without:.0%} without",
    )  # fmt: skip


def _sentence(found: Found, judged: list[Timed], late: list[Timed]) -> str:
    if not judged:
        return "All that the plan does waits for triggers, so nothing has a date."
    worst = judged[0]
    chance = "in no future" if worst.by_due == 0 else f"in {hundred(worst.by_due, found.futures)} futures"
    least = f"{worst.name} is in full use by {worst.due} {chance}"
    if worst.too_late:
        least = f"{worst.name} is due in {worst.due} but planned to be in full use only in {worst.planned}"
    if late:
        are = "initiative is" if len(late) == 1 else "initiatives are"
        return f"{len(late)} of {len(judged)} {are} likelier than not to miss the year when due. {least}."
    return f"Each initiative is likelier than not to be in full use by the year when due. {least}."


def _path(found: Found) -> str:
    if not found.path:
        return "Nothing is ever in full use."
    if len(found.path) == 1:
        return f"What is last most often: {found.path[0]} ({found.share:.0%} of futures); it waits for nothing else."
    return f"The path that is last most often ({found.share:.0%} of futures): {', then '.join(found.path)}."


def _dates(found: Found) -> str:
    return f"Planned to begin too soon: {joined(list(found.early))}." if found.early else ""
