"""Elements of a plan's files, and files with one of them changed: only its lines, all other bytes stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from placeplan.plan.elements.compose import Said, composed, kept, new
from placeplan.plan.elements.cut import END, as_bytes, as_text, cut
from placeplan.plan.elements.parts import Part, files_in, group_of
from placeplan.plan.located import Path

Files = Mapping[str, bytes]
"""Bytes of a plan's files by path."""
Change = dict[str, bytes | None]
"""New bytes of files by path; None: the file goes."""


@dataclass(frozen=True)
class Element:
    """One element of a plan as it was written."""

    part: Part
    file: str
    name: str
    data: Any
    """Fields by name; of a row texts by column; None where it cannot be told what stands there."""
    line: int
    base: Path = ()
    """Where it stands in its file."""

    @property
    def group(self) -> str:
        """The set of assumptions in which it stands; "" where none."""
        return group_of(self.file)

    @property
    def label(self) -> str:
        """What people call it: its name where it says one, else what names it."""
        own = self.data.get("name") if isinstance(self.data, dict) else None
        return str(own) if own and isinstance(own, str) else self.name


def elements(part: Part, files: Files) -> Iterator[Element]:
    """The elements of a part, as they stand in some files."""
    for file in files_in(part, files):
        number = 0
        for s in cut(file, as_text(files[file])):
            if s.part == part.name:
                listed = bool(part.keys) and not (part.table or part.folder)
                above = _blank(s.text) if part.table else 0
                yield Element(part, file, s.name, s.data, s.line + above, (part.name, number) if listed else ())
                number += 1


def _blank(text: str) -> int:
    """Lines above a row."""
    return text[: len(text) - len(text.lstrip("\r\n"))].count("\n")


def element(part: Part, files: Files, name: str, group: str = "") -> Element | None:
    """One element by its name; None where there is none."""
    return next((e for e in elements(part, files) if e.name == name and e.group == group), None)


def changed(files: Files, part: Part, name: str, data: Any, group: str = "") -> Change:
    """What of the files differs once an element says something else.

    Args:
        files: the plan's files.
        part: of the element.
        name: what names it now; one that is not there is added.
        data: what it is to say; None: it goes.
        group: the set of assumptions in which it stands.
    """
    file = part.file_of(name, group)
    found = [kept(s) for s in cut(file, as_text(files.get(file, b"")))]
    at = next((n for n, one in enumerate(found) if one.slice.key == (part.name, name)), None)
    if at is None:
        found.insert(_end(found, part), new(part, name, data))
    elif data is None:
        del found[at]
    else:
        found[at] = Said(found[at].slice, data)
    text = composed(file, found)
    return {file: None if text is None else as_bytes(text)}


def _end(found: list[Said], part: Part) -> int:
    """Where a new element goes: behind the last of its part, before what follows the rows of a table."""
    own = [n for n, one in enumerate(found) if part.name in (one.slice.part, one.slice.name)]
    if own:
        return own[-1] + 1
    return len(found) - (1 if found and found[-1].slice.name == END and not found[-1].slice.part else 0)


def unreadable(part: Part, files: Files) -> list[str]:
    """Files of a part of which it cannot be told what stands where."""
    return [f for f in files_in(part, files) if not any(s.part or s.name for s in cut(f, as_text(files[f])))]
