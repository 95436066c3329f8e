"""Plan B: changed plans that none beats, beside the plan as it is."""

from __future__ import annotations

from typing import Any, NamedTuple

from placeplan.explore.plan_b.front import Choice
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.levers.screen import PLANNED, WORLDS, screen
from placeplan.stress.mending import pathway, pathway_told
from placeplan.stress.mending.plan_b import CHANGES, Sought, allowed, moves_of, search
from placeplan.stress.results.tests import ChangedPlan, Point, Points, StressRow
from placeplan.stress.say import joined, lower_first, pounds
from placeplan.stress.scene import Scene

LANES_A_FUTURE, FEWEST = 200, 100
"""Lanes of a search for each of its futures: 200,000 for a thousand; and futures that it counts at least."""
NAMED = 4
"""Changes that are named in a sentence."""


class Found(NamedTuple):
    """Choices of plan B, and when to turn to the surest of them."""

    sought: Sought
    turn: pathway.Pathway | None


class PlanB(StressTest):
    """The search for plan B."""

    name, title = "plan-b", "Plan B"
    question = "Is there another plan that is better?"
    method = (
        "The test makes changed plans, by a guess from those that were run so far. Then they race, on 1, 32, 200 and all futures, the same for all. A plan drops out only if "
        "another is clearly no worse in anything, and better in something. What counts is promises kept, the gap in money, that gap in the worst tenth of futures, and how far "
        "it is from the plan. Who is hit worst counts too: which one in the plan, and which fifth of people. The figures told come from as many futures again, which the "
        "search did not see. Building money and staff run out as they do in the plan."
    )
    source = "Deb and others 2002 (sorting); Berger 1982 (races); decision 35"
    exactly = (
        "Changed plans, found by a guess from those run so far, then raced on 1, 32, 200 and all futures, the same for all; a plan is dropped only where another is clearly not worse"
        " in anything and better in something: promises kept, the deficit, the deficit in the worst tenth of futures, how far it is from the plan, the organisation and the fifth of"
        " people that it hits worst. Told with figures from as many futures again, which the search did not see. Building money and staff run out as they do in the plan."
    )
    alone, by_itself, side_by_side = True, True, True

    def __init__(self, money: float = 0.0, changes: int = CHANGES, lanes: int | None = None) -> None:
        self.money, self.changes, self.given = money, changes, lanes

    def lanes(self, futures: int) -> int:
        """Runs of a future that the search may take."""
        return self.given or LANES_A_FUTURE * max(futures, FEWEST)

    def ask(self, plan: Plan) -> str:
        """There must be promises that decide."""
        return (
            ""
            if any(p.hard for p in plan.promises)
            else "There is no promise that decides, so no plan is better than another."
        )

    def foreseen(self, plan: Plan, futures: int) -> int:
        """The levers by themselves, and the budget of the search."""
        return (
            min(PLANNED, futures)
            + 3 * len(plan.initiatives) * min(WORLDS, futures)
            + self.lanes(futures)
            + pathway.LANES // 2
        )

    def run(self, scene: Scene) -> Found | None:
        """The search, and when to turn to the surest choice; None where no promise that decides is due and known."""
        found = screen(scene.runs, fair=True)
        if found is None:
            return None
        futures = scene.futures
        budget = allowed(futures.seed, futures.count, self.lanes(futures.count), scene.stop)
        sought = search(found, budget, money=self.money, changes=self.changes)
        best = _surest(sought)
        turn = None if best is None else pathway.of(sought, best.design, futures=futures.count, stop=scene.stop)
        return Found(sought, turn)

    def tell(self, plan: Plan, found: Found | None) -> dict[str, Any]:
        """What is gained at most, the choices from near to far, and when to turn to the surest."""
        del plan
        if found is None:
            return {"result": "not asked", "sentence": "No promise that decides is due and known."}
        told = _told(found.sought)
        if found.turn is None or "rows" not in told:
            return told
        sentence, rows = pathway_told.tell(found.turn)
        behind = f"{told['behind']} {pathway_told.behind(found.turn)}"
        return {**told, "sentence": f"{told['sentence']} {sentence}", "rows": (*told["rows"], *rows), "behind": behind}


def _told(found: Sought) -> dict[str, Any]:
    """The choices, from near to far."""
    front = found.front
    if front.planned is None:
        return {"result": "not asked", "sentence": "The search was stopped before the plan itself was run."}
    choices = sorted((c for c in front.choices if any(found.moved(c))), key=lambda c: found.value(c, "distance")[0])
    labels = [str(n + 1) for n in range(len(choices))]
    rows = (_row(found, front.planned, "A"), *(_row(found, c, lb) for c, lb in zip(choices, labels, strict=True)))
    points = (
        _point(found, front.planned, "A"),
        *(_point(found, c, lb) for c, lb in zip(choices, labels, strict=True)),
    )
    picture = Points(x="Distance from the plan", x_unit="levers moved as far as they go", y="Share of promises kept", y_unit="share", points=points)  # fmt: skip
    return {
        "result": "shown", "figure": float(len(choices)), "unit": "plans that none beats", "sentence": _sentence(found, front.planned, choices),
        "rows": rows, "changed_plans": tuple(ChangedPlan(row=n + 1, moves=moves_of(found.screened.levers, c.design)) for n, c in enumerate(choices)),
        "points": picture if choices else None, "futures": front.futures, "behind": _behind(found),
    }  # fmt: skip


