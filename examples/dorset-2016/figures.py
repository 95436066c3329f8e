"""Reads the published series that the tables of this example rest on. Each function returns plain figures."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

TRUSTS = {"RBD": "RBD01", "RD3": "RD304", "RDZ": "RDZ20", "RDY": "RDY"}
"""Trust → the site under which its care stands here."""
ACUTE = ("RBD", "RD3", "RDZ")
COUNCILS = {"E10000009": "Dorset", "E06000028": "Bournemouth", "E06000029": "Poole"}
BCP, RURAL = "E06000058", "E06000059"
"""The councils of 2019, for which people are published by single year of age."""
DISTRICTS = {
    "E06000028": ("Bournemouth", "E06000028", BCP),
    "E06000029": ("Poole", "E06000029", BCP),
    "E07000048": ("Christchurch", "E10000009", BCP),
    "E07000049": ("East Dorset", "E10000009", RURAL),
    "E07000050": ("North Dorset", "E10000009", RURAL),
    "E07000051": ("Purbeck", "E10000009", RURAL),
    "E07000052": ("West Dorset", "E10000009", RURAL),
    "E07000053": ("Weymouth and Portland", "E10000009", RURAL),
}
"""District of 2016 → name, council of 2016, council of 2019."""
BANDS = ("age_0_4", "age_5_17", "age_18_64", "age_65_74", "age_75_84", "age_85_plus")
BAND_STARTS = (0, 5, 18, 65, 75, 85)
AGES = (*tuple(f"{a}-{a + 4}" for a in range(0, 90, 5)), "90+")
MAR = {
    "emergency_admission": "total_nonelective_ga_admissions_ffces",
    "elective_admission": "elective_ga_ordinary_admissions_ffces",
    "day_case": "elective_ga_daycase_admissions_ffces",
    "outpatient_first": "all_1st_outpatient_attendances_ga",
}
"""Pod → column of the monthly activity return."""


class Figures:
    """The data folder, asked by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 1")

    def ask(self, query: str, **files: str) -> list[tuple[Any, ...]]:
        """Rows of a query in which ``{name}`` stands for a file of the data folder."""
        quoted = {name: "'" + (self.folder / file).as_posix().replace("'", "''") + "'" for name, file in files.items()}
        return self.connection.execute(query.format(**quoted)).fetchall()

    @cached_property
    def single_years(self) -> dict[tuple[str, str, int], float]:
        """People in mid-2016 by council of 2019 and England, sex and single year of age."""
        rows = self.ask(
            "select area_code, age, female, male from {f} where year = 2016 and area_code in ('E06000058', 'E06000059')",
            f="population_and_activity_profiles/population_estimates_2000_2023.parquet",
        )
        return {(a, s, age): float(n) for a, age, f, m in rows for s, n in (("F", f), ("M", m))}

    @cached_property
    def england(self) -> dict[int, float]:
        """People of England in mid-2018 by single year of age."""
        rows = self.ask(
            "select age, female + male from {f} where year = 2018 and area_code = 'E92000001'",
            f="population_and_activity_profiles/population_estimates_2000_2023.parquet",
        )
        return {int(age): float(n) for age, n in rows}

    @cached_property
    def small_areas(self) -> dict[str, dict[str, float]]:
        """People in mid-2020 by district of 2016: broad age bands, and q1…q5 of IMD 2015."""
        sums = ", ".join(f"sum({b})" for b in BANDS)
        whole = "+".join(BANDS)
        fifths = ", ".join(f"sum(case when (IMD_decile + 1) // 2 = {q} then {whole} else 0 end)" for q in range(1, 6))
        rows = self.ask(
            f"select lad13_code, {sums}, {fifths} from {{d}} join {{p}} using (lsoa11_code) group by 1",
            d="deprivation/imd2015_england_lsoa11.parquet",
            p="population_small_area/population_mid2020_lsoa11_broad_age.parquet",
        )
        names = (*BANDS, "q1", "q2", "q3", "q4", "q5")
        return {r[0]: dict(zip(names, map(float, r[1:]), strict=True)) for r in rows if r[0] in DISTRICTS}

    def mar(self, provider: str, pod: str) -> float:
        """Activity of 2016/17 in the monthly activity return."""
        rows = self.ask(
            f"select sum({MAR[pod]}), count(*) from {{f}} where provider_org_code = '{provider}' "
            "and period_date between '2016-04-01' and '2017-03-31'",
            f="hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz",
        )
        total, months = rows[0]
        if months != 12:
            raise ValueError(f"the monthly activity return has {months} months of 2016/17 for {provider}, not 12")
        return float(total or 0.0)

    def mar_months(self, pod: str) -> dict[str, float]:
        """Activity of the three acute trusts by month, ``2013-04`` to ``2017-03``."""
        rows = self.ask(
            f"select strftime(period_date, '%Y-%m'), sum({MAR[pod]}) from {{f}} where provider_org_code in {ACUTE} "
            "and period_date between '2013-04-01' and '2017-03-31' group by 1",
            f="hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz",
        )
        return {m: float(n) for m, n in rows}

    @cached_property
    def ae(self) -> dict[tuple[str, str], float]:
        """A&E attendances of 2016/17 by trust and type."""
        rows = self.ask(
            "select org_code, type, sum(attendances) from {f} where period between '2016-04-01' and '2017-03-31' group by 1, 2",
            f="nhsrdatasets/ae_attendances.csv",
        )
        return {(o, str(t)): float(n) for o, t, n in rows if o in TRUSTS}

    def ae_months(self) -> dict[str, float]:
        """Type-1 attendances of the three acute trusts by month of 2016/17, the first year of the file."""
        rows = self.ask(
            f"select strftime(period, '%Y-%m'), sum(attendances) from {{f}} where org_code in {ACUTE} and type = '1' "
            "and period between '2016-04-01' and '2017-03-31' group by 1",
            f="nhsrdatasets/ae_attendances.csv",
        )
        return {m: float(n) for m, n in rows}

    @cached_property
    def hes(self) -> dict[int, dict[str, float]]:
        """HES open data of England 2018/19 by first year of the band; unknown ages spread in proportion."""
        rows = self.ask(
            "select Age_Band, sum(FCE), sum(FAE), sum(EMERGENCY), sum(FCE_DAY_CASES), sum(First_Attendance), "
            "sum(Follow_Up_Attendance) from {f} where FY_Start_Date = '01APR2018' group by 1",
            f="hes_open_data_2020_21/hes_m13_2021_open_data_age_bands.csv",
        )
        names = ("episodes", "admissions", "emergency", "day_case", "first", "follow_up")
        known: dict[int, dict[str, float]] = {}
        unknown = dict.fromkeys(names, 0.0)
        for band, *values in rows:
            figures = dict(zip(names, map(float, values), strict=True))
            label = band.split(".", 1)[1].strip()
            if label == "unknown":
                unknown = figures
                continue
            start = int(label.split("-")[0].rstrip("+ ")) // 5 * 5
            into = known.setdefault(start, dict.fromkeys(names, 0.0))
            for n in names:
                into[n] += figures[n]
        for n in names:
            total = sum(f[n] for f in known.values())
            for figures in known.values():
                figures[n] *= 1 + unknown[n] / total
        return known

    @cached_property
    def admissions_by_council(self) -> dict[tuple[str, str], float]:
        """Admissions by council of residence and provider (behaves like emergencies of about 2017/18)."""
        rows = self.ask(
            "select areacode, procode3, sum(CountAdm) from {f} group by 1, 2",
            f="patient_flows/ltla_trust_admissions.csv.gz",
        )
        return {(a, p): float(n) for a, p, n in rows}

    @cached_property
    def leaving_2019(self) -> dict[str, float]:
        """Share of all admissions that go beyond the footprint, by council of 2019."""
        rows = self.ask(
            "select lad_code, sum(case when trust_code in ('R0D', 'RBD', 'RDY') then lad_prop_by_trust else 0 end) "
            "from {f} where lad_code in ('E06000058', 'E06000059') group by 1",
            f="patient_flows/trust_lad_catchment_phe.csv.gz",
        )
        return {a: 1.0 - float(kept) for a, kept in rows}

    @cached_property
    def beds(self) -> dict[tuple[str, str, str], tuple[float, float]]:
        """Beds available and occupied by trust, group and quarter of 2016/17."""
        rows = self.ask(
            "select org_code, specialty_group, quarter, available_total, occupied_total from {f} "
            f"where quarter like '2016-17%' and org_code in {tuple(TRUSTS)}",
            f="beds_kh03/kh03_provider_totals.csv.gz",
        )
        return {(o, g, q[-2:]): (float(a), float(b)) for o, g, q, a, b in rows}

    def bed_year(self, trust: str, group: str) -> tuple[float, float]:
        """Beds available and occupied in 2016/17, mean of the four quarters."""
        quarters = [self.beds[trust, group, q] for q in ("Q1", "Q2", "Q3", "Q4")]
        return sum(q[0] for q in quarters) / 4, sum(q[1] for q in quarters) / 4

    @cached_property
    def hospital_year(self) -> dict[str, dict[str, float]]:
        """HES provider tables 2016/17: admissions, and episodes by age band."""
        columns = ("ADMISSIONS", "0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+")
        rows = self.ask(
            "select ORG_CODE, "
            + ", ".join(f'"{c}"' for c in columns)
            + f" from {{f}} where YEAR = 2016 and ORG_CODE in {tuple(TRUSTS)}",
            f="hospital_trust_panel_2009_2018/inpatient_data.csv",
        )
        return {r[0]: dict(zip(columns, map(float, r[1:]), strict=True)) for r in rows}

    def finance(self, trust: str, year: int) -> dict[str, float]:
        """Operating income and cost and the position of a trust, £; ``year`` is the one in which it starts."""
        rows = self.ask(
            f"select OP_INCOME, OP_COST, FINANCIAL_POSITION from {{f}} where ORG_CODE = '{trust}' and YEAR = {year}",
            f="hospital_trust_panel_2009_2018/financial_positions.csv",
        )
        income, cost, position = rows[0]
        return {"income": 1e3 * income, "cost": -1e3 * cost, "position": 1e3 * position}

    @cached_property
    def social_care(self) -> dict[str, dict[str, float]]:
        """Adult social care of 2016/17 by council, £: gross and net current, paid by others, and long-term lines."""
        where = f"from {{f}} where DataType_KEY = 1 and GEOGRAPHY_CODE in {tuple(COUNCILS)}"
        file = "social_care_finance/ascfr_2016_17_totals.csv.gz"
        found: dict[str, dict[str, float]] = {}
        for code, gross, net, others in self.ask(
            "select GEOGRAPHY_CODE, sum(GROSSCURRENTEXPENDITURE), sum(NETCURRENTEXPENDITURE), "
            f"sum(TOTALEXPENDITURE) - sum(GROSSTOTALEXPENDITURE) {where} group by 1",
            f=file,
        ):
            found[code] = {"gross": 1e3 * gross, "net": 1e3 * net, "others": 1e3 * others}
        for code, age, setting, gross in self.ask(
            f"select GEOGRAPHY_CODE, AgeBand_KEY, SupportSetting_KEY, sum(GROSSCURRENTEXPENDITURE) {where} "
            "and CareType_KEY = 2 and AgeBand_KEY in (1, 2) group by 1, 2, 3",
            f=file,
        ):
            name = {(2, 7): "residential 65+", (2, 6): "nursing 65+", (2, 2): "home care 65+"}.get(
                (int(age), int(setting))
            )
            name = name or ("other long-term 65+" if int(age) == 2 else "long-term 18-64")
            found[code][name] = found[code].get(name, 0.0) + 1e3 * float(gross)
        return found

    @cached_property
    def workforce(self) -> dict[str, dict[str, float]]:
        """Whole-time equivalents in post in September 2017 by trust and staff group of the return."""
        rows = self.ask(
            f"select org_code, staff_group, sum(fte) from {{f}} where month = '2017-SEP' and org_code in {(*TRUSTS, 'RYF')} group by 1, 2",
            f="workforce/hchs_fte_by_org_staff_group_2017_2018.csv",
        )
        found: dict[str, dict[str, float]] = {}
        for trust, group, people in rows:
            found.setdefault(trust, {})[group] = float(people)
        return found

    def waiting(self, year: int) -> dict[str, tuple[float, float]]:
        """People on a list at the end of a year (in which it starts) and the share within 18 weeks, by trust."""
        rows = self.ask(
            f"select ORG_CODE, N_TOTAL, RTT_SCORE from {{f}} where YEAR = {year} and ORG_CODE in {tuple(TRUSTS)}",
            f="hospital_trust_panel_2009_2018/rtt.csv",
        )
        return {trust: (float(listed), float(within)) for trust, listed, within in rows}

    @cached_property
    def planned(self) -> dict[str, tuple[float, float]]:
        """Planned repeats of 2016/17 by trust: day cases, and admissions with a night."""
        rows = self.ask(
            "select provider_org_code, sum(elective_ga_planned_daycase_admissions_ffces), "
            "sum(elective_ga_planned_ordinary_admissions_ffces) from {f} "
            f"where provider_org_code in {tuple(TRUSTS)} and period_date between '2016-04-01' and '2017-03-31' group by 1",
            f="hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz",
        )
        return {trust: (float(day), float(night)) for trust, day, night in rows}

    @cached_property
    def care_weeks(self) -> dict[tuple[str, str], float]:
        """Weeks of long-term care of people of 65 and over in 2016/17 by council and setting (residential, nursing)."""
        rows = self.ask(
            "select GEOGRAPHY_CODE, SupportSetting_KEY, sum(try_cast(ItemValue as double)) from {f} where DataType_KEY = 1 "
            f"and CareType_KEY = 2 and AgeBand_KEY = 2 and GEOGRAPHY_CODE in {tuple(COUNCILS)} group by 1, 2",
            f="social_care_finance/ascfr_2016_17_activity.csv.gz",
        )
        return {(code, {7: "residential", 6: "nursing"}[int(setting)]): float(weeks) for code, setting, weeks in rows}


def band(age: int) -> str:
    """Five-year band of a single year of age."""
    return "90+" if age >= 90 else f"{age // 5 * 5}-{age // 5 * 5 + 4}"


def broad_band(age: int) -> str:
    """Broad band of the small-area file in which a single year of age lies."""
    return [b for b, start in zip(BANDS, BAND_STARTS, strict=True) if age >= start][-1]


def rounded(value: float, digits: int) -> float | int:
    """A number as the tables write it: no more digits than it bears."""
    short = round(value, digits)
    return int(short) if short == int(short) else short
