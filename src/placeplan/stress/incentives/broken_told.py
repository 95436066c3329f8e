"""Whose leaving breaks the plan, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from placeplan.explore.arrays import Floats
from placeplan.incentives.breaking import Break
from placeplan.plan.promises import Promise
from placeplan.stress.grid.wilson import wilson
from placeplan.stress.incentives.found import change
from placeplan.stress.incentives.telling import Telling, less, of_hundred
from placeplan.stress.results.promises import Word
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import joined
from placeplan.stress.verdict.word import Asked, Standing, word_of_form

NAMED = 3
"""Promises that are named, at most."""


def breaking_rows(t: Telling) -> Iterator[StressRow]:
    """What becomes of the promises that decide if each left; whose leaving breaks most first."""
    for b in t.found.breaks:
        shown = "; ".join(_said(t, b))
        yield StressRow(
            what=f"If {_name(t, b)} left",
            figure=float(b.fewer.mean()),
            shown=shown[:1].upper() + shown[1:],
            result="amber" if b.broken else "shown",
        )


def breaking(t: Telling) -> str:
    """Whose leaving breaks most, in a sentence or two."""
    worst, hard = t.found.breaks[0], _hard(t)
    fewer = change(worst.fewer)
    if worst.broken:
        said = f"Most breaks if {_name(t, worst)} left: {_names(t, worst)}, which the plan keeps as surely as {'they ask' if len(worst.broken) > 1 else 'it asks'}, would be broken."
    elif hard and fewer.mean > fewer.half:
        said = (
            f"Whoever left, no promise that the plan keeps as surely as it asks would be broken. Most fewer are kept if {_name(t, worst)} left:"
            f" {fewer.mean:.1f} of {len(hard)} that decide, on average."
        )
    else:
        said = f"Whoever left, no promise that decides would clearly be kept less surely. It costs the others most if {_name(t, worst)} left."
    return f"{said} {_follow(t, worst).capitalize()}, and {_lost(t, worst)}."


def _said(t: Telling, b: Break) -> Iterator[str]:
    """Promises broken, how many fewer are kept, the word, who follows and what the others lose."""
    hard = _hard(t)
    for n in b.broken[:NAMED]:
        yield f"breaks “{hard[n].name}”, kept in {of_hundred(b.before[n])} futures, and in {100 * b.after[n]:.0f} then"
    if len(b.broken) > NAMED:
        yield f"and {len(b.broken) - NAMED} more"
    if hard:
        c = change(b.fewer)
        way = "fewer" if c.mean >= 0 else "more"
        yield f"of {len(hard)} promises that decide {abs(c.mean):.1f} {way} are kept on average (give or take {c.half:.1f})"
        yield f"all are kept in {of_hundred(b.all_kept[1])} futures in place of {100 * b.all_kept[0]:.0f}"
        before, after = (_word(t, shares) for shares in (b.before, b.after))
        if before != after:
            yield f"by promises alone the plan is then {after}, and else {before}"
    yield _follow(t, b)
    yield _lost(t, b)


def _word(t: Telling, shares: Floats) -> Word:
    """The word of a plan that keeps its promises in such shares of futures: without shocks, and in one form of the model."""
    count = t.found.pairs.planned.money.shape[-1]
    each = zip(_hard(t), shares, strict=True)
    return word_of_form(Standing(tuple(Asked(wilson(float(np.round(s * count)), count), p.asks) for p, s in each)))


def _hard(t: Telling) -> tuple[Promise, ...]:
    return t.found.worlds.reader.hard


def _name(t: Telling, b: Break) -> str:
    return t.names[t.found.players[b.player]]


def _names(t: Telling, b: Break) -> str:
    names = [f"“{_hard(t)[n].name}”" for n in b.broken]
    return joined([*names[:NAMED], f"{len(names) - NAMED} more"] if len(names) > NAMED else names)


def _follow(t: Telling, b: Break) -> str:
    if t.found.game is None:
        return "who would leave because of it is not known"
    return f"{b.follow or 'nobody'} {'more' if b.follow else 'else'} would leave because of it"


def _lost(t: Telling, b: Break) -> str:
    lost = float(b.others.mean()) / t.years
    return f"the others would have {less(lost)} a year {'less' if lost >= 0 else 'more'} in all"
