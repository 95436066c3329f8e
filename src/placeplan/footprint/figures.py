"""The published figures of all England by code, each asked of the shelf once; the footprints are cut out of them later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from placeplan.footprint.judged import BASE_YEAR
from placeplan.footprint.shelf import Shelf
from placeplan.series.plan_rows import before

FIRST, LAST = "2016-04", "2017-03"
"""First and last month of the base year."""
MONTHS, QUARTERS = 12, 4
MAR = {
    "emergency_admission": "non-elective admissions", "elective_admission": "elective admissions with a night",
    "day_case": "day cases", "outpatient_first": "first outpatient attendances",
}  # fmt: skip
"""Pod → what the Monthly Activity Return calls it."""
REPEATS = {"day_case": "planned repeats by day", "elective_admission": "planned repeats with a night"}
"""Pod → what the return calls those of them that are planned repeats."""
NAMED = ("providers", "footprint_partners", "trust_systems", "ods_sites", "workforce", "mar")
"""Layouts that say names of trusts, the best first."""


class Counted(NamedTuple):
    """A figure of a year, and how many of its months or quarters there are."""

    value: float
    parts: int


@dataclass(frozen=True)
class Accounts:
    """A trust's operating income and cost and its position, £."""

    income: float
    cost: float
    position: float

    @property
    def financing(self) -> float:
        """What lies between the operating result and the position, £; negative: it adds to it."""
        return self.income - self.cost - self.position


