"""The staff of a made-up place: groups by kind of organisation, their pay, and the labour markets that they share."""

from __future__ import annotations

from typing import Any

from placeplan.core.tables import LabourMarket, MoneyLine, Organisation, Row, StaffGroup
from placeplan.plan.synthetic_place import Place

GROUPS: dict[str, tuple[tuple[str, float], ...]] = {
    "acute": (("nurses", 0.5), ("doctors", 0.3), ("support", 0.2)),
    "community": (("nurses", 0.5), ("therapists", 0.3), ("support", 0.2)),
    "mental_health": (("nurses", 0.7), ("support", 0.3)),
    "ambulance": (("ambulance", 1.0),),
    "primary_care": (("gp", 0.6), ("nurses", 0.4)),
    "council": (("care_workers", 0.6), ("social_workers", 0.4)),
    "voluntary": (("support", 1.0),),
    "independent": (("nurses", 1.0),),
}  # fmt: skip
"""Staff groups by type of organisation, with their share of its pay that follows staff."""
PAY = {
    "nurses": 42_000.0, "doctors": 98_000.0, "support": 26_000.0, "therapists": 41_000.0, "ambulance": 44_000.0, "gp": 105_000.0,
    "care_workers": 23_000.0, "social_workers": 43_000.0,
}  # fmt: skip
"""£ a whole-time equivalent a year, with on-costs."""
PAY_LINES = ("pay", "social work")
"""Lines of the plain place of which a part follows staff."""
PART = 0.65
"""That part."""
TEAMS = 10.0
"""Teams by which the rest moves, for each ward of the plain place."""
OF_STAFF = "staff pay"
UNPAID = (("acute", 40.0), ("community", 25.0), ("voluntary", 60.0))
"""Types with volunteers, and places for them."""


def staffed(lines: tuple[Row, ...]) -> tuple[Row, ...]:
    """The lines with the part of pay that follows staff on a line of its own."""
    found: list[Row] = []
    for r in lines:
        assert isinstance(r, MoneyLine)
        if _is_pay(r):
            own = {
                "line": OF_STAFF,
                "amount": _of_staff(r),
                "driver": "staff",
                "variable": 0.0,
                "stepped": 0.0,
                "steps": None,
            }
            steps = None if r.steps is None else max(4, round(TEAMS * r.steps * (1.0 - PART)))
            found += [
                r.model_copy(update=own | {"efficiency": False}),
                r.model_copy(update={"amount": r.amount - _of_staff(r), "steps": steps}),
            ]
        else:
            found.append(r)
    return tuple(found)


def _is_pay(line: MoneyLine) -> bool:
    return line.line in PAY_LINES


def _of_staff(line: MoneyLine) -> float:
    return float(round(PART * line.amount, -3))


def employed(place: Place, lines: tuple[Row, ...]) -> tuple[Row, ...]:
    """Staff of each organisation as its pay line allows, a few posts vacant; and volunteers."""
    paid = {r.organisation: _of_staff(r) for r in lines if isinstance(r, MoneyLine) and _is_pay(r)}
    rows: list[Row] = []
    for o in place.tables["organisations"]:
        assert isinstance(o, Organisation)
        for group, share in GROUPS.get(o.type, ()):
            rows.append(_group(place, o.id, group, share * paid[o.id]))
    for kind, places in UNPAID:
        for org in place.of_type(kind):
            fields: dict[str, Any] = {"funded": places, "in_post": float(round(0.8 * places)), "unpaid": True}
            rows.append(StaffGroup(organisation=org, group="volunteers", source=place.dice.source, **fields))
    return tuple(rows)


def _group(place: Place, org: str, group: str, pounds: float) -> StaffGroup:
    """One group: in post, with bank and agency stated for nurses and by assumption for others, what the money pays."""
    vacant = place.dice.between(0.04, 0.1, "vacant", f"{org} {group}")
    in_post = round(pounds / PAY[group] / (1.0 + vacant), 1)
    row = StaffGroup(
        organisation=org, group=group, funded=round(in_post * (1.0 + vacant), 1), in_post=in_post, pay=PAY[group],
        line=OF_STAFF, source=place.dice.source, market="care" if group == "care_workers" else "",
    )  # fmt: skip
    if group != "nurses":
        return row
    return row.model_copy(update={"bank": round(0.5 * vacant * in_post, 1), "agency": round(0.3 * vacant * in_post, 1)})


def labour(place: Place, staff: tuple[Row, ...]) -> tuple[Row, ...]:
    """The labour markets of nurses and of care; the others go by assumption."""
    people: dict[str, float] = {}
    for r in staff:
        assert isinstance(r, StaffGroup)
        people[r.hired_from] = people.get(r.hired_from, 0.0) + r.in_post
    return tuple(
        LabourMarket(market=m, entrants=round(people[m] * share, 1), seekers=round(0.02 * people[m], 1), source=place.dice.source)
        for m, share in (("nurses", 0.13), ("care", 0.3)) if m in people
    )  # fmt: skip
