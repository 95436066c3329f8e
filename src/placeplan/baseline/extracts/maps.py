"""How an extract is laid out: which column says what, and which codes make which point of delivery. Data, no code."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Record, described
from placeplan.core.tables import Pool

Kind = Literal["admitted_spells", "attendances", "appointments", "contacts", "referrals", "packages"]
Names = tuple[str, ...]
"""Names of one column, the likeliest first; case, spaces and signs do not matter."""

SPANS = frozenset({"packages"})
"""Kinds of which the days in the year count, not the start."""
WAITS = frozenset({"referrals"})
"""Kinds that wait from their start to their end."""
STAYS = frozenset({"admitted_spells"})
"""Kinds with midnights between start and end."""


class Columns(Record):
    """Where each thing stands. Any of several names will do; the first that an extract has is read."""

    record: Names = ()
    """Number of the spell, attendance, contact …: only to find what was sent twice. It never leaves the step."""
    start: Annotated[Names, Field(min_length=1)]
    """Day of admission, arrival, appointment, referral or first care."""
    end: Names = ()
    """Day of discharge, of the first appointment (referrals) or of the last care; blank: it goes on."""
    site: Annotated[Names, Field(min_length=1)]
    """Site code; where the plan has no such site, the code of the provider is looked at."""
    provider: Names = ()
    """Code of the organisation that gave the care."""
    area: Names = ()
    """Area of residence: an area of the plan, or a small area that a lookup leads to one."""
    sex: Names = ()
    age: Names = ()
    """Years of age at the start; 7001 to 7007 are read as under one year."""
    born: Names = ()
    """Day of birth, read only where no age is given."""


class PodRule(Record):
    """Rows with these codes are of one point of delivery."""

    pod: Id | Literal[""] = ""
    """Point of delivery; blank: such rows are not counted, and that is told."""
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Code → values that make it so; ``2*`` is any that begins with 2, ``-`` a blank. All codes have to fit; none: always."""


class RecordMap(Record):
    """A map of one layout: `columns`, `codes` and the `pods` that the codes make."""

    about: Annotated[str, StringConstraints(min_length=1)]
    """What is laid out so."""
    kind: Kind
    """What one row is."""
    columns: Columns
    codes: dict[str, Names] = Field(default_factory=dict)
    """Further columns that the rules look at: own word → names of the column."""
    sex: dict[Literal["F", "M"], tuple[str, ...]] = Field(default={"F": ("2", "F"), "M": ("1", "M")})
    """Values that mean women and men; any other is not known."""
    missing: tuple[str, ...] = ("NULL", "NA", "N/A", "-", "?")
    """Values that mean blank."""
    unknown_sites: tuple[str, ...] = ("89999", "89997", "X98", "XXX")
    """Codes of providers that mean that nobody knows."""
    pods: Annotated[tuple[PodRule, ...], Field(min_length=1, max_length=60)]
    """Tried in this order; the first that fits holds."""
    pool: Pool = "general"
    """Beds in which stays are spent (admitted spells)."""
    pools: dict[Id, Pool] = Field(default_factory=dict)
    """The same for one point of delivery."""
    funder: Literal["public", "self"] = "public"
    """Who pays for packages."""
    list_pod: Id | Literal[""] = ""
    """Referrals: pod in which people are first seen, for `lists.csv`; blank: that of the row."""
    within: Annotated[int, Field(gt=0)] = described("days of 18 weeks", default=126)
    over: Annotated[int, Field(gt=0)] = described("days of 52 weeks", default=364)

    @property
    def pod_ids(self) -> tuple[str, ...]:
        """Points of delivery that the rules can make, each once, in order."""
        return tuple(dict.fromkeys(rule.pod for rule in self.pods if rule.pod))

    @property
    def bad_rules(self) -> tuple[str, ...]:
        """Codes that a rule looks at although `codes` has no such word."""
        return tuple(sorted({code for rule in self.pods for code in rule.where} - set(self.codes)))


def plain_name(column: str) -> str:
    """A column's name without case, spaces and signs.

    >>> plain_name("Event Start_Date"), plain_name('"ADMIDATE"')
    ('eventstartdate', 'admidate')
    """
    return re.sub(r"[^0-9a-z]", "", column.lower())


def found_columns(layout: RecordMap, header: tuple[str, ...]) -> dict[str, str]:
    """What each column of an extract is: own word → name of the column as written; words without a column are left out."""
    known: dict[str, str] = {}
    for name in header:
        known.setdefault(plain_name(name), name)
    wanted = {name: getattr(layout.columns, name) for name in Columns.model_fields}
    wanted |= {f"code_{word}": names for word, names in layout.codes.items()}
    found = {
        word: next((known[plain_name(n)] for n in names if plain_name(n) in known), "")
        for word, names in wanted.items()
    }
    return {word: name for word, name in found.items() if name}


def missing_columns(layout: RecordMap, found: dict[str, str]) -> tuple[str, ...]:
    """Words without which rows mean nothing and for which an extract has no column."""
    needed = ["start", *(f"code_{word}" for rule in layout.pods for word in rule.where)]
    if layout.columns.end and layout.kind in SPANS | STAYS:
        needed.append("end")
    lacking = [word for word in dict.fromkeys(needed) if word not in found]
    return tuple(lacking + ([] if {"site", "provider"} & set(found) else ["site"]))
