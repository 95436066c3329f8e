"""The care and beds of a made-up place: what `synthetic.make` writes into a plan's tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from placeplan.core.tables import (
    OUTSIDE,
    Activity,
    AreaPeople,
    BedStock,
    Flow,
    Organisation,
    Pool,
    Rate,
    Row,
    Stay,
)  # fmt: skip
from placeplan.plan.library import library
from placeplan.plan.synthetic_people import Dice, flows, organisations_of, people, projected, sites, sites_of

PODS: dict[str, tuple[str, ...]] = {
    "acute": (
        "ae_type1", "emergency_admission", "maternity_admission", "elective_admission", "day_case",
        "outpatient_first", "outpatient_followup",
    ),
    "community": ("ae_other", "community_contact", "community_admission"),
    "mental_health": ("mental_health_contact", "mental_health_admission"),
    "council": ("home_care_week", "residential_week"),
}  # fmt: skip
"""Care by type of organisation."""
WHOLE_PODS: dict[str, tuple[str, ...]] = PODS | {
    "acute": (*PODS["acute"], "diagnostic_test"),
    "council": (*PODS["council"], "nursing_week"),
    "primary_care": ("gp_appointment",),
    "ambulance": ("ambulance_incident",),
    "voluntary": ("community_contact",),
    "independent": ("elective_admission", "day_case", "outpatient_first"),
}
"""The same in a whole place."""
PART = {"voluntary": 0.04, "independent": 0.06}
"""Share of need that is met by types that only add to what others give."""
LEAVES = {"emergency_admission": 0.03, "elective_admission": 0.06, "day_case": 0.05, "outpatient_first": 0.05}
"""Share of residents' care that is given beyond the footprint."""
NIGHTS = {
    "emergency_admission": 5.0, "elective_admission": 3.0, "maternity_admission": 2.2, "community_admission": 21.0,
    "mental_health_admission": 36.0,
}  # fmt: skip
"""Midnights per admission around which a place's own are drawn."""


@dataclass(frozen=True)
class Place:
    """A made-up place without money and initiatives."""

    dice: Dice
    tables: dict[str, tuple[Row, ...]]
    residents: dict[tuple[str, str], float]
    """Residents' contacts a year by (organisation, pod)."""
    visitors: dict[tuple[str, str], float]
    """Contacts a year of people from beyond the footprint."""
    start: str
    """First month."""
    areas: int
    """Number of areas."""
    whole: bool = False
    """Whether it has every part of the model."""

    def of_type(self, *types: str) -> list[str]:
        """Organisations of some types, in order."""
        return [o.id for o in self.tables["organisations"] if isinstance(o, Organisation) and o.type in types]

    def pools(self, organisation: str) -> list[BedStock]:
        """Beds of one organisation."""
        sites = sites_of(self.tables, organisation)
        return [b for b in self.tables["beds"] if isinstance(b, BedStock) and b.site in sites]


def place(dice: Dice, areas: int, organisations: int, years: tuple[int, ...], whole: bool = False) -> Place:
    """Organisations, people, care and beds; ``years`` are the base year and those for which people are projected."""
    tables: dict[str, tuple[Row, ...]] = {"organisations": organisations_of(dice, organisations, whole)}
    tables["sites"] = sites(dice, tables["organisations"])
    councils = [o.id for o in tables["organisations"] if isinstance(o, Organisation) and o.type == "council"]
    tables["areas"] = tuple(r for n in range(areas) for r in people(dice, n + 1, councils))
    tables["population"] = tuple(
        r for a in tables["areas"] if isinstance(a, AreaPeople) for r in projected(dice, a, years)
    )
    tables["flows"] = flows(dice, tables)
    tables["activity"] = _activity(dice, tables, WHOLE_PODS if whole else PODS)
    tables["beds"], tables["stays"] = _beds(dice, tables)
    residents, visitors = _by_residence(tables)
    return Place(dice, tables, residents, visitors, f"{years[0]}-04", areas, whole)


def _need(dice: Dice, tables: dict[str, tuple[Row, ...]], pod: str) -> dict[str, float]:
    """Contacts a year by area at the library's rates, times the place's own level."""
    rates = {(r.value.sex, r.value.age): r.value.per_1000 for r in library().tables["rates"] if _of(r.value, pod)}  # type: ignore[attr-defined]
    level = dice.between(0.93, 1.07, "level", pod)
    found: dict[str, float] = {}
    for r in tables["areas"]:
        assert isinstance(r, AreaPeople)
        rate = rates.get((r.sex, r.age), rates.get(("all", r.age), 0.0))
        found[r.area] = found.get(r.area, 0.0) + r.people * rate / 1000.0 * level
    return found


def _of(row: Any, pod: str) -> bool:
    return isinstance(row, Rate) and row.pod == pod


