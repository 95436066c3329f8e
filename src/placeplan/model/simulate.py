"""The one door of the model: a plan, a baseline and futures in, outcomes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from joblib import Parallel, delayed

from placeplan.baseline.build import Baseline, build_baseline
from placeplan.core.calendar import financial_year
from placeplan.core.tables import Organisation
from placeplan.futures.sample import Change, Futures, draw
from placeplan.model.draws import AS_PLANNED, Array, Draws, WhatIf
from placeplan.model.outcomes import Outcomes, join
from placeplan.model.recording import Recording
from placeplan.model.recordings import Recordings, stoppable
from placeplan.model.run import Run
from placeplan.plan.schema import Plan

BLOCK = 512
"""Futures in one block: enough that arrays, not Python, take the time."""


def baseline_of(plan: Plan, months: int | None = None) -> Baseline:
    """The base year of a plan, for a run of all its months, or of as many as are asked for."""
    return build_baseline(plan.tables, plan.about.start, plan.about.months if months is None else months)


def simulate(
    plan: Plan,
    baseline: Baseline,
    futures: Futures,
    changes: Sequence[Change] = (),
    threads: int = 1,
    draws: Mapping[str, Array] | None = None,
    what_if: WhatIf = AS_PLANNED,
    keep: frozenset[str] | None = None,
    until: int | None = None,
    recordings: Recordings | None = None,
) -> Outcomes:
    """Runs a plan through its futures.

    There are two drivers of the same model, which give the same bits. NumPy takes the months step by step, a block of futures
    abreast. Or the months are recorded once, and the recording is replayed, compiled: much faster for many futures.

    Args:
        plan: the plan; its digest is part of the outcomes.
        baseline: the base year of the same tables.
        futures: which futures, with which seed, what is held or redrawn.
        changes: changes of assumptions (a scenario), applied after drawing.
        threads: that draw and replay what was recorded, or processes that step through blocks where nothing is to be recorded; the bits
            do not depend on them.
        draws: values by name, ``[future]``, in place of drawing: so that several worlds run side by side in one call.
        what_if: what is otherwise in some futures, besides what is drawn: initiatives that never begin, capacity that is
            lost, the model's form.
        keep: outcomes to write down; None for all.
        until: months to run, whole years; None for all.
        recordings: those made so far, where the plan is replayed if there are many futures or it was recorded before;
            None: it is run step by step.

    Returns:
        Outcomes ``[future, month, entity]`` in the order of the futures' numbers.

    Raises:
        ValueError: where there is no month to run.
    """
    if until is not None and not 0 < until <= len(baseline.months):
        raise ValueError(f"{until} months cannot be run: the plan has {len(baseline.months)}")
    count = len(futures.numbers())
    if recordings is not None:
        own = entities(plan, baseline)
        values = draws or draw(plan.assumptions, plan.correlations, changes, futures, own, threads=threads)
        known = Draws(futures, dict(values), what_if)
        few = count < recordings.many and not recordings.known(plan, known, keep, until)
        recording = None if few else recordings.of(plan, baseline, known, keep, until)
        if recording:
            return _replayed(plan, baseline, known, keep, recording, threads)
        draws = values
    processes = threads if recordings is None else 1
    jobs = []
    at = 0
    for b in futures.blocks(max(1, min(BLOCK, -(-count // processes)))):
        lanes = slice(at, at + len(b.numbers()))
        own_draws = None if draws is None else {name: values[lanes] for name, values in draws.items()}
        jobs.append((plan, baseline, b, tuple(changes), own_draws, what_if.some(lanes), keep, until))
        at = lanes.stop
    several = processes > 1 and len(jobs) > 1
    return join(Parallel(processes)(delayed(_block)(*j) for j in jobs) if several else [_block(*j) for j in jobs])


def _replayed(
    plan: Plan, baseline: Baseline, draws: Draws, keep: frozenset[str] | None, recording: Recording, threads: int
) -> Outcomes:
    """A run by replaying."""
    series = recording.series(stoppable(plan, draws), threads)
    if keep is not None:
        series = {name: s for name, s in series.items() if name in keep}
    months = baseline.months[: recording.months]
    years = tuple(dict.fromkeys(financial_year(m) for m in months))
    numbers = draws.futures.numbers()
    return Outcomes(series, months, years, plan.digest, draws.futures.seed, int(numbers[0]), draws.count, draws.values)


def _block(
    plan: Plan, baseline: Baseline, futures: Futures, changes: tuple[Change, ...], draws: dict[str, Array] | None,
    what_if: WhatIf, keep: frozenset[str] | None, until: int | None,
) -> Outcomes:  # fmt: skip
    """One block of futures, month by month."""
    values = draws or draw(plan.assumptions, plan.correlations, changes, futures, entities(plan, baseline))
    run = Run(plan, baseline, Draws(futures, values, what_if), keep)
    for number in range(until or len(baseline.months)):
        run.month(number)
    return run.outcomes()


def first_month(plan: Plan, baseline: Baseline) -> Outcomes:
    """The first month of one future, with every outcome and entity: to know their names before a long run."""
    futures = Futures(count=1)
    values = draw(plan.assumptions, plan.correlations, (), futures, entities(plan, baseline))
    run = Run(plan, baseline, Draws(futures, values))
    run.month(0)
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


__all__: list[Any] = ["BLOCK", "entities", "first_month", "simulate"]
