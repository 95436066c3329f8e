"""Checks of staff: posts, pay and labour markets fit together, and what initiatives employ can be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import LabourMarket, MoneyLine, StaffGroup
from placeplan.effects.base import Primitive
from placeplan.plan.checks.base import check, known, listed, unknown
from placeplan.plan.checks.effects import primitives
from placeplan.plan.draft import Draft
from placeplan.plan.initiatives import Initiative
from placeplan.plan.located import Item, Path

SCALED = {"leavers": "fewer_leavers", "hires": "more_hires", "absence": "less_absence", "productivity": "more_output"}
"""Tables of staff that are scaled, and the field that says by how much."""
OF_STAFF = (*SCALED, "posts", "redundancies")
MUCH = 0.8
"""Share of the pay of new posts that a recurrent cost has to reach to be asked whether it holds it already."""


def groups(draft: Draft) -> dict[str, dict[str, Item[StaffGroup]]]:
    """Rows of staff.csv by organisation and group."""
    found: dict[str, dict[str, Item[StaffGroup]]] = defaultdict(dict)
    for item in draft.rows("staff", StaffGroup):
        found[item.value.organisation][item.value.group] = item
    return found


@check("unknown-organisation", "look-alike")
def staff_have_a_known_employer(draft: Draft) -> Iterator[Problem]:
    """Staff are employed by an organisation of the plan."""
    for item in draft.rows("staff", StaffGroup):
        yield from unknown(draft, item, "organisation", item.value.organisation, "organisation")


@check("unknown-line", "line-not-of-staff", "pay-missing")
def pay_stands_on_a_line(draft: Draft) -> Iterator[Problem]:
    """A group's line is a cost line of its employer that follows staff, and its pay is given."""
    lines: dict[str, dict[str, MoneyLine]] = defaultdict(dict)
    for row in draft.rows("money", MoneyLine):
        if row.value.direction == "cost":
            lines[row.value.organisation][row.value.line] = row.value
    for item in draft.rows("staff", StaffGroup) if draft.whole("money") else ():
        org, name = item.value.organisation, item.value.line
        if not name or org not in known(draft, "organisation"):
            continue
        if name not in lines[org]:
            near = nearest(name, lines[org])
            mend = f"Write “{near}”." if near else "Write a cost line of money.csv, or leave it blank."
            yield item.problem("unknown-line", f"{org} has no cost line “{name}”.", mend, "line", near)
        elif lines[org][name].driver != "staff":
            what = f"“{name}” of {org} moves with {lines[org][name].driver}, not with staff."
            yield item.problem("line-not-of-staff", what, "Write driver: staff in money.csv, or no line here.", "line")
        elif item.value.pay is None:
            what = f"The pay of {item.value.group} stands on “{name}”, and is not given."
            yield item.problem("pay-missing", what, "Give pay: £ a whole-time equivalent a year.", "pay")


@check("line-without-staff", "shares-of-staff")
def lines_of_staff_have_staff(draft: Draft) -> Iterator[Problem]:
    """A line that follows staff has rows of staff.csv that name it, and no shares that move otherwise."""
    named = {(i.value.organisation, i.value.line) for i in draft.rows("staff", StaffGroup)}
    for item in draft.rows("money", MoneyLine):
        line = item.value
        if line.driver != "staff":
            continue
        if (line.organisation, line.line) not in named and draft.whole("staff"):
            what = f"“{line.line}” follows staff, and no row of staff.csv names it."
            yield item.problem("line-without-staff", what, f"Name “{line.line}” as line in staff.csv.", "driver")
        if line.variable or line.stepped:
            what = f"“{line.line}” follows staff as a whole; {line.variable + line.stepped:g} of it is to move besides."
            yield item.problem("shares-of-staff", what, "Leave variable, stepped and steps blank.", "variable")