def _activity(dice: Dice, tables: dict[str, tuple[Row, ...]], offered: dict[str, tuple[str, ...]]) -> tuple[Row, ...]:
    """Contacts of the base year: residents' need over the sites that offer the care, and people from beyond."""
    rows: list[Row] = []
    for kind, pods in offered.items():
        own = [o.id for o in tables["organisations"] if isinstance(o, Organisation) and o.type == kind]
        for pod in pods if own else ():
            need = {area: n * PART.get(kind, 1.0) for area, n in _need(dice, tables, pod).items()}
            sites = [s for o in own for s in sites_of(tables, o)[: 1 if pod == "maternity_admission" else None]]
            size = {s: dice.between(0.6, 1.0, "size", s) for s in sites}
            away = 0.0 if kind in PART else LEAVES.get(pod, 0.0)
            if away:
                rows.append(_row(dice, pod, OUTSIDE, "", round(sum(need.values()) * away)))
            beyond = {f.site: f.share for f in tables["flows"] if isinstance(f, Flow) and f.area == OUTSIDE}
            for s in sites:
                part = (1.0 - away) * size[s] / sum(size.values())
                if pod == "community_contact":
                    rows += [_row(dice, pod, s, a, round(n * part)) for a, n in need.items()]
                else:
                    rows.append(_row(dice, pod, s, "", round(sum(need.values()) * part / (1.0 - beyond.get(s, 0.0)))))
    return tuple(rows)


def _row(dice: Dice, pod: str, site: str, area: str, activity: float) -> Activity:
    return Activity(pod=pod, site=site, area=area, activity=float(activity), source=dice.source)


FULL = {"independent/general": (0.68, 0.74), "hospital/surgical": (0.84, 0.88)}
"""Share of beds occupied by kind of site and pool, where it is not 88 to 92 in a hundred: where many patients are planned,
fuller beds would put off so many that the year could not have been as its own tables say."""
POOLS: dict[str, tuple[tuple[Pool, dict[str, float]], ...]] = {
    "hospital": (
        ("medical", {"emergency_admission": 0.75}),
        ("surgical", {"emergency_admission": 0.25, "elective_admission": 1.0}),
        ("women_children", {"maternity_admission": 1.0}),
    ),
    "second": (("general", {"emergency_admission": 1.0, "elective_admission": 1.0}),),
    "community": (("community", {"community_admission": 1.0}),),
    "mental_health": (("mental_health", {"mental_health_admission": 1.0}),),
    "independent": (("general", {"elective_admission": 1.0}),),
}  # fmt: skip
"""Pools by kind of site, with the share of each pod's admissions that they take."""


def _beds(dice: Dice, tables: dict[str, tuple[Row, ...]]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Beds that the admissions fill to 88 to 92 in a hundred, and, where a site has several pools, who lies where."""
    number = {(r.pod, r.site): r.activity for r in tables["activity"] if isinstance(r, Activity)}
    beds: list[Row] = []
    stays: list[Row] = []
    for site, kind in kinds_of(tables):
        for pool, users in POOLS.get(kind, ()):
            nights = {p: nights_of(dice, site, p) for p in users}
            occupied = round(sum(number[p, site] * s * nights[p] for p, s in users.items()) / 365.0, 1)
            full = dice.between(*FULL.get(f"{kind}/{pool}", (0.88, 0.92)), "full", f"{site} {pool}")
            more = float(math.ceil(occupied * 0.06)) if pool == "medical" else None
            beds.append(
                BedStock(site=site, pool=pool, available=float(math.ceil(occupied / full)), occupied=occupied,
                         escalation=more, source=dice.source)
            )  # fmt: skip
            if kind in ("hospital", "community", "independent"):
                stays += [
                    Stay(site=site, pod=p, pool=pool, share=s, source=dice.source,
                         nights=nights[p] if p in ("elective_admission", "community_admission") else None)
                    for p, s in users.items()
                ]  # fmt: skip
    return tuple(beds), tuple(stays)


def kinds_of(tables: Mapping[str, tuple[Row, ...]]) -> Iterator[tuple[str, str]]:
    """Sites with their kind in `POOLS`: the type of organisation, but ``hospital`` or ``second`` where it is acute."""
    for o in tables["organisations"]:
        if isinstance(o, Organisation) and o.type in WHOLE_PODS:
            for n, site in enumerate(sites_of(tables, o.id)):
                yield site, o.type if o.type != "acute" else "second" if n else "hospital"


def nights_of(dice: Dice, site: str, pod: str) -> float:
    """Midnights per admission."""
    return round(NIGHTS[pod] * dice.between(0.9, 1.1, "nights", f"{site} {pod}"), 2)


def _by_residence(
    tables: dict[str, tuple[Row, ...]],
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Contacts a year by (organisation, pod), of residents and of people from beyond."""
    beyond = {f.site: f.share for f in tables["flows"] if isinstance(f, Flow) and f.area == OUTSIDE}
    organisation = {s: o.id for o in tables["organisations"] for s in sites_of(tables, o.id)}  # type: ignore[attr-defined]
    own: dict[tuple[str, str], float] = {}
    others: dict[tuple[str, str], float] = {}
    for r in tables["activity"]:
        if isinstance(r, Activity) and r.site != OUTSIDE:
            at, share = (organisation[r.site], r.pod), beyond.get(r.site, 0.0)
            own[at] = own.get(at, 0.0) + r.activity * (1.0 - share)
            others[at] = others.get(at, 0.0) + r.activity * share
    return own, others
