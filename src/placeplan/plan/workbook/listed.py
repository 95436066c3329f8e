"""A YAML file made of the rows of sheets: elements that were not changed keep their bytes, others all but the change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from placeplan.plan.workbook.cells import Cell
from placeplan.plan.workbook.columns import Column
from placeplan.plan.workbook.csvrows import MARK
from placeplan.plan.workbook.flat import Flat, flat, unflat
from placeplan.plan.workbook.kept import Piece, joined, patched, written_anew
from placeplan.plan.workbook.layout import ELEMENTS, is_folder, layouts
from placeplan.plan.yamlfile import read_yaml


@dataclass
class Element:
    """An element as its sheet has it: id, cells, row, and the rows of its lists."""

    name: str
    flat: Flat
    row: int
    kin: Mapping[str, Sequence[tuple[int, dict[str, Cell]]]] = field(default_factory=dict)


def single_text(columns: Sequence[Column], new: Flat, kept: Sequence[Piece], file: str) -> str:
    """The text of a file that is one element."""
    text = "".join(piece.text for piece in kept)
    old = read_yaml(text.removeprefix(MARK), file).data if text else None
    if not isinstance(old, dict):
        return written_anew(unflat(new, columns))
    if is_folder(file):
        old = {"id": PurePosixPath(file).stem} | old
    before = flat(old, columns)
    return text if before == new else patched(text, unflat(before, columns), unflat(new, columns))


def list_text(
    file: str, about: Flat, fields: Sequence[Column], parts: Mapping[str, list[Element]], kept: Sequence[Piece]
) -> str:
    """The text of a file of lists; "" where nothing stands in it.

    Each element keeps the piece in which it was written, with the comments above it, wherever it stands now.
    """
    if kept and not any(p.part for p in kept) and _has_lists(kept, file):
        return _whole(file, about, fields, parts, kept)
    pool = _Pool(kept)
    found: list[str] = []
    done: set[str] = set()
    for piece in kept:
        key = _first_key(piece.text) if not piece.part else ""
        if piece.part or not key:
            found += [piece.text] if not piece.part else []
        elif key in ELEMENTS:
            done.add(key)
            found += [piece.text, *(pool.text(key, e) for e in parts.get(key, ()))] if parts.get(key) else []
        else:
            done.add(key)
            found += _field(piece, key, about, fields)
    new = {c.path[0]: v for c in fields if c.path[0] not in done and (v := _value(about, c)) is not None}
    added = [written_anew(new)] if new else []
    for part, elements in parts.items():
        if part not in done and elements:
            found += [f"{part}:\n", *(pool.text(part, e) for e in elements)]
    return joined(added + found) if any(parts.values()) or new or about.cells else ""


def _has_lists(kept: Sequence[Piece], file: str) -> bool:
    data = read_yaml("".join(p.text for p in kept).removeprefix(MARK), file).data
    return isinstance(data, dict) and any(isinstance(v, list) and v for v in data.values())


def _first_key(text: str) -> str:
    r"""The field with which a piece begins.

    >>> _first_key("# Why\npromises:\n")
    'promises'
    """
    lines = (line for line in text.removeprefix(MARK).splitlines() if line.strip() and not line.startswith("#"))
    found = re.match(r"[\"']?([A-Za-z_]+)[\"']?\s*:", next(lines, ""))
    return found[1] if found else ""


def _value(about: Flat, column: Column) -> Any:
    data = unflat(Flat({k: v for k, v in about.cells.items() if k == column.name}), (column,))
    return data.get(column.path[0])


def _field(piece: Piece, key: str, about: Flat, fields: Sequence[Column]) -> list[str]:
    """The piece of a field that is no list; none where it is blank now."""
    data = read_yaml(piece.text.removeprefix(MARK), piece.file).data
    old = flat(data, fields)
    new = Flat({k: v for k, v in about.cells.items() if k == key or k.startswith(f"{key}.")})
    if old == new or (not old.cells and not new.cells):
        return [piece.text]
    return [patched(piece.text, unflat(old, fields), unflat(new, fields))] if new.cells else []


def _whole(
    file: str, about: Flat, fields: Sequence[Column], parts: Mapping[str, list[Element]], kept: Sequence[Piece]
) -> str:
    """A file that cannot be cut into pieces: unchanged, or changed as a whole."""
    text = "".join(p.text for p in kept)
    data = read_yaml(text.removeprefix(MARK), file).data
    own = {c.path[0] for c in fields}
    old, new = flat({k: v for k, v in data.items() if k in own}, fields), about
    olds = {k: [flat(e, layouts()[k].own) for e in v] for k, v in data.items() if k in ELEMENTS and v}
    news = {k: [e.flat for e in v] for k, v in parts.items() if v}
    if old == new and olds == news:
        return text
    before, after = unflat(old, fields), unflat(new, fields)
    before |= {k: [unflat(e, layouts()[k].own) for e in v] for k, v in olds.items()}
    after |= {k: [unflat(e, layouts()[k].own) for e in v] for k, v in news.items()}
    return patched(text, before, after) if after else ""


class _Pool:
    """The pieces of a file that no element has taken yet."""

    def __init__(self, kept: Sequence[Piece]) -> None:
        self.left = [(p, _first(p)) for p in kept if p.part]
        heads = [re.match(r"\s*", p.text.lstrip("\n")) for p in kept if p.part]
        self.dash = min((len(m[0].rsplit("\n", 1)[-1]) for m in heads if m), default=2)

    def text(self, part: str, element: Element) -> str:
        """The piece of an element, changed where its cells are."""
        columns = layouts()[part].own
        mine = [(p, d) for p, d in self.left if p.part == part and p.name == element.name]
        same = [(p, d) for p, d in mine if flat(d, columns) == element.flat]
        new = [unflat(element.flat, columns)]
        if same:
            self.left.remove(same[0])
            return same[0][0].text
        if mine and element.name:
            self.left.remove(mine[0])
            return patched(mine[0][0].text, [unflat(flat(mine[0][1], columns), columns)], new)
        return written_anew(new, self.dash)


def _first(piece: Piece) -> Any:
    """The one element of a piece."""
    data = read_yaml(piece.text.removeprefix(MARK), piece.file).data
    return data[0] if isinstance(data, list) and data else None
