"""Levers that a plan does not have yet: more beds, theatres, contacts, packages, posts, or money from outside.

Each is an initiative of ours that is there in every run and begins only where its lever is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from placeplan.core.outcomes import BEDS, CONTACTS, MONEY, SOCIAL, STAFF, WAITS
from placeplan.core.tables import (
    Activity,
    BedStock,
    ContactCapacity,
    MoneyLine,
    Organisation,
    Package,
    Site,
    StaffGroup,
)
from placeplan.model.uptake import month_number
from placeplan.plan.initiatives import Initiative
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.levers.amounts import named
from placeplan.stress.levers.lever import Base, Kind, Lever, Setting
from placeplan.stress.say import pounds

WARD = 28.0
"""Beds of a ward; what a ward costs (`beds.cost`) is told of so many."""
SMALL = 100.0
"""Beds of a pool below which a tenth of it opens, not a ward."""
POSTS_PER_BED = 1.1
"""Whole-time equivalents of nurses and support, half each, that a bed needs day and night: our judgement."""
WARDS = (0.0, 1.0, 2.0, 4.0, 6.0)
SHARES = (0.0, 0.05, 0.1, 0.2)
POSTS = (0.0, 0.02, 0.05, 0.1)
FUNDING = (0.0, 0.005, 0.01, 0.02, 0.04, 0.08)
PARTS = (0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
"""Of what an organisation needs to keep its promise on money as surely as asked."""
RECRUIT = 6
"""Months in which people are sought before something opens."""
DAYS = 365.0
Option = tuple[Initiative, dict[str, Base], Lever]


def options(plan: Plan) -> Iterator[Option]:
    """Every option that can help a hard promise of the plan."""
    hard = [p for p in plan.promises if p.hard]
    yield from _beds(plan, [p for p in hard if p.outcome in BEDS])
    yield from _contacts(plan, hard)
    yield from _posts(plan, hard)
    if any(p.outcome in BEDS or p.outcome in SOCIAL for p in hard):
        yield from _packages(plan)
    yield from _funding(plan, [p for p in hard if p.outcome in MONEY])


def _initiative(plan: Plan, key: str, name: str, owner: str, effects: Sequence[dict[str, Any]]) -> Initiative:
    """An option as an initiative: it begins by the first month judged where nothing delays it, and is late as others are."""
    first = plan.about.start
    judged = f"{plan.about.judge_from[:4]}-04"
    start = judged if month_number(judged, first) >= RECRUIT else _later(first, RECRUIT)
    return Initiative.model_validate(
        {"id": key, "name": name, "about": "An option of the search, not of the plan", "owner": owner, "status": "commitment",
         "theme": "organisation", "origin": "local", "evidence_grade": "none", "start": start, "effects": list(effects),
         "source": "Search for what would help"}
    )  # fmt: skip


def _later(month: str, months: int) -> str:
    """A month some months later.

    >>> _later("2016-10", 6)
    '2017-04'
    """
    n = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{n // 12}-{n % 12 + 1:02d}"


def _option(
    plan: Plan, kind: Kind, of: str, owner: str, steps: tuple[float, ...], words: tuple[str, ...],
    effects: Sequence[dict[str, Any]], amounts: dict[str, tuple[Base, float]], money: float = 0.0,
) -> Option:  # fmt: skip
    """An option: amounts by name, what stands behind each and how much of it is one step."""
    key = named("option", kind, of)
    lever = Lever(
        f"{kind} of {of}", kind, of, steps, 0, words, owner, tuple(Setting(n, by=by) for n, (_, by) in amounts.items()),
        opens=key, money=money,
    )  # fmt: skip
    return _initiative(plan, key, words[-1], owner, effects), {n: base for n, (base, _) in amounts.items()}, lever


def _beds(plan: Plan, promises: Sequence[Promise]) -> Iterator[Option]:
    """More beds, by wards, with the posts and the money that they need, in pools that hard promises are about."""
    sites = {s.id: s for s in plan.tables["sites"] if isinstance(s, Site)}
    names = _names(plan)
    first, there = plan.about.start, [r for r in plan.tables["beds"] if isinstance(r, BedStock)]
    open_now = [r for r in there if (r.valid_from or first) <= first <= (r.valid_to or first)]
    for row in ({(r.site, r.pool): r for r in open_now if r.available >= 1}).values():
        owner = sites[row.site].organisation if row.site in sites else row.site
        about = {f"{row.site}/{row.pool}", owner, "system"}
        if not any({p.entity or p.organisation} & about for p in promises):
            continue
        ward = WARD if row.available >= SMALL else max(1.0, round(row.available / 10))
        key = f"{row.site}.{row.pool}"
        place = sites[row.site].name if row.site in sites else names.get(owner, owner)
        staffed = _groups(plan, owner) & {"nurses", "support"}
        beds, cost = named("beds", key), named("beds", key, "cost")
        amounts: dict[str, tuple[Base, float]] = {beds: (Base(1.0), ward)}
        effects: list[dict[str, Any]] = [{"kind": "resize", "site": row.site, "pool": row.pool, "beds": beds}]
        if not _moved_by(plan, owner, "beds"):
            amounts[cost] = (Base("beds.cost"), ward * DAYS)
            effects.append({"kind": "spend", "organisation": owner, "recurrent": cost})
        for group in sorted(staffed):
            posts = named("beds", key, group)
            amounts[posts] = (Base(1.0), ward * POSTS_PER_BED / len(staffed))
            effects.append({
                "kind": "employ", "organisation": owner, "group": group, "posts": posts, "recruit_months": RECRUIT,
                "paid_by_spend": cost in amounts,
            })  # fmt: skip
        words = tuple(
            f"open {w * ward:,.0f} more beds at {place}" if w else f"open no more beds at {place}" for w in WARDS
        )
        yield _option(plan, "beds", key, owner, WARDS, words, effects, amounts)


def _contacts(plan: Plan, promises: Sequence[Promise]) -> Iterator[Option]:
    """More contacts at doors that hard promises are about, and clinics and theatre time for people on lists, by organisation."""
    names, activity = _names(plan), _activity(plan)
    waits = any(p.outcome in WAITS for p in promises)
    rows = [r for r in _doors(plan, promises) if waits or r.unmet != "list"]
    for owner in sorted({_owner(plan, r.site) for r in rows}):
        effects: list[dict[str, Any]] = []
        amounts: dict[str, tuple[Base, float]] = {}
        for row in (r for r in rows if _owner(plan, r.site) == owner):
            name = named("contacts", row.site, row.pod)
            amounts[name] = (Base(1.0), (row.capacity or activity.get((row.site, row.pod), 0.0) / 12))
            effects.append({"kind": "resize", "site": row.site, "pod": row.pod, "contacts": name})
        for beds in (r for r in plan.tables["beds"] if isinstance(r, BedStock) and r.slots and waits):
            if _owner(plan, beds.site) == owner:
                name = named("slots", beds.site, beds.pool)
                amounts[name] = (Base(1.0), beds.slots or 0.0)
                effects.append({"kind": "resize", "site": beds.site, "pool": beds.pool, "slots": name})
        words = tuple(_more(s, f"clinics, contacts and theatre time at {names.get(owner, owner)}") for s in SHARES)
        yield _option(plan, "contacts", owner, owner, SHARES, words, effects, amounts)


def _doors(plan: Plan, promises: Sequence[Promise]) -> list[ContactCapacity]:
    """Doors for people on lists, where promises are about waits, and those that promises are about themselves."""
    waits = any(p.outcome in WAITS for p in promises)
    about = {p.entity or p.organisation for p in promises if p.outcome in CONTACTS or p.outcome in STAFF}
    rows = [r for r in plan.tables.get("contacts", ()) if isinstance(r, ContactCapacity)]
    return [
        r for r in rows
        if (waits and r.unmet == "list") or about & {f"{r.site}/{r.pod}", f"{_owner(plan, r.site)}/{r.group}", _owner(plan, r.site), "system"}
    ]  # fmt: skip


def _posts(plan: Plan, promises: Sequence[Promise]) -> Iterator[Option]:
    """More posts in the groups that give such contacts, by organisation and group."""
    names = _names(plan)
    groups = {(_owner(plan, r.site), r.group) for r in _doors(plan, promises) if r.group}
    for row in (r for r in plan.tables.get("staff", ()) if isinstance(r, StaffGroup)):
        if (row.organisation, row.group) not in groups or not row.funded:
            continue
        name = named("posts", row.organisation, row.group)
        effect = {"kind": "employ", "organisation": row.organisation, "group": row.group, "posts": name, "work": "group",
                  "recruit_months": RECRUIT}  # fmt: skip
        where = names.get(row.organisation, row.organisation)
        words = tuple(
            f"fund {s * row.funded:,.0f} more {row.group} at {where}" if s else f"fund no more {row.group} at {where}"
            for s in POSTS
        )
        yield _option(
            plan,
            "posts",
            f"{row.organisation}.{row.group}",
            row.organisation,
            POSTS,
            words,
            [effect],
            {name: (Base(1.0), row.funded)},
        )


def _packages(plan: Plan) -> Iterator[Option]:
    """More home care and places in care homes that the council pays, by council."""
    names = _names(plan)
    rows = [r for r in plan.tables.get("packages", ()) if isinstance(r, Package) and r.funder == "public"]
    for council in sorted({r.council for r in rows}):
        effects, amounts = [], {}
        for row in (r for r in rows if r.council == council):
            name = named("packages", council, row.kind)
            amounts[name] = (Base(1.0), row.capacity)
            effects.append({"kind": "resize", "organisation": council, "pod": row.kind, "packages": name})
        words = tuple(_more(s, f"home care and care home places paid by {names.get(council, council)}") for s in SHARES)
        yield _option(plan, "packages", council, council, SHARES, words, effects, amounts)


def _funding(plan: Plan, promises: Sequence[Promise]) -> Iterator[Option]:
    """Money from outside, by organisation, in shares of what it spends."""
    names = _names(plan)
    kinds = {o.id: o.type for o in plan.tables["organisations"] if isinstance(o, Organisation)}
    asked = {p.organisation for p in promises if p.organisation in kinds}
    if any(p.organisation == "system" for p in promises):
        asked |= {o for o, kind in kinds.items() if kind == "commissioner"}
    for one in sorted(asked):
        turnover = _turnover(plan, one)
        if not turnover:
            continue
        name = named("funding", one)
        words = tuple(
            f"give {names[one]} {pounds(s * turnover)} a year more" if s else f"give {names[one]} no more money"
            for s in FUNDING
        )
        effects = [{"kind": "spend", "organisation": one, "recurrent": name}]
        found = _option(plan, "funding", one, one, FUNDING, words, effects, {name: (Base(1.0), -turnover)}, turnover)
        yield found[0].model_copy(update={"delay": 0.0, "start": plan.about.start}), found[1], found[2]


def with_funding(lever: Lever, need: float, who: str) -> Lever:
    """A lever of money from outside in parts of what is needed, £ a year."""
    amounts = [part * need for part in PARTS]
    return replace(lever, steps=tuple(a / lever.money for a in amounts), words=_given(who, amounts))


def _given(who: str, amounts: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"give {who} {pounds(a)} a year more" if a else f"give {who} no more money" for a in amounts)


def _turnover(plan: Plan, organisation: str) -> float:
    """£ a year that it spends or that comes in, whichever is more, as far as its lines say."""
    lines = [r for r in plan.tables["money"] if isinstance(r, MoneyLine) and r.organisation == organisation]
    return max(sum(r.amount for r in lines if r.direction == way) for way in ("income", "cost"))


def _more(share: float, what: str) -> str:
    return f"give {share:.0%} more {what}" if share else f"give no more {what}"


def _moved_by(plan: Plan, organisation: str, driver: str) -> bool:
    """Whether some of what an organisation spends moves with a capacity anyway."""
    return any(
        isinstance(r, MoneyLine) and r.organisation == organisation and r.direction == "cost" and r.driver == driver
        for r in plan.tables["money"]
    )


def _activity(plan: Plan) -> dict[tuple[str, str], float]:
    return {(r.site, r.pod): r.activity for r in plan.tables["activity"] if isinstance(r, Activity)}


def _owner(plan: Plan, site: str) -> str:
    return next((s.organisation for s in plan.tables["sites"] if isinstance(s, Site) and s.id == site), site)


def _groups(plan: Plan, organisation: str) -> set[str]:
    rows = plan.tables.get("staff", ())
    return {r.group for r in rows if isinstance(r, StaffGroup) and r.organisation == organisation}


def _names(plan: Plan) -> dict[str, str]:
    return {o.id: o.name for o in plan.tables["organisations"] if isinstance(o, Organisation)}
