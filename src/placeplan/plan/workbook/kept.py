"""YAML as it was written: cut into pieces, one an element, which keep their bytes, or all but what was changed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from placeplan.plan.yamlfile import Tree, read_yaml, typed


@dataclass(frozen=True)
class Piece:
    """A part of a file as it was written, with the comments above it."""

    file: str
    part: str
    """The list in which the element stands; "" for what is around the lists, or a whole file."""
    name: str
    """Id of the element, or "" """
    text: str


def pieces(file: str, text: str, parts: Sequence[str]) -> list[Piece]:
    r"""A YAML file in pieces that together are its text: what stands before a list, each of its elements, what is after.

    >>> [(p.part, p.name, p.text) for p in pieces("x.yaml", "a:\n  # One\n  - id: b\n  - id: c\n", ["a"])]
    [('', '', 'a:\n'), ('a', 'b', '  # One\n  - id: b\n'), ('a', 'c', '  - id: c\n')]
    """
    tree = read_yaml(text, file)
    whole = [Piece(file, "", _id(tree.data), text)]
    lists = _lists(tree, parts)
    if not lists:
        return whole
    lines = text.splitlines(keepends=True)
    cuts = sorted(_cuts(tree, lists, lines))
    found: list[Piece] = []
    begin, part, name = 0, "", ""
    for line, next_part, next_name in (*cuts, (len(lines), "", "")):
        if line > begin:
            found.append(Piece(file, part, name, "".join(lines[begin:line])))
        begin, part, name = line, next_part, next_name
    return found if _sound(found, text, lists) else whole


def _lists(tree: Tree, parts: Sequence[str]) -> dict[str, list[Any]]:
    data = tree.data if isinstance(tree.data, dict) else {}
    return {p: data[p] for p in parts if isinstance(data.get(p), list) and data[p]}


def _cuts(tree: Tree, lists: dict[str, list[Any]], lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Where each piece begins: line counted from 0, part, name."""
    for part, entries in lists.items():
        for n, entry in enumerate(entries):
            line = tree.lines[part, n] - 1
            while line > 0 and not re.match(r"\s*-(\s|$)", lines[line]):
                line -= 1
            yield _above(lines, line), part, _id(entry)
    for key, line in ((p[0], n) for p, n in tree.lines.items() if len(p) == 1):
        yield _above(lines, line - 1), "", "" if key in lists else str(key)


def _above(lines: Sequence[str], line: int) -> int:
    """The first line of the comments right above a line."""
    while line > 0 and re.fullmatch(r"\s*(#.*)?", lines[line - 1].rstrip("\r\n")):
        line -= 1
    return line


def _sound(found: Sequence[Piece], text: str, lists: dict[str, list[Any]]) -> bool:
    """Whether the pieces make the text, and each says what stood there."""
    if "".join(p.text for p in found) != text:
        return False
    for part, entries in lists.items():
        read = [read_yaml(p.text, "") for p in found if p.part == part]
        if [t.data for t in read] != [[e] for e in entries] or any(t.problems for t in read):
            return False
    return True


def _id(entry: Any) -> str:
    return str(entry["id"]) if isinstance(entry, dict) and isinstance(entry.get("id"), str) else ""


def patched(text: str, old: Any, new: Any) -> str:
    r"""The text with only what differs between old and new changed; comments and order of the rest stay.

    >>> print(patched("a: 1  # why\nb: [x]\n", {"a": 1, "b": ["x"]}, {"a": 2, "b": ["x"]}), end="")
    a: 2  # why
    b: [x]
    """
    dash = _dash(text)
    yaml = _writer(dash)
    try:
        tree = yaml.load(text.replace("\r\n", "\n"))
        tree = tree if _patch(tree, old, new) else _plain(new)
        made = _dumped(yaml, tree)
    except (YAMLError, ValueError, TypeError, KeyError, AttributeError):
        return written_anew(new, dash)
    again = read_yaml(made, "")
    return made if again.data == read_yaml(written_anew(new, dash), "").data else written_anew(new, dash)


def written_anew(data: Any, dash: int = 2) -> str:
    """Data as YAML in the plan's layout; ``dash`` is the column of a list's dashes."""
    return _dumped(_writer(dash), _plain(data))


def _writer(dash: int) -> YAML:
    yaml = YAML(pure=True)
    yaml.indent(mapping=2, sequence=dash + 2, offset=dash)
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.allow_unicode = True
    return yaml


def _dumped(yaml: YAML, data: Any) -> str:
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()


def _dash(text: str) -> int:
    """The column of the dashes of a text that is a list; 2 where it is none."""
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    found = re.match(r"(\s*)-(\s|$)", first)
    return len(found[1]) if found else 2


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _plain(v) for k, v in data.items()}
    if isinstance(data, list):
        return [_plain(v) for v in data]
    return SingleQuotedScalarString(data) if isinstance(data, str) and typed(data) != data else data


def _patch(node: Any, old: Any, new: Any) -> bool:
    """Changes a node where old and new differ; False where it has to be replaced as a whole."""
    if isinstance(node, dict) and isinstance(old, dict) and isinstance(new, dict):
        for key in [k for k in old if k not in new and k in node]:
            del node[key]
        for key, value in new.items():
            if key in old and old[key] == value:
                continue
            if key not in old or key not in node or not _patch(node[key], old[key], value):
                node[key] = _plain(value)
        return True
    if isinstance(node, list) and isinstance(old, list) and isinstance(new, list) and len(node) == len(old):
        return _patch_list(node, old, new)
    return False


def _patch_list(node: Any, old: list[Any], new: list[Any]) -> bool:
    if len(old) == len(new):
        for n, value in enumerate(new):
            if old[n] != value and not _patch(node[n], old[n], value):
                node[n] = _plain(value)
        return True
    before, after = ([json.dumps(v, sort_keys=True) for v in values] for values in (old, new))
    for tag, i, j, k, m in reversed(SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()):
        if tag != "equal":
            for n in reversed(range(i, j)):
                del node[n]
            for value in reversed(new[k:m]):
                node.insert(i, _plain(value))
    return True


def joined(found: Iterable[str]) -> str:
    """Pieces as one text, each beginning on a line of its own."""
    text = ""
    for piece in found:
        text += piece if not text or text.endswith("\n") else f"\n{piece}"
    return text
