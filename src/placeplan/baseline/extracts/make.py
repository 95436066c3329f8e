"""Made-up records of a plan's place: who, where, when and how long as its tables say, with the defects of real extracts.

Numbers of rows by cell are exact, so that what is counted from them can be held against what was put in. A row follows from its
number alone, so one file at a time is held, however many there are. Nobody's records: NHS numbers are of the range kept for
tests (999).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from placeplan.baseline.extracts import defects
from placeplan.baseline.extracts.codes import codes_for
from placeplan.baseline.extracts.made_days import Days
from placeplan.baseline.extracts.place import Place
from placeplan.baseline.extracts.recipe import Made, Recipe, uniform
from placeplan.baseline.extracts.why import problem
from placeplan.baseline.population import band_start
from placeplan.core import streams
from placeplan.core.errors import PlanError
from placeplan.core.tables import OUTSIDE

BEYOND = "E01999999"
"""A small area that no plan has."""
ROWS_A_FILE, ROWS_AT_ONCE = 500_000, 100_000
ODD = "Königsbrück Ward"
STYLES = ("{0:%Y-%m-%d}", "{0:%d/%m/%Y}", "{0:%d%b%Y}")


def make(recipe: Recipe, made: Made) -> Iterator[tuple[str, bytes]]:
    """Files of made-up records, name and bytes; ``made`` is filled on the way.

    Raises:
        PlanError: where the plan has no activity of any point of delivery of the map.
    """
    cells = _cells(recipe)
    numbers = _apportioned(np.array([weight for _, weight in cells]), recipe.rows)
    made.cells = {cell: int(n) for (cell, _), n in zip(cells, numbers, strict=True) if n}
    days, last = Days(recipe, cells, numbers), np.cumsum(numbers)
    order = streams.key(recipe.seed, "records", "order")
    files = max(-(-recipe.rows // ROWS_A_FILE), defects.FEWEST_FILES if recipe.scale else 1)
    for number, rows in enumerate(_split(0, recipe.rows, files)):
        mark = defects.marks(uniform(recipe.seed, "defect", rows), recipe.scale, recipe.layout.kind)
        mark[-1:] = 0
        text, lines = _texts(recipe.place, STYLES[number % 3] if recipe.scale else STYLES[0]), list[str]()
        for some in _split(int(rows[0]), int(rows[-1]) + 1, -(-len(rows) // ROWS_AT_ONCE)):
            who = np.searchsorted(last, shuffled(some, recipe.rows, order), side="right")
            header, found = _lines(recipe, cells, who, some, mark[some - rows[0]], days, text)
            lines += found if lines else [header, *found]
        made.aside += defects.expected_of(mark)
        made.rows += len(rows)
        yield f"{recipe.layout.kind}_{number + 1:03d}.csv", defects.written(lines, number, recipe.scale, made.aside)
    if recipe.scale:
        yield f"{recipe.layout.kind}_{files + 1:03d}.csv", b""


def _split(first: int, end: int, parts: int) -> Iterator[Any]:
    """Numbers of rows in parts of about the same length."""
    edges = [first + (end - first) * n // parts for n in range(parts + 1)]
    return (np.arange(*edge) for edge in pairwise(edges))


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


def shuffled(rows: Any, count: int, key: int) -> Any:
    """The place of each row in one order of ``count`` rows that looks drawn: no place twice, and none of the others is held.

    Turns that can be undone – times an odd number, plus, exclusive or with the upper half – over the next power of 2; places that
    do not exist are turned again.

    >>> sorted(shuffled(np.arange(6), 6, 1).tolist()), shuffled(np.array([4]), 6, 1) == shuffled(np.arange(6), 6, 1)[4]
    ([0, 1, 2, 3, 4, 5], array([ True]))
    """
    bits = max((count - 1).bit_length(), 1)
    mask, half = np.uint64((1 << bits) - 1), np.uint64((bits + 1) // 2)
    turns = streams.words(np.array([key], dtype=np.uint64), np.arange(8, dtype=np.uint64), 0)[0]

    def turned(places: Any) -> Any:
        for times, plus in turns.reshape(4, 2):
            places = (places * (times | np.uint64(1)) + plus) & mask
            places = places ^ (places >> half)
        return places

    found = turned(rows.astype(np.uint64))
    while (beyond := found >= count).any():
        found[beyond] = turned(found[beyond])
    return found.astype(np.int64)


def _lines(
    recipe: Recipe, cells: list[Any], who: Any, rows: Any, mark: Any, days: Days, text: Any
) -> tuple[str, list[str]]:
    """Header of a file, and lines of some of its records."""
    start, end = days.of(who, rows)
    columns = _columns(recipe, cells, who, rows)
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
    return header, [*map(",".join, zip(*listed, strict=True))]


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
    u = uniform(recipe.seed, "age", rows)
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
