"""Bank and agency staff: who stands in for vacancies and absence, up to a limit."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.capacity import staff as st
from placeplan.model.posts import Post, Rates

Array = np.ndarray[Any, np.dtype[np.float64]]


class StandIns:
    """Bank and agency of a run, fitted to what the base year used; nobody stands in for volunteers or in initiatives' posts."""

    def __init__(self, rates: Rates) -> None:
        posts, count = rates.posts, rates.draws.count
        self.served = np.array([[p.paid and not p.initiative] for p in posts])
        gap = st.missing(st.vacant(rates.funded, rates.in_post), rates.in_post, rates.absence)
        usual = rates.per_post("staff.cover"), rates.per_post("staff.cap"), rates.per_post("staff.agency_share")
        self.cover, self.cap, self.agency_share = (part.copy() for part in usual)
        for n, post in enumerate(posts):
            used = _used(post)
            if used is None or not self.served[n, 0]:
                continue
            bank, agency = used
            self.cover[n] = np.where(gap[n] > 0, (bank + agency) / np.where(gap[n] > 0, gap[n], 1.0), 0.0)
            funded = float(rates.funded[n, 0])
            self.cap[n] = np.maximum(self.cap[n], (bank + agency) / funded if funded else 0.0)
            self.agency_share[n] = np.full(count, agency / (bank + agency) if bank + agency else 0.0)
        wte = rates.in_post + rates.draws.zeros(len(posts))
        self.base = self.month(wte, rates.funded + np.zeros_like(wte), rates.absence)
        """Bank and agency of the base year, ``[post, future]`` each."""

    def month(self, wte: Array, funded: Array, absent: Array) -> tuple[Array, Array]:
        """Bank and agency staff of a month, ``[post, future]`` each."""
        gap = st.missing(st.vacant(funded, wte), wte, absent)
        both = np.where(self.served, st.temporary(gap, self.cover, self.cap, funded), 0.0)
        agency = both * self.agency_share
        return both - agency, agency


def _used(post: Post) -> tuple[float, float] | None:
    """Bank and agency of the base year; None where the plan states neither."""
    row = post.row
    if row is None or (row.bank is None and row.agency is None):
        return None
    return row.bank or 0.0, row.agency or 0.0
