"""What was read of a workbook: its sheets, their rows, and all that is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from placeplan.core.errors import Problem
from placeplan.plan.located import problem
from placeplan.plan.workbook.cells import Cell
from placeplan.plan.workbook.hidden import letters_of
from placeplan.plan.workbook.layout import Layout

Row = dict[str, Cell]
Told = Callable[[str], None]


@dataclass
class Sheet:
    """The rows of a sheet that hold something, each with its number, and the place of each column."""

    layout: Layout
    head: int = 0
    """Row in which the names of the columns stand."""
    places: dict[str, int] = field(default_factory=dict)
    """Column → place, counted from 1."""
    above: set[int] = field(default_factory=set)
    """Rows above the names that are filled like those below."""
    again: set[int] = field(default_factory=set)
    """Rows below the names that are names again."""
    rows: list[tuple[int, Row]] = field(default_factory=list)


@dataclass
class Workbook:
    """What was read of a workbook."""

    path: Path
    told: Told = lambda _: None
    sheets: dict[str, Sheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blank: set[tuple[str, str]] = field(default_factory=set)
    """Sheet and cell of what is blank only because it is merged with others."""

    def tell(
        self, sheet: str, row: int, place: int, code: str, what: str, mend: str, near: str = "", **more: Any
    ) -> None:
        """Keep a problem of a cell (``place`` counted from 1; 0: of the row or, without one, the sheet)."""
        cell = f"{letters_of(place)}{row}" if place and row else ""
        column = (
            next((n for n, p in self.sheets[sheet].places.items() if p == place), "") if sheet in self.sheets else ""
        )
        shown = f"{cell} ({column})" if cell and column else cell
        self.problems.append(problem(self.where(sheet), row, shown, code, what, mend, near, **more))

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name

    def where(self, sheet: str) -> str:
        """How a sheet is called in problems."""
        return f"{self.name}, sheet {sheet}"
