"""Numbers as people read them: shares, money, dates. Rules: no false precision, no certainty from few futures."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

MINUS: Final = "−"
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FEW: Final = 1000
"""Below this many futures shares are rounded to 5 in 100."""


def step(futures: int) -> int:
    """Percentage points to which shares are rounded.

    >>> step(1000), step(200)
    (1, 5)
    """
    return 1 if futures >= FEW else 5


def percent(p: float, futures: int) -> str:
    """A share of futures, never shown as certain.

    >>> percent(0.462, 1000), percent(0.462, 200), percent(0.0, 200), percent(1.0, 200), percent(1.0, 1000)
    ('46%', '45%', 'under 5%', 'over 95%', 'over 99%')
    """
    by = step(futures)
    shown = _nearest(p * 100, by)
    if shown < by:
        return f"under {by}%"
    if shown > 100 - by:
        return f"over {100 - by}%"
    return f"{shown}%"


def percent_beside(p: float, futures: int, *lines: float) -> str:
    """A share of futures whose mark depends on which side of a line it lies, where rounding would hide that.

    >>> percent_beside(0.49, 200, 0.5), percent_beside(0.51, 200, 0.5), percent_beside(0.5, 200, 0.5)
    ('just under 50%', 'just over 50%', '50%')
    >>> percent_beside(0.49, 1000, 0.5), percent_beside(0.01, 200, 0.5)
    ('49%', 'under 5%')

    At the ends of the scale “over” and “under” mean all that lies beyond, as they do without a line.

    >>> percent_beside(0.97, 200, 0.95), percent_beside(0.94, 200, 0.95)
    ('over 95%', 'just under 95%')
    """
    said = percent(p, futures)
    line = next((line for line in lines if said == f"{_plain(line * 100, 1)}%" and p != line), None)
    if line is None:
        return said
    by = step(futures) / 100
    ends = line + by >= 1 if p > line else line <= by
    return f"{'' if ends else 'just '}{'under' if p < line else 'over'} {said}"


def percent_short(said: str) -> str:
    """A share of futures, as it is said, for a small cell.

    >>> percent_short("under 5%"), percent_short("over 99%"), percent_short("just under 50%")
    ('<5%', '>99%', '<50%')
    """
    return said.removeprefix("just ").replace("under ", "<").replace("over ", ">")


def percent_range(low: float, high: float, futures: int) -> str:
    """An interval of shares, rounded outwards.

    >>> percent_range(0.431, 0.488, 1000), percent_range(0.43, 0.57, 200), percent_range(0.981, 0.999, 200)
    ('43% to 49%', '40% to 60%', 'over 95%')
    """
    by = step(futures)
    lower = int(low * 100 // by) * by
    upper = -int(-high * 100 // by) * by
    if lower >= 100 - by:
        return f"over {100 - by}%"
    if upper <= by:
        return f"under {by}%"
    first = f"under {by}%" if lower < by else f"{lower}%"
    last = f"over {100 - by}%" if upper > 100 - by else f"{upper}%"
    return f"{first} to {last}"


def share(p: float, futures: int) -> str:
    """A share of something other than chance, which may be nothing or less.

    >>> share(0.463, 1000), share(0.463, 200), share(-0.021, 1000), share(0.0, 1000)
    ('46%', '45%', '−2%', '0%')
    """
    shown = _nearest(abs(p) * 100, step(futures))
    return f"{MINUS if p < 0 and shown else ''}{shown}%"


def asks(p: float) -> str:
    """The probability that a promise asks for.

    >>> asks(0.8), asks(0.975)
    ('80%', '97.5%')
    """
    return f"{_plain(p * 100, 1)}%"


def of_hundred(p: float, futures: int) -> str:
    """A natural frequency.

    >>> of_hundred(0.694, 1000), of_hundred(0.694, 100), of_hundred(0, 1000)
    ('69 of 100', '70 of 100', 'fewer than 1 of 100')
    """
    said = percent(p, futures).rstrip("%")
    return f"{said.replace('under', 'fewer than').replace('over', 'more than')} of 100"


def money(pounds: float) -> str:
    """£m: none after the point from 10 up, one below.

    >>> money(40.4e6), money(6.23e6), money(-27e6), money(9.96e6), money(0), money(1.24e9)
    ('£40m', '£6.2m', '−£27m', '£10m', '£0m', '£1,240m')
    """
    millions = abs(pounds) / 1e6
    shown = f"{millions:.1f}" if millions < 9.95 else f"{millions:,.0f}"
    shown = shown.removesuffix(".0")
    return f"{MINUS if pounds < 0 and shown != '0' else ''}£{shown}m"


def money_range(low: float, high: float) -> str:
    """A range of money.

    >>> money_range(13e6, 67e6), money_range(-2e6, 4.5e6)
    ('£13m to £67m', '−£2m to £4.5m')
    """
    first, last = money(low), money(high)
    return first if first == last else f"{first} to {last}"


def gap(pounds: float) -> str:
    """A position in words.

    >>> gap(-40e6), gap(3e6), gap(0)
    ('a gap of £40m', 'a surplus of £3m', 'balance')
    """
    if money(abs(pounds)) == "£0m":
        return "balance"
    return f"a {'gap' if pounds < 0 else 'surplus'} of {money(abs(pounds))}"


def number(value: float) -> str:
    """A plain number with three digits that count, thousands apart.

    >>> number(-1234.5), number(0.9234), number(58000), number(12.0), number(0)
    ('−1,234', '0.923', '58,000', '12', '0')
    """
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return _plain(value, places)


def amount(value: float, unit: str) -> str:
    """A figure with its unit.

    >>> amount(0.923, "share"), amount(41e6, "£"), amount(1810, "beds"), amount(-0.012, "points")
    ('92.3%', '£41m', '1,810 beds', '−1.2 points')
    """
    if is_share(unit):
        return f"{_plain(value * 100, 1)}%"
    if unit == "points":
        return f"{_plain(value * 100, 1)} points"
    if unit.startswith("£"):
        return money(value if "m" not in unit else value * 1e6)
    return f"{number(value)} {unit}".rstrip()


def is_share(unit: str) -> bool:
    """Whether a unit is a share between 0 and 1, to be shown in per cent.

    >>> is_share("share"), is_share("share of days"), is_share("beds")
    (True, True, False)
    """
    return unit.split(" ", maxsplit=1)[0] in {"share", "probability"}


def set_name(text: str) -> str:
    """The name of a set of assumptions as people write it.

    >>> set_name("as-it-turned-out"), set_name("")
    ('as it turned out', '')
    """
    return re.sub(r"[-_]+", " ", text).strip()


def month(text: str) -> str:
    """A month in words.

    >>> month("2028-04"), month("soon")
    ('April 2028', 'soon')
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    return f"{MONTHS[int(found[2]) - 1]} {found[1]}" if found else text


