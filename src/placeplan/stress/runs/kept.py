"""Which futures keep a promise: year by year, over its own statistic, by how much, and when it first breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.runs.store import Columns, InMemory

NEVER = np.iinfo(np.int64).max
"""Month of the break of a promise that is kept."""
HAIR = 1e-9
"""A bound counts as met where it is missed by less than this share of itself (or by 1e-9 where it is small)."""

Months = np.ndarray[Any, np.dtype[np.int64]]
Bound = float | dict[str, float] | None


@dataclass(frozen=True)
class Kept:
    """One promise in every future of a run; its figures are read where they are asked for."""

    promise: Promise
    years: tuple[str, ...]
    """Financial years judged."""
    known: bool
    """Whether the outcome could be computed at all."""
    columns: Columns
    first_year: int = 0
    """Position of the first year judged among the years of the run."""

    @property
    def count(self) -> int:
        """Futures."""
        return self.columns.count

    def _of(self, what: str) -> Any:
        return self.columns.of(f"{self.promise.id}/{what}")

    @property
    def whole(self) -> Array:
        """``[future]``: 1 kept over its own statistic, 0 broken, NaN not due or not known."""
        if not self.known:
            return np.full(self.count, np.nan)
        found = self._of("whole")
        return np.where(found == BLANK, np.nan, found)

    @property
    def by_year(self) -> Array:
        """``[future, year]``: 1 kept, 0 broken, NaN not due or not known."""
        if not self.known:
            return np.full((self.count, len(self.years)), np.nan)
        found = self._of("by_year")
        return np.where(found == BLANK, np.nan, found)

    @property
    def margin_by_year(self) -> Array:
        """``[future, year]``: room left to the bound, in the outcome's unit; negative where broken; NaN where not due."""
        found: Array = self._of("margins") if self.known else np.full((self.count, len(self.years)), np.nan)
        return found

    @property
    def months(self) -> Months:
        """``[future]``: index of the month of its first break among the run's months, `NEVER` where it is kept."""
        if not self.known:
            return np.full(self.count, NEVER)
        found = self._of("month").astype(np.int64)
        return np.where(found == BLANK, NEVER, found)

    def figures(self, at: int) -> Array:
        """``[future]``: the figure that is judged in a year, the year's or its worst month's."""
        found: Array = self.columns.entry(f"{self.promise.id}/figures", at)
        return found

    @property
    def due(self) -> bool:
        """Whether it applies in any year judged."""
        return bool(due_in(self.promise, self.years).any()) if self.known else True

    @property
    def counts(self) -> bool:
        """Whether it is known and due, so that it can be kept or broken."""
        return self.known and self.due

    @property
    def margin(self) -> Array:
        """``[future]``: the least room left over the years in which it is due; NaN where it is not due or not known."""
        found: Array = self._of("least") if self.counts else np.full(self.count, np.nan)
        return found


def judged(years: Sequence[str], judge_from: str) -> tuple[int, ...]:
    """Positions of the financial years that count for the verdict.

    >>> judged(("2016/17", "2017/18", "2018/19"), "2017/18")
    (1, 2)
    """
    return tuple(i for i, year in enumerate(years) if year >= judge_from)


