"""Made-up records of a plan's place: who, where, when and how long as its tables say, with the defects of real extracts.

Numbers of rows by cell are exact, so that what is counted from them can be held against what was put in. Nobody's records:
NHS numbers are of the range kept for tests (999).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.extracts import defects
from placeplan.baseline.extracts.codes import codes_for
from placeplan.baseline.extracts.engines import problem
from placeplan.baseline.extracts.maps import SPANS, STAYS, WAITS, RecordMap
from placeplan.baseline.extracts.place import Place
from placeplan.baseline.population import band_start
from placeplan.core import streams
from placeplan.core.calendar import days_in
from placeplan.core.errors import PlanError
from placeplan.core.tables import OUTSIDE, Package, Row, Stay

SHORT_SHARE, SHORT_NIGHTS, NIGHTS, ELECTIVE_NIGHTS = 0.5, 0.5, 5.0, 3.0
"""Stays where the plan has none: share and midnights of the short part, midnights of all emergencies and of planned stays."""
DISPERSION, WEEKEND, PLANNED_WEEKEND = 1.4, 0.82, 0.08
WEEKS, WAIT_DAYS = 60.0, 56.0
"""Mean weeks of a package where the plan says none; mean days that people wait."""
BEYOND = "E01999999"
"""A small area that no plan has."""
ROWS_A_FILE = 500_000
ODD = "Königsbrück Ward"
STYLES = ("{0:%Y-%m-%d}", "{0:%d/%m/%Y}", "{0:%d%b%Y}")


@dataclass
class Made:
    """What was put in: rows without defects, and rows that will be set aside, by reason."""

    rows: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    cells: dict[tuple[str, str, str, str, str], int] = field(default_factory=dict)
    """Pod, site, area, sex, age band → rows drawn, before defects."""


@dataclass(frozen=True)
class Recipe:
    """What records are made of."""

    layout: RecordMap
    place: Place
    baseline: Baseline
    tables: Mapping[str, tuple[Row, ...]]
    rows: int
    scale: float
    """How often defects come; 1 as usual, 0 never."""
    seed: int


def make(recipe: Recipe, made: Made) -> Iterator[tuple[str, bytes]]:
    """Files of made-up records, name and bytes; ``made`` is filled on the way.

    Raises:
        PlanError: where the plan has no activity of any point of delivery of the map.
    """
    cells = _cells(recipe)
    numbers = _apportioned(np.array([weight for _, weight in cells]), recipe.rows)
    made.cells = {cell: int(n) for (cell, _), n in zip(cells, numbers, strict=True) if n}
    who = np.repeat(np.arange(len(cells)), numbers)
    who = who[np.argsort(_draws(recipe, "order", len(who)), kind="stable")]
    files = max(-(-len(who) // ROWS_A_FILE), defects.FEWEST_FILES if recipe.scale else 1)
    days = _Days(recipe, cells, who)
    for number, part in enumerate(np.array_split(np.arange(len(who)), files)):
        lines, mark = _lines(recipe, cells, who[part], part, days, number)
        made.aside += defects.expected_of(mark)
        made.rows += len(part)
        yield f"{recipe.layout.kind}_{number + 1:03d}.csv", defects.written(lines, number, recipe.scale, made.aside)
    if recipe.scale:
        yield f"{recipe.layout.kind}_{files + 1:03d}.csv", b""


def _cells(recipe: Recipe) -> list[tuple[tuple[str, str, str, str, str], float]]:
    """Pod, site, area, sex and age band with their activity; people from beyond have the ages of those from here."""
    b, found = recipe.baseline, []
    pods = set(recipe.layout.pod_ids)
    here: dict[str, Any] = {}
    for stream in b.streams:
        if stream.area != OUTSIDE:
            here[stream.pod] = here.get(stream.pod, 0) + stream.cells
    for stream in b.streams:
        if stream.pod not in pods or stream.site == OUTSIDE:
            continue
        cells = stream.cells
        if stream.area == OUTSIDE:
            shape = here.get(stream.pod)
            cells = stream.cells.sum() * shape / shape.sum() if shape is not None else np.zeros_like(cells)
        for (sex, age), weight in np.ndenumerate(cells):
            if weight > 0:
                found.append(((stream.pod, stream.site, stream.area, b.sexes[sex], b.ages[age]), float(weight)))
    if not found:
        what = f"The plan has no activity of {', '.join(recipe.layout.pod_ids)}."
        raise PlanError(
            [problem("activity.csv", "records-unknown-pod", what, "Take another map, or add the activity.")]
        )
    return found


def _apportioned(weights: Any, rows: int) -> Any:
    """Whole numbers in proportion to weights that sum to ``rows``, by largest remainders.

    >>> _apportioned(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    exact = weights / weights.sum() * rows
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: rows - int(whole.sum())]] += 1
    return whole