@check("unknown-market")
def labour_markets_have_employers(draft: Draft) -> Iterator[Problem]:
    """Somebody is employed from each labour market."""
    names = {i.value.hired_from for i in draft.rows("staff", StaffGroup)} - {""}
    names |= {p.group for _, _, p in primitives(draft) if p.table == "posts"}
    for item in draft.rows("labour", LabourMarket) if draft.whole("staff") and draft.whole_elements() else ():
        if item.value.market not in names:
            near = nearest(item.value.market, names)
            mend = (
                f"Write “{near}”." if near else f"Name a market or group of staff.csv: {listed(names) or 'none yet'}."
            )
            what = f"Nobody in staff.csv is hired from “{item.value.market}”."
            yield item.problem("unknown-market", what, mend, "market", near)


@check("more-staff-than-posts")
def posts_hold_the_staff(draft: Draft) -> Iterator[Problem]:
    """More people in post than posts is asked about: nobody would be hired until they are fewer."""
    for item in draft.rows("staff", StaffGroup):
        row = item.value
        if row.in_post > row.funded + 1e-9:
            what = f"{row.in_post:g} {row.group} are in post at {row.organisation}, on {row.funded:g} funded posts."
            yield item.warning("more-staff-than-posts", what, "Mend one of the two, or say in note why.", "in_post")


def employed(draft: Draft) -> Iterator[tuple[Item[Initiative], Path, Primitive]]:
    """Every elementary action on staff."""
    return ((i, path, p) for i, path, p in primitives(draft) if p.table in OF_STAFF or (p.table == "hires"))


@check("unknown-group")
def groups_are_employed(draft: Draft) -> Iterator[Problem]:
    """What changes for a group is of one that the employer has (or adds); new posts can be of any group of the plan."""
    there = groups(draft)
    adds = {(p.organisation, p.group) for _, _, p in employed(draft) if _adds(p)}
    everywhere = {group for own in there.values() for group in own}
    for item, path, p in employed(draft) if there and draft.whole("staff") else ():
        own = set(there[p.organisation]) if p.organisation else everywhere
        own |= {group for org, group in adds if p.organisation in ("", org)} if not _adds(p) else everywhere
        if p.group and p.group not in own and not (_adds(p) and _market_stated(draft, p.group)):
            near = nearest(p.group, own)
            who = p.organisation or "anybody"
            what = f"staff.csv has no {p.group} of {who}, so {'nobody could be hired' if _adds(p) else 'nothing would change'}."
            mend = f"Write “{near}”, or add" if near else "Add"
            more = " (or its entrants to labour.csv)" if _adds(p) else ""
            yield item.problem("unknown-group", what, f"{mend} the group to staff.csv{more}.", (*path, "group"), near)


def _adds(p: Primitive) -> bool:
    return p.table == "posts" and (isinstance(p.quantity, str) or p.quantity > 0)


def _market_stated(draft: Draft, market: str) -> bool:
    """Whether the people who enter a labour market are stated."""
    return any(i.value.market == market and i.value.entrants for i in draft.rows("labour", LabourMarket))


@check("above-one", "negative")
def changes_of_staff_are_shares(draft: Draft) -> Iterator[Problem]:
    """Nobody keeps more than all leavers, and redundancies and entrants are no fewer than none."""
    for item, path, p in employed(draft):
        if isinstance(p.quantity, str):
            continue
        if p.verb == "scale" and p.quantity > (1.0 if p.ratio == 1.0 else 10.0):
            what = f"{SCALED[p.table]} is {p.quantity:g}, and it is a share."
            yield item.problem("above-one", what, "Write a share: 12 % is 0.12.", (*path, SCALED[p.table]))
        field = {"redundancies": "redundancies", "hires": "entrants"}.get(p.table, "")
        if p.verb == "add" and field and p.quantity < 0:
            yield item.problem(
                "negative", f"{field} is {p.quantity:g}.", "Write a number of 0 or more.", (*path, field)
            )


