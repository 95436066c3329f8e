"""Why a figure changes between the base year and a later one: driver by driver, then what is committed, then each initiative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from placeplan.compare.lanes import Tell, Worlds, tile
from placeplan.compare.parts import Order, Parts, share_out, trial
from placeplan.compare.still import Mover, movers
from placeplan.core.calendar import financial_year, months_from
from placeplan.core.errors import PlanError, Together, nearest
from placeplan.futures.sample import Futures
from placeplan.model.explain import check_names
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.simulate import baseline_of, first_month
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan

Kind = Literal["start", "under_way", "driver", "commitment", "initiative", "end"]
UNDER_WAY = "Already under way"
"""Step of what no mover can switch: posts, lists and care at home that had not settled, the calendar, contracts' own terms, and
day-to-day chance, which differs between the two years."""


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall, in the outcome's unit; mean over the futures, and what 4 in 5 futures lie between."""

    id: str
    name: str
    kind: Kind
    amount: float
    low: float
    high: float
    alone: float | None = None
    last: float | None = None
    """What it adds to a place where nothing else moves, and what it adds once all else does."""
    error: float | None = None
    """Standard error of `amount` that comes from drawing orders; None where none were drawn."""
    share: float | None = None
    """Of the whole change; None where nothing changes."""
    switches: tuple[str, ...] = ()
    """Assumptions that stand still without it."""
    futures_error: float | None = None
    """Standard error of `amount` that comes from how few futures there are; None with one alone."""

    @property
    def interaction(self) -> float | None:
        """How much of it hangs on the others: last less alone."""
        return None if self.alone is None or self.last is None else self.last - self.alone


@dataclass(frozen=True)
class Waterfall:
    """From the figure of the base year to that of a later year. The steps between add up to the last bit, in any order."""

    plan: str
    place: str
    synthetic: bool
    """Made up, and labelled so."""
    plan_digest: str
    outcome: str
    entity: str
    unit: str
    base_year: str
    year: str
    order: Order
    orders: int
    """Orders drawn for each future; 0 where all were taken, 1 where one was given."""
    futures: int
    seed: int
    grid: float
    """Figures were rounded to multiples of this, so that all sums are exact."""
    steps: tuple[Step, ...]
    together: float
    """What all that moves makes together beyond the sum of what each makes alone."""
    change_error: float | None = None
    own_error: float | None = None
    """Standard errors, from how few futures there are, of the whole change and of what all initiatives bring together."""

    @property
    def change(self) -> float:
        """From the base year to the year, in the outcome's unit."""
        return self.steps[-1].amount - self.steps[0].amount

    @property
    def idle(self) -> tuple[Step, ...]:
        """Initiatives that change nothing, neither alone nor last nor on the mean."""
        return tuple(s for s in self.of("initiative") if s.amount == s.alone == s.last == 0.0)

    def of(self, *kinds: Kind) -> tuple[Step, ...]:
        """Steps of some kinds."""
        return tuple(s for s in self.steps if s.kind in kinds)


def waterfall(
    plan: Plan, outcome: str, entity: str = "system", year: str | None = None, *, order: Order = "shapley",
    futures: int = 200, seed: int = 1, threads: int = 1, tell: Tell | None = None,
) -> Waterfall:  # fmt: skip
    """Shares out the change of a figure from the base year, on the same futures throughout.

    Each mover is switched on and off: drivers of the world at the value that leaves the base year as it was (`still`),
    what is dated as it stood then, initiatives as if they were not in the plan. What moves although all stand still is a
    step of its own, `UNDER_WAY`.

    Args:
        plan: the plan.
        outcome: an outcome of the model.
        entity: whose; an organisation, ``site/pool`` … or ``system``.
        year: a financial year of the run; None for the last.
        order: each mover's mean contribution over all orders (``shapley``), or one order and its reverse.
        futures: how many.
        seed: of every draw, and of the orders.
        threads: cores to use; no bit depends on them.
        tell: told how far it has come.

    Raises:
        PlanError: where there is no such outcome, entity or year, or no figure in some futures.
    """
    known = look_up(plan, outcome, entity, year)
    years = years_of(plan)
    at = years.index(year or years[-1])
    moving, drawn = movers(plan), Futures(seed=seed, count=futures)
    worlds = Worlds(plan, drawn, moving, outcome, entity, at, threads, tell)
    tried = worlds.figures(tile(trial(len(moving)), futures))
    _refuse_missing(tried, outcome, entity)
    parts = share_out(
        [f"{m.kind} {m.id}" for m in moving], tried[..., 1], tried[:, 0, 0],
        lambda mask: worlds.figures(mask)[..., 1], drawn.numbers(), seed, order, may_move=worlds.may_move(),
    )  # fmt: skip
    steps = tuple(_steps(moving, parts, years[0], years[at], order))
    alone = sum(s.alone or 0.0 for s in steps)
    unit = known[outcome].unit.replace(" a month", " a year" if known[outcome].yearly == "sum" else " a month")
    return Waterfall(
        plan.about.name, plan.about.place, plan.about.synthetic, plan.digest, outcome, entity, unit, years[0], years[at], order, parts.orders, futures, seed,
        parts.grid, steps, parts.means[2] - parts.means[1] - alone, standard_error(parts.whole - parts.before),
        standard_error(parts.shares[[n for n, m in enumerate(moving) if m.kind == "initiative"]].sum(axis=0)),
    )  # fmt: skip


