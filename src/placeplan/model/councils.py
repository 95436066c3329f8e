"""Councils: the duty to balance each year's budget, by reserves, eligibility, fees or charging, and when it is felt.

A year balances to the pound while reserves last. After that it is short, or over, by what its decisions bring too late or
too early: each is made for the mean of the twelve months after it, and these do not end in March (decision 16).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.core.tables import SYSTEM
from placeplan.core.tables.packages import CouncilRules
from placeplan.model.draws import Draws
from placeplan.model.record import Recorder

Array = np.ndarray[Any, np.dtype[np.float64]]

LAG = 3
"""Months from a decision to the packages: a cut reaches them a quarter later."""


def reserves_drawn(position: Any, to_date: Any, drawn: Any, reserves: Any, floor: Any) -> Any:
    """Reserves used in a month (negative: put back): ``clip(−(to_date + position), −drawn, most(0, reserves − floor))``.

    position: £ of the month; to_date: £ of the year's earlier months after what was drawn; drawn: £ of the year so far.
    So a year draws just its own shortfall, while reserves last. Source: Local Government Finance Act 1992, section 31A.

    >>> [float(reserves_drawn(p, t, d, 50.0, 20.0)) for p, t, d in ((-10, 0, 0), (-40, 0, 0), (5, 0, 10), (5, 2, 0))]
    [10.0, 30.0, -5.0, 0.0]
    """
    return np.clip(-(to_date + position), -drawn, np.maximum(reserves - floor, 0.0))


def gap_ahead(position: Any, cost: Any, ahead: Any) -> Any:
    """Shortfall (+) of a quarter as the year ahead will have it: ``−position − (cost − ahead)``, £.

    position: of the quarter before reserves; cost: what packages cost in it less charges; ahead: what they will cost in a
    quarter of the year ahead, with the cuts already made. Without that term each quarter would cut again for the same pound.

    >>> gap_ahead(-10.0, 100.0, 94.0)
    4.0
    """
    return -position - (cost - ahead)


def from_reserves(gap: Any, reserves: Any, floor: Any) -> Any:
    """Part of a quarter's shortfall that reserves are to meet: ``clip(gap, 0, most(0, reserves − floor) / 4)``.

    So that they last for the year that any other decision needs to be felt.

    >>> float(from_reserves(10.0, 32.0, 0.0))
    8.0
    """
    return np.clip(gap, 0.0, np.maximum(reserves - floor, 0.0) / 4.0)


def cut(level: Any, gap: Any, amount: Any, least: Any, most: Any) -> Any:
    """Level of an instrument after it has met a gap: ``clip(level × (1 − gap / amount), least, most)``.

    level: share of need met, or fee or charge against the base year's; gap: £ of the quarter (negative: money to spare);
    amount: £ of the quarter that moves with the level.

    >>> [round(float(cut(1.0, g, 100.0, 0.8, 1.0)), 3) for g in (10.0, 40.0, -10.0)]
    [0.9, 0.8, 1.0]
    """
    share = gap / np.where(amount > 0, amount, 1.0) * (amount > 0)
    return np.clip(level * (1.0 - share), least, most)


def raised(level: Any, gap: Any, amount: Any, most: Any) -> Any:
    """Charges after they have met a gap: ``clip(level × (1 + gap / amount), 1, most)``.

    >>> round(float(raised(1.0, 5.0, 100.0, 1.1)), 3), float(raised(1.0, 50.0, 100.0, 1.1))
    (1.05, 1.1)
    """
    share = gap / np.where(amount > 0, amount, 1.0) * (amount > 0)
    return np.clip(level * (1.0 + share), 1.0, most)


def market_after_fees(fee: Any, elasticity: Any) -> Any:
    """Packages that the market still offers at a lower fee: ``most(0, 1 + elasticity × (fee − 1))``, ratio.

    fee: against the base year's in real terms; elasticity: relative change of packages per relative change of fee.

    >>> round(float(market_after_fees(0.95, 0.5)), 4)
    0.975
    """
    return np.maximum(1.0 + elasticity * (fee - 1.0), 0.0)


class Council:
    """One council through a run: its reserves, and what it has decided, ``[future]`` each."""

    def __init__(self, rules: CouncilRules, count: int) -> None:
        self.rules = rules
        self.reserves = np.full(count, float(rules.reserves))
        self.now = {name: np.ones(count) for name in ("eligibility", "fees", "charging")}
        """What packages feel this month, against the base year."""
        self.decided = dict(self.now)
        self.waiting: list[dict[str, Array]] = []
        """Decisions that have not reached packages yet, one a month."""
        self.to_date = np.zeros(count)
        self.drawn = np.zeros(count)
        self.quarter = np.zeros(count)

    def begin(self) -> None:
        """A month begins: what was decided three months ago reaches packages."""
        if len(self.waiting) >= LAG:
            self.now = self.waiting.pop(0)

    def balance(self, position: Array) -> Array:
        """Reserves that the month's position needs, £ ``[future]``; they are taken out at once."""
        if "reserves" not in self.rules.order:
            used = np.zeros_like(position)
        else:
            used = reserves_drawn(position, self.to_date, self.drawn, self.reserves, self.rules.floor)
        self.reserves = self.reserves - used
        self.drawn = self.drawn + used
        self.to_date = self.to_date + position + used
        self.quarter = self.quarter + position
        return used

    def end(self, number: int, cost: Array, ahead: Mapping[str, Array], lasting: Mapping[str, Array]) -> None:
        """A month ends: at a quarter's end the council decides; at the year's end what is left goes to reserves.

        cost: £ of the quarter so far for packages less charges; ahead: ``cost``, ``charges`` and what ``moves`` with
        eligibility in a quarter of the year ahead; lasting: the same once what is decided has run through the stocks.
        """
        if number % 3 == 2:
            gaps = [gap_ahead(self.quarter, cost, then["cost"] - then["charges"]) for then in (ahead, lasting)]
            self._decide(gaps, ahead, lasting)
            self.quarter = np.zeros_like(self.quarter)
        self.waiting.append(self.decided)
        if number % 12 == 11:
            self.reserves = self.reserves + np.maximum(self.to_date, 0.0)
            self.to_date, self.drawn = np.zeros_like(self.to_date), np.zeros_like(self.drawn)

    def _decide(self, gaps: list[Array], ahead: Mapping[str, Array], lasting: Mapping[str, Array]) -> None:
        """Passes the year's shortfall along the instruments in order, and money that stays to spare along them backwards.

        So a cut is as deep as the year needs, what it is short by so far included, and is taken back only as far as the
        money lasts.
        """
        gap = gaps[0] + np.maximum(-self.to_date, 0.0)
        short, spare = np.maximum(gap, 0.0), np.where(gap < 0, np.minimum(gaps[1], 0.0), 0.0)
        decided = dict(self.decided)
        for name in self.rules.order:
            short = self._met(name, decided, short, ahead)
        for name in reversed(self.rules.order):
            spare = self._met(name, decided, spare, lasting)
        self.decided = decided

    def _met(self, name: str, decided: dict[str, Array], gap: Array, ahead: Mapping[str, Array]) -> Array:
        """Sets one instrument for a gap; returns what of it is left for the next."""
        if name == "reserves":
            left: Array = gap - from_reserves(gap, self.reserves, self.rules.floor)
            return left
        before = decided[name]
        if name == "charging":
            decided[name] = raised(before, gap, ahead["charges"], self.rules.most_charge)
            return gap - ahead["charges"] * (decided[name] / before - 1.0)
        amount = ahead["moves" if name == "eligibility" else "cost"]
        least = self.rules.least_eligibility if name == "eligibility" else self.rules.least_fee
        decided[name] = cut(before, gap, amount, least, 1.0)
        return gap - amount * (1.0 - decided[name] / before)


