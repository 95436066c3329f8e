"""The mildest world that breaks each promise that decides: how unlucky one has to be."""

from __future__ import annotations

from typing import Any

from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.scene import Scene
from placeplan.stress.worlds import reverse
from placeplan.stress.worlds.mildest import Search

SAFE = 1.0
"""Standard deviations within which a promise counts as near to breaking: 1 world in 6 lies as far out in one direction."""


class Reverse(StressTest):
    """Reverse stress (model, § 9): the distance β of the nearest world that breaks a promise."""

    name, title = "reverse", "The mildest world that breaks it"
    question = "How little has to go wrong before a promise is broken?"
    method = (
        "The test looks for the mildest world in which a promise breaks. All that is not known is put on one scale, from usual to rare. The distance tells how unlucky one has "
        "to be. It is to the nearest world in which the promise breaks as often as not. It is less than nothing if the middle world breaks it. It is told twice: with how sure "
        "the plan is of its figures, and with how sure our library is. So nobody gains by being sure of their own figures."
    )
    grounds = "A promise counts as near to breaking at one standard deviation. About 1 world in 6 lies that far out on one side. That line is a judgement."
    source = "Bank regulators’ reverse stress tests; Hasofer and Lind 1974"
    exactly = (
        "All assumptions with any width as independent standard normals; β is the distance of the nearest world in which the promise is broken in half of the chances,"
        " negative where the middle world breaks it. In the plan’s own widths, and in the library’s, so that nobody gains by being sure of their own figures."
    )

    alone, side_by_side = True, True

    def ask(self, plan: Plan) -> str:
        """There must be a promise that decides and is due."""
        return reverse.ask(plan)

    def run(self, scene: Scene) -> reverse.ReverseFinding:
        """The searches, one promise beside the other."""
        return reverse.run(scene.runs)

    def tell(self, plan: Plan, found: reverse.ReverseFinding) -> dict[str, Any]:
        """The promise nearest to breaking, and β of each."""
        sentence, _, sure = reverse.tell(found)
        del plan
        rows = tuple(
            StressRow(
                what=f"{r.name}, {r.organisation}", figure=r.own.beta, threshold=SAFE, result=result_of(r.own),
                shown=f"{_beta(r.own)}; in the library’s widths {_beta(r.library)}", promise=r.promise,
            )
            for r in found.promises
        )  # fmt: skip
        first = found.promises[0].own.beta if found.promises else None
        return {
            "result": result_of(found.promises[0].own) if found.promises else "not asked", "figure": first, "unit": "standard deviations",
            "threshold": f"no promise breaks within {SAFE:g} standard deviation of the middle world", "sentence": sentence, "rows": rows,
            "behind": " ".join(sure[:2]), "futures": 0,
        }  # fmt: skip


def result_of(search: Search) -> Result:
    """Fails where the middle world breaks it, passes where no world within the line does."""
    if search.room < 0:
        return "fail"
    return "pass" if search.beta is None or search.beta >= SAFE else "amber"


def _beta(search: Search) -> str:
    """β, with what other days' chances would make of it."""
    if search.beta is None:
        return "none found"
    ends = f" ({search.points[0].low:.1f} to {search.points[0].high:.1f})" if search.points else ""
    return f"{search.beta:.1f}{ends}".replace("-", "−")
