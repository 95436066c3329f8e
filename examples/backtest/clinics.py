"""How far clinics followed what was asked of them, at trusts outside the four places: where `contacts.follow` comes from.

What was asked for is not published. It is what was given, what the list grew by, and who left the list beyond those who
always do; so it hangs on the library's share of a list that leaves it in a month.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from published import Published

Years = Mapping[int, float]
FIRST, LAST = 2012, 2016
LEAST = 20_000
"""First attendances a year of fewer are not looked at."""
JUMPS = {"given": 0.3, "listed": 0.5}
"""Yearly changes (log) from which somebody counts otherwise than before; such trusts are left out."""
GROWN = 0.12
"""Growth of what was asked for in four years from which a ratio to it tells something."""
AGO = (5.5 / 12, 6.5 / 12)
"""What the twelve months before a month hold of its own year and of the year before, on average over a year."""


def asked(given: Years, listed: Years, leaving: float) -> dict[int, float]:
    """People asked for by year: ``(given + list − list before + leaving × mean list) / (1 + leaving × first list / first given)``.

    given: first attendances; listed: people on the list at the year's end; leaving: share of a list that leaves it in a
    year, of whom as many are always part of those who come as in the first year.

    >>> asked({2012: 1000.0, 2013: 1000.0}, {2012: 100.0, 2013: 150.0}, 0.0)
    {2012: 1000.0, 2013: 1050.0}
    """
    first = min(given)
    usual = leaving * listed[first] / given[first]
    found = {first: given[first]}
    for year in range(first + 1, max(given) + 1):
        mean = (listed[year] + listed[year - 1]) / 2
        found[year] = (given[year] + listed[year] - listed[year - 1] + leaving * mean) / (1 + usual)
    return found


def growth(given: Years, listed: Years, leaving: float) -> tuple[float, float]:
    """Growth over all years of what was given, and of what the twelve months before each month had asked for, as shares."""
    known = asked(given, listed, leaving)
    first, last = min(given), max(given)
    ago = AGO[0] * known[last] + AGO[1] * known[last - 1]
    return given[last] / given[first] - 1, ago / known[first] - 1


def steady(years: Years, most: float) -> bool:
    """Whether no year differs from the one before by more than a change of the logarithm."""
    return all(abs(math.log(years[y + 1] / years[y])) <= most for y in range(FIRST, LAST))


def together(trusts: Iterable[Years]) -> dict[int, float]:
    """The sum of trusts, by year."""
    found: dict[int, float] = {}
    for own in trusts:
        for year, number in own.items():
            found[year] = found.get(year, 0.0) + number
    return found


def lists(folder: Path) -> dict[str, dict[int, float]]:
    """People on the list of each trust at the end of March, by the year that ends then."""
    file = (folder / "hospital_trust_panel_2009_2018/rtt.csv").as_posix()
    found: dict[str, dict[int, float]] = {}
    for code, year, total in duckdb.sql(f"select ORG_CODE, YEAR, N_TOTAL from '{file}' where N_TOTAL > 0").fetchall():
        found.setdefault(str(code), {})[int(year)] = float(total)
    return found


def rows(folder: Path, data: Published, leaving: float) -> list[tuple[str, int, float, float, float]]:
    """What is found: name, how many trusts, 10th, 50th and 90th percentile."""
    listed, span = lists(folder), range(FIRST, LAST + 1)
    known: list[tuple[Years, Years]] = []
    for trust in data.codes:
        given, own = data.years("outpatient_first", trust), listed.get(trust, {})
        if all(given.get(y, 0.0) >= LEAST and own.get(y) for y in span):
            pair = ({y: given[y] for y in span}, {y: own[y] for y in span})
            known += [pair] if steady(pair[0], JUMPS["given"]) and steady(pair[1], JUMPS["listed"]) else []
    of_all, for_all = growth(*(together(part) for part in zip(*known, strict=True)), leaving)
    each = [growth(*pair, leaving) for pair in known]
    ratios = [own / need for own, need in each if need >= GROWN]
    low, middle, high = (float(q) for q in np.quantile(ratios, [0.1, 0.5, 0.9]))
    nan = math.nan
    return [
        ("growth of first attendances over four years, all trusts together", len(known), nan, of_all, nan),
        ("growth of what the year before had asked for, all trusts together", len(known), nan, for_all, nan),
        ("first attendances against what the year before had asked for, all together", len(known), nan, of_all / for_all, nan),
        (f"the same of each trust of which at least {GROWN:.0%} more was asked", len(ratios), low, middle, high),
    ]  # fmt: skip


def leaving_of(assumptions: Mapping[str, Any]) -> float:
    """Share of a list that leaves it in a year, at the middle of the library's range."""
    return 12.0 * float(assumptions["list.removals"].distribution.middle)
