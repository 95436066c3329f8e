"""Whether there are people for the posts: growth asked, the labour market that all share, and posts that go before others are filled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.tables import SYSTEM, StaffGroup
from placeplan.effects.base import Primitive
from placeplan.model.compile import compile_effects
from placeplan.model.draws import Draws
from placeplan.model.outcomes import Outcomes
from placeplan.model.posts import Rates, is_own, posts_of
from placeplan.plan.schema import Plan
from placeplan.stress.base import StressTest
from placeplan.stress.begun import Begun, before, begin
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import joined, upper_first
from placeplan.stress.scene import Scene
from placeplan.stress.seen import people
from placeplan.stress.staffing import Asked, asked_of, groups_of, market_of, worst_year

FILLED = 0.9
"""Share of posts filled below which they are not counted as there, and a group is looked at closer; a judgement."""
LIKELY, UNLIKELY = 0.5, 0.3
"""Chance that posts or beds go first above which it fails, and above which it is looked at closer; judgements."""
ANCHOR = "Leicestershire’s plan of 2016: 234 posts more in the community, about 1,500 fewer in all (T10)"


class Going(NamedTuple):
    """An initiative that closes beds, contacts or posts."""

    name: str
    closes: str
    waits_for: tuple[str, ...]
    """Names of those that add posts and come before it, or itself; none: nothing says who does the work instead."""
    first: float
    """Share of the futures in which it begins and in which their posts are not filled by then."""
    filled: float
    """Share of these posts that are filled when it begins, mean of those futures."""


class Found(NamedTuple):
    """Posts and people."""

    groups: tuple[Asked, ...]
    """The scarcest of those to which the plan adds posts first."""
    whole: Asked
    going: tuple[Going, ...]
    agency: tuple[str, float, float]
    """The year in which most agency staff is at work, how many, and with nothing done; middles."""
    vacancies: tuple[str, float, float]
    """The same of empty posts."""
    added: float
    removed: float
    """Posts that the initiatives add and remove, middles."""
    years: int
    futures: int


def left_empty(added: float, more: float) -> float:
    """Share of the posts that a plan adds by which more stand empty than without it: ``more / added``, 0 where it adds none.

    >>> left_empty(200.0, 150.0), left_empty(0.0, 20.0)
    (0.75, 0.0)
    """
    return more / added if added > 0 else 0.0


class Workforce(StressTest):
    """T10: staff."""

    name, title = "workforce", "Whether there are people for the posts"
    question = "Are there people for the posts that the plan needs, and are they there before others go?"
    method = (
        "The test takes the posts that are paid for with the plan, for each kind of staff. It sets them against those at work when the run begins, and against the best growth "
        "that was seen. It tells how many posts are filled in the worst year. Staff leave and are hired, and all who employ share the same people. Last it asks if something "
        "closes before the posts are filled of what comes first."
    )
    grounds = "Twice the best growth of five years is a judgement."
    source = "library, staff_growth.csv (growth seen)"
    exactly = (
        "Funded posts of each group with the plan, against those in post when the run begins and against the best growth seen; posts filled in"
        " the worst year, as leavers, hires and the labour market that all employers share leave them; and whether what closes begins before the"
        " posts are filled of what comes before it."
    )
    needs = frozenset({"staff_in_post", "staff_funded", "staffed", "agency", "vacancies"})

    def ask(self, plan: Plan) -> str:
        """Staff must be modelled."""
        rows = [r for r in plan.tables.get("staff", ()) if isinstance(r, StaffGroup)]
        if plan.level("staff") != "off" and any(not r.unpaid for r in rows):
            return ""
        return "The plan says nothing of its staff: give staff.csv, with posts and people by group and employer."

    def run(self, scene: Scene) -> Found:
        """Posts and people of the first futures, and when what closes begins."""
        plan, (outcomes, nothing) = scene.plan, scene.first
        draws = Draws(scene.runs.first(scene.runs.batch), dict(outcomes.draws))
        effects = compile_effects(plan)
        market = market_of(Rates(plan, posts_of(plan, effects.on("posts")), draws))
        groups = [g for g in groups_of(outcomes) if g in market]
        every = [asked_of(g, outcomes, nothing, market[g]) for g in groups]
        posts = [(i, p, float(np.median(draws.of(p.quantity, i)))) for i, p in effects.on("posts")]
        removed = [(i, p, -float(np.median(draws.of(p.quantity, i)))) for i, p in effects.on("redundancies")]
        return Found(
            tuple(sorted(every, key=lambda a: (a.added <= 0.5, a.filled, a.group))), asked_of(SYSTEM, outcomes, nothing, (0.0, 0.0)),
            tuple(_going(plan, begin(scene), outcomes, effects.every)),
            worst_year("agency", outcomes, nothing), worst_year("vacancies", outcomes, nothing),
            sum(q for _, _, q in posts if q > 0), -sum(q for _, _, q in (*posts, *removed) if q < 0),
            len(outcomes.years), outcomes.count,
        )  # fmt: skip

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """The scarcest group, growth beyond what was seen, and what goes too soon."""
        del plan
        results = [*(result_of(a) for a in (*found.groups, found.whole)), *(first_result(g) for g in found.going)]
        if left_empty(found.added, found.vacancies[1] - found.vacancies[2]) > LIKELY:
            results.append("amber")
        result: Result = "fail" if "fail" in results else "amber" if "amber" in results else "pass"
        scarce = found.groups[0] if found.groups else found.whole
        rows = (
            *(_row(a) for a in found.groups), _row(found.whole), *(_row_of(g) for g in found.going),
            *_beside(found),
        )  # fmt: skip
        return {
            "result": result, "figure": scarce.filled, "unit": "share of posts filled in the worst year", "rows": rows,
            "threshold": f"no group to grow by more than twice the best seen; {FILLED:.0%} of posts filled before others go (judgement)",
            "sentence": _sentence(found, scarce), "behind": _behind(found), "futures": found.futures,
        }  # fmt: skip


def result_of(a: Asked) -> Result:
    """Fail where growth beyond what was seen is asked; amber where posts stay empty although the plan adds some."""
    if a.bound is not None and a.growth > a.bound:
        return "fail"
    if a.added > 0.5 and a.filled < FILLED:
        return "amber"
    return "shown" if a.bound is None else "pass"


def first_result(g: Going) -> Result:
    """Pass, amber or fail by the chance that it begins before posts are filled; amber where nobody is named."""
    if not g.waits_for:
        return "amber"
    return "fail" if g.first > LIKELY else "amber" if g.first > UNLIKELY else "pass"


def _going(plan: Plan, begun: Begun, outcomes: Outcomes, every: tuple[tuple[str, Primitive], ...]) -> Iterator[Going]:
    """What closes something, and whether the posts before it are filled by then."""
    names = {i.id: i.name for i in plan.initiatives}
    adds = {i for i, p in every if p.table == "posts" and is_own(p) and p.work == "initiative"}
    for i in sorted(plan.initiatives, key=lambda i: i.id):
        closes = _closes([p for owner, p in every if owner == i.id])
        if not closes:
            continue
        first = sorted(adds & {i.id, *before(plan, i.id)})
        at = begun.start[i.id]
        runs = np.flatnonzero(at < len(outcomes.months))
        at_start = [
            outcomes["staffed"].of(f)[runs, at[runs].astype(int)] * (begun.start[f][runs] <= at[runs]) for f in first
        ]
        filled = np.min(at_start, axis=0) if first and runs.size else np.ones(runs.size)
        mean = float(filled.mean()) if runs.size else 1.0
        yield Going(
            i.name,
            joined(closes),
            tuple(names[f] for f in first),
            float((filled < FILLED).mean()) if runs.size else 0.0,
            mean,
        )


def _closes(own: list[Primitive]) -> list[str]:
    """What an initiative takes away on balance, in words: posts, beds, places for care."""
    found: list[str] = []
    for table, word in (
        ("posts", "posts"),
        ("beds", "beds"),
        ("contacts", "contacts a month"),
        ("packages", "packages of care"),
    ):
        net = sum(p.quantity for p in own if p.table == table and p.verb == "add" and not isinstance(p.quantity, str))
        if net < 0:
            found.append(f"{-net:,.0f} {word}")
    if any(p.table == "redundancies" for p in own):
        found.append("posts, with redundancies")
    return found


def _row(a: Asked) -> StressRow:
    called = upper_first(people(a.group))
    bound = "the best growth seen is not known" if a.bound is None else f"too much would be {a.bound:+.0%}"
    grows = f": {a.growth:+.0%}, {bound}" if a.in_post else ""
    market = "" if a.group == SYSTEM else f"; {a.leave:,.0f} leave their employer a year, {a.come:,.0f} look for a post"
    years = f"{a.by_year[0][0]} to {a.by_year[-1][0]}"
    each = ", ".join(f"{share * 100:.0f}" for _, _, share in a.by_year)
    posts = ", ".join(f"{posts:,.0f}" for _, posts, _ in a.by_year)
    shown = (
        f"{a.filled:.0%} filled in {a.year}, the worst year ({a.low:.0%} in one future of ten); {years}: {posts} posts, {each} % of them filled;"
        f" {a.in_post:,.0f} people at the start, {a.added:,.0f} post{'' if round(a.added) == 1 else 's'} by the plan{grows}{market}"
    )
    return StressRow(what=called, figure=a.filled, threshold=FILLED, result=result_of(a), shown=shown)


def _row_of(g: Going) -> StressRow:
    what = f"{g.name} closes {g.closes}"
    if not g.waits_for:
        return StressRow(
            what=what,
            result="amber",
            shown="nothing that comes before it adds posts, so nobody is named who does the work instead",
        )
    shown = f"begins before the posts of {joined(list(g.waits_for))} are filled in {g.first:.0%} of futures; {g.filled:.0%} are filled then on average"
    return StressRow(what=what, figure=1 - g.first, threshold=1 - UNLIKELY, result=first_result(g), shown=shown)


def _beside(found: Found) -> Iterator[StressRow]:
    for what, (year, plan, usual) in (("Agency staff at work", found.agency), ("Empty posts", found.vacancies)):
        yield StressRow(
            what=f"{what}, in the year when it is most ({year})",
            shown=f"{plan:,.0f} with the plan, {usual:,.0f} with nothing done",
        )
    yield StressRow(
        what="Posts that the initiatives add and remove",
        shown=f"{found.added:,.0f} more, {found.removed:,.0f} fewer; {ANCHOR}",
    )


def _sentence(found: Found, scarce: Asked) -> str:
    beyond = [a for a in (*found.groups, found.whole) if a.bound is not None and a.growth > a.bound]
    if beyond:
        worst = max(beyond, key=lambda a: a.growth - (a.bound or 0.0))
        return f"{upper_first(people(worst.group))} would have to grow by {worst.growth:.0%} in {found.years} years; that is more than twice the best seen anywhere."
    too_soon = [g for g in found.going if g.waits_for and g.first > LIKELY]
    least = f"In {scarce.year} {scarce.filled:.0%} of the posts for {people(scarce.group)} are filled."
    if too_soon:
        return f"{too_soon[0].name} closes {too_soon[0].closes} before the posts that should come first are filled. {least}"
    year, plan, usual = found.vacancies
    if plan > usual + 0.5 and found.added > 0.5:
        return f"The plan adds {found.added:,.0f} posts; in {year} {plan - usual:,.0f} more stand empty than with nothing done. {least}"
    return f"The plan adds {found.added:,.0f} posts. {least}"


def _behind(found: Found) -> str:
    _, plan, usual = found.vacancies
    more = f"{plan:,.0f} posts stand empty at the worst, {usual:,.0f} with nothing done in that year."
    unknown = [people(a.group) for a in found.groups if a.bound is None and a.added > 0.5]
    if not unknown:
        return more
    return f"{more} How fast {joined(unknown)} have grown at best is not in the library, so growth of these is shown and not judged."
