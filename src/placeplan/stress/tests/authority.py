"""Whether those who would do it can: a budget, an owner, the right to decide, the agreement of all who pay or lose, the rules to keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from placeplan.core.tables import Organisation
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import library
from placeplan.plan.schema import Plan
from placeplan.stress.authority.members import of_members, of_pools, of_relationships
from placeplan.stress.authority.rights import agreed, begins, positions, right
from placeplan.stress.base import StressTest
from placeplan.stress.bridge import acts
from placeplan.stress.called import names
from placeplan.stress.results.tests import Result, StressRow
from placeplan.stress.say import joined, pounds
from placeplan.stress.scene import Scene
from placeplan.stress.touched import primitives_of, rules_for, touched

LEAST = 0.5
"""Share of the agreements needed below which more is missing than there; a judgement."""
MOST_NAMED = 3
"""Organisations named in a line."""


class Held(NamedTuple):
    """What stands behind one initiative."""

    id: str
    name: str
    owner: str
    budget: float | None
    needs_money: bool
    touched: Mapping[str, tuple[str, ...]]
    """By organisation, why it pays or loses; the owner among them."""
    signed: frozenset[str]
    objects: frozenset[str]
    """Of all organisations, those that said so last."""
    not_asked: frozenset[str]
    change_paid: bool
    """Whether a one-off cost is counted: of the transaction, of double running, of those who lead and learn."""
    rules: tuple[str, ...]
    """Name of each rule that applies."""
    ownerless: str
    """Blank where its owner answers for it; else why nobody does."""
    by: str
    """Month in which it has to be decided."""
    boards: tuple[str, ...]
    """Ids of the boards that may decide on it, of all for whom it has to be decided."""
    late: str
    """Date of a board's first approval where that is after the month in which it has to be decided, else blank."""
    undecided: Mapping[str, str]
    """By organisation for which no board may decide, why not."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Who pays or loses and has not signed, in order of id."""
        return tuple(o for o in self.touched if o not in self.signed)


class Found(NamedTuple):
    """What stands behind all of them."""

    each: tuple[Held, ...]
    """Those that somebody objects to first, then those of which most agreements are missing."""
    needed: int
    signed: int
    """Agreements of those who pay or lose, over all initiatives."""
    boards: bool
    """Whether the plan names any."""
    others: tuple[StressRow, ...]
    """Lines of members, of pools, and of what is assumed of relationships."""


class Authority(StressTest):
    """Authority: who has the money and the right to decide."""

    name, title = "authority", "Whether they can decide it"
    question = "Is there a budget and an owner? May the board decide? Have all who pay or lose said yes? Which rules have to be kept?"
    method = (
        "The test reads off the plan who pays or loses by each change. They pay for it, have to save by it, or lose staff, beds, buildings, care or a contract. Somebody who "
        "only earns less because patients stay away is not counted. An owner has to say yes like all others. What counts is what each one said last, or what a board said that "
        "may decide for it. Who said nothing has not signed. A board may decide if the change, the sum and the month are all within its powers. The rules are those in force "
        "between the first month and the start of the change."
    )
    grounds = (
        "In a survey of 2016, 61% of 99 leaders named their own aims as what stood in the way. Over two thirds named money and time for change. Most rules are written down "
        "from memory. That it fails if fewer than half have agreed is a judgement."
    )
    source = "HSJ 2016; library, rules.yaml"
    exactly = (
        "Who pays or loses is read off the effects of each initiative: costs, savings to make, posts, beds and care that go, contracts that give way, buildings,"
        " partners who step aside; not who loses income because patients stay away. An owner agrees as all others do, also to what the plan calls a commitment. What counts is what an organisation said"
        " last, itself or by a board that may decide for it; who said nothing has not signed. A board may decide where a power of it covers what the initiative changes, the sum that it"
        " makes its members spend, and the month in which work has to begin. Rules are those of the library in force between the run’s first month and the start."
    )

    def ask(self, plan: Plan) -> str:
        """Something must be done."""
        return (
            ""
            if any(acts(i, plan) for i in plan.initiatives)
            else "No initiative does anything, so nothing has to be decided."
        )

    def run(self, scene: Scene) -> Found:
        """Budget, agreements, cost of change and rules of each initiative, from the plan alone."""
        plan = scene.plan
        each = [_held(plan, i) for i in plan.initiatives if acts(i, plan)]
        needed = sum(len(h.touched) for h in each)
        order = sorted(each, key=lambda h: (not h.objects, -len(h.missing), h.name))
        others = (
            *of_members(plan, [i for i in plan.initiatives if acts(i, plan)]),
            *of_pools(plan),
            *of_relationships(plan),
        )
        return Found(tuple(order), needed, needed - sum(len(h.missing) for h in each), bool(plan.boards), others)

    def tell(self, plan: Plan, found: Found) -> dict[str, Any]:
        """Agreements there are of those needed, who objects, and each initiative with its rules."""
        called = names(plan)
        share = found.signed / found.needed if found.needed else 1.0
        results = [result_of(h) for h in found.each]
        open_still = "amber" in results or not found.boards
        result: Result = "fail" if share < LEAST or "fail" in results else "amber" if open_still else "pass"
        rows = (*(_row(plan, h, called) for h in found.each), *found.others, *_rules(found.each))
        return {
            "result": result, "figure": share, "unit": "share of the agreements needed", "rows": rows, "sentence": _sentence(found, called),
            "threshold": "all who pay or lose have agreed, nobody objects, somebody owns it, a board may decide for each, money is set aside and the cost of change counted (judgement)",
            "behind": _behind(found),
        }  # fmt: skip


