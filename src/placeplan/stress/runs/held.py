"""Worlds in which some of what moves them is held: the central one, and coalitions of driver groups that are live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from placeplan.compare.lanes import WIDE, laid
from placeplan.futures.assumptions import DRIVERS
from placeplan.model.dated import TOGETHER
from placeplan.model.draws import CHANCE, WhatIf
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.relations import counted
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job, split
from placeplan.stress.runs.runner import Runs

EVERYTHING = frozenset((*DRIVERS, "other", CHANCE))
"""All that can be held: the central world."""

AVAILABLE = "capital.available"
SURE = 3.0
"""Chance of building money where it is held and likelier than not: beyond 1 even times a stated half."""


def central(runs: Runs) -> Job:
    """The central world: everything at its median, chance at its expectation, one future."""
    return Job("the central world", runs.plan, replace(runs.futures, count=1, held=EVERYTHING))


def coalitions(
    runs: Runs, live: Sequence[frozenset[str]], positions: Sequence[int], until: int | None = None, what: str = "causes"
) -> Iterator[tuple[int, Outcomes]]:
    """For each coalition, outcomes of the futures at these positions with only its driver groups live.

    The drawn values of the open run are kept for live groups and replaced by the central world's for the others, so
    that many coalitions run side by side, those with chance live apart from those without; only the first ``until``
    months are run. Yields the coalition's index with its outcomes.
    """
    plan, here, count = runs.plan, runs.here, len(positions)
    numbers = tuple(int(n) for n in runs.futures.numbers()[list(positions)])
    few = replace(runs.futures, ids=numbers, count=count, first=0)
    drawn, middle = here.draws(plan, Job("", plan, few)), here.draws(plan, central(runs))
    for held in (frozenset({CHANCE}), frozenset[str]()):
        mine = [i for i, s in enumerate(live) if (CHANCE in s) == (not held)]
        per_run = max(1, WIDE // count)
        for batch in (mine[start : start + per_run] for start in range(0, len(mine), per_run)):
            some = [live[i] for i in batch]
            found = here.simulate(
                plan,
                runs.baseline(plan),
                replace(few, ids=numbers * len(batch), count=count * len(batch), held=held),
                (),
                here.threads,
                draws=held_draws(plan, some, drawn, middle),
                what_if=WhatIf(never_built(plan, some, middle, count), dated=kept_together(plan, some, middle, count)),
                keep=runs.judged,
                until=until,
                recordings=here.recordings,
            )
            runs.progress.add(found.count, what)
            yield from zip(batch, split(found, [count] * len(batch)), strict=True)


def held_draws(
    plan: Plan, live: Sequence[frozenset[str]], drawn: Mapping[str, Array], central: Mapping[str, Array],
    groups: Mapping[str, str] | None = None,
) -> dict[str, Array]:  # fmt: skip
    """Drawn values of several coalitions one after the other, ``[coalition × future]`` by name.

    drawn: those of the open run, ``[future]``; central: those of the central world, ``[1]``. What is not live stands at
    the central world's value. Processes of the world follow their assumptions: without demand growth the local departure
    has no spread and no shock comes; without capital its money comes where that is likelier than not (`never_built` says
    where a stated probability makes it unlikelier). groups: by assumption the group with which it moves; None: its driver.
    """
    drivers = groups or {a.id: a.driver for a in plan.assumptions}
    secured = {i.capital.secured for i in plan.initiatives if i.capital}
    count = len(next(iter(drawn.values())))

    def still(name: str) -> float:
        middle, key = float(central[name][0]), name.partition("@")[0]
        if key in ("departure.sd", "departure.provider", "departure.cost", "shock.probability"):
            return 0.0
        if key in secured:
            return SURE if middle * _available(central, name.partition("@")[2]) > 0.5 else 0.0
        if key == AVAILABLE:
            return SURE if middle else 0.0
        return middle

    def among(name: str) -> Any:
        return np.repeat([drivers.get(name.partition("@")[0], "other") in s for s in live], count)

    return laid(drawn, np.tile(np.arange(count), len(live)), still, among)


def never_built(plan: Plan, live: Sequence[frozenset[str]], central: Mapping[str, Array], count: int) -> dict[str, Any]:
    """By initiative whose building money comes with a stated probability of at most a half: where it never begins.

    ``[coalition × future]``, true without capital; what is likelier stands in `held_draws`.
    """
    still = np.repeat(["capital" not in s for s in live], count)
    return {
        i.id: still
        for i in plan.initiatives
        if i.capital and not isinstance(i.capital.secured, str) and i.capital.secured * _available(central, i.id) <= 0.5
    }


def _available(central: Mapping[str, Array], initiative: str) -> float:
    """Share of building money that is there at all, in the central world: an initiative's own, or the plan's."""
    found = central.get(f"{AVAILABLE}@{initiative}", central.get(AVAILABLE))
    return 1.0 if found is None else float(found[0])


def kept_together(
    plan: Plan, live: Sequence[frozenset[str]], central: Mapping[str, Array], count: int
) -> dict[str, Any]:
    """By relationship from which a partner may leave: where nobody does, ``[coalition × future]``.

    That is without delay, where it is likelier than not that all stay.
    """

    def middle(quantity: float | str) -> float:
        return float(central[quantity][0]) if isinstance(quantity, str) else quantity

    still = np.repeat(["delay" not in s for s in live], count).astype(float)
    may = (r for r in plan.relationships if r.weight != 0.0 and r.leaves != 0.0)
    return {TOGETHER + r.id: still for r in may if counted(middle(r.weight), middle(r.leaves)) <= 0.5}
