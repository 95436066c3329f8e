"""Fields of a class as a table of the reference: what each holds, and what it means, in the words of the code."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML

COMMON = ("source", "level", "note")  # on every row: listed last
KIND_LINKS = {"Effect": "[effect](kinds.md#effect)", "DistributionBase": "[distribution](kinds.md#distribution)"}
PATTERNS = {
    "[A-Za-z][A-Za-z0-9_": "id",
    r"\d{4}-(0[1-9]": "month",
    r"\d{4}/\d{2}": "financial year",
    r"\d{1,3}-": "age band",
}


def records(models: dict[str, type[BaseModel]]) -> Iterable[str]:
    """A section for each model, then one for each record inside it."""
    inside: dict[str, Any] = {}
    for title, model in models.items():
        schema = model.model_json_schema(mode="serialization")
        inside |= schema.get("$defs", {})
        yield from ("", f"## {title}", "", about(model), "")
        yield from fields(schema, "field")
    yield from parts({name: part for name, part in inside.items() if name not in KIND_LINKS})


def parts(every: dict[str, Any]) -> Iterable[str]:
    """A section for each record inside another."""
    for name in sorted(every):
        if "properties" in every[name]:
            yield from ("", f"### {name}", "", flow(every[name].get("description", "")), "")
            yield from fields(every[name], "field")


def fields(schema: dict[str, Any], what: str, leave_out: tuple[str, ...] = ()) -> Iterable[str]:
    """A table of the fields of a schema."""
    needed = set(schema.get("required", []))
    yield from (f"| {what} | holds | meaning |", "| --- | --- | --- |")
    every = {name: field for name, field in schema.get("properties", {}).items() if name not in leave_out}
    for name, field in sorted(every.items(), key=lambda item: item[0] in COMMON):
        told, unit = flow(field.get("description", "")), field.get("unit", "")
        meaning = f"{told.rstrip('.')}; {unit}" if told and unit else told or unit
        default = field.get("default")
        if default not in (None, "", [], {}) and name not in needed:
            meaning = f"{meaning} (default: {default})".strip()
        yield f"| `{name}`{'*' if name in needed else ''} | {cell(_holds(field))} | {cell(meaning)} |"


def _holds(field: dict[str, Any]) -> str:
    """What a field may hold, in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return KIND_LINKS.get(name, f"[{name}](#{name.lower()})")
    if "anyOf" in field:
        return " or ".join(_holds(choice) for choice in field["anyOf"])
    if "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        inside = field.get("items") or (field.get("prefixItems") or [{}])[0]
        return f"list: {_holds(inside)}"
    if field.get("type") == "object":
        inside = [field.get("additionalProperties") or {}, *field.get("patternProperties", {}).values()]
        return f"by name: {_holds(next((i for i in inside if i), {}))}"
    return _plain(field)


def _plain(field: dict[str, Any]) -> str:
    kind = {
        "number": "number",
        "integer": "whole number",
        "string": "text",
        "boolean": "true or false",
        "null": "blank",
    }
    word = kind.get(field.get("type", ""), "a kind")
    for start, name in PATTERNS.items():
        if start in field.get("pattern", ""):
            word = name
    low = _bound(field, "minimum", "from ", "exclusiveMinimum", "above ")
    high = _bound(field, "maximum", "to ", "exclusiveMaximum", "below ")
    return " ".join(filter(None, [word, low, high]))


def _bound(field: dict[str, Any], inclusive: str, word: str, exclusive: str, other: str) -> str:
    if inclusive in field:
        return f"{word}{field[inclusive]:g}"
    return f"{other}{field[exclusive]:g}" if exclusive in field else ""


def about(thing: type) -> str:
    """The docstring, its worked numbers as code."""
    paragraphs = inspect.cleandoc(thing.__doc__ or "").replace("``", "`").split("\n\n")
    return "\n\n".join(f"```pycon\n{p}\n```" if p.startswith(">>>") else p for p in paragraphs)


def flow(text: str) -> str:
    """A docstring as one line of running text."""
    return " ".join(text.replace("``", "`").split())


def cell(text: str) -> str:
    """Text as it may stand in a cell of a table."""
    return text.replace("|", "\\|")


def yaml_of(example: dict[str, Any]) -> str:
    """An example as a file of a plan says it."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 110
    text = io.StringIO()
    yaml.dump(example, text)
    return text.getvalue().rstrip()
