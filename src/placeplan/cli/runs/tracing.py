"""The verb ``explain``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from placeplan.cli.tell import print_json
from placeplan.core.errors import Together
from placeplan.core.tables import SYSTEM
from placeplan.futures.sample import Futures
from placeplan.model.explain import explain
from placeplan.model.simulate import baseline_of, simulate
from placeplan.model.trace import Node
from placeplan.plan.folder import read_plan
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.report.traced import figure, spread
from placeplan.stress.headlines import headline, is_address
from placeplan.stress.results.ground import Headline
from placeplan.stress.room import refuse_too_large
from placeplan.stress.runs.workplace import workplace
from placeplan.stress.way_back import behind, cells_of


@dataclass(frozen=True)
class Asked:
    """What is to be traced."""

    outcome: str
    entity: str
    period: str | None
    future: int | None
    depth: int


def explain_folder(folder: Path, asked: Asked, futures: int, seed: int, assumption_set: str, as_json: bool) -> None:
    """Run a plan and print the trace of one outcome, or of a headline number with the cells of the plan that it is of.

    With one future asked for, that future alone is run: its number is all that it depends on.
    """
    plan = read_plan(folder, assumption_set)
    number = _number(plan, asked) if is_address(asked.outcome) else None
    baseline = baseline_of(plan)
    one = asked.future is not None
    drawn = Futures(seed=seed, count=1 if one else futures, first=asked.future or 0)
    refuse_too_large(plan, workplace(), drawn.count, held=drawn.count, recorded=False)
    outcomes = simulate(plan, baseline, drawn)
    at = 0 if one else None
    if number is None:
        node = explain(
            plan, baseline, outcomes, asked.outcome, asked.entity, period=asked.period, future=at, depth=asked.depth
        )
    else:
        follow = partial(explain, plan, baseline, outcomes, period=asked.period, future=at, depth=asked.depth)
        node = behind(number, plan, outcomes, cells_of(folder, number), follow)
    if as_json:
        print_json(asdict(node))
    else:
        console = Console(highlight=False)
        console.print(_tree(node, Tree(_label(node))))
        if asked.depth and not node.made_of:
            console.print("Nothing in this plan adds to it.")


def _number(plan: Plan, asked: Asked) -> Headline:
    """The headline number that is asked for; raises PlanError where there is none, and where an entity is named that its address says already."""
    told = Together()
    number = told.of(headline, plan, asked.outcome)
    if asked.entity != SYSTEM:
        what = "The address of a number says already whose it is, so --entity would change nothing."
        told.problems.append(
            problem(
                "--entity",
                0,
                "",
                "unused-option",
                what,
                "Leave --entity out, or name an outcome in place of the address.",
            )
        )
    told.tell()
    assert number is not None  # told otherwise
    return number


def _tree(node: Node, tree: Tree) -> Tree:
    for part in node.made_of:
        _tree(part, tree.add(_label(part)))
    return tree


def _label(node: Node) -> Text:
    """A step in two lines at most: its value, and where it comes from."""
    text = Text(f"{node.name}", style="bold")
    if node.value is not None:
        text.append(f" = {figure(node.value, node.unit)}", style="not bold")
    if between := spread(node.low, node.high, node.unit):
        text.append(f" ({between})", style="not bold dim")
    origin = [node.equation, node.where, node.source, f"level {node.level}" if node.level else ""]
    told = "; ".join(part.rstrip(".") for part in (node.meaning.replace("``", ""), *origin) if part)
    if told:
        text.append(f"\n{told}", style="dim not bold")
    return text
