"""Published totals of the base year beside what the model says of it, those it was fitted to and those it predicts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.core.calendar import days_in
from placeplan.core.tables import OUTSIDE, Reconciliation
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.results.ground import Reconciled

BY_AGE = "activity_by_age"
BED_DAYS = "bed_days"
ADDED = {BED_DAYS: ("occupied",), "operating_income": ("income", "contract_income")}
"""Figures that accounts and returns publish and that the model keeps in parts."""
WIDEST = {"predicted": 0.05, "share": 0.03, "£": 0.03, "counts": 0.02}
"""Widest limit that counts: of what was kept back, of shares (points), of money, of all else; a wider one is cut to it.

Source: judgement, as was promised of the first example (decisions/0042): a limit that each plan chose for itself would make any
plan fit. Counts are returned to the last patient, accounts are audited; what is kept back moves with chance and season.
"""


def needed(rows: Sequence[Any]) -> frozenset[str]:
    """Outcomes that the rows are about."""
    names = {r.outcome for r in rows if isinstance(r, Reconciliation)} - {BY_AGE}
    return frozenset(part for name in names for part in ADDED.get(name, (name,)))


def reconcile(
    rows: Sequence[Any], outcomes: Outcomes, baseline: Any, called: Mapping[str, str] | None = None
) -> tuple[Reconciled, ...]:
    """Every row of the plan's table ``reconcile`` that can be computed, in the table's order.

    The model's figure is the mean over futures of a run with nothing done. ``tolerance`` is a share of the published
    figure, or points where shares are compared; a row without one is shown and not judged. ``called`` names organisations
    as people know them; a code before a row's name is left out then.
    """
    found = []
    for row in rows:
        if not isinstance(row, Reconciliation):
            continue
        values = _by_age(row, baseline) if row.outcome == BY_AGE else by_future(row, outcomes)
        if values is not None:
            found.append(_named(_judge(row, values), called or {}))
    return tuple(found)


def _named(row: Reconciled, called: Mapping[str, str]) -> Reconciled:
    """The row with its organisation's name for its code."""
    if row.organisation not in called:
        return row
    what = row.what.removeprefix(f"{row.organisation}: ")
    return row.model_copy(update={"what": what[:1].upper() + what[1:], "organisation": called[row.organisation]})


def not_computed(rows: Sequence[Any], outcomes: Outcomes, baseline: Any) -> tuple[str, ...]:
    """What the rows are about that the model cannot compute: no such entity, period or age band."""
    ours = [r for r in rows if isinstance(r, Reconciliation)]
    return tuple(r.what for r in ours if not reconcile([r], outcomes, baseline))


def lost(plan: Plan, outcomes: Outcomes, baseline: Any) -> tuple[str, ...]:
    """Published totals that stand in the plan and that the model has nothing to compare with."""
    rows = not_computed(plan.tables.get("reconcile", ()), outcomes, baseline)
    return tuple(
        f"reconcile.csv: “{what}” names an entity, period or age band that the model does not have." for what in rows
    )


def widest(row: Reconciliation) -> float:
    """The widest limit that a row may have."""
    kind = "share" if row.statistic == "share" else "predicted" if row.kind == "predicted" else "counts"
    return WIDEST["£" if kind == "counts" and row.unit.startswith("£") else kind]


def _judge(row: Reconciliation, values: Array) -> Reconciled:
    """Relative difference, or the difference in points where shares are compared; values: the model's, ``[future]``."""
    value, points = float(values.mean()), row.statistic == "share"
    difference = value - row.published if points else _relative(value, row.published)
    chance = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    # A surplus near nought has no sensible relative difference: such rows carry no tolerance.
    tolerance = 1e9 if row.tolerance is None else min(row.tolerance, widest(row))
    return Reconciled(
        what=row.what, organisation=row.organisation, published=row.published, modelled=value, unit=row.unit,
        tolerance=tolerance, difference=difference, ok=abs(difference) <= tolerance, kind=row.kind,
        source=row.source, owner=row.organisation, of=_of(row), period=row.period,
        chance=chance if points else chance / max(abs(row.published), 1e-9),
    )  # fmt: skip


def _of(row: Reconciliation) -> str:
    """Pod, pool or kind of package that a row is about; of money, staff and the like the outcome."""
    parts = row.entity.split("/")
    return parts[1] if len(parts) > 1 else row.outcome


def _relative(value: float, published: float) -> float:
    if published == 0:
        return 0.0 if value == 0 else float(np.sign(value)) * 1e9
    return (value - published) / abs(published)


def months_of(period: str, months: Sequence[str]) -> list[int]:
    """Positions of the months of a financial year or of its quarter.

    >>> run = [f"2016-{m:02d}" for m in range(4, 13)] + [f"2017-{m:02d}" for m in range(1, 4)]
    >>> months_of("2016/17 Q4", run), len(months_of("2016/17", run))
    ([9, 10, 11], 12)
    """
    year, _, quarter = period.partition(" ")
    start = int(year[:4])
    names = [f"{start + (m > 12)}-{m - 12 if m > 12 else m:02d}" for m in range(4, 16)]
    wanted = names if not quarter else names[3 * int(quarter[1]) - 3 : 3 * int(quarter[1])]
    return [i for i, m in enumerate(months) if m in wanted]


def by_future(row: Reconciliation, outcomes: Outcomes) -> Array | None:
    """The outcome's sum or mean over the months of the period, ``[future]``; None where there is none."""
    at = months_of(row.period, outcomes.months)
    names = ADDED.get(row.outcome, (row.outcome,))
    front, slash, back = row.entity.partition("/")
    if not at or any(name not in outcomes.series for name in names):
        return None
    try:
        parts = [outcomes[name].of(f"{part}{slash}{back}") for name in names for part in front.split("+")]
    except KeyError:
        return None
    monthly: Array = np.sum(parts, axis=0)[:, at]
    if row.outcome == BED_DAYS:
        monthly = monthly * np.array([days_in(outcomes.months[i]) for i in at])
    found: Array = monthly.sum(axis=1) if row.statistic == "sum" else monthly.mean(axis=1)
    return found


def _by_age(row: Reconciliation, baseline: Any) -> Array | None:
    """The same in all futures: share of the base-year activity of some pods that falls in an age band, from the baseline's streams."""
    if not re.fullmatch(r"[^/]+/[^/]+/\d+(-\d+|\+)", row.entity):
        return None
    who, pods, band = row.entity.split("/")
    ages = _bands(band, baseline.ages)
    total = inside = 0.0
    for s in baseline.streams:
        owner = baseline.site_organisation.get(s.site, s.site)
        if s.area == OUTSIDE or s.pod not in pods.split("+") or (who not in {"system", owner, s.site}):
            continue
        total += float(s.cells.sum())
        inside += float(s.cells[..., ages].sum())
    return np.array([inside / total]) if total and len(ages) else None


def _bands(band: str, ages: Sequence[str]) -> list[int]:
    """Positions of the age bands inside a wider one.

    >>> _bands("75-89", ["70-74", "75-79", "80-84", "85-89", "90+"])
    [1, 2, 3]
    """

    def ends(text: str) -> tuple[int, int]:
        low, _, high = text.rstrip("+").partition("-")
        return int(low), int(high) if high else 200

    low, high = ends(band)
    return [i for i, a in enumerate(ages) if ends(a)[0] >= low and ends(a)[1] <= high]
