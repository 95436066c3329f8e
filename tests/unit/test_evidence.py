"""The evidence: rows that say what they are, distributions that keep what was found, studies pooled, claims placed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import t as student
from statsmodels.stats.meta_analysis import combine_effects

from placeplan.core.tables import Evidence
from placeplan.effects.base import Effect
from placeplan.futures.distributions import Fixed, LogNormal, Normal, Uniform
from placeplan.futures.evidence import LEAST_ERROR, MULTIPLIES, as_share, effect_of, limits, percentile, pooled
from placeplan.futures.pooling import between_studies, in_new_place, log_change, pooled_effect, standard_error
from placeplan.plan.library import library
from placeplan.plan.recipes import EFFECTS, graded

ROWS = library().evidence
PODS = {item.value.pod if hasattr(item.value, "pod") else item.value.id for item in library().tables["pods"]}
WITH_FIGURE = sorted(name for name, row in ROWS.items() if row.effect_central is not None)
GROUPS = sorted({row.group for row in ROWS.values()} - {""})
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
)  # fmt: skip
"""Thirteen trials of BCG vaccine: ill and well of the vaccinated, ill and well of the others (Colditz et al. 1994, JAMA 271)."""
effects = st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=8)


def row(**fields: Any) -> Evidence:
    usual = {"id": "a", "initiative": "A", "category": "prevent", "acts_on": "demand", "pods": "emergency_admission"}
    return Evidence(**{**usual, "measure": "change", "grade": "moderate", "source": "made up"} | fields)


def of_group(name: str) -> list[Evidence]:
    return [r for r in ROWS.values() if r.group == name]


def bcg() -> tuple[list[float], list[float]]:
    """Log ratios of risks and their errors: ``√(1/a − 1/(a + b) + 1/c − 1/(c + d))``."""
    found = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in BCG]
    return found, [math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)) for a, b, c, d in BCG]


def quantiles(effect: Any, *shares: float) -> list[float]:
    return [float(v) for v in effect.quantile(np.array(shares))]


# --- rows ---------------------------------------------------------------------------------------------------------


def test_all_fifty_eight_are_there_with_source_grade_and_address() -> None:
    assert len(ROWS) == 58
    assert all(r.level == "default" and " " in r.source and r.url.startswith("http") for r in ROWS.values())
    assert all(r.check and r.evidence_strength and r.population_reached for r in ROWS.values())
    assert {pod for r in ROWS.values() for pod in r.pods.split()} <= PODS


def test_nil_and_adverse_results_are_kept() -> None:
    grades = [r.grade for r in ROWS.values()]
    assert (grades.count("none"), grades.count("adverse")) == (21, 10)
    assert all(r.grade == "adverse" for r in ROWS.values() if r.result_type in ("increase", "side_effect"))
    assert all(r.grade == "none" for r in ROWS.values() if r.result_type in ("no_effect", "unproven", "claimed"))
    assert {r.grade for r in ROWS.values() if r.result_type == "reduces"} == {"strong", "moderate", "weak"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"effect_central": -3, "effect_low": -2}, "must lie between"),
        ({"effect_central": -3, "effect_high": -4}, "must lie between"),
        ({"effect_low": -3, "effect_high": 3}, "needs its effect_central"),
        ({"effect_central": -3, "measure": ""}, "needs its measure"),
        ({"effect_central": -50, "effect_low": -100}, "100 percent"),
        ({"grade": "good"}, "grade"),
        ({"source": ""}, "source"),
        ({"measure": "percent"}, "measure"),
        ({"effect_central": math.nan}, "effect_central"),
        ({"efect_central": 1}, "efect_central"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        row(**fields)


@pytest.mark.parametrize("name", WITH_FIGURE)
def test_a_distribution_goes_through_the_figures_that_were_published(name: str) -> None:
    r, effect = ROWS[name], effect_of(ROWS[name])
    assert effect is not None
    low, middle, high = quantiles(effect, 0.025, 0.5, 0.975)
    assert middle == r.effect_central
    assert r.effect_low is None or low == pytest.approx(r.effect_low, abs=1e-6)
    assert r.effect_high is None or high == pytest.approx(r.effect_high, abs=1e-6)
    assert low < high
    assert r.measure not in MULTIPLIES or quantiles(effect, 1e-6)[0] >= -100


@pytest.mark.parametrize("name", sorted(n for n in WITH_FIGURE if ROWS[n].result_type == "no_effect"))
def test_a_nil_result_is_spread_around_nothing(name: str) -> None:
    """Where studies found nothing, less and more are both possible: 0 lies inside the interval, and it is no point."""
    effect = effect_of(ROWS[name])
    assert effect is not None
    assert quantiles(effect, 0.025)[0] < 0 < quantiles(effect, 0.975)[0]


@pytest.mark.parametrize("name", sorted(n for n in WITH_FIGURE if ROWS[n].result_type == "increase"))
def test_an_adverse_result_keeps_its_upper_tail(name: str) -> None:
    effect = effect_of(ROWS[name])
    assert effect is not None
    assert 0 < effect.p50 < effect.p90
    assert as_share(effect).p10 < 0 if ROWS[name].measure == "change" else True


def test_a_study_that_gives_no_interval_is_never_the_surest() -> None:
    """Its error is no smaller than that of any study that gives one, and its interval reaches 0."""
    given_ones = [r for r in ROWS.values() if r.measure == "change" and None not in (r.effect_low, r.effect_high)]
    widest = max(standard_error(log_change(r.effect_low or 0), log_change(r.effect_high or 0)) for r in given_ones)
    assert LEAST_ERROR - 0.01 < widest <= LEAST_ERROR
    silent = [
        r for r in ROWS.values() if r.effect_central is not None and (r.effect_low, r.effect_high) == (None, None)
    ]
    assert len(silent) > 10
    for r in silent:
        low, _, high = limits(r) or (1.0, 1.0, 1.0)
        assert low <= 1e-9
        assert high >= -1e-9


def test_at_least_so_much_stays_at_least_so_much() -> None:
    assert limits(ROWS["merger_delay"]) == pytest.approx((18, 18, 36))
    assert limits(ROWS["pifu"]) == pytest.approx((-0.8, -0.4, 0.0))
    assert limits(row()) is None
    assert effect_of(row(effect_central=0.0, measure="days")) is None, "nothing says how sure it is"


# --- pooling ------------------------------------------------------------------------------------------------------


def test_bcg_vaccine_as_published() -> None:
    """DerSimonian–Laird of the 13 trials: −0.7141 (0.1787), τ² 0.3088 (Viechtbauer 2010, J. Stat. Software 36(3))."""
    found, errors = bcg()
    between = between_studies(found, errors)
    mean, error = pooled_effect(found, errors, between)
    assert (between, mean, error) == pytest.approx((0.3088, -0.7141, 0.1787), abs=5e-5)


@given(effects, st.data())
def test_pooled_as_by_somebody_else(found: list[float], data: st.DataObject) -> None:
    """The same as statsmodels' chi2 method, which lets τ² fall below 0 where ours stops."""
    errors = data.draw(st.lists(st.floats(0.02, 0.2), min_size=len(found), max_size=len(found)))
    between = between_studies(found, errors)
    assume(between > 1e-6)
    other = combine_effects(np.array(found), np.array(errors) ** 2, method_re="chi2")
    mean, error = pooled_effect(found, errors, between)
    assert between == pytest.approx(other.tau2, rel=1e-9)
    assert mean == pytest.approx(other.mean_effect_re, abs=1e-9)
    assert error == pytest.approx(other.sd_eff_w_re, abs=1e-9)


