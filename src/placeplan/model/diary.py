"""One future again: every month of every outcome, every midnight in beds, and what was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import days_in
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.run import Run
from placeplan.model.simulate import entities
from placeplan.plan.schema import Plan

DAILY: dict[str, str] = {
    "occupied": "beds",
    "beds_open": "beds, as people can lie in them",
    "escalation_beds": "beds",
    "waiting_without_bed": "patients",
    "delayed_beds": "beds of people ready to leave",
    "arrivals": "overnight emergencies of the day",
    "admissions": "overnight admissions of the day",
    "elective_admissions": "overnight planned admissions of the day",
}
"""What is counted at every midnight, with its unit."""


class Entry(NamedTuple):
    """One figure of a future."""

    period: str
    """Month ``2018-03``, day ``2018-03-31``, or blank for what was drawn for the whole run."""
    outcome: str
    """Name of the outcome, or `DRAWN` for an assumption."""
    entity: str
    value: float
    unit: str


DRAWN = "assumption"


@dataclass(frozen=True)
class Diary:
    """Everything that happens in one future."""

    plan: Plan
    outcomes: Outcomes
    """All outcomes, ``[1, month, entity]``."""
    days: tuple[str, ...]
    pools: tuple[str, ...]
    daily: Mapping[str, Array]
    """By outcome, ``[day, pool]``."""

    def entries(self) -> Iterator[Entry]:
        """All figures, one by one: what was drawn, then months, then days."""
        units = {a.id: a.unit for a in self.plan.assumptions}
        for name, value in sorted(self.outcomes.draws.items()):
            yield Entry("", DRAWN, name, float(value[0]), units[name.partition("@")[0]])
        for outcome in sorted(self.outcomes.series):
            series = self.outcomes[outcome]
            for n, entity in enumerate(series.entities):
                for month, value in zip(self.outcomes.months, series.values[0, :, n], strict=True):
                    yield Entry(month, outcome, entity, float(value), series.unit)
        for outcome, values in self.daily.items():
            for n, pool in enumerate(self.pools):
                for day, value in zip(self.days, values[:, n], strict=True):
                    yield Entry(day, outcome, pool, float(value), DAILY[outcome])


def diary(plan: Plan, baseline: Baseline, futures: Futures) -> Diary:
    """Runs one future – the first of these – and writes down every month and day of it.

    It is the future that a run of many sees: a future hangs on its number and on nothing else.
    """
    one = replace(futures, count=1, ids=None, first=int(futures.numbers()[0]))
    values = draw(plan.assumptions, plan.correlations, (), one, entities(plan, baseline))
    run = Run(plan, baseline, Draws(one, values))
    nights: dict[str, list[Array]] = {outcome: [] for outcome in DAILY}
    shape = (len(baseline.pools), 1)

    def watch(_day: int, midnight: Mapping[str, Any]) -> None:
        for outcome, value in midnight.items():
            nights[outcome].append(np.broadcast_to(value, shape)[:, 0] + 0.0)

    run.wards.watch = watch
    for number in range(len(baseline.months)):
        run.month(number)
    days = tuple(f"{m}-{d:02d}" for m in baseline.months for d in range(1, days_in(m) + 1)) if shape[0] else ()
    daily = {outcome: np.array(rows).reshape(-1, shape[0]) for outcome, rows in nights.items()} if shape[0] else {}
    return Diary(plan, run.outcomes(), days, tuple(p.id for p in baseline.pools), daily)
