"""Sections of a long form: fields grouped by what an author thinks of, and which of them can stay folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from placeplan.plan.elements.controls import Group, Leaf, Node, leaves

Declared = tuple[str, bool, tuple[str, ...]]
"""A title, whether it stands open, and its fields in the order of the form."""
SECTIONS: Final[Mapping[str, tuple[Declared, ...]]] = MappingProxyType({
    "initiatives": (
        ("What it is", True, ("id", "name", "about", "owner", "theme", "status")),
        ("What changes, where and for whom", True, ("effects", "closes", "not_modelled")),
        ("When", True, ("start", "end", "ramp_months", "peak", "delay")),
        ("What it hangs on", False, ("requires", "trigger")),
        ("Money: what it needs and what it claims", False, ("capital", "budget", "budget_from", "claims")),
        ("Who takes part, who was asked and who agreed", False, ("partners", "involvement", "sign_offs")),
        ("What it rests on", False, ("origin", "evidence_grade", "evidence", "source", "note")),
    ),
})  # fmt: skip
"""By part of a plan its sections; the form of any other part is short enough without."""
OTHERS: Final = "Other fields"


@dataclass(frozen=True)
class Section:
    """Fields that belong together."""

    title: str
    nodes: Sequence[Node]
    first: bool
    """Whether it is among what every author needs."""

    @property
    def filled(self) -> int:
        """In how many of its fields something is said."""
        return sum(_said(n) for n in self.nodes)

    @property
    def open(self) -> bool:
        """Whether it stands open: needed by every author, or something in it is wrong, lacking or just begun."""
        inside = list(leaves(self.nodes))
        begun = (n for n in inside if isinstance(n, Group) and (n.anew or (n.fresh and isinstance(n.path[-1], int))))
        lacking = (n for n in self.nodes if isinstance(n, Leaf) and n.required and not n.text)
        return (
            self.first or any(p.severity == "error" for n in inside for p in n.problems) or any(begun) or any(lacking)
        )

    @property
    def asked(self) -> bool:
        """Whether something in it should be asked about."""
        return any(n.problems for n in leaves(self.nodes))

    @property
    def told(self) -> str:
        """What is in it, and how much of it is filled in."""
        return f"({', '.join(n.label for n in self.nodes)}: {self.filled} of {len(self.nodes)} filled in)"


def _said(node: Node) -> bool:
    if isinstance(node, Leaf):
        return bool(node.text)
    return not node.fresh if isinstance(node, Group) else bool(node.entries or node.none)


def sections(part: str, nodes: Sequence[Node]) -> list[Section]:
    """The sections of a form with its controls, each in one; none where its part has none."""
    by_name = {str(n.path[-1]): n for n in nodes}
    declared = SECTIONS.get(part, ())
    found = [
        Section(title, [by_name.pop(f) for f in fields if f in by_name], first) for title, first, fields in declared
    ]
    rest = [Section(OTHERS, list(by_name.values()), True)] if by_name and declared else []
    return [s for s in (*found, *rest) if s.nodes]
