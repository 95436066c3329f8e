"""Care outside hospital: packages of the three councils, ways out of hospital, and how councils balance."""

from __future__ import annotations

from collections.abc import Mapping

from figures import ACUTE, COUNCILS, DISTRICTS, TRUSTS, Figures
from quoted_care import CARE_FACTS, COMMUNITY_WAYS, KINDS, PACKAGE_FACTS, RESERVES, SELF_FUNDED, WAYS_OUT

from placeplan.footprint.ground import rounded

Row = dict[str, object]

ASCFR = "NHS Digital, Adult Social Care Finance Return 2016/17, {}: {}"
YEAR = 365.25 / 7
"""Weeks of a year."""


def public(data: Figures, council: str, kind: str) -> tuple[float, float, str, str]:
    """Weeks of a year that a council pays for, £ a week, where both are from, and their level.

    Weeks of care homes are returned; those of home care are worked out from what was spent on it.
    """
    spent = data.social_care[council][f"{KINDS[kind]} 65+"]
    if kind != "home_care_week":
        weeks = data.care_weeks[council, KINDS[kind]]
        source = ASCFR.format(
            council, f"weeks of {KINDS[kind]} care of people of 65 and over; gross current expenditure over weeks"
        )
        return weeks, spent / weeks, source, "published"
    rate, hours = CARE_FACTS["home_care_hour"], CARE_FACTS["home_care_hours"]
    fee = rate.value * hours.value
    source = (
        ASCFR.format(council, "gross current expenditure on home care of people of 65 and over")
        + f"; {rate.source}; {hours.source}"
    )
    return spent / fee, fee, source, "default"


def charged(data: Figures, council: str) -> float:
    """Share of the price of care that people pay back to their council."""
    care = data.social_care[council]
    long_term = sum(care[name] for name in ("residential 65+", "nursing 65+", "home care 65+", "other long-term 65+"))
    return (care["gross"] - care["net"]) / long_term


def packages(data: Figures) -> list[Row]:
    """Packages of people of 65 and over, paid for by councils and by people themselves."""
    rows: list[Row] = []
    for council in COUNCILS:
        for kind in KINDS:
            weeks, fee, source, level = public(data, council, kind)
            length, room = PACKAGE_FACTS[kind]
            share = SELF_FUNDED[council if kind != "home_care_week" else "home care"]
            in_use = weeks / YEAR
            alone = in_use * share.value / (1 - share.value)
            common = {"council": council, "kind": kind}
            rows.append({
                **common, "funder": "public", "capacity": rounded(room.value * in_use, 1), "in_use": rounded(in_use, 1),
                "weeks": length.value, "fee": rounded(fee, 2), "charge": rounded(fee * charged(data, council), 2),
                "source": f"{source}; charge: client contributions over long-term support of people of 65 and over; length: {length.source}; capacity: {room.source}",
                "level": level,
            })  # fmt: skip
            rows.append({
                **common, "funder": "self", "capacity": rounded(room.value * alone, 1), "in_use": rounded(alone, 1),
                "weeks": length.value, "fee": 0, "charge": 0, "source": f"{share.source}; length: {length.source}; capacity: {room.source}",
                "level": "default",
            })  # fmt: skip
    return rows


def activity(data: Figures, counted: Mapping[tuple[str, str, str], float]) -> list[Row]:
    """Weeks of care that councils pay for, by district; the county's are divided by people of 75 and over."""
    old = dict.fromkeys(DISTRICTS, 0.0)
    for (district, _, age), people in counted.items():
        if int(age.split("-")[0].rstrip("+")) >= 75:
            old[district] += people
    rows: list[Row] = []
    for council in COUNCILS:
        own = sorted(d for d, (_, of, _) in DISTRICTS.items() if of == council)
        whole = sum(old[d] for d in own)
        for kind in KINDS:
            weeks, _, source, level = public(data, council, kind)
            divided = "" if len(own) == 1 else "; divided over the districts by people of 75 and over"
            rows += [
                {
                    "pod": kind, "site": council, "area": d, "activity": rounded(weeks * old[d] / whole, 1),
                    "source": source + divided, "level": level, "note": "people of 65 and over, paid for by the council",
                }
                for d in own
            ]  # fmt: skip
    return rows


def pathways() -> list[Row]:
    """Which way out people need who are ready to leave after a long stay."""
    rows: list[Row] = []
    for site, pool, ways in (
        *((TRUSTS[t], "general", WAYS_OUT) for t in ACUTE),
        ("RDY", "community", COMMUNITY_WAYS),
    ):
        home = 1 - sum(share for _, share, _ in ways)
        for pathway, share, kind in (("0", home, ""), *ways):
            bed = kind == "community"
            rows.append({
                "site": site, "pool": pool, "pathway": pathway, "share": rounded(share, 4), "kind": "" if bed else kind,
                "to_site": "RDY" if bed else "", "to_pool": "community" if bed else "",
                "source": CARE_FACTS["ways_out"].source, "level": "default",
            })  # fmt: skip
    return rows


def councils(data: Figures) -> list[Row]:
    """How the councils keep their duty to balance."""
    reserves, floor, least = RESERVES
    return [
        {
            "council": council, "reserves": round(reserves.value * data.social_care[council]["net"]),
            "floor": round(floor.value * reserves.value * data.social_care[council]["net"]),
            "balances_by": "reserves eligibility charging", "least_eligibility": least.value,
            "source": f"{reserves.source}; {floor.source}; {least.source}", "level": "default",
        }
        for council in COUNCILS
    ]  # fmt: skip
