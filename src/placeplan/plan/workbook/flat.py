"""An element of YAML as one row of a sheet, with the rows of its lists, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from placeplan.plan.located import Path
from placeplan.plan.workbook.cells import Cell, decoded, encoded
from placeplan.plan.workbook.columns import MORE, Column, columns_inside

NONE = "[]"
"""What a list's cell holds where the plan says that there is nothing."""


@dataclass
class Flat:
    """The cells of an element by column, and the elements of its lists by field; what is blank is not there."""

    cells: dict[str, Cell] = field(default_factory=dict)
    children: dict[str, list[Flat]] = field(default_factory=dict)


def flat(data: Any, columns: Sequence[Column]) -> Flat:
    """Data as cells. What fits no column is written as JSON in the column ``more``, so that nothing is lost.

    >>> from placeplan.plan.promises import Promise
    >>> from placeplan.plan.workbook.columns import columns_of
    >>> flat({"id": "a", "at_least": {"2017/18": 0}, "hard": True, "odd": [1]}, columns_of(Promise)).cells
    {'id': 'a', 'at_least': '2017/18: 0', 'hard': True, 'more': '{"odd": [1]}'}
    """
    if not isinstance(data, dict):
        return Flat({MORE: json.dumps(data, ensure_ascii=False)})
    found, rest = Flat(), deepcopy(data)
    for column in columns:
        value = value_at(data, column.path)
        if value is None or value == "":
            continue
        if column.child is not None and _records(value):
            if value:
                inner = columns_inside(column.child)
                found.children[column.name] = [flat(entry, inner) for entry in value]
            else:
                found.cells[column.name] = NONE
        elif (cell := encoded(value, column.facts)) is not None:
            found.cells[column.name] = cell
        else:
            continue
        _take(rest, column.path)
    rest = {k: v for k, v in rest.items() if v not in (None, "")}
    if rest:
        found.cells[MORE] = json.dumps(rest, ensure_ascii=False)
    return found


def _records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, dict) for v in value)


def value_at(data: Any, path: Path) -> Any:
    """What stands at a path; None where nothing does."""
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return None
        data = data[part]
    return data


def _take(data: dict[Any, Any], path: Path) -> None:
    """Takes a value away, and the groups that are empty without it."""
    if len(path) > 1:
        _take(data[path[0]], path[1:])
        if data[path[0]]:
            return
    del data[path[0]]


def unflat(given: Flat, columns: Iterable[Column]) -> Any:
    """The data of cells: fields in the order of the class.

    >>> from placeplan.plan.promises import Promise
    >>> from placeplan.plan.workbook.columns import columns_of
    >>> unflat(Flat({"id": "a", "at_least": "2017/18: 0", "asks": 0.8}), columns_of(Promise))
    {'id': 'a', 'at_least': {'2017/18': 0}, 'asks': 0.8}
    """
    data: dict[Any, Any] = {}
    for column in columns:
        if column.name in given.children and column.child is not None:
            inner = columns_inside(column.child)
            _put(data, column.path, [unflat(child, inner) for child in given.children[column.name]])
        elif column.name in given.cells:
            _put(data, column.path, decoded(given.cells[column.name], column.facts))
    more = given.cells.get(MORE)
    return _joined(data, json.loads(str(more))) if more is not None else data


def _put(data: dict[Any, Any], path: Path, value: Any) -> None:
    for part in path[:-1]:
        data = data.setdefault(part, {})
    data[path[-1]] = value


def _joined(data: dict[Any, Any], more: Any) -> Any:
    """Data with what stood in ``more``."""
    if not isinstance(more, dict):
        return more
    for key, value in more.items():
        both = isinstance(value, dict) and isinstance(data.get(key), dict)
        data[key] = _joined(data[key], value) if both else value
    return data
