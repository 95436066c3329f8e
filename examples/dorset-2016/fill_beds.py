"""Beds of the base year, those kept for planned patients, and which admissions use which."""

from __future__ import annotations

from figures import ACUTE, TRUSTS, Figures
from quoted import FACTS
from quoted_care import CARE_FACTS, KEPT

from placeplan.footprint.ground import rounded

Row = dict[str, object]

WORKING_DAYS = 253
KH03 = "NHS England, KH03 beds available and occupied overnight, {}, {}, mean of the quarters of 2016/17"


def beds(data: Figures) -> list[Row]:
    """Beds open and occupied in 2016/17."""
    rows: list[Row] = []
    for trust in ACUTE:
        for group, pool in (("general_and_acute", "general"), ("maternity", "women_children")):
            open_, full = data.bed_year(trust, group)
            more = planned_beds(data, trust) if pool == "general" else {"ring_fenced": "", "slots": ""}
            source = KH03.format(trust, group) + (
                f"; beds kept: {KEPT}; slots: {CARE_FACTS['slots_over_due'].source}" if pool == "general" else ""
            )
            rows.append({"site": TRUSTS[trust], "pool": pool, "available": rounded(open_, 3), "occupied": rounded(full, 3), **more, "delayed": "", "source": source, "level": "published"})  # fmt: skip
    open_, full = data.bed_year("RDY", "mental_illness")
    delayed = CARE_FACTS["delayed_mental_health"]
    rows.append({"site": "RDY", "pool": "mental_health", "available": rounded(open_, 3), "occupied": rounded(full, 3), "delayed": rounded(delayed.value * full, 1), "source": f"{KH03.format('RDY', 'mental_illness')}; delayed: {delayed.source}", "level": "published"})  # fmt: skip
    count, share = FACTS["community_beds"], FACTS["community_occupancy"]
    rows.append({
        "site": "RDY", "pool": "community", "available": rounded(count.value, 0), "occupied": rounded(count.value * share.value, 3),
        "source": f"{count.source}; {share.source}", "level": "default",
        "note": "13 community hospitals as one pool: beds by hospital are published for five of them only",
    })  # fmt: skip
    return rows


def planned_beds(data: Figures, trust: str) -> Row:
    """Beds kept for planned patients of an acute trust, and theatre slots a working day."""
    due = data.mar(trust, "elective_admission")
    kept = due * FACTS[f"elective_nights_{trust}"].value / 365
    return {
        "ring_fenced": rounded(kept, 0),
        "slots": rounded(CARE_FACTS["slots_over_due"].value * due / WORKING_DAYS, 0),
    }


def stays() -> list[Row]:
    """Which admissions use which beds; nights left blank are worked out from the occupied beds."""
    fitted = "Worked out by the model from occupied beds (KH03) and admissions; fitted"
    rows: list[Row] = []
    for trust in ACUTE:
        site, fact = TRUSTS[trust], FACTS[f"elective_nights_{trust}"]
        rows.append({"site": site, "pod": "elective_admission", "pool": "general", "nights": fact.value, "source": fact.source, "level": fact.level})  # fmt: skip
        rows.append(
            {"site": site, "pod": "emergency_admission", "pool": "general", "source": fitted, "level": "published"}
        )
        rows.append(
            {
                "site": site,
                "pod": "maternity_admission",
                "pool": "women_children",
                "source": fitted,
                "level": "published",
            }
        )
    rows.append({"site": "RDY", "pod": "elective_admission", "pool": "community", "nights": 3.0, "source": "Judgement: nine admissions a year", "level": "default"})  # fmt: skip
    rows.append(
        {
            "site": "RDY",
            "pod": "mental_health_admission",
            "pool": "mental_health",
            "source": fitted,
            "level": "published",
        }
    )
    rows.append(
        {"site": "RDY", "pod": "community_admission", "pool": "community", "source": fitted, "level": "default"}
    )
    return rows
