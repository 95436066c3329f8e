"""Where care is given: what initiatives move to other sites, and how long people travel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.sums import Groups
from placeplan.core.tables import OUTSIDE, AreaPeople, Row, Travel
from placeplan.effects.base import Primitive
from placeplan.model.demand import Segment, touched_cells

Minutes = Mapping[tuple[str, str], float]
"""Minutes one way by (area, site)."""


def relocated(given: Any, share: Any) -> Any:
    """Contacts that move to another site: ``given × least(1, most(0, share))``.

    given: contacts of the month left after effects on need and earlier moves; share: uptake × share, ``[future]``.

    >>> float(relocated(200.0, 0.25)), float(relocated(200.0, 1.2))
    (50.0, 200.0)
    """
    return given * np.minimum(np.maximum(share, 0.0), 1.0)


def travel_times(rows: Sequence[Row]) -> dict[str, dict[tuple[str, str], float]]:
    """Minutes by mode, then by (area, site)."""
    found: dict[str, dict[tuple[str, str], float]] = {}
    for row in rows:
        if isinstance(row, Travel):
            found.setdefault(row.mode, {})[row.area, row.site] = row.minutes
    return found


def nearness(rows: Sequence[Row]) -> Minutes:
    """Minutes by which nearness goes: by car where that is given."""
    times = travel_times(rows)
    return times.get("car") or next((times[mode] for mode in sorted(times)), {})


def quintiles(rows: Sequence[Row]) -> dict[str, int]:
    """Deprivation quintile by area, of those that state it."""
    return {r.area: r.quintile for r in rows if isinstance(r, AreaPeople) and r.quintile is not None}


def resolve(
    moves: Sequence[tuple[str, Primitive]], baseline: Baseline, minutes: Minutes
) -> list[tuple[str, Primitive]]:
    """Moves to the nearest site as moves to stated sites, one for each area; the others as they are.

    People from beyond the footprint, whose way is not known, divide as the residents do.
    """
    found: list[tuple[str, Primitive]] = []
    for initiative, p in moves:
        if not p.nearest_of:
            found.append((initiative, p))
            continue
        areas = [a for a in (p.scope.areas or (*baseline.areas, OUTSIDE)) if a != OUTSIDE]
        nearest = {a: min((minutes[a, s], s) for s in p.nearest_of)[1] for a in areas}
        for site in sorted(set(nearest.values())):
            own = tuple(a for a in areas if nearest[a] == site)
            scope = p.scope.model_copy(update={"areas": own})
            found.append((initiative, replace(p, scope=scope, nearest_of=(), to_sites=((site, 1.0),))))
        if OUTSIDE in (p.scope.areas or (OUTSIDE,)):
            scope = p.scope.model_copy(update={"areas": (OUTSIDE,)})
            shares = _as_residents(p, nearest, baseline)
            found.append((initiative, replace(p, scope=scope, nearest_of=(), to_sites=shares)))
    return found


def _as_residents(p: Primitive, nearest: Mapping[str, str], baseline: Baseline) -> tuple[tuple[str, float], ...]:
    """Shares of the sites among residents whose care moves, by their base-year contacts."""
    by_site = dict.fromkeys(sorted(set(nearest.values())), 0.0)
    for stream in baseline.streams:
        if stream.area in nearest:
            for touched, cells in touched_cells(baseline, [p], stream, stream.site, "nested").items():
                by_site[nearest[stream.area]] += float((stream.cells * cells).sum()) if touched else 0.0
    total = sum(by_site.values())
    return tuple((s, n / total if total else 1.0 / len(by_site)) for s, n in by_site.items())


@dataclass(frozen=True)
class Journey:
    """Some people of a segment – all, or those of one deprivation quintile – and their way to each site."""

    name: str
    """Outcome entity: ``mode/pod`` or ``mode/pod/q1``."""
    share: float
    """Of the segment's contacts."""
    minutes: Mapping[str, float]
    """Mean minutes one way, by site, over their areas by base-year contacts."""


class Travels:
    """Travel times of a run by mode; nothing is worked out where the plan gives none."""

    def __init__(
        self, rows: Sequence[Row], segments: Sequence[Segment], parcels: Sequence[tuple[int, str]], quintile: Mapping[str, int]
    ) -> None:  # fmt: skip
        times = travel_times(rows)
        known: dict[tuple[int, float, float], int] = {}
        found: dict[str, list[int]] = {}
        for at, (n, site) in enumerate(parcels):
            for journey in (
                j for mode, minutes in times.items() for j in _journeys(segments[n], mode, minutes, quintile)
            ):
                if site in journey.minutes:
                    way = (at, journey.share * journey.minutes[site], journey.share)
                    found.setdefault(journey.name, []).append(known.setdefault(way, len(known)))
        self.names = sorted(found)
        """``mode/pod``, ``mode/pod/q1`` and ``mode/system``."""
        self.parcel_of = [at for at, _, _ in known]
        self.minutes, self.share = (np.array([[way[k]] for way in known]).reshape(-1, 1) for k in (1, 2))
        self.sums = Groups([found[name] for name in self.names])

    def month(self, given: Any) -> Any:
        """Mean minutes one way by name, ``[name, future]``; given: contacts of the month by parcel, ``[parcel, future]``."""
        own = given[self.parcel_of]
        return mean_minutes(self.sums(own * self.minutes), self.sums(own * self.share))


def mean_minutes(travelled: Any, contacts: Any) -> Any:
    """Mean time of a journey to care: ``travelled / contacts``, 0 where nobody goes.

    travelled: minutes one way of all journeys together; contacts: how many.

    >>> float(mean_minutes(30 * 20.0 + 10 * 60.0, 40.0)), float(mean_minutes(0.0, 0.0))
    (30.0, 0.0)
    """
    return travelled / np.where(contacts > 0, contacts, 1.0)


def _journeys(segment: Segment, mode: str, minutes: Minutes, quintile: Mapping[str, int]) -> Iterator[Journey]:
    """A segment's people, all and by quintile, with their mean way to each site; the system's stands for all pods."""
    groups = {"": dict(segment.areas)}
    for area, share in segment.areas.items():
        if area in quintile:
            groups.setdefault(f"/q{quintile[area]}", {})[area] = share
    for suffix, areas in sorted(groups.items()):
        known = _means(areas, minutes)
        share = sum(areas.values())
        yield Journey(f"{mode}/{segment.pod}{suffix}", share, known)
        yield Journey(f"{mode}/system{suffix}", share, known)


def _means(areas: Mapping[str, float], minutes: Minutes) -> dict[str, float]:
    """Mean minutes from some areas by site; areas whose way there is not known are left out of its mean."""
    found = {}
    for site in sorted({site for area, site in minutes if area in areas}):
        known = {a: n for a, n in areas.items() if (a, site) in minutes}
        total = sum(known.values())
        if total:
            found[site] = sum(n * minutes[a, site] for a, n in known.items()) / total
    return found
