"""A year that was kept back: what the model says of it beside what was published, and what “as in the base year” would have said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import bdtr

from placeplan.core.errors import PlanError
from placeplan.core.records import Record
from placeplan.core.tables import Reconciliation
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.stress.base_year.reconcile import BY_AGE, by_future
from placeplan.stress.called import names
from placeplan.stress.results.ground import Criterion

INSIDE = 0.8
"""Share of published figures that should lie between the 10th and the 90th percentile of the futures."""
DOUBT = 0.05
"""So few lie inside that, were the model right, fewer still would do so in less than this share of cases."""


class Held(Record):
    """One published figure of the year that was kept back."""

    what: str
    organisation: str
    of: str
    unit: str
    published: float
    modelled: float
    low: float
    """10th and 90th percentile of the futures."""
    high: float
    unchanged: float | None
    """The same figure in the model's base year: what would be said if nothing changed."""
    error: float
    """Relative error; points for shares."""
    unchanged_error: float | None
    inside: bool
    source: str


class Holdout(Record):
    """A year that was kept back."""

    year: str
    rows: tuple[Held, ...]
    mean_error: float
    """Whether the model is high or low on the whole."""
    mean_size: float
    unchanged_size: float | None
    """The same of “as in the base year”, over rows that have it."""
    inside: int
    futures: int


def error_of(modelled: float, published: float) -> float:
    """How far a figure lies off: ``(modelled − published) / |published|``.

    >>> round(error_of(103.0, 100.0), 3), error_of(-90.0, -100.0)
    (0.03, 0.1)
    """
    return (modelled - published) / abs(published)


def mean_size(errors: Sequence[float]) -> float:
    """How far figures lie off in the mean, whichever way: ``Σ |errors| / n``.

    errors: of n figures.

    >>> mean_size([0.25, -0.75])
    0.5
    """
    return float(np.mean(np.abs(errors)))


def fewest_inside(rows: int) -> int:
    """How many of some figures have to lie inside a range of 80 %: ``least k with P(X ≤ k) ≥ 0.05, X ~ binomial(rows, 0.8)``.

    Figures of one place move together, so that a model that is right falls below it more often than that.

    >>> fewest_inside(20), fewest_inside(1)
    (13, 0)
    """
    return int(np.argmax(bdtr(np.arange(rows + 1), rows, INSIDE) >= DOUBT))


def rows_of(plan: Plan, year: str) -> tuple[Reconciliation, ...]:
    """Published totals of a year; raises PlanError where that cannot be one that was kept back."""
    about = plan.about
    first, last = int(about.base_year[:4]), int(about.start[:4]) + about.months // 12 - 1
    rows = tuple(
        r for r in plan.tables.get("reconcile", ()) if isinstance(r, Reconciliation) and r.period.startswith(year)
    )
    if not year[:4].isdigit() or len(year) != 7 or not first < int(year[:4]) <= last:
        what = f"{year} is no year after the base year {about.base_year} that the plan’s run reaches."
        mend = f"Give a financial year up to {last}/{(last + 1) % 100:02d}, as 2017/18."
        raise PlanError([problem("--holdout", 0, "", "outside-run", what, mend)])
    if not rows:
        what = f"reconcile.csv has no figure of {year}."
        mend = f"Add what was published of {year} to reconcile.csv, as kind predicted."
        raise PlanError([problem("--holdout", 0, "", "unknown-period", what, mend)])
    return rows


def holdout(plan: Plan, year: str, outcomes: Outcomes) -> Holdout:
    """What was published of a year beside what the model says; outcomes: of doing the minimum, until that year."""
    called, found = names(plan), []
    for row in rows_of(plan, year):
        values = None if row.outcome == BY_AGE else by_future(row, outcomes)
        if values is not None and (row.published or row.statistic == "share"):
            found.append(_held(plan, row, values, outcomes, called.get(row.organisation, row.organisation)))
    if not found:
        what = f"Of {year} the model has no figure to compare: entities or outcomes of reconcile.csv are not in it."
        raise PlanError([problem("--holdout", 0, "", "no-figure", what, "Give figures that the model computes.")])
    errors, before = [r.error for r in found], [r.unchanged_error for r in found if r.unchanged_error is not None]
    return Holdout(
        year=year, rows=tuple(found), mean_error=float(np.mean(errors)), mean_size=mean_size(errors),
        unchanged_size=mean_size(before) if before else None, inside=sum(r.inside for r in found), futures=outcomes.count,
    )  # fmt: skip


def _held(plan: Plan, row: Reconciliation, values: Array, outcomes: Outcomes, called: str) -> Held:
    middle = float(values.mean())
    low, high = (float(q) for q in np.quantile(values, [0.1, 0.9]))
    base = by_future(row.model_copy(update={"period": plan.about.base_year + row.period[7:]}), outcomes)
    before = None if base is None else float(base.mean())

    def off(value: float) -> float:
        return value - row.published if row.statistic == "share" else error_of(value, row.published)

    return Held(
        what=row.what, organisation=called, of=row.entity.rpartition("/")[2], unit=row.unit, published=row.published,
        modelled=middle, low=low, high=high, unchanged=before, error=off(middle),
        unchanged_error=None if before is None else off(before), inside=low <= row.published <= high, source=row.source,
    )  # fmt: skip


def criterion(found: Holdout) -> Criterion:
    """Whether what was published of the year is what the model would expect."""
    rows, least = len(found.rows), fewest_inside(len(found.rows))
    better = "" if found.unchanged_size is None else (
        f" “As in the base year” would be {found.unchanged_size:.1%} off."
    )  # fmt: skip
    return Criterion(
        name=f"What was kept back of {found.year}", ok=found.inside >= least,
        sentence=(
            f"{found.inside} of {rows} figures of {found.year} lie in the range of 4 in 5 futures; the middle is"
            f" {found.mean_size:.1%} off in the mean.{better}"
        ),
        limit=f"at least {least} of {rows}, as a range of 4 in 5 would have in all but 5 % of cases", source="binomial",
    )  # fmt: skip
