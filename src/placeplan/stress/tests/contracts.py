"""How the plan is paid: who is paid what, who carries which risk, and what its other forms of payment would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.laboratory.found import METHOD, PLAIN, foreseen, look
from placeplan.stress.laboratory.say import half
from placeplan.stress.laboratory.sheets import SMALL
from placeplan.stress.laboratory.wording import money, signed
from placeplan.stress.results.contracts import Has, InForm, Laboratory, TermSheet
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.scene import Scene

FUTURES = 200


class Contracts(StressTest):
    """The contract laboratory on the plan and the forms of payment that it has."""

    name, title = "contracts", "Who is paid how, and who carries the risk"
    question = (
        "What does each contract pay, and who bears which risk? What would it be if care were paid for in another way?"
    )
    method = PLAIN
    grounds = "That £50,000 a year is a small sum is a judgement."
    source = "King’s Fund and NHS England on payment by results, block, blended and capitated payment (2016 to 2023)"
    exactly = METHOD
    alone, by_itself = True, True

    def ask(self, plan: Plan) -> str:
        """There must be contracts."""
        return "" if plan.contracts else "The plan has no contracts, so nobody is paid by a rule."

    def foreseen(self, plan: Plan, futures: int) -> int:
        """The plan, and each form of payment."""
        return foreseen(plan, len(plan.payment_forms), min(FUTURES, futures))

    def run(self, scene: Scene) -> Laboratory:
        """The plan and its forms of payment on the first futures."""
        return look(replace(scene.runs, futures=scene.runs.first(FUTURES)), scene.plan.payment_forms)

    def tell(self, plan: Plan, found: Laboratory) -> dict[str, Any]:
        """Who loses by the plan and has not signed; each organisation and contract in a line."""
        del plan
        sides = [s for form in found.forms for sheet in form.sheets for s in sheet.sides]
        unsigned = sorted({s.name for s in sides if s.result == "fail"})
        worse = any(s.result == "amber" for s in sides)
        result: Result = "fail" if unsigned else "amber" if worse else "pass"
        rows = [r for form in found.forms for r in (*_organisations(form), *_contracts(form))]
        return {
            "result": result, "figure": float(len(unsigned)), "unit": "organisations that refused, or lose by the plan under a contract that they have not signed",
            "threshold": f"none refused or loses more than {money(SMALL)} a year by the plan under a contract that it has not signed (judgement)",
            "sentence": f"{found.sentence} {found.then}", "behind": found.behind, "rows": tuple(rows), "futures": found.futures, "laboratory": found,
        }  # fmt: skip


def _organisations(form: InForm) -> Iterator[StressRow]:
    """What each organisation has in a form."""
    for h in form.has:
        change = "" if h.change is None else f"; {signed(h.change.mean)} against the plan’s own contracts"
        shown = f"{money(h.surplus)} surplus{change}; {signed(h.along.mean)} by the plan; {_risks(h)}"
        yield StressRow(what=f"{form.name}: {h.name}", figure=h.surplus, shown=shown)


def _risks(has: Has) -> str:
    """What moves a surplus, in words."""
    moving = [f"{m.risk} {money(half(m))}" for m in has.risks if half(m) >= 500]
    return f"moves either way with {', '.join(moving)}" if moving else "nothing moves it"


def _contracts(form: InForm) -> Iterator[StressRow]:
    """Each contract: those of the plan, and of a form those that it changes."""
    for sheet in (s for s in form.sheets if s.changed or not form.id):
        yield StressRow(
            what=f"{form.name}: {sheet.about} ({sheet.contract})", shown=f"{sheet.expected}. {_holders(sheet)}"
        )


def _holders(sheet: TermSheet) -> str:
    """Who holds which risk, in short."""
    held = [f"{p.risk}: {p.held}" for p in sheet.passes if p.held]
    return "; ".join(held) if held else "no risk moves"
