"""A file of a plan cut into pieces, one an element: together they are the file, byte for byte."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from placeplan.plan.elements.parts import Part, parts_in
from placeplan.plan.workbook.csvrows import MARK, records
from placeplan.plan.workbook.kept import pieces
from placeplan.plan.yamlfile import read_yaml

HEADER, END = "header", "end"
Key = tuple[str, str]
"""Part and name of an element; of anything else "" and what it is."""


@dataclass(frozen=True)
class Slice:
    """A piece of a file as it was written, with the blank lines and comments above it."""

    part: str
    """Part of the element that it is; "" for what is around the elements."""
    name: str
    text: str
    data: Any = None
    """What stands there: fields by name (of a table texts by column); None where it cannot be told."""
    line: int = 1
    """Line of the file on which it begins."""

    @property
    def key(self) -> Key:
        """What it is of: the same in every version of the file."""
        return self.part, self.name


def as_text(data: bytes) -> str:
    """Bytes as text that gives them back, whatever they are."""
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """The bytes of a text of `as_text`."""
    return text.encode("utf-8", "surrogateescape")


def cut(file: str, text: str) -> list[Slice]:
    r"""A file in pieces that together are its text; one piece where it cannot be told what stands where.

    >>> [(s.key, s.text) for s in cut("pods.csv", "id,source\na,x\nb,y\n")]
    [(('', 'header'), 'id,source\n'), (('pods', 'a'), 'a,x\n'), (('pods', 'b'), 'b,y\n')]
    """
    return list(_cut(file, text))


@lru_cache(maxsize=512)
def _cut(file: str, text: str) -> tuple[Slice, ...]:
    """Files are cut once: many pages look at the same version, and nobody changes what stands in a piece."""
    own = parts_in(file)
    found = list(_rows(own[0], text) if own and own[0].table else _yaml(own, file, text)) if own else []
    if "".join(s.text for s in found) != text or not found:
        return (Slice("", "", text),) if text else ()
    return tuple(_numbered(found))


def _numbered(found: Iterable[Slice]) -> Iterator[Slice]:
    """Pieces with the lines on which they begin; of several of one name each gets one of its own."""
    seen: dict[Key, int] = {}
    line = 1
    for s in found:
        seen[s.key] = seen.get(s.key, 0) + 1
        name = s.name if seen[s.key] == 1 else f"{s.name}#{seen[s.key]}"
        yield Slice(s.part, name, s.text, s.data, line)
        line += s.text.count("\n")


def _rows(part: Part, text: str) -> Iterator[Slice]:
    """A table: its header, each row, and what follows the last."""
    try:
        every = list(records(text.removeprefix(MARK)))
    except csv.Error:
        return
    if not every:
        return
    header, names = every[0]
    names = [n.strip() for n in names]
    yield Slice("", HEADER, (MARK if text.startswith(MARK) else "") + header, names)
    for raw, cells in every[1:]:
        if not cells:
            yield Slice("", END, raw)
            continue
        fits = len(cells) == len(names)
        data = {n: c.strip() for n, c in zip(names, cells, strict=True) if c.strip()} if fits else None
        yield Slice(part.name, name_of(part, data or dict(enumerate(cells))), raw, data)


def _yaml(own: Sequence[Part], file: str, text: str) -> Iterator[Slice]:
    """A YAML file: one element, or the elements of its lists."""
    mark = MARK if text.startswith(MARK) else ""
    bare = text.removeprefix(MARK)
    tree = read_yaml(bare, file)
    if tree.problems or not isinstance(tree.data, dict):
        return
    if own[0].folder or not own[0].keys:
        name = PurePosixPath(file).stem if own[0].folder else own[0].name
        yield Slice(own[0].name, name, text, tree.data)
        return
    by_name = {p.name: p for p in own}
    for n, piece in enumerate(pieces(file, bare, tuple(by_name))):
        data: Any = read_yaml(piece.text, file).data
        data = data[0] if piece.part else data
        name = (
            name_of(by_name[piece.part], data) if piece.part else next(iter(data), "") if isinstance(data, dict) else ""
        )
        yield Slice(piece.part, name, (mark if n == 0 else "") + piece.text, data)


def name_of(part: Part, data: Any) -> str:
    """What names an element among those of its part.

    >>> from placeplan.plan.elements.parts import parts
    >>> name_of(parts()["beds"], {"site": "N1H", "pool": "general"}), name_of(parts()["correlations"], {"members": ["a", "b"]})
    ('N1H · general', 'a, b')
    """
    if not isinstance(data, Mapping):
        return ""
    values = [data[k] for k in part.keys if data.get(k) not in (None, "")] or list(data.values())[:3]
    return " · ".join(_word(v) for v in values)


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_word(v) for v in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)
