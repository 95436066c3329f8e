"""The doors of a made-up place that can run out, and where people go who are not seen there."""

from __future__ import annotations

from typing import Any

from placeplan.core.tables import Activity, ContactCapacity, Row, Spill, StaffGroup
from placeplan.plan.synthetic_people import sites_of
from placeplan.plan.synthetic_place import Place

DOORS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("acute", "ae_type1", "", {"unmet": "lost"}),
    ("acute", "outpatient_first", "doctors", {"unmet": "list"}),
    ("acute", "day_case", "nurses", {"unmet": "list"}),
    ("acute", "outpatient_followup", "doctors", {"unmet": "waits", "gives_up": 0.02}),
    ("acute", "diagnostic_test", "support", {"unmet": "waits"}),
    ("community", "ae_other", "", {"unmet": "lost"}),
    ("community", "community_contact", "nurses", {"unmet": "waits"}),
    ("mental_health", "mental_health_contact", "nurses", {"unmet": "spills"}),
    ("primary_care", "gp_appointment", "gp", {"unmet": "spills"}),
    ("ambulance", "ambulance_incident", "ambulance", {"unmet": "waits"}),
    ("voluntary", "community_contact", "volunteers", {"unmet": "lost"}),
    ("independent", "outpatient_first", "nurses", {"unmet": "waits"}),
)  # fmt: skip
"""Type of organisation, pod, staff group, and what becomes of those who are not seen."""


def seen(place: Place) -> dict[tuple[str, str], float]:
    """Contacts of the base year by site and pod."""
    found: dict[tuple[str, str], float] = {}
    for r in place.tables["activity"]:
        assert isinstance(r, Activity)
        found[r.site, r.pod] = found.get((r.site, r.pod), 0.0) + r.activity
    return found


def contacts(place: Place, staff: tuple[Row, ...]) -> tuple[Row, ...]:
    """Doors all but full, fuller where people wait: some by what was used, some by staff × contacts, some by a number."""
    activity, rows = seen(place), []
    people = {(r.organisation, r.group): r.in_post for r in staff if isinstance(r, StaffGroup)}
    for kind, pod, group, fields in DOORS:
        more = dict(fields)
        if more["unmet"] == "spills" and not ways(place, pod):
            more["unmet"] = "lost"
        for org, site in ((o, s) for o in place.of_type(kind) for s in sites_of(place.tables, o)):
            full = (0.995, 1.0) if more["unmet"] in ("waits", "list") else (0.93, 0.98)
            used = round(place.dice.between(*full, "used", f"{site} {pod}"), 3)
            number = activity.get((site, pod), 0.0)
            if number:
                how = _how(kind, number / 12.0 / used, used, people.get((org, group), 0.0))
                if more["unmet"] == "waits":
                    how["backlog"] = float(round(0.1 * number / 12.0))
                rows.append(ContactCapacity(site=site, pod=pod, group=group, source=place.dice.source, **more, **how))
    return tuple(rows)


def _how(kind: str, capacity: float, used: float, people: float) -> dict[str, Any]:
    """How the capacity is stated: contacts a month by what was used, by people, or as a number."""
    if not people:
        return {"capacity": float(round(capacity))}
    if kind == "community":
        return {"wte": round(0.8 * people, 2), "contacts_per_wte": round(capacity / (0.8 * people), 2)}
    return {"used": used}


def ways(place: Place, pod: str) -> list[tuple[str, str, str]]:
    """Where people go who are not given a kind of care: pod, site, and the assumption that says how many."""
    acute = [s for org in place.of_type("acute")[:1] for s in sites_of(place.tables, org)[:1]]
    if pod == "gp_appointment":
        return [("ae_type1", s, "spill.gp_to_ae") for s in acute]
    if pod == "mental_health_contact":
        return [
            *(("ae_type1", s, "spill.mental_health_to_ae") for s in acute),
            ("mental_health_admission", "", "spill.mental_health_to_admission"),
        ]
    return []


def spills(place: Place) -> tuple[Row, ...]:
    """The rows of spills.csv."""
    return tuple(
        Spill(pod=pod, to_pod=to, to_site=site, coefficient=name, source=place.dice.source)
        for kind, pod in (("primary_care", "gp_appointment"), ("mental_health", "mental_health_contact"))
        if place.of_type(kind)
        for to, site, name in ways(place, pod)
    )