@check("posts-below-zero", "redundant-beyond-staff")
def posts_can_be_cut(draft: Draft) -> Iterator[Problem]:
    """No more posts are cut than are funded, and no more people made redundant than are in post."""
    there = groups(draft)
    gone: dict[tuple[str, str, str], float] = defaultdict(float)
    for item, path, p in employed(draft) if draft.whole("staff") else ():
        row = there.get(p.organisation, {}).get(p.group)
        if row is None or isinstance(p.quantity, str) or p.table not in ("posts", "redundancies") or _adds(p):
            continue
        key = (p.organisation, p.group, p.table)
        gone[key] += abs(p.quantity)
        posts = p.table == "posts"
        most = row.value.funded if posts else row.value.in_post
        if gone[key] > most + 1e-9:
            done, have = ("posts are cut", "funded") if posts else ("people are made redundant", "in post")
            what = f"{gone[key]:g} {done} among {p.group} of {p.organisation}; {most:g} are {have}."
            code = "posts-below-zero" if posts else "redundant-beyond-staff"
            yield item.problem(code, what, "Write fewer.", (*path, p.table))


@check("redundant-on-kept-posts")
def redundant_posts_go(draft: Draft) -> Iterator[Problem]:
    """People are made redundant whose posts go; who sits on a funded post stays."""
    cut: dict[tuple[str, str], float] = defaultdict(float)
    for _, _, p in employed(draft):
        if p.table == "posts" and not isinstance(p.quantity, str):
            cut[p.organisation, p.group] += max(-p.quantity, 0.0)
    there = groups(draft)
    for item, path, p in employed(draft):
        if p.table != "redundancies" or isinstance(p.quantity, str) or p.quantity <= 0:
            continue
        row = there.get(p.organisation, {}).get(p.group)
        beyond = max(row.value.in_post - row.value.funded, 0.0) if row else 0.0
        going = cut[p.organisation, p.group] + beyond
        if p.quantity > going + 1e-9:
            what = f"{p.quantity:g} {p.group} of {p.organisation} are made redundant, and {going:g} posts go."
            mend = "Cut as many posts; nobody is made redundant on a post that stays."
            yield item.warning("redundant-on-kept-posts", what, mend, (*path, "redundancies"))


@check("pay-counted-twice")
def new_posts_are_paid_once(draft: Draft) -> Iterator[Problem]:
    """A recurrent cost that could hold the pay of an initiative's new posts is asked about."""
    there = groups(draft)
    for item in draft.initiatives:
        pay: dict[str, float] = defaultdict(float)
        costs: list[tuple[Path, Primitive]] = []
        for _, path, p in (x for x in primitives(draft) if x[0] is item):
            if _adds(p) and not isinstance(p.quantity, str) and not isinstance(p.price, str):
                row = there.get(p.organisation, {}).get(p.group)
                usual = (row.value.pay or 0.0) if row else 0.0
                pay[p.organisation] += p.quantity * (usual if p.price is None else p.price)
            elif p.verb == "add" and p.table == "cost" and p.timing == "ramp" and not p.line:
                costs.append((path, p))
        for path, p in costs:
            wages = pay[p.organisation]
            if not isinstance(p.quantity, str) and 0 < MUCH * wages <= p.quantity:
                what = f"It costs {p.organisation} £{p.quantity:,.0f} a year, and the pay of its new posts (£{wages:,.0f}) besides."
                mend = "Take the pay out of recurrent, or write paid_by_spend: true at the posts."
                yield item.warning("pay-counted-twice", what, mend, (*path, "recurrent"))


@check("staff-not-given")
def staff_is_modelled(draft: Draft) -> Iterator[Problem]:
    """Posts of an initiative count as filled and unpaid where the plan gives no staff."""
    if draft.rows("staff", StaffGroup) or not draft.whole("staff"):
        return
    for item, path, p in employed(draft):
        what = f"It changes {p.group or 'staff'}, and the plan gives no staff.csv."
        yield item.warning("staff-not-given", what, "Add staff.csv; without it nothing of this counts.", path)
        break
