"""What staff cost: the pay bill as a driver of its money lines, and what initiatives' own posts and redundancies cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.capacity import staff as st
from placeplan.core.calendar import days_in, year_days
from placeplan.core.sums import Groups, rows_of
from placeplan.core.tables import MoneyLine
from placeplan.model.money import Ledger, driver_of
from placeplan.model.posts import Post
from placeplan.model.workforce import Workforce

Array = np.ndarray[Any, np.dtype[np.float64]]


class PayBill:
    """The pay of a run, for one block of futures."""

    def __init__(self, workforce: Workforce, ledger: Ledger) -> None:
        self.workforce, self.ledger, self.draws = workforce, ledger, workforce.draws
        self.posts = workforce.posts
        if not self.posts:
            return
        self.pay = rows_of([self._pay(p) for p in self.posts], self.draws.count)
        ratios = (workforce.rates.per_post(f"staff.{kind}_premium") for kind in ("bank", "agency"))
        self.bank_ratio, self.agency_ratio = ratios
        self.base = self._bill(workforce.wte, *workforce.standins.base)
        self.inflators = {(r.organisation, r.line): r.inflator for r in ledger.lines if r.direction == "cost"}
        lines = [r for r in ledger.lines if r.driver == "staff"]
        self.driven = [(r.organisation, driver_of(r)) for r in lines]
        self.of_line = Groups([[n for n, p in enumerate(self.posts) if _on(p, r)] for r in lines])
        self.index: dict[int, Array] = {}
        """By year: index of pay against the base year, ``[post, future]``."""
        self.paid: tuple[int, Array, Array] | None = None
        """Month, and what `costs` found of it."""

    def _pay(self, post: Post) -> Any:
        """£ a whole-time equivalent a year, ``[future]``; 0 where it is not known, or counted elsewhere."""
        usual = (post.row.pay or 0.0) if post.row else 0.0
        if not post.initiative:
            return usual
        parts = [
            (self.draws.of(p.quantity, post.initiative), usual if p.price is None else self.draws.of(p.price, post.initiative))
            for p in post.added
        ]  # fmt: skip
        posts: Any = sum((posts for posts, _ in parts), np.zeros(self.draws.count))
        pay: Any = sum((posts * price for posts, price in parts), np.zeros(self.draws.count))
        return np.where(posts > 0, pay / np.where(posts > 0, posts, 1.0), 0.0)

    def _bill(self, wte: Array, bank: Array, agency: Array) -> Array:
        """Pay of a year, £ in base-year prices, ``[post, future]``."""
        found: Array = st.pay_bill(wte, bank, agency, self.pay, self.bank_ratio, self.agency_ratio)
        return found

    def now(self) -> Array:
        """This month's pay as of a year, £ in base-year prices, ``[post, future]``."""
        w = self.workforce
        return self._bill(w.flows["in_post"], w.bank, w.agency)

    def drivers(self) -> dict[tuple[str, str], Any]:
        """This month's pay bill against the base year's by (organisation, `driver_of` of a line), ``[future]``."""
        if not self.posts:
            return {}
        return dict(zip(self.driven, st.against(self.of_line(self.now()), self.of_line(self.base)), strict=True))

    def prices(self, post: Post, number: int) -> Any:
        """Index of pay of a month against the base year: that of the line on which the group's pay stands, ``[future]``."""
        line = post.row.line if post.row else ""
        usual = "prices.pay" if self.draws.has("prices.pay", post.organisation) else "prices.general"
        return self.ledger.prices(self.inflators.get((post.organisation, line), usual), number, post.organisation)

    def costs(self, number: int) -> tuple[Array, Array]:
        """Pay of a month, and agency's part of it, £ nominal, ``[post, future]`` each."""
        if self.paid is None or self.paid[0] != number:
            year = number // 12
            if year not in self.index:
                self.index[year] = rows_of([self.prices(p, number) for p in self.posts], self.draws.count)
            month = self._share(number) * self.index[year]
            agency = self.pay * self.workforce.agency * self.agency_ratio
            self.paid = number, self.now() * month, agency * month
        return self.paid[1:]

    def _share(self, number: int) -> float:
        """The month's share of its year's days."""
        name = self.workforce.baseline.months[number]
        return days_in(name) / year_days(name)

    def of_initiatives(self, number: int) -> dict[tuple[str, str], Any]:
        """Pay of initiatives' own posts, and redundancies, £ of the month, nominal, by (organisation, initiative)."""
        found: dict[tuple[str, str], Any] = {}
        if not self.posts:
            return found
        paid, _ = self.costs(number)
        for n, post in enumerate(self.posts):
            if post.initiative:
                key = (post.organisation, post.initiative)
                found[key] = found.get(key, 0.0) + paid[n]
        for initiative, p, rows in self.workforce.going(number):
            key = (p.organisation, initiative)
            each = self.draws.of(p.price or 0.0, initiative) * self.ledger.prices(
                "prices.general", number, p.organisation
            )
            found[key] = found.get(key, 0.0) + rows * each
        return found


def _on(post: Post, line: MoneyLine) -> bool:
    """Whether the pay of an employer's own posts stands on a line."""
    return bool(
        not post.initiative and post.row and (post.row.organisation, post.row.line) == (line.organisation, line.line)
    )
