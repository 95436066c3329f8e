"""An entry added to a list of a YAML file: every other byte of the file stays as somebody wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from placeplan.core.errors import PlanError, Problem
from placeplan.plan.located import problem
from placeplan.plan.yamlfile import read_yaml, typed

PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
"""Text that needs no quotes, unless YAML would take it for something else."""


def quoted(text: str) -> str:
    r"""Text as YAML reads it back, letter for letter, on one line.

    >>> print(quoted("RDZ"), quoted("1e5"), quoted("no: never"), quoted("a\nb"))
    RDZ "1e5" "no: never" "a\nb"
    """
    if PLAIN.fullmatch(text) and typed(text) == text:
        return text
    found = json.dumps(text, ensure_ascii=False)
    # What JSON leaves as it is, and YAML takes for the end of a line, for nothing, or not at all.
    return "".join(c if c.isprintable() or ord(c) > 0xFFFF else f"\\u{ord(c):04x}" for c in found)


def with_entry(text: str, name: str, part: str, entry: Mapping[str, str]) -> str:
    r"""A file with one more entry at the end of a list of its own.

    Args:
        text: the file, which holds named parts.
        name: what it is called.
        part: name of the list; it is made where it is not there.
        entry: what is added, by field.

    Raises:
        PlanError: where the file is written so that nothing can be added without writing it anew.

    >>> print(with_entry("id: beds\nsign_offs: []\n", "beds.yaml", "sign_offs", {"by": "The board"}), end="")
    id: beds
    sign_offs: [{by: "The board"}]
    """
    before = read_yaml(text, name)
    if before.problems or not isinstance(before.data, dict):
        raise PlanError(before.problems or [_cannot(name, part)])
    after = _put(text, part, f"{{{', '.join(f'{k}: {quoted(v)}' for k, v in entry.items())}}}")
    held = before.data.get(part) or []
    # Read again: whatever the way in which a file is written, nothing in it is different but for the entry.
    if read_yaml(after, name).data != {**before.data, part: [*held, dict(entry)]}:
        raise PlanError([_cannot(name, part)])
    return after


def _cannot(name: str, part: str) -> Problem:
    what = f"Nothing can be added to “{part}” of {name} as it is written."
    return problem(name, 0, part, "entry-not-added", what, f"Write “{part}” as a list with a dash before each entry, and try again.")  # fmt: skip


@dataclass(frozen=True)
class _List:
    """Where a list stands, by position in the text."""

    flow: bool
    column: int
    """Of its dashes."""
    first: int
    last: int
    """End of the last thing in it."""
    end: int
    empty: bool


def _put(text: str, part: str, entry: str) -> str:
    """The text with an entry put where it belongs."""
    found, column = _found(text, part)
    line = "\r\n" if "\r\n" in text else "\n"
    if found is None:
        begin = text if text.endswith("\n") else text + line
        pad = " " * column
        return f"{begin}{pad}{part}:{line}{pad}  - {entry}{line}"
    if found.flow:
        at = found.end - 1
        return f"{text[:at]}{'' if found.empty else ', '}{entry}{text[at:]}"
    at = found.last
    if text[at - 1] != "\n":
        at = text.find("\n", at) + 1 or len(text)
    begin = text[:at] if text[:at].endswith("\n") else text[:at] + line
    return f"{begin}{' ' * found.column}- {entry}{line}{text[at:]}"


def _found(text: str, part: str) -> tuple[_List | None, int]:
    """Where a list of the file's own parts stands, None where there is none; and the column at which parts begin."""
    events = YAML(typ="safe", pure=True).parse(text)
    column, depth, key = 0, 0, ""
    for event in events:
        if isinstance(event, MappingStartEvent) and depth == 0:
            column, depth = event.start_mark.column, 1
        elif depth == 1 and not key and isinstance(event, ScalarEvent):
            key = event.value
        elif depth == 1 and key == part and isinstance(event, SequenceStartEvent):
            return _listed(event, events), column
        elif isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
            key = "" if depth == 1 else key
        elif depth == 1:
            key = ""
    return None, column


def _listed(start: SequenceStartEvent, events: Iterator[Event]) -> _List:
    depth, last, inside = 1, start.end_mark.index, False
    for event in events:
        if isinstance(event, CollectionStartEvent):
            depth, inside = depth + 1, True
        elif isinstance(event, ScalarEvent):
            last, inside = event.end_mark.index, True
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
            if depth == 0:
                break
            if event.end_mark.index > event.start_mark.index:  # of a flow collection, which ends in a bracket
                last = event.end_mark.index
    return _List(bool(start.flow_style), start.start_mark.column, start.start_mark.index, last, event.end_mark.index, not inside)  # fmt: skip
