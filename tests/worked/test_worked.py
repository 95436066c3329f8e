"""Worked cases: numbers that a person can check by hand, in YAML that needs no Python to write.

Each case has a ``name``. One about an equation gives ``equation`` (where it stands), ``given`` and ``gives``. One about a
kind gives ``kind`` (family and name) and ``fields``, and then what comes of it: ``becomes`` (an effect's primitives),
``pays`` (a contract's payment for ``activity``, in a month of a twelfth of the year, or in as many as ``months`` says; with
``heads``, what was ``measured``, and what ``others`` paid; ``parts`` are its parts), or ``quantiles`` and ``mean`` (of a
distribution). One about cohorts that overlap gives ``shares`` of a cell and its ``parts``. ``form`` names the position of a
switch in which a case holds. ``by_hand`` is the sum itself, and has to give the same.
"""

from __future__ import annotations

import ast
import importlib
import operator
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from placeplan.contracts.base import Period
from placeplan.contracts.measures import Reading
from placeplan.core.forms import VARIANTS, Form
from placeplan.core.kinds import Kind
from placeplan.model.cohorts import atoms

FOLDER = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.yaml"))
    for case in YAML(typ="safe").load(file)
]
ROOMS = ("effects", "capacity", "contracts", "futures.distributions")
SIGNS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _families() -> dict[str, Any]:
    for room in ROOMS:
        importlib.import_module(f"placeplan.{room}")
    return {family.family: family for family in Kind.__subclasses__()}


def _sum(text: Any) -> Any:
    """The value of a sum as people write it: numbers, + − × ÷, powers and brackets; a list of them; or a number."""
    if isinstance(text, list):
        return [_sum(part) for part in text]
    if not isinstance(text, str):
        return text

    def value(node: ast.AST) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -value(inner)
            case ast.BinOp(left=left, op=sign, right=right):
                return float(SIGNS[type(sign)](value(left), value(right)))
        raise ValueError(f"not a sum: {text}")

    return value(ast.parse(text, mode="eval").body)


def _close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=1e-9, atol=1e-12)


def _kind(case: dict[str, Any]) -> Any:
    family, name = case["kind"].split()
    kind = _families()[family].of(name)
    needed = {n for n, f in kind.model_fields.items() if f.is_required()}
    example = {n: v for n, v in kind.example.items() if n in needed}
    return kind.model_validate({**example, "kind": name, **case.get("fields", {})})


@pytest.mark.parametrize("case", CASES)
def test_the_sum_by_hand_gives_what_is_expected(case: dict[str, Any]) -> None:
    expected = case.get("gives", case.get("pays", case.get("mean", [*case.get("parts", {}).values()])))
    if "by_hand" in case:
        _close(_sum(case["by_hand"]), expected)


@pytest.mark.parametrize("case", [c for c in CASES if "equation" in c.values[0]])
def test_equation(case: dict[str, Any]) -> None:
    """On numbers, and on arrays of several futures."""
    room, _, name = case["equation"].rpartition(".")
    equation = getattr(importlib.import_module(room), name)
    _close(equation(**case["given"]), case["gives"])
    if all(not isinstance(value, list) for value in case["given"].values()):
        futures = {name: np.full(3, float(value)) for name, value in case["given"].items()}
        _close(equation(**futures), np.multiply.outer(np.asarray(case["gives"], dtype=float), np.ones(3)))


@pytest.mark.parametrize("case", [c for c in CASES if "becomes" in c.values[0]])
def test_effect(case: dict[str, Any]) -> None:
    primitives = _kind(case).primitives()
    assert len(primitives) == len(case["becomes"])
    for primitive, expected in zip(primitives, case["becomes"], strict=True):
        assert {name: getattr(primitive, name) for name in expected} == expected


