"""The posts of a run: who employs which group, for whose work, and what of the assumptions applies to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.capacity import staff as st
from placeplan.core.tables import LabourMarket, StaffGroup
from placeplan.effects.base import Primitive
from placeplan.model.compile import NamedPrimitives
from placeplan.model.draws import Draws
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Post:
    """Posts of one staff group at one employer: the employer's own, or those that an initiative adds."""

    organisation: str
    group: str
    initiative: str = ""
    """Initiative that adds them; blank: the employer's own."""
    work: str = "group"
    """Whose work they do: the group's, or the initiative's."""
    row: StaffGroup | None = None
    """The base year's row of the employer and group, if any."""
    added: tuple[Primitive, ...] = ()

    @property
    def market(self) -> str:
        """Labour market; blank where they are unpaid."""
        return self.row.hired_from if self.row else self.group

    @property
    def paid(self) -> bool:
        """Whether they belong to the paid workforce."""
        return not (self.row and self.row.unpaid)

    @property
    def id(self) -> str:
        """``organisation/group``, under which they are shown."""
        return f"{self.organisation}/{self.group}"


def is_own(p: Primitive) -> bool:
    """Whether a primitive on posts adds some of its initiative's own (a number below 0 cuts the employer's)."""
    return isinstance(p.quantity, str) or p.quantity > 0


def posts_of(plan: Plan, added: NamedPrimitives) -> tuple[Post, ...]:
    """All posts in order of organisation, group and initiative; none where staff is not modelled."""
    if plan.level("staff") == "off":
        return ()
    rows = {(r.organisation, r.group): r for r in plan.tables["staff"] if isinstance(r, StaffGroup)}
    own: dict[tuple[str, str, str, str], list[Primitive]] = {}
    for initiative, p in added:
        if is_own(p):
            own.setdefault((p.organisation, p.group, initiative, p.work), []).append(p)
    found = [Post(org, group, row=row) for (org, group), row in rows.items()]
    found += [Post(*key, row=rows.get(key[:2]), added=tuple(parts)) for key, parts in own.items()]
    return tuple(sorted(found, key=lambda p: (p.organisation, p.group, p.initiative, p.work)))


class Rates:
    """What the assumptions say of posts (``[post, future]``) and of labour markets (``[future]`` by market)."""

    def __init__(self, plan: Plan, posts: tuple[Post, ...], draws: Draws) -> None:
        self.posts, self.draws = posts, draws
        self.labour = {r.market: r for r in plan.tables["labour"] if isinstance(r, LabourMarket)}
        self.markets = tuple(sorted({p.market for p in posts} - {""}))
        self.own = np.array([[bool(p.initiative)] for p in posts], dtype=bool)
        """Whether posts are an initiative's, ``[post, 1]``."""
        self.paid = np.array([[p.paid] for p in posts], dtype=bool)
        base = [p.row if p.row and not p.initiative else None for p in posts]
        self.funded = np.array([[r.funded if r else 0.0] for r in base])
        self.in_post = np.array([[r.in_post if r else 0.0] for r in base])

    def per_post(self, name: str) -> Array:
        """An assumption for each post, ``[post, future]``: that of its group where there is one, drawn by its employer."""
        return np.array([
            np.broadcast_to(of_group(self.draws, name, p.group, p.organisation), self.draws.count) for p in self.posts
        ])  # fmt: skip

    def per_market(self, name: str, market: str) -> Any:
        """An assumption for a labour market, ``[future]``."""
        return of_group(self.draws, name, market)

    def in_market(self, values: Array, market: str) -> Array:
        """Sum over the posts of a market, ``[future]``, in order of the posts."""
        total = np.zeros(self.draws.count)
        for n, p in enumerate(self.posts):
            if p.market == market:
                total = total + values[n]
        return total

    @cached_property
    def leave(self) -> Array:
        """Share who leave a year, ``[post, future]``."""
        return self.per_post("staff.leave")

    @cached_property
    def absence(self) -> Array:
        """Share away on a usual day, ``[post, future]``."""
        return self.per_post("staff.absence")

    @cached_property
    def fill(self) -> Array:
        """Share of vacancies filled in a month of the base year, ``[post, future]``; new posts as all of their market."""
        months = self.per_post("staff.hire_months")
        leavers = self.in_post - st.kept(self.in_post, self.leave)
        vacancies = st.vacant(self.funded, self.in_post) + np.zeros_like(leavers)
        found = np.asarray(st.filling(vacancies, leavers, months))
        for n, p in enumerate(self.posts):
            if p.initiative:
                alike = [m for m, q in enumerate(self.posts) if not q.initiative and _hire_alike(p, q)]
                empty, gone = (_total(x, alike, self.draws.count) for x in (vacancies, leavers))
                found[n] = st.filling(empty, gone, months[n])
        return found

    def room(self, market: str) -> Any:
        """How many times as many as in the base year could be hired in a market, ``[future]``."""
        leavers = self.in_market(self.in_post - st.kept(self.in_post, self.leave), market)
        vacancies = self.in_market(st.vacant(self.funded, self.in_post) + np.zeros_like(self.leave), market)
        months = self.per_market("staff.hire_months", market)
        return st.room(months, st.filling(vacancies, leavers, months))

    def entering(self, market: str) -> Any:
        """People who newly look for a post in the market in a month, ``[future]``: stated, or as many as left, by a ratio."""
        row = self.labour.get(market)
        if row and row.entrants is not None:
            left: Any = row.entrants / 12.0
        else:
            leavers = self.in_market(self.in_post - st.kept(self.in_post, self.leave), market)
            rates = (self.per_market(f"staff.{name}", market) for name in ("return", "give_up"))
            returning, give_up = rates
            left = st.left_market(leavers, returning, self.seekers(market), give_up)
        return st.entrants(left, self.per_market("staff.entrants", market))

    def seekers(self, market: str) -> Array:
        """People who look for a post when the run starts, ``[future]``."""
        row = self.labour.get(market)
        return np.full(self.draws.count, row.seekers if row else 0.0)


def of_group(draws: Draws, name: str, group: str, *entities: str) -> Any:
    """An assumption of a staff group (``staff.leave.nurses``), or of all groups (``staff.leave``), ``[future]``."""
    own = f"{name}.{group}"
    has = any(draws.has(own, entity) for entity in ("", *entities))
    return draws.of(own if has else name, *entities)


def _hire_alike(new: Post, other: Post) -> bool:
    """Whether new posts are filled as quickly as others: of the market, or the same unpaid group of the employer."""
    return new.market == other.market if new.paid else new.id == other.id


def _total(values: Array, rows: Iterable[int], count: int) -> Array:
    """Sum of some rows, ``[future]``."""
    total = np.zeros(count)
    for n in rows:
        total = total + values[n]
    return total