class Councils:
    """All councils that say how they balance, for one block of futures."""

    def __init__(self, rules: tuple[CouncilRules, ...], draws: Draws) -> None:
        self.all = {r.council: Council(r, draws.count) for r in sorted(rules, key=lambda r: r.council)}
        self.draws, self.one = draws, np.ones(draws.count)

    def begin(self) -> None:
        """A month begins for every council."""
        for council in self.all.values():
            council.begin()

    def level(self, council: str, instrument: str) -> Array:
        """What packages feel of an instrument this month, against the base year, ``[future]``; 1 where nothing is said."""
        return self.all[council].now[instrument] if council in self.all else self.one

    def market(self, council: str) -> Any:
        """Packages that the market still offers at this month's fees, ratio ``[future]``."""
        if council not in self.all:
            return self.one
        return market_after_fees(self.level(council, "fees"), self.draws.of("care.fee_elasticity", council))

    def balance(self, positions: Mapping[str, Array]) -> dict[str, Array]:
        """Reserves used by council, £ of the month ``[future]``."""
        return {name: council.balance(positions[name]) for name, council in self.all.items()}

    def record(self, recorder: Recorder) -> None:
        """Reserves and the share of need that is met."""
        for name, council in self.all.items():
            recorder.put("reserves", name, council.reserves)
            recorder.put("eligibility", name, council.now["eligibility"])
        if self.all:
            recorder.put("reserves", SYSTEM, sum((c.reserves for c in self.all.values()), np.zeros(self.draws.count)))
