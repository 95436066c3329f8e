"""From what was found to what is said: the sentence, the callout, the line under the sentence, the conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.core.tables import Site
from placeplan.futures.assumptions import Assumption
from placeplan.model.outcomes import Outcomes
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.grid.assumed import effects, size_of
from placeplan.stress.grid.facts import beyond_from_the_start, facts
from placeplan.stress.grid.first_break import Breaks
from placeplan.stress.grid.rows import broken_in, closest
from placeplan.stress.grid.wilson import state
from placeplan.stress.results.promises import FirstBreak, FormResult
from placeplan.stress.runs.kept import Kept, hard_ones
from placeplan.stress.say import hundred, joined, lower_first, upper_first
from placeplan.stress.shocks.scenarios import Shock, failing
from placeplan.stress.verdict.causes import THE_PLAN, Found
from placeplan.stress.verdict.clauses import DATA, HANGS_ON, STANDING, STANDING_AND_GROWING, clause, form_in_words
from placeplan.stress.verdict.judge import Verdict, share
from placeplan.stress.verdict.sentence import Told, Where, sentence, under_sentence
from placeplan.stress.verdict.withheld import Carried
from placeplan.stress.verdict.word import HOPELESS, SHOCKED, futures_needed

NAMED = 3
"""Figures of the library that are named for each promise that rests on them."""


@dataclass(frozen=True)
class Story:
    """What the words are made from."""

    plan: Plan
    futures: int
    outcomes: Outcomes
    kept: tuple[Kept, ...]
    breaks: Breaks
    shocks: tuple[Shock, ...]
    verdict: Verdict
    cause: Found | None
    called: Mapping[str, str]
    """Names of organisations."""

    def of(self, promise: str) -> Kept:
        """A promise by its id."""
        return next(k for k in self.kept if k.promise.id == promise)

    def where(self, kept: Kept, year: str = "") -> Where:
        """A promise as the sentence names it."""
        owner = kept.promise.organisation
        return Where(kept.promise.name, self.called.get(owner, owner), year)


def clause_of(story: Story) -> str:
    """The cause of the first break as a clause, "" where nothing breaks."""
    if not story.breaks.ranking or story.cause is None:
        return ""
    top = story.breaks.ranking[0]
    kept = story.of(top.promise)
    promise = kept.promise
    if story.cause.verdict == THE_PLAN and promise.outcome == "position":
        if not _worsens(story, promise, top.year):
            return STANDING
        if beyond_from_the_start(kept, top.year, story.outcomes) is not None:
            return STANDING_AND_GROWING
    return clause(story.cause.verdict, promise.group, closes_beds=_closes_beds(story.plan, promise.organisation))


def _worsens(story: Story, promise: Promise, year: str) -> bool:
    """Whether the middle position of the year is below that of the base year."""
    by_year = np.median(story.outcomes["position"].by_year(promise.entity or promise.organisation), axis=0)
    return bool(by_year[story.outcomes.years.index(year)] < by_year[0])


def _closes_beds(plan: Plan, organisation: str) -> bool:
    """Whether the plan closes beds of the organisation (or, for the system, any)."""
    sites = {s.id for s in plan.tables["sites"] if isinstance(s, Site) and s.organisation == organisation} | {
        organisation
    }
    added = [p for i in plan.initiatives for e in i.effects for p in e.primitives() if p.table == "beds"]
    return any(
        isinstance(p.quantity, int | float) and p.quantity < 0 and (organisation == "system" or p.site in sites)
        for p in added
    )


def tell(story: Story) -> str:
    """The sentence."""
    ranking = story.breaks.ranking
    top = ranking[0] if ranking else None
    near = closest(story.kept)
    failed = failing(story.shocks)
    holds = all(state(share(k), k.promise.asks) == "kept" for k in hard_ones(story.kept))
    data, owner = settles(story)
    by_shock = story.verdict.word == "fragile" and holds and failed
    shock = next((s.result.name for s in story.shocks if s.result.id in failed), "")
    return sentence(
        Told(
            word=story.verdict.word,
            first=story.where(story.of(top.promise), top.year) if top and not by_shock else None,
            cause=clause_of(story),
            closest=story.where(near[0], near[1]) if near else None,
            hopeless=_hopeless(story),
            more_futures=futures_needed(story.verdict.open, story.futures)
            if story.verdict.word == "not settled"
            else None,
            data=data,
            data_for=owner,
            last_year=story.kept[0].years[-1] if story.kept else "",
            shock=shock,
            aims=bool(story.kept),
        )
    )


def _hopeless(story: Story) -> Where | None:
    """The promise kept in fewer than 1 in 5 futures: the first to break where it is one, else the least kept."""
    found = [k for k in hard_ones(story.kept) if share(k).high < HOPELESS]
    if not found:
        return None
    first = story.breaks.ranking[0].promise if story.breaks.ranking else ""
    return story.where(min(found, key=lambda k: (k.promise.id != first, float(k.whole.mean()), k.promise.id)))


def settles(story: Story) -> tuple[tuple[str, ...], str]:
    """Data that would settle a verdict that is withheld, and whose it is; blanks for other words.

    Figures of the library belong to nobody: those are named that carry most of the first promise in the list below
    the sentence, in its order.
    """
    if story.verdict.word != "withheld":
        return (), ""
    heavy = _on_library(story)
    if not heavy and story.verdict.disagreeing:
        return ("which way to build the model is right",), ""
    if not heavy:
        missing = next((k for k in story.kept if k.promise.hard and not k.known), None)
        if missing is None:
            return (), ""
        owner = story.called.get(missing.promise.organisation, "")
        return (f"data on “{missing.promise.name}”",), owner
    drivers = dict.fromkeys(a.driver for a in _heaviest(story, story.of(heavy[0].promise))[:NAMED])
    return tuple(DATA.get(d, "local figures") for d in drivers) or ("local figures",), ""


def _on_library(story: Story) -> list[Carried]:
    """Promises of which figures of the library carry over half: the one that breaks first, then the most carried."""
    first = story.breaks.ranking[0].promise if story.breaks.ranking else ""
    found = (c for c in story.verdict.carried if c.withheld)
    return sorted(found, key=lambda c: (c.promise != first, -c.share, c.promise))


def _heaviest(story: Story, k: Kept) -> list[Assumption]:
    """Assumptions on level ``default``, those with which the promise's margin moves most first."""
    rho = effects(story.outcomes, k)
    mine = [
        a
        for a in story.plan.assumptions
        if a.level == "default" and size_of(rho.get(a.id, 0.0), story.futures) != "none"
    ]
    return sorted(mine, key=lambda a: (-abs(rho[a.id]), a.id))


