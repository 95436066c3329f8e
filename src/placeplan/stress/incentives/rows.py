"""The table of who goes along: organisations, what each initiative brings each of them, fair shares, and terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from placeplan.explore.shapley import shapley
from placeplan.incentives.shares import nucleolus
from placeplan.incentives.terms import NoTerms, Terms
from placeplan.model.outcomes import Array
from placeplan.stress.incentives.broken_told import breaking_rows
from placeplan.stress.incentives.ends import NAMED, rests_of
from placeplan.stress.incentives.found import change
from placeplan.stress.incentives.telling import SMALL, Telling, less, of_hundred, with_sign
from placeplan.stress.incentives.worlds import years_of
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.runs.kept import judged
from placeplan.stress.say import MINUS, joined


def rows_of(t: Telling) -> Iterator[StressRow]:
    """Organisations, each one's gains and losses by year and by initiative, sets at rest, fair shares and terms."""
    order = sorted(t.found.pairs.organisations, key=lambda o: (t.by_plan[o].mean, o))
    each: dict[str, Iterable[StressRow]] = {
        "Each organisation": (_organisation(t, o) for o in order),
        "Year by year": (r for o in order for r in _by_year(t, o)),
        "What each initiative brings": (r for o in order for r in _by_initiative(t, o)),
        "Whose leaving breaks the plan": breaking_rows(t),
        "Where nobody would change": rests_of(t),
        "Fair shares": fair_rows(t),
        "Terms": _terms(t),
    }
    for group, rows in each.items():
        yield from (r.model_copy(update={"group": group}) for r in rows)


def _organisation(t: Telling, o: str) -> StressRow:
    """One organisation: with the plan, doing the minimum, if it left alone, if all left; what it would do, what it has not signed."""
    own = t.by_plan[o]
    way = "worse" if own.mean < 0 else "better"
    said = [f"{less(own.mean)} a year {way} off by the plan (give or take {less(own.half)})"]
    said.append(f"Surplus a year: {', '.join(surpluses(t, o))}")
    if o in t.leaners:
        said.append("Would rather leave" + ("" if t.by_staying[o].clear else ", by no more than chance may make"))
    if o in t.unsigned:
        said.append(f"Has not signed {joined([t.initiatives[i] for i in t.unsigned[o]])}")
    plays = o in t.found.players
    result: Result = "fail" if o in t.unsigned else "amber" if o in t.leaners else "pass" if plays else "shown"
    return StressRow(what=t.names[o], figure=own.mean, shown=". ".join(said), result=result)


def surpluses(t: Telling, o: str) -> Iterator[str]:
    """Its mean surplus of the years judged: the plan and going alone side by side."""
    p, n = t.found.pairs, t.found.place(o)
    years = list(judged(years_of(t.plan), t.plan.about.judge_from))

    def mean(position: Array) -> str:
        return with_sign(float(position[n][:, years].mean()))

    yield f"{mean(p.planned.position[0])} with the plan"
    yield f"{mean(p.minimum.position[0])} if the minimum is done"
    if o in t.found.players:
        alone = mean(p.alone.position[t.found.players.index(o)])
        yield f"{alone} if it leaves alone and {t.found.replies[o].words}"
    yield f"{mean(p.fortress.position[0])} if all leave"


def _by_year(t: Telling, o: str) -> Iterator[StressRow]:
    """Surplus with the plan and going alone, year by year, of who could go alone."""
    if o not in t.found.players:
        return
    p, n, player = t.found.pairs, t.found.place(o), t.found.players.index(o)
    each = (
        f"{years_of(t.plan)[y]} {with_sign(float(p.planned.position[0, n, :, y].mean()))} with the plan and"
        f" {with_sign(float(p.alone.position[player, n, :, y].mean()))} alone"
        for y in judged(years_of(t.plan), t.plan.about.judge_from)
    )
    yield StressRow(what=f"{t.names[o]}, year by year", shown="; ".join(each))


def _by_initiative(t: Telling, o: str) -> Iterator[StressRow]:
    """What each initiative brings one organisation, year by year; those that hardly move it are left out."""
    x, n = t.found.xray, t.found.place(o)
    years = list(judged(years_of(t.plan), t.plan.about.judge_from))
    for k, i in enumerate(x.initiatives):
        c = t.even(change(x.money[k, n]))
        if abs(c.mean) < SMALL or not c.clear:
            continue
        each = (f"{years_of(t.plan)[y]} {with_sign(float(x.by_year[k, n, :, y].mean()))}" for y in years)
        yield StressRow(
            what=f"{t.names[o]} by {t.initiatives[i]}", shown=f"{with_sign(c.mean)} a year (give or take {less(c.half)}): {', '.join(each)}",
        )  # fmt: skip


