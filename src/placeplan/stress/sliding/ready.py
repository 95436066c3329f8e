"""A plan held ready: what was recorded of it, what it draws, and what becomes of its promises as it stands.

An assumption that is set replaces what was drawn of it, and nothing else: the futures stay, and so do chance and all other draws. That
is what the command line does with a plan in which the assumption has this one value, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.futures.sample import Futures
from placeplan.model.draws import Draws
from placeplan.model.outcomes import Array
from placeplan.model.recordings import stoppable
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import Judging, Kept, keep_all
from placeplan.stress.runs.store import InMemory
from placeplan.stress.runs.workplace import Workplace
from placeplan.stress.say import number
from placeplan.stress.sliding.answer import Answer, answer
from placeplan.stress.sliding.offered import Slider, offered

QUICK = 256
"""Futures of an answer that has to come at once: one tile, some 0.15 s of a core for a place of 2.4 million operations."""


@dataclass(frozen=True)
class Ready:
    """A plan of which everything is at hand that does not hang on what is set."""

    plan: Plan
    futures: Futures
    here: Workplace
    drawn: Mapping[str, Array]
    """What the plan draws, ``[future]`` by name."""
    sliders: tuple[Slider, ...]
    planned: InMemory
    """The promises as the plan stands, in all futures."""

    @classmethod
    def of(cls, plan: Plan, wanted: Iterable[str], futures: Futures, here: Workplace) -> Ready:
        """A plan made ready for some futures: recorded, unless it stands on the shelf, and run once.

        Raises:
            PlanError: where it has a kind of somebody's own that cannot be recorded, as each answer would take too long.
        """
        here.recordings.many = 1
        drawn = here.draws(plan, Job("", plan, futures))
        known = stoppable(plan, Draws(futures, dict(drawn)))
        made = here.recordings.of(plan, here.baseline(plan), known, judged(plan), None)
        if made is None:
            what = "This plan has a kind of its own that cannot be recorded."
            raise PlanError(
                [problem("plan.yaml", 0, "", "no-slider", what, "Run it with another value by placeplan test.")]
            )
        asked = {
            quantity for quantity, _ in made.asked
        }  # of all futures at once: another value might need another recording
        readable = {name.partition("@")[0] for name in made.reads} - asked
        ready = cls(plan, futures, here, drawn, offered(plan, wanted, readable), InMemory(0, (), {}))
        return replace(ready, planned=ready._run({}, futures.count))

    def answer(self, values: Mapping[str, float], count: int = QUICK) -> Answer:
        """What becomes of the promises in the first so many futures, with some assumptions set to one value each.

        Raises:
            PlanError: with everything that is wrong with the values.
        """
        problems = [*wrong(values, self.sliders)]
        if problems:
            raise PlanError(problems)
        count = min(count, self.futures.count)
        planned, now = (self._judged(c) for c in (self.planned.first(count), self._run(values, count)))
        return answer(self.plan, self.sliders, values, planned, now, self.futures.seed)

    def _judged(self, columns: InMemory) -> tuple[Kept, ...]:
        return keep_all(self.plan.promises, columns, self.plan.about.judge_from)

    def _run(self, values: Mapping[str, float], count: int) -> InMemory:
        draws = {
            name: np.full(count, values[key]) if (key := name.partition("@")[0]) in values else drawn[:count]
            for name, drawn in self.drawn.items()
        }
        found = self.here.simulate(
            self.plan, self.here.baseline(self.plan), replace(self.futures, count=count), (), self.here.threads,
            draws=draws, keep=judged(self.plan), recordings=self.here.recordings,
        )  # fmt: skip
        columns = Judging(self.plan.promises, self.plan.about.judge_from, full=True).columns(found)
        return InMemory(count, found.years, columns)


def judged(plan: Plan) -> frozenset[str]:
    """The outcomes that promises are about."""
    return frozenset(p.outcome for p in plan.promises)


def wrong(values: Mapping[str, float], sliders: Iterable[Slider]) -> Iterator[Problem]:
    """What is wrong with values that are to be set."""
    known = {s.id: s for s in sliders}
    for name, value in sorted(values.items()):
        slider = known.get(name)
        if slider is None:
            near = nearest(name, known)
            mend = f"Use {near}." if near else f"There are: {', '.join(known) or 'none'}."
            yield problem(name, 0, "", "unknown-slider", f"There is no slider called “{name}”.", mend, near)
        elif not slider.low <= value <= slider.high:
            ends = f"{number(slider.low, slider.unit)} and {number(slider.high, slider.unit)}"
            yield problem(name, 0, "", "beyond-slider", f"{number(value, slider.unit)} does not lie between {ends}.", f"Give a value between {ends}.")  # fmt: skip