def day(text: str) -> str:
    """A date in words.

    >>> day("2026-09-30"), day("2026-09"), day("")
    ('30 September 2026', 'September 2026', 'not given')
    """
    try:
        when = date.fromisoformat(text)
    except ValueError:
        return month(text) or "not given"
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def short_year(year: str) -> str:
    """A financial year for an axis.

    >>> short_year("2028/29")
    '28/29'
    """
    return year[2:] if re.fullmatch(r"\d{4}/\d{2}", year) else year


def listed(items: list[str]) -> str:
    """Items in one sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def count(n: int, one: str, many: str = "") -> str:
    """A number of things.

    >>> count(1, "promise"), count(1200, "future")
    ('1 promise', '1,200 futures')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def sentence_case(text: str) -> str:
    """The first letter large, the others as they are.

    >>> sentence_case("no GP data")
    'No GP data'
    """
    return text[:1].upper() + text[1:]


def short_digest(digest: str) -> str:
    """The ends of a digest.

    >>> short_digest("a41c00000000009e")
    'a41c…9e'
    """
    return f"{digest[:4]}…{digest[-2:]}" if len(digest) > 8 else digest


def _nearest(value: float, by: int) -> int:
    return int(value / by + 0.5) * by


def _plain(value: float, places: int) -> str:
    shown = f"{abs(value):,.{places}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return f"{MINUS if value < 0 and shown != '0' else ''}{shown}"


def plain(text: str) -> str:
    """Text without the marks of code.

    >>> plain("fitted to beds (`fitted_nights`)")
    'fitted to beds (fitted_nights)'
    """
    return text.replace("`", "")
