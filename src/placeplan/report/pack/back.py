"""From a number in the pack back to the plan: a short reference beside it, and at the end a line that says where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from placeplan.report import words
from placeplan.report.pack.blocks import Block, Heading, Said, Sheet
from placeplan.stress.findings import Findings
from placeplan.stress.results.ground import Headline

LETTERS: Final = {"promises": "P", "fans": "F", "bridge": "B", "claims": "C"}
"""How short references begin, by the table in which the number stands."""
MOST_TRACED: Final = 200
"""Futures that are run to follow a number back: they are all held at once."""


class Back(NamedTuple):
    """A headline number, and what leads back from it."""

    short: str
    """P1: as it is printed beside the number."""
    shown: str
    """The number as people read it."""
    headline: Headline

    @property
    def written(self) -> str:
        """Where in the plan what it is of is written."""
        return "; ".join(self.headline.cells) or "of all together"


def backs(f: Findings) -> Mapping[str, Back]:
    """Every headline number by its address, in the order of the pack; none of findings made before they were told."""
    known, counts = {h.address: h for h in f.headlines}, Counter[str]()
    found = {}
    for address, shown in _shown(f):
        if address in known:
            letter = LETTERS[address.partition("/")[0]]
            counts[letter] += 1
            found[address] = Back(f"{letter}{counts[letter]}", shown, known[address])
    return found


def _shown(f: Findings) -> Iterator[tuple[str, str]]:
    """Addresses of all that can be a headline number, with the number."""
    for p in f.promises:
        yield f"promises/{p.id}", "not known" if p.P is None else f"kept in {words.percent(p.P, f.futures)}"
    for fan in f.fans:
        unit = fan.unit if fan.unit.startswith("£") else ""
        yield f"fans/{fan.id}", words.amount(fan.points[-1].plan[1], unit) if fan.points else "not known"
    for s in f.bridge:
        yield f"bridge/{s.id}", words.money(s.amount)
    for c in f.claims:
        yield f"claims/{c.initiative}", f"{words.money(c.found)} found"


def shorts(f: Findings, kind: str, names: Iterable[str]) -> tuple[str, ...]:
    """Short references of some numbers of one table, blank where there is none."""
    found = backs(f)
    return tuple(found[a].short if (a := f"{kind}/{name}") in found else "" for name in names)


def tell_back(f: Findings) -> Iterator[Block]:
    """The chapter that says of each number where it comes from."""
    found = backs(f).values()
    if not found:
        return
    yield Heading(2, "Where each number comes from")
    yield Said(
        "Beside the numbers of this pack stands a short reference, such as "
        f"{next(iter(found)).short}. It leads to its line here, and from here to the plan. Write the address where PLAN is the folder of the plan, and see "
        "the file and the line of each figure behind the number, with its source. In the workbench the same stands below the run, under "
        "“Where its numbers come from”."
    )
    yield Said(f"placeplan explain PLAN ADDRESS --futures {min(f.futures, MOST_TRACED)} --seed {f.seed}")
    rows = tuple((b.short, f"{b.headline.what} ({b.shown})", f"{b.headline.address} ({b.written})") for b in found)
    yield Sheet(
        "Numbers of this pack, their addresses, and where the plan has what they are of", ("No.", "What", "Address"), rows,
        marks=tuple(mark_of(b.short) for b in found),
    )  # fmt: skip


def mark_of(short: str) -> str:
    """Name of the place in the pack at which a reference is explained.

    >>> mark_of("P1")
    'number_P1'
    """
    return f"number_{short}"
