"""Forecasts to be better than: the last year goes on (naive), and exponential smoothing (ETS), with their own spread.

Both work on the scale of the series (logarithms, or as it is) and give as many futures as the model.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from placeplan.core import streams

Array = np.ndarray[Any, np.dtype[np.float64]]
STARTS = (0.1, 0.9)
"""Smoothing of the level from which a fit begins: from one alone it sticks at a mean where a short series climbs."""


def changes(histories: Iterable[Mapping[int, float]]) -> list[float]:
    """Changes from a year to the next of several trusts, on the scale of the series.

    >>> changes([{2012: 1.0, 2013: 1.5, 2015: 9.0}, {2012: 2.0}])
    [0.5]
    """
    return [h[y + 1] - h[y] for h in histories for y in sorted(h) if y + 1 in h]


def spread_of(differences: Sequence[float]) -> float | None:
    """Root mean square of the yearly changes, so that a common drift widens it; None from fewer than four.

    >>> spread_of([0.1, -0.1, 0.1, -0.1]), spread_of([0.1])
    (0.1, None)
    """
    return None if len(differences) < 4 else round(math.sqrt(sum(d * d for d in differences) / len(differences)), 12)


def naive(last: float, spread: float, horizon: int, count: int) -> Array:
    """A random walk without drift, as evenly spaced quantiles: ``last + spread √horizon × z``, ``[future]``.

    >>> naive(1.0, 0.1, 4, 3).round(3).tolist()
    [0.807, 1.0, 1.193]
    """
    z = norm.ppf((np.arange(count) + 0.5) / count)
    return np.asarray(last + spread * math.sqrt(horizon) * z)


def ets(history: Sequence[float], season: int, steps: int, count: int, name: str) -> Array | None:
    """Paths of the exponential smoothing that fits best by AICc, ``[step, future]``; None where none can be fitted.

    history: values on the scale of the series, without a gap; season: periods of a year; name: keys the random numbers.
    """
    y = np.asarray(history, dtype=float)
    if np.ptp(y) == 0.0:
        return None
    seasonal = {"seasonal": "add", "seasonal_periods": season} if season > 1 and len(y) >= 2 * season else {}
    fits = [f for f in (_fit(y, trend, seasonal) for trend in (False, True)) if f is not None]
    if not fits:
        return None
    best = min(fits, key=lambda f: float(f.aicc) if math.isfinite(f.aicc) else math.inf)
    keys = streams.keys(1, f"ets {name}", [str(s) for s in range(steps)])
    z = streams.normal(streams.halves(streams.words(keys, np.arange(count, dtype=np.uint64), 0))[0])
    scale = math.sqrt(float(best.scale))
    found: Array = np.asarray(
        best.simulate(steps, anchor="end", repetitions=count, random_errors=scale * z), dtype=float
    ).reshape(steps, count)
    return found if np.isfinite(found).all() else None


def _fit(y: Array, trend: bool, seasonal: Mapping[str, Any]) -> Any:
    """One fit; None where there are too few values for its parameters, or none is found."""
    parameters = 3 + 3 * trend + (seasonal.get("seasonal_periods", -1) + 1)
    if len(y) < parameters + 1:
        return None
    more = {"trend": "add", "damped_trend": True} if trend else {}
    model = ETSModel(y, **more, **seasonal, initialization_method="estimated")
    found = [f for f in (_from(model, start) for start in STARTS) if f is not None]
    return max(found, key=lambda f: float(f.llf), default=None)


def _from(model: ETSModel, smoothing: float) -> Any:
    """The fit that is reached from one value of the level's smoothing; None where none is."""
    start = np.asarray(model.start_params, dtype=float)
    start[0] = smoothing
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return model.fit(start_params=start, disp=False, maxiter=200)
        except (ValueError, np.linalg.LinAlgError):
            return None
