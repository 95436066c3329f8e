"""A draft by element: what its forms show, what they say, and what would be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from placeplan.core.errors import Problem
from placeplan.plan.elements.controls import KIND, Entries, Group, Leaf, Node, controls, leaves
from placeplan.plan.elements.cut import name_of
from placeplan.plan.elements.edit import Change, Element, Files, changed, element, elements
from placeplan.plan.elements.filled import beside, control_of, filled
from placeplan.plan.elements.hints import Names
from placeplan.plan.elements.parts import Part
from placeplan.plan.elements.refer import id_of
from placeplan.plan.elements.sections import Section, sections
from placeplan.plan.elements.worded import called_element, place_of, worded
from placeplan.plan.folder import read_draft
from placeplan.plan.located import Path, problem, written
from placeplan.web.workbench.drafts import applied, as_folder


@dataclass
class Sheet:
    """A form: its controls, what is wrong with what stands in them, and what it would change."""

    part: Part
    data: Any
    nodes: list[Node]
    called: str = ""
    """What people call the element; "" of one that is not there yet."""
    change: Change = field(default_factory=dict)
    rest: list[Problem] = field(default_factory=list)
    """Problems of the element beside no control."""
    elsewhere: list[Problem] = field(default_factory=list)
    """Problems that other parts of the plan would have, and have not now."""
    told: list[Problem] = field(default_factory=list)
    before: frozenset[tuple[str, str, str, str]] = frozenset()
    """What was wrong already: it keeps nobody from writing."""

    @property
    def summary(self) -> list[tuple[str, Problem]]:
        """Each error with the control beside which it stands; "" where that is none."""
        return [(control_of(self.nodes, p), p) for p in self.told]

    @property
    def sections(self) -> list[Section]:
        """Its controls by what an author thinks of; none of a short form."""
        return sections(self.part.name, self.nodes)

    @property
    def kinds(self) -> bool:
        """Whether something in it is of a kind that decides which fields there are."""
        return any(n.path[-1] == KIND and isinstance(n, Leaf) for n in leaves(self.nodes))

    @property
    def wrong(self) -> bool:
        """Whether something is wrong, new or not."""
        return any(p.severity == "error" for p in self.told)

    @property
    def errors(self) -> bool:
        """Whether something would be wrong that keeps the plan from being run, and was not before."""
        return any(p.severity == "error" and _same(p) not in self.before for p in self.told)


def _same(p: Problem) -> tuple[str, str, str, str]:
    """What tells a problem from others, wherever its line has gone."""
    return p.file, p.column, p.code, p.what


def blank(part: Part, kind: str, group: str) -> Element:
    """An element that is not there yet."""
    return Element(part, part.file_of("", group), "", {KIND: kind} if kind else {}, 0)


def sheet_of(e: Element, ids: Names, problems: list[Problem]) -> Sheet:
    """The form of an element as it stands, with what is wrong with it now."""
    made = Sheet(e.part, e.data, _controls(e, e.data, ids), called_element(e, ids))
    _tell(made, e, problems)
    return made


def sheet_with(files: Files, e: Element, posted: Mapping[str, str], ids: Names) -> Sheet:
    """The form as it was filled in, before anything is checked; an entry to be added stands there blank."""
    cls = e.part.class_of(e.data, e.file)
    data = filled(cls, e.data, posted, e.part.table)
    do = posted.get("do", "")
    nodes = _controls(e, data, ids)
    for group in (n for n in leaves(nodes) if isinstance(n, Group)):
        group.anew = _kind_at(data, group.path) != _kind_at(e.data, group.path)
    grown = next((n for n in leaves(nodes) if isinstance(n, Entries) and do == f"add {n.name}"), None)
    if grown is None:
        return Sheet(e.part, data, nodes, called_element(e, ids))
    kind = posted.get(f"{grown.name}.new", "")
    data = _grown(data, grown.path, {KIND: kind} if kind else {})
    return Sheet(e.part, data, _controls(e, data, ids), called_element(e, ids))


def _kind_at(data: Any, path: Path) -> Any:
    """The kind of what stands at a place; None where nothing does, or it has none."""
    for step in path:
        inside = isinstance(data, list) and isinstance(step, int) and step < len(data)
        data = data[step] if inside else data.get(step) if isinstance(data, Mapping) else None
    return data.get(KIND) if isinstance(data, Mapping) else None


def _controls(e: Element, data: Any, ids: Names) -> list[Node]:
    """The controls of an element; its name is changed on a page of its own, with all that name it."""
    nodes = controls(e.part.class_of(data, e.file), data, ids, e.part.table)
    for node in nodes:
        if isinstance(node, Leaf) and e.name and id_of(e) and e.data.get(node.name) == id_of(e):
            node.fixed, node.look, node.hint = (
                True,
                "words",
                "It can be given another name below, with all that name it.",
            )
    return nodes


def _grown(data: Any, path: Path, entry: dict[str, Any]) -> Any:
    """Data with one more entry at the end of a list in it."""
    if not path:
        return [*(data or ()), entry]
    step, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(step, int):
        return [_grown(v, rest, entry) if n == step else v for n, v in enumerate(data)]
    return {**(data or {}), step: _grown((data or {}).get(step), rest, entry)}


def checked(files: Files, e: Element, made: Sheet, now: list[Problem], group: str) -> Sheet:
    """What a form would change, with every problem that `placeplan check` would tell then and does not now."""
    name = e.name or name_of(e.part, made.data)
    if e.part.folder and not e.name:
        name = str(made.data.get("id", ""))
    there = element(e.part, files, name, group)
    if not e.name and (not name.strip() or there is not None):
        made.told = [_unnamed(e.part, name)]
        beside(made.nodes, made.told, (), table=True)
        return made
    made.change = changed(files, e.part, name, made.data, group)
    after = applied(files, made.change)
    with as_folder(after) as folder:
        found = sorted(read_draft(folder)[1])
    new = element(e.part, after, name_of(e.part, made.data) if e.part.table or not e.part.folder else name, group)
    _tell(made, new or e, found)
    made.before = frozenset(map(_same, now))
    made.elsewhere = [p for p in found if p not in made.told and _same(p) not in made.before]
    made.told += [p for p in made.elsewhere if p.severity == "error"]
    return made


def _unnamed(part: Part, name: str) -> Problem:
    key = part.keys[0] if part.keys else ""
    if name.strip():
        return problem(part.file, 0, key, "duplicate-id", f"There is a “{name}” already.", "Give it another name, or change that one.")  # fmt: skip
    return problem(part.file, 0, key, "missing-field", f"{key} is blank.", "Give it a name that stays: letters, digits, dot, dash and underscore.")  # fmt: skip


def _tell(made: Sheet, e: Element, problems: list[Problem]) -> None:
    """Puts the problems of an element beside its controls."""
    own = [p for p in problems if p.file == e.file and _within(p, e)]
    made.told = own
    made.rest = beside(made.nodes, own, e.base, e.part.table)


def _within(p: Problem, e: Element) -> bool:
    if e.part.table:
        return p.row == e.line
    if not e.base:
        return True
    prefix = written(e.base)
    return p.column == prefix or p.column.startswith(f"{prefix}.")


@dataclass(frozen=True)
class Row:
    """An element in a list of them, in words."""

    element: Element
    called: str
    cells: list[str]

    @classmethod
    def of(cls, e: Element, columns: Sequence[str], names: Names) -> Row:
        """An element with what stands in some of its fields; nothing where a field is not there."""
        cells = [_cell(e, name, names) if isinstance(e.data, dict) and name in e.data else "" for name in columns]
        return cls(e, called_element(e, names), cells)


def _cell(e: Element, name: str, names: Names) -> str:
    """What stands in a field; its unit stands above the column, but for the sign of pounds."""
    at = place_of(e.part, e.data, (name,), names, e.file)
    return worded(e.data[name], replace(at, unit=at.unit[:1] if at.unit.startswith("£") else ""), names)


def heads_of(part: Part, columns: Sequence[str]) -> list[tuple[str, str]]:
    """What columns of a list are called, each with its unit."""
    places = (place_of(part, {}, (name,), {}) for name in columns)
    return [(at.label, at.unit) for at in places]


def list_of(part: Part, files: Files, search: str, names: Names) -> list[Element]:
    """Elements of a part in which all words that are sought stand, as written or as people say them."""
    words = search.casefold().split()
    every = elements(part, files)
    return [e for e in every if not words or _has(e, words, names)]


def _has(e: Element, words: Sequence[str], names: Names) -> bool:
    text = f"{e.name} {called_element(e, names)} {e.data}".casefold()
    return all(w in text for w in words)
