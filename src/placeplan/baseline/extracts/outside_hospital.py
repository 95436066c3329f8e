"""Packages of care in use, and people who wait, at the start of the base year."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from placeplan.baseline.extracts.counts import Counts
from placeplan.baseline.extracts.small import Small
from placeplan.core.tables import OUTSIDE, Package, WaitingList


def weeks_of(days: float, starts: float) -> float:
    """Weeks that a package lasts, by Little's law: ``days / 7 / starts``.

    days: days of care given in the year; starts: packages begun in it. Packages still in use count as they should, which
    a mean of those that have ended would not. Source: Little (1961), Operations Research 9:3.

    >>> weeks_of(36_400.0, 100.0)
    52.0
    """
    return days / 7 / starts


def packages_of(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[Package]:
    """A row for each council and kind; what the market can give is taken to be the most that was in use on a day."""
    for (pod, site), lengths in sorted(counts.lengths.items(), key=lambda item: (item[0][1], item[0][0])):
        council = counts.place.sites[site]
        started = sum(n for (at, _), n in lengths.items() if at)
        if council == OUTSIDE or started < small.least:
            hidden["packages"] += 1
            continue
        change = np.zeros(counts.place.days + 2)
        for (at, days), number in lengths.items():
            first = max(at - 1, 0)
            change[first] += number
            change[min(first + days, counts.place.days + 1)] -= number
        in_use = np.cumsum(change)[: counts.place.days]
        begun = int(sum(n for (at, _), n in lengths.items() if not at))
        if small.hides(begun):
            hidden["packages"] += 1
            continue
        days = sum(days * n for (_, days), n in lengths.items())
        yield Package(
            council=council, kind=counts.layout.pod_ids[pod], funder=counts.layout.funder,
            capacity=small.shown(int(in_use.max())), in_use=small.shown(begun), weeks=round(weeks_of(days, started), small.digits(started)),
            source=source, note="capacity: the most in use on a day of the year; fee and charge are not in such records",
        )  # fmt: skip


def lists_of(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[WaitingList]:
    """A row for each site: people waiting at the start, and how long they have waited."""
    sites: dict[tuple[str, str], dict[int, int]] = {}
    for (pod, site), lengths in counts.lengths.items():
        name = counts.layout.list_pod or counts.layout.pod_ids[pod]
        waiting = sites.setdefault((counts.place.sites[site], name), {})
        for (at, waited), number in lengths.items():
            if at == 0:
                waiting[waited] = waiting.get(waited, 0) + number
    for (place, list_pod), waiting in sorted(sites.items()):
        listed = sum(waiting.values())
        if listed < small.least or place == OUTSIDE:
            hidden["lists"] += 1
            continue
        within = sum(n for waited, n in waiting.items() if waited < counts.layout.within)
        over = sum(n for waited, n in waiting.items() if waited > counts.layout.over)
        alone = sum(other == place for other, _ in sites) == 1
        yield WaitingList(
            site=place, specialty="all" if alone else list_pod, listed=small.shown(listed), first_pod=list_pod, within_18=_share(within, listed, small),
            over_52=_share(over, listed, small), source=source,
        )  # fmt: skip


def _share(part: int, whole: int, small: Small) -> float | None:
    """A share of those waiting, from rounded numbers; blank where it would show too few, on either side."""
    if small.hides(part) or small.hides(whole - part):
        return None
    return round(min(small.shown(part) / small.shown(whole), 1.0), 4)
