"""The common shocks: what every place is put through, on the same futures as the plan itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from placeplan.core.tables import BedStock, ContactCapacity, Organisation, Site
from placeplan.model.draws import capacity
from placeplan.model.variants import without_owner
from placeplan.plan.scenarios import Change, Scenario
from placeplan.plan.schema import Plan
from placeplan.stress.grid.wilson import Interval, wilson
from placeplan.stress.limits import not_reached
from placeplan.stress.results.promises import LowPoint, ScenarioResult
from placeplan.stress.runs.batches import Job, Readers
from placeplan.stress.runs.kept import Judging, Kept, all_hard, hard_ones, keep_all
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.store import Rows
from placeplan.stress.shocks.actions import Acting, acting, before_actions, idle, told
from placeplan.stress.shocks.further import Asked

CALM = "no shock"
PROVIDERS = frozenset({"acute", "community", "mental_health", "ambulance", "primary_care", "voluntary", "independent"})


@dataclass(frozen=True)
class Shock:
    """A shock's finding, and the shares of futures that keep each hard promise under it."""

    result: ScenarioResult
    intervals: dict[str, Interval]
    """By hard promise id."""


def changes_of(scenario: Scenario, by_id: Mapping[str, Scenario]) -> tuple[Change, ...]:
    """Its own changes after those of the shocks that it includes, each shock once, in order of id."""
    found: list[Change] = []
    for included in sorted(set(scenario.includes) & set(by_id)):
        found.extend(changes_of(by_id[included], {k: v for k, v in by_id.items() if k != scenario.id}))
    return (*found, *scenario.changes)


def providers(plan: Plan) -> tuple[str, ...]:
    """Organisations that give care and have beds, contacts that run out or an initiative, in order of id."""
    sites = {s.id: s.organisation for s in plan.tables["sites"] if isinstance(s, Site)}
    rows = (*plan.tables["beds"], *plan.tables.get("contacts", ()))
    there = {sites.get(r.site, r.site) for r in rows if isinstance(r, BedStock | ContactCapacity)}
    active = there | {i.owner for i in plan.initiatives}
    organisations = (o for o in plan.tables["organisations"] if isinstance(o, Organisation))
    return tuple(sorted(o.id for o in organisations if o.type in PROVIDERS and o.id in active))


