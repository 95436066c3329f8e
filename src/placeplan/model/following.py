"""Doors that grow with what is asked of them: clinics with a waiting list are planned for what the last year asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity.contacts import followed
from placeplan.core.calendar import days_in
from placeplan.core.sums import rows_of
from placeplan.core.tables import ContactCapacity
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]
YEAR = 12
"""Months that are looked back on."""


class Following:
    """How far each door has grown with need, before any effect; where nothing follows, nothing is worked out.

    What initiatives prevent or move is not followed: it makes room, or needs room that an initiative opens.
    """

    def __init__(self, rows: Sequence[ContactCapacity], baseline: Baseline, draws: Draws) -> None:
        self.baseline, self.draws, self.count = baseline, draws, len(rows)
        self.which = [n for n, r in enumerate(rows) if (r.unmet == "list" if r.follow is None else r.follow > 0)]
        self.places = [(rows[n].site, rows[n].pod) for n in self.which]
        self.share = rows_of([self._share(rows[n]) for n in self.which], draws.count)
        self.asked: list[Array] = []
        """Contacts a day that were asked for in each month so far, ``[following door, future]``."""

    def _share(self, row: ContactCapacity) -> Any:
        """Share of need's growth that a door follows, ``[future]``."""
        if row.follow is not None:
            return row.follow
        return self.draws.of("contacts.follow", row.pod, self.baseline.site_organisation[row.site])

    def grown(self) -> Array:
        """Capacity by what the last twelve months asked for against the base year, ``[door, future]``; 1 in the base year."""
        found: Array = self.draws.ones(self.count)
        if not self.which or len(self.asked) < YEAR:
            return found
        first, last = (sum(part[1:], part[0]) for part in (self.asked[:YEAR], self.asked[-YEAR:]))
        need = np.where(first > 0, last / np.where(first > 0, first, 1.0), 1.0)
        found[self.which] = followed(self.share, need)
        return found

    def month(self, number: int, need: Mapping[tuple[str, str], Any]) -> None:
        """Notes what need asks for in a month; need: contacts by site and pod, before any effect, ``[future]``."""
        if self.which:
            days = days_in(self.baseline.months[number])
            self.asked.append(rows_of([need.get(p, 0.0) for p in self.places], self.draws.count) / days)
