"""The verb ``numbers``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

from placeplan.cli.tell import print_json
from placeplan.core.errors import PlanError
from placeplan.plan.folder import read_draft
from placeplan.plan.numbers.find import numbers_in, search
from placeplan.plan.numbers.number import Number


def list_numbers(folder: Path, words: list[str], as_json: bool) -> None:
    """Print the numbers of a plan in which all words stand; raises PlanError where the plan cannot be read."""
    draft, problems = read_draft(folder)
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise PlanError(errors)
    found = search(numbers_in(draft), " ".join(words))
    if as_json:
        print_json([_plain(n) for n in found])
        return
    console = Console(highlight=False)
    for n in found:
        unit = f" {n.unit}" if n.unit else ""
        console.print(f"{n.address} = {n.shown}", markup=False, style="bold", soft_wrap=True)
        console.print(
            f"  {n.of}{unit and ':' + unit}{f'; {n.source}' if n.source else ''}", markup=False, soft_wrap=True
        )
    console.print(f"{len(found):,} numbers." if len(found) != 1 else "1 number.")


def _plain(n: Number) -> dict[str, Any]:
    """A number as JSON has it."""
    return {
        "address": str(n.address), "value": n.value, "of": n.of, "field": n.field, "meaning": n.meaning, "unit": n.unit,
        "source": n.source, "level": n.level, "file": n.file, "line": n.row, "organisation": n.organisation,
        "written": n.written, "least": n.least, "most": n.most,
    }  # fmt: skip
