"""Who gains and loses by going along, in words: the sentence, and what is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from placeplan.incentives.replies import Basins, at_rest, basins, leanings, lost_by_selfishness
from placeplan.incentives.shares import EVERY_SET, nucleolus
from placeplan.incentives.terms import Terms
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.incentives.broken_told import breaking
from placeplan.stress.incentives.by_set import payoffs_of
from placeplan.stress.incentives.drawn import Drawn
from placeplan.stress.incentives.found import Found, change
from placeplan.stress.incentives.offer import Offer
from placeplan.stress.incentives.rows import rows_of, sets_left_out
from placeplan.stress.incentives.telling import Telling, less, of_hundred
from placeplan.stress.incentives.worlds import years_of
from placeplan.stress.runs.kept import judged
from placeplan.stress.say import joined

OF_MONEY = "Fair shares, and whether some group does better by itself, are of money alone: duties count only in who would leave, and in the terms."
NAMED = 3
"""Organisations that are named in a sentence."""


def told(plan: Plan, found: Found, offer: Offer) -> dict[str, Any]:
    """The fields of a finding."""
    t = Telling(plan, found, offer)
    return {
        "result": t.result, "figure": float(len(t.unsigned)), "unit": "organisations that lose and have not signed",
        "sentence": " ".join(_sentence(t)), "behind": " ".join(_behind(t)), "rows": tuple(rows_of(t)), "payoffs": payoffs_of(t),
        "threshold": "nobody loses who has not signed, and nobody would do better by leaving (judgement)",
    }  # fmt: skip


def _sentence(t: Telling) -> Iterator[str]:
    """Who loses and has not signed; who would leave; what would keep them."""
    if t.unsigned:
        first, missing = next(iter(t.unsigned.items()))
        most, others = t.lost[first][0], len(t.unsigned) - 1
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        by = "" if most == missing[0] else f", most by {t.initiatives[most]},"
        yield f"{t.names[first]} {_loses(t, first)}{by} and has not signed {t.initiatives[missing[0]]}{more}."
        if others:
            yield f"{others} others lose and have not signed." if others > 1 else "One other loses and has not signed."
    else:
        yield "Nobody loses who has not signed."
    players = len(t.found.players)
    if not t.leaners:
        yield f"Of {players} organisations that carry a part none would do better by leaving."
        return
    some = joined([t.names[o] for o in t.leaners[:NAMED]])
    yield f"{len(t.leaners)} of {players} organisations that carry a part would do better by leaving{f', first {some}' if len(t.leaners) > NAMED else f': {some}'}."
    yield _terms_sentence(t)
    if t.bound:
        yield _bound_sentence(t)


def _bound_sentence(t: Telling) -> str:
    """Who loses and is asked for no terms."""
    each = [f"{t.names[o]} ({less(t.by_plan[o].mean)} a year)" for o in t.bound[:NAMED]]
    more = [f"{len(t.bound) - NAMED} more"] if len(t.bound) > NAMED else []
    one = len(t.bound) == 1
    return f"No terms are asked for {joined([*each, *more])}, who lose{'s' if one else ''} by the plan and cannot leave, as {'it carries' if one else 'they carry'} no part."


def _loses(t: Telling, organisation: str) -> str:
    if t.by_plan[organisation].loss:
        return f"is {less(t.by_plan[organisation].mean)} a year worse off by the plan"
    return f"would have {less(t.by_staying[organisation].mean)} a year more by leaving"


def _terms_sentence(t: Telling) -> str:
    o = t.offer
    if isinstance(o.terms, Terms) and not o.still_leave:
        return (
            f"Payments of {less(o.terms.moved)} a year between them would keep all, each in {of_hundred(o.sure)} futures at least,"
            f" and all at once in {of_hundred(o.all_at_once)}."
        )
    return f"No payments between them would keep all: {why_none(t)}."


def why_none(t: Telling) -> str:
    """Why there are no terms that keep all."""
    o, players = t.offer, t.found.players
    if isinstance(o.terms, Terms):
        return f"{joined([t.names[p] for p in o.still_leave])} would leave even then"
    if o.terms.never:
        who = joined([t.names[players[n]] for n in o.terms.never])
        return f"by going along {who} would break a duty that money does not mend"
    if o.terms.beyond_cap:
        n = max(o.terms.beyond_cap, key=lambda n: float(o.least[n] - o.caps[n]))
        return f"{t.names[players[n]]} needs {less(o.least[n])} a year, and {less(o.caps[n])} is the most that it may be paid"
    return f"those who need more need {less(o.terms.short)} a year beyond what the others could give and still be as well off"


def _behind(t: Telling) -> Iterator[str]:
    """Where it ends if all look after themselves, who breaks it, and what was assumed."""
    f, game = t.found, t.found.game
    if game is not None:
        leans = leanings(game)
        yield from ends_of(t, leans, basins(leans))
    if t.unsettled:
        yield t.settled()
    yield breaking(t)
    if game is not None:
        yield _stable(t)
        instead = f", so no orders were drawn: {f.orders:,} would pass through as many sets" if f.orders else ""
        yield f"All {len(game.money):,} sets of organisations were run, in {game.money.shape[2]} futures each{instead}."
    yield f"What each initiative brings is the mean of added first and added last, in {f.xray.money.shape[2]} futures."
    if f.drawn is not None:
        yield drawn_words(f.drawn, len(f.players))
    elif game is None:
        yield sets_left_out(t)
    if f.otherwise:
        some = joined([t.names[o] for o in f.otherwise])
        alone = "they leave" if len(f.otherwise) > 1 else "it leaves"
        yield f"Where all have left, {some} would do something else than where {alone} alone."
    yield from _paid(t)
    if game is not None or f.drawn is not None:
        yield OF_MONEY
    yield "Money is told as an even sum a year. No organisation is thought to know more than the plan says."


def _paid(t: Telling) -> Iterator[str]:
    """How surely each is asked to go along, and when payments are made, as a contract would say it: who is paid later needs more."""
    if not t.leaners:
        return
    yield (
        f"That each goes along in {of_hundred(t.offer.sure)} futures is asked of each by itself:"
        " all at once do in fewer where different futures keep different ones away."
    )
    if not isinstance(t.offer.terms, Terms):
        return
    years = [years_of(t.plan)[y] for y in judged(years_of(t.plan), t.plan.about.judge_from)]
    when = f"in {years[0]}" if len(years) == 1 else f"in each year from {years[0]} to {years[-1]}"
    yield (
        f"Payments are made {when}, spread over all its months from the first on, and do not rise with prices."
        " They are made only while who pays and who is paid both carry their parts."
    )


def drawn_words(drawn: Drawn, players: int) -> str:
    """How fair shares were found, and what their margins are of."""
    why = (
        "There are too many sets to run all"
        if players > EVERY_SET
        else "Not all sets were run, as orders were asked for"
    )
    each = f"{drawn.orders:,} drawn order{'' if drawn.orders == 1 else 's'} in each of {drawn.futures} futures"
    return (
        f"{why}: fair shares come from {each}, and where it ends is not known. Their margins hold the chance of both."
    )


def _stable(t: Telling) -> str:
    """Whether any division of what all have keeps every group from doing better by itself."""
    game = t.found.game
    assert game is not None
    division = nucleolus(game.worth.mean(axis=1))
    if division.stable:
        return "What all have can be divided so that no group of them does better by itself."
    group = [t.names[p] for p in game.named(int(division.sets[0]))]
    some = joined([*group[:NAMED], "others"] if len(group) > NAMED else group)
    return f"However it is divided, some group does better by itself, by {less(division.complaint / t.years)} a year at least; one of them is {some}."


def ends_of(t: Telling, leans: Array, ends: Basins) -> Iterator[str]:
    """Sets in which nobody would change, how likely each is, and what is lost."""
    f, game = t.found, t.found.game
    assert game is not None
    rests = at_rest(leans)
    if not len(rests):
        yield f"If each looks after itself it never comes to rest: there is always one who would change (in {of_hundred(1 - t.sure.some)} draws of the futures)."
        return
    likely = int(np.argmax(ends.sizes))
    there = len(game.named(int(rests[likely])))
    yield (
        f"If each looks after itself, from wherever they begin, {_carry(there, len(f.players))} in the end"
        f" ({of_hundred(ends.sizes[likely])} ways there). In {of_hundred(t.sure.drawn[rests[likely]])} draws of the futures nobody would change there."
    )
    lost = lost_by_selfishness(game, rests)
    if lost.worst is not None:
        c = t.even(change(lost.amount))
        if c.clear:
            yield f"The worst end leaves the place {less(c.mean)} (give or take {less(c.half)}) a year below the best that all could have."
        else:
            yield "By the model the worst end leaves the place as well off as the best that all could have."


def _carry(some: int, players: int) -> str:
    return (
        "nobody carries a part"
        if not some
        else "all carry their parts"
        if some == players
        else f"{some} of {players} carry their parts"
    )
