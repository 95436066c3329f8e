"""Numbers in the sentences of findings: whole percentages, £m, natural frequencies, never more exact than they are."""

from __future__ import annotations

MINUS = "−"
MANY = 1000
"""From so many futures on, shares are told to the nearest one in a hundred; below it to the nearest five."""


def hundred(share: float, futures: int) -> str:
    """A share of futures as a natural frequency.

    >>> hundred(0.694, 1000), hundred(0.694, 200), hundred(1.0, 1000), hundred(0.0, 200)
    ('69 of 100', '70 of 100', 'all of 100', 'none of 100')
    >>> hundred(0.999, 1000), hundred(0.004, 200)
    ('more than 99 of 100', 'fewer than 5 of 100')
    """
    if share <= 0:
        return "none of 100"
    if share >= 1:
        return "all of 100"
    step = 1 if futures >= MANY else 5
    shown = round(share * 100 / step) * step
    if shown < step:
        return f"fewer than {step} of 100"
    return f"more than {100 - step} of 100" if shown > 100 - step else f"{shown} of 100"


def futures_that_break(part: float, breaking: float, futures: int) -> str:
    """In how many futures, and how many break at all, both out of a hundred: In 54 of 100 futures; 69 break.

    Where nearly all break, they are all futures as far as the rounding can tell.

    >>> futures_that_break(0.54, 0.69, 1000), futures_that_break(0.31, 0.31, 200), futures_that_break(1.0, 1.0, 200)
    ('In 54 of 100 futures; 69 break', 'In 30 of 100 futures: all that break', 'In all 100 futures, as all break')
    >>> futures_that_break(0.93, 1.0, 200), futures_that_break(0.99, 0.99, 200)
    ('In 95 of 100 futures', 'In more than 95 of 100 futures')
    """
    step = 1 if futures >= MANY else 5
    whole, some = (round(s * 100 / step) * step for s in (breaking, part))
    if part >= breaking >= 1:
        return "In all 100 futures, as all break"
    if part >= breaking and whole < 100:
        return f"In {max(whole, step)} of 100 futures: all that break"
    if whole >= 100:
        return f"In {hundred(part, futures)} futures"
    whole = max(whole, 2 * step)
    return f"In {min(max(some, step), whole - step)} of 100 futures; {whole} break"


def pounds(amount: float) -> str:
    """Money: £m without decimals from 10 on, £ thousand below half a million.

    >>> pounds(142e6), pounds(-4.25e6), pounds(120e3), pounds(0), pounds(9.97e6), pounds(1.2e9)
    ('£142m', '−£4.2m', '£0.1m', '£0m', '£10m', '£1,200m')
    >>> pounds(37.46e6), pounds(-1e3)  # rounded once, and nought has no sign
    ('£37m', '£0m')
    """
    m = abs(amount) / 1e6
    shown = (f"{m:.1f}" if m < 9.95 else f"{m:,.0f}").removesuffix(".0")
    return f"{MINUS if amount < 0 and shown != '0' else ''}£{shown}m"


def pounds_apart(one: float, other: float) -> tuple[str, str]:
    """Two amounts as exact as it takes to tell them apart, and no amount as nought that is not.

    >>> pounds_apart(4.5e6, 3e6), pounds_apart(64e3, 58e3), pounds_apart(20e3, 0.0), pounds_apart(3e6, 3e6)
    (('£4.5m', '£3m'), ('£64,000', '£58,000'), ('£20,000', '£0'), ('£3m', '£3m'))
    """
    alike = pounds(one) == pounds(other) and round(one, -3) != round(other, -3)

    def shown(value: float) -> str:
        fine = alike or (pounds(value) == "£0m" and abs(value) >= 500)
        return f"{MINUS if value < 0 else ''}£{abs(round(value, -3)):,.0f}" if fine else pounds(value)

    return shown(one), shown(other)


def number(value: float, unit: str) -> str:
    """A value with its unit, as short as it can be.

    >>> number(0.024, "share a year"), number(12.04, "months"), number(2.5e6, "£ a year"), number(0.75, "ratio")
    ('2.4%', '12', '£2.5m', '0.75')
    """
    if unit.startswith("£"):
        return pounds(value) if abs(value) >= 1e5 else f"{MINUS if value < 0 else ''}£{abs(value):,.0f}"
    if unit.startswith(("share", "probability")):
        return f"{_short(value * 100)}%"
    return _short(value)


def amount(value: float, unit: str) -> str:
    """A value inside a sentence, with what it is a share or a number of.

    >>> amount(0.05, "share of days"), amount(0.92, "share of beds open, mean of midnights"), amount(74130, "contacts a month")
    ('5% of days', '92% of beds open', '74,130 contacts')
    >>> amount(-3e6, "£ a month"), amount(0.1, "share")
    ('−£3m', '10%')
    """
    noun = unit.partition(",")[0].partition(" a month")[0]
    if unit.startswith("£"):
        return number(value, unit)
    if unit.startswith("share"):
        return f"{number(value, unit)}{noun.removeprefix('share')}"
    return f"{number(value, unit)} {noun}".rstrip()


def lower_first(text: str) -> str:
    """A name inside a sentence: its first letter small, unless it is an abbreviation.

    >>> lower_first("Deficit within the limit"), lower_first("NHS money"), lower_first("A&E within four hours")
    ('deficit within the limit', 'NHS money', 'A&E within four hours')
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def upper_first(text: str) -> str:
    """A sentence's first letter."""
    return text[:1].upper() + text[1:]


def joined(parts: list[str]) -> str:
    """Names in a row.

    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _short(value: float) -> str:
    """Three figures at most, no trailing noughts, a real minus sign."""
    size = abs(value)
    text = f"{size:,.0f}" if size >= 100 else f"{size:.1f}" if size >= 10 else f"{size:.2f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return (MINUS if value < 0 and text.strip("0.") else "") + text
