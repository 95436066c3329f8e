"""Beds of a month written down: by pool, organisation and system."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.capacity.beds import BedCounts, deaths_from_delay
from placeplan.core.sums import Groups
from placeplan.core.tables import SYSTEM
from placeplan.model.record import Recorder
from placeplan.model.wards import Wards

Array = np.ndarray[Any, np.dtype[np.float64]]


class BedRecord:
    """What is written down of the beds of a run."""

    def __init__(self, wards: Wards) -> None:
        self.wards = wards
        found = bed_entities(wards)
        self.entities = [entity for entity, _ in found]
        self.sums = Groups([rows for _, rows in found])

    def month(self, recorder: Recorder, counts: BedCounts, opened: Array, days: int, others: Array) -> None:
        """Writes down the beds of a month.

        opened: beds open; others: share of bed-days by people from beyond the footprint, ``[pool, future]``.
        """
        added = self._added(counts, opened, days, others)
        full = {"days_over_92": counts.over_92 / days * opened, "days_over_100": counts.over_100 / days * opened}
        sums = self.sums(np.stack([*added.values(), *full.values()], axis=1)).swapaxes(0, 1)
        by_outcome = dict(zip((*added, *full), sums, strict=True))
        total = by_outcome["beds_open"]
        some = np.where(total > 0, total, 1.0)  # where none is open, patients stand against one
        by_outcome["occupancy"] = by_outcome["occupied"] / some
        for outcome in full:
            by_outcome[outcome] = by_outcome[outcome] / some
        for outcome, values in by_outcome.items():
            recorder.each(outcome, self.entities, values)

    def _added(self, counts: BedCounts, opened: Array, days: int, others: Array) -> dict[str, Array]:
        """Outcomes that add up over pools, ``[pool, future]``."""
        wards = self.wards
        state, drawn = wards.state, wards.drawn
        assert state is not None
        found = {
            "occupied": counts.occupied / days,
            "occupied_others": counts.occupied / days * others,
            "escalation_beds": counts.escalation / days,
            "waiting_without_bed": counts.waiting / days,
            "delayed_beds": counts.delayed / days,
            "beds_open": opened,
            "arrivals": counts.arrivals,
            "admissions": counts.admissions,
            "elective_admissions": counts.electives,
            "discharges": counts.discharges,
            "deaths": counts.deaths,
            "in_beds": state.occupied,
            "waiting_at_end": state.waiting,
            "electives_deferred": state.deferred,
        }
        if wards.terms.drivers["loans"]:
            found["boarders"] = counts.boarders / days
        if wards.terms.onward:
            found["transfers"] = counts.transfers
        for end in ("low", "high"):
            each = drawn(f"delay.deaths_{end}")
            found[f"deaths_from_delay_{end}"] = deaths_from_delay(counts.new_waiting, each)
        return found


def bed_entities(wards: Wards) -> list[tuple[str, list[int]]]:
    """Each pool, each organisation with beds, and the system, with the rows of their pools."""
    pools = [(p.id, [n]) for n, p in enumerate(wards.pools)]
    orgs = sorted({p.organisation for p in wards.pools})
    by_org = [(o, [n for n, p in enumerate(wards.pools) if p.organisation == o]) for o in orgs]
    return [*pools, *by_org, (SYSTEM, list(range(len(wards.pools))))]
