"""Where elements of a plan name each other: what can be chosen, where a name is used, and files with another name in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from placeplan.futures.assumptions import Assumption
from placeplan.plan.elements.compose import Said, composed
from placeplan.plan.elements.controls import PROSE
from placeplan.plan.elements.cut import as_bytes, as_text, cut
from placeplan.plan.elements.edit import Change, Element, Files, elements
from placeplan.plan.elements.hints import VALUES
from placeplan.plan.elements.parts import Part, parts, parts_in
from placeplan.plan.elements.worded import called_element, place_of
from placeplan.plan.library import library
from placeplan.plan.located import Path
from placeplan.plan.numbers.number import shown
from placeplan.plan.reader import IDS

NO_NAME: Final = (*PROSE, "kind", "level", "title", "publisher", "licence", "date", "unit")
"""Fields in which no names of other elements stand."""


@dataclass(frozen=True)
class Use:
    """A place in which an element is named: by which element, and in which of its fields, in words."""

    element: Element
    called: str
    field: str


def kinds() -> dict[str, Part]:
    """Parts whose elements have a name of their own, by kind: ``organisation``, ``initiative`` …."""
    found = {p.name.removesuffix("s"): p for p in parts().values() if p.keys == ("id",)}
    return found | {kind: parts()[table] for table, (kind, _) in IDS.items()}


def names(files: Files) -> dict[str, list[tuple[str, str]]]:
    """Ids of each kind that a plan has or the library gives it, each with what people call it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, part in kinds().items():
        column = IDS[part.name][1] if part.name in IDS else "id"
        every = (e for e in elements(part, files) if isinstance(e.data, dict) and e.data.get(column))
        found[kind] = list({str(e.data[column]): _called(e) for e in every}.items())
    own = {a for a, _ in found["assumption"]}
    found["assumption"] += [(i.value.id, i.value.about) for i in library().assumptions if i.value.id not in own]
    found[VALUES] = list(_middles(files).items())
    pods = {p for p, _ in found["pod"]}
    given = (i.value.model_dump() for i in library().tables["pods"])
    found["pod"] += [(pod["id"], pod["name"]) for pod in given if pod["id"] not in pods]
    return found


def _middles(files: Files) -> dict[str, str]:
    """The middle of each assumption to three figures, with its unit; the plan's own before the library's; none of one that cannot be read."""
    found = {i.value.id: i.value for i in library().assumptions}
    for e in elements(parts()["assumptions"], files):
        with suppress(ValidationError):
            one = Assumption.model_validate(e.data)
            found[one.id] = one
    return {name: f"{shown(float(f'{a.distribution.middle:.3g}'))} {a.unit}" for name, a in found.items()}


def _called(e: Element) -> str:
    """What people call an element: of one without a name, what it is about."""
    about = e.data.get("about")
    return about if e.label == e.name and isinstance(about, str) and about else e.label


def uses(files: Files, of: Element) -> list[Use]:
    """Where an element is named by others."""
    name, known = id_of(of), names(files)
    found = []
    for part in parts().values() if name else ():
        for e in elements(part, files):
            if (e.part.name, e.file, e.name) != (of.part.name, of.file, of.name):
                places = [place_of(e.part, e.data, at, known, e.file) for at in _places(e.data, name, ())]
                found += [Use(e, called_element(e, known), place.label) for place in places]
    return found


def id_of(e: Element) -> str:
    """The name by which others call an element; "" where it has none."""
    column = IDS[e.part.name][1] if e.part.name in IDS else "id"
    given = e.data.get(column) if isinstance(e.data, dict) else None
    return given if isinstance(given, str) and (e.part in kinds().values()) else ""


def also_named(files: Files, of: Element) -> list[str]:
    """Other kinds of element of which one has the same name: where it is named, nobody knows which is meant."""
    name = id_of(of)
    others = ((kind, part) for kind, part in kinds().items() if part is not of.part)
    return [kind for kind, part in others if name and any(id_of(e) == name for e in elements(part, files))]


def _places(data: Any, name: str, at: Path) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == name:
                yield (*at, key)
            elif key not in NO_NAME and key != "id":
                yield from _places(value, name, (*at, key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _places(value, name, (*at, n))
    elif isinstance(data, str) and (data == name or name in data.split("/")):
        yield at


def renamed(files: Files, of: Element, name: str) -> Change:
    """What of the files differs once an element has another name, here and wherever it is named."""
    old = id_of(of)
    column = IDS[of.part.name][1] if of.part.name in IDS else "id"
    change: Change = {}
    for file, data in files.items():
        if parts_in(file):
            made = _mapped(file, data, of, column, lambda v: _swapped(v, old, name))
            if made != data:
                change[file] = made
    if of.part.folder:
        change[of.part.file_of(name)] = change.get(of.file, files[of.file])
        change[of.file] = None
    return change


def _mapped(file: str, data: bytes, of: Element, column: str, swap: Callable[[Any], Any]) -> bytes:
    found = []
    for s in cut(file, as_text(data)):
        own = s.part == of.part.name and isinstance(s.data, dict)
        new = swap(s.data) if s.part and isinstance(s.data, dict) else s.data
        if own and column in s.data and (s.name == of.name or column != "id"):
            new = {**new, column: swap(s.data[column])}
        found.append(Said(s, new))
    return as_bytes(composed(file, found) or "")


def _swapped(data: Any, old: str, new: str) -> Any:
    if isinstance(data, dict):
        return {
            (new if k == old else k): v if k in NO_NAME or k == "id" else _swapped(v, old, new) for k, v in data.items()
        }
    if isinstance(data, list):
        return [_swapped(v, old, new) for v in data]
    if isinstance(data, str):
        return "/".join(new if step == old else step for step in data.split("/"))
    return data