class Figures:
    """What a shelf says, by code."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → name."""
        found: dict[str, str] = {}
        for layout in reversed(NAMED):
            for code, name in self.shelf.ask(layout, "select code, any_value(name) from tidy where name <> '' and length(code) = 3 group by 1"):  # fmt: skip
                found[code] = _name(name)
        return found

    @cached_property
    def kinds(self) -> dict[str, tuple[str, bool]]:
        """Trust → kind as it was published, and whether it is a specialist one."""
        rows = self.shelf.ask("providers", "select code, any_value(text) filter (measure = 'type'), any_value(text) filter (measure = 'specialist') from tidy group by 1")  # fmt: skip
        return {code: (str(kind or ""), str(special).lower() == "true") for code, kind, special in rows}

    @cached_property
    def successors(self) -> dict[str, list[str]]:
        """Organisation → those that took it over, the first first."""
        found: dict[str, list[str]] = defaultdict(list)
        rows = self.shelf.ask(
            "successors", "select code, other from tidy where length(code) = 3 and length(other) = 3 order by period"
        )
        for old, new in rows:
            if old != new:
                found[old].append(new)
        return dict(found)

    @cached_property
    def present(self) -> frozenset[str]:
        """Trusts that there were in the base year: those with accounts; without any accounts those with care or beds."""
        return frozenset(self.accounts) or frozenset(c for c, _ in (*self.activity, *self.doors, *self.beds))

    def heirs(self, code: str) -> list[str]:
        """A code and those that came after it, one after the other."""
        found = [code]
        for one in found:
            found += [n for n in self.successors.get(one, ()) if n not in found]
        return found

    @cached_property
    def activity(self) -> dict[tuple[str, str], Counted]:
        """Activity of the base year by trust and pod: sum of the months that are there, and how many."""
        return self._of_return(MAR)

    @cached_property
    def repeats(self) -> dict[tuple[str, str], Counted]:
        """Planned repeats of the base year by trust and pod."""
        return self._of_return(REPEATS)

    def _of_return(self, names: Mapping[str, str]) -> dict[tuple[str, str], Counted]:
        pods = {measure: pod for pod, measure in names.items()}
        query = "select code, measure, period, sum(value) from tidy where period between ? and ? and measure in (select unnest(?)) group by 1, 2, 3"
        rows = self.shelf.ask("mar", query, FIRST, LAST, list(pods))
        return _year(((c, pods[m]), period, v) for c, m, period, v in rows)

    @cached_property
    def months(self) -> dict[tuple[str, str], dict[str, float]]:
        """Activity of 2013/14 to the base year by trust and pod, month by month."""
        pods = {measure: pod for pod, measure in MAR.items()}
        query = "select code, measure, period, sum(value) from tidy where period between '2013-04' and ? and measure in (select unnest(?)) group by 1, 2, 3"
        return _nested(((c, pods[m]), p, v) for c, m, p, v in self.shelf.ask("mar", query, LAST, list(pods)))

    @cached_property
    def doors(self) -> dict[tuple[str, str], Counted]:
        """A&E attendances of the base year by trust and pod."""
        query = "select code, case when \"of\" = 'type 1' then 'ae_type1' else 'ae_other' end, period, sum(value) from tidy where measure = 'attendances' and period between ? and ? group by 1, 2, 3"
        rows = self.shelf.ask("ae_by_type", query, FIRST, LAST)
        return _year(((c, pod), period, v) for c, pod, period, v in rows)

    @cached_property
    def months_of_doors(self) -> frozenset[str]:
        """Months of the base year of which there are A&E attendances of anybody."""
        query = "select distinct period from tidy where measure = 'attendances' and period between ? and ?"
        return frozenset(period for (period,) in self.shelf.ask("ae_by_type", query, FIRST, LAST))

    @cached_property
    def door_months(self) -> dict[tuple[str, str], dict[str, float]]:
        """A&E attendances, type 1, of the base year by trust, month by month."""
        query = "select code, 'ae_type1', period, sum(value) from tidy where measure = 'attendances' and \"of\" = 'type 1' and period between ? and ? group by 1, 2, 3"
        rows = self.shelf.ask("ae_by_type", query, FIRST, LAST)
        return _nested(((c, pod), p, v) for c, pod, p, v in rows)

    @cached_property
    def beds(self) -> dict[tuple[str, str], dict[str, tuple[float, float]]]:
        """Beds available and occupied by trust and group of wards, quarter by quarter of the base year."""
        query = """select code, "of", period, any_value(value) filter (measure = 'available'),
            any_value(value) filter (measure = 'occupied') from tidy where starts_with(period, ?) group by 1, 2, 3"""
        rows = self.shelf.ask("kh03_totals", query, BASE_YEAR)
        return _nested(((c, g), q[-2:], (float(a), float(b))) for c, g, q, a, b in rows if a is not None and b is not None)  # fmt: skip

    @cached_property
    def accounts(self) -> dict[str, Accounts]:
        """Accounts of the base year by trust."""
        return self._accounts(BASE_YEAR)

    @cached_property
    def accounts_before(self) -> dict[str, Accounts]:
        """Accounts of the year before, which tell what is unusual in the base year."""
        return self._accounts(before(BASE_YEAR))

    def _accounts(self, year: str) -> dict[str, Accounts]:
        query = "select code, any_value(value) filter (measure = 'operating income'), any_value(value) filter (measure = 'operating cost'), any_value(value) filter (measure = 'position') from tidy where period = ? group by 1"
        rows = self.shelf.ask("trust_finance", query, year)
        return {c: Accounts(float(i), float(k), float(p)) for c, i, k, p in rows if None not in (i, k, p) and i > 0}

    @cached_property
    def admitted(self) -> dict[str, dict[str, float]]:
        """HES provider tables of the base year: ``admissions``, and episodes by age band."""
        query = """select code, case when measure = 'admissions' then measure else age end, value from tidy
            where period = ? and (measure = 'admissions' and sex = '' or age <> '')"""
        return _nested((c, what, float(v)) for c, what, v in self.shelf.ask("inpatients_by_age", query, BASE_YEAR))

    @cached_property
    def episodes_for_each(self) -> dict[int, tuple[float, float]]:
        """England 2018/19 by first year of the age band: finished episodes and admissions."""
        query = "select age, measure, sum(value) from tidy where period between '2018-04' and '2019-03' and measure in ('finished episodes', 'admissions') and age <> 'unknown' group by 1, 2"
        found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for age, measure, value in self.shelf.ask("hes_ages", query):
            found[int(age.split("-")[0].rstrip("+"))][measure] += float(value)
        return {start: (f["finished episodes"], f["admissions"]) for start, f in sorted(found.items())}

    def lists(self, year: str) -> dict[str, tuple[float, float]]:
        """People on a list at the end of a financial year and the share within 18 weeks, by trust."""
        query = "select code, any_value(value) filter (measure = 'waiting'), any_value(value) filter (\"of\" = 'share') from tidy where period = ? group by 1"
        rows = self.shelf.ask("rtt_list", query, year)
        return {c: (float(n), float(share)) for c, n, share in rows if n is not None and share is not None}

    @cached_property
    def lists_before(self) -> dict[str, tuple[float, float]]:
        """Lists as the base year began."""
        return self.lists(before(BASE_YEAR))

    @cached_property
    def staff(self) -> dict[str, dict[str, float]]:
        """Whole-time equivalents in post in September 2017 by trust and group of the return."""
        query = "select code, \"of\", sum(value) from tidy where period = '2017-09' group by 1, 2"
        return _nested((c, g, float(v)) for c, g, v in self.shelf.ask("workforce", query))

    @cached_property
    def admissions(self) -> dict[str, dict[str, float]]:
        """Admissions by provider and council of residence (behaves like emergencies of about 2017/18)."""
        query = "select code, other, sum(value) from tidy group by 1, 2"
        return _nested((p, a, float(v)) for p, a, v in self.shelf.ask("admissions_by_council", query))

    @cached_property
    def catchments(self) -> dict[str, dict[str, float]]:
        """Share of a district's admissions by district and trust, about 2019."""
        query = "select other, code, sum(value) from tidy where measure = 'share of the district''s admissions' group by 1, 2"
        return _nested((a, p, float(v)) for a, p, v in self.shelf.ask("catchments", query))

    @cached_property
    def partners(self) -> dict[int, list[str]]:
        """Trusts among a footprint's partners, by its number."""
        query = "select any_value(value) filter (measure = 'footprint'), code from tidy group by code, other having any_value(text) filter (measure = 'partner') = 'nhs_trust' order by 2"
        found: dict[int, list[str]] = defaultdict(list)
        for number, code in self.shelf.ask("footprint_partners", query):
            found[int(number)].append(code)
        return dict(found)

    @cached_property
    def acute_of(self) -> dict[str, str]:
        """Acute trust of 2018 → ONS code of its footprint."""
        return dict(self.shelf.ask("trust_systems", "select code, other from tidy where other <> ''"))

    @cached_property
    def groups(self) -> dict[int, dict[str, str]]:
        """Footprint → code (ODS; ONS where it has none) and name of each clinical commissioning group that is counted there."""
        query = "select any_value(value) filter (measure = 'footprint'), coalesce(any_value(text) filter (measure = 'ODS code' and text <> ''), code), any_value(name) from tidy group by code, other having lower(any_value(text) filter (measure = 'primary')) = 'true' order by 2"
        found: dict[int, dict[str, str]] = defaultdict(dict)
        for number, ods, name in self.shelf.ask("footprint_groups", query):
            found[int(number)][ods] = name
        return dict(found)


