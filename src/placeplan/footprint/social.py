"""Social care: what councils spent and on what, the packages in use, and how councils balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from placeplan.footprint.figures import Figures
from placeplan.footprint.ground import Council, Ground, Row, part_said, rounded, row
from placeplan.footprint.judged import BASE_YEAR, PackageRule, figure
from placeplan.footprint.judged import rows as judged_rows
from placeplan.footprint.people import OLD, OLDER
from placeplan.footprint.shelf import title

YEAR = 365.25 / 7
"""Weeks of a year."""
SETTINGS = {"setting 7": "residential", "setting 6": "nursing", "setting 2": "home care"}
"""How the return calls settings of long-term care of people of 65 and over."""
OTHER_OLD, ADULTS = "other long-term 65+", "long-term 18-64"
LONG_TERM, OLDER_BAND, MAIN = "care type 2", "age band 2", "data type 1"


@dataclass(frozen=True)
class Spent:
    """Adult social care of one council in the base year, £, and weeks that it paid for."""

    gross: float
    net: float
    others: float
    """Paid by the NHS, jointly and by others."""
    lines: Mapping[str, float]
    """Long-term support by setting (65+), other long-term 65+, and 18-64."""
    weeks: Mapping[str, float]
    """Weeks of care homes by setting."""

    @property
    def charged(self) -> float:
        """Share of long-term care of people of 65 and over that people pay back."""
        old = sum(n for name, n in self.lines.items() if name != ADULTS)
        return min(max((self.gross - self.net) / old, 0.0), 1.0) if old else 0.0


def returned(figures: Figures) -> dict[str, Spent]:
    """What every council returned, by its code."""
    measured: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    lines: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    query = 'select code, measure, "of", sum(value) from tidy where period = ? and ends_with("of", ?) group by 1, 2, 3'
    for code, measure, of, value in figures.shelf.ask("ascfr_totals", query, BASE_YEAR, MAIN):
        parts = of.split(", ")
        measured[code][measure] += float(value)
        ages = [p for p in ("age band 1", OLDER_BAND) if p in parts]
        if measure == "gross current expenditure" and LONG_TERM in parts and ages:
            setting = next((n for s, n in SETTINGS.items() if s in parts), OTHER_OLD)
            lines[code][setting if ages == [OLDER_BAND] else ADULTS] += float(value)
    weeks: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    query = 'select code, "of", sum(value) from tidy where period = ? group by 1, 2'
    for code, of, value in figures.shelf.ask("ascfr_activity", query, BASE_YEAR):
        parts = set(of.split(", "))
        if {LONG_TERM, OLDER_BAND, MAIN} <= parts:
            setting = next((n for s, n in SETTINGS.items() if s in parts), "")
            weeks[code][setting] += float(value) if setting else 0.0
    return {c: _spent(m, lines[c], weeks[c]) for c, m in measured.items()}


def _spent(m: Mapping[str, float], lines: Mapping[str, float], weeks: Mapping[str, float]) -> Spent:
    others = m["total expenditure"] - m["gross total expenditure"]
    return Spent(
        m["gross current expenditure"], m["net current expenditure"], max(others, 0.0), dict(lines), dict(weeks)
    )


def of_council(ground: Ground, council: Council, known: Mapping[str, Spent]) -> tuple[Spent, bool]:
    """What the council's part here spent, and whether it was published; else a judged sum a head."""
    found = known.get(council.code)
    if found:
        old, all_ = council.old, council.part
        by_age = {n: v * (all_ if n == ADULTS else old) for n, v in found.lines.items()}
        return Spent(found.gross * old, found.net * old, found.others * old, by_age, {s: n * old for s, n in found.weeks.items()}), True  # fmt: skip
    people = sum(ground.people.total(a.code, OLD) for a in ground.people.areas if a.council == council.code)
    net = figure("care_spend").value * people
    return Spent(net, net, 0.0, {}, {}), False


