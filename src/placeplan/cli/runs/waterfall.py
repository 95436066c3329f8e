"""The verb ``waterfall``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from placeplan.cli.placing import Kind, refuse_file
from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.compare.parts import Order
from placeplan.compare.tell import amounts, few, parts_say, percent, sentence, told
from placeplan.compare.waterfall import Waterfall, look_up, waterfall
from placeplan.core.errors import PlanError, Together
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan
from placeplan.plan.schema import Plan
from placeplan.stress.room import refuse_too_large
from placeplan.stress.runs.spread import cores
from placeplan.stress.runs.workplace import workplace

KINDS = {
    ".html": Kind("picture and table", r"<title>Why [^<]* – placeplan( \(made up\))?</title>".encode()),
    ".svg": Kind("picture alone", b"<metadata>placeplan waterfall</metadata>"),
}


@dataclass(frozen=True)
class Asked:
    """Whose change is told, and how."""

    outcome: str
    entity: str
    year: str | None
    order: Order
    futures: int
    seed: int


def waterfall_folder(folder: Path, asked: Asked, assumption_set: str, out: Path | None, as_json: bool) -> None:
    """Run a plan with and without each step, and print the sentence and the steps; draw them where a file is named."""
    plan = _checked(folder, asked, assumption_set, out)
    found = _run(plan, asked)
    called = {o.id: o.name for o in plan.tables["organisations"] if hasattr(o, "id") and hasattr(o, "name")}
    if out is not None:
        _draw(found, called, out)
    if as_json:
        print_json(plain(found, called))
        return
    console = Console(highlight=False)
    console.print(sentence(found, called), markup=False)
    if few(found):
        console.print(few(found), markup=False)
    console.print(table(found))
    for line in told(found, "--json and in the data of a page"):
        console.print(line, style="dim", markup=False)
    if out is not None:
        console.print(f"Picture: {out.resolve()}", markup=False, soft_wrap=True)


def _checked(folder: Path, asked: Asked, assumption_set: str, out: Path | None) -> Plan:
    """The plan; raises PlanError with all that is wrong. Names are looked up by the run, unless it is not to begin."""
    refused = Together()
    if out is not None:
        refused.of(refuse_file, out, KINDS)
    plan = refused.of(read_plan, folder, assumption_set)
    if plan is not None and not refused.problems:
        refused.of(refuse_too_large, plan, workplace(), asked.futures)
    elif plan is not None:
        refused.of(look_up, plan, asked.outcome, asked.entity, asked.year)
    if plan is None or refused.problems:
        raise PlanError(refused.problems)
    return plan


def _run(plan: Plan, asked: Asked) -> Waterfall:
    def run(tell: Tell) -> Waterfall:
        return waterfall(
            plan, asked.outcome, asked.entity, asked.year, order=asked.order, futures=asked.futures, seed=asked.seed,
            threads=cores(), tell=tell,
        )  # fmt: skip

    return with_progress(run, "looking up what there is")


def table(found: Waterfall) -> Group:
    """The steps: what each brings, what 4 in 5 futures lie between, and what it brings first and last."""
    scale, parts = amounts(found).bare, parts_say(found)
    heads = ["", "Mean", *(["±"] if found.orders > 1 else []), "4 in 5 futures", "Alone", "Last"]
    heads += ["Of the\nchange"] * parts
    shown = Table(*heads, title=scale.unit_of(found.unit), title_justify="right", box=box.SIMPLE, padding=(0, 1, 0, 0))
    for column in shown.columns[1:]:
        column.justify, column.no_wrap = "right", True
    moving = [s for s in found.steps if s not in found.idle]
    for s in moving:
        ends = s.kind in ("start", "end")
        say = scale.figure if ends else scale.change
        error = [] if found.orders < 2 else ["" if s.error is None else scale.figure(s.error)]
        sides = ["" if v is None else scale.change(v) for v in (s.alone, s.last)]
        cells = [say(s.amount), *error, f"{say(s.low)} to {say(s.high)}", *sides, *[percent(s)] * parts]
        name = Text(s.name, style="bold" if ends else "")
        shown.add_row(name, *cells, end_section=s.kind in ("start", "under_way") or s is moving[-2])
    still = ", ".join(s.name for s in found.idle)
    return Group(shown, Text(f"Nothing changes with: {still}." if still else ""))


def _draw(found: Waterfall, called: dict[str, str], out: Path) -> None:
    """Writes the picture, whole or not at all."""
    from placeplan.report.waterfall import page, picture  # noqa: PLC0415 – only where a picture is asked for

    text = picture(found, called) if out.suffix.lower() == ".svg" else page(found, called)
    with put_in_place(out) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")


def plain(found: Waterfall, called: Mapping[str, str] | None = None) -> dict[str, Any]:
    """As JSON has it."""
    steps = [asdict(s) | {"interaction": s.interaction} for s in found.steps]
    return {"sentence": sentence(found, called), **asdict(found), "change": found.change, "steps": steps}
