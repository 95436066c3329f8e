"""The verb ``terms``: who loses by going along, who would leave, and what would keep everybody."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.engine.shelf import Shelf
from placeplan.plan.folder import read_plan_with_warnings
from placeplan.report.terminal import print_tests
from placeplan.stress.findings import StressFinding
from placeplan.stress.run import ask_tests
from placeplan.stress.tests.incentives import Incentives


def terms(folder: Path, sure: float, cap: float, orders: int, futures: int, seed: int, as_json: bool) -> None:
    """Run the plan with and without each organisation, and tell on what terms all would go along."""
    plan = read_plan_with_warnings(folder, "")[0]
    asked = Incentives(sure, cap, futures, orders=orders)

    def run(tell: Tell) -> tuple[StressFinding, ...]:
        return ask_tests(plan, [asked], futures, seed, progress=tell, shelf=Shelf.of_user())

    found = with_progress(run)
    if as_json:
        print_json({"tests": [t.model_dump() for t in found]})
    else:
        print_tests(found, Console(highlight=False))