def _draws(recipe: Recipe, name: str, count: int) -> Any:
    """Uniform numbers by name, one a row."""
    return _uniform(recipe.seed, name, np.arange(count))


def _uniform(seed: int, name: str, rows: Any) -> Any:
    keys = streams.keys(seed, "records", [name])
    return streams.uniform(streams.words(keys, np.asarray(rows, dtype=np.uint64), 0)[0])


class _Days:
    """On which days each pod's records begin at each site: season, weekday and clusters; ends as the tables say."""

    def __init__(self, recipe: Recipe, cells: list[Any], who: Any) -> None:
        self.recipe, self.cells = recipe, cells
        place = recipe.place
        months = np.repeat([int(m[5:]) - 1 for m in place.months], [days_in(m) for m in place.months])
        weekday = (np.arange(place.days) + place.start.weekday()) % 7
        self.group = np.array([self._index(cell[:2]) for cell, _ in cells])
        self.cumulative = [self._curve(pod, months, weekday, n, who) for n, (pod, _) in enumerate(self.groups)]

    def _index(self, group: tuple[str, str]) -> int:
        self.groups: list[tuple[str, str]] = getattr(self, "groups", [])
        if group not in self.groups:
            self.groups.append(group)
        return self.groups.index(group)

    def _curve(self, pod: str, months: Any, weekday: Any, number: int, who: Any) -> Any:
        """Share of the year's records that begin by the end of each day, ``[day]``."""
        emergency = self.recipe.place.bed_use.get(pod) == "emergency" or pod in self.recipe.baseline.urgent
        weekend = WEEKEND if emergency else PLANNED_WEEKEND
        weight = self.recipe.baseline.season[pod][months] * np.where(weekday < 5, 1.0, weekend)
        if emergency:
            mean = max(float((self.group[who] == number).sum()) / len(months), 1e-9)
            sigma = np.sqrt(np.log1p((DISPERSION - 1.0) / mean))
            u = _uniform(self.recipe.seed, f"clusters {'/'.join(self.groups[number])}", np.arange(len(months)))
            weight = weight * np.exp(sigma * streams.normal_quantile(u) - sigma**2 / 2)
        total = np.cumsum(weight)
        return total / total[-1]

    def of(self, who: Any, rows: Any) -> tuple[Any, Any]:
        """Day of start (from 0, negative before the year) and of end (a large number: none) of each row."""
        seed, kind = self.recipe.seed, self.recipe.layout.kind
        u, v, w = (_uniform(seed, name, rows) for name in ("day", "length", "begun"))
        start = np.zeros(len(who), dtype=np.int64)
        for number, curve in enumerate(self.cumulative):
            mine = self.group[who] == number
            start[mine] = np.searchsorted(curve, u[mine])
        if kind in SPANS | WAITS:
            return self._going_on(who, start, u, v, w)
        return start, start + self._nights(who, v, w)

    def _nights(self, who: Any, v: Any, w: Any) -> Any:
        """Midnights, geometric: of emergencies a short and a long part, of planned stays one."""
        if self.recipe.layout.kind not in STAYS:
            return np.zeros(len(who), dtype=np.int64)
        nights = {(r.site, r.pod): r.nights for r in self.recipe.tables["stays"] if isinstance(r, Stay) and r.nights}
        found = np.zeros(len(who))
        for number, (pod, site) in enumerate(self.groups):
            mine = self.group[who] == number
            use = self.recipe.place.bed_use.get(pod, "none")
            if use == "none":
                continue
            mean = nights.get((site, pod), NIGHTS if use == "emergency" else ELECTIVE_NIGHTS)
            long = max((mean - SHORT_SHARE * SHORT_NIGHTS) / (1 - SHORT_SHARE), SHORT_NIGHTS)
            means = np.where(w[mine] < SHORT_SHARE, SHORT_NIGHTS, long) if use == "emergency" else mean
            found[mine] = np.floor(np.log(v[mine]) / np.log(means / (1.0 + means)))
        return found.astype(np.int64)

    def _going_on(self, who: Any, start: Any, u: Any, v: Any, w: Any) -> tuple[Any, Any]:
        """Care and waits of steady number: some in use before the year, the others begun in it; lengths exponential."""
        weeks = {(r.council, r.kind): r.weeks for r in self.recipe.tables["packages"] if isinstance(r, Package)}
        spans = self.recipe.layout.kind in SPANS
        mean = np.array([7.0 * weeks.get((site, pod), WEEKS) if spans else WAIT_DAYS for pod, site in self.groups])
        mean = np.minimum(mean[self.group[who]], 3000.0)
        before = w < mean / (mean + self.recipe.place.days)
        start = np.where(before, -np.ceil(-mean * np.log(u)).clip(1, 7000), start).astype(np.int64)
        lasts = np.floor(-mean * np.log(v)).astype(np.int64)
        return start, np.where(before, lasts, start + lasts)


