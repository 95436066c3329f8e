"""What each rival knows: a series up to the origin, on the scale on which it is forecast."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import rivals
from cases import WHOLE, Case
from published import PERIODS, Published

Array = np.ndarray[Any, np.dtype[np.float64]]
READ = {"beds_occupied": "occupied", "occupancy": "occupied", "ae_other": "ae_type1"}
"""Series that are made of others → one that has their periods."""


def rivals_of(
    series: str, own: Sequence[Case], data: Published, settings: Mapping[str, Any]
) -> Iterator[tuple[Case, str, Array]]:
    """Naive and exponential smoothing's futures of the cases of a series; none where the history is too short."""
    log, count = settings["series"][series]["scale"] == "log", settings["futures"]
    spreads = {whole: _spread(series, data, settings, log, whole) for whole in (True, False)}
    paths: dict[str, Array | None] = {}
    for case in own:
        among = sorted({c.trust for c in own} - {WHOLE}) if case.trust == WHOLE else [case.trust]
        scale = _scale(series, among, data)
        spread = spreads[case.trust == WHOLE]
        if spread is not None:
            last = _yearly(series, among, data)[case.origin] / scale
            fan = rivals.naive(math.log(last) if log else last, spread, case.horizon, count)
            yield case, "naive", np.exp(fan) if log else fan
        if case.trust not in paths:
            most = max(c.horizon for c in own)
            paths[case.trust] = _paths(series, among, data, settings, scale, most, f"{series} {case.place} {case.trust} {case.origin}")  # fmt: skip
        found = paths[case.trust]
        if found is not None:
            yield case, "ets", found[case.horizon - 1]


def _scale(series: str, among: Sequence[str], data: Published) -> float:
    """What the values are divided by: for a position the base year's income."""
    return sum(data.year("income", t, data.origin) or 1.0 for t in among) if series == "position" else 1.0


def _yearly(series: str, among: Sequence[str], data: Published) -> dict[int, float]:
    """Years of some trusts together, where all of them have the year."""
    own = [data.years(series, t) for t in among]
    return {y: sum(o[y] for o in own) for y in own[0] if all(y in o for o in own)} if own else {}


def _spread(series: str, data: Published, settings: Mapping[str, Any], log: bool, whole: bool) -> float | None:
    """Spread of the yearly changes before the origin, of all trusts of the four places or of the places as a whole."""
    groups = [place["trusts"] for place in settings["places"].values()]
    groups = groups if whole else [[t] for g in groups for t in g]
    histories = []
    for among in groups:
        known = [t for t in among if data.years(series, t)]
        scale = _scale(series, known, data)
        years = {y: v / scale for y, v in _yearly(series, known, data).items()}
        histories.append({y: math.log(v) if log else v for y, v in years.items() if v > 0 or not log})
    return rivals.spread_of(rivals.changes(histories))


def _paths(
    series: str, among: Sequence[str], data: Published, settings: Mapping[str, Any], scale: float, years: int, name: str
) -> Array | None:
    """Exponential smoothing's futures of the years after the origin, ``[year, future]``."""
    log = settings["series"][series]["scale"] == "log"
    per_year = PERIODS[READ.get(series, series)]
    values = [v / scale for v in _tail(series, among, data, per_year)]
    if len(values) < settings["rivals"]["ets"]["least"] or (log and min(values) <= 0):
        return None
    history = [math.log(v) for v in values] if log else values
    found = rivals.ets(history, per_year, years * per_year, settings["futures"], name)
    if found is None:
        return None
    steps = (np.exp(found) if log else found).reshape(years, per_year, -1)
    mean = series in ("beds_occupied", "occupancy")
    return np.asarray(steps.mean(axis=1) if mean else steps.sum(axis=1))


def _tail(series: str, among: Sequence[str], data: Published, per_year: int) -> list[float]:
    """The longest run of periods without a gap that ends at the origin, of some trusts together."""
    own = [_periods(series, t, data) for t in among]
    step, month, found = 12 // per_year, data.last, []
    while own and all(month in o for o in own):
        found.append(sum(o[month] for o in own))
        month = _before(month, step)
    return found[::-1]


def _periods(series: str, trust: str, data: Published) -> dict[str, float]:
    """A series by period."""
    if series == "ae_other":
        types = [data.months(f"ae_type{n}", trust) for n in (2, 3)]
        return {m: sum(t.get(m, 0.0) for t in types) for m in {*types[0], *types[1]}}
    full = data.months(READ.get(series, series), trust)
    if series != "occupancy":
        return full
    beds = data.months("available", trust)
    return {m: v / beds[m] for m, v in full.items() if beds.get(m)}


def _before(month: str, step: int) -> str:
    """The month some months earlier.

    >>> _before("2016-03", 3), _before("2016-01", 1)
    ('2015-12', '2015-12')
    """
    at = 12 * int(month[:4]) + int(month[5:]) - 1 - step
    return f"{at // 12}-{at % 12 + 1:02d}"
