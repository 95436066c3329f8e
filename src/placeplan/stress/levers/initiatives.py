"""Levers of a plan's own initiatives: how much is done, when it starts, what it closes, whether its building money is sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from placeplan.model.uptake import month_number
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.levers.amounts import CAPACITY, closing, named, open_amounts
from placeplan.stress.levers.lever import Base, Lever, Setting

LATER = (0.0, 12.0, 24.0)
"""Months by which an initiative can be put off."""
EARLIER = -12.0
"""Months by which it can be brought forward, where building and recruiting leave the time."""
Found = tuple[Initiative, dict[str, Base], list[Lever]]


def opened(plan: Plan, initiative: Initiative) -> Found:
    """An initiative with names in place of what its levers set, what stands behind them, and the levers."""
    own, bases = open_amounts(initiative, {a.id for a in plan.assumptions if a.per in ("plan", "initiative")})
    amounts = tuple(bases)
    peak = named(own.id, "peak")
    bases |= {peak: Base(own.peak, own.id), f"start.slip@{own.id}": Base("start.slip", own.id)}
    update: dict[str, object] = {"peak": peak}
    if own.capital:
        secured = named(own.id, "secured")
        bases[secured] = Base(own.capital.secured, own.id)
        update["capital"] = own.capital.model_copy(update={"secured": secured})
    own = own.model_copy(update=update)
    levers = chain(
        _size(initiative, (peak, *amounts)), _start(plan, initiative), _closes(initiative, own), _building(initiative)
    )
    return own, bases, list(levers)


def _size(i: Initiative, names: Sequence[str]) -> Iterator[Lever]:
    """Leave it out, do half of it, do it; what closes cannot be left half shut by reaching fewer people: it has its own lever."""
    words = (f"leave out “{i.name}”", f"do half of “{i.name}”", f"do “{i.name}” as planned")
    half = not all(closing(e) for e in i.effects)
    steps, told = ((0.0, 0.5, 1.0), words) if half else ((0.0, 1.0), (words[0], words[2]))
    yield Lever(
        f"size of {i.id}", "size", i.id, steps, len(steps) - 1, told, i.owner,
        tuple(map(Setting, names)) if half else (), stops=i.id,
    )  # fmt: skip


def _start(plan: Plan, i: Initiative) -> Iterator[Lever]:
    """Start it earlier or later; one that waits for a trigger has no month to move."""
    if i.start is None:
        return
    first = plan.about.start
    soon = month_number(i.start, first) + EARLIER >= i.months_ahead
    last = plan.about.months - month_number(i.start, first)
    steps = (*((EARLIER,) if soon else ()), *(m for m in LATER if m == 0 or m < last))
    if len(steps) > 1:
        yield Lever(
            f"start of {i.id}", "start", i.id, steps, steps.index(0.0), tuple(_moved(i.name, m) for m in steps), i.owner,
            (Setting(f"start.slip@{i.id}", "plus"),),
        )  # fmt: skip


def _moved(name: str, months: float) -> str:
    if months == 0:
        return f"start “{name}” as planned"
    years = {12: "a year", 24: "two years"}[int(abs(months))]
    return f"start “{name}” {years} {'earlier' if months < 0 else 'later'}"


def _closes(i: Initiative, own: Initiative) -> Iterator[Lever]:
    """Keep what it closes, where it closes more than it opens and does other things besides."""
    shut = [n for n, e in enumerate(i.effects) if closing(e)]
    net = {f: _net(i, f) for f in CAPACITY}
    if not shut or min(net.values()) >= 0:
        return
    names = {getattr(own.effects[n], f) for n in shut for f in type(own.effects[n]).model_fields}
    settings = tuple(Setting(n) for n in sorted(x for x in names if isinstance(x, str) and x.startswith("lever.")))
    beds = -net["beds"]
    what = f"{beds:,.0f} beds that “{i.name}” closes" if beds > 0 else f"capacity that “{i.name}” closes"
    yield Lever(
        f"closures of {i.id}", "closes", i.id, (0.0, 0.5, 1.0), 2,
        (f"keep the {what}", f"keep half of the {what}", f"close the {what}"), i.owner, settings,
    )  # fmt: skip


def _net(i: Initiative, capacity: str) -> float:
    """What it opens of a capacity less what it closes, as far as plain numbers say."""
    amounts = [getattr(e, capacity, 0.0) for e in i.effects if e.name == "resize"]
    return float(sum(a for a in amounts if isinstance(a, float | int)))


def _building(i: Initiative) -> Iterator[Lever]:
    """Make sure of its building money, where that is not certain."""
    if i.capital and i.capital.secured != 1.0:
        yield Lever(
            f"building money of {i.id}", "building", i.id, (0.0, 1.0), 0,
            (f"wait for the building money of “{i.name}”", f"make sure of the building money of “{i.name}”"), i.owner,
            (Setting(named(i.id, "secured"), "plus"),),
        )  # fmt: skip
