"""What each initiative brings when no other is there but those that it waits for."""

from __future__ import annotations

from dataclasses import replace

from placeplan.model.draws import CHANCE
from placeplan.model.variants import only
from placeplan.plan.schema import Plan
from placeplan.stress.bridge import COMPARED, LastYear, acting, last_years
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.runner import Runs

FUTURES = 40
"""Futures that it takes: chance is held, so that few tell the mean."""


def awaited(plan: Plan, initiative: str) -> frozenset[str]:
    """All that an initiative waits for, and what these wait for, as far as the plan has them."""
    requires = {i.id: i.requires for i in plan.initiatives}
    found: set[str] = set()
    ahead = [*requires[initiative]]
    while ahead:
        name = ahead.pop()
        if name in requires and name not in found:
            found.add(name)
            ahead += requires[name]
    return frozenset(found - {initiative})


def alone_jobs(runs: Runs) -> tuple[list[str], list[frozenset[str]], list[Job]]:
    """Initiatives that act, the sets that are run (nobody first), and the run of each, on the first of the bridge's futures."""
    plan, every = runs.plan, acting(runs.plan)
    sets = dict.fromkeys([frozenset[str](), *(s for i in every for s in (awaited(plan, i), awaited(plan, i) | {i}))])
    futures = replace(runs.first(FUTURES), held=frozenset({CHANCE}))
    return every, [*sets], [Job("each alone", only(plan, s), futures) for s in sets]


def build_alone(runs: Runs) -> dict[str, LastYear]:
    """Change of the last year by initiative: with it and what it waits for, less with what it waits for, on the same futures."""
    every, sets, jobs = alone_jobs(runs)
    found = dict(zip(sets, last_years(runs.plan, runs.outcomes(jobs, COMPARED)), strict=True))
    return {i: found[awaited(runs.plan, i) | {i}] - found[awaited(runs.plan, i)] for i in every}
