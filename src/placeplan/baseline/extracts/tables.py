"""From counts to rows of a plan's tables. Everything that leaves goes through `small`: counts, shares, rates, means."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.extracts.counts import Counts
from placeplan.baseline.extracts.maps import SPANS, STAYS, WAITS
from placeplan.baseline.extracts.outside_hospital import lists_of, packages_of
from placeplan.baseline.extracts.packed import OPEN
from placeplan.baseline.extracts.rows import CellRate, Weekday
from placeplan.baseline.extracts.shape import Estimate, TwoParts, daily_shape, two_parts
from placeplan.baseline.extracts.small import Small, joined
from placeplan.baseline.extracts.stays import stays_of
from placeplan.core.calendar import days_in, financial_year
from placeplan.core.tables import OUTSIDE, Activity, Flow, Rate, Row, Season

SEXES = ("", "F", "M")
EXTRA: dict[str, type[Row]] = {"cells": CellRate, "weekdays": Weekday}
"""Tables beside those of a plan."""
MOST_HIDDEN = 0.05
"""Share of a site's rows that may come from areas too small to show, where flows to it are told."""
AREA_OUTSIDE = 1
"""Number of the area beyond the footprint."""


@dataclass(frozen=True)
class Fitted:
    """A figure for an assumption of the plan."""

    id: str
    estimate: Estimate
    note: str


@dataclass
class Rates:
    """What records give a plan."""

    tables: dict[str, tuple[Row, ...]]
    """Table → rows; without a table of which there is nothing."""
    fitted: tuple[Fitted, ...]
    hidden: dict[str, int] = field(default_factory=dict)
    """Table → figures that were too small to show."""
    source: str = ""


def rates_of(counts: Counts, small: Small) -> Rates:
    """Every table that a kind of record can give, without small numbers."""
    source = source_of(counts, small)
    hidden: dict[str, int] = defaultdict(int)
    tables: dict[str, tuple[Row, ...]] = {"cells": tuple(_cells(counts, small, source, hidden))}
    kind = counts.layout.kind
    if kind not in WAITS:
        activity = tuple(_activity(counts, small, source, hidden))
        tables |= {"activity": activity, "flows": tuple(_flows(counts, small, activity, source, hidden))}
        tables["rates"] = tuple(_rates(counts, small, source, hidden))
    if kind not in SPANS | WAITS:
        tables["seasons"] = tuple(_seasons(counts, small, source, hidden))
        tables["weekdays"] = tuple(_weekdays(counts, small, source, hidden))
    if kind in STAYS:
        tables["stays"] = tuple(stays_of(counts, small, source, hidden))
    if kind in SPANS:
        tables["packages"] = tuple(packages_of(counts, small, source, hidden))
    if kind in WAITS:
        tables["lists"] = tuple(lists_of(counts, small, source, hidden))
    fitted = tuple(_fitted(counts, small)) if kind in STAYS else ()
    return Rates({name: rows for name, rows in tables.items() if rows}, fitted, dict(hidden), source)


def source_of(counts: Counts, small: Small) -> str:
    """Where the figures come from, as each row says it; the number of rows is rounded, as with it more could be worked out."""
    year, rows = financial_year(counts.place.months[0]), small.shown(counts.audit.used)
    return f"Records: {counts.layout.about}, {year}, about {rows:,} rows; counts sha256 {counts.audit.digest[:12]}"


def amount(counts: Counts, rows: int, total: int) -> float:
    """Activity of some rows, in the pod's unit: rows, or weeks of the days they cover: ``days / 7``."""
    return total / 7 if counts.layout.kind in SPANS else rows


def _shown(counts: Counts, small: Small, rows: int, total: int) -> float:
    """Activity as it is shown."""
    return float(small.shown(round(amount(counts, rows, total))))


