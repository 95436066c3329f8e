"""Published totals of the base year to set beside what the model says: those it is fitted to, and those kept back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placeplan.footprint.figures import QUARTERS
from placeplan.footprint.ground import Ground, Row, row
from placeplan.footprint.judged import BASE_YEAR
from placeplan.footprint.money import accounts
from placeplan.footprint.posts import in_post
from placeplan.footprint.shelf import title
from placeplan.footprint.social import Spent
from placeplan.footprint.trusts import Trust

NAMES = {
    "emergency_admission": "unplanned admissions", "elective_admission": "planned admissions", "day_case": "day cases",
    "outpatient_first": "first outpatient attendances", "ae_type1": "A&E attendances, type 1",
    "ae_other": "attendances at other doors", "community_admission": "admissions to community hospitals",
    "maternity_admission": "maternity and newborn admissions", "mental_health_admission": "mental-health admissions",
}  # fmt: skip
ADMITTED = (
    "emergency_admission+elective_admission+day_case+maternity_admission+community_admission+mental_health_admission"
)
BANDS = {"0-14": (0, 15), "15-29": (15, 30), "30-44": (30, 45), "45-59": (45, 60), "60-74": (60, 75), "75-89": (75, 90), "90+": (90, 200)}  # fmt: skip
COUNTS, MONEY, QUARTER, AGE = 0.02, 0.03, 0.05, 0.03
FEW, FEW_BEDS = 100.0, 50.0
"""Contacts a year and beds in use of fewer are not held against anything: chance alone moves them by more than the limit."""


def totals(ground: Ground, care: list[Row], stock: list[Row], known: Mapping[str, Spent], packs: list[Row]) -> list[Row]:  # fmt: skip
    """Rows of ``reconcile.csv``, fitted ones first."""
    whole = [t for t in ground.trusts if t.part == 1]
    made = _activity(whole, care) + _bed_days(stock) + _money(ground, whole, known)
    return made + _staff(ground, whole) + _packages(packs) + _quarters(ground, whole, stock) + _ages(ground, whole) + _lists(ground, whole)  # fmt: skip


def _total(what: str, organisation: str, outcome: str, entity: str, published: float, unit: str, source: str, **more: Any) -> Row:  # fmt: skip
    cells = {"period": BASE_YEAR, "statistic": "sum", "kind": "fitted"} | more
    note = str(cells.pop("note", ""))
    return row(source, "published", note, what=what, organisation=organisation, outcome=outcome, entity=entity, published=published, unit=unit, **cells)  # fmt: skip


def _activity(trusts: list[Trust], care: list[Row]) -> list[Row]:
    codes = {t.code for t in trusts}
    return [
        _total(f"{r['site']}: {NAMES[r['pod']]}", r["site"], "activity", f"{r['site']}/{r['pod']}", float(r["activity"]), "a year", str(r["source"]), tolerance=COUNTS)
        for r in care if r["site"] in codes and r["pod"] in NAMES and float(r["activity"]) >= FEW and r["level"] == "published"
    ]  # fmt: skip


def _bed_days(stock: list[Row]) -> list[Row]:
    return [
        _total(f"{b['site']}: bed-days, {b['pool'].replace('_', ' ')}", b["site"], "bed_days", f"{b['site']}/{b['pool']}", round(365 * float(b["occupied"])), "midnights", f"{str(b['source']).partition('; beds kept')[0]}, times 365", tolerance=COUNTS)
        for b in stock if b["level"] == "published" and b["pool"] in ("general", "mental_health", "community") and float(b["occupied"]) >= FEW_BEDS
    ]  # fmt: skip


def _money(ground: Ground, trusts: list[Trust], known: Mapping[str, Spent]) -> list[Row]:
    made = []
    for trust in trusts:
        own = accounts(ground, trust)
        if own:
            source = f"{title('trust_finance')}, {trust.code}, {BASE_YEAR}"
            made += [
                _total(f"{trust.code}: operating income", trust.code, "operating_income", trust.code, round(own.income), "£", source, tolerance=MONEY),
                _total(f"{trust.code}: operating cost", trust.code, "operating_cost", trust.code, round(own.cost), "£", source, tolerance=MONEY),
                _total(f"{trust.code}: surplus or deficit", trust.code, "position", trust.code, round(own.position), "£", source, note="shown, not judged"),
            ]  # fmt: skip
    for council in ground.councils:
        spent = known.get(council.code)
        if spent and council.old == 1:
            source = (
                f"{title('ascfr_totals')}, {council.code}, {BASE_YEAR}: gross current expenditure, and what others paid"
            )
            for what, outcome in (("social care", "operating_cost"), ("what pays for social care", "operating_income")):
                made.append(_total(f"{council.name}: {what}", council.code, outcome, council.code, round(spent.gross + spent.others), "£", source, tolerance=MONEY))  # fmt: skip
    return made


def _staff(ground: Ground, trusts: list[Trust]) -> list[Row]:
    return [
        _total(f"{t.code}: people in post", t.code, "staff_in_post", t.code, round(sum(people.values()), 1), "whole-time equivalents", f"{title('workforce')}, {t.code}, September 2017: all groups", statistic="mean", tolerance=COUNTS, note="counted half a year after the base year")
        for t in trusts if (people := in_post(ground, t))
    ]  # fmt: skip


def _packages(packs: list[Row]) -> list[Row]:
    return [
        _total(f"{p['council']}: {p['kind'].removesuffix('_week')} care, people of 65 and over", p["council"], "packages_in_use", f"{p['council']}/{p['kind']}", float(p["in_use"]), "people at a time", str(p["source"]).partition("; charge:")[0], statistic="mean", tolerance=COUNTS)
        for p in packs if p["funder"] == "public" and p["level"] == "published"
    ]  # fmt: skip


def _quarters(ground: Ground, trusts: list[Trust], stock: list[Row]) -> list[Row]:
    """Kept back: occupied general beds by quarter, of all hospitals together; each trust's own are shown."""
    pools = {b["site"] for b in stock if b["pool"] == "general" and b["level"] == "published" and float(b["occupied"]) >= FEW_BEDS}  # fmt: skip
    used = {t.code: ground.figures.beds[t.code, "general_and_acute"] for t in trusts if t.code in pools}
    used = {code: quarters for code, quarters in used.items() if len(quarters) == QUARTERS}
    found = []
    for quarter in sorted(next(iter(used.values()), {})):
        common = {"period": f"{BASE_YEAR} {quarter}", "statistic": "mean", "kind": "predicted"}
        source = f"{title('kh03_totals')}, {', '.join(used)}, general and acute, {BASE_YEAR} {quarter}"
        whole = sum(quarters[quarter][1] for quarters in used.values())
        found.append(_total(f"Hospitals together: occupied beds, {quarter}", "system", "occupied", f"{'+'.join(used)}/general", round(whole, 3), "beds", source, tolerance=QUARTER, note="each year's mean is fitted, the quarters are not", **common))  # fmt: skip
        if len(used) > 1:
            found += [_total(f"{code}: occupied beds, {quarter}", code, "occupied", f"{code}/general", quarters[quarter][1], "beds", f"{title('kh03_totals')}, {code}, general and acute, {BASE_YEAR} {quarter}", note="shown, not judged: wards of one trust open and close within the year", **common) for code, quarters in used.items()]  # fmt: skip
    return found


