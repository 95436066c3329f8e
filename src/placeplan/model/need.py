"""Need of a run, month by month: people, growth, departure, shocks and season."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import financial_year, years_from_middle
from placeplan.core.sums import rows_of
from placeplan.model.demand import Piece, demand_of, departures, growth_factor, healthier, in_a_winter, people_factor
from placeplan.model.departure import area_departures, most_shift, provider_departures, shift_of, shocks
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]
WINTER = ("12", "01", "02")


class Pieces:
    """The need of many groups of people, one row each."""

    def __init__(self, pieces: Sequence[Piece], grown: list[int]) -> None:
        self.young = np.array([p.young for p in pieces]).T[..., None]
        self.old = np.array([p.old for p in pieces]).T[..., None]
        """Contacts of each month by people under 75 and older, ``[month, piece, 1]``."""
        stepped = [p.steps for p in pieces if p.steps is not None]
        self.steps = np.array(stepped).transpose(1, 2, 3, 0)[..., None] if stepped else None
        """`Piece.steps`, ``[2, 2, month, piece, 1]``."""
        self.grown = grown
        """Row of `Need.keys` by which each grows."""


class Need:
    """Growth, departure, shocks, season and people of a run, for one block of futures."""

    def __init__(
        self, baseline: Baseline, draws: Draws, by_area: bool = False, providers: Collection[str] = ()
    ) -> None:
        """by_area: areas depart on their own; providers: organisations that depart from their place."""
        self.baseline, self.draws = baseline, draws
        self.years = list(dict.fromkeys(financial_year(m) for m in baseline.months))
        if by_area:
            place = area_departures(baseline, draws, len(self.years))
        else:
            place = {(pod, ""): d for pod, d in departures(baseline, draws, len(self.years)).items()}
        own = provider_departures(baseline, draws, len(self.years), providers)
        departure = {(pod, area, ""): d for (pod, area), d in place.items()}
        departure |= {
            (pod, area, by): d + v for (pod, area), d in place.items() for (at, by), v in own.items() if at == pod
        }
        self.keys = list(departure)
        """Pod, area (blank: all) and provider (blank: those that go with their place) that grow by themselves."""
        self.row = {key: n for n, key in enumerate(self.keys)}
        self.departure = np.stack(list(departure.values()))
        self.drift = rows_of([self._drift(pod) for pod, *_ in self.keys], draws.count)
        self.season = np.array([baseline.season[pod] for pod, *_ in self.keys])
        self.urgent = [n for n, (pod, *_) in enumerate(self.keys) if pod in baseline.urgent]
        self.shock = shocks(baseline, draws)
        self.shocked = [n for n, (pod, *_) in enumerate(self.keys) if pod in self.shock]
        self.shift = draws.of("people.health_shift") if draws.has("people.health_shift") else 0.0
        self.most = most_shift(baseline.ages)
        self.found: dict[int, tuple[Any, Any, Array]] = {}

    def row_of(self, pod: str, area: str, site: str) -> int:
        """Row of `keys` by which the need of a pod by people of an area at a site grows."""
        own = (pod, area, self.baseline.site_organisation.get(site, ""))
        return self.row[own if own in self.row else (pod, area, "")]

    def month(self, number: int) -> tuple[Any, Any, Array]:
        """People factors (all, old) and growth × season of one month, as in `keys`."""
        if number not in self.found:
            self.found = {number: (*self._people(number), self._growth(number))}
        return self.found[number]

    def _people(self, number: int) -> tuple[Any, Any]:
        """People factors of a month: all, old."""
        year = self.years.index(financial_year(self.baseline.months[number]))
        if self.baseline.sigma is not None:
            sigma_total, sigma_old = (float(s[year]) for s in self.baseline.sigma)
        else:
            sigma_total, sigma_old = (self.draws.of(f"people.sigma_{w}") * year for w in ("total", "old"))
        return people_factor(self.draws.of("people.total"), sigma_total, self.draws.of("people.old"), sigma_old)

    def _growth(self, number: int) -> Array:
        """Growth × season of a month, ``[key, future]``."""
        name = self.baseline.months[number]
        year = self.years.index(financial_year(name))
        factor = growth_factor(self.drift, years_from_middle(name, self.years[0]), self.departure[:, year])
        if name[5:] in WINTER and self.urgent:
            hard = rows_of([self.draws.of("winter.emergency", self.keys[n][0]) for n in self.urgent], self.draws.count)
            factor[self.urgent] = in_a_winter(factor[self.urgent], hard)
        if self.shocked:
            factor[self.shocked] *= np.stack([self.shock[self.keys[n][0]][number] for n in self.shocked])
        found: Array = factor * self.season[:, int(name[5:]) - 1, None]
        return found

    def of(self, pieces: Pieces, number: int) -> Array:
        """Contacts that some people ask for in one month, before any effect, ``[piece, future]``."""
        more, more_old, growth = self.month(number)
        young, old = pieces.young[number], pieces.old[number]
        if pieces.steps is not None:
            years = shift_of(self.shift, years_from_middle(self.baseline.months[number], self.years[0]), self.most)
            steps = np.where(years > 0, *pieces.steps[:, :, number])
            young, old = (np.maximum(healthier(n, s, years), 0.0) for n, s in zip((young, old), steps, strict=True))
        found: Array = demand_of(young, old, more, more_old, growth[pieces.grown], 1.0)
        return found

    def _drift(self, pod: str) -> Any:
        """Growth of a pod beyond people and age, share a year."""
        own = f"growth.{pod}"
        return self.draws.of(own if self.draws.has(own, pod) else "growth.other", pod)
