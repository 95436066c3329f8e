"""Who lives in a made-up place and who serves it: organisations, sites, areas, projections, flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from placeplan.core import streams
from placeplan.core.tables import (
    OUTSIDE,
    AreaPeople,
    Cohort,
    CohortNeed,
    Flow,
    Organisation,
    OrganisationType,
    Projection,
    Row,
    Site,
    Travel,
)

NATIONAL = "NAT"
"""Organisation beyond the footprint that pays for people from there."""
TYPES: tuple[OrganisationType, ...] = (
    "commissioner", "acute", "community", "council", "mental_health", "acute", "council", "acute", "community",
)  # fmt: skip
"""Types of the first organisations; after them the sequence goes on without commissioners."""
WHOLE_TYPES: tuple[OrganisationType, ...] = (
    "commissioner", "acute", "community", "council", "primary_care", "mental_health", "ambulance", "voluntary", "independent",
    "acute", "council",
)  # fmt: skip
"""The same for a whole place: every type that there is among the first nine."""
CODES = {
    "commissioner": "COM", "acute": "ACU", "community": "CHS", "council": "LA", "mental_health": "MHT", "primary_care": "GPS",
    "ambulance": "AMB", "voluntary": "VOL", "independent": "IND",
}  # fmt: skip
PYRAMID = (6.2, 6.2, 5.6, 5.8, 6.5, 6.9, 6.8, 6.5, 6.4, 7.0, 6.9, 6.0, 5.3, 5.5, 4.4, 3.3, 2.5, 1.5, 0.9)
AGES = (*(f"{a}-{a + 4}" for a in range(0, 90, 5)), "90+")


@dataclass(frozen=True)
class Dice:
    """Numbers drawn by name: the same seed and name give the same number on any machine, whatever else is drawn."""

    seed: int

    def between(self, low: float, high: float, what: str, whom: str = "") -> float:
        """A number between ``low`` and ``high``.

        >>> Dice(1).between(2, 3, "people", "A1") == Dice(1).between(2, 3, "people", "A1")
        True
        """
        key = np.array([streams.key(self.seed, f"synthetic {what}", whom)], dtype=np.uint64)
        share = float(streams.uniform(streams.words(key, np.zeros(1, dtype=np.uint64), 0))[0, 0])
        return low + (high - low) * share

    @property
    def source(self) -> str:
        """What every row of the made-up place gives as its source."""
        return f"Synthetic: made up by placeplan, seed {self.seed}; no real place"


def sites_of(tables: Mapping[str, tuple[Row, ...]], organisation: str) -> list[str]:
    """Sites of an organisation: those of the table, else its own id."""
    named = [s.id for s in tables["sites"] if isinstance(s, Site) and s.organisation == organisation]
    return named or [organisation]


def organisations_of(dice: Dice, count: int, whole: bool = False) -> tuple[Row, ...]:
    """As many organisations as asked for, one of them the commissioner, and one beyond the footprint."""
    types = WHOLE_TYPES if whole else TYPES
    seen: dict[str, int] = {}
    rows: list[Row] = []
    for n in range(count):
        kind = types[n] if n < len(types) else types[1 + (n - 1) % (len(types) - 1)]
        seen[kind] = seen.get(kind, 0) + 1
        name = f"Made-up {kind.replace('_', ' ')} organisation {seen[kind]} (synthetic)"
        rows.append(Organisation(id=f"{CODES[kind]}{seen[kind]}", name=name, type=kind, source=dice.source))
    beyond = "Made-up payer for people from beyond the footprint (synthetic)"
    return (*rows, Organisation(id=NATIONAL, name=beyond, type="outside", source=dice.source))


def sites(dice: Dice, organisations: tuple[Row, ...]) -> tuple[Row, ...]:
    """Two sites for every acute organisation with an odd number, one of its own id for the others."""
    acute = [o for o in organisations if isinstance(o, Organisation) and o.type == "acute"]
    return tuple(
        Site(id=f"{o.id}{letter}", name=f"Made-up hospital {n + 1}{letter} (synthetic)", organisation=o.id, source=dice.source)
        for n, o in enumerate(acute) if n % 2 == 0
        for letter in "AB"
    )  # fmt: skip


def people(dice: Dice, number: int, councils: list[str]) -> list[AreaPeople]:
    """People of one area by sex and age: a common pyramid, tilted to the young or the old."""
    area = f"A{number:02d}"
    total = dice.between(60_000, 160_000, "people", area)
    tilt = dice.between(-0.35, 0.55, "tilt", area)
    quintile = 1 + int(dice.between(0, 4.999, "quintile", area))
    weights = [w * (1.0 + tilt * (k - 9) / 9) for k, w in enumerate(PYRAMID)]
    rows = []
    for sex in ("F", "M"):
        for k, age in enumerate(AGES):
            share = weights[k] / sum(weights) * (0.5 + (0.012 if sex == "F" else -0.012) * (k - 8) / 3)
            rows.append(
                AreaPeople(
                    area=area, name=f"Made-up area {number} (synthetic)", quintile=quintile, sex=sex, age=age,
                    council=councils[(number - 1) % len(councils)] if councils else "",
                    people=float(round(total * share)), source=dice.source,
                )
            )  # fmt: skip
    return rows


def projected(dice: Dice, row: AreaPeople, years: tuple[int, ...]) -> list[Projection]:
    """People of one cell in later years, the old growing fastest, with a range that widens."""
    start = int(row.age.rstrip("+").split("-")[0])
    growth = dice.between(0.0, 0.006, "growth", row.area) + (0.018 if start >= 75 else 0.004 if start >= 65 else 0.0)
    rows, people = [], row.people
    for n, year in enumerate(years[1:], start=1):
        people *= 1.0 + growth
        middle, half = round(people, 1), round(people * 0.0025 * n, 1)
        rows.append(
            Projection(
                area=row.area, sex=row.sex, age=row.age, year=year, people=middle, low=max(0.0, round(middle - half, 1)),
                high=round(middle + half, 1), source=row.source,
            )
        )  # fmt: skip
    return rows


def flows(dice: Dice, tables: dict[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    """Which areas each acute site serves, and how much it serves people from beyond."""
    people: dict[str, float] = {}
    for r in tables["areas"]:
        assert isinstance(r, AreaPeople)
        people[r.area] = people.get(r.area, 0.0) + r.people
    rows: list[Row] = []
    for o in tables["organisations"]:
        for site in sites_of(tables, o.id) if isinstance(o, Organisation) and o.type == "acute" else ():
            pull = {a: n * dice.between(0.2, 1.8, "pull", f"{site} {a}") for a, n in people.items()}
            beyond = round(dice.between(0.02, 0.08, "beyond", site), 4)
            shares = {a: round((1.0 - beyond) * p / sum(pull.values()), 6) for a, p in pull.items()}
            shares[OUTSIDE] = round(1.0 - sum(shares.values()), 6)
            rows += [Flow(pod="all", site=site, area=a, share=s, source=dice.source) for a, s in shares.items()]
    return tuple(rows)


def cohorts(dice: Dice) -> tuple[Row, ...]:
    """People who are frail, in care homes, or have diabetes."""
    rows = (("frail", "People who are frail", "75+", 0.25, 0.5), ("care_home", "People in care homes", "75+", 0.07, 0.18),
            ("diabetes", "People with diabetes", "40+", 0.15, 0.2))  # fmt: skip
    return tuple(
        Cohort(cohort=c, name=f"{name} (synthetic)", age=age, people=people, need=need, source=dice.source)
        for c, name, age, people, need in rows
    )


def cohort_need(dice: Dice) -> tuple[Row, ...]:
    """The frail need more emergency care than other care."""
    return (CohortNeed(cohort="frail", pod="emergency_admission", age="75+", need=0.6, source=dice.source),)


def travel(dice: Dice, tables: dict[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    """Minutes from every area to every site of care, by car and by public transport."""
    areas = tuple(dict.fromkeys(r.area for r in tables["areas"] if isinstance(r, AreaPeople)))
    inside = [
        o.id
        for o in tables["organisations"]
        if isinstance(o, Organisation) and o.type not in ("outside", "commissioner")
    ]
    rows: list[Row] = []
    for area in areas:
        for site in (s for o in inside for s in sites_of(tables, o)):
            minutes = round(dice.between(8, 55, "minutes", f"{area} {site}"), 1)
            rows.append(Travel(area=area, site=site, minutes=minutes, source=dice.source))
            rows.append(
                Travel(
                    area=area, site=site, mode="public_transport", minutes=round(2.2 * minutes, 1), source=dice.source
                )
            )
    return tuple(rows)
