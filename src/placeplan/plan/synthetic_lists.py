"""The waiting lists of a made-up place: two specialty groups a hospital."""

from __future__ import annotations

from placeplan.core.tables import Row, WaitingList
from placeplan.plan.synthetic_contacts import seen
from placeplan.plan.synthetic_people import sites_of
from placeplan.plan.synthetic_place import Place

GROUPS = (("surgery", 0.6, 0.85, 0.65), ("medicine", 0.35, 0.15, 0.25))
"""Specialty group, and its share of first visits, of nights and of day cases."""
ADMITTED = 0.5
"""At most this share of those first seen is admitted."""
WEEKS = 9.0
"""Weeks of first visits that a list holds."""


def lists(place: Place) -> tuple[Row, ...]:
    """Lists with the shares of who has waited how long, as the monthly returns give them."""
    activity = seen(place)
    rows: list[Row] = []
    for site in (s for org in place.of_type("acute") for s in sites_of(place.tables, org)):
        first = activity.get((site, "outpatient_first"), 0.0)
        for group, share, overnight, day in GROUPS if first else ():
            admitted = overnight * activity[site, "elective_admission"] + day * activity[site, "day_case"]
            scale = min(1.0, ADMITTED * share * first / admitted) if admitted else 1.0
            key = f"{site} {group}"
            rows.append(
                WaitingList(
                    site=site, specialty=group, listed=float(round(first * share / 52.0 * WEEKS)),
                    within_18=round(place.dice.between(0.88, 0.93, "within 18", key), 3),
                    over_52=round(place.dice.between(0.0, 0.003, "over 52", key), 4),
                    first_pod="outpatient_first", first_share=share, overnight_pod="elective_admission",
                    overnight_share=round(scale * overnight, 4), day_pod="day_case", day_share=round(scale * day, 4),
                    source=place.dice.source,
                )
            )  # fmt: skip
    return tuple(rows)
