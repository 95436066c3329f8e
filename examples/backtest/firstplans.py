"""The worked places against what happened: fans of the shipped plans beside published series of 2017/18 and 2018/19.

Run ``python examples/backtest/firstplans.py`` with PLACEPLAN_DATA naming the data folder; it writes ``firstplans.csv``, and ``tables.py``
the table of the page. The plans run with nothing new done, since little of what they held had begun by 2018/19. Growth is growth since
the base year, 2016/17; of lists since March 2016, where the plans begin.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
from published import Published  # noqa: E402

from placeplan.futures.sample import Futures  # noqa: E402
from placeplan.model.outcomes import Outcomes  # noqa: E402
from placeplan.model.recordings import Recordings  # noqa: E402
from placeplan.model.simulate import baseline_of, simulate  # noqa: E402
from placeplan.model.variants import do_minimum  # noqa: E402
from placeplan.plan.folder import read_plan  # noqa: E402

Array = np.ndarray[Any, np.dtype[np.float64]]
Years = dict[int, float]
PLANS = {
    "Dorset": "dorset-2016", "Lincolnshire": "lincolnshire-2016", "Nottinghamshire": "nottinghamshire-2016",
    "North Central London": "north-central-london-2016",
}  # fmt: skip
MINOR = {"Dorset": ("RDY",), "Lincolnshire": ("RY5",)}
"""Community trusts with minor injury units that are in one place alone: work moved between them and hospitals."""
BASE, LATER = 2016, (2017, 2018)
FUTURES = 500
KEEP = frozenset({"activity", "occupied", "beds_open", "list", "within_18", "position", "staff_in_post"})
ADMISSIONS = ("emergency_admission", "elective_admission", "day_case", "maternity_admission")
SERIES = ("admissions", "attendances", "occupancy", "list", "within_18", "position", "doctors")
PODS = {"admissions": ADMISSIONS, "attendances": ("ae_type1", "ae_other")}
NAMES = {
    "list": ("list", "{}"), "within_18": ("within_18", "{}"), "position": ("position", "{}"), "doctors": ("staff_in_post", "{}/doctors"),
}  # fmt: skip
"""Outcome and entity of the model that a series is."""
PANEL = "hospital_trust_panel_2009_2018"
QUERIES = {
    "admissions": (f"{PANEL}/inpatient_data.csv", "select ORG_CODE, YEAR, ADMISSIONS from {f}"),
    "attendances": (
        "nhsrdatasets/ae_attendances.csv",
        "select org_code, year(period::date - interval 3 month), sum(attendances) from {f} group by 1, 2",
    ),
    "list": (f"{PANEL}/rtt.csv", "select ORG_CODE, YEAR, N_TOTAL from {f}"),
    "within_18": (f"{PANEL}/rtt.csv", "select ORG_CODE, YEAR, N_18_WEEKS from {f}"),
}
"""Series that the reader of the backtest does not have: file, and the query of code, year and number."""


@dataclass(frozen=True)
class Row:
    """A series of a place in a year: what happened, and the fan."""

    place: str
    series: str
    year: int
    seen: float
    low: float
    middle: float
    high: float


class Seen:
    """What was published of the trusts of the places."""

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.data = Published(folder, max(r["last"] for r in settings["series"].values()), settings)
        self.own = {name: dict(_read(folder, *query)) for name, query in QUERIES.items()}

    def years(self, series: str, trust: str) -> Years:
        """A series of a trust by year; those that are not whole are left out."""
        if series in self.own:
            return self.own[series].get(trust, {})
        return self.data.years({"doctors": "consultants", "beds": "available"}.get(series, series), trust)


def _read(folder: Path, file: str, query: str) -> Iterator[tuple[str, Years]]:
    found: dict[str, Years] = {}
    text = query.format(f=f"'{(folder / file).as_posix()}'")
    for code, year, value in duckdb.sql(text).fetchall():
        if value:
            found.setdefault(str(code).strip(), {})[int(year)] = float(value)
    yield from found.items()


def simulated(folder: Path, futures: int = FUTURES) -> Outcomes:
    """A plan with nothing new done."""
    plan = do_minimum(read_plan(folder))
    return simulate(plan, baseline_of(plan), Futures(count=futures), keep=KEEP, recordings=Recordings())


def told(outcomes: Outcomes, series: str, trust: str) -> Array | None:
    """Yearly futures of a trust, ``[future, year]``; None where the plan has none of it."""
    if series in PODS:
        name = "activity"
        wanted = [e for e in _entities(outcomes, name) if e.startswith(trust) and e.partition("/")[2] in PODS[series]]
    else:
        name, entity = NAMES[series]
        wanted = [e for e in _entities(outcomes, name) if e == entity.format(trust)]
    if not wanted:
        return None
    if name in ("list", "within_18"):
        return np.asarray(outcomes[name].of(wanted[0])[:, 11::12])
    return np.asarray(np.sum([outcomes[name].by_year(e) for e in wanted], axis=0))


def _entities(outcomes: Outcomes, name: str) -> tuple[str, ...]:
    """Who has an outcome; sites begin with their trust's code."""
    return tuple(outcomes[name].entities) if name in outcomes.series else ()


