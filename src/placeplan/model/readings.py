"""What contracts read of outcomes: always of a month, quarter or financial year that is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from placeplan.contracts.measures import Reading, yearly_rate
from placeplan.core.calendar import days_in, year_days
from placeplan.core.outcomes import OUTCOMES

LENGTH = {"month": 1, "quarter": 3, "year": 12}


def months_read(over: str, number: int) -> range:
    """Months that are read: those from ``last − length`` up to, not including, ``last = length × floor(number / length)``.

    over: month, quarter or year, of length 1, 3 or 12; number: of the month in which is read, from 0. So what is read is of the
    last whole month, quarter or year before it; in the first there is none.

    >>> months_read("month", 5), months_read("quarter", 5), list(months_read("year", 5))
    (range(4, 5), range(0, 3), [])
    """
    length = LENGTH[over]
    end = number // length * length
    return range(end - length, end) if end else range(0)


def read(
    history: Mapping[tuple[str, str], Sequence[Any]], reading: Reading, number: int, months: tuple[str, ...]
) -> Any | None:
    """Value of a reading, ``[future]``: a mean, or of what is summed `contracts.measures.yearly_rate`; None if not known.

    What is nowhere in the run is nought once there is a time to read: the uptake of an initiative that do minimum leaves out.
    """
    values = history.get((reading.outcome, reading.entity), ())
    which = months_read(reading.over, number)
    if which and not values:
        return 0.0
    if not which or len(values) < which.stop:
        return None
    total = sum((values[n] for n in which[1:]), values[which[0]])
    if OUTCOMES[reading.outcome].yearly == "mean":
        return total / len(which)
    days = [days_in(months[n]) for n in which]
    return yearly_rate(total, sum(days) / year_days(months[which[0]]))
