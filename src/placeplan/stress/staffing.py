"""Posts and people by staff group: what the plan asks for, what the labour market gives, and the best growth ever seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM, StaffGrowth
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.posts import Rates
from placeplan.plan.library import library

TIMES = 2.0
"""How many times the best growth that was seen is too much to ask (T10, a judgement)."""


class Asked(NamedTuple):
    """One paid staff group of all employers."""

    group: str
    in_post: float
    """Whole-time equivalents when the run begins."""
    most: float
    """Funded posts in the year in which they are most, middle of the futures."""
    added: float
    """Posts by which the plan is beyond doing nothing in the year in which that is most."""
    growth: float
    """Share by which those in post would have to grow to fill the most posts."""
    bound: float | None
    """Twice the best growth seen over as many years; None where none is known."""
    filled: float
    """Share of posts filled in the year when it is least, middle of the futures."""
    low: float
    """The same, 10th percentile."""
    year: str
    """That year."""
    by_year: tuple[tuple[str, float, float], ...]
    """Each year with its funded posts and the share of them filled, middles of the futures."""
    leave: float
    """Who leave their employer in a year of the base year's staff, mean of the futures."""
    come: float
    """Who newly look for a post or look for another, in a year, in all markets of the group."""


def growth_asked(posts: float, in_post: float) -> float:
    """Share by which staff would have to grow to fill some posts: ``posts / in_post − 1``.

    >>> round(growth_asked(110.0, 88.0), 3)
    0.25
    """
    return posts / in_post - 1.0


def most_growth(best: float, over: int, years: int, times: float = TIMES) -> float:
    """Growth that is too much to ask over some years: ``times × ((1 + best)^(years / over) − 1)``.

    best: share that was the most seen over ``over`` years.

    >>> round(most_growth(0.21, 4, 4), 3), round(most_growth(0.21, 4, 2), 3)
    (0.42, 0.2)
    """
    return float(times * ((1.0 + best) ** (years / over) - 1.0))


def groups_of(outcomes: Outcomes) -> list[str]:
    """Staff groups, from entities as ``organisation/group``."""
    return sorted({e.partition("/")[2] for e in outcomes["staff_funded"].entities if "/" in e})


def _by_year(outcomes: Outcomes, name: str, group: str) -> Array:
    """A group's figure over all employers, mean of each year, ``[future, year]``."""
    series = outcomes[name]
    mine = [e for e in series.entities if e.partition("/")[2] == group or e == group]
    found: Array = np.sum([series.by_year(e) for e in mine], axis=0)
    return found


def market_of(rates: Rates) -> dict[str, tuple[float, float]]:
    """By paid group, who leave their employer in a year, and who look for a post in its market, means over futures."""
    leavers = (rates.in_post * rates.leave).mean(axis=1)
    entering, returning = 12.0 * rates.entering().mean(axis=1), rates.returning.mean(axis=1)
    found: dict[str, tuple[float, float]] = {}
    for group in sorted({p.group for p in rates.posts if p.paid}):
        mine = [n for n, p in enumerate(rates.posts) if p.group == group]
        markets = sorted({rates.posts[n].market for n in mine})
        come = 0.0
        for m in (rates.markets.index(m) for m in markets):
            all_of_it = sum(leavers[n] for n, p in enumerate(rates.posts) if p.market == rates.markets[m])
            come += float(entering[m] + returning[m] * all_of_it)
        found[group] = float(leavers[mine].sum()), come
    return found


def asked_of(group: str, outcomes: Outcomes, nothing: Outcomes, market: tuple[float, float]) -> Asked:
    """Posts and people of a group (``system``: of all the paid) with the plan and with nothing done; market: as `market_of` says."""
    funded, there = (_by_year(outcomes, name, group) for name in ("staff_funded", "staff_in_post"))
    beyond = np.median(funded, axis=0) - np.median(_by_year(nothing, "staff_funded", group), axis=0)
    first = float(np.median(np.sum([s[:, 0] for s in _monthly(outcomes, group)], axis=0)))
    most, years = float(np.median(funded, axis=0).max()), len(outcomes.years)
    share = there / np.maximum(funded, 1e-9)
    year = int(np.argmin(np.median(share, axis=0)))
    return Asked(
        group, first, most, float(beyond.max()), growth_asked(most, first) if first else float("inf"),
        _bound(library().staff_growth.get("all" if group == SYSTEM else group), years),
        float(np.median(share[:, year])), float(np.quantile(share[:, year], 0.1)), outcomes.years[year],
        tuple((y, float(p), float(s)) for y, p, s in zip(outcomes.years, np.median(funded, axis=0), np.median(share, axis=0), strict=True)),
        *market,
    )  # fmt: skip


def _monthly(outcomes: Outcomes, group: str) -> list[Array]:
    series = outcomes["staff_in_post"]
    return [series.of(e) for e in series.entities if e.partition("/")[2] == group or e == group]


def _bound(best: StaffGrowth | None, years: int) -> float | None:
    return None if best is None else most_growth(best.growth, best.years, years)


def worst_year(name: str, outcomes: Outcomes, nothing: Outcomes) -> tuple[str, float, float]:
    """The year in which most of something there is, how much, and with nothing done in it; middles."""
    plan, usual = (np.median(o[name].by_year(SYSTEM), axis=0) for o in (outcomes, nothing))
    at = int(np.argmax(plan))
    return outcomes.years[at], float(plan[at]), float(usual[at])
