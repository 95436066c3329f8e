"""How far costs of trusts departed from each other's, and how soon income came for it: `departure.cost`, `departure.income`.

Of each trust and year the change of its cost (log) less the median of all trusts in that year: what neither prices nor asks of
the whole country explain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from donothing import plan_of
from published import Published
from scipy.stats import theilslopes
from spreads import Changes, apart, changes, own_spread

from placeplan.futures.assumptions import DRIVERS
from placeplan.futures.sample import Futures
from placeplan.model.simulate import baseline_of, simulate

Years = dict[int, float]
SPANS = (1, 2, 3, 4)
"""Years over which changes are looked at."""
MOST = 0.25
"""A change of a year (log) from which trusts merged or were divided: a plan knows of it. Over more years, times their root."""
CARE_SD = 0.018
"""By how much care that departs moves a trust's cost in a year already, of the library's round 2 (`by_care`)."""
WHOLE = 8
"""Changes of a year that a trust has from 2010/11 to 2018/19."""


def running(income: Years, cost: Years, position: Years, exceptional: float) -> Years:
    """Cost by year without large impairments, as settings.yaml has it: income less position where the accounts' is far from that.

    >>> running({2010: 100.0}, {2010: 130.0}, {2010: 1.0}, 0.05), running({2010: 100.0}, {2010: 97.0}, {2010: 1.0}, 0.05)
    ({2010: 99.0}, {2010: 97.0})
    """
    both = sorted(set(income) & set(cost) & set(position))
    far = {y: abs(income[y] - cost[y] - position[y]) > exceptional * income[y] for y in both}
    return {y: income[y] - position[y] if far[y] else cost[y] for y in both}


def followed(share: float, years: int) -> float:
    """How much of what cost departed by in some years income has come for at their end: ``1 − Σₖ (1 − share)^k / years``.

    Each year's step stays, and of what is missing a share comes every year, as in `model.unforeseen`.

    >>> round(followed(0.6, 1), 4), round(followed(0.6, 2), 4)
    (0.6, 0.72)
    """
    return 1.0 - sum((1.0 - share) ** k for k in range(1, years + 1)) / years


def share_of(slopes: Mapping[int, float]) -> float:
    """The share that fits best, in hundredths: least squares over the spans.

    >>> share_of({n: followed(0.6, n) for n in SPANS})
    0.6
    """
    tried = [n / 100 for n in range(101)]
    return min(tried, key=lambda share: sum((followed(share, n) - slope) ** 2 for n, slope in slopes.items()))


def both(cost: Mapping[str, Years], income: Mapping[str, Years], span: int) -> tuple[Changes, Changes]:
    """Changes of cost and of income over some years, apart from all trusts', where neither is a merger's."""
    found = [apart(changes(of, span)) for of in (cost, income)]
    most = MOST * math.sqrt(span)
    kept = [at for at in sorted(set(found[0]) & set(found[1])) if all(abs(f[at]) <= most for f in found)]
    return {at: found[0][at] for at in kept}, {at: found[1][at] for at in kept}


def by_care(folder: Path, settings: Mapping[str, Any]) -> float:
    """`CARE_SD` anew: plans that do nothing, with nothing but demand drawn; root of the mean variance over trusts and origins."""
    found = []
    for origin, place in product((2012, 2014, 2016), settings["places"]):
        plan = plan_of(place, Published(folder, origin, settings), settings)
        futures = Futures(count=600, held=frozenset(DRIVERS) - {"demand_growth"})
        cost = simulate(plan, baseline_of(plan), futures, keep=frozenset({"operating_cost"}))["operating_cost"]
        for trust in set(cost.entities) - {"system"}:
            years = cost.by_year(trust)
            found.append(float(np.log(years[:, 1] / years[:, 0]).var()))
    return math.sqrt(sum(found) / len(found))


def rows(data: Published, settings: Mapping[str, Any]) -> list[tuple[str, int, float, float, float]]:
    """What is found: name, how many, 10th, 50th and 90th percentile."""
    exceptional = float(settings["money"]["exceptional"])
    accounts = {t: [data.years(series, t) for series in ("income", "cost", "position")] for t in data.codes}
    cost = {t: found for t, own in accounts.items() if (found := running(own[0], own[1], own[2], exceptional))}
    income = {t: accounts[t][0] for t in cost}
    yearly = both(cost, cost, 1)[0]
    count, median, log_sd = own_spread([yearly], WHOLE, CARE_SD)
    nan = math.nan
    out = [
        (
            "own yearly deviation of a trust's cost beyond what care moves: median of a lognormal",
            count,
            nan,
            median,
            nan,
        ),
        (
            "own yearly deviation of a trust's cost beyond what care moves: log standard deviation",
            count,
            nan,
            log_sd,
            nan,
        ),
    ]
    slopes, wide = {}, {}
    for span in SPANS:
        spent, got = (np.array(list(f.values())) for f in both(cost, income, span))
        slopes[span] = float(theilslopes(got, spent)[0])
        low, high = np.quantile(spent, [0.1, 0.9])
        wide[span] = float(high - low)
        out.append(
            (
                f"income for each pound by which a trust's cost departed, over years: {span}",
                len(spent),
                nan,
                slopes[span],
                nan,
            )
        )
    out.append(("spread of four years' departures of cost against that of one", 1, nan, wide[4] / wide[1], nan))
    out.append(("share of what is missing for which income comes in a year", 1, nan, share_of(slopes), nan))
    return out
