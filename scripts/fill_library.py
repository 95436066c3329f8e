"""Fill the library's tables that come from national series: rates.csv, seasons.csv, deflator.csv.

``python scripts/fill_library.py DATA`` with DATA a folder holding the series as named below. Only series under the
Open Government Licence or CC0 are read; age shapes without an open series are own judgement and stand in `SHAPES`.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from placeplan.core.calendar import days_in, financial_year, year_days

LIBRARY = Path(__file__).resolve().parents[1] / "src" / "placeplan" / "library"
BANDS = [f"{a}-{a + 4}" for a in range(0, 90, 5)] + ["90+"]
HES = "hes_open_data_2020_21/hes_m13_2021_open_data_age_bands.csv"
HES_COLUMNS = {
    "emergency_admission": "EMERGENCY",
    "day_case": "FCE_DAY_CASES",
    "outpatient_first": "First_Attendance",
    "outpatient_followup": "Follow_Up_Attendance",
}
MAR = "hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz"
MAR_COLUMNS = {
    "emergency_admission": "total_nonelective_ga_admissions_ffces",
    "elective_admission": "elective_ga_ordinary_admissions_ffces",
    "day_case": "elective_ga_daycase_admissions_ffces",
    "outpatient_first": "all_1st_outpatient_attendances_ga",
}
ATTENDANCES = "nhsrdatasets/ae_attendances.csv"

# Own judgement: (first age, per 1,000 people a year) from that age on. Only the shape counts.
SHAPES: dict[str, tuple[str, str, tuple[tuple[int, float], ...]]] = {
    "ae_type1": ("all", "", ((0, 420), (5, 266), (15, 260), (20, 252), (65, 238), (75, 378), (85, 644))),
    "ae_other": ("all", "", ((0, 160), (5, 130), (20, 120), (65, 80), (75, 70), (85, 60))),
    "maternity_admission": (
        "F", "Follows births by age of mother", ((0, 0), (15, 15), (20, 60), (25, 98), (30, 111), (35, 64), (40, 14), (45, 1), (50, 0)),
    ),
    "community_contact": ("all", "", ((0, 1500), (5, 300), (20, 500), (65, 1500), (75, 3500), (85, 7000))),
    "community_admission": ("all", "", ((0, 0.1), (50, 0.8), (65, 4), (75, 16), (85, 45))),
    "mental_health_contact": ("all", "", ((0, 20), (5, 120), (10, 500), (20, 430), (65, 280), (75, 450), (85, 600))),
    "mental_health_admission": ("all", "", ((0, 0.1), (15, 1.5), (20, 2.5), (65, 1.2), (75, 1.6))),
    "gp_appointment": ("all", "", ((0, 5000), (5, 2600), (20, 3800), (40, 4800), (65, 6600), (75, 8600), (85, 9500))),
    "ambulance_incident": ("all", "", ((0, 90), (5, 40), (15, 100), (65, 180), (75, 400), (85, 900))),
    "home_care_week": ("all", "", ((0, 0), (20, 60), (65, 300), (75, 1300), (85, 5000))),
    "residential_week": ("all", "", ((0, 0), (20, 60), (65, 250), (75, 1400), (85, 6000))),
    "nursing_week": ("all", "", ((0, 0), (20, 15), (65, 120), (75, 600), (85, 2000))),
    "reablement_week": ("all", "", ((0, 0), (20, 4), (65, 40), (75, 180), (85, 500))),
}  # fmt: skip


def main(data: Path) -> None:
    """Write the three tables."""
    rates = [*hes_rates(data), *own_rates()]
    write("rates.csv", ["pod", "sex", "age", "per_1000", "source", "level", "note"], sorted(rates, key=rate_order))
    write("seasons.csv", ["pod", "month", "index", "source", "level", "note"], [*mar_seasons(data), *ae_seasons(data)])
    write("deflator.csv", ["year", "index", "source", "level", "note"], deflator(data))


def rate_order(row: list[object]) -> tuple[str, str, int]:
    """Sort by pod, sex and age."""
    return str(row[0]), str(row[1]), BANDS.index(str(row[2]))


def write(name: str, header: list[str], rows: Iterable[list[object]]) -> None:
    """Write one table of the library."""
    with (LIBRARY / name).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def england(data: Path) -> dict[str, float]:
    """People of England by band, middle of 2018 (Office for National Statistics)."""
    file = data / "population_and_activity_profiles" / "population_estimates_2000_2023.parquet"
    query = (
        "select age, sum(male + female) from read_parquet(?) where area_code = 'E92000001' and year = 2018 group by age"
    )
    people: dict[str, float] = defaultdict(float)
    for age, count in duckdb.execute(query, [str(file)]).fetchall():
        people[BANDS[min(int(age) // 5, 18)]] += float(count)
    return people


def hes_rates(data: Path) -> Iterator[list[object]]:
    """Rates by age of 2018/19; unknown ages are spread in proportion. Planned admissions borrow the day cases' shape."""
    people = england(data)
    source = "NHS Digital, HES monthly open data (month 13 2020/21), England 2018/19, {}; ONS mid-2018 population"
    with (data / HES).open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["FY_Start_Date"] == "01APR2018"]
    for pod, column in HES_COLUMNS.items():
        found: dict[str, float] = defaultdict(float)
        for r in rows:
            start = (
                "".join(c for c in r["Age_Band"].partition(".")[2] if c.isdigit() or c in "-+ ")
                .split("-")[0]
                .strip(" +")
            )
            found[BANDS[min(int(start) // 5, 18)] if start else ""] += float(r[column] or 0)
        known = sum(v for k, v in found.items() if k)
        for band in BANDS:
            rate = found[band] * (1 + found[""] / known) / people[band] * 1000
            yield [pod, "all", band, f"{rate:.4g}", source.format(column), "default", ""]
            if pod == "day_case":
                note = "Shape of day cases; planned admissions by age are not published apart"
                yield ["elective_admission", "all", band, f"{rate:.4g}", source.format(column), "default", note]


def own_rates() -> Iterator[list[object]]:
    """Rates without an open series: own judgement, the shape alone."""
    for pod, (sex, note, steps) in SHAPES.items():
        for i, band in enumerate(BANDS):
            rate = [value for first, value in steps if first <= i * 5][-1]
            yield [pod, sex, band, f"{rate:g}", "Own judgement", "default", note]
            if sex == "F":
                yield [pod, "M", band, "0", "Own judgement", "default", note]


def seasons(by_month: Mapping[str, float], pod: str, source: str, note: str) -> Iterator[list[object]]:
    """Each calendar month per day over its financial year's mean, averaged over the years, the twelve averaging 1."""
    totals: dict[str, float] = defaultdict(float)
    for month, count in by_month.items():
        totals[financial_year(month)] += count
    ratios: dict[int, list[float]] = defaultdict(list)
    for month, count in by_month.items():
        year = financial_year(month)
        ratios[int(month[5:])].append(count / days_in(month) * year_days(year) / totals[year])
    means = {m: sum(r) / len(r) for m, r in ratios.items()}
    middle = sum(means[m] * days_in(f"2017-{m:02d}") for m in means) / 365
    for m in range(1, 13):
        yield [pod, m, f"{means[m] / middle:.4f}", source, "default", note]


def mar_seasons(data: Path) -> Iterator[list[object]]:
    """Seasons of admissions and first attendances, England, from providers that report in every month."""
    counts: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with gzip.open(data / MAR, "rt", encoding="utf-8") as file:
        for r in csv.DictReader(file):
            month = r["period_date"][:7]
            if "2013-04" <= month <= "2017-03":
                for pod, column in MAR_COLUMNS.items():
                    counts[pod][r["provider_org_code"]][month] = float(r[column] or 0)
    for pod, providers in counts.items():
        total: dict[str, float] = defaultdict(float)
        for series in providers.values():
            if len(series) == 48 and min(series.values()) > 0:
                for month, count in series.items():
                    total[month] += count
        source = f"NHS England, monthly activity return, England, April 2013 to March 2017, {MAR_COLUMNS[pod]}"
        yield from seasons(total, pod, source, "Providers that report in every month")


def ae_seasons(data: Path) -> Iterator[list[object]]:
    """Seasons of A&E attendances, England."""
    total: dict[str, dict[str, float]] = {"ae_type1": defaultdict(float), "ae_other": defaultdict(float)}
    with (data / ATTENDANCES).open(encoding="utf-8") as file:
        for r in csv.DictReader(file):
            if r["period"][:4].isdigit():
                total["ae_type1" if r["type"] == "1" else "ae_other"][r["period"][:7]] += float(r["attendances"])
    for pod, by_month in total.items():
        kinds = "type 1" if pod == "ae_type1" else "types 2 and 3"
        yield from seasons(
            by_month, pod, f"NHS England, A&E attendances, England, April 2016 to March 2019, {kinds}", ""
        )


def deflator(data: Path) -> Iterator[list[object]]:
    """GDP deflator by financial year, 2016/17 = 1."""
    with (data / "national_funding" / "deflator.csv").open(encoding="utf-8") as file:
        values = {int(r["date"]): float(r["deflator"]) for r in csv.DictReader(file)}
    for year, value in values.items():
        name = f"{year}/{(year + 1) % 100:02d}"
        note = "Forecast" if year >= 2025 else ""
        yield [name, f"{value / values[2016]:.6f}", "HM Treasury, GDP deflators at market prices", "default", note]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
