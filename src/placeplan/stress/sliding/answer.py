"""What becomes of the promises where assumptions are set by hand, beside the same futures as the plan has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from placeplan.core.intervals import Z95
from placeplan.core.records import Record
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.called import names, promise_name
from placeplan.stress.grid.first_break import first_breaks
from placeplan.stress.grid.rows import cells
from placeplan.stress.grid.wilson import probability
from placeplan.stress.results.promises import Cell, Probability
from placeplan.stress.runs.kept import Kept, all_hard, hard_ones
from placeplan.stress.say import joined, lower_first, number
from placeplan.stress.sliding.offered import Slider


class Share(Record):
    """In how many of the same futures something is so: as the plan has it, and with what is set."""

    planned: int
    now: int
    futures: int
    low: float
    high: float
    """Ends of the 95 % interval of the difference of the two shares."""

    @property
    def change(self) -> float:
        """Difference of the two shares."""
        return (self.now - self.planned) / self.futures

    @property
    def moves(self) -> bool:
        """Whether chance alone would hardly bring such a difference."""
        return self.low > 0 or self.high < 0


class SlidPromise(Record):
    """One promise with what is set."""

    id: str
    by_year: tuple[Cell, ...]
    whole: Probability | None
    """Kept over all years; None where it is not due or not known."""
    share: Share | None
    """The same counted, beside the plan as it stands."""


class Answer(Record):
    """What was found with some assumptions set."""

    set: dict[str, float]
    """By id, the values."""
    futures: int
    seed: int
    sentence: str
    """What becomes of all promises together."""
    moved: str
    """Which promise it moves most; or that it moves none."""
    first: str
    """Where it breaks first."""
    together: Share | None
    """In how many futures every promise that decides is kept; None where there is none."""
    promises: tuple[SlidPromise, ...]


def answer(
    plan: Plan, sliders: Sequence[Slider], values: Mapping[str, float], planned: Sequence[Kept], now: Sequence[Kept], seed: int
) -> Answer:  # fmt: skip
    """Puts two runs of the same futures side by side: the plan as it stands, and with values set."""
    futures = now[0].count if now else 0
    outlined = {(b.promise, b.year) for b in first_breaks(now).outlined}
    found = tuple(_promise(before, k, outlined) for before, k in zip(planned, now, strict=True))
    together = None
    if hard_ones(now):
        together = paired(all_hard(planned, futures), all_hard(now, futures))
    return Answer(
        set=dict(values), futures=futures, seed=seed, sentence=_sentence(sliders, values, together, futures),
        moved=_moved(plan, found), first=_first(plan, now), together=together, promises=found,
    )  # fmt: skip


def paired(planned: Array, now: Array) -> Share:
    """Two shares in the same futures, and the interval of their difference.

    ``d = (c − b) / (n + 2)``, ``half = z √((b + c + 1) / (n + 2) − d²) / √(n + 2)``, with ``b`` and ``c`` the futures in which only the
    first or only the second is so, ``n`` all futures, ``z = 1.96``. Source: Agresti and Min (2005) Stat Med 24:729.

    >>> share = paired(np.array([1.0] * 5 + [0.0] * 95), np.array([1.0] * 40 + [0.0] * 60))
    >>> share.planned, share.now, round(share.low, 2), round(share.high, 2)
    (5, 40, 0.25, 0.44)
    """
    count = len(now)
    lost, won = int(((planned == 1) & (now == 0)).sum()), int(((planned == 0) & (now == 1)).sum())
    d = (won - lost) / (count + 2)
    half = Z95 * np.sqrt(((won + lost + 1) / (count + 2) - d * d) / (count + 2))
    return Share(
        planned=int((planned == 1).sum()), now=int((now == 1).sum()), futures=count, low=max(-1.0, d - half), high=min(1.0, d + half)
    )  # fmt: skip


def _promise(planned: Kept, now: Kept, outlined: set[tuple[str, str]]) -> SlidPromise:
    promise = now.promise
    return SlidPromise(
        id=promise.id, by_year=cells(now, outlined),
        whole=probability(float(now.whole.sum()), now.count, promise.asks) if now.counts else None,
        share=paired(planned.whole, now.whole) if now.counts else None,
    )  # fmt: skip


def _sentence(sliders: Sequence[Slider], values: Mapping[str, float], together: Share | None, futures: int) -> str:
    """What becomes of all promises together.

    >>> _sentence((), {}, Share(planned=8, now=8, futures=256, low=0.0, high=0.0), 256)
    'As the plan has it, every promise is kept in 8 of 256 futures.'
    """
    set_ = [f"{lower_first(s.about)} at {number(values[s.id], s.unit)}" for s in sliders if s.id in values]
    head = f"With {joined(set_)}," if set_ else "As the plan has it,"
    if together is None:
        return f"{head} no promise decides."
    often = f"{together.now:,} of {futures:,} futures" if together.now else f"none of {futures:,} futures"
    before = (
        "as before"
        if together.now == together.planned
        else f"not {together.planned:,}"
        if together.planned
        else "not none"
    )
    return f"{head} every promise is kept in {often}{f', {before}' if set_ else ''}."


def _moved(plan: Plan, found: Sequence[SlidPromise]) -> str:
    """Which promise moves most, of those that chance alone would hardly move."""
    some = [(p, p.share) for p in found if p.share is not None and p.share.moves]
    if not some:
        return "No promise moves by more than chance could."
    most, share = max(some, key=lambda one: (abs(one[1].change), one[0].id))
    promise = next(p for p in plan.promises if p.id == most.id)
    return f"It moves this most: {promise_name(plan, promise)} is kept in {share.now:,} of {share.futures:,}, not {share.planned:,}."


def _first(plan: Plan, now: Sequence[Kept]) -> str:
    """Where the plan breaks first, most often."""
    ranking = first_breaks(now).ranking
    if not ranking:
        return "No promise that decides is broken in any of them." if hard_ones(now) else ""
    top = ranking[0]
    owner = next(k.promise.organisation for k in now if k.promise.id == top.promise)
    at = "across the whole system" if owner == "system" else f"at {names(plan).get(owner, owner)}"
    return f"It breaks first most often {at}, in {top.year}."
