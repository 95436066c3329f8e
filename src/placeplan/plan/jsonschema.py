"""JSON Schema of every file of a plan, made from the classes."""

from __future__ import annotations

from typing import Any

import placeplan.contracts
import placeplan.effects  # noqa: F401 – registers the kinds, as does the line above
from placeplan.contracts.base import Contract
from placeplan.core.kinds import Kind
from placeplan.core.tables import TABLES
from placeplan.effects.base import Effect
from placeplan.futures.assumptions import AssumptionFile
from placeplan.futures.distributions import DistributionBase
from placeplan.plan.authority import AuthorityFile
from placeplan.plan.initiatives import Initiative
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.promises import PromiseFile
from placeplan.plan.recipes import Recipe
from placeplan.plan.scenarios import ScenarioFile
from placeplan.plan.schema import PlanFile, SourceFile
from placeplan.plan.stages import StageFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FAMILIES: dict[str, type[Kind]] = {"Contract": Contract, "Effect": Effect, "DistributionBase": DistributionBase}
"""Definitions that stand for any kind of a family."""


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema by file name; that of a table describes one row.

    >>> sorted(schemas())[:3]
    ['activity.csv', 'areas.csv', 'assumptions.yaml']
    """
    files: dict[str, type[Any]] = {
        "plan.yaml": PlanFile,
        **{f"{name}.csv": cls for name, (cls, _) in TABLES.items()},
        "assumptions.yaml": AssumptionFile,
        "authority.yaml": AuthorityFile,
        "promises.yaml": PromiseFile,
        "scenarios.yaml": ScenarioFile,
        "sources.yaml": SourceFile,
        "stages.yaml": StageFile,
        "payment_forms/*.yaml": PaymentForm,
    }
    found = {name: _whole(cls.model_json_schema(), name) for name, cls in files.items()}
    for name in ("scenarios.yaml", "stages.yaml", "payment_forms/*.yaml"):
        found[name]["$defs"]["Rule"]["properties"]["kind"]["enum"] = ["", *Contract.kinds()]
    found["initiatives/*.yaml"] = _either(Initiative, Recipe, "recipe", "initiatives/*.yaml")
    return found | {"contracts/*.yaml": _whole(any_kind(Contract), "contracts/*.yaml")}


def _either(usual: type[Any], other: type[Any], marked_by: str, title: str) -> dict[str, Any]:
    """Schema of a file that holds one of two classes: the other where it has the field by which that is told."""
    one, two = (_whole(cls.model_json_schema(), title) for cls in (usual, other))
    definitions = one.pop("$defs", {}) | two.pop("$defs", {})
    two["required"] = [name for name in two.get("required", []) if name != "id"]
    choice = {"if": {"required": [marked_by]}, "then": two, "else": one}
    return {"$schema": DRAFT, "title": title, **choice, "$defs": definitions}


def any_kind(family: type[Kind]) -> dict[str, Any]:
    """Schema of any kind of a family, chosen by its ``kind``."""
    definitions: dict[str, Any] = {}
    choices = []
    for name, cls in family.kinds().items():
        schema = cls.model_json_schema()
        definitions |= schema.pop("$defs", {})
        schema["required"] = sorted({*schema.get("required", []), "kind"})
        definitions[f"{family.family}-{name}"] = schema
        choices.append({"$ref": f"#/$defs/{family.family}-{name}"})
    return {"oneOf": choices, "$defs": definitions}


def _whole(schema: dict[str, Any], title: str) -> dict[str, Any]:
    """A schema in which every family of kinds lists its kinds."""
    definitions = schema.get("$defs", {})
    for name in [name for name in FAMILIES if name in definitions]:
        kinds = any_kind(FAMILIES[name])
        definitions |= kinds.pop("$defs")
        definitions[name] = kinds
    return {"$schema": DRAFT, **schema, "title": title}
