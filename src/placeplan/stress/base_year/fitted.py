"""What the base year was fitted to: use against activity, stays against beds, each with what chance leaves open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import gammaincinv

from placeplan.baseline.build import Baseline
from placeplan.core.records import Record
from placeplan.core.tables import OUTSIDE, BedStock
from placeplan.model.draws import Draws
from placeplan.model.nights import Nights, emergencies
from placeplan.plan.schema import Plan


class Fit(Record):
    """One thing that was fitted."""

    what: str
    entity: str
    """Pod, or site/pool/pod."""
    value: float
    low: float | None = None
    """Between what it lies: 95 % for use (the chance in the count), 4 in 5 futures for stays."""
    high: float | None = None
    unit: str
    to: str
    """What it was fitted to."""


def per_1000(count: Any, people: Any) -> Any:
    """Contacts a year for each 1,000 people: ``1000 × count / people``.

    count: contacts of the base year, of residents; people: of the base year.

    >>> per_1000(1100.0, 5000.0)
    220.0
    """
    return 1000.0 * count / people


def count_interval(count: float, dispersion: float = 1.0, sure: float = 0.95) -> tuple[float, float]:
    """Between what the mean behind a count lies: ``χ²(α / 2; 2 n) / 2`` to ``χ²(1 − α / 2; 2 n + 2) / 2``, with n = count / dispersion (half of a χ² of 2 n is a gamma of n).

    count: events; dispersion: variance over mean; sure: 1 − α. Source: Garwood, Fiducial limits for the Poisson distribution, Biometrika
    28 (1936); counts that scatter more are worth as many fewer.

    >>> [round(x, 2) for x in count_interval(10.0)]
    [4.8, 18.39]
    """
    n, off = count / dispersion, (1.0 - sure) / 2
    low = float(gammaincinv(n, off)) if n else 0.0
    return low * dispersion, float(gammaincinv(n + 1.0, 1.0 - off)) * dispersion


def fits(plan: Plan, baseline: Baseline, draws: Draws) -> tuple[Fit, ...]:
    """Use by pod, then stays by pool and pod; draws: of the run with which the base year is compared."""
    return (*_levels(plan, baseline), *_nights(plan, baseline, draws))


def _levels(plan: Plan, baseline: Baseline) -> Iterator[Fit]:
    counts: dict[str, float] = defaultdict(float)
    for s in baseline.streams:
        if s.area != OUTSIDE:
            counts[s.pod] += float(s.cells.sum())
    middle = next((a.distribution.middle for a in plan.assumptions if a.id == "arrivals.dispersion"), 1.0)
    people = float(baseline.people[:12].mean(axis=0).sum())
    for pod, count in sorted(counts.items()):
        low, high = (per_1000(x, people) for x in count_interval(count, max(float(middle), 1.0)))
        yield Fit(
            what="Use by the place’s people", entity=pod, value=per_1000(count, people), low=low, high=high,
            unit="per 1,000 people a year", to="activity.csv, residents; by age as in rates.csv",
        )  # fmt: skip


def _nights(plan: Plan, baseline: Baseline, draws: Draws) -> Iterator[Fit]:
    """Mean stays that fill the beds; their interval is what assumptions on other stays leave open (4 in 5 futures)."""
    given = {(b.site, b.pool) for b in plan.tables["beds"] if isinstance(b, BedStock) and b.occupied is not None}
    if not given:
        return
    found = Nights(baseline, draws)
    for pool, nights in zip(baseline.pools, found.of, strict=True):
        for pod, _ in emergencies(pool):
            if (pool.site, pool.pool) in given and pod not in pool.nights:
                low, high = (float(q) for q in np.quantile(nights[pod], [0.1, 0.9]))
                yield Fit(
                    what="Mean stay", entity=f"{pool.id}/{pod}", value=float(np.mean(nights[pod])), low=low, high=high,
                    unit="midnights per admission", to="beds.csv, occupied",
                )  # fmt: skip
