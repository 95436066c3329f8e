"""Fans: the plan and nothing done, over time, with the bound or the limit beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.core.tables import SYSTEM, Organisation, Pod, Site
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.results.elements import Fan, FanPoint
from placeplan.stress.runs.kept import bound_by_year
from placeplan.stress.runs.store import Columns
from placeplan.stress.say import pounds

DRAWN = frozenset({"position", "activity", "occupancy", "occupied", "beds_open"})
"""Outcomes of which there are pictures."""


@dataclass(frozen=True)
class Drawing:
    """Reads off a run what pictures are drawn of."""

    system: bool
    """Whether the system has a position."""
    pool: str
    """The pool that is shown, "" for none."""
    emergencies: tuple[str, ...]
    """Emergency admissions by point of delivery, of the whole system."""

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes read."""
        money = {"position"} if self.system else set()
        beds = {"occupied", "beds_open"} if self.pool else set()
        return frozenset(money | beds | ({"activity"} if self.emergencies else set()))

    def columns(self, outcomes: Outcomes) -> dict[str, Array]:
        """Figures by year or quarter, ``[future, period]``."""
        found = {}
        if self.system:
            found["fan/position"] = outcomes["position"].by_year(SYSTEM)
        if self.pool:
            found["fan/used"] = _quarters(outcomes["occupied"].of(self.pool), "mean")
            found["fan/beds"] = _quarters(outcomes["beds_open"].of(self.pool), "mean")
        if self.emergencies:
            every = np.sum([outcomes["activity"].of(e) for e in self.emergencies], axis=0)
            found["fan/emergencies"] = _quarters(every, "sum")
        return found


def drawing(plan: Plan, outcomes: Outcomes) -> Drawing:
    """What pictures are drawn of, from the first futures of the plan: the fullest acute pool is theirs."""
    pods = [p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.beds == "emergency"]
    entities = tuple(f"{SYSTEM}/{p}" for p in pods if f"{SYSTEM}/{p}" in outcomes["activity"].entities)
    return Drawing(SYSTEM in outcomes["position"].entities, fullest_acute_pool(plan, outcomes) or "", entities)


def build_fans(
    plan: Plan, what: Drawing, months: Sequence[str], with_plan: Columns, without: Columns
) -> tuple[Fan, ...]:
    """Money of the system by year; the fullest acute pool by quarter; emergency admissions by quarter."""
    found = [
        _money(plan, with_plan, without) if what.system else None,
        _beds(plan, what.pool, months, with_plan, without) if what.pool else None,
        _emergencies(months, with_plan, without) if what.emergencies else None,
    ]
    return tuple(f for f in found if f)


def points(
    periods: Sequence[str], name: str, plan: Columns, nothing: Columns, limit: Array | None = None
) -> tuple[FanPoint, ...]:
    """10th, 50th and 90th percentile of a column, period by period, over all futures."""
    cut = [0.1, 0.5, 0.9]
    return tuple(
        FanPoint(
            period=period, plan=_three(np.quantile(plan.entry(name, i), cut)),
            do_nothing=_three(np.quantile(nothing.entry(name, i), cut)),
            limit=float(limit[i]) if limit is not None and np.isfinite(limit[i]) else None,
        )
        for i, period in enumerate(periods)
    )  # fmt: skip


def _middles(columns: Columns, name: str, periods: int) -> Array:
    """The middle of a column in each period."""
    return np.array([np.median(columns.entry(name, i)) for i in range(periods)])


def _three(values: Array) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


def _money(plan: Plan, with_plan: Columns, without: Columns) -> Fan:
    years = with_plan.years
    limit = next(
        (
            _limit(p, years)
            for p in sorted(plan.promises, key=lambda p: p.id)
            if p.outcome == "position" and p.organisation == SYSTEM and p.at_least is not None
        ),
        None,
    )
    middle, other = (float(np.median(c.entry("fan/position", len(years) - 1))) for c in (with_plan, without))
    return Fan(
        id="position.system", title="Money", unit="£ a year", limit_name="Agreed limit" if limit is not None else "",
        finding=f"In the middle future, {_position(middle)} in {years[-1]}; {_position(other)} if nothing changes.",
        points=points(years, "fan/position", with_plan, without, limit),
    )  # fmt: skip


def _limit(promise: Promise, years: Sequence[str]) -> Array:
    """The least position that is promised in each year, NaN where it is not due."""
    limit = bound_by_year(promise.at_least, years, np.nan)
    last = promise.statistic == "end"
    due = [(not promise.due_from or y >= promise.due_from) and (not last or y == years[-1]) for y in years]
    return np.where(due, limit, np.nan)


def _position(amount: float) -> str:
    return f"{'deficit' if amount < 0 else 'surplus'} of {pounds(abs(amount))}"


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


def _beds(plan: Plan, pool: str, months: Sequence[str], with_plan: Columns, without: Columns) -> Fan:
    quarters = months[::3]
    beds = _middles(with_plan, "fan/beds", len(quarters))
    over = int((_middles(with_plan, "fan/used", len(quarters)) > 0.92 * beds).sum())
    sites = {s.id: s.name for s in plan.tables["sites"] if isinstance(s, Site)}
    called = {o.id: o.name for o in plan.tables["organisations"] if isinstance(o, Organisation)} | sites
    name = called[pool.partition("/")[0]]
    return Fan(
        id=f"beds.{pool.replace('/', '.')}", title="Beds", unit="beds in use, mean of each quarter", limit_name="Beds open",
        finding=f"{name}: more than 92% full in {over} of {len(beds)} quarters, with the plan, in the middle future.",
        points=points(quarters, "fan/used", with_plan, without, beds),
    )  # fmt: skip


def _emergencies(months: Sequence[str], with_plan: Columns, without: Columns) -> Fan:
    quarters = months[::3]
    last, first = (
        np.median(np.stack([with_plan.entry("fan/emergencies", i) for i in some], axis=1).sum(axis=1))
        for some in (range(len(quarters) - 4, len(quarters)), range(4))
    )
    change = float(last / first - 1)
    word = "more" if change >= 0 else "fewer"
    return Fan(
        id="emergency_admissions.system", title="Emergency admissions", unit="admissions a quarter",
        finding=f"{abs(change):.0%} {word} in {with_plan.years[-1]} than in {with_plan.years[0]}, with the plan, in the middle future.",
        points=points(quarters, "fan/emergencies", with_plan, without),
    )  # fmt: skip
