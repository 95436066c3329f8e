"""What differs between two versions of a plan, element by element, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from placeplan.plan.elements.edit import Element, Files, elements
from placeplan.plan.elements.hints import Names
from placeplan.plan.elements.parts import Part, parts, parts_in
from placeplan.plan.elements.refer import names
from placeplan.plan.elements.threeway import GONE, same
from placeplan.plan.elements.worded import Place, called_element, place_of, told_apart, worded
from placeplan.plan.located import Path


@dataclass(frozen=True)
class Field:
    """One field before and after, in words."""

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
    element: Element | None = None
    names: Names = field(default_factory=dict, repr=False)

    @property
    def says(self) -> str:
        """What one that came or went says, in words; "" of one that is still there."""
        e = self.element
        if e is None or self.what == "changed":
            return ""
        return worded(e.data, place_of(e.part, e.data, (), self.names, e.file), self.names)


def differences(old: Files, new: Files) -> list[Difference]:
    """Every element that is not said alike, in the order of the parts."""
    found: list[Difference] = []
    apart = {f for f in {*old, *new} if old.get(f) != new.get(f)}
    known = names_of(old, new) if apart else {}
    for part in parts().values():
        before, after = (_by_name(part, {f: d for f, d in side.items() if f in apart}) for side in (old, new))
        for key in [*before, *(k for k in after if k not in before)]:
            found += _of(before.get(key), after.get(key), known)
    return found


def names_of(*sides: Files) -> Names:
    """What people call whatever any of some copies of a plan has; the last one's word counts."""
    found: dict[str, dict[str, str]] = {}
    for side in sides:
        for kind, every in names(side).items():
            found.setdefault(kind, {}).update(every)
    return {kind: list(every.items()) for kind, every in found.items()}


def elsewhere(old: Files, new: Files) -> list[str]:
    """Files that differ and are no part of the plan, such as notes."""
    return sorted(f for f in {*old, *new} if old.get(f) != new.get(f) and not parts_in(f))


def _by_name(part: Part, files: Files) -> dict[tuple[str, str], Element]:
    return {(e.group, e.name): e for e in elements(part, files)}


def _of(old: Element | None, new: Element | None, known: Names) -> Iterator[Difference]:
    own = new or old
    if own is None or (old is not None and new is not None and same(old.data, new.data)):
        return
    what: Literal["added", "removed", "changed"] = "added" if old is None else "removed" if new is None else "changed"
    fields: tuple[Field, ...] = ()
    if old is not None and new is not None:
        fields = tuple(_told(old, new, *apart, known) for apart in _apart((), old.data, new.data))
    yield Difference(own.part, own.name, called_element(own, known), what, fields, own.group, own, known)


def _told(old: Element, new: Element, at: Path, before: Any, after: Any, known: Names) -> Field:
    """A field of which something else is said, read by the class of whichever has it."""
    own = new if before is GONE or after is not GONE else old
    place: Place = place_of(own.part, own.data, at, known, own.file)
    return Field(place.label, *told_apart((before, after), place, known))


def _apart(at: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    """Where two say different things, as far in as can be told; of records in lists of two lengths those that came and went."""
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _apart((*at, key), old.get(key, GONE), new.get(key, GONE))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for n, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _apart((*at, n), a, b)
    elif _records(old) and _records(new) and (moved := [*_only(at, old, new), *_only(at, new, old, came=True)]):
        yield from moved
    else:
        yield at, old, new


def _records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, dict) for v in value)


def _only(at: Path, these: Sequence[Any], those: Sequence[Any], came: bool = False) -> Iterator[tuple[Path, Any, Any]]:
    """Records that are not in the other list, each as one that went or came."""
    left = list(those)
    for n, one in enumerate(these):
        twin = next((i for i, other in enumerate(left) if same(one, other)), None)
        if twin is not None:
            del left[twin]
        else:
            yield (*at, n), *((GONE, one) if came else (one, GONE))
