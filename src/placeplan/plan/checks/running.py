"""Which contracts run in which months, if all begins when it is planned to: what checks of cover and of dates look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from placeplan.contracts.base import Contract
from placeplan.core.calendar import month_index, month_of, months_from
from placeplan.effects.base import Primitive
from placeplan.plan.checks.base import organisations
from placeplan.plan.checks.effects import primitives
from placeplan.plan.draft import Draft, once
from placeplan.plan.initiatives import Initiative
from placeplan.plan.ladder import ladder
from placeplan.plan.library import library
from placeplan.plan.located import Item, Path
from placeplan.plan.stages import Switch

BY_INITIATIVE = "by_initiative"
FIRST, LAST = "0000-01", "9999-12"


@dataclass(frozen=True)
class Swap:
    """One contract that begins in place of another, by an initiative or with a freedom of a stage."""

    by: str
    """What makes it, in words: initiative home_first."""
    item: Item[Any]
    at: Path
    old: str
    """Contract that ends; "" where none does."""
    new: str
    first: str
    """Month in which it happens."""
    last: str
    """Last month for which it holds."""


@dataclass(frozen=True)
class Course:
    """One way in which things go: the contracts that run in each month of the run."""

    when: str
    """Under which circumstances, in words that go before a comma; blank: as planned."""
    contracts: tuple[Item[Contract], ...]
    made: tuple[Swap, ...]
    """What takes the place of what in it."""
    run: tuple[str, ...]
    """Months of the run."""
    months: dict[str, frozenset[str]]
    """Months of the run in which each contract runs."""

    def together(self, one: str, other: str) -> list[str]:
        """Months in which two contracts run, in their order."""
        return sorted(self.months[one] & self.months[other])


def swaps(draft: Draft) -> Iterator[Swap]:
    """What initiatives with a start of their own put in place of what."""
    for item, path, p in _recontracts(draft):
        if item.value.start is not None:
            yield _swap(item, path, p, item.value.start)


def _recontracts(draft: Draft) -> Iterator[tuple[Item[Initiative], Path, Primitive]]:
    """Those between contracts that are there; what names another is told as unknown."""
    there = {i.value.id for i in draft.contracts}
    yield from (
        (item, path, p) for item, path, p in primitives(draft) if p.table == "contract" and {p.old, p.new} <= there
    )


def _swap(item: Item[Initiative], path: Path, p: Primitive, first: str) -> Swap:
    return Swap(f"initiative {item.value.id}", item, path, p.old, p.new, first, item.value.end or LAST)


@once
def courses(draft: Draft) -> tuple[Course, ...]:
    """The plan; what is left where nothing of it happens; each initiative with a trigger, as if it began at once; each stage.

    None where plan.yaml could not be read, or a contract or an initiative was refused: what pays for what is not known then.
    """
    if draft.about is None or not draft.whole_elements():
        return ()
    about = draft.about.value
    months = months_from(about.start, about.months)
    planned = tuple(swaps(draft))
    fired: dict[str, list[Swap]] = {}
    for item, path, p in _recontracts(draft):
        if item.value.start is None:
            fired.setdefault(item.value.id, []).append(_swap(item, path, p, months[0]))
    found = [_course(draft, "", months, draft.contracts, planned)]
    for name, own in fired.items():
        found.append(_course(draft, f"where {name} is called for", months, draft.contracts, (*planned, *own)))
    found.append(_course(draft, "where nothing of the plan happens", months, draft.contracts, ()))
    return (*found, *_at_stages(draft, planned, months))


def _course(
    draft: Draft, when: str, run: tuple[str, ...], contracts: tuple[Item[Contract], ...], some: tuple[Swap, ...],
    also: tuple[Swap, ...] = (),
) -> Course:  # fmt: skip
    """also: what took whose place before, in the contracts' own dates."""
    there = {name: (o.valid_from or FIRST, o.valid_to or LAST) for name, o in organisations(draft).items()}
    running = {}
    for c in (i.value for i in contracts):
        lives = [there.get(side, (FIRST, LAST)) for side in (c.payer, c.payee)]
        own = [s for s in some if c.id in (s.old, s.new)]
        running[c.id] = frozenset(m for m in run if all(a <= m <= b for a, b in lives) and runs_in(c, m, own))
    return Course(when, contracts, (*some, *also), run, running)


def runs_in(c: Contract, month: str, some: Iterable[Swap]) -> bool:
    """Whether a contract runs in a month: by its own dates, and by the last swap that began or ended it.

    Of two swaps in one month the one that ends it decides, as in `model.payments.Payments.active`.
    """
    waits = c.starts == BY_INITIATIVE
    if (not waits and month < (c.starts or FIRST)) or month > (c.ends or LAST):
        return False
    held = [(s.first, s.old == c.id) for s in some if c.id in (s.old, s.new) and s.first <= month <= s.last]
    return not max(held)[1] if held else not waits


def _at_stages(draft: Draft, planned: tuple[Swap, ...], run: tuple[str, ...]) -> Iterator[Course]:
    """Each stage with a freedom that begins contracts, with the contracts that `stress.stages.staged.at_stage` gives it."""
    own = {i.value.id: i for i in draft.stages}
    contracts, some, also = draft.contracts, planned, list[Swap]()
    for stage in ladder([i.value for i in own.values()], [i.value for i in library().stages]):
        here = [(f, s) for f in stage.freedoms for s in f.begins]
        for freedom, switch in here:
            since = freedom.since or run[0]
            contracts, some = _begun(contracts, some, switch, since)
            n = next(n for n, f in enumerate(own[stage.id].value.freedoms) if f.id == freedom.id)
            at: Path = ("freedoms", n, "begins", freedom.begins.index(switch))
            also.append(Swap(f"freedom {freedom.id}", own[stage.id], at, switch.old or "", switch.new, since, LAST))
        if here:
            yield _course(draft, f"at the stage {stage.id}", run, contracts, some, tuple(also))


def _begun(
    contracts: tuple[Item[Contract], ...], some: tuple[Swap, ...], switch: Switch, since: str
) -> tuple[tuple[Item[Contract], ...], tuple[Swap, ...]]:  # fmt: skip
    """Contracts and swaps once a freedom has begun one contract in place of another."""
    before = month_of(month_index(since) - 1)

    def dated(item: Item[Contract]) -> Item[Contract]:
        c = item.value
        if c.id not in (switch.new, switch.old):
            return item
        ends = {"ends": min(before, c.ends or before)}
        return item.holding(c.model_copy(update={"starts": since} if c.id == switch.new else ends))

    again = (replace(s, old=switch.new) for s in some if switch.old and s.old == switch.old)
    return tuple(map(dated, contracts)), tuple(s for s in (*some, *again) if s.new != switch.new)