def sets_left_out(t: Telling) -> str:
    """What is not told of many organisations where nobody said how to sample."""
    players = len(t.found.players)
    return (
        f"{players} organisations carry a part, so there are {1 << players:,} sets of them, too many to run all: where it ends, who would leave because another does,"
        " and fair shares are not told. For fair shares say how many orders are drawn: --orders 20."
    )


def fair_rows(t: Telling) -> Iterator[StressRow]:
    """What each would have by Shapley's share and by the nucleolus, against what it has."""
    f = t.found
    if f.game is not None:
        has = f.game.money[f.game.all]
        shares = shapley(f.game.worth)
        changes = [t.even(change(s - h)) for s, h in zip(shares, has, strict=True)]
        division = nucleolus(f.game.worth.mean(axis=1))
        others = (division.shares - has.mean(axis=1)) / t.years
    elif f.drawn is not None:
        changes = [t.even(change(c)) for c in f.drawn.shares - f.drawn.has]
        others = None
    else:
        yield StressRow(what="Fair shares", shown=sets_left_out(t), result="not asked")
        return
    for n, p in enumerate(f.players):
        said = f"{with_sign(changes[n].mean)} a year (give or take {less(changes[n].half)}) to its fair share (Shapley)"
        said += (
            f"; {with_sign(float(others[n]))} to the one with the smallest complaints (nucleolus)"
            if others is not None
            else ""
        )
        yield StressRow(what=f"Fair: {t.names[p]}", shown=said)


def _terms(t: Telling) -> Iterator[StressRow]:
    """What each is paid or pays, or needs."""
    o = t.offer
    for n, p in enumerate(t.found.players):
        if isinstance(o.terms, Terms):
            pay = float(o.terms.pay[n])
            said = (
                "nothing"
                if abs(pay) < 500
                else f"is paid {less(pay)} a year"
                if pay > 0
                else f"pays {less(pay)} a year"
            )
            said += f"; goes along in {100 * o.kept_by[n]:.0f} of 100 futures"
            yield StressRow(what=f"Terms: {t.names[p]}", shown=said)
            continue
        least = float(o.least[n])
        said = (
            "no payment brings it along"
            if np.isposinf(least)
            else f"needs {less(least)} a year"
            if least > 0
            else f"could give {_give(least, float(o.caps[n]))}"
        )
        yield StressRow(
            what=f"Terms: {t.names[p]}",
            shown=f"{said}; at most {less(float(o.caps[n]))} a year may change hands with it",
        )
    yield from (StressRow(what=f"Terms: {t.names[p]}", shown=t.of_bound(p)) for p in t.bound)
    yield StressRow(what="Terms: all at once", figure=o.all_at_once, shown=_at_once(t))
    yield from _shares(t)


def _at_once(t: Telling) -> str:
    """In how many futures all go along, which is not how surely each does."""
    under = "under these terms" if isinstance(t.offer.terms, Terms) else "without terms"
    return f"{under} all go along in {of_hundred(t.offer.all_at_once)} futures"


def _shares(t: Telling) -> Iterator[StressRow]:
    """The same as shares of what all gain, or why no shares do."""
    o, players, what = t.offer, t.found.players, "Or as shares of what all gain"
    if isinstance(o.shares, Terms):
        some = [
            f"{t.names[p]} {s:+.1%}".replace("-", MINUS)
            for p, s in zip(players, o.shares.pay, strict=True)
            if abs(s) >= 5e-4
        ]
        if o.shares_leave:
            yield StressRow(
                what=what, shown=f"none do: {joined([t.names[p] for p in o.shares_leave])} would leave even then"
            )
        elif some:
            yield StressRow(
                what=what,
                shown=f"{', '.join(some)}; as an even sum a year, in no future more than the cap; all at once go along in {of_hundred(o.shares_at_once)} futures",
            )
        return
    yield StressRow(what=what, shown=_no_shares(t, o.shares))


def _no_shares(t: Telling, why: NoTerms) -> str:
    """Why no shares would do."""
    if why.never:
        names = [t.names[t.found.players[n]] for n in why.never]
        some = joined([*names[:NAMED], f"{len(names) - NAMED} more"] if len(names) > NAMED else names)
        return f"none do: no share within its cap brings {some} along, surely enough and on average"
    # where all lose in some futures, one may have other ranges, further from nought, which are not tried
    none = "none do" if (t.offer.gains >= 0).all() or (t.offer.gains <= 0).all() else "none were found"
    return f"{none}: together they need {why.short:.1%} more or less of the gain than there is to share"


def _give(least: float, cap: float) -> str:
    return f"{less(cap)} a year and more" if -least > cap else f"{less(least)} a year"
