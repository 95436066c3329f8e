"""People in later years: accounts that close, areas that add up to their parents, variants in order, a range around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from placeplan.baseline.accounts import account, life_expectancy, surviving
from placeplan.baseline.likely import likely_high, likely_low
from placeplan.baseline.peopling import Given, NotMet, balance, expectancies, peopled
from placeplan.baseline.raking import Margin, rake
from placeplan.core.tables import AreaPeople, Component, Member, Projection, Total, Variant

AGES = ("0-14", "15-44", "45-64", "65-84", "85+")
SEXES = ("F", "M")
MADE = {"source": "made up"}
people_of = arrays(float, (2, 4), elements=st.floats(0, 1000))
shares = arrays(float, (2, 5), elements=st.floats(0, 1))
moving = arrays(float, (2, 4), elements=st.floats(0, 2000))


def areas(*sizes: float) -> tuple[AreaPeople, ...]:
    weights = dict(zip(AGES, (160.0, 380.0, 250.0, 180.0, 30.0), strict=True))
    return tuple(
        AreaPeople(area=f"A{n}", name=f"Area {n}", sex=sex, age=age, people=size * w * (1.1 if sex == "F" else 1.0), **MADE)
        for n, size in enumerate(sizes) for sex in SEXES for age, w in weights.items()
    )  # fmt: skip


def rates(**by: float) -> tuple[Component, ...]:
    """Deaths that rise with age, births of women of 15 to 44, and what else is said, of all ages."""
    deaths = {"0-14": 0.3, "15-44": 1.0, "45-64": 5.0, "65-84": 40.0, "85+": 160.0}
    return tuple(
        Component(sex=sex, age=age, deaths=d, births=58.0 if (sex, age) == ("F", "15-44") else 0.0, **{**by, **MADE})
        for sex in SEXES for age, d in deaths.items()
    )  # fmt: skip


PAIRS = tuple(
    Variant(variant=f"{side}_{driver}", driver=driver, side=side, **{**ratios, **MADE})
    for driver, by_side in {
        "births": {"low": {"births": 0.85}, "high": {"births": 1.1}},
        "deaths": {"low": {"deaths": 1.2}, "high": {"deaths": 0.8, "reached": 10}},
        "moves": {"low": {"arrivals": 0.7}, "high": {"arrivals": 1.3}},
    }.items() for side, ratios in by_side.items()
)  # fmt: skip


def made(*sizes: float, until: int = 2031, **more: Any) -> Given:
    return Given(areas(*sizes), 2021, until, **more)


@given(people_of, shares, arrays(float, 4, elements=st.floats(0, 0.3)), moving, moving)
def test_the_account_of_a_step_closes(people: Any, survival: Any, fertility: Any, come: Any, go: Any) -> None:
    """People later = people now + births − deaths + arrivals − leavers, in each sex, and nobody is less than nobody."""
    done = account(people, survival, fertility, come, go, 1.0, 100 / 205)
    assert (done.later >= 0).all()
    assert (done.leavers <= go + 1e-9).all()
    change = done.births - done.deaths.sum(1) + done.arrivals.sum(1) - done.leavers.sum(1)
    np.testing.assert_allclose(done.later.sum(1), people.sum(1) + change, rtol=1e-12, atol=1e-9)


def test_gross_moves_are_the_leslie_matrix_with_a_stream() -> None:
    """``later = L (people (1 − o / 2) + c / 2) + c / 2 − o people / 2``, worked out apart by matrices."""
    people, survival = np.array([[100.0, 80.0, 60.0]]), np.array([[0.99, 0.98, 0.95, 0.4]])
    fertility, come, out = np.array([0.0, 0.1, 0.0]), np.array([4.0, 2.0, 0.0]), np.array([0.03, 0.02, 0.01])
    matrix = np.zeros((3, 3))
    matrix[1, 0], matrix[2, 1], matrix[2, 2] = 0.98, 0.95, 0.4
    matrix[0] = 0.5 * 0.5 * 0.99 * np.array([0.98 * 0.1, 0.1, 0.0])
    exact = matrix @ (people[0] - out * people[0] / 2 + come / 2) + come / 2 - out * people[0] / 2
    done = account(people, survival, fertility, come[None], out * people, 1.0, 0.5)
    np.testing.assert_allclose(done.later[0], exact, rtol=1e-14)


def test_every_year_of_a_projection_closes() -> None:
    """The balance of each area and year, as it is written down."""
    given_ = made(1.0, 2.5, components=rates(arrivals=20.0, leavers=15.0, moves=-1.0), variants=PAIRS)
    found = peopled(given_)
    rows = [row for course in found.courses.values() for row in balance(course, given_)]
    assert len(rows) == 7 * 2 * 10
    for r in rows:
        change = r["births"] - r["deaths"] + r["arrivals"] - r["leavers"]
        assert r["after"] == pytest.approx(r["before"] + change, rel=1e-12)
        assert min(r["births"], r["deaths"], r["arrivals"], r["leavers"]) > 0


def test_rates_of_zero_change_nothing_but_ages() -> None:
    """Nobody is born, dies or moves: all are there, and each year a part of a band grows into the next."""
    still = tuple(Component(sex="all", age=age, **MADE) for age in AGES)
    found = peopled(made(1.0, components=still)).people[:, 0]
    np.testing.assert_allclose(found.sum(axis=(1, 2)), found[0].sum(), rtol=1e-14)
    np.testing.assert_allclose(found[1, :, 0], found[0, :, 0] * 14 / 15, rtol=1e-12)
    assert found[10, 0, 0] == pytest.approx(found[0, 0, 0] * 5 / 15)


def test_variants_lie_in_order_and_the_range_holds_them() -> None:
    """High fertility, lives and moves have no fewer people than low ones at any age, and low ≤ people ≤ high in each cell."""
    found = peopled(made(1.0, 3.0, components=rates(arrivals=20.0, leavers=15.0), variants=PAIRS))
    for driver in ("births", "deaths", "moves"):
        low, high = (found.courses[f"{side}_{driver}"].people for side in ("low", "high"))
        assert (low <= found.people + 1e-9).all()
        assert (found.people <= high + 1e-9).all()
        assert high[-1].sum() > low[-1].sum()
        assert (found.low <= low + 1e-9).all()
        assert (found.high >= high - 1e-9).all()
    np.testing.assert_array_equal(found.low[0], found.people[0])


def test_the_range_of_independent_drivers_adds_in_squares() -> None:
    """3 and 4 of a hundred in logarithms are 5."""
    low = likely_low(
        np.array([100.0, 0.0, 5.0]), [np.exp(-0.03) * np.array([100.0, 0, 5]), np.array([100 * np.exp(-0.04), 0, 0])]
    )
    np.testing.assert_allclose(low, [100 * np.exp(-0.05), 0.0, 0.0])
    high = likely_high(
        np.array([100.0, 0.0]), [np.array([100 * np.exp(0.03), 2.0]), np.array([100 * np.exp(0.04), 0.0])]
    )
    np.testing.assert_allclose(high, [100 * np.exp(0.05), 2.0])


def test_a_variant_reaches_its_ratio_in_a_straight_line() -> None:
    """Deaths a fifth fewer in ten years: half of that after five, seen in who dies of the open band."""
    slow = Variant(variant="slow", deaths=0.8, reached=10, **MADE)
    given_ = made(1.0, components=rates(), variants=(slow,), until=2031)
    found = peopled(given_)
    ratio = found.courses["slow"].every.counts["deaths"] / np.maximum(
        found.courses["principal"].every.counts["deaths"], 1
    )
    assert ratio[1, 0] == pytest.approx(0.98, abs=0.002)
    assert found.low is None
    assert expectancies(given_, "slow")["F"] > expectancies(given_, "principal")["F"]


def test_the_principal_variant_moves_all_others() -> None:
    """Others start from it: twice half as many births are as many."""
    half, twice = Variant(variant="principal", births=0.5, **MADE), Variant(variant="twice", births=2.0, **MADE)
    plain = peopled(made(1.0, components=rates()))
    found = peopled(made(1.0, components=rates(), variants=(half, twice)))
    np.testing.assert_allclose(found.courses["twice"].people, plain.people, rtol=1e-12)
    assert found.people[-1].sum() < plain.people[-1].sum()


def test_life_expectancy_is_the_integral_of_survival() -> None:
    """At one rate m for all ages people live 1/m years, but for the steps of a year: ``(1 + s) / 2 / (1 − s)``, which is 1/m."""
    for rate in (0.01, 0.02, 0.2):
        s = surviving(rate)
        assert (1 + s) / 2 / (1 - s) == pytest.approx(1 / rate)
        assert life_expectancy(np.full(101, rate)) == pytest.approx(1 / rate)


SEEDS = arrays(float, (5, 2, 3), elements=st.floats(0.5, 500))
GROUPS = np.broadcast_to(np.arange(6).reshape(2, 3), (5, 2, 3)).astype(np.int64)
OWN = np.broadcast_to(np.arange(5)[:, None, None], (5, 2, 3)).astype(np.int64)


@given(SEEDS, SEEDS)
def test_areas_meet_their_parent_exactly_and_stay_people(people: Any, truth: Any) -> None:
    """By age and sex: to 1e-9, nobody below nothing, and areas' shares of an age and sex as they were."""
    parent = Margin(GROUPS, truth.sum(axis=0).ravel())
    found = rake(people, [parent])
    np.testing.assert_allclose(found.people.sum(axis=0), truth.sum(axis=0), rtol=1e-12)
    assert (found.people >= 0).all()
    np.testing.assert_allclose(found.people / found.people.sum(0), people / people.sum(0), rtol=1e-12)


