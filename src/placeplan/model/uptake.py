"""When initiatives begin in each future, and how far they have come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.model.draws import Draws
from placeplan.plan.initiatives import Initiative

Array = np.ndarray[Any, np.dtype[np.float64]]

NEVER = 1e6
"""Start month, counted from the run's first, of what never begins."""


def ramp(months_since_start: Any, ramp_months: int) -> Any:
    """Share of full uptake: ``least(1, (m + 1) / ramp_months)`` from the start month on, 0 before.

    months_since_start: whole months, negative before the start; ramp_months: months to full uptake, 0 at once.

    >>> [round(float(ramp(m, 4)), 2) for m in (-1, 0, 1, 3, 9)]
    [0.0, 0.25, 0.5, 1.0, 1.0]
    """
    return np.where(months_since_start < 0, 0.0, np.minimum(1.0, (months_since_start + 1.0) / max(ramp_months, 1)))


def uptake_of(peak: Any, ramp: Any, staffed: Any) -> Any:
    """Share of those in scope whom an initiative reaches in a month: ``least(1, most(0, peak)) × ramp × staffed``.

    peak: share reached when full; ramp: share of full uptake; staffed: share of its own posts that are filled.

    >>> float(uptake_of(0.8, 0.5, 0.75).round(3))
    0.3
    """
    return np.clip(peak, 0.0, 1.0) * ramp * staffed


def month_number(month: str, first: str) -> int:
    """Whole months from ``first`` to ``month``.

    >>> month_number("2017-06", "2016-04")
    14
    """
    return (int(month[:4]) - int(first[:4])) * 12 + int(month[5:]) - int(first[5:])


def last_month(initiative: Initiative, first: str) -> float:
    """Last month in which an initiative works, counted from ``first``; `NEVER` where it stays."""
    return NEVER if initiative.end is None else float(month_number(initiative.end, first))


def uptakes(
    initiatives: Sequence[Initiative], started: Mapping[str, Array], ends: Mapping[str, Any], month: int, draws: Draws,
    staffed: Callable[[str], Any] = lambda _: 1.0,
) -> dict[str, Array]:  # fmt: skip
    """Uptake of each initiative in one month, ``[future]``; 0 after its end.

    staffed: share of an initiative's own posts that are filled at the month's start, ``[future]``.
    """
    found = {}
    for i in initiatives:
        come = ramp(month - started[i.id], i.ramp_months)
        reached = uptake_of(draws.of(i.peak, i.id), come, staffed(i.id))
        found[i.id] = reached * (month <= ends[i.id])
    return found
