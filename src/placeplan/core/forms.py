"""Forms of the model: where experts would build it differently, both are built, and a switch says which runs.

The standard tests run the main form and each variant on the same futures; forms are never averaged.
"""

from __future__ import annotations

from typing import Literal, get_args

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
BY_FUTURE = ("spills", "discipline", "cost_release", "stays")
"""Switches that may stand differently from future to future of one run; `overlap` decides what segments there are."""


def turn(switch: str, value: str) -> str:
    """The name of a switch that is turned to a value.

    >>> turn("stays", "longer")
    'stays longer'
    """
    return f"{switch} {value}"


def values(switch: str) -> tuple[str, ...]:
    """Where a switch may stand.

    >>> values("stays")
    ('steady', 'shorter', 'longer')
    """
    found: tuple[str, ...] = get_args(Form.model_fields[switch].annotation)
    return found


def unturned(form: Form, as_in: Form) -> Form:
    """A form with every switch that a future can turn as it stands in another."""
    return form.model_copy(update={switch: getattr(as_in, switch) for switch in BY_FUTURE})


def turns(form: Form) -> tuple[tuple[str, str], ...]:
    """Every way to turn a switch by future, away from where it stands in a form: switch and value.

    >>> [turn(*t) for t in turns(MAIN)][:3]
    ['spills low', 'spills high', 'discipline oldest_first']
    """
    return tuple((s, value) for s in BY_FUTURE for value in values(s) if value != getattr(form, s))
