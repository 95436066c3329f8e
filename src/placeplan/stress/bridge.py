"""From the gap if nothing changes to the gap left: what each initiative brings, on the same futures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from placeplan.core.tables import SYSTEM, Pod, UnitCost
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.variants import do_minimum, do_nothing, only
from placeplan.plan.initiatives import Claim, Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.results.money import BridgeStep, bridge_futures
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.runner import Runs

COMPARED = frozenset({"position", "contract_payment", "activity"})
"""Outcomes that the bridge and the claims compare."""


@dataclass(frozen=True)
class LastYear:
    """What the bridge and the claims compare, summed over the last year, each ``[future]`` in £."""

    position: Array
    """System position."""
    payments: Array
    """Payments under all contracts."""
    value: Array
    """Activity of the footprint at national average cost."""
    admissions: Array
    """Emergency and planned stays of the footprint, patients."""

    def __sub__(self, other: LastYear) -> LastYear:
        return LastYear(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class Part:
    """What one initiative changes in the last year: added before the later ones, and after all others."""

    forward: LastYear
    """Added in order of id."""
    backward: LastYear
    """Added in the reverse order."""

    @property
    def found(self) -> Array:
        """£ a year, ``[future]``: the mean of both orders, so that the parts sum exactly to the whole."""
        mean: Array = (self.forward.position + self.backward.position) / 2
        return mean


@dataclass(frozen=True)
class Bridge:
    """The steps with the figures behind them."""

    steps: tuple[BridgeStep, ...]
    parts: dict[str, Part]
    """By initiative; those that can change nothing are left out."""
    whole: Array
    """From doing nothing to the plan, ``[future]``."""


def last_year(outcomes: Outcomes, unit_costs: Mapping[str, float], stays: Collection[str] = ()) -> LastYear:
    """The sums of the last year.

    unit_costs: £ by point of delivery; stays: points of delivery that fill beds.
    """
    count = outcomes.count
    position = outcomes["position"].by_year(SYSTEM)[:, -1]
    payments, value, admissions = np.zeros(count), np.zeros(count), np.zeros(count)
    if "contract_payment" in outcomes.series:
        whole = [n for n, e in enumerate(outcomes["contract_payment"].entities) if "/" not in e]  # parts stand beside
        payments = outcomes["contract_payment"].values[:, -12:, whole].sum(axis=(1, 2))
    if "activity" in outcomes.series:
        activity = outcomes["activity"]
        pods = [e.partition("/")[2] if e.startswith(f"{SYSTEM}/") else "" for e in activity.entities]
        given = activity.values[:, -12:, :].sum(axis=1)
        value = given @ np.array([unit_costs.get(pod, 0.0) for pod in pods])
        admissions = given @ np.array([float(pod in stays) for pod in pods])
    return LastYear(position, payments, value, admissions)


def last_years(plan: Plan, outcomes: Iterable[Outcomes]) -> list[LastYear]:
    """The sums of the last year of some runs of a plan."""
    costs = {r.pod: r.cost for r in plan.tables["unit_costs"] if isinstance(r, UnitCost)}
    stays = {p.id for p in plan.tables["pods"] if isinstance(p, Pod) and p.beds != "none"}
    return [last_year(o, costs, stays) for o in outcomes]


def acting(plan: Plan) -> list[str]:
    """Initiatives that can change anything, in order of id."""
    return [i.id for i in sorted(plan.initiatives, key=lambda i: i.id) if acts(i, plan)]


def bridge_jobs(runs: Runs) -> list[Job]:
    """Do nothing, do the minimum, the plan, and the plan with more and more of its initiatives, in order and in reverse."""
    plan, every = runs.plan, acting(runs.plan)
    between = [only(plan, frozenset(o[:n])) for o in (every, every[::-1]) for n in range(1, len(every))]
    futures = replace(runs.first(bridge_futures(runs.futures.count)), held=frozenset({CHANCE}))
    return [Job("the bridge", p, futures) for p in (do_nothing(plan), do_minimum(plan), plan, *between)]


def build_bridge(runs: Runs) -> Bridge:
    """Do nothing → committed capacity and background efficiency → each initiative → left.

    Every step is run on the same futures with chance held at its expectation: the days of single beds move no position
    by much, and without them whole plans run side by side cheaply. The steps sum exactly to the gap left of these runs.
    Each initiative's part is the mean of what it adds in order of id and in the reverse order.
    """
    plan = runs.plan
    first, base, whole, *rest = last_years(plan, runs.outcomes(bridge_jobs(runs), COMPARED))
    half = len(rest) // 2
    forward, backward = ([base, *part, whole] for part in (rest[:half], rest[half:]))
    every = acting(plan)
    last = len(every) - 1
    parts = {
        i: Part(forward[n + 1] - forward[n], backward[last - n + 1] - backward[last - n]) for n, i in enumerate(every)
    }
    return Bridge(_steps(plan, first, base, whole, parts), parts, whole.position - first.position)


def acts(initiative: Initiative, plan: Plan) -> bool:
    """Whether it can change anything: it has effects or capital, or another one waits for it."""
    waited_for = any(initiative.id in other.requires for other in plan.initiatives)
    return bool(initiative.effects or initiative.capital or waited_for)


def _steps(
    plan: Plan, first: LastYear, base: LastYear, whole: LastYear, parts: Mapping[str, Part]
) -> tuple[BridgeStep, ...]:
    start = f"{'Gap' if first.position.mean() < 0 else 'Surplus'} if nothing changes"
    steps = [_step("do_nothing", start, "start", first.position)]
    steps.append(
        _step("do_minimum", "Committed capacity and background efficiency", "step", base.position - first.position)
    )
    found = {i.id: parts[i.id].found if i.id in parts else np.zeros(len(first.position)) for i in plan.initiatives}
    own = [_step(i.id, i.name, "step", found[i.id], claimed_pounds(i)) for i in plan.initiatives]
    steps += sorted(own, key=lambda s: (-s.amount, s.id))
    steps.append(_step("left", "Gap left" if whole.position.mean() < 0 else "Surplus left", "left", whole.position))
    return tuple(steps)


def _step(key: str, name: str, kind: str, amounts: Array, claimed: float | None = None) -> BridgeStep:
    amount, low, high = to_pence(amounts)
    return BridgeStep.model_validate({
        "id": key, "name": name, "kind": kind, "amount": amount, "claimed": claimed, "low": low, "high": high,
    })  # fmt: skip


def to_pence(amounts: Array) -> tuple[float, float, float]:
    """Mean, 10th and 90th percentile, to the penny: what is left of nought after adding and taking away is nought.

    >>> to_pence(np.array([1e-9, -2e-9]))
    (0.0, 0.0, 0.0)
    """
    low, high = np.quantile(amounts, [0.1, 0.9])
    mean, low, high = (round(float(v), 2) + 0.0 for v in (amounts.mean(), low, high))
    return mean, low, high


def claimed_pounds(initiative: Initiative) -> float | None:
    """£ a year that it claims for the position (the sum of such claims), None where no such figure was published."""
    values = [c.value for c in initiative.claims if c.value is not None and in_pounds(c)]
    return sum(values) if values else None


def in_pounds(claim: Claim) -> bool:
    """Whether it is a figure in £ for the position."""
    return claim.value is not None and claim.outcome == "position" and (claim.unit or "").startswith("£")
