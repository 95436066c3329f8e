"""The parts of a plan, made from the classes that read it: the plan itself, its tables, and each kind of element."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

from pydantic import BaseModel

from placeplan.core.tables import KEYS, TABLES
from placeplan.plan.classes import model_in
from placeplan.plan.reader import FOLDERS, LISTS, SET
from placeplan.plan.recipes import as_recipe
from placeplan.plan.schema import PlanFile

PLAN: Final = "plan"
"""The part that is the plan itself."""
ABOUT: Final = "about"
"""Piece of a file of lists that is no element of a list: what the file says of itself."""


@dataclass(frozen=True)
class Part:
    """A part of a plan: what stands in it, and in which file or folder."""

    name: str
    cls: type[BaseModel]
    file: str
    """Its file; a folder of one element a file ends with a slash."""
    keys: tuple[str, ...]
    """Fields that together name an element; none where there is only one."""
    needed: bool = False
    """Whether every plan has it."""

    @property
    def title(self) -> str:
        """Its name as people say it: ``payment_forms`` → Payment forms."""
        return said(self.name)

    @property
    def about(self) -> str:
        """What one of its elements is, in a sentence."""
        text = inspect.cleandoc(self.cls.__doc__ or "").split("\n\n")[0]
        return re.sub(r"\s+", " ", text.replace("`", ""))

    @property
    def table(self) -> bool:
        """Whether it is a table."""
        return self.file.endswith(".csv")

    @property
    def folder(self) -> bool:
        """Whether each element is a file of its own."""
        return self.file.endswith("/")

    def file_of(self, name: str, group: str = "") -> str:
        """The file of an element; group: name of a set of assumptions.

        >>> parts()["contracts"].file_of("a"), parts()["assumptions"].file_of("a", "late"), parts()["beds"].file_of("a")
        ('contracts/a.yaml', 'assumptions-late.yaml', 'beds.csv')
        """
        if self.folder:
            return f"{self.file}{name}.yaml"
        return f"{self.file.removesuffix('.yaml')}-{group}.yaml" if group else self.file

    def class_of(self, data: Any, file: str = "") -> type[BaseModel]:
        """The class that reads an element: of a family of kinds its base; of an initiative, a recipe's where it is one."""
        found: type[BaseModel] = as_recipe(self.cls, data, file)[0]
        return found


def said(name: str) -> str:
    """A name of the files as people say it.

    >>> said("payment_forms"), said("to_pod")
    ('Payment forms', 'To pod')
    """
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


@cache
def parts() -> Mapping[str, Part]:
    """Every part by its name: one for each table, list and folder that is declared, in the order of a plan's story."""
    found = [Part(PLAN, PlanFile, "plan.yaml", (), needed=True)]
    found += [Part(name, cls, f"{name}/", ("id",)) for name, cls in FOLDERS.items()]
    for file, (file_class, lists) in LISTS.items():
        for name in lists:
            cls = model_in(file_class.model_fields[name].annotation)
            if cls is not None:
                found.append(Part(name, cls, file, _keys(cls)))
    found += [Part(name, cls, f"{name}.csv", KEYS[name], needed) for name, (cls, needed) in TABLES.items()]
    return {part.name: part for part in found}


def _keys(cls: type[BaseModel]) -> tuple[str, ...]:
    """What names an entry of a list: its id, or the first field that it must have."""
    fields = cls.model_fields
    return ("id",) if "id" in fields else tuple(n for n, f in fields.items() if f.is_required())[:1]


def parts_in(file: str) -> tuple[Part, ...]:
    """The parts whose elements stand in a file; none where it is no file of a plan.

    >>> [p.name for p in parts_in("assumptions-late.yaml")], [p.name for p in parts_in("contracts/a.yaml")], parts_in("README.md")
    (['assumptions', 'correlations'], ['contracts'], ())
    """
    path = PurePosixPath(file)
    if len(path.parts) == 2 and path.suffix == ".yaml":
        return tuple(p for p in parts().values() if p.file == f"{path.parts[0]}/")
    base = "assumptions.yaml" if group_of(file) else file
    return tuple(p for p in parts().values() if p.file == base)


def group_of(file: str) -> str:
    """The set of assumptions that a file holds; "" where it is none.

    >>> group_of("assumptions-late.yaml"), group_of("assumptions.yaml")
    ('late', '')
    """
    found = re.fullmatch(r"assumptions-(.+)\.yaml", file)
    return found[1] if found and SET.fullmatch(found[1]) else ""


def files_in(part: Part, files: Iterable[str]) -> list[str]:
    """Which of some files hold elements of a part, the main one first."""
    return sorted((f for f in files if part in parts_in(f)), key=lambda f: (f != part.file, f))