def test_studies_that_agree_are_the_study_and_surer() -> None:
    """Several (k) studies alike: the same effect, nothing between places, and an error smaller by √k."""
    for k in (1, 2, 9):
        between = between_studies([-0.2] * k, [0.1] * k)
        assert between == 0
        assert pooled_effect([-0.2] * k, [0.1] * k, between) == pytest.approx((-0.2, 0.1 / math.sqrt(k)))
    many = pooled([row(id=f"r{n}", effect_central=-20, effect_low=-30, effect_high=-8.571428571) for n in range(4)])
    assert many.distribution.p50 == pytest.approx(-20)


def test_studies_that_differ_weigh_alike_where_places_do() -> None:
    """As τ² grows beyond the errors, the pooled effect becomes the plain mean, whatever each study's size."""
    mean, error = pooled_effect([0.0, 1.0, 5.0], [0.01, 0.1, 0.9], 1e9)
    assert mean == pytest.approx(2.0, abs=1e-6)
    assert error == pytest.approx(math.sqrt(1e9 / 3), rel=1e-6)


@given(st.floats(-1, 1), st.floats(0.01, 1), st.floats(0, 1), st.integers(2, 40))
def test_a_new_place_is_less_certain_than_the_mean(mean: float, error: float, between: float, studies: int) -> None:
    low, middle, high = (in_new_place(mean, error, between, studies, u) for u in (0.1, 0.5, 0.9))
    assert middle == pytest.approx(mean, abs=1e-9)
    assert mean - low == pytest.approx(high - mean, abs=1e-9)
    reach = student.ppf(0.9, studies - 1) * math.hypot(math.sqrt(between), error)
    assert high - mean == pytest.approx(reach, rel=1e-9)
    assert high - mean >= 1.2815 * error


