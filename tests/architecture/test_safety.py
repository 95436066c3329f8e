"""The list of what safe applications do: every line that is said to be met has a test, and every test is there."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

STATES = {"met", "not met", "not ours"}


@pytest.fixture
def lines(root: Path) -> list[dict[str, str]]:
    with (root / "docs/understand/safety.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_line_stands_once_and_says_how_it_is(lines: list[dict[str, str]]) -> None:
    numbers = [tuple(map(int, line["line"].split("."))) for line in lines]
    assert numbers == sorted(set(numbers))
    assert {line["state"] for line in lines} <= STATES
    assert all(line["asks"] for line in lines)
    assert all(line["how"] for line in lines if line["state"] != "met"), "say why it is not"


def test_what_is_met_has_a_test_and_each_test_is_there(lines: list[dict[str, str]], root: Path) -> None:
    assert all(line["tests"] for line in lines if line["state"] == "met")
    for line in lines:
        for test in line["tests"].split():
            file, _, name = test.partition("::")
            tree = ast.parse((root / file).read_text(encoding="utf-8"))
            assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, (line["line"], test)
