"""The verb ``terms``: who loses by going along, who would leave, and what would keep everybody."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.core.errors import PlanError, Together
from placeplan.engine.shelf import Shelf
from placeplan.incentives.parts import parts_of
from placeplan.incentives.shares import EVERY_SET
from placeplan.plan.folder import read_plan_with_forms
from placeplan.plan.laid import laid
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.report.terminal import print_tests
from placeplan.stress.incentives.drawn import refuse_many_orders
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.run import ask_tests
from placeplan.stress.tests.incentives import Incentives
from placeplan.stress.tests.incentives_by_form import IncentivesByForm


def terms(
    folder: Path, named: list[str], sure: float, cap: float, orders: int, futures: int, seed: int, as_json: bool
) -> None:
    """Run the plan with and without each organisation, and tell on what terms all would go along; so under each form named."""
    refused = Together()
    refused.of(refuse_many_orders, orders)
    read = refused.of(read_plan_with_forms, folder, named)
    for own in (read[0], *(laid(read[0], f) for f in read[1])) if read else ():
        refused.of(refuse_too_many, own, orders)
    if read is None or refused.problems:
        raise PlanError(refused.problems)
    plan, forms, _ = read
    one = Incentives(sure, cap, futures, orders=orders)
    asked = IncentivesByForm(forms, sure, cap, futures, orders=orders) if forms else one

    def run(tell: Tell) -> tuple[StressFinding, ...]:
        return ask_tests(plan, [asked], futures, seed, progress=tell, shelf=Shelf.of_user())

    found = with_progress(run)
    if as_json:
        print_json({"tests": [t.model_dump() for t in found]})
    else:
        print_tests(found, Console(highlight=False))


def refuse_too_many(plan: Plan, orders: int) -> None:
    """Raise PlanError where so many organisations carry a part that it has to be said how to sample."""
    players = parts_of(plan).players
    if len(players) > EVERY_SET and not orders:
        what = (
            f"{len(players)} organisations carry a part of the plan, so there are {1 << len(players):,} sets of them."
        )
        mend = "Say how many orders of them are drawn in each future for fair shares: --orders 20. The more, the smaller the error."
        raise PlanError([problem("--orders", 0, "", "too-many-sets", what, mend)])
