"""The verb ``compare``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from placeplan.cli.placing import refuse_other
from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.compare.plans import Paired
from placeplan.core.errors import PlanError, Together
from placeplan.engine.shelf import Shelf
from placeplan.plan.aside import put_in_place, refuse_unwritable
from placeplan.plan.located import problem
from placeplan.plan.numbers.change import Change, Changed, changed, laid_over, setting_of
from placeplan.plan.numbers.number import shown
from placeplan.plan.schema import Plan
from placeplan.stress.say import amount, pounds
from placeplan.stress.versus import Versus, compare, read_both

COMPARISON = "comparison.json"
MARK = rb'\A\{\n "sentence": "'
"""How it begins, so that an older one is known."""
SIGNS = {"surer": "▲", "less sure": "▼", "alike": "="}


@dataclass(frozen=True)
class Asked:
    """What is to be compared, and on which futures."""

    first: Path
    second: Path | None
    """Blank: the first with other numbers."""
    settings: tuple[str, ...]
    """Other numbers of the second plan, each as ADDRESS=VALUE."""
    futures: int
    seed: int


def compare_plans(asked: Asked, out: Path | None, as_json: bool) -> None:
    """Run both plans and print what differs: the sentence, the promises, the money; out: folder for the same as JSON."""
    if out is not None:
        refuse_other(out / COMPARISON, MARK)
        refuse_unwritable(out / COMPARISON)
    plans, set_to = _both(asked)

    def run(tell: Tell) -> Versus:
        return compare(
            *plans, asked.futures, asked.seed, progress=tell, shelf=Shelf.of_user(), own_bounds=bool(set_to.changes)
        )

    found = with_progress(run)
    plain = _plain(found) | {
        "with": [_told(c) for c in set_to.changes],
        "asked": [p.as_dict() for p in set_to.asked],
        "assumption_set": set_to.assumption_set,
    }
    if out is not None:
        with put_in_place(out / COMPARISON) as file:
            file.write_text(f"{json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)}\n", encoding="utf-8")
    if as_json:
        print_json(plain)
        return
    _show(asked, found, set_to)


def _both(asked: Asked) -> tuple[tuple[Plan, Plan], Changed]:
    """Both plans, and what of the second was set to another number; raises PlanError with every problem of all."""
    if asked.second is None and not asked.settings:
        what = "There is no other plan, and no other number."
        raise PlanError([problem("OTHER", 0, "", "one-or-other", what, "Give the folder of another plan, or --with ADDRESS=VALUE.")])  # fmt: skip
    other = asked.second or asked.first
    if not asked.settings:
        return read_both(asked.first, other), Changed((), {}, ())
    told = Together()
    settings = [told.of(setting_of, text) for text in asked.settings]
    told.tell()
    set_to = changed(other, [s for s in settings if s])
    with laid_over(other, set_to.files) as copy:
        return read_both(asked.first, copy, set_to.assumption_set), set_to


def _told(change: Change) -> dict[str, Any]:
    """A number that was set to another, as JSON has it."""
    n = change.number
    return {
        "address": str(n.address),
        "of": n.of,
        "field": n.field,
        "unit": n.unit,
        "before": n.value,
        "after": change.value,
    }


def _show(asked: Asked, found: Versus, set_to: Changed) -> None:
    console = Console(highlight=False)
    console.print(found.sentence, markup=False)
    second = asked.second or asked.first
    numbers = ", ".join(f"{c.number.address}: {shown(c.value)} in place of {c.number.shown}" for c in set_to.changes)
    console.print(
        f"First: {asked.first} ({found.first}). Second: {second} ({found.second}){f' with {numbers}' if numbers else ''}.",
        markup=False,
    )
    if set_to.assumption_set:
        console.print(f"Both with the set of assumptions “{set_to.assumption_set}”.", markup=False)
    for p in set_to.asked:
        console.print(f"To be asked about: {p.where}: {p.what} {p.mend}", markup=False)
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
