"""The verb ``test``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from placeplan.cli.progress import with_progress
from placeplan.cli.stopping import stoppable
from placeplan.cli.tell import Stopped, print_json
from placeplan.compare.lanes import Tell
from placeplan.core.errors import PlanError, Problem, Together
from placeplan.engine.shelf import Shelf
from placeplan.plan.aside import put_in_place, refuse_unwritable
from placeplan.plan.folder import read_plan_with_warnings
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.report.page import render
from placeplan.report.terminal import print_findings, print_tests
from placeplan.stress.base import chosen
from placeplan.stress.findings import Findings
from placeplan.stress.incentives.drawn import refuse_many_orders
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.room import refuse_too_many
from placeplan.stress.run import ask_tests, test_plan, told_with
from placeplan.stress.runs.engines import Engine
from placeplan.stress.runs.store import Store

WARNINGS_SHOWN = 3
"""Warnings on the screen after a run."""
FILES = ("findings.json", "report.html")


@dataclass(frozen=True)
class Asked:
    """Which futures are run, and by whom."""

    futures: int
    seed: int
    assumption_set: str
    engine: str
    also: str = ""
    """Stress tests that take long, by name, to be run too."""
    orders: int = 0
    """Orders drawn in each future for fair shares; 0: none are asked for."""

    @property
    def given(self) -> dict[str, int]:
        """What is set otherwise than usual for tests that take it."""
        return {"orders": self.orders} if self.orders else {}


def test_folder(folder: Path, out: Path | None, asked: Asked, as_json: bool) -> None:
    """Run a plan, print what was found, and put the report in place at the end."""
    out = out or Path(f"{plain_name(folder)}-report")
    store = Store(out.absolute().with_name(f"{out.absolute().name}-parts"))
    plan, problems = _checked(folder, out, asked, store)
    with store:
        try:
            findings = told_with(_run(plan, asked, store), problems)
            write_report(findings, out)
        except (OSError, MemoryError, PlanError):
            typer.echo(_left(store), err=True)
            raise
    if store.again:
        typer.echo(f"{store.again} batches that an earlier call had finished were used again.", err=True)
    if as_json:
        Console(soft_wrap=True, highlight=False, markup=False).out(findings.model_dump_json(indent=2), highlight=False)
        return
    console = Console(highlight=False)
    print_findings(findings, console)
    if findings.warnings:
        console.print(_warned(findings), style="dim", markup=False)
    console.print(f"Report: {out.resolve() / 'report.html'}", markup=False, soft_wrap=True)


def ask_folder(folder: Path, only: str, asked: Asked, as_json: bool) -> None:
    """Run some stress tests alone and print what they find; no report is written."""
    refused = Together()
    refused.of(chosen, only, given=asked.given)
    refused.of(refuse_many_orders, asked.orders)
    refused.of(Engine.named, asked.engine)
    read = refused.of(read_plan_with_warnings, folder, asked.assumption_set)
    if read is None or refused.problems:
        raise PlanError(refused.problems)
    plan = read[0]

    def run(tell: Tell) -> tuple[StressFinding, ...]:
        return ask_tests(
            plan,
            chosen(only, given=asked.given),
            asked.futures,
            asked.seed,
            progress=tell,
            engine=asked.engine,
            shelf=Shelf.of_user(),
        )

    found = with_progress(run)
    if as_json:
        print_json({"tests": [t.model_dump() for t in found]})
    else:
        print_tests(found, Console(highlight=False))


def _checked(folder: Path, out: Path, asked: Asked, store: Store) -> tuple[Plan, tuple[Problem, ...]]:
    """The plan with its warnings; raises PlanError with all that is wrong with it or with what was asked for."""
    refused = Together()
    refused.of(refuse_unwritable, out)
    somewhere = not refused.problems  # else nobody can say how much room there is
    refused.of(refuse_foreign, out)
    refused.of(Engine.named, asked.engine)
    refused.of(chosen, also=asked.also, given=asked.given)
    refused.of(refuse_many_orders, asked.orders)
    read = refused.of(read_plan_with_warnings, folder, asked.assumption_set)
    if read is not None and somewhere:
        refused.of(refuse_too_many, read[0], asked.futures, store.folder)
    if read is None or refused.problems:
        raise PlanError(refused.problems)
    return read


def _warned(findings: Findings) -> str:
    """How many warnings there are and where they stand; the report has them all."""
    few = findings.warnings[:WARNINGS_SHOWN]
    more = len(findings.warnings) - len(few)
    lines = [f"Warning: {warning}" for warning in few]
    return "\n".join([*lines, *([f"And {more} more: see the report, or placeplan check."] if more else [])])


def plain_name(folder: Path) -> str:
    """Name of a plan's folder, fit for a file name."""
    return re.sub(r"[^\w.-]+", "-", folder.resolve().name) or "plan"


def _run(plan: Plan, asked: Asked, store: Store) -> Findings:
    """The findings, with a progress bar on standard error."""

    def run(tell: Tell) -> Findings:
        return test_plan(
            plan,
            asked.futures,
            asked.seed,
            progress=tell,
            engine=asked.engine,
            store=store,
            shelf=Shelf.of_user(),
            also=asked.also,
            given=asked.given,
        )

    try:
        with stoppable():
            return with_progress(run)
    except KeyboardInterrupt:
        raise Stopped(f"Stopped. {_left(store)}") from None


def _left(store: Store) -> str:
    """What a run that came to no end has left."""
    if not store.kept:
        return "Nothing was written."
    many = "1 finished batch is" if store.kept == 1 else f"{store.kept} finished batches are"
    return f"No report was written. {many} kept in {store.path}, and the same command goes on from there."


def refuse_foreign(out: Path) -> None:
    """Raise PlanError where a report would take the place of anything but an older report."""
    inside = {path.name for path in out.iterdir()} if out.is_dir() and not out.is_symlink() else set()
    if (out.exists() or out.is_symlink()) and (out.is_symlink() or not out.is_dir() or inside - set(FILES)):
        what = f"“{out}” is there and holds something other than a report."
        raise PlanError([problem("--out", 0, "", "folder-in-use", what, "Give another folder with --out.")])


def write_report(findings: Findings, out: Path) -> None:
    """Write findings.json and report.html aside, then put them in place of an older report.

    Whatever fails on the way leaves the older report as it was.
    """
    texts = {"findings.json": findings.model_dump_json(indent=2) + "\n", "report.html": render(findings)}
    refuse_foreign(out)
    with put_in_place(out) as aside:
        aside.mkdir()
        for name, text in texts.items():
            (aside / name).write_text(text, encoding="utf-8", newline="\n")


test_folder.__test__ = False  # type: ignore[attr-defined] # to pytest: no test
