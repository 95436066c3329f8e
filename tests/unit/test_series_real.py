"""The layouts on the real files that they were made for: every file known, every row accounted for, published totals met."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from placeplan.core.errors import PlanError
from placeplan.series.layout import layouts
from placeplan.series.plan_rows import plan_rows
from placeplan.series.read import Series, read_series

pytestmark = pytest.mark.large

FILES = {
    "ae_attendances_2024_25/ae_activity_by_provider_2024_25.csv.gz": "ae_monthly",
    "ae_attendances_healthyr/england_ae_acute_trust_attribution.csv": "ae_attribution",
    "beds_kh03/acute_hospital_sites_capacity_2020.csv": "hospital_capacity",
    "geography_lookups/lookup_lsoa11_ccg21_stp21_ltla21.parquet": "small_area_lookup",
    "geography_lookups/lookup_lsoa11_sicbl22_icb22_ltla22.parquet": "small_area_lookup",
    "geography_lookups/lookup_lsoa21_icb24.parquet": "small_area_lookup",
    "geography_lookups/trust_stp_lookup_2018.csv": "trust_systems",
    "gp_practices_weighted_population/pcn_workforce_2020_2025.csv.gz": "network_staff",
    "hospital_trust_panel_2009_2018/ae.csv": "trust_scores",
    "hospital_trust_panel_2009_2018/all_staff_simple_def.csv": "trust_staff",
    "hospital_trust_panel_2009_2018/consultants_simple_def.csv": "trust_staff",
    "hospital_trust_panel_2009_2018/managers_simple_def.csv": "trust_staff",
    "hospital_trust_panel_2009_2018/nhs_provider.csv": "providers",
    "hospital_trust_panel_2009_2018/shmi.csv": "trust_scores",
    "stp_footprints_2016/lsoa11_stp_footprint_2016_approx.parquet": "small_area_lookup",
    "stp_footprints_2016/ltla21_stp_footprint_shares.csv": "footprint_districts",
    "stp_footprints_2016/stp_ccg_2016.csv": "footprint_groups",
    "stp_footprints_2016/stp_finance_facts.csv": "footprint_facts",
    "stp_footprints_2016/stp_footprints_2016.csv": "footprints",
    "stp_footprints_2016/stp_partners.csv": "footprint_partners",
    "workforce/dim_organisation.csv": "trusts_2025",
    "ae_attendances_healthyr/england_icb_accidents_emergency.csv": "ae_summary",
    "ae_attendances_healthyr/england_trust_accidents_emergency.csv": "ae_summary",
    "beds_kh03/kh03.parquet": "kh03_specialties",
    "beds_kh03/kh03_provider_totals.csv.gz": "kh03_totals",
    "beds_uec_sitrep/england_critical_general_acute_beds.csv": "beds_sitrep",
    "delayed_discharge/england_delayed_discharge_reasons.csv.gz": "delay_reasons",
    "delayed_discharge/england_icb_criteria_to_reside.csv.gz": "criteria_to_reside",
    "delayed_discharge/england_icb_discharged_patients.csv.gz": "discharges",
    "delayed_discharge/england_trust_criteria_to_reside.csv.gz": "criteria_to_reside",
    "delayed_discharge/england_trust_discharged_patients.csv.gz": "discharges",
    "deprivation/imd2015_england_lsoa11.parquet": "imd_small_areas",
    "deprivation/imd2015_england_ltla21.csv": "imd_districts",
    "deprivation/imd2019_england_lsoa11.parquet": "imd_small_areas",
    "deprivation/imd2019_england_ltla19.csv": "imd_districts",
    "deprivation/imd2025_england_icb24.csv": "imd_2025",
    "deprivation/imd2025_england_ltla24.csv": "imd_2025",
    "estates_eric/eric_2015-16.csv.gz": "eric",
    "geography_lookups/organisation_successors.csv.gz": "successors",
    "gp_practices_weighted_population/gp_practice_weighted_population_2024_25.parquet": "practices",
    "gp_practices_weighted_population/gp_practice_weighted_population_2025_26.parquet": "practices",
    "gp_practices_weighted_population/icb_weighted_population_2024_25.csv": "system_need",
    "gp_practices_weighted_population/icb_weighted_population_2025_26.csv": "system_need",
    "hes_open_data_2020_21/hes_m13_2021_open_data_age_bands.csv": "hes_ages",
    "hes_open_data_2020_21/hes_m13_2021_open_data_treatment_function.csv.gz": "hes_specialties",
    "hes_open_data_2020_21/hes_mar_2020-21_m13.csv.gz": "mar_hes",
    "hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz": "mar",
    "hospital_trust_panel_2009_2018/financial_positions.csv": "trust_finance",
    "hospital_trust_panel_2009_2018/inpatient_data.csv": "inpatients_by_age",
    "hospital_trust_panel_2009_2018/rtt.csv": "rtt_list",
    "national_funding/pop_proj_data.csv": "population_national",
    "nhsrdatasets/ae_attendances.csv": "ae_by_type",
    "nhsrdatasets/ons_uk_population_2023.csv": "population_uk",
    "ods_organisations/hospitals_nhs_uk_2018.csv": "hospitals",
    "ods_organisations/nhs_trusts_2022_points.csv": "trust_points",
    "ods_organisations/trusts_2022.csv": "ods_trusts",
    "ods_organisations/trusts_and_sites_2018.csv.gz": "ods_sites",
    "patient_flows/ltla_trust_admissions.csv.gz": "admissions_by_council",
    "patient_flows/trust22_icb22_share_of_trust_admissions.csv": "catchment_shares",
    "patient_flows/trust22_ltla21_share_of_trust_admissions.csv": "catchment_shares",
    "patient_flows/trust_lad_catchment_phe.csv.gz": "catchments",
    "patient_flows/trust_ltla_mapping_epiforecasts.csv": "covid_mapping",
    "patient_flows/trust_utla_mapping_epiforecasts.csv": "covid_mapping",
    "population_and_activity_profiles/activity_rates_by_age_sex_area.parquet": "activity_rates",
    "population_and_activity_profiles/population_estimates_2000_2023.parquet": "population",
    "population_and_activity_profiles/population_projection_all_variants_icb_2024_2043.parquet": "population_variants",
    "population_and_activity_profiles/population_projection_principal_2024_2043.parquet": "population",
    "population_small_area/population_mid2020_lsoa11_broad_age.parquet": "population_small_areas",
    "population_small_area/population_mid2020_ltla21_single_year.csv.gz": "population_districts",
    "rtt_waiting_list/england_rtt_flow_stp.csv": "rtt_flow",
    "rtt_waiting_list/england_rtt_stp.csv.gz": "rtt_treatment",
    "rtt_waiting_list/england_rtt_trust.parquet": "rtt_treatment",
    "social_care_finance/ascfr_2016_17_activity.csv.gz": "ascfr_activity",
    "social_care_finance/ascfr_2016_17_additional.csv.gz": "ascfr_additional",
    "social_care_finance/ascfr_2016_17_totals.csv.gz": "ascfr_totals",
    "social_care_finance/pssex1_2015_16_activity.csv.gz": "pssex1_activity",
    "social_care_outcomes/asc_outcomes_by_la.csv.gz": "ascof",
    "unit_costs/national_cost_collection_2024_25.csv.gz": "cost_collection",
    "workforce/hchs_fte_by_org_staff_group_2017_2018.csv": "workforce",
    "workforce/sickness_absence_by_org_2024_25.csv.gz": "sickness",
}
MOST_ASIDE = {
    "ascfr_activity": 0.49, "pssex1_activity": 0.44, "ascfr_totals": 0.07, "ascfr_additional": 0.07, "inpatients_by_age": 0.04,
    "successors": 0.001, "criteria_to_reside": 0.011, "discharges": 0.011, "mar_hes": 0.013,
    "network_staff": 0.08, "trust_scores": 0.1, "footprint_facts": 0.03,
}  # fmt: skip
"""Layout → largest share of rows that may be set aside: what is suppressed or a total there,
two figures for one network, codes of trusts before they merged; elsewhere 1 %."""


@cache
def read(path: Path) -> Series:
    (series,) = read_series(path)
    return series


def test_each_layout_was_tried_on_a_real_file_or_says_that_it_was_not() -> None:
    untried = {name for name, layout in layouts().items() if "none was at hand" in layout.caution}
    assert set(FILES.values()) == set(layouts()) - untried


@pytest.mark.parametrize(("name", "layout"), FILES.items(), ids=FILES)
def test_a_real_file_is_known_and_every_row_accounted_for(data_folder: Path, name: str, layout: str) -> None:
    """Rows in the file are counted by another reader, or by the file itself."""
    series = read(data_folder / name)
    assert series.layout.id == layout
    assert series.rows == series.used + sum(series.aside.values())
    assert sum(series.aside.values()) <= MOST_ASIDE.get(layout, 0.01) * series.rows, series.aside
    function = "read_parquet" if name.endswith("parquet") else "read_csv"
    more = "" if name.endswith("parquet") else ", all_varchar = true, header = true"
    quoted = str(data_folder / name).replace("'", "''")
    (counted,) = series.ask(f"select count(*) from {function}('{quoted}'{more})")[0]
    assert series.rows == counted


def total(series: Series, measure: str, where: str = "true") -> float:
    return float(series.ask(f"select sum(value) from tidy where measure = ? and {where}", measure)[0][0])


@pytest.mark.parametrize(
    ("name", "measure", "where", "published"),
    [
        ("hospital_activity_mar/hospital_activity_mar_2012_2017.csv.gz", "non-elective admissions", "period between '2016-04' and '2017-03'", 6.06e6),
        ("hospital_trust_panel_2009_2018/financial_positions.csv", "position", "period = '2015/16'", -2.442e9),
        ("workforce/hchs_fte_by_org_staff_group_2017_2018.csv", "in post", "period = '2017-09'", 1_052_963),
        ("population_and_activity_profiles/population_estimates_2000_2023.parquet", "people", "period = '2016' and code = 'E92000001'", 55.29e6),
        ("social_care_finance/ascfr_2016_17_totals.csv.gz", "gross current expenditure", "\"of\" like 'care type 2,%' and \"of\" like '%data type 1'", 13.6e9),
        ("patient_flows/ltla_trust_admissions.csv.gz", "admissions", "true", 6.3e6),
    ],
    ids=["admissions", "deficit", "staff", "people", "social care", "flows"],
)  # fmt: skip
def test_published_totals_of_england_are_met(
    data_folder: Path, name: str, measure: str, where: str, published: float
) -> None:
    """To the digits that were published."""
    assert total(read(data_folder / name), measure, where) == pytest.approx(published, rel=0.005)


def test_rows_of_totals_are_the_sums_of_what_is_used(data_folder: Path) -> None:
    """Each month of the A&E file ends with its total: England's year is the sum of the twelve rows that were set aside."""
    series = read(data_folder / "ae_attendances_2024_25/ae_activity_by_provider_2024_25.csv.gz")
    at = series.place.at("A&E attendances Type 1")
    (stated,) = series.ask(f"select sum(c{at}::double) from raw join rows using (line) where why = 'total'")[0]
    assert total(series, "attendances", "\"of\" = 'type 1'") == stated


