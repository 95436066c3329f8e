"""YAML as people write it, read strictly: lines kept, duplicates, anchors and deep nests refused.

Plain words are typed as YAML 1.2 does (core schema): ``no`` and ``2016-04`` stay text, only ``true`` and ``false`` are
truth values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from placeplan.core.errors import Problem
from placeplan.plan.located import Path, problem, written

DEEPEST = 20
"""Deepest nest that is read."""
KEPT: Final = 512
"""Texts of which what the parser found is remembered: of a plan that is read again, mostly one file is another."""
LARGEST: Final = 1_000_000
"""Letters of a text from which on it is not remembered."""
_INT = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Signs that can be written by their numbers (“\\0”) and that no page, database or spreadsheet takes as text."""
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
    ".inf": float("inf"), ".Inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"),
}  # fmt: skip


def typed(word: str) -> Any:
    """A plain word as YAML 1.2 types it.

    >>> typed("no"), typed("true"), typed("2016-04"), typed("12"), typed("1.5e3"), typed("~")
    ('no', True, '2016-04', 12, 1500.0, None)
    """
    if word in _WORDS:
        return _WORDS[word]
    if _INT.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else word


@dataclass
class Tree:
    """What a YAML file holds: plain dicts, lists and scalars, with the line of each path."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Open:
    """A mapping or list that is still being filled."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    seen: bool = False
    """The key was there before: what follows is read and dropped."""


class _Found(NamedTuple):
    """What the parser finds of a text, one after the other."""

    what: type[Event]
    line: int
    value: str
    plain: bool
    """A word without quotes, whose type is by how it looks."""
    anchor: str | None
    tag: str


class _StopReading(Exception):  # noqa: N818 – not an error of ours, but the end of the file as far as we read it
    """The file cannot be read on."""


def read_yaml(text: str, name: str, aliases: bool = False) -> Tree:
    """A YAML document; all problems of its form stand in ``Tree.problems``, and then ``data`` may be None.

    Anchors and aliases are refused, but for files of our own that ask for ``aliases``.
    """
    tree = Tree()
    try:
        _Builder(tree, name, {} if aliases else None).read(_parsed(text) if len(text) < LARGEST else _parse(text))
    except _StopReading:
        tree.data = None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        tree.problems.append(
            _broken(name, mark.line + 1 if mark else 0, error.problem or error.context or "unreadable")
        )
        tree.data = None
    except (YAMLError, ValueError, IndexError, TypeError, AttributeError, RecursionError) as error:
        tree.problems.append(_broken(name, 0, str(error).splitlines()[0][:120] if str(error) else "unreadable"))
        tree.data = None
    return tree


def _parsed(text: str) -> Iterator[_Found]:
    """What the parser finds, from memory where it has read this text before; raises what it raised, where it did."""
    found, error = _remembered(text)
    yield from found
    if error is not None:
        raise error


@lru_cache(maxsize=KEPT)
def _remembered(text: str) -> tuple[tuple[_Found, ...], Exception | None]:
    found: list[_Found] = []
    try:
        found.extend(_parse(text))
    except Exception as error:  # noqa: BLE001 – raised again by whoever reads
        return tuple(found), error.with_traceback(None)
    return tuple(found), None


