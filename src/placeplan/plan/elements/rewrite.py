"""YAML with only the lines of what differs written anew: comments, order, quotes and blank lines of the rest stay."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from placeplan.plan.located import Path
from placeplan.plan.workbook.kept import patched, written_anew
from placeplan.plan.yamlfile import Tree, read_yaml

SPACES, DASHES = re.compile(r" *"), re.compile(r" *(?:- +)*")


@dataclass(frozen=True)
class _Edit:
    """Lines that others take the place of, counted from 0."""

    begin: int
    end: int
    text: str


def rewritten(text: str, old: Any, new: Any) -> str:
    r"""A text that says `new` in place of `old`.

    >>> print(rewritten("a: 1  # why\n\n# of b\nb:\n  - x   # one\n  - y\n", {"a": 1, "b": ["x", "y"]}, {"a": 1, "b": ["x", "z"]}), end="")
    a: 1  # why
    <BLANKLINE>
    # of b
    b:
      - x   # one
      - z
    """
    if old == new and _same_types(old, new):
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    made = _by_lines(plain, new) or patched(plain, old, new)
    return made.replace("\n", newline) if newline != "\n" else made


def _same_types(old: Any, new: Any) -> bool:
    return json.dumps(old, sort_keys=True, default=str) == json.dumps(new, sort_keys=True, default=str)


def _by_lines(text: str, new: Any) -> str:
    """The text with the lines of what differs written anew; "" where they cannot be told apart."""
    tree = read_yaml(text, "")
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    try:
        edits = sorted(_edits(_Block(lines, tree), (), tree.data, new, 0, len(lines)), key=lambda e: (e.begin, e.end))
    except _Tangled:
        return ""
    for edit in reversed(edits):
        lines[edit.begin : edit.end] = [edit.text]
    made = "".join(lines)
    again = read_yaml(made, "")
    return made if not again.problems and again.data == read_yaml(written_anew(new), "").data else ""


class _Tangled(Exception):  # noqa: N818 – not an error: this text has to be written in another way
    """Several things stand on one line."""


@dataclass(frozen=True)
class _Block:
    lines: Sequence[str]
    tree: Tree

    def spans(self, path: Path, keys: Sequence[str | int], begin: int, end: int) -> dict[str | int, tuple[int, int]]:
        """Lines of each entry of a mapping or list, with the comments above it; raises `_Tangled` where two share one."""
        starts = [self.tree.lines[*path, k] - 1 for k in keys]
        if sorted(set(starts)) != starts or (starts and starts[0] < begin):
            raise _Tangled
        if keys and isinstance(keys[0], int):
            starts = [self._dash(n) for n in starts]
        tops = [starts[0], *(self._above(n, low + 1) for low, n in itertools.pairwise(starts))] if starts else []
        if sorted(set(tops)) != tops:
            raise _Tangled
        ends = [*tops[1:], end]
        return {k: (top, below) for k, top, below in zip(keys, tops, ends, strict=True)}

    def _dash(self, line: int) -> int:
        if not re.match(r"\s*-(\s|$)", self.lines[line]):
            raise _Tangled
        return line

    def _above(self, line: int, low: int) -> int:
        while line > low and re.fullmatch(r"\s*(#.*)?\n?", self.lines[line - 1]):
            line -= 1
        return line


def _edits(block: _Block, path: Path, old: Any, new: Any, begin: int, end: int) -> Iterator[_Edit]:
    """What is written anew so that `path`, which stands in these lines, says `new`."""
    if old == new and _same_types(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        yield from _fields(block, path, old, new, begin, end)
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        yield from _entries(block, path, old, new, begin, end)
    else:
        raise _Tangled


def _fields(
    block: _Block, path: Path, old: Mapping[str, Any], new: Mapping[str, Any], begin: int, end: int
) -> Iterator[_Edit]:
    spans = block.spans(path, list(old), begin, end)
    first = next(iter(old))
    kept = [k for k in old if k in new]
    if not kept or (first not in new and path and isinstance(path[-1], int)):
        raise _Tangled  # the line with the dash would go
    for key in old:
        top, below = spans[key]
        if key not in new:
            yield _Edit(_with_comments(block, top, begin), _without_tail(block, top, below), "")
        elif old[key] != new[key] or not _same_types(old[key], new[key]):
            yield from _field(block, (*path, key), old[key], new[key], _without_tail(block, top, below))
    column = _column(block.lines[block.tree.lines[(*path, kept[0])] - 1], DASHES)
    before = kept[0]
    added: dict[str, list[str]] = {}
    for key in new:
        if key in old:
            before = key
        else:
            added.setdefault(before, []).append(_indented(written_anew({key: new[key]}), column))
    for key, texts in added.items():
        below = _without_tail(block, *spans[key])
        yield _Edit(below, below, "".join(texts))


def _with_comments(block: _Block, top: int, begin: int) -> int:
    """Where a field that goes begins: comments right above it go with it, a blank line ends them."""
    while top > begin and re.match(r"\s*#", block.lines[top - 1]):
        top -= 1
    return top


def _without_tail(block: _Block, top: int, below: int) -> int:
    """Where a field ends: blank lines and comments below it belong to what follows."""
    while below > top + 1 and re.fullmatch(r"\s*(#.*)?\n?", block.lines[below - 1]):
        below -= 1
    return below


def _field(block: _Block, path: Path, old: Any, new: Any, below: int) -> Iterator[_Edit]:
    """One field: what is inside it where that can be told apart, else its own lines."""
    try:
        yield from list(_edits(block, path, old, new, block.tree.lines[path], below))
    except _Tangled:
        line = block.tree.lines[path] - 1
        yield _Edit(line, below, _chunk(block.lines[line:below], {path[-1]: old}, {path[-1]: new}))


def _chunk(lines: Sequence[str], old: Any, new: Any) -> str:
    """The lines of a field written anew; what stands behind its value on the line stays."""
    lead = lines[0][: _column(lines[0], DASHES)]
    text = " " * len(lead) + lines[0][len(lead) :] + "".join(lines[1:])
    if any(line.strip() and len(line) - len(line.lstrip(" ")) < len(lead) for line in text.splitlines()):
        raise _Tangled
    bare = "".join(line[len(lead) :] if line.strip() else "\n" for line in text.splitlines(keepends=True))
    made = _indented(patched(bare, old, new), len(lead))
    return lead + made[len(lead) :]


def _entries(block: _Block, path: Path, old: list[Any], new: list[Any], begin: int, end: int) -> Iterator[_Edit]:
    spans = block.spans(path, list(range(len(old))), begin, end)
    column = _column(block.lines[block.tree.lines[(*path, 0)] - 1])
    before, after = ([json.dumps(v, sort_keys=True, default=str) for v in values] for values in (old, new))
    for tag, i, j, k, m in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "replace" and j - i == m - k:
            for a, b in zip(range(i, j), range(k, m), strict=True):
                yield from _entry(block, (*path, a), old[a], new[b], spans[a])
        elif tag != "equal":
            begins = spans[i][0] if i < len(old) else _without_tail(block, *spans[len(old) - 1])
            ends = _without_tail(block, *spans[j - 1]) if j > i else begins
            yield _Edit(begins, ends, "".join(_indented(written_anew([v], 0), column) for v in new[k:m]))


def _entry(block: _Block, path: Path, old: Any, new: Any, span: tuple[int, int]) -> Iterator[_Edit]:
    top, below = span[0], _without_tail(block, *span)
    try:
        yield from list(_edits(block, path, old, new, top, below))
    except _Tangled:
        line = block.tree.lines[path] - 1
        column = _column(block.lines[line])
        bare = "".join(n[column:] if n.strip() else "\n" for n in block.lines[line:below])
        yield _Edit(line, below, _indented(patched(bare, [old], [new]), column))


def _column(line: str, lead: re.Pattern[str] = SPACES) -> int:
    """How far a line is indented; past its dashes that of a field."""
    found = lead.match(line)
    return len(found[0]) if found else 0


def _indented(text: str, column: int) -> str:
    return "".join(" " * column + n if n.strip() else n for n in text.splitlines(keepends=True))
