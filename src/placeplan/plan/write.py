"""Write a plan as a folder that reads back to the same plan."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from placeplan.core.errors import PlanError
from placeplan.core.records import Record
from placeplan.core.tables import TABLES, Row
from placeplan.plan.aside import put_in_place, refuse_unwritable
from placeplan.plan.initiatives import SAID, Initiative
from placeplan.plan.library import with_library
from placeplan.plan.located import problem
from placeplan.plan.reader import LISTS
from placeplan.plan.schema import Plan
from placeplan.plan.yamlfile import typed


def write_plan(plan: Plan, folder: str | Path) -> None:
    """Write a plan into a new or empty folder.

    The files are written aside and the folder renamed at the end, so that nothing half-written is left. What the
    library would add again when the folder is read is left out. `read_plan` of the folder has the digest of
    ``with_library(plan)``.

    Raises:
        PlanError: where the folder is there and not empty.
    """
    write_files(plan_files(plan), Path(folder))


def write_files(texts: Mapping[str, str], folder: Path) -> None:
    """Write files (name with ``/`` → text) into a new or empty folder, all or none."""
    refuse_used(folder)
    with put_in_place(folder) as aside:
        aside.mkdir()
        for name, text in texts.items():
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def refuse_used(folder: Path) -> None:
    """Raise PlanError where a folder (or file) is there and holds something, or where none can be made."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        what, mend = f"“{folder}” is there already and not empty.", "Give another folder, or move this one away."
        raise PlanError([problem(folder.name or str(folder), 0, "", "folder-in-use", what, mend)])
    refuse_unwritable(folder, folder.name or str(folder))


def plan_files(plan: Plan) -> dict[str, str]:
    """The files of a plan's folder: name → text."""
    plan = _own(plan)
    texts = {"plan.yaml": yaml_text(as_written(plan.about))}
    for name, (cls, needed) in TABLES.items():
        rows = plan.tables.get(name, ())
        if rows or needed:
            texts[f"{name}.csv"] = csv_text(cls, rows)
    for item in plan.initiatives:
        texts[f"initiatives/{item.id}.yaml"] = yaml_text(as_written(item))
    for contract in plan.contracts:
        texts[f"contracts/{contract.id}.yaml"] = yaml_text(as_written(contract))
    for form in plan.payment_forms:
        texts[f"payment_forms/{form.id}.yaml"] = yaml_text(as_written(form))
    assumed = {"assumptions": _dumps(plan.assumptions), "correlations": _dumps(plan.correlations)}
    lists = {
        "assumptions.yaml": {part: items for part, items in assumed.items() if items},
        **{name: _later(plan, LISTS[name][1]) for name in ("authority.yaml", "stages.yaml")},
        "promises.yaml": {"promises": _dumps(plan.promises)},
        "scenarios.yaml": {"scenarios": _dumps(plan.scenarios)},
        "sources.yaml": {"sources": _dumps(plan.sources)},
    }
    return texts | {name: yaml_text(parts) for name, parts in lists.items() if any(parts.values())}


def _later(plan: Plan, parts: Iterable[str]) -> dict[str, Any]:
    """Those of some parts that a plan has."""
    return {part: _dumps(getattr(plan, part)) for part in parts if getattr(plan, part)}


def _own(plan: Plan) -> Plan:
    """The plan without what the library would add again."""
    bare = plan.changed(
        tables={n: tuple(r for r in rows if r.level != "default" or TABLES[n][1]) for n, rows in plan.tables.items()},
        assumptions=tuple(a for a in plan.assumptions if a.level != "default"),
        correlations=(), promises=(), scenarios=(),
    )  # fmt: skip
    lib = with_library(bare)
    added = {name: set(lib.tables[name]) - set(bare.tables[name]) for name in plan.tables}
    tables = {name: tuple(row for row in rows if row not in added[name]) for name, rows in plan.tables.items()}
    return plan.changed(
        tables=tables,
        assumptions=_without(plan.assumptions, lib.assumptions, bare.assumptions),
        correlations=_without(plan.correlations, lib.correlations, ()),
        promises=() if plan.promises == lib.promises else plan.promises,
        scenarios=_without(plan.scenarios, lib.scenarios, ()),
    )


def _without(items: tuple[Any, ...], library: tuple[Any, ...], own: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(i for i in items if i in own or i not in library)


def csv_text(cls: type[Row], rows: Iterable[Row]) -> str:
    """Rows as CSV with a header; optional columns that no row uses are left out.

    >>> from placeplan.core.tables import UnitCost
    >>> print(csv_text(UnitCost, [UnitCost(pod="day_case", cost=738, source="made up")]), end="")
    pod,cost,source
    day_case,738,made up
    """
    dumped = [row.model_dump(mode="json") for row in rows]
    fields = cls.model_fields
    own = [name for name in fields if name not in Row.model_fields] + list(Row.model_fields)
    used = [n for n in own if fields[n].is_required() or any(d[n] != fields[n].default for d in dumped)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(used)
    writer.writerows([_cell(row[name]) for name in used] for row in dumped)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def yaml_text(data: Any) -> str:
    """Data as YAML in the plan's layout."""
    yaml = YAML(pure=True)
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 110
    yaml.allow_unicode = True
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()


def _dumps(items: Iterable[Record]) -> list[Any]:
    return [as_written(item) for item in items]


def as_written(item: Record) -> Any:
    """The fields of a record that differ from their default, with the kind of each kind: what a file of it says."""
    return _plain(item.model_dump(mode="json"), item)


def _plain(data: Any, item: Any) -> Any:
    if isinstance(item, Record):
        return {name: _plain(data[name], value) for name, value in _kept(item)}
    if isinstance(item, tuple | list):
        return [_plain(d, v) for d, v in zip(data, item, strict=True)]
    if isinstance(data, str) and typed(data) != data:
        return SingleQuotedScalarString(data)
    return data


def _kept(item: Record) -> Iterator[tuple[str, Any]]:
    for name, field in type(item).model_fields.items():
        value = getattr(item, name)
        said = name == "kind" or (isinstance(item, Initiative) and name in SAID)
        if said or field.is_required() or value != field.get_default(call_default_factory=True):
            yield name, value
