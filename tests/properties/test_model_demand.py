"""Need has the spread that was asked for: people, growth, and the local departure from trend."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.places import CENTRAL, fixed, place, run
from placeplan.baseline.build import build_baseline
from placeplan.baseline.population import P90_SCORE
from placeplan.core.tables import Projection
from placeplan.futures.sample import Futures
from placeplan.model.demand import departures
from placeplan.model.draws import Draws
from placeplan.model.variants import do_minimum

ONE = Futures(count=1, held=CENTRAL)
PODS = ("day_case", "emergency_admission", "home_care_week")


def test_local_departure_is_the_autoregression_it_claims_to_be() -> None:
    """Nothing in the base year; then variance ``sd² (1 − ρ²ⁿ)/(1 − ρ²)`` after n years, the common share between pods."""
    plan, lanes, sd, keep, common = place(1, months=60), 20_000, 0.032, 0.95, 0.5
    baseline = build_baseline(plan.tables, plan.about.start, plan.about.months)
    values = {"departure.sd": sd, "departure.persistence": keep, "departure.common": common}
    draws = Draws(Futures(seed=9, count=lanes), {n: np.full(lanes, v) for n, v in values.items()})
    found = departures(baseline, draws, 5)
    assert set(found) == set(baseline.pods)
    for n in range(5):
        exact = sd**2 * (1 - keep ** (2 * n)) / (1 - keep**2)
        for w in found.values():
            assert abs(w[n].mean()) <= 4.2 * np.sqrt(exact / lanes)
            assert abs(w[n].var() - exact) <= 4.2 * exact * np.sqrt(2 / lanes)
    one, other = found["day_case"], found["emergency_admission"]
    for n in range(1, 5):
        assert abs(np.corrcoef(one[n], other[n])[0, 1] - common) < 4.2 * (1 - common**2) / np.sqrt(lanes)
        lag = np.corrcoef(one[1], one[n])[0, 1]
        exact = keep ** (n - 1) * np.sqrt((1 - keep**2) / (1 - keep ** (2 * n)))
        assert abs(lag - exact) < 4.2 * max(1 - exact**2, 1e-9) / np.sqrt(lanes)


@pytest.mark.parametrize("sign", [-1, 1])
def test_low_and_high_of_a_projection_are_its_tenth_and_ninetieth_percentile(sign: int) -> None:
    """At the 10th (90th) percentile of people, demand is that of the projection's low (high), year by year."""
    plan = do_minimum(place(1, months=36))
    moved, middle = run(fixed(plan, people_total=sign * P90_SCORE), ONE), run(plan, ONE)
    rows = [r for r in plan.tables["population"] if isinstance(r, Projection)]
    for n, year in enumerate((2017, 2018), start=1):
        low, high = (sum(getattr(r, side) for r in rows if r.year == year) for side in ("low", "high"))
        for pod in PODS:
            ratio = moved["demand"].by_year(pod)[0, n] / middle["demand"].by_year(pod)[0, n]
            assert ratio == pytest.approx((high / low) ** (sign / 2), rel=1e-6)
    assert (moved["demand"].values[:, :12] == middle["demand"].values[:, :12]).all()


@pytest.mark.parametrize("rate", [-0.02, 0.03])
def test_growth_compounds_from_the_middle_of_the_base_year(rate: float) -> None:
    """After n whole years, demand at a growth of g is ``exp(g n)`` times that without it, beside its first year's."""
    plan = do_minimum(place(1, months=36))
    grown, still = (run(fixed(plan, growth_day_case=g), ONE)["demand"].of("day_case")[0] for g in (rate, 0.0))
    ratio = grown / still
    np.testing.assert_allclose(ratio[24:] / ratio[:12], np.exp(2 * rate), rtol=1e-9)
    assert ratio[:12].mean() == pytest.approx(1.0, abs=rate**2 / 12)


def test_a_hard_winter_is_in_winter_and_of_emergencies_alone() -> None:
    """A tenth more emergencies come in December, January and February of every year; nothing else moves."""
    plan = do_minimum(place(1, months=24))
    hard, mild = (run(fixed(plan, winter_emergency=w), ONE) for w in (0.1, 0.0))
    ratio = hard["demand"].of("emergency_admission")[0] / mild["demand"].of("emergency_admission")[0]
    winter = [m[5:] in ("12", "01", "02") for m in hard.months]
    np.testing.assert_allclose(ratio, np.where(winter, 1.1, 1.0), rtol=1e-12)
    for pod in ("day_case", "elective_admission", "outpatient_first"):
        assert (hard["demand"].of(pod) == mild["demand"].of(pod)).all()
