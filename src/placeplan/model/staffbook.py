"""What is written down of staff each month, by group, employer and for the system; of the labour market; of initiatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from placeplan.capacity import staff as st
from placeplan.core.sums import Groups
from placeplan.core.tables import SYSTEM
from placeplan.model.paybill import PayBill
from placeplan.model.record import Recorder
from placeplan.model.workforce import Workforce

Array = np.ndarray[Any, np.dtype[np.float64]]


NAMES = (
    "staff_in_post",
    "staff_funded",
    "vacancies",
    "staff_at_work",
    "bank",
    "agency",
    "staff_hired",
    "staff_left",
    "redundancies",
)
"""What is summed over posts; after them those away, pay and agency's part of it."""


class Staffbook:
    """Who is summed to what is written down of a run's staff; nothing where staff is not modelled."""

    def __init__(self, workforce: Workforce, bill: PayBill) -> None:
        self.workforce, self.bill = workforce, bill
        found = list(entities(workforce))
        self.entities = [entity for entity, _ in found]
        self.sums = Groups([rows for _, rows in found])
        self.paid = [all(_pay_known(workforce, n) for n in rows) for _, rows in found]
        """Whether the pay of all is known."""

    def record(self, recorder: Recorder, number: int) -> None:
        """Writes down one month."""
        workforce = self.workforce
        if not workforce.posts:
            return
        values = self._values(number)
        for outcome, of_entity in zip(NAMES, values, strict=False):
            recorder.each(outcome, self.entities, of_entity)
        by_name = dict(zip((*NAMES, "away", "pay", "temporary"), values, strict=True))
        recorder.each("vacancy_rate", self.entities, st.rate(by_name["vacancies"], by_name["staff_funded"]))
        recorder.each("absence", self.entities, st.rate(by_name["away"], by_name["staff_in_post"]))
        for n, entity in enumerate(self.entities):
            if self.paid[n]:
                recorder.put("staff_cost", entity, by_name["pay"][n])
                recorder.put("agency_cost", entity, by_name["temporary"][n])
        for outcome, name in (("labour_market", "seekers"), ("labour_entrants", "entrants"), ("labour_left", "left")):
            recorder.each(outcome, workforce.rates.markets, workforce.market_flows[name])
        for initiative in workforce.opening:
            recorder.put("staffed", initiative, workforce.opened[initiative])

    def _values(self, number: int) -> Array:
        """Sums of a month, in the order of `NAMES`, ``[name, entity, future]``."""
        w, flows = self.workforce, self.workforce.flows
        paid, agency = self.bill.costs(number)
        parts = (
            flows["in_post"], w.funded, st.vacant(w.funded, flows["in_post"]), w.at_work, w.bank, w.agency,
            flows["hires"], flows["leavers"], flows["redundancies"], flows["in_post"] * w.absent, paid, agency,
        )  # fmt: skip
        return np.moveaxis(self.sums(np.stack(parts, axis=1)), 1, 0)


def entities(workforce: Workforce) -> Iterator[tuple[str, list[int]]]:
    """Each group of each employer; each employer and the system, without the unpaid; with the rows of their posts."""
    posts = list(enumerate(workforce.posts))
    for name in sorted({p.id for _, p in posts}):
        yield name, [n for n, p in posts if p.id == name]
    for org in sorted({p.organisation for _, p in posts if p.paid}):
        yield org, [n for n, p in posts if p.organisation == org and p.paid]
    if any(p.paid for _, p in posts):
        yield SYSTEM, [n for n, p in posts if p.paid]


def _pay_known(workforce: Workforce, n: int) -> bool:
    """Whether the pay of some posts is known."""
    post = workforce.posts[n]
    stated = bool(post.added) and all(p.price is not None for p in post.added)
    return stated or bool(post.row and (post.row.pay is not None or post.row.unpaid))
