"""What befalls need beside its trend: areas that go their own way, rare shocks, and health that changes with the years."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.population import band_middle
from placeplan.core import streams
from placeplan.core.calendar import financial_year
from placeplan.core.tables import OUTSIDE
from placeplan.futures.distributions import Fixed
from placeplan.model.draws import Draws
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]
MONTHS_AHEAD = 12
"""A shock begins in a month of its year that is drawn evenly."""


def mixed(common: Any, shared: Any, own: Any) -> Any:
    """Two independent deviations as one of the same variance: ``√common × shared + √(1 − common) × own``.

    common: share of the variance that all have together.

    >>> float(mixed(0.36, 1.0, 0.5))
    1.0
    """
    return np.sqrt(common) * shared + np.sqrt(1.0 - common) * own


def departed(before: Any, persistence: Any, sd: Any, deviation: Any) -> Any:
    """This year's local departure from trend: ``persistence × before + sd × deviation``, log.

    before: last year's; persistence: share of it that stays; sd: standard deviation of a year's own part; deviation: a
    standard normal score. Source: back-test over 33 footprints, 2016/17 to 2018/19 (model notes, § 3).

    >>> round(departed(0.05, 0.9, 0.04, 1.0), 3)
    0.085
    """
    return persistence * before + sd * deviation


def areas_apart(plan: Plan, draws: Draws) -> bool:
    """Whether areas depart from the trend on their own: unless all that they have of it is in common."""
    found = next((a for a in plan.assumptions if a.id == "departure.areas"), None)
    if found is None or not draws.has("departure.areas"):
        return False
    together = isinstance(found.distribution, Fixed) and found.distribution.value >= 1.0
    return not together or draws.ever_not("departure.areas", 1.0)


def area_departures(baseline: Baseline, draws: Draws, years: int) -> dict[tuple[str, str], Array]:
    """Local departure of demand by pod and area, log, ``[year, future]``: 0 in the base year, then a yearly AR(1).

    ``w' = persistence × w + sd × mixed(areas, mixed(common, e, eₖ), mixed(common, eₐ, eₖₐ))``: e of everybody, eₖ of a pod,
    eₐ of an area, eₖₐ of a pod in an area; ``areas`` is the share of variance that areas have in common. Of one area alone
    each pod's departure is as without areas.
    """
    places = (*baseline.areas, OUTSIDE)
    held = "demand_growth" in draws.futures.held
    found = {(pod, area): draws.zeros(years) for pod in baseline.pods for area in places}
    for year in range(1, years) if not held else ():
        words = {e: draws.world_words("departure", e, year) for e in ("common", *baseline.pods)}
        shared = {e: streams.normal(w) for e, w in words.items()}
        for area in places:
            every = streams.normal(draws.world_words("departure", f"common@{area}", year))
            for pod in baseline.pods:
                sd, persistence = draws.of("departure.sd", pod), draws.of("departure.persistence", pod)
                common = np.clip(draws.of("departure.common", pod), 0.0, 1.0)
                areas = np.clip(draws.of("departure.areas", pod), 0.0, 1.0)
                own = streams.normal(draws.world_words("departure", f"{pod}@{area}", year))
                e = mixed(areas, mixed(common, shared["common"], shared[pod]), mixed(common, every, own))
                found[pod, area][year] = departed(found[pod, area][year - 1], persistence, sd, e)
    return found


def provider_departures(
    baseline: Baseline, draws: Draws, years: int, providers: Collection[str]
) -> dict[tuple[str, str], Array]:
    """Departure of each provider from its place by pod and organisation, log, ``[year, future]``; empty where there is none.

    ``v' = departed(v, persistence, sd, e)``, 0 in the base year, e of a pod at a provider alone: in what is counted and
    which work is done where, trusts of one place go their own ways. Source: back-test (decision 26).
    """
    if "demand_growth" in draws.futures.held or not draws.ever_not("departure.provider", 0.0):
        return {}
    where = {(s.pod, baseline.site_organisation.get(s.site, "")) for s in baseline.streams}
    found = {at: draws.zeros(years) for at in sorted(where) if at[1] in providers}
    for (pod, organisation), v in found.items():
        sd = draws.of("departure.provider", organisation)
        persistence = draws.of("departure.persistence", pod)
        for year in range(1, years):
            e = streams.normal(draws.world_words("departure", f"{pod} at {organisation}", year))
            v[year] = departed(v[year - 1], persistence, sd, e)
    return found


def shocked(size: Any, since: Any, months: Any) -> Any:
    """Factor on need while a shock lasts: ``1 + size`` from its first month on for so many months, else 1.

    since: whole months since it began, negative before.

    >>> [float(shocked(0.3, since, 3)) for since in (-1, 0, 2, 3)]
    [1.0, 1.3, 1.3, 1.0]
    """
    return np.where((since >= 0) & (since < months), 1.0 + size, 1.0)


def shocks(baseline: Baseline, draws: Draws) -> dict[str, Array]:
    """Factor on the need of each urgent pod in each month, ``[month, future]``; empty where no shock can come.

    Each year after the base year a shock comes with the probability ``shock.probability``, whatever came before, and begins in
    a month of the year drawn evenly. A second one within the first makes it no larger.
    """
    if not draws.has("shock.probability") or "demand_growth" in draws.futures.held:
        return {}
    chance, months = draws.of("shock.probability"), draws.of("shock.months")
    if not draws.ever_not("shock.probability", 0.0):
        return {}
    years = list(dict.fromkeys(financial_year(m) for m in baseline.months))
    at = np.arange(len(baseline.months))[:, None]
    found = {pod: np.ones((len(baseline.months), draws.count)) for pod in sorted(baseline.urgent & {*baseline.pods})}
    for n, year in enumerate(years[1:], start=1):
        hit, when = (_uniform(draws, entity, int(year[:4])) for entity in ("comes", "month"))
        begins = np.where(hit < chance, 12 * n + np.floor(when * MONTHS_AHEAD), np.inf)
        for pod, factor in found.items():
            found[pod] = np.maximum(factor, shocked(draws.of("shock.size", pod), at - begins, months))
    return found


def _uniform(draws: Draws, entity: str, year: int) -> Array:
    words = draws.world_words("shock", entity, year)
    return (words.astype(float) + 0.5) * 2.0**-32


def shifts_health(draws: Draws) -> bool:
    """Whether need shifts over ages with the years in any future."""
    return draws.has("people.health_shift") and draws.ever_not("people.health_shift", 0.0)


def most_shift(ages: Sequence[str]) -> float:
    """Most years of age by which need may shift: the narrowest step between the middles of neighbouring bands.

    >>> most_shift(("0-4", "5-9", "10-19")), most_shift(("0+",))
    (5.0, 0.0)
    """
    return float(min(np.diff([band_middle(a) for a in ages]), default=0.0))


def shift_of(yearly: Any, years: float, most: float) -> Any:
    """Years of age by which need has shifted: ``yearly × years``, by one age band at most.

    yearly: years of age for each calendar year, above 0 where people stay healthy longer; years: since the base year's
    middle.

    >>> float(shift_of(0.2, 5.0, 5.0)), float(shift_of(2.0, 5.0, 5.0))
    (1.0, 5.0)
    """
    return np.clip(yearly * years, -most, most)
