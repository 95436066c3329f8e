"""Three ways of saying one value – as it was, and as each of two changed it – brought together, or told as a conflict."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from placeplan.core.records import digest_of
from placeplan.plan.located import Path, written


class Gone:
    """In place of a value that is not there."""

    def __repr__(self) -> str:
        return "(not there)"


GONE: Final = Gone()


class Spot(NamedTuple):
    """What a value is of: a file, an element of it, and where in that."""

    file: str
    part: str
    name: str
    at: Path = ()

    def deeper(self, step: str | int) -> Spot:
        """Something inside it."""
        return self._replace(at=(*self.at, step))


@dataclass(frozen=True)
class Conflict:
    """Two said different things in place of one."""

    spot: Spot
    base: Any
    ours: Any
    theirs: Any

    @property
    def key(self) -> str:
        """Names this conflict between these values; another value, another name."""
        shown = [repr(v) if v is GONE else v for v in (self.base, self.ours, self.theirs)]
        return digest_of([list(map(str, self.spot)), [json.dumps(v, default=str) for v in shown]])[:16]

    @property
    def field(self) -> str:
        """The field, as problems write it; "" where it is about the whole element."""
        return written(self.spot.at)


@dataclass
class Judge:
    """What was chosen for each conflict, by its key; conflicts of which nothing was chosen gather here."""

    chosen: Mapping[str, Any] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    def settle(self, spot: Spot, base: Any, ours: Any, theirs: Any) -> Any:
        """What stands there: as chosen, or theirs for the time being."""
        found = Conflict(spot, base, ours, theirs)
        if found.key in self.chosen:
            return self.chosen[found.key]
        self.conflicts.append(found)
        return theirs


def same(one: Any, other: Any) -> bool:
    """Whether two values are written the same; 1, 1.0 and true are not."""
    if one is GONE or other is GONE:
        return one is other
    return _plain(one) == _plain(other)


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def together(judge: Judge, spot: Spot, base: Any, ours: Any, theirs: Any) -> Any:
    """What both say together.

    >>> together(Judge(), Spot("", "", ""), {"a": 1, "b": 2}, {"a": 5, "b": 2}, {"a": 1, "b": 7})
    {'a': 5, 'b': 7}
    """
    if same(ours, theirs) or same(base, theirs):
        return ours
    if same(base, ours):
        return theirs
    if isinstance(ours, dict) and isinstance(theirs, dict) and isinstance(base, dict) and _of_one_kind(ours, theirs):
        return _fields(judge, spot, base, ours, theirs)
    if isinstance(ours, list) and isinstance(theirs, list) and (base is GONE or isinstance(base, list)):
        return _entries(judge, spot, base if isinstance(base, list) else [], ours, theirs)
    return judge.settle(spot, base, ours, theirs)


def _of_one_kind(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return bool(ours.get("kind") == theirs.get("kind"))


def _fields(
    judge: Judge, spot: Spot, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Any:
    found = {}
    for name in [*theirs, *(n for n in ours if n not in theirs)]:
        sides = (side.get(name, GONE) for side in (base, ours, theirs))
        value = together(judge, spot.deeper(name), *sides)
        if value is not GONE:
            found[name] = value
    return found


def _entries(judge: Judge, spot: Spot, base: list[Any], ours: list[Any], theirs: list[Any]) -> Any:
    """Lists: entries that one took away go, those that either added come, those that both changed are looked into."""
    if (
        len(base) == len(ours) == len(theirs)
        and all(isinstance(v, dict) for v in (*base, *ours, *theirs))
        and not _with_ids(base)
    ):
        sides = zip(base, ours, theirs, strict=True)
        return [together(judge, spot.deeper(n), *three) for n, three in enumerate(sides)]
    by_id = _with_ids(base) and _with_ids(ours) and _with_ids(theirs)
    b, o, t = (_named(side, by_id) for side in (base, ours, theirs))
    order = ordered(list(b), list(o), list(t))
    both_gone = [k for k in b if k not in o and k not in t]
    if order is None or (both_gone and not by_id and (set(o) | set(t)) - set(b)):
        return judge.settle(spot, base, ours, theirs)
    found = []
    for key in order:
        value = together(judge, spot.deeper(key), b.get(key, GONE), o.get(key, GONE), t.get(key, GONE))
        if value is not GONE:
            found.append(value)
    return found


def _with_ids(entries: Sequence[Any]) -> bool:
    ids = [e.get("id") if isinstance(e, dict) else None for e in entries]
    return all(isinstance(i, str) for i in ids) and len(set(ids)) == len(ids)


def _named(entries: Sequence[Any], by_id: bool) -> dict[str, Any]:
    """Entries by what names them: their id, else what they say, and which of several that say the same."""
    seen: Counter[str] = Counter()
    found = {}
    for entry in entries:
        name = str(entry["id"]) if by_id else _plain(entry)
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name}#{seen[name]}"] = entry
    return found


def ordered(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """In which order names come that either has; None where both put them into another order, each its own.

    What both added comes in the order of the alphabet, so that it does not matter whose comes first.

    >>> ordered(["a", "b"], ["a", "x", "b"], ["a", "b", "c"]), ordered(["a", "b"], ["b", "a"], ["a", "b", "c"])
    (['a', 'b', 'c', 'x'], ['b', 'a', 'c'])
    """
    was = set(base)
    added_o, added_t = ([n for n in side if n not in was] for side in (ours, theirs))
    lead = _leading(base, ours, theirs)
    if lead is None:
        return None
    if not set(added_t) - set(added_o):
        start, more = (ours, []) if lead is not theirs else (lead, added_o)
    elif not set(added_o) - set(added_t):
        start, more = (theirs, []) if lead is not ours else (lead, added_t)
    else:
        start, more = [n for n in lead if n in was], sorted({*added_o, *added_t})
    return list(dict.fromkeys([*start, *more, *base]))


def _leading(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Sequence[str] | None:
    """The side that put names into another order, or the base where neither did; None where both did, each its own."""
    common = set(base) & set(ours) & set(theirs)
    was, o, t = ([n for n in side if n in common] for side in (base, ours, theirs))
    if o == was and t == was:
        return base
    if was in (o, t) or o == t:
        return theirs if o == was else ours
    return None
