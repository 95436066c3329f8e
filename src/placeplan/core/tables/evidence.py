"""What studies found an initiative of one kind to do: a row for each study, nil and adverse results among them."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from placeplan.core.records import Id, described
from placeplan.core.tables.base import Row

Grade = Literal["strong", "moderate", "weak", "none", "adverse"]
"""What studies say: ``none`` where they find or offer no effect, ``adverse`` where they find harm or more demand."""
Measure = Literal["change", "odds", "points", "days", "months", "amount", ""]
"""What a figure of the evidence is a figure of."""
RECALLED: Final = "recalled"
"""What stands beside a figure that was written down from memory."""


class Evidence(Row):
    """What a study found an initiative to do. A row replaces the library's of the same id.

    `effect_low` and `effect_high` are read as the interval in which the effect lies in 95 of 100 cases, whether they are the
    study's own interval, a band set around a nil result, or the range over several plans; `check` says which.
    """

    id: Id
    initiative: Annotated[str, StringConstraints(min_length=1)]
    """What was done, in words."""
    category: Literal["prevent", "shift", "los", "consolidate", "productivity", "capacity", "plan_expectation"]
    """How it was to help; ``plan_expectation`` for what plans hoped, which is no evidence."""
    pod_affected: str = ""
    """What was counted, in the study's words."""
    population_reached: str = ""
    """Whom the study is about."""
    effect_central: float | None = described("as `measure` says; negative is less; blank: no figure", default=None)
    effect_low: float | None = described("as `measure` says; the interval's lower end; blank: not given", default=None)
    effect_high: float | None = described("as `measure` says; the interval's upper end; blank: not given", default=None)
    effect_unit: str = ""
    """The unit of the three figures, in the study's words."""
    measure: Measure = ""
    """Percent by which something changes, or its odds; percentage points of growth; days, months, or another amount."""
    acts_on: Literal["demand", "stay", "delay", ""] = ""
    """What of the model it changes; blank where the model has nothing that was counted."""
    pods: str = ""
    """Points of delivery that it changes, parted by spaces; blank: none, or (delay) all."""
    part: bool = False
    """Whether it is about a part only of those who have this care, so that a plan has to say who they are."""
    group: str = ""
    """Name of the rows that speak of the same thing and can be pooled; blank: it stands alone."""
    direction: Literal["up", "down", "none", "unknown"] = "unknown"
    """Whether there is more or less of what was counted."""
    result_type: Literal["reduces", "no_effect", "increase", "mixed", "side_effect", "unproven", "claimed"] = "unproven"
    """What kind of result it is."""
    needs: str = ""
    """People and means that it needs."""
    unit_cost: str = ""
    """What is known of its cost, in words."""
    capital: str = ""
    """What has to be built or bought first, in words."""
    rampup_months: Annotated[int, Field(ge=0, le=120)] = described("months until it works in full", default=12)
    grade: Grade
    """How far it can be relied on, as an initiative's `evidence_grade` says it."""
    evidence_strength: str = ""
    """Kind and size of the study, in words."""
    url: str = ""
    """Address of the source."""
    check: str = ""
    """Whether the figures were seen in the source, recalled or derived."""
    licence: str = ""

    @model_validator(mode="after")
    def _figures_fit(self) -> Self:
        low, central, high = self.effect_low, self.effect_central, self.effect_high
        if central is None:
            if (low, high) != (None, None):
                raise ValueError("an interval needs its effect_central")
            return self
        if not self.measure:
            raise ValueError("a figure needs its measure")
        if not (low if low is not None else central) <= central <= (high if high is not None else central):
            raise ValueError(f"effect_central ({central:g}) must lie between effect_low and effect_high")
        if self.measure in ("change", "odds") and min(central, central if low is None else low) <= -100:
            raise ValueError("no care can fall by 100 percent or more")
        return self

    @property
    def cited(self) -> str:
        """Its source as readers see it; what of its figures is from memory is told beside it."""
        return f"{self.source} (figures: {self.check})" if RECALLED in self.check else self.source

    @property
    def strongest(self) -> float | None:
        """Largest share of activity that the study found removed; None where it has no percentage of what is done."""
        bounds = [b for b in (self.effect_low, self.effect_central, self.effect_high) if b is not None]
        if not bounds or self.measure != "change" or self.category == "plan_expectation":
            return None
        return max(0.0, -min(bounds) / 100.0)
