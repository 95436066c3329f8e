"""Elements, fields and values of a plan as people say them: by names, labels and units, as the forms have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from placeplan.plan.classes import class_at, model_in
from placeplan.plan.elements.controls import KIND, called, refers
from placeplan.plan.elements.edit import Element
from placeplan.plan.elements.hints import Names, plain
from placeplan.plan.elements.parts import Part, said
from placeplan.plan.elements.threeway import GONE, same
from placeplan.plan.elements.words import NOTHING, shown
from placeplan.plan.located import Path
from placeplan.plan.workbook.columns import Facts, facts_at, has_list

NUMBER: Final = re.compile(r"(-?)(\d+)((?:\.\d+)?)")
LONG: Final = 10_000
"""From here thousands stand apart, so that no year does."""
OWN_UNIT: Final = ("the assumption's unit", "as unit says")
"""Units that say: the element's own field ``unit``."""


@dataclass(frozen=True)
class Place:
    """A place in an element: what it is called, and what may stand there."""

    labels: tuple[str, ...] = ()
    """From outside to inside: ``Effects 1: Prevent``, ``Share``."""
    name: str = ""
    """Its field."""
    cls: type[BaseModel] | None = None
    """The class that reads it, or an entry of it."""
    info: FieldInfo | None = None
    facts: Facts = field(default_factory=Facts)
    unit: str = ""
    own_unit: str = ""
    """What the element says its unit is, for fields that have the element's own."""

    @property
    def label(self) -> str:
        """What people call it; "" for the element itself."""
        return " – ".join(self.labels)


def place_of(part: Part, data: Any, path: Path, names: Names, file: str = "") -> Place:
    """A place in an element.

    Args:
        part: of the element.
        data: what the element says; kinds in it decide which fields there are.
        path: steps from it; an entry of a list is named by its number or its id.
        names: ids that the plan has, with what people call them.
        file: in which it stands.

    >>> from placeplan.plan.elements.parts import parts
    >>> data = {"effects": [{"kind": "prevent", "share": 0.1}]}
    >>> place_of(parts()["initiatives"], data, ("effects", 0, "share"), {}).labels
    ('Effects 1: Prevent', 'Share')
    """
    found = Place(cls=part.class_of(data, file), own_unit=_own_unit(data))
    for step in path:
        found, data = _deeper(found, data, step, names)
    return found


def _own_unit(data: Any) -> str:
    return str(data.get("unit") or "") if isinstance(data, Mapping) else ""


def _deeper(at: Place, data: Any, step: str | int, names: Names) -> tuple[Place, Any]:
    """One step further in, and what stands there."""
    if at.facts.many and not (at.facts.named and isinstance(data, Mapping)):
        n = _number(data, step)
        entry = data[n] if n is not None else None
        label = (
            called(at.name, n or 0, entry if isinstance(entry, Mapping) else {}, names) if n is not None else str(step)
        )
        return replace(at, labels=(*at.labels[:-1], label), facts=replace(at.facts, many=False)), entry
    inside = data.get(step) if isinstance(data, Mapping) else None
    if at.facts.named:
        return replace(at, labels=(*at.labels, _called_anywhere(str(step), names)), facts=replace(at.facts, named=False)), inside  # fmt: skip
    return _field(at, data, str(step)), inside


def _number(data: Any, step: str | int) -> int | None:
    """Which entry of a list a step means; None where it has none of that name."""
    if not isinstance(data, list):
        return None
    if isinstance(step, int):
        return step if step < len(data) else None
    return next((n for n, e in enumerate(data) if isinstance(e, Mapping) and e.get("id") == step), None)


def _field(at: Place, data: Any, name: str) -> Place:
    own = class_at(at.cls, data, ()) if at.cls is not None else None
    info = own.model_fields.get(name) if own is not None else None
    labels = (*at.labels, said(name))
    if info is None:
        return Place(labels, name, facts=Facts(text=name == KIND), own_unit=at.own_unit)
    extra = info.json_schema_extra
    unit = plain(str(extra.get("unit", ""))) if isinstance(extra, dict) else ""
    facts = replace(facts_at(info), many=has_list(info.annotation))
    if at.own_unit and unit.startswith(OWN_UNIT):
        unit = at.own_unit
    return Place(labels, name, model_in(info.annotation), info, facts, unit.partition(";")[0], at.own_unit)


