"""Published totals, set beside what the model says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from placeplan.core.records import Id, described
from placeplan.core.tables.base import Positive, Row


class Reconciliation(Row):
    """A published total of the base year, to be set beside what the model says of it.

    Two rows on one contract and year (``contract_payment``), one from the payer's return and one from the payee's, are set
    beside each other as well.
    """

    what: Annotated[str, StringConstraints(min_length=1)]
    """What is compared, in plain words; unique within the table."""
    organisation: str
    """Organisation it belongs to, or ``system``."""
    outcome: Id
    """Outcome of the model, or ``bed_days``, ``operating_income`` (with contracts) or ``activity_by_age``."""
    entity: Annotated[str, StringConstraints(min_length=1)]
    """The outcome's entity; several joined by ``+`` before the slash are added: ``RBD01+RD304/general``.

    For `activity_by_age`: organisation or ``system``, pods joined by ``+``, age band: ``system/day_case/75-89``.
    """
    period: Annotated[str, StringConstraints(pattern=r"^\d{4}/\d{2}( Q[1-4])?$")]
    """Financial year, or its quarter counted from April: ``2016/17 Q1``."""
    statistic: Literal["sum", "mean", "share"]
    """``sum`` or ``mean`` over the months of the period; ``share`` of the pods' activity that falls in the age band."""
    published: float = described("as `unit` says")
    """The published figure."""
    unit: Annotated[str, StringConstraints(min_length=1)]
    tolerance: Positive | None = described(
        "share of the published figure, or points of a share; blank: shown, not judged", default=None
    )
    kind: Literal["fitted", "predicted"]
    """``fitted``: the model was made to meet it; ``predicted``: it was kept back."""
