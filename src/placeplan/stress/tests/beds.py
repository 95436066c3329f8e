"""Whether there are enough beds: how full each pool is, how often one is missing, and what a pool of its size can bear."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import gammaincinv

from placeplan.core.tables import BedStock
from placeplan.model.outcomes import Outcomes
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import hundred
from placeplan.stress.scene import Scene
from placeplan.stress.seen import called, gravest, judged, month_name, pool_name, three

RISK, CRISES, ASKED = 0.85, 0.90, 0.92
"""Mean occupancy above which risk shows, crises are regular, and more than a winter's ask (T06)."""
SELDOM, OFTEN = 0.05, 0.10
"""Share of nights with more patients than beds that is seldom, and that is often: one in twenty, one in ten; a judgement."""
NONE = 1.0
"""A pool of fewer beds is not looked at."""


def bearable(beds: float, chance: float = SELDOM) -> float:
    """Occupancy that a pool can bear: ``m / beds``, with ``P(N > beds) = chance`` and N, patients at a midnight, Poisson(m).

    beds: open; chance: of a night with more patients than beds. Patients who come by chance and stay as long as they need
    are Poisson in number (unlimited servers, M/G/∞), so a small pool needs a larger share of its beds free. Weeks and
    winters, which move all patients together, ask for more.

    >>> round(bearable(500), 3), round(bearable(50), 3), round(bearable(5), 3)
    (0.93, 0.797, 0.523)
    """
    return float(gammaincinv(beds + 1.0, chance)) / beds


class Pool(NamedTuple):
    """One pool with the plan, in its worst year; shares with their 10th, 50th and 90th percentile over futures."""

    name: str
    year: str
    beds: float
    occupancy: tuple[float, float, float]
    short: float
    """Share of nights with more patients than beds, mean over futures."""
    low_point: tuple[str, float]
    """The fullest month, and its occupancy in the middle future."""

    @property
    def result(self) -> Result:
        """Fails above what is asked of a winter, or where a bed is missing often."""
        return result_of(self.occupancy[1], self.short)


def result_of(occupancy: float, short: float) -> Result:
    """Pass, amber or fail by mean occupancy and by the share of nights with more patients than beds.

    >>> result_of(0.84, 0.01), result_of(0.91, 0.01), result_of(0.93, 0.01), result_of(0.5, 0.2)
    ('pass', 'amber', 'fail', 'fail')
    """
    if occupancy > ASKED or short > OFTEN:
        return "fail"
    return "amber" if occupancy > RISK or short > SELDOM else "pass"


def pools_of(plan: Plan, outcomes: Outcomes) -> list[Pool]:
    """Each pool of beds in its worst year of those that count, the fullest first."""
    names, years = called(plan), judged(plan, outcomes)
    stock = {f"{b.site}/{b.pool}" for b in plan.tables["beds"] if isinstance(b, BedStock) and b.pool != "virtual"}
    found = []
    for entity in sorted(stock & set(outcomes["occupancy"].entities)):
        full, beds = (outcomes[name].by_year(entity) for name in ("occupancy", "beds_open"))
        at = max(years, key=lambda y: float(np.median(full[:, y])))
        if np.median(beds[:, at]) < NONE:
            continue
        monthly = np.median(outcomes["occupancy"].of(entity), axis=0)[12 * years[0] :]
        worst = int(monthly.argmax())
        low = month_name(outcomes.months[12 * years[0] + worst]), float(monthly[worst])
        short = float(outcomes["days_over_100"].by_year(entity)[:, at].mean())
        name = pool_name(names, entity)
        found.append(Pool(name, outcomes.years[at], float(np.median(beds[:, at])), three(full[:, at]), short, low))
    return sorted(found, key=lambda p: -p.occupancy[1])


def full(occupancy: float) -> str:
    """How full, in words: above 100 % where beds for emergencies of the day are opened or patients wait.

    >>> full(0.931), full(1.006)
    ('93% full', 'more than full')
    """
    return "more than full" if round(occupancy, 2) >= 1 else f"{occupancy:.0%} full"


class Beds(StressTest):
    """T06: beds and occupancy."""

    name, title = "beds", "Beds for those who need one"
    question = "How full are the beds, and on how many nights is there none?"
    method = (
        "The model follows each group of beds day by day, with the plan. The test takes the fullest year, and not the last one. It counts the nights on which there are more "
        "patients than beds. Beside this stands how full a group of that size can be, if a bed is missing on one night in twenty. A small group needs more of its beds free."
    )
    grounds = (
        "Above 85% full, risk begins to show. At 90%, there is a crisis again and again. For winter, NHS Improvement asked for 92% (from memory). One night in twenty, and one "
        "in ten, are judgements."
    )
    source = "Bagust, Place and Posnett, BMJ 1999; NHS Improvement"
    exactly = (
        "Each pool of beds with the plan, day by day: mean occupancy in its fullest year, and the share of nights with more patients than beds. The low point counts, not the last"
        " year. Beside it, how full a pool of its size can be if a bed may be missing on one night in twenty: by Poisson’s law a small pool needs more of its beds free."
    )
    needs = frozenset({"occupancy", "beds_open", "days_over_100"})

    def ask(self, plan: Plan) -> str:
        """There must be beds."""
        return "" if plan.tables["beds"] else "The plan lists no beds, so nobody can say how full they are."

    def run(self, scene: Scene) -> tuple[list[Pool], int]:
        """Each pool in its worst year."""
        outcomes = scene.first[0]
        return pools_of(scene.plan, outcomes), outcomes.count

    def tell(self, plan: Plan, found: tuple[list[Pool], int]) -> dict[str, Any]:
        """The worst pool, and how many are too full."""
        del plan
        each, futures = found
        if not each:
            return {"result": "not asked", "sentence": "No pool has a bed open in these years."}
        rows = tuple(_row(p) for p in each)
        worst = min(each, key=lambda p: (("fail", "amber", "pass").index(p.result), -p.occupancy[1]))
        many = sum(p.result != "pass" for p in each)
        head = f"{worst.name}: {full(worst.occupancy[1])} in {worst.year}, more patients than beds on {hundred(worst.short, 1000)} nights."
        tail = f"{many} of {len(each)} pools are fuller than is safe." if many else "No pool is fuller than is safe."
        return {
            "result": gravest([p.result for p in each]), "figure": worst.occupancy[1], "unit": "share of beds open, mean of the fullest year",
            "threshold": f"at most {RISK:.0%}; crises are regular at {CRISES:.0%}, and winter’s ask is {ASKED:.0%}", "sentence": f"{head} {tail}",
            "behind": f"A pool of {worst.beds:,.0f} beds can be {bearable(worst.beds):.0%} full if one may be missing on one night in twenty.",
            "rows": rows, "futures": futures,
        }  # fmt: skip


def _row(p: Pool) -> StressRow:
    low, middle, high = p.occupancy
    shown = (
        f"{middle:.0%} ({low:.0%} to {high:.0%}) in {p.year}; fullest in {p.low_point[0]}, {p.low_point[1]:.0%};"
        f" more patients than beds on {hundred(p.short, 1000)} nights; {p.beds:,.0f} beds can be {bearable(p.beds):.0%} full"
    )
    return StressRow(what=p.name, figure=middle, shown=shown, threshold=ASKED, result=p.result)
