"""Published series as they stood at an origin: a reader that hands out nothing later.

What is asked for is cut off at the origin in the query, and every row that comes back is looked at again: a later one is
an error, not a figure. The scorer alone opens a reader without an origin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

Months = dict[str, float]
"""Values by last month of their period, ``2016-04``."""
PANEL = "hospital_trust_panel_2009_2018"
MAR = {
    "emergency_admission": "total_nonelective_ga_admissions_ffces",
    "elective_admission": "elective_ga_ordinary_admissions_ffces",
    "day_case": "elective_ga_daycase_admissions_ffces",
    "outpatient_first": "all_1st_outpatient_attendances_ga",
}
"""Point of delivery → column of the monthly activity return."""
PERIODS = {
    **dict.fromkeys((*MAR, "ae_type1", "ae_type2", "ae_type3"), 12),
    **dict.fromkeys(("available", "occupied"), 4),
    **dict.fromkeys(("income", "cost", "position", "consultants", "managers"), 1),
}
"""Periods of a year in each series that is read."""
MEANS = ("available", "occupied")
"""Series whose year is the mean of its periods; of the others it is their sum."""
QUERIES: dict[str, tuple[str, str]] = {
    **{
        pod: (
            "hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz",
            f"select provider_org_code as code, strftime(period_date, '%Y-%m') as month, sum({column}) as value from {{f}} group by 1, 2",
        )
        for pod, column in MAR.items()
    },
    **{
        f"ae_type{n}": (
            "nhsrdatasets/ae_attendances.csv",
            (
                "select org_code as code, strftime(period::date, '%Y-%m') as month, sum(attendances) as value from {f} "
                f"where type::varchar = '{kind}' group by 1, 2"
            ),
        )
        for n, kind in ((1, "1"), (2, "2"), (3, "other"))
    },
    **{
        name: (
            "beds_kh03/kh03_provider_totals.csv.gz",
            (
                f"select org_code as code, strftime(period_end::date, '%Y-%m') as month, sum({name}_total) as value from {{f}} "
                "where specialty_group = 'general_and_acute' group by 1, 2"
            ),
        )
        for name in MEANS
    },
    **{
        name: (
            f"{PANEL}/{file}",
            f"select trim(ORG_CODE) as code, (YEAR + 1)::varchar || '-03' as month, sum({column}) as value from {{f}} group by 1, 2",
        )
        for name, file, column in (
            ("income", "financial_positions.csv", "1e3 * OP_INCOME"),
            ("cost", "financial_positions.csv", "-1e3 * OP_COST"),
            ("position", "financial_positions.csv", "1e3 * FINANCIAL_POSITION"),
            ("consultants", "consultants_simple_def.csv", "SIMPLE_CONSULTANTS_FTE"),
            ("managers", "managers_simple_def.csv", "SIMPLE_MANAGERS_FTE"),
        )
    },
}
"""Series → file, and the query that gives its code, last month and value."""


class LaterThanOriginError(Exception):
    """Something was asked for, or came back, that did not exist at the origin."""


@dataclass(frozen=True)
class Merger:
    """A trust that another one took over."""

    code: str
    into: str
    first: str
    """First month of the trust that is left."""


class Published:
    """What had been published of some trusts and districts by the end of one financial year.

    Raises `LaterThanOriginError` for a year after it.
    """

    def __init__(self, folder: Path, origin: int, settings: Mapping[str, Any]) -> None:
        self.folder, self.origin = folder, origin
        self.last = f"{origin + 1}-03"
        """Last month that may be read: March of the year that began in April of the origin."""
        self.first = str(settings["keep_history_from"])
        self.mergers = tuple(Merger(m["code"], m["into"], str(m["from"])) for m in settings["merged"])
        places = settings["places"].values()
        self.districts = sorted({d for place in places for d in place["districts"]})
        self.codes = sorted({t for place in places for t in place["trusts"]} | {m.code for m in self.mergers})
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 1")
        self.newest = ""
        """Newest month that has been handed out."""
        self._read: dict[str, dict[str, Months]] = {}

    def _rows(self, file: str, query: str, where: str) -> Iterator[tuple[Any, ...]]:
        """Rows of a query on a file, cut off at the origin; the month comes second."""
        path = "'" + (self.folder / file).as_posix().replace("'", "''") + "'"
        bounded = f"select * from ({query.format(f=path)}) where month between '{self.first}' and '{self.last}' and {where} order by all"
        for row in self.connection.execute(bounded).fetchall():
            self._look(str(row[1]))
            yield row

    def _look(self, month: str) -> None:
        if month > self.last:
            raise LaterThanOriginError(f"{month} lies after {self.last}")
        self.newest = max(self.newest, month)

    def raw(self, series: str) -> dict[str, Months]:
        """A series by code, as it was published."""
        if series not in self._read:
            file, query = QUERIES[series]
            found: dict[str, Months] = {}
            quoted = ", ".join(f"'{c}'" for c in self.codes)
            for code, month, value in self._rows(file, query, f"code in ({quoted}) and value is not null"):
                found.setdefault(str(code), {})[str(month)] = float(value)
            self._read[series] = found
        return self._read[series]

    def months(self, series: str, trust: str) -> Months:
        """A series of one trust, those it took over with it; periods in which one of them is missing are left out."""
        own = dict(self.raw(series).get(trust, {}))
        for merger in self.mergers:
            if merger.into == trust:
                other = self.raw(series).get(merger.code, {})
                own = {m: v + other.get(m, 0.0) for m, v in own.items() if m in other or m >= merger.first}
        return own

    def years(self, series: str, trust: str) -> dict[int, float]:
        """Whole financial years of one trust, by the year in which they start; years with a gap are left out."""
        if series == "ae_other":
            return self._other_doors(trust)
        if series == "beds_occupied":
            return self.years("occupied", trust)
        if series == "occupancy":
            full, beds = self.years("occupied", trust), self.years("available", trust)
            return {y: full[y] / beds[y] for y in full if beds.get(y)}
        return self._whole(self.months(series, trust), series)

    def _whole(self, months: Months, series: str) -> dict[int, float]:
        by_year: dict[int, list[float]] = {}
        for month, value in months.items():
            by_year.setdefault(financial(month), []).append(value)
        each = PERIODS[series] if series in MEANS else 1
        return {y: sum(v) / each for y, v in sorted(by_year.items()) if len(v) == PERIODS[series]}

    def _other_doors(self, trust: str) -> dict[int, float]:
        """A&E but type 1; only years in which every type that reports does so in all months."""
        types = [self.months(f"ae_type{n}", trust) for n in (2, 3)]
        whole = [self._whole(t, "ae_type1") for t in types]
        seen = [{financial(m) for m in t} for t in types]
        years = set().union(*seen)
        return {
            y: sum(w.get(y, 0.0) for w in whole)
            for y in sorted(years)
            if all(y in w or y not in s for w, s in zip(whole, seen, strict=True))
        }

    def year(self, series: str, trust: str, year: int) -> float | None:
        """One financial year; None where it was not published whole."""
        if year > self.origin:
            raise LaterThanOriginError(f"{year}/{(year + 1) % 100:02d} lies after the origin {self.origin}")
        return self.years(series, trust).get(year)

    @cached_property
    def people(self) -> dict[tuple[str, int, str, int], float]:
        """People in the middle of each year by district, year, sex and single year of age."""
        quoted = ", ".join(f"'{d}'" for d in self.districts)
        rows = self._rows(
            "population_and_activity_profiles/population_estimates_2000_2023.parquet",
            "select area_code as code, year::varchar || '-06' as month, age, female, male from {f}",
            f"code in ({quoted})",
        )
        found = {}
        for code, month, age, female, male in rows:
            for sex, count in (("F", female), ("M", male)):
                found[str(code), int(str(month)[:4]), sex, int(age)] = float(count)
        return found


def financial(month: str) -> int:
    """Year in which the financial year of a month starts.

    >>> financial("2017-03"), financial("2017-04")
    (2016, 2017)
    """
    return int(month[:4]) - (month[5:] < "04")