def _lines(recipe: Recipe, cells: list[Any], who: Any, rows: Any, days: _Days, number: int) -> tuple[list[str], Any]:
    """Lines of one file with its header, and the defect of each of its records."""
    start, end = days.of(who, rows)
    mark = defects.marks(_uniform(recipe.seed, "defect", rows), recipe.scale, recipe.layout.kind)
    mark[-1:] = 0
    columns = _columns(recipe, cells, who, rows)
    text = _texts(recipe.place, STYLES[number % 3] if recipe.scale else STYLES[0])
    columns["start"] = text(start)
    if recipe.layout.columns.end:
        columns["end"] = text(end)
    if recipe.scale:
        defects.spoil(columns, mark, text(start - 3))
    names = {
        word: getattr(recipe.layout.columns, word, ())[:1] or recipe.layout.codes.get(word[5:], ())[:1]
        for word in columns
    }
    header = ",".join(["NHS_Number", *(names[word][0] for word in columns), "Ward_Name"])
    nhs = np.char.add("999", np.char.zfill((rows % 10**7).astype(str), 7))
    ward = np.where(rows % 50 == 0, ODD, "Ward 7")
    order = defects.doubled(mark)
    listed = [column[order].tolist() for column in (nhs, *columns.values(), ward)]
    return [header, *map(",".join, zip(*listed, strict=True))], mark


def _texts(place: Place, style: str) -> Any:
    """Day of the year → its text in a style; blank where care goes on beyond what the extract can know."""
    first, last = -8000, place.days + 30
    known = [style.format(place.start + dt.timedelta(days=n)) for n in range(first, last)]
    table = np.array([*known, ""])

    def text(days: Any) -> Any:
        return table[np.where((days >= first) & (days < last), days - first, len(table) - 1)]

    return text


def _columns(recipe: Recipe, cells: list[Any], who: Any, rows: Any) -> dict[str, Any]:
    """Text of each column but the dates, by row."""
    layout, have = recipe.layout, recipe.layout.columns
    ages = np.array([band_start(cell[4]) for cell, _ in cells])
    width = np.array([min(_width(cell[4]), 15) for cell, _ in cells])
    u = _uniform(recipe.seed, "age", rows)
    age = ages[who] + np.floor(u * width[who]).astype(np.int64)
    sex = {s: values[0] for s, values in layout.sex.items()}
    codes = {pod: codes_for(layout, pod) for pod in {cell[0] for cell, _ in cells}}
    by_cell: dict[str, list[str]] = {
        "site": [cell[1] for cell, _ in cells],
        "provider": [recipe.baseline.site_organisation.get(cell[1], cell[1]) for cell, _ in cells],
        "area": [BEYOND if cell[2] == OUTSIDE else cell[2] for cell, _ in cells],
        "sex": [sex[cell[3]] for cell, _ in cells],
    }
    found = {"record": np.char.add(f"R{recipe.seed}", np.char.zfill(rows.astype(str), 10))} if have.record else {}
    found |= {"start": who, "end": who} if have.end else {"start": who}
    found |= {word: np.array(texts)[who] for word, texts in by_cell.items() if getattr(have, word)}
    if have.age:
        found["age"] = age.astype(str)
    return found | {f"code_{w}": np.array([codes[cell[0]][w] for cell, _ in cells])[who] for w in layout.codes}


def _width(age: str) -> int:
    """Years of a band; an open one is taken to be ten.

    >>> _width("0-4"), _width("90+")
    (5, 10)
    """
    low, _, high = age.rstrip("+").partition("-")
    return int(high) - int(low) + 1 if high else 10
