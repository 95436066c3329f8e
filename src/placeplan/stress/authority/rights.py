"""Who may decide on an initiative, up to which sum and when; and what each organisation said of it, itself or by its boards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from placeplan.core.calendar import month_index, month_of
from placeplan.core.tables import StaffGroup
from placeplan.plan.authority import Board, Decision, Power, Span, acts_for, span
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.say import joined
from placeplan.stress.touched import kinds_of, primitives_of

WORDS: Mapping[str, str] = {
    "closes": "closures", "fewer_beds": "beds that go", "moves_care": "care that moves", "merger": "mergers", "contract": "contracts",
    "buys": "what is bought", "pools": "pooled money", "fewer_posts": "posts that go", "moves_staff": "staff who move",
    "builds": "buildings", "records": "records",
}  # fmt: skip
"""Kinds of change in words."""
BOARDS: Mapping[str, str] = {"approved": "signed", "refused": "objects"}
"""What a decision of a board says for its members."""


class Right(NamedTuple):
    """Who may decide for an organisation."""

    boards: tuple[str, ...]
    """Ids of the boards that have to decide, each for its part."""
    lacking: str
    """Blank where all of it may be decided; else why not."""


class Seat(NamedTuple):
    """A power of a board in whose name it may bind an organisation."""

    board: Board
    power: Power
    span: Span
    """Months in which board, power and membership are there."""


def begins(plan: Plan, i: Initiative) -> str:
    """Month in which work on it begins, so that it has to be decided: building or double running before its start.

    Where a trigger decides, the first month that it looks at.
    """
    if i.start is None:
        return (i.trigger.not_before if i.trigger else None) or plan.about.start
    return month_of(month_index(i.start) - i.months_ahead)


def commits(plan: Plan, i: Initiative) -> dict[str, float]:
    """What an initiative makes each organisation spend: the building, what is paid once, and a year of what is paid every year.

    £ in base-year prices, assumptions at their middle; savings are not taken off, and a contract's own value is not counted.
    """
    pay = {(r.organisation, r.group): r.pay or 0.0 for r in plan.tables["staff"] if isinstance(r, StaffGroup)}
    found: dict[str, float] = {}
    for p in primitives_of(i):
        amount = plan.middle(p.quantity)
        if p.table == "posts" and p.verb == "add":
            price = pay.get((p.organisation, p.group), 0.0) if p.price is None else p.price
            amount *= plan.middle(price)
        elif p.table != "cost" or p.verb != "add":
            continue
        if amount > 0:
            found[p.organisation] = found.get(p.organisation, 0.0) + amount
    if i.capital:
        found[i.capital.organisation] = found.get(i.capital.organisation, 0.0) + i.capital.need
    return found


def seats(plan: Plan, organisation: str) -> Iterator[Seat]:
    """Every power by which some board may bind an organisation, with its months."""
    for board in plan.boards:
        for power in board.powers:
            if power.power == "advise" or power.pools or organisation not in acts_for(board, power):
                continue
            for member in board.members:
                if member.organisation == organisation and member.voice == "votes":
                    yield Seat(board, power, span(board, power, member))


def right(plan: Plan, i: Initiative, organisation: str, month: str, amount: float | None = None) -> Right:
    """Which boards have to decide on an initiative for an organisation in a month, and what none of them may.

    amount: £ of the decision; None: what it makes those spend in whose name a board acts.
    """
    every = list(seats(plan, organisation))
    spent = commits(plan, i)
    boards: dict[str, None] = {}
    lacking: list[str] = []
    for kind in sorted(kinds_of(plan, i) - {"any"}) or ["any"]:
        over = [s for s in every if "any" in s.power.on or kind in s.power.on]
        now = [s for s in over if s.span[0] <= month <= s.span[1]]
        able = [s for s in now if _within(s, _size(s, spent) if amount is None else amount)]
        if able:
            first = min(able, key=lambda s: (s.power.power != "delegate", s.board.id))
            boards[first.board.id] = None
        else:
            lacking.append(_why(kind, over, now, month, spent))
    return Right(tuple(boards), "; ".join(dict.fromkeys(lacking)))


def _size(seat: Seat, spent: Mapping[str, float]) -> float:
    """£ of a decision: what it makes those spend in whose name the board acts."""
    return sum(spent.get(o, 0.0) for o in acts_for(seat.board, seat.power))


def _within(seat: Seat, amount: float) -> bool:
    """Whether a sum lies between the bounds of a power."""
    power = seat.power
    return (power.above == 0 or amount > power.above) and (power.limit is None or amount <= power.limit)


def _bound(power: Power) -> str:
    """The bound of a power in words."""
    return f"up to {_whole(power.limit)}" if power.limit is not None else f"above {_whole(power.above)}"


def _whole(amount: float) -> str:
    """To the pound, as a limit is written: rounded, what lies beyond it might look the same.

    >>> _whole(10.0), _whole(1.25e6)
    ('£10', '£1,250,000')
    """
    return f"£{amount:,.0f}"


def _why(kind: str, over: list[Seat], now: list[Seat], month: str, spent: Mapping[str, float]) -> str:
    """Why no board may decide on a kind of change."""
    if now:
        size = max(_size(s, spent) for s in now)
        bounds = joined([f"{s.board.name} ({_bound(s.power)})" for s in now])
        return f"{_whole(size)} is outside what {bounds} may decide"
    if over:
        return f"{joined([s.board.name for s in over])} may not decide in {month}"
    return f"no board on record may decide on {WORDS[kind]}" if kind in WORDS else "no board on record may decide"


def positions(plan: Plan, i: Initiative) -> dict[str, str]:
    """What each organisation said last, itself or by the boards that may decide for it; who said nothing is left out.

    A board's word counts where it may decide on the day; where several have to decide, all of them have to approve.
    """
    said: list[tuple[str, int, str, str]] = [
        (s.date or "", n, s.organisation, s.position) for n, s in enumerate(i.sign_offs)
    ]
    later = len(said)
    own = sorted((d for d in plan.decisions if i.id in d.initiatives), key=lambda d: d.date)
    for organisation in sorted({m.organisation for b in plan.boards for m in b.members}) if own else ():
        said += [(date, later, organisation, position) for date, position in _by_boards(plan, i, organisation, own)]
    return {organisation: position for *_, organisation, position in sorted(said, key=lambda entry: entry[:2])}


def agreed(said: Mapping[str, str], organisation: str) -> bool:
    """Whether an organisation agreed to an initiative, as everything that asks has it. said: `positions`.

    Only what it said itself, or a board that may decide for it, is its yes: that the plan calls it the owner of a commitment is
    the word of whoever writes the plan (decision 68).
    """
    return said.get(organisation) == "signed"


def _by_boards(plan: Plan, i: Initiative, organisation: str, own: list[Decision]) -> Iterator[tuple[str, str]]:
    """Dates on which an organisation's boards had decided, and how."""
    last: dict[str, str] = {}
    for d in own:
        boards = right(plan, i, organisation, d.date[:7], d.amount).boards
        if d.board not in boards or d.decided not in ("approved", "refused"):
            continue
        last[d.board] = d.decided
        if "refused" in (last.get(b) for b in boards):
            yield d.date, "objects"
        elif all(last.get(b) == "approved" for b in boards):
            yield d.date, "signed"


def on_record(plan: Plan, i: Initiative, organisation: str, position: str) -> dict[str, str]:
    """Who said it for an organisation, when and where it stands: its own entry or its board's, the last by date."""
    boards = {b.id: b.name for b in plan.boards if any(m.organisation == organisation for m in b.members)}
    found = [
        *((s.date or "", s.by or "", s.source, s.words or "") for s in i.sign_offs if (s.organisation, s.position) == (organisation, position)),
        *((d.date, boards[d.board], d.source, "") for d in plan.decisions
          if i.id in d.initiatives and d.board in boards and BOARDS.get(d.decided) == position),
    ]  # fmt: skip
    date, by, source, words = max(found, key=lambda x: x[0], default=("", "", "", ""))
    return {"position": position, "by": by, "date": date, "source": source, "words": words}
