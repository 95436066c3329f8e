"""A usable row as one whole number, so that engines compare, keep and count rows in the same way to the last bit."""

from __future__ import annotations

from typing import Any

BITS: dict[str, int] = {"at": 9, "stay": 15, "pod": 6, "site": 9, "area": 14, "sex": 2, "age": 6}
"""Bits of each part, from the top; 61 in all, so that the number stays positive in 64 bits.

at: day of the year from 1, 0 before it; stay: midnights, days or days waited, `OPEN` where no end is known; the others are
positions in `Place`, sex 0 not known, 1 women, 2 men.
"""
OPEN = (1 << BITS["stay"]) - 1
"""Stay of care whose end is not known."""
SHIFT: dict[str, int] = {name: sum(list(BITS.values())[n + 1 :]) for n, name in enumerate(BITS)}


def pack(parts: dict[str, Any]) -> Any:
    """All parts by name as one number: ``Σ part × 2^shift``; parts: numbers or columns of 64 bits.

    >>> row = pack({"at": 1, "stay": 3, "pod": 2, "site": 0, "area": 5, "sex": 1, "age": 18})
    >>> [part(row, name) for name in BITS]
    [1, 3, 2, 0, 5, 1, 18]
    """
    return sum(parts[name] * (1 << SHIFT[name]) for name in BITS)


def part(row: Any, name: str) -> Any:
    """One part of a packed row: its bits, shifted down."""
    return (row >> SHIFT[name]) & ((1 << BITS[name]) - 1)
