"""What stands in lists.csv, as the model uses it: the pods of each list, and its rates in the base year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.tables import WaitingList
from placeplan.futures.assumptions import Assumption
from placeplan.model.discipline import STAGES, Fitted, Rates, fitted
from placeplan.plan.schema import Plan

Place = tuple[str, str]
MOST_REMOVED = 0.9
"""Greatest share of a list that leaves it without care in a month: a draw beyond it counts as this."""


@dataclass(frozen=True)
class Stage:
    """One pod of a list: where it is, the list's share of it, and its people a month in the base year."""

    place: Place
    share: float
    usual: float


def usual_care(baseline: Baseline) -> dict[Place, float]:
    """Contacts of the base year by site and pod."""
    found: dict[Place, float] = {}
    for s in baseline.streams:
        found[s.site, s.pod] = found.get((s.site, s.pod), 0.0) + float(s.cells.sum())
    return found


def stages_of(row: WaitingList, base: Mapping[Place, float]) -> dict[str, Stage]:
    """What the people of a list wait for, by stage; base: of `usual_care`."""
    pods = ((row.first_pod, row.first_share), (row.overnight_pod, row.overnight_share), (row.day_pod, row.day_share))
    return {
        stage: Stage((row.site, pod), share, base.get((row.site, pod), 0.0) * share / 12.0)
        for stage, (pod, share) in zip(STAGES, pods, strict=True)
        if pod
    }


def rows_of(plan: Plan) -> tuple[WaitingList, ...]:
    """The lists of a plan in order of site and specialty; none where the component is off."""
    rows = (r for r in plan.tables.get("lists", ()) if isinstance(r, WaitingList) and plan.level("lists") != "off")
    return tuple(sorted(rows, key=lambda r: (r.site, r.specialty)))


def waited_for(plan: Plan, baseline: Baseline) -> frozenset[Place]:
    """Pods at sites for which people wait on a list."""
    base = usual_care(baseline)
    return frozenset(stage.place for row in rows_of(plan) for stage in stages_of(row, base).values())


def rates_of(rows: Iterable[WaitingList], baseline: Baseline, assumptions: Iterable[Assumption]) -> tuple[Rates, ...]:
    """The base year's rates of lists; what a row does not say is taken at the middle of the library's range."""
    middle = {a.id: a.distribution.middle for a in assumptions if a.id.startswith("list.")}
    base = usual_care(baseline)
    return tuple(_rates(row, stages_of(row, base), middle) for row in rows)


def _rates(row: WaitingList, stages: Mapping[str, Stage], middle: Mapping[str, float]) -> Rates:
    """The base year's rates of one list."""

    def known(stated: float | None, name: str) -> float:
        return stated if stated is not None else float(middle[f"list.{name}"])

    served = {name: stages[name].usual if name in stages else 0.0 for name in STAGES}
    admitted = served["overnight"] + served["day"]
    decided = known(row.decided, "decided") * row.listed if admitted else 0.0
    later = {name: decided * served[name] / admitted if admitted else 0.0 for name in STAGES[1:]}
    return Rates(
        (row.listed - decided, later["overnight"], later["day"]), (served["first"], served["overnight"], served["day"]),
        known(row.urgent, "urgent"), float(np.clip(middle["list.removals"], 0.0, MOST_REMOVED)),
        known(row.within_18, "within_18"), row.over_52,
    )  # fmt: skip


def fits(plan: Plan, baseline: Baseline) -> dict[str, Fitted]:
    """What is fitted to the base year of each list, by ``site/specialty``."""
    rows = rows_of(plan)
    return {r.id: fit for r, fit in zip(rows, fitted(rates_of(rows, baseline, plan.assumptions)), strict=True)}
