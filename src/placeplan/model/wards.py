"""Beds in a run: stays fitted to the base year, effects on them, and the days of each month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from placeplan.baseline.build import Baseline, PoolStock
from placeplan.capacity import beds
from placeplan.core import streams
from placeplan.core.calendar import days_in, financial_year, month_days, year_days, years_from_middle
from placeplan.core.quantiles import exp
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]

Users = tuple[tuple[str, float], ...]
"""Pods that use a pool, and the share of their admissions that does."""
ByPlace = Mapping[tuple[str, str], Any]
"""By site and pod."""

MOST_SHARE = 0.99
"""Greatest share of stays that are short, or of nights that are delay: a draw beyond it counts as this."""
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


class Exits(Protocol):
    """What people who are ready to leave wait for, as the wards ask for it."""

    names: tuple[str, ...]
    """One for each exit, in order of name."""

    def share(self) -> Array:
        """Share of those held up who wait for each exit, ``[exit, pool, future]``, summing to 1."""

    def places(self, days: int) -> Array:
        """People a day who can leave by each exit at most, ``[exit, pool, future]``; infinite where there is no limit.

        days: days of the month.
        """


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

    def __init__(self, baseline: Baseline, draws: Draws, exits: Exits | None = None) -> None:
        self.baseline, self.draws, self.pools, self.exits = baseline, draws, baseline.pools, exits
        seed = draws.futures.chance_seed
        ids = [p.id for p in self.pools]
        own = () if exits is None else tuple(f"leave to {name}" for name in exits.names)
        processes = ("arrivals", "electives", "leave", "leave late", "delay", *own)
        self.chance = PoolChance(
            {name: streams.keys(seed, f"beds {name}", ids) for name in processes},
            draws.futures.numbers(),
            draws.expected,
        )
        self.base = {(s.site, s.pod): 0.0 for s in baseline.streams}
        for s in baseline.streams:
            self.base[s.site, s.pod] += float(s.cells.sum())
        self.shape = (len(self.pools), draws.count)
        self.nights = self._all_nights()
        self.short_share = np.clip(self._drawn("stay.short_share"), 0.0, MOST_SHARE)
        self.short_nights = np.maximum(self._drawn("stay.short_nights"), 0.0)
        held_up = np.array([p.pool not in NO_DELAY for p in self.pools])[:, None]
        self.delay_share = np.clip(self._drawn("stay.delay_share"), 0.0, MOST_SHARE) * held_up
        working = sum(d.working for m in baseline.months[:12] for d in month_days(m))
        self.slots = self._rows([
            draws.of("elective.slots", p.id) * self._admitted(p, p.elective) / working
            for p in self.pools
        ])  # fmt: skip
        self.escalation = self._rows([
            p.escalation if p.escalation is not None else np.round(draws.of("beds.escalation", p.id) * p.open[0], 0)
            for p in self.pools
        ])  # fmt: skip
        self.state: beds.BedState | None = None
        self.overnight = np.ones(self.shape)
        """Share of the month's planned patients who stay a night, ``[pool, future]``."""
        self.day = 0

    def _rows(self, rows: list[Any]) -> Array:
        """One row a pool, ``[pool, future]``."""
        return np.array([np.broadcast_to(np.asarray(r, dtype=float), (self.draws.count,)) for r in rows]).reshape(
            len(rows), self.draws.count
        )

    def _drawn(self, assumption: str) -> Array:
        """An assumption, each pool's own draw where it has one, ``[pool, future]``."""
        return self._rows([self.draws.of(assumption, p.id) for p in self.pools])

    def _admitted(self, pool: PoolStock, users: Users) -> float:
        """Base-year admissions to a pool of some pods."""
        return sum((self.base.get((pool.site, pod), 0.0) * share for pod, share in users), 0.0)

    def _all_nights(self) -> list[dict[str, Any]]:
        """Mean stays by pool and pod, midnights per admission: as stated, fitted, or as elsewhere where care is new."""
        found = [self._nights(p) for p in self.pools]
        for pool, nights in zip(self.pools, found, strict=True):
            for pod, _ in pool.emergency:
                nights.setdefault(pod, self._elsewhere(pod, found))
        return found

    def _nights(self, pool: PoolStock) -> dict[str, Any]:
        """Mean stay by pod as stated, or fitted to the occupied beds: of emergencies, else of planned patients."""
        nights: dict[str, Any] = dict(pool.nights)
        unknown = tuple(u for u in pool.emergency if u[0] not in nights)
        if not self._admitted(pool, pool.emergency):
            unknown = (*unknown, *(u for u in pool.elective if u[0] not in nights))
        admissions = self._admitted(pool, unknown)
        fit = pool.occupied is not None and admissions > 0
        for pod, _ in pool.elective:
            if pod not in nights and not (fit and pod in dict(unknown)):
                nights[pod] = self.draws.of("stay.elective_nights", pool.id)
        if fit:
            users = [(pod, share) for pod, share in (*pool.elective, *pool.emergency) if pod in nights]
            known: Any = sum((self._admitted(pool, (u,)) * nights[u[0]] for u in users), 0.0)
            fitted = fitted_nights(pool.occupied, year_days(self.baseline.months[0]), known, admissions)
            nights |= {pod: fitted for pod, _ in unknown}
        return nights

    def _elsewhere(self, pod: str, nights: list[dict[str, Any]]) -> Any:
        """Mean stay of a pod over the pools that have it, else of all emergencies, else of planned patients."""
        known = [
            (u[0], self._admitted(pool, (u,)), own[u[0]])
            for pool, own in zip(self.pools, nights, strict=True)
            for u in pool.emergency
            if u[0] in own
        ]
        for users in ([(n, stay) for other, n, stay in known if other == pod], [(n, stay) for _, n, stay in known]):
            whole = sum(number for number, _ in users)
            if whole:
                return sum((number * stay for number, stay in users), 0.0) / whole
        return self.draws.of("stay.elective_nights")

    def month(self, number: int, activity: ByPlace, beds_added: Array, stay: ByPlace, delay: ByPlace) -> beds.BedCounts:
        """Runs the days of one month.

        activity: admissions of the month by (site, pod), ``[future]``; beds_added ``[pool, future]``; stay, delay:
        factors on the clinical stay and on the wait to leave by (site, pod), ``[future]``.
        """
        name = self.baseline.months[number]
        month = self._drivers(number, activity, beds_added, stay, delay)
        if self.state is None:
            self.state = self._start(month, days_in(name))
        counts = beds.run_month(self.state, month, month_days(name), self.day, self.chance)
        self.day += days_in(name)
        return counts

    def _drivers(self, number: int, activity: ByPlace, added: Array, stay: ByPlace, delay: ByPlace) -> beds.BedMonth:
        """What drives the beds of a month."""
        emergency, mean, shortened, waits = self._admissions(activity, "emergency", stay, delay)
        elective, planned, planned_shortened, _ = self._admissions(activity, "elective", stay, delay)
        clinical = mean * (1.0 - self.delay_share) * shortened * self._trend(number)
        short_nights = np.minimum(self.short_nights, clinical)
        long = beds.long_nights(clinical, self.short_share, short_nights)
        held, wait = self._delays(mean, waits)
        short = self.short_share * beds.over_night(1.0, short_nights)
        night = short + (1.0 - self.short_share) * beds.over_night(1.0, long)
        nights_elective = planned * planned_shortened
        self.overnight = overnight = beds.over_night(1.0, nights_elective)
        opened = self.opened(number, added)
        names = ("",) if self.exits is None else self.exits.names
        return beds.BedMonth(
            emergencies=emergency * night,
            electives=elective * overnight,
            short_part=short / np.maximum(night, 1e-12),
            leave_short=beds.leaving(short_nights),
            leave_long=beds.leaving(long),
            leave_delayed=np.repeat(beds.leaving(np.maximum(wait - 1.0, 0.0))[None], len(names), axis=0),
            leave_elective=beds.leaving(nights_elective),
            delay_chance=held,
            open=opened,
            escalation=self.escalation * (opened > 0),
            slots=self.slots * overnight,
            dispersion=1.0 + np.maximum(self._drawn("arrivals.dispersion") - 1.0, 0.0) * night,
            weekend=np.maximum(self._drawn("arrivals.weekend"), 0.0),
            exits=names,
            exit_share=None if self.exits is None else self.exits.share(),
            places=None if self.exits is None else self.exits.places(days_in(self.baseline.months[number])),
        )

    def _trend(self, number: int) -> Any:
        """Stays against the base year's by a trend of their own, ``exp(stay.trend × years)``.

        Admissions grow partly because more of them are short: England's rose 3.2 % a year from 2006/07 to 2017/18, its
        bed-days 0.3 % (Health Foundation 2018).
        """
        name = self.baseline.months[number]
        years = years_from_middle(name, financial_year(self.baseline.months[0]))
        return exp(self._drawn("stay.trend") * years)

    def opened(self, number: int, added: Array) -> Array:
        """Beds open in a month, ``[pool, future]``: those of the tables and what initiatives added, at least 0."""
        return np.maximum(np.array([p.open[number] for p in self.pools])[:, None] + added, 0.0)

    def _delays(self, mean: Array, factor: Array) -> tuple[Array, Array]:
        """Chance that a long overnight stay ends in a wait to leave, and the wait's mean midnights."""
        long_share = 1.0 - self.short_share
        wait = np.maximum(self._drawn("stay.delay_nights"), 1.0)
        bed_days = self.delay_share * mean
        reached = np.minimum(bed_days / (long_share * wait), 1.0)
        wait = np.where(reached < 1.0, wait, bed_days / long_share)
        clinical = mean * (1.0 - self.delay_share)
        long = beds.long_nights(clinical, self.short_share, np.minimum(self.short_nights, clinical))
        chance = np.minimum(reached / np.maximum(beds.over_night(1.0, long), 1e-12), 1.0)
        wait = delay_after_supply(wait * factor, self._drawn("care.elasticity"), self._drawn("care.supply"))
        return chance * np.minimum(wait, 1.0), np.maximum(wait, 1.0)

    def _admissions(
        self, activity: ByPlace, door: str, stay: ByPlace, delay: ByPlace
    ) -> tuple[Array, Array, Array, Array]:
        """By one door, ``[pool, future]``: admissions of the month, their mean stay, and the mean factors on it.

        The factors (on the stay, on the wait to leave) are means over bed-days. In a month in which nobody comes the
        mean is that of the base year: whoever is in bed then leaves at the usual pace.
        """
        rows: list[tuple[Any, Any, Any, Any]] = []
        for pool, nights in zip(self.pools, self.nights, strict=True):
            users = pool.emergency if door == "emergency" else pool.elective
            total: Any = np.zeros(self.draws.count)
            bed_days, shortened, waits = total, total, total
            for pod, share in users:
                place = (pool.site, pod)
                number = activity.get(place, 0.0) * share
                own = number * nights[pod]
                total, bed_days = total + number, bed_days + own
                shortened, waits = shortened + own * stay[place], waits + own * delay[place]
            usual = self._usual(pool, users, nights)
            some = bed_days > 0
            days = np.where(some, bed_days, 1.0)
            rows.append((
                total, np.where(some, bed_days / np.where(total > 0, total, 1.0), usual),
                np.where(some, shortened / days, 1.0), np.where(some, waits / days, 1.0),
            ))  # fmt: skip
        found = [self._rows([row[n] for row in rows]) for n in range(4)]
        return found[0], found[1], found[2], found[3]

    def _usual(self, pool: PoolStock, users: Users, nights: dict[str, Any]) -> Any:
        """Mean stay of some pods together at base-year numbers, midnights per admission; 0 where nobody came."""
        admissions = self._admitted(pool, users)
        bed_days: Any = sum((self._admitted(pool, (u,)) * nights[u[0]] for u in users), 0.0)
        return bed_days / admissions if admissions else 0.0

    def _start(self, month: beds.BedMonth, days: int) -> beds.BedState:
        """Patients at the first midnight: what the first month's arrivals, at the season of the month before, keep in beds."""
        daily = month.emergencies / days * self._before("emergency")
        daily_elective = month.electives / days * self._before("elective")
        long = daily * (1.0 - month.short_part)
        waiting_for = 1.0 if month.exit_share is None else month.exit_share
        parts = [
            daily * month.short_part / month.leave_short,
            long / month.leave_long,
            long * month.delay_chance * waiting_for / month.leave_delayed,
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
            before, now = (
                sum(self._admitted(pool, (u,)) * float(self.baseline.season[u[0]][month]) for u in users)
                for month in (first - 1, first)
            )
            found.append(before / now if now else 1.0)
        return np.array(found)[:, None]
