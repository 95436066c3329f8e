"""When to turn to a plan B, in sentences and lines: the last month first, then the sign, then what it rests on."""

from __future__ import annotations

from placeplan.core.calendar import month_index, month_of
from placeplan.core.outcomes import OUTCOMES
from placeplan.explore.plan_b.pathways import LastTurn
from placeplan.stress.called import promise_name
from placeplan.stress.mending.pathway import TOLERANCE, Asked, Pathway
from placeplan.stress.mending.signs import YEAR, Sign
from placeplan.stress.results.tests import StressRow
from placeplan.stress.say import amount, hundred, joined, number, pounds, upper_first
from placeplan.stress.seen import called, month_name

LISTED = 2
"""Promises that are named in a sentence; of more it says how many."""
TELLS = 0.25
"""By how much more often a sign has to come in futures that need plan B than in others, to tell them well: our judgement."""
ALWAYS = 0.95
"""Share of futures in need from which on no sign is worth waiting for: our judgement."""


def tell(pathway: Pathway) -> tuple[str, tuple[StressRow, ...]]:
    """When to turn, in a few sentences, and a line for each month, part and sign."""
    if pathway.last is None or not pathway.asked:
        return _nothing(pathway), ()
    said = [*_last(pathway, pathway.last), *_sign(pathway)]
    if not pathway.complete:
        said.append("The search was stopped: this is the best so far.")
    return " ".join(said), (*_asked(pathway), *_months(pathway, pathway.last), *_signs(pathway), *_parts(pathway))


def _nothing(pathway: Pathway) -> str:
    if not pathway.complete:
        return "It was stopped before a month of turning was run."
    return "Plan B keeps no promise clearly more often than the plan, so there is no last month in which to turn to it."


def _last(pathway: Pathway, last: LastTurn) -> list[str]:
    """The last month, how sure it is, and what it keeps."""
    gained = [a for a in pathway.asked if a.gained]
    what = _named(pathway, gained)
    if not pathway.as_asked:
        what = f"{what} nearly as often as plan B can, which is less than asked"
    if last.likely is None:
        return [f"Turning to plan B was not seen to keep {what}."]
    if last.likely == pathway.screened.candidates.levered.plan.about.months - 1:
        return [f"Plan B can be turned to at any time: it keeps {what} even then."]
    when = f"Turn by {_month(pathway, last.likely)} at the latest to keep {what}."
    if last.likely == 0:
        when = f"Turn at once: a plan B begun later than {_month(pathway, 0)} does not keep {what}."
    if last.possible is not None and last.possible != last.likely:
        when += f" After {_month(pathway, last.possible)} it is clearly too late."
    return [when]


def _sign(pathway: Pathway) -> list[str]:
    """By which sign, and whether that is better than turning at once, or never."""
    sign = pathway.sign
    if sign is None:
        return ["There is no time to wait for a sign."] if pathway.complete else []
    rule, count = sign.rule, sign.rule.futures
    if sign.need >= ALWAYS:
        return [
            f"No sign is worth waiting for: without turning, that is kept in {hundred(1.0 - sign.need, count)} futures."
        ]
    if rule.more_than_plan.low <= 0:
        return ["No sign that was tried comes in time: who waits for one keeps not clearly more than the plan does."]
    need, others = hundred(sign.of_need, count), hundred(sign.of_others, count)
    tells = sign.of_need - sign.of_others >= TELLS
    sign_ = f"turn where {_words(pathway, sign)}: in {need} futures that need it, in {others} that do not."
    said = [upper_first(sign_) if tells else f"No sign tells well which futures need it. The best: {sign_}"]
    if rule.more_than_at_once.high < 0:
        at_once = rule.kept.value - rule.more_than_at_once.value
        said.append(
            f"Turning at once keeps more: {hundred(at_once, count)} futures, by this sign {hundred(rule.kept.value, count)}."
        )
    return said


def _words(pathway: Pathway, sign: Sign) -> str:
    """The sign: more than 95% of beds at Hillford Hospital are full for 3 months running."""
    plan, t, p = pathway.screened.candidates.levered.plan, sign.rule.trigger, sign.watch.promise
    over = " over the last twelve months" if sign.watch.year else " in a month" if t.months == 1 else " a month"
    running = f" for {t.months} months running" if t.months > 1 else ""
    side, place = "more" if t.above else "less", (p.entity or p.organisation).partition("/")[0]
    place = called(plan).get(place, place)
    if p.outcome == "occupancy":
        over = "" if over == " a month" else over
        return f"{side} than {number(t.bound, 'share')} of beds at {place} are full{over}{running}"
    if p.outcome == "position":
        return f"{balance(place, t.bound, above=t.above)}{over}{running}"
    over = "" if over == " a month" else over
    return f"{promise_name(plan, p)} stands at {side} than {amount(t.bound, OUTCOMES[p.outcome].unit)}{over}{running}"


def balance(place: str, bound: float, *, above: bool) -> str:
    """A position beyond a bound, £, in words.

    >>> balance("the trust", -134_000.0, above=False), balance("the trust", 2.5e6, above=False)
    ('the trust has a deficit of more than £134,000', 'the trust has a surplus of less than £2.5m')
    """
    size = pounds(abs(bound)) if abs(bound) >= 1e6 else f"£{abs(bound):,.0f}"
    return f"{place} has a {'deficit' if bound < 0 else 'surplus'} of {'more' if above == (bound >= 0) else 'less'} than {size}"