def rows(place: str, trusts: Sequence[str], seen: Seen, outcomes: Outcomes) -> Iterator[Row]:
    """Every series of a place, of those trusts together that have it in all the years it is about."""
    make = {"attendances": _attendances, "occupancy": _occupancy, "within_18": _within, "position": _position}
    for series in SERIES:
        for year in LATER:
            those = (*trusts, *MINOR.get(place, ())) if series == "attendances" else trusts
            found = make.get(series, _growth)(series, year, those, seen, outcomes)
            if found is not None:
                actual, fan = found
                yield Row(place, series, year, actual, *(float(q) for q in np.quantile(fan, [0.1, 0.5, 0.9])))


Found = tuple[float, Array] | None


def _both(series: str, year: int, base: int, trusts: Sequence[str], seen: Seen, outcomes: Outcomes) -> list[tuple[Years, Array]]:  # fmt: skip
    pairs = [(seen.years(series, t), told(outcomes, series, t)) for t in trusts]
    return [(s, m) for s, m in pairs if m is not None and s.get(year) and s.get(base)]


def _growth(series: str, year: int, trusts: Sequence[str], seen: Seen, outcomes: Outcomes) -> Found:
    """Growth since the base year, share; of lists since March before it, where the run begins."""
    base = BASE - 1 if series == "list" else BASE
    pairs = _both(series, year, base, trusts, seen, outcomes)
    if not pairs:
        return None
    first = sum(s[base] for s, _ in pairs)
    began = np.sum([m[:, 0] for _, m in pairs], axis=0) if base == BASE else first
    fan = np.sum([m[:, year - BASE] for _, m in pairs], axis=0) / began - 1
    return sum(s[year] for s, _ in pairs) / first - 1, fan


def _attendances(series: str, year: int, trusts: Sequence[str], seen: Seen, outcomes: Outcomes) -> Found:
    """Growth of all doors of all trusts together: within a year doors open, and move from one trust to another."""
    known = [m for t in trusts if (m := told(outcomes, series, t)) is not None]
    years = [seen.years(series, t) for t in trusts]
    if not known or not any(y.get(BASE) for y in years):
        return None
    first, last = (sum(y.get(n, 0.0) for y in years) for n in (BASE, year))
    whole = np.sum(known, axis=0)
    return last / first - 1, whole[:, year - BASE] / whole[:, 0] - 1


def _within(series: str, year: int, trusts: Sequence[str], seen: Seen, outcomes: Outcomes) -> Found:
    """Share of all lists within 18 weeks."""
    here = [t for t in trusts if told(outcomes, "list", t) is not None and seen.years("list", t).get(year)]
    if not here:
        return None
    actual = sum(seen.years(series, t)[year] for t in here) / sum(seen.years("list", t)[year] for t in here)
    at = year - BASE
    listed = [told(outcomes, "list", t)[:, at] for t in here]  # type: ignore[index]
    part = [told(outcomes, series, t)[:, at] * n for t, n in zip(here, listed, strict=True)]  # type: ignore[index]
    return actual, np.sum(part, axis=0) / np.sum(listed, axis=0)


def _occupancy(series: str, year: int, trusts: Sequence[str], seen: Seen, outcomes: Outcomes) -> Found:
    """Beds occupied over beds open, general and acute."""
    del series
    here = [t for t in trusts if seen.years("occupied", t).get(year) and seen.years("beds", t).get(year)]
    pools = [
        e for e in _entities(outcomes, "occupied") if any(e.startswith(t) for t in here) and e.endswith("/general")
    ]
    if not pools:
        return None
    at, full, beds = year - BASE, outcomes["occupied"], outcomes["beds_open"]
    fan = np.sum([full.by_year(p)[:, at] for p in pools], axis=0) / np.sum(
        [beds.by_year(p)[:, at] for p in pools], axis=0
    )
    actual = sum(seen.years("occupied", t)[year] for t in here) / sum(seen.years("beds", t)[year] for t in here)
    return actual, fan


def _position(series: str, year: int, trusts: Sequence[str], seen: Seen, outcomes: Outcomes) -> Found:
    """Surplus or deficit over the base year's income."""
    here = [t for t in trusts if told(outcomes, series, t) is not None and year in seen.years(series, t)]
    if not here:
        return None
    income = sum(seen.years("income", t)[BASE] for t in here)
    fan = np.sum([told(outcomes, series, t)[:, year - BASE] for t in here], axis=0) / income  # type: ignore[index]
    return sum(seen.years(series, t)[year] for t in here) / income, fan


def main() -> None:
    """Writes firstplans.csv."""
    settings = cases.settings_of(HERE)
    seen = Seen(Path(os.environ["PLACEPLAN_DATA"]), settings)
    with (HERE / "firstplans.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("place", "series", "year", "seen", "p10", "p50", "p90"))
        for place, folder in PLANS.items():
            trusts = settings["places"][place]["trusts"]
            for r in rows(place, trusts, seen, simulated(HERE.parent / folder)):
                writer.writerow((r.place, r.series, r.year, *(f"{n:.4f}" for n in (r.seen, r.low, r.middle, r.high))))


if __name__ == "__main__":
    main()
