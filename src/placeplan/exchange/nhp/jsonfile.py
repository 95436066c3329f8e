"""JSON whose every value knows its line, so that a problem can name it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from placeplan.core.errors import PlanError
from placeplan.exchange.told import problem

Path = tuple[str | int, ...]
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
BLANK = re.compile(r"[ \t\r\n]*")
DEEPEST = 40
LONGEST = 300
"""Most digits of a number."""
SIGNS = "Check the commas, quotes and brackets near this line."


@dataclass
class Tree:
    """What a JSON file says: the data, and the line of each path."""

    name: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_json(text: str, name: str) -> Tree:
    """The tree of a JSON text.

    Raises:
        PlanError: where it is no JSON, or says a key twice; with the line.
    """
    reader = _Reader(text, Tree(name))
    at = reader.blank(0)
    reader.tree.data, at = reader.value(at, ())
    at = reader.blank(at)
    if at != len(text):
        raise reader.broken(at, "Something stands after the end.")
    return reader.tree


class _Reader:
    """A walk over the text, value by value."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.text, self.tree = text, tree

    def line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def blank(self, at: int) -> int:
        found = BLANK.match(self.text, at)
        return found.end() if found else at

    def broken(self, at: int, why: str) -> PlanError:
        what = f"This is not JSON: {why}"
        return PlanError([problem(self.tree.name, self.line(at), "", "broken-json", what, SIGNS)])

    def value(self, at: int, path: Path) -> tuple[Any, int]:
        """The value that begins at ``at``, and where it ends."""
        self.tree.lines[path] = self.line(at)
        sign = self.text[at : at + 1]
        if len(path) > DEEPEST:
            raise self.broken(at, f"more than {DEEPEST} levels stand in one another.")
        if sign == "{":
            return self.group(at, path)
        if sign == "[":
            return self.listed(at, path)
        if sign == '"':
            return self.string(at)
        found = NUMBER.match(self.text, at)
        if found:
            whole = found.group(1) is None and found.group(2) is None
            if len(found.group()) > LONGEST:
                raise self.broken(at, f"a number has more than {LONGEST} digits.")
            return (int if whole else float)(found.group()), found.end()
        for word, meant in WORDS.items():
            if self.text.startswith(word, at):
                return meant, at + len(word)
        raise self.broken(at, "a value is missing here.")

    def string(self, at: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            raise self.broken(at, f"{error.msg}.") from None
        return str(text), int(end)

    def group(self, at: int, path: Path) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                raise self.broken(at, "a name in quotes is missing here.")
            key, end = self.string(at)
            if key in found:
                what = f"“{key}” stands here a second time; the first is in line {self.tree.lines[(*path, key)]}."
                where = ".".join(map(str, (*path, key)))
                raise PlanError(
                    [problem(self.tree.name, self.line(at), where, "key-twice", what, "Keep one of the two.")]
                )
            end = self.blank(end)
            if self.text[end : end + 1] != ":":
                raise self.broken(end, f"a colon is missing after “{key}”.")
            found[key], at = self.value(self.blank(end + 1), (*path, key))
            at = self.next(at, "}")
        return found, at + 1

    def listed(self, at: int, path: Path) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "]":
            item, at = self.value(at, (*path, len(found)))
            found.append(item)
            at = self.next(at, "]")
        return found, at + 1

    def next(self, at: int, end: str) -> int:
        """Where the next part of a group or list begins, or its closing bracket stands."""
        at = self.blank(at)
        sign = self.text[at : at + 1]
        if sign == end:
            return at
        if sign != ",":
            raise self.broken(at, f"a comma or “{end}” is missing here.")
        at = self.blank(at + 1)
        if self.text[at : at + 1] == end:
            raise self.broken(at, f"a comma stands before “{end}”.")
        return at
