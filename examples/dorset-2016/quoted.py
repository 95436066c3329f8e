"""Figures that stand in no data set of the folder: single facts quoted with their source, and judgements marked so.

``FACTS[name] = (value, unit, level, source)``; level ``published`` is a fact that somebody printed, ``default`` a
judgement of the compiler with the reason in its source. Low and high, where they matter, stand in assumptions.yaml.
"""

from __future__ import annotations

from typing import NamedTuple


class Fact(NamedTuple):
    """One figure and where it comes from."""

    value: float
    unit: str
    level: str
    source: str


NATIONAL_COSTS = "NHS Improvement, reference costs 2016/17, as reported by HFMA on 5 December 2017"
INCOME_SPLIT = (
    "Judgement: no split of trust income by who pays was found; flows of patients and the scope of specialised "
    "services used (plus or minus 5 points)"
)
ACUTE_LINES = "Judgement: shares typical of published accounts of acute trusts; facilities checked with ERIC 2015/16"
COMMUNITY_LINES = "Judgement: shares typical of published accounts of community and mental-health trusts"
CCG_LINES = "Judgement: share of the CCG's resource, 2016/17; the lines are rescaled to sum to 1"
GROWTH = "Judgement: population growth for 2016-2021 as it was expected in 2016 (2014-based projection, recalled)"
AE_AGES = (
    "Judgement: no openly licensed age file of A&E was found; shape of the yearly NHS Digital A&E reports (recalled)"
)
STAYS = (
    "Judgement: planned stays by trust are not published; about 2.8 to 3.2 nights in England (HES 2016/17, recalled)"
)
FOLLOWUPS = "Judgement: first attendances (MAR) times {} follow-ups each; only the ratio of later HES files was found"

