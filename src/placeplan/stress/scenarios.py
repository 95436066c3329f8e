"""The common shocks: what every place is put through, on the same futures as the plan itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import provider_fails
from placeplan.plan.scenarios import Change, Scenario
from placeplan.plan.schema import Plan
from placeplan.stress.findings import ScenarioResult
from placeplan.stress.kept import all_hard, hard_ones, keep_all
from placeplan.stress.runner import Runs
from placeplan.stress.wilson import Interval, wilson

SHOWN = 200
"""Futures of shocks that are shown and do not decide."""
BEFORE_ACTIONS = "management actions (triggers come with a later version): shocks are shown before them"
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
    """Organisations that give care and have beds or answer for an initiative, in order of id."""
    sites = {getattr(s, "id"): getattr(s, "organisation") for s in plan.tables.get("sites", ())}  # noqa: B009
    bedded = {sites.get(b.site, b.site) for b in plan.tables["beds"]}  # type: ignore[attr-defined]
    owners = {i.owner for i in plan.initiatives}
    return tuple(
        sorted(
            o.id  # type: ignore[attr-defined]
            for o in plan.tables["organisations"]
            if o.type in PROVIDERS and o.id in bedded | owners  # type: ignore[attr-defined]
        )
    )


def run_scenarios(runs: Runs, *, only_deciding: bool = False) -> tuple[Shock, ...]:
    """Every shock of the plan (or only those that decide), in order of id; where providers fail, one for each provider."""
    by_id = {s.id: s for s in runs.plan.scenarios}
    found: list[Shock] = []
    for scenario in sorted(by_id.values(), key=lambda s: s.id):
        if only_deciding and not scenario.decides:
            continue
        changes = changes_of(scenario, by_id)
        futures = runs.futures if scenario.decides else runs.first(SHOWN)
        if not scenario.provider_fails:
            outcomes = runs.outcomes(scenario.name, futures=futures, changes=changes)
            found.append(_shock(runs.plan, scenario, scenario.id, scenario.name, outcomes))
            continue
        names = {o.id: o.name for o in runs.plan.tables["organisations"]}  # type: ignore[attr-defined]
        for provider in providers(runs.plan):
            failed = provider_fails(runs.plan, provider, scenario.beds_lost)
            outcomes = runs.outcomes(scenario.name, failed, futures, changes)
            name = f"{names[provider]} fails"
            found.append(_shock(runs.plan, scenario, f"{scenario.id}.{provider}", name, outcomes))
    return tuple(found)


def _shock(plan: Plan, scenario: Scenario, key: str, name: str, outcomes: Outcomes) -> Shock:
    """What the promises come to under one shock."""
    kept = keep_all(plan.promises, outcomes, plan.about.judge_from)
    count = outcomes.count
    shares = {k.promise.id: wilson(float(k.whole.sum()), count) for k in kept if k.counts}
    hard = {k.promise.id: shares[k.promise.id] for k in hard_ones(kept)}
    worst = min(hard, key=lambda i: (hard[i].p, i), default="")
    result = ScenarioResult(
        id=key, name=name, decides=scenario.decides, worst_promise=worst,
        worst_P=hard[worst].p if worst else None,
        all_hard_P=float(np.mean(all_hard(kept, count))) if hard else None,
        P={i: s.p for i, s in shares.items()}, not_reached=(*scenario.not_reached, BEFORE_ACTIONS),
    )  # fmt: skip
    return Shock(result, hard)


def deciding_intervals(shocks: Sequence[Shock]) -> tuple[Interval, ...]:
    """The shares on which the word depends."""
    return tuple(i for s in shocks if s.result.decides for i in s.intervals.values())


def failing(shocks: Sequence[Shock], least: float = 0.5) -> dict[str, tuple[str, ...]]:
    """Hard promises kept in less than half of the futures of a shock that decides, by shock id."""
    found = {
        s.result.id: tuple(sorted(p for p, i in s.intervals.items() if i.p < least)) for s in shocks if s.result.decides
    }
    return {s: promises for s, promises in found.items() if promises}