def shown(futures: int) -> int:
    """Futures of shocks that are shown and do not decide: a quarter of the run's, at least 50 and at most 100.

    >>> shown(1000), shown(200), shown(30)
    (100, 50, 30)
    """
    return min(futures, max(50, min(100, futures // 4)))


def shock_jobs(runs: Runs, *, only_deciding: bool = False) -> list[Asked]:
    """Every shock of the plan (or those that decide) in order of id: scenario, id, name and run; one for each provider."""
    by_id = {s.id: s for s in runs.plan.scenarios}
    names = {o.id: o.name for o in runs.plan.tables["organisations"] if isinstance(o, Organisation)}
    found = []
    for scenario in sorted(by_id.values(), key=lambda s: s.id):
        if scenario.further or (only_deciding and not scenario.decides):
            continue
        futures = runs.futures if scenario.decides else runs.first(shown(runs.futures.count))
        changes = changes_of(scenario, by_id)
        if not scenario.provider_fails:
            found.append((scenario, scenario.id, scenario.name, Job(scenario.name, runs.plan, futures, changes)))
            continue
        for provider in providers(runs.plan):
            shares = (("beds", scenario.beds_lost), ("contacts", scenario.contacts_lost))
            lost = tuple((capacity(kind, provider), share) for kind, share in shares if share)
            job = Job(scenario.name, without_owner(runs.plan, provider), futures, changes, lost)
            found.append((scenario, f"{scenario.id}.{provider}", f"{names[provider]} fails", job))
    return found


def run_scenarios(runs: Runs, usual: Sequence[Kept] = (), *, only_deciding: bool = False) -> tuple[Shock, ...]:
    """What the promises come to under every shock, after management actions; before them too where the plan has any.

    usual: of the plan without a shock, in all futures; only_deciding: those that decide, and only as they do: after management actions.
    """
    asked = shock_jobs(runs, only_deciding=only_deciding)
    return met(runs, asked, usual, twice=not only_deciding)


def met(runs: Runs, asked: Sequence[Asked], usual: Sequence[Kept] = (), *, twice: bool) -> tuple[Shock, ...]:
    """What the promises come to under some shocks; ``twice``: before management actions as well, where there are any."""
    jobs, actions = [job for *_, job in asked], acting(runs.plan)
    if twice and actions:
        jobs += [replace(job, what=f"{job.what}, nobody acts", plan=idle(job.plan)) for job in jobs]
    found = _beside(runs, jobs, _readers(runs))
    before: Sequence[Rows | None] = found[len(asked) :] or [None] * len(asked)
    return tuple(
        _shock(runs.plan, s, key, name, rows, without, usual)
        for (s, key, name, _), rows, without in zip(asked, found, before, strict=False)
    )


def calm(runs: Runs) -> tuple[Kept, ...]:
    """What the promises come to without a shock, in all futures."""
    (rows,) = _beside(runs, [Job(CALM, runs.plan, runs.futures)], _readers(runs))
    return keep_all(runs.plan.promises, rows, runs.plan.about.judge_from)


def _readers(runs: Runs) -> Readers:
    """What is read of a shock."""
    return (Judging(runs.plan.promises, runs.plan.about.judge_from, yearly=True), Acting(acting(runs.plan)))


def _beside(runs: Runs, jobs: Sequence[Job], readers: Readers) -> list[Rows]:
    """Runs in the order of their jobs; those with other contracts, and those with a date, apart from the plan's own."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for n, job in enumerate(jobs):
        own = [c.id for c in job.plan.contracts] == [c.id for c in runs.plan.contracts]
        key = "" if own else "/".join(c.id for c in job.plan.contracts)
        groups.setdefault((key, bool(job.dated)), []).append(n)
    found: dict[int, Rows] = {}
    for (key, _), members in groups.items():
        of = replace(runs, plan=max((jobs[n].plan for n in members), key=lambda p: len(p.initiatives))) if key else runs
        found |= dict(zip(members, of.side_by_side([jobs[n] for n in members], readers), strict=True))
    return [found[n] for n in range(len(jobs))]


def _shock(
    plan: Plan, scenario: Scenario, key: str, name: str, outcomes: Rows, idle: Rows | None, usual: Sequence[Kept]
) -> Shock:  # fmt: skip
    """What the promises come to under one shock; idle: before management actions; usual: without it, in these futures and more."""
    kept = keep_all(plan.promises, outcomes, plan.about.judge_from)
    count = outcomes.count
    shares = {k.promise.id: wilson(float(k.whole.sum()), count) for k in kept if k.counts}
    hard = {k.promise.id: shares[k.promise.id] for k in hard_ones(kept)}
    worst = min(hard, key=lambda i: (hard[i].p, i), default="")
    result = ScenarioResult(
        id=key, name=name, decides=scenario.decides, worst_promise=worst,
        worst_P=hard[worst].p if worst else None,
        all_hard_P=float(np.mean(all_hard(kept, count))) if hard else None,
        futures=count, P={i: s.p for i, s in shares.items()}, before=_before(plan, idle), without={k.promise.id: float(k.whole[:count].mean()) for k in usual if k.counts}, low={k.promise.id: low_point(k) for k in hard_ones(kept)},
        actions=told(plan, outcomes), not_reached=(*not_reached(plan, scenario), *before_actions(plan)),
    )  # fmt: skip
    return Shock(result, hard)


def _before(plan: Plan, without: Rows | None) -> dict[str, float]:
    """The share of futures that keeps each promise before management actions; nothing where nobody was to act."""
    kept = () if without is None else keep_all(plan.promises, without, plan.about.judge_from)
    return {k.promise.id: float(k.whole.mean()) for k in kept if k.counts}


def low_point(kept: Kept) -> LowPoint:
    """Of all years in which a promise is due, the one in which fewest futures keep it, and how many do; the first of several."""
    shares = [float(np.mean(column)) for column in kept.by_year.T]
    at = min((p, n) for n, p in enumerate(shares) if p == p)[1]  # noqa: PLR0124 – not due is NaN
    return LowPoint(year=kept.years[at], P=shares[at])


def deciding_intervals(shocks: Sequence[Shock]) -> tuple[Interval, ...]:
    """The shares on which the word depends."""
    return tuple(i for s in shocks if s.result.decides for i in s.intervals.values())


def failing(shocks: Sequence[Shock], least: float = 0.5) -> dict[str, tuple[str, ...]]:
    """Hard promises kept in less than half of the futures of a shock that decides, by shock id."""
    found = {
        s.result.id: tuple(sorted(p for p, i in s.intervals.items() if i.p < least)) for s in shocks if s.result.decides
    }
    return {s: promises for s, promises in found.items() if promises}