def packages(ground: Ground, known: Mapping[str, Spent]) -> list[Row]:
    """Rows of ``packages.csv``: people of 65 and over, paid for by councils and by people themselves."""
    made = []
    for council in ground.councils:
        spent, published = of_council(ground, council, known)
        for rule in judged_rows("packages", PackageRule) if published else ():
            weeks, fee, source, level = _public(council, spent, rule)
            if weeks < YEAR or not fee:
                continue
            alone = figure("self_funded.home_care" if rule.setting == "home care" else "self_funded.homes")
            in_use, charge = weeks / YEAR, fee * spent.charged
            common = {"council": council.code, "kind": rule.kind}
            made.append(row(
                f"{source}; charge: client contributions over long-term support of people of 65 and over; {rule.source}", level,
                **common, funder="public", capacity=rounded(rule.room * in_use, 1), in_use=rounded(in_use, 1), weeks=rule.weeks,
                fee=rounded(fee, 2), charge=rounded(charge, 2),
            ))  # fmt: skip
            own = in_use * alone.value / (1 - alone.value)
            made.append(row(
                f"{alone.source}; {rule.source}", "default",
                **common, funder="self", capacity=rounded(rule.room * own, 1), in_use=rounded(own, 1), weeks=rule.weeks, fee=0, charge=0,
            ))  # fmt: skip
    return made


def _public(council: Council, spent: Spent, rule: PackageRule) -> tuple[float, float, str, str]:
    """Weeks of a year that a council pays for, £ a week, where both are from, and their level.

    Weeks of care homes are returned; those of home care are worked out from what was spent on it.
    """
    cost = spent.lines.get(rule.setting, 0.0)
    part = part_said(council.old)
    if rule.setting != "home care":
        weeks = spent.weeks.get(rule.setting, 0.0)
        source = f"{title('ascfr_activity')}, {council.code}, {BASE_YEAR}: {rule.setting}, 65 and over; cost over weeks{part}"
        return weeks, cost / weeks if weeks else 0.0, source, "default" if part else "published"
    rate, hours = figure("home_care_hour"), figure("home_care_hours")
    fee = rate.value * hours.value
    source = f"{title('ascfr_totals')}, {council.code}, {BASE_YEAR}: cost of home care of people of 65 and over{part}; {rate.source}; {hours.source}"
    return cost / fee, fee, source, "default"


def activity(ground: Ground, known: Mapping[str, Spent], care_packages: list[Row]) -> list[Row]:
    """Rows of ``activity.csv``: weeks of care that councils pay for, by district, divided by people of 75 and over."""
    made = []
    for package in (p for p in care_packages if p["funder"] == "public"):
        own = [a for a in ground.people.areas if a.council == package["council"]]
        old = {a.code: ground.people.total(a.code, OLDER) for a in own}
        divided = "" if len(own) == 1 else "; divided over the districts by people of 75 and over"
        council = next(c for c in ground.councils if c.code == package["council"])
        rule = next(r for r in judged_rows("packages", PackageRule) if r.kind == package["kind"])
        weeks = _public(council, of_council(ground, council, known)[0], rule)[0]
        source = str(package["source"]).partition("; charge:")[0]
        for area, n in old.items():
            made.append(row(source + divided, package["level"], "people of 65 and over, paid for by the council", pod=package["kind"], site=package["council"], area=area, activity=rounded(weeks * n / sum(old.values()), 1)))  # fmt: skip
    return made


def councils(ground: Ground, known: Mapping[str, Spent]) -> list[Row]:
    """Rows of ``councils.csv``: how councils keep their duty to balance."""
    reserves, floor, least = (figure(n) for n in ("reserves", "reserves_floor", "least_eligibility"))
    made = []
    for council in ground.councils:
        spent, published = of_council(ground, council, known)
        if published:
            held = round(reserves.value * spent.net)
            made.append(row(f"{reserves.source}; {floor.source}; {least.source}", "default", council=council.code, reserves=held, floor=round(floor.value * held), balances_by="reserves eligibility charging", least_eligibility=least.value))  # fmt: skip
    return made
