"""People of the eight districts, now and as they were expected in 2016."""

from __future__ import annotations

from collections.abc import Mapping

from figures import BCP, DISTRICTS, RURAL, Figures
from quoted import FACTS

from placeplan.footprint.ground import rounded
from placeplan.footprint.people import AGES, BROAD, broad
from placeplan.series.plan_rows import five_years

Row = dict[str, object]

ONS = "ONS mid-year population estimates, mid-2016"


def people(data: Figures) -> dict[tuple[str, str, str], float]:
    """People in mid-2016 by district, sex and five-year band.

    A district takes its share of its 2019 council's people in each broad age band (mid-2020, both sexes), applied to
    the council's people of mid-2016 by sex and single year.
    """
    council_band = {
        (c, b): sum(data.small_areas[d][b] for d in DISTRICTS if DISTRICTS[d][2] == c)
        for c in (BCP, RURAL)
        for b, _ in BROAD
    }
    found: dict[tuple[str, str, str], float] = {}
    for district, (_, _, council) in DISTRICTS.items():
        for (area, sex, age), count in data.single_years.items():
            if area == council:
                share = data.small_areas[district][broad(age)] / council_band[council, broad(age)]
                name = (district, sex, five_years(str(age)))
                found[name] = found.get(name, 0.0) + count * share
    return found


def areas(data: Figures, counted: Mapping[tuple[str, str, str], float]) -> list[Row]:
    """People of the eight districts by sex and five-year band."""
    source = f"{ONS}, council of 2019, shared by the district's part of each broad band in the small-area estimates of mid-2020"
    rows: list[Row] = []
    for district, (name, council, _) in sorted(DISTRICTS.items()):
        fifths = data.small_areas[district]
        quintile = max(range(1, 6), key=lambda q: fifths[f"q{q}"])
        rows += [
            {
                "area": district, "name": name, "council": council, "quintile": quintile, "sex": sex, "age": age,
                "people": rounded(counted[district, sex, age], 1), "source": source, "level": "published",
            }
            for sex in ("F", "M") for age in AGES
        ]  # fmt: skip
    return rows


def growth(counted: Mapping[tuple[str, str, str], float], end: str) -> dict[str, float]:
    """Yearly growth by group of ages (under 65, 65 to 74, 75 and over) that gives the growth expected in 2016.

    ``end`` is ``""``, ``"_low"`` or ``"_high"``. The groups are worked out over five years from all, 65+ and 75+.
    """

    def group(age: str) -> str:
        start = int(age.split("-", maxsplit=1)[0].rstrip("+"))
        return "75+" if start >= 75 else "65-74" if start >= 65 else "0-64"

    base = {"0-64": 0.0, "65-74": 0.0, "75+": 0.0}
    for (_, _, age), count in counted.items():
        base[group(age)] += count
    after = {n: (1 + FACTS[f"growth_{n}{end}"].value) ** 5 for n in ("all", "65", "75")}
    old = base["75+"] * after["75"]
    older = (base["65-74"] + base["75+"]) * after["65"] - old
    young = sum(base.values()) * after["all"] - old - older
    grown = {"0-64": young, "65-74": older, "75+": old}
    return {g: (grown[g] / base[g]) ** 0.2 for g in base} | {a: (grown[group(a)] / base[group(a)]) ** 0.2 for a in AGES}


def population(counted: Mapping[tuple[str, str, str], float]) -> list[Row]:
    """People expected in 2016 for the middles of 2016 to 2021, with low and high."""
    middle, low, high = (growth(counted, end) for end in ("", "_low", "_high"))
    source = (
        FACTS["growth_all"].source
        + ": all ages 0.6 % (0.4-0.7), 65 and over 1.8 % (1.3-2.1), 75 and over 2.7 % (2.0-3.1)"
    )
    rows: list[Row] = []
    for district in sorted(DISTRICTS):
        for sex in ("F", "M"):
            for age in AGES:
                now = counted[district, sex, age]
                for year in range(2016, 2022):
                    values = sorted(now * g[age] ** (year - 2016) for g in (low, middle, high))
                    rows.append({
                        "area": district, "sex": sex, "age": age, "year": year, "people": rounded(now * middle[age] ** (year - 2016), 1),
                        "low": rounded(values[0], 1), "high": rounded(values[2], 1), "source": source, "level": "default",
                    })  # fmt: skip
    return rows
