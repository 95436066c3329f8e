"""What a published file looks like: one declaration a layout, in ``library/series``, joined to one general reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from ruamel.yaml import YAML

from placeplan.core.records import Id, Record

SHAPES: dict[str, tuple[str, str]] = {
    "provider": (
        r"[A-Z][A-Z0-9]{2,5}|\d[A-Z][A-Z0-9]{1,4}|\d\d[A-Z][A-Z0-9]{0,3}",
        "an ODS code of 3 to 6 letters and digits, such as RBD",
    ),
    "trust": (r"[RT][A-Z0-9]{2}", "the ODS code of a trust, such as RBD"),
    "site": (
        r"[A-Z][A-Z0-9]{2,8}|\d[A-Z][A-Z0-9]{1,7}|\d\d[A-Z][A-Z0-9]{0,6}",
        "an ODS code of 3 to 9 letters and digits, such as RBD01",
    ),
    "system": (r"Q[A-Z0-9]{2}|E54\d{6}", "the code of a system, such as QVV or E54000041"),
    "area": (r"[EWSNK]\d{8}", "an ONS code, such as E06000058"),
    "small_area": (r"[EW]01\d{6}", "the ONS code of a small area, such as E01020634"),
    "practice": (r"[A-Z]\d{5}", "the code of a practice, such as J81001"),
    "network": (r"U\d{5}", "the code of a primary care network, such as U00070"),
    "any": (r".+", "a code"),
}
"""Kind of code → how it is written, and the same in words."""
PeriodKind = Literal["day", "month", "quarter", "financial_year", "year_begins", "year_ends", "year"]
"""How long a period is; ``year_begins`` and ``year_ends``: a financial year by the one calendar year that is written."""
Names = str | tuple[str, ...]
"""A column's name, or the names that it had over the years."""


class Code(Record):
    """Column that says whose figure it is."""

    column: Names = ()
    """Its name; none where `fixed` says whose all figures are."""
    shape: Literal[tuple(SHAPES)]  # type: ignore[valid-type]
    """How its codes look."""
    fixed: str = ""
    """The one code of a file that has no column for it."""
    unknown: bool = False
    """Whether it may be blank where nobody knows it: people whose home is not known."""


class Period(Record):
    """Column that says of when it is."""

    column: Names = ()
    """Its name; none where the file does not say it row by row."""
    joined: Names = ()
    """A second column that says the rest of it: a month beside its financial year."""
    kind: PeriodKind
    fixed: str = ""
    """The period of a series that was counted once, such as a census or an index."""
    assumed: str = ""
    """The period of the file that this layout was made from, taken where no file says it; told as assumed."""
    told_by: Mapping[str, str] = {}
    """A column that only one year's file has → that year."""


class Of(Record):
    """Column that divides figures further: a specialty, a staff group, a kind of care."""

    column: Names
    label: str = ""
    """Words before its value; none: the value speaks for itself."""
    optional: bool = False


class Measure(Record):
    """One column of figures, or all columns whose names match a pattern."""

    column: Names = ()
    matching: str = ""
    """Pattern of column names; its groups ``measure``, ``unit``, ``age``, ``sex``, ``period`` and ``of`` say what they say."""
    measure: str = ""
    """Name of what is counted; blank: as the pattern says."""
    unit: str = ""
    """Unit in words; ``text`` where it is no number."""
    scale: float = 1.0
    """What a written figure is multiplied with: 1000 where thousands are written."""
    least: float | None = 0.0
    """Lowest figure there can be; null: any."""
    most: float | None = None
    """Highest figure there can be."""
    sex: str = ""
    age: str = ""
    of: str = ""
    optional: bool = False
    """Whether files of this layout may lack it."""


