"""Who comes to each pool of beds: by which door, with which stays, and how many of them from beyond the footprint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
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


class Doors:
    """From care asked for at a site to the patients of its pools, for one block of futures."""

    def __init__(self, baseline: Baseline, fit: Nights, count: int) -> None:
        self.baseline, self.pools, self.fit, self.nights, self.count = baseline, baseline.pools, fit, fit.of, count
        self.rows = fit.rows

    def admissions(
        self, activity: ByPlace, door: str, stay: ByPlace, delay: ByPlace
    ) -> tuple[Array, Array, Array, Array]:
        """By one door, ``[pool, future]``: admissions of the month, their mean stay, and the mean factors on it.

        The factors (on the stay, on the wait to leave) are means over bed-days, of those who come from another pool as
        well. In a month in which nobody comes the mean is that of the base year: whoever is in bed then leaves at the
        usual pace.
        """
        rows: list[tuple[Any, Any, Any, Any]] = []
        for pool, nights in zip(self.pools, self.nights, strict=True):
            urgent = door == "emergency"
            users = pool.through if urgent else tuple((pod, share, 0.0) for pod, share in pool.elective)
            total: Any = np.zeros(self.count)
            patients, bed_days, shortened, waits = total, total, total, total
            for pod, share, later in users:
                place = (pool.site, pod)
                number = activity.get(place, 0.0) * share
                stays = number + activity.get(place, 0.0) * later if later else number
                own = stays * nights[pod]
                total, patients, bed_days = total + number, patients + stays, bed_days + own
                shortened, waits = shortened + own * stay[place], waits + own * delay[place]
            usual = self.fit.usual(pool, emergencies(pool) if urgent else pool.elective, nights)
            some = bed_days > 0
            days = np.where(some, bed_days, 1.0)
            rows.append((
                total, np.where(some, bed_days / np.where(patients > 0, patients, 1.0), usual),
                np.where(some, shortened / days, 1.0), np.where(some, waits / days, 1.0),
            ))  # fmt: skip
        found = [self.rows([row[n] for row in rows]) for n in range(4)]
        return found[0], found[1], found[2], found[3]

    def others(self, asked: ByPlace, resident: Mapping[Any, ByPlace]) -> Array:
        """Share of each pool's bed-days that people from beyond the footprint fill, ``[pool, future]``.

        asked: contacts of the month by (site, pod); resident: of residents, by whoever pays for them.
        """
        rows = []
        for pool, nights in zip(self.pools, self.nights, strict=True):
            every: Any = np.zeros(self.count)
            theirs = every
            for pod, share in (*emergencies(pool), *pool.elective):
                place = (pool.site, pod)
                own = asked.get(place, 0.0) * share * nights[pod]
                here = sum((r[place] for r in resident.values() if place in r), 0.0)
                every, theirs = every + own, theirs + own * from_beyond(asked.get(place, 0.0), here)
            rows.append(theirs / np.where(every > 0, every, 1.0))
        return self.rows(rows)

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
