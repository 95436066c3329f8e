"""What is written down of staff each month, by group, employer and for the system; of the labour market; of initiatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from placeplan.capacity import staff as st
from placeplan.model.paybill import PayBill
from placeplan.model.record import SYSTEM, Recorder
from placeplan.model.workforce import Workforce

Array = np.ndarray[Any, np.dtype[np.float64]]


def record(workforce: Workforce, bill: PayBill, recorder: Recorder, number: int) -> None:
    """Writes down one month; nothing where staff is not modelled."""
    if not workforce.posts:
        return
    flows, funded = workforce.flows, workforce.funded
    values = {
        "staff_in_post": flows["in_post"], "staff_funded": funded, "vacancies": st.vacant(funded, flows["in_post"]),
        "staff_at_work": workforce.at_work, "bank": workforce.bank, "agency": workforce.agency,
        "staff_hired": flows["hires"], "staff_left": flows["leavers"], "redundancies": flows["redundancies"],
    }  # fmt: skip
    paid, agency = bill.costs(number)
    for entity, rows in entities(workforce):
        sums = {outcome: total(value, rows) for outcome, value in values.items()}
        for outcome, value in sums.items():
            recorder.put(outcome, entity, value)
        recorder.put("vacancy_rate", entity, st.rate(sums["vacancies"], sums["staff_funded"]))
        away = total(flows["in_post"] * workforce.absent, rows)
        recorder.put("absence", entity, st.rate(away, sums["staff_in_post"]))
        if all(_pay_known(workforce, n) for n in rows):
            recorder.put("staff_cost", entity, total(paid, rows))
            recorder.put("agency_cost", entity, total(agency, rows))
    for market, own in workforce.market_flows.items():
        recorder.put("labour_market", market, own["seekers"])
        recorder.put("labour_entrants", market, own["entrants"])
        recorder.put("labour_left", market, own["left"])
    for initiative in sorted({p.initiative for p in workforce.posts if p.work == "initiative"} - {""}):
        recorder.put("staffed", initiative, workforce.opened[initiative])


def entities(workforce: Workforce) -> Iterator[tuple[str, list[int]]]:
    """Each group of each employer; each employer and the system, without the unpaid; with the rows of their posts."""
    posts = list(enumerate(workforce.posts))
    for name in sorted({p.id for _, p in posts}):
        yield name, [n for n, p in posts if p.id == name]
    for org in sorted({p.organisation for _, p in posts if p.paid}):
        yield org, [n for n, p in posts if p.organisation == org and p.paid]
    if any(p.paid for _, p in posts):
        yield SYSTEM, [n for n, p in posts if p.paid]


def total(values: Array, rows: list[int]) -> Array:
    """Sum over some posts, ``[future]``, in their order."""
    found = np.zeros(values.shape[1])
    for n in rows:
        found = found + values[n]
    return found


def _pay_known(workforce: Workforce, n: int) -> bool:
    """Whether the pay of some posts is known."""
    post = workforce.posts[n]
    stated = bool(post.added) and all(p.price is not None for p in post.added)
    return stated or bool(post.row and (post.row.pay is not None or post.row.unpaid))
