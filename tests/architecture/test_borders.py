"""The page of borders, threats, keys and levels: it is whole, and what it says holds is shown by a test that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

from placeplan.web.asked import KNOWN, PREFIX, SECRETS

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
LEVELS = {"public", "of the plan", "of people", "secret"}


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs/understand/borders.md").read_text(encoding="utf-8")


def rows(page: str, head: str) -> list[list[str]]:
    """Rows of the table whose first column is called so, cell by cell."""
    lines = page.partition(f"| {head} |")[2].splitlines()[2:]
    end = next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:end]]


def test_each_test_that_is_named_is_there(page: str, root: Path) -> None:
    named = set(NAMED.findall(page))
    assert len(named) > 20
    for file, name in named:
        tree = ast.parse((root / file).read_text(encoding="utf-8"))
        assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, (file, name)


@pytest.mark.parametrize(("head", "columns"), [("border", 5), ("who", 5)])
def test_each_border_and_each_threat_has_what_holds_and_a_test(page: str, head: str, columns: int) -> None:
    found = rows(page, head)
    assert len(found) >= 9
    for row in found:
        assert len(row) == columns, row
        assert all(row[:3]), row
        assert NAMED.search(row[-1]), row


def test_every_secret_stands_among_the_keys_with_how_it_is_changed(page: str) -> None:
    keys = {row[0].strip("`"): row for row in rows(page, "key")}
    assert set(SECRETS) <= set(keys)
    assert all(all(row[:4]) for row in keys.values())
    secret = {PREFIX + name for name in KNOWN if "SECRET" in name and not name.endswith("_FILE")}
    assert secret <= set(SECRETS), "a setting that is a secret is read from a file too, and stands on the page"


def test_every_kind_that_is_kept_has_a_level(page: str) -> None:
    found = {row[0].strip("`"): row for row in rows(page, "kind")}
    assert set(found) == {kind._meta.label_lower for kind in apps.get_models()}
    assert {row[1] for row in found.values()} <= LEVELS
    assert {row[0] for row in rows(page, "level")} == LEVELS
    assert all(row[2] for row in found.values())


def test_who_changes_the_workbench_is_told_what_to_look_at(root: Path) -> None:
    """By names that are there: a table that was renamed, or a means that went, would be asked for in vain."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    part = text.partition("## Change the workbench safely")[2].partition("\n## ")[0]
    assert "docs/understand/borders.md" in part
    paths = re.findall(r"`((?:tests|docs)/[\w/.]+)`", part)
    assert len(paths) >= 3
    assert [p for p in paths if not (root / p).is_file()] == []
    sources = "".join(p.read_text(encoding="utf-8") for p in (root / "src/placeplan/web").rglob("*.py"))
    assert all(f"\n{name}: Final" in sources for name in ("RATES", "SECRETS"))
    assert (root / "src/placeplan/web/accounts/proving.py").is_file()