FACTS: dict[str, Fact] = {
    # people
    "growth_all": Fact(0.006, "a year", "default", GROWTH),
    "growth_all_low": Fact(0.004, "a year", "default", GROWTH),
    "growth_all_high": Fact(0.007, "a year", "default", GROWTH),
    "growth_65": Fact(0.018, "a year", "default", GROWTH),
    "growth_65_low": Fact(0.013, "a year", "default", GROWTH),
    "growth_65_high": Fact(0.021, "a year", "default", GROWTH),
    "growth_75": Fact(0.027, "a year", "default", GROWTH),
    "growth_75_low": Fact(0.020, "a year", "default", GROWTH),
    "growth_75_high": Fact(0.031, "a year", "default", GROWTH),
    # activity
    "followups_RBD": Fact(2.42, "follow-ups for each first", "default", FOLLOWUPS.format("2.42")),
    "followups_RD3": Fact(1.9, "follow-ups for each first", "default", FOLLOWUPS.format("1.9")),
    "followups_RDZ": Fact(1.9, "follow-ups for each first", "default", FOLLOWUPS.format("1.9")),
    "followups_RDY": Fact(3.5, "follow-ups for each first", "default", FOLLOWUPS.format("3.5")),
    "gp_appointments": Fact(4_000_000, "a year", "default", "Judgement: no count before 2018; 3.6 to 4.6 million"),
    "community_contacts": Fact(1_450_000, "a year", "default", "Judgement: no open count; 1.2 to 1.8 million"),
    "mental_health_contacts": Fact(320_000, "a year", "default", "Judgement: no open count; 270,000 to 370,000"),
    "ambulance_incidents": Fact(
        120_000, "a year", "default", "Judgement: no count by county; 108,000 to 135,000, visitors included"
    ),
    "ambulance_share": Fact(
        0.145, "of the trust", "default", "Judgement: 0.77 of about 5.3 million people served (0.13 to 0.16)"
    ),
    "rdz_births_unit": Fact(
        272, "admissions a year", "default", "Judgement: one night each in the 0.745 beds occupied (KH03, 2016/17)"
    ),
    "ae_shape_0_4": Fact(1.5, "ratio to all ages", "default", AE_AGES),
    "ae_shape_5_17": Fact(0.95, "ratio to all ages", "default", AE_AGES),
    "ae_shape_18_64": Fact(0.9, "ratio to all ages", "default", AE_AGES),
    "ae_shape_65_74": Fact(0.85, "ratio to all ages", "default", AE_AGES),
    "ae_shape_75_84": Fact(1.35, "ratio to all ages", "default", AE_AGES),
    "ae_shape_85": Fact(2.3, "ratio to all ages", "default", AE_AGES),
    # beds
    "community_beds": Fact(
        347, "beds", "published", "Bournemouth Echo, July 2016: 416 planned beds are 69 more than there are"
    ),
    "community_occupancy": Fact(0.85, "share", "default", "Judgement: occupancy of community beds is not published"),
    "elective_nights_RBD": Fact(3.0, "nights", "default", STAYS),
    "elective_nights_RD3": Fact(3.2, "nights", "default", STAYS),
    "elective_nights_RDZ": Fact(2.6, "nights", "default", STAYS),
    # prices that weigh pods against each other
    "cost_day_case": Fact(738, "£", "published", NATIONAL_COSTS),
    "cost_elective_admission": Fact(3684, "£", "published", NATIONAL_COSTS),
    "cost_non_elective_episode": Fact(1590, "£", "published", NATIONAL_COSTS),
    "cost_outpatient": Fact(120, "£", "published", NATIONAL_COSTS),
    "cost_ae": Fact(148, "£", "published", NATIONAL_COSTS),
    "cost_minor_injury": Fact(
        67, "£", "published", "NICE NG94, chapter 41, table 83 (reference costs 2013/14), 2018; not brought to 2016/17"
    ),
    "cost_emergencies_england": Fact(
        17.0e9, "£ a year", "published", "Health Foundation, Emergency hospital admissions in England, 2018: 17.0 thousand million £ in 2016/17"
    ),
    "emergencies_england": Fact(
        5.8e6, "admissions a year", "default", "6.02 million in 2017/18, less a year of the 3.2 % by which they grew (Health Foundation 2018)"
    ),
    "cost_mental_health_admission": Fact(
        10_500, "£", "default", "Judgement: about 33 nights at 320 £; borrowed where no open price was found"
    ),
    "cost_community_admission": Fact(
        9_000, "£", "default", "Judgement: about 37 nights at 245 £; borrowed where no open price was found"
    ),
    "cost_community_contact": Fact(45, "£", "default", "Judgement: borrowed where no open price was found"),
    "cost_mental_health_contact": Fact(130, "£", "default", "Judgement: borrowed where no open price was found"),
    "cost_ambulance_incident": Fact(230, "£", "default", "Judgement: borrowed where no open price was found"),
    "cost_gp_appointment": Fact(27, "£", "default", "Judgement: borrowed where no open price was found"),
    # money
    "ccg_resource": Fact(
        1110e6, "£", "default",
        "Judgement: the allocation in £ was not found; 1,170 million of 2018/19 (Bournemouth Echo, May 2019) "
        "taken back by 2.5 % a year (1,070 to 1,150)",
    ),
    "ccg_acute": Fact(0.5, "share", "default", CCG_LINES),
    "ccg_community": Fact(0.19, "share", "default", CCG_LINES),
    "ccg_prescribing": Fact(0.11, "share", "default", CCG_LINES),
    "ccg_primary": Fact(0.095, "share", "default", CCG_LINES),
    "ccg_continuing": Fact(0.05, "share", "default", CCG_LINES),
    "ccg_ambulance": Fact(0.026, "share", "default", CCG_LINES),
    "ambulance_rate": Fact(
        0.8,
        "share of price",
        "default",
        "Judgement: what CCGs pay for an incident above those of the base year (0.5 to 1). Income of the ten ambulance "
        "trusts grew by 4.4 % a year from 2010/11 to 2018/19 (accounts); money for urgent calls by 3 % a year and calls "
        "by 5 from 2009/10 to 2015/16 (National Audit Office, NHS Ambulance Services, 2017)",
    ),
    "ccg_better_care": Fact(0.02, "share", "default", CCG_LINES),
    "ccg_running": Fact(0.0155, "share", "default", CCG_LINES),
    "sustainability_fund": Fact(
        22e6, "£ a year", "default",
        "Judgement: share of the national sustainability fund of 1.8 thousand million that the four trusts had in "
        "2016/17 (15 to 28 million), by operating income",
    ),
    "control_total_RBD": Fact(
        -9.1e6, "£ a year", "published", "Dorset Echo, 2016: a deficit of 9.1 million was planned for 2016/17; the fund came afterwards"
    ),
    "control_total_room": Fact(
        0.005, "of income", "default",
        "Judgement: no control total of the trust was found; the result of 2016/17 without the fund, less half a per cent of income",
    ),
    "ward_cost": Fact(2.6e6, "£ a year", "default", "Judgement: 28 beds for 365 days at 255 £ (2.1 to 3.2 million)"),
    "income_RBD_ccg": Fact(0.74, "share", "default", INCOME_SPLIT),
    "income_RBD_england": Fact(0.15, "share", "default", INCOME_SPLIT),
    "income_RBD_other_ccgs": Fact(0.01, "share", "default", INCOME_SPLIT),
    "income_RD3_ccg": Fact(0.75, "share", "default", INCOME_SPLIT),
    "income_RD3_england": Fact(0.15, "share", "default", INCOME_SPLIT),
    "income_RD3_other_ccgs": Fact(0.01, "share", "default", INCOME_SPLIT),
    "income_RDZ_ccg": Fact(0.66, "share", "default", INCOME_SPLIT),
    "income_RDZ_england": Fact(0.14, "share", "default", INCOME_SPLIT),
    "income_RDZ_other_ccgs": Fact(0.10, "share", "default", INCOME_SPLIT),
    "income_RDY_ccg": Fact(0.80, "share", "default", INCOME_SPLIT),
    "income_RDY_england": Fact(0.06, "share", "default", INCOME_SPLIT),
    "income_RDY_other_ccgs": Fact(0.01, "share", "default", INCOME_SPLIT),
    "marginal_rate": Fact(
        0.7, "share of price", "default",
        "National Tariff 2015/16 and 2016/17: 70 % above the baseline of 2008/09 (recalled; HSJ names 30 % and 50 %)",
    ),
    "blended_variable": Fact(
        0.2, "share of price", "default",
        "National Tariff 2019/20: blended payment for emergency care, 20 % variable (recalled)",
    ),
    "aligned_variable": Fact(
        0.75, "share of price", "default",
        "National Tariff 2021/22: aligned payment and incentive, planned care 75 % variable above and below plan (recalled)",
    ),
    "emergency_growth_long": Fact(
        0.032, "a year", "published", "Health Foundation, Emergency hospital admissions in England, 2018: 2006/07-2017/18"
    ),
}  # fmt: skip