def _year(rows: Iterable[tuple[tuple[str, str], str, float]]) -> dict[tuple[str, str], Counted]:
    """Figures of months, which may stand in files of their own, as a year; of a month that two files say the last counts."""
    months: dict[tuple[str, str], dict[str, float]] = {}
    for key, period, value in rows:
        months.setdefault(key, {})[period] = float(value)
    return {key: Counted(sum(found.values()), len(found)) for key, found in months.items()}


def _nested(rows: Iterable[tuple[object, object, object]]) -> dict:  # type: ignore[type-arg]
    """Rows of key, further key and value as a dict of dicts."""
    found: dict[object, dict[object, object]] = {}
    for key, further, value in rows:
        found.setdefault(key, {})[further] = value
    return found


def _name(written: str) -> str:
    """A name as people write it; those in capitals are given small letters.

    >>> _name("UNITED LINCOLNSHIRE HOSPITALS NHS TRUST"), _name("BIRMINGHAM WOMEN'S NHS FT"), _name("The Royal NHS FT ")
    ('United Lincolnshire Hospitals NHS Trust', "Birmingham Women's NHS Ft", 'The Royal NHS FT')
    """
    name = " ".join(written.split())
    if name != name.upper():
        return name
    small = ("and", "of", "for", "the", "in")
    words = [w if w in small else "NHS" if w == "nhs" else w.capitalize() for w in name.lower().split()]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])
