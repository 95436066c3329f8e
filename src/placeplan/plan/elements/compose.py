"""Pieces put together again as a file: those that say what they said keep their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from placeplan.plan.elements.cut import HEADER, Slice
from placeplan.plan.elements.parts import Part, parts_in
from placeplan.plan.elements.rewrite import rewritten
from placeplan.plan.workbook.csvrows import MARK, line_of
from placeplan.plan.workbook.kept import joined, written_anew


@dataclass(frozen=True)
class Said:
    """A piece, and what it is to say."""

    slice: Slice
    data: Any

    @property
    def kept(self) -> bool:
        """Whether it stays as it was written."""
        return bool(self.slice.text) and self.slice.data == self.data


def kept(s: Slice) -> Said:
    """A piece that stays."""
    return Said(s, s.data)


def new(part: Part, name: str, data: Any) -> Said:
    """An element that was not there."""
    return Said(Slice(part.name, name, ""), data)


def composed(file: str, found: Sequence[Said]) -> str | None:
    """The text of a file; None where nothing is left for it to say."""
    own = parts_in(file)
    if own and own[0].table:
        return _table(own[0], found)
    if own and (own[0].folder or not own[0].keys):
        return _whole(found)
    return _lists(own, found)


def _whole(found: Sequence[Said]) -> str | None:
    text = "".join(_text(one, lambda data: data) for one in found)
    return text or None


def _text(one: Said, wrapped: Any) -> str:
    """One piece of YAML."""
    s = one.slice
    if one.kept:
        return s.text
    if not s.text:
        return written_anew(wrapped(one.data))
    mark = MARK if s.text.startswith(MARK) else ""
    return mark + rewritten(s.text.removeprefix(MARK), wrapped(s.data), wrapped(one.data))


def _lists(own: Sequence[Part], found: Sequence[Said]) -> str | None:
    """A file of lists: a list's own line comes with its first element and goes with its last."""
    names = [p.name for p in own]
    used = {one.slice.part for one in found if one.slice.part}
    if not used and not any(o.slice.text.strip() and o.slice.name not in ("", *names) for o in found):
        return None
    texts = [t for one in found if (t := _listed(one, names, used, found))]
    return joined(texts)


def _listed(one: Said, names: Sequence[str], used: set[str], found: Sequence[Said]) -> str:
    s = one.slice
    if s.part:
        head = "" if any(not o.slice.part and o.slice.name == s.part for o in found) else f"{s.part}:\n"
        first = next(o for o in found if o.slice.part == s.part) is one
        return (head if first else "") + (_text(one, lambda data: [data]) if s.text else _entry(one, found))
    if s.name in names:
        if s.name not in used:
            return re.sub(rf"(?m)^{re.escape(s.name)}\s*:.*\n?", "", s.text)
        if not (isinstance(s.data, dict) and s.data.get(s.name)):
            return re.sub(rf"(?m)^({re.escape(s.name)}[ \t]*:)[ \t]*(\[\]|null|~)", r"\1", s.text, count=1)
    return s.text


def _entry(one: Said, found: Sequence[Said]) -> str:
    """A new entry, indented as its neighbours are."""
    like = next((o.slice.text for o in found if o.slice.part == one.slice.part and o.slice.text), "")
    dashes = re.search(r"(?m)^( *)-", like)
    text = written_anew([one.data], len(dashes[1]) if dashes else 2)
    return text.replace("\n", "\r\n") if "\r\n" in like else text


def _table(part: Part, found: Sequence[Said]) -> str | None:
    """A table: where a row says what has no column yet, every row gets that column."""
    header = next((o.slice for o in found if o.slice.name == HEADER and not o.slice.part), None)
    rows = [o for o in found if o.slice.part]
    if not rows and not part.needed:
        return None
    names = list(header.data) if header else []
    names += [n for n in _columns(part, rows) if n not in names]
    newline = "\r\n" if header and header.text.endswith("\r\n") else "\n"
    lines = [] if header else [line_of(names, newline)]
    was = len(header.data) if header else len(names)
    for one in found:
        plain = not one.slice.part and one.slice.name != HEADER
        if plain or one.kept:
            lines.append(one.slice.text if plain else _widened(one.slice, names[was:], newline))
        else:
            lines.append(_row(one, names, newline))
    return joined(lines)


def _columns(part: Part, rows: Iterable[Said]) -> list[str]:
    """Columns that rows need, in the order of the class."""
    used = {n for one in rows if isinstance(one.data, Mapping) for n in one.data}
    fields = part.cls.model_fields
    return [n for n in fields if n in used] + sorted(used - set(fields))


def _widened(s: Slice, more: Sequence[str], newline: str) -> str:
    """A line with further columns: their names in the header, nothing in a row."""
    if not more:
        return s.text
    bare = s.text.rstrip("\r\n")
    return bare + ("," + line_of(more, "") if s.name == HEADER and not s.part else "," * len(more)) + newline


def _row(one: Said, names: Sequence[str], newline: str) -> str:
    raw = one.slice.text
    above = raw[: len(raw) - len(raw.lstrip("\r\n"))]
    return above + line_of((str(one.data.get(n, "")) for n in names), newline)
