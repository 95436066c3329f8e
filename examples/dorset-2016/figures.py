"""Reads the published series that the tables of this example rest on. Each function returns plain figures."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from placeplan.footprint.figures import MAR as MEASURES
from placeplan.footprint.people import BROAD
from placeplan.series.read import Series, read_series

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
MAR = {
    "emergency_admission": "total_nonelective_ga_admissions_ffces",
    "elective_admission": "elective_ga_ordinary_admissions_ffces",
    "day_case": "elective_ga_daycase_admissions_ffces",
    "outpatient_first": "all_1st_outpatient_attendances_ga",
}
"""Pod → column of the monthly activity return."""
HES = {
    "finished episodes": "episodes", "admissions": "admissions", "emergency admissions": "emergency", "day cases": "day_case",
    "first outpatient attendances": "first", "follow-up outpatient attendances": "follow_up",
}  # fmt: skip
CARE = (
    ("gross", 1.0, "gross current expenditure"), ("net", 1.0, "net current expenditure"),
    ("others", 1.0, "total expenditure"), ("others", -1.0, "gross total expenditure"),
)  # fmt: skip
"""Line of the council's care, sign, measure of the return: paid by others is what is in the total and not in the gross."""
SETTINGS = {"setting 7": "residential 65+", "setting 6": "nursing 65+", "setting 2": "home care 65+"}
WEEKS = {"setting 7": "residential", "setting 6": "nursing"}
YEAR = "period between '2016-04' and '2017-03'"
POPULATION = "population_and_activity_profiles/population_estimates_2000_2023.parquet"
SMALL_AREAS = "population_small_area/population_mid2020_lsoa11_broad_age.parquet"
ACTIVITY = "hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz"
EMERGENCY = "nhsrdatasets/ae_attendances.csv"
PANEL = "hospital_trust_panel_2009_2018"


