"""Activity plans: how many contacts a contract has agreed; what is asked beyond them is not given."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from placeplan.core.records import Quantity, Record, described
from placeplan.core.tables import NonNegative, Share


def agreed(contacts: Any, share: Any, growth_index: Any) -> Any:
    """Contacts of a plan in a part of a year: ``contacts × share × growth_index``.

    contacts: a year, at the start; share: of the year's contacts that the plan has in these months; growth_index: of the
    plan since the start.

    >>> agreed(1200.0, 0.25, 1.02)
    306.0
    """
    return contacts * share * growth_index


def given_share(asked: Any, room: Any) -> Any:
    """Share of what is asked that a plan has room for: ``least(1, most(0, room) ÷ asked)``; 1 where nothing is asked.

    asked: contacts of the month; room: contacts that the plan still has; numbers or arrays ``[future]``. All who ask get
    the same share.

    >>> [float(given_share(a, 100.0)) for a in (0.0, 80.0, 125.0)]
    [1.0, 1.0, 0.8]
    """
    some = np.where(asked > 0, asked, 1.0)
    return np.where(asked > 0, np.minimum(np.maximum(room, 0.0) / some, 1.0), 1.0)


class PlannedActivity(Record):
    """Contacts of one pod that a contract has agreed; what is asked beyond them is not given."""

    pod: str
    """Pod that is limited, at the payee, for the payer's people."""
    contacts: NonNegative = described("contacts a year")
    growth: Quantity = described("share a year by which the plan rises", default=0.0)
    profile: Annotated[tuple[Share, ...], Field(min_length=12, max_length=12)] | None = described(
        "share of the year's contacts", default=None
    )
    """By month from April, summing to 1; blank: as the base year's activity falls."""
    carries: bool = False
    """Whether room that a month leaves unused serves the later months of the same financial year."""
