"""The verb ``contracts``: who pays whom and who carries the risk, as planned and in other forms of payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.core.errors import PlanError, Problem, Together, nearest
from placeplan.engine.shelf import Shelf
from placeplan.plan.aside import put_in_place, refuse_unwritable
from placeplan.plan.folder import read_plan_with_forms
from placeplan.plan.laid import laid
from placeplan.plan.located import problem
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.plan.write import refuse_used, write_plan
from placeplan.report import laboratory as drawn
from placeplan.report import symbols, tested
from placeplan.report.contracts_page import page
from placeplan.stress.laboratory.ask import laboratory
from placeplan.stress.results.contracts import Laboratory, TermSheet

FILES = ("contracts.html", "contracts.json")
FEW = 4
"""Term sheets that are printed unasked."""
SIGN = {sign: symbols.PLAIN[sign] for sign in tested.SIGNS.values()}


@dataclass(frozen=True)
class Asked:
    """What is looked at, and where it is written."""

    forms: Sequence[str] = ()
    only: Sequence[str] = ()
    out: Path | None = None
    write: Path | None = None
    futures: int = 200
    seed: int = 1


def look_at_contracts(folder: Path, asked: Asked, as_json: bool) -> None:
    """Run the plan in each form of payment; print what differs and the term sheets, and write what was asked for."""
    plan, forms = _checked(folder, asked)
    if asked.write is not None:
        write_plan(laid(plan, forms[0]).changed(payment_forms=()), asked.write)

    def run(tell: Tell) -> Laboratory:
        return laboratory(plan, forms, asked.only, asked.futures, asked.seed, progress=tell, shelf=Shelf.of_user())

    found = with_progress(run)
    if asked.out is not None:
        _write(found, asked.out)
    if as_json:
        print_json(found.model_dump())
        return
    console = Console(highlight=False)
    print_laboratory(found, console, bool(asked.only))
    if asked.out is not None:
        console.print(f"Page: {asked.out.resolve() / FILES[0]}", markup=False, soft_wrap=True)
    if asked.write is not None:
        console.print(f"Plan with {forms[0].name}: {asked.write.resolve()}", markup=False, soft_wrap=True)


def _checked(folder: Path, asked: Asked) -> tuple[Plan, tuple[PaymentForm, ...]]:
    """The plan and its forms; raises PlanError with all that is wrong with them or with what was asked for."""
    refused = Together()
    if asked.out is not None:
        refused.of(refuse_unwritable, asked.out)
        refused.of(_refuse_foreign, asked.out)
    if asked.write is not None:
        refused.of(_refuse_several, asked)
        refused.of(refuse_used, asked.write)
    read = refused.of(read_plan_with_forms, folder, tuple(dict.fromkeys(asked.forms)))
    if read is not None:
        plan, forms, _ = read
        refused.of(_refuse_unknown, plan, forms, asked.only)
    if read is None or refused.problems:
        raise PlanError(refused.problems)
    return plan, forms


def _refuse_several(asked: Asked) -> None:
    if len(asked.forms) != 1:
        what = f"A plan is written in one form of payment, and {len(asked.forms) or 'none'} is named."
        raise PlanError([problem("--write", 0, "", "one-form", what, "Give --form once.")])


def _refuse_unknown(plan: Plan, forms: Sequence[PaymentForm], only: Sequence[str]) -> None:
    """Raise PlanError for contracts that neither the plan nor a form has, and where there are none."""
    known = sorted({c.id for c in (*plan.contracts, *(c for f in forms for c in f.contracts))})
    if not known:
        what, mend = "The plan has no contracts, so nobody is paid by a rule.", "Add them to its folder contracts."
        raise PlanError([problem("contracts", 0, "", "no-contracts", what, mend)])
    found = [_unknown(name, known) for name in only if name not in known]
    if found:
        raise PlanError(found)


def _unknown(name: str, known: Sequence[str]) -> Problem:
    near = nearest(name, known)
    mend = f"Write “{near}”." if near else f"Write one of: {', '.join(known)}."
    return problem("--only", 0, "", "unknown-contract", f"There is no contract “{name}”.", mend, near)


def _refuse_foreign(out: Path) -> None:
    """Raise PlanError where something other than an older page would be replaced."""
    inside = {path.name for path in out.iterdir()} if out.is_dir() and not out.is_symlink() else set()
    if (out.exists() or out.is_symlink()) and (out.is_symlink() or not out.is_dir() or inside - set(FILES)):
        what = f"“{out}” is there and holds something other than term sheets."
        raise PlanError([problem("--out", 0, "", "folder-in-use", what, "Give another folder with --out.")])


def _write(found: Laboratory, out: Path) -> None:
    """Writes the page and its data, whole or not at all."""
    texts = {FILES[0]: page(found), FILES[1]: found.model_dump_json(indent=2) + "\n"}
    with put_in_place(out) as aside:
        aside.mkdir()
        for name, text in texts.items():
            (aside / name).write_text(text, encoding="utf-8", newline="\n")


def print_laboratory(found: Laboratory, console: Console, every: bool) -> None:
    """Print the sentence, what to do next, the tables and the term sheets; every: however many these are."""
    console.print(
        Padding(Text(f"{'Made up. ' if found.synthetic else ''}{found.sentence}", style="bold"), (1, 0, 0, 0))
    )
    console.print(Text(f"→ {found.then}"))
    if found.behind:
        console.print(Text(found.behind, style="dim"))
    for table in drawn.tables(found):
        console.print(_table(table))
    sheets = drawn.sheets(found)
    if every or len(sheets) <= FEW:
        for sheet in sheets:
            console.print(_sheet(sheet))
    else:
        ids = sheets[0].contract
        console.print(
            f"{len(sheets)} term sheets: one by --only {ids}, all as a page that prints by --out FOLDER.", markup=False
        )
    console.print(
        Padding(Text(f"{found.method} {found.futures:,} futures, seed {found.seed}.", style="dim"), (1, 0, 0, 0))
    )


def _table(table: drawn.Table) -> Group:
    grid = Grid(
        *table.heads, box=box.SIMPLE, pad_edge=False, title=table.title, title_justify="left", title_style="bold"
    )
    for column in grid.columns:
        column.overflow = "fold"
    for row in table.rows:
        grid.add_row(*(Text(f"{SIGN[c.sign]} {c.text}" if c.sign else c.text) for c in row))
    return Group(grid, Padding(Text(table.lead, style="dim"), (0, 0, 1, 0)))


def _sheet(sheet: TermSheet) -> Padding:
    """One term sheet: a label and what is said, line by line."""
    grid = Grid(
        box=box.SIMPLE,
        show_header=False,
        pad_edge=False,
        title=drawn.sheet_title(sheet),
        title_justify="left",
        title_style="bold",
    )
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for label, lines in drawn.sheet_lines(sheet):
        grid.add_row(label, "\n".join(lines))
    for side in sheet.sides:
        sign = SIGN.get(tested.SIGNS.get(side.result, ""), " ")
        grid.add_row(f"{sign} {side.role}", f"{side.name}: {side.shown}. {side.said[:1].upper()}{side.said[1:]}.")
    return Padding(grid, (1, 0, 0, 0))