def years_judged(plan: Plan) -> tuple[str, ...]:
    """Financial years of a plan's run that count for the verdict."""
    start = int(plan.about.start[:4])
    years = [f"{y}/{(y + 1) % 100:02d}" for y in range(start, start + plan.about.months // 12)]
    return tuple(years[i] for i in judged(years, plan.about.judge_from))


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


def due_in(promise: Promise, years: Sequence[str]) -> Any:
    """In which years a promise applies, ``[year]``."""
    low = bound_by_year(promise.at_least, years, -np.inf)
    high = bound_by_year(promise.at_most, years, np.inf)
    due = np.isfinite(low) | np.isfinite(high)
    due &= np.array([not promise.due_from or year >= promise.due_from for year in years], dtype=bool)
    if promise.statistic == "end":
        due &= np.arange(len(years)) == len(years) - 1
    return due


def keep(promise: Promise, run: Outcomes | Columns, judge_from: str) -> Kept:
    """Judge one promise in every future, from outcomes or from what was read of them.

    ``margin = min(x − at_least, at_most − x)`` of the year's figure (``every_year``, ``end``) or of every single month
    (``worst``); kept where the margin is not negative. Annual promises break in March, monthly ones in the month.
    """
    index = judged(run.years, judge_from)
    columns = (
        InMemory(run.count, run.years, columns_of(promise, run, judge_from, full=True))
        if isinstance(run, Outcomes)
        else run
    )
    known = bool(columns.of(f"{promise.id}/known").all())
    return Kept(promise, tuple(run.years[i] for i in index), known, columns, index[0] if index and known else 0)


def columns_of(
    promise: Promise, outcomes: Outcomes, judge_from: str, *, full: bool, yearly: bool = False
) -> dict[str, Any]:
    """What is kept of one promise in each future: whether it is known and kept, and the least room; in full also by year.

    yearly: of the rest, whether it is kept in each year alone.
    """
    index = judged(outcomes.years, judge_from)
    years = tuple(outcomes.years[i] for i in index)
    figures = _figures(promise, outcomes, index)
    if figures is None:
        found = _blank(outcomes.count, len(years), full=full or yearly)
    else:
        found = _judged(promise, years, figures, first_year=index[0] if index else 0)
    wanted = FULL if full else (*SLIM, "by_year") if yearly else SLIM
    return {f"{promise.id}/{name}": found[name] for name in wanted}


SLIM = ("known", "whole", "least")
FULL = (*SLIM, "by_year", "margins", "month", "figures")
BLANK = -1
"""In columns of whole numbers: not due, or never."""


def _judged(promise: Promise, years: tuple[str, ...], figures: Array, first_year: int) -> dict[str, Any]:
    """Every column of a promise; figures: ``[future, year, part]``, one a year or its twelve months."""
    due, (count, _, parts) = due_in(promise, years), figures.shape
    low = bound_by_year(promise.at_least, years, -np.inf)
    high = bound_by_year(promise.at_most, years, np.inf)
    low, high = (np.where(np.isnan(b), s * np.inf, b) for b, s in ((low, -1), (high, 1)))
    room = np.minimum(figures - low[:, None], high[:, None] - figures)
    slack = HAIR * np.maximum(
        1.0, np.where(np.isfinite(low), np.abs(low), 0) + np.where(np.isfinite(high), np.abs(high), 0)
    )
    broken = (room < -slack[:, None]) & due[:, None]
    margins = np.where(due, room.min(axis=2), np.nan)
    flat = broken.reshape(count, -1)
    at = flat.argmax(axis=1)
    month = 12 * first_year + (at if parts == 12 else 12 * at + 11)
    some = due.any()
    return {
        "known": ~np.isnan(figures[:, due]).any(axis=(1, 2)),
        "whole": np.where(flat.any(axis=1), 0, 1 if some else BLANK).astype(np.int8),
        "least": margins[:, due].min(axis=1) if some else np.full(count, np.nan),
        "by_year": np.where(due, 1 - broken.any(axis=2), BLANK).astype(np.int8),
        "margins": margins,
        "month": np.where(flat.any(axis=1), month, BLANK).astype(np.int16),
        "figures": figures.max(axis=2) if promise.at_most is not None else figures.min(axis=2),
    }


def _blank(count: int, years: int, *, full: bool) -> dict[str, Any]:
    """Columns of a promise of which the model has no outcome."""
    found: dict[str, Any] = {
        "known": np.zeros(count, bool), "whole": np.full(count, BLANK, np.int8), "least": np.full(count, np.nan),
    }  # fmt: skip
    if full:
        found |= {
            "by_year": np.full((count, years), BLANK, np.int8), "margins": np.full((count, years), np.nan),
            "month": np.full(count, BLANK, np.int16), "figures": np.full((count, years), np.nan),
        }  # fmt: skip
    return found


@dataclass(frozen=True)
class Judging:
    """Reads off a run how its promises are kept."""

    promises: tuple[Promise, ...]
    judge_from: str
    full: bool = False
    """By year, with the month of the first break and the figures, too."""
    yearly: bool = False
    """By year whether each is kept, where not in full."""

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes read."""
        return frozenset(p.outcome for p in self.promises)

    def columns(self, outcomes: Outcomes) -> dict[str, Any]:
        """What is read, ``[future]`` or ``[future, year]``."""
        found: dict[str, Any] = {}
        for promise in self.promises:
            found |= columns_of(promise, outcomes, self.judge_from, full=self.full, yearly=self.yearly)
        return found

    def bytes(self, years: int) -> int:
        """Bytes that it takes for each future."""
        return len(self.promises) * (10 + (2 + years * 17 if self.full else years * self.yearly))


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


def keep_all(promises: Sequence[Promise], run: Outcomes | Columns, judge_from: str) -> tuple[Kept, ...]:
    """Every promise, in the order given."""
    return tuple(keep(p, run, judge_from) for p in promises)


def hard_ones(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """The hard promises that are known and due: those that can decide."""
    return tuple(k for k in kept if k.promise.hard and k.counts)


def all_hard(kept: Sequence[Kept], count: int) -> Array:
    """``[future]``: 1 where every hard promise that is known and due is kept."""
    result = np.ones(count)
    for k in hard_ones(kept):
        result = np.minimum(result, k.whole)
    return result