def standard_error(figures: Array) -> float | None:
    """Of a mean over futures: ``s / √n``, s² with n − 1 below; None with a single future. ``[future]``.

    >>> standard_error(np.array([1.0, 2.0, 3.0, 2.0])), standard_error(np.array([1.0]))
    (0.408248290463863, None)
    """
    return None if len(figures) < 2 else float(figures.std(ddof=1) / np.sqrt(len(figures)))


def look_up(plan: Plan, outcome: str, entity: str, year: str | None) -> Outcomes:
    """The first month, with the names of all that there is; raises PlanError where something that was asked for is not there."""
    known = first_month(plan, baseline_of(plan))
    refused = Together()
    refused.of(check_names, plan, known, outcome, entity)
    years = years_of(plan)
    if year is not None and year not in years:
        what, mend = f"There is no year {year}.", f"Give a financial year from {years[0]} to {years[-1]}."
        refused.problems.append(problem("--year", 0, "", "unknown-period", what, mend, nearest(year, years)))
    refused.tell()
    return known


def years_of(plan: Plan) -> tuple[str, ...]:
    """Financial years of a run."""
    return tuple(dict.fromkeys(financial_year(m) for m in months_from(plan.about.start, plan.about.months)))


def _refuse_missing(tried: Array, outcome: str, entity: str) -> None:
    """Raises PlanError where a figure does not exist in some futures."""
    missing = int((~np.isfinite(tried)).any(axis=(1, 2)).sum())
    if missing:
        what = f"In {missing} of {len(tried)} futures there is no {outcome} of {entity}: nobody is there to be counted."
        raise PlanError([problem("OUTCOME", 0, "", "no-figure", what, "Ask for another outcome, entity or year.")])


def _steps(moving: tuple[Mover, ...], parts: Parts, base: str, year: str, order: Order) -> list[Step]:
    """The steps from start to end; initiatives by size where no order was asked for."""
    before, none, whole = parts.means
    change = whole - before

    def step(id_: str, name: str, kind: Kind, amount: float, figures: Array, n: int | None = None) -> Step:
        low, high = (float(q) for q in np.quantile(figures, [0.1, 0.9]))
        part = None if change == 0 or kind in ("start", "end") else amount / change
        error = standard_error(figures)
        if n is None:
            return Step(id_, name, kind, amount, low, high, share=part, futures_error=error)
        return Step(
            id_, name, kind, amount, low, high, float(parts.alone[n].mean()), float(parts.last[n].mean()),
            None if parts.errors is None else parts.errors[n], part, tuple(sorted(moving[n].still)), error,
        )  # fmt: skip

    own = [step(m.id, m.name, m.kind, parts.share_means[n], parts.shares[n], n) for n, m in enumerate(moving)]
    if order == "shapley":
        own.sort(key=lambda s: -abs(s.amount) if s.kind == "initiative" else -np.inf)
    elif order == "reverse":
        own.reverse()
    return [
        step("start", f"In {base}", "start", before, parts.before),
        step("under_way", UNDER_WAY, "under_way", none - before, parts.none - parts.before),
        *own,
        step("end", f"In {year}", "end", whole, parts.whole),
    ]
