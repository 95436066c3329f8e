"""Planned patients of lists and of others in the beds: who fell due, who was admitted, who was put off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.capacity.beds import BedCounts
from placeplan.core.calendar import month_days
from placeplan.core.sums import in_order
from placeplan.model import queues as q
from placeplan.model.wards import Wards

Array = np.ndarray[Any, np.dtype[np.float64]]
Place = tuple[str, str]


def opened(slots: Any, days: Any, share: Any) -> Any:
    """Planned patients whom theatre slots that were added can take in a month: ``most(0, slots) × working days × share``.

    >>> float(opened(2.0, 20, 0.5))
    20.0
    """
    return np.maximum(slots, 0.0) * days * share


class Theatre:
    """Divides the planned patients of each pool among the lists, and others, that wait for its beds.

    `BedState.deferred` holds those put off, overnight and in whole people; here stands whose they are, in the same units.
    """

    def __init__(self, wards: Wards, listed: Mapping[str, Place]) -> None:
        self.wards, self.listed = wards, dict(listed)
        pods = sorted({(p.site, pod) for p in wards.pools for pod, share in p.elective if share})
        self.places: dict[Place, list[str]] = {}
        if any(place in pods for place in listed.values()):
            self.places = {
                place: [*sorted(one for one, own in listed.items() if own == place), "/".join((*place, ""))]
                for place in pods
            }
        self.due: dict[str, Any] = {}
        self.owing = {part: wards.draws.zeros(len(wards.pools)) for parts in self.places.values() for part in parts}
        self.leaving = np.zeros(wards.shape)
        self.before = np.zeros(wards.shape)

    def has(self, place: Place) -> bool:
        """Whether patients of a pod at a site lie in a pool."""
        return place in self.places

    def owed(self, one: str) -> Any:
        """Patients of a list who were put off and wait for a bed, ``[future]``: all admissions, with or without a night."""
        over = self.wards.overnight
        return in_order(self.owing[one] / np.where(over > 0, over, 1.0))

    def added(self, one: str, share: float, slots: Array, number: int) -> Any:
        """Patients of a list for whom initiatives opened theatre slots in a month, ``[future]``.

        share: the list's share of its pod; slots: added a working day, ``[pool, future]``. A pool's slots go to its pods
        and lists by their base-year admissions.
        """
        site, pod = self.listed[one]
        days = sum(day.working for day in month_days(self.wards.baseline.months[number]))
        found: Any = 0.0
        for n, pool in enumerate(self.wards.pools):
            users = {pod_: part * self.wards.base.get((pool.site, pod_), 0.0) for pod_, part in pool.elective}
            usual = sum(users.values())
            if pool.site == site and usual:
                found = found + opened(slots[n], days, users.get(pod, 0.0) * share / usual)
        return found

    def others(self, activity: Mapping[Place, Any], due: Mapping[str, Any]) -> dict[str, Any]:
        """Patients who fall due in a month and are on no list, by place: all but the lists' own."""
        found: dict[str, Any] = {}
        for place, parts in self.places.items():
            own: Any = sum((due[part] for part in parts[:-1]), 0.0)
            found[parts[-1]] = np.maximum(activity.get(place, 0.0) - own, 0.0)
        return found

    def leave(self, share: Mapping[str, Any]) -> None:
        """Those put off leave their list without care as others do: whole people, by adding up fractions."""
        state = self.wards.state
        if state is None or not self.places:
            return
        for one in (name for name in share if name in self.owing):
            self.leaving = self.leaving + self.owing[one] * share[one]
        gone = np.minimum(self.wards.draws.by_chance(self.leaving, np.floor(self.leaving)), state.deferred)
        kept = q.share_of(state.deferred - gone, state.deferred)
        self.leaving = self.leaving - gone
        self.before = state.deferred = state.deferred - gone
        self.owing = {part: owing * kept for part, owing in self.owing.items()}

    def admitted(self, counts: BedCounts) -> tuple[dict[str, Any], dict[str, Any]]:
        """Who of each list, and of others, was admitted in a month and who was put off beyond it, ``[future]``.

        Those due in a pool, before or now, have the same chance of a bed: its admissions are divided by who was due.
        """
        over, state = self.wards.overnight, self.wards.state
        assert state is not None
        night = np.where(over > 0, over, 1.0)
        total = np.zeros(self.wards.shape)
        due, new = {}, {}
        for (site, pod), parts in self.places.items():
            share = np.array([dict(p.elective).get(pod, 0.0) if p.site == site else 0.0 for p in self.wards.pools])
            for part in parts:
                new[part] = self.due[part] * share[:, None]
                due[part] = self.owing[part] + new[part] * night
                total = total + due[part]
        came = counts.electives + state.deferred - self.before
        fresh = q.put_off(np.maximum(came, 0.0), state.deferred)
        admitted, put_off = {}, {}
        for part, own in due.items():
            share = own / np.where(total > 0, total, 1.0)
            self.owing[part] = state.deferred * share
            inside = np.where(over > 0, counts.electives * share / night, new[part])
            admitted[part] = in_order(inside)
            put_off[part] = in_order(np.where(over > 0, fresh * share / night, 0.0))
        return admitted, put_off
