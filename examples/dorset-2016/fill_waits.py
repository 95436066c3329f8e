"""Waiting lists, doors whose contacts can run out, where people go then, and how long they travel."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from figures import TRUSTS, Figures
from quoted import SITES
from quoted_care import CARE_FACTS, DOORS, HOSPITALS, SPEED, START, TOWNS, USED, WINDING

from placeplan.footprint.ground import rounded

Row = dict[str, object]

RTT = "NHS England, referral to treatment waits, {}, incomplete pathways at the end of March 2016"
PLANNED = (
    "NHS England, Monthly Activity Return, provider {}, April 2016 to March 2017: planned repeats are not on a list"
)
EARTH = 6371.0


def lists(data: Figures) -> list[Row]:
    """One list a trust: no open file of the time divides them by specialty and trust."""
    rows: list[Row] = []
    for trust, site in TRUSTS.items():
        listed, within = data.waiting(2015)[trust]
        day, night = data.mar(trust, "day_case"), data.mar(trust, "elective_admission")
        repeat_day, repeat_night = data.planned[trust]
        nights = {"overnight_pod": "elective_admission", "overnight_share": round(1 - repeat_night / night, 4)}
        rows.append({
            "site": site, "specialty": "all", "listed": rounded(listed, 0), "within_18": round(within, 4),
            "over_52": CARE_FACTS["over_52"].value, "first_pod": "outpatient_first", "first_share": 1.0,
            **(nights if night >= 100 else {"overnight_pod": "", "overnight_share": ""}),
            "day_pod": "day_case", "day_share": round(1 - repeat_day / day, 4),
            "source": f"{RTT.format(trust)}; {PLANNED.format(trust)}; over 52 weeks: {CARE_FACTS['over_52'].source}",
            "level": "published",
        })  # fmt: skip
    return rows


def contacts(care: list[Row], staffed: list[Row]) -> list[Row]:
    """Doors at which contacts can run out: what they can give follows from how much of it was used."""
    groups = {(r["organisation"], r["group"]) for r in staffed}
    owners = {site: trust for trust, site in TRUSTS.items()}
    rows: list[Row] = []
    for pod, group, used, unmet in DOORS:
        for r in care:
            site = str(r["site"])
            if r["pod"] != pod or site == "outside":
                continue
            known = (owners.get(site, site), group) in groups
            rows.append({
                "site": site, "pod": pod, "group": group if known else "", "used": "" if unmet == "list" else used,
                "unmet": unmet, "source": _why(unmet), "level": "default",
            })  # fmt: skip
    return rows


def _why(unmet: str) -> str:
    if unmet == "list":
        return "Judgement: where people stand on a list, nothing of the year's capacity was left over"
    return USED


def spills(care: list[Row]) -> list[Row]:
    """Where people go who are not given care: coefficients of the library, shared by the doors as their attendances are.

    Only variants of the model use them.
    """
    doors = {
        str(r["site"]): float(str(r["activity"])) for r in care if r["pod"] == "ae_type1" and r["site"] != "outside"
    }
    source = (
        "Judgement: coefficient by assumption; divided over the trusts by their A&E attendances, type 1, of 2016/17"
    )
    rows: list[Row] = [
        {
            "pod": pod, "site": "", "to_pod": to_pod, "to_site": site, "coefficient": f"spill.{name}.{site}",
            "source": source, "level": "default",
        }
        for pod, to_pod, name in WAYS for site in doors
    ]  # fmt: skip
    single = "Judgement: coefficient by assumption"
    rows.append({"pod": "mental_health_contact", "site": "", "to_pod": "mental_health_admission", "to_site": "RDY", "coefficient": "spill.mental_health_to_admission", "source": single, "level": "default"})  # fmt: skip
    rows.append({"pod": "outpatient_followup", "site": "", "to_pod": "gp_appointment", "to_site": "practices", "coefficient": "spill.outpatient_to_gp", "source": single, "level": "default"})  # fmt: skip
    return rows


WAYS = (
    ("gp_appointment", "ae_type1", "gp_to_ae"), ("ambulance_incident", "ae_type1", "ambulance_to_ae"),
    ("mental_health_contact", "ae_type1", "mental_health_to_ae"),
    ("community_contact", "emergency_admission", "community_to_emergency"),
)  # fmt: skip
"""Ways that lead to all three acute hospitals: pod, pod, name of the coefficient."""


def travel() -> list[Row]:
    """Minutes by car from each district to each acute hospital, worked out from coordinates."""
    rows: list[Row] = []
    for district, towns in TOWNS.items():
        for site, name, _ in SITES:
            km = sum(w * distance(lat, lon, *HOSPITALS[site]) for _, lat, lon, w in towns)
            places = ", ".join(town for town, *_ in towns)
            rows.append({
                "area": district, "site": site, "mode": "car", "minutes": rounded(START + 60 * WINDING * km / SPEED, 0),
                "source": f"Judgement: {START:.0f} minutes and the straight line from {places} to {name} times {WINDING} at {SPEED:.0f} km an hour; coordinates: NHS.uk hospitals file, 2018, and town centres",
                "level": "default",
            })  # fmt: skip
    return rows


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance of two points, km."""
    a, b, c, d = map(radians, (latitude, longitude, other_latitude, other_longitude))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))
