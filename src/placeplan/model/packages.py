"""Care packages in a run: what is asked for by the community and from hospital, who starts, and who waits where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity import packages as eq
from placeplan.capacity.beds import BedCounts, BedState
from placeplan.core.calendar import days_in, year_days
from placeplan.core.sums import in_order, rows_of
from placeplan.core.tables.packages import Package
from placeplan.model.councils import Councils
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow
from placeplan.model.pathways import ROUNDING, Hospital, Pathways, rest_of
from placeplan.model.workforce import Workforce
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass
class Offer:
    """What a month begins with, ``[stock, future]``, packages (a month)."""

    days: int
    turns: Array
    capacity: Array
    room: Array
    """Places of the month."""
    asked: Array
    """Newly asked for by the community, after eligibility."""
    denied: Array
    """Asked for by people who are no longer eligible."""
    whole: Array
    """Asked for by the community if everybody were eligible."""


class Packages:
    """All stocks of packages of a run, and the exits of its beds, for one block of futures."""

    def __init__(self, plan: Plan, baseline: Baseline, draws: Draws, workforce: Workforce, councils: Councils) -> None:
        self.baseline, self.draws, self.workforce, self.councils = baseline, draws, workforce, councils
        rows = [r for r in plan.tables["packages"] if isinstance(r, Package)]
        self.rows = tuple(sorted(rows, key=lambda r: (r.council, r.kind, r.funder)))
        self.shape = (len(self.rows), draws.count)
        self.at = {r.id: n for n, r in enumerate(self.rows)}
        self.base_year = {(r.council, r.kind): self._base_year(r.council, r.kind) for r in self.rows}
        """Activity of each kind at its council by month of the base year, in the pod's unit."""
        self.given_by: dict[tuple[str, str], list[int]] = {}
        for n, r in enumerate(self.rows):
            self.given_by.setdefault((r.council, r.kind), []).append(n)
        self.drawn: dict[str, Array] = {}
        self.weeks = self._column("weeks")
        self.base = self._column("in_use")
        self.in_use: Array = self.base + np.zeros(self.shape)
        self.before = self.in_use
        self.needs, self.usual_needs, self.waiting, self.unmet, self.started, self.ended, self.moved = (
            np.zeros(self.shape) for _ in range(7)
        )
        self.ways = Pathways(baseline, plan.tables, self.rows, draws)
        self.names = self.ways.names
        self.modelled = self.ways.modelled
        self.community: Array | None = None
        """Asked for by the community in the base year, packages a day, ``[stock, future]``."""
        self.trail: list[Array] = []
        """Started from hospital in each of the last twelve months, packages a day, ``[stock, future]``."""
        self.each: Array = draws.ones(len(self.rows) + len(self.ways.beds))
        """Packages that each person from hospital starts: less than 1 where more come than packages end."""
        self.queue = np.zeros((len(self.ways.routes), draws.count))
        """People held up at the month's start, ``[route, future]``."""
        self.usual_year = np.array([[self._usual(pool)] for pool in self.ways.pool_of]).reshape(-1, 1)
        self.free = np.full((len(self.ways.beds), draws.count), np.inf)
        """Beds of the month for people who step down, by pool."""
        self.down: Array | None = None
        """Share of a step-down pool's beds that goes to people from other pools."""
        self.month: Offer
        self.hospital: Hospital

    def _column(self, name: str) -> Array:
        return np.array([[float(getattr(r, name))] for r in self.rows]).reshape(-1, 1)

    def _stocks(self, values: list[Any]) -> Array:
        """One row a stock, ``[stock, future]``."""
        return rows_of(values, self.draws.count)

    def _drawn(self, name: str) -> Array:
        """An assumption, each council's own draw where it has one, ``[stock, future]``."""
        if name not in self.drawn:
            self.drawn[name] = self._stocks([self.draws.of(name, r.council) for r in self.rows])
        return self.drawn[name]

    def offer(self, number: int, care: Flow, added: Mapping[tuple[str, str], Any]) -> None:
        """A month begins: room for new packages, and what the community asks for.

        added: packages that initiatives opened (negative: closed) by (council, kind), ``[future]``. What is given of the
        kind of care, in its own unit, becomes what packages in use allow.
        """
        days = days_in(self.baseline.months[number])
        self.needs = self._need(number, care.asked or care.activity)
        self.usual_needs = self._need(number, care.untouched)
        capacity, turns = self.offered(self.workforce, added), eq.turnover(days, self.weeks)
        whole = np.zeros(self.shape)
        self.month = Offer(days, turns, capacity, eq.places(capacity, self.in_use, turns), whole, whole, whole)
        if self.community is not None:
            self._ask()
        elif not self.ways.routes:
            self._begin(np.zeros(self.shape))
        for place, contacts in self.given(number, self.in_use):
            if place in care.activity:
                care.give(place, contacts)

    def offered(self, workforce: Workforce, added: Mapping[tuple[str, str], Any]) -> Array:
        """Packages that the market can give this month with some staff, ``[stock, future]``; added: as in `offer`."""
        found: Array = eq.capacity_now(
            self._capacity(added), self._drawn("care.supply"), self._drawn("care.follow"), self.usual_needs,
            self._stocks([self.councils.market(r.council) if r.funder == "public" else 1.0 for r in self.rows]),
            self._stocks([workforce.strength(r.council, r.group) if r.group else 1.0 for r in self.rows]),
        )  # fmt: skip
        return found

    def _ask(self) -> None:
        """What the community asks for this month, those no longer eligible apart."""
        assert self.community is not None
        self.month.whole = self.community * self.needs * self.month.days
        met = self.eligible()
        self.month.asked, self.month.denied = self.month.whole * met, self.month.whole * (1.0 - met)

    def _capacity(self, added: Mapping[tuple[str, str], Any]) -> Array:
        """Packages of the table and what initiatives added to the public ones, at least 0, ``[stock, future]``."""
        rows = [r.capacity + (added.get((r.council, r.kind), 0.0) if r.funder == "public" else 0.0) for r in self.rows]
        return np.maximum(self._stocks(rows), 0.0)

    def eligible(self, decided: bool = False) -> Array:
        """Share of need that is met by stock, ``[stock, future]``; decided: as it will be once decisions are felt."""
        councils = self.councils.all
        return self._stocks([
            1.0 if r.funder == "self" or r.council not in councils
            else (councils[r.council].decided if decided else councils[r.council].now)["eligibility"]
            for r in self.rows
        ])  # fmt: skip

    def _need(self, number: int, activity: Mapping[tuple[str, str], Any]) -> Array:
        """What is asked for of each kind against the base year's same month, ``[stock, future]``; 1 without activity."""
        found: list[Any] = []
        for r in self.rows:
            base = self._base_weeks(number, r.council, r.kind)
            found.append(activity.get((r.council, r.kind), 0.0) / base if base else 1.0)
        return self._stocks(found)

    def _base_weeks(self, number: int, council: str, kind: str) -> float:
        """Activity of a kind at its council in the base year's same month, in the pod's unit; 0 where there is none."""
        days = days_in(self.baseline.months[number]) / days_in(self.baseline.months[number % 12])
        return self.base_year[council, kind][number % 12] * days

    def _base_year(self, council: str, kind: str) -> list[float]:
        """The same in each month of the base year."""
        if kind not in self.baseline.pods:
            return [0.0] * 12
        total = sum(float(s.cells.sum()) for s in self.baseline.streams if (s.site, s.pod) == (council, kind))
        return [total * float(share) for share in self.baseline.base_profile(kind)]

    def given(self, number: int, in_use: Array) -> Iterator[tuple[tuple[str, str], Any]]:
        """Contacts of each kind at its council, ``[future]``: the base year's, by packages in use against the base year's."""
        for place, own in self.given_by.items():
            base, weeks = float(self.base[own].sum()), self._base_weeks(number, *place)
            if base and weeks:
                yield place, weeks * in_order(in_use[own]) / base

    def held(self, chance: Array, ready: Array, nights: Array) -> tuple[Array, Array]:
        """Who is held up: chance of those whose long stay ends ``[pool, future]``, and for what ``[exit, pool, future]``.

        chance: of the base year; ready: people of the month whose long stay ends; nights: that they wait in the base year,
        all ``[pool, future]``. Those for whom there is no place are held up too. Pools whose ways out are not given keep
        the base year's chance, and exit 0.
        """
        ways = self.ways
        share, parts = ways.share[:, :, None], self._parts(chance)
        needing = ready[ways.pool_of] * ways.of_route(share) * ways.part
        if self.community is None:
            self._begin(ways.by_supplier(needing * self.usual_year))
        usual = ready * chance * parts * nights / self.month.days
        asked = needing + eq.queue_beyond(self.queue, ways.of_route(usual) * ways.part)
        own, limit = ways.limits(self._rooms(asked), asked)
        once = eq.placed_at_once(ready, share, chance, parts, limit)
        self.hospital = Hospital(needing, asked, own, once, limit - once)
        beyond = np.maximum(ready * (share - chance * parts) - once, 0.0) / np.where(ready > 0, ready, 1.0)
        waits = chance * parts + beyond
        waits[0] = chance * rest_of(parts)
        total = waits.sum(axis=0)
        first = np.zeros_like(waits)
        first[0] = 1.0
        return total, np.where(total > 0, waits / np.where(total > 0, total, 1.0), first)

    def _parts(self, chance: Array) -> Array:
        """Share of those held up in the base year who wait for each exit with care, ``[exit, pool, future]``."""
        share = self.ways.share[:, :, None]
        found: Array = eq.exit_share(share, chance, share.sum(axis=0))
        return found

    def may_wait(self, own: Any) -> Any:
        """Whether anybody of a pool can be held up for each exit, ``[exit, pool, 1]``; own: in the base year, ``[pool, 1]``."""
        return np.concatenate((own[None], self.ways.share[1:, :, None] > 0.0))

    def usual(self, chance: Array) -> Array:
        """Share of those held up who wait for each exit in the base year, ``[exit, pool, future]``, summing to 1."""
        parts = self._parts(chance)
        parts[0] = rest_of(parts)
        return parts

    def _usual(self, pool: int) -> float:
        """Emergencies of a mean day of the base year against a day of its first month, by the pods that use a pool."""
        stock, base = self.baseline.pools[pool], self.baseline
        year, first = 0.0, 0.0
        for pod, share in stock.emergency:
            number = share * sum(float(s.cells.sum()) for s in base.streams if (s.site, s.pod) == (stock.site, pod))
            year += number / year_days(base.months[0])
            first += number * float(base.base_profile(pod)[0]) / days_in(base.months[0])
        return year / first if first else 1.0

    def _begin(self, hospital: Array) -> None:
        """The base year's flows: what ends starts again, from hospital and, the rest of it, from the community."""
        daily = self.base / (7.0 * self.weeks) + np.zeros(self.shape)
        from_hospital = hospital[: len(self.rows)] / self.month.days
        short = (from_hospital > daily) & (daily > 0)
        each = np.where(short, daily / np.where(short, from_hospital, 1.0), 1.0)
        self.each[: len(self.rows)] = each
        self.community = np.maximum(daily - from_hospital * each, 0.0)
        self.trail = [from_hospital * each] * 12
        self._ask()

    def _rooms(self, asked: Array) -> Array:
        """People of the month whom each supplier can take from hospital, ``[supplier, future]``."""
        stocks = len(self.rows)
        want = self.ways.by_supplier(asked)
        each = self.each[:stocks]
        first = np.clip(self._drawn("care.discharge_first"), 0.0, 1.0)
        room = eq.hospital_places(self.month.room, want[:stocks] * each, self.month.asked + self.waiting, first)
        funded = 1.0 - (1.0 - self.eligible()) * (1.0 - first)
        room = np.where(funded < 1.0 - ROUNDING, np.minimum(room, want[:stocks] * each * funded), room)
        return np.concatenate((room / each, self.free))

    def places(self, days: int) -> Array:
        """People a day who can leave by each exit at most, ``[exit, pool, future]``; infinite for exit 0."""
        return np.maximum(self.hospital.left, 0.0) / days

    def settle(self, counts: BedCounts, state: BedState, opened: Array) -> None:
        """The month ends: who came from hospital, who starts from the community, who goes on waiting."""
        starts: Array = self.draws.zeros(len(self.rows))
        if self.ways.routes:
            left = counts.left_for_care + self.hospital.once
            gone = self.ways.divided(left, self.hospital.own, self.hospital.asked)
            taken = self.ways.by_supplier(gone) * self.each
            starts = taken[: len(self.rows)]
            waiting = np.maximum(self.queue + self.hospital.needing - gone, 0.0)
            self.queue = self.ways.of_route(state.delayed) * self.ways.portion(waiting)
            self._beds_free(counts, state, opened, taken)
        m = self.month
        self.trail = [*self.trail[1:], starts / m.days]
        asked = self.waiting + m.asked
        own = eq.starts(asked, m.room - starts)
        still = asked - own
        self.waiting = eq.in_use_after(still, 0.0, m.turns)
        self.unmet = m.denied + (still - self.waiting)
        self.started = starts + own
        self.before = self.in_use
        self.ended = eq.ends(self.in_use, self.started, m.turns)
        after = eq.in_use_after(self.in_use, self.started, m.turns)
        self.moved = self.moving(after)
        self.in_use = after + self.moved

    def _beds_free(self, counts: BedCounts, state: BedState, opened: Array, taken: Array) -> None:
        """Beds of the next month for people who step down, by pool ``[bed pool, future]``."""
        rows = self.ways.bed_rows
        if not rows:
            return
        leaving = counts.discharges[rows]
        if self.down is None:
            came = taken[len(self.rows) :]
            self.down = np.minimum(came / np.where(leaving > 0, leaving, 1.0), 1.0) * (leaving > 0)
        free = opened[rows] - state.occupied[rows] - state.waiting[rows]
        self.free = eq.step_down_places(free, leaving, self.down)

    def moving(self, in_use: Array) -> Array:
        """People who paid themselves and have nothing left go on as public ones, share a year; ``[stock, future]``."""
        rate = np.clip(self._drawn("care.runs_out"), 0.0, 1.0) * self.month.days / 365.25
        moved: Array = self.draws.zeros(len(self.rows))
        for n, row in enumerate(self.rows):
            to = self.at.get(f"{row.council}/{row.kind}")
            if row.funder == "self" and to is not None:
                moving = in_use[n] * rate[n]
                moved[n] -= moving
                moved[to] += moving
        return moved
