"""Forms of the model: where experts would build it differently, both are built, and a switch says which runs.

The standard tests run the main form and each variant on the same futures; forms are never averaged.
"""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Record


class Form(Record):
    """One way to build the model; the defaults are the main form."""

    spills: Literal["off", "low", "high"] = "off"
    """Care that is not given at one door spills to another: not at all, or at the low or high end of what was elicited."""
    discipline: Literal["fitted", "oldest_first", "random"] = "fitted"
    """Who of a waiting list is next: the mix fitted to the base year, always the longest waiter, or anybody."""
    overlap: Literal["stated", "nested", "independent", "disjoint"] = "stated"
    """How far the same people belong to several cohorts: as the plan states it, or one way for all."""
    cost_release: Literal["steps", "slow", "at_once"] = "steps"
    """How fast cost follows care: in whole wards and teams; a year later than that; or all but the fixed part at once."""
    stays: Literal["steady", "shorter", "longer"] = "steady"
    """What a full hospital does to stays: nothing; people go home earlier; or they stay longer, as everything waits."""

    @property
    def name(self) -> str:
        """The switches that differ from the main form: ``spills high``; ``main`` where none does."""
        changed = [f"{k} {str(v).replace('_', ' ')}" for k, v in self if v != type(self).model_fields[k].default]
        return ", ".join(changed) or "main"


MAIN = Form()
VARIANTS: tuple[Form, ...] = (
    Form(spills="low"),
    Form(spills="high"),
    Form(discipline="oldest_first"),
    Form(discipline="random"),
    Form(overlap="nested"),
    Form(overlap="independent"),
    Form(overlap="disjoint"),
    Form(cost_release="slow"),
    Form(cost_release="at_once"),
    Form(stays="shorter"),
    Form(stays="longer"),
)
"""Each switch turned alone."""
