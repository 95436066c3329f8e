"""Checks of boards, of what they decided, and of what is assumed of those who work together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations
from math import inf
from typing import Any

from placeplan.core.errors import Problem
from placeplan.core.tables import Organisation
from placeplan.plan.authority import Board, Decision, Member, Power, Span, acts_for, span
from placeplan.plan.checks.base import check, organisations, unknown
from placeplan.plan.checks.initiatives import beyond, not_there
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item, Path


@check("unknown-organisation", "duplicate-row", "look-alike")
def members_are_organisations(draft: Draft) -> Iterator[Problem]:
    """Whoever sits on a board is an organisation of the plan, and sits there once at a time."""
    for item in draft.boards:
        board = item.value
        for n, member in enumerate(board.members):
            at: Path = ("members", n, "organisation")
            yield from unknown(draft, item, "organisation", member.organisation, at)
            before = (m for m in board.members[:n] if m.organisation == member.organisation)
            if any(_meet(span(m), span(member)) for m in before):
                what = f"{member.organisation} is a member twice at one time."
                yield item.problem("duplicate-row", what, "Keep one of them, or give each its months.", at)


@check("ends-before-start", "not-valid-then")
def boards_and_their_parts_have_a_time(draft: Draft) -> Iterator[Problem]:
    """Boards, members and powers end after they begin, within the board's time and while the organisation is there."""
    there = organisations(draft)
    for item in draft.boards:
        board = item.value
        yield from _in_order(item, board, ())
        parts: list[tuple[Path, Member | Power]] = [
            *((("members", n), m) for n, m in enumerate(board.members)),
            *((("powers", n), p) for n, p in enumerate(board.powers)),
        ]
        for at, part in parts:
            yield from _in_order(item, part, at)
            yield from _within(item, part, at)
        for n, member in enumerate(board.members):
            organisation = there.get(member.organisation)
            if organisation is not None:
                yield from _member_there(item, n, organisation)


def _at(power: Power, month: str) -> bool:
    """Whether a power is there in a month."""
    first, last = span(power)
    return first <= month <= last


def _meet(one: Span, other: Span) -> bool:
    """Whether two times have a month in common."""
    return one[0] <= other[1] and other[0] <= one[1]


def _in_order(item: Item[Any], part: Board | Member | Power, at: Path) -> Iterator[Problem]:
    first, last = span(part)
    if last < first:
        what = f"It ends in {last}, before it begins in {first}."
        yield item.problem("ends-before-start", what, "Mend one of the two months.", (*at, "valid_to"))


def _within(item: Item[Board], part: Member | Power, at: Path) -> Iterator[Problem]:
    """A problem where a member or power is there before the board, or after it."""
    first, last = span(item.value)
    if part.valid_from and part.valid_from < first:
        what = f"It begins in {part.valid_from}; the board is there from {first} on."
        yield item.problem("not-valid-then", what, "Mend one of the two months.", (*at, "valid_from"))
    if part.valid_to and part.valid_to > last:
        what = f"It ends in {part.valid_to}; the board is there until {last}."
        yield item.problem("not-valid-then", what, "Mend one of the two months.", (*at, "valid_to"))


def _member_there(item: Item[Board], n: int, organisation: Organisation) -> Iterator[Problem]:
    """A problem where an organisation is said to sit on a board in a month in which it does not exist."""
    member, board = item.value.members[n], item.value
    for side in ("valid_from", "valid_to"):
        month = getattr(member, side) or getattr(board, side)
        if month:
            own = getattr(member, side) is not None
            yield from not_there(item, organisation, month, ("members", n, side if own else "organisation"))


@check("not-a-member", "bounds-cross", "unknown-contract", "not-a-pool", "look-alike")
def powers_can_be_used(draft: Draft) -> Iterator[Problem]:
    """A power is over members who vote, leaves room between its bounds, and is over pools that are pools."""
    for item in draft.boards:
        voting = {m.organisation for m in item.value.members if m.voice == "votes"}
        for n, power in enumerate(item.value.powers):
            for k, name in enumerate(power.decides_for):
                if name not in voting:
                    what = f"{name} does not vote on {item.value.name}, so nothing is decided there in its name."
                    mend = "Make it a member that votes, or take it away here."
                    yield item.problem("not-a-member", what, mend, ("powers", n, "decides_for", k))
            if power.limit is not None and power.limit <= power.above:
                what = f"It decides above £{power.above:,.0f}, and no more than £{power.limit:,.0f}."
                yield item.problem("bounds-cross", what, "Mend one of the two.", ("powers", n, "limit"))
            for k, name in enumerate(power.pools):
                yield from _is_pool(draft, item, name, ("powers", n, "pools", k))