def _ages(ground: Ground, trusts: list[Trust]) -> list[Row]:
    """Kept back: ages of everybody admitted at the trusts together.

    Episodes are published, not admissions: each band is divided by England's episodes for each admission at that age.
    """
    england, own = ground.figures.episodes_for_each, [t.code for t in trusts if t.code in ground.figures.admitted]
    hospitals = {t.code for t in trusts if t.kind == "acute"}
    if not england or not hospitals <= {*own} or not own:
        return []
    counted = {}
    for band, (low, high) in BANDS.items():
        inside = [e for start, e in england.items() if low <= start < high]
        each = sum(e for e, _ in inside) / sum(a for _, a in inside)
        counted[band] = sum(ground.figures.admitted[c].get(band, 0.0) for c in own) / each
    whole = sum(counted.values())
    source = f"{title('inpatients_by_age')}, {', '.join(own)}, {BASE_YEAR}: episodes by age, over England's episodes for each admission at that age (2018/19)"
    return [
        _total(f"Ages of those admitted: {band}", "system", "activity_by_age", f"system/{ADMITTED}/{band}", round(n / whole, 4), "share", source, statistic="share", tolerance=AGE, kind="predicted", note="all methods of admission: ages of unplanned admissions alone are not published")
        for band, n in counted.items()
    ]  # fmt: skip


def _lists(ground: Ground, trusts: list[Trust]) -> list[Row]:
    """Kept back and shown: each trust's list a year on."""
    after = ground.figures.lists(BASE_YEAR)
    return [
        _total(f"{t.code}: people on its list, March 2017", t.code, "list", t.code, round(after[t.code][0]), "people", f"{title('rtt_list')}, {t.code}, end of {BASE_YEAR}", period=f"{BASE_YEAR} Q4", statistic="mean", kind="predicted", note="shown, not judged: nothing in the model explains which list grows")
        for t in trusts if t.code in after and t.code in ground.figures.lists_before and t.kind == "acute"
    ]  # fmt: skip
