"""A trace as people read it: figures with their unit, and what lies between them over futures."""

from __future__ import annotations


def figure(value: float, unit: str) -> str:
    """A number as people read it, with its unit: whole pounds and contacts, small ones to four digits.

    >>> figure(-12782400.4, "£"), figure(20433.9, "contacts"), figure(0.00437726, "share a year")
    ('−£12,782,400', '20,434 contacts', '0.004377 share a year')
    >>> figure(0.4, "share of futures")
    '40% of futures'
    """
    if unit == "share of futures":
        return f"{value:.0%} of futures"
    sign = "−" if value < 0 else ""
    size = f"{abs(value):,.0f}" if abs(value) >= 100 or unit.startswith("£") else f"{abs(value):.4g}"
    if unit.startswith("£"):
        return f"{sign}£{size}{unit[1:]}"
    return f"{sign}{size} {unit}".strip()


def spread(low: float | None, high: float | None, unit: str) -> str:
    """What 4 in 5 futures lie between; blank where there is one figure.

    >>> spread(1200.0, 1300.0, "£"), spread(0.5, 0.5, "share"), spread(None, None, "")
    ('£1,200 to £1,300', '', '')
    """
    if low is None or high is None or low == high:
        return ""
    return " to ".join(figure(v, "£" if unit.startswith("£") else "") for v in (low, high))
