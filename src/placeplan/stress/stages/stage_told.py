"""What a plan comes to at each stage, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from placeplan.compare.plans import Paired
from placeplan.core.tables import SYSTEM
from placeplan.plan.schema import Plan
from placeplan.plan.stages import Stage
from placeplan.stress.results.promises import Word
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import hundred, joined, pounds
from placeplan.stress.stages.staged import BEDS, WAITING, stages_of

PLANNED = "as planned"
LITTLE = 50_000.0
NOTICED = 0.01
"""Share of futures below which a promise is kept alike."""


class At(NamedTuple):
    """The plan at one stage."""

    stage: Stage
    word: Word
    """The whole verdict, as the plan's own."""
    hard: Mapping[str, float]
    """Share of futures that keep each promise that decides there."""
    short: tuple[str, ...]
    """Of them, those that are kept less surely than they ask."""
    every: float
    """Share of futures that keep all of them."""
    same: str
    """Name of an earlier stage at which the plan is the same, or `PLANNED` where it is the plan as it stands; blank: neither."""
    money: Mapping[str, Paired]
    """Position of the last year, beside the plan as it stands."""
    beds: Mapping[str, Paired]
    """Occupancy, and patients without a bed, of the system in the last year."""


class Found(NamedTuple):
    """What the stages come to."""

    planned: At
    """The plan as it stands; its stage is the one at which the place stands."""
    each: tuple[At, ...]
    kept: Mapping[str, float]
    """Share of futures that keep each promise of the plan as it stands, aims too."""
    unlawful: Mapping[str, str]
    """Initiatives that use a freedom of a stage above, each with that stage."""
    futures: int


def way(stage: Stage, now: Stage) -> str:
    """How a place comes to a stage from the one at which it stands.

    >>> one, two = Stage(id="one", rank=1), Stage(id="two", rank=2)
    >>> way(one, two), way(two, two), way(two, one)
    ('Stepping down to', 'Staying at', 'Moving up to')
    """
    there, here = stage.rank or 0, now.rank or 0
    return "Stepping down to" if there < here else "Moving up to" if there > here else "Staying at"


def row(found: Found, a: At) -> StressRow:
    """The plan at one stage in a line."""
    planned, now = a is found.planned, found.planned.stage
    head = f"As planned, at {now.name}" if planned else f"{way(a.stage, now)} {a.stage.name}"
    if a.same:
        as_ = "the plan as it stands" if a.same == PLANNED else f"as at {a.same}"
        return StressRow(what=head, figure=a.every, shown=f"nothing in this plan uses what only it has: {as_}")
    parts = [
        f"the word: {a.word}", f"{len(a.hard) - len(a.short)} of {len(a.hard)} that decide are kept as surely as they ask",
        f"all of them in {hundred(a.every, found.futures)} futures",
    ]  # fmt: skip
    if not planned:
        parts += [_changed(a.money.get(SYSTEM)), _beds(a.beds)]
    return StressRow(what=head, figure=a.every, shown="; ".join(filter(None, parts)))


def clear(p: Paired) -> bool:
    """Whether a change is told from none."""
    return p.low > 0 or p.high < 0


def _changed(p: Paired | None) -> str:
    """A change of money in words; what is less than can be told in £m is none."""
    if p is None:
        return ""
    if p.low == p.high == 0:
        return "all positions together are the same"
    if not clear(p) or abs(p.difference) < LITTLE:
        return "all positions together do not clearly change"
    word = "better" if p.difference > 0 else "worse"
    return f"all positions together {pounds(abs(p.difference))} a year {word} ({pounds(p.low)} to {pounds(p.high)})"


def _beds(beds: Mapping[str, Paired]) -> str:
    """A change of beds in words."""
    full, waiting = beds.get(BEDS), beds.get(WAITING)
    parts = []
    if full is not None and clear(full):
        parts.append(f"beds {abs(100 * full.difference):.1f} points {'fuller' if full.difference > 0 else 'emptier'}")
    if waiting is not None and clear(waiting):
        parts.append(
            f"{abs(waiting.difference):,.0f} {'more' if waiting.difference > 0 else 'fewer'} patients without a bed"
        )
    return joined(parts) if parts else "beds as planned" if beds else ""


