"""Where things are, for the public: which postcodes and towns lie in which area, and what a map shows."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from placeplan.core.records import Id
from placeplan.core.tables.base import Row

DISTRICT: Final = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
"""The first half of a postcode, which Royal Mail calls its outward code: BH1, SW1A."""
WHOLE: Final = re.compile(rf"({DISTRICT.pattern})\d[A-Z]{{2}}")
"""A whole postcode without its blank."""


class Locality(Row):
    """A postcode district, town or village by which people find their area. One that lies in several has a row for each."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """First half of a postcode (BH1), or the name of a town, village or part of one. Never a whole postcode."""
    area: Id
    """Area in which it lies, or a part of it."""


class Shape(Row):
    """Where a site stands, or what an area looks like on a map."""

    kind: Literal["area", "site"]
    """What it is the shape of."""
    id: Id
    """Id of the area or site."""
    shape: Annotated[str, StringConstraints(min_length=1)]
    """Well-known text in degrees, longitude first (WGS 84): a point, or for an area its outline as polygon or multipolygon."""


def plain(name: str) -> str:
    """A name without what differs by accident; of a whole postcode its first half.

    >>> [plain(n) for n in ("bh1 1aa", "BH1", " St. Mary's  Bay ", "Weymouth & Portland")]
    ['bh1', 'bh1', 'st mary s bay', 'weymouth and portland']
    """
    tight = re.sub(r"\s+", "", name).upper()
    if found := WHOLE.fullmatch(tight):
        return found[1].lower()
    if DISTRICT.fullmatch(tight):
        return tight.lower()
    letters = "".join(c if c.isalnum() else " " for c in name.lower().replace("&", " and "))
    return " ".join(letters.split())
