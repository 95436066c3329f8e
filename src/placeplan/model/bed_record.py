"""Beds of a month written down: by pool, organisation and system."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.capacity.beds import BedCounts, deaths_from_delay
from placeplan.core.sums import in_order
from placeplan.model.record import SYSTEM, Recorder
from placeplan.model.wards import Wards

Array = np.ndarray[Any, np.dtype[np.float64]]


def record_beds(recorder: Recorder, wards: Wards, counts: BedCounts, opened: Array, days: int, others: Array) -> None:
    """Writes down the beds of a month.

    opened: beds open; others: share of bed-days by people from beyond the footprint, ``[pool, future]``.
    """
    added = _added(wards, counts, opened, days, others)
    shares = {"days_over_92": counts.over_92 / days, "days_over_100": counts.over_100 / days}
    for entity, rows in bed_entities(wards):
        for outcome, values in added.items():
            recorder.put(outcome, entity, in_order(values[rows]))
        total = _sum(opened, rows)
        some = np.where(total > 0, total, 1.0)  # where none is open, patients stand against one
        recorder.put("occupancy", entity, _sum(added["occupied"], rows) / some)
        for outcome, values in shares.items():
            recorder.put(outcome, entity, in_order(values[rows] * opened[rows]) / some)


def _added(wards: Wards, counts: BedCounts, opened: Array, days: int, others: Array) -> dict[str, Array]:
    """Outcomes that add up over pools, ``[pool, future]``."""
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


def _sum(values: Array, rows: list[int]) -> Array:
    """Sum over some pools, ``[future]``."""
    return np.asarray(in_order(values[rows]))
