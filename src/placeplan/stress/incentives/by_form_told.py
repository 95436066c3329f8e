"""Who gains and loses by going along under several forms of payment, in words: the forms side by side, then each organisation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from placeplan.incentives.replies import basins, leanings
from placeplan.incentives.terms import Terms
from placeplan.stress.incentives.broken_told import breaking
from placeplan.stress.incentives.by_form import InForm, by_itself
from placeplan.stress.incentives.by_set import payoffs_of
from placeplan.stress.incentives.rows import fair_rows, surpluses
from placeplan.stress.incentives.telling import LEAST, Telling, less, with_sign
from placeplan.stress.incentives.told import NAMED, OF_MONEY, drawn_words, ends_of, why_none
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import joined, upper_first


def told(each: Sequence[InForm]) -> dict[str, Any]:
    """The fields of a finding; each: the plan as it stands first."""
    fewest = min(len(of.t.leaners) for of in each)
    return {
        "result": best_of(each), "figure": float(fewest), "unit": "organisations that lose by going along, in the form in which fewest do",
        "sentence": " ".join(_sentence(each)), "behind": " ".join(_behind(each)), "rows": tuple(_rows(each)), "payoffs": tuple(p for of in each for p in payoffs_of(of.t, of.id)),
        "threshold": "in one form at least nobody would do better by leaving, and nobody loses who has not signed (judgement)",
    }  # fmt: skip


def best_of(each: Sequence[InForm]) -> Result:
    """Passes where under one form all go along, and asks for a look where under one form payments would keep all."""
    found = {of.t.result for of in each}
    return "pass" if "pass" in found else "amber" if "amber" in found or any(_kept(of) for of in each) else "fail"


def _kept(of: InForm) -> bool:
    """Whether payments between them, or none, would keep all as surely as asked for."""
    return isinstance(of.t.offer.terms, Terms) and not of.t.offer.still_leave


def _sentence(each: Sequence[InForm]) -> Iterator[str]:
    """How many lose by going along under each form, what it takes to keep all, and who stands otherwise than under the form before."""
    first, *others = each
    counts = [f"{len(of.t.leaners) or 'none'} under {of.name}" for of in others]
    yield f"{', '.join([f'{_count(first)} under {first.name}', *counts])}."
    yield _cost(each)
    yield from (said for before, of in pairwise(each) if (said := _turned(before, of)))


def _count(of: InForm) -> str:
    some = len(of.t.leaners)
    return f"{some or 'None'} of {len(of.t.found.players)} lose{'s' if some == 1 else ''} by going along"


def _cost(each: Sequence[InForm]) -> str:
    """What it takes to keep all under each form, and whether the others could give it."""
    sure = f"To keep each in {100 * each[0].t.offer.sure:.0f} of 100 futures"
    takes = [of for of in each if of.cost >= LEAST or of.never]
    if not takes:
        return f"{sure} takes no payments."
    sums = [f"{less(of.cost)}{' a year' if of is takes[0] else ''}" if of in takes else "nothing" for of in each]
    parts = [f"{amount} under {of.name}" for amount, of in zip(sums, each, strict=True)]
    cannot = [of.name for of in takes if not _kept(of)]
    could = "the others could give it" if not cannot else "the others could not give it"
    where = f" under {joined(cannot)}" if cannot and len(cannot) < len(takes) else ""
    return f"{sure} takes {', '.join(parts)}; {could}{where}."


def _turned(before: InForm, of: InForm) -> str:
    """Who loses by going along under one of two forms and not under the other."""
    then, now = set(before.t.leaners), set(of.t.leaners)
    no_more, begun = then - now, now - then
    parts = [f"{_named(of.t, no_more)} no longer lose{'s' if len(no_more) == 1 else ''}"] if no_more else []
    parts += [f"{_named(of.t, begun)} begin{'s' if len(begun) == 1 else ''} to lose"] if begun else []
    return f"From {before.name} to {of.name}, {', and '.join(parts)} by going along." if parts else ""


def _named(t: Telling, some: set[str]) -> str:
    names = [t.names[o] for o in sorted(some)]
    return joined([*names[:NAMED], f"{len(names) - NAMED} more"] if len(names) > NAMED else names)


def _rows(each: Sequence[InForm]) -> Iterator[StressRow]:
    """Forms, then each organisation under each of them, then where it ends and terms."""
    yield from (_form(of) for of in each)
    first = each[0].t
    order = sorted(first.found.pairs.organisations, key=lambda o: (min(_figure(of.t, o) for of in each), o))
    for o in order:
        yield from (_organisation(each[0], of, o) for of in each)
    yield from (_end(of) for of in each if of.t.found.game is not None)
    yield from (_named_by(of, row) for of in each for row in fair_rows(of.t))
    for o in order:
        yield from (_terms(of, o) for of in each if o in of.t.found.players)
        yield from (_of_bound(of, o) for of in each if o in of.t.bound)


def _form(of: InForm) -> StressRow:
    """One form in a line."""
    t = of.t
    said = [f"{_count(of)}{f': {joined([t.names[o] for o in t.leaners])}' if t.leaners else ''}"]
    by_chance = sum(not t.by_staying[o].clear for o in t.leaners)
    if by_chance:
        said.append(f"{by_chance} of them by no more than chance may make")
    dutiful = sum(_by_duty(t, o) for o in t.found.players)
    if dutiful:
        said.append(
            f"{dutiful} more would have more by leaving, and stay{'s' if dutiful == 1 else ''} as duty comes first"
        )
    if t.unsettled:
        said.append(t.settled().removesuffix("."))
    if of.cost >= LEAST or of.never:
        for_nothing = f", and {joined([t.names[o] for o in of.never])} stay for no payment" if of.never else ""
        said.append(f"To keep all takes {less(of.cost)} a year{for_nothing}")
        said.append("The others could give it" if _kept(of) else f"The others could not give it: {why_none(t)}")
    if t.unsigned:
        said.append(f"{len(t.unsigned)} who lose{'s' if len(t.unsigned) == 1 else ''} by the plan ha{'s' if len(t.unsigned) == 1 else 've'} not signed")  # fmt: skip
    return StressRow(what=upper_first(of.name), shown=". ".join(said), result=t.result)


def _figure(t: Telling, o: str) -> float:
    """£ a year that going along brings: against leaving, or against the minimum for who cannot leave."""
    return (t.by_staying[o] if o in t.by_staying else t.by_plan[o]).mean


def _organisation(usual: InForm, of: InForm, o: str) -> StressRow:
    """One organisation under one form: by going along, by the plan, by the form itself; its surplus with the plan and without."""
    t = of.t
    plays = o in t.found.players
    own = t.by_staying[o] if plays else t.by_plan[o]
    said = [
        f"{with_sign(own.mean)} a year {'by going along' if plays else 'by the plan'} (give or take {less(own.half)})"
    ]
    if o in t.leaners:
        said.append("Would rather leave" + ("" if own.clear else ", by no more than chance may make"))
    if _by_duty(t, o):
        said.append("Stays, as it keeps its own duties more surely so")
    if of is not usual:
        form = by_itself(usual, of, o)
        said.append(f"{with_sign(form.mean)} a year by the form itself (give or take {less(form.half)})")
    said.append(f"Surplus a year: {', '.join(surpluses(t, o))}")
    result: Result = "fail" if o in t.unsigned else "amber" if o in t.leaners else "pass" if plays else "shown"
    return StressRow(what=f"{t.names[o]}, {of.name}", figure=own.mean, shown=". ".join(said), result=result)


def _by_duty(t: Telling, o: str) -> bool:
    """Whether one clearly has less money by going along, and goes along as its duties come first."""
    return o in t.by_staying and t.by_staying[o].loss and o not in t.leaners


def _end(of: InForm) -> StressRow:
    """Where it ends under a form if each looks after itself, and whose leaving breaks most."""
    t, game = of.t, of.t.found.game
    assert game is not None
    leans = leanings(game)
    return StressRow(what=f"Where it ends, {of.name}", shown=" ".join([*ends_of(t, leans, basins(leans)), breaking(t)]))


def _named_by(of: InForm, row: StressRow) -> StressRow:
    """A row of one form beside those of others."""
    return row.model_copy(update={"what": f"{row.what}, {of.name}"})


def _of_bound(of: InForm, o: str) -> StressRow:
    """One that loses under a form and cannot leave."""
    return StressRow(what=f"Terms: {of.t.names[o]}, {of.name}", shown=of.t.of_bound(o))


def _terms(of: InForm, o: str) -> StressRow:
    """What one organisation has to be paid under a form, or could give."""
    n = of.t.found.players.index(o)
    least = float(of.t.offer.least[n])
    if np.isposinf(least):
        said = "no payment brings it along"
    elif np.isneginf(least):
        said = "its duties keep it, whatever it is paid"
    else:
        said = f"needs {less(least)} a year" if least > 0 else f"could give {less(least)} a year"
    return StressRow(what=f"Terms: {of.t.names[o]}, {of.name}", shown=said)


def _behind(each: Sequence[InForm]) -> Iterator[str]:
    """What is compared."""
    usual = each[0].t.found
    if usual.game is not None:
        yield f"All sets of organisations were run under each form, {len(usual.game.money):,} under the plan’s own contracts, in {usual.game.money.shape[2]} futures each."
    if usual.drawn is not None:
        yield drawn_words(usual.drawn, len(usual.players))
    yield (
        "All forms meet the same futures. A form holds for everybody, whoever leaves the plan; only contracts that an initiative begins wait for it."
        " By going along: against leaving alone, under the same form. By the form itself: all go along, against the plan’s own contracts."
    )
    if usual.game is not None or usual.drawn is not None:
        yield OF_MONEY
    yield "Money is told as an even sum a year. No organisation is thought to know more than the plan says."
