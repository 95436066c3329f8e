"""Layouts of returns: which sheet and column holds which field of which table. Ready ones are data of the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.outcomes import OUTCOMES
from placeplan.core.records import Record, described
from placeplan.core.tables import TABLES
from placeplan.exchange.told import problem
from placeplan.plan.located import Item
from placeplan.plan.textfile import read_text
from placeplan.plan.validate import build
from placeplan.plan.yamlfile import read_yaml

READY = ("finance", "workforce", "activity", "capital")
"""Layouts that come with placeplan."""
YEAR = "{year}"
"""Stands in a heading for a financial year: such a column is there once for each year."""


YEARS = r"(\d{4}/\d{2})"
"""How a financial year is written."""


class Column(Record):
    """A column of a return."""

    heading: str
    """What stands over it; with ``{year}`` where there is one for each year."""
    optional: bool = False
    """Whether a return may do without."""
    times: float = described("what a figure of the return is multiplied by: 1000 for £000", default=1.0)
    key: bool = False
    """Whether it tells a row of the table from the others."""
    later: str = ""
    """Outcome of the model that gives the years after the base year, and its entity: ``staff_in_post:{organisation}/{group}``."""

    @property
    def yearly(self) -> bool:
        """Whether there is one for each year."""
        return YEAR in self.heading


def _column(value: Any) -> Any:
    return {"heading": value} if isinstance(value, str) else value


class Block(Record):
    """A sheet of a return that holds rows of one table of a plan."""

    sheet: str
    """Name of the sheet when it is written; when it is read, the headings decide."""
    table: str
    """Table of a plan (`staff`, `money` …)."""
    columns: dict[str, Annotated[Column, BeforeValidator(_column)]] = Field(min_length=1)
    """Column by field of the table."""
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    """What the return calls the values of a field, and what the plan does."""
    constants: dict[str, str] = Field(default_factory=dict)
    """Fields that the return does not say; may name other fields and the year: ``{entity}, {year}``."""
    period: str = ""
    """Field of the table that is the year; blank: it has none."""


class ReturnMap(Record):
    """The layout of one return."""

    about: str
    blocks: tuple[Block, ...]


@cache
def ready_maps() -> dict[str, ReturnMap]:
    """The layouts of the library by name; raises PlanError where one is wrong."""
    return {name: _read(name, _ready_text(name), True) for name in READY}


def _ready_text(name: str) -> str:
    return files("placeplan").joinpath(f"library/returns/{name}.yaml").read_text(encoding="utf-8")


def read_map(file: Path) -> ReturnMap:
    """A layout of the user's own.

    Raises:
        PlanError: where it is no YAML, or names a table or field that is not there.
    """
    text = read_text(file, file.name)
    if isinstance(text, Problem):
        raise PlanError([text])
    return _read(file.name, text, False)


def _read(name: str, text: str, aliases: bool) -> ReturnMap:
    tree = read_yaml(text, name, aliases=aliases)
    where: Item[Any] = Item(None, name, 0, tree.lines, tree.data)
    found, problems = build(ReturnMap, tree.data, where) if not tree.problems else (None, tree.problems)
    problems = [*problems, *(_wrong(found, where) if found else ())]
    if problems or found is None:
        raise PlanError(problems)
    return found


def _wrong(found: ReturnMap, where: Item[Any]) -> Iterator[Problem]:
    """Tables and fields that are not there."""
    for n, block in enumerate(found.blocks):
        if block.table not in TABLES:
            near = nearest(block.table, TABLES)
            what, mend = (
                f"There is no table “{block.table}”.",
                f"Write “{near}”." if near else "Name a table of a plan.",
            )
            row = where.at(("blocks", n, "table"))
            yield problem(where.file, row, "table", "wrong-map", what, mend, near)
            continue
        fields = TABLES[block.table][0].model_fields
        yield from _wrong_names(block, n, where)
        named: list[tuple[str, Iterable[str]]] = [
            ("columns", block.columns),
            ("words", block.words),
            ("constants", block.constants),
        ]
        for part, field in ((part, f) for part, given in named for f in given):
            if field not in fields:
                near = nearest(field, fields)
                mend = f"Write “{near}”." if near else f"Write one of: {', '.join(fields)}."
                row = where.at(("blocks", n, part, field))
                yield problem(where.file, row, field, "wrong-map", f"{block.table} has no “{field}”.", mend, near)


def _wrong_names(block: Block, number: int, where: Item[Any]) -> Iterator[Problem]:
    """Names in braces, and outcomes, that are not there."""
    fields = {*TABLES[block.table][0].model_fields, "year"}
    texts = [("constants", f, text) for f, text in block.constants.items()]
    texts += [("columns", f, c.later.partition(":")[2]) for f, c in block.columns.items()]
    for part, field, text in texts:
        row = where.at(("blocks", number, part, field))
        try:
            unknown = [n for _, n, _, _ in Formatter().parse(text) if n is not None and n not in fields]
        except ValueError as error:
            mend = "Write a field of the table in braces: {organisation}."
            yield problem(where.file, row, field, "wrong-map", f"“{text}” cannot be read: {error}.", mend)
            continue
        for name in unknown:
            near = nearest(name, fields)
            mend = f"Write “{{{near}}}”." if near else "Write a field of the table in braces."
            yield problem(where.file, row, field, "wrong-map", f"{block.table} has no “{name}”.", mend, near)
    for field, column in block.columns.items():
        outcome = column.later.partition(":")[0]
        if outcome and outcome not in OUTCOMES:
            near = nearest(outcome, OUTCOMES)
            row = where.at(("blocks", number, "columns", field))
            mend = f"Write “{near}”." if near else "Write an outcome of the model."
            yield problem(where.file, row, field, "wrong-map", f"There is no outcome “{outcome}”.", mend, near)