@pytest.mark.parametrize("case", [c for c in CASES if "pays" in c.values[0]])
def test_contract(case: dict[str, Any]) -> None:
    contract = _kind(case)
    legs = contract.legs(_period(case))
    _close(np.broadcast_to(contract.total(legs), 3), np.full(3, float(case["pays"])))
    for part, expected in case.get("parts", {}).items():
        pounds = sum(leg.pounds for leg in legs if leg.part == part)
        _close(np.broadcast_to(pounds, 3), np.full(3, float(_sum(expected))))


def _period(case: dict[str, Any]) -> Period:
    """The month, or the year so far, of a case: three futures alike."""
    activity = {pod: np.full(3, float(number)) for pod, number in case.get("activity", {}).items()}
    shares: dict[str, Any] = defaultdict(lambda: case.get("months", 1) / 12)
    measured = {
        Reading(m["outcome"], m["entity"], m.get("over", "year")): np.full(3, float(m["value"]))
        for m in case.get("measured", ())
    }
    last = case.get("last_year")
    return Period(
        activity, case.get("prices", {}), shares, float(case.get("heads", 0)) * case.get("months", 1) / 12, measured,
        case.get("others", {}), case.get("years", 0), case.get("month", 1),
        last_year=Period(heads=last["heads"], shares={"": 1.0}) if last else None,
    )  # fmt: skip


@pytest.mark.parametrize("case", [c for c in CASES if "quantiles" in c.values[0]])
def test_distribution(case: dict[str, Any]) -> None:
    distribution = _kind(case)
    at = np.array([float(u) for u in case["quantiles"]])
    np.testing.assert_allclose(distribution.quantile(at), list(case["quantiles"].values()), rtol=1e-6)
    if "mean" in case:
        np.testing.assert_allclose(distribution.expectation(), case["mean"], rtol=1e-6)


PARTS = {(False, False): "neither", (True, False): "first", (False, True): "second", (True, True): "both"}


@pytest.mark.parametrize("case", [c for c in CASES if "shares" in c.values[0]])
def test_overlap(case: dict[str, Any]) -> None:
    found = atoms(case["shares"], case["form"].split()[1])
    assert {PARTS[atom]: pytest.approx(share) for atom, share in found.items()} == case["parts"]


def test_each_form_has_a_worked_case_and_changes_what_comes_of_it() -> None:
    """Every switch stands in each of its positions, and no two of them give the same."""
    gives = {
        c.values[0]["form"]: c.values[0].get("gives", c.values[0].get("parts")) for c in CASES if "form" in c.values[0]
    }
    usual = {f"{switch} {value}" for switch, value in Form() if value != "stated"}
    assert set(gives) == usual | {form.name for form in VARIANTS}
    for switch in Form.model_fields:
        own = [str(result) for form, result in gives.items() if form.split()[0] == switch]
        assert len(own) == len(set(own)) >= 3, switch


def test_a_case_is_about_something_that_is_checked() -> None:
    for parameters in CASES:
        case = parameters.values[0]
        assert {"equation", "becomes", "pays", "quantiles", "shares"} & set(case), case["name"]


def test_every_kind_has_a_worked_case() -> None:
    worked = {case.values[0]["kind"] for case in CASES if "kind" in case.values[0]}
    known = {f"{family} {name}" for family, base in _families().items() for name in base.kinds()}
    assert known - worked == set()


def test_every_kind_is_explained_and_has_an_example_that_can_stand_in_a_plan() -> None:
    for family, base in _families().items():
        for name, kind in base.kinds().items():
            assert kind.__doc__, f"{family} {name} has no docstring"
            assert base.parse(kind.example).name == name
            bare = [n for n, f in kind.model_fields.items() if n not in {"id", "kind"} and not _explained(f)]
            own = [n for n in bare if n not in base.model_fields]
            assert own == [], f"{family} {name}: say what {own} mean, or give a unit"


def _explained(field: Any) -> bool:
    return bool(
        field.description or (isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("unit"))
    )
