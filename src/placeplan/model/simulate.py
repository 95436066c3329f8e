"""The one door of the model: a plan, a baseline and futures in, outcomes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from placeplan.baseline.build import Baseline
from placeplan.core.tables import Organisation
from placeplan.futures.sample import Change, Futures, draw
from placeplan.model.draws import Array, Draws
from placeplan.model.outcomes import Outcomes, join
from placeplan.model.run import Run
from placeplan.plan.schema import Plan

BLOCK = 512
"""Futures in one block: enough that arrays, not Python, take the time."""


def simulate(
    plan: Plan,
    baseline: Baseline,
    futures: Futures,
    changes: Sequence[Change] = (),
    threads: int | None = None,
    draws: Mapping[str, Array] | None = None,
    off: Mapping[str, Any] | None = None,
) -> Outcomes:
    """Runs a plan through its futures.

    Args:
        plan: the plan; its digest is part of the outcomes.
        baseline: the base year of the same tables.
        futures: which futures, with which seed, what is held or redrawn.
        changes: changes of assumptions (a scenario), applied after drawing.
        threads: blocks run side by side; the bits do not depend on it.
        draws: values by name, ``[future]``, in place of drawing: so that several worlds run side by side in one call.
        off: by initiative, the futures (``[future]``, true) in which it never begins: as if it were not in the plan.

    Returns:
        Outcomes ``[future, month, entity]`` in the order of the futures' numbers.
    """
    count = len(futures.numbers())
    workers = threads or 2
    blocks = futures.blocks(max(1, min(BLOCK, -(-count // workers))))
    at = [0]
    for b in blocks:
        at.append(at[-1] + len(b.numbers()))

    def block(n: int) -> Outcomes:
        lanes = slice(at[n], at[n + 1])
        own = None if draws is None else {name: values[lanes] for name, values in draws.items()}
        stopped = {} if off is None else {name: values[lanes] for name, values in off.items()}
        found = _block(plan, baseline, blocks[n], changes, own, stopped)
        return found if futures.ids is None else replace(found, first=at[n])

    if len(blocks) == 1 or workers == 1:
        return join([block(n) for n in range(len(blocks))])
    with ThreadPoolExecutor(workers) as pool:
        return join(list(pool.map(block, range(len(blocks)))))


def _block(
    plan: Plan, baseline: Baseline, futures: Futures, changes: Sequence[Change],
    draws: dict[str, Array] | None, off: dict[str, Any],
) -> Outcomes:  # fmt: skip
    """One block of futures, month by month."""
    values = draws or draw(plan.assumptions, plan.correlations, tuple(changes), futures, entities(plan, baseline))
    run = Run(plan, baseline, Draws(futures, values, off))
    for number in range(len(baseline.months)):
        run.month(number)
    return run.outcomes()


def entities(plan: Plan, baseline: Baseline) -> dict[str, list[str]]:
    """Who draws on their own account, by the ``per`` of an assumption."""
    return {
        "organisation": sorted(o.id for o in plan.tables["organisations"] if isinstance(o, Organisation)),
        "initiative": sorted(i.id for i in plan.initiatives),
        "pod": list(baseline.pods),
        "area": list(baseline.areas),
        "site": [p.id for p in baseline.pools],
    }


__all__: list[Any] = ["BLOCK", "entities", "simulate"]
