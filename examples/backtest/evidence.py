"""How trusts outside the four places went their own ways: where the library's spreads of round 2 come from.

Run ``python examples/backtest/evidence.py`` with PLACEPLAN_DATA naming the data folder; it writes ``evidence.csv``. The trusts of
the four places are left out, so that they are judged by what others did – but by others' later years too.
"""

from __future__ import annotations

import csv
import math
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from scipy.stats import spearmanr

import placeplan
from placeplan.plan.library import library

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
import clinics  # noqa: E402
import costs  # noqa: E402
from published import MAR, Published  # noqa: E402
from spreads import Years, apart, changes, own_spread  # noqa: E402

PLACE_SD = 0.032
"""Yearly departure of a place as a whole, as the library has it."""
NIGHTS = 3.0
"""Nights of a planned admission, as in settings.yaml."""
DAYS = 365.25


def others(folder: Path, settings: Mapping[str, Any]) -> tuple[Published, dict[str, str]]:
    """A reader of all acute trusts of 2018 but those of the four places, and the place of each."""
    file = (folder / "geography_lookups/trust_stp_lookup_2018.csv").as_posix()
    ours = {t for p in settings["places"].values() for t in p["trusts"]} | {m["code"] for m in settings["merged"]}
    rows = duckdb.sql(f"select code, STP_code from '{file}'").fetchall()
    place = {str(code): str(stp) for code, stp in rows if code not in ours}
    data = Published(folder, max(r["last"] for r in settings["series"].values()), settings | {"merged": []})
    data.codes = sorted(place)
    return data, place


def by_place(years: Mapping[str, Years], place: Mapping[str, str]) -> dict[str, Years]:
    """Trusts of a place together, over the years that all of them have."""
    found: dict[str, Years] = {}
    for stp in sorted(set(place.values())):
        own = [years[t] for t in years if place[t] == stp and {2012, 2016} <= set(years[t])]
        if own:
            found[stp] = {y: sum(o[y] for o in own) for y in own[0] if all(y in o for o in own)}
    return found


def aged(folder: Path, pod: str) -> float:
    """Yearly growth of care by people and age alone, England, mid-2012 to mid-2016: the library's rates on the estimates."""
    file = (folder / "population_and_activity_profiles/population_estimates_2000_2023.parquet").as_posix()
    query = f"select year, age, sum(female + male) from '{file}' where area_code = 'E92000001' group by 1, 2"
    people = {(int(y), int(a)): float(n) for y, a, n in duckdb.sql(query).fetchall()}
    with (Path(placeplan.__file__).parent / "library" / "rates.csv").open(encoding="utf-8") as rates:
        own = [(r["age"], float(r["per_1000"])) for r in csv.DictReader(rates) if r["pod"] == pod and r["sex"] == "all"]
    care = {
        year: sum(rate * n for ages, rate in own for (y, age), n in people.items() if y == year and within(age, ages))
        for year in (2012, 2016)
    }
    return math.log(care[2016] / care[2012]) / 4


def within(age: int, ages: str) -> bool:
    """Whether an age is in a group: ``0-4``, ``90+``.

    >>> within(4, "0-4"), within(5, "0-4"), within(95, "90+")
    (True, False, True)
    """
    low, _, high = ages.rstrip("+").partition("-")
    return int(low) <= age <= (int(high) if high else 200)


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """10th, 50th and 90th percentile."""
    low, middle, high = np.quantile(list(values), [0.1, 0.5, 0.9])
    return float(low), float(middle), float(high)


def rows(folder: Path, settings: Mapping[str, Any]) -> list[tuple[str, int, float, float, float]]:
    """What is found: name, how many, 10th, 50th and 90th percentile."""
    data, place = others(folder, settings)
    years = {p: {t: own for t in place if (own := data.years(p, t)) and min(own.values()) >= 1000} for p in MAR}
    residuals = [apart(changes(own)) for own in years.values()]
    count, median, log_sd = own_spread(residuals, 4, PLACE_SD)
    out = [
        ("own yearly deviation of a trust: median of a lognormal", count, math.nan, median, math.nan),
        ("own yearly deviation of a trust: log standard deviation", count, math.nan, log_sd, math.nan),
    ]
    for pod, own in years.items():
        growth = [math.log(y[2016] / y[2012]) / 4 for y in by_place(own, place).values() if {2012, 2016} <= set(y)]
        out.append((f"yearly growth of places: {pod}", len(growth), *spread(growth)))
    out += [
        (f"yearly growth by people and age, England: {pod}", 1, math.nan, aged(folder, pod), math.nan) for pod in MAR
    ]
    full = {t: own for t in place if (own := data.years("occupied", t)) and min(own.values()) >= 50}
    both = {t: {y: (DAYS * full[t][y] - NIGHTS * years["elective_admission"][t][y]) for y in range(2012, 2017)}
            for t in full if all({*range(2012, 2017)} <= set(n.get(t, {})) for n in (full, years["elective_admission"], years["emergency_admission"]))}  # fmt: skip
    nights, admitted = by_place(both, place), by_place({t: years["emergency_admission"][t] for t in both}, place)
    trend = [math.log(nights[s][2016] / admitted[s][2016] / (nights[s][2012] / admitted[s][2012])) / 4 for s in nights]
    out.append(("yearly change of nights of unplanned admissions, places", len(trend), *spread(trend)))
    more = {s: math.log(admitted[s][2016] / admitted[s][2012]) / 4 for s in nights}
    rho = float(spearmanr(trend, [more[s] for s in nights])[0])
    out.append(
        (
            "rank correlation of that with the growth of unplanned admissions, places",
            len(trend),
            math.nan,
            rho,
            math.nan,
        )
    )
    first, second = (apart(changes(years[p], 4)) for p in ("elective_admission", "day_case"))
    pairs = sorted(set(first) & set(second))
    rho = float(spearmanr([first[k] for k in pairs], [second[k] for k in pairs])[0])
    out.append(
        ("rank correlation of planned admissions and day cases over four years", len(pairs), math.nan, rho, math.nan)
    )
    between = [
        float(spearmanr([a[k] for k in keys], [b[k] for k in keys])[0])
        for n, a in enumerate(residuals) for b in residuals[n + 1 :] if (keys := sorted(set(a) & set(b)))
    ]  # fmt: skip
    out.append(("rank correlation of yearly changes of a trust between kinds of care", len(between), *spread(between)))
    leaving = clinics.leaving_of({item.value.id: item.value for item in library().assumptions})
    return out + clinics.rows(folder, data, leaving) + costs.rows(data, settings)


def main() -> None:
    """Writes evidence.csv."""
    with (HERE / "evidence.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("what", "count", "p10", "p50", "p90"))
        for what, count, *values in rows(Path(os.environ["PLACEPLAN_DATA"]), cases.settings_of(HERE)):
            writer.writerow((what, count, *("" if math.isnan(v) else f"{v:.4f}" for v in values)))


if __name__ == "__main__":
    main()