def _asked(pathway: Pathway) -> list[StressRow]:
    """What plan B keeps that the plan does not."""
    return [
        StressRow(
            what=f"Asked: {_name(pathway, a)}", figure=a.turned, threshold=a.share,
            shown=f"in {hundred(a.turned, pathway.futures)} futures where it is turned to at once, {hundred(a.plan, pathway.futures)} where never; {a.share:.0%} asked",
        )
        for a in pathway.asked if a.gained
    ]  # fmt: skip


def _months(pathway: Pathway, last: LastTurn) -> list[StressRow]:
    """Turned to at once, by year, in the last month that works and after it, and never."""
    after = [m for m in last.months if last.likely is not None and m > last.likely]
    shown = sorted({m for m in last.months if m % YEAR == 0} | ({last.likely, *after[:1]} - {None}))  # type: ignore[type-var]
    rows = []
    for month in (m for m in shown if m is not None):
        at = last.months.index(month)
        worst = min(range(len(pathway.asked)), key=lambda n: last.kept[at, n] - pathway.asked[n].share)
        one = pathway.asked[worst]
        works = last.likely is not None and month <= last.likely
        rows.append(StressRow(
            what=f"Turned to in {_month(pathway, month)}", figure=float(last.kept[at, worst]), threshold=one.share,
            shown=f"{_named(pathway, [one])} in {hundred(float(last.kept[at, worst]), pathway.futures)} futures, {one.share:.0%} asked"
            + (f"; all that is asked in {hundred(pathway.together[month], pathway.futures)}" if len(pathway.asked) > 1 else ""),
            result="pass" if works else "fail",
        ))  # fmt: skip
    rows.append(StressRow(
        what="Never turned to", figure=pathway.never, shown=f"all that is asked in {hundred(pathway.never, pathway.futures)} futures",
    ))  # fmt: skip
    ends = [
        (name, month) for name, month in (("surely", last.sure), ("likely", last.likely), ("possibly", last.possible))
    ]
    told = [f"{name} {_month(pathway, m)}" for name, m in ends if m is not None]
    if told:
        told = told if last.sure is not None else ["surely in none", *told]
        rows.append(StressRow(what="Last month in which turning works", shown=", ".join(told)))
    if last.again:
        rows.append(StressRow(what="It works again", shown=f"in {joined([_month(pathway, m) for m in last.again])}: by chance, or as another window opens"))  # fmt: skip
    return rows


def _signs(pathway: Pathway) -> list[StressRow]:
    """What turning by the sign keeps."""
    if pathway.sign is None:
        return []
    rule, count = pathway.sign.rule, pathway.sign.rule.futures
    plan = rule.kept.value - rule.more_than_plan.value
    at_once = rule.kept.value - rule.more_than_at_once.value
    when = "" if rule.month is None else f"; it mostly comes by {_month(pathway, int(rule.month))}"
    return [StressRow(
        what=f"Turned to where {_words(pathway, pathway.sign)}", figure=rule.kept.value,
        shown=f"keeps what plan B is for in {hundred(rule.kept.value, count)} futures, at once {hundred(at_once, count)}, never"
        f" {hundred(plan, count)}; too late in {hundred(rule.late.value, count)}, missed in {hundred(rule.missed.value, count)},"
        f" needless in {hundred(rule.needless.value, count)}{when}; {pathway.sign.tried} signs were tried, on other futures",
    )]  # fmt: skip


def _parts(pathway: Pathway) -> list[StressRow]:
    """Each part with its lead time, the longest first."""
    every = sorted(pathway.parts, key=lambda p: (-p.months, p.words))
    return [
        StressRow(what=f"Lead time: {p.words}", shown=f"{p.months:.0f} months ahead" if p.months else "at once")
        for p in every
    ]  # fmt: skip


def behind(pathway: Pathway) -> str:
    """What it rests on."""
    longest = f", {pathway.lead:.0f} months for the longest part" if pathway.lead else ""
    said = [
        f"The same {pathway.futures:,} futures for every month of turning, {pathway.lanes:,} runs of a future, on futures that the search did not see.",
        f"What the plan has begun, builds or recruits for by then goes on; what is new begins after its own lead time{longest}, and is late as others are.",
    ]  # fmt: skip
    if pathway.asked and not pathway.as_asked:
        said.append(
            "Plan B keeps no promise as surely as asked that the plan does not. Of those that it keeps clearly more often, turning is asked to keep as many"
            f" futures as plan B does, less {TOLERANCE:.0%} of futures (our judgement)."
        )
    return " ".join(said)


def _named(pathway: Pathway, asked: list[Asked]) -> str:
    names = [_name(pathway, a) for a in asked]
    return joined(names) if len(names) <= LISTED else f"{len(names)} promises that the plan does not"


def _name(pathway: Pathway, asked: Asked) -> str:
    return promise_name(pathway.screened.candidates.levered.plan, asked.promise)


def _month(pathway: Pathway, number: int) -> str:
    return month_name(month_of(month_index(pathway.screened.candidates.levered.plan.about.start) + number))