def promises(plan: Plan, found: Found, a: At, called: Mapping[str, str]) -> Iterator[StressRow]:
    """Promises that decide at a stage and are kept otherwise there, or that decide in one of the two only."""
    usual = found.planned.hard
    for p in plan.promises:
        whose = f"{a.stage.name}: {p.name} of {called.get(p.organisation, p.organisation)}"
        if p.id in a.hard and p.id not in usual:
            yield StressRow(
                what=whose,
                figure=a.hard[p.id],
                threshold=p.asks,
                result=_result(a, p.id),
                shown=f"decides there; kept in {hundred(a.hard[p.id], found.futures)} futures",
            )
        elif p.id in usual and p.id not in a.hard:
            yield StressRow(what=whose, shown="decides no more there; it stays an aim")
        elif p.id in usual and abs(a.hard[p.id] - usual[p.id]) >= NOTICED:
            shown = f"kept in {hundred(a.hard[p.id], found.futures)} futures, {hundred(usual[p.id], found.futures)} as planned"
            yield StressRow(what=whose, figure=a.hard[p.id], threshold=p.asks, result=_result(a, p.id), shown=shown)


def _result(a: At, promise: str) -> Result:
    return "fail" if promise in a.short else "pass"


def money(a: At, called: Mapping[str, str]) -> Iterator[StressRow]:
    """Whose position is clearly another at a stage."""
    for o, p in sorted(a.money.items(), key=lambda item: item[1].difference):
        if o != SYSTEM and clear(p) and abs(p.difference) >= LITTLE:
            shown = f"{pounds(p.difference)} a year in the last year ({pounds(p.low)} to {pounds(p.high)})"
            yield StressRow(what=f"{a.stage.name}: money of {called.get(o, o)}", shown=shown)


def sentence(plan: Plan, found: Found, met: int, gates: int) -> str:
    """Where the place stands, and what the stage that changes most would change."""
    now = found.planned.stage
    head = f"{plan.about.place} stands at {now.name}; {met} of the {gates} gates up to it are shown to be met."
    if found.unlawful:
        stage = next(a.stage.name for a in found.each if a.stage.id in found.unlawful.values())
        n = len(found.unlawful)
        return f"{head} {n} initiative{'s use' if n > 1 else ' uses'} a freedom that only {stage} has."
    usual = found.planned
    kept, word = _kept(usual), usual.word
    others = sorted((a for a in found.each if a.word != word), key=lambda a: a.stage.id)
    if others:
        a = others[0]
        return f"{head} {way(a.stage, now)} {a.stage.name} would make the word “{a.word}”; as planned it is “{word}”."
    most = max(found.each, key=lambda a: (abs(_kept(a) - kept), abs(a.every - usual.every), a.stage.id))
    if _kept(most) != kept:
        there = f"{_kept(most)} of {len(most.hard)}"
        return f"{head} {way(most.stage, now)} {most.stage.name} would keep {there} promises that decide as surely as they ask; as planned {kept} of {len(usual.hard)}."
    return f"{head} The word is “{word}” at every stage."


def _kept(a: At) -> int:
    """Promises that decide and are kept as surely as they ask."""
    return len(a.hard) - len(a.short)


def behind(plan: Plan, found: Found) -> str:
    """What hangs on the freedoms, and what moved when."""
    called = {i.id: i.name for i in plan.initiatives}
    parts = [
        f"{called[i]} uses a freedom of a stage above that at which the place stands."
        for i in found.unlawful
        if i in called
    ]
    words = [f"{a.stage.name}: {a.word}" for a in found.each]
    parts.append(f"The word: {'; '.join(words)}; as planned: {found.planned.word}.")
    moves = sorted(plan.moves, key=lambda m: m.date)
    stages = {s.id: s.name for s in stages_of(plan)}
    parts += [f"Moves so far: {joined([f'{stages[m.stage]} ({m.date})' for m in moves])}."] if moves else []
    return " ".join([*parts, "A place may move up, stay or step down."])