def _parse(text: str) -> Iterator[_Found]:
    """What the parser finds, and no further than anybody reads: the deeper a nest, the longer each further level of it takes."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        tag = getattr(event, "ctag", None)
        yield _Found(
            type(event), event.start_mark.line + 1, getattr(event, "value", ""), not getattr(event, "style", None),
            getattr(event, "anchor", None), str(tag) if tag is not None else "",
        )  # fmt: skip
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            return


def _broken(name: str, line: int, why: str) -> Problem:
    mend = "Check the indentation, colons and quotes around this line; indent by spaces, never by tabs."
    if why.startswith("mapping values are not allowed"):
        what = "A second colon stands in this line, or the line is indented too far."
        mend = 'Put text with a colon in quotes (about: "Note: x"); indent by spaces, never by tabs.'
        return problem(name, line, "", "broken-yaml", what, mend)
    return problem(name, line, "", "broken-yaml", f"This is not YAML: {why.strip().rstrip('.')}.", mend)


class _Builder:
    """Builds the tree from the parser's events on a stack of its own, so that no depth can exhaust Python's."""

    def __init__(self, tree: Tree, name: str, anchors: dict[str, Any] | None) -> None:
        self.tree, self.name, self.anchors = tree, name, anchors
        self.stack: list[_Open] = []
        self.documents = 0

    def read(self, found: Iterable[_Found]) -> None:
        for one in found:
            line = one.line
            if issubclass(one.what, DocumentStartEvent):
                self.document(line)
            elif self.anchors is not None and one.anchor is not None and issubclass(one.what, AliasEvent):
                self.put(self.anchors[one.anchor], line)
            elif self.anchors is None and one.anchor is not None:
                self.stop(line, "yaml-alias", "An anchor or alias (& or *) stands here.", "Write the value out again.")
            elif issubclass(one.what, ScalarEvent):
                self.scalar(one)
            elif issubclass(one.what, CollectionStartEvent):
                self.start(one)
            elif issubclass(one.what, CollectionEndEvent):
                self.stack.pop()

    def document(self, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self.stop(line, "broken-yaml", "A second document begins here (---).", "Keep one document in a file.")

    def scalar(self, one: _Found) -> None:
        self.untagged(one)
        if odd := NO_TEXT.search(one.value):
            what = f"The sign {ord(odd[0]):#06x} stands here, which is no letter."
            self.stop(one.line, "broken-yaml", what, "Take it away, or write the letter itself in place of its number.")
        holder = self.stack[-1] if self.stack else None
        if holder is not None and isinstance(holder.value, dict) and holder.key is None:
            self.key(holder, one.value, one.line)
        else:
            value = typed(one.value) if one.plain else one.value
            self.remember(one, value)
            self.put(value, one.line)

    def remember(self, one: _Found, value: Any) -> None:
        if self.anchors is not None and one.anchor is not None:
            self.anchors[one.anchor] = value

    def key(self, holder: _Open, key: str, line: int) -> None:
        holder.key, holder.seen = key, key in holder.value
        path = (*holder.path, key)
        if holder.seen:
            first = self.tree.lines.get(path, 0)
            what = f"“{key}” stands here a second time; the first is in line {first}."
            mend = f"Keep one of the two, in line {first} or in line {line}."
            self.tree.problems.append(problem(self.name, line, written(path), "duplicate-key", what, mend))
        else:
            self.tree.lines[path] = line

    def start(self, one: _Found) -> None:
        line = one.line
        self.untagged(one)
        if len(self.stack) >= DEEPEST:
            self.stop(line, "yaml-too-deep", f"More than {DEEPEST} levels stand in one another.", "Write it flatter.")
        holder = self.stack[-1] if self.stack else None
        if holder is not None and isinstance(holder.value, dict) and holder.key is None:
            self.stop(line, "broken-yaml", "A list or group stands where a name is needed.", "Write a plain name.")
        value: dict[str, Any] | list[Any] = {} if issubclass(one.what, MappingStartEvent) else []
        self.remember(one, value)
        self.stack.append(_Open(value, self.put(value, line)))

    def put(self, value: Any, line: int) -> Path:
        """Store a value where it belongs; returns its path."""
        if not self.stack:
            self.tree.data = value
            self.tree.lines[()] = line
            return ()
        holder = self.stack[-1]
        if isinstance(holder.value, list):
            path = (*holder.path, len(holder.value))
            holder.value.append(value)
            self.tree.lines[path] = line
            return path
        key, holder.key = holder.key or "", None
        if not holder.seen:
            holder.value[key] = value
        return (*holder.path, key)

    def untagged(self, one: _Found) -> None:
        if one.tag:
            self.stop(one.line, "broken-yaml", f"A tag ({one.tag}) stands here.", "Take the tag away.")

    def stop(self, line: int, code: str, what: str, mend: str) -> None:
        self.tree.problems.append(problem(self.name, line, "", code, what, mend))
        raise _StopReading