class Figures:
    """The data folder, asked by name: every file is read as a published series (`placeplan.series`), once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._series: dict[str, Series] = {}

    def ask(self, file: str, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on ``tidy``, the figures of one file of the data folder."""
        if file not in self._series:
            (self._series[file],) = read_series(self.folder / file)
        return self._series[file].ask(query)

    @cached_property
    def single_years(self) -> dict[tuple[str, str, int], float]:
        """People in mid-2016 by council of 2019 and England, sex and single year of age."""
        rows = self.ask(
            POPULATION, f"select code, sex, age, value from tidy where period = '2016' and code in {(BCP, RURAL)}"
        )
        return {(a, s, int(age)): float(n) for a, s, age, n in rows}

    @cached_property
    def england(self) -> dict[int, float]:
        """People of England in mid-2018 by single year of age."""
        rows = self.ask(
            POPULATION, "select age, sum(value) from tidy where period = '2018' and code = 'E92000001' group by 1"
        )
        return {int(age): float(n) for age, n in rows}

    @cached_property
    def small_areas(self) -> dict[str, dict[str, float]]:
        """People in mid-2020 by district of 2016: broad age bands, and q1…q5 of IMD 2015."""
        file = "deprivation/imd2015_england_lsoa11.parquet"
        district = dict(self.ask(file, "select code, text from tidy where measure = 'district'"))
        decile = dict(self.ask(file, "select code, value from tidy where measure = 'IMD decile'"))
        found = {d: dict.fromkeys((*(b for b, _ in BROAD), "q1", "q2", "q3", "q4", "q5"), 0.0) for d in DISTRICTS}
        for code, age, people in self.ask(SMALL_AREAS, "select code, age, value from tidy"):
            if district.get(code) in found:
                into = found[district[code]]
                into[age] += people
                into[f"q{(int(decile[code]) + 1) // 2}"] += people
        return found

    def mar(self, provider: str, pod: str) -> float:
        """Activity of 2016/17 in the monthly activity return."""
        rows = self.ask(
            ACTIVITY,
            f"select sum(value), count(*) from tidy where measure = '{MEASURES[pod]}' and code = '{provider}' and {YEAR}",
        )
        total, months = rows[0]
        if months != 12:
            raise ValueError(f"the monthly activity return has {months} months of 2016/17 for {provider}, not 12")
        return float(total or 0.0)

    def mar_months(self, pod: str) -> dict[str, float]:
        """Activity of the three acute trusts by month, ``2013-04`` to ``2017-03``."""
        rows = self.ask(
            ACTIVITY,
            f"select period, sum(value) from tidy where measure = '{MEASURES[pod]}' and code in {ACUTE} "
            "and period between '2013-04' and '2017-03' group by 1",
        )
        return {m: float(n) for m, n in rows}

    @cached_property
    def ae(self) -> dict[tuple[str, str], float]:
        """A&E attendances of 2016/17 by trust and type."""
        rows = self.ask(
            EMERGENCY,
            f"select code, \"of\", sum(value) from tidy where measure = 'attendances' and {YEAR} group by 1, 2",
        )
        return {(o, t.removeprefix("type ")): float(n) for o, t, n in rows if o in TRUSTS}

    def ae_months(self) -> dict[str, float]:
        """Type-1 attendances of the three acute trusts by month of 2016/17, the first year of the file."""
        rows = self.ask(
            EMERGENCY,
            f"select period, sum(value) from tidy where measure = 'attendances' and code in {ACUTE} and \"of\" = 'type 1' and {YEAR} group by 1",
        )
        return {m: float(n) for m, n in rows}

    @cached_property
    def hes(self) -> dict[int, dict[str, float]]:
        """HES open data of England 2018/19 by first year of the band; unknown ages spread in proportion."""
        rows = self.ask(
            "hes_open_data_2020_21/hes_m13_2021_open_data_age_bands.csv",
            "select age, measure, sum(value) from tidy where period between '2018-04' and '2019-03' group by 1, 2 order by 1, 2",
        )
        known: dict[int, dict[str, float]] = {}
        unknown = dict.fromkeys(HES.values(), 0.0)
        for age, measure, value in rows:
            if measure in HES and age == "unknown":
                unknown[HES[measure]] = float(value)
            elif measure in HES:
                start = int(age.split("-")[0].rstrip("+")) // 5 * 5
                known.setdefault(start, dict.fromkeys(HES.values(), 0.0))[HES[measure]] += float(value)
        for n in HES.values():
            total = sum(f[n] for f in known.values())
            for figures in known.values():
                figures[n] *= 1 + unknown[n] / total
        return known

    @cached_property
    def admissions_by_council(self) -> dict[tuple[str, str], float]:
        """Admissions by council of residence and provider (behaves like emergencies of about 2017/18)."""
        rows = self.ask(
            "patient_flows/ltla_trust_admissions.csv.gz", "select other, code, sum(value) from tidy group by 1, 2"
        )
        return {(a, p): float(n) for a, p, n in rows}

    @cached_property
    def leaving_2019(self) -> dict[str, float]:
        """Share of all admissions that go beyond the footprint, by council of 2019."""
        rows = self.ask(
            "patient_flows/trust_lad_catchment_phe.csv.gz",
            "select other, sum(case when code in ('R0D', 'RBD', 'RDY') then value else 0 end) from tidy "
            f"where measure = 'share of the district''s admissions' and other in {(BCP, RURAL)} group by 1",
        )
        return {a: 1.0 - float(kept) for a, kept in rows}

    @cached_property
    def beds(self) -> dict[tuple[str, str, str], tuple[float, float]]:
        """Beds available and occupied by trust, group and quarter of 2016/17."""
        rows = self.ask(
            "beds_kh03/kh03_provider_totals.csv.gz",
            "select code, \"of\", period, any_value(value) filter (measure = 'available'), "
            f"any_value(value) filter (measure = 'occupied') from tidy where period like '2016/17%' and code in {tuple(TRUSTS)} group by 1, 2, 3",
        )
        return {(o, g, q[-2:]): (float(a), float(b)) for o, g, q, a, b in rows}

    def bed_year(self, trust: str, group: str) -> tuple[float, float]:
        """Beds available and occupied in 2016/17, mean of the four quarters."""
        quarters = [self.beds[trust, group, q] for q in ("Q1", "Q2", "Q3", "Q4")]
        return sum(q[0] for q in quarters) / 4, sum(q[1] for q in quarters) / 4

    @cached_property
    def hospital_year(self) -> dict[str, dict[str, float]]:
        """HES provider tables 2016/17: admissions, and episodes by age band."""
        rows = self.ask(
            "hospital_trust_panel_2009_2018/inpatient_data.csv",
            "select code, case when measure = 'admissions' then 'ADMISSIONS' else age end, value from tidy where period = '2016/17' "
            f"and code in {tuple(TRUSTS)} and (measure = 'admissions' and sex = '' or age <> '') order by line, 2",
        )
        found: dict[str, dict[str, float]] = {}
        for trust, name, value in rows:
            found.setdefault(trust, {})[name] = float(value)
        return found

    def finance(self, trust: str, year: int) -> dict[str, float]:
        """Operating income and cost and the position of a trust, £; ``year`` is the one in which it starts."""
        rows = self.ask(
            f"{PANEL}/financial_positions.csv",
            f"select measure, value from tidy where code = '{trust}' and period = '{year}/{(year + 1) % 100:02d}'",
        )
        names = {"operating income": "income", "operating cost": "cost", "position": "position"}
        return {names[measure]: float(value) for measure, value in rows}

    @cached_property
    def social_care(self) -> dict[str, dict[str, float]]:
        """Adult social care of 2016/17 by council, £: gross and net current, paid by others, and long-term lines."""
        rows = self.ask(
            "social_care_finance/ascfr_2016_17_totals.csv.gz",
            f'select code, measure, "of", value from tidy where code in {tuple(COUNCILS)} order by line',
        )
        found: dict[str, dict[str, float]] = {c: dict.fromkeys(("gross", "net", "others"), 0.0) for c in COUNCILS}
        for code, measure, of, value in rows:
            if not of.endswith("data type 1"):
                continue
            into, parts = found[code], of.split(", ")
            for name, sign, named in CARE:
                into[name] += sign * value if measure == named else 0.0
            ages = [p for p in ("age band 1", "age band 2") if p in parts]
            if measure == "gross current expenditure" and "care type 2" in parts and ages:
                older = ages == ["age band 2"]
                setting = next((n for s, n in SETTINGS.items() if s in parts), "other long-term 65+")
                line = setting if older else "long-term 18-64"
                into[line] = into.get(line, 0.0) + float(value)
        return found

    @cached_property
    def workforce(self) -> dict[str, dict[str, float]]:
        """Whole-time equivalents in post in September 2017 by trust and staff group of the return."""
        rows = self.ask(
            "workforce/hchs_fte_by_org_staff_group_2017_2018.csv",
            f"select code, \"of\", sum(value) from tidy where period = '2017-09' and code in {(*TRUSTS, 'RYF')} group by 1, 2",
        )
        found: dict[str, dict[str, float]] = {}
        for trust, group, people in rows:
            found.setdefault(trust, {})[group] = float(people)
        return found

    def waiting(self, year: int) -> dict[str, tuple[float, float]]:
        """People on a list at the end of a year (in which it starts) and the share within 18 weeks, by trust."""
        rows = self.ask(
            f"{PANEL}/rtt.csv",
            "select code, any_value(value) filter (measure = 'waiting'), any_value(value) filter (\"of\" = 'share') from tidy "
            f"where period = '{year}/{(year + 1) % 100:02d}' and code in {tuple(TRUSTS)} group by 1",
        )
        return {trust: (float(listed), float(within)) for trust, listed, within in rows}

    @cached_property
    def planned(self) -> dict[str, tuple[float, float]]:
        """Planned repeats of 2016/17 by trust: day cases, and admissions with a night."""
        rows = self.ask(
            ACTIVITY,
            "select code, sum(value) filter (measure = 'planned repeats by day'), "
            "sum(value) filter (measure = 'planned repeats with a night') from tidy "
            f"where code in {tuple(TRUSTS)} and {YEAR} group by 1",
        )
        return {trust: (float(day), float(night)) for trust, day, night in rows}

    @cached_property
    def care_weeks(self) -> dict[tuple[str, str], float]:
        """Weeks of long-term care of people of 65 and over in 2016/17 by council and setting (residential, nursing)."""
        rows = self.ask(
            "social_care_finance/ascfr_2016_17_activity.csv.gz",
            f'select code, "of", value from tidy where code in {tuple(COUNCILS)} order by line',
        )
        found: dict[tuple[str, str], float] = {}
        for code, of, weeks in rows:
            parts = of.split(", ")
            if {"care type 2", "age band 2", "data type 1"} <= set(parts):
                setting = next(n for s, n in WEEKS.items() if s in parts)
                found[code, setting] = found.get((code, setting), 0.0) + float(weeks)
        return found