def _sentence(found: Sought, planned: Choice, choices: list[Choice]) -> str:
    """The most promises that a changed plan keeps, and the least deficit with as many as the plan's."""
    count = len(found.screened.promises)
    own = found.value(planned, "promises kept")[0] * count
    head = f"The plan keeps {own:.1f} of its {count} promises in a usual future."
    said = []
    surest = _surest(found)
    if surest is not None:
        more = found.change(surest, "deficit")[0]
        cost = f"the money is {pounds(abs(more))} a year {'worse' if more > 0 else 'better'}"
        said.append(f"At best {found.value(surest, 'promises kept')[0] * count:.1f}: {_named(found, surest)}; {cost}.")
    held = [c for c in choices if found.change(c, "promises kept")[2] >= 0 and found.change(c, "deficit")[2] < 0]
    saver = min(held, key=lambda c: found.change(c, "deficit")[0], default=None)
    if saver is not None and saver is not surest:
        said.append(
            f"As many, with the money {pounds(-found.change(saver, 'deficit')[0])} a year better: {_named(found, saver)}."
        )
    if not said:
        said.append("No change that was tried keeps more of them, or as many with more money left.")
    return " ".join([head, *said])


def _surest(found: Sought) -> Choice | None:
    """The choice that keeps most promises, of equals the nearest; None where none clearly keeps more than the plan."""
    clear = [c for c in found.front.choices if any(found.moved(c)) and found.change(c, "promises kept")[1] > 0]
    return max(clear, key=lambda c: (found.value(c, "promises kept")[0], -found.value(c, "distance")[0]), default=None)


def _named(found: Sought, choice: Choice) -> str:
    moves = [lower_first(w) for w in found.moved(choice)]
    more = len(moves) - NAMED
    return joined([*moves[:NAMED], f"{more} more change{'s' if more > 1 else ''}"] if more > 0 else moves)


def _row(found: Sought, choice: Choice, label: str) -> StressRow:
    """A choice: what is done otherwise, the promises kept, and what becomes of the money."""
    kept, low, high = found.value(choice, "promises kept")
    words = "; ".join(found.moved(choice)) or "the plan as it is"
    said = (
        f"keeps {kept:.0%} of promises ({low:.0%} to {high:.0%}); {_balance(found.value(choice, 'deficit')[0])} a year"
    )
    if label != "A":
        worst = found.value(choice, "worst-hit organisation")[0]
        said += f", {_change(found.change(choice, 'deficit'))}; " + (
            f"worst for one organisation: {pounds(worst)} a year" if worst < -5e4 else "no organisation is worse off"
        )
        if found.quintiles:
            said += f"; worst for a fifth of people: {100 * found.value(choice, 'worst-hit fifth')[0]:+.2f} points of need not met".replace(
                "-", "−"
            )
    return StressRow(what=f"{label}. {words}", figure=kept, shown=said)


def _balance(deficit: float) -> str:
    """A deficit, or what is over.

    >>> _balance(3e6), _balance(-2e6)
    ('deficit £3m', 'surplus £2m')
    """
    return f"{'deficit' if deficit >= 0 else 'surplus'} {pounds(abs(deficit))}"


def _change(change: tuple[float, float, float]) -> str:
    middle, low, high = change
    ends = sorted((abs(low), abs(high)))
    span = f"{pounds(ends[0])} to {pounds(ends[1])}" if low * high > 0 else f"{pounds(low)} to {pounds(high)}"
    return f"{pounds(abs(middle))} {'worse' if middle > 0 else 'better'} ({span})"


def _point(found: Sought, choice: Choice, label: str) -> Point:
    kept, low, high = found.value(choice, "promises kept")
    return Point(label=label, x=found.value(choice, "distance")[0], y=kept, low=low, high=high)


def _behind(found: Sought) -> str:
    """How the search went."""
    f = found.front
    optimism = f.optimism[[o.name for o in found.objectives].index("promises kept")]
    said = [
        f"{len(found.screened.levers)} lever{'s' if len(found.screened.levers) != 1 else ''}; {f.designs:,} changed plans in more than one future, {f.lanes:,} runs of a future.",
        f"The search flattered its choices by {100 * max(0.0, -optimism):.1f} points of promises kept." if f.fresh else "",
        "" if f.complete else "The search was stopped: this is the best so far.",
        "Every changed plan was run." if f.whole else "",
        "The model knows nothing of what people want: a plan B is where to begin to ask.",
    ]  # fmt: skip
    return " ".join(s for s in said if s)
