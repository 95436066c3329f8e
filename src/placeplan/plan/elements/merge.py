"""Two changed copies of a plan brought together by element: initiative, row, field; what cannot be is told with both sides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from placeplan.plan.elements.compose import Said, composed
from placeplan.plan.elements.cut import HEADER, Key, Slice, as_bytes, as_text, cut
from placeplan.plan.elements.edit import Change, Files
from placeplan.plan.elements.parts import parts, parts_in
from placeplan.plan.elements.threeway import GONE, Conflict, Judge, Spot, ordered, together

TEXT = "text"
"""In place of a field: the whole file, or a piece of it, as it is written."""


@dataclass(frozen=True)
class Merged:
    """What comes of it."""

    change: Change
    """What differs from theirs; where there are conflicts theirs stands for the time being."""
    conflicts: tuple[Conflict, ...]


def merged(base: Files, ours: Files, theirs: Files, chosen: Mapping[str, Any] | None = None) -> Merged:
    """What both changed, together.

    Args:
        base: the files from which both went out.
        ours: as one changed them.
        theirs: as the other did.
        chosen: what stands in place of a conflict, by its key.
    """
    judge = Judge(chosen or {})
    change: Change = {}
    for file in sorted({*base, *ours, *theirs}):
        b, o, t = (side.get(file) for side in (base, ours, theirs))
        now = o if b == t else t if o in (b, t) else _file(judge, file, b, o, t)
        if now != t:
            change[file] = now
    return Merged(change, tuple(judge.conflicts))


def _file(judge: Judge, file: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
    """A file that both changed."""
    texts = [None if side is None else as_text(side) for side in (base, ours, theirs)]
    b, o, t = ([] if text is None else cut(file, text) for text in texts)
    if not parts_in(file) or any(_uncut(side) for side in (b, o, t)):
        shown = [GONE if text is None else text for text in texts]
        found = judge.settle(Spot(file, "", "", (TEXT,)), *shown)
        return None if found is GONE else as_bytes(found)
    text = composed(file, _pieces(judge, file, b, o, t))
    return None if text is None else as_bytes(text)


def _uncut(found: Sequence[Slice]) -> bool:
    return bool(found) and not any(s.part or s.name for s in found)


def _pieces(
    judge: Judge, file: str, base: Sequence[Slice], ours: Sequence[Slice], theirs: Sequence[Slice]
) -> list[Said]:
    """Every piece of a file in its order; lines of a table are written in the columns of whoever changed them."""
    b, o, t = ({s.key: s for s in side} for side in (base, ours, theirs))
    heads = [side[_HEAD].data if _HEAD in side else None for side in (b, o, t)]
    lead = o if heads[2] == heads[0] and heads[1] is not None else t
    alike = heads[0] == heads[1] == heads[2]
    found = []
    for key in _order(base, ours, theirs, lead is o):
        three = (b.get(key), o.get(key), t.get(key))
        said = _piece(judge, Spot(file, *key), *three)
        if said is not None:
            found.append(said if alike or not said.slice.text else _in_columns(said, lead.get(key)))
    return found


_HEAD: Key = ("", HEADER)


def _in_columns(said: Said, own: Slice | None) -> Said:
    """A line as the file has it whose columns are kept."""
    if said.slice.key == _HEAD or not said.slice.part:
        return Said(own, own.data) if own is not None else said
    return Said(own or Slice(said.slice.part, said.slice.name, ""), said.data)


def _order(base: Sequence[Slice], ours: Sequence[Slice], theirs: Sequence[Slice], by_ours: bool) -> list[Key]:
    """The pieces of all three, those of a part together."""
    lead, other = (ours, theirs) if by_ours else (theirs, ours)
    found = [s.key for s in lead]
    there = set(found)
    for n, s in enumerate(other):
        if s.key in there:
            continue
        there.add(s.key)
        before = next((found.index(p.key) for p in reversed(other[:n]) if p.key in there), -1)
        same_part = [i for i, key in enumerate(found) if key[0] == s.part and s.part]
        found.insert(max(before, *same_part) + 1 if same_part else before + 1, s.key)
    found += [s.key for s in base if s.key not in there]
    wanted = ordered(*([_joined(s.key) for s in side] for side in (base, ours, theirs)))
    reordered = wanted is not None and [k for k in wanted if k in {_joined(s.key) for s in base}] != [
        _joined(s.key) for s in base
    ]
    return sorted(found, key=lambda key: wanted.index(_joined(key))) if reordered and wanted else found


def _joined(key: Key) -> str:
    return "\0".join(key)


def _piece(judge: Judge, spot: Spot, base: Slice | None, ours: Slice | None, theirs: Slice | None) -> Said | None:
    """One piece of both; None where it is gone."""
    b, o, t = (None if s is None else s.text for s in (base, ours, theirs))
    for taken, other, its in ((ours, b == t, o), (theirs, o in (b, t), t)):
        if other:
            return None if its is None or taken is None else Said(taken, taken.data)
    if spot == Spot(spot.file, *_HEAD):
        return Said(theirs, theirs.data) if theirs else Said(ours, ours.data) if ours else None
    if any(s is not None and not isinstance(s.data, dict) for s in (base, ours, theirs)):
        return _as_text(judge, spot, base, ours, theirs)
    three = [GONE if s is None else s.data for s in (base, ours, theirs)]
    value = together(judge, spot, *three)
    if value is GONE:
        return None
    return _written(value, base, ours, theirs)


def _as_text(judge: Judge, spot: Spot, *sides: Slice | None) -> Said | None:
    """A piece that is no element: as text."""
    value = judge.settle(spot.deeper(TEXT), *(GONE if s is None else s.text for s in sides))
    return None if value is GONE else Said(Slice(spot.part, spot.name, value, TEXT), TEXT)


def _written(value: Any, base: Slice | None, ours: Slice | None, theirs: Slice | None) -> Said:
    """An element that both changed, on the text of whoever changed its comments; where both did, with those of both."""
    own = theirs or ours
    if own is None:
        raise AssertionError("a piece that nobody has")
    if ours is None or theirs is None or not parts()[own.part].file.endswith((".yaml", "/")):
        return Said(own, value)
    was = _comments(base.text if base else "")
    new_o, new_t = ([c for c in _comments(s.text) if c not in was] for s in (ours, theirs))
    if not new_o:
        return Said(theirs, value)
    lost = [c for c in new_t if c not in new_o]
    return Said(Slice(ours.part, ours.name, _above(lost, ours.text), ours.data), value)


def _comments(text: str) -> list[str]:
    return [m[1].rstrip() for line in text.splitlines() if (m := re.search(r"(?:^|\s)(#.*)$", line))]


def _above(comments: Iterable[str], text: str) -> str:
    """A piece with comments above it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    newline = "\r\n" if "\r\n" in text else "\n"
    return "".join(f"{indent}{c}{newline}" for c in comments) + text
