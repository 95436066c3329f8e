"""How need depends on age, and how it moves with the months."""

from __future__ import annotations

from collections.abc import Mapping

from figures import DISTRICTS, MAR, Figures
from quoted import FACTS

from placeplan.footprint.ground import rounded
from placeplan.footprint.people import AGES
from placeplan.footprint.waits import season
from placeplan.series.plan_rows import five_years

Row = dict[str, object]

HES = "NHS Digital, HES monthly open data by age, England April 2018 to March 2019, over ONS mid-2018: {}"


def need(data: Figures, counted: Mapping[tuple[str, str, str], float], figure: str) -> dict[str, float]:
    """Expected care of each district at England's rates by age."""
    rate = hes_rates(data)[figure]
    found = dict.fromkeys(DISTRICTS, 0.0)
    for (district, _, age), count in counted.items():
        found[district] += count * rate[age]
    return found


def hes_rates(data: Figures) -> dict[str, dict[str, float]]:
    """England's rates of 2018/19 by five-year band, per 1,000."""
    found: dict[str, dict[str, float]] = {
        n: {} for n in ("emergency", "day_case", "first", "follow_up", "elective", "birth", "episodes")
    }
    for start, age in zip(range(0, 95, 5), AGES, strict=True):
        many = sum(n for a, n in data.england.items() if five_years(str(a)) == age)
        hes = data.hes[start]
        for name in ("emergency", "day_case", "first", "follow_up", "episodes"):
            found[name][age] = 1000 * hes[name] / many
        found["elective"][age] = 1000 * (hes["admissions"] - hes["emergency"] - hes["day_case"]) / many
    # Below 45 the rest of ordinary admissions is mostly births: planned care there follows the day cases.
    follow = found["elective"]["45-49"] / found["day_case"]["45-49"]
    for age in AGES[:9]:
        planned = follow * found["day_case"][age]
        found["birth"][age] = max(found["elective"][age] - planned, 0.0) if age in (AGES[0], *AGES[3:9]) else 0.0
        found["elective"][age] = planned
    return found


def rates(data: Figures) -> list[Row]:
    """How need depends on age; only the shape counts."""
    hes = hes_rates(data)
    rows: list[Row] = []

    def add(pod: str, shape: Mapping[str, float], source: str, level: str, sex: str = "all") -> None:
        rows.extend(
            {"pod": pod, "sex": sex, "age": a, "per_1000": rounded(shape[a], 4), "source": source, "level": level}
            for a in AGES
        )

    for pod, name, column in (
        ("emergency_admission", "emergency", "emergency admissions"), ("day_case", "day_case", "day cases"),
        ("outpatient_first", "first", "first attendances"), ("outpatient_followup", "follow_up", "follow-ups"),
        ("elective_admission", "elective", "admissions less emergencies and day cases; under 45 the shape of day cases"),
    ):  # fmt: skip
        add(pod, hes[name], HES.format(column), "default")
    birth = {a: hes["birth"].get(a, 0.0) for a in AGES}
    ordinary = HES.format(
        "admissions less emergencies, day cases and planned, newborn and 15 to 44, the latter all women"
    )
    add("maternity_admission", {a: v if a == AGES[0] else 2 * v for a, v in birth.items()}, ordinary, "default", "F")
    add("maternity_admission", {a: v if a == AGES[0] else 0.0 for a, v in birth.items()}, ordinary, "default", "M")
    ae = {a: ae_shape(a) for a in AGES}
    for pod in ("ae_type1", "ae_other", "ambulance_incident"):
        add(pod, ae, FACTS["ae_shape_0_4"].source, "default")
    old = {a: v if int(a.split("-")[0].rstrip("+")) >= 65 else 0.1 * v for a, v in hes["emergency"].items()}
    for pod in ("community_admission", "community_contact"):
        add(pod, old, "Judgement: emergencies' shape from 65 on, a tenth of it below", "default")
    add("gp_appointment", hes["follow_up"], "Judgement: the shape of outpatient follow-ups stands in", "default")
    return rows


def ae_shape(age: str) -> float:
    """Relative rate of A&E attendances of a five-year band."""
    start = int(age.split("-", maxsplit=1)[0].rstrip("+"))
    if start == 15:
        return 0.6 * FACTS["ae_shape_5_17"].value + 0.4 * FACTS["ae_shape_18_64"].value
    bounds = ((0, "0_4"), (5, "5_17"), (18, "18_64"), (65, "65_74"), (75, "75_84"), (85, "85"))
    return FACTS["ae_shape_" + [name for first, name in bounds if start >= first][-1]].value


def seasons(data: Figures) -> list[Row]:
    """Activity of each calendar month per day against its year's mean."""
    rows: list[Row] = []
    returned = (
        "NHS England, Monthly Activity Return, RBD, RD3 and RDZ, 2013/14 to 2016/17: {} per day over the year's mean"
    )
    ae = "NHS England, A&E attendances, type 1, RBD, RD3 and RDZ, 2016/17: per day over the year's mean"
    for pod, months, source in (
        *((p, data.mar_months(p), returned.format(MAR[p])) for p in MAR),
        ("outpatient_followup", data.mar_months("outpatient_first"), returned.format("first attendances stand in") ),
        ("ae_type1", data.ae_months(), ae), ("ae_other", data.ae_months(), ae), ("ambulance_incident", data.ae_months(), ae),
    ):  # fmt: skip
        for month, index in season(months).items():
            rows.append(
                {"pod": pod, "month": month, "index": rounded(index, 4), "source": source, "level": "published"}
            )
    return rows