def _is_pool(draft: Draft, item: Item[Any], name: str, at: Path) -> Iterator[Problem]:
    """A problem where a contract is not there, or holds no pooled money."""
    yield from unknown(draft, item, "contract", name, at)
    found = next((c.value for c in draft.contracts if c.value.id == name), None)
    if found is not None and not found.pays_in():
        what = f"{name} is no pooled contract."
        yield item.problem("not-a-pool", what, "Name one of kind pooled, or take it away.", at)


@check("powers-overlap")
def one_board_decides_a_thing(draft: Draft) -> Iterator[Problem]:
    """No two boards have the same power over the same change of the same member, for the same sum, at the same time."""
    powers = [
        (item, n, p)
        for item in draft.boards
        for n, p in enumerate(item.value.powers)
        if p.power != "advise" and not p.pools
    ]
    for (first, _, one), (second, n, other) in combinations(powers, 2):
        both = sorted(acts_for(first.value, one) & acts_for(second.value, other))
        at_once = _meet(span(first.value, one), span(second.value, other))
        if first is not second and both and at_once and _same(one, other):
            what = f"{second.value.name} and {first.value.name} both {one.power} the same for {', '.join(both)}."
            mend = "Part them: by what they are on, by above and limit, by members, or by months."
            yield second.problem("powers-overlap", what, mend, ("powers", n, "power"))


def _same(one: Power, other: Power) -> bool:
    """Whether two powers are of one kind, over a change in common and a sum in common."""
    on, also = frozenset(one.on), frozenset(other.on)
    change = "any" in on | also or bool(on & also)
    return one.power == other.power and change and max(one.above, other.above) < min(_most(one), _most(other))


def _most(power: Power) -> float:
    """£ up to which a power reaches."""
    return inf if power.limit is None else power.limit


@check("unknown-board", "unknown-initiative", "look-alike")
def decisions_are_of_boards_on_initiatives(draft: Draft) -> Iterator[Problem]:
    """A decision names a board and initiatives of the plan."""
    for item in draft.decisions:
        yield from unknown(draft, item, "board", item.value.board, "board")
        for n, name in enumerate(item.value.initiatives):
            yield from unknown(draft, item, "initiative", name, ("initiatives", n))


@check("decided-without-board", "beyond-power", "not-a-member", "two-positions")
def decisions_are_a_boards_to_make(draft: Draft) -> Iterator[Problem]:
    """A board decides while it is there, within its powers, by the votes of its members, each once."""
    boards = {i.value.id: i.value for i in draft.boards}
    for item in draft.decisions:
        board = boards.get(item.value.board)
        if board is None:
            continue
        first, last = span(board)
        month = item.value.date[:7]
        if not first <= month <= last:
            when = f"from {first} on" if month < first else f"until {last}"
            what = f"It decided on {item.value.date}; {board.name} is there {when}."
            yield item.problem("decided-without-board", what, "Mend one of the dates, or name who decided.", "date")
        else:
            yield from _beyond_power(item, board)
        yield from _votes(item, board)


def _beyond_power(item: Item[Decision], board: Board) -> Iterator[Problem]:
    """A question where a board decided that may only advise, or a larger sum than any that it may."""
    decision, month = item.value, item.value.date[:7]
    powers = [p for p in board.powers if p.power != "advise" and _at(p, month)]
    if decision.decided not in ("approved", "refused"):
        return
    mend = "Add the power with its source, or write decided: advised."
    if not powers:
        what = f"{board.name} may not decide anything in {month}: no power to decide is given for it."
        yield item.warning("beyond-power", what, mend, "decided")
        return
    most = max(map(_most, powers))
    if decision.amount is not None and decision.amount > most:
        what = f"It commits £{decision.amount:,.0f}; {board.name} may decide up to £{most:,.0f}."
        yield item.warning("beyond-power", what, "Mend the limit, or name who decided.", "amount")


def _votes(item: Item[Decision], board: Board) -> Iterator[Problem]:
    voting = {m.organisation for m in board.members if m.voice == "votes"}
    names = [v.organisation for v in item.value.votes]
    for n, name in enumerate(names):
        if name not in voting:
            what = f"{name} does not vote on {board.name}."
            yield item.problem("not-a-member", what, "Name a member that votes.", ("votes", n, "organisation"))
        if name in names[:n]:
            what = f"{name} votes twice."
            yield item.problem("two-positions", what, "Keep one of the votes.", ("votes", n, "organisation"))


