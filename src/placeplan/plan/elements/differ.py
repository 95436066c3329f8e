"""What differs between two versions of a plan, element by element, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from placeplan.plan.elements.edit import Element, Files, elements
from placeplan.plan.elements.parts import Part, parts, parts_in
from placeplan.plan.elements.threeway import GONE, same
from placeplan.plan.elements.words import shown
from placeplan.plan.located import Path, written


@dataclass(frozen=True)
class Field:
    """One field before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """An element that came, went or says something else."""

    part: Part
    name: str
    label: str
    what: Literal["added", "removed", "changed"]
    fields: tuple[Field, ...] = ()
    group: str = ""


def differences(old: Files, new: Files) -> list[Difference]:
    """Every element that is not said alike, in the order of the parts."""
    found: list[Difference] = []
    apart = {f for f in {*old, *new} if old.get(f) != new.get(f)}
    for part in parts().values():
        before, after = (_by_name(part, {f: d for f, d in side.items() if f in apart}) for side in (old, new))
        for key in [*before, *(k for k in after if k not in before)]:
            found += _of(before.get(key), after.get(key))
    return found


def elsewhere(old: Files, new: Files) -> list[str]:
    """Files that differ and are no part of the plan, such as notes."""
    return sorted(f for f in {*old, *new} if old.get(f) != new.get(f) and not parts_in(f))


def _by_name(part: Part, files: Files) -> dict[tuple[str, str], Element]:
    return {(e.group, e.name): e for e in elements(part, files)}


def _of(old: Element | None, new: Element | None) -> Iterator[Difference]:
    own = new or old
    if own is None or (old is not None and new is not None and same(old.data, new.data)):
        return
    what: Literal["added", "removed", "changed"] = "added" if old is None else "removed" if new is None else "changed"
    fields = tuple(_fields((), old.data, new.data)) if old is not None and new is not None else ()
    yield Difference(own.part, own.name, own.label, what, fields, own.group)


def _fields(at: Path, old: Any, new: Any) -> Iterator[Field]:
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _fields((*at, key), old.get(key, GONE), new.get(key, GONE))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for n, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _fields((*at, n), a, b)
    else:
        yield Field(written(at), shown(old), shown(new))
