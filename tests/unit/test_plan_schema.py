"""The JSON Schema holds what a good plan says, and refuses what the reader refuses."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fixtures.broken_cases import BROKEN
from fixtures.broken_plans import WHOLE
from placeplan.core.forms import Form
from placeplan.core.kinds import Kind
from placeplan.core.tables import TABLES
from placeplan.effects.base import Scope
from placeplan.effects.prevent import Prevent
from placeplan.effects.shorten import Shorten
from placeplan.plan.csvfile import read_table
from placeplan.plan.jsonschema import schemas
from placeplan.plan.reference import table_example
from placeplan.plan.synthetic import make
from placeplan.plan.yamlfile import read_yaml

SCHEMAS = schemas()


def schema_of(name: str) -> dict[str, Any]:
    folder, slash, _ = name.partition("/")
    return SCHEMAS[f"{folder}/*.yaml" if slash else name]


def errors(name: str, data: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema_of(name)).iter_errors(data)]


def typed(row: dict[str, str], schema: dict[str, Any]) -> dict[str, Any]:
    """Cells as JSON would have them: numbers as numbers, blanks left out."""
    text = {name for name, field in schema["properties"].items() if "string" in str(field)}
    return {k: v if k in text else read_yaml(v, "").data for k, v in row.items() if v}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_one_itself(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["title"] == name


@pytest.mark.parametrize("name", sorted(n for n in WHOLE if n.endswith(".yaml")))
def test_yaml_of_a_good_plan_fits_its_schema(name: str) -> None:
    assert errors(name, read_yaml(WHOLE[name], name).data) == []


@pytest.mark.parametrize("name", sorted(n for n in WHOLE if n.endswith(".csv")))
def test_rows_of_a_good_plan_fit_their_schema(name: str) -> None:
    for row in csv.DictReader(WHOLE[name].splitlines()):
        assert errors(name, typed(row, SCHEMAS[name])) == []


def test_every_kind_is_in_the_schema_and_its_example_fits() -> None:
    for family, file in (
        ("effect", "initiatives/*.yaml"),
        ("contract", "contracts/*.yaml"),
        ("distribution", "assumptions.yaml"),
    ):
        base = next(c for c in Kind.__subclasses__() if c.family == family)
        for name, cls in base.kinds().items():
            definition = SCHEMAS[file]["$defs"][f"{family}-{name}"]
            assert (
                list(Draft202012Validator({**definition, "$defs": SCHEMAS[file]["$defs"]}).iter_errors(cls.example))
                == []
            )


@pytest.mark.parametrize(
    "case",
    [
        c
        for c in BROKEN
        if c.code in ("unknown-field", "unknown-kind", "unknown-choice", "missing-field", "wrong-version")
    ],
    ids=lambda case: case.name,
)
def test_the_schema_refuses_what_the_reader_refuses(case: Any) -> None:
    assert errors(case.file, read_yaml(case.texts()[case.file], case.file).data)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_example_of_a_table_is_read(name: str) -> None:
    items, _, problems = read_table(table_example(name), f"{name}.csv", TABLES[name][0])
    assert problems == []
    assert items


def test_a_digest_tells_kinds_apart_and_leaves_defaults_out() -> None:
    plan = make()
    first = plan.initiatives[0]
    other = first.model_copy(update={"effects": (Prevent(scope=Scope(), share=0.1),)})
    same_fields = first.model_copy(update={"effects": (Shorten(scope=Scope(), share=0.1),)})
    digests = {plan.changed(initiatives=(i,)).digest for i in (other, same_fields)}
    assert len(digests) == 2
    assert plan.changed(about=plan.about.model_copy(update={"form": Form()})).digest == plan.digest
    assert plan.changed(about=plan.about.model_copy(update={"form": Form(spills="high")})).digest != plan.digest
