"""What a form says, as the fields of an element: what was not changed in it is what was written before."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from placeplan.core.errors import Problem
from placeplan.core.kinds import Kind
from placeplan.plan.classes import class_at, model_in
from placeplan.plan.elements.controls import KIND, Node, dotted, fields_of, fields_of_kinds, leaves
from placeplan.plan.elements.texts import text_of, value_of
from placeplan.plan.elements.threeway import GONE
from placeplan.plan.located import Path, written
from placeplan.plan.workbook.columns import Facts, facts_at, has_list

MOST_ENTRIES: Final = 500
"""Entries of a list that a form has at most."""
COUNT, REMOVE, NONE = "count", "remove", "none"
"""Ends of the names of controls that are no field: how many entries there are; that one goes; that there are none."""


def filled(
    cls: type[BaseModel], old: Any, posted: Mapping[str, str], table: bool = False, path: Path = ()
) -> dict[str, Any]:
    """The fields of an element as a form says them.

    Args:
        cls: that reads it.
        old: what was written before; a control that shows the same leaves it as it was.
        posted: what stands in each control, by its name; a field without one stays.
        table: whether it is a row, in which everything is text.
        path: where it stands in the element.
    """
    old = dict(old) if isinstance(old, Mapping) else {}
    kind = posted.get(dotted((*path, KIND)), old.get(KIND))
    own = class_at(cls, {KIND: kind}, ()) or cls
    found: dict[str, Any] = {}
    if issubclass(own, Kind) and kind not in (None, ""):
        found[KIND] = kind
    for name, info in fields_of(own).items():
        found[name] = _value(info, old.get(name, GONE), posted, table, (*path, name))
    others = fields_of_kinds(own)
    for name in [*old, *_more(posted, path, others)]:
        if name not in found and name != KIND:
            was, at = old.get(name, GONE), (*path, name)
            found[name] = _value(others[name][1], was, posted, table, at) if name in others else _text(Facts(number=True, text=True, truth=True, many=isinstance(was, list), named=isinstance(was, dict)), was, posted, table, at)  # fmt: skip
    return _in_order(old, {n: v for n, v in found.items() if v is not GONE})


def _more(posted: Mapping[str, str], path: Path, others: Container[str]) -> list[str]:
    """Fields that a form had before another kind was chosen: its own controls, and those inside them."""
    before = f"{dotted(path)}." if path else ""
    names = [n.removeprefix(before) for n, text in posted.items() if n.startswith(before) and text.strip()]
    own = {COUNT, REMOVE, NONE}
    first = dict.fromkeys(
        n.partition(".")[0] for n in names if (path and "." not in n) or n.partition(".")[0] in others
    )
    return [n for n in first if n not in own]


def _in_order(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Fields in the order in which they were; a new one behind the one that the class has before it."""
    order = [n for n in old if n in new]
    before = ""
    for name in new:
        if name not in old:
            order.insert(order.index(before) + 1 if before else 0, name)
        before = name
    return {n: new[n] for n in order}


def _value(info: FieldInfo, old: Any, posted: Mapping[str, str], table: bool, path: Path) -> Any:
    inside, facts = model_in(info.annotation), facts_at(info)
    name = dotted(path)
    if inside is not None and f"{name}.{COUNT}" in posted:
        return _entries(inside, old, posted, path)
    if inside is not None and not has_list(info.annotation) and name not in posted:
        said = any(n.startswith(f"{name}.") and text.strip() for n, text in posted.items())
        touched = any(n.startswith(f"{name}.") for n in posted)
        was = old if isinstance(old, Mapping) else {}
        found = filled(inside, was, posted, table, path) if touched else old
        return GONE if touched and not said and found != old else GONE if found == {} and old is GONE else found
    if inside is not None:
        many = has_list(info.annotation)
        facts = Facts(text=True, many=many or isinstance(old, list), named=not many)
    return _text(facts, old, posted, table, path)


def _text(facts: Facts, old: Any, posted: Mapping[str, str], table: bool, path: Path) -> Any:
    text = posted.get(dotted(path))
    shown = "" if old is GONE else text_of(old, facts)
    if text is None or text.replace("\r\n", "\n") == shown.replace("\r\n", "\n"):
        return old
    plain = text.replace("\r\n", "\n").strip()
    return GONE if not plain else plain if table else value_of(plain, facts)


def _entries(inside: type[BaseModel], old: Any, posted: Mapping[str, str], path: Path) -> Any:
    was = old if isinstance(old, list) else []
    name = dotted(path)
    given = posted[f"{name}.{COUNT}"]
    count = min(int(given), MOST_ENTRIES) if given.isascii() and given.isdigit() and len(given) < 5 else len(was)
    found = []
    for n in range(count):
        entry = filled(inside, was[n] if n < len(was) else {}, posted, path=(*path, n))
        if f"{name}.{n}.{REMOVE}" not in posted and (entry or n < len(was)):
            found.append(entry)
    if found:
        return found
    return [] if was or old == [] or f"{name}.{NONE}" in posted else GONE


def beside(nodes: Sequence[Node], problems: Sequence[Problem], base: Path, table: bool) -> list[Problem]:
    """Puts each problem beside the control that it is about, or the nearest around it; those of no control are given back."""
    by_name = {(str(n.path[-1]) if table else written((*base, *n.path))): n for n in leaves(nodes)}
    rest = []
    for p in problems:
        at = p.column
        while at and at not in by_name:
            at = at[: max(at.rfind("."), at.rfind(" ("), 0)]
        if at in by_name:
            by_name[at].problems.append(p)
        else:
            rest.append(p)
    return rest


def control_of(nodes: Sequence[Node], problem: Problem) -> str:
    """The name of the control beside which a problem stands; "" where it stands beside none."""
    return next((n.name for n in leaves(nodes) if problem in n.problems), "")