@check("two-positions")
def boards_do_not_decide_two_ways_at_once(draft: Draft) -> Iterator[Problem]:
    """A board has one decision on an initiative on a date, so that the last can be told."""
    said: dict[tuple[str, str, str], str] = {}
    for item in draft.decisions:
        d = item.value
        for n, name in enumerate(d.initiatives):
            before = said.setdefault((d.board, name, d.date), d.decided)
            if before != d.decided:
                what = f"{d.board} decided “{before}” and “{d.decided}” on {name} on the same date ({d.date})."
                yield item.problem("two-positions", what, "Give the right dates.", ("initiatives", n))


@check("bad-month")
def days_are_days(draft: Draft) -> Iterator[Problem]:
    """The day of a decision, a sign-off, a move, a judgement or evidence is one that the calendar has."""
    entries: tuple[Item[Any], ...] = (*draft.decisions, *draft.moves, *draft.assessments)
    dated: list[tuple[Item[Any], Path, str]] = [(i, ("date",), i.value.date) for i in entries]
    for stage in draft.stages:
        for g, gate in enumerate(stage.value.gates):
            dated += [(stage, ("gates", g, "evidence", n, "date"), e.date) for n, e in enumerate(gate.evidence)]
    said: tuple[Item[Any], ...] = (*draft.initiatives, *draft.payment_forms)
    for item in said:
        dated += [(item, ("sign_offs", n, "date"), s.date) for n, s in enumerate(item.value.sign_offs) if s.date]
    for item, at, day in dated:
        try:
            dt.date.fromisoformat(day if len(day) > len("2017-09") else f"{day}-01")
        except ValueError:
            what = f"There is no day {day}."
            yield item.problem("bad-month", what, "Mend the day, or write the month alone.", at)


@check("unknown-organisation", "unknown-assumption", "two-roles", "negative", "above-one", "look-alike")
def relationships_are_between_organisations(draft: Draft) -> Iterator[Problem]:
    """An assumption on a relationship is between organisations of the plan, and its figures are in range."""
    for item in draft.relationships:
        r = item.value
        for n, name in enumerate(r.between):
            yield from unknown(draft, item, "organisation", name, ("between", n))
            if name in r.between[:n]:
                what = f"{name} is named twice."
                yield item.problem("two-roles", what, "Name each once.", ("between", n))
        for field, most in (("weight", 1.0), ("delay", 1e9), ("leaves", 1.0)):
            quantity = getattr(r, field)
            if isinstance(quantity, str):
                yield from unknown(draft, item, "assumption", quantity, field)
            else:
                yield from beyond(item, (field,), quantity, most)


@check("no-effect")
def relationships_touch_something(draft: Draft) -> Iterator[Problem]:
    """What is assumed of a relationship touches an initiative that two of them have together."""
    for item in draft.relationships if draft.whole_elements() else ():
        among = frozenset(item.value.between)
        if len(among) > 1 and not any(len(among & i.value.together) > 1 for i in draft.initiatives):
            what = f"No initiative is of two of {', '.join(item.value.between)}."
            mend = "Name them among owner and partners of what they do together, or take this away."
            yield item.warning("no-effect", what, mend, "between")


@check("unknown-contract", "not-a-pool", "pool-promised-twice", "look-alike")
def budgets_come_out_of_pools(draft: Draft) -> Iterator[Problem]:
    """A budget comes out of a pooled contract, and all budgets out of one are no more than is paid in."""
    pools = {i.value.id: i.value.pays_in() for i in draft.contracts if i.value.pays_in()}
    named = {q for pool in pools.values() for q in pool.values() if isinstance(q, str)}
    middles = {i.value.id: float(i.value.distribution.middle) for i in draft.assumptions if i.value.id in named}
    drawn: dict[str, float] = {}
    for item in draft.initiatives:
        name = item.value.budget_from
        if name is None:
            continue
        yield from _is_pool(draft, item, name, ("budget_from",))
        drawn[name] = drawn.get(name, 0.0) + (item.value.budget or 0.0)
        pool = pools.get(name)
        if pool is None:
            continue
        paid = sum(middles.get(q, 0.0) if isinstance(q, str) else q for q in pool.values())
        if drawn[name] > paid:
            what = f"Budgets of £{drawn[name]:,.0f} a year come out of {name}, into which £{paid:,.0f} is paid."
            mend = "Pay more in, or find the money elsewhere."
            yield item.warning("pool-promised-twice", what, mend, "budget_from")
