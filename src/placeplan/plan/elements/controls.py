"""What a form has for each field of a class: a control of its own, a group, or entries that can be added and taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from placeplan.core.errors import Problem
from placeplan.core.kinds import Kind
from placeplan.plan.classes import class_at, family_of, model_in
from placeplan.plan.elements.hints import Names, assumed, plain
from placeplan.plan.elements.parts import said
from placeplan.plan.elements.texts import text_of
from placeplan.plan.located import Path
from placeplan.plan.workbook.choices import REFERS
from placeplan.plan.workbook.columns import Facts, facts_at, has_list

FEW: Final = 6
"""Choices up to which each has a button of its own."""
BESIDE: Final = 3
"""Choices up to which their buttons fit half of a line."""
LONG: Final = 60
"""Letters from which a text has several lines."""
MANY: Final = 60
"""Elements up to which one is chosen from a list, and not typed."""
SHORT: Final = 40
"""Letters up to which a text fits half of a line."""
PROSE = ("about", "note", "source", "what", "reason", "values", "used")
"""Fields in which sentences stand."""
KIND = "kind"


@dataclass
class Leaf:
    """One control."""

    name: str
    path: Path
    label: str
    hint: str = ""
    unit: str = ""
    look: str = "words"
    """``words`` ``long`` ``lines`` ``pairs`` ``number`` ``choice`` ``ids``."""
    options: Sequence[tuple[str, str]] = ()
    text: str = ""
    required: bool = False
    assumed: str = ""
    """What is assumed where it is left empty."""
    facts: Facts = field(default_factory=Facts)
    fixed: bool = False
    """Whether it is changed elsewhere: the name of an element, with all that name it."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def listed(self) -> bool:
        """Whether there are so few that can be named, and nothing else can stand there, that one is chosen from a list."""
        free = self.facts.number or (self.path[-1:] and self.path[-1] in PROSE)
        return self.look == "ids" and len(self.options) <= MANY and not free

    @property
    def called(self) -> str:
        """What people call what is named in it; "" where it names nothing, its ids say it themselves, or the control does."""
        names = dict(self.options) if self.look in ("lines", "ids") and not self.listed else {}
        return "; ".join(names[one] for one in self.text.split("\n") if names.get(one, one) != one)

    @property
    def short(self) -> bool:
        """Whether it needs half of a line at most."""
        few = self.look == "choice" and BESIDE < len(self.options) <= FEW
        return not few and self.look not in ("long", "lines", "pairs") and len(self.text) <= SHORT


@dataclass
class Group:
    """Fields that belong together; of a list one entry."""

    name: str
    path: Path
    label: str
    hint: str
    nodes: list[Leaf | Group | Entries]
    optional: bool = False
    anew: bool = False
    """Whether another kind has just been chosen for it, and so other fields."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        """Whether something in it is wrong, and not only to be asked about."""
        return any(p.severity == "error" for n in leaves([self]) for p in n.problems)

    @property
    def asked(self) -> bool:
        """Whether something in it is wrong or should be asked about."""
        return any(n.problems for n in leaves([self]))

    @property
    def about(self) -> str:
        """What it is about, in the plan's words; "" where it says nothing of that."""
        return next((n.text for n in self.nodes if isinstance(n, Leaf) and n.path[-1] == "about"), "")

    @property
    def fresh(self) -> bool:
        """Whether nothing stands in it yet."""
        every = list(leaves(self.nodes))
        said_so = any(n.text for n in every if isinstance(n, Leaf) and n.path[-1] != KIND)
        return not said_so and not any(n.entries or n.none for n in every if isinstance(n, Entries))

    @property
    def folded(self) -> bool:
        """Whether it can stay folded: nothing is said in it, and nothing is wrong."""
        return self.optional and self.fresh and not self.asked


@dataclass
class Entries:
    """Records of a list."""

    name: str
    path: Path
    label: str
    hint: str
    entries: list[Group]
    kinds: Sequence[str] = ()
    none: bool = False
    """Whether it is said that there are none."""
    optional: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def folded(self) -> bool:
        """Whether it can stay folded: it has no entries, and nothing is wrong."""
        return self.optional and not self.entries and not self.problems


