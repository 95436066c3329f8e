"""Mean stays by site and point of delivery, of the spells that have ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from placeplan.baseline.extracts.counts import Counts
from placeplan.baseline.extracts.packed import OPEN
from placeplan.baseline.extracts.small import Small
from placeplan.core.tables import OUTSIDE, Stay


def mean_nights(stays: Mapping[int, int]) -> float:
    """Midnights per admission: ``Σ nights × stays / Σ stays``; stays: midnights → spells.

    >>> mean_nights({0: 2, 1: 1, 9: 1})
    2.5
    """
    return sum(nights * number for nights, number in stays.items()) / sum(stays.values())


def stays_of(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[Stay]:
    """A row for each site and pod that fills beds; spells without an end are left out, and counted in the note."""
    for (pod, site), lengths in sorted(counts.lengths.items(), key=lambda item: (item[0][1], item[0][0])):
        name, at = counts.layout.pod_ids[pod], counts.place.sites[site]
        if counts.place.bed_use.get(name, "none") == "none" or at == OUTSIDE:
            continue
        ended = {nights: n for (_, nights), n in lengths.items() if nights != OPEN}
        if sum(ended.values()) < small.least:
            hidden["stays"] += 1
            continue
        still = sum(lengths.values()) - sum(ended.values())
        note = f"about {small.shown(still)} spells without an end are not in the mean" if still >= small.least else ""
        pool = counts.layout.pools.get(name, counts.layout.pool)
        yield Stay(
            site=at,
            pod=name,
            pool=pool,
            nights=round(mean_nights(ended), small.digits(sum(ended.values()))),
            source=source,
            note=note,
        )
