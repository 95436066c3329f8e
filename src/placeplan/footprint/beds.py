"""Beds of the base year, those kept for planned patients, which admissions use which, and the ways out."""

from __future__ import annotations

from typing import NamedTuple

from placeplan.core.tables import OUTSIDE
from placeplan.footprint.care import FEWEST, in_use
from placeplan.footprint.figures import QUARTERS
from placeplan.footprint.ground import Ground, Row, by_site, part_said, rounded, row
from placeplan.footprint.judged import BASE_YEAR, WayOut, figure
from placeplan.footprint.judged import rows as judged_rows
from placeplan.footprint.shelf import title
from placeplan.footprint.social import YEAR
from placeplan.footprint.trusts import Trust

POOLS: dict[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "acute": (
        ("general", ("general_and_acute",), "emergency_admission"),
        ("women_children", ("maternity",), "maternity_admission"),
        ("mental_health", ("mental_illness", "learning_disabilities"), "mental_health_admission"),
    ),
    "community": (
        ("community", ("general_and_acute",), "community_admission"),
        ("mental_health", ("mental_illness", "learning_disabilities"), "mental_health_admission"),
    ),
}
"""Kind of trust → pool, groups of the return, the pod that fills it."""
PLANNED_SPREAD = (0.3, 20.0)
"""Mean nights of planned admissions that are believed where those of unplanned ones would not be."""
SPARE = 3.0
"""Beds beyond those open, for each square root of those in use, where there are so few that chance would fill them (judgement)."""
MOST_KEPT = 0.6
"""Most of the beds that are kept for planned patients."""


class Stay(NamedTuple):
    """Mean nights of planned and unplanned admissions of a site; None: fitted by the model."""

    planned: float
    unplanned: float | None


def beds(ground: Ground, care: list[Row]) -> list[Row]:
    """Rows of ``beds.csv``."""
    done = by_site(care)
    made = []
    for trust in ground.of_kind("acute", "community", "mental_health"):
        for pool, groups, pod in POOLS["acute" if trust.kind == "acute" else "community"]:
            least = FEWEST if trust.kind == "acute" and pool == "mental_health" else 1
            if in_use(ground, trust, *groups) > least and ((trust.code, pod) in done or pool == "general"):
                made.append(_pool(ground, trust, pool, groups, done))
    have = {(b["site"], b["pool"]) for b in made}
    for pool, _, pod in {*POOLS["acute"], *POOLS["community"]}:
        made += [_unknown(s, pool, pod, n) for (s, p), n in done.items() if p == pod and s != OUTSIDE and (s, pool) not in have]  # fmt: skip
    order = [t.code for t in ground.trusts]
    return sorted(made, key=lambda b: (order.index(b["site"]) if b["site"] in order else len(order), b["pool"] != "general", b["pool"]))  # fmt: skip


def _pool(ground: Ground, trust: Trust, pool: str, groups: tuple[str, ...], done: dict[tuple[str, str], float]) -> Row:
    quarters = [ground.figures.beds.get((trust.code, g), {}) for g in groups]
    fewest = min(len(q) for q in quarters if q)
    open_ = sum(trust.part * sum(a for a, _ in q.values()) / len(q) for q in quarters if q)
    full = in_use(ground, trust, *groups)
    short = "" if fewest >= QUARTERS else f"{fewest} of {QUARTERS} quarters are there"
    part = part_said(trust.part)
    source = f"{title('kh03_totals')}, {trust.code}, {' and '.join(groups)}, mean of the quarters of {BASE_YEAR}{part}"
    level = "published" if not short and not part else "default"
    kept = _kept(done.get((trust.code, "elective_admission"), 0.0), open_) if pool == "general" else {}
    if pool == "general" and full < FEWEST:
        kept["escalation"] = rounded(SPARE * full**0.5)
        source += "; escalation: judgement, day beds stand in where there are so few"
    if "slots" in kept:
        source += f"; beds kept for planned patients: as many as they lay in; slots: {figure('slots_over_due').source}"
    return row(source, level, short, site=trust.code, pool=pool, available=rounded(open_, 3), occupied=rounded(full, 3), **kept)  # fmt: skip


def _kept(due: float, beds_: float) -> Row:
    """Beds kept for planned patients and theatre slots a working day."""
    if due < 100:
        return {}
    kept = min(due * figure("elective_nights").value / 365, MOST_KEPT * beds_)
    slots = figure("slots_over_due").value * due / figure("working_days").value
    return {"ring_fenced": rounded(kept), "slots": rounded(slots)}


NIGHTS = {"general": "emergency_nights", "community": "community_nights", "mental_health": "mental_health_nights", "women_children": "maternity_nights"}  # fmt: skip