def result_of(h: Held) -> Result:
    """Fail where somebody objects; amber where an agreement, an owner, the right to decide in time, a budget or the cost of change is missing."""
    if h.objects:
        return "fail"
    unpaid = (h.needs_money and h.budget is None) or not h.change_paid
    return "amber" if h.missing or unpaid or h.ownerless or h.undecided or h.late else "pass"


def _held(plan: Plan, i: Initiative) -> Held:
    own, said = primitives_of(i), positions(plan, i)
    costs = [p for p in own if p.table == "cost" and p.verb == "add"]
    signed = frozenset(o for o in said if agreed(said, o))
    objects, not_asked = (frozenset(o for o, p in said.items() if p == word) for word in ("objects", "not_asked"))
    needs = bool(costs or i.capital or any(p.table == "posts" for p in own))
    rules = tuple(r.name for r in rules_for(plan, i, [r.value for r in library().rules]))
    change = any(p.timing == "once" for p in costs)
    who, by = touched(plan, i), begins(plan, i)
    outside = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "outside"}
    decide = sorted({*who, i.owner} - outside) if plan.boards else []
    rights = {o: right(plan, i, o, by) for o in decide}
    boards = tuple(sorted({b for r in rights.values() for b in r.boards}))
    return Held(
        i.id, i.name, i.owner, i.budget, needs, who, signed, objects, not_asked, change, rules,
        _ownerless(i, outside), by, boards, _late(plan, i, by), {o: r.lacking for o, r in rights.items() if r.lacking},
    )  # fmt: skip


def _late(plan: Plan, i: Initiative, by: str) -> str:
    """When boards first approved an initiative, where that is later than it had to be; blank: in time, or not at all."""
    first = min((d.date for d in plan.decisions if i.id in d.initiatives and d.decided == "approved"), default="")
    return first if first[:7] > by else ""


def _ownerless(i: Initiative, outside: set[str]) -> str:
    """Blank where the owner answers for an initiative; else why nobody does."""
    roles = {p.organisation: p.role for p in i.partners}
    if roles.get(i.owner) == "step_aside":
        return "its owner steps aside"
    if i.owner in outside:
        return "nobody of the place owns it"
    leads = [o for o, role in roles.items() if role == "lead" and o != i.owner]
    return "it is led by another than its owner" if leads and roles.get(i.owner) != "lead" else ""


def _row(plan: Plan, h: Held, called: Mapping[str, str]) -> StressRow:
    return StressRow(
        what=h.name, figure=1 - len(h.missing) / len(h.touched) if h.touched else None, threshold=1.0, result=result_of(h),
        shown="; ".join((*_parts(h, called), *_rights(plan, h, called))), initiative=h.id,
    )  # fmt: skip


