"""What packages cost councils, what people pay them back, and the councils' books at the end of each month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.core.sums import Sums, in_order
from placeplan.core.tables import SYSTEM, MoneyLine
from placeplan.model.care_untouched import CareUntouched
from placeplan.model.councils import Councils
from placeplan.model.money import Ledger
from placeplan.model.packages import Packages
from placeplan.model.record import Recorder

Array = np.ndarray[Any, np.dtype[np.float64]]
ByCouncil = dict[str, Array]


def care_cost(packages: Any, fee: Any, days: Any, level: Any) -> Any:
    """What packages cost in a month: ``packages × fee × days / 7 × level``, £ in base-year prices.

    packages: at a time, mean of the month; fee: £ a week (or the charge that the person pays back); level: against the base
    year's in real terms.

    >>> care_cost(100.0, 700.0, 28, 0.95)
    266000.0
    """
    return packages * fee * days / 7.0 * level


def where_it_settles(whole: Any, met: Any, hospital: Any, capacity: Any, turns: Any) -> Any:
    """Packages in use once the month's decisions have run through the stock: ``least(capacity, (whole × met + hospital) / turns)``.

    whole: packages a month that the community asks for if all are eligible; met: share that stays eligible; hospital: those
    started from hospital. Little's law.

    >>> float(where_it_settles(40.0, 0.9, 14.0, 200.0, 0.5))
    100.0
    """
    return np.minimum(capacity, (whole * met + hospital) / turns)


def kept_over_a_year(turns: Any) -> Any:
    """Share of today's packages in use over the next twelve months: mean of ``1 / (1 + turns)^k``, k from 1 to 12.

    >>> round(float(kept_over_a_year(np.array(0.25))), 4)
    0.3104
    """
    left: Any = 1.0
    total: Any = 0.0
    for _ in range(12):
        left = left / (1.0 + turns)
        total = total + left
    return total / 12.0


def over_a_year(now: Any, settled: Any, kept: Any) -> Any:
    """Packages in use over the next twelve months, mean: ``settled + (now − settled) × kept``.

    >>> over_a_year(100.0, 90.0, 0.4)
    94.0
    """
    return settled + (now - settled) * kept


class CareCosts:
    """Drivers of money lines from packages, and what councils decide on, for one block of futures."""

    def __init__(
        self, packages: Packages, books: Sequence[tuple[Ledger, Packages | CareUntouched]], lines: Sequence[MoneyLine]
    ) -> None:
        self.packages, self.books = packages, books
        rows = packages.rows
        self.of = {
            r.council: [n for n, o in enumerate(rows) if o.council == r.council and o.funder == "public"] for r in rows
        }
        self.fee, self.charge = (np.array([[getattr(r, k)] for r in rows]).reshape(-1, 1) for k in ("fee", "charge"))
        driven = ("packages", *{r.kind for r in rows})
        self.inflator = {
            council: next((x.inflator for x in lines if x.organisation == council and x.driver in driven), "")
            for council in self.of
        }
        zero = np.zeros(packages.draws.count)
        self.driven = [one for council in self.of for one in self._driven(council)]
        self.sums = Sums(name for r in rows for name in (r.id, r.council, SYSTEM))
        self.summed = [n for n in range(len(rows)) for _ in range(3)]
        self.days = 0
        """Days of the quarter so far."""
        self.quarter = {council: {"cost": zero, "charges": zero} for council in self.of}

    def drive(self) -> None:
        """Sets the drivers ``packages``, ``charges`` and each kind of package for every council, against the base year."""
        for ledger, stocks in self.books:
            self._drive(ledger, (stocks.before + stocks.in_use) / 2.0)

    def _drive(self, ledger: Ledger, use: Array) -> None:
        """The same of one ledger, from packages in use this month, ``[stock, future]``."""
        for council, name, stocks, weight, base, by in self.driven:
            index = in_order(use[stocks] * weight) / base * self._levels(council)[by] if base else np.ones(use.shape[1])
            ledger.drivers[council, name] = index

    def _driven(self, council: str) -> Iterator[tuple[str, str, list[int], Array, float, str]]:
        """Each driver of a council: its name, stocks and their weights, the base year's sum, and the instrument that moves it."""
        own, rows = self.of[council], self.packages.rows
        sets = [("packages", own, self.fee, "fees"), ("charges", own, self.charge, "charging")]
        sets += [
            (k, [n for n in own if rows[n].kind == k], self.fee, "fees") for k in sorted({rows[n].kind for n in own})
        ]
        for name, stocks, price, by in sets:
            weight = price[stocks] if price[stocks].any() else np.ones((len(stocks), 1))
            yield council, name, stocks, weight, float((self.packages.base[stocks] * weight).sum()), by

    def _levels(self, council: str, decided: bool = False) -> dict[str, Any]:
        """What a council's instruments are at, against the base year, ``[future]``."""
        found = self.packages.councils.all.get(council)
        if found is None:
            return dict.fromkeys(("eligibility", "fees", "charging"), 1.0)
        return found.decided if decided else found.now

    def end(self, number: int, councils: Councils) -> None:
        """The month ends: every council's books, and at a quarter's end what it decides."""
        p, decides = self.packages, number % 3 == 2
        zero = np.zeros(p.draws.count)
        self.days = p.month.days + self.days * (number % 3 > 0)
        year = self._year_ahead() if decides else None
        for name, council in councils.all.items():
            own = self.of.get(name, [])
            books = self.quarter.setdefault(name, {"cost": zero, "charges": zero})
            now = self._levels(name)
            prices = self.books[0][0].prices(self.inflator.get(name, ""), number, name)
            use = (p.before[own] + p.in_use[own]) / 2.0
            for key, price, by in (("cost", self.fee, "fees"), ("charges", self.charge, "charging")):
                books[key] = books[key] + in_order(care_cost(use, price[own], p.month.days, now[by])) * prices
            ahead, lasting = self._to_come(name, prices, *year) if year else ({}, {})
            council.end(number, books["cost"] - books["charges"], ahead, lasting)
            if decides:
                books["cost"], books["charges"] = zero, zero

    def _to_come(
        self, council: str, prices: Any, settled: Array, moves: Array, kept: Array
    ) -> tuple[ByCouncil, ByCouncil]:
        """A quarter of the year ahead, and one once what is decided has run through the stocks."""
        own, later = self.of.get(council, []), self._levels(council, decided=True)
        year = over_a_year(self.packages.in_use[own], settled[own], kept[own])
        return (
            self._quarter(own, later, prices, year, moves[own] * (1.0 - kept[own])),
            self._quarter(own, later, prices, settled[own], moves[own]),
        )

    def _quarter(
        self, own: list[int], level: Mapping[str, Any], prices: Any, packages: Array, moves: Array
    ) -> ByCouncil:
        """£ of as many days at some level of packages, by stock: cost, charges, and what of them moves with eligibility."""
        cost, charges, moved, less = (
            in_order(care_cost(number, price[own], self.days, level[by])) * prices
            for number in (packages, moves)
            for price, by in ((self.fee, "fees"), (self.charge, "charging"))
        )
        return {"cost": cost, "charges": charges, "moves": moved - less}

    def _year_ahead(self) -> tuple[Array, Array, Array]:
        """Packages in use once decisions are through, those of the community in them, and `kept_over_a_year`."""
        p = self.packages
        turns, met = p.month.turns, p.eligible(decided=True)
        other = sum(p.trail[1:], p.trail[0]) / 12.0 * p.month.days + np.maximum(p.moved, 0.0)
        settled = where_it_settles(p.month.whole, met, other, p.month.capacity, turns)
        moves = np.minimum(p.month.whole * met / turns, settled)
        return settled, moves, kept_over_a_year(turns)

    def record(self, recorder: Recorder) -> None:
        """Stocks by council and kind, self-funded ones apart; by council and for the system."""
        p = self.packages
        values: Mapping[str, Array] = {
            "packages_in_use": p.in_use,
            "package_capacity": p.month.capacity,
            "package_starts": p.started,
            "package_ends": p.ended,
            "waiting_for_package": p.waiting,
            "unmet_care": p.unmet,
        }
        for outcome, by_stock in values.items():
            recorder.each(outcome, self.sums.names, self.sums(by_stock[self.summed]))


def record_exits(packages: Packages, delayed: Array, recorder: Recorder) -> None:
    """People ready to leave hospital at the month's last midnight, by pool and way out: ``site/pool/1``, ``system/1``."""
    for exit_, name in enumerate(packages.names):
        for n, pool in enumerate(packages.ways.pools):
            if packages.modelled[n, 0]:
                recorder.put("ready_to_leave", f"{pool}/{name}", delayed[exit_, n])
        recorder.put("ready_to_leave", f"{SYSTEM}/{name}", in_order(delayed[exit_]))
    recorder.put("ready_to_leave", SYSTEM, in_order(in_order(delayed)))


__all__ = ["CareCosts", "care_cost", "record_exits", "where_it_settles"]