Node = Leaf | Group | Entries


def controls(cls: type[BaseModel], data: Any, names: Names, table: bool = False, path: Path = ()) -> list[Node]:
    """The controls for an element, with what it says now.

    Args:
        cls: that reads it; of a family of kinds the one that it names.
        data: what was written, right or wrong.
        names: ids to choose from.
        table: whether it is a row, in which everything is text.
        path: where it stands in the element.
    """
    data = data if isinstance(data, Mapping) else {}
    own = class_at(cls, dict(data), ()) or cls
    found: list[Node] = [_kind(own, data, path)] if issubclass(own, Kind) else []
    for name, info in sorted(fields_of(own).items(), key=lambda one: _place(one[0])):
        found.append(_node(name, info, data.get(name), names, table, (*path, name)))
    known = {*own.model_fields, *([KIND] if issubclass(own, Kind) else [])}
    others = fields_of_kinds(own)
    return found + [_unknown(name, data[name], (*path, name), others) for name in data if name not in known]


def fields_of(cls: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields of a class; of a kind without its name, which has a control of its own."""
    return {n: info for n, info in cls.model_fields.items() if n != KIND or not issubclass(cls, Kind)}


def fields_of_kinds(cls: type[BaseModel]) -> dict[str, tuple[tuple[str, ...], FieldInfo]]:
    """Fields that kinds of the same family have, each with those kinds: what was typed for another kind is not lost."""
    every = family_of(cls).kinds() if issubclass(cls, Kind) else {}
    found: dict[str, tuple[tuple[str, ...], FieldInfo]] = {}
    for kind, one in every.items():
        for name, info in fields_of(one).items():
            found[name] = ((*found[name][0], kind), found[name][1]) if name in found else ((kind,), info)
    return found


def _place(name: str) -> int:
    """What a thing is comes first, where its figures come from last."""
    return {"id": -1, "source": 1, "level": 2, "note": 3}.get(name, 0)


def dotted(path: Path) -> str:
    """The name of a control.

    >>> dotted(("effects", 0, "share"))
    'effects.0.share'
    """
    return ".".join(map(str, path))


def _kind(cls: type[Kind], data: Mapping[str, Any], path: Path) -> Leaf:
    kinds = list(family_of(cls).kinds())
    given = str(data.get(KIND, ""))
    options = [(k, said(k)) for k in dict.fromkeys((*kinds, *([given] if given else [])))]
    hint = plain((cls.__doc__ or "").split("\n\n")[0]) if cls.name else "What it is decides which fields it has."
    return Leaf(dotted((*path, KIND)), (*path, KIND), "Kind", hint, look="choice", options=options, text=given, required=True, facts=Facts(text=True))  # fmt: skip


def _unknown(name: str, value: Any, path: Path, others: Mapping[str, tuple[Sequence[str], FieldInfo]]) -> Leaf:
    facts = Facts(number=True, text=True, truth=True, many=isinstance(value, list), named=isinstance(value, dict))
    label, hint = name, "No such field is known here. Empty it to take it away."
    if name in others:
        kinds = ", ".join(map(said, others[name][0]))
        label, hint = (
            said(name),
            f"Kept from another kind. {kinds}: of these kinds it is a field, and of this one it is not. Empty it to take it away.",
        )
    return Leaf(dotted(path), path, label, hint, look="long", text=text_of(value, facts), facts=facts)  # fmt: skip


def _node(name: str, info: FieldInfo, value: Any, names: Names, table: bool, path: Path) -> Node:
    inside, facts = model_in(info.annotation), facts_at(info)
    hint = plain(info.description or "")
    if inside is not None and not facts.named:
        if has_list(info.annotation) and (value is None or _records(value)):
            return _entries(name, inside, value, names, path, hint, not info.is_required())
        if not has_list(info.annotation) and (value is None or isinstance(value, Mapping)):
            nodes = controls(inside, value, names, table, path)
            return Group(dotted(path), path, said(name), hint or plain((inside.__doc__ or "").split("\n\n")[0]), nodes, not info.is_required())  # fmt: skip
    if inside is not None:
        facts = Facts(text=True, many=has_list(info.annotation) or isinstance(value, list), named=not has_list(info.annotation))  # fmt: skip
    return leaf_of(name, info, facts, value, names, path, hint)


def _records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, Mapping) for v in value)


def _entries(
    name: str, inside: type[BaseModel], value: Any, names: Names, path: Path, hint: str, optional: bool
) -> Entries:
    entries = [
        Group(
            dotted((*path, n)),
            (*path, n),
            called(name, n, one, names),
            "",
            controls(inside, one, names, path=(*path, n)),
        )
        for n, one in enumerate(value or ())
    ]
    kinds = list(family_of(inside).kinds()) if issubclass(inside, Kind) else []
    return Entries(dotted(path), path, said(name), hint or plain((inside.__doc__ or "").split("\n\n")[0]), entries, kinds, value == [], optional)  # fmt: skip


def called(name: str, n: int, data: Mapping[str, Any], names: Names) -> str:
    """What people call an entry of a list; of one that is about an organisation its name.

    >>> called("effects", 0, {"kind": "prevent"}, {})
    'Effects 1: Prevent'
    >>> called("partners", 1, {"organisation": "RDZ", "role": "lead"}, {"organisation": [("RDZ", "Royal Bournemouth")]})
    'Partners 2: Royal Bournemouth'
    """
    key = next((k for k in ("name", "id", KIND, "what", "who", "organisation") if data.get(k)), "")
    own = str(data[key]) if key else ""
    own = dict(names.get(key, ())).get(own, own) if key == "organisation" else own
    return f"{said(name)} {n + 1}" + (f": {said(own)}" if own else "")


def leaf_of(name: str, info: FieldInfo, facts: Facts, value: Any, names: Names, path: Path, hint: str) -> Leaf:
    """The control of one field, with what it says now."""
    extra = info.json_schema_extra
    unit = plain(str(extra.get("unit", ""))) if isinstance(extra, dict) else ""
    text = text_of(value, facts)
    look, options = _look(name, facts, text, names)
    return Leaf(dotted(path), path, said(name), hint, unit, look, options, text, info.is_required(), assumed(info, facts, names), facts)  # fmt: skip


def refers(name: str, names: Names) -> tuple[str, ...]:
    """Kinds of element whose ids a field of this name holds.

    >>> refers("owner", {}), refers("board", {"board": []}), refers("initiatives", {"initiative": []})
    (('organisation',), ('board',), ('initiative',))
    """
    if name in REFERS:
        return REFERS[name]
    return tuple(kind for kind in names if name in (kind, f"{kind}s"))


def _look(name: str, facts: Facts, text: str, names: Names) -> tuple[str, Sequence[tuple[str, str]]]:
    """How a control looks, and what it offers."""
    kinds = ("assumption",) if facts.number and facts.text and facts.pattern else refers(name, names)
    ids = tuple(dict.fromkeys(one for kind in kinds for one in names.get(kind, ()))) if facts.text else ()
    if facts.named or facts.many:
        return ("pairs", ()) if facts.named else ("lines", ids or [(c, said(c)) for c in facts.choices])
    chosen = _choices(facts)
    if chosen:
        return "choice", chosen + ([(text, text)] if text and text not in dict(chosen) else [])
    if ids:
        return "ids", ids
    prose = name in PROSE or len(text) > LONG or "\n" in text
    return ("number" if facts.number else "long" if prose else "words"), ()


def _choices(facts: Facts) -> list[tuple[str, str]]:
    """The words that may stand there; none where others may too."""
    if facts.truth and not (facts.number or facts.text):
        return [("true", "Yes"), ("false", "No")]
    return [(c, said(c)) for c in facts.choices] if not facts.pattern else []


def leaves(nodes: Sequence[Node]) -> Iterator[Node]:
    """Every control, group and list, those inside after what holds them."""
    for node in nodes:
        yield node
        if not isinstance(node, Leaf):
            yield from leaves(node.nodes if isinstance(node, Group) else node.entries)