COST_SHARES: dict[str, tuple[tuple[str, float, str, float, float, str, bool], ...]] = {
    # line, share of operating cost, driver, variable, stepped, inflator, background efficiency
    "acute": (
        ("pay", 0.64, "activity", 0.07, 0.83, "prices.pay", True),
        ("drugs", 0.105, "activity", 0.8, 0.0, "prices.drugs", True),
        ("clinical supplies", 0.09, "activity", 0.8, 0.1, "prices.nonpay", False),
        ("premises", 0.05, "none", 0.0, 0.0, "prices.nonpay", False),
        ("negligence premium", 0.025, "none", 0.0, 0.0, "prices.negligence", False),
        ("depreciation", 0.045, "none", 0.0, 0.0, "", False),
        ("other", 0.045, "activity", 0.0, 0.2, "prices.nonpay", True),
    ),
    "community": (
        ("pay", 0.74, "activity", 0.2, 0.7, "prices.pay", True),
        ("drugs and supplies", 0.05, "activity", 0.8, 0.0, "prices.drugs", True),
        ("premises", 0.07, "none", 0.0, 0.0, "prices.nonpay", False),
        ("depreciation", 0.035, "none", 0.0, 0.0, "", False),
        ("other", 0.105, "activity", 0.1, 0.3, "prices.nonpay", True),
    ),
}
"""Cost lines and their behaviour: together about 20 % variable, 55 % in steps, 25 % fixed (judgement, 15-30, 45-65, 15-35)."""

NEAREST: dict[str, tuple[float, float, float, float, float]] = {
    # Dorset County, Poole, Royal Bournemouth, Dorset HealthCare, outside
    "E07000048": (0.01, 0.15, 0.78, 0.02, 0.04),
    "E07000049": (0.02, 0.45, 0.41, 0.02, 0.10),
    "E07000050": (0.20, 0.25, 0.08, 0.02, 0.45),
    "E07000051": (0.25, 0.60, 0.10, 0.02, 0.03),
    "E07000052": (0.78, 0.06, 0.02, 0.02, 0.12),
    "E07000053": (0.93, 0.02, 0.01, 0.02, 0.02),
}
"""Where the people of each county district would go: judgement by nearness, rescaled to the county's counts by trust."""

SITES: tuple[tuple[str, str, str], ...] = (
    ("RBD01", "Dorset County Hospital", "RBD"),
    ("RD304", "Poole Hospital", "RD3"),
    ("RDZ20", "Royal Bournemouth Hospital", "RDZ"),
)

ORGANISATIONS: tuple[tuple[str, str, str, str], ...] = (
    ("11J", "NHS Dorset Clinical Commissioning Group", "commissioner", "published"),
    ("RBD", "Dorset County Hospital NHS Foundation Trust", "acute", "published"),
    ("RD3", "Poole Hospital NHS Foundation Trust", "acute", "published"),
    ("RDZ", "The Royal Bournemouth and Christchurch Hospitals NHS Foundation Trust", "acute", "published"),
    ("RDY", "Dorset HealthCare University NHS Foundation Trust", "community", "published"),
    ("RYF", "South Western Ambulance Service NHS Foundation Trust (Dorset part)", "ambulance", "published"),
    ("practices", "General practices of Dorset (97 practices on 131 sites)", "primary_care", "published"),
    ("E10000009", "Dorset County Council", "council", "published"),
    ("E06000028", "Bournemouth Borough Council", "council", "published"),
    ("E06000029", "Borough of Poole", "council", "published"),
    ("X24", "NHS England", "outside", "published"),
    ("RA4", "Yeovil District Hospital NHS Foundation Trust", "outside", "published"),
)
