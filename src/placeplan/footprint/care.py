"""Care of the base year by pod and site: as returned, worked out from returns, or the people's need at national rates."""

from __future__ import annotations

from placeplan.core.tables import OUTSIDE
from placeplan.footprint.figures import MAR, MONTHS, Counted
from placeplan.footprint.flows import Flows
from placeplan.footprint.ground import (
    COMMUNITY,
    HOSPITALS,
    MINDS,
    PRACTICES,
    Ground,
    Row,
    by_site,
    part_said,
    rounded,
    row,
)
from placeplan.footprint.judged import BASE_YEAR, figure
from placeplan.footprint.shelf import title
from placeplan.footprint.trusts import Trust

RATES = "National rates by age (library of placeplan) times people of mid-2016"
HOSPITAL_PODS = (*MAR, "outpatient_followup", "ae_type1", "ae_other")
FEW = 50.0
"""Contacts a year of fewer are left out: codes of other trusts, and slips."""
FEWEST = 20.0
"""Beds in use of fewer make no mental-health ward of their own at an acute trust."""
SPREAD = (0.3, 6.0)
"""Mean nights of mothers and newborn that are believed."""
MIND_SPREAD = (8.0, 200.0)
"""The same on mental-health wards."""


def care(ground: Ground, found: Flows) -> list[Row]:
    """Rows of ``activity.csv`` but for social care."""
    rows = [r for t in ground.trusts for r in _of_trust(ground, t)]
    rows += _filled(ground, rows)
    return [*rows, *_admitted(ground, rows), *_by_need(ground), *_beyond(found, rows)]


def _of_trust(ground: Ground, trust: Trust) -> list[Row]:
    """Admissions, clinics and A&E as the returns have them."""
    figures, rows = ground.figures, []
    for pod in MAR:
        count = figures.activity.get((trust.code, pod))
        at = "community_admission" if pod == "emergency_admission" and trust.kind != "acute" else pod
        if count is not None and count.value * trust.part >= FEW:
            note = "non-elective general and acute, first episodes" if pod == "emergency_admission" else ""
            rows.append(_counted(trust, at, count, title("mar"), note))
    first = next((r for r in rows if r["pod"] == "outpatient_first"), None)
    if first:
        each = figure("followups")
        rows.append(row(f"{each.source}, times first attendances", "default", pod="outpatient_followup", site=trust.code, activity=rounded(each.value * first["activity"])))  # fmt: skip
    for pod in ("ae_type1", "ae_other"):
        count = figures.doors.get((trust.code, pod))
        if count is not None and count.value * trust.part >= FEW:
            # A smaller door that opens or closes within the year has its own months alone.
            there = count if pod == "ae_type1" else count._replace(parts=len(figures.months_of_doors))
            rows.append(_counted(trust, pod, there, title("ae_by_type")))
    return rows


def _counted(trust: Trust, pod: str, count: Counted, source: str, note: str = "") -> Row:
    """A count of a year; of fewer months it is brought up to a year and is no longer published."""
    part = part_said(trust.part)
    whole = count.parts >= MONTHS
    value = count.value if whole else count.value * MONTHS / count.parts
    short = "" if whole else f"{count.parts} of {MONTHS} months are there; brought up to a year"
    return row(f"{source}, {trust.code}, {BASE_YEAR}{part}", "published" if whole and trust.part == 1 else "default", short or note, pod=pod, site=trust.code, activity=rounded(value * trust.part))  # fmt: skip


def _filled(ground: Ground, rows: list[Row]) -> list[Row]:
    """What no acute trust has returned: the people's need, divided by income."""
    hospitals = ground.of_kind("acute")
    sites = {t.code: ground.income(t) for t in hospitals} or {HOSPITALS: 1.0}
    have = {r["pod"] for r in rows}
    made = []
    for pod in HOSPITAL_PODS:
        if pod not in have:
            need = ground.need(pod)
            made += [row(RATES, "default", pod=pod, site=s, activity=rounded(need * w / sum(sites.values()))) for s, w in sites.items()]  # fmt: skip
    return made


