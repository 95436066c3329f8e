"""Whom a postcode or the name of a place belongs to, as the list of “near you” has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from placeplan.core.errors import all_nearest
from placeplan.report.site.things import found_by
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import AreaResult

LONGEST: Final = 80
"""Letters that are read; no name of a place is longer."""
WHOLE: Final = re.compile(r"([a-z]{1,2}\d[a-z\d]?) ?\d[a-z]{2}")
"""A whole postcode; its first half is what areas are known by."""
LETTERS: Final = re.compile(r"[a-z]{1,2}")
DISTRICT: Final = re.compile(r"([a-z]{1,2})\d[a-z\d]?")


@dataclass(frozen=True)
class Answered:
    """What is found for what somebody typed."""

    typed: str
    areas: tuple[AreaResult, ...]
    """Areas that it can be."""
    like: tuple[str, ...] = ()
    """Names that are most like it, where it is none."""


def found(f: Findings, typed: str) -> Answered:
    """Areas by a postcode, the first half of one, its letters, a town, or the name of the area itself; letters of any size."""
    said = " ".join(typed[:LONGEST].split())
    asked = said.casefold()
    whole = WHOLE.fullmatch(asked)
    asked = whole[1] if whole else asked
    known = {name.casefold(): list(areas) for name, areas in found_by(f).items()}
    for a in f.areas:
        known.setdefault(a.name.casefold(), []).append(a)
    areas = known.get(asked) or _by_letters(known, asked)
    if areas or not asked:
        return Answered(said, tuple({a.id: a for a in areas}.values()))
    names = {name.casefold(): name for name in (*found_by(f), *(a.name for a in f.areas))}
    return Answered(said, (), tuple(names[n] for n in all_nearest(asked, names)))


def _by_letters(known: dict[str, list[AreaResult]], asked: str) -> list[AreaResult]:
    """Areas of every postcode district that begins with these letters."""
    if not LETTERS.fullmatch(asked):
        return []
    begins = ((DISTRICT.fullmatch(name), areas) for name, areas in known.items())
    return [a for match, areas in begins if match and match[1] == asked for a in areas]
