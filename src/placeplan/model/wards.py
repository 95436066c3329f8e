"""Beds in a run: stays fitted to the base year, effects on them, and the days of each month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline, PoolStock
from placeplan.capacity import beds
from placeplan.core import streams
from placeplan.core.calendar import days_in, financial_year, month_days, year_days, years_from_middle
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]

NO_DELAY = frozenset({"women_children", "virtual"})
"""Pools whose patients are not held up on leaving."""


def fitted_nights(occupied: Any, days: Any, elective_bed_days: Any, admissions: Any) -> Any:
    """Mean stay of emergencies that fills the base year's beds: ``(occupied × days − elective) / admissions``.

    occupied: beds at midnight, daily average; elective_bed_days, admissions: of the base year; midnights per admission.

    >>> round(float(fitted_nights(261.2, 365, 4352 * 3.0, 21816)), 2)
    3.77
    """
    return np.maximum((occupied * days - elective_bed_days) / admissions, 0.05)


def delay_after_supply(nights: Any, elasticity: Any, supply: Any) -> Any:
    """Nights of waiting to leave when the supply of care changes: ``nights × most(0, 1 + elasticity × supply)``.

    elasticity: relative change of delay per relative change of supply; supply: relative change.
    Source: Gaughan, Gravelle and Siciliani 2015 (10 % more care-home beds, 6 to 9 % fewer delays).

    >>> round(float(delay_after_supply(14.0, -0.75, -0.05)), 3)
    14.525
    """
    return nights * np.maximum(0.0, 1.0 + elasticity * supply)


@dataclass
class PoolChance:
    """Random words of the beds by process and day, ``[pool, future]``."""

    keys: dict[str, Any]
    futures: Any
    expected: bool

    def pair(self, process: str, day: int) -> tuple[Any, Any]:
        """Two independent arrays of 32-bit words; nothing where chance is held."""
        if self.expected:
            return None, None
        return streams.halves(streams.words(self.keys[process], self.futures, day))


class Wards:
    """All pools of a run, for one block of futures."""

    def __init__(self, baseline: Baseline, draws: Draws) -> None:
        self.baseline, self.draws, self.pools = baseline, draws, baseline.pools
        seed = draws.futures.chance_seed
        ids = [p.id for p in self.pools]
        processes = ("arrivals", "electives", "leave", "leave late", "delay")
        self.chance = PoolChance(
            {name: streams.keys(seed, f"beds {name}", ids) for name in processes},
            draws.futures.numbers(),
            draws.expected,
        )
        self.base = {(s.pod, s.site): 0.0 for s in baseline.streams}
        for s in baseline.streams:
            self.base[s.pod, s.site] += float(s.cells.sum())
        shape = (len(self.pools), draws.count)
        self.nights = [self._nights(p) for p in self.pools]
        self.elective_nights = self._rows(
            [self._mean(p, p.elective, n) for p, n in zip(self.pools, self.nights, strict=True)]
        )
        self.emergency_nights = self._rows(
            [self._mean(p, p.emergency, n) for p, n in zip(self.pools, self.nights, strict=True)]
        )
        self.short_share = self._rows([draws.of("stay.short_share", p.id) for p in self.pools])
        self.delay_share = self._rows(
            [0.0 if p.pool in NO_DELAY else draws.of("stay.delay_share", p.id) for p in self.pools]
        )
        working = sum(d.working for m in baseline.months[:12] for d in month_days(m))
        self.slots = self._rows([
            draws.of("elective.slots", p.id) * sum(self.base[q, p.site] * share for q, share in p.elective) / working
            for p in self.pools
        ])  # fmt: skip
        self.escalation = self._rows([
            p.escalation if p.escalation is not None else np.round(draws.of("beds.escalation", p.id) * p.open[0], 0)
            for p in self.pools
        ])  # fmt: skip
        self.state: beds.BedState | None = None
        self.day = 0
        self.shape = shape

    def _rows(self, rows: list[Any]) -> Array:
        """One row a pool, ``[pool, future]``."""
        return np.array([np.broadcast_to(np.asarray(r, dtype=float), (self.draws.count,)) for r in rows]).reshape(
            len(rows), self.draws.count
        )

    def _nights(self, pool: PoolStock) -> dict[str, Any]:
        """Mean stay by pod, midnights per admission: as stated, or fitted to the occupied beds."""
        nights: dict[str, Any] = dict(pool.nights)
        for pod, _ in pool.elective:
            nights.setdefault(pod, self.draws.of("stay.elective_nights", pool.id))
        unknown = [(pod, share) for pod, share in pool.emergency if pod not in nights]
        if unknown and pool.occupied is not None:
            known = sum(
                (self.base[p, pool.site] * s * nights[p] for p, s in (*pool.elective, *pool.emergency) if p in nights),
                0.0,
            )
            admissions = sum(self.base[p, pool.site] * s for p, s in unknown)
            days = year_days(self.baseline.months[0])
            fitted = fitted_nights(pool.occupied, days, known, admissions)
            nights |= {pod: fitted for pod, _ in unknown}
        return nights

    def _mean(self, pool: PoolStock, users: tuple[tuple[str, float], ...], nights: dict[str, Any]) -> Any:
        """Mean stay of some pods together at base-year numbers, midnights per admission."""
        admissions = sum(self.base[p, pool.site] * s for p, s in users)
        return sum(self.base[p, pool.site] * s * nights[p] for p, s in users) / admissions if admissions else 0.0

    def month(
        self, number: int, activity: dict[tuple[str, str], Any], beds_added: Array, stay: Array, delay: Array
    ) -> beds.BedCounts:
        """Runs the days of one month.

        activity: admissions of the month by (site, pod), ``[future]``; beds_added ``[pool, future]``; stay, delay:
        factors on the clinical stay and on the wait to leave, ``[pool, future]``.
        """
        name = self.baseline.months[number]
        month = self._drivers(number, activity, beds_added, stay, delay)
        if self.state is None:
            self.state = self._start(month, days_in(name))
        counts = beds.run_month(self.state, month, month_days(name), self.day, self.chance)
        self.day += days_in(name)
        return counts

    def _drivers(
        self, number: int, activity: dict[tuple[str, str], Any], added: Array, stay: Array, delay: Array
    ) -> beds.BedMonth:
        """What drives the beds of a month."""
        d = self.draws
        emergency, mix = self._admissions(activity, "emergency")
        elective, elective_mix = self._admissions(activity, "elective")
        mean = self.emergency_nights * mix
        clinical = mean * (1.0 - self.delay_share) * stay * self._trend(number)
        short_nights = np.minimum(d.of("stay.short_nights"), clinical)
        long = beds.long_nights(clinical, self.short_share, short_nights)
        held, wait = self._delays(mean, delay)
        night = self.short_share * beds.over_night(1.0, short_nights) + (1.0 - self.short_share) * beds.over_night(
            1.0, long
        )
        nights_elective = self.elective_nights * elective_mix * stay
        overnight = beds.over_night(1.0, nights_elective)
        return beds.BedMonth(
            emergencies=emergency * night,
            electives=elective * overnight,
            short_part=self.short_share * beds.over_night(1.0, short_nights) / np.maximum(night, 1e-12),
            leave_short=beds.leaving(short_nights),
            leave_long=beds.leaving(long),
            leave_delayed=beds.leaving(np.maximum(wait - 1.0, 0.0)),
            leave_elective=beds.leaving(nights_elective),
            delay_chance=held,
            open=self.opened(number, added),
            escalation=self.escalation,
            slots=self.slots * overnight,
            dispersion=1.0 + (d.of("arrivals.dispersion") - 1.0) * night,
            weekend=np.broadcast_to(d.of("arrivals.weekend"), self.shape),
        )

    def _trend(self, number: int) -> Any:
        """Stays against the base year's by a trend of their own, ``exp(stay.trend × years)``.

        Admissions grow partly because more of them are short: England's rose 3.2 % a year from 2006/07 to 2017/18, its
        bed-days 0.3 % (Health Foundation 2018).
        """
        name = self.baseline.months[number]
        years = years_from_middle(name, financial_year(self.baseline.months[0]))
        return np.round(np.exp(self.draws.of("stay.trend") * years), 12)

    def opened(self, number: int, added: Array) -> Array:
        """Beds open in a month, ``[pool, future]``: those of the tables and what initiatives added, at least 0."""
        return np.maximum(np.array([p.open[number] for p in self.pools])[:, None] + added, 0.0)

    def _delays(self, mean: Array, factor: Array) -> tuple[Array, Array]:
        """Chance that a long overnight stay ends in a wait to leave, and the wait's mean midnights."""
        d = self.draws
        long_share = 1.0 - self.short_share
        wait = np.maximum(d.of("stay.delay_nights"), 1.0)
        bed_days = self.delay_share * mean
        reached = np.minimum(bed_days / (long_share * wait), 1.0)
        wait = np.where(reached < 1.0, wait, bed_days / long_share)
        long = beds.long_nights(
            mean * (1.0 - self.delay_share), self.short_share, np.minimum(d.of("stay.short_nights"), mean)
        )
        chance = np.minimum(reached / np.maximum(beds.over_night(1.0, long), 1e-12), 1.0)
        wait = delay_after_supply(wait * factor, d.of("care.elasticity"), d.of("care.supply"))
        return chance * np.minimum(wait, 1.0), np.maximum(wait, 1.0)

    def _admissions(self, activity: dict[tuple[str, str], Any], door: str) -> tuple[Array, Array]:
        """Admissions of the month by one door, and their mean stay against the base year's mix, ``[pool, future]``."""
        totals, mixes = [], []
        for pool, nights in zip(self.pools, self.nights, strict=True):
            users = pool.emergency if door == "emergency" else pool.elective
            total: Any = 0.0
            weighted: Any = 0.0
            for pod, share in users:
                number = activity[pool.site, pod] * share
                total, weighted = total + number, weighted + number * nights[pod]
            base = self._mean(pool, users, nights)
            totals.append(total)
            mixes.append(weighted / np.maximum(total * base, 1e-12) if users else 1.0)
        return self._rows(totals), self._rows(mixes)

    def _start(self, month: beds.BedMonth, days: int) -> beds.BedState:
        """Patients at the first midnight: what the first month's arrivals, at the season of the month before, keep in beds."""
        daily = month.emergencies / days * self._before("emergency")
        daily_elective = month.electives / days * self._before("elective")
        long = daily * (1.0 - month.short_part)
        parts = [
            daily * month.short_part / month.leave_short,
            long / month.leave_long,
            long * month.delay_chance / month.leave_delayed,
            daily_elective / month.leave_elective,
        ]
        if not self.draws.expected:
            parts = [np.floor(p + 0.5) for p in parts]
        zero = np.zeros(self.shape)
        return beds.BedState(parts[0], parts[1], parts[2], parts[3], zero, zero.copy())

    def _before(self, door: str) -> Array:
        """Season of the month before the run against that of its first month, by admissions, ``[pool, 1]``."""
        first = int(self.baseline.months[0][5:]) - 1
        found = []
        for pool in self.pools:
            users = pool.emergency if door == "emergency" else pool.elective
            weights = [self.base[pod, pool.site] * share for pod, share in users]
            ratios = [self.baseline.season[pod][first - 1] / self.baseline.season[pod][first] for pod, _ in users]
            whole = sum(weights)
            found.append(sum(w * r for w, r in zip(weights, ratios, strict=True)) / whole if whole else 1.0)
        return np.array(found)[:, None]