def _admitted(ground: Ground, rows: list[Row]) -> list[Row]:
    """Maternity, mental-health and community-hospital admissions: what published totals leave, or what beds in use give."""
    made = []
    done = by_site(rows)
    for trust in ground.of_kind("acute", "community", "mental_health"):
        rest = _rest(ground, trust, done)
        maternity = in_use(ground, trust, "maternity")
        if trust.kind == "acute" and maternity > 1:
            made.append(_by_nights(trust, "maternity_admission", maternity, rest, SPREAD, "maternity_nights", "mothers and newborn"))  # fmt: skip
            rest = None
        minds = in_use(ground, trust, "mental_illness", "learning_disabilities")
        general = in_use(ground, trust, "general_and_acute") if trust.kind != "acute" else 0.0
        if minds > (FEWEST if trust.kind == "acute" else 1):
            alone = rest if general < minds / 4 else None
            made.append(_by_nights(trust, "mental_health_admission", minds, alone, MIND_SPREAD, "mental_health_nights", "whatever else it admits"))  # fmt: skip
        if general > 1 and (trust.code, "community_admission") not in done:
            made.append(_by_nights(trust, "community_admission", general, None, SPREAD, "community_nights", ""))
    return made


def in_use(ground: Ground, trust: Trust, *groups: str) -> float:
    """Beds occupied in the base year in the part of a trust that is here, mean of the quarters."""
    found = 0.0
    for group in groups:
        quarters = ground.figures.beds.get((trust.code, group), {})
        found += trust.part * sum(full for _, full in quarters.values()) / len(quarters) if quarters else 0.0
    return found


def _rest(ground: Ground, trust: Trust, done: dict[tuple[str, str], float]) -> float | None:
    """All admissions less those of the monthly return; None where they are not published."""
    every = ground.figures.admitted.get(trust.code, {}).get("admissions")
    if every is None:
        return None
    pods = ("emergency_admission", "community_admission", "elective_admission", "day_case")
    return every * trust.part - sum(done.get((trust.code, pod), 0.0) for pod in pods)


def _by_nights(
    trust: Trust, pod: str, beds: float, rest: float | None, spread: tuple[float, float], nights: str, note: str
) -> Row:
    """Admissions that published totals leave, where their nights are believable; else beds in use over judged nights."""
    if rest is not None and rest > 0 and spread[0] <= beds * 365 / rest <= spread[1]:
        source = f"{title('inpatients_by_age')}, {trust.code}, {BASE_YEAR}: all admissions less those of the Monthly Activity Return"
        return row(source, "published" if trust.part == 1 else "default", note, pod=pod, site=trust.code, activity=rounded(rest))  # fmt: skip
    each = figure(nights)
    return row(f"Worked out: beds in use (KH03) over {each.value:g} nights; {each.source}", "default", note, pod=pod, site=trust.code, activity=rounded(beds * 365 / each.value))  # fmt: skip


def providers(ground: Ground, pod: str) -> dict[str, float]:
    """Sites that give contacts of a kind outside hospital, with their shares."""
    if pod == "gp_appointment":
        return {PRACTICES: 1.0}
    if pod == "ambulance_incident":
        found = {t.code: ground.income(t) for t in ground.of_kind("ambulance")}
    elif pod == "mental_health_contact":
        minds = [t for t in ground.of_kind("mental_health", "community") if t.kind == "mental_health" or in_use(ground, t, "mental_illness") > 1]  # fmt: skip
        found = {t.code: ground.income(t) for t in minds} or {MINDS: 1.0}
    else:
        own = ground.of_kind("community")
        own = own or [t for t in ground.of_kind("mental_health") if in_use(ground, t, "general_and_acute") > 1]
        found = {t.code: ground.income(t) for t in own} or {COMMUNITY: 1.0}
    return {site: n / sum(found.values()) for site, n in found.items()}


def _by_need(ground: Ground) -> list[Row]:
    """Contacts that no open file of the time counts by place."""
    return [
        row(f"{RATES}; no open count by place", "default", pod=pod, site=site, activity=rounded(ground.need(pod) * share))
        for pod in ("community_contact", "mental_health_contact", "ambulance_incident", "gp_appointment")
        for site, share in providers(ground, pod).items()
    ]  # fmt: skip


def _beyond(found: Flows, rows: list[Row]) -> list[Row]:
    """Residents' care beyond the footprint: by the shares that go there for emergencies and for planned care."""
    made = []
    for pod in HOSPITAL_PODS:
        urgent = pod in ("emergency_admission", "ae_type1")
        share = found.leaving if urgent or found.planned is None else found.planned
        if share is None or (pod == "ae_other"):
            continue
        basis = title("admissions_by_council") if urgent else title("catchments")
        local = sum(float(r["activity"]) * (1 - found.away(r["site"])) for r in rows if r["pod"] == pod)
        source = f"Worked out: residents' care at local trusts, and {share:.1%} given beyond the footprint ({basis})"
        made.append(row(source, "published", "flow shares are of admissions; attendances are assumed alike", pod=pod, site=OUTSIDE, activity=rounded(local * share / (1 - share))))  # fmt: skip
    return made
