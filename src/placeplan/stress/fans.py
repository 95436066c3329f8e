"""Fans: the plan and nothing done, over time, with the bound or the limit beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from placeplan.core.tables import Organisation, Pod, Site
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.findings import Fan, FanPoint
from placeplan.stress.kept import bound_by_year
from placeplan.stress.say import pounds

SYSTEM = "system"
DRAWN = frozenset({"position", "activity", "occupancy", "occupied", "beds_open"})
"""Outcomes of which there are pictures."""


def build_fans(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> tuple[Fan, ...]:
    """Money of the system by year; the fullest acute pool by quarter; emergency admissions by quarter."""
    found = [_money(plan, outcomes, nothing), _beds(plan, outcomes, nothing), _emergencies(plan, outcomes, nothing)]
    return tuple(f for f in found if f)


def points(periods: Sequence[str], plan: Array, nothing: Array, limit: Array | None = None) -> tuple[FanPoint, ...]:
    """10th, 50th and 90th percentile of ``[future, period]`` arrays."""
    cut = [0.1, 0.5, 0.9]
    with_plan, without = np.quantile(plan, cut, axis=0), np.quantile(nothing, cut, axis=0)
    return tuple(
        FanPoint(
            period=period, plan=_three(with_plan[:, i]), do_nothing=_three(without[:, i]),
            limit=float(limit[i]) if limit is not None and np.isfinite(limit[i]) else None,
        )
        for i, period in enumerate(periods)
    )  # fmt: skip


def _three(values: Array) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


def _money(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> Fan | None:
    if SYSTEM not in outcomes["position"].entities:
        return None
    limit = next(
        (
            _limit(p, outcomes.years)
            for p in sorted(plan.promises, key=lambda p: p.id)
            if p.outcome == "position" and p.organisation == SYSTEM and p.at_least is not None
        ),
        None,
    )
    with_plan, without = outcomes["position"].by_year(SYSTEM), nothing["position"].by_year(SYSTEM)
    middle, other = float(np.median(with_plan[:, -1])), float(np.median(without[:, -1]))
    return Fan(
        id="position.system", title="Money", unit="£ a year", limit_name="Agreed limit" if limit is not None else "",
        finding=f"{_position(middle)} in {outcomes.years[-1]}; {_position(other)[0].lower()}{_position(other)[1:]} if nothing changes.",
        points=points(outcomes.years, with_plan, without, limit),
    )  # fmt: skip


def _limit(promise: Promise, years: Sequence[str]) -> Array:
    """The least position that is promised in each year, NaN where it is not due."""
    limit = bound_by_year(promise.at_least, years, np.nan)
    last = promise.statistic == "end"
    due = [(not promise.due_from or y >= promise.due_from) and (not last or y == years[-1]) for y in years]
    return np.where(due, limit, np.nan)


def _position(amount: float) -> str:
    return f"{'Deficit' if amount < 0 else 'Surplus'} of {pounds(abs(amount))}"


def _quarters(monthly: Array, how: str) -> Array:
    blocks = monthly.reshape(monthly.shape[0], -1, 3)
    found: Array = blocks.sum(axis=2) if how == "sum" else blocks.mean(axis=2)
    return found


def fullest_acute_pool(plan: Plan, outcomes: Outcomes) -> str | None:
    """The pool of an acute provider with the highest mean occupancy over the run, None without one."""
    if "occupancy" not in outcomes.series:
        return None
    acute = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "acute"}
    sites = {s.id for s in plan.tables["sites"] if isinstance(s, Site) and s.organisation in acute} | acute
    pools = [e for e in outcomes["occupancy"].entities if e.partition("/")[0] in sites and "/" in e]
    return max(pools, key=lambda e: (float(outcomes["occupancy"].of(e).mean()), e), default=None)


def _beds(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> Fan | None:
    pool = fullest_acute_pool(plan, outcomes)
    if pool is None:
        return None
    used, without = (_quarters(o["occupied"].of(pool), "mean") for o in (outcomes, nothing))
    beds = np.median(_quarters(outcomes["beds_open"].of(pool), "mean"), axis=0)
    over = int((np.median(used, axis=0) > 0.92 * beds).sum())
    sites = {s.id: s.name for s in plan.tables["sites"] if isinstance(s, Site)}
    called = {o.id: o.name for o in plan.tables["organisations"] if isinstance(o, Organisation)} | sites
    name = called[pool.partition("/")[0]]
    return Fan(
        id=f"beds.{pool.replace('/', '.')}", title="Beds", unit="beds in use, mean of each quarter", limit_name="Beds open",
        finding=f"{name}: more than 92% full in {over} of {len(beds)} quarters, with the plan, in the middle future.",
        points=points(outcomes.months[::3], used, without, beds),
    )  # fmt: skip


def _emergencies(plan: Plan, outcomes: Outcomes, nothing: Outcomes) -> Fan | None:
    pods = [p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.beds == "emergency"]
    entities = [f"{SYSTEM}/{p}" for p in pods if f"{SYSTEM}/{p}" in outcomes["activity"].entities]
    if not entities:
        return None
    with_plan, without = (
        _quarters(np.sum([o["activity"].of(e) for e in entities], axis=0), "sum") for o in (outcomes, nothing)
    )
    change = float(np.median(with_plan[:, -4:].sum(axis=1)) / np.median(with_plan[:, :4].sum(axis=1)) - 1)
    word = "more" if change >= 0 else "fewer"
    return Fan(
        id="emergency_admissions.system", title="Emergency admissions", unit="admissions a quarter",
        finding=f"{abs(change):.0%} {word} in {outcomes.years[-1]} than in {outcomes.years[0]}, with the plan, in the middle future.",
        points=points(outcomes.months[::3], with_plan, without),
    )  # fmt: skip
