"""Figures of staff, waits, ways to hospital and care outside it that stand in no data set: facts and judgements by name."""

from __future__ import annotations

from quoted import Fact

VACANCIES = "Judgement: vacant posts of the South West in 2016/17, {} of funded posts (recalled)"
COVER = "Judgement: bank and agency stand in for {:.0%} of those missing, {:.0%} of them from agencies"
PAY_SHAPE = (
    "Judgement: pay of the groups against each other, scaled so that staff times rate is the pay line of money.csv"
)
USED = "Judgement: share of the year's capacity that was used, so that the busiest months of 2016/17 could be met"

GROUPS: dict[str, tuple[str, ...]] = {
    "nurses": ("Nurses & health visitors",),
    "midwives": ("Midwives",),
    "doctors": ("HCHS doctors",),
    "therapists": ("Scientific, therapeutic & technical staff",),
    "support": ("Support to doctors, nurses & midwives", "Support to ST&T staff", "Support to ambulance staff"),
    "ambulance": ("Ambulance staff",),
    "managers": ("Managers", "Senior managers", "Central functions"),
    "other": ("Hotel, property & estates", "Unknown"),
}
"""Staff group of the example → groups of the workforce return. A group of fewer than five people is counted as other."""

VACANT: dict[str, float] = {
    "nurses": 0.09, "midwives": 0.05, "doctors": 0.06, "therapists": 0.06, "support": 0.05, "ambulance": 0.05,
    "managers": 0.04, "other": 0.04, "gp": 0.09,
}  # fmt: skip
"""Share of funded posts that stood empty (judgement; nurses 5 to 12 %, doctors and therapists 3 to 10 %)."""
ABSENT = 0.045
"""Share of staff who are away on a usual day (judgement, for bank and agency alone)."""
STOOD_IN: dict[str, tuple[float, float]] = {
    "nurses": (0.7, 0.25), "midwives": (0.5, 0.1), "doctors": (0.7, 0.5), "therapists": (0.4, 0.4), "support": (0.8, 0.1),
    "ambulance": (0.6, 0.2), "managers": (0.1, 0.5), "other": (0.3, 0.2), "gp": (0.5, 0.5),
}  # fmt: skip
"""Share of those missing for whom somebody stood in, and the part of agencies in it (judgement)."""
PAY: dict[str, float] = {
    "nurses": 0.95, "midwives": 1.0, "doctors": 2.3, "therapists": 0.95, "support": 0.58, "ambulance": 0.95,
    "managers": 1.05, "other": 0.55,
}  # fmt: skip
"""Pay of the groups against each other (judgement)."""
PREMIUM = (1.05, 1.55)
"""Price of bank and agency over that of own staff (the library's most likely values)."""

CARE_FACTS: dict[str, Fact] = {
    "gp_wte": Fact(500, "whole-time equivalents", "default", "Judgement: no open count of 2016 by CCG was found; 470 to 525"),
    "rdy_vacant": Fact(
        111, "posts", "published", "Bridport News, “Come and work in Dorset”: 111 vacancies in January 2017, 64 of them nurses"
    ),
    "rdy_vacant_nurses": Fact(64, "posts", "published", "As rdy_vacant"),
    "delayed_mental_health": Fact(
        0.12, "share of beds", "published", "HSJ, April 2015, “Care home closures blamed”: 12 % of mental-health beds, 2014/15"
    ),
    "slots_over_due": Fact(
        1.35, "ratio", "default",
        "Judgement: theatres took more planned patients on a good day than fell due, as day cases give way (7, 8 and 12 main theatres)",
    ),
    "home_care_hour": Fact(
        16.5, "£ an hour", "default", "Judgement: 16 to 17 £ an hour in the South West in 2016/17 (recalled; the providers' body asked 16.70)"
    ),
    "home_care_hours": Fact(12.5, "hours a week", "default", "Judgement: 12.5 hours a package a week (9 to 16)"),
    "ways_out": Fact(
        0.11, "share", "default",
        "Judgement: about one in ten emergency patients of 65 and over needs a new or larger package or a bed elsewhere on "
        "leaving; no open count by trust before 2022",
    ),
    "over_52": Fact(
        0.0002, "share", "default", "Judgement: of England's 3.7 million in March 2016 fewer than a thousand (recalled)"
    ),
}  # fmt: skip

KEPT = (
    "Judgement, fitted: beds in which planned patients lay on average were kept for them, so that as many were admitted as "
    "were counted in a year of full wards"
)
DOORS: tuple[tuple[str, str, float, str], ...] = (
    # pod, staff group, share used, who is not seen
    ("ae_type1", "doctors", 0.88, "lost"),
    ("outpatient_first", "doctors", 1.0, "list"),
    ("outpatient_followup", "doctors", 0.95, "waits"),
    ("community_contact", "nurses", 0.95, "waits"),
    ("mental_health_contact", "therapists", 0.95, "waits"),
    ("ambulance_incident", "ambulance", 0.88, "spills"),
    ("gp_appointment", "gp", 0.97, "spills"),
)
"""Doors whose contacts can run out (judgement). What limits day cases, by trust, is not published: they have none."""

