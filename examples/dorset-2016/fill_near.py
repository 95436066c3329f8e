"""Postcode districts and towns by district, and shapes of districts and hospitals, so that people find what changes near them."""

from __future__ import annotations

from figures import DISTRICTS, Figures
from quoted import SITES
from quoted_care import HOSPITALS

from placeplan.footprint.near import Spot, locality_rows, outlines, shape_rows

Row = dict[str, object]
PRACTICES = "gp_practices_weighted_population/gp_practice_weighted_population_2025_26.parquet"
STANDING = "ods_organisations/hospitals_nhs_uk_2018.csv"
QUERY = """select any_value(value) filter (measure = 'longitude'), any_value(value) filter (measure = 'latitude'),
    any_value(text) filter (measure = 'postcode'), any_value(text) filter (measure = 'town') from tidy group by code order by code"""


def near(data: Figures) -> dict[str, list[Row]]:
    """Tables ``localities`` and ``shapes``."""
    held = outlines(data.folder / "boundaries", DISTRICTS)
    spots = [
        Spot((float(x), float(y)), postcode, town or "")
        for file in (PRACTICES, STANDING) for x, y, postcode, town in data.ask(file, QUERY) if x and y and postcode
    ]  # fmt: skip
    hospitals = {site: ((HOSPITALS[site][1], HOSPITALS[site][0]), "NHS.uk hospitals file, 2018") for site, *_ in SITES}
    return {
        "localities": locality_rows(DISTRICTS, spots, held),
        "shapes": shape_rows(DISTRICTS, held, hospitals),
    }
