"""A cohort-component projection: births, deaths, moves and ageing of people who have no projection of their own."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.places import place, with_rows
from placeplan.baseline.projection import GIRLS, projected, step
from placeplan.core.tables import Component
from placeplan.model.simulate import baseline_of
from placeplan.plan.schema import Plan

AGES = ("0-4", "5-9", "10-14", "15-44", "45-64", "65+")


def leslie(survival: Any, fertility: Any, width: float, girls: float) -> np.ndarray:
    """The Leslie matrix of women, from the text books: births of those who stay in their band and of those who move up."""
    n = len(fertility)
    found = np.zeros((n, n))
    for x in range(n - 1):
        found[x + 1, x] = survival[x + 1]
    found[n - 1, n - 1] += survival[n]
    for x in range(n):
        reached = sum(found[y, x] * fertility[y] for y in range(1, n))
        found[0, x] = girls * survival[0] * width * 0.5 * (fertility[x] + reached)
    return found


@given(st.lists(st.floats(0.5, 1), min_size=5, max_size=5), st.lists(st.floats(0, 0.2), min_size=4, max_size=4))
def test_a_step_is_the_leslie_matrix(survival: list[float], fertility: list[float]) -> None:
    """Without moves, people a step later are the matrix times people."""
    people = np.array([[400.0, 300.0, 200.0, 100.0]])
    found = step(people, np.array([survival]), np.array(fertility), np.zeros((1, 4)), 5.0)
    np.testing.assert_allclose(found[0], leslie(survival, fertility, 5.0, GIRLS) @ people[0], rtol=1e-12)


def test_growth_tends_to_the_largest_eigenvalue() -> None:
    survival, fertility = np.array([0.98, 0.99, 0.98, 0.9, 0.3]), np.array([0.0, 0.08, 0.12, 0.0])
    people = np.array([[100.0, 100.0, 100.0, 100.0]])
    for _ in range(200):
        before, people = people, step(people, survival[None], fertility, np.zeros((1, 4)), 15.0)
    values = np.linalg.eigvals(leslie(survival, fertility, 15.0, GIRLS))
    assert people.sum() / before.sum() == pytest.approx(max(abs(values)), rel=1e-9)


def test_moves_come_half_before_and_half_after() -> None:
    people = np.array([[100.0, 100.0]])
    found = step(people, np.array([[1.0, 1.0, 0.5]]), np.zeros(2), np.array([[0.2, 0.0]]), 1.0)
    np.testing.assert_allclose(found, [[10.0, 110.0 + 50.0]])


def rates(**by_column: float) -> list[Component]:
    return [Component(sex="all", age="0+", source="made up", **by_column)]


def test_nobody_born_dying_or_moving_only_ages() -> None:
    people = np.zeros((3, 1, 2, 6))
    people[0, 0] = [[50, 50, 50, 300, 200, 100]] * 2
    found = projected(["a"], ["F", "M"], AGES, rates(), people)
    np.testing.assert_allclose(found.sum(axis=(1, 2, 3)), people[0].sum())
    np.testing.assert_allclose(found[1, 0, 0], [40, 50, 50, 300, 200, 110])


def test_balance_of_births_deaths_and_moves() -> None:
    """People later = people now + births − deaths + moves: each alone does what it says."""
    people = np.zeros((2, 1, 2, 6))
    people[0, 0] = [[50, 50, 50, 300, 200, 100]] * 2
    total = people[0].sum()
    dying = projected(["a"], ["F", "M"], AGES, rates(deaths=10.0), people)[1].sum()
    assert dying == pytest.approx(total * (1 - 0.005) / (1 + 0.005), rel=1e-9)
    moving = projected(["a"], ["F", "M"], AGES, rates(moves=10.0), people)[1].sum()
    assert moving == pytest.approx(total * 1.01, rel=1e-9)
    women = [Component(sex="all", age="0-14", source="x"), Component(sex="all", age="15-44", births=60.0, source="x"),
             Component(sex="all", age="45+", source="x")]  # fmt: skip
    born = projected(["a"], ["F", "M"], AGES, women, people)[1]
    assert born.sum() - total == pytest.approx(0.06 * 300, rel=0.02)
    young = born[0, :, 0] - 40
    assert young[0] / young.sum() == pytest.approx(100 / 205, rel=1e-9)


BY_AGE = (("0", 1, 4.0, 3.0, 0.0, -2.0, -1.0), ("1-14", 15, 0.3, 0.2, 0.0, 6.0, 5.0), ("15-29", 30, 0.8, 0.3, 71.0, 25.0, 32.0),
          ("30-44", 45, 1.4, 0.9, 58.0, -9.0, -7.5), ("45-64", 65, 6.0, 4.0, 0.0, 1.5, 2.5), ("65-84", 85, 42.0, 30.0, 0.0, 4.0, 3.0),
          ("85+", 101, 170.0, 150.0, 0.0, -11.0, -12.0))  # fmt: skip
"""Age, the year of age after it, and a year for each 1,000: deaths of men and women, births, moves of men and women."""


def with_moves() -> tuple[list[Component], np.ndarray]:
    """Rates as rows, and the matrix of one year by single years of age, women before men, made from them by hand.

    Half of those who move do so before the year and half after it: ``A = L (I + M / 2) + M / 2``, L the Leslie matrix of
    both sexes, M the share who move.
    """
    rows, ages = [], 101
    deaths, births, moves = np.zeros((2, ages)), np.zeros(ages), np.zeros((2, ages))
    first = 0
    for age, after, men_die, women_die, born, men_move, women_move in BY_AGE:
        for sex, die, move in (("F", women_die, women_move), ("M", men_die, men_move)):
            rows.append(Component(sex=sex, age=age if "-" in age or "+" in age else f"{age}-{age}", deaths=die,
                                  births=born if sex == "F" else 0.0, moves=move, source="made up"))  # fmt: skip
        deaths[:, first:after] = np.array([[women_die], [men_die]]) / 1000
        moves[:, first:after] = np.array([[women_move], [men_move]]) / 1000
        births[first:after] = born / 1000
        first = after
    lives, infants = ((1 - d / 2) / (1 + d / 2) for d in (deaths, deaths[:, 0] / 2))
    matrix = np.zeros((2 * ages, 2 * ages))
    for sex in (0, 1):
        for x in range(ages):
            matrix[ages * sex + min(x + 1, ages - 1), ages * sex + x] += lives[sex, x]
    for x in range(ages):
        children = (births[x] + births[min(x + 1, ages - 1)] * lives[0, x]) / 2
        matrix[0, x] += children * 100 / 205 * infants[0]
        matrix[ages, x] += children * 105 / 205 * infants[1]
    half = np.diag(moves.ravel()) / 2
    return rows, matrix @ (np.eye(2 * ages) + half) + half


def test_forty_years_are_powers_of_a_leslie_matrix_with_moves() -> None:
    """What the product projects from rows of rates is people times the matrix to the power of the year, to 1e-12."""
    rows, matrix = with_moves()
    people = np.zeros((41, 1, 2, 6))
    people[0, 0] = [[51, 53, 50, 310, 230, 170], [54, 55, 52, 305, 225, 140]]
    found = projected(["a"], ["F", "M"], AGES, rows, people)[:, 0]
    width = np.array([5, 5, 5, 30, 20, 36])
    single = np.repeat(people[0, 0] / width, width, axis=1).ravel()
    for year in range(41):
        exact = (np.linalg.matrix_power(matrix, year) @ single).reshape(2, 101)
        bands = np.add.reduceat(exact, np.cumsum([0, *width[:-1]]), axis=1)
        np.testing.assert_allclose(found[year], bands, rtol=1e-12)
    still = [r.model_copy(update={"moves": 0.0}) for r in rows]
    assert found[-1].sum() > 1.05 * projected(["a"], ["F", "M"], AGES, still, people)[-1].sum()


def without_projection(*rows: Component) -> Plan:
    return with_rows(with_rows(place(1, months=36), "population", ()), "components", rows)


def built(plan: Plan) -> np.ndarray:
    found: np.ndarray = baseline_of(plan).people
    return found


def test_a_plan_without_either_keeps_its_people_and_says_so() -> None:
    people = built(without_projection())
    np.testing.assert_allclose(people, np.broadcast_to(people[0], people.shape), rtol=1e-14)
    aged = built(without_projection(*rates()))
    np.testing.assert_allclose(aged.sum(axis=(1, 2, 3)), people.sum(axis=(1, 2, 3)))
    assert aged[-1, :, :, -1].sum() > people[-1, :, :, -1].sum()


def test_an_areas_own_rates_go_before_those_of_all() -> None:
    own = Component(area="A01", sex="all", age="0+", moves=20.0, source="x")
    people = built(without_projection(own, *rates(moves=0.0)))
    grown = people[-1].sum(axis=(1, 2)) / people[0].sum(axis=(1, 2))
    assert grown[0] > 1.03
    assert grown[1] == pytest.approx(1.0)


def _column(rows: list[dict[str, str]], name: str, year: int | None = None) -> np.ndarray:
    own = [r for r in rows if r["input"] == name and (year is None or r["period_start"] == str(year))]
    return np.array([float(r["value"]) for r in sorted(own, key=lambda r: int(r["age"]))])


@pytest.mark.large
def test_burkina_faso_1960_to_2005_by_its_leslie_matrices(data_folder: Path) -> None:
    """Nine steps of five years from published inputs, as by matrices worked out apart."""
    folder = data_folder / "validation" / "population_projection"
    with (folder / "burkina_faso_input.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    girls = 1 / 2.05
    people = _column(table, next(r["input"] for r in table if r["input"].startswith("baseline")))[None]
    exact = people[0].copy()
    fertility_name = next(r["input"] for r in table if "fertility" in r["input"])
    for year in range(1960, 2005, 5):
        survival = _column(table, "survival_proportion", year)
        fertility = _column(table, fertility_name, year)
        moves = _column(table, "net_migration_proportion_of_start_population", year)
        matrix = leslie(survival, fertility, 5.0, girls)
        exact = matrix @ (exact * (1 + moves / 2)) + exact * moves / 2
        people = step(people, survival[None], fertility, moves[None], 5.0, girls)
        np.testing.assert_allclose(people[0], exact, rtol=1e-12)