TOWNS: dict[str, tuple[tuple[str, float, float, float], ...]] = {
    # name, latitude, longitude, weight
    "E06000028": (("Bournemouth, Winton", 50.740, -1.870, 1.0),),
    "E06000029": (("Poole, Parkstone", 50.730, -1.950, 1.0),),
    "E07000048": (("Christchurch", 50.737, -1.770, 1.0),),
    "E07000049": (
        ("Ferndown", 50.807, -1.899, 0.45), ("Wimborne", 50.800, -1.986, 0.30), ("Verwood", 50.880, -1.875, 0.25),
    ),
    "E07000050": (
        ("Blandford", 50.858, -2.164, 0.40), ("Gillingham", 51.038, -2.277, 0.35), ("Shaftesbury", 51.005, -2.198, 0.25),
    ),
    "E07000051": (
        ("Swanage", 50.608, -1.960, 0.35), ("Wareham", 50.687, -2.110, 0.35), ("Upton and Lytchett", 50.735, -2.035, 0.30),
    ),
    "E07000052": (
        ("Dorchester", 50.715, -2.437, 0.45), ("Bridport", 50.734, -2.758, 0.30), ("Sherborne", 50.947, -2.515, 0.25),
    ),
    "E07000053": (("Weymouth", 50.613, -2.457, 0.8), ("Portland", 50.560, -2.445, 0.2)),
}  # fmt: skip
"""Towns that stand for the people of a district, with their weight (judgement; coordinates of town centres)."""
HOSPITALS: dict[str, tuple[float, float]] = {
    "RBD01": (50.7129, -2.4469),
    "RD304": (50.722, -1.9731),
    "RDZ20": (50.7475, -1.8205),
}
"""Coordinates of the acute hospitals (NHS.uk hospitals file, 2018)."""
WINDING, SPEED, START = 1.2, 55.0, 6.0
"""Way by road over the straight line, km an hour by car, minutes to set out and park (judgement)."""

LENGTH = (
    "Judgement: {} weeks on average ({} to {}; published care-home stays, and about 3,100 starts of home care a year)"
)
ROOM = "Judgement: {}; vacancies of 7 % and turnover of a third among care workers (ASCOF)"
HOMES = "Judgement: {:.0%} of people in care homes paid themselves (about two fifths in England, more in the south, recalled)"
KINDS = {"residential_week": "residential", "nursing_week": "nursing", "home_care_week": "home care"}
"""Kind of package → its name in the finance return."""

PACKAGE_FACTS: dict[str, tuple[Fact, Fact]] = {
    # mean length in weeks; what the market can give over what was in use
    "residential_week": (
        Fact(110, "weeks", "default", LENGTH.format(110, 80, 140)), Fact(1.04, "ratio", "default", ROOM.format("4 % free"))
    ),
    "nursing_week": (
        Fact(65, "weeks", "default", LENGTH.format(65, 45, 90)), Fact(1.03, "ratio", "default", ROOM.format("3 % free"))
    ),
    "home_care_week": (
        Fact(60, "weeks", "default", LENGTH.format(60, 40, 90)), Fact(1.03, "ratio", "default", ROOM.format("3 % free"))
    ),
}  # fmt: skip

SELF_FUNDED: dict[str, Fact] = {
    "E10000009": Fact(0.5, "share", "default", HOMES.format(0.5)),
    "E06000028": Fact(0.4, "share", "default", HOMES.format(0.4)),
    "E06000029": Fact(0.5, "share", "default", HOMES.format(0.5)),
    "home care": Fact(0.3, "share", "default", "Judgement: 30 % of home care was paid for by people themselves (recalled)"),
}  # fmt: skip
"""Share of packages that people pay for themselves: of care homes by council, of home care everywhere."""

WAYS_OUT: tuple[tuple[str, float, str], ...] = (
    ("1", 0.030, "home_care_week"), ("2", 0.045, "community"), ("3", 0.012, "residential_week"),
    ("3", 0.010, "nursing_week"),
)  # fmt: skip
"""Ways out of the acute hospitals after a long stay: pathway, share, kind (judgement)."""
COMMUNITY_WAYS: tuple[tuple[str, float, str], ...] = (
    ("1", 0.20, "home_care_week"), ("3", 0.06, "residential_week"), ("3", 0.04, "nursing_week"),
)  # fmt: skip
"""The same of community hospitals."""

RESERVES = (
    Fact(0.05, "share of net spend", "default", "Judgement: councils' reserves for social care are not published apart; 5 % of net spend"),
    Fact(0.5, "share of reserves", "default", "half of them are never used"),
    Fact(0.9, "share", "default", "at least 90 % of need is met, as the Care Act asks"),
)  # fmt: skip
"""Reserves over net spend on social care, the part never used, and the least share of need still met."""