def first_break(story: Story) -> FirstBreak | None:
    """The callout; None where nothing breaks."""
    if not story.breaks.ranking:
        return None
    top = story.breaks.ranking[0]
    k = story.of(top.promise)
    text = facts(k, top.year, story.outcomes)
    ties = [story.of(b.promise) for b in story.breaks.outlined if b.promise != top.promise]
    if ties:
        others = joined([f"“{t.promise.name}” {story.where(t).at}" for t in ties[:2]])
        text = f"{text} In the same month breaks: {others}{' and more' if len(ties) > 2 else ''}."
    if state(share(k), k.promise.asks) == "close":
        more = futures_needed(story.verdict.open, story.futures)
        text = f"{text} Too close to call{f': {more:,} more futures would tell' if more else ''}."
    owner = k.promise.organisation
    return FirstBreak(
        promise=top.promise, organisation=owner, organisation_name=story.called.get(owner, owner),
        promise_name=k.promise.name, year=top.year, month=story.outcomes.months[top.month], share=top.share,
        cause=clause_of(story), headline=text,
        next=tuple((b.promise, b.year, b.share) for b in story.breaks.ranking[1:3]),
    )  # fmt: skip


def under(story: Story, central: Sequence[Kept]) -> str:
    """The line under the sentence: the central world first."""
    found = broken_in(central)
    if found:
        # Annual promises tie in March: of those that break in the first month the commonest first break is named.
        at = {(b.promise, b.year): n for n, b in enumerate(story.breaks.ranking)}
        found.sort(key=lambda x: (x[0].months[0], at.get((x[0].promise.id, x[1]), len(at)), x[0].promise.id))
    broken = [story.where(k, year) for k, year in found]
    often = len(story.breaks.breaking) / max(len(story.breaks.month), 1)
    return under_sentence(broken, often, story.futures, len(hard_ones(story.kept)))


def hangs_on(story: Story) -> tuple[str, ...]:
    """Conditions on which a fragile plan hangs, or data that would settle one that is withheld."""
    if story.verdict.word == "withheld":
        return _data(story)
    if story.verdict.word != "fragile":
        return ()
    found = []
    if story.cause:
        for driver, part in sorted(story.cause.needed.items(), key=lambda x: (-x[1], x[0]))[:3]:
            if part >= 0.1:
                mended = "every future" if part >= 1 else f"{hundred(part, story.cause.futures)} futures"
                found.append(f"{upper_first(HANGS_ON[driver])}: that alone mends {mended} with this first break.")
    for key, promises in failing(story.shocks).items():
        shock = next(s.result.name for s in story.shocks if s.result.id == key)
        broken = [k for k in map(story.of, promises) if share(k).p >= SHOCKED]
        worst = joined([f"“{k.promise.name}” {story.where(k).at}" for k in broken[:2]]) if broken else ""
        found += (
            [
                f"This does not come about: {lower_first(shock)}. If it did, {worst} would be kept in fewer than half of the futures."
            ]
            if broken
            else []
        )
    return tuple(found)


def _part(share: float, futures: int) -> str:
    """A part of a whole, no more exact than the futures allow.

    >>> _part(0.62, 1000), _part(0.62, 200), _part(1.0, 200)
    ('62%', '60%', '95% or more')
    """
    said = hundred(min(share, 1 - 1e-9), futures).removesuffix(" of 100")
    return f"{said.removeprefix('more than ')}% or more" if said.startswith("more") else f"{said}%"


def _disagrees(story: Story, form: FormResult) -> str:
    """A form that gives another word, and the promise that makes the difference."""
    k = story.of(form.changes_most)
    said = hundred(form.P[form.changes_most], form.futures)
    return f"If {form_in_words(form.name)}, the plan is {form.word}: “{k.promise.name}” {story.where(k).at} is kept in {said} futures."


def _data(story: Story) -> tuple[str, ...]:
    """The figures of the library that carry most, by promise."""
    found = []
    for c in _on_library(story):
        k = story.of(c.promise)
        most = "; ".join(lower_first(a.about) for a in _heaviest(story, k)[:NAMED])
        found.append(
            f"“{k.promise.name}” {story.where(k).at}: figures from elsewhere make up {_part(c.share, story.futures)} of what is unsure about it{f', above all: {most}' if most else ''}."
        )
    found += [_disagrees(story, f.result) for f in story.verdict.disagreeing]
    unknown = [k for k in story.kept if k.promise.hard and not k.known]
    return (*found, *(f"“{k.promise.name}” {story.where(k).at}: no data." for k in unknown))