@settings(max_examples=40)
@given(SEEDS, SEEDS)
def test_two_margins_are_met_and_odds_ratios_kept(people: Any, truth: Any) -> None:
    """Areas' own totals and the parent's by age and sex: what is left free, the odds ratios, stays as it was (Deming and Stephan)."""
    margins = [Margin(OWN, truth.sum(axis=(1, 2))), Margin(GROUPS, truth.sum(axis=0).ravel())]
    found = rake(people, margins)
    assert found.worst <= 1e-9
    np.testing.assert_allclose(found.people.sum(axis=(1, 2)), truth.sum(axis=(1, 2)), rtol=1e-9)
    np.testing.assert_allclose(found.people.sum(axis=0), truth.sum(axis=0), rtol=1e-9)

    def odds(x: Any) -> Any:
        return x[1:, 1, 2] * x[0, 0, 0] / (x[1:, 0, 0] * x[0, 1, 2])

    np.testing.assert_allclose(odds(found.people), odds(people), rtol=1e-6)


@given(SEEDS)
def test_what_adds_up_already_is_not_touched(people: Any) -> None:
    """Not a bit changes."""
    margins = [Margin(OWN, people.sum(axis=(1, 2))), Margin(GROUPS, people.sum(axis=0).ravel())]
    assert rake(people, margins).people is people