def _unknown(site: str, pool: str, pod: str, admissions: float) -> Row:
    """Beds of a pool of which none are published."""
    nights, full = figure(NIGHTS[pool]), figure("occupancy")
    used = admissions * nights.value / 365
    source = f"Admissions ({pod}) times {nights.value:g} nights; {nights.source}; {full.source}"
    return row(source, "default", site=site, pool=pool, available=rounded(used / full.value, 1), occupied=rounded(used, 1))  # fmt: skip


def stays(care: list[Row], stock: list[Row]) -> list[Row]:
    """Rows of ``stays.csv``; nights left blank are worked out by the model from beds in use."""
    done = by_site(care)
    fitted = "Worked out by the model from beds in use and admissions; fitted"
    made = []
    for bed in stock:
        site, pool = bed["site"], bed["pool"]
        level = bed["level"]
        if pool == "general":
            planned = done.get((site, "elective_admission"), 0.0)
            urgent = done.get((site, "emergency_admission"), 0.0)
            stay = _stay(planned, urgent, float(bed["occupied"]) * 365)
            if urgent:
                nights: Row = {} if stay.unplanned is None else {"nights": stay.unplanned}
                made.append(row(fitted if not nights else figure("emergency_nights_most").source, level if not nights else "default", site=site, pod="emergency_admission", pool=pool, **nights))  # fmt: skip
            if planned:
                made.append(row(figure("elective_nights").source, "default", site=site, pod="elective_admission", pool=pool, nights=stay.planned))  # fmt: skip
        else:
            pod = next(p for pools in POOLS.values() for name, _, p in pools if name == pool)
            made.append(row(fitted, level, site=site, pod=pod, pool=pool))
            if pool == "community" and (site, "elective_admission") in done:
                made.append(row(figure("elective_nights").source, "default", site=site, pod="elective_admission", pool=pool, nights=figure("elective_nights").value))  # fmt: skip
    return made


def _stay(planned: float, urgent: float, nights: float) -> Stay:
    """Nights of both kinds: planned ones as judged and unplanned ones fitted, unless that would not be believed."""
    usual = figure("elective_nights").value
    least, most = figure("emergency_nights_least").value, figure("emergency_nights_most").value
    each = (nights - planned * usual) / urgent if urgent else 0.0
    if urgent and least <= each <= most:
        return Stay(usual, None)
    if not planned:
        return Stay(usual, None)
    held = min(max(each, least), most) if urgent else 0.0
    rest = max(nights - urgent * held, 0.0) / planned
    if PLANNED_SPREAD[0] <= rest <= PLANNED_SPREAD[1]:
        return Stay(round(rest, 2), round(held, 2))
    return Stay(round(nights / (planned + urgent), 2), None)


def ways_out(care: list[Row], stock: list[Row], packs: list[Row]) -> list[Row]:
    """Rows of ``pathways.csv``: which way out people need who are ready to leave after a long stay.

    Shares are judged, and no way is needed by more people than beds and packages of the base year took in.
    """
    home = max((b for b in stock if b["pool"] == "community"), key=lambda b: float(b["available"]), default=None)
    room = _room(care, packs)
    made = []
    for bed in stock if packs else ():
        rules = [
            w for w in judged_rows("ways_out", WayOut) if w.pool == bed["pool"] and float(bed["occupied"]) >= FEWEST
        ]
        ways = [(w, min(w.share, room.get(w.kind, 0.0)) if bed["pool"] == "general" else w.share) for w in rules if room.get(w.kind)]  # fmt: skip
        ways = [(w, share) for w, share in ways if round(share, 4) > 0]
        cells = [{"pathway": "0", "share": 1 - sum(round(s, 4) for _, s in ways)}]
        for way, share in ways:
            to = (
                {"to_site": home["site"], "to_pool": home["pool"]}
                if way.kind == "community" and home
                else {"kind": way.kind}
            )
            cells.append({"pathway": way.pathway, "share": share, **to})
        made += [row(rules[0].source, "default", site=bed["site"], pool=bed["pool"], **c | {"share": rounded(c["share"], 4)}) for c in cells if ways]  # fmt: skip
    return made


def _room(care: list[Row], packs: list[Row]) -> dict[str, float]:
    """Way out → the largest share of those ready to leave acute beds whom it took in the base year."""
    long = figure("ways.long").value * sum(float(r["activity"]) for r in care if r["pod"] == "emergency_admission" and r["site"] != OUTSIDE)  # fmt: skip
    taken = {"community": figure("ways.beds").value * sum(float(r["activity"]) for r in care if r["pod"] == "community_admission")}  # fmt: skip
    for p in packs:
        if p["funder"] == "public":
            starts = float(p["in_use"]) / float(p["weeks"]) * YEAR
            taken[p["kind"]] = taken.get(p["kind"], 0.0) + figure("ways.packages").value * starts
    return {kind: n / long for kind, n in taken.items()} if long else {}
