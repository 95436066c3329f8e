"""Conditional funding: a sum a year that fades, and flows only while something is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.contracts.base import At, Contract, Line, Number, Period, Price, Wording, named, value
from placeplan.contracts.measures import Condition, Measure, Reading
from placeplan.core.records import Quantity, described
from placeplan.core.tables import Share


def conditional_payment(amount: Any, month_share: Any, taper: Any, years: Any, kept: Any) -> Any:
    """Funding of some months: ``amount × month_share × most(0, 1 − taper × years) × kept``.

    amount: £ a year at first; month_share: of the year's days; taper: share of the first sum lost each year; years:
    financial years since it began; kept: 1 where the condition is met, else 0. Source: Sustainability and Transformation
    Fund, NHS England and NHS Improvement 2016/17: a sum for each provider, tied to its control total.

    >>> [float(conditional_payment(12.0, 0.25, 0.5, y, k)) for y, k in ((0, 1.0), (1, 1.0), (3, 1.0), (0, 0.0))]
    [3.0, 1.5, 0.0, 0.0]
    """
    return amount * month_share * np.maximum(1.0 - taper * years, 0.0) * kept


class ConditionalFunding(Contract, kind="conditional_funding"):
    """Pays a sum a year that may fade, while a condition was met: a control total, a shared plan, a waiting time.

    Nominal where there is no uplift. ``settles: month``: each month by what was known then; ``year``: what earlier months of
    the year were paid is taken back, or made good, by what is known at last.
    """

    plainly: ClassVar[str] = "a sum that comes only on a condition"

    kind: Literal["conditional_funding"] = "conditional_funding"
    amount: Price = described("£ a year at first")
    taper: Share = described("share of the first sum lost each financial year", default=0.0)
    condition: Condition | None = None
    """What has to have been kept; blank: nothing."""
    counts_itself: bool = False
    """Whether a position that is the condition includes this funding. Control totals are judged without it."""

    example: ClassVar[dict[str, object]] = {
        "kind": "conditional_funding",
        "id": "sustainability",
        "about": "National fund for those who keep their control total",
        "payer": "X24",
        "payee": "RBD",
        "amount": 7600000,
        "taper": 0.25,
        "condition": {"outcome": "position", "entity": "RBD", "over": "quarter", "at_least": -5000000},
        "source": "made up",
    }

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """The sum of the first year."""
        return ((self.amount, ("amount",)),)

    def says(self, words: Wording) -> Iterator[str]:
        """The sum, how it fades, and the condition."""
        yield f"{words.pounds(self.amount)} a year"
        if self.taper:
            yield f"Less each year by {words.share(self.taper)} of the first sum"
        if self.condition is not None:
            yield f"Only where {self.condition.says(words)}"

    def lines(self, words: Wording) -> Iterator[Line]:
        """The sum, with its condition."""
        if self.condition is not None:
            said = f"{words.pounds(self.amount)} a year, where {self.condition.says(words)}"
            yield Line(self.payee, said)

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """All of it, where it hangs on something."""
        return () if self.condition is None else (self.payment(period),)

    def quantities(self) -> tuple[str, ...]:
        """Assumptions among the sum and the bounds."""
        return (*named(self.amount), *(self.condition.bounds() if self.condition else ()))

    def measures(self) -> tuple[tuple[Measure, At], ...]:
        """The condition."""
        return ((self.condition, ("condition",)),) if self.condition else ()

    def outcomes(self) -> tuple[Reading, ...]:
        """What the condition reads, and the funding itself where that is to be left out."""
        return (*super().outcomes(), *((self._own,) if self._leaves_itself_out else ()))

    @property
    def _own(self) -> Reading:
        return Reading("contract_payment", self.id, self.condition.over if self.condition else "year")

    @property
    def _leaves_itself_out(self) -> bool:
        c = self.condition
        return c is not None and not self.counts_itself and (c.outcome, c.entity) == ("position", self.payee)

    def payment(self, period: Period) -> Number:
        """`conditional_payment`, £ in base-year prices, ``[future]``."""
        amount = value(self.amount, period.prices)
        return conditional_payment(amount, period.shares[""], self.taper, period.years, self._kept(period))

    def _kept(self, period: Period) -> Number:
        """`contracts.measures.met`, of a position without this funding where it is to be left out."""
        if self.condition is None:
            return 1.0
        outcomes = period.outcomes
        if self._leaves_itself_out and self._own in outcomes and self.condition.reading in outcomes:
            without = outcomes[self.condition.reading] - outcomes[self._own]
            outcomes = {**outcomes, self.condition.reading: without}
        return self.condition.met_in(outcomes, period.prices)