def totals(given_: Given, year: int, times: float, of: str = "PARENT", variant: str = "principal") -> tuple[Total, ...]:
    """The areas' people of an age and sex, so many times, as the parent's."""
    return tuple(
        Total(of=of, sex=sex, age=age, year=year, variant=variant, **MADE,
              people=times * sum(r.people for r in given_.areas if (r.sex, r.age) == (sex, age)))
        for sex in SEXES for age in AGES
    )  # fmt: skip


def test_small_areas_follow_their_parents_projection_by_age_and_sex() -> None:
    """In each year of the totals; a variant without totals is scaled as the central one; only those years come out."""
    plain = made(1.0, 3.0)
    own = (*totals(plain, 2026, 1.05), *totals(plain, 2031, 1.2))
    more = Variant(variant="more", births=1.2, **MADE)
    given_ = made(1.0, 3.0, components=rates(), totals=own, variants=(more,))
    found = peopled(given_)
    assert given_.years == (2021, 2026, 2031)
    base = found.people[0].sum(axis=0)
    np.testing.assert_allclose(found.people[1].sum(axis=0), 1.05 * base, rtol=1e-12)
    np.testing.assert_allclose(found.people[2].sum(axis=0), 1.2 * base, rtol=1e-12)
    central, other = found.courses["principal"], found.courses["more"]
    np.testing.assert_allclose(other.people / other.free, central.people / central.free, rtol=1e-12)


def test_each_parent_has_its_own_areas() -> None:
    plain = made(1.0, 3.0, 2.0)
    members = tuple(Member(area=f"A{n}", parent=p, **MADE) for n, p in enumerate(("NORTH", "NORTH", "SOUTH")))
    own = (*totals(made(4.0), 2031, 2.0, "NORTH"), *totals(made(2.0), 2031, 0.5, "SOUTH"))
    found = peopled(made(1.0, 3.0, 2.0, totals=own, members=members)).people
    np.testing.assert_allclose(found[1, 0] / found[0, 0], 2.0, rtol=1e-12)
    np.testing.assert_allclose(found[1, 2] / found[0, 2], 0.5, rtol=1e-12)
    assert len(plain.names) == 3


def test_totals_that_contradict_each_other_are_named() -> None:
    """An area that shall have more people than its parent."""
    parent = Total(of="PARENT", sex="all", age="0+", year=2031, people=1000.0, **MADE)
    area = Total(of="A0", sex="all", age="0+", year=2031, people=1200.0, **MADE)
    with pytest.raises(NotMet) as failed:
        peopled(made(1.0, 1.0, totals=(parent, area)))
    assert failed.value.total is area


def test_a_projection_that_is_read_keeps_its_range_in_proportion() -> None:
    """People twice as many: low and high twice as well."""
    rows = tuple(
        Projection(area=r.area, sex=r.sex, age=r.age, year=2031, people=r.people, low=r.people * 0.9, high=r.people * 1.2, **MADE)
        for r in areas(1.0, 2.0)
    )  # fmt: skip
    found = peopled(made(1.0, 2.0, population=rows, totals=totals(made(1.0, 2.0), 2031, 2.0)))
    np.testing.assert_allclose(found.people[1], 2 * found.people[0], rtol=1e-12)
    np.testing.assert_allclose(found.low[1], 0.9 * found.people[1], rtol=1e-12)
    np.testing.assert_allclose(found.high[1], 1.2 * found.people[1], rtol=1e-12)
