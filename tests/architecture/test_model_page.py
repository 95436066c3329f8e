"""The model's page shows every equation, and every number of a plan or the library is used by a function of the model."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOMS = ("baseline", "capacity", "contracts", "effects", "futures", "model")


@pytest.fixture(scope="module")
def page() -> Any:
    """The script that writes the page."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
    try:
        return importlib.import_module("model_page")
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def text(page: Any, root: Path) -> str:
    """The page as it is committed."""
    return (root / "docs" / "understand" / "model.md").read_text(encoding="utf-8")


def _modules() -> list[str]:
    """Every module of the rooms whose equations the page has to show."""
    found = []
    for room in ROOMS:
        package = importlib.import_module(f"placeplan.{room}")
        found += [
            m.name.removeprefix("placeplan.") for m in pkgutil.walk_packages(package.__path__, f"placeplan.{room}.")
        ]
    return found


def test_every_module_with_an_equation_has_its_place(page: Any) -> None:
    lacking = [m for m in _modules() if page.equations(m) and m not in page.placed()]
    assert lacking == [], (
        "name the module in scripts/model_page.md, and its heading in EQUATIONS of scripts/reference.py"
    )
    assert [m for m, times in Counter(page.placed()).items() if times > 1] == [], "placed twice"


def test_every_heading_of_equations_has_one(page: Any, text: str) -> None:
    """A module that the page names states at least one equation."""
    assert [m for m in page.placed() if not page.equations(m)] == [], "write an equation in ``…``, and a worked number"
    parts = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)[1:]
    assert [p.splitlines()[0] for p in parts if "\n[src/placeplan/" in p and "\n#### " not in p] == [], (
        "run make docs-reference"
    )


def test_every_equation_has_a_heading_and_a_worked_number(page: Any, text: str) -> None:
    stated = [f.__name__ for m in _modules() for f in page.equations(m)]
    headings = Counter(re.findall(r"^#### `(\w+)`$", text, re.MULTILINE))
    assert Counter(stated) - headings == Counter()
    parts = re.split(r"^#### ", text, flags=re.MULTILINE)[1:]
    assert [p.splitlines()[0] for p in parts if "*Worked:*" not in p or "→" not in p] == []


def test_every_symbol_is_explained(page: Any) -> None:
    unsaid = []
    for module in page.placed():
        for function in page.equations(module):
            words = (function.__doc__ or "").partition(">>>")[0]
            symbols = inspect.signature(function).parameters
            unsaid += [f"{module}.{function.__name__}: {s}" for s in symbols if not re.search(rf"\b{s}\b", words)]
    assert unsaid == []


def test_every_number_of_a_plan_ends_in_a_function(page: Any) -> None:
    """A column, an assumption or a field that nothing uses would be ignored in silence."""
    rows = [row["field"] for row in page.rows()]
    named = {field: [row for row in rows if page.matches(row, field)] for field in page.fields()}
    assert {field: by for field, by in named.items() if len(by) != 1} == {}, "one row of scripts/symbols.csv each"
    assert [row for row in rows if not any(page.matches(row, field) for field in named)] == [], "there is no such field"
    assert [row for row, times in Counter(rows).items() if times > 1] == [], "listed twice"
    assert {row["field"] for row in page.rows()} == {use.field for use in page.uses()}, "no function is named"


def test_every_number_of_a_plan_has_a_unit(page: Any) -> None:
    """A number without a unit can be read in two ways."""
    assert [field for field, unit in page.fields().items() if not unit.strip()] == [], "give it in described(…)"


def test_every_function_of_a_symbol_is_there_and_has_it(page: Any) -> None:
    for use in page.uses():
        assert use.symbol in inspect.signature(page.resolved(use)).parameters, use


def test_links_within_the_page_lead_somewhere(page: Any, text: str) -> None:
    headings = {link for _, link in page._headings(text)}
    assert set(re.findall(r"\]\((#[^)]*)\)", text)) - headings == set()


def test_a_field_that_nothing_uses_is_noticed(page: Any) -> None:
    assert page.matches("growth.*", "growth.other")
    assert not page.matches("growth.other", "growth.others")
    assert "beds.csv/slots" in page.fields()
    assert "pooled.contributors" in page.fields()
    assert "organisations.csv/valid_from" not in page.fields()