def worded(value: Any, at: Place, names: Names) -> str:
    r"""A value as people read it: with its unit, and with names in place of ids; of records a line a field.

    >>> worded(1200000.0, Place(unit="£ a year", facts=Facts(number=True)), {}), worded(True, Place(), {})
    ('£1,200,000 a year', 'yes')
    """
    if value is GONE or value is None:
        return NOTHING
    if isinstance(value, Mapping):
        return "\n".join(_lines(value, at, names)) or "none"
    if isinstance(value, list):
        return "\n".join(_entries(value, at, names)) or "none"
    return _scalar(value, at, names)


def _lines(value: Mapping[str, Any], at: Place, names: Names) -> Iterator[str]:
    at = replace(at, own_unit=at.own_unit or _own_unit(value))
    for step, one in value.items():
        inner, _ = _deeper(at, value, step, names)
        yield from _under(inner.labels[-1], worded(one, inner, names), isinstance(one, Mapping | list))


def _entries(value: Sequence[Any], at: Place, names: Names) -> Iterator[str]:
    for n, one in enumerate(value):
        inner, _ = _deeper(replace(at, labels=at.labels or ("",), facts=replace(at.facts, many=True)), value, n, names)
        text = worded(one, inner, names)
        yield from _under(inner.labels[-1], text, True) if isinstance(one, Mapping) else [text]


def _under(label: str, text: str, below: bool) -> list[str]:
    """A label with what it says: on its line, or set in below it."""
    if below and text != "none":
        return [f"{label}:", *(f"  {line}" for line in text.split("\n"))]
    return [f"{label}: {text}"]


def _scalar(value: Any, at: Place, names: Names) -> str:
    text = shown(value)
    if isinstance(value, bool) or (at.facts.truth and text in ("true", "false")):
        return "yes" if text == "true" else "no"
    if text in at.facts.choices or at.name == KIND:
        return said(text)
    if at.facts.text and (known := _called_here(text, at, names)):
        return known
    found = NUMBER.fullmatch(text)
    return _with_unit(found, at.unit) if found and (at.facts.number or isinstance(value, int | float)) else text


def _called_here(text: str, at: Place, names: Names) -> str:
    """An id as people call what it names, with the id; "" where the field holds no ids."""
    kinds = ("assumption",) if at.facts.number and at.facts.pattern else refers(at.name, names)
    own = next((label for kind in kinds for one, label in names.get(kind, ()) if one == text), "")
    if not kinds and at.facts.pattern and at.name != "id":
        return _called_anywhere(text, names)
    return f"{own} ({text})" if own and own != text else ""


def _called_anywhere(text: str, names: Names) -> str:
    """What the only thing of that name is called; the name itself where there is none, or several."""
    found = {label for every in names.values() for one, label in every if one == text}
    return f"{found.pop()} ({text})" if len(found) == 1 and text not in found else text


def _with_unit(found: re.Match[str], unit: str) -> str:
    sign, whole, part = found.groups()
    part = "" if part.strip(".0") == "" else part
    pounds = unit.startswith("£")
    number = f"{int(whole):,}{part}" if pounds or int(whole) >= LONG else f"{whole}{part}"
    if pounds:
        return f"{'−' if sign else ''}£{number}{unit[1:]}"
    return f"{'−' if sign else ''}{number}{f' ({unit})' if unit else ''}"


def told_apart(values: Sequence[Any], at: Place, names: Names) -> list[str]:
    """Values side by side in words; as they are written, where words would hide that they differ."""
    ways = ([worded(v, at, names) for v in values], [shown(v) for v in values])
    return next((way for way in ways if not _hides(way, values)), [json.dumps(v, default=str) for v in values])


def _hides(way: Sequence[str], values: Sequence[Any]) -> bool:
    """Whether two values that differ are said in the same way."""
    told = list(zip(way, values, strict=True))
    return any(a == b and not same(v, w) for a, v in told for b, w in told)


def called_element(e: Element, names: Names) -> str:
    r"""What people call an element: its name, what it is about, or what its row is of, with names in place of ids.

    >>> from placeplan.plan.elements.edit import elements
    >>> from placeplan.plan.elements.parts import parts
    >>> row = next(elements(parts()["beds"], {"beds.csv": b"site,pool\nS1,general\n"}))
    >>> called_element(row, {"site": [("S1", "North hospital")]})
    'North hospital (S1) · General'
    """
    if not isinstance(e.data, Mapping) or e.label != e.name:
        return e.label
    about = e.data.get("about")
    if not e.part.table:
        return f"{about} ({e.name})" if isinstance(about, str) and about and e.part.keys == ("id",) and len(about) < 120 else e.name  # fmt: skip
    values = [(k, e.data[k]) for k in e.part.keys if e.data.get(k)]
    places = ((replace(place_of(e.part, e.data, (k,), names), unit=""), v) for k, v in values)
    return " · ".join(worded(v, at, names) for at, v in places) or e.name