def _parts(h: Held, called: Mapping[str, str]) -> Iterator[str]:
    """Agreements, objections, money and cost of change of one initiative in words."""
    yield (
        f"{len(h.touched) - len(h.missing)} of {len(h.touched)} who pay or lose agreed"
        if h.touched
        else "nobody is known to pay or lose by it"
    )
    if h.touched and h.owner not in h.touched:
        yield "its owner decides for none of them"
    if h.missing:
        first = h.missing[:MOST_NAMED]
        more = len(h.missing) - len(first)
        yield f"missing: {', '.join(f'{called.get(o, o)} ({joined(list(h.touched[o]))})' for o in first)}{f' and {more} more' if more else ''}"
    if h.objects:
        yield f"objects: {joined([called.get(o, o) for o in sorted(h.objects)])}"
    if h.not_asked:
        yield f"not asked: {joined([called.get(o, o) for o in sorted(h.not_asked)])}"
    if h.needs_money:
        yield f"{pounds(h.budget)} a year set aside" if h.budget is not None else "no budget found"
    yield "cost of change counted" if h.change_paid else "no cost of change counted"


def _rights(plan: Plan, h: Held, called: Mapping[str, str]) -> Iterator[str]:
    """Who owns one initiative and which boards may decide on it, in words."""
    if h.ownerless:
        yield h.ownerless
    boards = {b.id: b.name for b in plan.boards}
    if h.boards:
        who = joined([boards[b] for b in h.boards]) if len(h.boards) <= MOST_NAMED else f"{len(h.boards)} boards"
        yield f"to be decided by {h.by}, by {who}"
    if h.late:
        yield f"approved on {h.late}, after work has to begin"
    if h.undecided:
        first = list(h.undecided.items())[:MOST_NAMED]
        more = len(h.undecided) - len(first)
        who = "; ".join(f"for {called.get(o, o)}: {why}" for o, why in first)
        yield f"no right to decide by {h.by}: {who}{f'; and for {more} more' if more else ''}"


def _rules(each: tuple[Held, ...]) -> Iterator[StressRow]:
    """Every rule that applies to any, with those to which it does."""
    for r in (item.value for item in library().rules):
        mine = [h.name for h in each if r.name in h.rules]
        if mine:
            who = "all of them" if len(mine) == len(each) else joined(mine)
            yield StressRow(what=f"Rule: {r.name}", shown=f"{who}. {r.about} {r.source} ({r.check})")


def _sentence(found: Found, called: Mapping[str, str]) -> str:
    against = [h for h in found.each if h.objects]
    who = (
        f"{found.signed} of {found.needed} agreements of those who pay or lose are on record."
        if found.needed
        else "Nobody pays or loses by it."
    )
    if against:
        return f"{joined([called.get(o, o) for o in sorted(against[0].objects)])} object{'s' if len(against[0].objects) == 1 else ''} to {against[0].name}. {who}"
    bare = [h for h in found.each if h.needs_money and h.budget is None]
    if bare:
        return f"{who} {len(bare)} of {len(found.each)} initiatives have no budget."
    barred = [h for h in found.each if h.undecided]
    return f"{who} On {len(barred)} of {len(found.each)} initiatives no board may decide." if barred else who


def _behind(found: Found) -> str:
    """How many have no money and count no cost of change."""
    bare, light = (
        sum(h.needs_money and h.budget is None for h in found.each),
        sum(not h.change_paid for h in found.each),
    )
    costly = sum(h.needs_money for h in found.each)
    barred, ownerless = sum(bool(h.undecided) for h in found.each), sum(bool(h.ownerless) for h in found.each)
    rights = (
        f" On {barred} of {len(found.each)} no board may decide for all for whom it has to; {ownerless} have no owner who answers for them."
        if found.boards
        else " The plan names no boards, so nobody can tell who may decide."
    )
    return (
        f"Of {costly} initiatives that need money {bare} have no budget. {light} of {len(found.each)} count no one-off cost of change: transaction, double"
        f" running, leadership, learning.{rights}"
    )
