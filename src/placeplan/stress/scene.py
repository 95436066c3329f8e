"""What the tests of a plan look at: the runs that a verdict needs, each made once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar

import numpy as np

from placeplan.futures.sample import Futures
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.variants import do_minimum, do_nothing, strict
from placeplan.plan.schema import Plan
from placeplan.stress import besides
from placeplan.stress.alone import build_alone
from placeplan.stress.base_year.calibration import OWN
from placeplan.stress.base_year.reconcile import needed
from placeplan.stress.bridge import COMPARED, Bridge, LastYear, build_bridge
from placeplan.stress.elements import initiatives, organisations
from placeplan.stress.fans import DRAWN, build_fans, drawing
from placeplan.stress.grid.first_break import Breaks, broken_by, first_breaks, margin_by
from placeplan.stress.levers.screen import Screened, screen
from placeplan.stress.results.elements import Fan
from placeplan.stress.runs.batches import Job, Readers
from placeplan.stress.runs.held import EVERYTHING, coalitions
from placeplan.stress.runs.kept import Judging, Kept, hard_ones, keep, keep_all
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.store import InMemory, Rows
from placeplan.stress.shocks.scenarios import Shock, run_scenarios
from placeplan.stress.verdict import causes as why
from placeplan.stress.verdict import forms
from placeplan.stress.verdict.judge import Strict, Verdict, judge, judge_strict

T = TypeVar("T")


@dataclass(frozen=True)
class Ran:
    """What the main runs came to."""

    plan: Outcomes
    """Of the first futures; with what is drawn in all of them."""
    nothing: Outcomes
    """Of the first futures."""
    fans: tuple[Fan, ...]
    central: tuple[Kept, ...]
    kept: tuple[Kept, ...]
    kept_minimum: tuple[Kept, ...]
    breaks: Breaks
    shocks: tuple[Shock, ...]
    verdict: Verdict
    strict: Strict


class once(cached_property[T]):  # noqa: N801 – as it is written above what is worked out
    """What is worked out when it is first asked for, by whoever asks first; others who ask for it wait."""

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self
        with instance.at_it.setdefault(self.attrname, RLock()):
            return super().__get__(instance, owner)


class Scene:
    """A plan and what was run of it so far."""

    def __init__(
        self, runs: Runs, needs: frozenset[str] = frozenset(), stop: Callable[[], bool] = lambda: False
    ) -> None:
        self.runs = runs
        self.at_it: dict[str, RLock] = {}
        self.stop = stop
        """Asked by searches before they go on; once true they tell the best so far."""
        self.needs = needs
        """Outcomes of the plan and of doing nothing that are held, besides what a verdict reads."""

    @property
    def plan(self) -> Plan:
        """The plan that is tested."""
        return self.runs.plan

    @property
    def futures(self) -> Futures:
        """The futures that it meets."""
        return self.runs.futures

    @once
    def first(self) -> tuple[Outcomes, Outcomes]:
        """Outcomes of the first futures, with the plan and with nothing done."""
        runs, plan = self.runs, self.runs.plan
        if 2 * runs.futures.count >= runs.here.recordings.many:  # both are recorded at once
            runs.spread.warm()
        published = needed(plan.tables.get("reconcile", ())) | OWN
        also = self.needs | COMPARED | DRAWN | besides.NEEDED | initiatives.NEEDED | organisations.NEEDED | published
        jobs = (
            Job("the plan", plan, runs.first(runs.batch)),
            Job("doing nothing", do_nothing(plan), runs.first(runs.batch)),
        )
        whole, nothing = runs.outcomes(jobs, runs.judged | also)
        return whole, nothing

    @once
    def begun(self) -> tuple[Outcomes, Outcomes]:
        """The same where a verdict is to come: runs in other forms are begun, so that one recording does for them too."""
        if any(p.hard for p in self.plan.promises):
            self.runs.begin(forms.first_jobs(self.runs))
        found: tuple[Outcomes, Outcomes] = self.first
        return found

    @once
    def ran(self) -> Ran:
        """The main runs, with the verdict."""
        return run_all(self.runs, *self.begun)

    def drawn_in_first(self, count: int) -> Mapping[str, Array]:
        """What the plan draws in the first futures, at most so many, by name; a table of it takes memory for each of them."""
        drawn: Mapping[str, Array] = self.ran.plan.draws
        if self.futures.count <= count:
            return drawn
        some = self.runs.here.draws(self.plan, Job("", self.plan, self.runs.first(count)))
        return {name: some[name] for name in drawn}

    @once
    def bridge(self) -> Bridge:
        """What each initiative brings, on the first futures."""
        return build_bridge(self.runs)

    @once
    def alone(self) -> dict[str, LastYear]:
        """What each initiative brings with none beside it but those that it waits for, on the first of those futures."""
        return build_alone(self.runs)

    @once
    def levers(self) -> Screened | None:
        """What can be set otherwise, each lever tried by itself; None where no hard promise is due and known."""
        return screen(self.runs)

    @once
    def cause(self) -> why.Found | None:
        """The cause of the outlined break."""
        return find_cause(self.runs, self.ran)


def run_all(runs: Runs, whole: Outcomes, nothing: Outcomes) -> Ran:
    """The plan, doing nothing, doing the minimum, commitments alone, the central world and the shocks.

    whole, nothing: outcomes of the first futures with the plan and with nothing done.
    """
    plan, judge_from = runs.plan, runs.plan.about.judge_from
    full = Judging(plan.promises, judge_from, full=True)
    job, idle = Job("the plan", plan, runs.futures), Job("doing nothing", do_nothing(plan), runs.futures)
    pictures = drawing(plan, whole)
    rows = [_rest(runs, j, r, o) for j, r, o in ((job, (full, pictures), whole), (idle, (pictures,), nothing))]
    aspires = any(i.status == "aspiration" for i in plan.initiatives)
    variants = [("doing the minimum", do_minimum(plan)), *([("commitments only", strict(plan))] if aspires else [])]
    minimum, *committed = runs.side_by_side([Job(w, v, runs.futures) for w, v in variants])
    open_too = [
        frozenset[str](),
        EVERYTHING - {CHANCE},
    ]  # beside it, as a recording holds for futures in which the same things ever happen
    middle = dict(coalitions(runs, open_too, [0], what="the central world"))[0]
    central = InMemory(1, middle.years, full.columns(middle))
    kept = keep_all(plan.promises, rows[0], judge_from)
    shocks = run_scenarios(runs, kept) if hard_ones(kept) else ()
    verdict = judge(runs, kept, shocks)
    return Ran(
        replace(whole, draws=runs.drawn(tuple(whole.draws))), nothing,
        build_fans(plan, pictures, whole.months, rows[0], rows[1]), keep_all(plan.promises, central, judge_from), kept,
        keep_all(plan.promises, minimum, judge_from), first_breaks(kept), shocks, verdict,
        judge_strict(runs, verdict, committed[0] if committed else None, kept),
    )  # fmt: skip


def _rest(runs: Runs, job: Job, readers: Readers, first: Outcomes) -> Rows:
    """All futures of a job, the first of which are at hand."""
    runs.put(replace(job, futures=runs.first(runs.batch)), readers, first)
    return runs.side_by_side([job], readers)[0]


def find_cause(runs: Runs, ran: Ran) -> why.Found | None:
    """The cause of the outlined break, from the futures in which it comes first; None where nothing breaks."""
    if not ran.breaks.ranking:
        return None
    top = ran.breaks.ranking[0]
    promise = next(k.promise for k in ran.kept if k.promise.id == top.promise)
    until = 12 * (ran.plan.years.index(top.year) + 1)
    at = why.breaking_used(top.futures.tolist(), runs.futures.count)

    def play(live: Sequence[frozenset[str]]) -> Array:
        room = np.zeros((len(live), len(at)))
        for i, outcomes in coalitions(runs, live, at, until):
            k = keep(promise, outcomes, runs.plan.about.judge_from)
            margin = margin_by(k, top.year)
            room[i] = np.where(broken_by(k, top.year) == 1, margin, np.maximum(margin, 0.0))
        return room

    return why.find_causes(why.live_groups(runs.plan), play, runs.futures.seed, why.most_players(runs.futures.count))
