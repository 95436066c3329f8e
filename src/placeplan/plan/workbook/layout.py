"""Which sheets a workbook has and which columns stand in each: one a table, one a part of the YAML files, made from the classes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from placeplan.contracts.base import Contract
from placeplan.core.tables import TABLES
from placeplan.futures.assumptions import Assumption, AssumptionFile, Correlation
from placeplan.plan.authority import Board, Decision, Relationship
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.promises import Promise
from placeplan.plan.reader import FOLDERS, IDS, LISTS
from placeplan.plan.recipes import Recipe
from placeplan.plan.scenarios import Scenario
from placeplan.plan.schema import PlanFile, SourceEntry
from placeplan.plan.stages import Assessment, Move, Stage
from placeplan.plan.workbook.columns import MORE, Column, Facts, columns_inside, columns_of

GUIDE, CHOICES, ABOUT, KEPT = "read me", "choices", "about", "as written"
"""Sheets that are no table: how to use the workbook; what drop-down lists offer; plan.yaml; the files as they were written."""
WORDS = Facts(text=True)
ANY = Facts(number=True, text=True, truth=True)
ID = Facts(text=True, pattern="id")
SET = Column("set", ("set",), WORDS, note="Set of assumptions: NAME is assumptions-NAME.yaml; blank: assumptions.yaml")
REST = Column(MORE, (MORE,), WORDS, note="What fits no other column, as JSON; mostly blank")


@dataclass(frozen=True)
class Layout:
    """A sheet: its name, what stands in it, its columns and the file or folder that it is."""

    sheet: str
    title: str
    columns: tuple[Column, ...]
    file: str
    part: str = ""
    """The list of the file, or the field of the parent that it holds."""
    parent: str = ""
    """Sheet whose rows its rows belong to."""
    lead: str = ""
    """A first column that is no field: the parent's id, or the set."""
    fixed: tuple[str, ...] = ()
    """Columns whose cells are protected."""

    @property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by name."""
        return {c.name: c for c in self.columns}

    @property
    def own(self) -> tuple[Column, ...]:
        """The columns that are fields of the class."""
        return tuple(c for c in self.columns if c.name not in (self.lead, MORE))


ELEMENTS: Mapping[str, tuple[type[BaseModel], str]] = {
    "initiatives": (Recipe, "initiatives/"),
    "contracts": (Contract, "contracts/"),
    "promises": (Promise, "promises.yaml"),
    "assumptions": (Assumption, "assumptions.yaml"),
    "correlations": (Correlation, "assumptions.yaml"),
    "scenarios": (Scenario, "scenarios.yaml"),
    "sources": (SourceEntry, "sources.yaml"),
    "boards": (Board, "authority.yaml"),
    "decisions": (Decision, "authority.yaml"),
    "relationships": (Relationship, "authority.yaml"),
    "stages": (Stage, "stages.yaml"),
    "moves": (Move, "stages.yaml"),
    "assessments": (Assessment, "stages.yaml"),
    "payment_forms": (PaymentForm, "payment_forms/"),
}
"""Sheet of elements of YAML: their class, and the file or folder."""
KEPT_COLUMNS = tuple(Column(name, (name,), WORDS) for name in ("file", "part", "name", "text"))
ABOUT_COLUMNS = (
    Column("file", ("file",), WORDS), Column("field", ("field",), WORDS),
    Column("value", ("value",), ANY), Column("unit", ("unit",), WORDS), Column("what it is", ("what it is",), WORDS),
)  # fmt: skip


@cache
def layouts() -> Mapping[str, Layout]:
    """Every sheet by name, in order."""
    found = [Layout(ABOUT, "The plan itself: a field a row", ABOUT_COLUMNS, "plan.yaml", fixed=("file", "field"))]
    found += _children(ABOUT, PlanFile, "plan.yaml", "")
    found += [_table(name) for name in TABLES]
    for sheet, (cls, file) in ELEMENTS.items():
        lead = (SET,) if file == "assumptions.yaml" else ()
        title = title_of(cls)
        fixed = tuple(c.name for c in columns_of(cls) if c.name == "id")
        columns = (*lead, *columns_of(cls), REST)
        found.append(Layout(sheet, title, columns, file, sheet, lead=lead[0].name if lead else "", fixed=fixed))
        found += _children(sheet, cls, file, sheet.removesuffix("s"))
    found.append(Layout(KEPT, "The files as they were written", KEPT_COLUMNS, ""))
    return {one.sheet: one for one in found}


def _table(name: str) -> Layout:
    cls, _ = TABLES[name]
    fixed = (IDS[name][1],) if name in IDS else ()
    return Layout(name, title_of(cls), columns_of(cls), f"{name}.csv", fixed=fixed)


def _children(sheet: str, cls: type[BaseModel], file: str, lead: str) -> list[Layout]:
    """A sheet for each list of records of a class."""
    found = []
    for column in columns_of(cls):
        if column.child is not None:
            first = (Column(lead, (lead,), ID, note=f"Id in the sheet {sheet}", required=True),) if lead else ()
            columns = (*first, *columns_inside(column.child), REST)
            name = f"{'plan' if sheet == ABOUT else sheet}.{column.name}"
            found.append(Layout(name, title_of(column.child), columns, file, column.name, sheet, lead))
    return found


def title_of(cls: type[BaseModel]) -> str:
    """What a class is, in the first line of its docstring."""
    return inspect.cleandoc(cls.__doc__ or "").splitlines()[0].replace("`", "") if cls.__doc__ else ""


def fields_of_files(sets: tuple[str, ...]) -> dict[str, tuple[Column, ...]]:
    """The fields of the sheet ``about``: of plan.yaml, and of the files of lists those that are no list."""
    files = {"plan.yaml": tuple(columns_of(PlanFile))}
    for name, (cls, parts) in LISTS.items():
        single = tuple(c for c in columns_of(cls) if c.name not in parts)
        if single:
            files[name] = single
    single = tuple(c for c in columns_of(AssumptionFile) if c.child is None)
    return files | {f"assumptions-{name}.yaml": single for name in sets}


def file_of(layout: Layout, lead: str, name: str) -> str:
    """The file of an element: that of its list, of its set, or one of its own.

    >>> file_of(layouts()["promises"], "", "a"), file_of(layouts()["assumptions"], "late", "a"), file_of(layouts()["contracts"], "", "a")
    ('promises.yaml', 'assumptions-late.yaml', 'contracts/a.yaml')
    """
    if layout.file.endswith("/"):
        return f"{layout.file}{name}.yaml"
    return f"assumptions-{lead}.yaml" if layout.lead == SET.name and lead else layout.file


def is_folder(file: str) -> bool:
    """Whether a file is one element in a folder of them."""
    return file.partition("/")[0] in FOLDERS and "/" in file
