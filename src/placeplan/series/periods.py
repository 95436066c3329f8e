"""When a figure is of: days, months, quarters and years as publishers write them, brought into one form."""

from __future__ import annotations

import re
from calendar import monthrange

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = "january|february|march|april|may|june|july|august|september|october|november|december|" + "|".join(MONTHS) + "|sept"  # fmt: skip
_STYLES: tuple[tuple[str, str], ...] = (
    ("2016-04-30", r"(?P<y>\d{4})-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?(?:[ T][\d:.]+)?"),
    ("30/04/2016", r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4}|\d{2})(?: [\d:]+)?"),
    ("20160430", r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})"),
    ("30APR2016", rf"(?P<d>\d{{1,2}})[- ]?(?P<n>{_NAMES})[- ]?(?P<y>\d{{4}}|\d{{2}})"),
    ("2016-APR", rf"(?P<y>\d{{4}})[- ](?P<n>{_NAMES})"),
    ("April 2016", rf"(?:.*[-_ ])?(?P<n>{_NAMES})[-_ ]?(?P<y>\d{{4}}|\d{{2}})"),
)
"""How days and months are written: an example, and the pattern."""
_FINANCIAL = re.compile(r"(?:FY ?)?(\d{4})\s?[-/–_]\s?(\d{2}|\d{4})")
_MONTH_OF = re.compile(rf"(\d{{4}})\s?[-/–_]\s?(\d{{2}}|\d{{4}})\s+({_NAMES})", re.IGNORECASE)
"""A month beside its financial year: 2016-17 May."""
_QUARTER = re.compile(r"(\d{4})\s?[-/–_]\s?(\d{2}|\d{4})\s*,?\s*Q(?:uarter )?\s?([1-4])", re.IGNORECASE)


def read_period(text: str, kind: str) -> tuple[str, str]:
    """A period in the project's form, and an example of the style it was written in; ("", "") where it is none.

    Days are ``2016-04-30``, months ``2016-04``, quarters ``2016/17 Q1``, financial years ``2016/17``, calendar years ``2016``.
    Days come before months, as in England: ``04/13/2016`` is no day.

    >>> [read_period(t, "month")[0] for t in ("2016-04-01", "30/04/2016", "MSitAE-APRIL-2016", "2016-APR", "Apr-16")]
    ['2016-04', '2016-04', '2016-04', '2016-04', '2016-04']
    >>> read_period("2016-17 Q1", "quarter")[0], read_period("2017", "year_ends")[0], read_period("04/13/2016", "day")
    ('2016/17 Q1', '2016/17', ('', ''))
    >>> read_period("29/02/2016", "day")[0], read_period("29/02/2017", "day")[0]
    ('2016-02-29', '')
    """
    text = text.strip()
    beside = _MONTH_OF.fullmatch(text)
    if beside and kind in ("month", "quarter"):
        return _beside(financial_year(beside[1], beside[2]), beside[3], kind), "2016-17 May"
    if kind == "quarter":
        quarter = _QUARTER.fullmatch(text)
        year = financial_year(quarter[1], quarter[2]) if quarter else ""
        return (f"{year} Q{quarter[3]}", "2016-17 Q1") if quarter and year else ("", "")
    if kind in ("financial_year", "year_begins", "year_ends", "year"):
        return _year(text, kind)
    for style, pattern in _STYLES:
        found = re.fullmatch(pattern, text, re.IGNORECASE)
        if found:
            day = _day(found.groupdict(), kind)
            return (day, style) if day else ("", "")
    return "", ""


def _beside(year: str, name: str, kind: str) -> str:
    """A month of a financial year, or the quarter that ends with it.

    >>> _beside("2016/17", "March", "month"), _beside("2016/17", "June", "quarter"), _beside("2016/17", "May", "quarter")
    ('2017-03', '2016/17 Q1', '')
    """
    month = MONTHS.index(name.lower()[:3]) + 1
    if kind == "quarter":
        ends = {6: "Q1", 9: "Q2", 12: "Q3", 3: "Q4"}
        return f"{year} {ends[month]}" if year and month in ends else ""
    return f"{int(year[:4]) + (month < 4)}-{month:02d}" if year else ""


def _day(parts: dict[str, str | None], kind: str) -> str:
    year = int(parts["y"] or 0)
    year += 2000 if year < 100 else 0
    name = (parts.get("n") or "").lower()[:3]
    month = MONTHS.index(name) + 1 if name else int(parts.get("m") or 0)
    day = int(parts.get("d") or 0)
    if not 1 <= month <= 12 or not year or day > monthrange(year, month)[1] or (kind == "day" and not day):
        return ""
    return f"{year:04d}-{month:02d}-{day:02d}" if kind == "day" else f"{year:04d}-{month:02d}"


def _year(text: str, kind: str) -> tuple[str, str]:
    financial = _FINANCIAL.fullmatch(text)
    if financial and kind != "year":
        return financial_year(financial[1], financial[2]), "2016-17"
    single = re.fullmatch(r"(\d{4})(?:\.0)?", text)
    if not single or kind == "financial_year":
        return "", ""
    year = int(single[1])
    if kind == "year":
        return str(year), "2016"
    start = year if kind == "year_begins" else year - 1
    return f"{start}/{(start + 1) % 100:02d}", "2016"


def financial_year(begins: str, ends: str) -> str:
    """A financial year from its two calendar years; "" where they do not follow each other.

    >>> financial_year("2016", "17"), financial_year("1999", "2000"), financial_year("2016", "18")
    ('2016/17', '1999/00', '')
    """
    return f"{begins}/{ends[-2:]}" if (int(begins) + 1) % 100 == int(ends[-2:]) else ""


def year_of(period: str) -> str:
    """Financial year in which a day, month or quarter lies, or the financial year itself; a calendar year stays.

    >>> year_of("2017-03"), year_of("2016-04-30"), year_of("2016/17 Q4"), year_of("2016")
    ('2016/17', '2016/17', '2016/17', '2016')
    """
    if "/" in period or len(period) == 4:
        return period[:7]
    start = int(period[:4]) - (period[5:7] < "04")
    return f"{start}/{(start + 1) % 100:02d}"


def read_age(text: str) -> str:
    """An age or band of ages as the plan writes it; "" where it is none.

    >>> read_age("01. 0 - 4"), read_age("23. 90+"), read_age("15"), read_age("04. 15"), read_age("24. unknown"), read_age("old")
    ('0-4', '90+', '15', '15', 'unknown', '')
    """
    bare = re.sub(r"^\d+\.\s+", "", text.strip())
    if re.fullmatch(r"unknown|not known|all ages|all", bare, re.IGNORECASE):
        return "unknown" if "known" in bare.lower() else "all"
    band = re.fullmatch(r"(?:age[d ]*)?(\d{1,3})(?:\.0)?\s*(?:(?:-|–|to)\s*(\d{1,3})|(\+|and over|plus))?", bare, re.IGNORECASE)  # fmt: skip
    if not band:
        return ""
    return f"{band[1]}-{band[2]}" if band[2] else f"{band[1]}+" if band[3] else band[1]


def read_sex(text: str) -> str:
    """F, M or ``all``; "" where it is neither.

    >>> read_sex("Females"), read_sex("1"), read_sex("Persons"), read_sex("x")
    ('F', 'M', 'all', '')
    """
    word = text.strip().lower()
    known = {"f": "F", "female": "F", "females": "F", "2": "F", "m": "M", "male": "M", "males": "M", "1": "M"}
    return known.get(word, "all" if word in ("all", "persons", "people", "total") else "")
