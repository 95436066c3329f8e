"""Who comes to each pool of beds: by which door, with which stays, and how many of them from beyond the footprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.pools import PoolStock
from placeplan.core.sums import Groups, rows_of
from placeplan.model.nights import Nights, emergencies

Array = np.ndarray[Any, np.dtype[np.float64]]

ByPlace = Mapping[tuple[str, str], Any]
"""By site and pod."""


def from_beyond(asked: Any, residents: Any) -> Any:
    """Share of a pod's patients at a site who live elsewhere: ``most(0, asked − residents) / asked``.

    asked: contacts of the month of everybody; residents: of those who live in the footprint.

    >>> float(from_beyond(200.0, 150.0))
    0.25
    """
    return np.maximum(asked - residents, 0.0) / np.maximum(asked, 1e-12)


class Users:
    """The pods that use the pools by some door, one row for each pod of each pool."""

    def __init__(
        self, pools: Sequence[PoolStock], users: Sequence[Sequence[tuple[str, float, float]]], fit: Nights
    ) -> None:
        rows = [(n, pod, share, later) for n, own in enumerate(users) for pod, share, later in own]
        self.count = fit.draws.count
        self.places = [(pools[n].site, pod) for n, pod, _, _ in rows]
        self.share = np.array([[share] for _, _, share, _ in rows]).reshape(-1, 1)
        self.later = np.array([[later] for _, _, _, later in rows]).reshape(-1, 1)
        self.nights = rows_of([fit.of[n][pod] for n, pod, _, _ in rows], self.count)
        self.by_pool = Groups([[k for k, row in enumerate(rows) if row[0] == n] for n in range(len(pools))])

    def at_places(self, values: ByPlace) -> Array:
        """What there is at the place of each, ``[user, future]``; 0 where there is nothing."""
        return rows_of([values.get(place, 0.0) for place in self.places], self.count)


class Doors:
    """From care asked for at a site to the patients of its pools, for one block of futures."""

    def __init__(self, baseline: Baseline, fit: Nights) -> None:
        self.baseline, self.pools, self.fit = baseline, baseline.pools, fit
        urgent, planned = [emergencies(p) for p in self.pools], [p.elective for p in self.pools]
        every = [[(pod, share, 0.0) for pod, share in (*u, *e)] for u, e in zip(urgent, planned, strict=True)]
        by_door: dict[str, Sequence[Sequence[tuple[str, float, float]]]]
        by_door = {"emergency": [p.through for p in self.pools], "elective": [[(*u, 0.0) for u in e] for e in planned]}
        self.users = {door: Users(self.pools, users, fit) for door, users in by_door.items()}
        self.every = Users(self.pools, every, fit)
        self.usual = {
            door: fit.rows([fit.usual(*one) for one in zip(self.pools, users, fit.of, strict=True)])
            for door, users in (("emergency", urgent), ("elective", planned))
        }
        """Mean stay by each door at base-year numbers, ``[pool, future]``."""

    def admissions(
        self, activity: ByPlace, door: str, stay: ByPlace, delay: ByPlace
    ) -> tuple[Array, Array, Array, Array]:
        """By one door, ``[pool, future]``: admissions of the month, their mean stay, and the mean factors on it.

        The factors (on the stay, on the wait to leave) are means over bed-days, of those who come from another pool as
        well. In a month in which nobody comes the mean is that of the base year: whoever is in bed then leaves at the
        usual pace.
        """
        users = self.users[door]
        asked = users.at_places(activity)
        number = asked * users.share
        stays = number + asked * users.later
        own = stays * users.nights
        sums = users.by_pool(
            np.stack((number, stays, own, own * users.at_places(stay), own * users.at_places(delay)), axis=1)
        )
        total, patients, bed_days, shortened, waits = sums.swapaxes(0, 1)
        some = bed_days > 0
        days = np.where(some, bed_days, 1.0)
        mean = np.where(some, bed_days / np.where(patients > 0, patients, 1.0), self.usual[door])
        return total, mean, np.where(some, shortened / days, 1.0), np.where(some, waits / days, 1.0)

    def others(self, asked: ByPlace, resident: Mapping[Any, ByPlace]) -> Array:
        """Share of each pool's bed-days that people from beyond the footprint fill, ``[pool, future]``.

        asked: contacts of the month by (site, pod); resident: of residents, by whoever pays for them.
        """
        users = self.every
        everybody = users.at_places(asked)
        here = [sum((r[place] for r in resident.values() if place in r), 0.0) for place in users.places]
        own = everybody * users.share * users.nights
        theirs = own * from_beyond(everybody, rows_of(here, users.count))
        every, beyond = users.by_pool(np.stack((own, theirs), axis=1)).swapaxes(0, 1)
        found: Array = beyond / np.where(every > 0, every, 1.0)
        return found

    def before(self, door: str) -> Array:
        """Season of the month before the run against that of its first month, by admissions, ``[pool, 1]``."""
        first = int(self.baseline.months[0][5:]) - 1
        found = []
        for pool in self.pools:
            users = pool.emergency if door == "emergency" else pool.elective
            before, now = (
                sum(self.fit.admitted(pool, (u,)) * float(self.baseline.season[u[0]][month]) for u in users)
                for month in (first - 1, first)
            )
            found.append(before / now if now else 1.0)
        return np.array(found)[:, None]
