"""The columns of a sheet, made from the class whose fields they hold; what is nested gets a dotted name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from placeplan.core.kinds import Kind
from placeplan.plan.classes import model_in
from placeplan.plan.located import Path

MORE = "more"
"""Column for what fits no other column, as JSON."""
DEEPEST = 3
"""How many records may stand in one another as dotted columns; what is deeper stands as JSON in one cell."""


@dataclass(frozen=True)
class Facts:
    """What may stand in a cell."""

    number: bool = False
    text: bool = False
    truth: bool = False
    many: bool = False
    """A list, one entry a line."""
    named: bool = False
    """Names with values, one a line: ``RBD: 0.4``."""
    pattern: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False
    """Whether a number has to be a whole one."""

    def joined(self, other: Facts) -> Facts:
        """What may stand there if either may."""
        fixed = self.choices + tuple(c for c in other.choices if c not in self.choices)
        return Facts(
            self.number or other.number, self.text or other.text, self.truth or other.truth, self.many or other.many,
            self.named or other.named, self.pattern or other.pattern, fixed,
            other.least if self.least is None else self.least, other.most if self.most is None else self.most,
            self.whole if not other.number else other.whole if not self.number else self.whole and other.whole,
        )  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: its name, where its value stands in the data, and what may stand in it."""

    name: str
    path: Path
    facts: Facts
    unit: str = ""
    note: str = ""
    required: bool = False
    child: type[BaseModel] | None = None
    """Class of the rows of a sheet of its own, where the field is a list of records."""

    @property
    def above(self) -> str:
        """What stands above its name: whether it is needed, and its unit."""
        return " · ".join(filter(None, ("needed" if self.required else "", self.unit)))

    @property
    def code(self) -> bool:
        """Whether a name or code stands there, which a spreadsheet may turn into a date or a number."""
        return bool(self.facts.pattern)


def facts_of(annotation: Any) -> Facts:
    """What an annotation lets stand in a cell.

    >>> facts_of(float | None).number, facts_of(Literal["F", "M"]).choices, facts_of(tuple[str, ...]).many
    (True, ('F', 'M'), True)
    """
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _bounded(facts_of(args[0]), args[1:])
    if origin in (Union, UnionType):
        return _any_of(facts_of(a) for a in args if a is not type(None))
    if origin is Literal:
        words = tuple(a for a in args if isinstance(a, str))
        return Facts(number=len(words) < len(args), text=bool(words), choices=tuple(w for w in words if w))
    if origin in (tuple, list):
        return replace(facts_of(args[0]), many=True)
    if origin is dict:
        return replace(facts_of(args[1]), named=True)
    simple = {
        float: Facts(number=True),
        int: Facts(number=True, whole=True),
        bool: Facts(truth=True),
        str: Facts(text=True),
    }
    return simple.get(annotation, Facts())


def facts_at(field: FieldInfo) -> Facts:
    """What a field of a class lets stand in a cell, with its limits."""
    return _bounded(facts_of(field.annotation), field.metadata)


def _any_of(found: Iterable[Facts]) -> Facts:
    """What any of them lets stand there; limits of a number hold only where nothing else may stand."""
    every = list(found)
    joined = Facts()
    for facts in every:
        joined = joined.joined(facts)
    return joined


def _bounded(facts: Facts, metadata: Iterable[Any]) -> Facts:
    for one in metadata:
        pattern = getattr(one, "pattern", None)
        facts = replace(facts, pattern=facts.pattern or str(pattern or "")) if not isinstance(one, FieldInfo) else facts
        inner = one.metadata if isinstance(one, FieldInfo) else (one,)
        for limit in inner:
            low, high = getattr(limit, "ge", None), getattr(limit, "le", None)
            facts = replace(facts, least=facts.least if low is None else low, most=facts.most if high is None else high)
            facts = replace(facts, pattern=facts.pattern or str(getattr(limit, "pattern", None) or ""))
    return facts


def columns_of(cls: type[BaseModel], base: Path = ()) -> tuple[Column, ...]:
    """The columns for a class: its fields in order, those of records inside it with dotted names, of a family all kinds'.

    >>> from placeplan.core.tables import UnitCost
    >>> [c.name for c in columns_of(UnitCost)]
    ['pod', 'cost', 'source', 'level', 'note']
    """
    found: dict[str, Column] = {}
    for owner in _classes(cls):
        for name, field in owner.model_fields.items():
            for column in _field(name, field, base):
                before = found.get(column.name)
                found[column.name] = column if before is None else _both(before, column)
    return tuple(sorted(found.values(), key=lambda column: _place(column, issubclass(cls, Kind))))


def columns_inside(cls: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of the rows of a list: lists of records in them have no sheet of their own, and stand in ``more``."""
    return tuple(c for c in columns_of(cls) if c.child is None)


def _place(column: Column, kinds: bool) -> int:
    """What a thing is comes first, where its figures come from last."""
    first, last = {"id": -2, **({"kind": -1} if kinds else {})}, {"source": 1, "level": 2, "note": 3}
    return first.get(column.name, last.get(column.name, 0))


def _classes(cls: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """The class itself, or every kind of a family."""
    if issubclass(cls, Kind) and not cls.name:
        return (cls, *cls.kinds().values())
    return (cls,)


def _both(first: Column, other: Column) -> Column:
    """One column for a field that several kinds have: what any of them lets stand there, each unit and note once."""
    note = first.note if not other.note or other.note in first.note else f"{first.note}\n{other.note}".strip()
    unit = first.unit if not other.unit or other.unit in first.unit else f"{first.unit}; {other.unit}".strip("; ")
    return replace(first, facts=first.facts.joined(other.facts), unit=unit, note=note)


def _field(name: str, field: FieldInfo, base: Path) -> Iterator[Column]:
    path = (*base, name)
    extra = field.json_schema_extra
    unit = _plain(str(extra.get("unit", ""))) if isinstance(extra, dict) else ""
    dotted = ".".join(str(p) for p in path)
    facts = facts_at(field)
    inside = model_in(field.annotation)
    column = Column(dotted, path, facts, unit, _plain(field.description or ""), field.is_required())
    if inside is None:
        yield column
    elif facts.many or has_list(field.annotation):
        yield replace(column, facts=replace(facts, many=True), child=inside if not base else None)
    elif facts.named or len(path) >= DEEPEST:
        yield column
    else:
        yield from (replace(c, required=c.required and field.is_required()) for c in columns_of(inside, path))


def has_list(annotation: Any) -> bool:
    """Whether a list may stand there."""
    return get_origin(annotation) in (tuple, list) or any(has_list(a) for a in get_args(annotation))


def _plain(text: str) -> str:
    """A docstring as people read it in a comment: without marks, on one line."""
    return re.sub(r"\s+", " ", text.replace("`", "")).strip()
