"""What several stress tests read alike off the plan and its first futures: years that count, pools by name, middles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from placeplan.core.tables import SYSTEM, Organisation, Pod, Site
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.called import WHOLE
from placeplan.stress.results.tests import Result

NEEDED = frozenset({"occupied", "arrivals", "admissions", "elective_admissions"})
"""Outcomes that `needed_in` reads."""
CALLED = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WORST: tuple[Result, ...] = ("fail", "amber", "pass", "shown", "not asked")
"""Results, the gravest first."""


def month_name(month: str) -> str:
    """A month as people say it.

    >>> month_name("2021-01")
    'January 2021'
    """
    return f"{CALLED[int(month[5:]) - 1]} {month[:4]}"


def judged(plan: Plan, outcomes: Outcomes) -> list[int]:
    """Positions of the years that count for the verdict."""
    return [n for n, year in enumerate(outcomes.years) if year >= plan.about.judge_from] or [len(outcomes.years) - 1]


def gravest(results: Sequence[Result]) -> Result:
    """The gravest of some results; ``shown`` where there is none.

    >>> gravest(["pass", "amber", "shown"])
    'amber'
    """
    return min(results, key=WORST.index, default="shown")


def three(values: Array) -> tuple[float, float, float]:
    """10th, 50th and 90th percentile over futures, of ``[future]``.

    >>> three(np.arange(11.0))
    (1.0, 5.0, 9.0)
    """
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return float(low), float(middle), float(high)


def called(plan: Plan) -> dict[str, str]:
    """Names of organisations, sites and the system, by id."""
    found = {
        r.id: r.name for t in ("organisations", "sites") for r in plan.tables[t] if isinstance(r, Organisation | Site)
    }
    return {**found, SYSTEM: WHOLE}


def pods(plan: Plan) -> dict[str, str]:
    """Names of points of delivery, by id."""
    return {p.id: p.name for p in plan.tables["pods"] if isinstance(p, Pod)}


def pool_name(names: dict[str, str], pool: str) -> str:
    """A pool of beds in words; pool: ``site/pool``.

    >>> pool_name({"HOS": "Hillford Hospital"}, "HOS/women_children")
    'Hillford Hospital, beds for women and children'
    """
    site, _, kind = pool.partition("/")
    return f"{names.get(site, site)}, {beds_of(kind)}"


def beds_of(kind: str) -> str:
    """A kind of beds in words.

    >>> beds_of("general"), beds_of("women_children")
    ('general beds', 'beds for women and children')
    """
    return "beds for women and children" if kind == "women_children" else f"{kind.replace('_', '-')} beds"


def people(group: str) -> str:
    """A staff group in words.

    >>> people("care_workers"), people("gp"), people("system")
    ('care workers', 'GPs', 'all paid staff')
    """
    called = {
        "gp": "GPs",
        "support": "support staff",
        "ambulance": "ambulance staff",
        "other": "other staff",
        SYSTEM: "all paid staff",
    }
    return called.get(group, group.replace("_", " "))


def beds_needed(occupied: Array, came: Array, admitted: Array) -> Array:
    """Beds that all who come would fill: ``occupied × came / admitted``, those who find no bed staying as long as the others.

    occupied: beds; came and admitted: patients of the same time. Where nobody was admitted, the beds that are occupied.

    >>> float(beds_needed(np.array([90.0]), np.array([1000.0]), np.array([900.0]))[0])
    100.0
    """
    return occupied * np.where(admitted > 0, came / np.where(admitted > 0, admitted, 1.0), 1.0)


def needed_in(outcomes: Outcomes, pool: str, year: int = -1) -> Array:
    """`beds_needed` of a pool in a year, ``[future]``; planned patients who are put off stand on their list, and need none."""
    names = ("occupied", "arrivals", "elective_admissions", "admissions")
    occupied, arrivals, planned, admitted = (outcomes[n].by_year(pool)[:, year] for n in names)
    return beds_needed(occupied, arrivals + planned, admitted)