@pytest.mark.parametrize("name", WITH_FIGURE)
def test_one_row_is_its_own_prior(name: str) -> None:
    prior = pooled([ROWS[name]])
    assert prior.distribution == effect_of(ROWS[name])
    assert (prior.rows, prior.between) == ((name,), 0)


def test_care_homes_pooled() -> None:
    """Rushcliffe −23 %, Nottingham −18 %, Wakefield 0: a mean fall of 12 %, and a new place may well see nothing.

    By hand on logarithms: −0.2614 (0.1089), −0.1985 (0.15), 0 (0.0771).
    """
    prior = pooled(of_group("care_homes"))
    found = [-0.26136, -0.19845, 0.0]
    errors = [0.10888, 0.15, 0.07711]
    w = [1 / e**2 for e in errors]
    fixed = sum(a * b for a, b in zip(w, found, strict=True)) / sum(w)
    q = sum(a * (b - fixed) ** 2 for a, b in zip(w, found, strict=True))
    by_hand = (q - 2) / (sum(w) - sum(a * a for a in w) / sum(w))
    assert prior.between == pytest.approx(by_hand, rel=1e-3)
    assert prior.mean == pytest.approx(-12.48, abs=0.01)
    assert prior.distribution.p10 < -30
    assert prior.distribution.p90 > 0
    assert graded(of_group("care_homes")) == "weak"


@pytest.mark.parametrize("name", GROUPS)
def test_every_group_of_the_library_can_be_pooled(name: str) -> None:
    rows = of_group(name)
    prior = pooled(rows)
    assert len(prior.rows) == len(rows) > 1
    assert min(r.effect_central or 0 for r in rows) <= prior.mean <= max(r.effect_central or 0 for r in rows)
    assert pooled(rows[::-1]).distribution == prior.distribution, "in any order"


def test_what_is_not_the_same_is_not_pooled() -> None:
    a = row(effect_central=-3)
    others: Sequence[dict[str, Any]] = (
        {"pods": "day_case"},
        {"measure": "odds"},
        {"category": "shift"},
        {"acts_on": "stay"},
    )
    for other in others:
        with pytest.raises(ValueError, match="same category, care and measure"):
            pooled([a, row(id="b", effect_central=-3, **other)])
    with pytest.raises(ValueError, match="has a figure"):
        pooled([row()])
    assert pooled([a, row(id="b")]).rows == ("a",), "a row without a figure says nothing of its size"


# --- claims among what was found ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "distribution",
    [
        Uniform(low=-1, high=3),
        Normal(mean=0.1, sd=0.2),
        LogNormal(median=2, sd_log=0.5),
        effect_of(ROWS["mdt_ict_nehf"]),
    ],
)
def test_a_percentile_undoes_a_quantile(distribution: Any) -> None:
    for u in (0.001, 0.1, 0.5, 0.9, 0.999):
        assert percentile(distribution, quantiles(distribution, u)[0]) == pytest.approx(u, abs=1e-9)


def test_a_percentile_beyond_all_values() -> None:
    assert percentile(Uniform(low=0, high=1), -0.1) == 0
    assert percentile(Uniform(low=0, high=1), 1.1) == 1
    assert (percentile(Fixed(value=2), 1.9), percentile(Fixed(value=2), 2)) == (0, 1)


def test_what_the_plans_of_2016_expected_lies_beyond_what_was_found() -> None:
    """15.7 % fewer unplanned admissions, against case finding (nil), pooled: nobody can expect so much of it."""
    found = as_share(pooled(of_group("case_finding")).distribution)
    assert percentile(found, 0.157) > 0.999
    assert percentile(found, 0.0) > 0.5, "less than nothing is likelier than something"
    assert percentile(as_share(pooled([ROWS["care_home_rushcliffe"]]).distribution), 0.23) == pytest.approx(0.5)


def test_every_way_to_act_is_an_effect_of_the_model() -> None:
    for fields in EFFECTS.values():
        assert Effect.parse({**fields, "scope": {}, "share": 0.1}).primitives()
    assert {r.acts_on for r in ROWS.values()} <= {*EFFECTS, ""}