def _activity(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[Activity]:
    """A row for each pod, site and area; areas too small to show, and people of no known area, share one without area."""
    names = counts.layout.pod_ids
    sums: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for (pod, site, area, _, _), (rows, total) in counts.cells.items():
        one = sums[pod, site][area]
        one[0], one[1] = one[0] + rows, one[1] + total
    for (pod, site), areas in sorted(sums.items()):
        rest = [0, 0]
        for area, (rows, total) in sorted(areas.items()):
            if area == 0 or small.hides(rows):
                rest = [rest[0] + rows, rest[1] + total]
                continue
            yield Activity(
                pod=names[pod], site=counts.place.sites[site], area=counts.place.areas[area],
                activity=_shown(counts, small, rows, total), source=source,
            )  # fmt: skip
        if small.hides(rest[0]):
            hidden["activity"] += 1
        elif rest[0]:
            note = "of no known area, or of areas with too few to show"
            shown = _shown(counts, small, *rest)
            yield Activity(pod=names[pod], site=counts.place.sites[site], activity=shown, source=source, note=note)


def _flows(
    counts: Counts, small: Small, activity: tuple[Activity, ...], source: str, hidden: dict[str, int]
) -> Iterator[Flow]:
    """Shares of a site's activity by area, of the rows that say their area; they sum to 1.

    None for a site most of whose areas are too small to show: those that are shown would seem to be all there is.
    """
    by_area: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (kind, at, area, _, _), (rows, _) in counts.cells.items():
        if area:
            by_area[counts.layout.pod_ids[kind], counts.place.sites[at]][area] += rows
    groups: dict[tuple[str, str], list[Activity]] = defaultdict(list)
    for row in activity:
        if row.area and row.site != OUTSIDE:
            groups[row.pod, row.site].append(row)
    for (pod, site), shown in groups.items():
        numbers = by_area[pod, site].values()
        if sum(n for n in numbers if small.hides(n)) > MOST_HIDDEN * sum(numbers):
            hidden["flows"] += 1
            continue
        total = sum(r.activity for r in shown)
        for row in shown if total else ():
            yield Flow(pod=pod, site=site, area=row.area, share=row.activity / total, source=source)


def _rates(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[Rate]:
    """Rates by sex and age of the footprint's people; neighbouring ages are joined where one has too few to show."""
    ages = counts.place.ages[1:]
    people = np.zeros((2, len(ages)))
    for (_, sex, age), number in counts.place.people.items():
        people[SEXES.index(sex) - 1, ages.index(age)] += number
    found: dict[int, Any] = defaultdict(lambda: np.zeros((2, len(ages), 2), dtype=np.int64))
    for (pod, _, area, sex_at, age_at), both in counts.cells.items():
        if area > AREA_OUTSIDE and sex_at and age_at:
            found[pod][sex_at - 1, age_at - 1] += both
    for pod, cells in sorted(found.items()):
        for n in range(2):
            groups = joined([int(v) for v in cells[n, :, 0]], small)
            hidden["rates"] += 0 if groups else int(cells[n, :, 0].sum() > 0)
            for first, last in groups:
                rows, total = (int(v) for v in cells[n, first : last + 1].sum(axis=0))
                living = float(people[n, first : last + 1].sum())
                if living:
                    yield Rate(
                        pod=counts.layout.pod_ids[pod], sex="M" if n else "F", age=band(ages[first], ages[last]),
                        per_1000=round(1000 * _shown(counts, small, rows, total) / living, 4), source=source,
                    )  # fmt: skip


def band(first: str, last: str) -> str:
    """One age band from the first of one to the last of another.

    >>> band("70-74", "80-84"), band("85-89", "90+"), band("0-4", "0-4")
    ('70-84', '85+', '0-4')
    """
    if first == last:
        return first
    low = first.rstrip("+").split("-")[0]
    return f"{low}+" if last.endswith("+") else f"{low}-{last.split('-')[1]}"


def _cells(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[CellRate]:
    """Rates by pod, site, area, sex and age, where there are enough people."""
    place = counts.place
    for (pod, site, area, sex, age), (rows, total) in sorted(counts.cells.items()):
        if not (area and sex and age):
            continue
        if small.hides(rows):
            hidden["cells"] += 1
            continue
        people = place.people.get((place.areas[area], SEXES[sex], place.ages[age]), 0.0)
        shown = _shown(counts, small, rows, total)
        yield CellRate(
            pod=counts.layout.pod_ids[pod], site=place.sites[site], area=place.areas[area], sex="M" if sex == 2 else "F",
            age=place.ages[age], activity=shown, per_1000=round(1000 * shown / people, 4) if people else None,
            source=source,
        )  # fmt: skip


def by_pod(counts: Counts) -> dict[int, Any]:
    """Rows by day of the year for each pod, over all sites, ``[day]``."""
    found: dict[int, Any] = {}
    for (pod, _), days in sorted(counts.days.items()):
        found[pod] = found.get(pod, 0) + days[1:]
    return found


def day_numbers(counts: Counts) -> tuple[Any, Any]:
    """Month (0 to 11 from the first of the year) and weekday (0 Monday) of each day of the year."""
    months = np.repeat(np.arange(12), [days_in(m) for m in counts.place.months])
    weekday = (np.arange(counts.place.days) + counts.place.start.weekday()) % 7
    return months, weekday


def season_index(number: Any, days: Any, total: Any, year: Any) -> Any:
    """A period's activity per calendar day against the year's: ``(number / days) / (total / year)``.

    number, days: activity and days of the period; total, year: those of the whole year.

    >>> round(season_index(620.0, 31, 7300.0, 365), 9)
    1.0
    """
    return (number / days) / (total / year)


def _indices(
    counts: Counts, small: Small, group: Any, groups: int, hidden: dict[str, int], table: str
) -> Iterator[tuple[int, list[float]]]:
    """For each pod the index of each month or weekday; none where one of them has too few to show."""
    length = np.bincount(group, minlength=groups)
    for pod, days in by_pod(counts).items():
        numbers = [int(v) for v in np.bincount(group, weights=days, minlength=groups)]
        if any(n < small.least for n in numbers):
            hidden[table] += 1
            continue
        shown = [small.shown(n) for n in numbers]
        yield (
            pod,
            [float(season_index(n, int(d), sum(shown), counts.place.days)) for n, d in zip(shown, length, strict=True)],
        )


def _seasons(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[Season]:
    months, _ = day_numbers(counts)
    for pod, indices in _indices(counts, small, months, 12, hidden, "seasons"):
        for month, index in zip(counts.place.months, indices, strict=True):
            yield Season(pod=counts.layout.pod_ids[pod], month=int(month[5:]), index=round(index, 4), source=source)


def _weekdays(counts: Counts, small: Small, source: str, hidden: dict[str, int]) -> Iterator[Weekday]:
    _, weekday = day_numbers(counts)
    for pod, indices in _indices(counts, small, weekday, 7, hidden, "weekdays"):
        for number, index in enumerate(indices, start=1):
            yield Weekday(pod=counts.layout.pod_ids[pod], weekday=number, index=round(index, 4), source=source)


def _fitted(counts: Counts, small: Small) -> Iterator[Fitted]:
    """Assumptions of the plan that admitted spells say something of; from emergencies in beds alone."""
    emergencies = {n for n, pod in enumerate(counts.layout.pod_ids) if counts.place.bed_use.get(pod) == "emergency"}
    sites: dict[int, Any] = {}
    for (pod, site), days in counts.days.items():
        if pod in emergencies:
            sites[site] = sites.get(site, 0) + days[1:].astype(np.float64)
    shape = daily_shape(list(sites.values()), *day_numbers(counts))
    if shape:
        yield Fitted("arrivals.dispersion", shape[0], "Over month and weekday, mean of the sites (Pearson)")
        yield Fitted("arrivals.weekend", shape[1], "All sites together, Saturday and Sunday over Monday to Friday")
    parts = two_parts(_nights(counts, emergencies))
    if parts:
        yield from _parts(parts, small)


def _parts(parts: TwoParts, small: Small) -> Iterator[Fitted]:
    note = f"Two geometric parts fitted to about {small.shown(parts.stays):,} stays; the long part has {parts.long_nights:.2f} nights on average"
    yield Fitted("stay.short_share", parts.short_share, note)
    yield Fitted("stay.short_nights", parts.short_nights, note)


def _nights(counts: Counts, pods: set[int]) -> Mapping[int, int]:
    """Midnights → stays of some pods that have ended."""
    found: dict[int, int] = defaultdict(int)
    for (pod, _), lengths in counts.lengths.items():
        if pod in pods:
            for (_, nights), number in lengths.items():
                if nights != OPEN:
                    found[nights] += number
    return found


def first_day(month: str) -> dt.date:
    """First day of a month.

    >>> first_day("2016-04")
    datetime.date(2016, 4, 1)
    """
    return dt.date(int(month[:4]), int(month[5:]), 1)
