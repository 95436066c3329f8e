"""The sets of organisations that may be where it ends: how surely nobody would change there, and what all have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from placeplan.incentives.game import Game
from placeplan.incentives.replies import Basins, basins, leanings
from placeplan.stress.incentives.found import change
from placeplan.stress.incentives.telling import Telling, less, of_hundred
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import joined

SEEN = 0.05
"""Share of draws from which on a set that is not at rest by the means has a row."""
MOST = 8
"""Rows of sets, at most."""
NAMED = 4
"""Organisations that are named of a set, at most."""


def rests_of(t: Telling) -> Iterator[StressRow]:
    """A row for all, for nobody, and for each set that is at rest by the means or in some draws of the futures."""
    game = t.found.game
    if game is None:
        return
    ends = basins(leanings(game))
    known, drawn = set(ends.rests.tolist()), t.sure.drawn
    likely = [int(s) for s in np.argsort(-drawn, kind="stable") if s in known or drawn[s] >= SEEN]
    for s in dict.fromkeys((*likely[:MOST], game.all, 0)):
        yield StressRow(what=called(t, game, s), figure=float(drawn[s]), shown=". ".join(_said(t, game, ends, s)))


def called(t: Telling, game: Game, s: int) -> str:
    """A set in words: who carries a part, or who does not where these are fewer."""
    there = [t.names[p] for p in game.named(s)]
    gone = [t.names[p] for p in game.named(game.all & ~s)]
    if not gone:
        return "All carry their parts"
    if not there:
        return "Nobody carries a part"
    if len(gone) < len(there):
        return f"All carry their parts but {_some(gone)}"
    return f"{_some(there)} {'carry their parts' if len(there) > 1 else 'carries its part'} alone"


def _some(names: list[str]) -> str:
    return joined([*names[:NAMED], f"{len(names) - NAMED} more"] if len(names) > NAMED else names)


def _said(t: Telling, game: Game, ends: Basins, s: int) -> Iterator[str]:
    """Whether nobody would change, how surely, how often it ends there, and what it costs."""
    at = np.flatnonzero(ends.rests == s)
    share = of_hundred(float(t.sure.drawn[s]))
    yield (
        f"Nobody would change (in {share} draws of the futures)"
        if len(at)
        else f"Somebody would change (nobody would in {share} draws of the futures)"
    )
    yield f"If each knew what comes, nobody would change in {of_hundred(float(t.sure.known[s]))} futures"
    if len(at):
        yield f"{of_hundred(float(ends.sizes[at[0]]))} ways end here"
    best = int(np.argmax(game.together.mean(axis=1)))
    c = t.even(change(game.together[best] - game.together[s]))
    if s == best:
        yield "The place has most here"
    elif c.clear:
        yield f"The place has {less(c.mean)} a year (give or take {less(c.half)}) less than the most that it could have"
