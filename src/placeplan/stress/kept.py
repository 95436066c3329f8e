"""Which futures keep a promise: year by year, over its own statistic, by how much, and when it first breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.promises import Promise

NEVER = np.iinfo(np.int64).max
"""Month of the break of a promise that is kept."""
HAIR = 1e-9
"""A bound counts as met where it is missed by less than this share of itself (or by 1e-9 where it is small)."""

Months = np.ndarray[Any, np.dtype[np.int64]]
Bound = float | dict[str, float] | None


@dataclass(frozen=True)
class Kept:
    """One promise in every future of a run."""

    promise: Promise
    years: tuple[str, ...]
    """Financial years judged."""
    by_year: Array
    """``[future, year]``: 1 kept, 0 broken, NaN not due or not known."""
    whole: Array
    """``[future]``: 1 kept over its own statistic, 0 broken, NaN not due or not known."""
    margin_by_year: Array
    """``[future, year]``: room left to the bound, in the outcome's unit; negative where broken; NaN where not due."""
    months: Months
    """``[future]``: index of the month of its first break among the run's months, `NEVER` where it is kept."""
    known: bool
    """Whether the outcome could be computed at all."""
    first_year: int = 0
    """Position of the first year judged among the years of the run."""

    @property
    def due(self) -> bool:
        """Whether it applies in any year judged."""
        return bool(np.isfinite(self.margin_by_year).any()) if self.known else True

    @property
    def counts(self) -> bool:
        """Whether it is known and due, so that it can be kept or broken."""
        return self.known and self.due

    @property
    def margin(self) -> Array:
        """``[future]``: the least room left over the years in which it is due; NaN where it is not due or not known."""
        if not self.counts:
            return np.full(len(self.whole), np.nan)
        least: Array = np.nanmin(self.margin_by_year, axis=1)
        return least


def judged(years: Sequence[str], judge_from: str) -> tuple[int, ...]:
    """Positions of the financial years that count for the verdict.

    >>> judged(("2016/17", "2017/18", "2018/19"), "2017/18")
    (1, 2)
    """
    return tuple(i for i, year in enumerate(years) if year >= judge_from)


def bound_by_year(bound: Bound, years: Sequence[str], open_end: float) -> Array:
    """A bound for each year: the one number, the year's own, or NaN where the promise names none for that year.

    >>> bound_by_year({"2018/19": 2.0}, ("2017/18", "2018/19"), -np.inf).tolist()
    [nan, 2.0]
    """
    if bound is None:
        return np.full(len(years), open_end)
    if isinstance(bound, dict):
        return np.array([bound.get(year, np.nan) for year in years])
    return np.full(len(years), float(bound))


def keep(promise: Promise, outcomes: Outcomes, judge_from: str) -> Kept:
    """Judge one promise in every future.

    ``margin = min(x − at_least, at_most − x)`` of the year's figure (``every_year``, ``end``) or of every single month
    (``worst``); kept where the margin is not negative. Annual promises break in March, monthly ones in the month.
    """
    index = judged(outcomes.years, judge_from)
    years = tuple(outcomes.years[i] for i in index)
    figures = _figures(promise, outcomes, index)
    if figures is None:
        return _unknown(promise, outcomes, years)
    low = bound_by_year(promise.at_least, years, -np.inf)
    high = bound_by_year(promise.at_most, years, np.inf)
    due = np.isfinite(low) | np.isfinite(high)
    due &= np.array([not promise.due_from or year >= promise.due_from for year in years], dtype=bool)
    if promise.statistic == "end":
        due &= np.arange(len(years)) == len(years) - 1
    if np.isnan(figures[:, due]).any():
        return _unknown(promise, outcomes, years)
    low, high = (np.where(np.isnan(b), s * np.inf, b) for b, s in ((low, -1), (high, 1)))
    room = np.minimum(figures - low[:, None], high[:, None] - figures)
    slack = HAIR * np.maximum(
        1.0, np.where(np.isfinite(low), np.abs(low), 0) + np.where(np.isfinite(high), np.abs(high), 0)
    )
    broken = (room < -slack[:, None]) & due[:, None]
    return _judge(promise, years, room, broken, due, first_year=index[0] if index else 0)


def _judge(promise: Promise, years: tuple[str, ...], room: Array, broken: Any, due: Any, first_year: int) -> Kept:
    """Year by year, over the statistic, and the first break; ``room`` and ``broken`` are ``[future, year, part]``."""
    count, _, parts = room.shape
    margin = np.where(due, room.min(axis=2), np.nan)
    by_year = np.where(due, 1.0 - broken.any(axis=2), np.nan)
    whole = 1.0 - broken.any(axis=(1, 2)) if due.any() else np.full(count, np.nan)
    flat = broken.reshape(count, -1)
    at = flat.argmax(axis=1).astype(np.int64)
    month = 12 * first_year + (at if parts == 12 else 12 * at + 11)
    months = np.where(flat.any(axis=1), month, NEVER)
    return Kept(promise, years, by_year, whole, margin, months, True, first_year)


def _figures(promise: Promise, outcomes: Outcomes, index: tuple[int, ...]) -> Array | None:
    """The figures judged, ``[future, year, part]``: one a year, or its twelve months; None where the model has none."""
    entity = promise.entity or promise.organisation
    try:
        series = outcomes[promise.outcome]
        if promise.statistic != "worst":
            return series.by_year(entity)[:, index, None]
        monthly = series.of(entity)
        return monthly.reshape(monthly.shape[0], -1, 12)[:, index, :]
    except KeyError:
        return None


def _unknown(promise: Promise, outcomes: Outcomes, years: tuple[str, ...]) -> Kept:
    count = outcomes.count
    blank = np.full((count, len(years)), np.nan)
    return Kept(promise, years, blank, blank[:, 0] if years else np.full(count, np.nan), blank.copy(),
                np.full(count, NEVER), known=False)  # fmt: skip


def keep_all(promises: Sequence[Promise], outcomes: Outcomes, judge_from: str) -> tuple[Kept, ...]:
    """Every promise, in the order given."""
    return tuple(keep(p, outcomes, judge_from) for p in promises)


def hard_ones(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """The hard promises that are known and due: those that can decide."""
    return tuple(k for k in kept if k.promise.hard and k.counts)


def all_hard(kept: Sequence[Kept], count: int) -> Array:
    """``[future]``: 1 where every hard promise that is known and due is kept."""
    result = np.ones(count)
    for k in hard_ones(kept):
        result = np.minimum(result, k.whole)
    return result
