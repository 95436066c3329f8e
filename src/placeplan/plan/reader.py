"""The files of one folder, read one by one: what was read, and what was wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import placeplan.contracts
import placeplan.effects  # noqa: F401 – registers the kinds, as does the line above
from placeplan.contracts.base import Contract
from placeplan.core.errors import Problem, nearest
from placeplan.core.records import Record
from placeplan.core.tables import TABLES, Row
from placeplan.futures.assumptions import AssumptionFile
from placeplan.plan.authority import AuthorityFile
from placeplan.plan.classes import model_in
from placeplan.plan.csvfile import read_table
from placeplan.plan.draft import Draft
from placeplan.plan.initiatives import Initiative
from placeplan.plan.located import Item, problem
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.promises import PromiseFile
from placeplan.plan.recipes import as_recipe
from placeplan.plan.scenarios import ScenarioFile
from placeplan.plan.schema import PlanFile, SourceFile
from placeplan.plan.stages import StageFile
from placeplan.plan.textfile import read_text
from placeplan.plan.validate import build
from placeplan.plan.yamlfile import read_yaml

LISTS: dict[str, tuple[type[Record], tuple[str, ...]]] = {
    "assumptions.yaml": (AssumptionFile, ("assumptions", "correlations")),
    "authority.yaml": (AuthorityFile, ("boards", "decisions", "relationships")),
    "promises.yaml": (PromiseFile, ("promises",)),
    "scenarios.yaml": (ScenarioFile, ("scenarios",)),
    "stages.yaml": (StageFile, ("stages", "moves", "assessments")),
    "sources.yaml": (SourceFile, ("sources",)),
}
"""Optional YAML files that hold lists."""
CUT = frozenset(
    {"broken-csv", "broken-yaml", "wrong-encoding", "wrong-separator", "empty-file", "too-large", "unreadable-file"}
)
"""Problems behind which a file is not read: what would have stood there is not known."""
FOLDERS: dict[str, type[Any]] = {"initiatives": Initiative, "contracts": Contract, "payment_forms": PaymentForm}
"""Folders of one element a file."""
NAMES = ("plan.yaml", *(f"{name}.csv" for name in TABLES), *LISTS)
IDS = {
    "organisations": ("organisation", "id"),
    "sites": ("site", "id"),
    "areas": ("area", "area"),
    "pods": ("pod", "id"),
}
"""Tables whose rows have an id, with the id's kind and column."""
BESIDE = (".", "__pycache__", "~$", "Thumbs.db", "desktop.ini")
"""Beginnings of names that systems and programs leave in any folder; they are passed over."""
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")
SET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass
class Reader:
    """Reads the files of one folder; keeps what was read and what was wrong."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """Files that are there and ours, with ``/``."""
    tables: dict[str, tuple[Item[Row], ...]] = field(default_factory=dict)
    parts: dict[str, list[Item[Any]]] = field(default_factory=dict)
    also: dict[str, set[str]] = field(default_factory=dict)
    elsewhere: dict[str, Path] = field(default_factory=dict)
    """Files outside the folder, by the name that they were given by."""
    sets: dict[str, dict[str, tuple[Item[Any], ...]]] = field(default_factory=dict)
    """What each set of assumptions says, by its file."""

    def scan(self) -> None:
        """Find the files; tell of links, of files that aren't ours and of those that are missing."""
        for path in sorted(self.folder.iterdir()):
            if path.name.startswith(BESIDE) or path.suffix in (".md", ".py"):
                if path.is_symlink():
                    self._link(path.name)
                continue
            if path.is_symlink():
                self._link(path.name)
                self.names.add(path.name)
            elif path.is_dir() and path.name in FOLDERS:
                self._scan_inside(path)
            elif path.name in NAMES or re.fullmatch(r"assumptions-[A-Za-z0-9][A-Za-z0-9_-]*\.yaml", path.name):
                self.names.add(path.name)
            else:
                self._not_ours(path.name, (*NAMES, *FOLDERS))
        for name in ("plan.yaml", *(f"{n}.csv" for n, (_, needed) in TABLES.items() if needed)):
            if name not in self.names:
                what = f"{name} is missing."
                mend = "Add it; placeplan new FOLDER writes a plan that has them all."
                self.problems.append(problem(name, 0, "", "missing-file", what, mend))

    def _scan_inside(self, folder: Path) -> None:
        for path in sorted(folder.iterdir()):
            name = f"{folder.name}/{path.name}"
            if path.is_symlink():
                self._link(name)
            elif path.suffix == ".yaml" and not path.name.startswith("."):
                self.names.add(name)
            elif path.suffix != ".md" and not path.name.startswith(BESIDE):
                self._not_ours(name, (f"{folder.name}/{path.stem}.yaml",))

    def _link(self, name: str) -> None:
        what, mend = f"{name} is a link to another place.", "Copy the file itself here."
        self.problems.append(problem(name, 0, "", "symlink", what, mend))

    def _not_ours(self, name: str, known: tuple[str, ...]) -> None:
        near = nearest(name, known)
        mend = f"Rename it “{near}”, or take it away." if near else "Take it away; notes may stand in *.md files."
        if name.endswith(SPREADSHEETS):
            saved = f" under the name of its table, such as {near or 'beds.csv'}"
            mend = f"Take it away; what the plan needs of it is saved as CSV UTF-8{saved}."
        self.problems.append(problem(name, 0, "", "unknown-file", f"{name} is no file of a plan.", mend, near))

    def read(self, assumption_set: str) -> None:
        """Read every file that is there."""
        for name, (cls, _) in TABLES.items():
            self.tables[name] = self._table(name, cls) if f"{name}.csv" in self.names else ()
        if "plan.yaml" in self.names:
            self.parts["about"] = self._file("plan.yaml", PlanFile)
        for name, (file_class, parts) in LISTS.items():
            self._lists(name, file_class, parts)
        self._set(assumption_set)
        for folder, element_class in FOLDERS.items():
            for name in sorted(n for n in self.names if n.startswith(f"{folder}/")):
                self.also.setdefault(folder[:-1], set()).add(name.removeprefix(f"{folder}/").removesuffix(".yaml"))
                self.parts.setdefault(folder, []).extend(self._file(name, element_class))

    def read_form(self, path: Path) -> None:
        """Read a form of payment that lies elsewhere; it goes before one of the plan's of the same id."""
        name = str(path)
        self.elsewhere[name] = path.absolute()
        for item in self._file(name, PaymentForm):
            others = self.parts.get("payment_forms", [])
            twin = next((i for i in others if i.value.id == item.value.id and i.file in self.elsewhere), None)
            if twin is not None:
                what = f"“{item.value.id}” is the id of the form in {twin.file} too."
                self.problems.append(item.problem("duplicate-id", what, "Give each form an id of its own.", "id"))
            kept = (i for i in others if i.value.id != item.value.id or i.file in self.elsewhere)
            self.parts["payment_forms"] = [*kept, item]

    def _text(self, name: str) -> str | None:
        text = read_text(self.elsewhere.get(name, self.folder / name), name)
        if isinstance(text, str):
            return text
        if text not in self.problems:
            self.problems.append(text)
        return None

    def _table(self, name: str, cls: type[Row]) -> tuple[Item[Row], ...]:
        text = self._text(f"{name}.csv")
        if text is None:
            return ()
        items, cells, problems = read_table(text, f"{name}.csv", cls)
        self.problems += problems
        if name in IDS:
            kind, column = IDS[name]
            self.also.setdefault(kind, set()).update(row.get(column, "") for row in cells)
        if not items and not problems:
            what, mend = (
                f"{name}.csv has a header and no row.",
                "Add its rows, or take the file away if it is optional.",
            )
            self.problems.append(problem(f"{name}.csv", 1, "", "empty-table", what, mend))
        return items

    def _file(self, name: str, cls: type[Any]) -> list[Item[Any]]:
        """The one element of a YAML file; nothing if it was refused."""
        text = self._text(name)
        if text is None:
            return []
        tree = read_yaml(text, name)
        self.problems += tree.problems
        if tree.problems and tree.data is None:
            return []
        where: Item[Any] = Item(None, name, 1, tree.lines, tree.data)
        value, problems = build(*as_recipe(cls, tree.data, name), where)
        self.problems += problems
        return [] if value is None else [replace(where, value=value)]

    def _lists(self, name: str, cls: type[Record], parts: tuple[str, ...]) -> None:
        """The lists of a YAML file, each entry on its own, so that one that is wrong hides no other."""
        text = self._text(name) if name in self.names else None
        if text is None:
            return
        tree = read_yaml(text, name)
        self.problems += tree.problems
        lists = {p: v for p in parts if isinstance(tree.data, dict) and isinstance(v := tree.data.get(p), list)}
        rest = {k: v for k, v in tree.data.items() if k not in lists} if isinstance(tree.data, dict) else tree.data
        if tree.data is not None or not tree.problems:
            self.problems += build(cls, rest, Item(None, name, 1, tree.lines))[1]
        for part, entries in lists.items():
            entry_class = model_in(cls.model_fields[part].annotation)
            for n, entry in enumerate(entries):
                where: Item[Any] = Item(None, name, 0, tree.lines, entry, (part, n))
                value, problems = build(entry_class, entry, where) if entry_class else (None, [])
                self.problems += problems
                if value is not None:
                    self.parts.setdefault(part, []).append(replace(where, value=value, row=where.at()))
                elif isinstance(entry, dict) and isinstance(entry.get("id"), str):
                    self.also.setdefault(part[:-1], set()).add(entry["id"])

    def _set(self, name: str) -> None:
        """Replace assumptions by those of a set; read the other sets too, so that their problems are told."""
        if name and not SET.fullmatch(name):
            what, mend = f"“{name}” is no name of a set of assumptions.", "Give a plain name, not a path."
            self.problems.append(problem("--set", 0, "", "outside-folder", what, mend))
            return
        sets = {n[12:-5]: n for n in sorted(self.names) if n.startswith("assumptions-")}
        if name and name not in sets:
            near = nearest(name, sets)
            mend = f"Use one of: {', '.join(sets)}." if sets else f"Write assumptions-{name}.yaml."
            what = f"There is no set of assumptions “{name}”."
            self.problems.append(problem(f"assumptions-{name}.yaml", 0, "", "unknown-set", what, mend, near))
        for other, file in sets.items():
            before = {part: self.parts.pop(part, []) for part in ("assumptions", "correlations")}
            self._lists(file, *LISTS["assumptions.yaml"])
            new = {part: self.parts.pop(part, []) for part in before}
            self.sets[file] = {part: tuple(items) for part, items in new.items()}
            self.parts |= _replaced(before, new) if other == name else before

    def draft(self) -> Draft:
        """What was read, with the library not yet added."""
        about = self.parts.pop("about", [])
        return Draft(
            about=about[0] if about else None,
            tables=self.tables,
            refused=frozenset(p.file for p in self.problems),
            cut=frozenset(p.file for p in self.problems if p.code in CUT),
            also={kind: frozenset(names) for kind, names in self.also.items()},
            sets=self.sets,
            **{part: tuple(items) for part, items in self.parts.items()},
        )


def _replaced(before: dict[str, list[Item[Any]]], new: dict[str, list[Item[Any]]]) -> dict[str, list[Item[Any]]]:
    """Assumptions with those of the same id replaced, and correlations of the set if it has any."""
    ids = {item.value.id for item in new["assumptions"]}
    kept = [item for item in before["assumptions"] if item.value.id not in ids]
    return {
        "assumptions": kept + new["assumptions"],
        "correlations": new["correlations"] or before["correlations"],
    }
