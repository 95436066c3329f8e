"""What is left of a plan without building money: it is run with none, half and all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Array
from placeplan.model.variants import do_nothing
from placeplan.plan.initiatives import Initiative
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.money import bridge_futures
from placeplan.stress.results.tests import StressRow
from placeplan.stress.runs.batches import Job
from placeplan.stress.say import pounds
from placeplan.stress.scene import Scene

SHARES = (0.0, 0.5, 1.0)
"""Chance with which the money of each project comes (T09)."""
LEAST = 0.5
"""Part of what the plan brings that must be left without building money (T09)."""
ALL_THERE = (Change(assumption="capital.available", set=1.0),)


class Found(NamedTuple):
    """What the plan brings against doing nothing in the last year, £, ``[share, future]`` by `SHARES`."""

    year: str
    brings: Array


def left_without(none: float, whole: float) -> float:
    """Part of what a plan brings that is left without building money: ``none / whole``, £ a year each; NaN where it brings nothing.

    >>> left_without(4.0, 10.0), left_without(4.0, -1.0)
    (0.4, nan)
    """
    return none / whole if whole > 0 else float("nan")


def funded(plan: Plan, share: float) -> Plan:
    """The plan with the money of each project coming by one chance."""
    return plan.changed(initiatives=tuple(_funded(i, share) for i in plan.initiatives))


class NoCapital(StressTest):
    """T09: the plan without building money."""

    name, title = "no-capital", "What is left without building money"
    question = "How much of what the plan brings is left if no building money comes?"
    method = (
        "The plan is run on the same futures three times. The money for each building comes never, or by an even chance, or always. The test sets the money of all in the last "
        "year against that with nothing done. Chance of single days is held still."
    )
    grounds = "It fails if less than half of what the plan brings is left. In 2016, £9.5bn was asked for, and the budget was £4.8bn."
    source = "BMA 2017"
    exactly = (
        "The plan in the same futures with the money of every project coming never, by an even chance each, and always; its position of all organisations in the"
        " last year less that with nothing done, chance of single days held."
    )
    alone = True

    def ask(self, plan: Plan) -> str:
        """Something must be built."""
        return "" if any(i.capital for i in plan.initiatives) else "No initiative says that it needs building money."

    def foreseen(self, plan: Plan, futures: int) -> int:
        """Three shares and doing nothing."""
        del plan
        return (1 + len(SHARES)) * bridge_futures(futures)

    def run(self, scene: Scene) -> Found:
        """The plan with each share of its building money, and doing nothing."""
        runs, plan = scene.runs, scene.plan
        futures = replace(runs.first(bridge_futures(runs.futures.count)), held=frozenset({CHANCE}))
        jobs = [
            Job("doing nothing", do_nothing(plan), futures),
            *(Job(f"{share:.0%} of building money", funded(plan, share), futures, ALL_THERE) for share in SHARES),
        ]
        positions = []
        for job in jobs:  # each by itself: the chance of money is no assumption where a project states it
            (outcomes,) = runs.here.outcomes(job.plan, [job], frozenset({"position"}))
            runs.progress.add(outcomes.count, job.what)
            positions.append(outcomes["position"].by_year(SYSTEM)[:, -1])
        nothing, *each = positions
        return Found(outcomes.years[-1], np.array(each) - nothing)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """What is left at no money of what there is with all of it."""
        del plan
        none, half, whole = (float(b.mean()) for b in found.brings)
        common = {"futures": found.brings.shape[1], "unit": "share of what the plan brings", "rows": _rows(found)}
        common["threshold"] = f"at least {LEAST:.0%} left without building money"
        if whole <= 0:
            sentence = f"Even with all its building money the plan brings no money in {found.year}: {pounds(whole)}. Without any it is {pounds(none)}."
            return {**common, "result": "shown", "sentence": sentence}
        share = left_without(none, whole)
        if none >= whole:
            left = f"Building brings no money: the plan brings {pounds(none)} in {found.year} without it, and {pounds(whole)} with all of it."
        elif none > 0:
            left = f"If no building money comes, {pounds(none)} of the {pounds(whole)} that the plan brings in {found.year} are left; {pounds(half)} at even odds."
        else:
            left = f"If no building money comes, nothing is left of the {pounds(whole)} that the plan brings in {found.year}."
        return {**common, "result": "pass" if share >= LEAST else "fail", "figure": share, "sentence": left}


def _funded(i: Initiative, share: float) -> Initiative:
    if i.capital is None:
        return i
    return i.model_copy(update={"capital": i.capital.model_copy(update={"secured": share})})


def _rows(found: Found) -> tuple[StressRow, ...]:
    return tuple(
        StressRow(
            what={0.0: "No building money comes", 0.5: "Each project’s money comes by even odds", 1.0: "All of it comes"}[share],
            figure=float(b.mean()), shown=f"{pounds(b.mean())} a year against doing nothing ({pounds(a)} to {pounds(c)})",
        )
        for share, b in zip(SHARES, found.brings, strict=True)
        for a, c in (np.quantile(b, [0.1, 0.9]),)
    )  # fmt: skip
