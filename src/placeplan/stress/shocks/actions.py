"""Management actions under a shock: initiatives that wait for a trigger, and in how many futures they began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.core.outcomes import OUTCOMES
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import without
from placeplan.plan.initiatives import Trigger
from placeplan.plan.schema import Plan
from placeplan.stress.called import names
from placeplan.stress.results.promises import ActionResult
from placeplan.stress.runs.store import Columns
from placeplan.stress.say import number

BEFORE_ACTIONS = "what managers would then do (this plan has no management actions: no initiative with a trigger)"


def acting(plan: Plan) -> tuple[str, ...]:
    """Ids of the management actions, in order."""
    return tuple(sorted(i.id for i in plan.initiatives if i.trigger))


def before_actions(plan: Plan) -> tuple[str, ...]:
    """That no management actions follow a shock, where the plan has none; nothing where an initiative waits for a trigger."""
    return () if acting(plan) else (BEFORE_ACTIONS,)


def idle(plan: Plan) -> Plan:
    """The plan as it stands before management actions."""
    return without(plan, *acting(plan))


@dataclass(frozen=True)
class Acting:
    """Reads off a run whether each management action began."""

    ids: tuple[str, ...]

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes read: only where there is an action."""
        return frozenset({"uptake"} if self.ids else ())

    def columns(self, outcomes: Outcomes) -> dict[str, Any]:
        """``[future]`` by action: whether it reached anybody in any month."""
        there = set(outcomes["uptake"].entities) if self.ids else set()
        none = np.zeros(outcomes.count, dtype=bool)
        return {f"acted/{i}": (outcomes["uptake"].of(i) > 0).any(axis=1) if i in there else none for i in self.ids}


def told(plan: Plan, run: Columns) -> tuple[ActionResult, ...]:
    """What managers did in a run, in order of id."""
    called = names(plan)
    return tuple(
        ActionResult(
            id=i.id, name=i.name, trigger=when(i.trigger, called), lead_months=i.trigger.lead_months,
            owner=called.get(i.trigger.owner, i.trigger.owner), acted=float(np.mean(run.of(f"acted/{i.id}"))),
        )
        for i in sorted(plan.initiatives, key=lambda i: i.id)
        if i.trigger
    )  # fmt: skip


def when(trigger: Trigger, called: dict[str, str]) -> str:
    """When a trigger fires, in words.

    >>> fires = Trigger(outcome="occupancy", entity="HOS/general", above=0.92, months=3, owner="HOS")
    >>> when(fires, {"HOS": "Hillford Hospital"})
    'occupancy of Hillford Hospital (general) above 92% for 3 months'
    """
    site, _, part = trigger.entity.partition("/")
    whose = f"{called.get(site, site)}{f' ({part})' if part else ''}"
    unit = OUTCOMES[trigger.outcome].unit if trigger.outcome in OUTCOMES else ""
    bounds = (("above", trigger.above), ("below", trigger.below))
    bound = " or ".join(f"{side} {number(value, unit)}" for side, value in bounds if value is not None)
    over = " of the last twelve months" if trigger.over == "year" else ""
    lasts = f" for {trigger.months} months" if trigger.months > 1 else ""
    return f"{trigger.outcome.replace('_', ' ')}{over} of {whose} {bound}{lasts}"
