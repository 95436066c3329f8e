"""Two plans side by side on the same futures: which promises the second keeps more or less surely, and what differs in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from placeplan.compare.lanes import Tell
from placeplan.compare.plans import Difference, Figures, Paired, differences, figures_of, joined, paired
from placeplan.core.errors import PlanError
from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Array
from placeplan.model.simulate import simulate
from placeplan.plan.folder import read_plan
from placeplan.plan.located import problem
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.grid.wilson import wilson
from placeplan.stress.room import refuse_too_large
from placeplan.stress.runs.batches import BATCH
from placeplan.stress.runs.kept import keep, years_judged
from placeplan.stress.runs.workplace import Workplace, workplace

MONEY = "position"
"""Compared for every organisation, whatever is promised."""


@dataclass(frozen=True)
class PromiseVersus:
    """One promise that both plans make."""

    id: str
    name: str
    organisation: str
    hard: bool
    first: float
    second: float
    """Shares of futures that keep it."""
    low: float
    high: float
    """95 % interval of the change, from those of the shares of futures that newly keep and newly break it."""
    unit: str
    """Of the outcome that is promised."""
    room: Paired
    """The least room that is left to its bound, negative where it is broken, in the same futures of both."""
    asks: tuple[float, float] = (0.0, 0.0)
    """Share of futures in which each plan asks that it is kept."""

    @property
    def difference(self) -> float:
        """Share of futures that the second plan keeps it in more."""
        return self.second - self.first

    @property
    def change(self) -> str:
        """``surer``, ``less sure``, or ``alike`` where so many futures do not tell them apart."""
        return "surer" if self.low > 0 else "less sure" if self.high < 0 else "alike"


@dataclass(frozen=True)
class Versus:
    """What differs between two plans."""

    first: str
    second: str
    """Names of the plans."""
    futures: int
    seed: int
    promises: tuple[PromiseVersus, ...]
    figures: tuple[Difference, ...]
    called: dict[str, str]
    """Names of organisations."""
    only: tuple[str, ...]
    """Promises that one of them alone makes, or whose bounds differ, which are not compared."""
    rebound: tuple[str, ...] = ()
    """Promises of which each plan has a bound of its own, and is judged by it."""

    @property
    def sentence(self) -> str:
        """What a reader wants to know first."""
        surer, less = (sum(p.change == c for p in self.promises) for c in ("surer", "less sure"))
        rest = len(self.promises) - surer - less
        if not surer + less:
            return (
                f"{self.futures:,} futures do not tell the two plans apart in any of {rest} promises and aims of both."
            )
        told = f"Of {len(self.promises)} promises and aims of both, the second plan keeps {surer} more surely than the first, and {less} less surely."
        return told + (f" {self.futures:,} futures do not tell the other {rest} apart." if rest else "")


def read_both(first: Path, second: Path, assumption_set: str = "") -> tuple[Plan, Plan]:
    """Reads two plans with the same set of assumptions; raises ``PlanError`` with every problem of both, each with the folder in which it stands."""
    plans, problems = [], []
    for folder in (first, second):
        try:
            plans.append(read_plan(folder, assumption_set))
        except PlanError as refused:
            problems += [p if p.code == "no-plan" else replace(p, file=f"{folder}/{p.file}") for p in refused.problems]
    if problems:
        raise PlanError(problems)
    return plans[0], plans[1]


def compare(
    first: Plan,
    second: Plan,
    futures: int = 1000,
    seed: int = 1,
    threads: int | None = None,
    progress: Tell | None = None,
    shelf: Shelf | None = None,
    own_bounds: bool = False,
) -> Versus:
    """Runs two plans through the same futures and compares their promises, and positions year by year.

    Args:
        first: what is compared with; a plan, or a version of it.
        second: what is compared.
        futures: how many.
        seed: seed of every draw.
        threads: cores to use; nothing depends on it.
        progress: told futures done, futures in all and what is run.
        shelf: where what was recorded of a plan stays for the next run; None: nowhere.
        own_bounds: whether a promise whose bound alone differs is compared too, each plan by its own.

    Raises:
        PlanError: where the plans share no year that is judged, or a plan's months would not fit into memory.
    """
    years = _years(first, second)
    here = workplace(threads, shelf)
    for plan in (first, second):
        refuse_too_large(plan, here, futures)
    judged = {False: (second, first), True: (first, second)}
    one, other = (
        _run(plan, judged[own_bounds and n == 1], Futures(seed=seed, count=futures), tell, here, first.about.judge_from)
        for n, (plan, tell) in enumerate(zip((first, second), _parts(progress, futures), strict=True))
    )
    theirs = {p.id: p for p in second.promises}
    same = [p for p in first.promises if p.id in theirs and _alike(p, theirs[p.id], own_bounds)]
    every = dict.fromkeys(p.id for p in (*first.promises, *second.promises))
    return Versus(
        first.about.name, second.about.name, futures, seed,
        tuple(_promise(p, theirs[p.id], one, other) for p in same if _known(one.kept[p.id], other.kept[p.id])),
        tuple(differences(one.figures, other.figures, years)),
        names(second) | names(first), tuple(i for i in every if i not in {p.id for p in same}),
        tuple(p.id for p in same if _bounds(p) != _bounds(theirs[p.id])),
    )  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What is kept of one plan's futures."""

    figures: Figures
    kept: dict[str, Array]
    """By promise of either plan, as the first plan's years are judged: 1 kept, 0 broken, NaN not known, ``[future]``."""
    room: dict[str, Array]
    """The least room left, ``[future]``."""
    units: dict[str, str]
    """Of the outcomes promised."""