@pytest.mark.parametrize("year", ["2013-14", "2014-15", "2016-17"])
def test_estates_returns_whose_cells_slipped_are_refused(data_folder: Path, year: str) -> None:
    """In these copies figures with commas were written without quotes: 1,526,422 stands in three cells."""
    with pytest.raises(PlanError) as refused:
        read_series(data_folder / f"estates_eric/eric_{year}.csv.gz")
    assert "slipped" in str(refused.value)


def test_the_shipped_dorset_has_the_figures_of_the_series(data_folder: Path, root: Path) -> None:
    """Activity, beds and income of Dorset's trusts of 2016/17, made in one general way, are those of the shipped example."""
    named = {"RBD": "RBD01", "RD3": "RD304", "RDZ": "RDZ20", "RDY": "RDY"}
    files = [n for n, layout in FILES.items() if layout in ("mar", "kh03_totals", "trust_finance", "rtt_list")]
    made = plan_rows([read(data_folder / n) for n in files], "2016/17", list(named))
    shipped: dict[str, list[dict[str, str]]] = {}
    for table in ("activity", "beds", "lists"):
        with (root / "examples" / "dorset-2016" / f"{table}.csv").open(encoding="utf-8", newline="") as text:
            shipped[table] = list(csv.DictReader(text))
    activity = {(r.pod, named[r.site]): r.activity for r in made.rows["activity"]}  # type: ignore[attr-defined]
    ours = {
        (r["pod"], r["site"]): float(r["activity"])
        for r in shipped["activity"]
        if r["site"] in ("RBD01", "RD304", "RDZ20")
    }
    pods = ("emergency_admission", "elective_admission", "day_case", "outpatient_first")
    shared = {k: v for k, v in ours.items() if k[0] in pods}
    assert len(shared) == 12
    assert {k: activity[k] for k in shared} == shared
    listed = {named[r.site]: (r.listed, round(r.within_18, 4)) for r in made.rows["lists"]}  # type: ignore[attr-defined]
    assert listed == {r["site"]: (float(r["listed"]), float(r["within_18"])) for r in shipped["lists"]}
    beds = {(named[r.site], r.pool): round(r.available, 3) for r in made.rows["beds"]}  # type: ignore[attr-defined]
    stated = {(r["site"], r["pool"]): float(r["available"]) for r in shipped["beds"] if r["pool"] != "community"}
    assert beds == pytest.approx(stated, abs=0.001)


def test_lines_of_councils_are_those_of_the_shipped_example(data_folder: Path, root: Path) -> None:
    """Cost of adult social care by line: what Dorset's plan says of its three councils, and together England's total."""
    found = read_series(data_folder / "social_care_finance/ascfr_2016_17_totals.csv.gz")
    with (root / "examples/dorset-2016/money.csv").open(encoding="utf-8") as shipped:
        said = {(r["organisation"], r["line"]): float(r["amount"]) for r in csv.DictReader(shipped)}
    made = plan_rows(found, "2016/17", ["E10000009", "E06000028", "E06000029"]).rows["money"]
    lines = {(r.organisation, r.line): r.amount for r in made}  # type: ignore[attr-defined]
    shared = lines.keys() & said.keys()
    assert len(shared) == 18
    assert all(round(lines[k]) == said[k] for k in shared)
    every = plan_rows(found, "2016/17").rows["money"]
    ((total,),) = found[0].ask("select sum(value) from tidy where measure = 'gross current expenditure' and \"of\" like '%data type 1'")  # fmt: skip
    assert sum(r.amount for r in every) == pytest.approx(total)  # type: ignore[attr-defined]
