"""Whether other ways to build the model give the same word: each switch turned alone, on the same futures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from placeplan.core.forms import VARIANTS, Form
from placeplan.core.tables import MoneyLine, Spill
from placeplan.model.outcomes import Array
from placeplan.model.spills import HELD
from placeplan.model.variants import in_form
from placeplan.plan.schema import Plan
from placeplan.stress.grid.wilson import Interval, wilson
from placeplan.stress.results.promises import FormResult, Word
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import Kept, hard_ones, keep_all
from placeplan.stress.runs.runner import Runs
from placeplan.stress.verdict.clauses import form_in_words
from placeplan.stress.verdict.word import Asked, Standing, word_of_form

FIRST = 200
"""Futures in which a form is run at first; where its word then differs, it is run in all of them."""


def _stepped(plan: Plan) -> bool:
    """Whether any cost moves in wards or teams."""
    return any(isinstance(r, MoneyLine) and r.stepped for r in plan.tables["money"])


NO_RANGE = "the plan gives one figure without a range, so low and high are the same"
"""What the row of a form says that cannot show what hangs on a coefficient."""


ACTS: Mapping[str, Callable[[Plan], bool]] = {
    "spills": lambda plan: bool(plan.tables.get("spills")),
    "discipline": lambda plan: bool(plan.tables.get("lists")),
    "overlap": lambda plan: bool(plan.tables.get("cohorts")),
    "cost_release": _stepped,
    "stays": lambda plan: bool(plan.tables["beds"]),
}
"""By switch: whether turning it can change anything in a plan."""


def variants(plan: Plan) -> tuple[Form, ...]:
    """The plan's own form with each switch that acts on it turned alone, every other way."""
    found = []
    for variant in VARIANTS:
        switch, value = next((k, v) for k, v in variant if v != type(variant).model_fields[k].default)
        form = plan.about.form.model_copy(update={switch: value})
        if ACTS[switch](plan) and form != plan.about.form:
            found.append(form)
    return tuple(found)


def one_figure(plan: Plan, form: Form) -> bool:
    """Whether a form holds spills at one end of ranges that have none, so that it is the same at the other."""
    ends = {a.id: np.ptp(a.distribution.quantile(np.array(list(HELD.values())))) for a in plan.assumptions}
    named = [r.coefficient for r in plan.tables.get("spills", ()) if isinstance(r, Spill)]
    return form.spills in HELD and not any(ends[c] for c in named if isinstance(c, str))


def foreseen(plan: Plan, futures: int) -> int:
    """Futures that the forms take at least."""
    return len(_distinct(plan, variants(plan))) * min(futures, FIRST)


@dataclass(frozen=True)
class Formed:
    """One form's standing and word."""

    result: FormResult
    standing: Standing


def paired(main: Interval, change: Array) -> Interval:
    """A share of futures in another form, from the main form's and what changed in the futures that both met.

    ``[low − down + up, high + up − down]`` with the ends of the Wilson intervals of the shares newly broken (down) and
    newly kept (up) that make it widest; change: 1 newly kept, −1 newly broken, 0 as before, ``[future]``.

    Nothing changed in 200 futures leaves 1.9 points to either side:

    >>> import numpy as np
    >>> i = paired(Interval(0.5, 0.47, 0.53), np.zeros(200))
    >>> round(i.low, 3), i.p, round(i.high, 3)
    (0.451, 0.5, 0.549)
    """
    up, down = (wilson(float((change == sign).sum()), len(change)) for sign in (1, -1))
    ends = (main.p + up.p - down.p, main.low + up.low - down.high, main.high + up.high - down.low)
    return Interval(*(min(max(end, 0.0), 1.0) for end in ends))


def run_forms(runs: Runs, kept: Sequence[Kept], main: Standing) -> tuple[Formed, ...]:
    """Every form that can matter here: first in some futures, then in all where its word is not the main one's.

    Shocks are run in the main form alone; a form's word counts them as they are there.
    """
    forms = variants(runs.plan)
    first = runs.first(FIRST)
    found = _formed(runs, forms, kept, main, first.count)
    word = word_of_form(main)
    others = [n for n, f in enumerate(found) if f.result.word != word]
    if first.count < runs.futures.count and others:
        again = _formed(runs, [forms[n] for n in others], kept, main, runs.futures.count)
        for n, formed in zip(others, again, strict=True):
            found[n] = formed
    return tuple(found)


def first_jobs(runs: Runs) -> list[Job]:
    """The runs that `run_forms` begins with."""
    return _jobs(runs, variants(runs.plan), runs.first(FIRST).count)


def _jobs(runs: Runs, forms: Sequence[Form], count: int) -> list[Job]:
    """A run for each form, in the first futures; forms that are the same are one run."""
    return [Job(f"form: {f.name}", in_form(runs.plan, f), runs.first(count)) for f in _distinct(runs.plan, forms)]


def _distinct(plan: Plan, forms: Sequence[Form]) -> list[Form]:
    """Forms, each once: the plan is as good as run in one of two where no coefficient has a range."""
    return list(dict.fromkeys(_same_as(plan, f) for f in forms))


def _same_as(plan: Plan, form: Form) -> Form:
    """The form itself, or the one that is the same in this plan."""
    return form.model_copy(update={"spills": next(iter(HELD))}) if one_figure(plan, form) else form


def _formed(runs: Runs, forms: Sequence[Form], kept: Sequence[Kept], main: Standing, count: int) -> list[Formed]:
    """These forms in the first futures, judged by what changes in them against the main form."""
    found = []
    ran = dict(zip(_distinct(runs.plan, forms), runs.apart(_jobs(runs, forms, count)), strict=True))
    for form in forms:
        outcomes = ran[_same_as(runs.plan, form)]
        own = {k.promise.id: k for k in keep_all(runs.plan.promises, outcomes, runs.plan.about.judge_from)}
        hard = hard_ones(kept)
        intervals = [
            paired(a.interval, own[k.promise.id].whole - k.whole[:count])
            if count < runs.futures.count
            else wilson(float(own[k.promise.id].whole.sum()), count)
            for k, a in zip(hard, main.hard, strict=True)
        ]
        asked = tuple(Asked(i, k.promise.asks) for i, k in zip(intervals, hard, strict=True))
        standing = replace(main, hard=asked)
        result = _result(form, word_of_form(standing), hard, asked, main, count)
        if one_figure(runs.plan, form):
            result = result.model_copy(update={"about": f"{result.about} ({NO_RANGE})"})
        found.append(Formed(result, standing))
    return found


def _result(
    form: Form, word: Word, hard: Sequence[Kept], asked: Sequence[Asked], main: Standing, count: int
) -> FormResult:
    """What the report says of a form: its word, and the promise that changes most."""
    changes = {k.promise.id: a.interval.p - m.interval.p for k, a, m in zip(hard, asked, main.hard, strict=True)}
    most = max(changes, key=lambda i: (abs(changes[i]), i), default="")
    return FormResult(
        name=form.name, about=form_in_words(form.name), word=word, futures=count, changes_most=most, change=changes.get(most, 0.0),
        P={k.promise.id: a.interval.p for k, a in zip(hard, asked, strict=True)},
    )  # fmt: skip