def _parts(progress: Tell | None, futures: int) -> Iterator[Callable[[int, str], None]]:
    """For each of the two plans, who is told of its futures."""
    for before in (0, futures):

        def tell(done: int, what: str, before: int = before) -> None:
            if progress:
                progress(before + done, 2 * futures, what)

        yield tell


def _run(
    plan: Plan,
    both: tuple[Plan, Plan],
    futures: Futures,
    tell: Callable[[int, str], None],
    here: Workplace,
    judge_from: str,
) -> Ran:
    """A plan's futures in batches, of which only figures by year and what is kept stay in memory.

    both: the plans whose promises are judged; where both make one, the last one's.
    """
    promises = {p.id: p for of in both for p in of.promises}
    asked = frozenset({MONEY} | {p.outcome for p in promises.values()})
    baseline = here.baseline(plan)
    figures, kept, units = [], [], dict[str, str]()
    tell(0, plan.about.name)
    for some in futures.blocks(BATCH):
        outcomes = simulate(plan, baseline, some, (), here.threads, keep=asked, recordings=here.recordings)
        figures.append(figures_of(outcomes, [MONEY]))
        kept.append({i: keep(p, outcomes, judge_from) for i, p in promises.items()})
        units |= {i: outcomes[p.outcome].unit for i, p in promises.items() if p.outcome in outcomes.series}
        tell(sum(f.count for f in figures), plan.about.name)
    whole = {i: np.concatenate([k[i].whole for k in kept]) for i in promises}
    room = {i: np.concatenate([k[i].margin for k in kept]) for i in promises}
    return Ran(joined(figures), whole, room, units)


def _alike(promise: Promise, other: Promise, own_bounds: bool) -> bool:
    """Whether two promises of one id ask the same of the same outcome; own_bounds: how much may differ."""
    asked = _of if own_bounds else _bounds
    return bool(asked(promise) == asked(other))


def _of(promise: Promise) -> Any:
    """What a promise is about, but for how much it asks."""
    sides = {side: getattr(promise, side) is None for side in ("at_least", "at_most")}
    return sides | promise.model_dump(include={"outcome", "organisation", "entity", "statistic", "due_from"})


def _bounds(promise: Promise) -> Any:
    return _of(promise) | promise.model_dump(include={"at_least", "at_most"})


def _years(first: Plan, second: Plan) -> list[str]:
    """Years that count in both; raises PlanError where there is none."""
    own, theirs = years_judged(first), years_judged(second)
    found = [year for year in own if year in theirs]
    if not found:
        what = f"The plans share no year: {first.about.name} is judged in {', '.join(own)}, {second.about.name} in {', '.join(theirs)}."
        mend = "Compare plans of the same years."
        raise PlanError([problem("OTHER", 0, "", "no-year-in-common", what, mend)])
    return found


def _known(*kept: Array) -> bool:
    """Whether every run can tell of a promise."""
    return not any(np.isnan(k).any() for k in kept)


def _promise(promise: Promise, theirs: Promise, one: Ran, other: Ran) -> PromiseVersus:
    """A promise in both runs, from whether each future keeps it and what room it has left."""
    first, second = one.kept[promise.id], other.kept[promise.id]
    up, down = (wilson(float((second - first == sign).sum()), len(first)) for sign in (1.0, -1.0))
    return PromiseVersus(
        promise.id, promise.name, promise.organisation, promise.hard, float(first.mean()), float(second.mean()),
        up.low - down.high, up.high - down.low, one.units[promise.id], paired(one.room[promise.id], other.room[promise.id]),
        (promise.asks, theirs.asks),
    )  # fmt: skip