class Gives(Record):
    """Rows of one of the plan's own tables that come from one measure."""

    table: Literal["activity", "beds", "areas", "population", "staff", "lists", "flows", "money", "unit_costs", "organisations", "sites"]  # fmt: skip
    measure: str
    of: str = ""
    """Only figures of this division; blank: all."""
    sets: Mapping[str, str] = {}
    """Columns of the table with what stands in them: ``pod: day_case``; ``{of}``, ``{code}``, ``{other}`` stand for the figure's."""
    column: str = ""
    """Column of the table that holds the figure."""
    over_year: Literal["sum", "mean", "last"] = "sum"
    """How a year is made of its periods."""
    year_before: bool = False
    """Whether the year before is read, because its end is the beginning of the base year."""
    pairs: Mapping[str, str] = {}
    """Further columns → the measure that gives them, after a bar its division; ``per``: what the figure is divided by."""
    words: Mapping[str, str] = {}
    """Division as written → word of the plan."""
    note: str = ""
    """What a reader should know of each row."""


class Layout(Record):
    """One layout: how to know it, what it says, whose it is, and what to set aside."""

    id: Id
    title: str
    publisher: str
    licence: str
    """Id of a licence of ``licences.yaml``."""
    caution: str = ""
    """What a reader must know before using it."""
    code: Code
    name: Names = ()
    """Column with the name that belongs to the code."""
    other: Code | None = None
    """Second code of a flow: where people live, or who came after."""
    period: Period
    of: tuple[Of, ...] = ()
    sex: Names = ()
    age: Names = ()
    measures: tuple[Measure, ...]
    least_matches: int = 1
    """Fewest columns that have to match a pattern."""
    known_by: tuple[Names, ...] = ()
    """Further columns that a file of this layout has, by which it is told from a layout with fewer."""
    above: tuple[str, ...] = ()
    """Patterns found in the sheet's name or the lines above the header; their groups ``period`` and ``sex`` hold for all rows.

    A pattern without ``period`` has to be there, or the file has not this layout.
    """
    unlike: str = ""
    """Pattern that stands there in files that only look alike."""
    holds: Mapping[str, str] = {}
    """Column (or pattern) → pattern of what it can hold: where much else stands there, cells have slipped."""
    totals: Mapping[str, str] = {}
    """Column → pattern of what it holds in a row of totals (an empty pattern: nothing)."""
    ignore: tuple[str, ...] = ()
    """Columns, or patterns of them, that are known and not read."""
    gives: tuple[Gives, ...] = ()
    """Tables of a plan that it fills."""
    registers: bool = False
    """Whether it is a list of organisations, against which codes of other files are looked up."""
    sample: Annotated[str, StringConstraints(min_length=1)] = Field(repr=False)
    """A few made-up rows in this layout, CSV."""

    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Columns by which it is known: each with all its names."""
        columns: list[Names] = [self.code.column, self.name, self.period.column, self.period.joined, self.sex, self.age]
        columns += [self.other.column] if self.other else []
        columns += [o.column for o in self.of if not o.optional]
        columns += [m.column for m in self.measures if not m.optional]
        return tuple(names_of(c) for c in [*columns, *self.known_by] if c)


def names_of(names: Names) -> tuple[str, ...]:
    """All names of a column."""
    return (names,) if isinstance(names, str) else names


@cache
def plain(name: str) -> str:
    """A column's name without what differs by accident: case, signs, spaces.

    >>> plain(" Org Code "), plain("A&E attendances - Type_1")
    ('org code', 'a e attendances type 1')
    """
    return " ".join(re.sub(r"[\W_]+", " ", name.lower()).split())


def _folder_of_layouts() -> dict[str, str]:
    folder = files("placeplan.library") / "series"
    return {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir() if p.name.endswith(".yaml")}


@cache
def licences() -> Mapping[str, str]:
    """Licence id → what has to be said with figures under it."""
    return {str(k): str(v) for k, v in YAML(typ="safe", pure=True).load(_folder_of_layouts()["licences.yaml"]).items()}


@cache
def layouts() -> Mapping[str, Layout]:
    """Every layout by id, in the order of the alphabet."""
    found = {}
    for name, text in sorted(_folder_of_layouts().items()):
        if name != "licences.yaml":
            layout = Layout.model_validate(YAML(typ="safe", pure=True).load(text) | {"id": name.removesuffix(".yaml")})
            found[layout.id] = layout
    return found
