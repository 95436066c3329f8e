"""Waiting lists, doors whose contacts can run out, where people go then, and how need moves with the months."""

from __future__ import annotations

from collections.abc import Mapping

from placeplan.core.tables import OUTSIDE
from placeplan.footprint.figures import MAR, MONTHS
from placeplan.footprint.ground import Ground, Row, by_site, rounded, row
from placeplan.footprint.judged import BASE_YEAR, DoorRule, SpillRule, figure
from placeplan.footprint.judged import rows as judged_rows
from placeplan.footprint.shelf import title
from placeplan.plan.library import library
from placeplan.series.plan_rows import before

ENOUGH = 100.0
"""Contacts a year of fewer make no list and no door."""
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def lists(ground: Ground, care: list[Row]) -> list[Row]:
    """Rows of ``lists.csv``: one list a trust, since no open file of the time divides them by specialty and trust."""
    done = by_site(care)
    made = []
    for trust in ground.of_kind("acute", "community", "mental_health"):
        known = ground.figures.lists_before.get(trust.code)
        pods = {p: done.get((trust.code, p), 0.0) for p in ("outpatient_first", "elective_admission", "day_case")}
        if known is None or known[0] * trust.part < ENOUGH or pods["outpatient_first"] < ENOUGH or max(pods["elective_admission"], pods["day_case"]) < ENOUGH:  # fmt: skip
            continue
        cells: Row = {"first_pod": "outpatient_first", "first_share": 1.0}
        for way, pod in (("overnight", "elective_admission"), ("day", "day_case")):
            repeats = ground.figures.repeats.get((trust.code, pod))
            share = 1 - min(repeats.value * trust.part / pods[pod], 0.95) if repeats and pods[pod] else 1.0
            there = pods[pod] >= ENOUGH
            cells |= {f"{way}_pod": pod if there else "", f"{way}_share": round(share, 4) if there else ""}
        source = f"{title('rtt_list')}, {trust.code}, end of {before(BASE_YEAR)}; planned repeats: {title('mar')}; over 52 weeks: {figure('over_52').source}"
        made.append(row(source, "published" if trust.part == 1 else "default", site=trust.code, specialty="all", listed=rounded(known[0] * trust.part), within_18=round(min(known[1], 1 - figure("over_52").value), 4), over_52=figure("over_52").value, **cells))  # fmt: skip
    return made


def contacts(care: list[Row], staff: list[Row], listed: list[Row], spilled: bool) -> list[Row]:
    """Rows of ``contacts.csv``: what doors can give follows from how much of it was used."""
    groups = {(r["organisation"], r["group"]) for r in staff}
    lists_ = {r["site"] for r in listed}
    made = []
    for door in judged_rows("doors", DoorRule):
        for r in care:
            site = r["site"]
            if r["pod"] != door.pod or site == OUTSIDE or float(r["activity"]) < ENOUGH:
                continue
            if door.unmet == "list" and site not in lists_:
                continue
            unmet = door.unmet if spilled or door.unmet != "spills" else "lost"
            group = door.group if (site, door.group) in groups else ""
            made.append(row(door.source, "default", site=site, pod=door.pod, group=group, used="" if door.used is None else door.used, unmet=unmet))  # fmt: skip
    return made


def spills(care: list[Row]) -> list[Row]:
    """Rows of ``spills.csv``: where people go who are not given care; only variants of the model use them.

    A coefficient of the library is shared by the acute trusts as their A&E attendances are. Where there is one trust alone
    it is named, so that its range holds.
    """
    doors = {r["site"]: float(r["activity"]) for r in care if r["pod"] == "ae_type1" and r["site"] != OUTSIDE}
    admits = {r["site"] for r in care if r["pod"] == "emergency_admission"}
    middle = {i.value.id: float(i.value.distribution.quantile([0.5])[0]) for i in library().assumptions if i.value.id.startswith("spill.")}  # type: ignore[arg-type]  # fmt: skip
    there = {r["pod"] for r in care}
    made = []
    for rule in judged_rows("spills", SpillRule):
        for site, n in doors.items() if rule.pod in there else ():
            if rule.to_pod == "emergency_admission" and site not in admits:
                continue
            share = n / sum(doors.values())
            coefficient = rule.assumption if len(doors) == 1 else float(f"{middle[rule.assumption] * share:.3g}")
            made.append(row(rule.source, "default", pod=rule.pod, site="", to_pod=rule.to_pod, to_site=site, coefficient=coefficient))  # fmt: skip
    return made


def seasons(ground: Ground) -> list[Row]:
    """Rows of ``seasons.csv``: acute trusts that returned every month, four years of admissions and one of A&E."""
    codes = [t.code for t in ground.of_kind("acute")]
    figures, made = ground.figures, []
    own = {pod: _together([figures.months.get((c, pod), {}) for c in codes]) for pod in MAR}
    doors = _together([figures.door_months.get((c, "ae_type1"), {}) for c in codes])
    stand_ins = {**own, "outpatient_followup": own["outpatient_first"]} | dict.fromkeys(("ae_type1", "ae_other", "ambulance_incident"), doors)  # fmt: skip
    for pod, months in stand_ins.items():
        source = title("ae_by_type" if pod in ("ae_type1", "ae_other", "ambulance_incident") else "mar")
        for month, index in season(months).items():
            made.append(row(f"{source}, {', '.join(codes)}: per day over the year's mean", "published", pod=pod, month=month, index=rounded(index, 4)))  # fmt: skip
    return made


def _together(parts: list[dict[str, float]]) -> dict[str, float]:
    """Months that all have which report at all, added up; years that are not whole are left out."""
    parts = [p for p in parts if p]
    found = {m: sum(p[m] for p in parts) for m in sorted(set.intersection(*map(set, parts)))} if parts else {}
    years: dict[int, int] = {}
    for m in found:
        years[_year(m)] = years.get(_year(m), 0) + 1
    return {m: n for m, n in found.items() if years[_year(m)] == MONTHS}


def _year(month: str) -> int:
    """The year in which the financial year of a month begins.

    >>> _year("2017-03")
    2016
    """
    return int(month[:4]) - (int(month[5:]) < 4)


def season(months: Mapping[str, float]) -> dict[int, float]:
    """Mean over financial years of each month's activity per day against that year's; none without a whole year.

    >>> season({f"2016-{m:02d}": 31.0 for m in range(4, 13)} | {f"2017-{m:02d}": 31.0 for m in (1, 2, 3)})[2] > 1
    True
    """
    years: dict[int, dict[int, tuple[float, int]]] = {}
    for name, count in months.items():
        year, month = int(name[:4]), int(name[5:])
        days = 29 if month == 2 and year % 4 == 0 else DAYS[month - 1]
        years.setdefault(_year(name), {})[month] = (count, days)
    found = {}
    for month in (*range(4, 13), 1, 2, 3) if years else ():
        indexes = []
        for y in years.values():
            mean = sum(c for c, _ in y.values()) / sum(d for _, d in y.values())
            indexes.append(y[month][0] / y[month][1] / mean)
        found[month] = sum(indexes) / len(indexes)
    return found
