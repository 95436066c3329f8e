"""The verb ``compare``."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.compare.plans import Paired
from placeplan.engine.shelf import Shelf
from placeplan.stress.say import amount, pounds
from placeplan.stress.versus import Versus, compare, read_both

SIGNS = {"surer": "▲", "less sure": "▼", "alike": "="}


def compare_plans(first: Path, second: Path, futures: int, seed: int, as_json: bool) -> None:
    """Run both plans and print what differs: the sentence, the promises, the money."""
    plans = read_both(first, second)

    def run(tell: Tell) -> Versus:
        return compare(*plans, futures, seed, progress=tell, shelf=Shelf.of_user())

    found = with_progress(run)
    if as_json:
        print_json(_plain(found))
        return
    console = Console(highlight=False)
    console.print(found.sentence, markup=False)
    console.print(f"First: {first} ({found.first}). Second: {second} ({found.second}).", markup=False)
    console.print(_promises(found))
    console.print(_money(found))
    if found.only:
        console.print(f"Not compared, as one plan alone makes them so: {', '.join(found.only)}.", markup=False)
    console.print(
        f"{found.futures:,} futures, the same for both, seed {found.seed}; 95 % intervals. Surer by: how many times"
        " more futures would be needed if each plan ran on futures of its own. Room: how much further the second plan stays"
        " within the bound where it is nearest, on average.", style="dim",
    )  # fmt: skip


def _promises(found: Versus) -> Group:
    """Promises that not all futures keep alike, the surest changes first."""
    table = Table("", "Promise", "First", "Second", "Change in points", "Room", "Surer by", box=box.SIMPLE)
    moved = [p for p in found.promises if p.first != p.second or p.change != "alike"]
    for p in sorted(moved, key=lambda p: (p.change == "alike", -abs(p.difference))):
        title = f"{found.called.get(p.organisation, p.organisation)}: {p.name}" + ("" if p.hard else " (aim)")
        change = f"{100 * p.difference:+.0f} ({100 * p.low:+.0f} to {100 * p.high:+.0f})"
        room = f"{'+' if p.room.difference > 0 else ''}{amount(p.room.difference, p.unit)}"
        table.add_row(SIGNS[p.change], title, f"{p.first:.0%}", f"{p.second:.0%}", change, room, _times(p.room))
    still = len(found.promises) - len(moved)
    rest = Text(f"{still} are kept in as many futures by both." if still else "")
    return Group(table, rest) if moved else Group(rest)


def _times(compared: Paired) -> str:
    """How many times more futures it would take if each plan ran on futures of its own."""
    return f"{compared.narrower:,.0f} times" if isfinite(compared.narrower) else ""


def _money(found: Versus) -> Group:
    """Positions of the last year, of whom they differ for."""
    year = found.figures[-1].year
    table = Table(
        "Surplus", "First", "Second", "Difference", "Better in", "Surer by",
        title=f"Money in {year}", title_justify="left", box=box.SIMPLE,
    )  # fmt: skip
    still = []
    for d in (d for d in found.figures if d.year == year):
        p, name = d.paired, found.called.get(d.entity, d.entity)
        if p.more == p.less == 0:
            still.append(name)
            continue
        change = f"{pounds(p.difference)} ({pounds(p.low)} to {pounds(p.high)})"
        table.add_row(name, pounds(p.first), pounds(p.second), change, f"{p.more:.0%}", _times(p))
    if not table.row_count:
        return Group(Text(f"Money in {year} is the same for everybody in every future."))
    return Group(table, Text(f"The same for: {', '.join(still)}." if still else ""))


def _plain(found: Versus) -> dict[str, Any]:
    """As JSON has it: no number where it is infinite."""

    def finite(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: finite(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [finite(v) for v in value]
        return None if isinstance(value, float) and not isfinite(value) else value

    whole: dict[str, Any] = finite(asdict(found))
    return {"sentence": found.sentence, **whole, "changes": {p.id: p.change for p in found.promises}}
