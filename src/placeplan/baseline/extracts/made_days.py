"""When made-up records begin and end: season, weekday and clusters of days; nights and weeks as a plan's tables say."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.baseline.extracts.maps import SPANS, STAYS, WAITS
from placeplan.baseline.extracts.recipe import Recipe, uniform
from placeplan.core import streams
from placeplan.core.calendar import days_in
from placeplan.core.tables import Package, Stay

SHORT_SHARE, SHORT_NIGHTS, NIGHTS, ELECTIVE_NIGHTS = 0.5, 0.5, 5.0, 3.0
"""Stays where the plan has none: share and midnights of the short part, midnights of all emergencies and of planned stays."""
DISPERSION, WEEKEND, PLANNED_WEEKEND = 1.4, 0.82, 0.08
WEEKS, WAIT_DAYS = 60.0, 56.0
"""Mean weeks of a package where the plan says none; mean days that people wait."""


class Days:
    """On which days each pod's records begin at each site: season, weekday and clusters; ends as the tables say."""

    def __init__(self, recipe: Recipe, cells: list[Any], numbers: Any) -> None:
        self.recipe, self.cells = recipe, cells
        place = recipe.place
        months = np.repeat([int(m[5:]) - 1 for m in place.months], [days_in(m) for m in place.months])
        weekday = (np.arange(place.days) + place.start.weekday()) % 7
        number = {group: n for n, group in enumerate(dict.fromkeys(cell[:2] for cell, _ in cells))}
        self.groups: list[tuple[str, str]] = list(number)
        self.group = np.array([number[cell[:2]] for cell, _ in cells])
        rows = np.bincount(self.group, weights=numbers)
        self.cumulative = [self._curve(group, months, weekday, n) for group, n in zip(self.groups, rows, strict=True)]

    def _curve(self, group: tuple[str, str], months: Any, weekday: Any, rows: float) -> Any:
        """Share of the year's records of a pod at a site that begin by the end of each day, ``[day]``."""
        pod = group[0]
        emergency = self.recipe.place.bed_use.get(pod) == "emergency" or pod in self.recipe.baseline.urgent
        weekend = WEEKEND if emergency else PLANNED_WEEKEND
        weight = self.recipe.baseline.season[pod][months] * np.where(weekday < 5, 1.0, weekend)
        if emergency:
            mean = max(rows / len(months), 1e-9)
            sigma = np.sqrt(np.log1p((DISPERSION - 1.0) / mean))
            u = uniform(self.recipe.seed, f"clusters {'/'.join(group)}", np.arange(len(months)))
            weight = weight * np.exp(sigma * streams.normal_quantile(u) - sigma**2 / 2)
        total = np.cumsum(weight)
        return total / total[-1]

    def of(self, who: Any, rows: Any) -> tuple[Any, Any]:
        """Day of start (from 0, negative before the year) and of end (a large number: none) of each row."""
        seed, kind = self.recipe.seed, self.recipe.layout.kind
        u, v, w = (uniform(seed, name, rows) for name in ("day", "length", "begun"))
        start = np.zeros(len(who), dtype=np.int64)
        for number, curve in enumerate(self.cumulative):
            mine = self.group[who] == number
            start[mine] = np.searchsorted(curve, u[mine])
        if kind in SPANS | WAITS:
            return self._going_on(who, start, u, v, w)
        return start, start + self._nights(who, v, w)

    def _nights(self, who: Any, v: Any, w: Any) -> Any:
        """Midnights, geometric: of emergencies a short and a long part, of planned stays one."""
        if self.recipe.layout.kind not in STAYS:
            return np.zeros(len(who), dtype=np.int64)
        nights = {(r.site, r.pod): r.nights for r in self.recipe.tables["stays"] if isinstance(r, Stay) and r.nights}
        found = np.zeros(len(who))
        for number, (pod, site) in enumerate(self.groups):
            mine = self.group[who] == number
            use = self.recipe.place.bed_use.get(pod, "none")
            if use == "none":
                continue
            mean = nights.get((site, pod), NIGHTS if use == "emergency" else ELECTIVE_NIGHTS)
            long = max((mean - SHORT_SHARE * SHORT_NIGHTS) / (1 - SHORT_SHARE), SHORT_NIGHTS)
            means = np.where(w[mine] < SHORT_SHARE, SHORT_NIGHTS, long) if use == "emergency" else mean
            found[mine] = np.floor(np.log(v[mine]) / np.log(means / (1.0 + means)))
        return found.astype(np.int64)

    def _going_on(self, who: Any, start: Any, u: Any, v: Any, w: Any) -> tuple[Any, Any]:
        """Care and waits of steady number: some in use before the year, the others begun in it; lengths exponential."""
        weeks = {(r.council, r.kind): r.weeks for r in self.recipe.tables["packages"] if isinstance(r, Package)}
        spans = self.recipe.layout.kind in SPANS
        mean = np.array([7.0 * weeks.get((site, pod), WEEKS) if spans else WAIT_DAYS for pod, site in self.groups])
        mean = np.minimum(mean[self.group[who]], 3000.0)
        before = w < mean / (mean + self.recipe.place.days)
        start = np.where(before, -np.ceil(-mean * np.log(u)).clip(1, 7000), start).astype(np.int64)
        lasts = np.floor(-mean * np.log(v)).astype(np.int64)
        return start, np.where(before, lasts, start + lasts)
