"""Distributions agree with scipy's, and with what they were told."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from placeplan.futures.curves import round_significant
from placeplan.futures.distributions import DistributionBase

CELLS = 200_000
U = (np.arange(CELLS) + 0.5) / CELLS
AT = np.array([1e-6, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1 - 1e-6])


def parse(**fields: Any) -> DistributionBase:
    return DistributionBase.parse(fields)


def truncated(base: Any, low: float, high: float) -> np.ndarray:
    first, last = base.cdf(low), base.cdf(high)
    return np.asarray(base.ppf(first + AT * (last - first)))


EXACT = [
    (parse(kind="uniform", low=-2, high=6), stats.uniform(-2, 8).ppf(AT)),
    (parse(kind="triangular", low=1, mode=2, high=9), stats.triang(1 / 8, 1, 8).ppf(AT)),
    (parse(kind="triangular", low=1, mode=1, high=9), stats.triang(0, 1, 8).ppf(AT)),
    (parse(kind="pert", low=0, mode=6, high=30), stats.beta(1.8, 4.2, 0, 30).ppf(AT)),
    (parse(kind="normal", mean=3, sd=2), stats.norm(3, 2).ppf(AT)),
    (parse(kind="normal", mean=3, sd=2, lower=0), truncated(stats.norm(3, 2), 0, np.inf)),
    (parse(kind="normal", mean=0, sd=1, lower=-0.5, upper=2), truncated(stats.norm(), -0.5, 2)),
    (parse(kind="lognormal", median=1.4, sd_log=0.25), stats.lognorm(0.25, scale=1.4).ppf(AT)),
    (parse(kind="lognormal", median=1.4, sd_log=0.5, upper=2), truncated(stats.lognorm(0.5, scale=1.4), 0, 2)),
    (parse(kind="beta", a=2, b=5), stats.beta(2, 5).ppf(AT)),
    (parse(kind="beta", mean=0.85, sd=0.1), stats.beta(9.9875, 1.7625).ppf(AT)),
]


@pytest.mark.parametrize(("distribution", "exact"), EXACT)
def test_quantiles_agree_with_scipy(distribution: DistributionBase, exact: np.ndarray) -> None:
    np.testing.assert_allclose(distribution.quantile(AT), exact, rtol=1e-9, atol=1e-9)


ALL = [d for d, _ in EXACT] + [
    parse(kind="fixed", value=0.035),
    parse(kind="elicited", p10=1, p50=2, p90=5),
    parse(kind="elicited", p10=0.01, p50=0.02, p90=0.1, lower=0.0, upper=0.12),
    *(DistributionBase.parse(kind.example) for kind in DistributionBase.kinds().values()),
]


@pytest.mark.parametrize("distribution", ALL)
def test_expectation_and_median_are_those_of_the_quantiles(distribution: DistributionBase) -> None:
    values = distribution.quantile(U)
    assert (np.diff(values) >= 0).all()
    spread = max(values.std(), 1e-6)
    assert distribution.expectation() == pytest.approx(values.mean(), abs=2e-4 * spread)
    assert distribution.middle == pytest.approx(np.median(values), abs=1e-4 * spread)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(sorted))
def test_elicited_goes_through_its_numbers(said: list[float]) -> None:
    d = parse(kind="elicited", p10=said[0], p50=said[1], p90=said[2])
    np.testing.assert_allclose(d.quantile(np.array([0.1, 0.5, 0.9])), said, rtol=1e-9, atol=1e-6)


@given(st.floats(-1e3, 1e3), st.floats(0, 1e3), st.floats(0, 1e3), st.floats(1e-12, 1 - 1e-12))
def test_peaked_distributions_stay_within_their_bounds(low: float, rise: float, fall: float, u: float) -> None:
    for kind in ("triangular", "pert"):
        d = parse(kind=kind, low=low, mode=low + rise, high=low + rise + fall)
        value = d.quantile(np.array([u]))[0]
        slack = 1e-9 * (abs(low) + rise + fall + 1)
        assert low - slack <= value <= low + rise + fall + slack


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": "uniform", "low": 2, "high": 1}, r"low \(2\) must not exceed high \(1\)"),
        ({"kind": "pert", "low": 0, "mode": 7, "high": 5}, "mode"),
        ({"kind": "elicited", "p10": 3, "p50": 2, "p90": 4}, "p10"),
        ({"kind": "elicited", "p10": 1, "p50": 2, "p90": 4, "lower": 1.5}, "lower"),
        ({"kind": "normal", "mean": 0, "sd": 0}, "greater than 0"),
        ({"kind": "normal", "mean": 0, "sd": 1, "lower": 9}, "cut away"),
        ({"kind": "lognormal", "median": 1, "sd_log": 0.1, "lower": -1}, "above 0"),
        ({"kind": "beta", "mean": 0.9, "sd": 0.4}, "sd must be below"),
        ({"kind": "beta", "mean": 0.9, "a": 2}, "either"),
        ({"kind": "beta"}, "either"),
        ({"kind": "normal", "mean": math.nan, "sd": 1}, "finite"),
        ({"kind": "fixed", "value": 1, "unit": "£"}, "Extra inputs"),
        ({"kind": "nomal", "mean": 0, "sd": 1}, "did you mean 'normal'"),
        ({"mean": 0, "sd": 1}, "kind"),
    ],
)
def test_what_is_no_distribution_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises((ValidationError, ValueError), match=why):
        DistributionBase.parse(fields)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200))
def test_rounding_keeps_twelve_digits(value: float) -> None:
    if abs(value) > 1e-200 or value == 0:
        assert float(round_significant(np.array([value]))[0]) == pytest.approx(float(f"{value:.12g}"), rel=2e-15)


def test_last_bits_that_differ_between_machines_are_rounded_away() -> None:
    values = np.exp(np.linspace(-8, 8, 20_001))
    assert (round_significant(values) == round_significant(np.nextafter(values, 0))).mean() > 0.999
