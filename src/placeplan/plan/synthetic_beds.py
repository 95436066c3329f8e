"""The beds of a made-up place with everything: critical and virtual beds, some kept, lent, counted by day, open in winter."""

from __future__ import annotations

import math

from placeplan.core.tables import Activity, BedStock, Boarding, Row, Stay
from placeplan.plan.synthetic_people import sites_of
from placeplan.plan.synthetic_place import Place

CRITICAL = 0.04
"""Share of emergencies that begin in critical care."""
CRITICAL_NIGHTS = 3.0
VIRTUAL = 0.2
"""Share of a community hospital's admissions that stay at home, in a virtual bed."""
VIRTUAL_NIGHTS = 9.0


def deepened(place: Place, years: tuple[int, ...]) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
    """Rows of beds.csv, stays.csv and boarding.csv."""
    beds = [_detailed(place, b) for b in place.tables["beds"] if isinstance(b, BedStock)]
    stays = [s for s in place.tables["stays"] if isinstance(s, Stay)]
    lent: list[Row] = []
    for org in place.of_type("acute"):
        site = sites_of(place.tables, org)[0]
        stays = _critical(place, site, beds, stays)
        beds += _winter(place, site, years)
        source = place.dice.source
        lent += [
            Boarding(site=site, pool="medical", to_pool="surgical", share=0.1, longer=1.1, source=source),
            Boarding(site=site, pool="surgical", to_pool="medical", order=2, share=0.05, source=source),
        ]
    for org in place.of_type("community"):
        stays = _virtual(place, org, beds, stays)
    return tuple(beds), tuple(stays), tuple(lent)


def _number(place: Place, site: str, pod: str) -> float:
    return sum(
        r.activity for r in place.tables["activity"] if isinstance(r, Activity) and (r.site, r.pod) == (site, pod)
    )


def _detailed(place: Place, row: BedStock) -> BedStock:
    """Surgical beds with theatre slots, some of them kept; medical beds with delays; mental health counted by day."""
    occupied = row.occupied or 0.0
    if row.pool == "surgical":
        slots = round(1.2 * _number(place, row.site, "elective_admission") / 253.0, 1)
        return row.model_copy(update={"slots": slots, "ring_fenced": float(math.floor(0.15 * row.available))})
    if row.pool in ("medical", "general") and row.site not in place.of_type("independent"):
        return row.model_copy(update={"delayed": round(0.06 * occupied, 1)})
    if row.pool == "mental_health":
        return row.model_copy(update={"count": "daytime"})
    return row


def _critical(place: Place, site: str, beds: list[BedStock], stays: list[Stay]) -> list[Stay]:
    """Some emergencies begin in critical care and go on in a medical bed."""
    occupied = round(_number(place, site, "emergency_admission") * CRITICAL * CRITICAL_NIGHTS / 365.0, 1)
    beds.append(BedStock(site=site, pool="critical", available=float(math.ceil(occupied / 0.75) + 1), occupied=occupied,
                         escalation=2.0, source=place.dice.source))  # fmt: skip
    own = Stay(site=site, pod="emergency_admission", pool="critical", nights=CRITICAL_NIGHTS, share=CRITICAL, then="medical",
               source=place.dice.source)  # fmt: skip
    return [*(_less(s, CRITICAL) if (s.site, s.pod, s.pool) == (site, own.pod, "medical") else s for s in stays), own]


def _less(stay: Stay, share: float) -> Stay:
    return stay.model_copy(update={"share": round(stay.share - share, 6)})


def _virtual(place: Place, site: str, beds: list[BedStock], stays: list[Stay]) -> list[Stay]:
    """Some who would lie in a community hospital stay at home in a virtual bed."""
    pod = "community_admission"
    row = next((n for n, b in enumerate(beds) if (b.site, b.pool) == (site, "community")), None)
    if row is None:
        return stays
    occupied = round(_number(place, site, pod) * VIRTUAL * VIRTUAL_NIGHTS / 365.0, 1)
    beds.append(BedStock(site=site, pool="virtual", available=float(math.ceil(occupied / 0.85) + 1), occupied=occupied,
                         source=place.dice.source))  # fmt: skip
    kept = beds[row].model_copy(update={
        name: None if value is None else round(value * (1.0 - VIRTUAL), 1)
        for name, value in (("available", beds[row].available), ("occupied", beds[row].occupied))
    })  # fmt: skip
    beds[row] = kept
    own = Stay(site=site, pod=pod, pool="virtual", nights=VIRTUAL_NIGHTS, share=VIRTUAL, source=place.dice.source)
    return [*(_less(s, VIRTUAL) if (s.site, s.pod) == (site, pod) else s for s in stays), own]


def _winter(place: Place, site: str, years: tuple[int, ...]) -> list[BedStock]:
    """A ward that is open in the second winter alone."""
    if len(years) < 3:
        return []
    opened, closed = f"{years[1]}-12", f"{years[1] + 1}-03"
    return [
        BedStock(site=site, pool="medical", available=8.0, valid_from=opened, valid_to=closed, source=place.dice.source)
    ]
