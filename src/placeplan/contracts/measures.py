"""What a contract measures: an outcome of a time that is over, and a bound that it has to meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import StringConstraints

from placeplan.core.outcomes import OUTCOMES
from placeplan.core.records import Quantity, Record, described

Over = Literal["month", "quarter", "year"]


class Reading(NamedTuple):
    """An outcome of one entity in the last month, quarter or financial year that is over."""

    outcome: str
    entity: str
    over: Over


class Measure(Record):
    """An outcome that a contract measures. It waits: what is read is of the last month, quarter or year that is over."""

    outcome: str
    """Outcome of the model, such as ``position`` or ``delayed_beds``."""
    entity: Annotated[str, StringConstraints(min_length=1)]
    """Whose: an organisation, a site, ``site/pod``, ``site/pool``, an initiative, or ``system``."""
    over: Over = "year"
    """The last month, the last quarter or the last financial year that is over."""

    def says(self, words: Any) -> str:
        """What is measured, in words."""
        return f"{words.name(self.outcome)} of {words.name(self.entity)} over the last {self.over}"

    @property
    def reading(self) -> Reading:
        """What is read. Sums (£, contacts) are read at a yearly rate, so that one bound serves for all three times."""
        return Reading(self.outcome, self.entity, self.over)


OUTCOME_UNIT = "the outcome's unit; of what is summed over months (£, contacts), a year"


class Condition(Measure):
    """A bound that an outcome has to meet for money to flow."""

    at_least: Quantity | None = described(OUTCOME_UNIT, default=None)
    """Bound from below."""
    at_most: Quantity | None = described(OUTCOME_UNIT, default=None)
    """The same, from above."""
    until_known: bool = True
    """Whether it counts as met while there is nothing yet to read."""

    def says(self, words: Any) -> str:
        """The bound in words, as `contracts.base.Wording` writes them."""
        bounds = [("at least", self.at_least), ("at most", self.at_most)]
        known = OUTCOMES.get(self.outcome)
        unit = "" if known is None else "£" if known.unit.startswith("£") else "%" if known.share else ""
        said = " and ".join(f"{word} {words.amount(b, unit)}" for word, b in bounds if b is not None)
        return f"{super().says(words)} is {said}"

    def bounds(self) -> tuple[str, ...]:
        """Assumptions among the bounds."""
        return tuple(b for b in (self.at_least, self.at_most) if isinstance(b, str))

    def met_in(self, outcomes: Mapping[Reading, Any], prices: Mapping[str, Any]) -> Any:
        """`met` by what was read; 1 or 0, ``[future]``."""
        if self.reading not in outcomes:
            return float(self.until_known)
        low, high = (prices[b] if isinstance(b, str) else b for b in (self.at_least, self.at_most))
        return met(outcomes[self.reading], -np.inf if low is None else low, np.inf if high is None else high)


def met(value: Any, at_least: Any, at_most: Any) -> Any:
    """Whether a bound is met: ``1 where at_least ≤ value ≤ at_most, else 0``; numbers or arrays ``[future]``.

    >>> [float(met(v, -5.0, np.inf)) for v in (-6.0, -5.0, 1.0)]
    [0.0, 1.0, 1.0]
    """
    return np.where((value >= at_least) & (value <= at_most), 1.0, 0.0)


def yearly_rate(total: Any, share: Any) -> Any:
    """A sum over a part of a year as a yearly rate: ``total ÷ share``; share: of the year's days.

    >>> yearly_rate(300.0, 0.25)
    1200.0
    """
    return total / share


__all__ = ["Condition", "Measure", "Over", "Reading", "met", "yearly_rate"]
