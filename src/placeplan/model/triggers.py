"""Triggers: initiatives that begin where the run itself goes wrong – management actions and plan B."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.outcomes import OUTCOMES
from placeplan.model.draws import Draws
from placeplan.model.outcomes import over
from placeplan.model.record import Recorder
from placeplan.model.uptake import NEVER
from placeplan.plan.initiatives import Initiative, Trigger

Array = np.ndarray[Any, np.dtype[np.float64]]


def months_beyond(before: Any, beyond: Any) -> Any:
    """Months in a row beyond the bound: ``(before + 1) × beyond``; beyond: 1 where this month's figure is.

    >>> [float(months_beyond(2.0, b)) for b in (1.0, 0.0)]
    [3.0, 0.0]
    """
    return (before + 1.0) * beyond


def trigger_start(month: Any, lead: int, ahead: int) -> Any:
    """Start of what fires at the end of a month: ``month + most(lead, 1 + ahead)``.

    lead: months that the trigger states; ahead: months of building or double running before the start.

    Fired in month 10, with three months' lead; the same with six months of building first:

    >>> float(trigger_start(10.0, 3, 0)), float(trigger_start(10.0, 3, 6))
    (13.0, 17.0)
    """
    return month + np.maximum(lead, 1 + ahead)


OF_INITIATIVES = ("uptake", "started")
"""Outcomes of initiatives that a run may leave out: what is not in it has not begun."""


class Watch:
    """One trigger in every future of a block."""

    def __init__(self, initiative: Initiative, trigger: Trigger, draws: Draws) -> None:
        self.initiative, self.trigger, self.draws = initiative, trigger, draws
        self.beyond = draws.zeros()
        self.fired = draws.zeros() + NEVER
        """Month in which it fired, `NEVER` so far."""
        self.window: list[Any] = []

    def look(self, number: int, name: str, recorder: Recorder) -> bool:
        """Looks at the month just recorded; whether it can fire in this month, in whatever future."""
        value = self._figure(recorder)
        if name < (self.trigger.not_before or name) or value is None:
            return False
        high, low = self.trigger.above, self.trigger.below
        beyond = self.draws.zeros() > 0.0
        if high is not None:
            beyond |= value > high
        if low is not None:
            beyond |= value < low
        self.beyond = months_beyond(self.beyond, beyond.astype(float))
        now = (self.beyond >= self.trigger.months) & (self.fired >= NEVER)
        self.fired = np.where(now, float(number), self.fired)
        return True

    def _figure(self, recorder: Recorder) -> Any:
        """The figure that is watched, ``[future]``; None where there are not yet twelve months of it."""
        t = self.trigger
        try:
            value = recorder.latest(t.outcome, t.entity)
        except KeyError:
            if t.outcome not in OF_INITIATIVES:
                raise PlanError([self._unknown(recorder)]) from None
            value = self.draws.zeros()  # the initiative is not in this run, as in the strict one
        if t.over == "month":
            return value
        self.window = [*self.window[-11:], value + self.draws.zeros()]
        return over(np.stack(self.window, axis=-1), OUTCOMES[t.outcome].yearly) if len(self.window) == 12 else None

    def _unknown(self, recorder: Recorder) -> Problem:
        """What is wrong where the model writes down nothing of that name."""
        t = self.trigger
        there = sorted(entity for outcome, entity in recorder.last if outcome == t.outcome)
        near = nearest(t.entity, there)
        return Problem(
            f"initiatives/{self.initiative.id}.yaml", 0, "trigger.entity", "unknown-entity",
            f"The model has no {t.outcome} of “{t.entity}”.", "What is not computed can never fire.",
            f"Write “{near}”." if near else f"Write one of: {', '.join(there[:12]) or 'none here'}.", near,
        )  # fmt: skip


class Triggers:
    """All triggers of a run, in order of id."""

    def __init__(self, initiatives: Sequence[Initiative], months: Sequence[str], draws: Draws) -> None:
        self.months = months
        self.watches = {i.id: Watch(i, i.trigger, draws) for i in initiatives if i.trigger}

    def look(self, number: int, recorder: Recorder) -> bool:
        """Looks at the month just recorded; whether any trigger can fire in this month."""
        looked = [
            w.look(number, self.months[number], recorder) for w in self.watches.values()
        ]  # each counts its months
        return any(looked)

    def fired(self, initiative: str) -> Any:
        """Month in which an initiative's trigger fired, ``[future]``; `NEVER` where it has not."""
        return self.watches[initiative].fired
