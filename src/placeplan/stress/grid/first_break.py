"""Where a plan breaks first: in each future the first month, over the futures the commonest promise and year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.model.outcomes import Array
from placeplan.stress.runs.kept import NEVER, Kept, Months, hard_ones


@dataclass(frozen=True)
class Break:
    """One promise in one financial year, as the first to break."""

    promise: str
    year: str
    month: int
    """Commonest month among the futures in which it breaks first (the earlier of two equally common)."""
    futures: Months
    """Positions of the futures in which it breaks first."""
    share: float
    """Of the futures that break."""


@dataclass(frozen=True)
class Breaks:
    """The first breaks of a run."""

    month: Months
    """``[future]``: month of the first break of any hard promise, `NEVER` where all are kept."""
    ranking: tuple[Break, ...]
    """Commonest first."""

    @property
    def breaking(self) -> Months:
        """Positions of the futures in which some hard promise breaks."""
        return np.flatnonzero(self.month != NEVER)

    @property
    def outlined(self) -> tuple[Break, ...]:
        """The commonest first break, and any other that is first in just the same futures and month."""
        if not self.ranking:
            return ()
        top = self.ranking[0]
        return tuple(b for b in self.ranking if b.month == top.month and np.array_equal(b.futures, top.futures))


def first_breaks(kept: Sequence[Kept]) -> Breaks:
    """Find the first break of each future among the hard promises.

    In a future, every promise that breaks in its first month of breaking counts (annual promises in March), so shares
    may overlap. Equally common ones go by the futures in which the promise breaks at all, then the year, then the id.
    """
    hard = sorted(hard_ones(kept), key=lambda k: k.promise.id)
    first: Months = np.full(kept[0].count if kept else 0, NEVER)
    for k in hard:
        first = np.minimum(first, k.months)
    breaking = int((first != NEVER).sum())
    found = [b for k in hard for b in _of_promise(k, first, breaking)]
    overall = {k.promise.id: int(_broken(k).sum()) for k in hard}
    found.sort(key=lambda b: (-len(b.futures), -overall[b.promise], b.year, b.promise))
    return Breaks(first, tuple(found))


def _of_promise(kept: Kept, first: Months, breaking: int) -> list[Break]:
    """Its first breaks by year."""
    where = np.flatnonzero((kept.months == first) & (first != NEVER))
    year = first[where] // 12 - kept.first_year
    result = []
    for y in np.unique(year):
        futures = where[year == y]
        months, counts = np.unique(first[futures], return_counts=True)
        result.append(
            Break(kept.promise.id, kept.years[int(y)], int(months[counts.argmax()]), futures, len(futures) / breaking)
        )
    return result


def _broken(kept: Kept) -> Array:
    return np.asarray(kept.whole == 0, dtype=np.float64)


def broken_by(kept: Kept, year: str) -> Array:
    """``[future]``: 1 where the promise is broken in this year or in one before it.

    The event whose cause is sought: later breaks of the same promise are another matter.
    """
    upto = kept.by_year[:, : kept.years.index(year) + 1]
    return np.asarray((upto == 0).any(axis=1), dtype=np.float64)


def margin_by(kept: Kept, year: str) -> Array:
    """``[future]``: least room to the bound up to and including this year; NaN where it is not due by then."""
    upto = kept.margin_by_year[:, : kept.years.index(year) + 1]
    least: Array = np.where(np.isnan(upto), np.inf, upto).min(axis=1)
    return least
